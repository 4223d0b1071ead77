"""Windows of what a query finds: a run of it, and where to go on."""

from __future__ import annotations

from array import array
from typing import Any, NamedTuple

from feedreader.model import FeedOrder, Group


class Cursor(NamedTuple):
    """A place in what a query finds, between two of its papers.

    It is at the beginning of a group; or within it, behind the paper that is ordered by `within`. `tail` counts, in an
    order that is not by day, the papers that come first whatever their day.
    """

    group: FeedOrder
    within: tuple[Any, ...] = ()
    tail: int = 0


START = Cursor((False, -9_999_999, "", "", ""))
END = Cursor((True, 1, "", "", ""))


class Window(NamedTuple):
    """A run of what a query finds, in feed order: groups, each with the keys of its papers in this window.

    A group's counts are those of these papers; the window that goes on from there may begin with more of the same
    group. `before` and `after` are where to go on; None: nothing more is there. A window may be empty though more is
    there: it took too long to find any. `newest` is how many papers, the newest, an order by rank or interest looked
    at; the others follow as they are (0: the order holds for all).
    """

    found: tuple[tuple[Group, array[int]], ...] = ()
    before: Cursor | None = None
    after: Cursor | None = None
    newest: int = 0

    @property
    def papers(self) -> int:
        return sum(len(keys) for _, keys in self.found)
