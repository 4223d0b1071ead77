"""The folder that machines share: one file a machine, which only that machine writes.

A file grows at its end, a record a line. What is about to be written stands in the library first, so that a program
that was killed meanwhile finishes the line. Where the file is not as it was left (another library has the same name,
because one was copied; somebody restored or cut it), the library takes another name and begins another file, with all
that would be lost else.

Files of others are read from where reading ended, and from the beginning if they changed before that. A line without
an end is still being written, or being copied: it waits.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from feedreader.errors import ExportError, SyncError, os_reason
from feedreader.library import Library
from feedreader.library.sync import Carry, SyncEditor
from feedreader.model import Problem
from feedreader.sync.lines import LONGEST, VERSION, Newer, line_of, read_lines
from feedreader.sync.records import Record
from feedreader.system.atomic_write import write_atomically

_SUFFIX = ".jsonl"
_PREFIX = "feedreader-"
_TAIL = 1024  # bytes by which a file is known again
_LEAST = 1000  # lines from which on a file is worth writing anew
_READ = 1 << 20  # bytes
_PIECE = 1000  # lines that are taken at a time
_NO_FOLDER = "Create it, or name another folder under [sync] in config.toml."


def prepared(folder: Path, *, create: bool) -> Path:
    """The folder, made if it is missing and may be. Raises SyncError."""
    try:
        if create and not folder.exists() and folder.parent.is_dir():
            folder.mkdir(mode=0o700)
        if not folder.is_dir():
            problem = "is not a folder" if folder.exists() else "is not there"
            remedy = _NO_FOLDER if create or folder.exists() else "`feedreader sync` creates it."
            raise SyncError(f"The folder {folder} {problem}.", remedy)
    except OSError as error:
        raise SyncError(f"The folder {folder} cannot be used: {os_reason(error)}.", _NO_FOLDER) from error
    return folder


def machine_of(name: str) -> str:
    """The machine whose file has this name; "" if it is no machine's own, but a copy, say."""
    machine = name.removeprefix(_PREFIX).removesuffix(_SUFFIX)
    return machine if machine.isalnum() and name == f"{_PREFIX}{machine}{_SUFFIX}" else ""


class OwnFile:
    """The file of this machine. Raises SyncError where it cannot be written."""

    def __init__(self, library: Library, folder: Path, carry: Carry) -> None:
        self._library = library
        self._folder = folder
        self._carry = carry
        self._state: dict[str, Any] = {}
        self.machine = ""
        self.sent = 0

    @property
    def path(self) -> Path:
        return self._folder / f"{_PREFIX}{self.machine}{_SUFFIX}"

    def open(self) -> None:
        """Find the file as it was left, finish what was being written, or begin another one."""
        try:
            inode = self._library.path.stat().st_ino
        except OSError as error:
            raise _unusable(self._library.path, error) from error
        with self._library.sync.edit(self._carry) as editor:
            self.machine, self._state = editor.machine, editor.sending
            if editor.is_without_records:
                self._rename(editor, inode)
                editor.set_reading({})  # they may have been lost
            elif self._state.get("library") != inode:
                self._rename(editor, inode)
        if self._state.get("file") == str(self.path) and not self._is_as_left():
            with self._library.sync.edit(self._carry) as editor:
                self._rename(editor, inode)
            self._begin(everything=True)
        elif self._state.get("file") != str(self.path) or (self._state.get("size") and not self.path.exists()):
            self._begin()
        elif text := self._state.get("text"):
            self._append(str(text))

    def _rename(self, editor: SyncEditor, inode: int) -> None:
        self.machine = secrets.token_hex(8)
        editor.name_machine(self.machine)
        self._state = {"library": inode}
        editor.sending = self._state

    def _is_as_left(self) -> bool:
        """Whether the file is as this library left it, but for what it was writing."""
        size, text = int(self._state.get("size", 0)), str(self._state.get("text", "")).encode()
        try:
            with self.path.open("rb") as stream:
                begun = _tail(stream, size) == self._state.get("tail")
                rest = stream.read(len(text) + 1) if begun else b""
        except FileNotFoundError:
            return True  # it begins anew
        except OSError as error:
            raise _unusable(self.path, error) from error
        return begun and text.startswith(rest)

    def _begin(self, *, everything: bool = False) -> None:
        """Write a file with all that stands in no other one: what this machine told, and those whose files are
        missing; or with `everything`. There is no file while there is nothing to tell."""
        others = set() if everything else {machine_of(name) for name in _names(self._folder)} - {self.machine}
        number = int(self._state.get("number", 0))
        before = [part.line.rstrip("\n") + "\n" for part in self._own_lines() if isinstance(part, Newer)]
        records = (each for each in self._library.sync.records(self._carry) if each.machine not in others)
        first = next(records, None)
        told = 0

        def lines() -> Iterator[str]:
            nonlocal told
            yield from before
            for told, each in enumerate(chain([first] if first else [], records), 1):
                yield line_of(each, number + told)

        size, tail = 0, _hash(b"")
        if first or before or self.path.exists():
            try:
                os.close(os.open(self.path, os.O_CREAT | os.O_WRONLY, 0o600))
                write_atomically(self.path, lines())
                with self.path.open("rb") as stream:
                    size = os.fstat(stream.fileno()).st_size
                    tail = _tail(stream, size)
            except ExportError as error:
                raise SyncError(error.message, error.remedy) from error
            except OSError as error:
                raise _unusable(self.path, error) from error
        self._state |= {"file": str(self.path), "size": size, "tail": tail, "text": ""}
        self._state |= {"number": number + told, "lines": told + len(before)}
        self._state["compact at"] = max(_LEAST, 2 * (told + len(before)))
        with self._library.sync.edit(self._carry) as editor:
            editor.sending = self._state

    def _own_lines(self) -> Iterator[Record | Newer | Problem]:
        with suppress(OSError), self.path.open("rb") as stream:
            yield from read_lines(line for line, _ in _lines(stream))

    def send(self, collect: Callable[[SyncEditor], list[Record]]) -> bool:
        """Write what is collected to the file; whether that was anything."""
        with self._library.sync.edit(self._carry) as editor:
            records = collect(editor)
            if not records:
                return False
            number = int(self._state.get("number", 0))
            text = "".join(line_of(record, number + at) for at, record in enumerate(records, 1))
            self._state |= {"number": number + len(records), "text": text}
            self._state["lines"] = int(self._state.get("lines", 0)) + len(records)
            editor.sending = self._state
        self._append(text)
        self.sent += len(records)
        return True

    def _append(self, text: str) -> None:
        """Write this at the end of the file, of which a part may stand there."""
        size, data = int(self._state.get("size", 0)), text.encode()
        try:
            descriptor = os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600)
            with os.fdopen(descriptor, "r+b") as stream:
                stream.seek(size)
                stream.write(data)
                stream.truncate()
                stream.flush()
                os.fsync(stream.fileno())
                tail = _tail(stream, size + len(data))
        except OSError as error:
            raise _unusable(self.path, error) from error
        self._state |= {"file": str(self.path), "size": size + len(data), "tail": tail, "text": ""}
        with self._library.sync.edit(self._carry) as editor:
            editor.sending = self._state

    def compact(self) -> None:
        """Write the file again without the records that were replaced, if these are most of it."""
        lines, at = int(self._state.get("lines", 0)), int(self._state.get("compact at", _LEAST))
        if lines < at:
            return
        held = self._library.sync.told_by(self.machine)
        if lines >= 2 * held:
            self._begin()
        else:
            self._state["compact at"] = 2 * held


def _tail(stream: Any, size: int) -> str:
    """What tells a file of this size from others: its last bytes. The file is then read on from there."""
    start = max(0, size - _TAIL)
    stream.seek(start)
    data = stream.read(size - start)
    return _hash(data) if len(data) == size - start else ""


def _hash(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()


# Other machines' files -----------------------------------------------------------------------------------------------


class Piece(NamedTuple):
    """Some lines of a file, and how far it is read with them, to be remembered once they are taken."""

    name: str
    parts: list[Record | Newer | Problem]
    read: Mapping[str, Any]


class Reading:
    """How far the files in a folder were read."""

    def __init__(self, known: Mapping[str, Any], folder: Path) -> None:
        same = known.get("folder") == str(folder) and known.get("version") == VERSION
        files = known.get("files") if same else None
        self._folder = folder
        self._files: dict[str, Any] = dict(files) if isinstance(files, dict) else {}

    @property
    def files(self) -> set[str]:
        """The names of the files that were read."""
        return set(self._files)

    def state(self) -> dict[str, Any]:
        return {"folder": str(self._folder), "version": VERSION, "files": self._files}

    def pieces(self, own: str) -> Iterator[Piece | tuple[str, str]]:
        """What is new in the files but one's own; or the name of a file and why it cannot be read."""
        for name in _names(self._folder):
            if name == own:
                continue
            try:
                yield from self._of_file(name)
            except OSError as error:
                yield name, os_reason(error)

    def _of_file(self, name: str) -> Iterator[Piece]:
        descriptor = os.open(self._folder / name, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as stream:
            found = os.fstat(descriptor)
            stamp = [found.st_size, found.st_mtime_ns]
            known = self._files.get(name)
            if not stat.S_ISREG(found.st_mode) or (isinstance(known, dict) and known.get("stamp") == stamp):
                return
            offset, line = self._start(stream, known)
            stream.seek(offset)
            waiting: list[bytes] = []
            for text, length in _lines(stream):
                if not text.endswith(b"\n"):
                    break
                waiting.append(text)
                offset += length
                if len(waiting) == _PIECE:
                    yield self._piece(name, waiting, line, {"offset": offset, "line": line + len(waiting), "stamp": []})
                    line, waiting = line + len(waiting), []
            read = {"offset": offset, "line": line + len(waiting), "stamp": stamp, "tail": _tail(stream, offset)}
            yield self._piece(name, waiting, line, read)

    def _start(self, stream: Any, known: object) -> tuple[int, int]:
        """Where to read on, and the number of that line."""
        if isinstance(known, dict):
            with suppress(KeyError, TypeError, ValueError):
                offset, line = int(known["offset"]), int(known["line"])
                if _tail(stream, offset) == known["tail"]:
                    return offset, line
        return 0, 1

    def _piece(self, name: str, lines: list[bytes], first: int, read: dict[str, Any]) -> Piece:
        self._files[name] = read
        return Piece(name, list(read_lines(lines, first)), read)


def _names(folder: Path) -> list[str]:
    """The files of machines, with copies that tools for sharing made of them."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.name for entry in entries if entry.name[0] not in ".~" and _is_file(entry))
    except OSError as error:
        raise SyncError(f"The folder {folder} cannot be read: {os_reason(error)}.", _NO_FOLDER) from error


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Whether it may be a machine's file; to open it shows what hinders that."""
    if not entry.name.endswith(_SUFFIX):
        return False
    try:
        return entry.is_file()
    except OSError:
        return True


def _lines(stream: Any) -> Iterator[tuple[bytes, int]]:
    """The lines of a file, from where it stands, with their lengths; of one that is too long not all."""
    while line := stream.readline(LONGEST + 2):
        length, is_whole = len(line), line.endswith(b"\n")
        while not is_whole and (more := stream.readline(_READ)):
            length, is_whole = length + len(more), more.endswith(b"\n")
        yield line.rstrip(b"\n") + (b"\n" if is_whole else b""), length


def _unusable(path: Path, error: OSError) -> SyncError:
    return SyncError(f"{path} cannot be written: {os_reason(error)}.", "What is not sent yet waits.")


def stamps(folder: Path) -> list[tuple[str, int, int]]:
    """By which a folder is seen to have changed; [] if it cannot be read."""
    found = []
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):
                if _is_file(entry):
                    each = entry.stat()
                    found.append((entry.name, each.st_size, each.st_mtime_ns))
    return sorted(found)
