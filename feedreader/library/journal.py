"""The journal: what the reader did, step by step, so that it can be undone. The only writer of steps.

A step says what stood under each name before. One that changed many papers goes on in further rows (`part_of` is the
number of the first), so that none is ever in memory as a whole.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from feedreader.library.rows import time_text
from feedreader.model import Step

_UNDOABLE = 200  # steps whose names are kept up to date

Before = tuple[str, str, str | None, str | None]  # name, mark, and what stood there before: value, time


def add(
    connection: sqlite3.Connection, label: str, now: datetime, changes: Sequence[Before], part_of: int | None = None
) -> int:
    """Add a step, or what more a step changed; its number."""
    cursor = connection.execute(
        "INSERT INTO steps (at, label, changes, part_of) VALUES (?, ?, ?, ?)",
        (time_text(now), label, json.dumps(changes, ensure_ascii=False), part_of),
    )
    return int(cursor.lastrowid or 0)


def name(connection: sqlite3.Connection, step: int, label: str) -> None:
    """Say what a step did, once that is known."""
    connection.execute("UPDATE steps SET label = ? WHERE id = ?", (label, step))


def add_rule(connection: sqlite3.Connection, label: str, now: datetime, rule: str) -> None:
    """A step for a rule that was made. The rule itself is in the rules file."""
    connection.execute("UPDATE steps SET rule = ? WHERE id = ?", (rule, add(connection, label, now, ())))


def last_step(connection: sqlite3.Connection) -> Step | None:
    """The latest step that was not undone."""
    row = connection.execute(
        "SELECT id, label, at, rule FROM steps WHERE undone_at IS NULL AND part_of IS NULL ORDER BY id DESC LIMIT 1"
    ).fetchone()
    return None if row is None else Step(row[0], row[1], datetime.fromisoformat(row[2]), row[3])


def changes_of(connection: sqlite3.Connection, step: int) -> Iterator[list[Before]]:
    """What stood where a step changed something, row by row of the journal."""
    for _, changes in _rows(connection, "id = ?1 OR part_of = ?1", step):
        yield json.loads(changes)


def end(connection: sqlite3.Connection, step: int, now: datetime) -> None:
    """A step is undone."""
    connection.execute("UPDATE steps SET undone_at = ?1 WHERE id = ?2 OR part_of = ?2", (time_text(now), step))


def pass_over(connection: sqlite3.Connection, which: str, now: str) -> None:
    """Let undo pass over steps, of which a query gives a row or more."""
    connection.execute(
        f"""UPDATE steps SET undone_at = ?
            WHERE ifnull(part_of, id) IN (SELECT ifnull(part_of, id) FROM steps WHERE id IN ({which}))""",
        (now,),
    )


def rename(connection: sqlite3.Connection, names: Mapping[str, str]) -> None:
    """Let the latest steps speak of names under others."""
    quoted = {json.dumps(old, ensure_ascii=False): json.dumps(new, ensure_ascii=False) for old, new in names.items()}
    latest = "SELECT id FROM steps WHERE undone_at IS NULL AND part_of IS NULL ORDER BY id DESC LIMIT ?1"
    for row, changes in _rows(connection, f"id IN ({latest}) OR part_of IN ({latest})", _UNDOABLE):
        renamed = changes
        for old, new in quoted.items():
            renamed = renamed.replace(old, new)
        if renamed != changes:
            connection.execute("UPDATE steps SET changes = ? WHERE id = ?", (renamed, row))


def _rows(connection: sqlite3.Connection, where: str, value: int) -> Iterator[tuple[int, str]]:
    """Rows of the journal with their changes, of which one is in memory at a time. They may be written meanwhile."""
    for (row,) in connection.execute(f"SELECT id FROM steps WHERE {where} ORDER BY id", (value,)).fetchall():
        (changes,) = connection.execute("SELECT changes FROM steps WHERE id = ?", (row,)).fetchone()
        yield row, changes
