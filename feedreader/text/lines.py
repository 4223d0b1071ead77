"""Lines and paragraphs: joining what was hard-wrapped, and telling prose from headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass


def squash(text: str) -> str:
    """White space of any kind folded to single blanks."""
    return " ".join(text.split())


_BROKEN_WORD = re.compile(r"[^\s\-\u2010][-\u2010]+\Z")


def ends_in_hyphen(line: str) -> bool:
    """Whether a hard-wrapped line breaks off within a word (a dash set off by a blank does not count)."""
    return line[-1:] in ("-", "\u2010") and _BROKEN_WORD.search(line[-9:]) is not None


def join_wrapped(lines: Iterable[str]) -> str:
    """Hard-wrapped lines as one. A line that ends in a hyphen joins without a blank; a dash after a blank does not."""
    pieces: list[str] = []
    for line in lines:
        folded = squash(line)
        if folded and pieces and not ends_in_hyphen(pieces[-1]):
            pieces.append(" ")
        if folded:
            pieces.append(folded)
    return "".join(pieces)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines (folded, none empty) that stand together, and the number of the first, from 1."""

    line: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return join_wrapped(self.lines)

    def __getitem__(self, part: slice) -> Paragraph:
        return Paragraph(self.line + (part.start or 0), self.lines[part])


_DRAWN = "-=_*~#+.·─━═—– "


def is_rule(line: str) -> bool:
    """Whether the (folded) line is drawn, as "-----" is: it separates, and says nothing."""
    return len(line) > 2 and line[0] in _DRAWN and not line.strip(_DRAWN)


def paragraphs(text: str) -> Iterator[Paragraph]:
    """The paragraphs of a text; blank lines and drawn lines separate them."""
    lines: list[str] = []
    for number, raw in enumerate(text.split("\n"), 1):
        line = " ".join(raw.split())
        if line and not is_rule(line):
            lines.append(line)
        elif lines:
            yield Paragraph(number - len(lines), tuple(lines))
            lines = []
    if lines:
        yield Paragraph(number - len(lines) + 1, tuple(lines))


def wrap_width(blocks: Sequence[Paragraph]) -> int:
    """The column at which the document was hard-wrapped, 0 if it was not."""
    lengths = sorted(len(line) for block in blocks if len(block.lines) > 2 for line in block.lines[:-1])
    if len(lengths) < 4:
        return 0
    width = lengths[(len(lengths) * 97) // 100]
    full = sum(length > width * 0.6 for length in lengths)
    longer = sum(len(line) > width * 1.5 for block in blocks for line in block.lines)
    return width if 28 <= width <= 140 and full * 4 >= len(lengths) * 3 and longer * 8 <= len(lengths) else 0


def goes_over(line: str, following: str, width: int) -> bool:
    """Whether a line wrapped at `width` had to end here, because the next word has no room on it."""
    if not width or len(line) > width + 3:
        return False
    return len(line) + 1 + len(following.partition(" ")[0]) > width


SENTENCE_END = (".", "!", "?", ")", '"', "”", "]")
_SENTENCE = re.compile(r"[a-z0-9)\]$”\"'%][.?!][\"”')]?\s+(?=[A-Z\"“(`$\\0-9])")
_OPENING = re.compile(
    r"(?:we|this|these|in this|in the|here|our|the (?:paper|aim|goal|problem|results?)|let|it is|a (?:new|novel)|i|"
    r"there|recent(?:ly)?|motivated|given|although|while|background|abstract|despite)\b",
    re.IGNORECASE,
)
_ABBREVIATION = re.compile(r"(?:\b(?i:vs|st|dr|no|vol|fig|etc|al|cf|ca|resp|eq|[a-z])|[A-Z])\.\Z")


def prose(text: str) -> int:
    """How much a paragraph is running text rather than a heading: 2 surely, 1 perhaps, 0 not."""
    if len(text) > 320 and text.count(" ", 0, 4000) > 25:
        return 2
    start, end = text[:4000], text[-40:].rstrip("\"”')")
    if (stops := start.count("。") + start.count("！")) and end.endswith(("。", "！", "？")):
        return 2 if stops > 1 or len(text) > 40 else 1
    sentences = sum(not _ABBREVIATION.search(start, 0, match.start() + 2) for match in _SENTENCE.finditer(start))
    ended = end.endswith((".", "!", "…")) and not _ABBREVIATION.search(end)
    if sentences and ended and (len(text) > 100 or sentences > 1):
        return 2
    if ended and _OPENING.match(text):
        return 2
    if sentences > 1 and len(text) > 150:
        return 2
    return 1 if ended or (len(text) > 200 and _OPENING.match(text)) else 0


def opens_like_prose(text: str) -> bool:
    """Whether a paragraph begins as abstracts do and titles do not."""
    return _OPENING.match(text) is not None


def breaks_off(text: str) -> bool:
    """Whether a text ends in the middle of a sentence."""
    text = text.rstrip()
    last = text.rpartition(" ")[2]
    return bool(text) and (text[-1].isalpha() or text[-1] in ",(-–;") and "/" not in last and "@" not in last
