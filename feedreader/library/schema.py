"""The layout of the file: which version it has, and how an older one is brought to the newest.

`PRAGMA user_version` is the number of migrations that were run (see `feedreader.library.migrations`). A copy of a file
with papers is made before each.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

from feedreader.errors import LibraryError
from feedreader.library.migrations import MIGRATIONS

COMPACT = "compact index"  # the state that says that the search index is to be written anew, without dead documents
SCORES = "scores"  # the state that counts how often the interest of papers was written
WORDS = "3"  # what the search index holds: to be raised when `search_words` or `entry_rows.document` changes
DOCTOR = "`feedreader doctor --repair` mends this."
_LEAST_TABLES = 5  # that make a library


def is_current(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether the file has the newest layout. Raises LibraryError if a newer program wrote it, or another one."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(MIGRATIONS):
        raise LibraryError(
            f"The library {path} was written by a newer feedreader (file format {version}).",
            f"This one supports up to {len(MIGRATIONS)}. Update feedreader.",
        )
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not (tables >= {"sources", "papers", "entries"} if version else not tables):
        if real_version(connection) is not None:
            raise LibraryError(f"The library {path} is damaged: tables or their version are missing.", DOCTOR)
        raise LibraryError(
            f"{path} is not a feedreader library but belongs to another program.", "Choose another folder."
        )
    return bool(version == len(MIGRATIONS))


class Layout(NamedTuple):
    """The tables of a version with their columns, and its indexes with the tables that they are of."""

    columns: Mapping[str, frozenset[str]]
    indexes: Mapping[str, str]


@cache
def layouts() -> tuple[Layout, ...]:
    """The layouts of the versions from 1 on."""
    made = []
    with closing(sqlite3.connect(":memory:")) as connection:
        for migration in MIGRATIONS:
            connection.executescript(migration)
            rows = connection.execute(
                "SELECT type, name, tbl_name FROM sqlite_master WHERE name NOT LIKE 'sqlite%'"
            ).fetchall()
            columns = {name: _columns(connection, name) for type, name, _ in rows if type == "table"}
            made.append(Layout(columns, {name: table for type, name, table in rows if type == "index"}))
    return tuple(made)


def tables_of(connection: sqlite3.Connection) -> dict[str, frozenset[str]]:
    """Those of a library's tables that a file has, with their columns."""
    names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    known = dict.fromkeys(table for layout in layouts() for table in layout.columns)
    return {table: _columns(connection, table) for table in known if table in names}


def _columns(connection: sqlite3.Connection, table: str) -> frozenset[str]:
    return frozenset(row[1] for row in connection.execute(f"PRAGMA table_info({table})"))


def real_version(connection: sqlite3.Connection) -> int | None:
    """The version whose tables the file has, or nearly has, whatever it says; None: it is no library's."""
    found = tables_of(connection)
    known = [columns for layout in layouts() for columns in layout.columns.items()]
    if sum(table in known for table in found.items()) < _LEAST_TABLES:
        return None
    (stored,) = connection.execute("PRAGMA user_version").fetchone()

    def unlikeness(version: int) -> tuple[int, bool, int]:
        layout = layouts()[version - 1].columns
        others = found.keys() ^ layout.keys()  # a table that is missing or new counts as much as one column
        columns = sum(len(found[table] ^ layout[table]) for table in found.keys() & layout.keys())
        return len(others) + columns, version != stored, -version

    return min(range(1, len(MIGRATIONS) + 1), key=unlikeness)


def migrate(connection: sqlite3.Connection, path: Path, on_update: Callable[[], object] = lambda: None) -> None:
    """Bring the file to the newest layout, after `on_update` if it has an older one. Raises LibraryError if a newer
    program wrote it, or another one."""
    if is_current(connection, path):
        return
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if not version:
        _run(connection, 0, len(MIGRATIONS))
        return
    if (real := real_version(connection)) is not None and real > version:
        said = f"The library {path} says that it has format {version}, but it has format {real}."
        raise LibraryError(said, DOCTOR)
    on_update()
    for earlier in path.parent.glob(f"{path.name}.before-*"):
        with suppress(FileNotFoundError):  # another process is making one
            earlier.chmod(0o600)  # which they were not always
    for number in range(version, len(MIGRATIONS)):
        write_copy(connection, path.with_name(f"{path.name}.before-{number + 1}"), version=number)
        _run(connection, number, number + 1)


def _run(connection: sqlite3.Connection, start: int, end: int) -> None:
    """Run migrations, unless another process did."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        if connection.execute("PRAGMA user_version").fetchone()[0] == start:
            for migration in MIGRATIONS[start:end]:
                for statement in migration.split(";"):
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {end}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk ends it
            connection.execute("ROLLBACK")
        raise


def write_copy(connection: sqlite3.Connection, target: Path, *, version: int | None = None) -> None:
    """Write a whole copy of the file, its owner's alone; none if another process brought it to another version."""
    part = target.with_name(f"{target.name}.part-{os.urandom(4).hex()}")
    try:
        part.touch(mode=0o600)
        with closing(sqlite3.connect(part)) as copy:
            connection.backup(copy)
            (copied,) = copy.execute("PRAGMA user_version").fetchone()
        if version in (None, copied):
            part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def state(connection: sqlite3.Connection, name: str) -> str | None:
    """What is remembered under a name."""
    row = connection.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
    return row[0] if row else None


def numbered_state(connection: sqlite3.Connection, name: str) -> int | None:
    """The number that is remembered under a name; None where it is damaged, too: all of them can be told anew."""
    text = state(connection, name) or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def set_state(connection: sqlite3.Connection, name: str, value: str) -> None:
    connection.execute("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", (name, value))


def count_scores(connection: sqlite3.Connection) -> None:
    """Note that papers have another interest."""
    set_state(connection, SCORES, str((numbered_state(connection, SCORES) or 0) + 1))


def has_index(connection: sqlite3.Connection) -> bool:
    """Whether the search index is there (see `feedreader.library.search.index`)."""
    return bool(connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'search'").fetchone())


def is_index_outdated(connection: sqlite3.Connection) -> bool:
    """Whether the search index is there and has other words than today's."""
    return state(connection, "indexed words") != WORDS and has_index(connection)


def is_index_to_renew(connection: sqlite3.Connection) -> bool:
    """Whether the search index is outdated, or to be written anew for other reasons."""
    return is_index_outdated(connection) or (state(connection, COMPACT) is not None and has_index(connection))
