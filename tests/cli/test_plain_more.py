"""What the plain reader does beside reading: saved searches, rules, days, exports, own commands, subscriptions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from feedreader.cli import main
from feedreader.cli.terminal import cells
from tests.cli.conftest import Talk


def test_a_saved_search_is_shown_by_its_number(talk: Talk, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEEDREADER_CONFIG", str(folder / "config.toml"))
    (folder / "config.toml").touch()
    assert main(["views", "--save", "Late", "Paper 103"]) == 0
    said = talk("V", "V 1", "V late", "V 2", "V x", "V ²")
    assert said.out.count("1 paper found.") == 2
    assert "1. Late: Paper 103\n" in said.out and "1 paper found.\nThu 19 Nov:\n1. Paper 103." in said.out
    assert said.err.count("No saved search") == 3


def test_sections_are_counted_and_listed_when_asked(talk: Talk, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEEDREADER_CONFIG", str(folder / "config.toml"))
    (folder / "config.toml").touch()
    assert main(["mute", 'title:"Paper 7"']) == 0 and main(["highlight", 'title:"Paper 8"']) == 0
    said = talk("z", "]", "n")
    assert "44 papers, 44 unread, 0 kept. 1 muted (z lists them)." in said.out
    assert "7. Paper 8. Lee, Chan. Unread, highlighted." in said.out
    assert "Muted on Sat 21 Nov: 1 paper" in said.out and "1. Paper 7. Lee, Chan. Unread." in said.out
    assert "Thu 19 Nov: 3 papers" in said.out


def test_a_search_is_saved_under_a_name(talk: Talk, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEEDREADER_CONFIG", str(folder / "config.toml"))
    (folder / "config.toml").touch()
    said = talk("W x", "/ Paper 103", "W", "W Late", "/", "V Late")
    assert said.err.splitlines()[0].startswith("line 1: Nothing to save.") and "Under which name?" in said.err
    assert "Saved “Late” in" in said.out and said.out.count("1 paper found.") == 2


def test_rules_are_made_and_undone(talk: Talk, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEEDREADER_CONFIG", str(folder / "config.toml"))
    (folder / "config.toml").touch()
    said = talk("+", "- title:(", '+ title:"Paper 8"', '- title:"Paper 7"', "u", "g")
    assert "line 1: Which papers?" in said.err and "line 2: " in said.err
    assert "1 paper highlighted (u to undo)" in said.out and "1 paper muted (u to undo)" in said.out
    assert "Paper 8. Lee, Chan. Unread, highlighted." in said.out and "Paper 7. Lee, Chan. Unread." in said.out
    assert main(["rules"]) == 0


@pytest.mark.parametrize(
    ("day", "first"),
    [("2026-11-19", "Thu 19 Nov: 3"), ("2026-11", "Sat 21 Nov: 45"), ("2026-11-18", "nearest day:\nThu 19 Nov: 3")],
)
def test_a_day_by_its_date(day: str, first: str, talk: Talk) -> None:
    assert first in talk(f"@ {day}").out.partition("n for the next page.\n")[2]
    assert "is not a valid date" in talk("@ soon", "@").err


def test_what_was_found_is_exported(talk: Talk, folder: Path) -> None:
    file = folder / "papers.bib"
    said = talk("e", f"e {folder}/x.doc", "s 1 2", f"e {file}", "/ Paper 103", f"e {file}", "no", f"e {file}", "yes")
    assert said.err.count("must end in .bib") == 2 and "2 papers written to" in said.out
    assert "Nothing changed." in said.out and "1 paper written to" in said.out
    assert file.read_text().count("@") == 1 and "Paper 103" in file.read_text()


def test_papers_are_handed_to_an_own_command(talk: Talk, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEEDREADER_CONFIG", str(folder / "config.toml"))
    (folder / "config.toml").touch()
    assert "No commands yet." in talk("!").out
    (folder / "config.toml").write_text(f'[commands]\nkeep = "tee {folder}/handed"\n')
    said = talk("!", "! kep 1", "! keep", "! keep 1-3")
    assert f"keep: tee {folder}/handed" in said.out.replace("\n", " ")
    assert "Did you mean “keep”?" in said.err and "Which paper?" in said.err
    assert [json.loads(line)["title"].split()[0] for line in (folder / "handed").read_text().splitlines()] == [
        "Paper"
    ] * 3


def test_an_empty_shortlist_says_how_to_fill_it(talk: Talk) -> None:
    said = talk("S", "/", "A", "yes", "/ day:2026-11-19", "A", "yes", "U").out
    assert "Your shortlist is empty. s and a number keep a paper. Type / to" in said
    assert "No unread papers. Type / to show all papers." in said


def test_subscriptions_are_listed(talk: Talk) -> None:
    assert "No subscriptions yet." in talk("I").err


def test_wide_characters_are_wrapped_by_their_cells(
    talk: Talk, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "wide.txt").write_text(f"Mon, 23 Nov 2026\n\n{'漢字の題名' * 12}\nA. Lee\n\n{'概要' * 60} end.\n")
    monkeypatch.setenv("COLUMNS", "40")
    out = talk(f"i {folder}/wide.txt", "g", "1").out
    (paper,) = shown(capsys, "list", "--json", "漢字の題名")
    lines = [*out.splitlines(), *shown(capsys, "show", json.loads(paper)["id"])]
    assert "漢字" in out and "概要" in out and max(map(cells, lines)) <= 40


def shown(capsys: pytest.CaptureFixture[str], *argv: str) -> list[str]:
    assert main(argv) == 0
    return capsys.readouterr().out.splitlines()
