"""The order of papers within a day: by source, by category (the reader's own subscriptions first, as she made them), or
by interest.

A paper's row holds what it is ordered by, so that windows of a day come from an index: `place` and `position` (its
source, and where it is in there), `category_order`, and `interest_order` (see `interest`). A subscription's `rank` in
`sources` is fixed when it is made. The ranks of categories change with the subscriptions: papers that are stored
already follow a few hundred at a time (`moves`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from functools import cache

from feedreader.library.connection import placeholders
from feedreader.library.schema import set_state, state
from feedreader.model import BY_CATEGORY, BY_INTEREST, BY_SOURCE

COLUMNS: Mapping[str, Sequence[str]] = {  # by `Query.sort`; each has indexes that begin with `grp`
    BY_SOURCE: ("place", "position", "id"),
    BY_CATEGORY: ("category_order", "place", "position", "id"),
    BY_INTEREST: ("interest_order", "place", "position", "id"),
}
_RANKS = "category ranks"  # the state that holds the ranks with which the papers stored are ordered
_SEPARATOR = "\x1f"  # sorts before all that a name can hold
_NO_CATEGORY = _NO_TITLE = "\U0010ffff"  # sorts behind all others
_TITLE_LETTERS = 40


def place_text(rank: int | None, source: str, path: str) -> str:
    """The column `place`: subscriptions in the order in which they were made, then files by name. Indexes repeat it, so
    that it is short: of files of one name, a hash of their paths decides."""
    return f"{source}{_SEPARATOR}{_short(path)}" if rank is None else f"{_SEPARATOR}{rank:06}"


def shorter_place(place: str) -> str:
    """The column `place` as it is today, of one that names the whole path."""
    source, separator, path = place.partition(_SEPARATOR)
    return f"{source}{separator}{_short(path)}" if source else place


@cache
def _short(path: str) -> str:
    from hashlib import blake2b  # as above

    return blake2b(path.encode("utf-8", "replace"), digest_size=3).hexdigest()


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
