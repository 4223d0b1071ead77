"""Going through a day with one hand: to the next unread paper by `n`, and by `space` and `x` on the way.

In the flow (the cursor came to this paper by reading on or dismissing) the bottom line says how much is left.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from feedreader.tui.feed_lookup import IsWanted, Target, find_unread
from feedreader.view.rows import ALL_READ, when

if TYPE_CHECKING:
    from feedreader.tui.context import Context
    from feedreader.tui.controllers.marks import MarksController
    from feedreader.tui.controllers.navigation import NavigationController
    from feedreader.tui.feed_view import FeedView
    from feedreader.view.day_feed import DayFeed


class TriageController:
    """The feed screen's part that goes on. Where the next unread paper has to be looked for, keys wait for it."""

    def __init__(self, context: Context, marks: MarksController, navigation: NavigationController) -> None:
        self._context = context
        self._navigation = navigation
        self._marks = marks
        self.flow = False
        self._going_on = False
        self._jump = 0
        self._awaited = False
        self._step = 1  # where to what is awaited is looked for
        self._waiting: list[Callable[[], object]] = []

    @property
    def _screen(self) -> FeedView:
        return self._context.feed

    # Keys ------------------------------------------------------------------------------------------------------

    def press(self, action: Callable[[], object]) -> None:
        """Do something to the paper under the cursor: at once, or when the cursor has gone on to it."""
        if self._awaited:
            self._waiting.append(action)
        else:
            action()

    def read_on(self) -> None:
        """A page of the abstract on, then to the next unread paper."""
        key = self._screen.list.key
        if key is None:
            return
        self._marks.opens(key)
        self._enter()
        if not self._screen.pane.read_on():
            self._go_on()

    def keep(self) -> None:
        """Keep, or keep no longer; the cursor stays."""
        kept = self._marks.toggle("shortlisted")
        if kept is not None:
            self._context.say("Kept." if kept else "No longer kept.")

    def dismiss(self) -> None:
        """Dismiss and go on, or take that back; what is kept is not dismissed."""
        if self._marks.toggle("dismissed"):
            self._enter()
            self._go_on()

    def unread(self, step: int) -> None:
        """To the next unread paper (1) or the one before (-1)."""
        cursor, feed, key = self._screen.list.cursor, self._screen.list.feed, self._screen.list.key
        if cursor is None:
            return
        unread = feed.next_unread(cursor, step, self._marks.intended.reads())
        if unread.row is not None:
            self._screen.list.move_to(unread.row, far=True)
        elif unread.certain:
            self._none(step)
        elif key is None:
            self._going_on = False
        else:
            self._jump += 1
            self._step = step
            self._await(True)
            self._look_for_unread(feed, cursor, key, step)

    def _look_for_unread(self, feed: DayFeed, row: int, key: int, step: int) -> None:
        library, query, bare = self._context.library, self._screen.shown_query, feed.bare()
        context, number = self._context, self._jump
        then = partial(self._jumped, feed, step, number)

        def find(is_wanted: IsWanted) -> Target | None:
            return find_unread(library, query, bare, row, key, step, lambda: number == self._jump and is_wanted())

        context.look_through(find, then, partial(self._dropped, number))

    def _dropped(self, number: int) -> None:
        if number == self._jump:
            self.stop()

    def _await(self, awaited: bool) -> None:
        self._awaited = awaited
        if awaited:
            self._context.type_ahead.hold("unread")
        else:
            self._context.type_ahead.release("unread")

    # What comes of them ----------------------------------------------------------------------------------------

    def _enter(self, flow: bool = True) -> None:
        if flow != self.flow:
            self.flow = flow
            self._screen.show_hints()

    def _go_on(self) -> None:
        self._going_on = True
        self.unread(1)

    def _jumped(self, feed: DayFeed, step: int, number: int, target: Target | None) -> None:
        """Where the next unread paper is; it counts if nothing else was done meanwhile."""
        papers = self._screen.list
        if number != self._jump or feed is not papers.feed:
            return
        self._await(False)
        if target is None:
            self._none(step)
        elif target.feed is not None:
            self._navigation.jump_within(target, "unread")
        else:
            self._navigation.go_to(target)
        self._catch_up()

    def _none(self, step: int) -> None:
        if self._going_on:  # to the end of the last one: it is read, though there is none to go on to
            self._going_on = False
            self._marks.leave()
        here = f"No unread papers {'below' if step > 0 else 'above'}."
        self._screen.hints.say(here if self._screen.counts[1] else ALL_READ)

    def moved(self, another: bool) -> None:
        """The cursor was moved, to another paper or to the same one in another feed."""
        self._jump += 1
        awaited = self._awaited
        self._await(False)
        if awaited and not another:
            self.unread(self._step)
            self._catch_up()
            return
        if another:
            if awaited:  # by something else than what was awaited
                self._waiting.clear()
            self._enter(self._going_on and not awaited)
        self._going_on = False

    def lead_back(self) -> None:
        """The cursor is about to be led back to where something was undone; the flow goes on from there."""
        self._going_on = self.flow

    def stop(self) -> None:
        """What waited for the next unread paper does not happen any more."""
        self._jump += 1
        self._await(False)
        self._going_on = False
        self._waiting.clear()

    def _catch_up(self) -> None:
        while self._waiting and not self._awaited:
            self._waiting.pop(0)()

    @property
    def left(self) -> str:
        """In the flow, how much is left of the day: `12 unread left today`; sorted otherwise, of all."""
        papers = self._screen.list
        group, summary = papers.group, papers.summary
        if not self.flow or group is None or not group.unread:
            return ""
        left = f"{group.unread:,} unread left"
        return left if summary is not None and summary.group != group.key else f"{left} {when(group, papers.today)}"
