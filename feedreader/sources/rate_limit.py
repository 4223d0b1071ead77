"""One request at a time to a host, with a gap between them, over all processes on this machine.

arXiv's terms of use ask for at most one request every three seconds and one connection at a time. A lock
on a file is held during the request, and the file keeps the time at which it ended; the lock goes with
its process, however that ends. The clock passed in must be the real one, whatever time the program is told it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO

from feedreader.errors import FetchError, os_reason

_POLL = 0.05


class HostGate(AbstractAsyncContextManager[None]):
    """`async with gate:` around each request. `gap` is in seconds, from the end of one to the start of the next."""

    def __init__(self, path: Path, gap: float, clock: Callable[[], float]) -> None:
        self._path = path
        self._gap = gap
        self._clock = clock
        self._turn = asyncio.Lock()
        self._file: IO[str] | None = None

    async def __aenter__(self) -> None:
        await self._turn.acquire()
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file = self._path.open("a+", encoding="ascii")
            while not try_lock(self._file):  # noqa: ASYNC110 (another process says nothing when it leaves)
                await asyncio.sleep(_POLL)
            wait = self._last() + self._gap - self._clock()
            if 0 < wait <= self._gap:  # a larger one means that the clock was set back
                await asyncio.sleep(wait)
        except BaseException as error:
            self._leave()
            if isinstance(error, OSError):
                raise _unusable(self._path, error) from error
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            assert self._file
            self._file.seek(0)
            self._file.truncate()
            self._file.write(repr(self._clock()))
            self._file.flush()
        except OSError as fault:
            raise _unusable(self._path, fault) from fault
        finally:
            self._leave()

    def _leave(self) -> None:
        if self._file:
            with suppress(OSError):  # what could not be written
                self._file.close()  # which unlocks it
            self._file = None
        self._turn.release()

    def _last(self) -> float:
        assert self._file
        self._file.seek(0)
        try:
            return float(self._file.read() or 0)
        except ValueError:
            return 0.0


def _unusable(path: Path, error: OSError) -> FetchError:
    return FetchError(f"{path} cannot be written: {os_reason(error)}.")


def try_lock(file: IO[str] | IO[bytes]) -> bool:
    """Whether the file is this process's now, until it is closed."""
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        except OSError:
            return False
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
