"""Parsing for the refresh: in a thread, and from the first few feeds on in a process of its own, beside the storing.

    parser = ParseWorker()
    parsed = (await parser.read(body, url))()  # to be called off the event loop: it may parse
    await parser.close()

The process reads bodies with the addresses they came from, and answers with results, each as its length and a
pickle. It touches neither the library nor the network, and ends with its input. Should it die, parsing goes on here.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from feedreader import parse
from feedreader.errors import FeedreaderError, unexpected
from feedreader.library.entry_rows import PreparedEntry, pack, unpack
from feedreader.merge import identity
from feedreader.model import Digest
from feedreader.services import ingest
from feedreader.system.child_process import PIPE_BYTES, end_process, this_program, widen

if TYPE_CHECKING:
    import asyncio

_ALONE_UP_TO = 500_000  # bytes that are parsed here: to start a process costs as much as parsing these
_LENGTH = 8


class ParsedBody(NamedTuple):
    """A feed that was parsed, without its entries, and these prepared for the library: how many, and packed, as they
    take a third of the room until their turn to be stored comes."""

    digest: Digest
    number: int
    packed: bytes

    @property
    def prepared(self) -> tuple[PreparedEntry, ...]:
        return unpack(self.packed)


def parse_body(body: bytes, address: str = "") -> ParsedBody:
    """Raises DigestError for what cannot be read."""
    digest = identity.told_apart(parse.parse(body, address))
    return ParsedBody(replace(digest, entries=()), len(digest.entries), pack(ingest.prepare_entries(digest.entries)))


class ParseWorker:
    """Reads bodies in the order in which they come. The process itself does without asyncio, a third of its memory."""

    def __init__(self, alone_up_to: int = _ALONE_UP_TO) -> None:
        import asyncio

        self._left = alone_up_to if (os.cpu_count() or 1) > 1 else sys.maxsize
        self._process: asyncio.subprocess.Process | None = None
        self._starting = asyncio.Lock()
        self._sending = asyncio.Lock()  # what is on its way stands in the memory once more
        self._waiting: deque[asyncio.Future[bytes]] = deque()
        self._listener: asyncio.Task[None] | None = None

    async def close(self) -> None:
        """End the process, if there is one."""
        if self._listener:
            self._listener.cancel()
        await end_process(self._process, kill=True)

    async def read(self, body: bytes, address: str = "") -> Callable[[], ParsedBody]:
        """What gives the outcome, or raises what `parse_body` does. It takes a while: call it in a thread."""
        import asyncio

        self._left -= len(body)
        process = await self._child() if self._left < 0 else None
        if process is None or process.stdin is None:
            return lambda: parse_body(body, address)
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        try:
            async with self._sending:
                self._waiting.append(answer)
                for part in (address.encode("utf-8", "replace"), body):
                    process.stdin.write(len(part).to_bytes(_LENGTH))
                    process.stdin.write(part)
                await process.stdin.drain()
            packed = await answer
        except (ConnectionError, EOFError):
            self._left = sys.maxsize
            return lambda: parse_body(body, address)
        return lambda: _unpacked(packed)

    async def _child(self) -> asyncio.subprocess.Process | None:
        import asyncio

        async with self._starting:
            if self._process is None:
                argv = this_program("from feedreader.services.parse_worker import serve; serve()")
                pipe, null = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
                try:
                    self._process = await asyncio.create_subprocess_exec(
                        *argv, stdin=pipe, stdout=pipe, stderr=null, limit=PIPE_BYTES
                    )
                except OSError:
                    self._left = sys.maxsize
                    return None
                self._listener = asyncio.create_task(self._listen(self._process.stdout))
        return self._process

    async def _listen(self, answers: asyncio.StreamReader | None) -> None:
        import asyncio

        try:
            while answers is not None:
                length = int.from_bytes(await answers.readexactly(_LENGTH))
                packed = await answers.readexactly(length)
                answer = self._waiting.popleft()
                if not answer.done():
                    answer.set_result(packed)
        except (asyncio.IncompleteReadError, ConnectionError):
            while self._waiting:
                answer = self._waiting.popleft()
                if not answer.done():
                    answer.set_exception(EOFError())


def _unpacked(packed: bytes) -> ParsedBody:
    answer, *entries = pickle.loads(packed)  # it comes from our own process
    if isinstance(answer, FeedreaderError):
        raise answer
    return ParsedBody(answer, *entries)


def serve(source: BinaryIO | None = None, sink: BinaryIO | None = None) -> None:
    """The process: bodies from standard input, results to standard output."""
    import gc
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is the refresh that is interrupted, and ends this with itself
    gc.disable()
    if source is None:
        widen(sys.stdin.fileno(), sys.stdout.fileno())
    source, sink = source or sys.stdin.buffer, sink or sys.stdout.buffer
    while len(head := source.read(_LENGTH)) == _LENGTH:
        address = source.read(int.from_bytes(head)).decode()
        body = source.read(int.from_bytes(source.read(_LENGTH)))
        try:
            answer: object = tuple(parse_body(body, address))
        except Exception as error:  # one feed must not end what reads all the others
            answer = unexpected(error), 0, b""
        packed = pickle.dumps(answer, protocol=pickle.HIGHEST_PROTOCOL)
        sink.write(len(packed).to_bytes(_LENGTH) + packed)
        sink.flush()
