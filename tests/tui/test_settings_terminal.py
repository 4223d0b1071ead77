"""The settings in a real terminal: the program as it is called, with a file of settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from feedreader.library import Library
from tests.tui.test_terminal import Terminal

PROGRAM = """
import fcntl, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from feedreader.cli import main
sys.exit(main([]))
"""


@contextmanager
def reader(papers: Library, settings: Path) -> Iterator[Terminal]:
    env = {"FEEDREADER_DATA_DIR": str(papers.path.parent), "FEEDREADER_CONFIG": str(settings)}
    with closing(Terminal(papers.path, 120, 40, env, PROGRAM)) as opened:
        yield opened


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_keys_lines_and_columns_are_as_they_were_set(papers: Library, file: Path) -> None:
    said = """
        theme = "textual-light"
        list.density = "comfortable"
        list.columns = ["day", "authors"]
        reading.mark_read = "never"
        [keys]
        next = [",", "down"]
        toggle-kept = "ctrl+k"
        quit = "f10"
        """
    file.write_text(said)
    with reader(papers, file) as terminal:
        text = terminal.shows("Alpha networks for everybody")
        assert "23 May 2019 · Lovelace, Babbage" in text
        assert "^k keep" in terminal.shows("x dismiss")
        terminal.press(",,")
        terminal.shows("𝒪(n²) by Fréchet")
        terminal.press("\x0b")
        terminal.shows("1 kept")
        terminal.press("q,\x1b[21~")
        assert terminal.wait() == 0
    assert papers.papers.counts() == (39, 39, 1)
    assert file.read_text() == said, "what a person wrote there stays"


def test_a_mistake_is_named_before_anything_is_opened(papers: Library, file: Path) -> None:
    file.write_text("[keys]\nnext = 'j'\nprevius = 'x'\n\n[views]\nMine = 'is:unred'\n")
    with reader(papers, file) as terminal:
        assert terminal.wait() == 1
        assert (
            b"config.toml, line 3: Unknown action \xe2\x80\x9cprevius\xe2\x80\x9d in [keys]. Did you mean"
            in terminal.raw
        )
        assert b"config.toml, line 6" in terminal.raw
        assert b"Traceback" not in terminal.raw and b"\x1b[?1049h" not in terminal.raw
