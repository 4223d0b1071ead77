"""A library whose windows are small, and cut days anywhere: each place is a paper's in the whole feed, so that it stays
where it is while papers come to match, or match no longer."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

import pytest

from feedreader.library.papers import PapersPart
from feedreader.library.windows import END, START, Cursor, Window
from feedreader.model import Group, Query
from feedreader.tui import feed_loader

SIZES = feed_loader.Windows(first=12, window=5, most=9, loaded=40, near=30, pause=0.001)
_Item = tuple[Any, Group, int]  # place, group, key


class SmallWindows:
    """Stands for the library's part that looks windows up. `asked` are the queries of those that were looked up; each
    `dry` one comes to nothing first, so many times."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[tuple[Query, int]] = []
        self.dry = 0
        self.counts_at_once = True
        monkeypatch.setattr(feed_loader, "WINDOWS", SIZES)
        for name in ("window", "cursor_at", "cursor_of_day", "count"):
            method: Callable[..., Any] = getattr(self, name)
            monkeypatch.setattr(PapersPart, name, lambda papers, *given, _=method, **more: _(papers, *given, **more))

    def window(
        self,
        papers: PapersPart,
        query: Query,
        *,
        after: Cursor | None = None,
        before: Cursor | None = None,
        most: int = 200,
        seconds: float | None = None,
    ) -> Window:
        self.asked.append((query, most))
        if self.dry and seconds is not None:
            self.dry -= 1
            return Window((), before, after or START)
        items = list(_items(papers, query))
        places = [item[0] for item in items]
        if before is not None:
            end = len(items) if before == END else sum(place < before.place for place in places)
            start = max(0, end - most)
        else:
            start = 0 if after in (None, START) else sum(place < after.place for place in places if after)
            end = min(len(items), start + most)
        return Window(
            _groups(papers, items[start:end]),
            Cursor(places[start]) if start and places[start:] else before if start else None,
            Cursor(places[end]) if end < len(items) else None,
        )

    def cursor_at(self, papers: PapersPart, query: Query, key: int) -> Cursor | None:
        if not query.by_day or (place := papers.place(key)) is None:
            return None
        return Cursor((*next(group for group in papers.groups() if group.key == place[0]).feed_order(), -1))

    def cursor_of_day(self, papers: PapersPart, query: Query, day: Any) -> Cursor | None:
        return Cursor((False, -day.toordinal(), "", "", "", -1)) if query.by_day else None

    def count(
        self, papers: PapersPart, query: Query, *, after: Cursor | None = None, seconds: float | None = None
    ) -> tuple[int, Cursor | None]:
        most = 10**6 if self.counts_at_once or seconds is None else 25
        window = self.window(papers, query, after=after, most=most)
        return window.papers, window.after


def _items(papers: PapersPart, query: Query) -> Iterator[_Item]:
    """What a query finds, paper by paper, with the places in the whole feed; sorted otherwise, with those in the list
    of all."""
    every = [key for _, keys in papers.matches(Query(sort=query.sort)) for key in keys]
    places = {key: place for place, key in enumerate(every)}
    for group, keys in papers.matches(query):
        for key in keys:
            if query.by_day:
                yield (*group.feed_order(), places[key]), group, key
            else:
                yield (places[key],), group, key


def _groups(papers: PapersPart, items: Sequence[_Item]) -> tuple[tuple[Group, Any], ...]:
    found = []
    for group, some in groupby(items, key=lambda item: item[1]):
        keys = [key for _, _, key in some]
        summaries = papers.summaries(keys).values()
        unread = 0 if group.section else sum(not summary.marks.read for summary in summaries)
        kept = sum(summary.marks.shortlisted for summary in summaries)
        part = Group(group.key, group.day, group.collection, len(keys), unread, kept, group.section)
        found.append((part, array("q", keys)))
    return tuple(found)


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> SmallWindows:
    return SmallWindows(monkeypatch)
