"""What the feed screen asks the library for: the feed itself, pages of it, whole papers. Answers that come too late are
dropped, and asked for again if they are still wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from feedreader.tui.feed_loader import FeedRequest, LoadedFeed, load_pages, load_papers, load_scored
from feedreader.tui.keys import COUNTS, MOVES, READS
from feedreader.view.rows import nothing_found, still_searching

if TYPE_CHECKING:
    from textual.binding import ActiveBinding

    from feedreader.model import Paper, Query
    from feedreader.tui.context import Context
    from feedreader.tui.controllers.arrivals import ArrivalsController
    from feedreader.tui.controllers.growth import GrowthController
    from feedreader.tui.controllers.marks import MarksController
    from feedreader.tui.feed_view import FeedView
    from feedreader.tui.paper_cache import PaperCache
    from feedreader.view.day_feed import DayFeed, Page, PageRequest


class LoadingController:
    """The feed screen's part that loads. `number` counts the feeds that were asked for."""

    def __init__(
        self,
        context: Context,
        marks: MarksController,
        cache: PaperCache,
        arrivals: ArrivalsController,
        growth: GrowthController,
    ) -> None:
        self._context = context
        self._growth = growth
        self._arrivals = arrivals
        self._marks = marks
        self._cache = cache
        self.number = 0
        self._pending: tuple[int, FeedRequest] | None = None
        self._stale = self._stale_awaited = False

    @property
    def _screen(self) -> FeedView:
        return self._context.feed

    @property
    def pending(self) -> FeedRequest | None:
        """The feed that is awaited."""
        return None if self._pending is None else self._pending[1]

    def drop(self) -> None:
        """What was asked for is not awaited any more."""
        self.number += 1
        self._pending = None
        self._context.type_ahead.release("feed")

    def forget_requests(self) -> None:
        """Something failed: what was asked for may not come, and can be asked for again."""
        self._pending = None
        self._cache.forget_requests()
        self._screen.list.forget_requests()

    # The feed --------------------------------------------------------------------------------------------------

    def bring_up_to_date(self, *, awaited: bool = False) -> None:
        """Look at the library again; the rows that are shown stay. If `awaited`, keys wait for what comes of it."""
        if awaited:
            self._context.type_ahead.hold("feed")
        if self._pending is not None:
            self._stale = True
            self._stale_awaited = self._stale_awaited or awaited
        else:
            first = self._arrivals.keeps_top(more_to_come=self._screen.status.is_busy)
            self.load(self._screen.shown_query, keep=True, top=first)

    def load(
        self,
        query: Query,
        *,
        keep: bool = False,
        top: bool = False,
        day_top: bool = False,
        bottom: bool = False,
        back: int | None = None,
    ) -> None:
        """Ask for what a query finds: with the rows that are shown if `keep`, with the cursor on the first paper if
        `top`, on the last if `bottom`, on the first of its day if `day_top`, on that of `back` if it is there, else
        where it is."""
        screen, papers = self._screen, self._screen.list
        self.number += 1
        self._stale = self._stale_awaited = False
        row = 0 if papers.cursor is None else papers.cursor
        keeping = papers.feed.bare() if keep else None
        reach = 2 * max(papers.size.height, 24)
        request = FeedRequest(query, screen.current, row, reach, keeping, screen.expand, back, top, day_top, bottom)
        self._pending = (self._marks.seen, request)
        self._growth.pause()
        if back is not None or not keep:
            self._context.type_ahead.hold("feed")
        number, library = self.number, self._context.library

        def load() -> LoadedFeed | None:
            return load_scored(library, request) if number == self.number else None

        context, then = self._context, partial(self._loaded, number)
        context.after_writing(lambda: context.db_read.do(load, then, to=screen))

    def _loaded(self, number: int, loaded: LoadedFeed | None) -> None:
        if loaded is None or number != self.number or self._pending is None:
            return
        seen, request = self._pending
        self._pending = None
        screen = self._screen
        row = loaded.row
        moved = (screen.current, screen.list.cursor or 0) != (request.key, request.row)
        if row is not None and moved and not (request.top or request.day_top or request.bottom):
            row = None if screen.current is None else loaded.feed.row_of(screen.current)
        if seen != self._marks.seen or (row is None and loaded.row is not None):
            keep, top, bottom = request.keep is not None, request.top, request.bottom
            self.load(request.query, keep=keep, top=top, bottom=bottom, day_top=request.day_top, back=request.back)
            return
        self._cache.renew(loaded.papers)
        screen.list.empty = () if row is not None else self._nothing(loaded.feed)
        screen.show_loaded(loaded, row)
        if not self._stale_awaited:
            self._context.type_ahead.release("feed")
        if self._stale:
            self.bring_up_to_date()

    def _nothing(self, feed: DayFeed) -> Sequence[str]:
        key = self._context.key
        return still_searching(key=key) if feed.goes_on(1) else nothing_found(self._screen.query_text, key)

    # Pages and papers ------------------------------------------------------------------------------------------

    def load_pages(self, feed: DayFeed, requests: Sequence[PageRequest], seen: int) -> None:
        """Ask for pages of a feed; `seen` is how many changes of marks have been seen."""
        library = self._context.library
        self._context.db_read.do(
            lambda: load_pages(library, requests), partial(self._take_pages, feed, seen), to=self._screen
        )

    def _take_pages(self, feed: DayFeed, seen: int, pages: Sequence[Page]) -> None:
        papers = self._screen.list
        if feed is not papers.feed:
            return
        if seen != self._marks.seen:
            papers.ask_again()
            return
        papers.take(pages)
        self._screen.pages_came()
        self._context.type_ahead.release("lacking")

    def lacks(self, bound: Callable[[], ActiveBinding | None]) -> bool:
        """Whether a key is meant for what is not here yet: the paper under the cursor, or marks on their way. `bound`
        tells what the key does."""
        intended = self._marks.intended
        if not intended and not self._lacks_paper(whole=True) and not self._growth.is_at_end:
            return False
        active = bound()
        id = active.binding.id if active else None
        if self._growth.lacks(id):
            return True
        if id in MOVES and not self._screen.in_abstract:  # there, going on from a paper says that it was opened
            return False
        return (id in COUNTS and bool(intended)) or self._lacks_paper(whole=id in READS)

    def _lacks_paper(self, *, whole: bool) -> bool:
        """Whether what the list shows of the cursor's paper, or the `whole` paper, has not come yet."""
        papers = self._screen.list
        if papers.cursor is None or papers.feed.gone(papers.cursor):
            return False
        return papers.summary is None or (whole and self._screen.paper is None)

    def load_papers(self) -> None:
        """Ask for the papers around the cursor."""
        papers = self._screen.list
        if papers.cursor is None:
            return
        missing = self._cache.missing(papers.feed, papers.cursor, self._screen.current)
        if missing:
            library, seen = self._context.library, self._marks.seen
            self._context.db_read.do(
                lambda: load_papers(library, missing), partial(self._take_papers, seen), to=self._screen
            )

    def _take_papers(self, seen: int, papers: Mapping[int, Paper | None]) -> None:
        if seen != self._marks.seen:
            self._cache.refuse(papers)
            self.load_papers()
            return
        self._cache.take(papers)
        self._context.type_ahead.release("lacking")
        if self._screen.current in papers:
            self._screen.show_paper()
