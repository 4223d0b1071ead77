"""Fetching, against a server on the loopback that behaves well, badly, or not at all."""

from __future__ import annotations

import asyncio
import gzip
import multiprocessing
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from feedreader.errors import FetchError
from feedreader.sources.http import Client, Fetched, Validators
from feedreader.sources.rate_limit import HostGate

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
Fetch = Callable[..., Fetched]


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def fetch(waits: list[float]) -> Fetch:
    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    async def get(url: str, validators: Validators, **settings: object) -> Fetched:
        async with Client(user_agent="test/1", now=lambda: NOW, sleep=sleep, **settings) as client:  # type: ignore[arg-type]
            return await client.get(url, validators)

    def fetches(url: str, validators: Validators | None = None, **settings: object) -> Fetched:
        return asyncio.run(get(url, validators or Validators(), **settings))

    return fetches


def test_a_document_and_what_the_server_says_of_it(httpserver: HTTPServer, fetch: Fetch) -> None:
    headers = {"ETag": '"1"', "Last-Modified": "Fri, 20 Nov 2026 00:00:00 GMT", "Cache-Control": "public, max-age=600"}
    httpserver.expect_request("/", headers={"User-Agent": "test/1"}).respond_with_data("hello", headers=headers)
    fetched = fetch(httpserver.url_for("/"))
    assert (fetched.body, fetched.status) == (b"hello", 200)
    assert fetched.validators == Validators('"1"', "Fri, 20 Nov 2026 00:00:00 GMT")
    assert fetched.not_before == NOW + timedelta(seconds=600)


def test_nothing_changed(httpserver: HTTPServer, fetch: Fetch) -> None:
    headers = {"If-None-Match": '"1"', "If-Modified-Since": "x"}
    httpserver.expect_request("/", headers=headers).respond_with_data(status=304)
    fetched = fetch(httpserver.url_for("/"), Validators('"1"', "x"))
    assert (fetched.body, fetched.status, fetched.validators) == (None, 304, Validators('"1"', "x"))


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_what_may_pass_is_tried_again(httpserver: HTTPServer, fetch: Fetch, waits: list[float], status: int) -> None:
    httpserver.expect_ordered_request("/").respond_with_data("no", status=status)
    httpserver.expect_ordered_request("/").respond_with_data("yes")
    assert fetch(httpserver.url_for("/")).body == b"yes"
    assert len(waits) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_what_will_not_pass_is_not(httpserver: HTTPServer, fetch: Fetch, waits: list[float], status: int) -> None:
    httpserver.expect_oneshot_request("/").respond_with_data("no", status=status)
    with pytest.raises(FetchError) as caught:
        fetch(httpserver.url_for("/"))
    assert (caught.value.status, waits) == (status, [])
    assert caught.value.remedy


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_obeyed_in_both_forms(
    httpserver: HTTPServer, fetch: Fetch, waits: list[float], form: str
) -> None:
    def value(seconds: int) -> str:
        return str(seconds) if form == "seconds" else format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)

    httpserver.expect_ordered_request("/").respond_with_data(status=429, headers={"Retry-After": value(20)})
    httpserver.expect_ordered_request("/").respond_with_data(status=503, headers={"Retry-After": value(3600)})
    with pytest.raises(FetchError) as caught:
        fetch(httpserver.url_for("/"))
    assert waits == [20.0]
    assert caught.value.not_before == NOW + timedelta(hours=1)


def test_redirects_are_followed_and_permanent_ones_told(httpserver: HTTPServer, fetch: Fetch) -> None:
    httpserver.expect_request("/old").respond_with_data(status=301, headers={"Location": "/new"})
    httpserver.expect_request("/new").respond_with_data(status=302, headers={"Location": "/now"})
    httpserver.expect_request("/now").respond_with_data("here")
    fetched = fetch(httpserver.url_for("/old"))
    assert (fetched.body, fetched.moved_to) == (b"here", httpserver.url_for("/new"))
    assert fetch(httpserver.url_for("/new")).moved_to is None


@pytest.mark.parametrize("target", ["/loop", "file:///etc/passwd", "ftp://127.0.0.1/x", "http:///nowhere"])
def test_redirects_in_circles_or_off_the_web_are_errors(httpserver: HTTPServer, fetch: Fetch, target: str) -> None:
    httpserver.expect_request("/loop").respond_with_data(status=302, headers={"Location": target})
    with pytest.raises(FetchError):
        fetch(httpserver.url_for("/loop"))


def test_too_much_is_cut_off_though_it_came_small(httpserver: HTTPServer, fetch: Fetch) -> None:
    bomb = gzip.compress(b"0" * 5_000_000)
    httpserver.expect_request("/").respond_with_data(bomb, headers={"Content-Encoding": "gzip"})
    with pytest.raises(FetchError, match="MiB"):
        fetch(httpserver.url_for("/"), largest=2**20)
    assert len(fetch(httpserver.url_for("/")).body or b"") == 5_000_000


def test_a_silent_server_and_no_server(httpserver: HTTPServer, fetch: Fetch, waits: list[float]) -> None:
    def slowly(_: Request) -> Response:
        time.sleep(0.6)
        return Response("late")

    httpserver.expect_request("/").respond_with_handler(slowly)
    with pytest.raises(FetchError, match="did not answer"):
        fetch(httpserver.url_for("/"), timeout=0.1)
    with pytest.raises(FetchError, match="cannot be reached"):
        fetch("http://127.0.0.1:9/")
    assert len(waits) == 2


@pytest.mark.parametrize("url", ["file:///etc/passwd", "gopher://x/", "http://", "nonsense", "http://[bad"])
def test_only_the_web_is_fetched(fetch: Fetch, url: str) -> None:
    with pytest.raises(FetchError):
        fetch(url)


def test_at_most_four_at_a_time_to_a_host(httpserver: HTTPServer) -> None:
    busy: list[int] = [0, 0]

    def handler(_: Request) -> Response:
        busy[0] += 1
        busy[1] = max(busy)
        time.sleep(0.05)
        busy[0] -= 1
        return Response("x")

    async def many() -> None:
        async with Client(user_agent="test/1", now=lambda: NOW) as client:
            await asyncio.gather(*(client.get(httpserver.url_for("/")) for _ in range(12)))

    httpserver.expect_request("/").respond_with_handler(handler)
    asyncio.run(many())
    assert 1 <= busy[1] <= 4


# --- one request at a time, over all processes ------------------------------------------------------------------------


async def _pass(gate: HostGate, work: Callable[[], Awaitable[None]]) -> tuple[float, float]:
    async with gate:
        began = time.time()
        await work()
        return began, time.time()


async def _nap() -> None:
    await asyncio.sleep(0.05)


def _in_a_process(path: str, results: multiprocessing.Queue[tuple[float, float]]) -> None:
    gate = HostGate(Path(path), 0.2, time.time)
    for _ in range(2):
        results.put(asyncio.run(_pass(gate, _nap)))


def test_the_gap_holds_between_processes(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    results: multiprocessing.Queue[tuple[float, float]] = context.Queue()
    path = str(tmp_path / "gate")
    processes = [context.Process(target=_in_a_process, args=(path, results)) for _ in range(2)]
    for process in processes:
        process.start()
    spans = sorted(results.get(timeout=60) for _ in range(4))
    for process in processes:
        process.join()
    for (_, ended), (began, _) in pairwise(spans):
        assert began - ended >= 0.19


def test_a_gate_that_is_left_in_anger_opens_again(tmp_path: Path) -> None:
    gate = HostGate(tmp_path / "gate", 0.0, time.time)

    async def scenario() -> None:
        with pytest.raises(ValueError, match="oh"):
            async with gate:
                raise ValueError("oh")
        waiting = asyncio.ensure_future(_pass(gate, lambda: asyncio.sleep(10)))
        await asyncio.sleep(0.05)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await _pass(gate, _nap)

    asyncio.run(scenario())
