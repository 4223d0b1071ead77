"""To and fro: jumps to other papers, each with a way back, and the ends of the list."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from feedreader.tui.feed_lookup import find_end
from feedreader.tui.history import FeedSnapshot, NavigationHistory

if TYPE_CHECKING:
    from feedreader.tui.context import Context
    from feedreader.tui.controllers.loading import LoadingController
    from feedreader.tui.feed_lookup import Target
    from feedreader.tui.feed_view import FeedView
    from feedreader.view.day_feed import DayFeed


class NavigationController:
    """The feed screen's part that jumps."""

    def __init__(self, context: Context, loader: LoadingController) -> None:
        self._context = context
        self._loader = loader
        self._history = NavigationHistory()

    @property
    def _screen(self) -> FeedView:
        return self._context.feed

    # Jumps -----------------------------------------------------------------------------------------------------

    def jump(self, query: str, by: str = "", words: str = "") -> None:
        """Show what a query finds, from the first paper on, and say `words`; `escape` leads back. Raises QueryError."""
        screen = self._screen
        origin = screen.snapshot()
        screen.focus_list()  # before papers come: in the abstract, the first of them would be opened
        screen.run_query(query, top=True, words=words)
        self._history.add(origin, screen.query_text, by)

    def jump_within(self, target: Target, by: str) -> None:
        """Put the cursor on a paper far away; `escape` leads back."""
        screen = self._screen
        self._history.add(screen.snapshot(), screen.query_text, by)
        self.go_to(target)
        screen.show_hints()

    def go_to(self, target: Target) -> None:
        """Put the cursor on a paper, in the list or in another part of it."""
        papers = self._screen.list
        if target.feed is not None:
            self._screen.show_part(target.feed, target.row)
        papers.take(target.pages)
        papers.move_to(target.row + papers.feed.above - target.above, far=True)

    # Back ------------------------------------------------------------------------------------------------------

    @property
    def leads_back(self) -> bool:
        """Whether there is a place to go back to."""
        return self._history.leads_back(self._screen.query_text)

    def forget(self) -> None:
        """There is no way back any more."""
        self._history.clear()

    def back(self) -> bool:
        """Back to where a jump began, or else to the whole feed; False if that is shown already."""
        return self._go_back(self._history.back(self._screen.query_text))

    def level_up(self) -> bool:
        """The same, past jumps within what is shown."""
        return self._go_back(self._history.level_up(self._screen.query_text))

    def _go_back(self, origin: FeedSnapshot | None) -> bool:
        screen = self._screen
        if origin is not None:
            screen.restore(origin)
            screen.bring_up_to_date(awaited=True)
        elif screen.query_text:
            screen.run_query("")
        else:
            return False
        return True

    # The ends --------------------------------------------------------------------------------------------------

    def end(self, step: int) -> None:
        """To the last paper, or the first (-1), of all that the query finds."""
        screen = self._screen
        if not screen.day_feed.goes_on(step):
            screen.list.to_end(step)
        elif screen.shown_query.by_day:
            self._loader.load(screen.shown_query, top=step < 0, bottom=step > 0)
        else:
            feed, library, query = screen.day_feed, self._context.library, screen.shown_query
            bare = feed.bare()
            self._context.look_through(partial(find_end, library, query, bare), partial(self._go_to_end, feed))

    def _go_to_end(self, feed: DayFeed, target: Target | None) -> None:
        if target is not None and feed is self._screen.day_feed:
            self.go_to(target)

    def newest(self) -> None:
        """To the newest papers; from a search, `escape` leads back to it."""
        screen = self._screen
        if not screen.shown_query.everything:
            self.jump("")
            return
        screen.focus_list()
        screen.list.to_end(-1)
