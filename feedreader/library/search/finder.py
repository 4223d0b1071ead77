"""What a query finds: papers by group, in the feed's order or in one that the query asks for."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Callable, Sequence
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from feedreader.library.order import COLUMNS
from feedreader.library.schema import state
from feedreader.library.search.compiler import Compiler, Moment
from feedreader.library.search.regex_search import papers_with
from feedreader.model import BEST, BY_SOURCE, SORTED, Group, Query, Term
from feedreader.query.fields import FIELDS

_VISIT = "visit"  # the state that holds the highest key of a paper when the reader was last opened
_RANKED = 1000  # papers, the newest, of which the best come first
_WEIGHTS = "10, 5, 1, 1"  # title, authors, abstract, the rest
_PATTERNS_KEPT = 8
HEADINGS = {BEST: "Most interesting first"} | {
    order.name: order.heading for order in FIELDS["sort"].choices if order.heading
}

Found = tuple[tuple[Group, "array[int]"], ...]
_Row = tuple[Any, ...]  # key, group, read, shortlisted, highlighted, section, document in the index


class Finder:
    """Asks queries. Remembers what regular expressions found, as long as nobody writes to the library."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._patterns: dict[tuple[str, str], list[int]] = {}
        self._version = -1

    def matches(self, connection: sqlite3.Connection, query: Query, visit: int | None) -> Found:
        """All that a query finds, by group, as it is now. `visit`: the highest key of a paper as of the last visit,
        if it is not the one that the library has noted."""
        moment = Moment(self._now().astimezone().date(), _visit(connection) if visit is None else visit)
        compiler = Compiler(connection, moment, lambda term: self._papers_with(connection, term))
        where, parameters = compiler.condition(query.terms)
        columns = ", ".join(f"p.{column}" for column in COLUMNS[query.sort if query.by_day else BY_SOURCE])
        rows = connection.execute(
            f"""SELECT p.id, p.grp, p.read, p.shortlisted, p.highlighted, g.section, p.doc
                FROM papers p JOIN groups g ON g.id = p.grp
                WHERE {where} ORDER BY {"" if query.by_day else "g.day DESC, "}p.grp, {columns}""",
            parameters,
        ).fetchall()
        if query.by_day:
            return _by_group(connection, rows)
        if not rows:
            return ()
        heading = HEADINGS[query.sort]
        if query.top:
            best = set(_most_interesting_first(connection, rows, None)[: query.top])
            heading = f"The {len(best):,} best of {len(rows):,}"
            rows = [row for row in rows if row[0] in best]
        keys = SORT_SQL[query.sort](connection, rows, compiler.ranking(query.terms))
        unread = sum(not read and not section for _, _, read, _, _, section, _ in rows)
        shortlisted, highlighted = sum(row[3] for row in rows), sum(row[4] for row in rows)
        group = Group(SORTED, None, heading, len(keys), unread, shortlisted, highlighted=highlighted)
        return ((group, array("q", keys)),)

    def _papers_with(self, connection: sqlite3.Connection, term: Term) -> list[int]:
        (version,) = connection.execute("PRAGMA data_version").fetchone()
        if version != self._version or len(self._patterns) >= _PATTERNS_KEPT:
            self._patterns.clear()
            self._version = version
        key = term.field, term.value
        if key not in self._patterns:
            self._patterns[key] = papers_with(connection, term)
        return self._patterns[key]


def begin_visit(connection: sqlite3.Connection) -> int:
    """Note the highest key of a paper as it is now; the one noted before."""
    visit = _visit(connection)
    connection.execute(
        "INSERT OR REPLACE INTO settings (name, value) SELECT ?, ifnull(max(id), 0) FROM papers", (_VISIT,)
    )
    return visit


def _visit(connection: sqlite3.Connection) -> int:
    key = state(connection, _VISIT)
    return int(key) if key and key.isdecimal() else 0


def _by_group(connection: sqlite3.Connection, rows: Sequence[_Row]) -> Found:
    """Rows that stand group by group, as groups with their counts, in the feed's order."""
    keys: dict[int, array[int]] = {}
    counts: dict[int, tuple[int, int, int]] = {}
    for group, papers in groupby(rows, key=itemgetter(1)):
        columns = list(zip(*papers, strict=True))
        keys[group] = array("q", columns[0])
        counts[group] = len(columns[0]) - sum(columns[2]), sum(columns[3]), sum(columns[4])
    groups = []
    for key, iso_day, collection, section in connection.execute(
        "SELECT id, day, collection, section FROM groups WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(keys)),),
    ):
        unread, shortlisted, highlighted = counts[key]
        day, unread = date.fromisoformat(iso_day) if iso_day else None, 0 if section else unread
        total = len(keys[key])
        groups.append(Group(key, day, collection, total, unread, shortlisted, section, highlighted=highlighted))
    return tuple((group, keys[group.key]) for group in sorted(groups, key=Group.feed_order))


def _last_kept_first(connection: sqlite3.Connection, rows: Sequence[_Row], _: str | None) -> list[int]:
    """By the time at which they were kept; those that are not kept last."""
    times = dict(
        connection.execute("SELECT id, shortlisted_at FROM papers WHERE shortlisted_at IS NOT NULL").fetchall()
    )
    return sorted((row[0] for row in rows), key=lambda key: times.get(key, ""), reverse=True)


def _most_interesting_first(connection: sqlite3.Connection, rows: Sequence[_Row], _: str | None) -> list[int]:
    """By interest; those without one last."""
    keys = [row[0] for row in rows]
    scores = dict(
        connection.execute(
            "SELECT id, interest FROM papers WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(keys),)
        ).fetchall()
    )
    return sorted(keys, key=lambda key: scores.get(key) or 0.0, reverse=True)


def _by_title(connection: sqlite3.Connection, rows: Sequence[_Row], _: str | None) -> list[int]:
    """By the words of their titles; those without one last."""
    from feedreader.text.normalize import normalize

    keys = [row[0] for row in rows]
    titles = connection.execute(
        "SELECT id, title FROM papers WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(keys),)
    )
    words = {key: normalize(title or "") for key, title in titles}
    return sorted(keys, key=lambda key: (not words[key], words[key]))


def _best_first(connection: sqlite3.Connection, rows: Sequence[_Row], match: str | None) -> list[int]:
    """The best of the newest first, then the older ones as they are: bm25 over all takes too long to wait for."""
    keys = [row[0] for row in rows]
    if match is None:
        return keys
    docs = {row[6]: row[0] for row in rows[:_RANKED]}
    ranks = {
        docs[doc]: rank
        for doc, rank in connection.execute(  # the + keeps SQLite from asking the index once for every document
            f"""SELECT rowid, bm25(search, {_WEIGHTS}) FROM search
                WHERE search MATCH ? AND +rowid IN (SELECT value FROM json_each(?))""",
            (match, json.dumps([doc for doc in docs if doc is not None])),
        )
    }
    return [*sorted(keys[:_RANKED], key=lambda key: ranks.get(key, 0.0)), *keys[_RANKED:]]


# Each takes the papers that were found, newest first, and what `Compiler.ranking` gave; it returns their keys.
SORT_SQL = {BEST: _most_interesting_first, "rank": _best_first, "kept": _last_kept_first, "title": _by_title}
