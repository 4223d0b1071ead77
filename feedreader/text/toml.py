"""TOML as text: how values are written, what a text says, and on which lines. The standard library's parser tells no
lines. Pure.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, NamedTuple

from feedreader.errors import ConfigError

Keys = tuple[str, ...]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_LONGEST = 60
_BLANKS = re.compile(r"[ \t]*")
_BETWEEN = re.compile(r"(?:[ \t\n,]|#[^\n]*)*")  # what may stand between two values of an array, or two lines
_SIMPLE = re.compile(r"[^,\]}#\n]*")
_STRINGS = (
    re.compile(r'"""(?:\\.|[^\\])*?"""(?:"{0,2})', re.DOTALL),
    re.compile(r"'''.*?'''(?:'{0,2})", re.DOTALL),
    re.compile(r'"(?:\\.|[^"\\])*"'),
    re.compile(r"'[^']*'"),
)

# Writing -------------------------------------------------------------------------------------------------------------


def written(value: object) -> str:
    """A value as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str | Path):
        return f'"{"".join(map(_character, str(value)))}"'
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key(name)} = {written(item)}' for name, item in value.items())}}}"
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    raise TypeError(f"TOML has no {type(value).__name__}")


def quoted(text: str) -> str:
    """A text as a person would write it: in 'single quotes' where that reads better."""
    plain = "'" not in text and text.isprintable() and ('"' in text or "\\" in text)
    return f"'{text}'" if plain else written(text)


def plain(text: str) -> str:
    """A file's text without what does not count in it: the mark at its front, and of what kind its line ends are."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def key(name: str) -> str:
    """A name as a TOML key."""
    return name if _BARE.fullmatch(name) else written(name)


def shown(value: object) -> str:
    """The same, for a message: not longer than a line bears."""
    try:
        text = written(value)
    except ValueError:  # a number of more digits than Python writes out
        return "a number"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _character(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    code = ord(character)
    if character.isprintable() or 0xD800 <= code <= 0xDFFF:
        return character
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


# Reading -------------------------------------------------------------------------------------------------------------


_REMEDIES = (
    ("Invalid value", 'Text needs quotes: key = "text". Numbers, true and false need none.'),
    ("Cannot overwrite", "It appears twice; remove one."),
    ("twice", "It appears twice; remove one."),
    ("Cannot declare", "It appears twice; remove one."),
    ("Unescaped '\\\\'", "Write a backslash as \\\\, or put the text in 'single quotes'."),
    ("Illegal character", "Close the quotes on the same line."),
    ("Unterminated string", "Close the quotes."),
    ("Unclosed array", "Lists need commas between their items and a ] at the end."),
    (
        "Expected '=' after a key",
        "The file is TOML: `key = value` under `[section]`; names with spaces need quotes.",
    ),
    ("Expected ']'", "Write a section in brackets on a line of its own: [section]."),
)


def parsed(path: Path, text: str) -> dict[str, Any]:
    """What a text in TOML says. Raises ConfigError with the place of the mistake."""
    try:
        return _loads(text)
    except RecursionError:
        raise ConfigError(f"{path}: brackets nested too deeply.", "The file is TOML.") from None
    except ValueError as error:  # TOMLDecodeError is one; so is a number that is too long
        match = re.search(r"^(.*) \((?:at line (\d+), column (\d+)|at end of document)\)$", str(error), re.DOTALL)
        why = match[1] if match else "a number has too many digits"
        last = text.rstrip("\n").count("\n") + 1
        where = f"line {match[2]}, column {match[3]}" if match and match[2] else f"line {last}, its end"
        remedy = next((words for start, words in _REMEDIES if start in why), "")
        if why == "Invalid value" and match and not match[2]:
            remedy = "A bracket or quote is never closed."
        remedy = remedy or "The file is TOML: `key = value` under `[section]`."
        raise ConfigError(f"{path}, {where}: {why}.", remedy) from None


def _loads(text: str) -> dict[str, Any]:
    import tomllib  # takes its time, and the other half of this module is used without it

    return tomllib.loads(text)


# Lines ---------------------------------------------------------------------------------------------------------------


class Statement(NamedTuple):
    """A heading or a `key = value`: its whole name, its first and last line (from 1), and the comment behind it."""

    keys: Keys
    first: int
    last: int
    comment: str


class Table(NamedTuple):
    """What stands under a `[heading]` or a `[[heading]]`."""

    heading: Statement
    pairs: tuple[Statement, ...]


def tables_of(text: str) -> list[Table]:
    """The tables that have a heading, in their order. The text must be one that `tomllib` reads."""
    return [Table(heading, tuple(pairs)) for heading, pairs in _scanned(text).tables]


def pairs_of(text: str) -> list[Statement]:
    """All `key = value` pairs in their order. The text must be one that `tomllib` reads."""
    return _scanned(text).pairs


def lines_of(text: str) -> dict[Keys, int]:
    """The line, from 1, of each key's first occurrence, tables too. The text must be one that `tomllib` reads."""
    return _scanned(text).lines


def _scanned(text: str) -> _Scanner:
    scanner = _Scanner(text.replace("\r\n", "\n"))
    scanner.document()
    return scanner


class _Scanner:
    """Goes over a document once, and notes where keys begin."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Keys, int] = {}
        self.pairs: list[Statement] = []
        self.tables: list[tuple[Statement, list[Statement]]] = []
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
                self.tables.append((self._statement(table, start), []))
            else:
                pair = self._statement(self._pair(table), start)
                self.pairs.append(pair)
                if self.tables:
                    self.tables[-1][1].append(pair)

    def _statement(self, keys: Keys, start: int) -> Statement:
        """What began there, and ends here."""
        end = self._text.find("\n", self._at)
        comment = self._text[self._at : end if end >= 0 else len(self._text)].strip()
        return Statement(keys, self._line(start), self._line(self._at), comment)

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
        return quoted[1:-1] if quoted[0] == "'" or "\\" not in quoted else _loads(f"key = {quoted}")["key"]

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

    def _skip(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self._text, self._at)
        self._at = match.end() if match else self._at
        return self._at

    @property
    def _next(self) -> str:
        return self._text[self._at : self._at + 1]
