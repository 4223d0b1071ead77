"""Muted papers are in a section of their own at the end of their day, unless they are kept or highlighted.

A paper comes out of its section at once when it is kept. One that is kept no longer stays where it is seen until the
rules are applied the next time: nothing vanishes under a cursor.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Sequence

from feedreader.library.connection import chunks, placeholders
from feedreader.library.rows import MUTED

_AWAY = "(p.muted = 1 AND p.shortlisted = 0 AND p.highlighted = 0)"


def place(connection: sqlite3.Connection, papers: Sequence[int], *, collapse: bool = False) -> set[int]:
    """Bring these papers out of their sections, if they should not be muted; with `collapse`, the others go back.

    The groups whose papers changed; their counts have followed.
    """
    if not _in_use(connection):
        return set()
    touched: set[int] = set()
    for chunk in chunks(papers):
        among = f"p.id IN ({placeholders(len(chunk))})"
        touched |= _move(connection, f"{among} AND g.section = '{MUTED}' AND NOT {_AWAY}", chunk, "")
        if collapse:
            touched |= _move(connection, f"{among} AND g.section = '' AND {_AWAY}", chunk, MUTED)
    return touched


def seen_though_muted(connection: sqlite3.Connection, limit: int) -> list[int]:
    """Papers that belong back in the section: they were kept, and no longer are."""
    rows = connection.execute(
        f"SELECT p.id FROM papers p JOIN groups g ON g.id = p.grp WHERE g.section = '' AND {_AWAY} LIMIT ?", (limit,)
    )
    return [key for (key,) in rows]


def _in_use(connection: sqlite3.Connection) -> bool:
    """Whether anything is muted, or still in a section of muted papers."""
    (used,) = connection.execute(
        f"""SELECT EXISTS (SELECT 1 FROM papers WHERE muted = 1)
                OR EXISTS (SELECT 1 FROM groups WHERE section = '{MUTED}' AND total > 0)"""
    ).fetchone()
    return bool(used)


def _move(connection: sqlite3.Connection, where: str, parameters: Sequence[int], section: str) -> set[int]:
    """Put the papers for which something holds into another section of their day."""
    moving: dict[tuple[int, str | None, str | None], list[int]] = defaultdict(list)
    for key, *group in connection.execute(
        f"SELECT p.id, g.id, g.day, g.collection FROM papers p JOIN groups g ON g.id = p.grp WHERE {where}", parameters
    ):
        moving[tuple(group)].append(key)
    touched: set[int] = set()
    for (group, day, collection), keys in moving.items():
        target = group_of(connection, day, collection, section)
        marks = placeholders(len(keys))
        counts = connection.execute(
            f"""SELECT count(*), sum(read = 0), sum(shortlisted), sum(highlighted) FROM papers WHERE id IN ({marks})""",
            keys,
        ).fetchone()
        connection.execute(f"UPDATE papers SET grp = ? WHERE id IN ({marks})", (target, *keys))
        for sign, changed in (("-", group), ("+", target)):
            connection.execute(
                f"""UPDATE groups SET total = total {sign} ?, unread = unread {sign} ?,
                    shortlisted = shortlisted {sign} ?, highlighted = highlighted {sign} ? WHERE id = ?""",
                (*counts, changed),
            )
        touched |= {group, target}
    return touched


def group_of(connection: sqlite3.Connection, day: str | None, collection: str | None, section: str) -> int:
    """The key of a group; it is created if it is missing."""
    where = (day, collection, section)
    row = connection.execute(
        "SELECT id FROM groups WHERE day IS ? AND collection IS ? AND section = ?", where
    ).fetchone()
    if row is None:
        cursor = connection.execute("INSERT INTO groups (day, collection, section) VALUES (?, ?, ?)", where)
        row = (cursor.lastrowid,)
    return int(row[0])
