"""Citation keys: given out once, and kept for good.

A key stands under all the names that a paper's entries gave it at that time, so it stays whichever of them are taken
out later, and is found again when the paper turns out to be one with another. `number` counts the keys given out: of
two papers that became one, both with a key, the one given first is kept. Should one paper become two, the older
of them keeps the key.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from feedreader.library.connection import placeholders

_CHUNK = 400


class Known:
    """What is known of some papers: the names they go by, and the keys these names have."""

    def __init__(self, connection: sqlite3.Connection, ids: Iterable[str]) -> None:
        self.connection = connection
        self.ids = tuple(dict.fromkeys(ids))
        self.names: dict[str, set[str]] = {id: {id} for id in self.ids}
        self.keys: dict[str, str] = {}
        self.whole: set[str] = set()  # papers all of whose names have the key
        given: dict[str, tuple[str, int]] = {}
        for start in range(0, len(self.ids), _CHUNK):
            chunk = self.ids[start : start + _CHUNK]
            rows = connection.execute(
                f"""SELECT DISTINCT mine.name, other.name
                    FROM entries mine JOIN entries other ON other.paper = mine.paper
                    WHERE mine.name IN ({placeholders(len(chunk))}) AND mine.paper IS NOT NULL""",
                chunk,
            )
            for id, name in rows:
                self.names[id].add(name)
            names = sorted({name for id in chunk for name in self.names[id]})
            for inner in range(0, len(names), _CHUNK):
                some = names[inner : inner + _CHUNK]
                given |= {
                    name: (key, number)
                    for name, key, number in connection.execute(
                        f"SELECT name, key, number FROM citations WHERE name IN ({placeholders(len(some))})", some
                    )
                }
        for id in self.ids:
            said = [given[name] for name in self.names[id] if name in given]
            if said:
                self.keys[id] = min(said, key=lambda pair: pair[1])[0]
                if len(said) == len(self.names[id]):
                    self.whole.add(id)
        for id in self._outdated():
            del self.keys[id]
            self.whole.discard(id)

    def _outdated(self) -> Iterator[str]:
        """Papers whose key an older paper has too: they were one with it once."""
        of: dict[str, list[str]] = defaultdict(list)
        for id, key in self.keys.items():
            of[key].append(id)
        keys = sorted(of)
        for start in range(0, len(keys), _CHUNK):
            chunk = keys[start : start + _CHUNK]
            rows = self.connection.execute(
                f"""SELECT c.key, min(e.paper) FROM citations c JOIN entries e ON e.name = c.name
                    WHERE e.paper IS NOT NULL AND c.key IN ({placeholders(len(chunk))})
                    GROUP BY c.key HAVING count(DISTINCT e.paper) > 1""",
                chunk,
            ).fetchall()
            for key, oldest in rows:
                for id in of[key]:
                    (paper,) = self.connection.execute(
                        "SELECT paper FROM entries WHERE name = ? AND paper IS NOT NULL", (id,)
                    ).fetchone()
                    if paper != oldest:
                        yield id


def known_keys(connection: sqlite3.Connection, ids: Iterable[str]) -> dict[str, str] | None:
    """The keys of these papers, if all have one under all of their names."""
    known = Known(connection, ids)
    return known.keys if len(known.whole) == len(known.ids) else None


def give_keys(connection: sqlite3.Connection, stems: Mapping[str, str]) -> dict[str, str]:
    """The keys of these papers: those they have, and new ones made from the stems."""
    known = Known(connection, stems)
    (number,) = connection.execute("SELECT ifnull(max(number), 0) FROM citations").fetchone()
    for id in known.ids:
        if id in known.whole:
            continue
        names = sorted(known.names[id])
        if id in known.keys:  # a key that one of these names has already stays reserved
            put, key = "INSERT OR IGNORE", known.keys[id]
            (first,) = connection.execute("SELECT min(number) FROM citations WHERE key = ?", (key,)).fetchone()
        else:
            put, key = "INSERT OR REPLACE", _free(connection, stems[id])
            number += 1
            first = number
        connection.executemany(
            f"{put} INTO citations (name, key, number) VALUES (?, ?, ?)", [(name, key, first) for name in names]
        )
        known.keys[id] = key
    return known.keys


def _free(connection: sqlite3.Connection, stem: str) -> str:
    """The stem, or the stem with the first of a, b, … z, aa, ab, … that nobody has."""
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
