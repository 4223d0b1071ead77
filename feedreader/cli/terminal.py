"""What commands share: exit codes, messages, JSON, and opening the library."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from feedreader import config
from feedreader.errors import Fault, QueryError
from feedreader.library import Library
from feedreader.text import display

if TYPE_CHECKING:
    import argparse

DONE, FAILED, USAGE, SOME_FAILED, INTERRUPTED = 0, 1, 2, 3, 130
plural = partial(display.counted, group="")  # scripts read these numbers


class AddCommand(Protocol):
    """Adds a command; its arguments are added to what this returns. `run` gives the exit code."""

    def __call__(self, name: str, run: Callable[[argparse.Namespace], int], help: str) -> argparse.ArgumentParser: ...


@contextmanager
def opened(data_dir: Path | None) -> Iterator[Library]:
    """The library, closed at the end."""
    library = Library.open(config.paths(data_dir).library, now=config.clock())
    try:
        yield library
    finally:
        library.close()


@contextmanager
def asking(query: str) -> Iterator[None]:
    """An error in a query is shown with its place."""
    try:
        yield
    except QueryError as error:
        error.query = error.query or query
        raise


def say(message: str) -> None:
    """A message, on standard error. What it quotes (names of files, say) can't steer the terminal."""
    print(_safe(message), file=sys.stderr)


def put(line: str) -> None:
    """A line of data, on standard output."""
    print(_safe(line))


def put_json(values: dict[str, object]) -> None:
    import json

    print(json.dumps(values, ensure_ascii=False), flush=True)


def _safe(text: str) -> str:
    return "\n".join(map(display.safe, text.split("\n")))


def pointed_at(text: str, place: int, width: int = 76) -> str:
    """The text, and under it a caret at a place in it; of a long text, what is around the place."""
    from unicodedata import combining, east_asian_width

    line = "".join(char if char.isprintable() else " " for char in text)
    start = max(0, min(place - width // 2, len(line) - width))
    before, after = "…" if start else "", "…" if start + width < len(line) else ""
    cells = sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in line[start:place])
    return f"  {before}{line[start : start + width]}{after}\n  {' ' * (len(before) + cells)}^"


def say_fault(fault: Fault) -> None:
    """What is wrong in a file, and under it the place in a query, where it is in one."""
    say(f"feedreader: {fault}")
    if fault.query:
        say(pointed_at(fault.query, fault.position))


def progress_line(text: str, done: bool) -> None:
    """How far something is: one line of standard error, if that is a terminal, written over, and wiped when done."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K" if done else f"\r\x1b[K{text}")
        sys.stderr.flush()


def exit_code(failed: int, total: int) -> int:
    """Of a command that did several things, some of which failed."""
    return DONE if not failed else FAILED if failed == total else SOME_FAILED


def count(text: str) -> int:
    """An argument that is a number from 0 on. Raises ValueError."""
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number
