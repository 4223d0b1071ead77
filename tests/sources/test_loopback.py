"""One request to a program on this computer: whole, in time, or an error that says whether it may have been done."""

from __future__ import annotations

import pytest

from feedreader.sources import loopback
from feedreader.sources.loopback import NotAnswered, NotReached, exchange
from tests.raw_server import RawServer


@pytest.mark.parametrize("status", [200, 302, 404, 500])
def test_every_status_is_an_answer_and_no_redirect_is_taken(raw: RawServer, status: int) -> None:
    raw["/x?a=b"] = f"HTTP/1.0 {status}\r\nLocation: {raw.base}/y\r\nX-A: b\r\n\r\nbody".encode()
    reply = exchange("GET", f"{raw.base}/x?a=b", {"User-Agent": "me"}, timeout=20)
    assert (reply.status, reply.headers["x-a"], reply.body) == (status, "b", b"body")
    assert raw.requests == ["/x?a=b"] and raw.headers[0]["user-agent"] == "me"


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://127.0.0.1:x/", "http://no such host/", "http:///x"])
def test_without_a_connection_nothing_was_asked(url: str) -> None:
    with pytest.raises(NotReached, match="cannot be reached"):
        exchange("GET", url, {}, timeout=20)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-x\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nA: " + b"x" * 70_000,
    ],
)
def test_what_is_no_whole_answer_is_none(raw: RawServer, answer: bytes) -> None:
    raw["/"] = answer
    with pytest.raises(NotAnswered) as caught:
        exchange("GET", raw.base, {}, timeout=20)
    assert caught.value.in_time


@pytest.mark.parametrize(
    "pieces",
    [[1.0, b"HTTP/1.0 200 OK\r\n\r\n"], [b"HTTP/1.0 200 OK\r\n\r\n", *[b"x", 0.1] * 20], [*[b"H", 0.1] * 20]],
)
def test_its_time_is_that_of_the_whole_answer(raw: RawServer, pieces: list[object]) -> None:
    raw["/"] = pieces
    with pytest.raises(NotAnswered, match=r"within 0\.4 seconds") as caught:
        exchange("GET", raw.base, {}, timeout=0.4)
    assert not caught.value.in_time


def test_its_size_is_bounded(raw: RawServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loopback, "LARGEST", 1000)
    raw["/"] = b"HTTP/1.0 200 OK\r\n\r\n" + b"x" * 1001
    with pytest.raises(NotAnswered):
        exchange("GET", raw.base, {}, timeout=20)
