"""What comes from outside: another program's writes, answers that come too late, failures, hostile text."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from feedreader.errors import LibraryError
from feedreader.library import Library
from feedreader.model import Digest, Entry, Query
from feedreader.services import ingest, removal
from feedreader.tui.feed_loader import FeedRequest, load_feed, load_pages
from feedreader.tui.messages import LibraryChanged
from tests.tui.conftest import HOSTILE, reading


def entry(title: str, day: date) -> Entry:
    return Entry(title=title, day=day, authors=("New Author",), abstract=f"{title}, in short. " * 5)


def arrive(library: Library, *entries: Entry, name: str = "later.txt") -> None:
    ingest.import_digest(library, Digest(format="test", entries=entries), name=name, path=f"/tmp/{name}")


async def test_marks_of_another_program_show_up(papers: Library) -> None:
    async with reading(papers) as reader:
        key = reader.list.key
        assert key is not None
        with_other = Library.open(papers.path, now=lambda: datetime(2026, 1, 1, tzinfo=UTC))
        with_other.marks.set([key], {"shortlisted": True}, label="kept elsewhere")
        with_other.close()
        await reader.until(lambda: reader.counts == (39, 39, 1), "the mark is seen")
        assert "★ Alpha" in reader.lines()[1]
        await reader.press("u")
        assert reader.message == "Undid: keep elsewhere"


async def test_papers_that_arrive_move_neither_cursor_nor_scroll(papers: Library) -> None:
    async with reading(papers, size=(120, 20)) as reader:
        await reader.press("G", "k", "k", "k", "k", "k")
        line, title, before = reader.list.line, reader.title, reader.lines()
        arrive(papers, entry("Brand new", date(2019, 5, 24)), entry("Also new", date(2019, 5, 23)))
        reader.app.post_message(LibraryChanged())
        await reader.until(lambda: reader.counts[0] == 41, "the papers are seen")
        await reader.rest()
        assert (reader.list.line, reader.title) == (line, title)
        assert reader.lines()[1:] == before[1:]
        await reader.press("g")
        assert reader.title == "Brand new"


async def test_papers_that_arrive_join_a_query_and_leave_its_rows_alone(papers: Library) -> None:
    async with reading(papers, query="is:unread") as reader:
        await reader.press("m")
        arrive(papers, entry("Brand new", date(2019, 5, 24)))
        reader.app.post_message(LibraryChanged())
        await reader.until(lambda: reader.counts[0] == 40, "the paper is seen")
        await reader.rest()
        assert (reader.title, reader.list.line) == ("Alpha networks for everybody", 1)
        await reader.press("k")
        assert reader.title == "Brand new"
        assert "Alpha networks" in reader.text()
        assert " 1/4 " in reader.text()


async def test_a_paper_that_left_the_library_gives_its_place_to_the_next(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("j")
        removal.forget_papers(papers, [_id(papers, reader.list.key)])
        reader.app.post_message(LibraryChanged())
        await reader.until(lambda: reader.counts[0] == 38, "it is gone")
        assert "Bounds" in (reader.title or "")


def _id(library: Library, key: int | None) -> str:
    paper = library.papers.get(key or 0)
    assert paper is not None
    return paper.id


async def test_an_older_feed_does_not_replace_a_newer_one(papers: Library) -> None:
    async with reading(papers) as reader:
        late = load_feed(papers, FeedRequest(Query()))
        await reader.press("S")
        reader.app.feed.loader._loaded(0, late)
        await reader.rest()
        assert reader.list.feed.papers == 0


async def test_pages_read_before_a_mark_are_asked_for_again(papers: Library) -> None:
    async with reading(papers) as reader:
        feed = reader.list.feed
        key = reader.list.key
        pages = load_pages(papers, feed.bare().requests(0, 4))
        await reader.press("m")
        reader.app.feed.loader._take_pages(feed, 0, pages)
        await reader.rest()
        head = reader.list.feed.summary_of(key or 0)
        assert head is not None and head.marks.read


async def test_what_fails_is_said_and_the_reader_goes_on(papers: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise LibraryError("The disk [/] is full.", "Make room.")

    async with reading(papers) as reader:
        monkeypatch.setattr(papers.marks, "set", full)
        await reader.press("m")
        await reader.until(lambda: len(reader.app._notifications) == 1, "it is said")
        assert next(iter(reader.app._notifications)).message == "The disk [/] is full. Make room."
        assert reader.counts == (39, 39, 0)
        monkeypatch.undo()
        await reader.press("m")
        assert reader.counts == (39, 38, 0)


async def test_after_a_query_that_failed_the_next_one_works(papers: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_: object, **__: object) -> None:
        raise LibraryError("Locked.", "Wait.")

    async with reading(papers) as reader:
        monkeypatch.setattr(papers.papers, "window", locked)
        await reader.press("S")
        await reader.until(lambda: len(reader.app._notifications) == 1, "it is said")
        assert reader.list.feed.papers == 39
        monkeypatch.undo()
        await reader.press("slash", "enter")
        assert reader.list.feed.papers == 0


async def test_a_mark_that_changes_nothing_leaves_nothing_behind(papers: Library) -> None:
    async with reading(papers) as reader:
        key = reader.list.key
        assert key is not None
        papers.marks.set([key], {"read": True}, label="read elsewhere")  # through this library: not seen as foreign
        await reader.press("m")
        assert len(reader.app.feed.marks.intended) == 0


async def test_a_mistake_of_the_program_is_loud(papers: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a mistake")

    with pytest.raises(ZeroDivisionError):
        async with reading(papers) as reader:
            monkeypatch.setattr(papers.marks, "set", broken)
            await reader.pilot.press("m")
            await reader.until(lambda: reader.app._exception is not None, "the reader ends")


async def test_hostile_text_does_nothing(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("j")
        for selector in ("#list", "#pane"):
            assert "[MASK] [/] [@click=app.quit]x[/]" in reader.text(selector).replace("\n", " ")
            assert "\x1b" not in reader.text(selector)
            assert "\u202e" not in reader.text(selector)
        assert "[b]Bold[/b] Author" in reader.text("#pane")
        await reader.press("s", "u")
        assert "[MASK]" in reader.message
        assert "\x1b" not in reader.text("#hints")
        await reader.press("slash")
        await reader.write(HOSTILE[:6])
        await reader.press("enter")
        assert reader.list.feed.papers >= 1
