"""Citation keys: assigned once, and kept for good.

A key stands under all the names that a paper's entries gave it at that time, so it stays whichever of them are taken
out later, and is found again when the paper turns out to be one with another. `number` counts the keys given out: of
two papers that became one, both with a key, the one given first is kept. Should one paper become two, the older
of them keeps the key. A number is never lower than the time (in milliseconds since 1970), so that it tells which was
given first on several machines, too: of two papers with one key, the one that got it first keeps it.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from feedreader.library import unsent
from feedreader.library.connection import Part, chunks, placeholders
from feedreader.model import Paper
from feedreader.sync.records import CITATION


class CitationsPart(Part):
    """Citation keys, by paper."""

    def keys_for(self, papers: Sequence[Paper]) -> dict[str, str]:
        """The papers' citation keys by id: assigned once, on disk on return, and never changed.

        Of a library that may only be read, new ones hold for as long as it is open.
        """
        with self._database.read() as connection:
            known = _KnownKeys(connection, (paper.id for paper in papers))
        if len(known.complete) == len(known.names):
            return known.keys
        from feedreader.text.citation_key import key_stem

        stems = {paper.id: key_stem(paper) for paper in papers}
        with self._database.write(urgent=True, temporary=True) as connection:
            return _give_keys(connection, stems, self._now())


def rename(connection: sqlite3.Connection, names: Mapping[str, str]) -> None:
    connection.executemany("UPDATE OR IGNORE citations SET name = ? WHERE name = ?", [(n, o) for o, n in names.items()])


class _KnownKeys:
    """By papers' ids: the names they go by, and the key that these have; `complete` are those whose names all do."""

    def __init__(self, connection: sqlite3.Connection, ids: Iterable[str]) -> None:
        self.names: dict[str, set[str]] = {id: {id} for id in ids}
        self.keys: dict[str, str] = {}
        self.complete: set[str] = set()
        for chunk in chunks(self.names):
            rows = connection.execute(
                f"""SELECT DISTINCT mine.name, other.name
                    FROM entries mine JOIN entries other ON other.paper = mine.paper
                    WHERE mine.name IN ({placeholders(len(chunk))}) AND mine.paper IS NOT NULL""",
                chunk,
            )
            for id, name in rows:
                self.names[id].add(name)
        by_name: dict[str, tuple[int, str]] = {}
        for chunk in chunks({name for names in self.names.values() for name in names}):
            rows = connection.execute(
                f"SELECT name, number, key FROM citations WHERE name IN ({placeholders(len(chunk))})", chunk
            )
            by_name |= {name: (number, key) for name, number, key in rows}
        for id, names in self.names.items():
            if keys := [by_name[name] for name in names if name in by_name]:
                self.keys[id] = min(keys)[1]
                if len(keys) == len(names):
                    self.complete.add(id)
        for id in tuple(self._outdated(connection)):
            del self.keys[id]
            self.complete.discard(id)

    def _outdated(self, connection: sqlite3.Connection) -> Iterator[str]:
        """Papers whose key another one had before: they were one once, or another machine gave it away."""
        ids: dict[str, list[str]] = defaultdict(list)
        for id, key in self.keys.items():
            ids[key].append(id)
        for chunk in chunks(ids):
            rows = connection.execute(
                f"""SELECT c.key, c.number, e.paper FROM citations c JOIN entries e ON e.name = c.name
                    WHERE e.paper IS NOT NULL AND c.key IN ({placeholders(len(chunk))})""",
                chunk,
            ).fetchall()
            first: dict[str, tuple[int, int]] = {}
            for key, *given in rows:
                first[key] = min(first.get(key, (given[0], given[1])), (given[0], given[1]))
            for key, (_, oldest) in first.items():
                for id in ids[key]:
                    (paper,) = connection.execute(
                        "SELECT paper FROM entries WHERE name = ? AND paper IS NOT NULL", (id,)
                    ).fetchone()
                    if paper != oldest:
                        yield id


def _give_keys(connection: sqlite3.Connection, stems: Mapping[str, str], now: datetime) -> dict[str, str]:
    """The keys of these papers: those they have, and new ones made from the stems."""
    known = _KnownKeys(connection, stems)
    (number,) = connection.execute("SELECT ifnull(max(number), 0) FROM citations").fetchone()
    number = max(number, int(now.timestamp() * 1000))
    for id, names in known.names.items():
        if id in known.complete:
            continue
        if id in known.keys:  # a key that one of these names has already stays reserved
            put, key = "INSERT OR IGNORE", known.keys[id]
            (first,) = connection.execute("SELECT min(number) FROM citations WHERE key = ?", (key,)).fetchone()
        else:
            put, key = "INSERT OR REPLACE", _free(connection, stems[id])
            number += 1
            first = number
        connection.executemany(
            f"{put} INTO citations (name, key, number) VALUES (?, ?, ?)", [(name, key, first) for name in sorted(names)]
        )
        unsent.note(connection, CITATION, names, now)
        known.keys[id] = key
    return known.keys


def _free(connection: sqlite3.Connection, stem: str) -> str:
    """The stem, or the stem with the first of a, b, … z, aa, ab, … that is free."""
    rows = connection.execute("SELECT key FROM citations WHERE key >= ? AND key < ?", (stem, stem + "{"))
    taken = {key for (key,) in rows}
    number = 0
    while (key := stem + _letters(number)) in taken:
        number += 1
    return key


def _letters(number: int) -> str:
    """0: "", 1: "a", 26: "z", 27: "aa"."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters
