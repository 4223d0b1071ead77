"""A server on the loopback that sends bytes as they are told, in the pieces and at the pace they are told.

It answers as a proxy, too: asked for a whole address, it looks for a route of that.
"""

from __future__ import annotations

import gzip
import socketserver
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

Pieces = Iterable[Any]  # bytes, and numbers, which are pauses in seconds
Route = bytes | Pieces | Callable[[int, dict[str, str]], bytes | Pieces]


class RawServer:
    """`routes` by path (or whole address). A function gets how often it was asked, and the request's headers.

    `requests` are the paths asked for, `headers` what was sent with each (names in lower case, Latin-1).
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.routes: dict[str, Route] = {}
        self.requests: list[str] = []
        self.headers: list[dict[str, str]] = []
        self._counts: Counter[str] = Counter()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __setitem__(self, path: str, route: Route) -> None:
        self.routes[path] = route

    def answer(self, head: str) -> bytes | Pieces:
        lines = head.split("\r\n")
        path = lines[0].split(" ")[1]
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        self._counts[path] += 1
        self.requests.append(path)
        self.headers.append(headers)
        route = self.routes.get(path, answer(b"nothing here", status="404 Not Found"))
        return route(self._counts[path], headers) if callable(route) else route


@contextmanager
def serving() -> Iterator[RawServer]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            head = b""
            while b"\r\n\r\n" not in head:
                received = self.request.recv(65_536)
                if not received:
                    return
                head += received
            with suppress(OSError):  # whoever asked has gone
                pieces = raw.answer(head.decode("latin-1"))
                for piece in [pieces] if isinstance(pieces, bytes) else pieces:
                    if isinstance(piece, bytes):
                        self.request.sendall(piece)
                    else:
                        time.sleep(piece)

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = daemon_threads = True
        request_queue_size = 64
        block_on_close = False

    with Server(("127.0.0.1", 0), Handler) as server:
        raw = RawServer(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield raw
        finally:
            server.shutdown()
            thread.join()


def answer(body: bytes | str = b"", *lines: str | bytes, status: str = "200 OK", length: int | None = None) -> bytes:
    """An answer, with what length it says it has, and more lines in its head."""
    body = body.encode() if isinstance(body, str) else body
    size = len(body) if length is None else length
    head = [f"HTTP/1.1 {status}".encode(), b"Content-Length: %d" % size]
    head += [line.encode() if isinstance(line, str) else line for line in lines]
    return b"\r\n".join([*head, b"", body])


def trickle(data: bytes, pause: float = 0.02) -> Iterator[bytes | float]:
    """One byte after the other."""
    for at in range(len(data)):
        yield data[at : at + 1]
        yield pause


def rss(name: str, *items: object, link: str = "http://x.example/{}") -> bytes:
    """A feed whose papers are told by the items' names."""
    entries = "".join(
        f"<item><title>Of {item} in {name}</title><link>{link.format(f'{name}-{item}')}</link>"
        f"<description>What is said of {item} in {name}, at some length, so that it is a text of its own.</description>"
        f"</item>"
        for item in items
    )
    return f'<rss version="2.0"><channel><title>{name}</title>{entries}</channel></rss>'.encode()


def zipped(data: bytes, times: int = 1) -> bytes:
    for _ in range(times):
        data = gzip.compress(data, 1)  # quickly: some are of many megabytes
    return data
