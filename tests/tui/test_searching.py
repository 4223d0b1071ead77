"""Searching as one types."""

from __future__ import annotations

import threading

import pytest
from textual.widgets import Input

from feedreader.library import Library
from feedreader.library.papers import PapersPart
from feedreader.library.search import regex_search
from feedreader.model import Digest, Entry, Query
from feedreader.services import ingest
from tests.tui.conftest import PATIENCE, Reader, reading


def verdict(reader: Reader) -> str:
    return reader.lines("#query-verdict")[0].strip()


def looks(reader: Reader, selector: str, text: str) -> set[str]:
    """The styles in which a piece of text is drawn."""
    widget = reader.app.screen.query_one(selector)
    strips = widget.render_lines(widget.size.region)
    return {str(segment.style) for strip in strips for segment in strip if segment.text == text}


async def test_results_follow_what_is_typed_and_escape_leads_back(papers: Library) -> None:
    async with reading(papers, size=(120, 20)) as reader:
        await reader.press("right_square_bracket", "right_square_bracket", *"jjjjjjjjjjjjjjj")
        title, line, top = reader.title, reader.list.line, reader.list.top
        await reader.press("slash")
        await reader.write("undat")
        assert reader.list.feed.papers == 3
        assert reader.title == "Undated 1", "the first of what was found"
        assert verdict(reader).startswith("3 papers")
        assert "undat: 3 papers" in reader.text("#status")
        assert reader.app.feed.settled_query == ""
        await reader.write("ed 2")
        assert verdict(reader).startswith("1 paper ")
        await reader.press("escape")
        assert (reader.title, reader.list.line, reader.list.top) == (title, line, top)
        assert reader.list.feed.papers == 39 and reader.list.has_focus
        assert reader.app.feed.query_text == ""


async def test_enter_keeps_what_is_shown(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("slash")
        await reader.write("number of")
        number = reader.app.feed.loader.number
        await reader.press("enter")
        assert reader.app.feed.loader.number == number, "it is not asked again"
        assert reader.list.feed.papers == 30 and reader.list.has_focus
        assert reader.app.feed.settled_query == "number of"
        await reader.press("j", "slash")
        await reader.write("x")
        await reader.press("escape")
        assert reader.title == "Number 2 of a long day"
        assert reader.app.feed.query_text == "number of"


async def test_what_is_not_done_yet_leaves_the_last_result_and_shows_no_error(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("slash")
        await reader.write("undated ")
        await reader.write('"undated')
        assert reader.list.feed.papers == 3
        assert verdict(reader).startswith("3 papers") and 'Add a ".' in verdict(reader) and "^" not in verdict(reader)
        await reader.press("enter")
        assert verdict(reader).index("^") >= 0 and reader.app.screen.query_one(Input).has_focus
        await reader.write(' 2"')
        assert verdict(reader).startswith("1 paper ")
        await reader.press("enter")
        assert reader.title == "Undated 2"


async def test_what_was_found_is_marked_in_list_and_abstract(papers: Library) -> None:
    async with reading(papers, query="network or frechet or lovelace") as reader:
        found = looks(reader, "#list", "Fréchet")
        assert found and found != looks(reader, "#list", " Bounds of 𝒪(n²) by ")
        assert looks(reader, "#list", "Lovelace")
        assert looks(reader, "#pane", "network") and looks(reader, "#pane", "Lovelace")
        await reader.press("escape")
        assert not looks(reader, "#pane", "network")


async def test_tab_completes_and_goes_on_to_the_next(papers: Library) -> None:
    async with reading(papers) as reader:
        box = Input()
        await reader.press("slash")
        box = reader.app.screen.query_one(Input)
        await reader.write("cat:cs.l")
        assert "cat:cs.LG Machine Learning" in verdict(reader)
        await reader.press("tab")
        assert box.value == "cat:cs.LG" and reader.list.feed.papers == 1
        await reader.press("tab")
        assert box.value == "cat:cs.LO" and reader.list.feed.papers == 0
        await reader.press("shift+tab", "space", *"so", "tab")
        assert box.value == "cat:cs.LG source:"
        await reader.write("dig")
        await reader.press("tab", "enter")
        assert reader.app.feed.query_text == "cat:cs.LG source:digest.txt"
        await reader.press("slash")
        await reader.write("is:unre")
        await reader.press("right", "enter")
        assert reader.app.feed.query_text == "cat:cs.LG source:digest.txt is:unread"
        await reader.press("slash", "tab")
        assert reader.app.screen.query_one(Input).has_focus, "with nothing to complete Tab does nothing"


async def test_other_orders_stand_in_one_group_with_their_days(papers: Library) -> None:
    keys = [key for group in papers.papers.groups() for key in papers.papers.keys(group.key, 0, 99)]
    papers.marks.set(keys[4:6], {"read": True}, label="x")
    async with reading(papers, query="sort:title") as reader:
        assert reader.lines()[0].startswith("── By title ─") and " 2/39 ▰▱▱▱▱ ──" in reader.lines()[0]
        assert "23 May 2019" in reader.text()
        await reader.press("j", "m")
        assert " 3/39 " in reader.lines()[0]
        title = reader.title
        await reader.press("right_square_bracket", "n", "u")
        assert " 2/39 " in reader.lines()[0], "brought up to date in its order"
        await reader.press("escape")
        assert reader.list.feed.papers == 39 and reader.list.feed.by_day
        assert title
    async with reading(papers, query="") as reader:
        await reader.press("j", "slash")
        await reader.write("sort:rank number")
        await reader.press("enter", "j", "D", "u")
        assert "Best matches first" in reader.text()
        await reader.press("U")
        assert reader.app.feed.query_text == "number is:unread sort:rank"


async def test_a_regular_expression_that_is_stopped_is_said_in_the_bar(
    papers: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(regex_search, "MAX_SECONDS", 0.3)
    entry = Entry(title="a" * 60 + "!", abstract="An abstract that is long enough.")
    ingest.import_digest(papers, Digest(format="x", entries=(entry,)), name="a", path="/a")
    async with reading(papers) as reader:
        await reader.press("slash")
        await reader.pilot.press(*"/(a+)+$/")
        await reader.until(lambda: "stopped" in verdict(reader), "the verdict says so")
        assert not reader.app._notifications
        await reader.press("escape")
        assert reader.list.feed.papers == 40


async def test_typing_does_not_wait_and_only_the_last_question_is_asked(
    papers: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, asked = threading.Event(), []
    window = PapersPart.window

    def slowly(self: PapersPart, query: Query, **more: object) -> object:
        asked.append(query.terms[0])
        assert go_on.wait(PATIENCE)
        return window(self, query, **more)  # type: ignore[arg-type]

    async with reading(papers) as reader:
        monkeypatch.setattr(PapersPart, "window", slowly)
        await reader.pilot.press("slash")
        await reader.until(lambda: bool(reader.app.screen.query(Input)), "the bar is open")
        await reader.until(lambda: reader.app.screen.query_one(Input).has_focus, "and takes keys")
        await reader.pilot.press("u")
        await reader.until(lambda: bool(asked), "the first letter is looked for")
        await reader.pilot.press(*"ndated")
        await reader.until(lambda: reader.app.screen.query_one(Input).value == "undated", "it can be typed on")
        assert len(asked) == 1 and reader.list.feed.papers == 39
        go_on.set()
        await reader.rest()
        assert len(asked) == 2 and reader.list.feed.papers == 3


@pytest.mark.parametrize("query", ["/[A-Z]+/", "[MASK] [/]", "[$x] [@click=app.quit]x[/]", "/\\[a-z\\]/ or [b]"])
async def test_brackets_in_a_query_are_shown_as_they_are(papers: Library, query: str) -> None:
    async with reading(papers, size=(120, 20)) as reader:
        await reader.press("slash")
        await reader.write(query)
        assert query in reader.text("#query-input")
        await reader.press("enter")
        assert query in reader.text("#status") + reader.text("#list")
