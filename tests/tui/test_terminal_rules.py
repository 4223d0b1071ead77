"""Highlighting and muting in a real terminal: the program as it is called, with its file of rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from feedreader.cli import main
from feedreader.library import Library
from tests.tui.test_settings_terminal import reader


def test_keys_typed_in_one_go_make_a_rule_that_commands_know(
    papers: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "conf"
    folder.mkdir()
    (folder / "config.toml").write_text("")
    (folder / "rules.toml").write_text("# mine\n[[mute]]\nquery = 'long day'\n")
    with reader(papers, folder / "config.toml") as terminal:
        terminal.shows("9 unread")
        terminal.press("-c")
        terminal.shows("Mute cat:cs.LG? It matches 1 paper, including 1 of the")
        terminal.press("y")
        terminal.shows("Muted cat:cs.LG: 1 paper (u to undo).")
        terminal.shows("8 unread")
        terminal.press("q")
        assert terminal.wait() == 0
    monkeypatch.setenv("FEEDREADER_CONFIG", str(folder / "config.toml"))
    assert main(["rules", "--data-dir", str(papers.path.parent)]) == 0
    assert capsys.readouterr().out == "  1  mute           30  long day\n  2  mute            1  cat:cs.LG\n"
    assert (folder / "rules.toml").read_text().startswith("# mine\n[[mute]]\nquery = 'long day'\n\n[[mute]]\n")
