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
    from asyncio import StreamReader
    from asyncio.subprocess import Process

_ROOT = Path(__file__).resolve().parents[2]
_LONGEST_LINE = 1 << 22  # bytes of a line that a command prints


def this_program(code: str, *, bare: bool = False) -> list[str]:
    """The command that runs `code` with this program's modules, however they were found, and with nothing from the
    folder that it is started in; if `bare`, with nothing beside them but Python's own, which starts faster.
    Arguments may follow; the code finds them in `sys.argv[1:]`.
    """
    options = ["-I", "-S"] if bare else ["-P"]
    return [sys.executable, *options, "-c", f"import sys; sys.path.append(sys.argv.pop(1)); {code}", str(_ROOT)]


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
