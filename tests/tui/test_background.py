"""The terminal is asked for its background; whatever it answers, and however, is never taken for keys."""

from __future__ import annotations

import os
import select
import threading
import time
from contextlib import closing

import pytest
from textual import constants, events
from textual.color import Color
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from feedreader.library import Library
from feedreader.tui import session, terminal
from feedreader.tui.terminal import QUESTION, AnswerParser, BackgroundReported, ReaderDriver, parse_color
from feedreader.tui.themes import Terminal as Known
from tests.tui.test_terminal import Terminal

LIGHT_GROUND, DARK_GROUND = "faf6ef", "1b1918"
ANSWERS = ["rgb:fafa/f6f6/efef", "rgb:fa/f6/ef", "rgba:fafa/f6f6/efef/ffff", "#faf6ef", "rgb:f/f/e", "#ffe"]


class Clock:
    """The parser's time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(terminal, "monotonic", lambda: self.now)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def told(messages: list[Message]) -> tuple[list[str], list[tuple[int, int, int]]]:
    """The keys, and the backgrounds."""
    keys = [message.key for message in messages if isinstance(message, events.Key)]
    return keys, [message.color.rgb for message in messages if isinstance(message, BackgroundReported)]


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("end", ["\x07", "\x1b\\"])
def test_an_answer_in_pieces_is_no_key(clock: Clock, answer: str, end: str) -> None:
    data = f"\x1b]11;{answer}{end}"
    for cut in range(len(data) + 1):
        parser = AnswerParser()
        got = list(parser.feed("j"))
        for piece in filter(None, (data[:cut], data[cut:])):
            got += parser.feed(piece)
            clock.now += 0.3
            got += parser.tick()
        got += parser.feed("k")
        keys, backgrounds = told(got)
        assert keys == ["j", "k"], cut
        assert len(backgrounds) == 1 and min(backgrounds[0]) > 200


def test_an_answer_comes_a_character_at_a_time(clock: Clock) -> None:
    parser, got = AnswerParser(), []
    for character in "\x1b]11;rgb:1111/2222/3333\x1b\\":
        got += [*parser.feed(character), *parser.tick()]
        clock.now += 0.2
    assert told(got) == ([], [(0x11, 0x22, 0x33)])


def test_what_is_typed_around_an_answer_is_typed() -> None:
    typed = "x\x1b]11;rgb:0/0/0\x07\x1b[Ay\x1b]4;1;rgb:0/0/0\x07z\x1b]11;nonsense\x1b\\s\x1b[200~pasted\x1b[201~"
    got = list(AnswerParser().feed(typed))
    assert told(got) == (["x", "up", "y", "z", "s"], [(0, 0, 0)])
    assert [message.text for message in got if isinstance(message, events.Paste)] == ["pasted"]


@pytest.mark.parametrize("after", [0.0, 100.0])
def test_escape_is_still_a_key(clock: Clock, after: float) -> None:
    parser = AnswerParser()
    clock.now += after
    got = list(parser.feed("\x1b"))
    clock.now += terminal.ESCAPE_SECONDS + 0.01 if not after else constants.ESCAPE_DELAY + 0.01
    got += parser.tick()
    got += parser.feed("j")
    assert told(got)[0] == ["escape", "j"]


def test_escape_and_another_key_soon_after_are_two(clock: Clock) -> None:
    parser = AnswerParser()
    got = list(parser.feed("\x1b"))
    clock.now += constants.ESCAPE_DELAY + 0.05
    got += parser.feed("j")
    assert told(got)[0] == ["escape", "j"]


def test_an_answer_that_breaks_off_swallows_no_key(clock: Clock) -> None:
    parser = AnswerParser()
    got = list(parser.feed("\x1b]11;rgb:1234/"))
    got += parser.feed("\x1b[B")
    got += parser.feed("\x1b]11;rgb:12")
    clock.now += terminal.ANSWER_SECONDS + 0.1
    got += parser.tick()
    got += parser.feed("3k")
    assert told(got)[0][-2:] == ["3", "k"]


def test_nonsense_for_an_answer_is_no_key() -> None:
    for nonsense in ("what?ever is this", "rgb:zz/??/qq", "", "\u00e9 \u2713"):
        for end in ("\x07", "\x1b\\"):
            assert told(list(AnswerParser().feed(f"j\x1b]11;{nonsense}{end}k"))) == (["j", "k"], [])


def test_what_is_typed_after_an_answer_that_breaks_off_is_soon_typed(clock: Clock) -> None:
    parser = AnswerParser()
    got = list(parser.feed("\x1b]11;rgb:12"))
    for _ in range(20):
        clock.now += 0.4
        got += [*parser.tick(), *parser.feed("j")]
    assert len(told(got)[0]) > 20 - terminal.ANSWER_SECONDS / 0.4 - 1


def test_only_colors_are_colors() -> None:
    assert parse_color("rgb:f/8/0") == Color(255, 136, 0)
    assert parse_color("rgb:fff/800/000") == Color(255, 128, 0)
    assert parse_color("#ffff80800000") == Color(255, 128, 0)
    for text in ("", "?", "rgb:", "rgb:1/2", "rgb:12345/0/0", "rgb:g/0/0", "#12", "#1234", "#0123456789abc", "red"):
        assert parse_color(text) is None, text


@pytest.mark.parametrize(
    ("environ", "few", "light"),
    [
        ({"TERM": "xterm"}, True, False),
        ({"TERM": "linux"}, True, False),
        ({"TERM": "vt220"}, True, False),
        ({"TERM": "screen"}, True, False),
        ({"TERM": "xterm-256color"}, False, False),
        ({"TERM": "screen-256color", "COLORFGBG": "15;0"}, False, False),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, False, False),
        ({"TERM": "xterm-256color", "COLORFGBG": "0;default;15"}, False, True),
        ({"TERM": "xterm", "COLORFGBG": "0;7"}, True, True),
        ({"TERM": "xterm-256color", "COLORFGBG": "12;8"}, False, False),
        ({"TERM": "xterm-256color", "COLORFGBG": "nonsense"}, False, False),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, True, False),
    ],
)
def test_what_the_environment_says(environ: dict[str, str], few: bool, light: bool) -> None:
    known = Known.of(environ)
    assert (known.few_colors, known.light) == (few, light)
    assert known.answers == (environ["TERM"] not in ("linux", "vt220"))


def test_the_theme_follows_the_terminal_or_the_person() -> None:
    assert Known().theme(None) == "feedreader-dark"
    assert Known(light=True).theme(None) == "feedreader-light"
    assert Known(light=True).theme("nord") == "nord"
    assert Known(few_colors=True).theme("nord") == "ansi-dark"
    assert Known(few_colors=True, light=True).theme("nord") == "ansi-dark"
    assert Known(few_colors=True).theme("solarized-light") == "ansi-light"
    assert Known(few_colors=True, light=True).theme(None) == "ansi-light"


def test_leaving_at_once_the_answer_is_waited_for_but_not_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    left, start = list[float](), 0.0
    monkeypatch.setattr(LinuxDriver, "process_message", lambda self, message: None)
    monkeypatch.setattr(LinuxDriver, "disable_input", lambda self: left.append(time.monotonic() - start))
    driver = ReaderDriver.__new__(ReaderDriver)
    for answered, due in ((0.1, 5.0), (None, 0.2), (0.0, 0.0)):
        start = time.monotonic()
        driver._answer_due = start + due
        if answered:
            threading.Timer(answered, driver.process_message, [BackgroundReported(Color(0, 0, 0))]).start()
        driver.disable_input()
    assert 0.1 <= left[0] < 4.0 and left[1] >= 0.2 and left[2] < 0.1


# In a real terminal ----------------------------------------------------------------------------------------------


def ground(opened: Terminal) -> str:
    """The background of an empty place in the abstract."""
    return str(opened.screen.buffer[opened.screen.lines - 5][opened.screen.columns - 2].bg)


@pytest.mark.parametrize("pieces", [1, 5, 25])
def test_a_late_answer_switches_the_theme_and_is_no_key(papers: Library, pieces: int) -> None:
    with closing(Terminal(papers.path, 100, 30, {})) as opened:
        opened.shows("Alpha networks for everybody")
        assert QUESTION.encode() in opened.raw
        opened.until(lambda _: ground(opened) == DARK_GROUND, "the dark theme: nothing was waited for")
        while opened.pump(0.3) and select.select([opened._fd], [], [], 0)[0]:
            pass
        before = opened.text
        answer = b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\"
        size = -(-len(answer) // pieces)
        for start in range(0, len(answer), size):
            os.write(opened._fd, answer[start : start + size])
            opened.pump(0.01)
            time.sleep(0.15 if pieces == 5 else 0.01)
        opened.until(lambda _: ground(opened) == LIGHT_GROUND, "the light theme")
        assert opened.text == before, "no key was pressed"
        opened.press("q")
        assert opened.wait() == 0
    assert papers.state(session.THEME) is None, "what the terminal says is not remembered"


def test_a_theme_that_was_chosen_is_not_asked_for(papers: Library) -> None:
    papers.set_state(session.THEME, "nord")
    with closing(Terminal(papers.path, 100, 30, {})) as opened:
        opened.shows("Alpha networks for everybody")
        assert QUESTION.encode() not in opened.raw
        os.write(opened._fd, b"\x1b]11;#ffffff\x07")
        opened.press("j")
        opened.pump(0.3)
        opened.until(lambda _: ground(opened) == "2e3440", "nord")


@pytest.mark.parametrize("env", [{"TERM": "xterm"}, {"TERM": "linux"}, {"TERM": "screen"}, {"NO_COLOR": "1"}])
def test_few_colors_are_the_terminals_own(papers: Library, env: dict[str, str]) -> None:
    papers.set_state(session.THEME, "nord")
    with closing(Terminal(papers.path, 100, 30, {"COLORTERM": "", **env})) as opened:
        opened.shows("Alpha networks for everybody")
        assert b"8;2;" not in opened.raw and b"8;5;" not in opened.raw
        assert ground(opened) == "default"
        opened.shows("▌")
        cursor = next(row for row in range(30) if opened.screen.buffer[row][0].data == "▌")
        opened.until(lambda _: opened.screen.buffer[cursor][5].data != " ", "its row")
        cell = opened.screen.buffer[cursor][5]
        assert cell.reverse and not cell.bold and (cell.fg, cell.bg) == ("default", "default")
        opened.press("q")
        assert opened.wait() == 0
    assert papers.state(session.THEME) == "nord", "it is there again in another terminal"
