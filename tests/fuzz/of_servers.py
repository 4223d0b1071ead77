"""What servers send: heads, encodings and bodies of every kind, from a socket of this machine to the real client."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import os
import shutil
import socket
import ssl
import tempfile
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from hypothesis import strategies as st

from feedreader.cli import main
from feedreader.errors import FetchError
from feedreader.library import Library
from feedreader.sources import http, redirects
from tests.fuzz.checks import harmless
from tests.fuzz.engine import Target
from tests.fuzz.inputs import HTML, HTTP, HTTP_VALUES, XML, foreign, samples, spoiled
from tests.fuzz.of_papers import empty_library
from tests.library.soundness import faults_of

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
GOOD = (
    b'<rss version="2.0"><channel><title>good</title><link>https://e.org/</link>'
    b"<item><title>Otters at night</title><link>https://e.org/1</link><guid>https://e.org/1</guid></item>"
    b"<item><title>Lemurs by day</title><link>https://e.org/2</link><guid>https://e.org/2</guid></item></channel></rss>"
)


class Server:
    """Sends prepared bytes, whatever it is asked: one answer after the other, at last the last. `/good` is a feed."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.answers: tuple[bytes, ...] = (b"",)
        self._served = 0
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def give(self, answers: tuple[bytes, ...]) -> None:
        self.answers, self._served = answers or (b"",), 0

    def _serve(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            with connection:
                try:
                    connection.settimeout(2)
                    asked = connection.recv(65_536)
                    connection.sendall(self._answer(asked))
                except OSError:
                    continue

    def _answer(self, asked: bytes) -> bytes:
        if asked.startswith(b"GET /good"):
            return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(GOOD) + GOOD
        answer = self.answers[min(self._served, len(self.answers) - 1)]
        self._served += 1
        return answer.replace(b"{here}", self.address.encode())


@cache
def server() -> Server:
    return Server()


@cache
def _tls() -> ssl.SSLContext:
    """One for all: to make it takes longer than the rest."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@contextmanager
def offline() -> Iterator[None]:
    """Nothing but this machine can be reached, and nobody is waited for."""
    lookup, connect = socket.getaddrinfo, socket.socket.connect

    def only_here(host: Any, *rest: Any, **more: Any) -> Any:
        if host not in ("127.0.0.1", b"127.0.0.1"):
            raise socket.gaierror(-2, "no such host")
        return lookup(host, *rest, **more)

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] != "127.0.0.1":
            raise OSError("no such machine")
        connect(self, address)

    with (
        patch.object(socket, "getaddrinfo", only_here),
        patch.object(socket.socket, "connect", guarded),
        patch.object(http, "_ATTEMPTS", 1, create=True),
        patch.object(ssl, "create_default_context", lambda *about, **more: _tls()),
    ):
        yield


def check_fetch(answers: tuple[bytes, ...]) -> None:
    async def no_sleep(seconds: float) -> None:
        assert 0 <= seconds <= 3600, f"sleeps {seconds} s"

    async def fetch() -> http.Fetched:
        async with http.Client(user_agent="fuzz", now=lambda: NOW, sleep=no_sleep, timeout=3.0) as client:
            return await client.get(f"{server().address}/x")

    server().give(answers)
    with offline():
        try:
            fetched = asyncio.run(fetch())
        except FetchError as error:
            assert str(error).strip(), "an error without words"
            assert error.not_before is None or error.not_before.tzinfo, "a time without zone"
            return
    assert fetched.body is None or len(fetched.body) <= http.LARGEST, "more than is taken"
    assert fetched.not_before is None or fetched.not_before.tzinfo is not None, "a time without zone"
    latest = NOW + timedelta(days=8)
    assert fetched.not_before is None or fetched.not_before <= latest, f"not before: {fetched.not_before}"
    assert redirects.is_web_address(fetched.url), f"address: {fetched.url}"


@contextmanager
def program(folder: Path) -> Iterator[Any]:
    """Runs command lines on a library in a folder: the exit code, and what was printed."""

    def run(*argv: str) -> tuple[int, list[dict[str, Any]]]:
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = main(list(argv))
        harmless(err.getvalue())
        assert "Traceback" not in err.getvalue(), "a traceback"
        return code, [json.loads(line) for line in out.getvalue().splitlines() if line.startswith("{")]

    environment = {"FEEDREADER_DATA_DIR": str(folder), "FEEDREADER_CONFIG": os.devnull, "FEEDREADER_ARXIV_GAP": "0"}
    with patch.dict(os.environ, environment), offline():
        yield run


@cache
def _subscribed() -> Path:
    """A library that is subscribed to a good feed and to a bad one."""
    folder = Path(tempfile.mkdtemp(prefix="feedreader-fuzz-"))
    outlines = "".join(f'<outline text="{name}" xmlUrl="{server().address}/{name}"/>' for name in ("good", "bad"))
    (folder / "list.opml").write_text(f'<opml version="2.0"><body>{outlines}</body></opml>')
    with program(folder) as run:
        code, _ = run("import", str(folder / "list.opml"))
        assert code == 0
    return folder


def check_refresh(answers: tuple[bytes, ...]) -> None:
    """A bad server never hurts the good one, and the file stays right."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(shutil.copytree(_subscribed(), Path(name) / "data"))
        server().give(answers)
        with program(folder) as run:
            for _ in range(2):
                code, lines = run("refresh", "--json")
                assert code in (0, 3), f"exit code: {code}"
                states = {line["source"]: line for line in lines}
                assert len(lines) == 2 and "good" in states, f"sources: {lines}"
                assert states["good"]["state"] == "fresh" and not states["good"]["error"], f"the good one: {states}"
            listed = {paper["title"] for paper in run("list", "--json")[1]}
            assert {"Otters at night", "Lemurs by day"} <= listed, f"lost: {listed}"
            assert len(run("subscriptions", "--json")[1]) == 2, "subscriptions"
        Library.open(folder / "library.sqlite3", now=lambda: NOW).close()
        faults = faults_of(folder / "library.sqlite3")
        assert not faults, f"the file: {faults}"


def check_subscribe(answers: tuple[bytes, ...]) -> None:
    with tempfile.TemporaryDirectory() as name:
        shutil.copy(empty_library(), name)
        server().give(answers)
        with program(Path(name)) as run:
            code, _ = run("subscribe", f"{server().address}/x")
            assert code in (0, 1, 2), f"exit code: {code}"
            assert len(run("subscriptions", "--json")[1]) == (1 if code == 0 else 0), "subscriptions"


# What they send ------------------------------------------------------------------------------------------------------


def _chunked(body: bytes) -> bytes:
    pieces = [body[start : start + 700] for start in range(0, len(body), 700)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


ENCODED: Mapping[str, Callable[[bytes], bytes]] = {
    "": lambda body: body,
    "Content-Encoding: gzip": gzip.compress,
    "Content-Encoding: x-gzip": gzip.compress,
    "Content-Encoding: deflate": zlib.compress,
    "Content-Encoding: gzip, gzip": lambda body: gzip.compress(gzip.compress(body)),
    "Content-Encoding: br": lambda body: body,
    "Content-Type: application/gzip": gzip.compress,
    "Transfer-Encoding: chunked": _chunked,
    "Transfer-Encoding: chunked, gzip": _chunked,
    "Content-Length: 999999": lambda body: body,
    "Content-Length: 10": lambda body: body,
    "Content-Length: -1": lambda body: body,
}


def targets(real: bool) -> Iterator[Target]:
    feeds = samples("atom.xml", "rss-arxiv.xml", "feed.json", folders=("nasty", "blog-feeds"), real=real)
    page = (
        b'<html><head><base href="http://["><link rel="alternate" type="application/rss+xml" href="/f"></head></html>'
    )
    body = st.sampled_from([GOOD, page, b"", *feeds]) | spoiled([GOOD, page, *feeds], XML, HTML) | foreign(XML, HTML)
    field = st.builds("{}: {}".format, st.sampled_from(HTTP), st.sampled_from(HTTP_VALUES) | st.text(max_size=6))
    status = st.sampled_from(
        ("200 OK", "200", "301 Moved", "302 Found", "304 Not Modified", "429 Slow down", "503 \x1b[1m", "404 é")
    )
    version = st.sampled_from(("HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/9.9", "ICY"))

    def answer(version: str, status: str, fields: list[str], form: str, body: bytes, cut: int | None) -> bytes:
        head = "\r\n".join([f"{version} {status}", *fields, *([form] if form else []), "Connection: close"])
        data = head.encode("utf-8", "surrogatepass") + b"\r\n\r\n" + ENCODED[form](body)
        return data if cut is None else data[: cut * len(data) // 100]

    cut = st.none() | st.none() | st.none() | st.integers(0, 100)
    answers = st.builds(
        answer, version, status, st.lists(field, max_size=4), st.sampled_from(sorted(ENCODED)), body, cut
    )
    given = st.lists(answers, min_size=1, max_size=3).map(tuple)
    yield Target("fetch", given, check_fetch)
    yield Target("subscribe", given, check_subscribe)
    yield Target("refresh", given, check_refresh)
