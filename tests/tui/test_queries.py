"""Queries: what is shown, what stays where it is, and what is remembered."""

from __future__ import annotations

from textual.widgets import Input

from feedreader.library import Library
from tests.tui.conftest import reading


async def test_only_unread_and_all_again_keep_the_cursor_on_its_paper(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("m", "right_square_bracket", "U")
        assert reader.app.feed.query_text == "is:unread"
        assert reader.title == "Long reading"
        assert "Alpha" not in reader.text()
        assert "is:unread: 38 papers" in reader.text("#status")
        await reader.press("U")
        assert reader.app.feed.query_text == ""
        assert reader.title == "Long reading"
        assert reader.list.feed.papers == 39


async def test_a_cursor_whose_paper_does_not_match_goes_to_the_next_that_does(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("j", "j", "s", "right_square_bracket", "j", "s", "g", "j", "S")
        assert "Bounds" in (reader.title or "")
        await reader.press("S", "G", "S")
        assert reader.list.summary is not None and reader.list.summary.arxiv_id == "1904.09925", (
            "none behind: the last one"
        )


async def test_a_row_that_no_longer_matches_stays_until_the_query_is_run_again(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("U", "m")
        before = reader.lines()
        assert "Alpha" in before[1]
        assert " 1/4 " in before[0]
        await reader.press("j", "m", "u")
        assert "Alpha" in reader.lines()[1], "an undo does not run the query either"
        await reader.press("slash", "enter")
        assert "Alpha" not in reader.text()


async def test_a_day_read_under_a_query_is_what_is_shown_of_it(papers: Library) -> None:
    async with reading(papers, query="Bounds") as reader:
        await reader.press("A")
        assert papers.papers.counts() == (39, 38, 0)


async def test_next_unread_stays_within_what_is_shown(papers: Library) -> None:
    async with reading(papers, query="Undated") as reader:
        await reader.press("m", "n")
        assert reader.title == "Undated 2"
        await reader.press("m", "n", "m", "n")
        assert reader.message.startswith("No unread papers below")


async def test_nothing_found_says_what_to_press(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("S")
        assert "Your shortlist is empty." in reader.text()
        assert "S to show all papers" in reader.text()
        assert reader.text("#pane").strip("│ \n") == ""
        for key in ("j", "G", "m", "s", "A", "n", "space", "enter", "right_square_bracket", "D"):
            await reader.press(key)
        await reader.press("escape")
        assert reader.title == "Alpha networks for everybody"


async def test_the_query_bar_runs_a_query(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("slash")
        await reader.write("day:2019-05-22 Long")
        await reader.press("enter")
        assert reader.title == "Long reading"
        assert reader.list.feed.papers == 1
        assert reader.list.has_focus


async def test_the_query_bar_says_where_the_mistake_is(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("slash")
        await reader.write("deep is:unred")
        verdict = reader.lines("#query-verdict")[0]
        assert verdict.index("^") == len(" / deep is:")
        assert "is:unread" in verdict
        await reader.press("enter")
        assert reader.app.feed.settled_query == "", "a query that is not understood is not run"
        assert reader.app.screen.query_one(Input).has_focus
        await reader.press("escape")
        assert reader.list.has_focus
        assert reader.list.feed.papers == 39
        assert reader.text("#hints").lstrip().startswith("s keep")


async def test_escape_in_the_list_shows_all_papers(papers: Library) -> None:
    async with reading(papers, query="Undated") as reader:
        assert reader.list.feed.papers == 3
        assert reader.text("#hints").lstrip().startswith("s keep  x dismiss  space read on  esc all papers  / search")
        await reader.press("escape")
        assert reader.list.feed.papers == 39
        assert reader.title == "Undated 1"


async def test_place_query_and_theme_are_there_again(papers: Library) -> None:
    async with reading(papers, size=(120, 20)) as reader:
        await reader.press("U", "G", "k")
        reader.app.choose_theme("nord")
        await reader.rest()
        line, title = reader.list.line, reader.title
        await reader.press("ctrl+q")
    async with reading(papers, size=(120, 20)) as reader:
        assert reader.app.theme == "nord"
        assert reader.app.feed.query_text == "is:unread"
        assert (reader.title, reader.list.line) == (title, line)
    async with reading(papers, size=(120, 20), query="Number") as reader:
        assert reader.app.feed.query_text == "Number"


async def test_the_place_is_remembered_soon_after_a_move(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("j")
        await reader.until(lambda: "[MASK]" in _place(papers), "the place is saved")


def _place(library: Library) -> str:
    said = library.state("position")
    paper = library.papers.get(library.papers.key_of(said.split(" ", 2)[2])) if said else None
    return paper.title or "" if paper else ""
