"""Categories, sources, authors and tags, and how many papers each has: the only place where they are counted.

A count is the number of papers that a query for exactly that name finds (see `search.functions.exact_key`).
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence, Set
from datetime import datetime
from itertools import chain
from operator import itemgetter
from typing import NamedTuple

from feedreader.library.connection import Database, Part
from feedreader.library.papers import IS_UNREAD
from feedreader.library.search.functions import exact_key
from feedreader.model import FacetCount
from feedreader.query.fields import FACETS
from feedreader.text.notes import tag_key

_MOST_KEYS = 500_000
_NEWEST = 20_000  # papers whose categories are named

_Row = tuple[str, int, int]  # names, a line each; the papers that have just these; how many of them are unread


class Names(NamedTuple):
    """What can be named in a query: categories and tags, the most frequent first; sources and folders by name."""

    categories: tuple[str, ...]
    sources: tuple[str, ...]
    folders: tuple[str, ...]
    tags: tuple[str, ...]


class FacetsPart(Part):
    """Facets; they are counted again only after somebody wrote to the library."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        super().__init__(database, now)
        self._counted: dict[str, tuple[int, tuple[FacetCount, ...]]] = {}  # by facet: the file's version, and counts

    def counts(self, facet: str) -> tuple[FacetCount, ...]:
        """The names of one of FACETS with their papers and unread papers, the most papers first, then by name.

        A query for exactly one of them finds as many.
        """
        with self._database.read() as connection:
            (version,) = connection.execute("PRAGMA data_version").fetchone()
            counted = self._counted.get(facet)
            if counted is None or counted[0] != version:
                counted = self._counted[facet] = version, _count(connection, facet)
        return counted[1]

    def tags(self) -> tuple[tuple[str, int], ...]:
        """The tags in use and how many papers have each, by name."""
        return tuple(
            sorted(((tag, papers) for tag, papers, *_ in self.counts("tags")), key=lambda pair: tag_key(pair[0]))
        )

    def names(self) -> Names:
        """Names as `counts` has them. Sources are not counted for this: that reads all entries. Categories are those of
        the papers that came last, so that it takes no longer in a large library."""
        with self._database.read() as connection:
            newest = f"(SELECT * FROM papers ORDER BY id DESC LIMIT {_NEWEST})"
            categories = _count(connection, "categories", newest)
            sources = sorted(_Sources(connection).names.values(), key=str.casefold)
            rows = connection.execute("SELECT DISTINCT folder FROM subscriptions WHERE folder <> ''")
            folders = sorted((folder for (folder,) in rows), key=str.casefold)
        names = _names(categories), tuple(sources), tuple(folders), _names(self.counts("tags"))
        return Names(*names)


def _names(counts: Sequence[FacetCount]) -> tuple[str, ...]:
    return tuple(count.name for count in counts)


def _count(connection: sqlite3.Connection, facet: str, papers: str = "papers") -> tuple[FacetCount, ...]:
    if facet == "sources":
        return _Sources(connection).counts(connection)
    grouped = facet != "authors"  # few papers have the same authors
    counts = f"count(*), sum({IS_UNREAD})" if grouped else f"1, {IS_UNREAD}"
    rows: Sequence[_Row] = connection.execute(
        f"""SELECT p.{facet}, {counts} FROM {papers} p JOIN groups g ON g.id = p.grp
            WHERE p.{facet} <> '' {f"GROUP BY p.{facet}" if grouped else ""}"""
    ).fetchall()
    return _counted(rows, _Keys(FACETS[facet]) if grouped else _author_keys())


class _Keys(dict[str, str]):
    """Names → keys."""

    def __init__(self, field: str) -> None:
        super().__init__()
        self._field = field

    def __missing__(self, name: str) -> str:
        key = self[name] = exact_key(self._field, name)
        return key


_AUTHORS = _Keys("author")


def _author_keys() -> _Keys:
    """Those that were worked out before: half of the time."""
    if len(_AUTHORS) > _MOST_KEYS:
        _AUTHORS.clear()
    return _AUTHORS


def _counted(rows: Sequence[_Row], keys: _Keys) -> tuple[FacetCount, ...]:
    """Of several spellings, the one of most papers."""
    written, unread = _by_name(rows)
    names: dict[str, str] = {}
    several: dict[str, list[str]] = {}
    for name in written:
        key = keys[name]
        first = names.setdefault(key, name)
        if first is not name:
            several.setdefault(key, [first]).append(name)
    _count_once(rows, keys, several.keys(), written, unread)
    counts = []
    for key, name in names.items():
        if key in several:
            spellings = several[key]
            best = min(spellings, key=lambda spelling: (-written[spelling], spelling))
            papers = sum(map(written.__getitem__, spellings))
            counts.append(FacetCount(best, papers, sum(unread.get(spelling, 0) for spelling in spellings)))
        elif key:
            counts.append(FacetCount(name, written[name], unread.get(name, 0)))
    return _in_order(counts)


def _by_name(rows: Sequence[_Row]) -> tuple[dict[str, int], dict[str, int]]:
    """How many papers, and unread ones, as it is written; a name twice in a paper counts twice."""
    written: Counter[str] = Counter()
    unread: Counter[str] = Counter()
    written.update(chain.from_iterable(names.split("\n") for names, _, _ in rows))
    unread.update(chain.from_iterable(names.split("\n") for names, _, new in rows if new))
    for names, count, new in rows:
        if count > 1:
            for name in names.split("\n"):
                written[name] += count - 1
                unread[name] += new - (new > 0)
    return dict(written), dict(unread)


def _count_once(
    rows: Sequence[_Row], keys: _Keys, several: Set[str], written: dict[str, int], unread: dict[str, int]
) -> None:
    """Subtract what was counted twice: a name that a paper has twice, in one spelling or in two."""
    for lines, count, new in rows:
        names = lines.split("\n")
        if len(set(names)) < len(names) or len([name for name in names if keys[name] in several]) > 1:
            for key, times in Counter(keys[name] for name in names).items():
                if times > 1:
                    name = next(name for name in reversed(names) if keys[name] == key)
                    written[name] -= (times - 1) * count
                    unread[name] = unread.get(name, 0) - (times - 1) * new


def _in_order(counts: list[FacetCount]) -> tuple[FacetCount, ...]:
    counts.sort(key=itemgetter(0))
    counts.sort(key=itemgetter(1), reverse=True)
    return tuple(counts)


class _Sources:
    """Digests and subscriptions, those without papers too; `names` by key."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        rows: Sequence[tuple[int, str, str | None]] = connection.execute(
            """SELECT s.id, s.name, u.folder FROM sources s LEFT JOIN subscriptions u ON u.source = s.id
               WHERE s.forgotten IS NULL ORDER BY s.id DESC"""
        ).fetchall()
        self._keys = {source: exact_key("source", name) for source, name, _ in rows}
        self.names = {self._keys[source]: name for source, name, _ in rows}
        self._folders = {self._keys[source]: folder for source, _, folder in reversed(rows) if folder}

    def counts(self, connection: sqlite3.Connection) -> tuple[FacetCount, ...]:
        papers: Counter[str] = Counter(dict.fromkeys(self.names, 0))
        unread: Counter[str] = Counter()
        several = len(self.names) < len(self._keys)
        seen = set[tuple[str, int]]()
        for source, paper, is_unread in connection.execute(
            f"""SELECT DISTINCT e.source, e.paper, {IS_UNREAD} FROM entries e JOIN papers p ON p.id = e.paper
                JOIN groups g ON g.id = p.grp"""
        ):
            key = self._keys.get(source)
            if key is None or (several and (key, paper) in seen):
                continue
            if several:
                seen.add((key, paper))
            papers[key] += 1
            unread[key] += is_unread
        return _in_order(
            [
                FacetCount(self.names[key], count, unread[key], self._folders.get(key, ""))
                for key, count in papers.items()
            ]
        )
