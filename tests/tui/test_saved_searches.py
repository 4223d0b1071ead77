"""Saved searches: shown by their keys, by name from the palette, and from their list, where what is shown is saved."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from feedreader.config import Settings
from feedreader.library import Library
from feedreader.model import Query
from feedreader.tui.dialogs.saved_searches import SavedSearchesScreen
from feedreader.tui.widgets.lines import Lines
from tests.tui.conftest import Reader, reading

SETTINGS = Settings(views=(("Undated", "undated"), ("[b]Long[/b] day", "long day"), ("All by title", "sort:title")))


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where searches are saved."""
    settings = tmp_path / "settings" / "config.toml"
    settings.parent.mkdir()
    settings.touch()
    monkeypatch.setenv("FEEDREADER_CONFIG", str(settings))
    return settings.with_name("views.toml")


def said_in(file: Path) -> str:
    return file.read_text() if file.exists() else ""


def write(file: Path, text: str) -> None:
    file.write_text(text)


def rows(reader: Reader) -> list[str]:
    return [line.strip() for line in reader.lines("#narrow-lines") if line.strip()]


def said(reader: Reader) -> str:
    return reader.text("#dialog-hints").strip()


async def test_keys_show_saved_searches_and_back_leads_to_where_it_began(papers: Library) -> None:
    async with reading(papers, settings=SETTINGS) as reader:
        await reader.press("j", "1")
        assert reader.app.feed.query_text == "undated" and reader.title == "Undated 1"
        assert "Undated: 3 papers" in reader.text("#status")
        await reader.press("2")
        assert "[b]Long[/b] day: 30 papers" in reader.text("#status")
        await reader.press("escape")
        assert reader.app.feed.query_text == "" and "[MASK]" in (reader.title or "")
        await reader.press("4")
        assert reader.message == "You have only 3 saved searches."
        await reader.press("2", "0")
        assert reader.app.feed.query_text == "" and reader.list.feed.papers == 39
        await reader.press("0")
        assert reader.message == "Showing all papers."


async def test_without_saved_searches_it_is_said_how_to_save_one(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("1")
        assert "press V to save it" in reader.message
        await reader.press("V")
        assert "No saved searches yet." in reader.text("#narrow-lines")
        await reader.press("escape")
        assert reader.app.screen is reader.app.feed


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_what_is_shown_is_saved_under_a_name(papers: Library, file: Path, size: tuple[int, int]) -> None:
    async with reading(papers, size=size, settings=SETTINGS) as reader:
        await reader.press("slash")
        await reader.write("is:unread babbage")
        await reader.press("enter", "V")
        assert "Shown: is:unread babbage" in reader.text("#saved-searches-query")
        assert rows(reader)[0].split() == ["1", "Undated", "undated", "3", "unread", "3"]
        await reader.write("undated")
        await reader.press("enter")
        assert "is defined in config.toml" in said(reader) and not said_in(file)
        await reader.press("ctrl+u")
        await reader.write("By Babbage")
        await reader.press("enter")
        assert reader.app.screen is reader.app.feed
        assert reader.message == "Saved as “By Babbage”. Press 4 to show it."
        assert said_in(file).splitlines()[1] == '"By Babbage" = "is:unread babbage"'
        assert "By Babbage: 36 papers" in reader.text("#status")
        await reader.press("0", "4")
        assert reader.app.feed.query_text == "is:unread babbage"


async def test_a_saved_search_is_replaced_and_removed_when_asked_twice(papers: Library, file: Path) -> None:
    write(file, '# mine\n"Mine" = "undated"\n')
    async with reading(papers, query="long day") as reader:
        await reader.press("V")
        await reader.write("mine")
        await reader.press("enter")
        assert "enter again" in said(reader) and '"undated"' in said_in(file)
        await reader.press("enter")
        assert said_in(file) == '# mine\n"mine" = "long day"\n'
        await reader.press("V", "ctrl+d")
        assert "again to remove" in said(reader)
        await reader.press("ctrl+d")
        assert said_in(file) == "# mine\n"
        assert "No saved searches yet." in reader.text("#narrow-lines") and "Removed “mine”." in said(reader)
        await reader.press("escape")
        assert "long day: 30 papers" in reader.text("#status")


async def test_saved_searches_of_the_settings_are_not_removed_here(papers: Library) -> None:
    async with reading(papers, settings=SETTINGS) as reader:
        await reader.press("V", "down", "ctrl+d")
        assert "is defined in config.toml" in said(reader)
        assert reader.app.screen.query_one(Lines).has_focus, "there is no query to be saved"
        await reader.press("enter")
        assert reader.app.feed.query_text == "long day"
        await reader.press("V")
        assert reader.app.screen.query_one(Lines).choice == 1, "the one that is shown"
        await reader.press("escape", "0", "V", "3")
        assert reader.app.feed.query_text == "sort:title"


async def test_a_mistake_is_told_once_and_the_others_hold(papers: Library, file: Path) -> None:
    write(file, '"bad" = "is:unraed"\n"good" = "undated"\n')
    async with reading(papers) as reader:
        await reader.until(lambda: bool(reader.app._notifications), "it is told")
        await reader.press("1")
        assert reader.app.feed.query_text == "undated"
        (told,) = reader.app._notifications
        assert f"{file}, line 1" in told.message and "is:unread" in told.message
        write(file, "x = \n")
        await reader.press("1")
        assert len(reader.app._notifications) == 2 and reader.app.feed.query_text == "undated"


async def test_a_saved_search_that_is_remembered_has_its_name_from_the_start(papers: Library) -> None:
    async with reading(papers, settings=SETTINGS, query="long day") as reader:
        await reader.until(lambda: "[b]Long[/b] day: 30 papers" in reader.text("#status"), "the name is known")


async def test_the_palette_has_the_saved_searches_by_name_with_what_is_unread(papers: Library) -> None:
    async with reading(papers, settings=SETTINGS) as reader:
        await reader.press("colon")
        await reader.write("saved")

        await reader.until(lambda: "30 unread" in reader.text("#narrow-lines"), "they are counted")
        (long,) = (line for line in reader.lines("#narrow-lines") if "[b]Long[/b] day" in line)
        assert re.fullmatch(r" Saved search: \[b\]Long\[/b\] day   30 unread · long day +2", long)
        await reader.write(" undated")
        assert len(reader.text("#narrow-lines").split("\n\n")[0].splitlines()) == 1, "one is left"
        await reader.press("enter")
        await reader.until(lambda: reader.app.feed.query_text == "undated", "it is shown")


async def test_counts_wait_for_no_key(papers: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    async with reading(papers, settings=SETTINGS) as reader:
        real = papers.papers.count

        def count(query: Query, **more: Any) -> object:
            asked.append(str(query))
            return real(query, **more)

        monkeypatch.setattr(papers.papers, "count", count)
        await reader.press("j", "k", "m", "n")
        assert not asked
        await reader.press("V")
        assert len(set(asked)) == 6, "all papers, and unread ones; on a slow machine, one is counted in several turns"
        assert isinstance(reader.app.screen, SavedSearchesScreen)
        before = len(asked)
        await reader.press("down", "up", "down")
        assert len(asked) == before


async def test_the_palette_shows_a_query_as_it_is(papers: Library) -> None:
    query = "/[A-Z]+/ or [MASK] or [$x] or /\\[a-z\\]/ or [/b] or [@click=app.quit]x[/]"
    settings = Settings(views=(("Brackets [/]", query),))
    async with reading(papers, settings=settings) as reader:
        await reader.press("colon")
        await reader.write("brackets")

        await reader.until(lambda: " unread" in reader.text("#narrow-lines"), "it is counted")
        assert f"Saved search: Brackets [/]   39 unread · {query}"[:80] in reader.lines("#narrow-lines")[0]
