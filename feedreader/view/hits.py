"""A page with the hits of a query marked. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from feedreader.query.hits import ABSTRACT, AUTHORS, NOTE, REST, TITLE, HitPatterns, split
from feedreader.view.spans import Line, Span

_NOTE = ("text", "strong", "emphasis", "code")  # the roles of a note's text
_PARTS = {
    **dict.fromkeys(("title", "stand-in"), TITLE),
    "authors": AUTHORS,
    "abstract": ABSTRACT,
    "text": NOTE,
    **dict.fromkeys(("comment", "tldr", "mention"), REST),
}


def mark_hits(lines: Iterable[Line], patterns: HitPatterns) -> tuple[Line, ...]:
    """The lines of a page with hits marked in its spans, over the ends of lines too."""
    result: list[Line] = []
    for role, block in groupby(lines, key=_role):
        rows, part = list(block), _PARTS.get(role)
        result += rows if part is None else _marked_block(rows, _NOTE if role == "text" else (role,), part, patterns)
    return tuple(result)


def _role(line: Line) -> str:
    """What a line is for: of a note's text always the same."""
    role = line[-1].role if line else ""
    return "text" if role in _NOTE else "authors" if role == "more" else role


def _marked_block(lines: Sequence[Line], roles: Sequence[str], part: str, patterns: HitPatterns) -> Iterator[Line]:
    text = " ".join("".join(span.text for span in line if span.role in roles) for line in lines)
    hits = patterns.find(text, part)
    if not hits:
        yield from lines
        return
    at = 0
    for line in lines:
        spans: list[Span] = []
        for span in line:
            if span.role not in roles:
                spans.append(span)
                continue
            places = ((start - at, end - at) for start, end in hits if end > at)
            spans += (span._replace(text=piece, hit=hit) for piece, hit in split(span.text, places))
            at += len(span.text)
        at += 1
        yield tuple(spans)
