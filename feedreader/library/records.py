"""The records that hold, as the library keeps them, and marks as they follow (see `feedreader.sync.records`)."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from feedreader.library import marks, unsent
from feedreader.library.connection import chunks, placeholders
from feedreader.library.rows import KINDS, lines, unlines
from feedreader.library.schema import state
from feedreader.model import MARKS, UNMARKED
from feedreader.sync.records import KEPT, PAPER, TAG, Known, superseded, tags_of, value_of

COLUMNS = "value, at, clock, machine, names"


def known_of(row: Sequence[Any]) -> Known:
    value, at, clock, machine, names = row
    return Known(value, at, clock, machine, unlines(names))


def _stored(field: str, told: Known) -> tuple[str, str]:
    """A mark as it stands under a name: its value and time."""
    value = value_of(told.value)
    if field == KEPT and value:
        return "1", str(value)
    written = KINDS[MARKS[field].kind].write(value)
    return "" if written is None else str(written), told.at


def of_papers(connection: sqlite3.Connection, names: Iterable[str]) -> dict[str, dict[str, Known]]:
    """What is known of papers: by name, and by field."""
    found: defaultdict[str, dict[str, Known]] = defaultdict(dict)
    for chunk in chunks(names):
        rows = connection.execute(
            f"""SELECT name, field, {COLUMNS} FROM records
                WHERE kind = '{PAPER}' AND name IN ({placeholders(len(chunk))})""",
            chunk,
        )
        for name, field, *row in rows:
            found[name][field] = known_of(row)
    return found


def follow_records(connection: sqlite3.Connection, papers: Iterable[int]) -> None:
    """Let the marks of papers be what records say, where entries came together or parted since these came: what was
    replaced under another name of a paper does not stand, and what was told under a name that it has does."""
    if state(connection, unsent.MACHINE) is None:
        return
    for chunk in chunks(papers):
        told: defaultdict[int, dict[tuple[str, str], Known]] = defaultdict(dict)
        stored: defaultdict[int, list[tuple[str, str, str, str]]] = defaultdict(list)
        among = placeholders(len(chunk))
        for paper, name, field, *row in connection.execute(
            f"""SELECT DISTINCT e.paper, r.name, r.field, r.value, r.at, r.clock, r.machine, r.names
                FROM entries e JOIN records r ON r.kind = '{PAPER}' AND r.name = e.name WHERE e.paper IN ({among})""",
            chunk,
        ):
            told[paper][name, field] = known_of(row)
        if not told:
            continue
        for paper, *mark in connection.execute(
            f"""SELECT DISTINCT e.paper, m.at, m.name, m.kind, m.value
                FROM entries e JOIN marks m ON m.name = e.name WHERE e.paper IN ({among})""",
            chunk,
        ):
            stored[paper].append(tuple(mark))
        for paper, records in told.items():
            marks.receive(connection, _differing(connection, stored[paper], records))


def _differing(
    connection: sqlite3.Connection, stored: Iterable[tuple[str, str, str, str]], told: Mapping[tuple[str, str], Known]
) -> list[tuple[str, str, str | None, str | None]]:
    """Marks of a paper, under the names that records have, of the fields in which its marks are not what these say."""
    rows = marks_of_records(told, superseded(told))
    stand, wanted = marks.united(stored), marks.united((at, name, kind, value) for name, kind, value, at in rows)
    fields = {field for field in MARKS if _alike(getattr(stand, field)) != _alike(getattr(wanted, field))}
    fields = {MARKS[field].since or field for field in fields} & {kind for _, kind, *_ in rows}
    if not fields:
        return []
    names = sorted({name for name, _ in told})
    waiting = connection.execute(
        f"SELECT DISTINCT field FROM unsent WHERE name IN ({placeholders(len(names))})", names
    ).fetchall()
    fields.difference_update(field for (field,) in waiting)
    return [row for row in rows if row[1] in fields]


def _alike(value: Any) -> Any:
    return sorted(value) if isinstance(value, tuple) else value


def marks_of_records(
    told: Mapping[tuple[str, str], Known], gone: Collection[tuple[str, str]]
) -> list[tuple[str, str, str, str]]:
    """The marks that follow from records, by name and mark: value and time; those that are gone are unmarked."""
    rows: list[tuple[str, str, str, str]] = []
    tagged: defaultdict[str, dict[str, Known]] = defaultdict(dict)
    for (name, field), each in told.items():
        if field.startswith(TAG):
            tagged[name][field] = each
        elif (name, field) in gone:
            unmarked = KINDS[MARKS[field].kind].write(getattr(UNMARKED, field))
            rows.append((name, field, "" if unmarked is None else str(unmarked), each.at))
        else:
            rows.append((name, field, *_stored(field, each)))
    for name, fields in tagged.items():
        tags = tags_of({field: each for field, each in fields.items() if (name, field) not in gone})
        rows.append((name, "tags", lines(tags), max(each.at for each in fields.values())))
    return rows
