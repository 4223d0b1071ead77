"""Scrolling through rows of any heights, against the plain list of all their lines."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from feedreader.view.scroll import Scroll, Top

heights = st.lists(st.integers(1, 5), min_size=1, max_size=60)


@dataclass
class Lines:
    """All lines of a list, and its scrolling."""

    heights: list[int]
    screen: int

    def __post_init__(self) -> None:
        self.all = [Top(row, part) for row, height in enumerate(self.heights) for part in range(height)]
        self.scroll = Scroll(len(self.heights), self.screen, self.heights.__getitem__)

    def at(self, number: int) -> Top:
        return self.all[max(0, min(number, len(self.all) - 1))]

    def number(self, top: Top) -> int:
        return bisect_left(self.all, top)


lists = st.builds(Lines, heights, st.integers(1, 30))
places = st.integers(0, 10_000)


@given(lists, places, st.integers(-80, 80))
def test_a_step_is_that_many_lines(lines: Lines, start: int, by: int) -> None:
    top = lines.at(start)
    assert lines.scroll.step(top, by) == lines.at(lines.number(top) + by)


@given(lists, places, places, st.integers(1, 100))
def test_a_row_is_on_the_line_that_it_is_on(lines: Lines, start: int, row: int, within: int) -> None:
    top, row = lines.at(start), row % len(lines.heights)
    line = lines.number(Top(row)) - lines.number(top)
    assert lines.scroll.line(top, row, within) == max(-within, min(line, within))


@given(lists, places)
def test_the_screen_shows_the_lines_from_the_first_on(lines: Lines, start: int) -> None:
    top = lines.at(start)
    number = lines.number(top)
    assert list(lines.scroll.shown(top)) == lines.all[number : number + lines.screen]


@given(lists, places, st.integers(0, 40))
def test_a_row_comes_to_the_line_asked_for_as_far_as_it_scrolls(lines: Lines, row: int, line: int) -> None:
    row %= len(lines.heights)
    number = lines.number(Top(row)) - line
    furthest = lines.number(lines.scroll.furthest)
    assert lines.number(lines.scroll.at(row, line)) == max(0, min(number, furthest))


@given(lists)
def test_the_end_is_seen_whole_and_no_more_than_a_row_is_left_empty(lines: Lines) -> None:
    furthest = lines.scroll.furthest
    seen = len(lines.all) - lines.number(furthest)
    assert seen <= lines.screen
    assert furthest == Top() or seen > lines.screen - max(lines.heights)


@given(lists, places, st.booleans())
def test_a_row_begins_under_the_header(lines: Lines, start: int, up: bool) -> None:
    top = lines.at(start)
    aligned = lines.scroll.aligned(top, up=up)
    moved = lines.number(aligned) - lines.number(top)
    assert (-5 < moved <= 0) if up else (0 <= moved < 5)
    if aligned != Top() and lines.number(top) < len(lines.all) - 5:
        assert lines.scroll.step(aligned, 1).part == 0


@given(heights, heights, places, st.integers(1, 30))
def test_other_heights_elsewhere_do_not_move_the_row_that_is_held(
    before: list[int], after: list[int], row: int, screen: int
) -> None:
    rows = min(len(before), len(after))
    old, new = Lines(before[:rows], screen), Lines(after[:rows], screen)
    row %= rows
    line = old.scroll.line(old.scroll.at(row, screen // 2), row, screen)
    top = new.scroll.at(row, line)
    if Top() < top < new.scroll.furthest:
        assert new.scroll.line(top, row, screen) == line


def counting(calls: list[int]) -> Callable[[int], int]:
    def height(row: int) -> int:
        calls.append(row)
        return row % 3 + 1

    return height


@given(st.integers(0, 249_999), st.integers(-60, 60), st.integers(5, 60))
def test_only_rows_near_the_screen_are_looked_at(row: int, by: int, screen: int) -> None:
    calls: list[int] = []
    scroll = Scroll(250_000, screen, counting(calls))
    top = scroll.clamped(scroll.aligned(scroll.step(scroll.at(row, screen // 3), by)))
    list(scroll.shown(top))
    scroll.line(top, 0, 2 * screen)
    scroll.line(top, 249_999, 2 * screen)
    assert len(calls) < 20 * (screen + abs(by)) + 50


def test_an_empty_list_stays_where_it_is() -> None:
    scroll = Scroll(0, 20, lambda row: 1)
    assert scroll.step(Top(), 3) == scroll.at(0, 2) == scroll.furthest == scroll.clamped(Top(4, 1)) == Top()
    assert list(scroll.shown(Top())) == []
