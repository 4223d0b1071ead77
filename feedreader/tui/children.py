"""The program's own commands as child processes: they fetch and parse, and the screen never waits for them."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from feedreader.system.child_process import this_program

if TYPE_CHECKING:
    from asyncio.subprocess import Process

_LONGEST_LINE = 1 << 22  # of what a child says


class Outcome(NamedTuple):
    """The exit code of a command, and the lines it said on either stream but for those that tell of progress."""

    code: int
    out: list[str]
    err: list[str]

    @property
    def message(self) -> str:
        """What it said of a failure."""
        return " ".join(self.err).removeprefix("feedreader: ")


async def run_command(
    command: Sequence[str], folder: Path, running: list[Process], progress: Callable[[dict[str, Any]], object]
) -> Outcome:
    """Run one of the program's commands on the library in a folder; it stands in `running` meanwhile.

    `progress` is given what the command says of how far it is. When this is cancelled, the command is ended.
    """
    program = this_program("from feedreader.cli import entry; entry()")
    argv = [*program, command[0], "--data-dir", str(folder), *command[1:]]
    pipe = asyncio.subprocess.PIPE
    try:
        process = await asyncio.create_subprocess_exec(
            *argv, stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe, limit=_LONGEST_LINE
        )
    except OSError as error:
        return Outcome(1, [], [f"{sys.executable} cannot be started: {error.strerror or error}."])
    assert process.stdout and process.stderr
    running.append(process)
    try:
        out, err = await asyncio.gather(_lines(process.stdout, progress), _lines(process.stderr, progress))
        return Outcome(await process.wait(), out, err)
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.terminate()
            await process.wait()
        running.remove(process)


async def _lines(stream: asyncio.StreamReader, progress: Callable[[dict[str, Any]], object]) -> list[str]:
    lines = []
    async for raw in stream:
        line = raw.decode("utf-8", "replace").rstrip("\n")
        if line.startswith('{"progress"'):
            progress(json.loads(line)["progress"])
        else:
            lines.append(line)
    return lines
