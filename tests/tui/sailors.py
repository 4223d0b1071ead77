"""A library with papers on four topics, of which she keeps those on sailing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from feedreader.library import Library
from feedreader.model import Digest, Entry
from feedreader.services import ingest
from feedreader.system.child_process import Outcome
from feedreader.tui.controllers import interest
from feedreader.view.rows import LEVELS
from tests.rank.world import TOPICS, paper
from tests.tui.conftest import TODAY, Reader

SIGNS = {level.sign for level in LEVELS}
OLDER, SAILING = TODAY - timedelta(9), "sailing"
Command = Callable[..., Awaitable[Outcome]]


def entry(topic: str, number: int, older: bool = False) -> Entry:
    document = paper(topic, number)
    return Entry(
        arxiv_id=f"{1904 if older else 1905}.{[*TOPICS].index(topic)}{number:04}",
        title=f"{document.title} {number}",
        abstract=document.abstract,
        authors=("Ada Sailor",) if topic == SAILING and number % 2 else (f"Someone{number} Else",),
        categories=("cs.LG",),
        day=OLDER if older else TODAY,
    )


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pause is waited for."""
    for name in ("PAUSE", "LONG_PAUSE", "LOOK"):
        monkeypatch.setattr(interest, name, 0.01)


@pytest.fixture
def papers(library: Library) -> Library:
    """32 papers of today on four topics, turn by turn, and as many of nine days ago."""
    entries = [entry(topic, n + 100 * older, older) for older in (False, True) for n in range(8) for topic in TOPICS]
    ingest.import_digest(library, Digest(format="test", entries=tuple(entries)), name="a.txt", path="/a.txt")
    return library


def keep(library: Library, *numbers: int) -> None:
    """Keep papers on sailing of nine days ago."""
    keys = [library.papers.key_of(f"1904.1{number:04}") for number in numbers]
    library.marks.set(keys, {"shortlisted": True, "read": True}, label="kept")


@pytest.fixture
def learned(papers: Library) -> Library:
    keep(papers, *range(100, 106))
    papers.interest.bring_up_to_date()
    return papers


class Child:
    """Stands for the program's own command. `held` keeps it from ending."""

    def __init__(self, library: Library) -> None:
        self.commands: list[Sequence[str]] = []
        self.held = asyncio.Event()
        self.held.set()
        self.running = self.ended = 0
        self.code = 0
        self._library = library

    async def run(self, command: Sequence[str], folder: Any, running: Any, progress: Any) -> Outcome:
        self.commands.append(command)
        self.running += 1
        try:
            await self.held.wait()
            if not self.code:
                self._library.interest.bring_up_to_date(in_order=False)
            return Outcome(self.code, [], ["feedreader: broken"] * bool(self.code))
        finally:
            self.running -= 1
            self.ended += 1


@pytest.fixture
def child(papers: Library, monkeypatch: pytest.MonkeyPatch) -> Child:
    child = Child(papers)
    monkeypatch.setattr("feedreader.system.child_process.run_command", child.run)
    return child


def signed(reader: Reader) -> list[str]:
    """The titles of the rows that have a sign of interest."""
    feed = reader.list.feed
    lines = reader.lines()
    rows = {row for y, (row, _) in enumerate(reader.list.shown) if y < len(lines) and SIGNS & set(lines[y])}
    return [summary.title or "" for row in sorted(rows) if (summary := feed.summary(row))]


def titles(reader: Reader) -> list[str]:
    feed = reader.list.feed
    return [summary.title or "" for row in range(feed.rows) if (summary := feed.summary(row))]


def is_on(topic: str, title: str | None) -> bool:
    return bool(set((title or "").lower().split()) & set(TOPICS[topic]))


def first_places(reader: Reader, count: int = 6) -> list[bool]:
    return [is_on(SAILING, title) for title in titles(reader)[:count]]


async def shown(reader: Reader, what: str = "signs of interest") -> None:
    await reader.until(lambda: bool(signed(reader)), what)
    await reader.rest()


async def caught_up(reader: Reader) -> None:
    await reader.until(lambda: reader.app.feed.interest._number > 0, "it is known what was learned")
    await reader.rest()
