"""Bodies as they were before they were packed for the way: gzip and deflate, also one in the other.

What is unpacked comes in small pieces, and no step of a chain may give more than a cap: a few bytes can't become many.
br, zstd and the like are never asked for, and not read.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence

from feedreader.errors import FeedreaderError

ASKED = "gzip, deflate"
_GZIP = b"\x1f\x8b"
_FOREIGN = frozenset(("br", "zstd", "compress", "x-compress", "dcb", "dcz", "exi", "pack200-gzip"))
_MOST = 4  # encodings, one in the other
_PIECE = 65_536
_WINDOW = 256  # bytes that zlib gets at a time: so few are lost with damage, or copied for each part of a gzip file


class TooMuch(Exception):
    """More comes out than is allowed."""


class Damaged(Exception):
    """This can't be unpacked any further."""


def encodings(stated: str) -> list[str]:
    """The encodings that a Content-Encoding names and that have to be undone, the last of them first.

    Raises FeedreaderError for one that is not known. Words that are no encoding ("utf-8") are passed over.
    """
    names = [name.partition(";")[0].strip().lower() for name in stated.split(",")]
    if foreign := [name for name in names if name in _FOREIGN]:
        raise FeedreaderError(f"The server used an unsupported compression, {foreign[0]}.", "Try again later.")
    known = [name.removeprefix("x-") for name in names if name.removeprefix("x-") in ("gzip", "deflate")]
    if len(known) > _MOST:
        raise FeedreaderError(f"The answer is compressed {len(known)} times over.", "Check that the address is a feed.")
    return known[::-1]


class Unpacker:
    """Undoes encodings, the first named first. "" stands for gzip that no header tells of.

    What is no gzip, though a header says so, passes through. `whole`: all that was begun has come to its end.
    """

    def __init__(self, names: Sequence[str], largest: int) -> None:
        self._steps = [_Step(name, largest) for name in names]
        self.largest = self._left = largest

    def unpack(self, data: bytes) -> Iterator[bytes]:
        """What more is there now. Raises TooMuch or Damaged; what was before has been given by then."""
        self._left -= len(data)
        if self._left < 0:
            raise TooMuch
        pieces: Iterable[bytes] = (data,)
        for step in self._steps:
            pieces = step.unpack(pieces)
        return iter(pieces)

    def finish(self) -> Iterator[bytes]:
        """What was kept back, at the end."""
        pieces: Iterable[bytes] = ()
        for step in self._steps:
            pieces = step.unpack(pieces, last=True)
        return iter(pieces)

    @property
    def whole(self) -> bool:
        return all(step.whole for step in self._steps)


class _Step:
    def __init__(self, name: str, largest: int) -> None:
        self._name = name
        self._left = largest
        self._head: bytes | None = b""  # until there is enough to tell what it is
        self._zlib: zlib._Decompress | None = None
        self._is_gzip = False
        self._over = False  # what follows the end is no part of it

    @property
    def whole(self) -> bool:
        return self._zlib is None or self._zlib.eof

    def unpack(self, pieces: Iterable[bytes], *, last: bool = False) -> Iterator[bytes]:
        for piece in pieces:
            start = 0
            while start < len(piece):
                is_plain = self._zlib is None and self._head is None
                end = len(piece) if is_plain else start + _WINDOW
                yield from self._counted(self._unpack(piece[start:end], last=False))
                start = end
        if last and self._head:
            yield from self._counted(self._unpack(b"", last=True))

    def _counted(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self._left -= len(piece)
            if self._left < 0:
                raise TooMuch
            if piece:
                yield piece

    def _unpack(self, data: bytes, *, last: bool) -> Iterator[bytes]:
        if self._head is not None:
            data, self._head = self._head + data, None
            if len(data) < 2 and not last:
                self._head = data
                return
            self._begin(data)
        if self._zlib is not None:
            yield from self._inflate(data)
        elif not self._over:
            yield data

    def _begin(self, head: bytes) -> None:
        """Tell by its first bytes what comes, or whether anything does after the end of a part."""
        begun = self._zlib is not None
        self._zlib = None
        if head.startswith(_GZIP):
            self._zlib, self._is_gzip = zlib.decompressobj(wbits=31), True
        elif begun:
            self._over = True
        elif self._name == "deflate":
            has_header = len(head) > 1 and head[0] & 15 == 8 and int.from_bytes(head[:2]) % 31 == 0
            self._zlib = zlib.decompressobj(wbits=15 if has_header else -15)

    def _inflate(self, data: bytes) -> Iterator[bytes]:
        full = False  # there may be more to come of what was handed over
        while (data or full) and self._zlib is not None:
            try:
                piece = self._zlib.decompress(data, _PIECE)
            except zlib.error as error:
                raise Damaged from error
            yield piece
            data, full = self._zlib.unconsumed_tail, len(piece) == _PIECE
            if self._zlib.eof:
                data, full = self._zlib.unused_data, False
                if not self._is_gzip:
                    self._over, self._head = True, None
                    return
                if len(data) < 2:
                    self._head = data
                    return
                self._begin(data)
