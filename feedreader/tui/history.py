"""The way back: what was shown before a jump to other papers, so that `escape` leads there again."""

from __future__ import annotations

from typing import NamedTuple

from feedreader.model import Query
from feedreader.tui.session import Position
from feedreader.view.day_feed import DayFeed
from feedreader.view.scroll import Top

_LONGEST = 20


class FeedSnapshot(NamedTuple):
    """What was on the screen: the query and its text, the feed, the cursor's row, the list's top line. `above` is what
    the feed's was then."""

    text: str
    query: Query
    feed: DayFeed
    row: int | None
    top: Top
    position: Position | None
    above: int = 0

    @property
    def now(self) -> tuple[int | None, Top]:
        """The cursor's row and the list's top line in the feed as it is now, which may have grown."""
        moved = self.feed.above - self.above
        return None if self.row is None else self.row + moved, self.top._replace(row=self.top.row + moved)


class _Step(NamedTuple):
    """What was shown before a jump, and the query shown after it. `by` names jumps that are made again and again."""

    snapshot: FeedSnapshot
    query: str
    by: str


class NavigationHistory:
    """The jumps. They count only as long as what the last one showed is shown: each question names the query shown."""

    def __init__(self) -> None:
        self._steps: list[_Step] = []

    def add(self, snapshot: FeedSnapshot, query: str, by: str = "") -> None:
        """A jump to `query` is made. One `by` the same as the last takes its place: back leads to where they began."""
        last = self._last(snapshot.text)
        if last is None:
            self._steps.clear()
        if last is not None and by and last.by == by:
            self._steps[-1] = last._replace(query=query)
        elif snapshot.row is not None:
            self._steps.append(_Step(snapshot, query, by))
            del self._steps[:-_LONGEST]

    def _last(self, query: str) -> _Step | None:
        return self._steps[-1] if self._steps and self._steps[-1].query == query else None

    def leads_back(self, query: str) -> bool:
        """Whether there is a place to go back to."""
        return self._last(query) is not None

    def back(self, query: str) -> FeedSnapshot | None:
        """What was shown before the last jump, which is dropped; None if there was none."""
        last = self._last(query)
        if last is None:
            return None
        self._steps.pop()
        return last.snapshot

    def level_up(self, query: str) -> FeedSnapshot | None:
        """The same, past jumps within what is shown: what had another query."""
        while (snapshot := self.back(query)) is not None and snapshot.text == query:
            pass
        return snapshot

    def clear(self) -> None:
        """There is no way back any more."""
        self._steps.clear()
