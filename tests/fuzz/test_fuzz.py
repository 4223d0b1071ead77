"""The fuzzer itself: it finds faults that were put there for it, and a short run over all targets finds none."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import strategies as st

from tests.fuzz import __main__ as command
from tests.fuzz.engine import Fuzzer, Growth, Target, _peak, report, too_slow
from tests.fuzz.targets import all_targets

UNITS = ("a", "<", "é", "0 ")
TEXTS = st.lists(st.sampled_from((*UNITS, "<<", "\ud800")), max_size=12).map("".join)
TARGETS = {target.name: target for target in all_targets(real=False)}
SLOW = ("refresh", "subscribe", "fetch", "library")  # a process or a file for each input


def raises(text: str) -> None:
    if "<<" in text:
        raise KeyError(text)


def is_not_utf8(text: str) -> None:
    assert text.isascii() or text.encode(), "written"


def never_ends(text: str) -> None:
    while "éé" in text:
        pass


def eats_memory(text: str) -> None:
    if text == "<":
        bytearray(b"x") * (_peak() + 100 * 2**20)  # the peak of the process is what is watched


def faults_of(target: Target, inputs: int = 60) -> dict[str, object]:
    fuzzer = Fuzzer(1, say=lambda text: None)
    fuzzer.batch(target, inputs, "1")
    return {fault.place: fault.input for fault in fuzzer.faults.values()}


def test_an_exception_is_found_once_with_what_brings_it_about() -> None:
    ((place, found),) = faults_of(Target("x", TEXTS, raises)).items()
    assert re.fullmatch(r"KeyError at tests/fuzz/test_fuzz\.py:\d+", place) and found == "<<"


def test_two_faults_are_two() -> None:
    def both(text: str) -> None:
        raises(text)
        is_not_utf8(text)

    found = faults_of(Target("x", TEXTS, both))
    assert sorted(found.values(), key=str) == ["<<", "\ud800"]


def test_an_input_without_an_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.fuzz.engine.CPU_SECONDS", 0.2)
    monkeypatch.setattr("tests.fuzz.engine.VARIANTS", 0)
    (place,) = faults_of(Target("x", st.just("ééé"), never_ends), 1)
    assert place.startswith("TookTooLong")


def test_memory_is_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.fuzz.engine.MEMORY", 64 * 2**20)
    monkeypatch.setattr("tests.fuzz.engine.VARIANTS", 0)
    assert "memory" in faults_of(Target("x", st.just("<"), eats_memory), 1)


def test_time_that_grows_with_the_square_is_found_and_linear_time_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = 0.0  # by a clock that goes as it is told, whatever else the machine does

    def quadratic(text: str) -> None:
        nonlocal seconds
        seconds += len(text) ** 2 * 1e-8

    def linear(text: str) -> None:
        nonlocal seconds
        seconds += len(text) * 1e-4

    monkeypatch.setattr("tests.fuzz.engine.LENGTH", 2000)
    monkeypatch.setattr("tests.fuzz.engine.time.process_time", lambda: seconds)
    fuzzer = Fuzzer(1, say=lambda text: None)
    fuzzer.time(Target("x", TEXTS, len, quadratic, ("<", "<<")), 3, "1")
    assert 1 <= len(fuzzer.faults) <= 3 and all(place.startswith("time: <") for _, place in fuzzer.faults)
    growth = Growth("", "<", "", "", False)
    story = too_slow(quadratic, growth)
    assert story and "times as many" in story
    assert too_slow(linear, growth) is None
    assert too_slow(raises, growth) is None


def test_a_text_grows_as_it_is_told() -> None:
    assert Growth("[", "a0", "b", "]", True).text(9) == "[a0a1a2bbb]"
    assert len(Growth("", "abc", "", "", False).text(1000)) == 999


def test_the_same_seed_gives_the_same_inputs() -> None:
    def inputs(seed: int) -> list[object]:
        seen: list[object] = []
        Fuzzer(seed, say=lambda text: None).batch(Target("x", TEXTS, seen.append), 20, "1")
        return seen

    assert inputs(1) == inputs(1) != inputs(2)


def test_the_command_reports_keeps_and_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "all_targets", lambda real: [Target("good", TEXTS, len), Target("bad", TEXTS, raises)])
    monkeypatch.setattr(command, "MEMORY", -1)  # no limit for the process of the tests
    arguments = ["--minutes", "0.02", "--seed", "1", "--keep", str(tmp_path)]
    assert command.main(["--target", "good", *arguments]) == 0 and not [*tmp_path.iterdir()]
    assert command.main(arguments) == 1
    assert "KeyError at tests/fuzz" in capsys.readouterr().out
    assert (tmp_path / "bad-01.input").read_text() == "<<" and "seed 1" in (tmp_path / "bad-01.txt").read_text()
    with pytest.raises(SystemExit):
        command.main(["--target", "nonsense"])


def test_ctrl_c_ends_with_the_report() -> None:
    def interrupted(text: str) -> None:
        raise KeyboardInterrupt

    fuzzer = Fuzzer(1, say=lambda text: None)
    fuzzer.run([Target("x", TEXTS, interrupted)], 60)
    assert next(report(fuzzer)).startswith("target")


@pytest.mark.parametrize("name", TARGETS)
def test_a_short_run_finds_nothing(name: str) -> None:
    """No seconds count here but those that one input may take, so that a busy machine makes no difference."""
    fuzzer = Fuzzer(20261130, say=lambda text: None)
    fuzzer.batch(TARGETS[name], 1 if name in SLOW else 6, "short")
    assert not fuzzer.faults, "\n".join(report(fuzzer))
    assert fuzzer.tallies[name].runs > 5


def test_a_target_is_quick_enough_for_that() -> None:
    began = time.process_time()
    Fuzzer(1, say=lambda text: None).batch(TARGETS["names"], 10, "short")
    assert time.process_time() - began < 5
