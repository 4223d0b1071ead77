"""A note's Markdown as lines of spans: headings, lists, quotes, code, emphasis, links. Pure.

What is not understood stays as it was written. Line ends stay, too: a note's lines are its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from feedreader.text.display import Measure, safe, shown
from feedreader.view.spans import Line, Span, address, filled, hung

_FENCE = re.compile(r"\s{0,3}(```[^`]*|`{3,}|~~~.*)")
_HEADING = re.compile(r"#{1,6}\s+(.*?)\s*#*")
_RULE = re.compile(r"\s{0,3}([-*_])(\s*\1){2,}\s*")
_ITEM = re.compile(r"(\s*)([-*+]|\d{1,9}[.)])\s+(?:\[([ xX])\]\s+)?(.*)")
_QUOTE = re.compile(r"\s{0,3}>\s?(.*)")
# Each alternative looks ahead for a bounded stretch only, so that a line takes time in proportion to its length.
_INLINE = re.compile(
    r"(?P<tick>`{1,2})(?P<code>[^`\n]{1,500})(?P=tick)"
    r"|(?P<math>\$[^$\n]{1,500}\$)"
    r"|(?P<strong>\*\*|(?<!\w)__)(?=\S)(?P<bold>[^\n]{1,500}?)(?<=\S)(?P=strong)"
    r"|(?P<em>\*|(?<!\w)_)(?=[^\s*_])(?P<italic>[^\n*_]{1,500})(?<=\S)(?P=em)(?!\w)"
    r"|\[(?P<name>[^\]\[\n]{1,300})\]\((?P<target>https?://[^\s)]{1,500})\)"
    r"|(?P<url>https?://[^\s<>]+)"
)
_BULLETS = {None: "•", " ": "☐", "x": "☑", "X": "☑"}


def note_lines(text: str, width: int, *, raw: bool = False, measure: Measure = len) -> list[Line]:
    """A note in lines no wider than `width`. `raw` shows it as it was written."""
    lines: list[Line] = []
    fenced = False
    for line in text.expandtabs(4).split("\n"):
        if raw:
            lines += filled([Span(safe(line), "text")], width, measure) or [()]
        elif _FENCE.fullmatch(line):
            fenced = not fenced
        elif fenced:
            lines += _verbatim(safe(line), width, measure)
        else:
            lines += _block(line, width, measure)
    return lines


def _block(line: str, width: int, measure: Measure) -> list[Line]:
    if heading := _HEADING.fullmatch(line):
        return filled(list(_runs(heading[1], "strong")), width, measure)
    if _RULE.fullmatch(line):
        return [(Span("─" * min(width, 24), "fact"),)]
    if item := _ITEM.fullmatch(line):
        indent, marker, done, rest = item.groups()
        number = marker[0].isdigit()
        before = " " * min(len(indent), width // 3) + (marker if number and not done else _BULLETS[done]) + " "
        words = filled(list(_runs(rest, "text")), width - len(before), measure)
        return hung((Span(before, "fact"),), (Span(" " * len(before), "margin"),), words)
    if quote := _QUOTE.fullmatch(line):
        bar = (Span("│ ", "margin"),)
        return hung(bar, bar, filled(list(_runs(quote[1], "mention")), width - 2, measure))
    return filled(list(_runs(line, "text")), width, measure) or [()]


def _verbatim(line: str, width: int, measure: Measure) -> list[Line]:
    """A line of code, its blanks as they are; cut where it is too long."""
    lines: list[Line] = []
    start = used = 0
    for place, character in enumerate(line):
        size = measure(character)
        if used + size > width and place > start:
            lines.append((Span(line[start:place], "code", joint="" if start else None),))
            start, used = place, 0
        used += size
    return [*lines, (Span(line[start:], "code", joint="" if start else None),)] if line[start:] else lines or [()]


def _runs(text: str, role: str) -> Iterator[Span]:
    """A line's text by looks."""
    at = 0
    for match in _INLINE.finditer(text):
        if match.start() > at:
            yield Span(shown(text[at : match.start()]), role)
        at = match.end()
        if match["code"]:
            yield Span(safe(match["code"]), "code")
        elif match["math"]:
            yield Span(shown(match["math"]), role)
        elif match["bold"]:
            yield Span(shown(match["bold"]), "strong")
        elif match["italic"]:
            yield Span(shown(match["italic"]), "emphasis" if role == "text" else role)
        elif match["name"]:
            link = address(match["target"])
            yield Span(shown(match["name"]), role, link)
        else:
            link = address(match["url"])
            end = len(link) if link else 0
            yield Span(safe(match["url"][:end]), role, link)
            yield Span(safe(match["url"][end:]), role)
    if at < len(text):
        yield Span(shown(text[at:]), role)
