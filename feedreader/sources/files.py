"""Digest files and folders: what to read, and its bytes. No file is ever written."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from feedreader.errors import UnreadableSource, os_reason
from feedreader.model import Problem

if TYPE_CHECKING:
    import zlib

    _Unpack = Callable[[Iterator[bytes], str, list[Problem]], Generator[bytes, None, bool]]

STDIN = "-"
_GZIP = b"\x1f\x8b"
MAILDIR = ("new", "cur")  # folders with messages: what moves on while they are listed is met again, and not missed
HEAD = 64 * 1024  # bytes by which a file is recognized
_AT_ONCE = 1 << 20  # bytes
_SETTLED = 2.0  # seconds after which a change of a file cannot have the time of the one before
_PIECE = 512  # bytes of a gzip member that are unpacked at first, twice as many each time
_LARGEST_PIECE = 16 * 1024  # bytes; they may unpack to a thousand times as many
_INCOMPLETE = "The {} file is incomplete; the part that is there was read. Download it again for the rest."
LARGEST = 64 * 1024 * 1024  # bytes; the arXiv mailings of a year have about 50 MB


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to import, or a Maildir. `asked_for` tells what was named from what only lies in a named folder."""

    path: str
    asked_for: bool
    is_maildir: bool = False

    @property
    def name(self) -> str:
        name = "stdin" if self.path == STDIN else name_text(Path(self.path).name)
        return (name.lstrip(".") or name) if self.is_maildir else name

    @property
    def key(self) -> str:
        """The path as text, by which the library knows the file again."""
        return path_text(self.path)


def name_text(name: str) -> str:
    """A name as text; bytes that are no UTF-8 become U+FFFD."""
    return os.fsencode(name).decode("utf-8", "replace")


def path_text(path: str) -> str:
    """A path as text; bytes that are no UTF-8 are written as \\xff."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def expanded(path: str) -> Path:
    """With `~` expanded where there is such a user."""
    return Path(os.path.expanduser(path))  # noqa: PTH111 - the other one raises where there is none


def absolute(path: Path) -> str:
    """The absolute path, without `..` where that leads to the same: however a file is named, it is known again."""
    plain = os.path.abspath(path)  # noqa: PTH100
    same = ".." not in path.parts or os.path.realpath(plain) == os.path.realpath(path)
    return plain if same else str(path.absolute())


def find(paths: Iterator[str] | list[str] | tuple[str, ...]) -> Iterator[InputFile]:
    """The files behind these paths, folders walked in order of name, each file once. `-` is standard input.

    A Maildir counts as one file. In other folders, hidden files and the expected twins of samples (`*.expected.*`) are
    passed over.
    """
    seen: set[str] = set()
    for argument in paths:
        if argument == STDIN:
            yield InputFile(STDIN, True)
            continue
        path = expanded(argument)
        try:
            if not argument:  # as a path, it would be the working folder
                raise UnreadableSource("“”: no such file")
            inside = _walk(path) if os.path.isdir(path) else iter([path])  # noqa: PTH112 - is false where that fails
            for file in inside:
                real = os.path.realpath(file)
                if real not in seen:
                    seen.add(real)
                    yield InputFile(absolute(file), file == path, is_maildir(file))
        except (OSError, ValueError) as error:  # the working folder is gone, say
            raise _unreadable(str(path), error) from error


def is_maildir(folder: Path | str) -> bool:
    """Whether a folder is a mailbox (see `feedreader.sources.maildir`)."""
    return all(os.path.isdir(os.path.join(folder, place)) for place in MAILDIR)  # noqa: PTH112, PTH118


def _walk(folder: Path) -> Iterator[Path]:
    """The files in a folder; a folder in it that cannot be read stands for itself, and `read` says so."""
    if is_maildir(folder):
        yield folder
        with suppress(OSError):
            for child in sorted(folder.iterdir()):
                if _may_hold_a_mailbox(child):
                    yield from _walk(child)
        return
    try:
        children = sorted(folder.iterdir(), key=lambda child: child.name)
    except OSError:
        yield folder
        return
    for child in children:
        if child.name.startswith(".") or ".expected." in child.name:
            continue
        if child.is_dir() and not child.is_symlink():
            yield from _walk(child)
        elif os.path.isfile(child):  # noqa: PTH113
            yield child


def _may_hold_a_mailbox(child: Path) -> bool:
    """Whether to look into a folder that lies in a Maildir: Maildir++ begins the names of subfolders with a dot."""
    if child.name in (*MAILDIR, "tmp") or child.is_symlink() or not child.is_dir():
        return False
    return not child.name.startswith(".") or is_maildir(child)


def read(path: str) -> tuple[bytes, tuple[Problem, ...]]:
    """The bytes of a file, or of standard input for `-`; of what is packed, those within, and what it lacks.

    Raises UnreadableSource.
    """
    with opened(path) as file:
        return file.whole(), tuple(file.problems)


class OpenFile:
    """A file that is being read, unpacked if gzip or Zstandard packed it. Its methods raise UnreadableSource.

    `head` is its beginning (of a small file all), `size` its bytes on the disk (None: nobody knows), `stamp`
    changes when it does, `changed_at` is when it last did (a POSIX time). `problems` says what a packed
    file lacked of what was read, `is_incomplete` that its end is missing or damaged.
    """

    def __init__(self, name: str, file: BinaryIO, status: os.stat_result | None) -> None:
        self.problems: list[Problem] = []
        self.is_incomplete = False
        self.size = status.st_size if status else None
        self.stamp = _stamp(status) if status else None
        self.changed_at = status.st_mtime if status else 0.0
        self.done = 0  # bytes of the file, as they lie on the disk, that were read so far
        self._name, self._file = name, file
        raw = self._raw()
        start = next(raw, b"")
        raw = chain([start], raw)
        unpack = next((unpack for magic, unpack in _PACKED if start.startswith(magic)), None)
        self._is_packed = unpack is not None
        self._rest = self._unpacked(unpack, raw) if unpack else raw
        pieces, size = list[bytes](), 0
        while size < HEAD and (piece := next(self._rest, None)) is not None:
            pieces.append(piece)
            size += len(piece)
        self.head = b"".join(pieces)
        if unpack and any(self.head.startswith(magic) for magic, _ in _PACKED):
            raise UnreadableSource(
                f"{name}: packed twice.", "Unpack it once (`gunzip` or `zstd -d`), then import that."
            )

    def pieces(self, start: int = 0) -> Iterator[bytes]:
        """All of it from a place (in bytes) on, piece by piece; for each that stands before, nothing. Only once."""
        for piece in chain([self.head], self._rest):
            yield piece[start:]
            start = max(0, start - len(piece))

    def is_longer_than(self, size: int) -> bool:
        """Whether it has more bytes than that, unpacked; they are kept in memory until they are read."""
        held, got = list[bytes](), len(self.head)
        while got <= size and (piece := next(self._rest, None)) is not None:
            held.append(piece)
            got += len(piece)
        self._rest = chain(held, self._rest)
        return got > size

    def share(self, end: int) -> float:
        """How much of it was read, from 0 to 1, if that is so many bytes of it."""
        if not self.size:
            return 0.0
        return min(1.0, (self.done if self._is_packed else end) / self.size)

    def whole(self) -> bytes:
        """All of it, unless that is too much."""
        data = bytearray()
        for piece in self.pieces():
            data += piece
            if len(data) > LARGEST:
                large = f"{self._name}: larger than {LARGEST // 1024 // 1024} MiB."
                raise UnreadableSource(large, "Split it into smaller files.")
        return bytes(data)

    def has_changed(self) -> bool:
        """Whether somebody wrote to it since it was opened."""
        return self.stamp is not None and self.stamp != _stamp(os.fstat(self._file.fileno()))

    def settled_stamp(self, now: float) -> str | None:
        """The stamp, where any later change has another: none if the file was written just before `now` (POSIX)."""
        return self.stamp if now - self.changed_at > _SETTLED else None

    def _unpacked(self, unpack: _Unpack, raw: Iterator[bytes]) -> Iterator[bytes]:
        try:
            self.is_incomplete = yield from unpack(raw, self._name, self.problems)
        except UnreadableSource:
            self.is_incomplete = True
            raise

    def _raw(self) -> Iterator[bytes]:
        try:
            while piece := self._file.read(_AT_ONCE):
                self.done += len(piece)
                yield piece
        except (OSError, ValueError) as error:
            raise _unreadable(self._name, error) from error


def _stamp(status: os.stat_result) -> str:
    return f"{status.st_dev}-{status.st_ino}-{status.st_size}-{status.st_mtime_ns}"


@contextmanager
def opened(path: str) -> Iterator[OpenFile]:
    """A file to be read piece by piece; `-` is standard input. Raises UnreadableSource."""
    name = path_text(path)
    if path == STDIN:
        yield OpenFile(name, sys.stdin.buffer, None)
        return
    try:
        if not os.path.isfile(path):  # noqa: PTH113
            raise _missing(path)
        file = Path(path).open("rb")  # noqa: SIM115 - it is closed below
    except (OSError, ValueError) as error:
        raise _unreadable(name, error) from error
    with file:
        yield OpenFile(name, file, os.fstat(file.fileno()))


def _gunzipped(packed: Iterator[bytes], name: str, problems: list[Problem]) -> Generator[bytes, None, bool]:
    """What gzip packed, in one member or several. Of a file that is cut off, what is there; returns whether it is
    cut off."""
    import zlib

    data, at, behind = b"", 0, 0
    member: zlib._Decompress | None = None
    step = _PIECE
    while True:
        if len(data) - at < (1 if member else len(_GZIP)) and (more := next(packed, b"")):
            data, at = data[at:] + more, 0
        if at >= len(data):
            break
        if member is None and not data.startswith(_GZIP, at):
            behind = len(data[at:].strip(b"\0")) + sum(len(more.strip(b"\0")) for more in packed)
            break
        member, step = (member, step) if member else (zlib.decompressobj(wbits=31), _PIECE)
        try:
            piece = member.decompress(data[at : at + step])  # a little: there may be many members
        except zlib.error as error:
            raise UnreadableSource(f"{name}: damaged gzip file.", "Download or compress it again.") from error
        at = min(at + step, len(data)) - len(member.unused_data)
        step = min(step * 2, _LARGEST_PIECE)
        member = None if member.eof else member
        if piece:
            yield piece
    if member:
        problems.append(Problem(None, _INCOMPLETE.format("gzip")))
    if behind:
        problems.append(Problem(None, f"{behind:,} bytes after the end of the gzip data were skipped."))
    return member is not None


def _unzstd(packed: Iterator[bytes], name: str, problems: list[Problem]) -> Generator[bytes, None, bool]:
    """What Zstandard packed, in one frame or several. Of a file that is cut off, what is there; returns whether it is
    cut off."""
    decompressor = _zstd_decompressor(name)
    frame, data, ended = decompressor(), b"", True
    for data in packed:
        while data:
            if ended:
                frame, ended = decompressor(), False
            try:
                piece = frame.decompress(data)
            except Exception as error:  # each library has one of its own
                raise UnreadableSource(f"{name}: damaged Zstandard file.", "Download or compress it again.") from error
            ended = frame.eof
            data = frame.unused_data if ended else b""
            if piece:
                yield piece
    if not ended:
        problems.append(Problem(None, _INCOMPLETE.format("Zstandard")))
    return not ended


def _zstd_decompressor(name: str) -> Callable[[], Any]:
    """What makes a decompressor: Python's own from 3.14 on, else that of the package zstandard."""
    try:
        if sys.version_info >= (3, 14):
            from compression.zstd import ZstdDecompressor

            return ZstdDecompressor
        from zstandard import ZstdDecompressor as Decompressor
    except ImportError:
        raise UnreadableSource(
            f"{name}: packed with Zstandard, which this Python cannot unpack.",
            "Unpack it first (`zstd -d`), use Python 3.14, or install the package zstandard beside feedreader.",
        ) from None
    return lambda: Decompressor().decompressobj()


_PACKED: Sequence[tuple[bytes, _Unpack]] = (
    (_GZIP, _gunzipped),
    (b"\x28\xb5\x2f\xfd", _unzstd),
)


def _unreadable(name: str, error: Exception) -> UnreadableSource:
    return UnreadableSource(f"{name}: {os_reason(error)}")


def _missing(path: str) -> UnreadableSource:
    name = path_text(path)
    if os.path.isdir(path):  # noqa: PTH112
        return UnreadableSource(f"{name}: permission denied")
    if os.path.lexists(path):
        return UnreadableSource(f"{name}: not a file or folder that can be read")
    return UnreadableSource(f"{name}: no such file")
