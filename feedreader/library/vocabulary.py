"""What can be named in a query: the categories, sources and tags that the library has."""

from __future__ import annotations

import sqlite3
from collections import Counter
from typing import NamedTuple


class Names(NamedTuple):
    """Categories and tags, the most frequent first; sources by name."""

    categories: tuple[str, ...]
    sources: tuple[str, ...]
    tags: tuple[str, ...]


def names(connection: sqlite3.Connection) -> Names:
    sources = connection.execute(
        "SELECT DISTINCT name FROM sources WHERE forgotten IS NULL ORDER BY name COLLATE NOCASE"
    )
    return Names(
        _lines(connection, "SELECT categories, count(*) FROM papers WHERE categories <> '' GROUP BY categories"),
        tuple(name for (name,) in sources),
        _lines(connection, "SELECT tags, count(*) FROM papers WHERE tags <> '' GROUP BY tags"),
    )


def _lines(connection: sqlite3.Connection, sql: str) -> tuple[str, ...]:
    counts: Counter[str] = Counter()
    for lines, count in connection.execute(sql):
        for line in lines.split("\n"):
            counts[line] += count
    return tuple(name for name, _ in counts.most_common())
