"""Searching: 200 queries of one to three words, in the library and on the screen."""

from __future__ import annotations

import random
import re
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from statistics import median

from benchmarks.papers import entries
from benchmarks.terminal import Terminal
from feedreader.library import Library
from feedreader.query.language import parse_query

QUERIES = 200
ON_SCREEN = 60
PAGE = 50
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
            times = [_first_page(library, f"{words} sort:{order}", runs) for words in texts]
            print(f"search  first page by {order:5} {papers:>7,} papers  {_spread(times)}")
        times = [_first_page(library, f"/{words.split()[0][:5]}\\w+/", 1) for words in texts[:10]]
        print(f"search  regular expression {papers:>7,} papers  {_spread(times)}")
    finally:
        library.close()
    on_screen(texts[:ON_SCREEN], papers, env)


def _first_page(library: Library, text: str, runs: int) -> float:
    """Seconds from the text of a query to the rows that the first page shows; the median of the runs."""
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        matches = library.papers.matches(parse_query(text))
        keys = list(islice((key for _, keys in matches for key in keys), PAGE))
        library.papers.summaries(keys)
        times.append(time.perf_counter() - began)
    return median(times)


def on_screen(texts: Sequence[str], papers: int, env: Mapping[str, str]) -> None:
    """From the last letter of a query to its own picture, and until the rows that it finds are painted."""
    terminal = Terminal([sys.executable, "-m", "feedreader"], env)
    terminal.wait_for("papers")
    terminal.settle(1.0)
    terminal.press("/")
    echoed, painted = [], []
    for words in texts:
        terminal.press("\x15", 0.3)  # an empty bar
        for letter in words[:-1]:
            terminal.press(letter)
        first, last = terminal.press(words[-1], 0.15)
        echoed.append(first)
        painted.append(last)
    terminal.kill()
    print(f"search  letter on the screen     {papers:>7,} papers  {_spread(echoed)}")
    print(f"search  rows on the screen       {papers:>7,} papers  {_spread(painted)}")


def _spread(times: Sequence[float]) -> str:
    ordered = sorted(times)
    return f"{median(ordered) * 1000:6.1f} ms (95 % within {ordered[int(0.95 * len(ordered))] * 1000:6.1f} ms)"
