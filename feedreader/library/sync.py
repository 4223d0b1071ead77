"""What machines that share a folder tell one another, as the library keeps it.

`records` has the record that holds for each name and field; marks follow it. What changed here is noted as it happens
(`unsent`) and made records of later (`collect`); what other machines tell goes into both tables (`receive`).
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple

from feedreader.library import marks, unsent
from feedreader.library.connection import Part, chunks, placeholders
from feedreader.library.records import COLUMNS, follow_records, known_of, marks_of_records, of_papers
from feedreader.library.rows import MARK_COLUMNS, PAPER_QUERY, lines, marks_of, paper_of, time_text
from feedreader.library.schema import set_state, state
from feedreader.model import MARKS, Marks, Paper
from feedreader.sync.records import (
    CITATION,
    KEPT,
    PAPER,
    TAG,
    Known,
    Record,
    latest,
    merged,
    next_clock,
    replaces,
    retagged,
    value_text,
    whole,
)

_READING, _SENDING = "sync reading", "sync sending"  # states: how far files were read, and what is being written


class Carried(NamedTuple):
    """What a kept paper says, as JSON Lines have it, and the name that this gives it."""

    says: Mapping[str, Any]
    name: str


Carry = Callable[[Paper], Carried | None]


class Received(NamedTuple):
    """What came of records: how many hold now, and those of papers that are kept, with what these say."""

    records: int
    kept: Sequence[Record] = ()


class SyncPart(Part):
    """What other machines are told, and what they tell."""

    @contextmanager
    def edit(self, carry: Carry) -> Iterator[SyncEditor]:
        """One transaction, durable at its end. `carry` says what kept papers say."""
        with self._database.write() as connection:
            yield SyncEditor(connection, self._now(), carry)

    def fingerprint(self) -> object:
        """What is equal as long as nothing that machines share changed here."""
        with self._database.read() as connection:
            unsent = connection.execute("SELECT EXISTS (SELECT 1 FROM unsent)").fetchone()
            subscriptions = connection.execute(
                "SELECT u.target, u.folder, u.paused, s.name FROM subscriptions u JOIN sources s ON s.id = u.source"
            )
            return unsent, subscriptions.fetchall()

    def machine(self) -> str | None:
        """What this library is called among the machines; None until it shares a folder."""
        return self._database.state(unsent.MACHINE)

    def reading(self) -> dict[str, Any]:
        """How far the files of other machines were read; {} if nothing is known of that."""
        try:
            known = json.loads(self._database.state(_READING) or "{}")
        except ValueError:
            return {}
        return known if isinstance(known, dict) else {}

    def records(self, carry: Carry) -> Iterator[Record]:
        """All records that hold, and the citation keys, as they are told."""
        with self._database.snapshot() as connection:
            machine = state(connection, unsent.MACHINE) or ""
            rows = connection.execute(f"SELECT kind, name, field, {COLUMNS} FROM records")
            for record in whole((kind, name, field, known_of(row)) for kind, name, field, *row in rows):
                if record.field == KEPT and record.value:
                    papers = _Papers(connection, record.names, carry)
                    carried = papers.carried(min(papers.names)) if papers.names else None
                    record = record._replace(says=carried.says if carried else None)
                yield record
            for name, key, number in connection.execute("SELECT name, key, number FROM citations"):
                yield _citation(name, key, number, machine, self._now())

    def told_by(self, machine: str) -> int:
        """How many records of a machine hold."""
        with self._database.read() as connection:
            (number,) = connection.execute("SELECT count(*) FROM records WHERE machine = ?", (machine,)).fetchone()
        return int(number)

    def has_papers(self, names: Iterable[str]) -> set[str]:
        """Those of these names that entries have, also of papers that were removed."""
        with self._database.read() as connection:
            return _in_entries(connection, names)


class SyncEditor:
    """Reads and writes within one open transaction."""

    def __init__(self, connection: sqlite3.Connection, now: datetime, carry: Carry) -> None:
        self._connection = connection
        self._now = now
        self._carry = carry

    # this machine

    @property
    def machine(self) -> str:
        """What this library is called; "" if it has no name yet."""
        return state(self._connection, unsent.MACHINE) or ""

    def name_machine(self, name: str) -> None:
        """Give the library a name, its first one or another. All marks that were never told are to be told."""
        set_state(self._connection, unsent.MACHINE, name)
        self._connection.execute(
            """INSERT OR IGNORE INTO unsent (name, field, at) SELECT name, kind, at FROM marks
               WHERE name NOT IN (SELECT name FROM records WHERE kind = 'paper')"""
        )
        self._connection.execute(
            "INSERT OR IGNORE INTO unsent (name, field, at) SELECT DISTINCT name, ?, ? FROM citations",
            (CITATION, time_text(self._now)),
        )

    @property
    def is_without_records(self) -> bool:
        """Whether nothing was ever told, or that was lost."""
        return not self._connection.execute("SELECT EXISTS (SELECT 1 FROM records)").fetchone()[0]

    @property
    def sending(self) -> dict[str, Any]:
        """What was about to be written to the file of this machine; {}: nothing."""
        try:
            text = json.loads(state(self._connection, _SENDING) or "{}")
        except ValueError:
            return {}
        return text if isinstance(text, dict) else {}

    @sending.setter
    def sending(self, what: Mapping[str, Any]) -> None:
        set_state(self._connection, _SENDING, json.dumps(what, ensure_ascii=False))

    def set_reading(self, reading: Mapping[str, Any]) -> None:
        set_state(self._connection, _READING, json.dumps(reading, ensure_ascii=False))

    # what changed here

    def collect(self, most: int) -> list[Record]:
        """Make records of so many marks that changed here since, and let them hold. [] only if nothing is left."""
        while rows := self._connection.execute("SELECT name, field, at FROM unsent LIMIT ?", (most,)).fetchall():
            if records := self._collected(rows):
                return records
        return []

    def _collected(self, rows: Sequence[tuple[str, str, str]]) -> list[Record]:
        found = _Papers(self._connection, {name for name, *_ in rows}, self._carry)
        latest_of: dict[tuple[int | str, str], tuple[str, str]] = {}
        for name, field, at in rows:
            if field in MARKS:
                place = found.paper_of.get(name, name), field
                latest_of[place] = max(latest_of.get(place, ("", "")), (at, name))
        records = [
            record
            for (_, field), (at, name) in latest_of.items()
            for record in found.records(name, field, datetime.fromisoformat(at), self.machine)
        ]
        self._put(latest(records))
        names = [name for name, field, _ in rows if field == CITATION]
        for chunk in chunks(names):
            stored = self._connection.execute(
                f"SELECT name, key, number FROM citations WHERE name IN ({placeholders(len(chunk))})", chunk
            )
            records += (_citation(name, key, number, self.machine, self._now) for name, key, number in stored)
        unsent.clear(self._connection, ((name, field) for name, field, _ in rows))
        return records

    def _put(self, held: Mapping[tuple[str, str, str], tuple[Known, Record]]) -> None:
        self._connection.executemany(
            f"INSERT OR REPLACE INTO records (kind, name, field, {COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [(*place, *each[:4], lines(each.names)) for place, (each, _) in held.items()],
        )

    # what other machines tell

    def receive(self, records: Iterable[Record]) -> Received | None:
        """Let records hold that replace those that are known, and the marks follow them. None if something changed here
        that is not told yet: what comes is to be compared with that."""
        if self._connection.execute("SELECT EXISTS (SELECT 1 FROM unsent)").fetchone()[0]:
            return None
        held = self._winning(latest(records))
        citations = {name: record.value for (_, name, field), (_, record) in held.items() if field == CITATION}
        held = {place: each for place, each in held.items() if place[2] != CITATION}
        self._put(held)
        number = len(held) + self._receive_citations(citations)
        fields = {(name, field): each for (kind, name, field), (each, _) in held.items() if kind == PAPER}
        if not fields:
            return Received(number)
        self._mark(fields)
        papers = _Papers(self._connection, {name for name, _ in fields}, self._carry).names
        follow_records(self._connection, [paper for paper, names in papers.items() if len(names) > 1])
        kept = {each.names: each for _, each in held.values() if each.field == KEPT and each.says}
        marks.settle(self._connection, sorted(papers))
        return Received(number, tuple(kept.values()))

    def _winning(
        self, told: Mapping[tuple[str, str, str], tuple[Known, Record]]
    ) -> dict[tuple[str, str, str], tuple[Known, Record]]:
        stored: dict[tuple[str, str, str], Known] = {}
        for chunk in chunks(dict.fromkeys(name for _, name, _ in told)):
            rows = self._connection.execute(
                f"""SELECT kind, name, field, {COLUMNS} FROM records
                    WHERE kind = '{PAPER}' AND name IN ({placeholders(len(chunk))})""",
                chunk,
            )
            stored |= {(kind, name, field): known_of(row) for kind, name, field, *row in rows}
        others = {place for place in told if place[0] != PAPER}
        for kind in {kind for kind, *_ in others}:
            stored |= {(kind, name, ""): each for name, each in self.known(kind).items()}
        return {place: each for place, each in told.items() if replaces(each[0], stored.get(place), place[2])}

    def _mark(self, fields: Mapping[tuple[str, str], Known]) -> None:
        """Write the marks that follow from records."""
        every = of_papers(self._connection, dict.fromkeys(name for name, field in fields if field.startswith(TAG)))
        tags = {(name, field): each for name, of in every.items() for field, each in of.items() if field[:4] == TAG}
        marks.receive(self._connection, marks_of_records({**fields, **tags}, ()))

    def _receive_citations(self, keys: Mapping[str, Sequence[Any]]) -> int:
        """Take citation keys. Of two for one paper that holds which was given first, unless another paper had it
        before."""
        taken = 0
        for name, (key, number) in sorted(keys.items(), key=lambda each: each[1][1]):
            row = self._connection.execute("SELECT key, number FROM citations WHERE name = ?", (name,)).fetchone()
            if row is None or (self._is_taken(key, number), number, key) < (self._is_taken(*row), row[1], row[0]):
                self._connection.execute("INSERT OR REPLACE INTO citations VALUES (?, ?, ?)", (name, key, number))
                taken += 1
        return taken

    def _is_taken(self, key: str, number: int) -> bool:
        """Whether another paper got this key before."""
        row = self._connection.execute("SELECT 1 FROM citations WHERE key = ? AND number < ?", (key, number)).fetchone()
        return row is not None

    # what is no paper

    def known(self, kind: str) -> dict[str, Known]:
        """By name, the records that hold for what is no paper."""
        rows = self._connection.execute(f"SELECT name, {COLUMNS} FROM records WHERE kind = ?", (kind,))
        return {name: known_of(row) for name, *row in rows}

    def tell(self, kind: str, changed: Iterable[tuple[str, Any, int]]) -> list[Record]:
        """Records of what changed here of what is no paper (see `records.differences`); they hold."""
        at = time_text(self._now)
        records = [Record(kind, (name,), "", value, at, clock, self.machine) for name, value, clock in changed]
        self._put(latest(records))
        return records

    def seen(self, kind: str) -> dict[str, Any]:
        """What was here of a kind when it was last looked at, by name."""
        try:
            seen = json.loads(state(self._connection, f"sync {kind}") or "{}")
        except ValueError:
            return {}
        return seen if isinstance(seen, dict) else {}

    def set_seen(self, kind: str, now: Mapping[str, Any]) -> None:
        set_state(self._connection, f"sync {kind}", value_text(dict(now)))


def _citation(name: str, key: str, number: int, machine: str, now: datetime) -> Record:
    return Record(PAPER, (name,), CITATION, [key, number], time_text(now), max(number, 1), machine)


def _in_entries(connection: sqlite3.Connection, names: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for chunk in chunks(dict.fromkeys(names)):
        rows = connection.execute(
            f"SELECT DISTINCT name FROM entries WHERE name IN ({placeholders(len(chunk))})", chunk
        )
        found.update(name for (name,) in rows)
    return found


class _Papers:
    """The papers that have these names, with all their names, marks, and what is known of them."""

    def __init__(self, connection: sqlite3.Connection, names: Iterable[str], carry: Carry) -> None:
        self._connection = connection
        self._carry = carry
        self.paper_of: dict[str, int] = {}
        self.names: defaultdict[int, list[str]] = defaultdict(list)
        asked = sorted(names)
        for chunk in chunks(asked):
            among = placeholders(len(chunk))
            rows = connection.execute(
                f"""SELECT DISTINCT e.paper, e.name FROM entries e
                    WHERE e.paper IN (SELECT paper FROM entries WHERE name IN ({among}) AND paper IS NOT NULL)""",
                chunk,
            )
            for paper, name in rows:
                if name not in self.paper_of:
                    self.paper_of[name] = paper
                    self.names[paper].append(name)
        self._asked = asked
        self._marks: dict[int, tuple[str, Marks]] | None = None

    def _load(self) -> None:
        self._marks = {}
        for chunk in chunks(self.names):
            rows = self._connection.execute(
                f"SELECT p.id, p.name, {MARK_COLUMNS} FROM papers p WHERE p.id IN ({placeholders(len(chunk))})", chunk
            )
            self._marks |= {key: (name, marks_of(tuple(row))) for key, name, *row in rows}
        every = dict.fromkeys(chain(self._asked, *self.names.values()))
        self._times: dict[tuple[str, str], str] = {}
        for part in chunks(every):
            rows = self._connection.execute(
                f"SELECT name, kind, at FROM marks WHERE name IN ({placeholders(len(part))})", part
            )
            self._times |= {(name, kind): time for name, kind, time in rows}
        self._known = of_papers(self._connection, every)
        told = {other for fields in self._known.values() for each in fields.values() for other in each.names}
        strange = told - every.keys()
        self._elsewhere = _in_entries(self._connection, strange)
        self._known |= of_papers(self._connection, strange - self._elsewhere)

    def records(self, name: str, field: str, at: datetime, machine: str) -> list[Record]:
        """What is to be told of a mark of the paper with this name, of which this much is known."""
        if self._marks is None:
            self._load()
        assert self._marks is not None
        paper = self.paper_of.get(name)
        if paper in self._marks:
            first, stand = self._marks[paper]
            names = sorted(self.names[paper], key=lambda each: (each != first, each))
        else:
            stand, names = _alone(self._connection, name), [name]
        told = merged(self._known, names)
        fields = [field] if field != "tags" else [each for each in told if each.startswith(TAG)]
        others = {other for each in fields if each in told for other in told[each].names} - {*names} - self._elsewhere
        names += sorted(others)
        told = merged(self._known, names)
        if field == "tags":
            from feedreader.text.notes import tag_key

            values = retagged(told, {tag_key(tag): tag for tag in stand.tags}, at)
        else:
            values = self._value(names, field, _value(field, stand), told, at)
        is_told_kept = field == KEPT and stand.shortlisted and values
        carried = self.carried(paper) if paper is not None and is_told_kept else None
        if carried and carried.name not in names:
            names.append(carried.name)
        times = [time for each in names if (time := self._times.get((each, field)))]  # an older one after undo
        says, text = carried.says if carried else None, max(times, default=time_text(at))
        return [
            Record(PAPER, tuple(names), each, value, text, clock, machine, says)
            for each, (value, clock) in values.items()
        ]

    def carried(self, paper: int) -> Carried | None:
        """What a paper says."""
        row = self._connection.execute(f"{PAPER_QUERY} WHERE p.id = ?", (paper,)).fetchone()
        return self._carry(paper_of(row)) if row else None

    def _value(
        self, names: Sequence[str], field: str, value: Any, told: Mapping[str, Known], at: datetime
    ) -> dict[str, tuple[Any, int]]:
        text = value_text(value)
        if all(field in self._known.get(name, {}) and self._known[name][field].value == text for name in names):
            return {}
        return {field: (value, next_clock([told[field].clock] if field in told else [], at))}


def _value(field: str, stand: Marks) -> Any:
    """A mark as it is told."""
    value = getattr(stand, field)
    if field == KEPT and value and stand.shortlisted_at:
        return time_text(stand.shortlisted_at)
    return value


def _alone(connection: sqlite3.Connection, name: str) -> Marks:
    """The marks under a name that no paper has."""
    rows = connection.execute("SELECT at, name, kind, value FROM marks WHERE name = ?", (name,))
    return marks.united(tuple(row) for row in rows)
