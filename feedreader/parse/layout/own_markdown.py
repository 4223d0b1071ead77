"""The Markdown that feedreader exports, read back with the reader's tags and notes. Pure.

## Thursday 9 May 2019                  the day, or a collection
### [Title](<address>)
Authors                                 then where it was printed, if it was
`key` · arXiv:1905.03776 · cs.LG · #tag
the note, then "**tl;dr** …" and "> abstract"
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from feedreader.model import Digest, Entry, Marks
from feedreader.parse.layout.author_lists import author_names
from feedreader.parse.layout.dates import read_date
from feedreader.text.identifiers import arxiv_id, doi
from feedreader.text.journal_reference import journal_of
from feedreader.text.lines import squash
from feedreader.text.notes import note_of, tags_of

_START = re.compile(r"\s*## [^\n]+\n\s*### ")
_FACTS = re.compile(r"(?m)^`[^`\n]{1,100}`(?: · [^\n]*)?$")
_HEADING = re.compile(r"(?m)^(##|###) (.*)$")
_LINKED = re.compile(r"\[(.*)\]\(<([^<>\s]*)>\)")
_ESCAPED = re.compile(r"(\$[^$\n]+\$)|\\([^\w\s])")
_NOTE_HEADING = re.compile(r"(?m)^###(#{1,6})(?=\s)")


def is_own(text: str) -> bool:
    """Whether feedreader wrote it: a heading, a title, and the line with the citation key."""
    return _START.match(text) is not None and _FACTS.search(text) is not None


def parse(text: str, name: str) -> Digest:
    """The papers under their days. It never raises."""
    return Digest(format=name, entries=tuple(_entries(text)))


def _entries(text: str) -> Iterator[Entry]:
    headings = [*_HEADING.finditer(text)]
    ends = [*(heading.start() for heading in headings[1:]), len(text)]
    day: date | None = None
    line, place = 1, 0
    for heading, end in zip(headings, ends, strict=True):
        line += text.count("\n", place, heading.start())
        place = heading.start()
        if heading[1] == "##":
            day = read_date(squash(heading[2]))
        else:
            yield _entry(heading[2], text[heading.end() : end], day, line)


def _entry(title: str, body: str, day: date | None, line: int) -> Entry:
    linked = _LINKED.fullmatch(title.strip())
    facts = _FACTS.search(body)
    above = [squash(block) for block in (body[: facts.start()] if facts else body).split("\n\n") if block.strip()]
    parts = facts[0].split(" · ")[1:] if facts else []
    note, tldr, abstract = _texts(body[facts.end() :] if facts else "")
    found = next(filter(None, (arxiv_id(part) for part in parts if part.startswith("arXiv:"))), None)
    others = [part for part in parts if not part.startswith(("arXiv:", "doi:", "#"))]
    tags = tags_of(next((part for part in parts if part.startswith("#")), ""))
    return Entry(
        title=_plain(linked[1] if linked else title) or None,
        authors=author_names([_plain(above[0])]) if above else (),
        abstract=_plain(abstract) or None,
        tldr=_plain(tldr) or None,
        arxiv_id=found[0] if found else None,
        doi=next(filter(None, (doi(_plain(part)) for part in parts if part.startswith("doi:"))), None),
        url=linked[2] if linked else None,
        journal=journal_of(_plain(above[1])) if len(above) > 1 else None,
        categories=tuple(_plain(others[0]).split()) if others else (),
        day=day,
        marks=Marks(tags=tags, note=note_of(_NOTE_HEADING.sub(r"\1", note))),
        line=line,
    )


def _texts(below: str) -> tuple[str, str, str]:
    """What stands below the facts: the note, the summary, the abstract."""
    note, abstract, tldr = below.strip(), "", ""
    before, _, last = note.rpartition("\n\n") if "\n\n" in note else ("", "", note)
    if last.startswith("> ") and "\n" not in last:
        note, abstract = before.strip(), last[2:]
    before, _, last = note.rpartition("\n\n") if "\n\n" in note else ("", "", note)
    if last.startswith("**tl;dr** "):
        note, tldr = before, last.removeprefix("**tl;dr** ")
    return note, tldr, abstract


def _plain(text: str) -> str:
    """Text without the backslashes that keep Markdown from its signs; formulas as they are."""
    return squash(_ESCAPED.sub(lambda match: match[1] or match[2], text))
