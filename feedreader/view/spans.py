"""What a page is made of: lines of spans, how text is filled into them, and how it is taken out again. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from feedreader.text.display import Measure, wrap_joined

_ADDRESS = re.compile(r"https?://[^\s<>]+")


class Span(NamedTuple):
    """A piece of a line. `role` is one of title, stand-in, authors, more, fact, mark, label, comment, tldr, abstract,
    mention, deleted and inserted (words, by a new version), and margin (blanks and bars, which are not copied); in a
    note text, strong, emphasis and code.

    `hit` marks what a query looked for. `joint` is there where a line goes on from the one before: what was between
    them before they were wrapped.
    """

    text: str
    role: str = "text"
    link: str | None = None
    hit: bool = False
    joint: str | None = None


Line = tuple[Span, ...]


def plain(line: Line) -> str:
    """A line's words alone."""
    return "".join(span.text for span in line)


def joint(line: Line) -> str | None:
    """What was between a line and the one before, if it goes on from there."""
    return next((span.joint for span in line if span.joint is not None), None)


def address(word: str) -> str | None:
    """The word as an address that may be followed, without what a sentence put after it. A space, which a source may
    leave in one, is escaped."""
    word = word.lstrip("([<").rstrip(".,;:!?)]}>'\"").replace(" ", "%20")
    if not word.startswith(("https://", "http://")) or not word.isascii() or not word.isprintable():
        return None
    return word if word.partition("://")[2].strip("/") else None


def linked(text: str, role: str) -> Iterator[Span]:
    """The text with its web addresses as links."""
    at = 0
    for match in _ADDRESS.finditer(text):
        if web := address(match[0]):
            if match.start() > at:
                yield Span(text[at : match.start()], role)
            yield Span(web, role, web)
            at = match.start() + len(web)
    if at < len(text):
        yield Span(text[at:], role)


def filled(spans: Sequence[Span], width: int, measure: Measure = len) -> list[Line]:
    """Spans wrapped: the whole text is, and each line then takes its looks from the characters it came from."""
    width = max(1, width)
    if len(spans) == 1:
        (span,) = spans
        lines = wrap_joined(span.text, width, measure)
        return [(span._replace(text=line, joint=joint),) if line else () for line, joint in lines]
    characters: list[tuple[str, Span]] = []
    for span in spans:
        for character in span.text:
            if not character.isspace():
                characters.append((character, span))
            elif characters and characters[-1][0] != " ":
                characters.append((" ", span))
    result = []
    at = 0
    for line, joint in wrap_joined("".join(character for character, _ in characters), width, measure):
        if at < len(characters) and characters[at][0] == " ":
            at += 1
        spans = list(_runs(characters[at : at + len(line)]))
        result.append((spans[0]._replace(joint=joint), *spans[1:]) if spans else ())
        at += len(line)
    return result


def _runs(characters: list[tuple[str, Span]]) -> Iterator[Span]:
    start = 0
    for place in range(1, len(characters) + 1):
        if place == len(characters) or characters[place][1] is not characters[start][1]:
            span = characters[start][1]
            yield span._replace(text="".join(character for character, _ in characters[start:place]))
            start = place


def hung(first: Sequence[Span], others: Sequence[Span], lines: Sequence[Line]) -> list[Line]:
    """Lines with something before the first of them, and before the others."""
    return [(*(others if number else first), *line) for number, line in enumerate(lines or [()])]


Place = tuple[int, int]  # a line, and a character of it


def copied(lines: Sequence[Line], start: Place = (0, 0), end: Place | None = None) -> str:
    """The text from one place to another, as it was before it was wrapped, and without margins."""
    last, stop = end or (len(lines), 0)
    text = ""
    for number in range(max(0, start[0]), min(last + 1, len(lines))):
        line = lines[number]
        low, high = start[1] if number == start[0] else 0, stop if number == last else len(plain(line))
        if number > start[0] and (number < last or high > 0):
            between = joint(line)
            text = text.rstrip(" ") + "\n" if between is None else text + between
        at = 0
        for span in line:
            if span.role != "margin":
                text += span.text[max(0, low - at) : max(0, high - at)]
            at += len(span.text)
    return text.strip("\n").rstrip()


def word_at(text: str, column: int) -> tuple[int, int]:
    """Start and end of the word at a column: what is between blanks, without the punctuation around it."""
    column = max(0, min(column, len(text)))
    start, end = text.rfind(" ", 0, column) + 1, text.find(" ", column)
    end = len(text) if end < 0 else end
    word = text[start:end]
    bare = word.strip(".,;:!?()[]{}<>“”‘’\"'│")
    if not bare:
        return start, end
    start += word.index(bare)
    return start, start + len(bare)
