"""Digest files and folders: what to read, and its bytes. No file is ever written."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from feedreader.errors import UnreadableSource

STDIN = "-"
_GZIP = b"\x1f\x8b"
LARGEST = 64 * 1024 * 1024  # bytes; the arXiv mailings of a year have about 50 MB


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to import. `asked_for` tells a file that was named from one that only lies in a named folder."""

    path: str
    asked_for: bool

    @property
    def name(self) -> str:
        return "stdin" if self.path == STDIN else Path(self.path).name


def find(paths: Iterator[str] | list[str] | tuple[str, ...]) -> Iterator[InputFile]:
    """The files behind these paths, folders walked in order of name, each file once. `-` is standard input.

    In folders, hidden files and the expected twins of samples (`*.expected.*`) are passed over.
    """
    seen: set[Path] = set()
    for argument in paths:
        if argument == STDIN:
            yield InputFile(STDIN, True)
            continue
        path = Path(argument).expanduser()
        inside = _walk(path) if path.is_dir() else iter([path])
        for file in inside:
            real = file.resolve()
            if real not in seen:
                seen.add(real)
                yield InputFile(str(file.absolute()), file == path)


def _walk(folder: Path) -> Iterator[Path]:
    try:
        children = sorted(folder.iterdir(), key=lambda child: child.name)
    except OSError as error:
        raise UnreadableSource(f"The folder {folder} cannot be read: {error.strerror}.", "May you read it?") from error
    for child in children:
        if child.name.startswith(".") or ".expected." in child.name:
            continue
        if child.is_dir() and not child.is_symlink():
            yield from _walk(child)
        elif child.is_file():
            yield child


def read(path: str) -> bytes:
    """The bytes of a file, or of standard input for `-`; of what gzip packed, those within. Raises UnreadableSource."""
    if path == STDIN:
        data = sys.stdin.buffer.read(LARGEST + 1)
    else:
        try:
            if not Path(path).is_file():
                raise _missing(path)
            with Path(path).open("rb") as file:
                data = file.read(LARGEST + 1)
        except OSError as error:
            raise UnreadableSource(f"{path} cannot be read: {error.strerror}.", "May you read it?") from error
    if data.startswith(_GZIP):
        data = _unpacked(data, path)
    if len(data) > LARGEST:
        raise UnreadableSource(
            f"{path} is larger than {LARGEST // 1024 // 1024} MiB.", "Cut it into pieces, or is it another file?"
        )
    return data


def _unpacked(data: bytes, path: str) -> bytes:
    """The unpacked bytes, at most one more than the largest allowed. Of a file that is cut off, what is there."""
    import zlib

    pieces: list[bytes] = []
    room = LARGEST + 1
    while data.startswith(_GZIP) and room > 0:
        member = zlib.decompressobj(wbits=31)
        try:
            pieces.append(member.decompress(data, room))
        except zlib.error as error:
            raise UnreadableSource(f"{path} is a damaged gzip file.", "Fetch or pack it again.") from error
        room -= len(pieces[-1])
        data = member.unused_data
    return b"".join(pieces)


def _missing(path: str) -> UnreadableSource:
    if Path(path).exists():
        return UnreadableSource(f"{path} is not a regular file.", "Name a file or a folder.")
    return UnreadableSource(f"{path} does not exist.", "Check the name.")
