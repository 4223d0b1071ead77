"""Papers that came above what is on the screen: how many there are, until the screen has reached their day.

Counted are unread papers outside the sections, added to the library after the reader was opened: what counting costs
grows with them, not with the library. Only the whole feed shows them; a search leaves the count as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from feedreader.tui.feed_loader import ARRIVALS_COUNTED, Arrived, arrived

if TYPE_CHECKING:
    from feedreader.model import Group
    from feedreader.tui.context import Context
    from feedreader.tui.feed_loader import LoadedFeed
    from feedreader.tui.feed_view import FeedView


class ArrivalsController:
    """The feed screen's part that counts what is new above."""

    def __init__(self, context: Context, loaded: LoadedFeed) -> None:
        self._context = context
        self._is_empty = self._is_first_look = not loaded.counts[0]
        self._highest = self._base = loaded.highest  # keys of papers: the highest one, and that above which all are new
        self._seen: dict[int, int] = {}  # by group, the key up to which its papers have been on the screen
        self._unseen: dict[int, Group] = {}  # by key; `total` is how many of its papers are new
        self._begun: set[int] = set()  # groups that were on the screen in part when their papers came
        self._top: tuple[Group, int] | None = None  # the first row of the whole feed on the screen: group and position
        self._order = ""  # of papers within their groups there

    @property
    def _screen(self) -> FeedView:
        return self._context.feed

    @property
    def unseen(self) -> int:
        """How many papers came and have not been on the screen."""
        return sum(group.total for group in self._unseen.values())

    # The first papers of a library -----------------------------------------------------------------------------

    def pressed(self) -> None:
        """A key was pressed: from now on the cursor stays where it is put."""
        self._is_first_look = self._is_first_look and not self._screen.counts[0]

    def keeps_top(self, *, more_to_come: bool) -> bool:
        """Whether the cursor is to stay on the first paper: the library was empty, and is being filled."""
        keeps = self._is_first_look
        self._is_first_look = keeps and more_to_come
        return keeps

    def came_back(self, papers: Sequence[int]) -> None:
        """These papers are in the library again: they are not new."""
        if papers and not self._unseen:
            self._highest = self._base = max(self._highest, *papers)

    # What came -------------------------------------------------------------------------------------------------

    def loaded(self, highest: int) -> None:
        """A feed is shown; this was the highest key of a paper then."""
        was_empty, self._is_empty = self._is_empty, not self._screen.counts[0]
        self._look()
        if was_empty:  # all is new
            self._highest = self._base = highest
        else:
            self.count(highest)

    def count(self, highest: int = 0) -> None:
        """Count what is new: more may have come, or less be left."""
        if highest > self._highest or self._unseen:
            library, base, seen, order = self._context.library, self._base, dict(self._seen), self._order
            top = self._top and (self._top[0].key, self._top[1])
            self._context.db_read.do(
                lambda: arrived(library, base, seen, top, order), partial(self._take, top), to=self._screen
            )

    def _take(self, top: tuple[int, int] | None, came: Arrived) -> None:
        """These papers came; of the group at the top of the screen, those above the first row."""
        self._highest = max(self._highest, came.highest)
        for group in came.groups:
            if not group.total or not self._is_above(group):
                self._unseen.pop(group.key, None)
                self._seen[group.key] = came.highest
                continue
            if top is not None and group.key == top[0] and group.key not in self._unseen:
                self._begun.add(group.key)
            self._unseen[group.key] = group
        for key in self._unseen.keys() - {group.key for group in came.groups}:
            del self._unseen[key]
        self._look()

    def _is_above(self, group: Group) -> bool:
        return self._top is None or group.feed_order() <= self._top[0].feed_order()

    # What was seen ---------------------------------------------------------------------------------------------

    def moved(self) -> None:
        """The list shows other rows: what is on the screen is not new any more."""
        self._look()

    def _look(self) -> None:
        screen = self._screen
        if screen.shown_query.everything:
            self._top, self._order = screen.list.first_shown, screen.shown_query.sort
            if self._top is not None:
                for group in [group for group in self._unseen.values() if self._is_reached(group, *self._top)]:
                    del self._unseen[group.key]
                    self._seen[group.key] = self._highest
        if not self._unseen:
            self._base = self._highest
            self._seen.clear()
            self._begun.clear()
        screen.status.show_arrived(self.unseen, more=self.unseen >= ARRIVALS_COUNTED)

    def _is_reached(self, group: Group, top: Group, position: int) -> bool:
        """Whether the screen has reached a group; one that was there in part, its first paper."""
        if group.key == top.key:
            return group.key not in self._begun or position == 0
        return group.feed_order() > top.feed_order()
