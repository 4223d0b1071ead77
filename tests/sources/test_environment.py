"""Proxies and certificates from the environment: they work, or a sentence says what to mend."""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import socket
import socketserver
import ssl
import struct
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import getproxies

import pytest

from feedreader.errors import FetchError
from feedreader.sources.environment import Environment, is_excepted
from feedreader.sources.http import Client, Fetched
from tests.raw_server import RawServer, answer

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
Fetch = Callable[[str], Fetched]


@pytest.fixture
def fetch() -> Fetch:
    async def at_once(_: float) -> None:
        pass

    async def get(url: str) -> Fetched:
        environment = Environment(getproxies(), os.environ)
        async with Client(
            user_agent="test/1", now=lambda: NOW, sleep=at_once, timeout=3, environment=environment
        ) as client:
            return await client.get(url)

    return lambda url: asyncio.run(get(url))


@pytest.mark.parametrize(
    ("host", "port", "exceptions", "excepted"),
    [
        ("localhost", 80, "localhost,::1,[::1]", True),
        ("::1", 80, "localhost,::1,[::1]", True),
        ("::1", 8080, "[::1]:8080", True),
        ("::1", 80, "[::1]:8080", False),
        ("127.0.0.1", 80, "localhost,::1,[::1]", False),
        ("fe11::5", 80, "fe11::/16", True),
        ("fe12::5", 80, "fe11::/16", False),
        ("10.2.3.4", 80, "192.168.0.0/16, 10.0.0.0/8", True),
        ("10.2.3.4", 80, "10.2.3.4/33", False),
        ("a.example", 443, ".example", True),
        ("a.example", 443, "*.example", True),
        ("example", 443, ".example", True),
        ("badexample", 443, "example", False),
        ("A.Example.", 443, "a.example", True),
        ("a.example", 443, "a.example:443", True),
        ("a.example", 80, "a.example:443", False),
        ("a.example", 80, "x *  y", True),
        ("a.example", 80, "[", False),
        ("a.example", 80, " , ,,", False),
        ("a.example", 80, "http://a.example", False),
    ],
)
def test_what_no_proxy_excepts(host: str, port: int, exceptions: str, excepted: bool) -> None:
    assert is_excepted(host, port, exceptions) is excepted


@pytest.mark.parametrize("exceptions", ["localhost,::1,[::1]", "fe11::/16", "[", "*.", "\u202e"])
def test_a_proxy_is_used_unless_excepted(
    raw: RawServer, fetch: Fetch, monkeypatch: pytest.MonkeyPatch, exceptions: str
) -> None:
    monkeypatch.setenv("all_proxy", raw.base.removeprefix("http://"))
    monkeypatch.setenv("NO_PROXY", exceptions)
    raw["http://public.example/x"] = answer("by proxy")
    assert fetch("http://public.example/x").body == b"by proxy"
    monkeypatch.setenv("NO_PROXY", f"127.0.0.1,{exceptions}")
    raw["/x"] = answer("direct")
    assert fetch(f"{raw.base}/x").body == b"direct"


def test_a_proxy_gets_its_password_and_nobody_sees_it(
    raw: RawServer, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", raw.base.replace("//", "//me:secret@"))
    raw["http://public.example/x"] = answer("by proxy")
    assert fetch("http://public.example/x").body == b"by proxy"
    assert raw.headers[0]["proxy-authorization"].startswith("Basic ")
    for broken in ("http://me:secret@127.0.0.1:9", "socks4://me:secret@127.0.0.1:9", "http://me:secret@[::1"):
        monkeypatch.setenv("HTTP_PROXY", broken)
        with pytest.raises(FetchError) as caught:
            fetch("http://public.example/x")
        assert "secret" not in str(caught.value) and "HTTP_PROXY" in str(caught.value)


@pytest.mark.parametrize(
    "value",
    [
        *("socks4://127.0.0.1:1080", "socks4a://x", "ftp://127.0.0.1", "://", "http://", "http://[", "http://x:99999"),
        *("http://x:y", "tor", "127.0.0.1:9", "http://127.0.0.1:9", "socks5://127.0.0.1:9", "socks5h://127.0.0.1:9"),
        *(
            "socks://127.0.0.1:9",
            "https://127.0.0.1:9",
            "http://é/",
            "garbage value",
            "http://a..b",
            "HTTP://127.0.0.1:9",
        ),
    ],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_none_is_named(fetch: Fetch, monkeypatch: pytest.MonkeyPatch, value: str, scheme: str) -> None:
    variable = "ALL_PROXY" if scheme == "https" else "HTTP_PROXY"
    monkeypatch.setenv(variable, value)
    with pytest.raises(FetchError) as caught:
        fetch(f"{scheme}://public.example/x")
    assert "proxy" in str(caught.value) and len(str(caught.value)) < 400


def test_only_those_who_would_use_a_bad_proxy_fail(
    raw: RawServer, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "socks4://127.0.0.1:9")
    raw["/x"] = answer("direct")
    assert fetch(f"{raw.base}/x").body == b"direct"
    for proxies in ({}, {"http": "   "}, {"https": "socks4://x"}):
        assert Environment(proxies).proxy_to("http://public.example/") is None


@pytest.mark.parametrize(
    "speaks", [b"", b"HTTP/1.1 400 Bad\r\n\r\n", b"\x05\xff", b"\x05\x00\x05\x05\x00\x01" + bytes(6)]
)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # httpcore leaves the socket to the GC
def test_a_proxy_that_speaks_no_socks(fetch: Fetch, monkeypatch: pytest.MonkeyPatch, speaks: bytes) -> None:
    with socks(speaks) as port:
        monkeypatch.setenv("ALL_PROXY", f"socks5://127.0.0.1:{port}")
        with pytest.raises(FetchError) as caught:
            fetch("http://public.example/x")
        assert "proxy" in str(caught.value)
    del caught
    gc.collect()


def test_a_proxy_that_speaks_socks(raw: RawServer, fetch: Fetch, monkeypatch: pytest.MonkeyPatch) -> None:
    raw["/x"] = answer("by SOCKS")
    with socks(None, raw.port) as port:
        for scheme in ("socks5", "socks5h", "socks"):
            monkeypatch.setenv("ALL_PROXY", f"{scheme}://127.0.0.1:{port}")
            assert fetch("http://public.example/x").body == b"by SOCKS"


@contextmanager
def socks(speaks: bytes | None, behind: int = 0) -> Iterator[int]:
    """A SOCKS5 proxy behind which there is one server, or that only speaks these bytes."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            asked = self.request
            asked.recv(100)
            if speaks is not None:
                asked.sendall(speaks[:2])
                asked.recv(1000)
                asked.sendall(speaks[2:])
                return
            asked.sendall(b"\x05\x00")
            asked.recv(1000)
            asked.sendall(b"\x05\x00\x00\x01" + bytes(4) + struct.pack("!H", 80))
            with socket.create_connection(("127.0.0.1", behind)) as server:
                server.sendall(asked.recv(65_536))
                while piece := server.recv(65_536):
                    asked.sendall(piece)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


# --- certificates -----------------------------------------------------------------------------------------------------


KINDS = ("absent/deeper", "folder", "empty", "junk", "pem", "empty/inside")
UNREADABLE = [("SSL_CERT_FILE", kind) for kind in KINDS]
UNREADABLE += [("SSL_CERT_DIR", kind) for kind in KINDS if kind != "folder"]
UNREADABLE += [("SSLKEYLOGFILE", "absent/deeper"), ("SSLKEYLOGFILE", "folder"), ("SSLKEYLOGFILE", "empty/inside")]


@pytest.mark.parametrize(("variable", "kind"), UNREADABLE)
def test_certificates_that_cannot_be_read_are_named(
    raw: RawServer, fetch: Fetch, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, kind: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty").touch()
    (tmp_path / "junk").write_bytes(b"\xff\x00" * 99)
    (tmp_path / "pem").write_bytes(b"-----BEGIN X-----\nAAAA\n-----END X-----\n")  # and no certificate in it
    monkeypatch.setenv(variable, str(tmp_path / kind))
    with pytest.raises(FetchError) as caught:
        fetch(raw.base.replace("http:", "https:"))
    assert variable in str(caught.value) and str(tmp_path / kind) in str(caught.value) and caught.value.remedy
    assert "_ssl" not in str(caught.value) and "[X509" not in str(caught.value)
    raw["/x"] = answer("open")
    assert fetch(f"{raw.base}/x").body == b"open", "who needs no certificates needs no variable"


def test_without_a_variable_the_usual_certificates_count() -> None:
    usual = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    variables = {"REQUESTS_CA_BUNDLE": "/nonexistent", "SSL_CERT_FILE": ""}
    assert Environment({}, variables).certificates(lambda: usual) is usual


@pytest.fixture
def encrypted(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """A server with a certificate that it issued itself: its port, and the file with that."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("there is no openssl to make a certificate with")
    file, key = tmp_path / "server.pem", tmp_path / "key.pem"
    name = ["-nodes", "-days", "2", "-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1"]
    kind = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    subprocess.run([openssl, *kind, "-keyout", key, "-out", file, *name], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, key)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            try:
                with context.wrap_socket(self.request, server_side=True) as secure:
                    secure.recv(65_536)
                    secure.sendall(answer("private"))
            except OSError:
                pass

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server.server_address[1], file
        server.shutdown()


def test_a_certificate_that_is_not_trusted_and_one_that_is(
    encrypted: tuple[int, Path], fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    port, file = encrypted
    with pytest.raises(FetchError, match=r"certificate of 127\.0\.0\.1 is not trusted: self") as caught:
        fetch(f"https://127.0.0.1:{port}/")
    assert "SSL_CERT_FILE" in caught.value.remedy and "_ssl.c" not in str(caught.value)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    assert fetch(f"https://127.0.0.1:{port}/").body == b"private"
    with pytest.raises(FetchError):
        fetch(f"http://127.0.0.1:{port}/")


def test_a_server_that_speaks_no_tls(raw: RawServer, fetch: Fetch) -> None:
    raw["/x"] = answer("plain")
    with pytest.raises(FetchError):
        fetch(raw.base.replace("http:", "https:") + "/x")
