"""Notes and triage in a real terminal, and what a kill leaves of them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from feedreader.cli import main
from tests.tui.test_terminal import path, terminal

__all__ = ["path"]


def listed(path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, Any]]:
    """The papers as `list --json` gives them, by the first word of their titles."""
    capsys.readouterr()
    assert main(["list", "--json", "--data-dir", str(path.parent)]) == 0
    papers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return {(paper["title"] or "").split(" ")[0]: paper for paper in papers}


def test_a_note_that_is_said_to_be_saved_survives_a_kill(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with terminal(path, 80, 24) as reader:
        reader.shows("Alpha networks for everybody")
        reader.press("w")
        reader.shows("Note and tags")
        reader.press("Why: $x$ — 深層\rand more\tto-read, gan\x13jj")
        reader.until(lambda text: "Note and tags" not in text, "the editor is closed")
        reader.program.kill()
        reader.wait()
    alpha = listed(path, capsys)["Alpha"]
    assert alpha["note"] == "Why: $x$ — 深層\nand more"
    assert alpha["tags"] == ["to-read", "gan"]
    assert not alpha["read"] and not alpha["shortlisted"]


def test_keys_that_come_all_at_once_reach_the_editor_and_then_the_list(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with terminal(path) as reader:
        reader.shows("Alpha networks for everybody")
        reader.press("wx marks the spot\x13xs")
        reader.shows("38 unread · 1 kept")
        reader.press("q")
        assert reader.wait() == 0
    papers = listed(path, capsys)
    assert (papers["Alpha"]["note"], papers["Alpha"]["read"]) == ("x marks the spot", True)
    assert papers["[MASK]"]["shortlisted"]


def test_a_session_of_triage_and_its_undoing(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with terminal(path, 80, 24) as reader:
        reader.shows("Alpha networks for everybody")
        reader.press(" s x")
        reader.shows("1 unread left today")
        reader.press("x")
        reader.shows("All 4 papers from today read: 1 kept, 2 dismissed.")
        reader.press("u")
        reader.shows("Undid: dismiss")
        reader.program.kill()
        reader.wait()
    papers = listed(path, capsys)
    assert [papers[name]["read"] for name in ("Alpha", "[MASK]", "Bounds")] == [True, True, True]
    assert [papers[name]["shortlisted"] for name in ("Alpha", "[MASK]", "Bounds")] == [False, True, False]
    assert not next(paper["read"] for name, paper in papers.items() if name.startswith("深層"))


def test_a_note_goes_on_in_the_editor_and_comes_back(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "my editor.py"
    script.write_text(
        "import pathlib, sys\n"
        "file = pathlib.Path(sys.argv[1])\n"
        "print('in the editor', sys.stdout.isatty(), oct(file.parent.stat().st_mode)[-3:], flush=True)\n"
        "line = sys.stdin.readline()\n"
        "if line == 'no\\n': sys.exit(1)\n"
        "file.write_text(file.read_text() + '\\x1b[31mmore\\x1b[0m ' + line)\n"
    )
    with terminal(path, 80, 24, EDITOR=f"{sys.executable} '{script}'", VISUAL="") as reader:
        reader.shows("Alpha networks for everybody")
        reader.press("wsome ")
        reader.shows("some ")
        reader.press("\x05")
        reader.shows("in the editor True 700")
        reader.press("no\n")
        reader.shows("failed (exit 1).")
        reader.press("\x05")
        reader.shows("in the editor True 700")
        reader.press("text\n")
        reader.shows("some more text")
        reader.press("!\x13")
        reader.shows("Wrote a note on “Alpha networks")
        reader.press("q")
        assert reader.wait() == 0
    assert listed(path, capsys)["Alpha"]["note"] == "some more text!"
