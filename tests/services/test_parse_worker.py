"""Parsing beside the storing: the same outcome in a process of its own, and none is lost when that dies."""

from __future__ import annotations

import asyncio
import gc
import io
import pickle
import signal
from collections.abc import Awaitable, Callable

import pytest

from feedreader.errors import FeedreaderError
from feedreader.library.entry_rows import PreparedEntry
from feedreader.model import Digest
from feedreader.services.parse_worker import ParsedBody, ParseWorker, parse_body, serve


def feed(number: int, items: int = 3) -> bytes:
    entries = "".join(
        f"<item><title>Of {number}, {n}: größer</title><link>http://x.example/{number}/{n}</link>"
        f"<description>{'A text about snails. ' * n}</description></item>"
        for n in range(items)
    )
    return f'<rss version="2.0"><channel><title>Feed {number}</title>{entries}</channel></rss>'.encode()


def said(parsed: ParsedBody) -> tuple[Digest, int, tuple[PreparedEntry, ...]]:
    return parsed.digest, parsed.number, parsed.prepared


async def read(parser: ParseWorker, body: bytes) -> object:
    return said((await parser.read(body))())


def outcome(body: bytes) -> object:
    return said(parse_body(body))


def run(work: Callable[[ParseWorker], Awaitable[None]], alone_up_to: int) -> None:
    async def whole() -> None:
        parser = ParseWorker(alone_up_to)
        try:
            await work(parser)
        finally:
            await parser.close()

    asyncio.run(whole())


@pytest.mark.parametrize("alone_up_to", [10**9, 0])
def test_it_makes_no_difference_where_a_feed_is_parsed(alone_up_to: int) -> None:
    async def work(parser: ParseWorker) -> None:
        bodies = [feed(number, number) for number in range(40)]
        assert await asyncio.gather(*(read(parser, body) for body in bodies)) == [outcome(body) for body in bodies]
        with pytest.raises(FeedreaderError) as direct:
            parse_body(b"\x89PNG\r\n\x1a\n" + bytes(1000))
        with pytest.raises(FeedreaderError) as in_child:
            await read(parser, b"\x89PNG\r\n\x1a\n" + bytes(1000))
        assert (str(in_child.value), type(in_child.value)) == (str(direct.value), type(direct.value))
        assert (parser._process is None) == (alone_up_to > 0)

    run(work, alone_up_to)


def test_a_process_that_dies_costs_nothing() -> None:
    async def work(parser: ParseWorker) -> None:
        await read(parser, feed(1))
        assert parser._process
        parser._process.send_signal(signal.SIGKILL)
        bodies = [feed(number) for number in range(20)]
        assert await asyncio.gather(*(read(parser, body) for body in bodies)) == [outcome(body) for body in bodies]
        await parser._process.wait()
        assert await read(parser, feed(9)) == outcome(feed(9))

    run(work, 0)


@pytest.mark.parametrize("alone_up_to", [10**9, 0])
def test_relative_addresses_are_relative_to_where_the_feed_came_from(alone_up_to: int) -> None:
    async def work(parser: ParseWorker) -> None:
        body = feed(1, 1).replace(b"http://x.example/1/0", b"../posts/b?c")
        read = await parser.read(body, "http://me:pw@a.example:81/blog/ü/feed.xml#top")
        assert read().prepared[0].entry.url == "http://a.example:81/blog/posts/b?c"

    run(work, alone_up_to)


def test_a_feed_that_stops_the_parser_costs_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(gc, "disable", lambda: None)

    def fragile(body: bytes, address: str) -> ParsedBody:
        if address == "bad":
            raise RecursionError("too deep")
        return parse_body(body, address)

    monkeypatch.setattr("feedreader.services.parse_worker.parse_body", fragile)
    parts = [b"bad", feed(1), b"good", feed(2)]
    source, sink = io.BytesIO(b"".join(len(part).to_bytes(8) + part for part in parts)), io.BytesIO()
    serve(source, sink)
    sink.seek(0)
    (first, *_), second = (pickle.loads(sink.read(int.from_bytes(sink.read(8)))) for _ in range(2))
    assert isinstance(first, FeedreaderError) and "RecursionError" in str(first)
    assert said(ParsedBody(*second)) == outcome(feed(2))


def test_without_a_process_to_be_had_parsing_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refused(*_: object, **__: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(asyncio, "create_subprocess_exec", refused)

    async def work(parser: ParseWorker) -> None:
        assert await read(parser, feed(1)) == outcome(feed(1))
        assert await read(parser, feed(2)) == outcome(feed(2))

    run(work, 0)


def test_the_process_answers_each_body_and_ends_with_its_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(gc, "disable", lambda: None)
    bodies = [feed(1), b"", feed(2)]
    parts = [part for body in bodies for part in (b"http://x.example/f", body)]
    source = io.BytesIO(b"".join(len(part).to_bytes(8) + part for part in parts) + b"\x00\x00")
    sink = io.BytesIO()
    serve(source, sink)
    sink.seek(0)
    answers = []
    while head := sink.read(8):
        answers.append(pickle.loads(sink.read(int.from_bytes(head))))
    for place, number in ((0, 1), (2, 2)):
        assert said(ParsedBody(*answers[place])) == outcome(feed(number))
    assert isinstance(answers[1][0], FeedreaderError)
