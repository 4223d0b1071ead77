"""Keys that come faster than answers do the same as slow ones: none is lost, none meets another paper."""

from __future__ import annotations

import random
import shutil
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from feedreader.library import Library
from feedreader.model import Entry, Marks, Query
from tests.conftest import NOW, library_file
from tests.tui.conftest import Reader, reading

KEYS = ["j", "k", "space", "s", "x", "n", "m", "u", "h", "G", "g", "]", "[", "U", "S", "0", "A"]
NAMES = {"]": "right_square_bracket", "[": "left_square_bracket"}


@pytest.fixture(scope="session")
def days_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Days of more papers than a page, with abstracts longer than the pane."""
    entries = [
        Entry(
            title=f"Day {day} paper {number}",
            arxiv_id=f"19{10 - day:02}.{number:05}",
            abstract="Sentences that fill the pane, and more of them. " * (5 + 60 * (number % 3)),
            day=date(2019, 5, 23) - timedelta(days=day),
        )
        for day in range(4)
        for number in range(150)
    ]
    return library_file(tmp_path_factory.mktemp("days"), *entries)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is."""
    monkeypatch.setattr("feedreader.tui.type_ahead.PATIENCE", 60.0)


def marks(library: Library) -> dict[str, Marks]:
    return {
        paper.title or "": paper.marks._replace(shortlisted_at=None)
        for paper in library.papers.find(Query())
        if paper.marks != Marks()
    }


async def outcome(folder: Path, file: Path, keys: list[str], *, quick: bool) -> tuple[object, ...]:
    with closing(Library.open(Path(shutil.copy(file, folder / f"{quick}.sqlite3")), now=lambda: NOW)) as library:
        return await _outcome(library, keys, quick=quick)


async def _outcome(library: Library, keys: list[str], *, quick: bool) -> tuple[object, ...]:
    async with reading(library, size=(100, 20)) as reader:
        pressed = [NAMES.get(key, key) for key in keys]
        if quick:
            await reader.pilot.press(*pressed)
            await reader.rest()
            await held(reader)
        else:
            await reader.press(*pressed)
        assert reader.counts == library.papers.counts()
        return reader.title, reader.app.feed.query_text, marks(library)


async def held(reader: Reader) -> None:
    """Wait for the keys that wait."""
    await reader.until(lambda: not reader.app._type_ahead._held, "keys are held")
    await reader.rest()


@pytest.mark.parametrize("seed", range(4))
async def test_quick_keys_do_what_slow_ones_do(tmp_path: Path, days_file: Path, seed: int) -> None:
    keys = random.Random(seed).choices(KEYS, k=60)
    slow = await outcome(tmp_path, days_file, keys, quick=False)
    quick = await outcome(tmp_path, days_file, keys, quick=True)
    assert slow == quick, keys


@pytest.mark.parametrize(
    "keys",
    [
        ["s", "j", "u", "x"],  # of the paper to which undoing leads back
        ["G", "s"],  # of a page that has yet to come
        ["]", "]", "space", "space", "space"],
        ["s", "j", "j", "S", "x"],
        ["n", "]", "[", "N", "n", "s"],
        ["A", "n", "s"],
    ],
)
async def test_a_quick_key_is_for_what_the_one_before_leads_to(
    tmp_path: Path, days_file: Path, keys: list[str]
) -> None:
    slow = await outcome(tmp_path, days_file, keys, quick=False)
    assert await outcome(tmp_path, days_file, keys, quick=True) == slow


async def test_keys_do_not_wait_for_what_never_comes(papers: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedreader.tui.type_ahead.PATIENCE", 0.2)
    async with reading(papers) as reader:
        reader.app._type_ahead.hold("something")
        await reader.pilot.press("s")
        assert papers.papers.counts()[2] == 0
        await held(reader)
        assert papers.papers.counts()[2] == 1
