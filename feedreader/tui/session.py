"""What is remembered between runs: where the reader was, the query, the theme, the layout. The library keeps it."""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple

from feedreader.errors import QueryError, UnknownPaper
from feedreader.library import Library
from feedreader.model import BY_CATEGORY, BY_INTEREST, BY_SOURCE, Query
from feedreader.tui.feed_loader import FeedRequest, LoadedFeed, load_feed
from feedreader.view.panes import Panes

POSITION, QUERY, ORDER, LAYOUT, THEME = "position", "query", "order", "layout", "chosen theme"
UNUSED_KEYS = "unused keys"

FIRST_KEYS = "read-on toggle-kept toggle-dismissed query"  # what the bottom line teaches, by ids of bindings


class Position(NamedTuple):
    """The paper under the cursor, its line in the list, and how many papers the library had then."""

    id: str
    line: int
    papers: int

    def text(self) -> str:
        """As the library keeps it: `line papers id`."""
        return f"{self.line} {self.papers} {self.id}"


class Start(NamedTuple):
    """The first feed, its query as text, the order within days, the line for the cursor (None: any), the layout, and
    the ids of the FIRST_KEYS that were not used yet."""

    loaded: LoadedFeed
    query: str
    day_order: str
    line: int | None
    panes: Panes
    unused_keys: frozenset[str]


def start(library: Library, query: str | None, reach: int) -> Start:
    """Where the reader left off; or the top of the feed when papers have come since.

    A given `query` goes before the one remembered. Raises QueryError for it only.
    """
    text = library.state(QUERY) or "" if query is None else query.strip()
    try:
        parsed = _parsed(text)
    except QueryError:
        if query is not None:
            raise
        text, parsed = "", Query()
    day_order = remembered_order(library)
    if day_order:
        from feedreader.query.sorting import in_order

        parsed = in_order(parsed, text, day_order)
    key, line = None, None
    position = _position(library.state(POSITION))
    unused = library.state(UNUSED_KEYS)
    if unused is None and position is None:  # the first time
        unused = FIRST_KEYS
    if position and library.papers.counts()[0] <= position.papers:
        with suppress(UnknownPaper):
            key, line = library.papers.key_of(position.id), position.line
    loaded = load_feed(library, FeedRequest(parsed, key, reach=reach))
    panes = Panes.of(library.state(LAYOUT))
    return Start(loaded, text, day_order, line, panes, frozenset((unused or "").split()))


def remembered_order(library: Library) -> str:
    """The order that days were last given, as `Query.sort` has it."""
    order = library.state(ORDER)
    return order if order in (BY_CATEGORY, BY_INTEREST) else BY_SOURCE


def chosen_theme(library: Library) -> str | None:
    """The theme that was chosen in the reader."""
    before = library.state("theme")  # up to 0.1.0, "textual-dark" was written there without any choice
    return library.state(THEME) or (before if before != "textual-dark" else None)


def _parsed(text: str) -> Query:
    if not text:
        return Query()
    from feedreader.query.language import parse_query  # not needed to show the whole feed

    return parse_query(text)


def _position(text: str | None) -> Position | None:
    """A remembered position, if it is one."""
    line, papers, id = [*(text or "").split(" ", 2), "", "", ""][:3]
    return Position(id, int(line), int(papers)) if id and line.isdecimal() and papers.isdecimal() else None
