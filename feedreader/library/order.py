"""The order of papers within a day: by source, by category (the reader's own subscriptions first, as she made them), or
by interest.

A paper's row holds what it is ordered by, so that windows of a day come from an index: `place` and `position` (its
source, and where it is in there), `category_order`, and `interest_order` (see `interest`). A subscription's `rank` in
`sources` is fixed when it is made. The `place` is short, as several indexes repeat it: of files, a sign or two that
sort as their names do. A file keeps its own (`sources.place`), whatever files come before or behind it. The ranks of
categories change with the subscriptions: papers that are stored already follow a few hundred at a time (`moves`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from feedreader.library.connection import placeholders
from feedreader.library.schema import set_state, state
from feedreader.model import BY_CATEGORY, BY_INTEREST, BY_SOURCE

COLUMNS: Mapping[str, Sequence[str]] = {  # by `Query.sort`; each has indexes that begin with `grp`
    BY_SOURCE: ("place", "position", "id"),
    BY_CATEGORY: ("category_order", "place", "position", "id"),
    BY_INTEREST: ("interest_order", "place", "position", "id"),
}
PLACE_OF_RANK = "(length(s.rank) || s.rank)"  # the place of papers of a subscription, of sources s
_RANKS = "category ranks"  # the state that holds the ranks with which the papers stored are ordered
_SEPARATOR = "\x1f"  # sorts before all that a name can hold
_NO_CATEGORY = _NO_TITLE = "\U0010ffff"  # sorts behind all others
_TITLE_LETTERS = 24
_LOWEST, _SECOND, _MIDDLE, _HIGHEST = "A", "B", "a", "\ud7ff"  # signs of the places of files, all behind digits


def place_of(connection: sqlite3.Connection, source: int) -> str:
    """The column `place` of a source's papers: subscriptions in the order in which they were made, then files by name
    and path. Within a transaction that writes: a file gets its place when it is first asked for."""
    rank, name, path, place = connection.execute(
        "SELECT rank, name, path, place FROM sources WHERE id = ?", (source,)
    ).fetchone()
    if rank is not None:
        return f"{len(str(rank))}{rank}"  # PLACE_OF_RANK
    if place is None:
        (before,) = connection.execute(
            "SELECT ifnull(max(place), '') FROM sources WHERE (name, path) < (?, ?)", (name, path)
        ).fetchone()
        (after,) = connection.execute("SELECT min(place) FROM sources WHERE place > ?", (before,)).fetchone()
        place = place_between(before, after)
        connection.execute("UPDATE sources SET place = ? WHERE id = ?", (place, source))
    return str(place)


def place_anew(connection: sqlite3.Connection, source: int) -> None:
    """Let a source that has another name or path now, and its papers, stand where that belongs."""
    (former,) = connection.execute("SELECT place FROM sources WHERE id = ?", (source,)).fetchone()
    if former is not None:
        connection.execute("UPDATE sources SET place = NULL WHERE id = ?", (source,))
        connection.execute(
            "UPDATE papers SET place = ? WHERE place = ? AND id IN (SELECT paper FROM entries WHERE source = ?)",
            (place_of(connection, source), former, source),
        )


def place_between(before: str, after: str | None) -> str:
    """A place of a file behind one ("": there is none) and before another (None: there is none). It is longer than both
    only where they leave no room. No place ends with the lowest sign, so that there is room before each."""
    if before and before[-1] < _HIGHEST:
        beside = before[:-1] + chr(ord(before[-1]) + 1)
        if after is None or beside < after:
            return beside
    if after is None or not after.startswith(before):
        return before + _MIDDLE
    rest = after[len(before) :].lstrip(_LOWEST)
    start = after[: len(after) - len(rest)]
    return start + (chr(ord(rest[0]) - 1) if rest[:1] > _SECOND else _LOWEST + _MIDDLE)


def category_order(category: str, ranks: Mapping[str, int]) -> str:
    """The column `category_order`: categories that she subscribed to in her order, then the others by name."""
    if not category:
        return _NO_CATEGORY
    rank = ranks.get(category, ranks.get(category.split(".")[0]))
    return category if rank is None else f"{_SEPARATOR}{rank:04}{_SEPARATOR}{category}"


def title_words(title: str | None) -> str:
    """By which papers are sorted by title; those without one come last."""
    from feedreader.text.normalize import normalize  # not needed to show the feed

    return normalize(title or "") or _NO_TITLE


def title_order(title: str | None) -> str:
    """The column `title_order`: the beginning of `title_words`."""
    return title_words(title)[:_TITLE_LETTERS]


def category_ranks(connection: sqlite3.Connection) -> dict[str, int]:
    """Of each category (or whole archive) that she subscribed to, which one it is, from 0."""
    targets = connection.execute(
        """SELECT u.target FROM subscriptions u JOIN sources s ON s.id = u.source
           WHERE u.kind = 'arxiv' ORDER BY s.rank, s.id"""
    )
    categories = dict.fromkeys(category for (target,) in targets for category in target.split("+"))
    return {category: rank for rank, category in enumerate(categories)}


def next_rank(connection: sqlite3.Connection) -> int:
    """The rank of a new subscription: behind all others."""
    return int(connection.execute("SELECT ifnull(max(rank), 0) + 1 FROM sources").fetchone()[0])


def moves(connection: sqlite3.Connection) -> tuple[str | None, dict[tuple[str, str], list[int]]]:
    """Papers whose `category_order` is of former subscriptions, by what it is and should be; and what `moved` notes.

    None, and no papers, where nothing changed.
    """
    ranks = category_ranks(connection)
    text = "+".join(ranks)
    papers: dict[tuple[str, str], list[int]] = {}
    if (state(connection, _RANKS) or "") == text:
        return None, papers
    for (stored,) in connection.execute("SELECT DISTINCT category_order FROM papers").fetchall():
        category = "" if stored == _NO_CATEGORY else stored.rpartition(_SEPARATOR)[2]
        if (wanted := category_order(category, ranks)) != stored:
            keys = connection.execute("SELECT id FROM papers WHERE category_order = ?", (stored,))
            papers[stored, wanted] = [key for (key,) in keys]
    return text, papers


def move(connection: sqlite3.Connection, keys: Sequence[int], stored: str, wanted: str) -> None:
    """Order papers anew, unless an import did."""
    connection.execute(
        f"UPDATE papers SET category_order = ? WHERE category_order = ? AND id IN ({placeholders(len(keys))})",
        (wanted, stored, *keys),
    )


def moved(connection: sqlite3.Connection, ranks: str) -> None:
    """All papers are ordered by these ranks."""
    set_state(connection, _RANKS, ranks)
