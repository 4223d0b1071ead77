"""The way back: where one was before a jump to other papers, so that `escape` leads there again."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from feedreader.tui.feed_loader import FeedSnapshot
    from feedreader.tui.screens.feed import FeedScreen

_LONGEST = 20


class _Step(NamedTuple):
    """Where one was, and the query that was shown then instead. `by` tells jumps that are made again and again."""

    before: FeedSnapshot
    query: str
    by: str


class NavigationHistory:
    """The feed screen's memory of jumps. It counts only as long as what the last one showed is shown."""

    def __init__(self, feed: FeedScreen) -> None:
        self._feed = feed
        self._steps: list[_Step] = []

    def jump(self, query: str, by: str = "") -> None:
        """Show what a query finds, from the first paper on. Raises QueryError."""
        before = self._feed.where()
        self._feed.run_query(query, top=True)
        self._remember(before, by)
        self._feed.list.focus()

    def leave(self, by: str) -> None:
        """The cursor is about to go far away within what is shown."""
        self._remember(self._feed.where(), by)

    def _remember(self, before: FeedSnapshot, by: str) -> None:
        last = self._last(before.text)
        if last is None:
            self._steps.clear()
        if last is not None and by and last.by == by:
            self._steps[-1] = last._replace(query=self._feed.query_text)
        elif before.row is not None:
            self._steps.append(_Step(before, self._feed.query_text, by))
            del self._steps[:-_LONGEST]

    def _last(self, shown: str) -> _Step | None:
        return self._steps[-1] if self._steps and self._steps[-1].query == shown else None

    @property
    def leads_back(self) -> bool:
        """Whether there is a place to go back to."""
        return self._last(self._feed.query_text) is not None

    def back(self) -> bool:
        """Go back to where one was before the last jump; whether there was one."""
        last = self._last(self._feed.query_text)
        if last is None:
            return False
        self._steps.pop()
        self._feed.go_back_to(last.before)
        return True

    def forget(self) -> None:
        """There is no way back any more."""
        self._steps.clear()
