"""Processes that read the blocks of a large document, beside the storing.

    with BlockReaders() as readers:
        for read in readers.read(blocks): …     # in their order

A process reads blocks and answers with what is in them, each as its length and a pickle. It touches neither the library
nor the network, and ends with its input. Where none can be had, or one dies, blocks are read here.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from queue import SimpleQueue
from typing import IO, NamedTuple

from feedreader.errors import unexpected
from feedreader.library.entry_rows import PreparedEntry, pack, unpack
from feedreader.merge import identity
from feedreader.model import Problem
from feedreader.parse import streams
from feedreader.services import ingest
from feedreader.system.child_process import PIPE_BYTES, this_program, widen

_LENGTH = 8
_AHEAD = 2  # blocks that are read and not yet stored, beside those that are being read: so much memory
_NICE = 5  # of 19: how far readers stand back for the screen


class ReadBlock(NamedTuple):
    """A block that was read: its entries, prepared for the library, what was not understood, and where it ended: the
    line that follows, and bytes of the document."""

    prepared: tuple[PreparedEntry, ...]
    problems: tuple[Problem, ...]
    line: int
    end: int


def _read(block: streams.Block) -> tuple[bytes, tuple[Problem, ...]]:
    try:
        digest = identity.told_apart(streams.read_block(block))
        return pack(ingest.prepare_entries(digest.entries)), digest.problems
    except Exception as error:  # one block must not end what reads all the others
        number = block.data.count(b"\n")
        return pack(()), (Problem(block.line, f"{number:,} lines from here on could not be read: {unexpected(error)}"),)


class BlockReaders:
    """As many processes as there are processors; none where there is but one."""

    def __init__(self, number: int | None = None, *, polite: bool = False) -> None:
        processors = os.cpu_count() or 1
        self._number = number if number is not None else processors if processors > 1 else 0
        self._polite = polite
        self._idle: SimpleQueue[subprocess.Popen[bytes] | None] = SimpleQueue()
        self._running: list[subprocess.Popen[bytes]] = []
        self._threads = ThreadPoolExecutor(max(1, self._number), "feedreader-read")
        self._closed = False

    def __enter__(self) -> BlockReaders:
        for _ in range(self._number):
            self._idle.put(self._start())
        return self

    def __exit__(self, *_: object) -> None:
        self._closed = True
        for process in self._running:
            process.kill()
        self._threads.shutdown(cancel_futures=True)
        for process in self._running:
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):
                    if pipe:
                        pipe.close()

    def read(self, blocks: Iterable[streams.Block]) -> Iterator[ReadBlock]:
        """What is in the blocks, in their order."""
        coming: deque[tuple[streams.Block, Future[tuple[bytes, tuple[Problem, ...]]]]] = deque()
        for block in blocks:
            if not self._number:
                yield _unpacked(block, _read(block))
                continue
            coming.append((block, self._threads.submit(self._ask, block)))
            if len(coming) >= self._number + _AHEAD:
                first, answer = coming.popleft()
                yield _unpacked(first, answer.result())
        while coming:
            first, answer = coming.popleft()
            yield _unpacked(first, answer.result())

    def _start(self) -> subprocess.Popen[bytes] | None:
        code = f"from feedreader.services.block_readers import serve; serve(polite={self._polite})"
        null, pipe = subprocess.DEVNULL, subprocess.PIPE
        try:
            process = subprocess.Popen(this_program(code), stdin=pipe, stdout=pipe, stderr=null, bufsize=PIPE_BYTES)
        except OSError:
            return None
        assert process.stdin and process.stdout
        widen(process.stdin.fileno(), process.stdout.fileno())
        self._running.append(process)
        return process

    def _ask(self, block: streams.Block) -> tuple[bytes, tuple[Problem, ...]]:
        process = self._idle.get()
        try:
            if process and process.stdin and process.stdout:
                _send(process.stdin, block)
                if (answer := _receive(process.stdout)) is not None:
                    prepared, problems = answer
                    return prepared, problems
            process = None  # it has ended
        except OSError:
            process = None
        finally:
            self._idle.put(process)
        if self._closed:
            return b"", ()
        return _read(block)


def _unpacked(block: streams.Block, answer: tuple[bytes, tuple[Problem, ...]]) -> ReadBlock:
    packed, problems = answer
    return ReadBlock(unpack(packed), problems, block.line + block.data.count(b"\n"), block.end)


def _send(pipe: IO[bytes], value: object) -> None:
    packed = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.write(len(packed).to_bytes(_LENGTH))
    pipe.write(packed)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> tuple[bytes, tuple[Problem, ...]] | None:
    """What comes next; None at the end."""
    head = pipe.read(_LENGTH)
    packed = pipe.read(int.from_bytes(head)) if len(head) == _LENGTH else b""
    return pickle.loads(packed) if packed else None  # it comes from our own process


def serve(source: IO[bytes] | None = None, sink: IO[bytes] | None = None, *, polite: bool = False) -> None:
    """The process: blocks from standard input, what is in them to standard output."""
    import gc
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is the import that is interrupted, and ends this with itself
    gc.freeze()
    gc.disable()  # it would go through all of a block again and again: a tenth of the time
    if polite and hasattr(os, "nice"):
        os.nice(_NICE)
    source, sink = source or sys.stdin.buffer, sink or sys.stdout.buffer
    while len(head := source.read(_LENGTH)) == _LENGTH:
        block: streams.Block = pickle.loads(source.read(int.from_bytes(head)))  # from our own process
        _send(sink, _read(block))
        gc.collect()
