"""Records as JSON: one a line, or all in one array."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

_LOOK = 20  # lines that tell whether each is a record
_BETWEEN = re.compile(r"[\s,\[\]]*")


class JsonRecord(NamedTuple):
    """A JSON value and the line it starts on; or, if it is none, why."""

    line: int
    value: Any
    reason: str | None = None


def records(text: str) -> Iterator[JsonRecord]:
    """The records of a text, which begins with a brace or bracket; nothing of another."""
    match = re.match(r"\s*([\[{])", text)
    if match is None:
        return iter(())
    if match[1] == "{" and any(record.reason is None for record in islice(_by_line(text[: 1 << 20]), _LOOK)):
        return _by_line(text)
    return array(text)


def _why(cut: bool) -> str:
    if cut:
        return "The file ends within this record."
    return "Invalid JSON."


def _by_line(text: str) -> Iterator[JsonRecord]:
    last = text.rstrip().count("\n") + 1
    for number, line in enumerate(text.split("\n"), 1):
        if line and not line.isspace():
            try:
                yield JsonRecord(number, json.loads(line))
            except (ValueError, RecursionError):
                yield JsonRecord(number, None, _why(number == last and line.rstrip()[-1:] != "}"))


def array(text: str, start: int = 0) -> Iterator[JsonRecord]:
    """The objects of an array, or of a file that spreads each over several lines, from a place on. The first broken one
    ends it."""
    decoder = json.JSONDecoder()
    end = len(text.rstrip())
    position, line = start, text.count("\n", 0, start) + 1
    while match := _BETWEEN.match(text, position):
        line += text.count("\n", position, match.end())
        position = match.end()
        if position >= end or text[position] == "}":  # the end of the object that holds the array
            return
        try:
            value, after = decoder.raw_decode(text, position)
        except (ValueError, RecursionError) as error:
            # an unclosed string is reported where it begins, anything else that is cut where the text ends
            cut = isinstance(error, json.JSONDecodeError) and (
                error.pos >= end - 1 or error.msg.startswith("Unterminated")
            )
            yield JsonRecord(line, None, _why(cut) + ("" if cut else " The rest was skipped."))
            return
        yield JsonRecord(line, value)
        line += text.count("\n", position, after)
        position = after
