"""Export, copy and the live file, in the reader."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.widgets import Input

from feedreader.config import Settings
from feedreader.config.values import LiveFile
from feedreader.library import Library
from feedreader.tui.controllers import exports
from feedreader.tui.dialogs.export import ExportRequest
from tests.tui.conftest import Reader, reading


@pytest.fixture(autouse=True)
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No desktop, a working folder of its own, and no patience."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "TMUX", "WSL_DISTRO_NAME", "SSH_TTY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SSH_CONNECTION", "here")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(exports, "REST", 0.05)


def message(reader: Reader, words: str) -> Callable[[], bool]:
    return lambda: words in reader.message


# Copy ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        ("u", "https://arxiv.org/abs/1905.00001", "address https://arxiv.org/abs/1905.00001"),
        ("i", "1905.00001", "arXiv id 1905.00001"),
        ("k", "lovelace2019alpha", "citation key lovelace2019alpha"),
        ("t", "Alpha networks for everybody", "title “Alpha networks for everybody”"),
    ],
)
async def test_y_and_a_second_key_copy(papers: Library, key: str, text: str, said: str) -> None:
    async with reading(papers) as reader:
        await reader.press("y")
        offered = [line.split()[0] for line in reader.text("#copy-keys").splitlines() if line.strip()]
        assert offered == ["b", "u", "i", "k", "m", "t"]
        assert "esc cancel" in reader.text("#dialog-hints")
        await reader.press(key)
        await reader.until(message(reader, f"Copied {said} through the terminal"), "it is said")
        assert reader.app.clipboard == text
        assert reader.list.has_focus


async def test_bibtex_and_markdown_are_copied_with_the_lasting_key(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("y", "b")
        await reader.until(message(reader, "Copied BibTeX of lovelace2019alpha through the terminal"), "it is said")
        assert reader.app.clipboard.startswith("@misc{lovelace2019alpha,\n  title = {Alpha networks for everybody},\n")
        await reader.press("y", "m")
        await reader.until(lambda: reader.app.clipboard.startswith("### [Alpha networks"), "Markdown")
        assert "`lovelace2019alpha`" in reader.app.clipboard


async def test_a_copy_is_left_and_refused(papers: Library) -> None:
    async with reading(papers, query="") as reader:
        for key in ("escape", "j", "space"):
            await reader.press("y", key)
            assert reader.app.screen is reader.app.feed and reader.title == "Alpha networks for everybody"
        await reader.press("j", "y", "u")
        await reader.until(message(reader, "This paper has no address."), "it is said")
    assert reader.app.clipboard == ""


async def test_there_is_nothing_to_copy_or_keep_in_an_empty_library(library: Library) -> None:
    async with reading(library) as reader:
        await reader.press("y")
        assert reader.message == "No paper to copy."
        await reader.press("e")
        assert "this paper" not in reader.text("#export-what")
        await reader.press("escape")


# Export --------------------------------------------------------------------------------------------------------


async def test_the_shortlist_goes_into_a_file(papers: Library, tmp_path: Path) -> None:
    async with reading(papers) as reader:
        await reader.press("s", "e")
        shown = reader.text("#export-what")
        assert "this paper" in shown and "shortlist 1" in shown and "all 39" in shown and "shown" not in shown
        assert reader.app.screen.query_one(Input).value.endswith("/shortlist.bib")
        await reader.press("enter")
        await reader.until(message(reader, "1 paper exported as BibTeX to "), "it is said")
        assert (tmp_path / "shortlist.bib").read_text().startswith("@misc{lovelace2019alpha,")


async def test_ending_and_format_follow_one_another(papers: Library, tmp_path: Path) -> None:
    async with reading(papers, query="day:2019-05-06") as reader:
        await reader.press("e")
        box = reader.app.screen.query_one(Input)
        assert "shown 30" in reader.text("#export-what") and box.value.endswith("/papers.bib")
        await reader.press("right", "right")
        assert box.value.endswith("/papers.json")
        box.value = str(tmp_path / "mine.csv")
        await reader.rest()
        await reader.press("up", "left", "enter")
        await reader.until(message(reader, "papers exported as CSV to "), "it is said")
        lines = (tmp_path / "mine.csv").read_text().splitlines()
        assert len(lines) == 1, "the shortlist is empty"


async def test_endings_of_feeds_are_taken_whole(papers: Library, tmp_path: Path) -> None:
    async with reading(papers) as reader:
        await reader.press("s", "e")
        box = reader.app.screen.query_one(Input)
        for typed, key, name in (
            ("my.feed.json", "left", "my.atom"),
            ("my.xml", "right", "my.feed.json"),
            ("my.json", "right", "my.md"),
        ):
            box.value = str(tmp_path / typed)
            await reader.rest()
            await reader.press(key)
            assert box.value.endswith(f"/{name}")
        box.value = str(tmp_path / "my.feed.json")
        await reader.rest()
        await reader.press("enter")
        await reader.until(message(reader, "1 paper exported as JSON Feed to "), "it is said")
    assert json.loads((tmp_path / "my.feed.json").read_text())["title"] == "Shortlist"


async def test_one_paper_and_all(papers: Library, tmp_path: Path) -> None:
    async with reading(papers) as reader:
        await reader.press("e")  # nothing is kept yet, so it is this paper that is offered
        assert reader.app.screen.query_one(Input).value.endswith("/lovelace2019alpha.bib")
        await reader.press("enter")
        await reader.until(message(reader, "1 paper exported"), "it is said")
        await reader.press("e", "up", "right", "right", "down", "right", "enter")
        await reader.until(message(reader, "39 papers exported as RIS"), "it is said")
    assert len(re.findall("^TY", (tmp_path / "library.ris").read_text(), re.MULTILINE)) == 39


async def test_what_cannot_be_written_is_said_and_nothing_is_replaced_unasked(papers: Library, tmp_path: Path) -> None:
    (tmp_path / "shortlist.bib").write_text("mine")
    async with reading(papers) as reader:
        await reader.press("s", "e", "enter")
        assert "shortlist.bib exists. Press enter again to replace it." in reader.text("#dialog-hints")
        assert (tmp_path / "shortlist.bib").read_text() == "mine"
        box = reader.app.screen.query_one(Input)
        for name, words in (
            ("", "Enter a file name."),
            (str(tmp_path), "That is a folder"),
            (str(tmp_path / "no" / "x.bib"), "No such folder"),
        ):
            box.value = name
            await reader.rest()
            await reader.press("enter")
            assert words in reader.text("#dialog-hints")
        box.value = "shortlist.bib"
        await reader.rest()
        await reader.press("enter")
        await reader.until(message(reader, "1 paper exported"), "it is said")
        assert (tmp_path / "shortlist.bib").read_text().startswith("@misc{lovelace2019alpha,")


async def test_an_export_can_be_stopped(papers: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with reading(papers) as reader:
        words: list[str] = []

        def stopped(self: object, papers: int) -> None:
            raise exports._Stopped

        monkeypatch.setattr(exports.ExportsController, "_progress", stopped)
        monkeypatch.setattr(reader.app.context, "say", words.append)
        reader.app.exports.export(ExportRequest(None, "", "csv", tmp_path / "x.csv"))
        await reader.until(lambda: bool(words), "it is said")
        assert words == ["Stopped; nothing was written."]
        assert not (tmp_path / "x.csv").exists()


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40)])
async def test_the_dialog_fits(papers: Library, size: tuple[int, int]) -> None:
    async with reading(papers, size=size) as reader:
        await reader.press("e")
        assert "BibTeX" in reader.text("#export-format") and "esc cancel" in reader.text("#dialog-hints")


# The file that is kept in step ---------------------------------------------------------------------------------


def keys_in(file: Path) -> list[str]:
    return re.findall(r"@misc\{(\w+),", file.read_text()) if file.exists() else []


async def test_the_live_file_follows_the_shortlist(
    papers: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "live.bib"
    async with reading(papers, settings=Settings(export_file=file)) as reader:
        await reader.press("s")
        await reader.until(lambda: keys_in(file) == ["lovelace2019alpha"], "the file follows")
        await reader.press("G", "s")
        await reader.until(lambda: len(keys_in(file)) == 2, "and goes on")
        await reader.press("u")
        await reader.until(lambda: len(keys_in(file)) == 1, "and back")
        monkeypatch.setattr(exports, "REST", 60.0)
        await reader.press("s")
        assert reader.app.exports._due
    assert len(keys_in(file)) == 2, "what was due is done at the end"


async def test_each_of_several_live_files_follows_and_what_hinders_one_is_said_once(
    papers: Library, tmp_path: Path
) -> None:
    atom, feed, lost = (tmp_path / name for name in ("a.atom", "b.feed.json", "none/c.atom"))
    live = (LiveFile(atom, "is:shortlisted"), LiveFile(feed, "is:shortlisted"), LiveFile(lost, "is:shortlisted"))
    async with reading(papers, settings=Settings(live=live)) as reader:
        await reader.press("s")
        await reader.until(lambda: atom.exists() and "Alpha" in atom.read_text(), "the first follows")
        await reader.until(lambda: feed.exists() and "Alpha" in feed.read_text(), "the second, too")
        await reader.until(lambda: len(reader.app._notifications) == 1, "the third cannot")
        await reader.press("s")
        await reader.until(lambda: "Alpha" not in feed.read_text(), "it is no longer kept")
        await reader.until(lambda: not reader.app.context.db_export.working, "all are done")
        (notification,) = reader.app._notifications
        assert str(lost) in notification.message
    assert "Alpha" not in atom.read_text()


async def test_a_live_file_follows_a_saved_search_that_changes(
    papers: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FEEDREADER_CONFIG", str(tmp_path / "config.toml"))
    (tmp_path / "config.toml").write_text("")
    (tmp_path / "views.toml").write_text('Mine = "alpha"\n')
    file = tmp_path / "a.atom"
    async with reading(papers, settings=Settings(live=(LiveFile(file, view="mine"),))) as reader:
        await reader.press("s")
        await reader.until(lambda: file.exists() and "<title>Alpha" in file.read_text(), "the file follows")
        (tmp_path / "views.toml").write_text('Mine = "-alpha"\n')
        await reader.press("V", "escape")
        await reader.until(lambda: "<title>Alpha" not in file.read_text(), "the search was changed")
    assert "<title>Mine</title>" in file.read_text()


async def test_the_live_file_follows_other_programs(
    papers: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedreader.tui.app.POLL_SECONDS", 0.05)
    file = tmp_path / "live.md"
    async with reading(papers, settings=Settings(export_file=file)) as reader:
        other = Library.open(papers.path, now=papers.now)
        other.marks.set([other.papers.key_of("1905.00001")], {"shortlisted": True}, label="kept")
        other.close()
        await reader.until(lambda: file.exists() and "### [Alpha networks" in file.read_text(), "the file follows")


async def test_a_live_file_that_cannot_be_written_is_named_once_and_no_mark_is_lost(
    papers: Library, tmp_path: Path
) -> None:
    file = tmp_path / "live.bib"
    file.write_text("mine")
    async with reading(papers, settings=Settings(export_file=file)) as reader:
        await reader.press("s")
        await reader.until(lambda: len(reader.app._notifications) == 1, "it is said")
        await reader.press("j", "s")
        await reader.until(
            lambda: not reader.app.exports._due and not reader.app.context.db_export.working, "it was tried"
        )
        await reader.rest()
        assert len(reader.app._notifications) == 1
        assert reader.counts == (39, 39, 2)
    assert file.read_text() == "mine"
