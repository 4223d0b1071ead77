"""The file by itself: damaged pages, missing tables, a wrong version; and a whole file made of what can be read of it.

The new file has the tables of the version that the old one is of, with all rows that can be read. Keys and the
search index are left out, as they are worked out again (see `health`). It takes the old one's place in one
transaction, with nobody else there, so that a program that dies in between leaves the old one as it was.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from feedreader.errors import LibraryError
from feedreader.library.checks import REPAIR, RESTORE, Defect, Progress
from feedreader.library.connection import ensure_room, file_errors, placeholders, stoppable
from feedreader.library.migrations import MIGRATIONS
from feedreader.library.schema import layouts, real_version, tables_of
from feedreader.library.search.index import ensure_index
from feedreader.text.display import counted

_MOST = 100  # faults that SQLite is asked for
_AT_ONCE = 500  # rows
_HIGHEST = (1 << 63) - 1
_STALE_SECONDS = 600
_DERIVED = ("keys", "documents")  # worked out again from the entries
_SAID = {  # what is lost with a table, as the reader knows it
    "entries": "what your sources said",
    "sources": "your list of sources",
    "marks": "your marks, tags and notes",
    "steps": "your undo history",
    "subscriptions": "your subscriptions",
    "citations": "citation keys that were given out",
    "pdfs": "which PDFs were fetched",
    "zotero": "which papers were sent to Zotero",
    "messages": "which mails were read",
    "batches": "which days were fetched",
    "settings": "what the program remembers",
    "records": "what other machines sent",
    "unsent": "what other machines were not sent yet",
}


class Saved(NamedTuple):
    """The copy of the file as it was, and what could not be read of it, in words."""

    copy: Path
    lost: tuple[str, ...]


def faults(path: Path) -> list[Defect]:
    """What is wrong with a file, before it is opened as a library. None, too, of what is no library, is in use or is of
    a newer version: opening it says so. It is only read."""
    log = Path(f"{os.path.realpath(path)}-wal")
    if not os.access(path, os.R_OK):
        return []
    mode = "ro" if log.exists() or not os.access(path, os.W_OK) else "rw"  # what only reads leaves an empty log
    with suppress(sqlite3.OperationalError, OSError), closing(_opened(path, mode)) as connection:
        try:
            connection.execute("PRAGMA query_only = ON")
            with stoppable(connection):
                return _faults(connection)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError as error:
            return _beyond(connection, path, str(error))
    return []


def _faults(connection: sqlite3.Connection) -> list[Defect]:
    found = tables_of(connection)
    (stored,), version = connection.execute("PRAGMA user_version").fetchone(), real_version(connection)
    if version is None or stored > len(MIGRATIONS):
        return []
    defects = _layout_faults(connection, found, stored, version)
    if said := _damage(connection):
        defects.insert(0, Defect("damaged", 1, f"The file is damaged: {said.rstrip('.')}.", REPAIR))
    elif not any(defect.kind == "missing-tables" for defect in defects) and _is_index_broken(connection):
        defects.append(Defect("damaged-index", 1, "The search index is damaged.", REPAIR))
    return defects


def _beyond(connection: sqlite3.Connection, path: Path, said: str) -> list[Defect]:
    """Of a file that SQLite can't check: whether its tables can still be read."""
    try:
        connection.execute("PRAGMA writable_schema = ON")  # then it is not as strict
        version = real_version(connection)
    except sqlite3.DatabaseError:
        version = None
    if version is None:
        return []
    header = (
        connection.execute("PRAGMA page_count").fetchone()[0] * connection.execute("PRAGMA page_size").fetchone()[0]
    )
    is_short = path.stat().st_size < header
    problem = "The end of the file is missing." if is_short else f"The file is damaged: {said.rstrip('.')}."
    return [Defect("damaged", 1, problem, REPAIR)]


def _layout_faults(
    connection: sqlite3.Connection, found: Mapping[str, frozenset[str]], stored: int, version: int
) -> list[Defect]:
    defects = []
    layout = layouts()[version - 1]
    if stored != version:
        said = f"The file says that it has format {stored}, but it has format {version}."
        defects.append(Defect("wrong-version", 1, said, REPAIR))
    if missing := [table for table in layout.columns if table not in found]:
        lost = [_SAID[table] for table in missing if table in _SAID]
        said = f"{counted(len(missing), 'table')} missing" + (f", with {_and(lost)}" if lost else "")
        defects.append(Defect("missing-tables", len(missing), f"{said}.", REPAIR))
    columns = [column for table in found for column in layout.columns.get(table, frozenset()) - found[table]]
    if columns:
        said = f"{counted(len(columns), 'column')} missing: {_and(sorted(columns))}."
        defects.append(Defect("missing-columns", len(columns), said, REPAIR))
    indexes = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}
    gone = [name for name, table in layout.indexes.items() if name not in indexes and table in found]
    if gone:
        said = f"{counted(len(gone), 'index', 'indexes')} missing, which makes the library slow."
        defects.append(Defect("missing-indexes", len(gone), said, REPAIR))
    return defects


def _and(words: Sequence[str]) -> str:
    return ", ".join(words[:-1]) + (" and " if len(words) > 1 else "") + words[-1]


def _damage(connection: sqlite3.Connection) -> str:
    """What SQLite finds wrong with the pages of the file; "" if nothing."""
    try:
        rows = [row for (row,) in connection.execute(f"PRAGMA integrity_check({_MOST})") if row != "ok"]
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as error:
        rows = [str(error)]
    said = [line for row in rows for line in row.splitlines() if not line.startswith("***")]
    more = "" if len(said) < 2 else f", and {len(said) - 1} more" if len(said) < _MOST else ", and more"
    return f"{said[0]}{more}" if said else ""


def _is_index_broken(connection: sqlite3.Connection) -> bool:
    """Whether a search index is there but can't be read."""
    for (table,) in connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%'"
    ).fetchall():
        try:
            connection.execute(f"SELECT rowid FROM {table} WHERE {table} MATCH 'a' LIMIT 1").fetchall()
            connection.execute(f"SELECT count(*) FROM {table}_docsize").fetchone()
        except sqlite3.DatabaseError as error:
            if "no such module" not in str(error):
                return True
    return False


# Saving what is left ------------------------------------------------------------------------------------------------


def save(path: Path, now: datetime, progress: Progress) -> Saved:
    """Put a whole file in the place of a damaged one, after a copy of that.

    Raises LibraryError if that can't be done: it is in use or read-only, or the disk is full. It is unchanged then.
    """
    with file_errors(path):
        file = Path(os.path.realpath(path))
        if not (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)):
            raise LibraryError(f"The library {path} is read-only.", "Make it and its folder writable.")
        ensure_room(file.parent, 3 * file.stat().st_size, "Repairing the library")
        new = file.with_name(f"{file.name}.new-{os.urandom(4).hex()}")
        try:
            with _alone(file) as old:
                progress("Copying the library")
                copy = _copy(file, now)
                lost = _fill(old, new, progress)
                progress("Writing the library")
                _replace(old, new, path)
        finally:
            for end in ("", "-journal"):
                new.with_name(new.name + end).unlink(missing_ok=True)
        return Saved(copy, lost)


def remove_leftovers(path: Path, now: datetime) -> None:
    """Remove files of repairs and copies that were not finished."""
    file = Path(os.path.realpath(path))
    for pattern in ("new-*", "before-*.part-*"):
        for left in file.parent.glob(f"{file.name}.{pattern}"):
            with suppress(OSError):
                if left.stat().st_mtime < now.timestamp() - _STALE_SECONDS:
                    left.unlink()


def _opened(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    connection = sqlite3.connect(uri, timeout=2, isolation_level=None, uri=True)
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    return connection


@contextmanager
def _alone(file: Path) -> Iterator[sqlite3.Connection]:
    """The file, with nobody else in it. Raises LibraryError."""
    with closing(_opened(file, "rw")) as connection:
        connection.execute("PRAGMA writable_schema = ON")  # reads files of which the end is missing
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        try:
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            said = f"The library {file} is damaged, and in use by another program."
            raise LibraryError(said, "Quit all other feedreader programs and try again.") from error
        yield connection


def _copy(file: Path, now: datetime) -> Path:
    """A copy of the file and its log, byte for byte."""
    target = file.with_name(f"{file.name}.before-repair-{now:%Y%m%d-%H%M%S}")
    for end in ("-wal", ""):
        source = file.with_name(file.name + end)
        if not source.exists() or (end and not source.stat().st_size):
            continue
        part = target.with_name(f"{target.name}{end}.part-{os.urandom(4).hex()}")
        try:
            part.touch(mode=0o600)
            shutil.copyfile(source, part)
            part.replace(target.with_name(target.name + end))
        finally:
            part.unlink(missing_ok=True)
    return target


def _replace(old: sqlite3.Connection, new: Path, path: Path) -> None:
    with closing(sqlite3.connect(new)) as whole:
        try:
            whole.backup(old)
        except sqlite3.DatabaseError as error:
            if "full" in str(error):
                raise
            raise LibraryError(f"The library {path} cannot be repaired: {error}.", RESTORE) from error
    with suppress(sqlite3.DatabaseError):
        old.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _fill(old: sqlite3.Connection, new: Path, progress: Progress) -> tuple[str, ...]:
    """Write the rows that can be read into a new file; what could not be read, in words."""
    found = tables_of(old)
    version = real_version(old) or len(MIGRATIONS)
    (page,) = old.execute("PRAGMA page_size").fetchone()
    lost = []
    new.touch(mode=0o600)
    with closing(sqlite3.connect(new, isolation_level=None)) as file:
        file.execute(f"PRAGMA page_size = {page}")
        file.execute("PRAGMA journal_mode = OFF")  # nobody needs it if this is not finished
        file.execute("PRAGMA synchronous = OFF")
        for migration in MIGRATIONS[:version]:
            file.executescript(migration)
        file.execute("BEGIN")
        for table, columns in layouts()[version - 1].columns.items():
            if table in _DERIVED:
                continue
            progress(f"Saving {_SAID.get(table, table)}")
            if not (table in found and _save_table(old, file, table, columns & found[table])) and table in _SAID:
                lost.append(_SAID[table])
        _save_sequences(old, file)
        if version == len(MIGRATIONS):
            ensure_index(file)  # all papers wait for it
        file.execute(f"PRAGMA user_version = {version}")
        file.execute("COMMIT")
    return tuple(lost)


def _save_table(old: sqlite3.Connection, new: sqlite3.Connection, table: str, columns: frozenset[str]) -> bool:
    """Copy the rows of a table; whether all could be read."""
    names = sorted(columns)
    missing = {
        name: 0 if type == "INTEGER" else ""
        for _, name, type, notnull, default, _ in new.execute(f"PRAGMA table_info({table})")
        if name not in columns and notnull and default is None
    }
    ids = [name for name in ("id", "source", "number", "bucket", "paper") if _is_rowid(new, table, name)]
    reading = _Rows(old, table, names, ids[0] if ids else "")
    all_names = (*names, *missing)
    into = f"INSERT OR IGNORE INTO {table} ({', '.join(all_names)}) VALUES ({placeholders(len(all_names))})"
    before = new.total_changes
    number = 0
    for rows in reading:
        number += len(rows)
        new.executemany(into, ((*row, *missing.values()) for row in rows))
    return reading.is_whole and new.total_changes - before == number


def _is_rowid(connection: sqlite3.Connection, table: str, column: str) -> bool:
    return any(
        name == column and type == "INTEGER" and pk == 1
        for _, name, type, _, _, pk in connection.execute(f"PRAGMA table_info({table})")
    ) and not _is_without_rowid(connection, table)


def _is_without_rowid(connection: sqlite3.Connection, table: str) -> bool:
    (sql,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    return "WITHOUT ROWID" in sql


class _Rows:
    """The rows of a table that can be read, a few hundred at a time; then, whether these are all."""

    def __init__(self, connection: sqlite3.Connection, table: str, columns: Sequence[str], key: str) -> None:
        self._connection = connection
        self._select = f"SELECT {', '.join(columns)} FROM {table}"
        self._key = key  # the column that is the row's number; "": the rows have none
        self._place = columns.index(key) if key in columns else 0
        self.is_whole = True

    def __iter__(self) -> Iterator[list[tuple[object, ...]]]:
        if not self._key:
            yield from self._both_ways()
            return
        last = -_HIGHEST
        while True:
            rows, is_done = self._some(f"WHERE {self._key} > ? ORDER BY {self._key}", (last,))
            if rows:
                yield rows
                last = int(str(rows[-1][self._place]))
            if is_done:
                return
            if not rows:
                self.is_whole = False
                beyond = self._beyond(last)
                if beyond is None:
                    return
                last = max(beyond, last + 1)

    def _beyond(self, last: int) -> int | None:
        """A number behind a gap from which on rows can be read again, as low as can be told."""
        low, step = max(last, 0), 1
        while not self._is_readable(low + step):
            step *= 2
            if low + step >= _HIGHEST:
                return None
        bad, good = low + step // 2, low + step
        while good - bad > 1:
            middle = (bad + good) // 2
            if self._is_readable(middle):
                good = middle
            else:
                bad = middle
        return good - 1

    def _is_readable(self, number: int) -> bool:
        try:
            self._connection.execute(
                f"{self._select} WHERE {self._key} >= ? ORDER BY {self._key} LIMIT 1", (number,)
            ).fetchall()
        except sqlite3.DatabaseError:
            return False
        return True

    def _some(self, where: str, parameters: tuple[object, ...]) -> tuple[list[tuple[object, ...]], bool]:
        """The next rows, up to the first that can't be read; and whether there are no more."""
        rows: list[tuple[object, ...]] = []
        try:
            rows.extend(self._connection.execute(f"{self._select} {where} LIMIT {_AT_ONCE}", parameters))
        except sqlite3.DatabaseError:
            return [*rows, *self._one(where, parameters, len(rows))], False
        return rows, len(rows) < _AT_ONCE

    def _one(self, where: str, parameters: tuple[object, ...], place: int) -> list[tuple[object, ...]]:
        """The row at a place: Python does not give the one before that which can't be read."""
        try:
            find = f"{self._select} {where} LIMIT 1 OFFSET {place}"
            return self._connection.execute(find, parameters).fetchall()
        except sqlite3.DatabaseError:
            return []

    def _both_ways(self) -> Iterator[list[tuple[object, ...]]]:
        """From the first row on and, if there is one that can't be read, from the last one back."""
        for way in ("", self._backwards()):
            rows: list[tuple[object, ...]] = []
            number = 0
            try:
                for row in self._connection.execute(f"{self._select} {way}"):
                    rows.append(row)
                    number += 1
                    if len(rows) == _AT_ONCE:
                        yield rows
                        rows = []
                yield rows
                return
            except sqlite3.DatabaseError:
                self.is_whole = False
                yield [*rows, *self._one(way, (), number)]

    def _backwards(self) -> str:
        table = self._select.rpartition(" ")[2]
        keys = [(pk, name) for _, name, _, _, _, pk in self._connection.execute(f"PRAGMA table_info({table})") if pk]
        return "ORDER BY " + ", ".join(f"{name} DESC" for _, name in sorted(keys))


def _save_sequences(old: sqlite3.Connection, new: sqlite3.Connection) -> None:
    """No key is given out twice."""
    with suppress(sqlite3.DatabaseError):
        for name, last in old.execute("SELECT name, seq FROM sqlite_sequence").fetchall():
            known = new.execute("SELECT 1 FROM sqlite_sequence WHERE name = ?", (name,)).fetchone()
            new.execute("INSERT INTO sqlite_sequence (name, seq) SELECT ?, 0 WHERE ? IS NULL", (name, known and 1))
            new.execute("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", (int(last), name))
