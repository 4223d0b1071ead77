"""A note's Markdown as lines of spans: headings, lists, quotes, code, emphasis, links. Pure.

What is not understood stays as it was written. Line ends stay, too: a note's lines are its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from feedreader.text.display import Measure, safe, shown, wrap
from feedreader.view.spans import Line, Span, address

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


class _Run(NamedTuple):
    """A stretch of text that looks the same."""

    text: str
    role: str
    link: str | None = None


def note_lines(text: str, width: int, *, raw: bool = False, measure: Measure = len) -> list[Line]:
    """A note in lines no wider than `width`. `raw` shows it as it was written."""
    lines: list[Line] = []
    fenced = False
    for line in text.expandtabs(4).split("\n"):
        if raw:
            lines += _filled([_Run(safe(line), "text")], width, measure) or [()]
        elif _FENCE.fullmatch(line):
            fenced = not fenced
        elif fenced:
            lines += _verbatim(safe(line), width, measure)
        else:
            lines += _block(line, width, measure)
    return lines


def _block(line: str, width: int, measure: Measure) -> list[Line]:
    if heading := _HEADING.fullmatch(line):
        return _filled(list(_runs(heading[1], "strong")), width, measure)
    if _RULE.fullmatch(line):
        return [(Span("─" * min(width, 24), "fact"),)]
    if item := _ITEM.fullmatch(line):
        indent, marker, done, rest = item.groups()
        number = marker[0].isdigit()
        before = " " * min(len(indent), width // 3) + (marker if number and not done else _BULLETS[done]) + " "
        return _hung(before, " " * len(before), _filled(list(_runs(rest, "text")), width - len(before), measure))
    if quote := _QUOTE.fullmatch(line):
        return _hung("│ ", "│ ", _filled(list(_runs(quote[1], "mention")), width - 2, measure))
    return _filled(list(_runs(line, "text")), width, measure) or [()]


def _hung(first: str, others: str, lines: list[Line]) -> list[Line]:
    return [(Span(others if number else first, "fact"), *line) for number, line in enumerate(lines or [()])]


def _verbatim(line: str, width: int, measure: Measure) -> list[Line]:
    """A line of code, its blanks as they are; cut where it is too long."""
    lines: list[Line] = []
    start = used = 0
    for place, character in enumerate(line):
        size = measure(character)
        if used + size > width and place > start:
            lines.append((Span(line[start:place], "code"),))
            start, used = place, 0
        used += size
    return [*lines, (Span(line[start:], "code"),)] if line[start:] else lines or [()]


def _runs(text: str, role: str) -> Iterator[_Run]:
    """A line's text by looks."""
    at = 0
    for match in _INLINE.finditer(text):
        if match.start() > at:
            yield _Run(shown(text[at : match.start()]), role)
        at = match.end()
        if match["code"]:
            yield _Run(safe(match["code"]), "code")
        elif match["math"]:
            yield _Run(shown(match["math"]), role)
        elif match["bold"]:
            yield _Run(shown(match["bold"]), "strong")
        elif match["italic"]:
            yield _Run(shown(match["italic"]), "emphasis" if role == "text" else role)
        elif match["name"]:
            link = address(match["target"])
            yield _Run(shown(match["name"]), role, link)
        else:
            link = address(match["url"])
            end = len(link) if link else 0
            yield _Run(safe(match["url"][:end]), role, link)
            yield _Run(safe(match["url"][end:]), role)
    if at < len(text):
        yield _Run(shown(text[at:]), role)


def _filled(runs: list[_Run], width: int, measure: Measure) -> list[Line]:
    """Runs wrapped: the whole text is, and each line then takes its looks from the characters it came from."""
    characters: list[tuple[str, _Run]] = []
    for run in runs:
        for character in run.text:
            if not character.isspace():
                characters.append((character, run))
            elif characters and characters[-1][0] != " ":
                characters.append((" ", run))
    lines = []
    at = 0
    for line in wrap("".join(character for character, _ in characters), max(1, width), measure):
        if at < len(characters) and characters[at][0] == " ":
            at += 1
        lines.append(tuple(_spans(characters[at : at + len(line)])))
        at += len(line)
    return lines


def _spans(characters: list[tuple[str, _Run]]) -> Iterator[Span]:
    start = 0
    for place in range(1, len(characters) + 1):
        if place == len(characters) or characters[place][1] is not characters[start][1]:
            run = characters[start][1]
            yield Span("".join(character for character, _ in characters[start:place]), run.role, run.link)
            start = place
