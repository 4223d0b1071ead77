"""The file: how it is opened, who may write, and what its errors mean."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from feedreader.errors import LibraryError, LibraryGone, os_reason
from feedreader.library import schema
from feedreader.library.schema import is_current, migrate, write_copy

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

_BUSY_SECONDS = 30.0  # that a write waits for another program
_SAY_SECONDS = 2.0  # after which that is said; a read waits no longer
_PAGE_BYTES = 16384  # abstracts leave less room at the end of such a page; a file that is there keeps the size it has
_CHUNK = 400  # parameters of a statement; SQLite takes 999 at least
_CACHE_KIB, _SPARING_KIB = 16_000, 4_000  # of pages in memory
_CHECKPOINT_PAGES = 4000  # of the log, 64 MB: an import changes many pages again and again

ASK_DOCTOR = "Run `feedreader doctor`."
_REMEDY = "Check the disk space and the permissions of its folder."

_T = TypeVar("_T")


class Database:
    """One file, with one connection for reading and one for writing, each used by one thread at a time.

    A `durable` write is on the disk when its block ends (WAL with `synchronous=FULL`); of the others the last may be
    lost with the machine's power, never with the program. Writers queue: another process waits for up to 30 s, and
    `on_wait` is called after two. `urgent` writes of this process go before the next piece of a long one. `on_update`
    is called, once, before a file of an older layout is brought to today's.

    A file that may only be read is `read_only`: it is read where it is, or, if SQLite cannot do that, as a copy.
    """

    def __init__(
        self,
        path: Path,
        on_wait: Callable[[], object] = lambda: None,
        on_update: Callable[[], object] = lambda: None,
    ) -> None:
        self.path = path
        self.on_wait = on_wait
        self._on_update = on_update
        self.read_only = False
        self.was_empty = False  # a file without a byte, where a library was expected
        self._reading = threading.RLock()
        self._writing = threading.Condition(threading.RLock())
        self._foreign_version = 0
        self._urgent = 0  # writers that go first; changed only under _counting
        self._counting = threading.Lock()
        self._end_of_patience = float("inf")  # by time.monotonic()
        self._copy: TemporaryDirectory[str] | None = None
        self._open()

    def _open(self) -> None:
        with file_errors(self.path):
            _prepare(self.path)
            self._file = Path(os.path.realpath(self.path))
            self._log = self._file.with_name(f"{self._file.name}-wal")
            self.was_empty = not self._file.stat().st_size
            self.read_only = not _is_writable(self._file)
            try:
                self._connect()
            except sqlite3.OperationalError as error:
                if self.read_only or "locked" in str(error):
                    raise
                self.read_only = True  # the disk is full, say: even a log of no length needs room beside the file
                self._connect()
            self._files = self._identities()

    def _connect(self) -> None:
        self._uri = self._read_only_uri() if self.read_only else _uri(self.path, "mode=rw")
        self._writer = _connect(self._uri)
        try:
            if not self.read_only or self._copy:
                self._patiently(self._set_up)
            else:
                self._writer.execute("CREATE TEMP TABLE citations AS SELECT * FROM main.citations")
                self._writer.execute("CREATE UNIQUE INDEX temp.citations_name ON citations (name)")
            self._reader = _connect(self._uri)
            self._reader.execute(f"PRAGMA cache_size = -{_SPARING_KIB}")  # with more, no query is faster
            self._reader.execute("PRAGMA query_only = ON")
            self._patiently(lambda: self._reader.execute("SELECT 1 FROM settings"))
        except BaseException:
            self._writer.close()
            if self._copy:
                self._copy.cleanup()
            raise

    def _set_up(self) -> None:
        is_current(self._writer, self.path)  # what is no library is left as it is
        _begin(self._writer)
        self._writer.execute("PRAGMA synchronous = FULL")
        self._writer.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
        self._durable = True
        with stoppable(self._writer):
            migrate(self._writer, Path(self._copy.name, self.path.name) if self._copy else self.path, self._say_update)

    def _say_update(self) -> None:
        say, self._on_update = self._on_update, lambda: None  # it may have to be tried again
        say()

    def _read_only_uri(self) -> str:
        """By what a file that may only be read is opened: as it is, unless its log could not be read or is missing
        there, or its layout is old: then a copy."""
        log = self._log
        has_log = log.exists() and log.stat().st_size > 0
        uri = _uri(self.path, "mode=ro" if has_log else "immutable=1")  # which leaves nothing beside it
        with suppress(sqlite3.OperationalError):
            connection = _connect(uri)
            try:
                if is_current(connection, self.path):
                    return uri
            finally:
                connection.close()
        import shutil
        from tempfile import TemporaryDirectory

        self._copy = TemporaryDirectory(prefix="feedreader-")
        copy = Path(self._copy.name, self.path.name)
        shutil.copyfile(self._file, copy)
        if has_log:
            shutil.copyfile(log, copy.with_name(f"{copy.name}-wal"))
        return _uri(copy, "mode=rw")

    def _identities(self) -> tuple[tuple[int, int] | None, ...]:
        """What tells the file and its log from others at their places; None for one that is not there."""
        return _identity(self.path), _identity(self._log)

    def check(self) -> None:
        """Raises LibraryError if the file was deleted, replaced or made read-only since it was opened."""
        file, log = self._identities()
        if file is None:
            raise LibraryGone(f"The library {self.path} was deleted while it was open: nothing is saved any more.")
        if file != self._files[0] or (self._files[1] and log != self._files[1]):
            raise LibraryError(
                f"The library {self.path} was replaced while it was open: changes made here would be lost.",
                "Quit and start again.",
            )
        if not self.read_only and not _is_writable(self._file):
            raise LibraryError(
                f"The library {self.path} is now read-only.", "Nothing is saved until it can be written again."
            )

    def put_back(self) -> None:
        """Write the file anew that was deleted while it was open. Raises LibraryError, also if there is one again."""
        with self._reading, self._writing, file_errors(self.path):
            if self.path.exists():
                raise LibraryError(f"{self.path} exists again.", "Move it away first.")
            file = self._file
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            new = file.with_name(f"{file.name}.new")
            write_copy(self._reader, new)
            for end in ("-wal", "-shm"):  # of the file that is gone
                file.with_name(file.name + end).unlink(missing_ok=True)
            new.rename(file)
            self._reader.close()
            self._writer.close()
            self._open()

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        with self._reading, file_errors(self.path):
            yield self._reader

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """A separate connection that reads one snapshot of the file for as long as it takes; nobody waits for it."""
        with file_errors(self.path):
            connection = _connect(self._uri)
            try:
                connection.execute(f"PRAGMA cache_size = -{_SPARING_KIB}")
                connection.execute("PRAGMA query_only = ON")
                connection.execute("BEGIN")
                yield connection
            finally:
                connection.close()

    @contextmanager
    def write(
        self, *, urgent: bool = False, durable: bool = True, temporary: bool = False
    ) -> Iterator[sqlite3.Connection]:
        """One transaction, in the file when the block ends, undone if it raises.

        Raises LibraryError where the file may only be read, unless it is about what may be `temporary` there.
        """
        with self._turn(urgent), file_errors(self.path):
            self.check()
            if self.read_only and not temporary:
                raise LibraryError(f"The library {self.path} is read-only.", _REMEDY)
            if not self.read_only and durable != self._durable:
                self._writer.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
                self._durable = durable
            self._patiently(lambda: self._writer.execute("BEGIN IMMEDIATE"))
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise

    def compact(self) -> bool:
        """Write the file anew without gaps, and empty its log; False if another program still reads there.

        Raises LibraryError, also where there is no room on the disk: nothing has changed then.
        """
        with self._reading, self._turn(False), file_errors(self.path):
            self.check()
            if self.read_only:
                raise LibraryError(f"The library {self.path} is read-only.", _REMEDY)
            with stoppable(self._writer):
                self._patiently(lambda: self._writer.execute("VACUUM"))
            (busy, *_) = self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy

    def spare_memory(self) -> None:
        """Keep few pages of the file in memory from now on, which costs a tenth of the time in a large library."""
        with self._turn(False), file_errors(self.path):
            self._writer.execute(f"PRAGMA cache_size = -{_SPARING_KIB}")

    def _patiently(self, action: Callable[[], object]) -> None:
        """Do something for which another program may have to be waited for, and say so."""
        end, told = time.monotonic() + _BUSY_SECONDS, False
        while True:
            left = min(end, self._end_of_patience) - time.monotonic()
            wait = max(0.0, min(left, _SAY_SECONDS))
            self._writer.execute(f"PRAGMA busy_timeout = {int(wait * 1000)}")
            try:
                action()
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or left <= wait:
                    raise
            if not told:
                told = True
                self.on_wait()
            time.sleep(0.01)  # SQLite does not always wait

    def give_up(self, seconds: float) -> None:
        """Wait for other programs only so long from now on: the program is to end."""
        self._end_of_patience = time.monotonic() + seconds

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
            return schema.state(connection, name)

    def set_state(self, name: str, value: str | None) -> None:
        if self.read_only:
            return
        with self.write(urgent=True) as connection:
            if value is None:
                connection.execute("DELETE FROM settings WHERE name = ?", (name,))
            else:
                schema.set_state(connection, name, value)

    def identity(self) -> str:
        """A random name that the file is given when it is first asked for."""
        if (known := self.state("identity")) is None and self.read_only:
            return ""
        if known is None:
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
                with file_errors(self.path):
                    self._foreign_version = int(self._writer.execute("PRAGMA data_version").fetchone()[0])
            finally:
                self._writing.release()
        return self._foreign_version

    def close(self) -> None:
        with self._reading, self._writing:
            self._reader.close()
            self._writer.close()
            if self._copy:
                self._copy.cleanup()


def _prepare(path: Path) -> None:
    """Make the file if it is not there. Raises LibraryError if it is none."""
    if path.exists():
        if not path.is_file():
            raise LibraryError(
                f"The library {path} is {'a folder' if path.is_dir() else 'not a regular file'}.", "Move it away."
            )
        return
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise LibraryError(f"{path.parent} is not a folder.", "Choose another one.") from error
    target = Path(os.path.realpath(path))
    new = target.with_name(f"{target.name}.new-{os.urandom(4).hex()}")  # another process may make one, too
    try:
        new.touch(mode=0o600)
        with closing(_connect(_uri(new, "mode=rw"))) as connection:
            connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
            migrate(connection, new)  # without a log, which may find no room in the file when it is closed
        try:
            os.link(new, target)
        except OSError:  # it is there now, or the file system has no links
            if not target.exists():
                new.rename(target)
    finally:
        for end in ("", "-journal"):
            new.with_name(new.name + end).unlink(missing_ok=True)


def _begin(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
    connection.execute("PRAGMA journal_mode = WAL")


def _is_writable(path: Path) -> bool:
    """Whether a file (no link) and its folder may be written: SQLite keeps a log beside it."""
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _uri(path: Path, how: str) -> str:
    """A file for SQLite, which does not make it if it is not there."""
    return f"{path.absolute().as_uri()}?{how}"


def _connect(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, timeout=_SAY_SECONDS, isolation_level=None, check_same_thread=False, uri=True)
    try:
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def stoppable(connection: sqlite3.Connection) -> Iterator[None]:
    """Lets ctrl+c end a long statement."""
    connection.set_progress_handler(lambda: 0, 100_000)  # in which Python raises KeyboardInterrupt
    try:
        yield
    except sqlite3.OperationalError as error:
        if "interrupted" in str(error) or "user-defined function raised" in str(error):  # there it may be raised, too
            raise KeyboardInterrupt from error
        raise
    finally:
        connection.set_progress_handler(None, 0)


def ensure_room(folder: Path, needed: int, what: str) -> None:
    """Raises LibraryError if the disk has less room than `what` needs, in bytes."""
    import shutil

    from feedreader.text.display import size_text

    free = shutil.disk_usage(folder).free
    if free < needed:
        raise LibraryError(
            f"{what} needs {size_text(needed)} of free disk space; {folder} has {size_text(free)}.",
            "Free some space and try again.",
        )


@contextmanager
def file_errors(path: Path) -> Iterator[None]:
    """Errors of SQLite and the file system, as LibraryError."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise _error(path, str(error)) from error
    except sqlite3.DatabaseError as error:
        raise LibraryError(
            f"The library {path} is damaged or not a feedreader library.",
            f"{ASK_DOCTOR} Restore a backup, or move the file away and start again.",
        ) from error
    except OSError as error:
        raise LibraryError(f"The library {path} cannot be used: {os_reason(error)}.", _REMEDY) from error


def _error(path: Path, reason: str) -> LibraryError:
    if "locked" in reason:
        return LibraryError(f"The library {path} is in use by another program.", "Try again when that is done.")
    if "full" in reason:
        return LibraryError(
            f"The library {path} cannot be written: the disk is full.", "Free some space and try again."
        )
    is_layout = any(words in reason for words in ("no such", "duplicate column", "already exists", "already another"))
    return LibraryError(f"The library {path} cannot be used: {reason}.", ASK_DOCTOR if is_layout else _REMEDY)


class Part:
    """A part of the library, one of the properties of `Library`; `now` gives aware times."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now


def placeholders(count: int) -> str:
    return ",".join("?" * count)


def chunks(values: Iterable[_T], size: int = _CHUNK) -> Iterator[tuple[_T, ...]]:
    """The values in chunks of this size, or of as many as a statement can have parameters."""
    values = iter(values)
    while chunk := tuple(islice(values, size)):
        yield chunk
