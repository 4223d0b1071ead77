"""Searching: 200 queries of one to three words, in the library and on the screen."""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from statistics import median

from benchmarks.papers import entries
from benchmarks.scale_queries import Asked, first_page
from benchmarks.terminal import Terminal
from feedreader.library import Library

QUERIES = 200
ON_SCREEN = 60
PATIENCE = 10  # seconds to wait for what a query finds
_LEAST = 4  # letters of a word


def queries(papers: int) -> list[str]:
    """Words of titles, one to three of the same title, the same ones each time."""
    chance = random.Random(4)
    titles = [entry.title or "" for entry in islice(entries(), papers)]
    texts: list[str] = []
    while len(texts) < QUERIES:
        words = [word for word in re.findall(r"[A-Za-z]+", chance.choice(titles)) if len(word) >= _LEAST]
        number = 1 + len(texts) % 3
        if len(words) >= number:
            texts.append(" ".join(chance.sample(words, number)).lower())
    return texts


def searching(folder: Path, papers: int, env: Mapping[str, str], runs: int) -> None:
    texts = queries(papers)
    library = Library.open(folder / "library.sqlite3", now=lambda: datetime.now(UTC))
    try:
        for order in ("day", "rank"):
            times = [_seconds(library, f"{words} sort:{order}", runs) for words in texts]
            print(f"search  first page by {order:5} {papers:>7,} papers  {_spread(times)}")
        times = [_seconds(library, f"/{words.split()[0][:5]}\\w+/", 1) for words in texts[:10]]
        print(f"search  regular expression {papers:>7,} papers  {_spread(times)}")
        on_screen([first_page(library, words) for words in texts[:ON_SCREEN]], papers, env)
    finally:
        library.close()


def _seconds(library: Library, text: str, runs: int) -> float:
    return median(first_page(library, text).seconds for _ in range(runs))


def on_screen(asked: Sequence[Asked], papers: int, env: Mapping[str, str]) -> None:
    """From the last letter of a query to its own picture, and from the key that corrects it to the first paper."""
    terminal = Terminal([sys.executable, "-m", "feedreader"], env)
    terminal.wait_for("unread")
    terminal.settle(1.0)
    terminal.press("/")
    echoed, painted = [], []
    for query in asked:
        terminal.press("\x15", 0.3)  # an empty bar
        for letter in query.text[:-1]:
            terminal.press(letter)
        echoed.append(terminal.press(query.text[-1], 0.15)[0])
        if query.head:
            painted.append(corrected(terminal, query))
    terminal.kill()
    print(f"search  letter on the screen     {papers:>7,} papers  {_spread(echoed)}")
    print(f"search  rows on the screen       {papers:>7,} papers  {_spread(painted)}")


def corrected(terminal: Terminal, query: Asked) -> float:
    """Seconds from the key that makes a query which finds nothing this one to its first paper; `PATIENCE` at most."""
    terminal.press("\x15", 0.2)
    terminal.press(f"{query.text} qzq", 0.4)
    return terminal.answer("\x17", query.head, PATIENCE)  # ctrl+w takes the word away


def _spread(times: Sequence[float]) -> str:
    ordered = sorted(times)
    return f"{median(ordered) * 1000:6.1f} ms (95 % within {ordered[int(0.95 * len(ordered))] * 1000:6.1f} ms)"
