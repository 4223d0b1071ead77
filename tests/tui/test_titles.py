"""Titles are read whole: what the list shows on the screen, for days as long as real ones, and for real ones."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style
from textual.events import MouseMove, MouseScrollDown, MouseScrollUp

from feedreader.library import Library
from feedreader.model import Digest, Entry, Group
from feedreader.services import ingest
from feedreader.text.display import shown
from feedreader.tui.widgets.paper_rows import header
from feedreader.view.panes import WIDE
from feedreader.view.rows import group_title
from tests.conftest import NOW, OpenCopy, library_file
from tests.titles import titles
from tests.tui.conftest import TODAY, Reader, reading

A_DAY = 120
SIZES = [(60, 16), (80, 24), (100, 30), (WIDE - 1, 30), (WIDE, 30), (120, 40), (160, 50), (200, 50), (250, 60)]
REAL = {"keeps": "keeps/papers-2024-12_2025-06.jsonl.gz", "scale": "scale/arxiv-23k.DERIVED.jsonl.gz"}


def day_of(names: Sequence[str]) -> list[Entry]:
    authors, groups = ("Mei Fu", "Lin Bao", "Kei Ito", "Ada Sato", "Uma Roy"), ("cs.LG", "cs.CV", "math.AG", "quant-ph")
    return [
        Entry(
            title=name,
            day=TODAY,
            authors=authors[: number % 5 + 1],
            categories=(groups[number % 4],),
            arxiv_id=f"1905.{number:05}",
        )
        for number, name in enumerate(names, 1)
    ]


@pytest.fixture(scope="session")
def day_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return library_file(tmp_path_factory.mktemp("day"), *day_of(titles(Random(7), A_DAY)))


@pytest.fixture
def day(open_copy: OpenCopy, day_file: Path) -> Library:
    """A day of 120 papers."""
    return open_copy(day_file)


def on_screen(reader: Reader) -> str:
    """The words of the list, with a | before each paper, without its bar and the cells before titles."""
    lines = [line.rstrip("▐").rstrip() for line in reader.lines()[1:]]
    return " ".join("| " * (line[1:2] in "●◆") + " ".join(line[4:].split()) for line in lines)


def all_titles(library: Library) -> list[str]:
    keys = [key for group in library.papers.groups() for key in library.papers.keys(group.key, 0, 10_000)]
    summaries = library.papers.summaries(keys)
    return [" ".join(shown(summaries[key].title or "").split()) for key in keys]


async def seen_whole(reader: Reader, names: Sequence[str]) -> set[str]:
    """Those titles that are read whole on a way through the list by pages."""
    whole: set[str] = set()
    await reader.press("g")
    while True:
        text, title = on_screen(reader), reader.title
        whole.update(name for name in names if f"| {name}" in text)
        await reader.press("pagedown")
        if reader.title == title:
            return whole


@pytest.mark.parametrize("size", SIZES)
async def test_titles_of_a_day_are_read_whole(day: Library, size: tuple[int, int]) -> None:
    names = all_titles(day)
    async with reading(day, size=size) as reader:
        missing = set(names) - await seen_whole(reader, names)
        assert len(missing) <= 0.01 * len(names), sorted(missing)


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (120, 40), (160, 50), (200, 50)])
@pytest.mark.parametrize("data", REAL)
async def test_titles_of_real_days_are_read_whole(
    shared: Path, tmp_path: Path, data: str, size: tuple[int, int]
) -> None:
    with gzip.open(shared / "data" / REAL[data], "rt", encoding="utf-8") as lines:
        papers = [json.loads(line) for line in islice(lines, 0, 15_000, 100)]
    path = library_file(tmp_path, *day_of([" ".join(paper["title"].split()) for paper in papers]))
    library = Library.open(path, now=lambda: NOW)
    try:
        names = all_titles(library)
        async with reading(library, size=size) as reader:
            missing = set(names) - await seen_whole(reader, names)
            assert len(missing) <= 0.01 * len(names), sorted(missing)
    finally:
        library.close()


async def test_a_resized_terminal_shows_as_many_papers_as_before_or_more(day: Library) -> None:
    names = all_titles(day)

    def whole() -> int:
        text = on_screen(reader)
        return sum(f"| {name}" in text for name in names)

    async with reading(day, size=(60, 16)) as reader:
        before = 0
        for width in (60, 61, 72, 73, 80, 100, WIDE - 1, WIDE, WIDE + 1, 140, 141, 180, 220):
            await reader.pilot.resize_terminal(width, 24)
            await reader.rest()
            assert whole() >= before, width
            before = whole()
        for height in (25, 26, 40, 41, 60):
            await reader.pilot.resize_terminal(220, height)
            await reader.rest()
            assert whole() >= before, height
            before = whole()


async def test_authors_and_the_category_take_what_a_title_leaves(day: Library) -> None:
    async with reading(day, size=(100, 30)) as reader:
        lines = [line.rstrip("▐ ") for line in reader.lines()]
        assert any(" · Fu, Bao" in line for line in lines)
        assert all(line.endswith(("cs.LG", "cs.CV", "math.AG", "quant-ph")) for line in lines if " · Fu" in line)
        assert not any("…" in line for line in lines)


async def test_pages_that_come_do_not_move_the_cursor_s_line(day: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    async with reading(day, size=(80, 24)) as reader:
        papers = reader.list
        held: list[Callable[[], object]] = []
        take = papers.take
        monkeypatch.setattr(papers, "take", lambda pages: held.append(lambda: take(pages)))
        papers.feed._pages.clear()
        papers.feed._summaries.clear()
        papers._shown = None
        papers.move_to(90, far=True)
        await reader.until(lambda: bool(held), "pages have come")
        line = papers.line
        assert papers._rows.height(89) == papers._heights.average
        monkeypatch.undo()
        for each in held:
            each()
        await reader.rest()
        assert papers.line == line and papers.summary is not None
        assert "▌" in reader.lines()[line]
        assert not reader.lines()[1].startswith("    "), (
            "what is left of a title whose beginning is not seen is not shown"
        )


async def test_the_cursor_s_paper_is_seen_whole_wherever_it_goes(day: Library) -> None:
    async with reading(day, size=(60, 16)) as reader:
        for key in (*["j"] * 25, *["k"] * 12, "G", *["k"] * 9, "pageup", "ctrl+u", "ctrl+d", "g", "pagedown", "n", "N"):
            await reader.press(key)
            assert f"| {reader.title}" in on_screen(reader), key
            assert reader.lines()[1][1:2] in "●", "under the header, a paper begins"
        for size in ((200, 50), (60, 16), (WIDE, 20), (80, 24)):
            await reader.pilot.resize_terminal(*size)
            await reader.rest()
            assert f"| {reader.title}" in on_screen(reader), size


async def test_the_wheel_and_the_bar_reach_both_ends(day: Library) -> None:
    async with reading(day, size=(80, 24)) as reader:
        height = reader.list.size.height
        await reader.pilot.mouse_down("#list", offset=(79, height - 1))
        await reader.pilot.mouse_up("#list", offset=(79, height - 1))
        await reader.rest()
        assert reader.list.shown[-1][0] == A_DAY and reader.lines()[-1].endswith("▐")
        await reader.pilot.mouse_down("#list", offset=(79, 0))
        await reader.pilot.mouse_up("#list", offset=(79, 0))
        await reader.rest()
        assert reader.list.top == (0, 0) and reader.lines()[0].endswith("▐")


async def test_a_clicked_row_stays_under_the_mouse(day: Library) -> None:
    async with reading(day, size=(80, 24)) as reader:
        await reader.press(*["j"] * 30)
        for y in (1, reader.list.size.height - 3):
            before = [row for row, _ in reader.list.shown]
            await reader.pilot.click("#list", offset=(8, y))
            await reader.rest()
            assert [row for row, _ in reader.list.shown] == before and reader.list.cursor == before[y]
        await reader.pilot.mouse_down("#list", offset=(79, 4))
        await reader.pilot._post_mouse_events([MouseMove], "#list", offset=(79, -1), button=1)
        await reader.rest()
        assert reader.list.top == (0, 0), "above the list, the bar is at its end"


async def test_days_of_other_years_name_them(library: Library) -> None:
    older = [Entry(title=f"Paper of {day}", day=day) for day in (TODAY, TODAY - timedelta(1), date(2018, 11, 30))]
    ingest.import_digest(library, Digest(format="test", entries=tuple(older)), name="x.txt", path="/tmp/x.txt")
    async with reading(library, size=(60, 24)) as reader:
        text = reader.text()
        assert "── Today · Thu 23 May ──" in text and "── Yesterday · Wed 22 May ──" in text
        assert "── Fri 30 Nov 2018 ──" in text
        await reader.press("m")
        assert "✓ read ──" in reader.lines()[0]


def scrolled(by: type[MouseScrollDown | MouseScrollUp]) -> MouseScrollDown | MouseScrollUp:
    return by(None, 5, 5, 0, 0, 0, False, False, False)


@pytest.mark.parametrize("notches", [1, 12])
async def test_what_the_wheel_brought_into_sight_stays_when_papers_come(day: Library, notches: int) -> None:
    async with reading(day, size=(100, 30)) as reader:
        await reader.press("j")
        for _ in range(notches):
            reader.list.post_message(scrolled(MouseScrollDown))
        await reader.rest()
        before, title = reader.lines()[1:], reader.title
        new = [Entry(title=f"New {number}", day=TODAY + timedelta(1)) for number in range(40)]
        ingest.import_digest(day, Digest(format="test", entries=tuple(new)), name="x.txt", path="/tmp/x.txt")
        reader.app.feed.bring_up_to_date()
        await reader.rest()
        assert reader.list.feed.papers == A_DAY + 40 and reader.title == title
        assert [line.rstrip("▐ ") for line in reader.lines()[1:]] == [line.rstrip("▐ ") for line in before]


async def test_a_place_out_of_sight_is_found_again(day: Library) -> None:
    async with reading(day, size=(100, 30)) as reader:
        await reader.press("j", "j")
        title = reader.title
        for _ in range(9):
            reader.list.post_message(scrolled(MouseScrollDown))
        await reader.rest()
        await reader.app.action_quit()
    async with reading(day, size=(100, 30)) as reader:
        assert reader.title == title


async def test_the_wheel_goes_back_the_way_it_came(day: Library) -> None:
    async with reading(day, size=(60, 16)) as reader:
        for _ in range(70):
            reader.list.post_message(scrolled(MouseScrollDown))
            await reader.rest()
            assert not reader.lines()[1].startswith("    "), "under the header, a paper begins"
        for _ in range(150):
            reader.list.post_message(scrolled(MouseScrollUp))
        await reader.rest()
        assert reader.list.top == (0, 0)


@given(
    st.builds(
        Group,
        key=st.just(1),
        day=st.none() | st.dates(date(2017, 1, 1), date(2019, 5, 23)),
        collection=st.just("Papers that were found in a very long and winding search of everything"),
        total=st.just(5_000),
        unread=st.integers(0, 5_000),
        shortlisted=st.integers(0, 5_000),
        section=st.sampled_from(("", "", "muted")),
        replaced=st.integers(0, 999),
        muted=st.integers(0, 999),
        highlighted=st.integers(0, 999),
    ),
    st.integers(1, 130),
)
def test_a_header_fills_its_line_and_never_cuts_its_day(group: Group, width: int) -> None:
    text = "".join(segment.text for segment in header(group, TODAY, width, lambda _: Style()))
    assert cell_len(text) == width
    title = group_title(group, TODAY)
    assert title in text or group.day is None or width < len(title) + 5
    if width >= 50 and group.unread and not group.section:
        assert f"{5_000 - group.unread:,}/5,000" in text
        assert not group.muted or f"{group.muted} muted" in text, "nothing is hidden without a count"
