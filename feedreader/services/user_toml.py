"""Files in TOML that people write and the program adds to. What stands there stays as it is, to the line end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from feedreader.config.kinds import did_you_mean
from feedreader.errors import ConfigError, ExportError, Fault, QueryError, os_reason
from feedreader.system.atomic_write import write_atomically
from feedreader.system.text_file import read_text
from feedreader.text import toml


class Listed(NamedTuple):
    """A table of a list, `[[kind]]`: what it says, the line of its heading, and those of its keys."""

    kind: str
    values: Mapping[str, Any]
    heading: int
    lines: Mapping[str, int]

    def line(self, key: str) -> int:
        """The line of a key, or of the heading."""
        return self.lines.get(key, self.heading)


class UserToml:
    """The text of such a file. `path` is where it is written, and what messages name.

    Raises ConfigError with the place of the mistake, at the first use of what it says, if it is no TOML.
    """

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.text = text

    @classmethod
    def read(cls, path: Path) -> UserToml:
        """The file, as one without a text if it is not there. Raises ConfigError."""
        return cls(path, read_text(path) if path.exists() or path.is_symlink() else "")

    @cached_property
    def _plain(self) -> str:
        return toml.plain(self.text)

    @cached_property
    def values(self) -> dict[str, Any]:
        """What it says."""
        return toml.parsed(self.path, self._plain)

    @cached_property
    def tables(self) -> Sequence[toml.Table]:
        """What stands under headings, with its lines."""
        return toml.tables_of(self._plain) if self.values else ()

    @cached_property
    def _lines(self) -> Mapping[toml.Keys, int]:
        return toml.lines_of(self._plain) if self.values else {}

    def line(self, *keys: str) -> int:
        """The line on which a key stands, from 1; else that of the section it would stand in."""
        return self._lines.get(keys) or self._lines.get(keys[:1]) or 1

    def fault(self, line: int, problem: str, remedy: str = "") -> Fault:
        """What is wrong on a line."""
        return Fault(problem, remedy, path=self.path, line=line)

    def listed(self, kinds: Sequence[str], keys: Sequence[str], what: str) -> tuple[list[Listed], list[Fault]]:
        """The tables of lists by these names, and what is wrong besides: other names, and keys that are none of these.

        `what` is what a table is called. Raises ConfigError.
        """
        faults = [self._unknown_kind(key, kinds, keys, what) for key in self.values if key not in kinds]
        found: list[Listed] = []
        for kind in kinds:
            values = self.values.get(kind, [])
            if not isinstance(values, list) or not all(isinstance(each, dict) for each in values):
                remedy = f"Write [[{kind}]] in double brackets."
                faults.append(self.fault(self.line(kind), f"“{kind}” is not a list of {what}s", remedy))
                continue
            tables = [table for table in self.tables if table.heading.keys == (kind,)]
            for place, each in enumerate(values):
                table = tables[place] if len(tables) == len(values) else None
                start = table.heading.first if table else self.line(kind)
                lines = {pair.keys[-1]: pair.first for pair in table.pairs} if table else {}
                found.append(Listed(kind, each, start, lines))
                faults += (
                    self.fault(found[-1].line(key), f"Unknown key “{key}” in a {what}", did_you_mean(key, keys))
                    for key in each
                    if key not in keys
                )
        return found, faults

    def _unknown_kind(self, key: str, kinds: Sequence[str], keys: Sequence[str], what: str) -> Fault:
        belongs = f"It belongs under {' or '.join(f'[[{kind}]]' for kind in kinds)}."
        remedy = belongs if key in keys else did_you_mean(key, kinds, "[[{}]]")
        return self.fault(self.line(key), f"Unknown kind of {what} “{key}”", remedy)

    def query_fault(self, line: int, query: str, error: QueryError, about: str = "") -> Fault:
        """What is wrong in a query that stands on a line."""
        problem = f"{about}{error.message.removesuffix('.')}"
        return self.fault(line, problem, error.remedy)._replace(query=query, position=error.position)

    # Other texts ---------------------------------------------------------------------------------------------------

    def added(self, lines: str, beginning: str = "") -> UserToml:
        """With more lines at the end, which end as those before; `beginning` comes first in a file without a text."""
        gap = "" if not self.text or self.text.endswith("\n") else "\n"
        more = gap + ("" if self.text.strip() else beginning) + lines
        return UserToml(self.path, self.text + (more.replace("\n", "\r\n") if "\r\n" in self.text else more))

    def without_pair(self, *keys: str) -> UserToml | None:
        """Without the lines of a key and what is behind it; None if it does not stand on lines of its own."""
        pair = next((pair for pair in toml.pairs_of(self._plain) if pair.keys == keys), None)
        return self._without(dict.fromkeys(_numbers(pair), ""), keys) if pair else None

    def without_table(self, table: toml.Table, *place: str | int) -> UserToml | None:
        """Without the lines of a table, which stands at this place in the values. Comments stay, on lines of their own.

        A blank line before the heading goes too, unless a comment is left there. None if more would go with it.
        """
        gone: dict[int, str] = {}
        for statement in (table.heading, *table.pairs):
            gone |= dict.fromkeys(_numbers(statement), "")
            gone[statement.last] = statement.comment
        above = table.heading.first - 1
        if above and not self.text.split("\n")[above - 1].strip() and not any(gone.values()):
            gone[above] = ""
        return self._without(gone, place)

    def _without(self, gone: Mapping[int, str], place: Sequence[str | int]) -> UserToml | None:
        """With these texts for lines, "" for none. None unless just what is at that place in the values has gone."""
        lines = []
        for number, line in enumerate(self.text.split("\n"), 1):
            if number not in gone:
                lines.append(line)
            elif gone[number]:
                lines.append(gone[number] + ("\r" if line.endswith("\r") else ""))
        left = UserToml(self.path, "\n".join(lines))
        expected = deepcopy(self.values)
        home: Any = expected
        for step in place[:-1]:
            home = home[step]
        del home[place[-1]]
        try:
            return left if repr(_filled(left.values)) == repr(_filled(expected)) else None  # nan is not equal to nan
        except ConfigError:
            return None

    def write(self) -> None:
        """Raises ConfigError if there can be no folder for it, ExportError if it cannot be written."""
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigError(f"Cannot create the folder {self.path.parent}: {os_reason(error)}.") from error
        try:
            write_atomically(self.path, [self.text])
        except ExportError as error:
            raise ExportError(error.message) from error


def _numbers(statement: toml.Statement) -> range:
    return range(statement.first, statement.last + 1)


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without tables and lists in which nothing stands, in one order: it is that in which they first appear."""
    return {key: value for key, value in sorted(values.items()) if value not in ({}, [])}
