"""The papers that the reader's interest is learned from: what she did with each, and their texts."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime

from feedreader.library.connection import chunks, placeholders
from feedreader.library.rows import time_text, unlines
from feedreader.library.schema import state
from feedreader.rank.features import Document, label
from feedreader.rank.profile import DISMISSED, KEPT, NOTED, OPENED, Example

SINCE = "interest since"  # the state that holds from when on marks are learned from; without it, all are
_MOST = {KEPT: 2000, NOTED: 500, OPENED: 300, DISMISSED: 500}  # papers of a kind, the latest
_OTHERS = 3000  # papers beside them
_OTHERS_AMONG = 12_000  # chosen from so many, the newest
_PASSED = _OTHERS // 2  # of them, papers that she saw and did nothing with, if there are so many
_SPREAD = 2_654_435_761  # a prime: multiples of it, taken as 32 bits, are in no order

_KINDS = {  # which papers are of a kind, none of two: each has an index; and the marks that make them so
    KEPT: ("p.shortlisted = 1", ("shortlisted",)),
    NOTED: (
        "p.id IN (SELECT id FROM papers WHERE note IS NOT NULL UNION SELECT id FROM papers WHERE tags <> '')"
        " AND p.shortlisted = 0",
        ("note", "tags"),
    ),
    OPENED: ("p.opened = 1 AND p.shortlisted = 0 AND p.dismissed = 0 AND p.note IS NULL AND p.tags = ''", ("opened",)),
    DISMISSED: ("p.dismissed = 1 AND p.note IS NULL AND p.tags = ''", ("dismissed",)),
}
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


def since(connection: sqlite3.Connection) -> datetime | None:
    """From when on marks are learned from; None: all are, as where that can't be read."""
    with suppress(ValueError):
        return datetime.fromisoformat(state(connection, SINCE) or "")
    return None


def examples(connection: sqlite3.Connection) -> dict[int, str]:
    """What the reader did with papers, by their keys: one of the kinds of `rank.profile`."""
    start = since(connection)
    found: dict[int, str] = {}
    for kind, (where, marks) in _KINDS.items():
        if start:
            where += f" AND {_time(marks)} >= ?"
        latest = "p.shortlisted_at DESC" if kind == KEPT else "p.id DESC"
        rows = connection.execute(
            f"SELECT p.id FROM papers p WHERE {where} ORDER BY {latest} LIMIT ?",
            (*([time_text(start)] if start else []), _MOST[kind]),
        )
        found |= dict.fromkeys((key for (key,) in rows), kind)
    return found


def _time(marks: Iterable[str]) -> str:
    """SQL: when the latest of these marks was made, "" if that is not known."""
    kinds = ", ".join(f"'{mark}'" for mark in marks)
    return f"ifnull((SELECT max(m.at) FROM marks m WHERE m.name = p.name AND m.kind IN ({kinds})), '')"


def as_examples(connection: sqlite3.Connection, kinds: Mapping[int, str], now: datetime) -> list[Example]:
    """Papers as examples of these kinds."""
    found = []
    for key, document in documents(connection, kinds):
        _, marks = _KINDS[kinds[key]]
        ((at,),) = connection.execute(f"SELECT {_time(marks)} FROM papers p WHERE p.id = ?", (key,)).fetchall()
        age = (now - datetime.fromisoformat(at)).total_seconds() / 86400 if at else 0.0
        found.append(Example(str(key), document, kinds[key], age))
    return found


def others(connection: sqlite3.Connection, but: Mapping[int, str]) -> list[Document]:
    """A sample of the newest papers that she did not keep and that are no examples, above all of those she passed over:
    of the same papers and marks the same one."""
    keys = [key for key in newest(connection, _OTHERS_AMONG + len(but)) if key not in but][:_OTHERS_AMONG]
    among = []
    for chunk in chunks(keys):
        among += connection.execute(
            f"""SELECT id * {_SPREAD} % {2**32}, id, read AND NOT opened FROM papers
                WHERE id IN ({placeholders(len(chunk))}) AND shortlisted = 0""",
            chunk,
        ).fetchall()
    among.sort()
    chosen = [key for _, key, passed in among if passed][:_PASSED]
    known = set(chosen)
    chosen += [key for _, key, _ in among if key not in known][: _OTHERS - len(chosen)]
    return [document for _, document in documents(connection, sorted(chosen))]


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
    """What `to_text` gave; {} where it is damaged: then all is learned anew."""
    try:
        return {int(key): str(kind) for key, kind in json.loads(text).items()}
    except (ValueError, TypeError, AttributeError):
        return {}
