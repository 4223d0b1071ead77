"""What one machine tells the others, as records, and which of two records holds.

A record is about one paper, under all of the names that its machine knows for it, and one field of what was done with
it; or about a subscription, a rule, a saved search or a preference. Of two records of one name and field the later
holds, by the counter, then by the machine: so whoever knows the same records has the same state, in whatever order
they came. A counter is that of Lamport (1978): higher than that of every record that is replaced. It is also never
behind the clock (in milliseconds since 1970), so that of two changes made apart the one made later holds, as far as
the clocks agree.

A citation key is given out once: of two for one paper the first holds.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from feedreader.model import FLAG, MARKS, TEXT

PAPER, SUBSCRIPTION, RULE, SEARCH, PREFERENCE = KINDS = ("paper", "subscription", "rule", "search", "preference")
FLAGS = frozenset(name for name, mark in MARKS.items() if mark.kind == FLAG)
TEXTS = frozenset(name for name, mark in MARKS.items() if mark.kind == TEXT)
TAG = "tag:"  # what the field of a tag begins with
CITATION = "citation"
KEPT = "shortlisted"
HIGHEST_CLOCK = 1 << 53  # what any program reads of a number in JSON; never reached but by fraud


class Record(NamedTuple):
    """`kind` is one of KINDS; `names` are those of the paper, or the one of what is changed else; `at` is when, as the
    library writes times. `value`: a flag is true or false; for the shortlist the time since when, or false; a note a
    text or None; a tag (its field is "tag:" and its key) as it is spelled, or None; a citation key [key, number];
    what is no paper an object, None if it was removed. `says` is what a kept paper says, as JSON Lines have it.
    """

    kind: str
    names: tuple[str, ...]
    field: str
    value: Any
    at: str
    clock: int
    machine: str
    says: Mapping[str, Any] | None = None


class Known(NamedTuple):
    """The record that holds for one name and field, as the library keeps it: `value` as JSON; `names` as they were
    told, () if it was only this one."""

    value: str
    at: str
    clock: int
    machine: str
    names: tuple[str, ...] = ()


_FLAGS = {True: "true", False: "false", None: "null"}
_VALUES = {text: value for value, text in _FLAGS.items()}
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def value_text(value: Any) -> str:
    """A value as JSON: the same for the same value."""
    return _FLAGS[value] if value is None or value is True or value is False else _encode(value)


def value_of(text: str) -> Any:
    """The value that this is in JSON."""
    return _VALUES[text] if text in _VALUES else json.loads(text)


def known(record: Record) -> Known:
    names = record.names if len(record.names) > 1 else ()
    return Known(value_text(record.value), record.at, record.clock, record.machine, names)


def replaces(new: Known, old: Known | None, field: str) -> bool:
    """Whether the one holds where the other did. What is equal in all of this is the same change."""
    if old is None:
        return True
    if field == CITATION:
        return _number(new.value) < _number(old.value)
    return (new.clock, new.machine, new.value) > (old.clock, old.machine, old.value)


def _number(citation: str) -> tuple[int, str]:
    key, number = json.loads(citation)
    return number, key


def next_clock(replaced: Iterable[int], at: datetime) -> int:
    """The counter of a change made at a time that replaces others with these counters."""
    return min(max(max(replaced, default=0) + 1, int(at.timestamp() * 1000), 1), HIGHEST_CLOCK)


def latest(records: Iterable[Record]) -> dict[tuple[str, str, str], tuple[Known, Record]]:
    """By kind, name and field, the record that holds among these."""
    found: dict[tuple[str, str, str], tuple[Known, Record]] = {}
    for record in records:
        told = known(record)
        for name in record.names:
            place = record.kind, name, record.field
            if place not in found or replaces(told, found[place][0], record.field):
                found[place] = told, record
    return found


def superseded(paper: Mapping[tuple[str, str], Known]) -> set[tuple[str, str]]:
    """The names and fields, of all that is known of one paper, whose change was replaced under another of its names.

    Machines may know a paper by different names. A change is about all that it was told with; where one of these has a
    later change, it does not hold under the others any more. Changes that have no name in common stand side by side:
    they were made when these were two papers.
    """
    gone = set()
    for (name, field), change in paper.items():
        for other in change.names:
            later = paper.get((other, field))
            if later is not None and other != name and replaces(later, change, field):
                gone.add((name, field))
    return gone


def tags_of(fields: Mapping[str, Known]) -> tuple[str, ...]:
    """The tags of a paper by what is known of its fields, in the order in which they were added."""
    tags = [(each.clock, field, value_of(each.value)) for field, each in fields.items() if field.startswith(TAG)]
    return tuple(tag for _, _, tag in sorted(tags, key=lambda each: each[:2]) if tag)


def retagged(fields: Mapping[str, Known], tags: Mapping[str, str], at: datetime) -> dict[str, tuple[Any, int]]:
    """What is to be told of tags (by their keys, in their order): by field the value and the counter.

    They are told in their order, so that other machines show them in the same.
    """
    changed: dict[str, tuple[Any, int]] = {}
    last = 0
    for key, tag in tags.items():
        field = TAG + key
        there = fields.get(field)
        if there is not None and there.clock > last and value_of(there.value) == tag:
            last = there.clock
            continue
        last = next_clock([last, there.clock if there else 0], at)
        changed[field] = tag, last
    for field, there in fields.items():
        if field.startswith(TAG) and field.removeprefix(TAG) not in tags and value_of(there.value) is not None:
            changed[field] = None, next_clock([there.clock], at)
    return changed


def merged(papers: Mapping[str, Mapping[str, Known]], names: Collection[str]) -> dict[str, Known]:
    """By field, the latest that is known of a paper with these names."""
    found: dict[str, Known] = {}
    for name in names:
        for field, change in papers.get(name, {}).items():
            if replaces(change, found.get(field), field):
                found[field] = change
    return found


def differences(
    before: Mapping[str, Any], now: Mapping[str, Any], told: Mapping[str, Known], at: datetime
) -> list[tuple[str, Any, int]]:
    """Of things that are no papers, by name: what changed here since it was looked at, with the counters."""
    return [
        (name, now.get(name), next_clock([told[name].clock] if name in told else [], at))
        for name in {**before, **now}
        if before.get(name) != now.get(name) and (name not in told or value_of(told[name].value) != now.get(name))
    ]


def whole(rows: Iterable[tuple[str, str, str, Known]]) -> Iterator[Record]:
    """Records as they are told, of what is known by kind, name and field: each once, under all its names that it still
    holds for."""
    together: dict[tuple[str, str, Known], list[str]] = {}
    for kind, name, field, each in rows:
        if each.names:
            together.setdefault((kind, field, each), []).append(name)
        else:
            yield _record(kind, (name,), field, each)
    for (kind, field, each), names in together.items():
        yield _record(kind, tuple(name for name in each.names if name in names) or tuple(names), field, each)


def _record(kind: str, names: tuple[str, ...], field: str, each: Known) -> Record:
    return Record(kind, names, field, value_of(each.value), each.at, each.clock, each.machine)
