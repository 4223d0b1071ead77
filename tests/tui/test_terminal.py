"""The reader in a real terminal: a pseudo-terminal, and pyte to see what is on it."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import sqlite3
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pyte
import pytest

from feedreader.library import Library

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import fcntl, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from datetime import UTC, datetime, date
from pathlib import Path
from feedreader.library import Library
from feedreader.tui.run import run
library = Library.open(Path(sys.argv[1]), now=lambda: datetime.now(UTC))
code = run(library, today=lambda: date(2019, 5, 23))
library.close()
sys.exit(code)
"""
PATIENCE = 30.0


class Terminal:
    """A terminal with the reader in it."""

    def __init__(self, library: Path, columns: int, rows: int, env: dict[str, str], program: str = PROGRAM) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self._fd, inner = pty.openpty()
        self.resize(columns, rows, signal_it=False)
        given = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "LINES")}
        given |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONPATH": str(ROOT), **env}
        self.program = subprocess.Popen(
            [sys.executable, "-c", program, str(library)],
            stdin=inner,
            stdout=inner,
            stderr=inner,
            env=given,
            start_new_session=True,
        )
        os.close(inner)

    def resize(self, columns: int, rows: int, *, signal_it: bool = True) -> None:
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen.resize(rows, columns)
        if signal_it:
            self.program.send_signal(signal.SIGWINCH)

    def press(self, keys: str) -> None:
        os.write(self._fd, keys.encode())

    def pump(self, seconds: float = 0.02) -> bool:
        """Take in what the program wrote; False when it has ended."""
        if not select.select([self._fd], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self._fd, 1 << 16)
        except OSError:
            return False
        self.raw += data
        self._stream.feed(data.replace(b"\x1b[>13u", b"").replace(b"\x1b[<u", b""))  # kitty's keys: not known to pyte
        return bool(data)

    def until(self, condition: Callable[[str], bool], what: str) -> str:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            text = self.text
            if condition(text):
                return text
            self.pump()
        raise AssertionError(f"not seen: {what}\n{self.text}")

    def rest(self) -> None:
        """Until nothing has come for a moment."""
        size = -1
        while size != len(self.raw):
            size = len(self.raw)
            self.pump(0.5)

    def shows(self, text: str) -> str:
        return self.until(lambda seen: text in seen, text)

    @property
    def text(self) -> str:
        lines = ([self.screen.buffer[y][x].data for x in range(self.screen.columns)] for y in range(self.screen.lines))
        return "\n".join("".join(line).rstrip() for line in lines)

    def wait(self) -> int:
        """The exit code, once the program has ended."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self.program.poll() is not None:
                while select.select([self._fd], [], [], 0.05)[0] and self.pump():
                    pass
                return self.program.returncode
            self.pump()
        raise AssertionError("the program does not end")

    def hang_up(self) -> int:
        """Close the terminal under the program; its exit code."""
        os.close(self._fd)
        self._fd = -1
        return self.program.wait(PATIENCE)

    def close(self) -> None:
        if self.program.poll() is None:
            self.program.kill()
            self.program.wait()
        if self._fd >= 0:
            os.close(self._fd)


@contextmanager
def terminal(
    library: Path, columns: int = 120, rows: int = 40, *, program: str = PROGRAM, **env: str
) -> Iterator[Terminal]:
    opened = Terminal(library, columns, rows, env, program)
    try:
        yield opened
    finally:
        opened.close()


@pytest.fixture
def path(papers: Library) -> Path:
    """The file of the small library."""
    return papers.path


def counts(path: Path) -> tuple[int, int, int]:
    library = Library.open(path, now=lambda: datetime.now(UTC))
    try:
        return library.papers.counts()
    finally:
        library.close()


def test_it_starts_reads_and_quits(path: Path) -> None:
    with terminal(path) as reader:
        reader.shows("Alpha networks for everybody")
        reader.press("jj")
        reader.shows("𝒪(n²) by Fréchet")
        reader.press("m")
        reader.shows("38 unread")
        reader.press("q")
        assert reader.wait() == 0
        assert b"\x1b[?1049l" in reader.raw, "the terminal is put back in order"
    assert counts(path) == (39, 38, 0)


def test_nothing_hostile_reaches_the_terminal(path: Path) -> None:
    with terminal(path) as reader:
        reader.shows("[MASK] [/]")
        reader.press("j")
        reader.shows("[b]Bold[/b] Author")
        assert b"\x1b[31mred" not in reader.raw
        assert "\u202e".encode() not in reader.raw


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (250, 80)])
def test_it_follows_the_size_of_the_terminal(path: Path, size: tuple[int, int]) -> None:
    with terminal(path, 100, 30) as reader:
        reader.shows("Alpha networks for everybody")
        reader.resize(*size)
        reader.until(lambda text: "? help" in text.splitlines()[-1], "the hints on the last line")
        reader.until(lambda text: text.splitlines()[0].rstrip().endswith("39 unread"), "the counts at the right edge")
        text = reader.shows("Ada Lovelace, Charles Babbage")
        stacked = "Ada Lovelace, Charles" not in "".join(line[: size[0] // 2] for line in text.splitlines())
        assert stacked is (size[0] >= 100)


def test_a_mark_that_is_seen_survives_a_kill(path: Path) -> None:
    with terminal(path) as reader:
        reader.shows("Alpha networks for everybody")
        for number in range(1, 9):
            reader.press("ms"[number % 2] + "j")
            reader.until(lambda text, n=number: f"{39 - n // 2} unread · {(n + 1) // 2} kept" in text, f"mark {number}")  # type: ignore[misc]
        reader.program.kill()
        reader.wait()
    assert counts(path) == (39, 35, 4)


@pytest.mark.parametrize("program", [PROGRAM, PROGRAM.replace("fcntl.ioctl", "# fcntl.ioctl")])
def test_closing_the_terminal_keeps_the_place(path: Path, program: str) -> None:
    """Also where no signal says so: it is not the terminal that controls the session."""
    with terminal(path, program=program) as reader:
        reader.shows("Alpha networks for everybody")
        reader.press("G")
        reader.shows("About Undated 3.")
        assert reader.hang_up() == 128 + signal.SIGHUP
    with terminal(path) as reader:
        reader.shows("About Undated 3.")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_request_to_end_is_followed(path: Path, number: signal.Signals) -> None:
    with terminal(path) as reader:
        reader.shows("Alpha networks for everybody")
        reader.press("j")
        reader.shows("[b]Bold[/b]")
        reader.program.send_signal(number)
        assert reader.wait() == 128 + number
        assert b"\x1b[?1049l" in reader.raw
    with terminal(path) as reader:
        reader.shows("[b]Bold[/b]")


@contextmanager
def waiting(path: Path) -> Iterator[Terminal]:
    """A reader whose marks wait for another program."""
    with terminal(path) as reader, closing(sqlite3.connect(path, isolation_level=None)) as other:
        reader.shows("Alpha networks for everybody")
        other.execute("BEGIN IMMEDIATE")
        reader.press("sjs")
        reader.shows("Another program is using")
        yield reader


def test_another_programs_lock_does_not_keep_the_reader_from_ending(path: Path) -> None:
    with waiting(path) as reader:
        start = time.monotonic()
        reader.press("q")
        assert reader.wait() == 1 and time.monotonic() - start < 15
        assert b"is in use by another program" in reader.raw.split(b"\x1b[?1049l")[-1]
    assert counts(path) == (39, 39, 0)


def test_nor_when_the_terminal_is_gone(path: Path) -> None:
    """The reader is told so again and again, while it waits for the other program."""
    with waiting(path) as reader:
        start = time.monotonic()
        assert reader.hang_up() == 128 + signal.SIGHUP and time.monotonic() - start < 15


def test_two_readers_see_each_other(path: Path) -> None:
    with terminal(path) as one, terminal(path) as other:
        one.shows("Alpha networks for everybody")
        other.shows("Alpha networks for everybody")
        one.press("s")
        one.shows("1 kept")
        other.press("jm")
        other.shows("38 unread · 1 kept")
        one.shows("38 unread · 1 kept")
    assert counts(path) == (39, 38, 1)


@pytest.mark.parametrize(("no_color", "colours"), [("", True), ("1", False)])
def test_no_color_counts_only_when_it_says_something(path: Path, no_color: str, colours: bool) -> None:
    with terminal(path, NO_COLOR=no_color) as reader:
        reader.shows("Alpha networks for everybody")
        found = {cell.fg for line in reader.screen.buffer.values() for cell in line.values()}
        coloured = {c for c in found if len(c) == 6 and len({c[0:2], c[2:4], c[4:6]}) > 1}
        assert bool(coloured) is colours


@pytest.mark.parametrize("kind", ["dumb", ""])
def test_without_a_capable_terminal_it_says_so(path: Path, kind: str) -> None:
    with terminal(path, TERM=kind) as reader:
        assert reader.wait() == 2
        assert b"needs a terminal" in reader.raw


@pytest.mark.parametrize(
    ("keys", "seen"),
    [
        ("/xq Alpha", "/ xq Alpha"),
        ("bquant", "quant"),
        ("acs.LG", "cs.LG"),
        ("@2019-05-06\r", "Number 1 of a long day"),
        ("/qй Aд", "/ qй Aд"),
        ("wйq", "йq"),
        ("iq/ю", "q/ю"),
        (":quit", "quit"),
        ("M2xq", "xq"),
    ],
)
def test_keys_that_come_at_once_are_typed_into_what_the_first_of_them_opens(path: Path, keys: str, seen: str) -> None:
    with terminal(path) as reader:
        reader.shows("Alpha networks for everybody")
        reader.shows("? help")
        reader.press(keys)
        reader.shows(seen)
        assert reader.program.poll() is None
    assert counts(path) == (39, 39, 0), "none of them did anything else"
