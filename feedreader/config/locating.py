"""Where the keys and tables of a TOML document stand. The standard library's parser does not say. Pure."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from typing import NamedTuple

Keys = tuple[str, ...]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_BLANKS = re.compile(r"[ \t]*")
_BETWEEN = re.compile(r"(?:[ \t\n,]|#[^\n]*)*")  # what may stand between two values of an array, or two lines
_SIMPLE = re.compile(r"[^,\]}#\n]*")
_STRINGS = (
    re.compile(r'"""(?:\\.|[^\\])*?"""(?:"{0,2})', re.DOTALL),
    re.compile(r"'''.*?'''(?:'{0,2})", re.DOTALL),
    re.compile(r'"(?:\\.|[^"\\])*"'),
    re.compile(r"'[^']*'"),
)


class Piece(NamedTuple):
    """A heading or a `key = value`: its whole name, its first and last line (from 1), and the comment behind it."""

    keys: Keys
    first: int
    last: int
    comment: str


class Table(NamedTuple):
    """What stands under a `[heading]` or a `[[heading]]`."""

    heading: Piece
    pairs: tuple[Piece, ...]


def tables_of(text: str) -> list[Table]:
    """The tables that have a heading, in their order. The text must be one that `tomllib` reads."""
    scanner = _Scanner(text.replace("\r\n", "\n"))
    scanner.document()
    return [Table(heading, tuple(pairs)) for heading, pairs in scanner.tables]


def lines_of(text: str) -> dict[Keys, int]:
    """The line, from 1, on which each key first stands, tables too. The text must be one that `tomllib` reads."""
    scanner = _Scanner(text.replace("\r\n", "\n"))
    scanner.document()
    return scanner.lines


class _Scanner:
    """Goes over a document once, and notes where keys begin."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Keys, int] = {}
        self.tables: list[tuple[Piece, list[Piece]]] = []
        self._text = text
        self._at = 0
        self._ends = [match.start() for match in re.finditer("\n", text)]

    def document(self) -> None:
        table: Keys = ()
        while self._skip(_BETWEEN) < len(self._text):
            start = self._at
            if self._next == "[":
                self._at += 2 if self._text.startswith("[[", self._at) else 1
                table = self._keys(())
                self._at += 2 if self._text.startswith("]]", self._at) else 1
                self.tables.append((self._piece(table, start), []))
            else:
                keys = self._pair(table)
                if self.tables:
                    self.tables[-1][1].append(self._piece(keys, start))

    def _piece(self, keys: Keys, start: int) -> Piece:
        """What began there, and ends here."""
        end = self._text.find("\n", self._at)
        comment = self._text[self._at : end if end >= 0 else len(self._text)].strip()
        return Piece(keys, self._line(start), self._line(self._at), comment)

    def _line(self, place: int) -> int:
        return bisect_right(self._ends, place - 1) + 1

    def _pair(self, table: Keys) -> Keys:
        """`key = value`"""
        path = self._keys(table)
        self._at += 1
        self._skip(_BLANKS)
        self._value(path)
        return path

    def _keys(self, table: Keys) -> Keys:
        """`a."b c".d`, each noted under the table it stands in."""
        while True:
            self._skip(_BLANKS)
            line = self._line(self._at)
            table = (*table, self._key())
            self.lines.setdefault(table, line)
            self._skip(_BLANKS)
            if self._next != ".":
                return table
            self._at += 1

    def _key(self) -> str:
        start = self._at
        if self._next not in "\"'":
            return self._text[start : self._skip(_BARE)]
        self._string()
        quoted = self._text[start : self._at]
        return quoted[1:-1] if quoted[0] == "'" or "\\" not in quoted else tomllib.loads(f"key = {quoted}")["key"]

    def _value(self, path: Keys) -> None:
        if self._next in "\"'":
            self._string()
        elif self._next in "[{":
            opened = self._next
            self._at += 1
            self._skip(_BETWEEN)
            while self._next not in "]}":
                if opened == "[":
                    self._value(path)
                else:
                    self._pair(path)
                self._skip(_BETWEEN)
            self._at += 1
        else:
            self._skip(_SIMPLE)

    def _string(self) -> None:
        for form in _STRINGS:
            if match := form.match(self._text, self._at):
                self._at = match.end()
                return
        raise AssertionError("tomllib reads no such string")

    def _skip(self, what: re.Pattern[str]) -> int:
        match = what.match(self._text, self._at)
        self._at = match.end() if match else self._at
        return self._at

    @property
    def _next(self) -> str:
        return self._text[self._at : self._at + 1]
