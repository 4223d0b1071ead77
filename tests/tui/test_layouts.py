"""Layouts: `v` goes through them, `<` and `>` move the split, and what was chosen is there the next time."""

from __future__ import annotations

import pytest
from textual.events import AppBlur, AppFocus

from feedreader.library import Library
from tests.tui.conftest import Reader, reading


def sees(reader: Reader) -> tuple[bool, bool]:
    """Whether the list and the abstract are on the screen."""
    shown = reader.app.screen._compositor.visible_widgets
    return reader.list in shown, reader.pane in shown


async def test_v_goes_through_the_layouts_and_says_which(papers: Library) -> None:
    async with reading(papers) as reader:
        seen = []
        for _ in range(4):
            await reader.press("v")
            seen.append((reader.message, sees(reader), reader.pane.beside))
        assert seen == [
            ("Layout: stacked · v for next", (True, True), False),
            ("Layout: list only · v for next", (True, False), False),
            ("Layout: abstract only · v for next", (False, True), False),
            ("Layout: side by side · v for next", (True, True), True),
        ]
        assert reader.list.has_focus and reader.counts[1] == 39, "to look at layouts is not to read"
        await reader.press("j")
        assert reader.counts[1] == 39


async def test_in_the_list_alone_enter_opens_the_abstract(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("v", "v", "enter")
        assert sees(reader) == (False, True)
        assert reader.pane.size.width == 120 and "Alpha networks" in reader.text("#pane")
        await reader.press("J")
        assert (reader.title or "").startswith("[MASK]") and "[MASK]" in reader.text("#pane")
        for key in ("h", "escape"):
            await reader.press(key)
            assert sees(reader) == (True, False) and reader.list.has_focus
            assert reader.lines()[reader.list.line].startswith("▌")
            await reader.press("enter")
        unread = reader.counts[1]
        await reader.press("h", "j", "space")
        assert sees(reader) == (False, True) and reader.counts[1] <= unread, "what is not seen is not read on"
        assert reader.pane.scrolled == 0
        title = reader.title
        await reader.press("space")
        assert sees(reader) == (False, True) and reader.title != title


async def test_in_the_abstract_alone_the_keys_go_on_from_paper_to_paper(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("v", "v", "v", "J", "J")
        assert (reader.title or "").startswith("Bounds")
        assert reader.counts[1] == 37
        for key in ("K", "n", "N", "right_square_bracket", "left_square_bracket", "space"):
            await reader.press(key)
            assert sees(reader) == (False, True), key
            assert reader.pane.paper is not None and reader.pane.paper.title == reader.title
        await reader.press("h")
        assert sees(reader) == (True, False) and reader.title in paper_titles(reader)


def paper_titles(reader: Reader) -> list[str | None]:
    feed = reader.list.feed
    return [summary.title for row, _ in reader.list.shown if (summary := feed.summary(row)) is not None]


@pytest.mark.parametrize("presses", [1, 2, 3])
async def test_the_layout_is_remembered(papers: Library, presses: int) -> None:
    async with reading(papers) as reader:
        await reader.press(*["v"] * presses)
        before = sees(reader)
    async with reading(papers) as reader:
        assert sees(reader) == before
        assert reader.app.feed.in_abstract is (presses == 3)


async def test_the_split_is_moved_and_remembered_for_each_layout(papers: Library) -> None:
    async with reading(papers) as reader:
        columns = reader.list.size.width
        await reader.press(">", ">", "<")
        assert reader.list.size.width == columns + 4
        assert reader.message == f"List {columns + 4} columns · abstract {120 - columns - 4} columns"
        await reader.press("v")
        lines = reader.list.size.height
        await reader.press("<", "<")
        assert reader.list.size.height == lines - 2
        assert reader.message == f"List {lines - 2} lines · abstract {38 - lines + 2} lines"
        await reader.press("enter")
        assert reader.list.size.height == lines - 2, "a split that was moved stays where it is"
        await reader.press("h")
    async with reading(papers) as reader:
        assert reader.list.size.height == lines - 2
        await reader.press("v", "<")
        assert reader.message == "Layout: list only, nothing to move · v for next"
        await reader.press("v", "v")
        assert reader.list.size.width == columns + 4


async def test_at_a_small_size_only_useful_layouts_are_offered(papers: Library) -> None:
    async with reading(papers, size=(60, 16)) as reader:
        seen = []
        for _ in range(3):
            await reader.press("v")
            seen.append(reader.message.partition(" · ")[0].removeprefix("Layout: "))
        assert seen == ["list only", "abstract only", "stacked"]
        for size in ((20, 5), (10, 3), (300, 100), (60, 16)):
            await reader.pilot.resize_terminal(*size)
            await reader.press("v", "j", "enter", "J", "h", ">", "<", "v")
            assert reader.list.summary is not None


async def test_a_layout_for_which_there_is_no_room_comes_back_with_it(papers: Library) -> None:
    async with reading(papers, size=(80, 24)) as reader:
        await reader.press("v", "v", "v")
        assert reader.pane.beside
        await reader.pilot.resize_terminal(60, 24)
        await reader.rest()
        assert not reader.pane.beside and sees(reader) == (True, True)
        await reader.pilot.resize_terminal(80, 24)
        await reader.rest()
        assert reader.pane.beside


async def test_a_search_and_a_dialog_come_over_any_layout(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("v", "v", "v", "slash")
        await reader.write("undated")
        await reader.press("enter")
        assert reader.title == "Undated 1"
        await reader.press("escape", "question_mark", "escape", "enter")
        assert sees(reader) == (False, True)


async def test_a_terminal_that_loses_the_focus_keeps_its_layout(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("v", "v", "v")
        reader.app.post_message(AppBlur())
        await reader.rest()
        await reader.pilot.resize_terminal(100, 30)
        await reader.rest()
        assert sees(reader) == (False, True)
        reader.app.post_message(AppFocus())
        await reader.rest()
        assert sees(reader) == (False, True) and reader.app.feed.in_abstract


async def test_without_papers_there_is_nothing_to_lay_out(library: Library) -> None:
    async with reading(library) as reader:
        for _ in range(5):
            await reader.press("v", ">", "space")
            assert "Welcome" in reader.text("#welcome") and reader.app.screen.query_one("#welcome").has_focus


async def test_a_search_without_hits_and_back_in_the_abstract_alone(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("v", "v", "v", "slash")
        await reader.write("nothing at all")
        await reader.press("enter")
        assert sees(reader) == (True, False) and reader.list.cursor is None
        await reader.press("v", "v", "space", "escape")
        assert reader.list.cursor is not None
