"""Lines to the terminal (or a pipe) and from it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable

from feedreader.cli.terminal import OutputError, cells, finish_output, pointed_at, put, put_text, say
from feedreader.errors import FeedreaderError, QueryError
from feedreader.text.display import wrap

PROMPT = "> "
_NARROWEST = 20  # columns


class UsageError(FeedreaderError):
    """A line that is not a command, or lacks something."""


class Lines:
    """Standard input and output. `is_over`: there is no more input."""

    def __init__(self) -> None:
        for stream in (sys.stdin, sys.stdout):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")
        self.is_over = False
        self._is_interactive = sys.stdin.isatty()
        self._number = 0

    @property
    def width(self) -> int:
        """Columns of the terminal; $COLUMNS goes before it, and where there is none, there are 80."""
        return max(_NARROWEST, shutil.get_terminal_size().columns)

    def put(self, text: str, start: str = "") -> None:
        """Put a text behind a start, wrapped; its other lines begin below the text. Raises OutputError."""
        for line in wrap(text, self.width - len(start), cells) or [""]:
            put(start + line)
            start = " " * len(start)

    def read(self) -> str:
        """The next line; empty at the end of the input. A library of line editing would write escape sequences."""
        if self._is_interactive:
            put_text(PROMPT)
        finish_output()
        try:
            line = sys.stdin.readline()
        except KeyboardInterrupt:
            put("")
            raise
        self._number += 1
        self.is_over = not line
        if self.is_over and self._is_interactive:
            put("")
        return line.strip()

    def ask(self, question: str) -> bool:
        """Whether the next line says yes."""
        self.put(f"{question} (yes or no)")
        if self.read().lower() in ("y", "yes"):
            return True
        self.put("Nothing changed.")
        return False

    def attempt(self, do: Callable[[], object]) -> None:
        """Do something. An error is said, with the number of the line if nobody types it. Raises OutputError."""
        try:
            do()
        except OutputError:
            raise
        except FeedreaderError as error:
            finish_output()
            where = "" if self._is_interactive or not self._number else f"line {self._number}: "
            say(f"{where}{error}")
            if isinstance(error, QueryError) and error.query:
                say(pointed_at(error.query, error.position))
