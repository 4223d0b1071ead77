"""Search as one types: what the query bar asks is shown at once, and `escape` leads back to where one was.

The library is asked on the thread `db_read`; of several questions that wait there only the last is asked.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from feedreader.view.rows import papers_found

if TYPE_CHECKING:
    from feedreader.errors import QueryError
    from feedreader.library import Library
    from feedreader.query.completion import Vocabulary
    from feedreader.tui.context import Context
    from feedreader.tui.history import FeedSnapshot
    from feedreader.tui.widgets.query_bar import QueryBar


class SearchController:
    """`origin` is what was shown when the query bar was opened; None: it is closed."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._bar: QueryBar | None = None
        self.origin: FeedSnapshot | None = None

    @property
    def opening(self) -> bool:
        """Whether the bar is on its way."""
        return self._bar is not None and self._bar.opening

    def begin(self) -> None:
        """Open the bar, with the query that is shown to begin with."""
        feed, library = self._context.feed, self._context.library
        if self._bar is None:
            from feedreader.tui.widgets.query_bar import QueryBar

            self._bar = QueryBar(typed=self._typed, entered=self._entered, left=self._left, id="query-bar")
            feed.mount(self._bar)
        self.origin = feed.snapshot()
        feed.hints.display = False
        self.shown()
        self._bar.open(feed.query_text)
        self._context.db_read.do(lambda: load_vocabulary(library), self._bar.know, to=self._bar)

    def _typed(self, text: str) -> None:
        feed = self._context.feed
        if self.origin is not None and text.strip() != feed.query_text:
            feed.run_query(text, top=True)

    def shown(self) -> None:
        """What was asked for is on the screen now."""
        if self.origin is not None and self._bar is not None:
            self._bar.count(papers_found(*self._context.feed.day_feed.size))

    def _entered(self, text: str) -> None:
        """Keep what is shown; a query that was not changed is run again."""
        feed, origin, self.origin = self._context.feed, self.origin, None
        if text.strip() != feed.query_text or (origin is not None and origin.text == feed.query_text):
            feed.run_query(text)
        self._close()

    def _left(self) -> None:
        """Go back to where it began."""
        feed, origin, self.origin = self._context.feed, self.origin, None
        self._close()
        if origin is not None and origin.text != feed.query_text:
            feed.restore(origin)
            self._context.type_ahead.hold("feed")
            feed.call_after_refresh(partial(feed.bring_up_to_date, awaited=True))  # when the list has its height again

    def stopped(self, error: QueryError) -> bool:
        """The library gave the query up. Whether the bar is open, and says so."""
        if self.origin is None or self._bar is None:
            return False
        self._bar.fault(error)
        return True

    def _close(self) -> None:
        self._context.type_ahead.hold("layout")
        self._context.feed.hints.display = True
        self._context.feed.focus_list()


def load_vocabulary(library: Library) -> Vocabulary:
    """What can be named: the library's categories before all others."""
    from feedreader.arxiv.categories import CATEGORIES

    names = library.facets.names()
    categories = {code: CATEGORIES.get(code, "") for code in names.categories}
    others = {"source": names.sources, "folder": names.folders, "tag": names.tags}
    return {"cat": {**categories, **CATEGORIES}, **{field: dict.fromkeys(each, "") for field, each in others.items()}}
