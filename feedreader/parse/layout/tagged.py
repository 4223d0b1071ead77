"""What RIS, PubMed's nbib and EndNote's tagged format share: lines of a tag and a value, and records of such lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Record:
    """The fields of a record in their order, each with its lines. `line` is its first, from 1. `whole`: it has its
    end."""

    line: int
    fields: list[tuple[str, list[str]]] = field(default_factory=list)
    whole: bool = False

    def all(self, *tags: str) -> list[str]:
        """The values under these tags, the first tag's before the second's; each on one line."""
        return [" ".join(lines) for tag in tags for name, lines in self.fields if name == tag]

    def get(self, *tags: str) -> str:
        """The first value under the first of these tags that has one."""
        return next((value for value in self.all(*tags) if value), "")

    def texts(self, *tags: str) -> list[str]:
        """The values under these tags, with their lines."""
        return ["\n".join(lines) for tag in tags for name, lines in self.fields if name == tag]


def records(text: str, tag: re.Pattern[str], first: str, last: str = "") -> Iterator[Record]:
    """The records of a text. One begins with the tag `first`, or with any after the tag `last`, which ends one.

    `tag` matches the tag (group 1) at the start of a line and what stands between it and the value; a line without one
    continues the value before it, but not after a blank line or the record's end.
    """
    record: Record | None = None
    for number, line in enumerate(text.split("\n"), 1):
        match = tag.match(line)
        name = match[1].upper() if match else ""
        if name == first or (name and name != last and record is None):
            if record:
                yield record
            record = Record(number)
        if record is None:
            continue
        if match and name == last:
            record.whole = True
            yield record
            record = None
        elif match:
            record.fields.append((name, [line[match.end() :].strip()]))
        elif record.fields and line.strip():
            record.fields[-1][1].append(line.strip())
    if record:
        yield record


def begins(text: str, tag: re.Pattern[str], first: Sequence[str], look: int = 40) -> bool:
    """Whether one of the first lines is a field of this tag, hardly anything stands before it, and another follows."""
    lines = [line for line in text[:20_000].split("\n") if line.strip()][:look]
    places = [place for place, line in enumerate(lines) if tag.match(line)]
    if len(places) < 2 or places[0] > _PREFACE or places[1] > places[0] + _PREFACE:
        return False
    match = tag.match(lines[places[0]])
    return match is not None and match[1].upper() in first


_PREFACE = 5  # lines
