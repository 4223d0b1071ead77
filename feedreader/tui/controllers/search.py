"""SearchController as one types: what the query bar asks is shown at once, and `escape` leads back to where one was.

The library is asked on the reader's lane; of several questions that wait there only the last is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedreader.errors import QueryError
from feedreader.library import Library
from feedreader.query.completion import Vocabulary
from feedreader.tui.feed_loader import FeedSnapshot
from feedreader.tui.messages import VocabularyReady
from feedreader.tui.widgets.query_bar import QueryBar

if TYPE_CHECKING:
    from feedreader.tui.screens.feed import FeedScreen


class SearchController(QueryBar):
    """The query bar of the feed screen. `before` is what was shown when it was opened; None: it is closed."""

    def __init__(self, feed: FeedScreen) -> None:
        super().__init__(id="query-bar")
        self._feed = feed
        self.before: FeedSnapshot | None = None

    def begin(self) -> None:
        """Open the bar, with the query that is shown to begin with."""
        self.before = self._feed.where()
        self._feed.hints.display = False
        self.open(self._feed.query_text)
        app = self._feed.app
        app.reader.do(lambda: load_vocabulary(app.library), self)

    def typed(self, text: str) -> None:
        if self.before is not None and text.strip() != self._feed.query_text:
            self._feed.run_query(text, top=True)

    def shown(self) -> None:
        """What was asked for is on the screen now."""
        if self.before is not None:
            self.found(self._feed.list.feed.papers)

    def entered(self, text: str) -> None:
        """Keep what is shown; a query that was not changed is run again."""
        before, self.before = self.before, None
        if text.strip() != self._feed.query_text or (before is not None and before.text == self._feed.query_text):
            self._feed.run_query(text)
        self._close()

    def left(self) -> None:
        """Go back to where it began."""
        before, self.before = self.before, None
        self._close()
        if before is not None and before.text != self._feed.query_text:
            self._feed.go_back_to(before)

    def stopped(self, error: QueryError) -> bool:
        """The library gave the query up. Whether the bar is open, and says so."""
        if self.before is None:
            return False
        self.fault(error)
        return True

    def _close(self) -> None:
        self._feed.hints.display = True
        self._feed.list.focus()

    def on_vocabulary_ready(self, message: VocabularyReady) -> None:
        self.vocabulary = message.vocabulary


def load_vocabulary(library: Library) -> VocabularyReady:
    """What can be named: the library's categories before all others."""
    from feedreader.arxiv.categories import CATEGORIES

    names = library.facets.names()
    categories = {code: CATEGORIES.get(code, "") for code in names.categories}
    return VocabularyReady(Vocabulary({**categories, **CATEGORIES}, names.sources, names.tags))
