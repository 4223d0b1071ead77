"""Names, and how many papers each has, counted in a file of their own: there may be a million, of which only those that
are looked at need memory. The file has nothing but what was counted, and can be deleted at any time."""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, TypeVar, overload

from feedreader.library.search.functions import exact_key
from feedreader.model import FacetCount
from feedreader.query.facets import listed_text, name_order
from feedreader.text.normalize import normalize

_T = TypeVar("_T")
_BUFFERED = 40_000  # names that are counted in memory before the file gets them
_PAGE = 256  # names that are fetched at once
_PAGES = 16  # that are kept
NARROWED = 10_000  # names that are found at the most for what is typed
_TABLES = """
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    CREATE TABLE spellings (
        key TEXT NOT NULL, name TEXT NOT NULL, papers INTEGER NOT NULL, unread INTEGER NOT NULL, PRIMARY KEY (key, name)
    ) WITHOUT ROWID;
    CREATE TABLE named (name TEXT NOT NULL, papers INTEGER NOT NULL, unread INTEGER NOT NULL, detail TEXT NOT NULL);
"""
_ONE_SPELLING = "FROM spellings WHERE key <> '' GROUP BY key HAVING count(*) = 1"
_LISTS = """
    CREATE TABLE names (
        place INTEGER PRIMARY KEY, name TEXT NOT NULL, papers INTEGER NOT NULL, unread INTEGER NOT NULL,
        detail TEXT NOT NULL, text TEXT NOT NULL
    );
    INSERT INTO names (name, papers, unread, detail, text)
        SELECT name, papers, unread, detail, listed_text(name, detail) FROM named ORDER BY papers DESC, name;
"""
_BY_NAME = """
    CREATE TABLE by_name (place INTEGER PRIMARY KEY, number INTEGER NOT NULL, text TEXT NOT NULL);
    INSERT INTO by_name (number, text) SELECT place, text FROM names ORDER BY name_order(?, name, detail, text), place
"""


class _Keys(dict[str, str]):
    """Names → keys."""

    def __init__(self, field: str) -> None:
        super().__init__()
        self._field = field

    def __missing__(self, name: str) -> str:
        key = self[name] = exact_key(self._field, name)
        return key


class Tally:
    """Counts names of papers: of several spellings, the one of most papers stands for all."""

    def __init__(self, connection: sqlite3.Connection, field: str) -> None:
        self._connection = connection
        self._keys = _Keys(field)
        self._papers: Counter[str] = Counter()
        self._unread: Counter[str] = Counter()
        connection.executescript(_TABLES)

    def add(self, names: Sequence[str], is_unread: bool) -> None:
        """Count a paper; a name that it has twice counts once."""
        counted: Collection[str] = names
        if len(names) > 1:
            counted = dict(zip(map(self._keys.__getitem__, reversed(names)), reversed(names), strict=True)).values()
        self._papers.update(counted)
        if is_unread:
            self._unread.update(counted)
        if len(self._papers) >= _BUFFERED:
            self._write()

    def _write(self) -> None:
        unread = self._unread
        self._connection.executemany(
            """INSERT INTO spellings VALUES (?, ?, ?, ?) ON CONFLICT
               DO UPDATE SET papers = papers + excluded.papers, unread = unread + excluded.unread""",
            sorted((self._keys[name], name, papers, unread[name]) for name, papers in self._papers.items()),
        )
        for counted in (self._keys, self._papers, self._unread):
            counted.clear()

    def end(self) -> None:
        """All papers were counted."""
        self._write()
        self._connection.execute(f"INSERT INTO named SELECT name, papers, unread, '' {_ONE_SPELLING}")
        self._connection.executemany("INSERT INTO named VALUES (?, ?, ?, '')", (found[1:] for found in self._several()))
        self._connection.execute("DROP TABLE spellings")

    def end_named(self, named: Mapping[str, tuple[str, str]]) -> None:
        """The same where all names are known, with details, by their keys: those without papers are listed, too."""
        self._write()
        found = {row[0]: row for row in self._connection.execute(f"SELECT key, name, papers, unread {_ONE_SPELLING}")}
        found |= {row[0]: row for row in self._several()}
        counts = ((name, *found.get(key, (key, name, 0, 0))[2:], detail) for key, (name, detail) in named.items())
        self._connection.executemany("INSERT INTO named VALUES (?, ?, ?, ?)", counts)
        self._connection.execute("DROP TABLE spellings")

    def _several(self) -> Iterator[tuple[str, str, int, int]]:
        """What has several spellings: its key, the one of most papers, and counts."""
        rows = self._connection.execute(
            """SELECT key, name, papers, unread FROM spellings WHERE key IN
               (SELECT key FROM spellings WHERE key <> '' GROUP BY key HAVING count(*) > 1) ORDER BY key"""
        )
        for key, spellings in groupby(rows, itemgetter(0)):
            alike = list(spellings)
            best = min(alike, key=lambda row: (-row[2], row[1]))[1]
            yield key, best, sum(row[2] for row in alike), sum(row[3] for row in alike)


def in_order(connection: sqlite3.Connection) -> Iterator[FacetCount]:
    """What was counted, the most papers first, then by name."""
    for row in connection.execute("SELECT name, papers, unread, detail FROM named ORDER BY papers DESC, name"):
        yield FacetCount(*row)


def write_lists(connection: sqlite3.Connection, facet: str) -> None:
    """What `NamesInFile` reads, of what was counted."""
    connection.create_function("listed_text", 2, listed_text)
    connection.create_function("name_order", 4, name_order)
    connection.executescript(_LISTS)
    for statement in _BY_NAME.split(";"):
        connection.execute(statement, (facet,) * statement.count("?"))
    connection.execute("DROP TABLE named")


class NamesInFile:
    """A facet's names to go through, as `FacetList` has them, in a file that `write_lists` wrote: any number of them.

    Of those that hold what is typed it finds so many (NARROWED) at the most.
    """

    is_by_name = True

    def __init__(self, facet: str, path: Path) -> None:
        self.facet = facet
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        self._typed = sqlite3.connect(uri, uri=True, check_same_thread=False)  # each is used by a thread of its own
        self._shown = shown = sqlite3.connect(uri, uri=True, check_same_thread=False)
        for connection in (self._typed, shown):
            connection.execute("PRAGMA cache_size = -1000")
        self.counts: Sequence[FacetCount] = _Rows(
            shown, "SELECT name, papers, unread, detail FROM names WHERE place BETWEEN ? AND ?", FacetCount._make
        )
        self.by_name: Sequence[int] = _Rows(
            shown, "SELECT number - 1 FROM by_name WHERE place BETWEEN ? AND ?", itemgetter(0)
        )

    def close(self) -> None:
        """Nothing more is read."""
        self._typed.close()
        self._shown.close()

    def sort_by_name(self) -> None:
        """They are."""

    def whole(self, by_name: bool) -> Sequence[int]:
        """All of them."""
        return self.by_name if by_name else range(len(self.counts))

    def narrowed(self, typed: str, by_name: bool) -> Sequence[int]:
        """As in `FacetList`. All names are looked through, until there are enough."""
        words = normalize(typed).split()
        if not words:
            return self.whole(by_name)
        return self._holding([f" {word}" for word in words], by_name) or self._holding(words, by_name)

    def _holding(self, words: Sequence[str], by_name: bool) -> Sequence[int]:
        table = "SELECT number - 1 FROM by_name" if by_name else "SELECT place - 1 FROM names"
        parameters: list[str] = sorted(words, key=len, reverse=True)
        holding = " AND ".join(["instr(text, ?)"] * len(words))
        sql = f"{table} WHERE {holding} ORDER BY place LIMIT {NARROWED}"
        return array("q", (number for (number,) in self._typed.execute(sql, parameters)))


class _Rows(Sequence[_T]):
    """The rows of a table, by their places; pages that were read last are kept."""

    def __init__(self, connection: sqlite3.Connection, sql: str, row: Callable[[tuple[Any, ...]], _T]) -> None:
        self._connection = connection
        self._sql = sql
        self._row = row
        (self._length,) = connection.execute("SELECT count(*) FROM names").fetchone()
        self._pages: OrderedDict[int, list[_T]] = OrderedDict()

    def __len__(self) -> int:
        return int(self._length)

    @overload
    def __getitem__(self, place: int) -> _T: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[_T]: ...
    def __getitem__(self, place: int | slice) -> _T | Sequence[_T]:
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(len(self)))]
        if not 0 <= place < len(self):
            raise IndexError(place)
        number, within = divmod(place, _PAGE)
        if number not in self._pages:
            limits = number * _PAGE + 1, (number + 1) * _PAGE
            self._pages[number] = list(map(self._row, self._connection.execute(self._sql, limits)))
            if len(self._pages) > _PAGES:
                self._pages.popitem(last=False)
        return self._pages[number][within]
