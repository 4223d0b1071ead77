"""What a query finds: papers by group, in the feed's order or in one that the query asks for."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from feedreader.library.connection import placeholders
from feedreader.library.search.compiler import Compiler, Moment
from feedreader.library.search.regex_search import papers_with
from feedreader.model import SORTED, Group, Query, Term

HEADINGS = {"rank": "Best matches first", "kept": "Last kept first", "title": "By title"}
_VISIT = "visit"  # the state that holds the highest key of a paper when the reader was last opened
_RANKED = 1000  # papers, the newest, of which the best come first
_WEIGHTS = "10, 5, 1, 1"  # title, authors, abstract, the rest
_PATTERNS_KEPT = 8
_CHUNK = 500

Found = tuple[tuple[Group, "array[int]"], ...]


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
        rows = connection.execute(
            f"""SELECT p.id, p.grp, p.read, p.shortlisted, p.highlighted, g.fold, p.doc
                FROM papers p JOIN groups g ON g.id = p.grp
                WHERE {where} ORDER BY {"g.day DESC, " if query.sort else ""}p.grp, p.place, p.position, p.id""",
            parameters,
        ).fetchall()
        if not query.sort:
            return _by_group(connection, rows)
        keys = [row[0] for row in rows]
        if query.sort == "kept":
            keys = _last_kept_first(connection, keys)
        elif query.sort == "title":
            keys = _by_title(connection, keys)
        elif (match := compiler.ranking(query.terms)) is not None:
            keys = _best_first(connection, keys, {row[6]: row[0] for row in rows[:_RANKED]}, match)
        if not keys:
            return ()
        unread = sum(not read and not normalize for _, _, read, _, _, normalize, _ in rows)
        kept, highlighted = sum(row[3] for row in rows), sum(row[4] for row in rows)
        together = Group(SORTED, None, HEADINGS[query.sort], len(keys), unread, kept, highlighted=highlighted)
        return ((together, array("q", keys)),)

    def _papers_with(self, connection: sqlite3.Connection, term: Term) -> list[int]:
        (version,) = connection.execute("PRAGMA data_version").fetchone()
        if version != self._version or len(self._patterns) >= _PATTERNS_KEPT:
            self._patterns.clear()
            self._version = version
        asked = term.field, term.value
        if asked not in self._patterns:
            self._patterns[asked] = papers_with(connection, term)
        return self._patterns[asked]


def begin_visit(connection: sqlite3.Connection) -> int:
    """Note the highest key of a paper as it is now; the one noted before."""
    visit = _visit(connection)
    connection.execute(
        "INSERT OR REPLACE INTO settings (name, value) SELECT ?, ifnull(max(id), 0) FROM papers", (_VISIT,)
    )
    return visit


def _visit(connection: sqlite3.Connection) -> int:
    row = connection.execute("SELECT value FROM settings WHERE name = ?", (_VISIT,)).fetchone()
    return int(row[0]) if row and row[0].isdecimal() else 0


def _by_group(connection: sqlite3.Connection, rows: Sequence[tuple[Any, ...]]) -> Found:
    """Rows that stand group by group, as groups with their counts, in the feed's order."""
    keys: dict[int, array[int]] = {}
    counts: dict[int, tuple[int, int, int]] = {}
    for group, some in groupby(rows, key=itemgetter(1)):
        ids, _, read, kept, marked, *_ = zip(*some, strict=True)
        keys[group] = array("q", ids)
        counts[group] = len(ids) - sum(read), sum(kept), sum(marked)
    groups = []
    for start in range(0, len(wanted := list(keys)), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        for key, day, collection, normalize in connection.execute(
            f"SELECT id, day, collection, fold FROM groups WHERE id IN ({placeholders(len(chunk))})", chunk
        ):
            unread, shortlisted, lit = counts[key]
            stands_on = date.fromisoformat(day) if day else None
            unread = 0 if normalize else unread
            found = Group(key, stands_on, collection, len(keys[key]), unread, shortlisted, normalize, highlighted=lit)
            groups.append(found)
    return tuple((group, keys[group.key]) for group in sorted(groups, key=Group.feed_order))


def _last_kept_first(connection: sqlite3.Connection, keys: Sequence[int]) -> list[int]:
    """By the time at which they were kept; those that are not kept last."""
    times = dict(connection.execute("SELECT id, kept_at FROM papers WHERE kept_at IS NOT NULL").fetchall())
    return sorted(keys, key=lambda key: times.get(key, ""), reverse=True)


def _by_title(connection: sqlite3.Connection, keys: Sequence[int]) -> list[int]:
    """By the words of their titles; those without one last."""
    from feedreader.text.normalize import normalize

    titles = connection.execute(
        "SELECT id, title FROM papers WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(keys)),)
    )
    words = {key: normalize(title or "") for key, title in titles}
    return sorted(keys, key=lambda key: (not words[key], words[key]))


def _best_first(connection: sqlite3.Connection, keys: Sequence[int], docs: Mapping[int, int], match: str) -> list[int]:
    """The best of the newest first, then the older ones as they are: bm25 over all takes too long to wait for.

    `docs` are the newest by their documents in the index.
    """
    ranks = {
        docs[doc]: rank
        for doc, rank in connection.execute(  # the + keeps SQLite from asking the index once for every document
            f"""SELECT rowid, bm25(search, {_WEIGHTS}) FROM search
                WHERE search MATCH ? AND +rowid IN (SELECT value FROM json_each(?))""",
            (match, json.dumps([doc for doc in docs if doc is not None])),
        )
    }
    return [*sorted(keys[:_RANKED], key=lambda key: ranks.get(key, 0.0)), *keys[_RANKED:]]
