"""Queries of newsboat in words of this program, where they have an equal here. Pure.

    unread = "yes" and (title =~ "snails?" or tags # "biology") and age < 7

is `is:unread (title:/snails?/i or folder:="biology") day:7d`. "and" and "or" bind alike there, to the right:
`a and b or c` is `a and (b or c)` (newsboat's filterparser.rs).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

_LONGEST = 4_000  # characters
_DEEPEST = 20  # parentheses
_SPACE = re.compile(r"[ \t]*")
_COMPARISON = re.compile(
    r"(?P<name>[A-Za-z0-9_.-]+)[ \t]*(?P<sign>=~|==?|![~=#]|<=?|>=?|between|#)[ \t]*"
    r'(?:"(?P<text>(?:[^"\\]|\\.)*+)"|(?P<number>-?[0-9]+(?::-?[0-9]+)?))'
)
_JOIN = re.compile(r"(and|or)(?=[ \t]*\(|[ \t])")
_SEARCHED = {"title": "title", "author": "author", "content": "abstract", "feedtitle": "source"}
_CLASS = re.compile(r"\[[:.=]")  # of characters: [[:alpha:]]
_BOUNDARY = re.compile(r"\\[<>]")
_PAIR_OR_SLASH = re.compile(r"\\.|/", re.DOTALL)
_QUOTES = '"“”„‟«»＂'
_NEGATED = {"!=": "=", "!~": "=~", "!#": "#"}


class Untranslatable(ValueError):
    """What has no equal here: says what."""


class _Piece(NamedTuple):
    """Words of a query; `join` is what joins them, "" if nothing does."""

    text: str
    join: str = ""

    def beside(self, join: str) -> str:
        """Within parts that are joined."""
        return f"({self.text})" if self.join == "or" != join else self.text


def translated(stated: str, of_tag: Callable[[str], str]) -> str:
    """A filter expression as a query. `of_tag` gives what finds the papers of feeds with a tag: one term, or several in
    parentheses. Raises Untranslatable.
    """
    if len(stated) > _LONGEST:
        raise Untranslatable("it is too long")
    reader = _Reader(stated, of_tag)
    piece = reader.joined(0)
    if reader.at < len(stated):
        raise Untranslatable(f"invalid at “{stated[reader.at :][:40]}”")
    return piece.text


def quoted(name: str) -> str:
    """A name as a query has it. Raises Untranslatable."""
    if not name.strip() or any(quote in name for quote in _QUOTES) or name.endswith("\\"):
        raise Untranslatable(f"“{name[:40]}” cannot be searched for")
    return f'"{name}"'


class _Reader:
    def __init__(self, text: str, of_tag: Callable[[str], str]) -> None:
        self.text = text
        self.at = 0
        self.of_tag = of_tag
        self._blanks()

    def _blanks(self) -> None:
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def joined(self, depth: int) -> _Piece:
        """Parts with "and" and "or" between them, from here on."""
        parts, joins = [self._part(depth)], list[str]()
        while match := _JOIN.match(self.text, self.at):
            self.at = match.end()
            self._blanks()
            joins.append(match[1])
            parts.append(self._part(depth))
        piece = parts.pop()
        while joins:
            join, part = joins.pop(), parts.pop()
            between = " or " if join == "or" else " "
            piece = _Piece(f"{part.beside(join)}{between}{piece.beside(join)}", join)
        return piece

    def _part(self, depth: int) -> _Piece:
        if self.text.startswith("(", self.at):
            if depth >= _DEEPEST:
                raise Untranslatable("its parentheses are nested too deeply")
            self.at += 1
            self._blanks()
            piece = self.joined(depth + 1)
            if not self.text.startswith(")", self.at):
                raise Untranslatable("a parenthesis is never closed")
            self.at += 1
        else:
            match = _COMPARISON.match(self.text, self.at)
            if match is None:
                raise Untranslatable(f"invalid at “{self.text[self.at :][:40]}”")
            self.at = match.end()
            piece = _Piece(self._comparison(match["name"], match["sign"], match["text"], match["number"]))
        self._blanks()
        return piece

    def _comparison(self, name: str, sign: str, text: str | None, number: str | None) -> str:
        sign = "=" if sign == "==" else sign
        value = text if text is not None else number or ""
        plain = _NEGATED.get(sign, sign)
        if name == "unread" and plain == "=" and value in ("yes", "no"):
            return "is:unread" if (value == "yes") == (sign == "=") else "is:read"
        if name == "age":
            return _days(sign, value)
        no = "-" if sign in _NEGATED else ""
        if name == "tags" and plain == "#":
            return no + self.of_tag(value)
        if name in _SEARCHED and plain == "=~":
            return f"{no}{_SEARCHED[name]}:/{_pattern(value)}/i"
        if name == "feedtitle" and plain == "=":
            return f"{no}source:={quoted(value)}"
        raise Untranslatable(f"feedreader has no equal for “{name} {sign} …”")


def _pattern(stated: str) -> str:
    """A regular expression of POSIX, which ignores case, as one of Python between slashes."""
    if not stated or _CLASS.search(stated) or "\n" in stated:
        raise Untranslatable(f"the regular expression “{stated[:40]}” is written differently here")
    bounded = _BOUNDARY.sub(r"\\b", stated)
    return _PAIR_OR_SLASH.sub(lambda found: r"\/" if found[0] == "/" else found[0], bounded)


def _days(sign: str, value: str) -> str:
    """An age in whole days, as days up to today: younger than 7 days is `day:7d`."""
    first, _, last = value.partition(":")
    bounds = sorted(int(bound) for bound in (first, last or first) if re.fullmatch("[0-9]{1,4}", bound))
    if len(bounds) != 2 or (bool(last) != (sign == "between")):
        raise Untranslatable(f"feedreader has no equal for “age {sign} {value[:40]}”")
    low, high = bounds
    parts = []
    if sign in ("<", "<=", "=", "between"):
        parts.append(_within(high + (sign != "<"), f"age {sign} {value}"))
    if sign in (">", ">=") or (sign in ("=", "between") and low > 0):
        parts.append("-" + _within(low + (sign == ">"), f"age {sign} {value}"))
    if not parts:
        raise Untranslatable(f"feedreader has no equal for “age {sign} {value}”")
    return " ".join(parts)


def _within(days: int, stated: str) -> str:
    if not days:
        raise Untranslatable(f"feedreader has no equal for “{stated}”")
    return f"day:{days}d"
