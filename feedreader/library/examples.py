"""The papers that the reader's interest is learned from: what she did with each, and their texts."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from feedreader.library.connection import chunks, placeholders
from feedreader.library.rows import unlines
from feedreader.library.schema import state
from feedreader.rank.features import Document, label
from feedreader.rank.learn import DISMISSED, KEPT, NOTED, OPENED, Example

SINCE = "interest since"  # the state that holds from when on marks are learned from; without it, all are
_MOST = {KEPT: 2000, NOTED: 500, OPENED: 300, DISMISSED: 500}  # papers of a kind, the latest
_OTHERS = 3000  # papers beside them
_OTHERS_AMONG = 12_000  # chosen from so many, the newest
_SPREAD = 2_654_435_761  # a prime: multiples of it, taken as 32 bits, are in no order

_KINDS = {  # which papers are of a kind: none is of two. Each has an index; and the mark whose time counts
    KEPT: ("p.shortlisted = 1", "shortlisted"),
    NOTED: ("p.note IS NOT NULL AND p.shortlisted = 0", "note"),
    "tagged": ("p.tags <> '' AND p.note IS NULL AND p.shortlisted = 0", "tags"),
    OPENED: ("p.opened = 1 AND p.shortlisted = 0 AND p.dismissed = 0 AND p.note IS NULL AND p.tags = ''", "opened"),
    DISMISSED: ("p.dismissed = 1 AND p.note IS NULL AND p.tags = ''", "dismissed"),
}


def examples(connection: sqlite3.Connection) -> dict[int, str]:
    """What the reader did with papers, by their keys: one of the kinds of `rank.learn`."""
    since = state(connection, SINCE) or ""
    found: dict[int, str] = {}
    for kind, (where, mark) in _KINDS.items():
        known = NOTED if kind == "tagged" else kind
        rows = connection.execute(
            f"""SELECT p.id, {_TIME} AS at FROM papers p WHERE {where} AND ifnull(at, '') >= ?
                ORDER BY at DESC, p.id DESC LIMIT ?""",
            (mark, since, _MOST[known]),
        )
        found |= dict.fromkeys((key for key, _ in rows), known)
    return found


_TIME = "(SELECT max(m.at) FROM marks m WHERE m.name = p.name AND m.kind = ?)"
_MARKS = {KEPT: "shortlisted", NOTED: "note", OPENED: "opened", DISMISSED: "dismissed"}
_DOCUMENTS = """SELECT p.id, p.title, e.abstract, p.authors, p.categories, p.sources
    FROM papers p LEFT JOIN entries e ON e.id = p.abstract_entry"""


def documents(connection: sqlite3.Connection, keys: Iterable[int], where: str = "1") -> Iterator[tuple[int, Document]]:
    """Papers by their keys as documents; those that are gone are left out."""
    for chunk in chunks(keys):
        rows = connection.execute(f"{_DOCUMENTS} WHERE p.id IN ({placeholders(len(chunk))}) AND {where}", chunk)
        for key, title, abstract, authors, categories, sources in rows:
            labels = [label("cat", name) for name in unlines(categories)]
            labels += [label("source", name) for name in unlines(sources)]
            yield key, Document(title or "", abstract or "", unlines(authors), labels)


def as_examples(connection: sqlite3.Connection, kinds: Mapping[int, str], now: datetime) -> list[Example]:
    """Papers as examples of these kinds."""
    found = []
    for key, document in documents(connection, kinds):
        row = connection.execute(f"SELECT {_TIME} FROM papers p WHERE p.id = ?", (_MARKS[kinds[key]], key)).fetchone()
        age = (now - datetime.fromisoformat(row[0])).total_seconds() / 86400 if row and row[0] else 0.0
        found.append(Example(str(key), document, kinds[key], age))
    return found


def others(connection: sqlite3.Connection, but: Mapping[int, str]) -> list[Document]:
    """A sample of the newest papers that are no examples; of the same papers, the same one."""
    rows = connection.execute("SELECT id FROM papers ORDER BY id DESC LIMIT ?", (_OTHERS_AMONG + len(but),))
    among = [key for (key,) in rows if key not in but][:_OTHERS_AMONG]
    chosen = sorted(sorted(among, key=lambda key: key * _SPREAD % 2**32)[:_OTHERS])
    return [document for _, document in documents(connection, chosen)]


def newest(connection: sqlite3.Connection, most: int) -> list[int]:
    """The papers of the latest days, then those of collections."""
    groups = connection.execute("SELECT id FROM groups WHERE total > 0 ORDER BY day IS NULL, day DESC, id DESC")
    keys: list[int] = []
    for (group,) in groups.fetchall():
        if len(keys) >= most:
            break
        rows = connection.execute(
            "SELECT id FROM papers WHERE grp = ? ORDER BY place, position, id LIMIT ?", (group, most - len(keys))
        )
        keys += (key for (key,) in rows)
    return keys


def to_text(kinds: Mapping[int, str]) -> str:
    return json.dumps({str(key): kind for key, kind in kinds.items()}, separators=(",", ":"))


def of_text(text: str) -> dict[int, str]:
    return {int(key): kind for key, kind in json.loads(text).items()}
