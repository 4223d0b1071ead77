"""Browsing: lists of names, more by an author, a random paper; and the way back."""

from __future__ import annotations

from typing import Any

import pytest
from textual.widgets import Input

from feedreader.errors import LibraryError
from feedreader.library import Library
from feedreader.model import Digest, Entry, Query
from feedreader.services import browsing, ingest
from feedreader.tui.dialogs.browse import BrowseScreen
from feedreader.tui.widgets.lines import Lines
from feedreader.tui.workers import WorkerThread
from feedreader.view.scroll import Top
from tests.tui.conftest import HOSTILE, Reader, reading


def chosen(reader: Reader) -> str:
    """The line that the cursor stands on."""
    lines = reader.app.screen.query_one(Lines)
    return reader.lines("#narrow-lines")[lines.choice - lines.scrolled]


def place(reader: Reader) -> tuple[str | None, int, Top, str]:
    return reader.title, reader.list.line, reader.list.top, reader.app.feed.query_text


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (60, 16)])
async def test_the_lists_lead_to_the_papers_and_escape_leads_back(papers: Library, size: tuple[int, int]) -> None:
    async with reading(papers, size=size) as reader:
        await reader.press("right_square_bracket", "right_square_bracket", *"jjjjj")
        before = place(reader)
        await reader.press("b")
        assert isinstance(reader.app.screen, BrowseScreen)
        assert "cs.LG" in chosen(reader) and "Machine Learning" in chosen(reader)
        await reader.press("tab")
        assert "digest.txt" in chosen(reader) and chosen(reader).endswith("39 unread  39")
        await reader.press("right")
        assert "Ada Lovelace" in chosen(reader)
        assert "Authors 4" in reader.text("#browse-tabs")
        await reader.write("charles")
        assert "Charles Babbage" in chosen(reader) and "1 of 4" in reader.text("#dialog-heading")
        await reader.press("enter")
        feed = reader.app.feed
        assert feed.query_text == 'author:="Charles Babbage"' and reader.list.feed.papers == 36
        assert reader.title == "Alpha networks for everybody" and reader.list.has_focus
        assert size[0] < 80 or "esc back" in reader.text("#hints"), "at 60 columns the keys of a paper go first"
        await reader.press("escape")
        assert place(reader) == before and reader.list.feed.papers == 39
        await reader.press("escape")
        assert place(reader) == before


async def test_from_the_abstract_it_leads_to_papers_that_nobody_opened(
    papers: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def at_once(worker: WorkerThread, job: Any, then: Any = None, **how: Any) -> None:
        answer = job()
        if then is not None:
            then(answer)

    async with reading(papers) as reader:
        await reader.press("j", "j", "enter")
        with monkeypatch.context() as quick:
            quick.setattr(WorkerThread, "do", at_once)  # the papers are there before the focus has moved
            reader.app.feed.jump("cat:cs.LG")
        assert reader.app.feed.marks.open is None
        await reader.press("escape")
    assert sum(paper.marks.opened or paper.marks.read for paper in papers.papers.find(Query())) == 1


async def test_it_opens_where_it_was_left(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("b", "left", "left")
        await reader.write("bold")
        await reader.press("escape", "b")
        assert reader.app.screen.query_one(Input).value == "bold"
        assert "[b]Bold[/b] Author" in chosen(reader)
        await reader.press("enter")
        assert reader.list.feed.papers == 1 and reader.list.summary and "[MASK]" in (reader.list.summary.title or "")


async def test_the_order_is_turned_and_the_cursor_stays_on_its_name(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("b", "tab", "tab", "down")
        before = chosen(reader)
        assert "Charles Babbage" in before
        await reader.press("ctrl+o")
        assert chosen(reader) == before
        shown = [line.strip().split("  ")[0] for line in reader.lines("#narrow-lines") if line.strip()]
        assert shown == ["[b]Bold[/b] Author", "Charles Babbage", "Ada Lovelace", "山田太郎"]
        assert "by name" in reader.text("#dialog-heading")
        await reader.press("ctrl+o")
        assert chosen(reader) == before


async def test_nothing_there_is_said(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("b", "left")
        assert "No tags yet" in reader.text("#narrow-lines")
        await reader.press("enter")
        assert isinstance(reader.app.screen, BrowseScreen), "there is nothing to show"
        await reader.write("xyz")
        await reader.press("left")
        assert "No matches." not in reader.text("#narrow-lines"), "each list is filtered anew"
        await reader.write("xyz")
        assert "No matches." in reader.text("#narrow-lines")


async def test_an_empty_list_gives_way_to_the_next_one_at_first(library: Library) -> None:
    digest = Digest(format="x", title="x", entries=(Entry(title="One"), Entry(title="Two")))
    ingest.import_digest(library, digest, name="a.txt", path="/a.txt")
    async with reading(library) as reader:
        await reader.press("b")
        assert "a.txt" in chosen(reader)
        await reader.press("left")
        assert "No categories yet." in reader.text("#narrow-lines")


async def test_marks_made_meanwhile_are_counted_when_it_is_opened_again(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("b")
        assert chosen(reader).endswith("1 unread  1")
        await reader.press("escape", "m", "b")
        assert chosen(reader).endswith(" 1") and "unread" not in chosen(reader)


async def test_a_list_of_any_length_is_gone_through_in_the_same_way(
    papers: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browsing, "LARGE", 0)
    monkeypatch.setattr(browsing, "SHORT", 3)
    async with reading(papers) as reader:
        await reader.press("b", "right", "right")
        await reader.until(lambda: "Ada Lovelace" in reader.text("#narrow-lines"), "they are counted")
        assert "Authors 4" in reader.text("#browse-tabs") and "most papers first" in reader.text("#dialog-heading")
        await reader.write("charles")
        assert "Charles Babbage" in chosen(reader) and "1 of 4" in reader.text("#dialog-heading")
        await reader.press("ctrl+u", "ctrl+o")
        assert "[b]Bold[/b] Author" in reader.lines("#narrow-lines")[0] and "by name" in reader.text("#dialog-heading")
        await reader.write("xyz")
        assert "No matches." in reader.text("#narrow-lines")
        await reader.press("ctrl+u")
        await reader.write("bab")
        await reader.press("enter")
        assert reader.app.feed.query_text == 'author:="Charles Babbage"' and reader.list.feed.papers == 36
        await reader.press("m", "b")
        assert "Charles Babbage" in chosen(reader), "it opens where it was left"
        await reader.until(lambda: chosen(reader).endswith("35 unread  36"), "counted again")


async def test_how_far_the_counting_is_is_said(papers: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browsing, "counted", lambda library, facet, progress, is_wanted: progress(0.42))
    async with reading(papers) as reader:
        await reader.press("b")
        assert "Counting… 42%" in reader.text("#narrow-lines")


async def test_what_cannot_be_counted_is_said(papers: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise LibraryError("The authors cannot be counted.")

    monkeypatch.setattr(browsing, "counted", fails)
    async with reading(papers) as reader:
        await reader.press("b")
        assert isinstance(reader.app.screen, BrowseScreen)
        assert "The authors cannot be counted." in reader.app.screen.hints.message
        assert "Not counted." in reader.text("#narrow-lines")


async def test_a_surprise_finds_something(papers: Library) -> None:
    async with reading(papers) as reader:
        for seed in range(12):
            reader.app.browse.chance.seed(seed)
            await reader.press("b", "ctrl+r")
            assert reader.app.screen is reader.app.feed
            assert reader.app.feed.query_text and reader.list.feed.papers
        for _ in range(12):
            await reader.press("escape")
        assert reader.app.feed.query_text == "" and reader.title == "Alpha networks for everybody"


async def test_more_by_an_author(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("j", "j", "M")
        assert [line.split() for line in reader.lines("#narrow-lines")] == [
            ["1", "Ada", "Lovelace"],
            ["2", "Charles", "Babbage"],
        ]
        await reader.press("2")
        assert reader.app.feed.query_text == 'author:"Charles Babbage"' and reader.list.feed.papers == 36
        await reader.press("h")
        assert (reader.title or "").startswith("Bounds of") and reader.app.feed.query_text == ""
        await reader.press("M")
        await reader.write("lov")
        await reader.press("enter")
        assert reader.app.feed.query_text == 'author:"Ada Lovelace"'
        await reader.press("escape", "M", "enter")
        assert reader.app.feed.query_text == 'author:"Ada Lovelace"', "the first one"
        await reader.press("escape", "k", "M")
        assert reader.list.feed.papers == 1 and HOSTILE.split(" ")[0] in (reader.title or ""), "the only one"


async def test_a_paper_without_authors_says_so(papers: Library) -> None:
    async with reading(papers, query="id:1904.09925") as reader:
        await reader.press("M")
        assert reader.message == "This paper names no authors."


async def test_a_paper_by_chance_is_unread_and_escape_leads_back_to_the_beginning(papers: Library) -> None:
    keys = [key for _, some in papers.papers.matches(Query()) for key in some]
    papers.marks.set(keys[:-2], {"read": True}, label="read")
    async with reading(papers, size=(80, 24)) as reader:
        await reader.press("j")
        before = place(reader)
        met = set()
        for _ in range(12):
            await reader.press("asterisk")
            met.add(reader.title)
        assert met == {"Undated 2", "Undated 3"}
        await reader.press("escape")
        assert place(reader) == before
        await reader.press("slash")
        await reader.write("undated 3")
        await reader.press("enter", "asterisk")
        assert reader.title == "Undated 3"
        await reader.press("m", "asterisk")
        assert reader.message == "No unread papers here."


async def test_in_a_query_chance_stays_in_the_query(papers: Library) -> None:
    async with reading(papers, query="undated or alpha") as reader:
        met = set()
        for _ in range(25):
            await reader.press("asterisk")
            met.add(reader.title)
        assert met == {"Undated 1", "Undated 2", "Undated 3", "Alpha networks for everybody"}
        assert reader.app.feed.query_text == "undated or alpha"


async def test_a_query_of_another_kind_leads_back_to_all_papers(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("b", "enter", "slash")
        await reader.write("is:unread")
        await reader.press("enter")
        assert reader.app.feed.query_text == "cat:cs.LG is:unread"
        await reader.press("escape")
        assert reader.app.feed.query_text == ""


async def test_a_long_list_is_drawn_as_far_as_it_is_seen(library: Library) -> None:
    entries = [
        Entry(title=f"Paper {n}", arxiv_id=f"1905.{n:05}", authors=tuple(f"Name{n * 10 + m:05}" for m in range(10)))
        for n in range(300)
    ]
    ingest.import_digest(library, Digest(format="x", title="x", entries=tuple(entries)), name="x", path="/x")
    async with reading(library, size=(80, 24)) as reader:
        await reader.press("b", "tab")
        assert "Authors 3,000" in reader.text("#browse-tabs")
        await reader.press(*["pagedown"] * 20)
        assert chosen(reader).split()[0] == f"Name{reader.app.screen.query_one(Lines).choice:05}"
        await reader.write("name02999")
        assert chosen(reader).split()[0] == "Name02999"
        await reader.press("enter")
        assert reader.title == "Paper 299"


@pytest.mark.parametrize(
    ("text", "title", "said"),
    [
        ("2019-05-22", "Long reading", ""),
        ("yesterday", "Long reading", ""),
        ("Today", "Alpha networks for everybody", ""),
        ("2019-05", "Alpha networks for everybody", ""),
        ("2019-05-10", "Number 1 of a long day", "No papers on Fri 10 May; the nearest day is Mon 6 May."),
        ("2w", "Number 1 of a long day", "No papers on Fri 10 May; the nearest day is Mon 6 May."),
        ("2030", "Alpha networks for everybody", "No papers on Tue 31 Dec 2030; the nearest day is Thu 23 May."),
        ("1999-01-01", "Number 1 of a long day", "No papers on Fri 1 Jan 1999; the nearest day is Mon 6 May."),
        ("..2019-05-21", "Number 1 of a long day", ""),
        ("2019-13", "Undated 3", "“2019-13” is not a valid date. Try 2019-11-20, yesterday or 7d."),
        ("x", "Undated 3", "“x” is not a valid date. Try 2019-11-20, yesterday or 7d."),
    ],
)
async def test_a_day_is_gone_to_or_the_nearest(papers: Library, text: str, title: str, said: str) -> None:
    async with reading(papers) as reader:
        await reader.press("G", "at")
        await reader.write(text)
        await reader.press("enter")
        assert reader.title == title and reader.message == said.replace("2019-11-20", "2026-11-20")
        assert reader.app.focused is reader.list


async def test_a_day_is_gone_to_within_what_is_shown(papers: Library) -> None:
    async with reading(papers, query="number") as reader:
        await reader.press("G", "enter", "at")
        await reader.write("today")
        await reader.press("enter")
        assert reader.title == "Number 1 of a long day" and reader.message.startswith("No papers on Thu 23 May;")
        for query, said in (("sort:title", "This list is not sorted by day."), ("nothing at all", "No papers here.")):
            reader.app.feed.run_query(query)
            await reader.rest()
            await reader.press("at")
            await reader.write("today")
            await reader.press("enter")
            assert reader.message == said
