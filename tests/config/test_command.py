"""`feedreader config`: where the settings are, what holds, and a file to begin with."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from feedreader import config
from feedreader.cli import main
from feedreader.config.example import example
from feedreader.config.table import TABLE
from feedreader.tui.keymap import known
from feedreader.tui.setup import reader_checks

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The platform's file of settings, which is not there yet."""
    for setting in TABLE:
        if setting.variable:
            monkeypatch.delenv(setting.variable, raising=False)
    monkeypatch.delenv("FEEDREADER_CONFIG")
    monkeypatch.setattr("platformdirs.user_config_path", lambda *_, **__: tmp_path / "feedreader")
    (tmp_path / "feedreader").mkdir()
    return tmp_path / "feedreader" / "config.toml"


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def runs(*argv: str) -> tuple[int, str, str]:
        code = main(["config", *argv, "--data-dir", str(tmp_path)])
        return code, *capsys.readouterr()

    return runs


def test_without_a_file_it_says_where_it_would_be_and_what_holds(file: Path, run: Run) -> None:
    code, out, err = run()
    assert (code, err) == (0, "")
    assert out.splitlines()[0].startswith(f"# settings  {file}  (no such file yet")
    assert "library.sqlite3" in out.splitlines()[1]
    assert re.search(r'^density = "full" +# default$', out, re.MULTILINE)
    assert "# theme =  " in out
    values = tomllib.loads(out)
    assert values["arxiv"]["gap"] == 3 and values["keys"] == {}
    file.write_text(out)
    assert config.settings() == config.Settings(), "it is a file of settings itself"


def test_what_holds_and_who_says_so(file: Path, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FEEDREADER_ARXIV_GAP", "7")
    file.write_text(
        "theme = 'nord'\n[list]\n\ndensity = 'comfortable'\n[keys]\nnext = ['n', 'down']\nnext-unread = ','\n"
        "undo = []\n[views]\n'Un read' = 'is:unread'\n[export]\nfile = 'p.bib'\n[arxiv]\ngap = 5\n"
        "[refresh]\nat = ['18:00', 07:00:00]\n"
    )
    code, out, err = run()
    assert (code, err) == (0, "")
    lines = [" ".join(line.split()) for line in out.splitlines()]
    for line in (
        f"# settings {file}",
        'theme = "nord" # line 1',
        'density = "comfortable" # line 4',
        'columns = ["authors", "categories"] # default',
        'next = ["n", "down"] # line 6, instead of j down',
        "undo = [] # line 8, instead of u",
        '"Un read" = "is:unread" # line 10',
        f'file = "{file.parent / "p.bib"}" # line 12',
        "gap = 7 # FEEDREADER_ARXIV_GAP",
        'at = ["07:00", "18:00"] # line 16',
    ):
        assert line in lines
    monkeypatch.delenv("FEEDREADER_ARXIV_GAP")
    before = config.settings()
    file.write_text(out)
    assert config.settings()._replace(arxiv=before.arxiv) == before


def test_a_former_id_of_a_binding_is_shown_with_the_keys_it_has_by_itself(file: Path, run: Run) -> None:
    file.write_text('[keys]\nviews = "f5"\n')
    code, out, _ = run()
    assert code == 0
    assert [line.split("#")[1].strip() for line in out.splitlines() if line.startswith("views")] == [
        "line 2, instead of V"
    ]


def test_as_json(file: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEEDREADER_ARXIV_FEEDS", "http://127.0.0.1:1")
    file.write_text("[list]\ndensity = 'comfortable'\n[views]\na = 'b'\n")
    code, out, _ = run("--json")
    output: dict[str, Any] = json.loads(out)
    assert code == 0 and output["path"] == str(file) and output["exists"] is True and output["faults"] == []
    assert set(output["settings"]) == {setting.name for setting in TABLE}
    assert output["settings"]["list.density"] == {"value": "comfortable", "from": "file", "line": 2}
    assert output["settings"]["views"] == {"value": {"a": "b"}, "from": "file", "line": 3}
    assert output["settings"]["theme"] == {"value": None, "from": "default"}
    feeds = {"value": "http://127.0.0.1:1", "from": "environment", "variable": "FEEDREADER_ARXIV_FEEDS"}
    assert output["settings"]["arxiv.feeds"] == feeds


def test_what_is_wrong_is_said_beside_what_holds(file: Path, run: Run) -> None:
    file.write_text("theme = 'nrod'\n[list]\ndensity = 3\n[keys]\nnxt = 'x'\n[views]\nMine = '('\n")
    code, out, err = run()
    assert code == 1
    assert 'density = "full"' in out
    first, second, third, *rest = err.splitlines()
    assert first.startswith(f"feedreader: {file}, line 1: ") and 'Did you mean "nord"?' in first
    assert f"{file}, line 3: “density” is 3." in second
    assert f"{file}, line 5: Unknown action “nxt” in [keys]. Did you mean “next”?" in third
    assert len(rest) == 1 and f"{file}, line 7: “Mine” is (: " in rest[0]
    code, out, _ = run("--json")
    assert code == 1 and [fault["line"] for fault in json.loads(out)["faults"]] == [1, 3, 5, 7]
    file.write_text("theme = nord\n")
    code, out, err = run()
    assert (code, out) == (1, "") and f"{file}, line 1, column 9" in err


def test_live_files_that_cannot_follow_what_they_should(file: Path, run: Run) -> None:
    live = ["'~/a.atom' = 'is:shortlsted'", "'~/b.atom' = { view = 'Unraed' }", "'~/c.txt' = ''", "'~/d.bib' = '('"]
    fine = ["'~/e.bib' = 'a'", "'~/f.bib' = {view = 'unread'}", "'~/g.bib' = {view = 'Best Unread'}"]
    file.write_text("\n".join(["[views]", "Unread = 'is:unread'", "[live]", *live, *fine]))
    code, out, err = run()
    assert code == 1 and "~/e.bib" in out
    assert [line.partition("config.toml, ")[2] for line in err.splitlines()] == [
        "line 4: “~/a.atom” cannot be kept up to date: Unknown condition “is:shortlsted”. Did you mean is:shortlisted?",
        "line 5: “~/b.atom” cannot be kept up to date: No saved search “Unraed”. Did you mean “Unread”?",
        "line 6: “~/c.txt” has an unknown ending. It can be .bib, .md, .atom, .xml or .feed.json.",
        "line 7: “~/d.bib” cannot be kept up to date: This parenthesis is never closed. Add a ).",
    ]
    assert [fault["line"] for fault in json.loads(run("--json")[1])["faults"]] == [4, 5, 6, 7]


def test_only_the_path(file: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("--path") == (0, f"{file}\n", "")
    file.write_text("this is no TOML")
    assert run("--path") == (0, f"{file}\n", "")
    monkeypatch.setenv("FEEDREADER_CONFIG", "/nowhere/mine.toml")
    assert run("--path") == (0, "/nowhere/mine.toml\n", "")
    assert run()[0] == 1


def test_the_example_says_what_holds_without_it(file: Path, run: Run) -> None:
    code, out, _ = run("--example")
    assert code == 0 and out == example(known().values())
    assert tomllib.loads(out) == {name: {} for name in dict.fromkeys(s.section for s in TABLE) if name}
    file.write_text(out)
    assert config.settings(*reader_checks()) == config.Settings()


def test_the_example_without_its_signs_is_a_file_of_settings(file: Path) -> None:
    text = example(known().values())
    taken = re.sub(r"(?m)^#(?! )", "", text)
    file.write_text(taken)
    survey = config.survey(*reader_checks())
    assert survey.faults == ()
    for item in survey.values:
        setting = item.setting
        assert item.line, f"{setting.name} is in the example"
        if setting.default is not None:
            assert item.value == setting.default, setting.name
    assert {id for id, _ in survey.settings.keys} == set(known())


def test_the_example_in_the_docs_is_a_file_of_settings(file: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "settings.md").read_text(encoding="utf-8")
    block = re.search(r"```toml\n(.*?)```", page, re.DOTALL)
    assert block
    file.write_text(block[1])
    assert config.settings(*reader_checks()).lines == 2
