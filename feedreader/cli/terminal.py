"""What commands share: exit codes, the standard streams, messages, JSON, and opening the library."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Protocol, TextIO, TypeVar

from feedreader import config
from feedreader.errors import ConfigError, Fault, FeedreaderError, QueryError, hide_passwords, os_reason
from feedreader.library import Library
from feedreader.text import display

if TYPE_CHECKING:
    import argparse

DONE, FAILED, USAGE, SOME_FAILED = 0, 1, 2, 3
NO_PAPERS = "No papers yet. Import some: `feedreader import PATH`. Or subscribe: `feedreader subscribe cs.LG`."
ID = "an arXiv id, a DOI, or an id that `feedreader list` shows"
T = TypeVar("T")
plural = partial(display.counted, group="")  # scripts read these numbers


class AddCommand(Protocol):
    """Adds a command; its arguments are added to what this returns. `run` gives the exit code."""

    def __call__(self, name: str, run: Callable[[argparse.Namespace], int], help: str) -> argparse.ArgumentParser: ...


@contextmanager
def opened(data_dir: Path | None, *, indexed: bool = True) -> Iterator[Library]:
    """The library, closed at the end. `indexed`: see `Library.open`."""
    path = config.paths(data_dir).library
    library = Library.open(path, now=config.clock(), on_wait=_say_waiting, on_update=_say_updating, indexed=indexed)
    try:
        if library.was_empty:
            say(
                f"feedreader: {library.path} was empty, so a new library was started. If you have a backup, restore it."
            )
        yield library
    finally:
        library.close()


def _say_waiting() -> None:
    say("feedreader: the library is in use by another program; waiting…")


def _say_updating() -> None:
    say("feedreader: preparing the library for this version. With many papers, this can take a minute…")


@contextmanager
def asking(query: str) -> Iterator[None]:
    """An error in a query is shown with its place."""
    try:
        yield
    except QueryError as error:
        error.query = error.query or query
        raise


# The standard streams ----------------------------------------------------------------------------------------------


class OutputError(FeedreaderError):
    """Standard output cannot be written. `is_closed`: whoever read it has gone, and wants no more."""

    title = "Not written"
    is_closed = False


def prepare_streams() -> None:
    """Standard streams that are closed, or cannot show every character, are no reason to fail.

    In place of a closed one something is opened, so that no other file takes its number: input is empty, messages are
    dropped, and to put something out is an error like that of a full disk.
    """
    for name in ("stdin", "stdout", "stderr"):  # in this order: what is opened takes the lowest number that is free
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w" if name == "stderr" else "r"))  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def finish_output() -> None:
    """Hand on what was put; of the output, that is. Raises OutputError."""
    with _writing():
        sys.stdout.flush()


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except OSError as failure:
        _discard(sys.stdout)
        error = OutputError(f"Standard output cannot be written: {os_reason(failure)}.")
        error.is_closed = isinstance(failure, BrokenPipeError)
        raise error from failure


def _discard(stream: TextIO) -> None:
    """From now on what is written there goes nowhere."""
    with suppress(OSError, ValueError):  # a stream that is no file has no number
        number = stream.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, number)
        os.close(nowhere)


def say(message: str) -> None:
    """A message, on standard error. What it quotes (names of files, say) can't steer the terminal."""
    _write_error(f"{_safe(message)}\n")


def _write_error(text: str) -> None:
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:  # there is nobody left to be told
        _discard(sys.stderr)


class Reports(Generic[T]):
    """Puts out results as they come. An output that fails does not stop the work; `finish` raises the error."""

    def __init__(self, put: Callable[[T], None]) -> None:
        self._put = put
        self._error: OutputError | None = None

    def __call__(self, result: T) -> None:
        try:
            self._put(result)
        except OutputError as error:
            self._error = self._error or error

    def finish(self) -> None:
        if self._error:
            raise self._error


def put(line: str) -> None:
    """A line of data, on standard output. Raises OutputError, as the others do."""
    put_text(f"{_safe(line)}\n")


def put_text(text: str) -> None:
    """Data on standard output, as it is."""
    with _writing():
        sys.stdout.write(text)


def put_document(pieces: Iterable[str]) -> None:
    """A file's text on standard output: in UTF-8, whatever the terminal's encoding."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    for piece in pieces:
        put_text(piece)


def put_json(values: dict[str, object]) -> None:
    import json

    put_json_text(hide_passwords(json.dumps(values, ensure_ascii=False)))
    finish_output()


def put_json_text(line: str) -> None:
    """A line of JSON: what could steer a terminal, or is not in its character set, is escaped."""
    plain = "utf" not in (getattr(sys.stdout, "encoding", None) or "utf-8").lower()
    if not line.isprintable() or (plain and not line.isascii()):
        line = "".join(
            char if char.isascii() or (char.isprintable() and not plain) else _escaped(char) for char in line
        )
    put_text(f"{line}\n".replace("\x7f", "\\u007f"))


def _escaped(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def _safe(text: str) -> str:
    return "\n".join(map(display.safe, hide_passwords(text).split("\n")))


def pointed_at(text: str, place: int, width: int = 76) -> str:
    """The text, and under it a caret at a place in it; of a long text, what is around the place."""
    line = "".join(char if char.isprintable() else " " for char in text)
    start = max(0, min(place - width // 2, len(line) - width))
    before, after = "…" if start else "", "…" if start + width < len(line) else ""
    return f"  {before}{line[start : start + width]}{after}\n  {' ' * (len(before) + cells(line[start:place]))}^"


def cells(text: str) -> int:
    """How many columns of a terminal a text takes."""
    from unicodedata import combining, east_asian_width

    if text.isascii():
        return len(text)
    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)


def say_fault(fault: Fault) -> None:
    """What is wrong in a file, and under it the place in a query, where it is in one."""
    say(f"feedreader: {fault}")
    if fault.query:
        say(pointed_at(fault.query, fault.position))


class _HasFaults(Protocol):
    @property
    def faults(self) -> Iterable[Fault]: ...


Read = TypeVar("Read", bound=_HasFaults)


def with_faults(read: Callable[[], Read]) -> Read | None:
    """What comes of reading a file that people write, its faults reported; None if it cannot be read."""
    try:
        done = read()
    except ConfigError as error:
        say(f"feedreader: {error}")
        return None
    for fault in done.faults:
        say_fault(fault)
    return done


def progress_line(text: str, done: bool) -> None:
    """How far something is: one line of standard error, if that is a terminal that can do so, written over, and wiped
    when done."""
    if sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb":
        _write_error("\r\x1b[K" if done else f"\r\x1b[K{_safe(text)}")


def exit_code(failed: int, total: int) -> int:
    """Of a command that did several things, some of which failed."""
    return DONE if not failed else FAILED if failed == total else SOME_FAILED


def count(text: str) -> int:
    """An argument that is a number from 0 on. Raises ValueError."""
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number
