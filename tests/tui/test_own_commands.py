"""Commands of the settings, run from the screen: real child processes."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from asyncio.subprocess import Process
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from feedreader.config import Settings
from feedreader.config.values import OwnCommand
from feedreader.library import Library
from feedreader.tui.controllers import own_commands
from tests.tui.conftest import Reader, reading
from tests.tui.test_terminal import Terminal
from tests.tui.world import asides


def python(name: str, code: str, *, key: str = "", show: bool = True) -> OwnCommand:
    return OwnCommand(name, (sys.executable, "-c", f"import sys, os, time\n{code}"), key, show)


def settings(*commands: OwnCommand) -> Settings:
    return Settings(commands=commands)


async def done(reader: Reader) -> None:
    await reader.until(lambda: not reader.app.own_commands._name, "the command is over")
    await reader.rest()


COUNT = python("count", "print(len(sys.stdin.readlines()), 'papers')", key="c")
TITLES = python("titles", "import json\nfor line in sys.stdin: print(json.loads(line)['title'])")


@pytest.mark.parametrize("size", [(60, 16), (120, 40)])
async def test_a_digit_a_letter_or_enter_runs_it_and_its_output_is_shown(
    papers: Library, size: tuple[int, int]
) -> None:
    async with reading(papers, settings=settings(COUNT, TITLES), size=size) as reader:
        for keys, first in ((("c",), "1 papers"), (("2",), "Alpha networks"), (("j", "enter"), "Alpha networks")):
            await reader.press("exclamation_mark")
            assert "on this paper" in reader.text("#dialog-heading") and " 1 c  count" in reader.text("#commands-lines")
            await reader.press(*keys)
            await done(reader)
            assert reader.lines("#output-lines")[0].startswith(first)
            await reader.press("q")
            assert reader.app.screen is reader.app.feed


async def test_tab_hands_it_all_that_is_shown(papers: Library) -> None:
    async with reading(papers, settings=settings(COUNT), query="number") as reader:
        await reader.press("exclamation_mark", "tab")
        assert "on 30 papers shown" in reader.text("#dialog-heading")
        await reader.press("1")
        await done(reader)
        assert reader.lines("#output-lines")[0] == "30 papers"


async def test_what_it_writes_can_not_steer_the_screen_and_can_be_copied(papers: Library) -> None:
    hostile = python("h", r"print('\x1b[31mred\x1b[0m \x1b]52;c;eA==\x07 [b]x[/b] [@click=app.quit]y[/]\n\n\tend')")
    async with reading(papers, settings=settings(hostile)) as reader:
        await reader.press("exclamation_mark", "1")
        await done(reader)
        shown = reader.text("#output-lines")
        assert "\x1b" not in shown and "red" in shown and "[b]x[/b] [@click=app.quit]y[/]" in shown
        assert "        end" in shown
        await reader.press("y")
        await reader.until(lambda: "end" in reader.app.clipboard, "it is copied")


async def test_what_goes_wrong_is_said_with_its_first_line(papers: Library) -> None:
    fails = python("fails", "print('x'); sys.stderr.write('\\nno [b]model\\nmore\\n'); sys.exit(3)")
    raises = python("raises", "raise SystemError('out of cheese')")
    none = OwnCommand("none", ("no-such-program-here",))
    async with reading(papers, settings=settings(fails, none, raises)) as reader:
        await reader.press("exclamation_mark", "1")
        await done(reader)
        assert asides(reader)[-1][:2] == ("Command failed", "fails failed (exit 3): no [b]model")
        await reader.press("exclamation_mark", "2")
        await done(reader)
        assert "cannot start no-such-program-here: No such file" in asides(reader)[-1][1]
        await reader.press("exclamation_mark", "3")
        await done(reader)
        assert asides(reader)[-1][1] == "raises failed (exit 1): SystemError: out of cheese"
        assert reader.app.screen is reader.app.feed


async def test_output_that_is_ignored_or_empty_opens_nothing(papers: Library) -> None:
    commands = (python("a", "print(1)", show=False), python("b", "sys.stdin.close()"))
    async with reading(papers, settings=settings(*commands)) as reader:
        for key, name in (("1", "a"), ("2", "b")):
            await reader.press("exclamation_mark", key)
            await done(reader)
            assert reader.message == f"{name}: done." and reader.app.screen is reader.app.feed


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0]


def pids(file: Path) -> Sequence[int]:
    return [int(word) for word in file.read_text().split()] if file.exists() else ()


def sleeper(file: Path) -> OwnCommand:
    """Sleeps, deaf to being asked to end, and has a child that does."""
    code = f"""
import signal, subprocess
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(100)'])
open({str(file) + ".part"!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}')
os.rename({str(file) + ".part"!r}, {str(file)!r})
time.sleep(100)"""
    return python("sleep", code)


async def test_escape_stops_it_with_all_that_it_started(papers: Library, tmp_path: Path) -> None:
    file = tmp_path / "pids"
    async with reading(papers, settings=settings(sleeper(file), COUNT)) as reader:
        await reader.press("exclamation_mark", "1")
        await reader.until(lambda: bool(pids(file)), "it runs")
        assert "sleep… · esc to stop" in reader.text("#status")
        await reader.press("exclamation_mark", "2")
        assert reader.message == "sleep is still running (esc to stop)."
        await reader.press("j", "s", "escape")
        await done(reader)
        assert reader.message == "sleep: stopped." and reader.counts[2] == 1
        await reader.until(lambda: not any(map(alive, pids(file))), "they are gone")
        assert "sleep…" not in reader.text("#status")


async def test_one_that_is_just_starting_is_ended_with_the_reader(
    papers: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, start = tmp_path / "pids", asyncio.create_subprocess_exec

    async def slowly(*command: str, **options: Any) -> Process:
        process = await start(*command, **options)
        await reader.until(lambda: bool(pids(file)), "it runs")
        reader.app.leave(signal.SIGTERM)
        await asyncio.sleep(0.2)
        return process

    monkeypatch.setattr(asyncio, "create_subprocess_exec", slowly)
    async with reading(papers, settings=settings(sleeper(file))) as reader:
        await reader.press("exclamation_mark", "1")
        await reader.until(lambda: bool(pids(file)) and not any(map(alive, pids(file))), "they are gone")
        await reader.until(lambda: reader.app.return_value == 128 + signal.SIGTERM, "the reader ends")


async def test_time_and_size_are_bounded(papers: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_commands, "SECONDS", 1.0)
    endless = python("endless", "while True: print('y' * 1000)")
    big = python("big", "print('\\n'.join(['x' * 99] * 30000))")
    async with reading(papers, settings=settings(endless, big)) as reader:
        await reader.press("exclamation_mark", "1")
        await done(reader)
        assert asides(reader)[-1][0] == "Command stopped"
        monkeypatch.setattr(own_commands, "SECONDS", 60.0)
        await reader.press("exclamation_mark", "2")
        await done(reader)
        await reader.press("G")
        assert reader.lines("#output-lines")[-1].startswith("… only the first 200 kB are shown.")


@pytest.mark.parametrize("key", ["slash", "question_mark"])
async def test_while_something_is_typed_or_open_its_output_waits(papers: Library, tmp_path: Path, key: str) -> None:
    typing = tmp_path / "typing"
    slow = python("slow", f"while not os.path.exists({str(typing)!r}): time.sleep(0.02)\nprint('late')")
    async with reading(papers, settings=settings(slow)) as reader:
        await reader.press("exclamation_mark", "1")
        await reader.press(key)
        screen = reader.app.screen
        typing.touch()
        await done(reader)
        assert reader.app.screen is screen and "! o shows" in asides(reader)[-1][1]
        await reader.press("escape", "exclamation_mark", "o")
        assert reader.lines("#output-lines")[0] == "late"


async def test_without_commands_it_says_how_to_add_one(papers: Library) -> None:
    async with reading(papers, size=(60, 16)) as reader:
        await reader.press("exclamation_mark")
        assert "[commands]" in reader.text("#output-lines") and "You have no commands yet" in reader.text(
            "#output-lines"
        )
        await reader.press("q")
        assert reader.app.screen is reader.app.feed


PROGRAM = """
import fcntl, json, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from datetime import UTC, datetime, date
from pathlib import Path
from typing import Any
from feedreader.config.values import OwnCommand, Settings
from feedreader.library import Library
from feedreader.tui.run import run
library = Library.open(Path(sys.argv[1]), now=lambda: datetime.now(UTC))
commands = tuple(OwnCommand(name, tuple(words)) for name, words in json.loads({!r}).items())
code = run(library, today=lambda: date(2019, 5, 23), settings=Settings(commands=commands))
library.close()
sys.exit(code)
"""


@pytest.mark.parametrize("hang_up", [False, True])
def test_in_a_terminal_it_has_none_and_ends_with_the_reader(papers: Library, tmp_path: Path, hang_up: bool) -> None:
    file = tmp_path / "pids"
    tty = "try: open('/dev/tty'); print('a terminal')\nexcept OSError: print('no terminal')\nprint(sys.stdin.isatty())"
    given = json.dumps({"tty": python("", tty).run, "sleep": sleeper(file).run})
    papers.close()
    with closing(Terminal(papers.path, 120, 40, {}, PROGRAM.format(given))) as screen:
        screen.shows("Alpha networks for everybody")
        screen.press("!1")
        screen.shows("no terminal")
        screen.shows("False")
        screen.press("q!2")
        end = time.monotonic() + 30
        while not pids(file) and time.monotonic() < end:
            screen.pump()
        if hang_up:
            screen.hang_up()
        else:
            screen.press("q")
            assert screen.wait() == 0
    end = time.monotonic() + 5
    while any(map(alive, pids(file))) and time.monotonic() < end:
        time.sleep(0.05)
    assert pids(file) and not any(map(alive, pids(file)))
