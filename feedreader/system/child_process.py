"""This very program again, as a child process: the command that starts it, and its own commands run that way.

asyncio is imported by those who run something only: `feedreader list` does without it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from feedreader.errors import os_reason

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter
    from asyncio.subprocess import Process

_ROOT = Path(__file__).resolve().parents[2]
PIPE_BYTES = 1 << 20  # that go through a pipe without a pause, where the system can
_LONGEST_LINE = 1 << 22  # bytes of a line that a command prints


def this_program(code: str, *, bare: bool = False) -> list[str]:
    """The command that runs `code` with this program's modules, however they were found, and with nothing from the
    folder that it is started in; if `bare`, with nothing beside them but Python's own, which starts faster.
    Arguments may follow; the code finds them in `sys.argv[1:]`.
    """
    options = ["-I", "-S"] if bare else ["-P"]
    return [sys.executable, *options, "-c", f"import sys; sys.path.append(sys.argv.pop(1)); {code}", str(_ROOT)]


def widen(*pipes: int) -> None:
    """Let much into a pipe at once, where the system can: nobody then waits for the other in the middle."""
    if sys.platform != "linux":
        return
    import fcntl

    for pipe in pipes:
        with suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)


async def end_process(process: Process | None, *, kill: bool = False) -> None:
    """Ask a process to end (or kill it) if it still runs, and wait for its end."""
    if process is None or process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        if kill:
            process.kill()
        else:
            process.terminate()
    await process.wait()


class Outcome(NamedTuple):
    """The exit code of a command, and the lines it printed on either stream except those about progress."""

    code: int
    out: list[str]
    err: list[str]

    @property
    def message(self) -> str:
        """Its error message."""
        return " ".join(self.err)


async def run_command(
    command: Sequence[str], folder: Path, running: list[Process], progress: Callable[[dict[str, Any]], object]
) -> Outcome:
    """Run one of the program's commands on the library in a folder; it is in `running` meanwhile.

    `progress` gets what the command reports of how far it is. When this is cancelled, the command is ended.
    """
    import asyncio

    program = this_program("from feedreader.cli import entry; entry()")
    argv = [*program, command[0], "--data-dir", str(folder), *command[1:]]
    pipe = asyncio.subprocess.PIPE
    try:
        process = await asyncio.create_subprocess_exec(
            *argv, stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe, limit=_LONGEST_LINE
        )
    except OSError as error:
        return Outcome(1, [], [f"{sys.executable} cannot be started: {os_reason(error)}."])
    assert process.stdout and process.stderr
    running.append(process)
    try:
        out, err = await asyncio.gather(_lines(process.stdout, progress), _lines(process.stderr, progress))
        return Outcome(await process.wait(), out, err)
    finally:
        await end_process(process)
        running.remove(process)


async def _lines(stream: StreamReader, progress: Callable[[dict[str, Any]], object]) -> list[str]:
    import json

    lines = []
    async for raw in stream:
        line = raw.decode("utf-8", "replace").rstrip("\n")
        if line.startswith('{"progress"'):
            progress(json.loads(line)["progress"])
        else:
            lines.append(line.removeprefix("feedreader: "))  # which commands begin their messages with
    return lines


# Other programs ------------------------------------------------------------------------------------------------------


class Ran(NamedTuple):
    """How a program ended (None: it took too long), what it wrote on either stream, and whether that is all."""

    code: int | None
    out: bytes
    err: bytes
    whole: bool


async def run_with_input(
    command: Sequence[str],
    next_piece: Callable[[], bytes],
    running: list[Process],
    *,
    seconds: float,
    most: int,
) -> Ran:
    """Run a program for so many seconds at most, and keep so many bytes of its output; it is in `running` meanwhile.

    `next_piece` gives its input piece by piece, b"" at the end; it is called on another thread. The program gets a
    session of its own, and so no terminal. When this is cancelled, it is ended with all that it started.
    Raises OSError or ValueError if it cannot be started.
    """
    import asyncio

    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *command, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True
    )
    running.append(process)
    assert process.stdin and process.stdout and process.stderr
    out, err = bytearray(), bytearray()
    readers = [
        asyncio.create_task(_read(stream, kept, most))
        for stream, kept in ((process.stdout, out), (process.stderr, err))
    ]
    tasks = [*readers, asyncio.create_task(_write(process.stdin, next_piece))]
    try:
        async with asyncio.timeout(seconds):
            code: int | None = await process.wait()
            await asyncio.wait(readers, timeout=1)  # what it started may hold them open
    except TimeoutError:
        code = None
    finally:
        for task in tasks:
            task.cancel()
        await end_session(process)
        running.remove(process)
    return Ran(code, bytes(out[:most]), bytes(err[:most]), max(len(out), len(err)) <= most)


async def _read(stream: StreamReader, kept: bytearray, most: int) -> None:
    """Read to the end; keep one byte more than `most`, to tell that there was more."""
    while data := await stream.read(1 << 16):
        kept += data[: most + 1 - len(kept)]


async def _write(stream: StreamWriter, next_piece: Callable[[], bytes]) -> None:
    import asyncio

    with suppress(BrokenPipeError, ConnectionResetError):  # it has read enough
        while piece := await asyncio.to_thread(next_piece):
            stream.write(piece)
            await stream.drain()
    stream.close()


async def end_session(process: Process) -> None:
    """End a program that was started in a session of its own, and what it started there."""
    import asyncio

    if process.returncode is None:
        kill_session(process, force=False)
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), 1)
    if process.returncode is None:
        kill_session(process)
        await process.wait()


def kill_session(process: Process, *, force: bool = True) -> None:
    """Send all programs of a session the signal to end."""
    import os
    import signal

    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL if force else signal.SIGTERM)
