"""Servers that break every rule: each is one FetchError in a sentence, within a deadline, or as much as there was."""

from __future__ import annotations

import asyncio
import time
import tracemalloc
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from feedreader.errors import FetchError
from feedreader.sources.http import Client, Fetched, Validators
from tests.raw_server import RawServer, answer, trickle, zipped

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
Fetch = Callable[..., Fetched]


@pytest.fixture
def fetch(raw: RawServer) -> Fetch:
    """Fetches a path without waiting between attempts."""

    async def at_once(_: float) -> None:
        pass

    async def get(path: str, validators: Validators, **settings: object) -> Fetched:
        url = path if "://" in path else raw.base + path
        async with Client(user_agent="test/1", now=lambda: NOW, sleep=at_once, **settings) as client:  # type: ignore[arg-type]
            return await client.get(url, validators)

    def fetches(path: str, validators: Validators | None = None, **settings: object) -> Fetched:
        return asyncio.run(get(path, validators or Validators(), **settings))

    return fetches


# --- heads ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    ['"f\xfcr-1"', '"für"'.encode().decode("latin-1"), 'W/"\x80\x9f"', "mié, 01 may 2024".encode().decode("latin-1")],
)
def test_validators_come_back_byte_for_byte(raw: RawServer, fetch: Fetch, value: str) -> None:
    raw["/x"] = answer("yes", b"ETag: " + value.encode("latin-1"), b"Last-Modified: " + value.encode("latin-1"))
    fetched = fetch("/x")
    assert fetched.validators == Validators(value, value)
    fetch("/x", fetched.validators)
    assert (raw.headers[1]["if-none-match"], raw.headers[1]["if-modified-since"]) == (value, value)


@pytest.mark.parametrize("value", ["日本", "a\nb", "a\x00b", "x" * 5000, "\ud800"])
def test_validators_that_no_header_can_have_are_left_out(raw: RawServer, fetch: Fetch, value: str) -> None:
    raw["/x"] = answer("yes")
    assert fetch("/x", Validators(value, value)).body == b"yes"
    assert not {"if-none-match", "if-modified-since"} & raw.headers[0].keys()


@pytest.mark.parametrize(
    "location",
    [
        *(
            b"http://127.0.0.1:999999/x",
            b"http://127.0.0.1:0/x",
            b"http://127.0.0.1:a/x",
            b"http://[",
            b"//[",
            b"http://xn--/",
        ),
        *(b"http://", b"http:///x", b"http://a..b/", b"http://" + b"a" * 70 + b".example/", b"http://\xe2\x80\xae/"),
        *(b"http://[::1", b"http://[v1.x]/", b"ftp://127.0.0.1/x", b"file:///etc/passwd", b"data:text/xml,<rss/>"),
        *(
            b"javascript:alert(1)",
            b"feed:http://127.0.0.1/",
            b"http://127.0.0.1:1\xb2/",
            b"http://%zz/",
        ),
        *(b"http://exa mple.example/", b"http://a\xc2\x9bb.example/", b"http://" + b"x" * 3000 + b"/"),
    ],
)
def test_redirects_to_nowhere_are_sentences(raw: RawServer, fetch: Fetch, location: bytes) -> None:
    raw["/x"] = answer(b"", b"Location: " + location, status="302 Found")
    with pytest.raises(FetchError) as caught:
        fetch("/x", timeout=5)
    assert len(str(caught.value)) < 600 and caught.value.remedy
    assert set(raw.requests) == {"/x"}


@pytest.mark.parametrize(
    ("location", "path"),
    [(b"/new", "/new"), (b"new", "/new"), (b"?a=1", "/x?a=1"), (b"/n%C3%BC", "/n%C3%BC"), (b"/n\xc3\xbc", "/n%C3%BC")],
)
def test_redirects_may_be_relative_and_in_utf8(raw: RawServer, fetch: Fetch, location: bytes, path: str) -> None:
    raw["/x"] = answer(b"", b"Location: " + location, status="301 Moved Permanently")
    raw[path] = answer("here")
    assert fetch("/x").body == b"here"


@pytest.mark.parametrize("status", ["300 Choose", "302 Found", "305 Use", "304 Not Modified", "399 Odd"])
def test_a_redirect_to_no_address_is_no_document(raw: RawServer, fetch: Fetch, status: str) -> None:
    raw["/x"] = answer("words", status=status)
    with pytest.raises(FetchError):
        fetch("/x")


def test_a_document_is_redirected_with_its_cookies_and_others_get_none(raw: RawServer, fetch: Fetch) -> None:
    raw["/x"] = answer(b"", "Location: /y", "Set-Cookie: a=1", "Set-Cookie: b=\xff; max-age=\xb2", status="302 Found")
    raw["/y"] = answer("here")

    async def twice() -> None:
        async with Client(user_agent="test/1", now=lambda: NOW) as client:
            await client.get(f"{raw.base}/x")
            await client.get(f"{raw.base}/y")

    asyncio.run(twice())
    assert "a=1" in raw.headers[1]["cookie"]
    assert "cookie" not in raw.headers[2]


@pytest.mark.parametrize("head", ["Retry-After", "Age", "Cache-Control", "Content-Encoding", "Content-Type"])
@pytest.mark.parametrize(
    "value", [b"\xb2", b"9" * 3000, "٣".encode(), b"-1", b"", b"1e9", b"\xff\xfe", b"Fri, 99 Foo 99999 99:99:99 GMT"]
)
def test_no_value_of_a_header_is_more_than_odd(raw: RawServer, fetch: Fetch, head: str, value: bytes) -> None:
    field = head.encode() + b": " + value
    raw["/x"] = answer("yes", field, b"Cache-Control: max-age=60")
    fetched = fetch("/x")
    assert fetched.body == b"yes"
    assert fetched.not_before is None or fetched.not_before <= NOW + timedelta(days=1)
    raw["/x"] = answer("no", field, status="429 Slow")
    with pytest.raises(FetchError) as caught:
        fetch("/x")
    assert caught.value.not_before is None or caught.value.not_before <= NOW + timedelta(days=1)


def test_an_age_beyond_counting_is_an_age(raw: RawServer, fetch: Fetch) -> None:
    raw["/x"] = answer("yes", "Cache-Control: max-age=60", "Age: " + "1" * 3900)
    assert fetch("/x").not_before is None
    raw["/x"] = answer("yes", "Cache-Control: max-age=60", "Age: 000000000000000000000020")
    assert fetch("/x").not_before == NOW + timedelta(seconds=40)


@pytest.mark.parametrize(
    ("control", "seconds"),
    [
        ("no-cache, max-age=315360000", None),
        ("max-age=600, no-cache", None),
        ("No-Store, max-age=600", None),
        ('max-age=600, no-cache="Set-Cookie"', None),
        ("public, max-age=2591034", 86_400),
        ("max-age=" + "9" * 400, 86_400),
        ('MAX-AGE="600"', 600),
        ("x-max-age=600", None),
        ("s-maxage=600", None),
        ("max-age = 600", 600),
        ("max-age=600, max-age=5", 600),
        ("max-age=-5", None),
        ("max-age=\xb2", None),
        ("max-age", None),
        (",,=,", None),
    ],
)
def test_what_cache_control_asks_for(raw: RawServer, fetch: Fetch, control: str, seconds: int | None) -> None:
    raw["/x"] = answer("yes", b"Cache-Control: " + control.encode("latin-1"))
    assert fetch("/x").not_before == (NOW + timedelta(seconds=seconds) if seconds else None)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400),
        ("Fri, 31 Dec 9999 23:59:59 -1200", 86_400),
        ("999999999999999999", 86_400),
        ("Thu, 02 May 2024 00:00:00 GMT", None),
        ("0", None),
        ("-7", None),
        ("soon", None),
        ("Sat, 21 Nov 2026 10:00:00 GMT", 3600),
        ("Sat, 21 Nov 2026 10:00:00", 3600),
    ],
)
def test_a_refusal_is_one_request_and_holds_a_day_at_the_most(
    raw: RawServer, fetch: Fetch, value: str, seconds: int | None
) -> None:
    raw["/x"] = answer("no", f"Retry-After: {value}", "Cache-Control: max-age=500000", status="429 Slow down")
    with pytest.raises(FetchError) as caught:
        fetch("/x")
    assert caught.value.not_before == (NOW + timedelta(seconds=seconds) if seconds else None)
    assert raw.requests == ["/x"]


NO_HTTP = {
    "09": b"<rss><channel></channel></rss>\n",
    "nothing": b"",
    "half a line": b"HTTP/1.1 20",
    "half a head": b"HTTP/1.1 200 OK\r\nContent-Le",
    "no number": b"HTTP/1.1 OK 200\r\n\r\n",
    "header without name": b"HTTP/1.1 200 OK\r\n: x\r\n\r\n",
    "blank in a name": b"HTTP/1.1 200 OK\r\nSet Cookie: x\r\n\r\n",
    "NUL": b"HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n",
    "long header": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 300_000 + b"\r\n\r\n",
    "many headers": b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 50_000 + b"\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "no length": b"HTTP/1.1 200 OK\r\nContent-Length: \xb2\r\n\r\nab",
    "negative": b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nab",
    "long length": b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\nab",
    "odd coding": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "tls": b"\x15\x03\x01\x00\x02\x02\x16",
    "ssh": b"SSH-2.0-OpenSSH_9.6\r\n",
}


@pytest.mark.parametrize("kind", NO_HTTP)
def test_what_is_no_http_is_a_sentence(raw: RawServer, fetch: Fetch, kind: str) -> None:
    raw["/x"] = NO_HTTP[kind]
    with pytest.raises(FetchError) as caught:
        fetch("/x", timeout=5)
    assert "127.0.0.1" in str(caught.value) and len(str(caught.value)) < 400


# --- bodies -----------------------------------------------------------------------------------------------------------

BODY = b"".join(b"line %d\n" % number for number in range(500))
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nETag: 1\r\n\r\n%x\r\n" % len(BODY) + BODY + b"\r\n"

ENDS_EARLY: dict[str, bytes] = {
    "length": answer(BODY, length=len(BODY) + 1),
    "a long length": answer(BODY, length=10**14),
    "chunks": CHUNKED,
    "in a chunk": CHUNKED[:-700],
    "chunk junk": CHUNKED + b"zz\r\nmore\r\n0\r\n\r\n",
    "chunk size": CHUNKED + b"f" * 40 + b"\r\nmore\r\n0\r\n\r\n",
    "gzip": answer(zipped(BODY)[:-20], "Content-Encoding: gzip"),
    "gzip that nobody names": answer(zipped(BODY)[:-20]),
    "gzip in gzip": answer(zipped(zipped(BODY)[:-20]), "Content-Encoding: gzip, gzip"),
    "gzip, of which a bit fell": answer(zipped(BODY)[:-5] + b"\x00" * 5, "Content-Encoding: x-gzip"),
    "deflate": answer(zlib.compress(BODY)[:-20], "Content-Encoding: deflate"),
    "a part": answer(BODY, "Content-Range: bytes 0-9/100", status="206 Partial Content"),
}


@pytest.mark.parametrize("kind", ENDS_EARLY)
def test_a_body_that_ends_early_is_what_came_and_says_so(raw: RawServer, fetch: Fetch, kind: str) -> None:
    raw["/x"] = ENDS_EARLY[kind]
    fetched = fetch("/x", timeout=5)
    assert fetched.broken and fetched.body is not None and BODY.startswith(fetched.body[:1000])
    assert len(fetched.body) > len(BODY) // 2
    assert raw.requests == ["/x"], "it is asked for again in the next run"


def test_a_body_that_is_whole_says_so(raw: RawServer, fetch: Fetch) -> None:
    for route in (answer(BODY), CHUNKED + b"0\r\n\r\n", b"HTTP/1.0 200 OK\r\n\r\n" + BODY):
        raw["/x"] = route
        fetched = fetch("/x")
        assert (fetched.body, fetched.broken) == (BODY, "")
    for encoding in ("gzip", "x-gzip", "GZIP", "utf-8", "identity"):
        raw["/x"] = answer(zipped(BODY), f"Content-Encoding: {encoding}")
        assert fetch("/x").body == BODY


def test_what_follows_a_body_is_not_the_next_answer(raw: RawServer, fetch: Fetch) -> None:
    raw["/x"] = answer(BODY, length=10)
    raw["/y"] = answer("mine")

    async def both() -> bytes | None:
        async with Client(user_agent="test/1", now=lambda: NOW) as client:
            await client.get(f"{raw.base}/x")
            return (await client.get(f"{raw.base}/y")).body

    assert asyncio.run(both()) == b"mine"
    assert raw.headers[0]["connection"] == "close"


@pytest.mark.parametrize("encodings", ["gzip", "gzip, gzip", "gzip, gzip, gzip"])
def test_bombs_are_refused_in_little_memory(raw: RawServer, fetch: Fetch, encodings: str) -> None:
    layers = encodings.count("gzip")
    raw["/x"] = answer(zipped(bytes(60 * 2**20), layers), f"Content-Encoding: {encodings}")
    raw["/y"] = answer(zipped(bytes(60 * 2**20), layers + 1), f"Content-Encoding: {encodings}")  # and one unnamed
    tracemalloc.start()
    try:
        for path in ("/x", "/y"):
            with pytest.raises(FetchError, match="more than 1 MiB"):
                fetch(path, largest=2**20)
        assert tracemalloc.get_traced_memory()[1] < 8 * 2**20
    finally:
        tracemalloc.stop()


def test_more_than_the_cap_is_cut_off_while_it_comes(raw: RawServer, fetch: Fetch) -> None:
    raw["/x"] = lambda n, headers: iter([b"HTTP/1.1 200 OK\r\n\r\n", *[bytes(2**16)] * 10_000])
    with pytest.raises(FetchError, match="more than"):
        fetch("/x", largest=2**20)


@pytest.mark.parametrize("encoding", ["br", "zstd", "compress", "gzip, br", "gzip, gzip, gzip, gzip, gzip"])
def test_encodings_that_nobody_asked_for_are_named(raw: RawServer, fetch: Fetch, encoding: str) -> None:
    raw["/x"] = answer(b"\x0b\x02\x80abc\x03", f"Content-Encoding: {encoding}")
    with pytest.raises(FetchError, match="compress"):
        fetch("/x")
    assert raw.headers[0]["accept-encoding"] == "gzip, deflate"


# --- time -------------------------------------------------------------------------------------------------------------


def test_one_deadline_for_head_redirects_and_body(raw: RawServer, fetch: Fetch) -> None:
    raw["/head"] = lambda n, headers: trickle(answer("late"), 0.05)
    raw["/early"] = lambda n, headers: iter([b"HTTP/1.1 100 Continue\r\n\r\n", 0.05] * 100)
    raw["/hop"] = lambda n, headers: iter([0.2, answer(b"", "Location: /hop", status="302 Found")])
    raw["/silent"] = lambda n, headers: iter([b"", 2.0])
    for path in ("/head", "/early", "/hop", "/silent"):
        began = time.monotonic()
        with pytest.raises(FetchError, match=r"did not answer within 0\.5 s"):
            fetch(path, timeout=0.5)
        assert 0.4 < time.monotonic() - began < 1.5
        assert raw.requests.count(path) <= (3 if path == "/hop" else 1)


def test_a_body_that_trickles_is_what_came_in_time(raw: RawServer, fetch: Fetch) -> None:
    raw["/x"] = lambda n, headers: iter([answer(BODY, length=10**6), *[b"more\n", 0.05] * 100])
    began = time.monotonic()
    fetched = fetch("/x", timeout=0.5)
    assert time.monotonic() - began < 1.5
    assert fetched.broken == "it took too long" and (fetched.body or b"").startswith(BODY + b"more\n")


def test_waiting_for_a_turn_costs_no_time(raw: RawServer) -> None:
    raw["/x"] = lambda n, headers: iter([0.3, answer("yes")])

    async def many() -> list[Fetched]:
        async with Client(user_agent="test/1", now=lambda: NOW, timeout=0.8) as client:
            return await asyncio.gather(*(client.get(f"{raw.base}/x") for _ in range(16)))

    assert [fetched.body for fetched in asyncio.run(many())] == [b"yes"] * 16


def test_a_fetch_that_is_stopped_while_it_trickles_ends_at_once(raw: RawServer) -> None:
    raw["/x"] = lambda n, headers: trickle(answer(BODY), 0.05)

    async def stopped() -> float:
        async with Client(user_agent="test/1", now=lambda: NOW) as client:
            job = asyncio.ensure_future(client.get(f"{raw.base}/x"))
            await asyncio.sleep(0.3)
            began = time.monotonic()
            job.cancel()
            await asyncio.gather(job, return_exceptions=True)
            return time.monotonic() - began

    assert asyncio.run(stopped()) < 0.3


# --- addresses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        *("http://a..b/", "http://" + "a" * 70 + ".example/", "http://xn--/", "http://[::1", "http://x:99999/"),
        *("http://user:se%zzcret@[/", "http://\u202e.example/", "http://exa mple/", "http://-.example:1/"),
        *("http://127.0.0.1:1/" + "x" * 70_000, "http:/\\x", "http://@", "http://user:secret@", "http://.."),
    ],
)
def test_addresses_that_lead_nowhere_are_sentences(fetch: Fetch, url: str) -> None:
    with pytest.raises(FetchError) as caught:
        fetch(url, timeout=2)
    assert "secret" not in str(caught.value) and len(str(caught.value)) < 600


def test_names_and_passwords_are_sent_and_never_shown(raw: RawServer, fetch: Fetch) -> None:
    owned = f"http://me:se%20cret@127.0.0.1:{raw.port}"
    raw["/x"] = answer(b"", "Location: /y", status="301 Moved")
    raw["/y"] = answer(b"", f"Location: {raw.base}/z", status="301 Moved")
    raw["/z"] = answer("mine")
    fetched = fetch(f"{owned}/x")
    assert fetched.body == b"mine" and fetched.moved_to == f"{owned}/z"
    assert len({headers["authorization"] for headers in raw.headers}) == 1
    raw["/loop"] = answer(b"", "Location: /loop", status="302 Found")
    raw["/ftp"] = answer(b"", f"Location: ftp://me:secret@127.0.0.1:{raw.port}/", status="302 Found")
    raw["/big"] = answer(bytes(2000))
    raw["/none"] = b""
    raw["/br"] = answer(b"x", "Content-Encoding: br")
    for path in ("/loop", "/ftp", "/big", "/none", "/br", "/404"):
        with pytest.raises(FetchError) as caught:
            fetch(owned + path, largest=1000)
        assert "cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b"ICY 200 OK\r\n\r\n", "did not answer in valid HTTP. Try"),
        (b"HTTP/1.1 200 OK\r\nX (a\nb): a\r\n\r\n", "did not answer in valid HTTP. Try"),
    ],
)
def test_what_is_no_http_is_said_in_plain_words(raw: RawServer, fetch: Fetch, head: bytes, said: str) -> None:
    raw["/x"] = head
    with pytest.raises(FetchError) as caught:
        fetch("/x")
    assert said in str(caught.value)


def test_a_damaged_chunk_is_said_in_plain_words(raw: RawServer, fetch: Fetch) -> None:
    raw["/x"] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nyes\r\nz)\r\n"
    assert (fetch("/x").body, fetch("/x").broken) == (b"yes", "it is not valid HTTP")
