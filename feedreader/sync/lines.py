"""Records as lines of text: JSON, a record a line, that people can read and git can merge.

    {"feedreader":1,"machine":"k3v9…","number":17,"clock":1764597600123,"time":"2026-12-01T14:00:00+00:00",
     "paper":["1905.03776"],"field":"read","value":true}

Lines come from other machines, so nothing in them is trusted: texts are cleaned, sizes are limited, and what is no
record is a problem of its line alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from feedreader.model import Problem
from feedreader.sync.records import (
    CITATION,
    FLAGS,
    HIGHEST_CLOCK,
    KEPT,
    KINDS,
    PAPER,
    TAG,
    TEXTS,
    Record,
)
from feedreader.text.cleaning import clean
from feedreader.text.lines import squash
from feedreader.text.notes import note_of, tag_key, tags_of

VERSION = 1
LONGEST = 1 << 22  # bytes of a line
_MOST_NAMES, _LONGEST_NAME = 64, 1000
_PLAIN = re.compile(r"[!-~]+")
_OURS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00", re.ASCII)
_MACHINE = re.compile(r"[0-9a-z]{4,40}", re.ASCII)


class Newer(NamedTuple):
    """A record of a newer program, which this one cannot read, as it stands there."""

    line: str


def line_of(record: Record, number: int) -> str:
    """A record as a line."""
    named = list(record.names) if record.kind == PAPER else record.names[0]
    stated: dict[str, Any] = {
        "feedreader": VERSION,
        "machine": record.machine,
        "number": number,
        "clock": record.clock,
        "time": record.at,
        record.kind: named,
        **({"field": record.field} if record.kind == PAPER else {}),
        "value": record.value,
        **({"says": record.says} if record.says is not None else {}),
    }
    return json.dumps(stated, ensure_ascii=False, separators=(",", ":")) + "\n"


def read_lines(lines: Iterable[bytes], first: int = 1) -> Iterator[Record | Newer | Problem]:
    """What stands on each line; blank ones are nothing. `first` is the number of the first. It never raises."""
    for number, line in enumerate(lines, first):
        if not line.strip():
            continue
        try:
            yield _read(line)
        except (ValueError, RecursionError, OverflowError) as error:
            reason = str(error) if type(error) is _Unfit else "This line is not a record."
            yield Problem(number, reason)


class _Unfit(ValueError):
    """What is wrong with a record, in words."""


def _read(line: bytes) -> Record | Newer:
    if len(line) > LONGEST:
        raise _Unfit("This line is too long.")
    record = json.loads(line.decode())
    if not isinstance(record, dict) or type(version := record.get("feedreader")) is not int:
        raise _Unfit("This line is not a record.")
    if version > VERSION:
        return Newer(line.decode("utf-8", "replace"))
    kind = next((kind for kind in KINDS if kind in record), None)
    field = record.get("field", "")
    if kind is None or not isinstance(field, str) or (kind == PAPER and not _is_field(field)):
        return Newer(line.decode("utf-8", "replace"))  # a word that this version does not know
    clock, machine = record.get("clock"), record.get("machine")
    if type(clock) is not int or not 0 < clock <= HIGHEST_CLOCK:
        raise _Unfit("This record has an impossible counter.")
    if not isinstance(machine, str) or not _MACHINE.fullmatch(machine):
        raise _Unfit("This record names no machine.")
    names = _names(record[kind])
    if kind == PAPER:
        field, value = _mark(field, record.get("value"))
    else:
        field, value = "", _object(record.get("value"))
    says = record.get("says")
    return Record(
        kind,
        names if kind == PAPER else names[:1],
        field,
        value,
        _time(record.get("time")),
        clock,
        machine,
        _cleaned(says) if isinstance(says, dict) and field == KEPT and value else None,
    )


def _is_field(field: str) -> bool:
    return field in FLAGS or field in TEXTS or field == CITATION or field.startswith(TAG)


def _names(stated: object) -> tuple[str, ...]:
    if isinstance(stated, list) and len(stated) == 1:
        return (_name(stated[0]),)
    named = stated if isinstance(stated, list) else [stated]
    names = tuple(dict.fromkeys(_name(name) for name in named))
    if not names or len(names) > _MOST_NAMES:
        raise _Unfit("This record does not name what it is about.")
    return names


def _name(stated: object) -> str:
    if isinstance(stated, str) and 0 < len(stated) < 100 and stated.isascii() and _PLAIN.fullmatch(stated):
        return stated
    if not isinstance(stated, str) or not stated or len(stated) > _LONGEST_NAME or squash(clean(stated)) != stated:
        raise _Unfit("This record does not name what it is about.")
    return stated


def _time(stated: object) -> str:
    try:
        time = datetime.fromisoformat(stated if isinstance(stated, str) else "")
        if isinstance(stated, str) and _OURS.fullmatch(stated):
            return stated
        if time.tzinfo is not None:
            return time.astimezone(UTC).isoformat(timespec="microseconds")
    except (ValueError, OverflowError):
        pass
    raise _Unfit("This record has no time.")


def _mark(field: str, value: object) -> tuple[str, Any]:
    """A field of a paper with its value, both as they are kept. Raises _Unfit."""
    if field == KEPT:
        return field, _time(value) if value is not False else False
    if field in FLAGS and isinstance(value, bool):
        return field, value
    if value is None and (field in TEXTS or field.startswith(TAG)):
        return (TAG + tag_key(field.removeprefix(TAG)) if field.startswith(TAG) else field), None
    if field in TEXTS and isinstance(value, str):
        return field, note_of(value)
    if field.startswith(TAG) and isinstance(value, str) and len(tags := tags_of(value)) == 1:
        return TAG + tag_key(tags[0]), tags[0]
    if field == CITATION and isinstance(value, list) and len(value) == 2:
        key, number = value
        if isinstance(key, str) and _KEY.fullmatch(key) and type(number) is int and 0 < number <= HIGHEST_CLOCK:
            return field, [key, number]
    raise _Unfit(f"This record has a wrong value for {squash(clean(field))[:40]}.")


_KEY = re.compile(r"[^\s{}\"#%'(),=\\~]{1,200}")


def _object(value: object) -> dict[str, Any] | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise _Unfit("This record has a wrong value.")
    return {
        squash(clean(name)): squash(clean(each)) if isinstance(each, str) else each
        for name, each in value.items()
        if each is None or isinstance(each, (str, bool))
    }


def _cleaned(value: Any) -> Any:
    """JSON without what could steer a terminal, or no encoding can write."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_cleaned(each) for each in value]
    if isinstance(value, dict):
        return {clean(name): _cleaned(each) for name, each in value.items()}
    return value
