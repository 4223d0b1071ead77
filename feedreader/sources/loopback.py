"""HTTP to a program on this computer: one request, one answer. No proxy, no redirect, and nothing is sent twice."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, BinaryIO, NamedTuple
from urllib.parse import urlsplit

from feedreader.errors import FetchError
from feedreader.sources.reasons import of_error

if TYPE_CHECKING:
    from http.client import HTTPResponse

LARGEST = 256 * 1024 * 1024  # bytes of an answer
_PIECE = 1 << 16


class Reply(NamedTuple):
    """An answer; the names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class NotReached(FetchError):
    """There was no connection: nothing was asked."""


class NotAnswered(FetchError):
    """What was asked may have been done; there was no whole answer. `in_time`: the connection was closed before."""

    def __init__(self, message: str, *, in_time: bool) -> None:
        super().__init__(message, "Try again.")
        self.in_time = in_time


def exchange(
    method: str, url: str, headers: Mapping[str, str], body: bytes | BinaryIO = b"", *, timeout: float
) -> Reply:
    """Send one request to an http address, and read the answer, whatever its status.

    `timeout` is in seconds, from connecting to the last byte. A file as `body` needs a Content-Length among `headers`.
    Raises NotReached or NotAnswered.
    """
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    try:
        connection = HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
        connection.connect()
    except (OSError, HTTPException, ValueError) as error:
        raise NotReached(f"{parts.netloc} cannot be reached: {of_error(error)}.") from error
    with closing(connection), _limited(connection, timeout) as expired:
        try:
            connection.request(method, target or "/", body, dict(headers))
            answer = connection.getresponse()
            names = {name.lower(): value for name, value in answer.getheaders()}
            reply = Reply(answer.status, names, b"".join(_pieces(answer)))
            if expired.is_set():
                raise TimeoutError
            return reply
        except (OSError, HTTPException, ValueError) as error:
            late = expired.is_set() or isinstance(error, TimeoutError)
            reason = f"did not answer within {timeout:g} seconds" if late else "closed the connection without answering"
            raise NotAnswered(f"{parts.netloc} {reason}.", in_time=not late) from error


@contextmanager
def _limited(connection: HTTPConnection, seconds: float) -> Iterator[threading.Event]:
    """Close a connection when its time is over, however slowly bytes come. The event tells that it was."""
    expired = threading.Event()

    def expire() -> None:
        expired.set()
        with suppress(OSError, AttributeError):  # it is closed already
            connection.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, expire)
    timer.daemon = True
    timer.start()
    try:
        yield expired
    finally:
        timer.cancel()


def _pieces(answer: HTTPResponse) -> Iterator[bytes]:
    """The body. Raises HTTPException for one that is too large, or not whole."""
    size = 0
    while piece := answer.read(_PIECE):
        size += len(piece)
        if size > LARGEST:
            raise HTTPException("too much")
        yield piece
    if answer.length:
        raise HTTPException("not all of it")
