"""The file: how it is opened, who may write, and what its errors mean."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from feedreader.errors import LibraryError
from feedreader.library.schema import migrate

_BUSY_SECONDS = 30
_PAGE_BYTES = 8192  # an abstract fits into a page with its neighbours; a file that is there keeps the size it has
_CHUNK = 400  # parameters of a statement; SQLite takes 999 at least
_CHECKPOINT_PAGES = 4000  # of the log, 32 MB: an import changes many pages again and again

_T = TypeVar("_T")


class Database:
    """One file, with one connection for reading and one for writing, each used by one thread at a time.

    A `durable` write is on the disk when its block ends (WAL with `synchronous=FULL`); of the others the last may be
    lost with the machine's power, never with the program. Writers queue: another process waits for up to 30 s.
    `urgent` writes of this process go before the next piece of a long one.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with _errors(path):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not path.exists():
                path.touch(mode=0o600)
            self._writer = _connect(path)
            try:
                self._writer.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
                self._writer.execute("PRAGMA journal_mode = WAL")
                self._writer.execute("PRAGMA synchronous = FULL")
                self._writer.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
                self._durable = True
                migrate(self._writer, path)
                self._reader = _connect(path)
                self._reader.execute("PRAGMA query_only = ON")
            except BaseException:
                self._writer.close()
                raise
        self._reading = threading.RLock()
        self._writing = threading.Condition(threading.RLock())
        self._foreign_version = 0
        self._urgent = 0  # writers that go first; changed only under _counting
        self._counting = threading.Lock()

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        with self._reading, _errors(self.path):
            yield self._reader

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """A separate connection that reads one snapshot of the file for as long as it takes; nobody waits for it."""
        with _errors(self.path):
            connection = _connect(self.path)
            try:
                connection.execute("PRAGMA query_only = ON")
                connection.execute("BEGIN")
                yield connection
            finally:
                connection.close()

    @contextmanager
    def write(self, *, urgent: bool = False, durable: bool = True) -> Iterator[sqlite3.Connection]:
        """One transaction, in the file when the block ends, undone if it raises."""
        with self._turn(urgent), _errors(self.path):
            if durable != self._durable:
                self._writer.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
                self._durable = durable
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise

    @contextmanager
    def _turn(self, urgent: bool) -> Iterator[None]:
        if urgent:
            with self._counting:
                self._urgent += 1
        with self._writing:
            if urgent:
                with self._counting:
                    self._urgent -= 1
                self._writing.notify_all()
            else:
                while self._urgent:
                    self._writing.wait(timeout=0.1)
            yield

    def state(self, name: str) -> str | None:
        with self.read() as connection:
            row = connection.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
            return row[0] if row else None

    def set_state(self, name: str, value: str | None) -> None:
        with self.write(urgent=True) as connection:
            if value is None:
                connection.execute("DELETE FROM settings WHERE name = ?", (name,))
            else:
                connection.execute("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", (name, value))

    def identity(self) -> str:
        """A random name that the file is given when it is first asked for."""
        if (known := self.state("identity")) is None:
            import secrets

            with self.write(urgent=True) as connection:
                connection.execute(
                    "INSERT OR IGNORE INTO settings (name, value) VALUES ('identity', ?)", (secrets.token_hex(4),)
                )
            known = self.state("identity") or ""
        return known

    def foreign_version(self) -> int:
        """A number that changes when another connection wrote; while this one is writing, as it was before."""
        if self._writing.acquire(blocking=False):
            try:
                with _errors(self.path):
                    self._foreign_version = int(self._writer.execute("PRAGMA data_version").fetchone()[0])
            finally:
                self._writing.release()
        return self._foreign_version

    def close(self) -> None:
        with self._reading, self._writing:
            self._reader.close()
            self._writer.close()


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA cache_size = -16000")
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def _errors(path: Path) -> Iterator[None]:
    """Errors of SQLite and the file system, as LibraryError."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise LibraryError(
                f"The library {path} is being written by another program.", "Try again when it is done."
            ) from error
        raise LibraryError(
            f"The library {path} cannot be used: {error}.", "Is the disk full, or the folder not yours to write?"
        ) from error
    except sqlite3.DatabaseError as error:
        raise LibraryError(
            f"The library {path} is damaged or no library: {error}.",
            "Move the file away and start again, or restore a copy of it.",
        ) from error
    except OSError as error:
        raise LibraryError(
            f"The library {path} cannot be used: {error.strerror or error}.", "Is the folder yours to write?"
        ) from error


class Part:
    """A part of the library, one of the properties of `Library`; `now` gives aware times."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now


def placeholders(count: int) -> str:
    return ",".join("?" * count)


def chunks(values: Iterable[_T]) -> Iterator[tuple[_T, ...]]:
    """The values in chunks of as many as a statement can have parameters."""
    values = tuple(values)
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]
