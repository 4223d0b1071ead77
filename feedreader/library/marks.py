"""What the reader did, and the journal by which it is undone. The only writer of marks.

A mark stands under the paper's name at that time. A paper is read (or kept) if any of the names its
entries give it is marked so: that unites the marks of two papers that turn out to be one. Taking a mark
away takes it away under all of its names.

`papers.read`, `papers.shortlisted` and the counts of a group repeat this for the list, and are kept in
step here and after each merge (`settle`).
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from feedreader.library.connection import placeholders
from feedreader.model import Step

KINDS = ("read", "shortlisted")
_CHUNK = 400

_Change = tuple[str, str, str | None, str | None]  # name, kind, and what stood there before: value, time


def mark(
    connection: sqlite3.Connection, papers: Sequence[int], kind: str, value: bool, now: datetime, label: str, step: bool
) -> tuple[int, ...]:
    """Mark papers, as one step of the journal if `step`. The papers that were not marked so before."""
    changed: list[int] = []
    changes: list[_Change] = []
    for start in range(0, len(papers), _CHUNK):
        chunk = papers[start : start + _CHUNK]
        rows = connection.execute(
            f"SELECT id, name FROM papers WHERE {kind} <> ? AND id IN ({placeholders(len(chunk))})", (value, *chunk)
        ).fetchall()
        changed += (key for key, _ in rows)
        names = [name for _, name in rows] if value else _names(connection, [key for key, _ in rows])
        changes += _set(connection, names, kind, value, now)
    _follow(connection, changed, kind, value)
    if step and changed:
        _journal(connection, label, now, changes)
    return tuple(changed)


def _names(connection: sqlite3.Connection, papers: Sequence[int]) -> list[str]:
    """All names under which these papers go."""
    rows = connection.execute(
        f"SELECT DISTINCT name FROM entries WHERE paper IN ({placeholders(len(papers))})", tuple(papers)
    )
    return [name for (name,) in rows]


def _set(
    connection: sqlite3.Connection, names: Sequence[str], kind: str, value: bool, now: datetime
) -> Iterable[_Change]:
    """Write marks; what stood there before."""
    for start in range(0, len(names), _CHUNK):
        chunk = names[start : start + _CHUNK]
        before = {
            name: (said, at)
            for name, said, at in connection.execute(
                f"SELECT name, value, at FROM marks WHERE kind = ? AND name IN ({placeholders(len(chunk))})",
                (kind, *chunk),
            )
        }
        touched = [name for name in chunk if value or name in before]
        connection.executemany(
            "INSERT OR REPLACE INTO marks (name, kind, value, at) VALUES (?, ?, ?, ?)",
            [(name, kind, str(int(value)), now.isoformat()) for name in touched],
        )
        for name in touched:
            yield (name, kind, *before.get(name, (None, None)))


def _follow(connection: sqlite3.Connection, papers: Sequence[int], kind: str, value: bool) -> None:
    """Keep the list's columns and counts in step with marks just written: work by the papers, not by the group."""
    moved: Counter[int] = Counter()
    for start in range(0, len(papers), _CHUNK):
        chunk = papers[start : start + _CHUNK]
        marks = placeholders(len(chunk))
        moved.update(
            dict(connection.execute(f"SELECT grp, count(*) FROM papers WHERE id IN ({marks}) GROUP BY grp", chunk))
        )
        connection.execute(f"UPDATE papers SET {kind} = ? WHERE id IN ({marks})", (value, *chunk))
    column, sign = ("unread", -1 if value else 1) if kind == "read" else ("shortlisted", 1 if value else -1)
    connection.executemany(
        f"UPDATE groups SET {column} = {column} + ? WHERE id = ?",
        [(sign * number, group) for group, number in moved.items()],
    )


def settle(connection: sqlite3.Connection, papers: Iterable[int], groups: Iterable[int] = ()) -> None:
    """Work out these papers' columns for the list from the marks, and the counts of these groups and theirs."""
    papers = list(papers)
    touched = set(groups)
    marked = connection.execute("SELECT EXISTS (SELECT 1 FROM marks) OR EXISTS (SELECT 1 FROM steps)").fetchone()[0]
    for start in range(0, len(papers), _CHUNK):
        chunk = papers[start : start + _CHUNK]
        marks = placeholders(len(chunk))
        touched.update(
            g for (g,) in connection.execute(f"SELECT DISTINCT grp FROM papers WHERE id IN ({marks})", chunk)
        )
        for kind in KINDS if marked else ():
            connection.execute(
                f"""UPDATE papers SET {kind} = EXISTS (
                        SELECT 1 FROM entries e JOIN marks m ON m.name = e.name AND m.kind = ? AND m.value = '1'
                        WHERE e.paper = papers.id
                    ) WHERE id IN ({marks})""",
                (kind, *chunk),
            )
    connection.executemany(
        """UPDATE groups SET (total, unread, shortlisted) =
               (SELECT count(*), ifnull(sum(read = 0), 0), ifnull(sum(shortlisted), 0)
                FROM papers WHERE grp = groups.id)
           WHERE id = ?""",
        [(group,) for group in touched],
    )


def _journal(connection: sqlite3.Connection, label: str, now: datetime, changes: Sequence[_Change]) -> int:
    cursor = connection.execute(
        "INSERT INTO steps (at, label, changes) VALUES (?, ?, ?)",
        (now.isoformat(), label, json.dumps(changes, ensure_ascii=False)),
    )
    return int(cursor.lastrowid or 0)


def begin_forgetting(connection: sqlite3.Connection, label: str, now: datetime) -> int:
    """A step of the journal for taking papers out of the library; its number marks what was taken."""
    return _journal(connection, label, now, ())


def last_step(connection: sqlite3.Connection) -> Step | None:
    """The latest step that was not undone."""
    row = connection.execute(
        "SELECT id, label, at, changes FROM steps WHERE undone_at IS NULL ORDER BY id DESC LIMIT 1"
    ).fetchone()
    if row is None:
        return None
    number, label, at, changes = row
    names = tuple(dict.fromkeys(name for name, *_ in json.loads(changes)))
    return Step(number, label, names, datetime.fromisoformat(at))


def undo_step(connection: sqlite3.Connection, step: Step, now: datetime) -> tuple[int, ...]:
    """Put the marks back as they were before a step. The papers that are concerned."""
    (changes,) = connection.execute("SELECT changes FROM steps WHERE id = ?", (step.number,)).fetchone()
    for name, kind, value, at in json.loads(changes):
        if value is None:
            connection.execute("DELETE FROM marks WHERE name = ? AND kind = ?", (name, kind))
        else:
            connection.execute("INSERT OR REPLACE INTO marks VALUES (?, ?, ?, ?)", (name, kind, value, at))
    connection.execute("UPDATE steps SET undone_at = ? WHERE id = ?", (now.isoformat(), step.number))
    papers: list[int] = []
    for start in range(0, len(step.ids), _CHUNK):
        chunk = step.ids[start : start + _CHUNK]
        papers += (
            paper
            for (paper,) in connection.execute(
                f"""SELECT DISTINCT paper FROM entries
                    WHERE paper IS NOT NULL AND name IN ({placeholders(len(chunk))})""",
                chunk,
            )
        )
    settle(connection, papers)
    return tuple(papers)
