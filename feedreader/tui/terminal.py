"""The terminal asked for its background, without waiting; and its answer kept from being taken for keys."""

from __future__ import annotations

import errno
import os
import re
import signal
import sys
import termios
from collections.abc import Iterable, Iterator
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from textual import constants
from textual._xterm_parser import XTermParser
from textual.color import Color
from textual.drivers import linux_driver
from textual.message import Message

if TYPE_CHECKING:
    from textual.app import App

QUESTION = "\x1b]11;?\x1b\\"
QUIT_SECONDS = 0.5  # after the question: a reader that is left sooner waits for the answer, or the shell would get it
ANSWER_SECONDS = 5.0  # from an answer's first character to its last
PIECE_SECONDS = 1.0  # from one piece of it to the next
START_SECONDS = 3.0  # while an answer is likely
GONE_SECONDS = 1.0  # between two looks at a terminal that is gone
ESCAPE_SECONDS = 0.5  # how long an escape may be the first character of an answer then

_ESCAPE = "\x1b"
_COLOR = r"[^\x00-\x1f\x7f-\x9f]{0,200}"  # or nonsense
_ANSWER = re.compile(rf"\x1b\](\d+);({_COLOR})(?:\x07|\x1b\\|\x9c)")
_BEGUN = re.compile(rf"\x1b(?:\](?:\d+(?:;{_COLOR}\x1b?)?)?)?\Z")
_RGB = re.compile(r"rgba?:" + "/".join([r"([0-9a-f]{1,4})"] * 3) + r"(?:/[0-9a-f]{1,4})?\Z", re.IGNORECASE)
_HASH = re.compile(r"#(?:[0-9a-f]{3}){1,4}\Z", re.IGNORECASE)


def is_gone() -> bool:
    """Whether what was typed on was closed. Nothing else tells so, unless it was the terminal of this session."""
    try:
        termios.tcgetattr(sys.__stdin__ or 0)
    except (OSError, termios.error) as error:
        return bool(error.args) and error.args[0] in (errno.EIO, errno.ENXIO)
    return False


class BackgroundReported(Message):
    """The terminal said what its background is."""

    def __init__(self, color: Color) -> None:
        super().__init__()
        self.color = color


def parse_color(text: str) -> Color | None:
    """A colour as X11 writes it, if it is one: `rgb:1e/1e/1e`, `rgba:…`, `#1e1e1e`; one to four digits a part."""
    if match := _RGB.match(text):
        parts = match.groups()
    elif _HASH.match(text):
        size = len(text) // 3
        parts = tuple(text[start : start + size] for start in range(1, len(text), size))
    else:
        return None
    return Color(*(round(int(part, 16) * 255 / (16 ** len(part) - 1)) for part in parts))


class AnswerParser(XTermParser):
    """Takes a terminal's answers out of what is typed, however they are cut into pieces."""

    def __init__(self, debug: bool = False) -> None:
        self._begun = ""
        self._since = self._latest = 0.0  # when that came, and the latest piece of it
        self._start = monotonic()
        super().__init__(debug)

    def feed(self, data: str) -> Iterable[Message]:
        if not data or not (self._begun or _ESCAPE in data):
            yield from super().feed(data)
            return
        if self._begun == _ESCAPE and data[0] != "]" and monotonic() - self._since > constants.ESCAPE_DELAY:
            yield from self._escape()
        goes_on, data, self._begun = bool(self._begun), self._begun + data, ""
        at = 0
        for answer in _ANSWER.finditer(data):
            yield from self._typed(data[at : answer.start()])
            at = answer.end()
            if answer[1] == "11" and (color := parse_color(answer[2])) is not None:
                yield BackgroundReported(color)
        begun = _BEGUN.search(data, at)
        yield from self._typed(data[at : begun.start() if begun else len(data)])
        if begun:
            self._begun, self._latest = begun[0], monotonic()
            if not goes_on or begun.start():
                self._since = self._latest

    def tick(self) -> Iterable[Message]:
        yield from super().tick()
        if is_gone():
            os.kill(os.getpid(), signal.SIGHUP)
            sleep(GONE_SECONDS)
        now = monotonic()
        passed = now - self._since
        if self._begun == _ESCAPE:
            starting = self._since - self._start < START_SECONDS
            if passed > (ESCAPE_SECONDS if starting else constants.ESCAPE_DELAY):
                yield from self._escape()
        elif self._begun and (passed > ANSWER_SECONDS or now - self._latest > PIECE_SECONDS):
            self._begun = ""

    def _typed(self, data: str) -> Iterator[Message]:
        if data:
            yield from super().feed(data)

    def _escape(self) -> Iterator[Message]:
        """The key: nothing belongs to it."""
        self._begun = ""
        yield from super().feed(_ESCAPE)
        self._timeout_time = 0.0
        yield from super().tick()


class ReaderDriver(linux_driver.LinuxDriver):
    """Textual's driver, with a question to the terminal if the App has one."""

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self._answer_due = 0.0
        setattr(linux_driver, "XTermParser", AnswerParser)  # noqa: B010 - the driver makes its parser by this name

    def start_application_mode(self) -> None:
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self._writer_thread is not None and getattr(self._app, "asks_terminal", False):
            self.write(QUESTION)
            self.flush()
            self._answer_due = monotonic() + QUIT_SECONDS

    def process_message(self, message: Message) -> None:
        if isinstance(message, BackgroundReported):
            self._answer_due = 0.0
        super().process_message(message)

    def disable_input(self) -> None:
        while monotonic() < self._answer_due:
            sleep(0.01)
        super().disable_input()


def has_terminal() -> bool:
    """Whether there is a terminal that can be put back in order; it may have been closed."""
    import termios

    try:
        termios.tcgetattr(sys.__stderr__ or 2)
    except (OSError, termios.error):
        return False
    return True
