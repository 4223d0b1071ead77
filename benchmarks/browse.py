"""Browsing a large library: opening the lists, typing in that of the authors, a random paper, a saved search."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from benchmarks.terminal import Terminal

NAMES = ("yang", "mari", "lee", "smith", "xiao", "van", "gar", "chen")
SAVED = '"Agents" = "title:agents -title:survey"\n'


def browse(folder: Path, papers: int, env: Mapping[str, str], runs: int) -> None:
    settings = folder / "config.toml"
    settings.write_text(f"[views]\n{SAVED}", encoding="utf-8")
    terminal = Terminal(
        [sys.executable, "-m", "feedreader"], {**env, "FEEDREADER_CONFIG": str(settings)}, columns=120, rows=40
    )
    terminal.wait_for("unread")
    terminal.settle(1.0)
    opened: list[float] = []
    turned: list[float] = []
    for run in range(runs):
        opened.append(terminal.answer("b", "unread /", 10))
        terminal.wait(0.3)
        if not run:
            terminal.answer("\t", "unread /", 10)
            terminal.wait(0.3)
            turned.append(terminal.answer("\t", "unread /", 10))
            terminal.wait(2.0)
        terminal.press("\x1b", 0.3)
        terminal.wait(0.3)
    typed = _typed(terminal)
    random = [terminal.press("*", 0.2) for _ in range(5 * runs)]
    searches = []
    for _ in range(runs):
        searches.append(terminal.press("1", 0.3)[1])
        terminal.press("0", 0.3)
    terminal.kill()
    _say("Browse opened for the first time", opened[:1], papers)
    _say("authors counted for the first time", turned, papers)
    _say("Browse opened again, authors", opened[1:] or opened, papers)
    _say("letter in the list of authors, painted", typed, papers)
    _say("a random paper, settled", [last for _, last in random], papers)
    _say("a saved search, its papers on the screen", searches, papers)


def _typed(terminal: Terminal) -> Sequence[float]:
    times = []
    terminal.press("b", 0.3)
    terminal.wait(2.0)
    for name in NAMES:
        terminal.press("\x15", 0.2)
        times += [terminal.press(letter, 0.1)[1] for letter in name]
    terminal.press("\x15", 0.2)
    terminal.press("\x1b", 0.3)
    terminal.wait(0.5)
    return times


def _say(name: str, times: Sequence[float], papers: int) -> None:
    ordered = sorted(times)
    worst = ordered[int(0.95 * len(ordered))]
    print(
        f"browse {name:42} {papers:>7,} papers  {median(ordered) * 1000:6.1f} ms (95 % within {worst * 1000:6.1f} ms)"
    )
