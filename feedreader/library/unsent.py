"""Which marks changed here since the other machines were told, if there are any (see `feedreader.library.sync`)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from feedreader.library.connection import chunks, placeholders
from feedreader.library.journal import Before
from feedreader.library.rows import distinct, lines, time_text, unlines
from feedreader.library.schema import state

MACHINE = "machine"  # the state with the name of this library among those that share a folder
_TAGS, _TAG = "tags", "tag:"


def note(connection: sqlite3.Connection, field: str, names: Collection[str], now: datetime) -> None:
    """Note that a mark changed under some names, if there are machines to be told."""
    if names and state(connection, MACHINE) is not None:
        at = time_text(now)
        rows = [(name, field, at) for name in names]
        connection.executemany("INSERT OR REPLACE INTO unsent (name, field, at) VALUES (?, ?, ?)", rows)


def note_all(connection: sqlite3.Connection, name: str) -> None:
    """Note that marks stand under another name than before."""
    if state(connection, MACHINE) is not None:
        connection.execute(
            "INSERT OR IGNORE INTO unsent (name, field, at) SELECT name, kind, at FROM marks WHERE name = ?", (name,)
        )


def without_others(connection: sqlite3.Connection, changes: Sequence[Before]) -> list[Before]:
    """What is to be put back of what stood before a step: not where another machine changed it since."""
    machine = state(connection, MACHINE)
    if machine is None:
        return list(changes)
    left: list[Before] = []
    for chunk in chunks(changes):
        names = sorted({name for name, *_ in chunk})
        among = placeholders(len(names))
        unsent = set(connection.execute(f"SELECT name, field FROM unsent WHERE name IN ({among})", names))
        others = {
            (name, field): json.loads(value)
            for name, field, value in connection.execute(
                f"SELECT name, field, value FROM records WHERE kind = 'paper' AND machine <> ? AND name IN ({among})",
                (machine, *names),
            )
        }
        for name, kind, value, at in chunk:
            if kind == _TAGS:
                tags = {field: tag for (of, field), tag in others.items() if of == name and field.startswith(_TAG)}
                left.append(
                    (name, kind, *_with_tags(connection, name, value, at, tags)) if tags else (name, kind, value, at)
                )
            elif (name, kind) not in others or (name, kind) in unsent:
                left.append((name, kind, value, at))
    return left


def _with_tags(
    connection: sqlite3.Connection, name: str, value: str | None, at: str | None, others: dict[str, str | None]
) -> tuple[str | None, str | None]:
    """What stood there of tags, with those that other machines added since, and without those that they removed."""
    from feedreader.text.notes import tag_key

    row = connection.execute("SELECT value, at FROM marks WHERE name = ? AND kind = 'tags'", (name,)).fetchone()
    if row is None:
        return value, at
    now, before = unlines(row[0]), unlines(value or "")
    keys = {tag_key(tag) for tag in now}
    left = [tag for tag in before if tag_key(tag) in keys or others.get(_TAG + tag_key(tag), tag) is not None]
    return lines(distinct((*left, *(tag for tag in now if others.get(_TAG + tag_key(tag)) is not None)))), at or row[1]


def clear(connection: sqlite3.Connection, pairs: Iterable[tuple[str, str]]) -> None:
    """These are told."""
    connection.executemany("DELETE FROM unsent WHERE name = ? AND field = ?", pairs)
