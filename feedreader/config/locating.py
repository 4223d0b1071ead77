"""On which line a key of a TOML document stands. The standard library's parser does not say. Pure."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right

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


def lines_of(text: str) -> dict[Keys, int]:
    """The line, from 1, on which each key first stands, tables too. The text must be one that `tomllib` reads."""
    scanner = _Scanner(text.replace("\r\n", "\n"))
    scanner.document()
    return scanner.lines


class _Scanner:
    """Goes over a document once, and notes where keys begin."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Keys, int] = {}
        self._text = text
        self._at = 0
        self._ends = [match.start() for match in re.finditer("\n", text)]

    def document(self) -> None:
        table: Keys = ()
        while self._skip(_BETWEEN) < len(self._text):
            if self._next == "[":
                self._at += 2 if self._text.startswith("[[", self._at) else 1
                table = self._keys(())
                self._at += 2 if self._text.startswith("]]", self._at) else 1
            else:
                self._pair(table)

    def _pair(self, table: Keys) -> None:
        """`key = value`"""
        path = self._keys(table)
        self._at += 1
        self._skip(_BLANKS)
        self._value(path)

    def _keys(self, table: Keys) -> Keys:
        """`a."b c".d`, each noted under the table it stands in."""
        while True:
            self._skip(_BLANKS)
            line = bisect_right(self._ends, self._at - 1) + 1
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
