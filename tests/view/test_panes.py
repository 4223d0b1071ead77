"""How the list and the abstract share the screen: at every size both are of use, no size is worse than a smaller."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.tui.widgets.body import TEXT
from feedreader.tui.widgets.paper_pane import LEFT, RIGHT
from feedreader.tui.widgets.paper_rows import EDGE
from feedreader.view.columns import title_lines
from feedreader.view.page import TEXT_WIDTH
from feedreader.view.panes import ABSTRACT, BESIDE, LAYOUTS, LIST, STACKED, STEPS, WIDE, Panes, offered
from feedreader.view.scroll import Scroll
from tests.titles import titles

BARS = 2  # lines of the terminal above and below
WIDTHS, HEIGHTS = range(60, 221), (16, 24, 40, 50)
shares = st.integers(0, 999)
panes = st.builds(Panes, st.sampled_from(["auto", *LAYOUTS]), shares, shares)


def list_sizes(width: int, height: int) -> tuple[int, int]:
    """Columns for titles and lines of the list at a size of the terminal, when nothing was chosen."""
    body, chosen = height - BARS, Panes()
    size = chosen.list_size(width, body, text=TEXT)
    columns, lines = (size, body) if chosen.shown(width, body) == BESIDE else (width, size)
    return columns - EDGE - 2, lines


def abstract_cells(width: int, height: int) -> int:
    """How much of an abstract is seen at once."""
    body, chosen = height - BARS, Panes()
    size = chosen.list_size(width, body, text=TEXT)
    if chosen.shown(width, body) == BESIDE:
        return min(TEXT_WIDTH, width - size - LEFT - RIGHT) * body
    return min(TEXT_WIDTH, width - 1 - RIGHT) * (body - size - 1)


def seen_whole(heights: list[int], first: int, lines: int) -> int:
    """How many papers are on the screen with all lines of their titles, from a row on."""
    scroll = Scroll(len(heights) + 1, lines, lambda row: heights[row - 1] if row else 1)
    shown = list(scroll.shown(scroll.at(first + 1, 1)))[1:]
    return sum(part == heights[row - 1] - 1 for row, part in shown if row)


@pytest.mark.parametrize("seed", range(3))
def test_no_wider_terminal_shows_fewer_papers_or_less_of_an_abstract(seed: int) -> None:
    day = titles(Random(seed), 220)
    counts: dict[tuple[int, int, int], int] = {}
    for width in WIDTHS:
        rows = [title_lines(title, list_sizes(width, 50)[0]) for title in day]
        assert [" ".join(lines) for lines in rows] == day, "at no width a title is cut"
        heights = [len(lines) for lines in rows]
        for height in HEIGHTS:
            columns, lines = list_sizes(width, height)
            assert columns == list_sizes(width, 50)[0]
            for first in (0, 50, 100, 150):
                counts[width, height, first] = seen_whole(heights, first, lines)
    for (width, height, first), count in counts.items():
        if width > WIDTHS[0]:
            assert count >= counts[width - 1, height, first], (width, height, first)
    for height in HEIGHTS:
        cells = [abstract_cells(width, height) for width in WIDTHS]
        assert all(less <= more for less, more in pairwise(cells))


@pytest.mark.parametrize("width", [60, 80, 100, WIDE - 1, WIDE, 120, 160, 200])
def test_no_higher_terminal_shows_less(width: int) -> None:
    day = titles(Random(width), 220)
    heights = [len(title_lines(title, list_sizes(width, 50)[0])) for title in day]
    counts = [seen_whole(heights, 20, list_sizes(width, height)[1]) for height in range(16, 80)]
    cells = [abstract_cells(width, height) for height in range(16, 80)]
    assert all(less <= more for values in (counts, cells) for less, more in pairwise(values))


@given(panes, st.integers(1, 300), st.integers(1, 120), st.booleans())
def test_at_every_size_there_is_a_layout_with_room_for_both(
    chosen: Panes, width: int, height: int, reading: bool
) -> None:
    layout = chosen.shown(width, height)
    if layout in (BESIDE, STACKED):
        whole = width if layout == BESIDE else height
        size = chosen.list_size(width, height, text=TEXT, reading=reading)
        assert 0 < size < whole and min(size, whole - size) >= 4
    else:
        assert chosen.layout == layout or height < 8
    seen, at, layouts = [], chosen, offered(width, height)
    for _ in layouts:
        at = at.next(width, height)
        seen.append(at.shown(width, height))
    assert seen[-1] == layout and set(seen) == set(layouts) >= {LIST, ABSTRACT}
    assert Panes.of(at.text()) == at


@given(panes, st.integers(68, 300), st.integers(8, 120))
def test_the_split_moves_both_ways_and_stops_where_a_part_would_be_too_small(
    chosen: Panes, width: int, height: int
) -> None:
    layout = chosen.shown(width, height)
    if layout not in STEPS:
        return
    size = chosen.list_size(width, height, text=TEXT)
    for step in (1, -1):
        moved = chosen.moved(step, width, height, text=TEXT)
        by = moved.list_size(width, height, text=TEXT) - size
        assert 0 <= by * step <= STEPS[layout]
        again = moved.moved(step, width, height, text=TEXT)
        assert by or again.list_size(width, height, text=TEXT) == size, "it stops for good"
    if chosen.layout == "auto" and width < WIDE:
        assert moved.beside == chosen.beside, "each layout has its own split"


@pytest.mark.parametrize("text", [None, "", "what", "beside x 5000", "list 1", "beside 460 450 7", "\x00 \u0665"])
def test_what_was_remembered_is_understood_or_let_go(text: str | None) -> None:
    assert Panes.of(text).shown(120, 38) in (BESIDE, LIST)
