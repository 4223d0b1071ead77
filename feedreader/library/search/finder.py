"""What a query finds: papers by group, in the feed's order or in one that the query asks for, window by window."""

from __future__ import annotations

import json
import sqlite3
import time
from array import array
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import groupby
from math import isqrt
from typing import Any, NamedTuple

from feedreader.library.order import COLUMNS, title_order, title_words
from feedreader.library.schema import numbered_state
from feedreader.library.search.compiler import Moment, of_newest
from feedreader.library.search.day_search import DaySearch, Piece, Row
from feedreader.library.search.index import newest_from
from feedreader.library.search.regex_search import Patterns
from feedreader.library.windows import END, START, Cursor, Window
from feedreader.model import BEST, BY_SOURCE, SORTED, Condition, Group, Not, Query, Term
from feedreader.query.fields import FIELDS

NEWEST = 2000  # papers, the newest that a query finds, of which the best come first
_VISIT = "visit"  # the state that holds the highest key of a paper when the reader was last opened
_AT_ONCE = 50_000  # papers: rows take much more room than keys
_WEIGHTS = "10, 5, 1, 1"  # title, authors, abstract, the rest
_SCANNED = 8000  # titles at a time
_LEAST = 128  # titles, however few are wanted
_SORTED = 12_000  # papers that are fetched and sorted in one go
_SHOWN = 640  # papers looked through for a screen of titles cost as much as so many that are fetched and sorted
_KEPT = Term("is", "shortlisted")
HEADINGS = {BEST: "Most interesting first"} | {
    order.name: order.heading for order in FIELDS["sort"].choices if order.heading
}

Found = tuple[tuple[Group, "array[int]"], ...]


class _Asked(NamedTuple):
    """A window that is asked for: see `Finder.window`."""

    connection: sqlite3.Connection
    query: Query
    visit: int | None
    after: Cursor
    most: int
    seconds: float | None


class Finder:
    """Asks queries. Remembers what regular expressions found, as long as nobody writes to the library."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._patterns = Patterns()

    def matches(self, connection: sqlite3.Connection, query: Query, visit: int | None) -> Found:
        """All that a query finds, by group, as it is now. `visit`: the highest key of a paper as of the last visit,
        if it is not the one that the library has noted."""
        found: list[tuple[Group, array[int]]] = []
        cursor: Cursor | None = START
        most = _AT_ONCE if query.by_day else 1 << 40
        while cursor is not None:
            window = self.window(connection, query, visit, after=cursor, most=most)
            for group, keys in window.found:
                if found and found[-1][0].key == group.key:
                    found[-1][1].extend(keys)
                    found[-1] = found[-1][0].joined(group), found[-1][1]
                else:
                    found.append((group, keys))
            cursor = window.after
        return tuple(found)

    def window(
        self,
        connection: sqlite3.Connection,
        query: Query,
        visit: int | None,
        *,
        after: Cursor | None = None,
        before: Cursor | None = None,
        most: int,
        seconds: float | None = None,
    ) -> Window:
        """See `PapersPart.window`."""
        if not query.by_day:
            return self._sorted(_Asked(connection, query, visit, after or START, most, seconds))
        search = self._search(connection, query, visit)
        if before is not None:
            pieces, cursor = search.window(before, -1, most, seconds)
            return Window(_found(pieces), cursor, None if before == END else before)
        after = after or START
        pieces, cursor = search.window(after, 1, most, seconds)
        return Window(_found(pieces), None if after == START else after, cursor)

    def count(
        self,
        connection: sqlite3.Connection,
        query: Query,
        visit: int | None,
        after: Cursor | None,
        seconds: float | None,
    ) -> tuple[int, Cursor | None]:
        """See `PapersPart.count`."""
        after = after or START
        if query.top:
            pieces, _ = self._search(connection, query, visit).window(START, 1, query.top)
            return min(query.top, len(_rows(pieces))), None
        terms = (*query.terms, Not(_KEPT)) if query.sort == "kept" and after.tail else query.terms
        found, cursor = self._search(connection, query, visit, terms).count(after._replace(tail=0), seconds)
        return found, cursor and cursor._replace(tail=after.tail)

    def _search(
        self,
        connection: sqlite3.Connection,
        query: Query,
        visit: int | None,
        terms: Sequence[Condition] | None = None,
    ) -> DaySearch:
        moment = Moment(self._now().astimezone().date(), _visit(connection) if visit is None else visit)
        columns = COLUMNS[query.sort if query.by_day else BY_SOURCE]
        return DaySearch(connection, query.terms if terms is None else terms, moment, columns, self._patterns)

    # Orders that are not by day ---------------------------------------------------------------------------------

    def _sorted(self, asked: _Asked) -> Window:
        return self._top(asked) if asked.query.top else SORT_SQL[asked.query.sort](self, asked)

    def _top(self, asked: _Asked) -> Window:
        """The most interesting of the newest, in the query's order."""
        connection, query = asked.connection, asked.query
        search = self._search(connection, query, asked.visit)
        pieces, cursor = search.window(START, 1, max(NEWEST, query.top))
        rows = _rows(pieces)
        of = f"the newest {len(rows):,}" if cursor else f"{len(rows):,}"
        best = set(_most_interesting_first(connection, rows, None)[: query.top])
        chosen = [row for row in rows if row[0] in best]
        if query.sort == "title":
            chosen = _in_order(connection, _with_titles(connection, chosen))
        elif query.sort == "kept":
            chosen = _last_kept(connection, chosen)
        else:
            chosen = _ranked(connection, chosen, query.sort, search.ranking)
        heading = f"The {len(chosen):,} best of {of}"
        return _one_group(chosen, heading, asked.after, None, newest=len(rows) if cursor else 0)

    def _titles(self, asked: _Asked) -> Window:
        """By the words of their titles; those without one last."""
        search = self._search(asked.connection, asked.query, asked.visit)
        rows, cursor = _by_title(asked.connection, search, asked.after, asked.most, asked.seconds)
        return _one_group(rows, HEADINGS["title"], asked.after, cursor)

    def _best(self, asked: _Asked) -> Window:
        """The best of the newest, then the older ones as they are: to rank all takes too long to wait for."""
        connection, query, after = asked.connection, asked.query, asked.after
        search = self._search(connection, query, asked.visit)
        heading = HEADINGS[query.sort]
        if after.tail:
            pieces, cursor = search.window(after, 1, asked.most, asked.seconds)
            return _one_group(_rows(pieces), heading, after, cursor and cursor._replace(tail=1), newest=NEWEST)
        pieces, cursor = search.window(START, 1, NEWEST)
        rows = _ranked(connection, _rows(pieces), query.sort, search.ranking)
        if cursor is None:
            return _one_group(rows, heading, after, None)
        heading = f"{heading}, of the newest {len(rows):,}"
        return _one_group(rows, heading, after, cursor._replace(tail=1), newest=len(rows))

    def _last_kept_first(self, asked: _Asked) -> Window:
        """By the time at which they were kept; those that are not kept last."""
        connection, query, after = asked.connection, asked.query, asked.after
        rows: list[Row] = []
        if not after.tail:
            kept = self._search(connection, query, asked.visit, (*query.terms, _KEPT))
            rows = _last_kept(connection, _rows(kept.all()))
        cursor: Cursor | None = START._replace(tail=1) if not after.tail else after
        if len(rows) < asked.most:
            others = self._search(connection, query, asked.visit, (*query.terms, Not(_KEPT)))
            pieces, cursor = others.window(after._replace(tail=0), 1, asked.most - len(rows), asked.seconds)
            rows += _rows(pieces)
        return _one_group(rows, HEADINGS["kept"], after, cursor and cursor._replace(tail=1))


def begin_visit(connection: sqlite3.Connection) -> int:
    """Note the highest key of a paper as it is now; the one noted before."""
    visit = _visit(connection)
    connection.execute(
        "INSERT OR REPLACE INTO settings (name, value) SELECT ?, ifnull(max(id), 0) FROM papers", (_VISIT,)
    )
    return visit


def _visit(connection: sqlite3.Connection) -> int:
    return numbered_state(connection, _VISIT) or 0


def _found(pieces: Iterable[Piece]) -> Found:
    return tuple((piece.group, array("q", [row[0] for row in piece.rows])) for piece in pieces)


def _rows(pieces: Iterable[Piece]) -> list[Row]:
    return [row for piece in pieces for row in piece.rows]


def _one_group(rows: Sequence[Row], heading: str, after: Cursor, cursor: Cursor | None, newest: int = 0) -> Window:
    if not rows:
        return Window(after=cursor, newest=newest)
    unread, shortlisted, highlighted = (sum(map(bool, (row[at] for row in rows))) for at in (2, 3, 4))
    group = Group(SORTED, None, heading, len(rows), len(rows) - unread, shortlisted, highlighted=highlighted)
    found = ((group, array("q", [row[0] for row in rows])),)
    return Window(found, None if after == START else after, cursor, newest)


def _column(connection: sqlite3.Connection, column: str, rows: Iterable[Row]) -> dict[int, Any]:
    keys = json.dumps([row[0] for row in rows])
    return dict(
        connection.execute(
            f"SELECT id, {column} FROM papers WHERE id IN (SELECT value FROM json_each(?))", (keys,)
        ).fetchall()
    )


def _last_kept(connection: sqlite3.Connection, rows: Sequence[Row]) -> list[Row]:
    times = _column(connection, "shortlisted_at", rows)
    return sorted(rows, key=lambda row: times[row[0]] or "", reverse=True)


def _ranked(connection: sqlite3.Connection, rows: Sequence[Row], sort: str, match: str | None) -> list[Row]:
    by_key = {row[0]: row for row in rows}
    return [by_key[key] for key in _RANKS[sort](connection, rows, match)]


# Each takes the papers that were found, newest first, and what `Compiler.ranking` gave; it returns their keys.


def _most_interesting_first(connection: sqlite3.Connection, rows: Sequence[Row], _: str | None) -> list[int]:
    """By interest; those without one last."""
    scores = _column(connection, "interest", rows)
    return sorted((row[0] for row in rows), key=lambda key: scores[key] or 0.0, reverse=True)


def _best_first(connection: sqlite3.Connection, rows: Sequence[Row], match: str | None) -> list[int]:
    """By how well they match."""
    docs = {row[5]: row[0] for row in rows if row[5] is not None and row[5] > 0}
    ranks: dict[int, float] = {}
    if match is not None and docs:
        sql = f"""SELECT rowid, bm25(search, {_WEIGHTS}) FROM search WHERE search MATCH ? AND rowid BETWEEN ? AND ?
                  AND +rowid IN (SELECT value FROM json_each(?))"""  # the + keeps SQLite from asking for each by itself
        limits = min(docs), max(docs), json.dumps(list(docs))
        newest = newest_from(connection)
        if newest is not None and min(docs) >= newest:
            sql = of_newest(sql.replace("bm25(search", "bm25(newest"))
        ranks = {docs[doc]: rank for doc, rank in connection.execute(sql, (match, *limits))}
    return sorted((row[0] for row in rows), key=lambda key: ranks.get(key, 0.0))


_RANKS = {BEST: _most_interesting_first, "rank": _best_first}
SORT_SQL = {
    BEST: Finder._best,
    "rank": Finder._best,
    "kept": Finder._last_kept_first,
    "title": Finder._titles,
}


# By title -------------------------------------------------------------------------------------------------------------


def _by_title(
    connection: sqlite3.Connection, search: DaySearch, after: Cursor, most: int, seconds: float | None
) -> tuple[list[Row], Cursor | None]:
    """Where few papers are found, they are sorted; else the titles of all papers are looked through."""
    if not after.within:
        if search.is_slow or _lacks_titles(connection):
            return _in_order(connection, _with_titles(connection, _rows(search.all()))), None
        after = after._replace(within=("",), tail=int(_sorts_found(connection, search, most)))
    if not after.tail:
        return _through_titles(connection, search, after, most, seconds)
    rows, more = search.by_title(after.within[0], most)
    found = _in_order(connection, ((row[-1], row) for row in rows))
    return found, after._replace(within=(rows[-1][-1],)) if more else None


def _through_titles(
    connection: sqlite3.Connection, search: DaySearch, after: Cursor, most: int, seconds: float | None
) -> tuple[list[Row], Cursor | None]:
    end = None if seconds is None else time.monotonic() + seconds
    found: list[Row] = []
    last = after.within[0]
    while len(found) < most and not (found and end is not None and time.monotonic() > end):
        titles = connection.execute(
            "SELECT title_order, id FROM papers WHERE title_order > ? ORDER BY title_order LIMIT ?",
            (last, min(_SCANNED, max(2 * most, _LEAST))),
        ).fetchall()
        if not titles:
            return found, None
        last = titles[-1][0]
        titles += connection.execute("SELECT title_order, id FROM papers WHERE title_order = ?", (last,)).fetchall()
        orders = {key: title for title, key in titles}
        found += _in_order(connection, [(orders[row[0]], row) for row in search.among(orders)])
    return found, after._replace(within=(last,))


def _lacks_titles(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("SELECT EXISTS (SELECT 1 FROM papers WHERE title_order = '')").fetchone()[0])


def _sorts_found(connection: sqlite3.Connection, search: DaySearch, most: int) -> bool:
    """Whether what is found is sorted: it is few, or all of it is asked for."""
    (papers,) = connection.execute("SELECT ifnull(sum(total), 0) FROM groups").fetchone()
    return most > papers or search.finds_few(max(isqrt(_SHOWN * papers), _SORTED))


def _with_titles(connection: sqlite3.Connection, rows: Sequence[Row]) -> list[tuple[str, Row]]:
    """Rows, each behind its `title_order`: papers of an older library have none until the index is written anew."""
    orders = _column(connection, "title_order", rows)
    titles = _column(connection, "title", [row for row in rows if not orders[row[0]]])
    return [(orders[row[0]] or title_order(titles[row[0]]), row) for row in rows]


def _in_order(connection: sqlite3.Connection, rows: Iterable[tuple[str, Row]]) -> list[Row]:
    """Rows by their `title_order`; those that begin alike by their whole titles."""
    ordered: list[Row] = []
    for _, group in groupby(sorted(rows, key=lambda row: (row[0], row[1][0])), key=lambda row: row[0]):
        alike = [row for _, row in group]
        if len(alike) > 1:
            titles = _column(connection, "title", alike)
            alike.sort(key=lambda row: (title_words(titles[row[0]]), row[0]))
        ordered += alike
    return ordered
