"""A PDF from the web into a file: resumed where it was cut off, checked, and either whole or not there at all.

What has come so far lies beside the file, in `NAME.part`, and `NAME.part.from` says from where and of which state of
the document. One process works on a part at a time (it holds a lock on it); others wait for what it makes.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from html import unescape
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from feedreader.errors import FetchError, PdfError, os_reason
from feedreader.sources.http import Answer, Client
from feedreader.sources.rate_limit import try_lock
from feedreader.sources.redirects import host_of

Progress = Callable[[int, int | None], object]  # bytes so far, and of how many (None: the server does not say)

_HEAD = 1024  # bytes within which a PDF says that it is one
_TAIL = 4096  # bytes at its end within which it says that it ends
_SHOWN = 65_536  # bytes of what is no PDF that are looked at
_LONGEST = 1800.0  # seconds for the body of one answer; what came is kept
_POLL = 0.1
_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_ASKS = re.compile(r"captcha|robot|are you (?:a )?human|verify you|unusual traffic|cloudflare|access denied", re.I)
_RANGE = re.compile(r"bytes\s+([0-9]{1,15})-[0-9]+/([0-9]+|\*)")


async def download(
    client: Client,
    url: str,
    path: Path,
    *,
    limit: int,
    named_by: str | None = None,
    progress: Progress = lambda _, __: None,
) -> None:
    """Fetch a PDF of at most `limit` bytes to `path`, if it is not there yet; `named_by` is the page that names it.

    Raises FetchError or PdfError.
    """
    part = _PartFile(path.with_name(f"{path.name}.part"), url)
    with _disk(path):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        while not part.claim():  # noqa: ASYNC110 (another process says nothing when it is done)
            await asyncio.sleep(_POLL)
    with part:
        if is_pdf(path):
            return
        try:
            await _fetch(client, part, limit, named_by, progress)
        except FetchError as error:
            if error.status != 416 and not isinstance(error, _AnotherDocument):
                raise
            part.drop()
            await _fetch(client, part, limit, named_by, progress)
        part.finish(path)


def is_pdf(path: Path) -> bool:
    """Whether there is a file, and it says that it is a PDF."""
    try:
        with path.open("rb") as file:
            return b"%PDF-" in file.read(_HEAD)
    except OSError:
        return False


async def _fetch(client: Client, part: _PartFile, limit: int, named_by: str | None, progress: Progress) -> None:
    def headers() -> Mapping[str, str]:
        always = {"Accept": "application/pdf, */*;q=0.5", "Accept-Encoding": "identity"}
        return always | ({"Range": f"bytes={part.size}-", "If-Range": part.state} if part.size and part.state else {})

    async def take(answer: Answer) -> None:
        await _take(answer, part, limit, progress)

    await client.receive(part.url, headers, take, named_by=named_by, patience=_LONGEST, largest=2 * limit + _HEAD)


async def _take(answer: Answer, part: _PartFile, limit: int, progress: Progress) -> None:
    """Write an answer into the part: at its end if the server resumes there, else from the start."""
    goes_on = answer.status == 206
    total, state = _size_and_state(answer, part)
    if total is not None and total > limit:
        part.drop()
        raise _too_large(limit, total)
    head = bytearray()
    async for piece in answer.pieces:
        if not goes_on:
            head += piece
            if len(head) < (_HEAD if b"%PDF-" in head[:_HEAD] else _SHOWN):
                continue
            _check(bytes(head), answer.url)
            part.begin(state)
            piece, goes_on = bytes(head), True
        if part.size + len(piece) > limit:
            part.drop()
            raise _too_large(limit)
        part.write(piece)
        progress(part.size, total)
    if not goes_on:
        _check(bytes(head), answer.url)
        part.begin(state)
        part.write(bytes(head))
    if total is not None and part.size != total:
        raise FetchError(f"{host_of(answer.url)} sent {part.size:,} of {total:,} bytes.", "Try again to continue.")
    if total is None and not _says_its_end(answer.headers) and not part.has_end():
        part.drop()
        raise FetchError(f"{host_of(answer.url)} sent an incomplete PDF.", "Try again later.")


def _size_and_state(answer: Answer, part: _PartFile) -> tuple[int | None, str]:
    """Of the whole document, as far as the server tells. Raises FetchError if the answer is no piece of it."""
    encoded = _is_encoded(answer.headers)
    state = "" if encoded else _state(answer.headers)
    if answer.status == 206:
        match = _RANGE.match(answer.headers.get("content-range", ""))
        if not match or int(match[1]) != part.size or encoded or (state and state != part.state):
            raise _AnotherDocument(f"{host_of(answer.url)} continued with a different file.", "Try again later.")
        return _number(match[2]), state
    if answer.status != 200:
        raise FetchError(f"{host_of(answer.url)} answered {answer.status}.", "Try again later.", status=answer.status)
    return None if encoded else _number(answer.headers.get("content-length", "")), state


def _says_its_end(headers: Mapping[str, str]) -> bool:
    """Whether the end of an answer that does not state its length can be told from its breaking off."""
    return "chunked" in headers.get("transfer-encoding", "").lower() or _is_encoded(headers)


def _is_encoded(headers: Mapping[str, str]) -> bool:
    return headers.get("content-encoding", "identity").lower() not in ("", "identity")


def _check(head: bytes, url: str) -> None:
    """Raise PdfError, saying what this is instead, if it is no PDF."""
    if b"%PDF-" in head[:_HEAD]:
        return
    text = head.decode("utf-8", "replace")
    match = _TITLE.search(text)
    title = " ".join(unescape(match[1]).split())[:80] if match else ""
    sent = f"a web page, “{title}”" if title else "a web page" if "<html" in text.lower() else "something else"
    if "withdrawn" in text.lower():
        raise PdfError(f"No PDF: {host_of(url)} says that the paper was withdrawn.", "Its page may say why.")
    if _ASKS.search(text):
        raise PdfError(f"{host_of(url)} asks for a human first: it sent {sent}.", "Open the paper's page instead.")
    raise PdfError(
        f"{host_of(url)} sent {sent if head else 'nothing'} instead of a PDF.", "Open the paper's page instead."
    )


def _too_large(limit: int, total: int | None = None) -> PdfError:
    size = f"has {_megabytes(total)}" if total else "is too large"
    return PdfError(
        f"The PDF {size}; the limit is {_megabytes(limit)}.", "Raise pdf_max_mb under [open] in config.toml."
    )


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB" if size >= 1e6 else f"{size:,} bytes"


def _state(headers: Mapping[str, str]) -> str:
    """What identifies this state of the document to the server, byte for byte; "" if nothing does."""
    etag = headers.get("etag", "")
    return etag if etag and not etag.startswith("W/") else headers.get("last-modified", "")


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


class _AnotherDocument(FetchError):
    """The server resumed with a different document."""


class _PartFile:
    """What has arrived of a document so far. `size` is in bytes; `state` is what the server knows it by."""

    def __init__(self, path: Path, url: str) -> None:
        self.url = url
        self.size = 0
        self.state = ""
        self._path = path
        self._origin = path.with_name(f"{path.name}.from")
        self._file: IO[bytes] | None = None

    def claim(self) -> bool:
        """Whether the part is ours now, made if it was not there; else another process works on it."""
        file = os.fdopen(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600), "r+b", buffering=0)
        try:
            if not try_lock(file) or not self._is_there(file):
                file.close()
                return False
        except BaseException:
            file.close()
            raise
        self._file = file
        origin = self._read_origin()
        if origin.get("url") == self.url:
            self.size, self.state = os.fstat(file.fileno()).st_size, str(origin.get("state", ""))
            file.seek(self.size)
        return True

    def _is_there(self, file: IO[bytes]) -> bool:
        """Whether the file still has its name: who had it before may have made the PDF of it, or taken it away."""
        try:
            return os.path.samestat(self._path.stat(), os.fstat(file.fileno()))
        except FileNotFoundError:
            return False

    def _read_origin(self) -> dict[str, object]:
        try:
            origin = json.loads(self._origin.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return origin if isinstance(origin, dict) else {}

    def begin(self, state: str) -> None:
        """From the start: what follows is of this state of the document."""
        with _disk(self._path):
            self._open.truncate(0)
            self._open.seek(0)
            self.size, self.state = 0, state
            self._origin.touch(mode=0o600)
            self._origin.write_text(json.dumps({"url": self.url, "state": state}), encoding="utf-8")

    def write(self, piece: bytes) -> None:
        with _disk(self._path):
            rest = memoryview(piece)
            while rest:
                rest = rest[self._open.write(rest) :]
        self.size += len(piece)

    def has_end(self) -> bool:
        """Whether what has arrived ends as a PDF does."""
        size = os.fstat(self._open.fileno()).st_size
        self._open.seek(max(0, size - _TAIL))
        return b"%%EOF" in self._open.read(_TAIL)

    def drop(self) -> None:
        """Discard what has arrived."""
        with suppress(OSError):
            self._open.truncate(0)
            self._open.seek(0)
        self.size, self.state = 0, ""

    def finish(self, path: Path) -> None:
        """Finish the file: on disk, under its own name."""
        with _disk(path):
            os.fsync(self._open.fileno())
            self._path.replace(path)
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    @property
    def _open(self) -> IO[bytes]:
        assert self._file
        return self._file

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Release it. An empty part is removed, and so is its origin when the part is gone."""
        with suppress(OSError):
            if not os.fstat(self._open.fileno()).st_size:
                self._path.unlink(missing_ok=True)
        with suppress(OSError):
            if not self._path.exists():
                self._origin.unlink(missing_ok=True)
        self._open.close()
        self._file = None


@contextmanager
def _disk(path: Path) -> Iterator[None]:
    """Errors of the file system, as PdfError."""
    try:
        yield
    except OSError as error:
        raise PdfError(f"{path} cannot be written: {os_reason(error)}.") from error
