"""Keys that come faster than answers do the same as slow ones: none is lost, none meets another paper."""

from __future__ import annotations

import random
import shutil
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from textual import events

from feedreader.library import Library
from feedreader.model import Entry, Marks, Query
from tests.conftest import NOW, library_file
from tests.tui.conftest import Reader, reading

LIST = ["j", "k", "space", "s", "x", "n", "N", "m", "u", "h", "G", "g", "]", "[", "U", "S", "0", "A", "O", "v"]
ABSTRACT = ["enter", "J", "K", "escape"]
DIALOGS = [
    "X a",
    "X b y",
    "X w n",
    "/ 1 4 9 enter",
    "/ a escape",
    "w x q ctrl+s",
    "@ 7 d enter",
    "? j escape",
    "y escape",
]
NAMES = {"]": "right_square_bracket", "[": "left_square_bracket", "?": "question_mark", "/": "slash", "@": "at"}


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
    await reader.until(lambda: not reader.app._type_ahead.is_busy, "keys are held")
    await reader.rest()


@pytest.mark.parametrize(
    ("seed", "among"),
    [*((seed, LIST) for seed in range(3)), (4, LIST + ABSTRACT * 3), (6, LIST + DIALOGS)],
)
async def test_quick_keys_do_what_slow_ones_do(tmp_path: Path, days_file: Path, seed: int, among: list[str]) -> None:
    keys = " ".join(random.Random(seed).choices(among, k=60)).split()[:60]
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
        ["s", "A", "space", "]", "s"],  # the day is not read as soon as the paper is kept
        ["s", "A", "m", "A", "u", "n"],
        ["enter", "]", "K", "J", "h"],  # each is read that was open for a moment
        ["]", "U", "u", "A", "u", "g", "s"],
        ["]", "X", "a", "N", "s"],
        ["j", "D", "s", "D", "x", "u", "u", "s"],
        ["X", "b", "y", "n", "s"],  # the answer to a question that has yet to come
        ["U", "/", "1", "4", "9", "enter", "s", "h", "s"],
        ["enter", "space", "space", "h", "space", "space", "s"],  # with another height of the abstract
    ],
)
async def test_a_quick_key_is_for_what_the_one_before_leads_to(
    tmp_path: Path, days_file: Path, keys: list[str]
) -> None:
    slow = await outcome(tmp_path, days_file, keys, quick=False)
    assert await outcome(tmp_path, days_file, keys, quick=True) == slow


async def test_what_is_pasted_overtakes_no_key_and_none_overtakes_it(papers: Library) -> None:
    async with reading(papers) as reader:
        slash, enter, s = events.Key("slash", "/"), events.Key("enter", "\r"), events.Key("s", "s")
        typed = [events.Key(letter, letter) for letter in "title"]
        for event in (slash, *typed, events.Paste(":number title:8"), enter, s):
            reader.app.post_message(event)
        await reader.rest()
        assert reader.app.feed.query_text == "title:number title:8"
        assert [paper.title for paper in papers.papers.find(Query()) if paper.marks.shortlisted] == [
            "Number 8 of a long day"
        ]


async def test_held_keys_are_done_together(papers: Library) -> None:
    """One that is held down is not drawn each time: the screen keeps up with it."""
    async with reading(papers) as reader:
        with patch.object(reader.list, "render_line", wraps=reader.list.render_line) as drawn:
            for _ in range(30):
                reader.app.post_message(events.Key("j", "j"))
            await reader.rest()
        assert reader.list.cursor == reader.list.feed.step(1, 30)
        assert drawn.call_count < 8 * reader.list.size.height


async def test_keys_do_not_wait_for_what_never_comes(papers: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedreader.tui.type_ahead.PATIENCE", 0.2)
    async with reading(papers) as reader:
        reader.app._type_ahead.hold("something")
        await reader.pilot.press("s")
        assert papers.papers.counts()[2] == 0
        await held(reader)
        assert papers.papers.counts()[2] == 1
