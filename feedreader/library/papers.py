"""Reading the feed: groups, windows of papers, the neighbours of one. Nothing here writes."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from feedreader.errors import UnknownPaper
from feedreader.library.connection import placeholders
from feedreader.library.rows import MUTED, PAPER_QUERY, REPLACED, SUMMARY_QUERY, paper_of, summary_of, unlines
from feedreader.model import Group, Paper, PaperSummary, SourceInfo

_AFTER = {1: (">", "ASC"), -1: ("<", "DESC")}
_CHUNK = 500


def groups(connection: sqlite3.Connection, expand: bool = True) -> tuple[Group, ...]:
    """The days, newest first, then the collections by title: those that hold something, with their counts.

    What is folded away at a day's end follows the day as a group of its own; or, if not `expand`, is only counted.
    """
    rows = connection.execute(
        "SELECT id, day, collection, total, unread, shortlisted, fold, highlighted FROM groups WHERE total > 0"
    ).fetchall()
    found = in_feed_order(
        Group(
            key,
            date.fromisoformat(day) if day else None,
            collection,
            total,
            0 if fold else unread,
            kept,
            fold,
            highlighted=highlighted,
        )
        for key, day, collection, total, unread, kept, fold, highlighted in rows
    )
    return tuple(found if expand else folded(found))


def in_feed_order(found: Iterable[Group]) -> list[Group]:
    """Days, the newest first, then collections by title, each before what is folded away at its end."""
    return sorted(
        found,
        key=lambda group: (
            group.day is None,
            -group.day.toordinal() if group.day else 0,
            (group.collection or "").casefold(),
            group.collection or "",
            group.section,
        ),
    )


def folded(found: Sequence[Group]) -> Iterator[Group]:
    """Without what can be folded away, where its day (or collection) holds anything else."""
    away: dict[object, Counter[str]] = {}
    for group in found:
        if group.section:
            away.setdefault((group.day, group.collection), Counter())[group.section] += group.total
    plain = {(group.day, group.collection) for group in found if not group.section}
    for group in found:
        here = group.day, group.collection
        if group.section:
            if here not in plain:
                yield group
        elif here in away:
            yield replace(group, folded=away[here][REPLACED], muted=away[here][MUTED])
        else:
            yield group


def keys(connection: sqlite3.Connection, group: int, offset: int, limit: int) -> tuple[int, ...]:
    """A window of a group, of the feed without a query."""
    rows = connection.execute(
        "SELECT id FROM papers WHERE grp = ? ORDER BY place, position, id LIMIT ? OFFSET ?", (group, limit, offset)
    )
    return tuple(key for (key,) in rows)


def summaries(connection: sqlite3.Connection, wanted: Sequence[int]) -> dict[int, PaperSummary]:
    """The summaries of these papers, in the order asked for, without those that are gone."""
    found = {}
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        for row in connection.execute(f"{SUMMARY_QUERY} WHERE p.id IN ({placeholders(len(chunk))})", tuple(chunk)):
            found[row[0]] = summary_of(row)
    return {key: found[key] for key in wanted if key in found}


def paper(connection: sqlite3.Connection, key: int) -> Paper | None:
    row = connection.execute(f"{PAPER_QUERY} WHERE p.id = ?", (key,)).fetchone()
    return paper_of(row) if row else None


def papers(connection: sqlite3.Connection, keys: Sequence[int]) -> list[Paper]:
    """These papers, whole, in the order asked for; at most 500 at a time."""
    rows = connection.execute(f"{PAPER_QUERY} WHERE p.id IN ({placeholders(len(keys))})", tuple(keys))
    found = {row[0]: paper_of(row) for row in rows}
    return [found[key] for key in keys if key in found]


def key_of(connection: sqlite3.Connection, wanted: str) -> int:
    """The paper with this arXiv id, DOI, address of either, or name. Raises UnknownPaper."""
    found = _named(connection, wanted)
    if found is None:
        from feedreader.text.identifiers import (  # its patterns are needed only where the name isn't the whole
            arxiv_id,
            doi,
        )

        arxiv = arxiv_id(wanted)
        found = _named(connection, arxiv[0] if arxiv else doi(wanted) or wanted.strip())
    if found is None:
        raise UnknownPaper(f"The library has no paper “{wanted}”.", "`feedreader list` shows what it has.")
    return found


def _named(connection: sqlite3.Connection, name: str) -> int | None:
    row = connection.execute(
        """SELECT paper FROM entries WHERE paper IS NOT NULL AND name = ?
           UNION ALL SELECT paper FROM entries WHERE paper IS NOT NULL AND doi = ?""",
        (name, name),
    ).fetchone()
    return int(row[0]) if row else None


def place(connection: sqlite3.Connection, key: int) -> tuple[int, int] | None:
    """The group of a paper, and its index there, in the feed without a query."""
    row = connection.execute("SELECT grp, place, position, id FROM papers WHERE id = ?", (key,)).fetchone()
    return None if row is None else (row[0], _index(connection, row))


def expanded_place(connection: sqlite3.Connection, key: int) -> tuple[int, int] | None:
    """Of a paper that stands in a fold: the group it is folded away from, and the index it would have there."""
    row = connection.execute(
        """SELECT o.id, p.place, p.position, p.id FROM papers p JOIN groups g ON g.id = p.grp
           JOIN groups o ON o.day IS g.day AND o.collection IS g.collection AND o.fold = ''
           WHERE p.id = ? AND g.fold <> ''""",
        (key,),
    ).fetchone()
    return None if row is None else (row[0], _index(connection, row))


def _index(connection: sqlite3.Connection, where: tuple[Any, ...]) -> int:
    """How many papers stand before a place, given as group, place, position and id."""
    before = "SELECT count(*) FROM papers WHERE grp = ? AND (place, position, id) < (?, ?, ?)"
    return int(connection.execute(before, where).fetchone()[0])


def next_unread(connection: sqlite3.Connection, key: int, step: int) -> int | None:
    """The unread paper that comes after (`step` 1) or before (-1) a paper in the feed without a query."""
    row = connection.execute("SELECT grp, place, position, id FROM papers WHERE id = ?", (key,)).fetchone()
    if row is None:
        return None
    compare, direction = _AFTER[step]
    order = f"ORDER BY place {direction}, position {direction}, id {direction} LIMIT 1"
    found = connection.execute(
        f"SELECT id FROM papers WHERE grp = ? AND read = 0 AND (place, position, id) {compare} (?, ?, ?) {order}", row
    ).fetchone()
    if found is None:
        feed = groups(connection)[::step]
        here = next(number for number, group in enumerate(feed) if group.key == row[0])
        there = next((group for group in feed[here + 1 :] if group.unread), None)
        if there is None:
            return None
        found = connection.execute(f"SELECT id FROM papers WHERE grp = ? AND read = 0 {order}", (there.key,)).fetchone()
    return int(found[0]) if found else None


def counts(connection: sqlite3.Connection) -> tuple[int, int, int]:
    """Papers, unread papers, papers on the shortlist."""
    row = connection.execute(
        """SELECT ifnull(sum(total), 0), ifnull(sum(unread) FILTER (WHERE fold = ''), 0), ifnull(sum(shortlisted), 0)
           FROM groups"""
    ).fetchone()
    return int(row[0]), int(row[1]), int(row[2])


def tags(connection: sqlite3.Connection) -> tuple[tuple[str, int], ...]:
    """The tags in use and how many papers have each, by name; of several spellings that which most papers have."""
    spelled: dict[str, Counter[str]] = {}
    for (text,) in connection.execute("SELECT tags FROM papers WHERE tags <> ''"):
        for tag in unlines(text):
            spelled.setdefault(tag.casefold(), Counter())[tag] += 1
    return tuple(
        (max(sorted(spellings), key=spellings.__getitem__), spellings.total())
        for _, spellings in sorted(spelled.items())
    )


def dismissed(connection: sqlite3.Connection, group: int, keys: Sequence[int] | None) -> int:
    """How many papers of a group, or of these, were dismissed."""
    if keys is None:
        row = connection.execute("SELECT count(*) FROM papers WHERE grp = ? AND dismissed = 1", (group,)).fetchone()
        return int(row[0])
    found = 0
    for start in range(0, len(keys), _CHUNK):
        chunk = keys[start : start + _CHUNK]
        found += connection.execute(
            f"SELECT count(*) FROM papers WHERE dismissed = 1 AND id IN ({placeholders(len(chunk))})", tuple(chunk)
        ).fetchone()[0]
    return found


def sources(connection: sqlite3.Connection) -> tuple[SourceInfo, ...]:
    rows = connection.execute(
        """SELECT s.name, s.path, s.format, s.title, s.imported_at, count(DISTINCT e.paper),
                  count(DISTINCT CASE WHEN NOT EXISTS (SELECT 1 FROM entries o WHERE o.paper = e.paper
                                                       AND o.source <> s.id) THEN e.paper END)
           FROM sources s LEFT JOIN entries e ON e.source = s.id AND e.paper IS NOT NULL
           WHERE s.forgotten IS NULL GROUP BY s.id ORDER BY s.name, s.path"""
    )
    return tuple(
        SourceInfo(name, path, format, title, papers, only, datetime.fromisoformat(imported_at))
        for name, path, format, title, imported_at, papers, only in rows
    )
