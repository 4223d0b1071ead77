"""Windows of a few papers, so that what a query finds comes in many, and days are cut anywhere."""

from __future__ import annotations

from typing import Any

import pytest

from feedreader.library.papers import PapersPart
from feedreader.library.windows import START, Cursor, Window
from feedreader.model import Query
from feedreader.tui import feed_loader

SIZES = feed_loader.Windows(first=12, window=5, most=9, loaded=40, near=30, pause=0.001)
_window, _count = PapersPart.window, PapersPart.count


class SmallWindows:
    """Stands before the library. `asked` are the windows that were looked up: the query, how many papers. While it is
    `dry`, those that may not take long come to nothing; `counted` is how many papers are counted at once. `error` is
    raised by all but the first.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[tuple[Query, int]] = []
        self.dry = False
        self.counted = 0
        self.error: Exception | None = None
        monkeypatch.setattr(feed_loader, "WINDOWS", SIZES)
        monkeypatch.setattr(PapersPart, "window", lambda papers, query, **more: self.window(papers, query, **more))
        monkeypatch.setattr(PapersPart, "count", lambda papers, query, **more: self.count(papers, query, **more))

    def window(self, papers: PapersPart, query: Query, *, most: int = 200, **more: Any) -> Window:
        self.asked.append((query, most))
        if self.error and more.get("after") not in (None, START):
            raise self.error
        if self.dry and more.get("seconds") is not None:
            return Window((), more.get("before"), more.get("after") or START)
        return _window(papers, query, most=most, **more)

    def count(self, papers: PapersPart, query: Query, **more: Any) -> tuple[int, Cursor | None]:
        if not self.counted or more.get("seconds") is None:
            return _count(papers, query, **more)
        window = _window(papers, query, after=more.get("after"), most=self.counted)
        return window.papers, window.after


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> SmallWindows:
    return SmallWindows(monkeypatch)
