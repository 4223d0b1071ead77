"""Digest files and folders: what to read, and its bytes. No file is ever written."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from feedreader.errors import UnreadableSource, os_reason
from feedreader.model import Problem

STDIN = "-"
_GZIP = b"\x1f\x8b"
_PIECE = 512  # bytes of a gzip member that are unpacked at first, twice as many each time
LARGEST = 64 * 1024 * 1024  # bytes; the arXiv mailings of a year have about 50 MB


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to import. `asked_for` tells a file that was named from one that only lies in a named folder."""

    path: str
    asked_for: bool

    @property
    def name(self) -> str:
        return "stdin" if self.path == STDIN else name_text(Path(self.path).name)

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


def find(paths: Iterator[str] | list[str] | tuple[str, ...]) -> Iterator[InputFile]:
    """The files behind these paths, folders walked in order of name, each file once. `-` is standard input.

    In folders, hidden files and the expected twins of samples (`*.expected.*`) are passed over.
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
                    yield InputFile(str(file.absolute()), file == path)
        except (OSError, ValueError) as error:  # the working folder is gone, say
            raise _unreadable(str(path), error) from error


def _walk(folder: Path) -> Iterator[Path]:
    """The files in a folder; a folder in it that cannot be read stands for itself, and `read` says so."""
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


def read(path: str) -> tuple[bytes, tuple[Problem, ...]]:
    """The bytes of a file, or of standard input for `-`; of what gzip packed, those within, and what it lacks.

    Raises UnreadableSource.
    """
    name, problems = path_text(path), list[Problem]()
    try:
        if path == STDIN:
            data = sys.stdin.buffer.read(LARGEST + 1)
        else:
            if not os.path.isfile(path):  # noqa: PTH113
                raise _missing(path)
            with Path(path).open("rb") as file:
                data = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        raise _unreadable(name, error) from error
    if data.startswith(_GZIP) and len(data) <= LARGEST:
        data = _unpacked(data, name, problems)
    if len(data) > LARGEST:
        raise UnreadableSource(f"{name}: larger than {LARGEST // 1024 // 1024} MiB.", "Split it into smaller files.")
    return data, tuple(problems)


def _unpacked(data: bytes, name: str, problems: list[Problem]) -> bytes:
    """The unpacked bytes, at most one more than the largest allowed. Of a file that is cut off, what is there."""
    import zlib

    pieces: list[bytes] = []
    room, at = LARGEST + 1, 0
    while data.startswith(_GZIP, at) and room > 0:
        member, step = zlib.decompressobj(wbits=31), _PIECE
        try:
            while not member.eof and at < len(data) and room > 0:
                pieces.append(member.decompress(data[at : at + step], room))  # a little: there may be many members
                room -= len(pieces[-1])
                at += step
                step *= 2
        except zlib.error as error:
            raise UnreadableSource(f"{name}: damaged gzip file.", "Download or compress it again.") from error
        at = min(at, len(data)) - len(member.unused_data)
        if not member.eof and room > 0:
            problems.append(Problem(None, "The gzip file is incomplete; the part that is there was read."))
    if room > 0 and (rest := data[at:].strip(b"\0")):
        problems.append(Problem(None, f"{len(rest):,} bytes after the end of the gzip data were skipped."))
    return b"".join(pieces)


def _unreadable(name: str, error: Exception) -> UnreadableSource:
    return UnreadableSource(f"{name}: {os_reason(error)}")


def _missing(path: str) -> UnreadableSource:
    name = path_text(path)
    if os.path.isdir(path):  # noqa: PTH112
        return UnreadableSource(f"{name}: permission denied")
    if os.path.lexists(path):
        return UnreadableSource(f"{name}: not a file or folder that can be read")
    return UnreadableSource(f"{name}: no such file")
