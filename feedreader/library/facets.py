"""Categories, sources, authors and tags, and how many papers each has: the only place where they are counted.

A count is the number of papers that a query for exactly that name finds (see `search.functions.exact_key`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from feedreader.library.connection import Database, Part
from feedreader.library.name_counts import Tally, in_order, write_lists
from feedreader.library.papers import IS_UNREAD
from feedreader.library.search.functions import exact_key
from feedreader.model import FacetCount
from feedreader.query.fields import FACETS
from feedreader.text.notes import tag_key

_NEWEST = 2000  # papers whose categories are named
_STEP = 2000  # papers after which progress is told
_COUNTING = 0.7  # of the time that `write` takes
_OPERATIONS = 200_000  # of SQLite, after which it is told then


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

    @property
    def version(self) -> int:
        """A number that changes when somebody wrote to the library."""
        with self._database.read() as connection:
            return int(connection.execute("PRAGMA data_version").fetchone()[0])

    def counts(self, facet: str) -> tuple[FacetCount, ...]:
        """The names of one of FACETS with their papers and unread papers, the most papers first, then by name.

        A query for exactly one of them finds as many.
        """
        version = self.version
        counted = self._counted.get(facet)
        if counted is None or counted[0] != version:
            counted = self._counted[facet] = version, tuple(self.each(facet))
        return counted[1]

    def each(self, facet: str, *, newest: int | None = None) -> Iterator[FacetCount]:
        """The same, one by one: they need no memory; and those of the `newest` papers only."""
        with closing(sqlite3.connect("")) as counts:
            with self._database.read() as connection:
                _count(connection, facet, counts, newest=newest)
            yield from in_order(counts)

    def write(self, facet: str, path: Path, progress: Callable[[float], None]) -> None:
        """Write them into a new file for `NamesInFile`; `progress` gets how far that is, now and then, from 0 to 1."""
        with closing(sqlite3.connect(path)) as counts:
            with self._database.read() as connection:
                _count(connection, facet, counts, lambda part: progress(_COUNTING * part))
            counts.set_progress_handler(lambda: progress(_COUNTING), _OPERATIONS)
            write_lists(counts, facet)
            counts.commit()

    def tags(self) -> tuple[tuple[str, int], ...]:
        """The tags in use and how many papers have each, by name."""
        return tuple(
            sorted(((tag, papers) for tag, papers, *_ in self.counts("tags")), key=lambda pair: tag_key(pair[0]))
        )

    def names(self) -> Names:
        """Names as `counts` has them. Sources are not counted for this: that reads all entries. Categories are those of
        the papers that came last, so that it takes no longer in a large library."""
        with self._database.read() as connection:
            sources = sorted(_Sources(connection).names.values(), key=str.casefold)
            rows = connection.execute("SELECT DISTINCT folder FROM subscriptions WHERE folder <> ''")
            folders = sorted((folder for (folder,) in rows), key=str.casefold)
        categories = self.each("categories", newest=_NEWEST)
        names = _names(categories), tuple(sources), tuple(folders), _names(self.counts("tags"))
        return Names(*names)


def _names(counts: Iterable[FacetCount]) -> tuple[str, ...]:
    return tuple(count.name for count in counts)


def _count(
    connection: sqlite3.Connection,
    facet: str,
    counts: sqlite3.Connection,
    progress: Callable[[float], None] = lambda _: None,
    newest: int | None = None,
) -> None:
    """Count into a database of its own."""
    papers = "papers" if newest is None else f"(SELECT * FROM papers ORDER BY id DESC LIMIT {newest})"
    (highest,) = connection.execute("SELECT ifnull(max(id), 0) FROM papers").fetchone()
    tally = Tally(counts, FACETS[facet])
    rows = connection.execute(
        f"""SELECT p.id, p.{facet}, {IS_UNREAD} FROM {papers} p CROSS JOIN groups g ON g.id = p.grp
            WHERE p.{facet} <> ''"""  # CROSS: the papers as they are stored, not group by group
    )
    for number, (key, names, is_unread) in enumerate(rows):
        tally.add(names.split("\n"), is_unread)
        if number % _STEP == 0:
            progress(key / highest)
    if facet == "sources":
        tally.end_named(_Sources(connection).named)
    else:
        tally.end()


class _Sources:
    """Digests and subscriptions, those without papers too; `names` by key."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        rows: Sequence[tuple[str, str | None]] = connection.execute(
            """SELECT s.name, u.folder FROM sources s LEFT JOIN subscriptions u ON u.source = s.id
               WHERE s.forgotten IS NULL ORDER BY s.id DESC"""
        ).fetchall()
        self.names = {exact_key("source", name): name for name, _ in rows}
        folders = {exact_key("source", name): folder for name, folder in reversed(rows) if folder}
        self.named = {key: (name, folders.get(key, "")) for key, name in self.names.items()}
