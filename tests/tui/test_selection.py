"""Text selected with the mouse: what is selected, how it looks, and what is copied."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.geometry import Offset
from textual.selection import Selection

from feedreader.library import Library
from feedreader.tui.widgets.lines import Lines
from feedreader.tui.widgets.selection import Selectable
from tests.tui.conftest import Reader, reading
from tests.tui.test_terminal import PROGRAM, Terminal, terminal
from tests.tui.test_themes import contrast

FAR: dict[str, Any] = {
    "SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22",
    "TMUX": "",
    "STY": "",
    "DISPLAY": "",
    "WAYLAND_DISPLAY": "",
}


@pytest.fixture
def path(papers: Library) -> Path:
    return papers.path


# In a real terminal --------------------------------------------------------------------------------------------


def mouse(reader: Terminal, what: str, x: int, y: int) -> None:
    """A button goes "down", moves ("drag") or "up" over a cell, counted from 0."""
    button, end = {"down": (0, "M"), "drag": (32, "M"), "up": (0, "m")}[what]
    reader.press(f"\x1b[<{button};{x + 1};{y + 1}{end}")


def drag(reader: Terminal, start: tuple[int, int], end: tuple[int, int]) -> None:
    mouse(reader, "down", *start)
    mouse(reader, "drag", end[0] - 1, end[1])
    mouse(reader, "drag", *end)
    mouse(reader, "up", *end)


def place(reader: Terminal, words: str) -> tuple[int, int]:
    """Where words stand in the abstract."""
    for y, line in enumerate(reader.shows(words).splitlines()):
        if (x := line.find(words, max(0, line.find("│")))) >= 0:
            return x, y
    raise AssertionError(f"not there: {words}\n{reader.text}")


def clipboard(reader: Terminal) -> str:
    """What the terminal was last asked to copy."""
    asked = re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)", reader.raw)
    return b64decode(asked[-1]).decode() if asked else ""


def test_the_first_drag_selects_what_it_is_over_seen_and_copied(path: Path) -> None:
    with terminal(path, **FAR) as reader:
        reader.shows("Alpha networks for everybody")
        x, y = place(reader, "About Alpha")
        drag(reader, (x + 6, y), (x + 10, y + 1))  # with no motion of the mouse before
        reader.shows("ctrl+c copies the selection")
        cells = [reader.screen.buffer[y][column] for column in range(x, x + 20)]
        before, after = cells[:6], cells[6:]
        assert len({cell.bg for cell in before}) == len({cell.bg for cell in after}) == 1
        assert before[0].bg != after[0].bg, "it is seen"
        assert all(cell.fg != cell.bg for cell in after), "and read"
        reader.press("\x03")
        reader.shows("Copied “Alpha networks for")
        lines = reader.text.splitlines()
        selected = lines[y][x + 6 :].rstrip() + " " + lines[y + 1][x : x + 11]
        assert clipboard(reader) == selected
        assert f"({len(selected)} characters) through the terminal" in reader.text


def test_a_drag_that_leaves_the_pane_goes_on_to_its_end(path: Path) -> None:
    with terminal(path, **FAR) as reader:
        reader.shows("Alpha networks for everybody")
        x, y = place(reader, "Ada Lovelace, Charles")
        drag(reader, (x, y), (x + 3, 39))
        reader.press("\x03")
        reader.shows("Copied “Ada Lovelace, Charles")
        assert clipboard(reader).startswith("Ada Lovelace, Charles Babbage\n")
        assert clipboard(reader).endswith("About Alpha networks for everybody.") and "│" not in clipboard(reader)


def test_the_wheel_turns_while_a_button_is_down(path: Path) -> None:
    with terminal(path, 80, 24, **FAR) as reader:
        reader.shows("Alpha networks for everybody")
        reader.press("]")
        x, y = place(reader, "A very long abstract")
        mouse(reader, "down", x, y)
        mouse(reader, "drag", x + 1, y)
        reader.press("\x1b[<65;10;16M" * 4)  # the wheel, down
        reader.until(lambda text: "Too long." not in text, "it is scrolled")
        mouse(reader, "drag", x + 30, y)
        mouse(reader, "up", x + 30, y)
        reader.shows("ctrl+c copies")
        reader.press("\x03")
        reader.shows("Copied “A very long abstract")
        assert clipboard(reader).count("A very long abstract goes on and on, and says nothing") > 5
        assert "\n" not in clipboard(reader)


def test_a_drag_past_the_end_of_what_is_seen_scrolls(path: Path) -> None:
    with terminal(path, 80, 24, **FAR) as reader:
        reader.shows("Alpha networks for everybody")
        reader.press("]")
        x, y = place(reader, "A very long abstract")
        mouse(reader, "down", x, y)
        for step in range(8):
            mouse(reader, "drag", 10 + step, 23)
        mouse(reader, "up", 17, 23)
        reader.shows("ctrl+c copies")
        assert "Long reading" not in reader.text.splitlines()[12], "it is scrolled"
        reader.press("\x03")
        reader.shows("Copied “A very long abstract")
        assert len(clipboard(reader)) > 78 * 9


def test_a_click_leads_into_an_abstract_under_the_list_when_nothing_is_selected(path: Path) -> None:
    with terminal(path, 80, 24, **FAR) as reader:
        x, y = place(reader, "About Alpha")
        drag(reader, (x, y), (x + 11, y))
        reader.shows("ctrl+c copies")
        assert place(reader, "About Alpha") == (x, y), "the text stays under the mouse"
        mouse(reader, "down", x, y)
        mouse(reader, "up", x, y)
        reader.shows("esc list")


def test_two_clicks_select_a_word_and_three_a_paragraph(path: Path) -> None:
    with terminal(path, **FAR) as reader:
        reader.shows("Alpha networks for everybody")
        x, y = place(reader, "About Alpha")
        for clicks, copied in ((2, "networks"), (3, " ".join(["About Alpha networks for everybody."] * 8))):
            for _ in range(clicks):
                mouse(reader, "down", x + 14, y)
                mouse(reader, "up", x + 14, y)
            reader.shows("ctrl+c copies")
            reader.press("\x03")
            reader.shows(f"({len(copied):,} characters)")
            assert clipboard(reader) == copied
            reader.press("J")  # the message goes, and so does the selection
            reader.until(lambda text: "characters" not in text, "the message is gone")
            reader.press("K")
            reader.shows("About Alpha")


def test_without_a_selection_ctrl_c_says_how_to_quit(path: Path) -> None:
    with terminal(path, **FAR) as reader:
        reader.shows("Alpha networks for everybody")
        reader.press("\x03")
        reader.shows("ctrl+q to quit")
        assert clipboard(reader) == ""


@pytest.mark.parametrize("more", [{"NO_COLOR": "1"}, {"TERM": "xterm", "COLORTERM": ""}])
def test_with_few_colours_it_is_seen_too(path: Path, more: dict[str, Any]) -> None:
    with terminal(path, **FAR, **more) as reader:
        reader.shows("Alpha networks for everybody")
        x, y = place(reader, "About Alpha")
        drag(reader, (x + 6, y), (x + 16, y))
        reader.shows("ctrl+c copies")
        cells = [reader.screen.buffer[y][column] for column in range(x, x + 10)]
        looks = [(cell.fg, cell.bg, cell.reverse) for cell in cells]
        assert looks[0] != looks[-1] and (cells[-1].reverse or cells[-1].fg != cells[-1].bg)


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[list[str]]:
    """A tmux of our own, in a terminal that can copy."""
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    command = ["tmux", "-S", str(tmp_path / "socket"), "-f", os.devnull]
    yield command
    subprocess.run([*command, "kill-server"], capture_output=True, check=False)


@pytest.mark.parametrize("setting", ["on", "external", "off"])
def test_in_tmux_it_reaches_the_outer_terminal(path: Path, tmux: list[str], setting: str) -> None:
    program = f"""
import os, sys
os.environ.update(SSH_CONNECTION="a 1 b 2", TERM="xterm-256color")
os.execvp("tmux", {tmux!r} + ["new-session", sys.executable, "-c", {PROGRAM!r}, sys.argv[1], ";", "set", "-g",
    "set-clipboard", {setting!r}])
"""
    outer = Terminal(
        path, 120, 40, FAR, program="import fcntl, termios\nfcntl.ioctl(0, termios.TIOCSCTTY, 0)\n" + program
    )
    try:
        outer.shows("Alpha networks for everybody")
        outer.rest()  # of what a terminal is slow to take, tmux leaves out some
        outer.press("yk")
        outer.shows("Copied citation key lovelace2019alpha to tmux's buffer")
        outer.rest()
        shown = subprocess.run([*tmux, "show-buffer"], capture_output=True, check=True).stdout
        assert shown == b"lovelace2019alpha"
        is_said = "and the terminal's clipboard" in outer.text

        def is_passed_on(_: str) -> bool:
            return re.search(rb"\x1b\]52;[a-z]?;bG92ZWxhY2UyMDE5YWxwaGE=", outer.raw) is not None

        if is_said:
            outer.until(is_passed_on, "the outer terminal gets it")
        assert is_passed_on("") is is_said
    finally:
        outer.close()


# In every theme -----------------------------------------------------------------------------------------------


async def test_it_can_be_read_in_every_theme(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("escape")
        reader.app.screen.selections = {reader.pane: Selection(Offset(3, 0), None)}
        for theme in reader.app.available_themes:
            reader.app.theme = theme
            await reader.rest()
            plain, selected = looks_of(reader)
            if selected.reverse:
                continue  # the terminal's own colours, the other way round
            assert selected.bgcolor and selected.color and plain.bgcolor
            assert selected.bgcolor != plain.bgcolor, theme
            assert contrast(selected.color, selected.bgcolor) >= 4.5, theme


def looks_of(reader: Reader):  # type: ignore[no-untyped-def]
    """The styles of the first line's characters before the selection, and in it."""
    strip = reader.pane.render_lines(reader.pane.size.region)[1]
    styles = [segment.style for segment in strip for character in segment.text if character.isalpha()]
    return styles[0], styles[4]


# With the mouse in the pane, the help, the report ---------------------------------------------------------------


async def test_another_paper_and_another_width_end_a_selection(papers: Library) -> None:
    async with reading(papers) as reader:
        for end in (reader.press("j"), reader.press("t"), reader.pilot.resize_terminal(100, 30)):
            reader.app.screen.selections = {reader.pane: Selection(Offset(0, 0), Offset(5, 1))}
            await reader.rest()
            assert reader.app.screen.get_selected_text()
            await end
            await reader.rest()
            assert not reader.app.screen.get_selected_text()


async def test_how_to_copy_is_said_as_long_as_something_is_selected(papers: Library) -> None:
    async with reading(papers) as reader:
        for end in ("click", "J"):
            await reader.pilot.mouse_down("#pane", offset=(3, 1))
            await reader.pilot.hover("#pane", offset=(12, 1))
            await reader.pilot.mouse_up("#pane", offset=(12, 1))
            await reader.rest()
            assert reader.message == "ctrl+c copies the selection"
            if end == "click":
                await reader.pilot.click("#pane", offset=(30, 1))
                await reader.rest()
            else:
                await reader.press(end)
            assert not reader.message
        reader.app.context.say("Something else.")
        reader.app.context.unsay("ctrl+c copies the selection")
        assert reader.message == "Something else."


async def test_wide_characters_are_found_by_their_cells(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("j", "j", "j")
        pane = reader.pane
        assert pane.line_text(0).startswith("深層学習")
        column = pane.text_origin.x
        at = [pane.text_at(column + x, 1) for x in range(-1, 6)]
        assert [place.x for place in at if place is not None] == [0, 0, 0, 1, 1, 2, 2]
        assert pane.text_at(column + 999, 999) == Offset(len(pane.line_text(len(pane.lines) - 1)), len(pane.lines) - 1)


async def test_the_help_can_be_selected(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("?")
        lines = reader.app.screen.query_one(Lines)
        assert isinstance(lines, Selectable)
        await reader.pilot.mouse_down(lines, offset=(1, 1))
        await reader.pilot.hover(lines, offset=(20, 2))
        await reader.pilot.mouse_up(lines, offset=(20, 2))
        await reader.rest()
        text = reader.app.screen.get_selected_text() or ""
        first, second = text.split("\n")
        assert first in lines.line_text(1) and second in lines.line_text(2)
        await reader.press("escape")
        assert reader.app.screen is reader.app.feed
