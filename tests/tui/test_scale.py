"""A feed larger than its pages: what is not at hand is asked for, and a key costs the same everywhere."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from feedreader.library import Library
from feedreader.model import Digest, Entry
from feedreader.services import ingest
from tests.conftest import NOW, OpenCopy, library_file
from tests.tui.conftest import Reader, reading

DAYS, A_DAY = 6, 700


@pytest.fixture(scope="session")
def many_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    first = date(2019, 5, 23)
    entries = [
        Entry(
            title=f"Day {day} paper {number}",
            authors=("Ada Lovelace",),
            arxiv_id=f"19{10 - day:02}.{number:05}",
            day=first - timedelta(days=day),
        )
        for day in range(DAYS)
        for number in range(A_DAY)
    ]
    return library_file(tmp_path_factory.mktemp("many"), *entries)


@pytest.fixture
def many(open_copy: OpenCopy, many_file: Path) -> Library:
    """4,200 papers in six days."""
    return open_copy(many_file)


def read_days(library: Library, *days: int) -> None:
    for group in (library.papers.groups()[day] for day in days):
        keys = library.papers.keys(group.key, 0, A_DAY)
        library.marks.set(keys, {"read": True}, label="read before", step=False)


def drawn(reader: Reader) -> bool:
    """Whether every row of the list is there."""
    return not any(line.strip() in ("…", "▌   …") for line in reader.lines())


async def test_the_ends_and_all_between_are_drawn(many: Library) -> None:
    async with reading(many) as reader:
        await reader.press("G")
        assert reader.title == "Day 5 paper 699"
        assert drawn(reader)
        for key in ("pageup", "pageup", "ctrl+u", "left_square_bracket", "left_square_bracket", "k", "g", "pagedown"):
            await reader.press(key)
            assert drawn(reader), key
            assert reader.title is not None
        assert reader.pane.paper is not None and reader.pane.paper.title == reader.title


async def test_going_through_everything_keeps_few_pages(many: Library) -> None:
    async with reading(many) as reader:
        for _ in range(320):  # more than enough: what is not here yet is taken for longer than it is
            await reader.pilot.press("pagedown")
        await reader.rest()
        assert reader.title == "Day 5 paper 699"
        assert drawn(reader)
        assert len(reader.list.feed._summaries) <= 3200
        await reader.press("g")
        assert drawn(reader)
        assert reader.title == "Day 0 paper 0"


async def test_held_keys_end_where_they_should(many: Library) -> None:
    async with reading(many) as reader:
        await reader.pilot.press(*["j"] * 90, *["pagedown"] * 9, *["k"] * 30, "G", *["pageup"] * 3)
        await reader.rest()
        assert drawn(reader)
        assert reader.title is not None and reader.pane.paper is not None
        assert reader.pane.paper.title == reader.title
        assert reader.pane.paper.abstract != "…", "the whole paper, and not only what the list knows"


async def test_the_next_unread_paper_may_be_far_away(many: Library) -> None:
    read_days(many, 0, 1, 2, 3)
    async with reading(many) as reader:
        await reader.press("n")
        assert reader.title == "Day 4 paper 0"
        assert drawn(reader)
        await reader.press("N")
        assert reader.message == "No unread papers above."
        await reader.press("g", "G", "N")
        assert reader.title == "Day 5 paper 698"


async def test_the_next_unread_paper_of_a_query_may_be_far_away(many: Library) -> None:
    async with reading(many, query="day:2019-05-21..2019-05-23") as reader:
        other = Library.open(many.path, now=lambda: NOW)
        read_days(other, 0, 1)
        other.close()
        await reader.until(lambda: reader.counts[1] == 4 * A_DAY, "the marks are seen")
        await reader.rest()
        await reader.press("n")
        assert reader.title == "Day 2 paper 0"
        assert drawn(reader)


async def test_a_long_day_is_read_at_once(many: Library) -> None:
    async with reading(many) as reader:
        await reader.press("right_square_bracket", "A")
        assert many.papers.counts() == reader.counts == (4200, 3500, 0)
        assert "700 read" in reader.text()
        await reader.press("u")
        assert many.papers.counts() == reader.counts == (4200, 4200, 0)
        assert "0/700" in reader.text()


async def test_the_place_is_found_again_deep_down(many: Library) -> None:
    async with reading(many) as reader:
        await reader.press("G", "pageup", "q")
        title = reader.title
    async with reading(many) as reader:
        assert reader.title == title
        assert drawn(reader)


async def test_papers_that_came_since_the_last_visit_lead_to_the_top(many: Library) -> None:
    async with reading(many) as reader:
        await reader.press("G", "q")
    new = Entry(title="Brand new", day=date(2019, 5, 24), authors=("A",), abstract="Something new. " * 5)
    ingest.import_digest(many, Digest(format="test", entries=(new,)), name="new.txt", path="/tmp/new.txt")
    async with reading(many) as reader:
        assert reader.title == "Brand new"


@pytest.mark.parametrize("size", [(20, 5), (10, 3), (40, 8), (300, 100)])
async def test_no_size_is_too_small(many: Library, size: tuple[int, int]) -> None:
    async with reading(many, size=size) as reader:
        await reader.press("j", "enter", "j", "h", "slash", "escape", "question_mark", "escape", "I", "escape", "G")
        assert reader.title == "Day 5 paper 699"


async def test_text_can_be_selected_in_the_abstract_alone(many: Library) -> None:
    async with reading(many) as reader:
        pane = "#pane"
        await reader.pilot.mouse_down(pane, offset=(3, 1))
        await reader.pilot.hover(pane, offset=(8, 1))
        await reader.pilot.mouse_up(pane, offset=(8, 1))
        await reader.rest()
        selected = reader.app.screen.get_selected_text()
        assert selected is not None and "Day 0 paper 0".startswith(selected) and len(selected) >= 4
