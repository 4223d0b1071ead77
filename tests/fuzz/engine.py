"""Gives targets one input after another, and tells of what went wrong, each fault once, with an input cut down.

A fault is an exception that leaves a target's `check`, memory or seconds beyond all measure, and time that grows
faster than the input: it is made 2 and 4 times as long, and what takes three times as long twice is looked at again.
Inputs are drawn by Hypothesis, which takes a millisecond or ten for that; so each is tried in some variants, too, with
pieces taken out, doubled, moved, or put in from others. Hypothesis does not shrink here: that has no end of its own.
"""

from __future__ import annotations

import gc
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import FrameType, TracebackType
from typing import Any, NamedTuple

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[2]
CPU_SECONDS, SECONDS = 10.0, 60.0  # that one input may take
MEMORY = 256 * 2**20  # bytes by which one input may raise the peak
ROUND_SECONDS = 5.0  # for one target, before it is the next one's turn
VARIANTS = 12  # of each input that is drawn
LENGTH = 40_000  # of the shortest of the three inputs whose times are compared, at the most
FLOOR = 0.05  # seconds: what takes less is not compared
TIMINGS = 0.3  # of a target's time
WORST_RATIO = 3.0  # of the times for 2n and n: 2 is linear, 4 quadratic
_CUTTING_SECONDS = 5.0


class Growth(NamedTuple):
    """A text that can be made as long as one likes: `unit` again and again, closed as often, in a frame.

    `numbered`: each 0 in the unit is another number each time, so that no two units are alike.
    """

    before: str
    unit: str
    closing: str
    after: str
    numbered: bool

    def text(self, length: int) -> str:
        times = max(1, length // max(1, len(self.unit) + len(self.closing)))
        units = self.unit * times
        if self.numbered and "0" in self.unit:
            units = "".join(self.unit.replace("0", str(number)) for number in range(times))
        return self.before + units + self.closing * times + self.after


class Target(NamedTuple):
    """What is tried. `check` raises if anything is wrong with an input, which is a text, bytes or a tuple.

    `timed` takes a text of any length; `frames` are what stands before and behind it, `units` what it is made of.
    """

    name: str
    inputs: st.SearchStrategy[Any]
    check: Callable[[Any], object]
    timed: Callable[[str], object] | None = None
    units: Sequence[str] = ()
    frames: Sequence[tuple[str, str]] = (("", ""),)

    @property
    def growths(self) -> st.SearchStrategy[Growth]:
        unit = st.lists(st.sampled_from(self.units), min_size=1, max_size=3).map("".join).filter(bool)
        closing = st.just("") | st.sampled_from(self.units)
        return st.builds(
            lambda unit, closing, frame, numbered: Growth(frame[0], unit, closing, frame[1], numbered),
            *(unit, closing, st.sampled_from(self.frames), st.booleans()),
        )


@dataclass
class Fault:
    """`place` tells faults apart: what was raised, and where. `input` is as short as it could be made."""

    target: str
    place: str
    input: Any
    story: str


@dataclass
class Tally:
    runs: int = 0
    timings: int = 0
    seconds: float = 0.0
    timing_seconds: float = 0.0
    faults: int = 0


@dataclass
class Fuzzer:
    """One run over targets. `say` gets progress and faults as they come, `keep` is the folder for their inputs."""

    seed: int
    say: Callable[[str], None]
    keep: Path | None = None
    faults: dict[tuple[str, str], Fault] = field(default_factory=dict)
    tallies: dict[str, Tally] = field(default_factory=dict)

    def run(self, targets: Sequence[Target], seconds: float) -> None:
        """Until so many seconds are over, in rounds over all targets. Ctrl-C ends it early."""
        end = time.monotonic() + seconds
        slice_ = min(ROUND_SECONDS, seconds / len(targets))
        turn = 0
        try:
            while time.monotonic() < end:
                for target in targets:
                    self._turn(target, turn, min(end, time.monotonic() + slice_))
                    self._report_progress(target, end - time.monotonic())
                turn += 1
        except KeyboardInterrupt:
            self.say("interrupted")

    def _turn(self, target: Target, turn: int, until: float) -> None:
        tally = self.tallies.setdefault(target.name, Tally())
        number = 0
        while (began := time.monotonic()) < until:
            self.batch(target, 50, f"{turn}.{number}", until)
            tally.seconds += time.monotonic() - began
            if target.timed and tally.timing_seconds < TIMINGS * (tally.seconds + tally.timing_seconds):
                began = time.monotonic()
                self.time(target, 3, f"{turn}.{number}", until)
                tally.timing_seconds += time.monotonic() - began
            number += 1

    def _report_progress(self, target: Target, left: float) -> None:
        runs = sum(tally.runs for tally in self.tallies.values())
        self.say(f"{max(0, left):5.0f} s left · {target.name} · {runs:,} inputs · {len(self.faults)} faults")

    def batch(self, target: Target, inputs: int, number: str, until: float = float("inf")) -> None:
        """So many inputs and their variants, always the same for a seed and number; none after a time."""
        tally = self.tallies.setdefault(target.name, Tally())
        chance = Random(f"{self.seed} {target.name} {number} variants")
        other: Any = None

        def check(value: Any) -> None:
            nonlocal other
            for each in (value, *(variant(value, other, chance) for _ in range(VARIANTS))):
                if time.monotonic() < until:
                    tally.runs += 1
                    if (problem := problem_with(target.check, each)) is not None:
                        self._add(target, each, problem)
            other = value

        self._draw(check, target.inputs, inputs, f"{target.name} {number}")

    def time(self, target: Target, growths: int, number: str, until: float = float("inf")) -> None:
        """So many comparisons of time, in the same way."""
        tally = self.tallies.setdefault(target.name, Tally())

        def compare(growth: Growth) -> None:
            if time.monotonic() < until and target.timed:
                tally.timings += 1
                if (story := too_slow(target.timed, growth)) is not None:
                    self._add_slow(target, growth, story)

        self._draw(compare, target.growths, growths, f"{target.name} {number} time")

    def _draw(self, use: Callable[[Any], None], values: st.SearchStrategy[Any], count: int, name: str) -> None:
        @seeded(Random(f"{self.seed} {name}").getrandbits(64))
        @settings(
            max_examples=count,
            phases=[Phase.generate],
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(values)
        def each(value: object) -> None:
            use(value)

        each()

    def _add(self, target: Target, value: Any, problem: Problem) -> None:
        if (target.name, problem.place) in self.faults:
            return
        shorter, problem = cut_down(target.check, value, problem)
        self._note(Fault(target.name, problem.place, shorter, problem.story))

    def _add_slow(self, target: Target, growth: Growth, story: str) -> None:
        place = f"time: {growth.unit}"
        known = (fault for name, fault in self.faults.items() if name[0] == target.name)
        if sum(fault.place.startswith("time: ") for fault in known) < 3:
            self._note(Fault(target.name, place, growth, story))

    def _note(self, fault: Fault) -> None:
        self.faults[fault.target, fault.place] = fault
        self.tallies[fault.target].faults += 1
        self.say(f"FAULT in {fault.target}: {fault.place}\n{shown(fault.input)}")
        if self.keep:
            save(fault, self.keep, len(self.faults), self.seed)


def variant(value: Any, other: Any, chance: Random) -> Any:
    """The same text, bytes or tuple with a few pieces taken out, doubled, moved, or put in from another one."""
    for _ in range(chance.choice((1, 1, 2, 4))):
        start = chance.randint(0, len(value))
        end = min(len(value), start + int(2 ** chance.uniform(0, 8)))
        piece, rest = value[start:end], value[:start] + value[end:]
        what = chance.randrange(5)
        if what == 0:
            value = rest
        elif what == 1:
            value = value[:end] + piece * chance.choice((1, 1, 1, 9)) + value[end:]
        elif what == 2:
            at = chance.randint(0, len(rest))
            value = rest[:at] + piece + rest[at:]
        elif other is not None and len(other):
            at = chance.randrange(len(other))
            value = value[:start] + other[at : at + len(piece)] + value[end if what == 3 else start :]
    return value


# One input -----------------------------------------------------------------------------------------------------------


class Problem(NamedTuple):
    place: str
    story: str


class TookTooLong(BaseException):
    """No Exception, so that no handler takes it for one."""


@contextmanager
def limited(cpu: float, seconds: float) -> Iterator[None]:
    """Raises TookTooLong within the block when so much of the processor's, or of the clock's, time is over."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise TookTooLong

    before = [signal.signal(number, stop) for number in (signal.SIGPROF, signal.SIGALRM)]
    signal.setitimer(signal.ITIMER_PROF, cpu)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in zip((signal.SIGPROF, signal.SIGALRM), before, strict=True):
            signal.signal(number, handler)


def _peak() -> int:
    """The most memory that this process ever had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def problem_with(check: Callable[[Any], object], value: Any) -> Problem | None:
    """What is wrong with an input, if anything is."""
    peak = _peak()
    try:
        with limited(CPU_SECONDS, SECONDS):
            check(value)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        story = "".join(traceback.format_exception(type(error), error, error.__traceback__, limit=-12))
        words = f": {str(error).partition(':')[0][:80]}" if isinstance(error, AssertionError) else ""
        return Problem(f"{type(error).__name__} at {_place(error.__traceback__)}{words}", story)
    more = _peak() - peak
    return Problem("memory", f"it took {more // 2**20} MiB") if more > MEMORY else None


def _place(trace: TracebackType | None) -> str:
    """The innermost line of our own code."""
    ours = "nowhere"
    for frame, line in traceback.walk_tb(trace):
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(ROOT) and ".venv" not in path.parts:
            ours = f"{path.relative_to(ROOT)}:{line}"
    return ours


def cut_down(check: Callable[[Any], object], value: Any, problem: Problem) -> tuple[Any, Problem]:
    """An input with pieces taken out, as many as can be in some seconds, that has the same problem."""
    if problem.place == "memory" or problem.place.startswith("TookTooLong"):
        return value, problem
    end = time.monotonic() + _CUTTING_SECONDS
    size = len(value)
    while size:
        at = 0
        while at < len(value) and time.monotonic() < end:
            shorter = value[:at] + value[at + size :]
            found = problem_with(check, shorter)
            if found is not None and found.place == problem.place:
                value, problem = shorter, found
            else:
                at += size
        size = size // 2 if size > 1 else 0
    return value, problem


# Time ----------------------------------------------------------------------------------------------------------------


def too_slow(timed: Callable[[str], object], growth: Growth) -> str | None:
    """What to say if the time grows faster than the text; looked at twice, because other programs run, too.

    The text is as long as makes a quarter of a second of it, if time is linear; or as long as we want.
    """
    short = _seconds(timed, growth.text(LENGTH // 8))
    length = LENGTH if not short else max(LENGTH // 16, min(LENGTH, int(LENGTH / 8 * 0.06 / short)))
    longest = _seconds(timed, growth.text(4 * length))
    if short is None or longest is None:
        return f"{4 * length:,} characters take more than {CPU_SECONDS:g} s"
    middle = _seconds(timed, growth.text(2 * length)) or FLOOR
    if longest < FLOOR or longest / middle < WORST_RATIO:
        return None
    times = [_seconds(timed, growth.text(times * length), 3) or FLOOR for times in (1, 2, 4)]
    ratios = times[1] / times[0], times[2] / times[1]
    if min(ratios) < WORST_RATIO * 0.8 or ratios[1] < WORST_RATIO or times[2] < FLOOR:
        return None
    seconds = ", ".join(f"{each:.3f}" for each in times)
    return f"{length:,} characters, and 2 and 4 times as many, take {seconds} s (x {ratios[0]:.1f}, x {ratios[1]:.1f})"


def _seconds(timed: Callable[[str], object], text: str, repeats: int = 1) -> float | None:
    """The least time of some runs, without collecting garbage: it depends on what other tests left. None if there is no
    end to it. What is raised is for `check` to find."""
    least = float("inf")
    for _ in range(repeats):
        gc.collect()
        gc.disable()
        began = time.process_time()
        try:
            with limited(CPU_SECONDS, SECONDS):
                timed(text)
        except TookTooLong:
            return None
        except Exception:
            return 0.0
        finally:
            gc.enable()
        least = min(least, time.process_time() - began)
    return least


# The report ----------------------------------------------------------------------------------------------------------


def shown(value: object, most: int = 600) -> str:
    text = repr(value)
    return text if len(text) <= most else f"{text[:most]}… ({len(text):,} characters)"


def save(fault: Fault, folder: Path, number: int, seed: int) -> None:
    """Two files: the input as it is, and what happened."""
    folder.mkdir(parents=True, exist_ok=True)
    value = fault.input.text(4 * LENGTH) if isinstance(fault.input, Growth) else fault.input
    data = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
    name = f"{fault.target}-{number:02}"
    (folder / f"{name}.input").write_bytes(data if isinstance(data, bytes) else repr(value).encode())
    story = f"target {fault.target}, seed {seed}\n{fault.place}\n\n{shown(fault.input, 100_000)}\n\n{fault.story}\n"
    (folder / f"{name}.txt").write_text(story, "utf-8", "backslashreplace")


def report(fuzzer: Fuzzer) -> Iterator[str]:
    """A line a target, and the faults."""
    yield f"{'target':24}{'inputs':>10}{'per s':>8}{'timings':>9}{'faults':>8}"
    for name, tally in fuzzer.tallies.items():
        speed = tally.runs / tally.seconds if tally.seconds else 0.0
        yield f"{name:24}{tally.runs:10,}{speed:8.0f}{tally.timings:9,}{tally.faults:8}"
    runs, timings = (sum(getattr(tally, part) for tally in fuzzer.tallies.values()) for part in ("runs", "timings"))
    yield f"{'seed ' + str(fuzzer.seed):24}{runs:10,}{'':8}{timings:9,}{len(fuzzer.faults):8}"
    for fault in fuzzer.faults.values():
        yield f"\n{fault.target}: {fault.place}\n{shown(fault.input, 2000)}\n{fault.story.rstrip()}"
