"""The user's own commands (`[commands]` in the settings): programs that papers are handed to, as JSON Lines.

They are started without a shell. The screen runs one beside all else (`system.child_process.run_with_input`), the
command line waits for it (`run`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from feedreader.errors import CommandError, exit_reason

if TYPE_CHECKING:
    from feedreader.config.values import OwnCommand
    from feedreader.model import Paper

_CHUNK = 50


class UnknownCommand(CommandError):
    """The settings have no command of this name."""


def named(commands: Sequence[OwnCommand], name: str) -> OwnCommand:
    """The command of this name. Raises UnknownCommand, with the nearest one there is."""
    for command in commands:
        if command.name == name:
            return command
    from feedreader.config.kinds import did_you_mean

    add = 'Add one under [commands] in config.toml: name = "program args".'
    known = [command.name for command in commands]
    raise UnknownCommand(f"There is no command “{name}”.", did_you_mean(name, known) if known else add)


def pieces(papers: Iterable[Paper]) -> Iterator[bytes]:
    """What a command reads: a line of JSON for each paper, some papers at a time."""
    from feedreader.export.jsonl import paper_line

    waiting = iter(papers)
    while chunk := list(islice(waiting, _CHUNK)):
        yield "".join(f"{paper_line(paper)}\n" for paper in chunk).encode("utf-8", "replace")


def failure(command: OwnCommand, code: int, error: str) -> CommandError:
    """What to say of a command that did not end well: its exit code, and the first line that it complained with, or
    the last one of a Python traceback."""
    lines = [line.strip() for line in error.splitlines() if line.strip()] or [""]
    told = lines[-1 if lines[0].startswith("Traceback (") else 0]
    return CommandError(f"{command.name} failed ({exit_reason(code)}){f': {told}' if told else '.'}")


def cannot_start(command: OwnCommand, error: OSError | ValueError) -> CommandError:
    """What to say of a program that is not there, or may not be run."""
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return CommandError(f"{command.name}: cannot start {command.run[0]}: {reason}.", "Check [commands] in config.toml.")


def run(command: OwnCommand, papers: Iterable[Paper]) -> None:
    """Run a command, its output going where ours goes, and wait for it. Raises CommandError."""
    import subprocess

    try:
        process = subprocess.Popen(command.run, stdin=subprocess.PIPE)
    except (OSError, ValueError) as error:
        raise cannot_start(command, error) from error
    try:
        assert process.stdin
        try:
            for piece in pieces(papers):
                process.stdin.write(piece)
            process.stdin.close()
        except BrokenPipeError:
            pass  # it has read enough
        code = process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise
    if code:
        raise failure(command, code, "")
