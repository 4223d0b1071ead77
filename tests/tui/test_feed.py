"""Moving, reading and marking: each key of the feed screen, against a real library."""

from __future__ import annotations

import re

import pytest
from textual.events import MouseScrollDown

from feedreader.library import Library
from tests.tui.conftest import reading


async def test_it_opens_on_the_first_paper_with_its_abstract_beside_it(papers: Library) -> None:
    async with reading(papers) as reader:
        assert reader.title == "Alpha networks for everybody"
        assert reader.lines()[0].startswith("── Today · Thu 23 May ──")
        assert " 0/4 ▱▱▱▱▱ ──" in reader.lines()[0]
        assert reader.lines()[6].startswith("── Yesterday · Wed 22 May ──")
        assert "Ada Lovelace, Charles Babbage" in reader.text("#pane")
        assert "arXiv      1905.00001\n" in re.sub("│ *", "", reader.text("#pane"))
        assert "39 unread" in reader.text("#status")
        assert reader.text("#hints").lstrip().startswith("s keep  x dismiss  space read on  / search")


async def test_j_and_k_move_by_papers_and_pass_over_headers(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("j", "j", "j", "j")
        assert reader.title == "Long reading"
        await reader.press("k")
        assert (reader.title or "").startswith("深層")
        await reader.press("k", "k", "k", "k", "up")
        assert reader.title == "Alpha networks for everybody"
        assert reader.counts == (39, 39, 0), "moving marks nothing"


async def test_the_header_of_the_day_stays_at_the_top(papers: Library) -> None:
    async with reading(papers, size=(120, 20)) as reader:
        await reader.press("G")
        assert reader.title == "Undated 3"
        assert reader.lines()[0].startswith("── Mon 6 May ──")
        assert reader.lines()[-4].startswith("── Undated papers ──")
        await reader.press("g")
        assert reader.list.top == (0, 0)


async def test_days_are_gone_through_by_brackets(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("j", "right_square_bracket")
        assert reader.title == "Long reading"
        await reader.press("right_square_bracket", "j", "left_square_bracket")
        assert reader.title == "Number 1 of a long day"
        await reader.press("left_square_bracket")
        assert reader.title == "Long reading"


async def test_the_cursor_keeps_away_from_the_edges(papers: Library) -> None:
    async with reading(papers, size=(120, 20)) as reader:
        for _ in range(16):
            await reader.press("j")
        assert 1 < reader.list.line <= reader.list.size.height - 1 - 3


async def test_m_and_s_toggle_and_are_on_the_disk(papers: Library) -> None:
    async with reading(papers) as reader:
        key = reader.list.key
        assert key is not None
        await reader.press("m", "s")
        assert reader.counts == (39, 38, 1)
        assert reader.lines()[1].startswith("▌ ★ Alpha")
        assert " 1/4 ▰▱▱▱▱ · 1 kept ──" in reader.lines()[0]
        assert papers.papers.counts() == (39, 38, 1)
        assert "read · ★ kept" in reader.text("#pane")
        await reader.press("m", "s")
        assert papers.papers.counts() == (39, 39, 0)
        assert reader.lines()[1].startswith("▌●  Alpha")


async def test_two_quick_presses_of_m_are_two_toggles(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.pilot.press("m", "m", "m")
        await reader.rest()
        assert papers.papers.counts() == (39, 38, 0)


async def test_u_undoes_and_says_what(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("s", "u")
        assert reader.message == "Undid: keep “Alpha networks for everybody”"
        assert papers.papers.counts() == (39, 39, 0)
        assert reader.counts == (39, 39, 0)
        await reader.press("u")
        assert reader.message == "Nothing to undo."


async def test_a_whole_day_is_read_at_once_and_undone_at_once(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("A")
        assert "4 read" in reader.lines()[0]
        assert reader.message == "Marked 4 papers as read (u to undo)."
        assert reader.counts == papers.papers.counts() == (39, 35, 0)
        await reader.press("A")
        assert reader.message == "No unread papers today."
        await reader.press("u")
        assert reader.counts == papers.papers.counts() == (39, 39, 0)


async def test_n_goes_to_the_next_unread_paper(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("A", "n")
        assert reader.title == "Long reading"
        await reader.press("G", "N")
        assert reader.title == "Undated 2"
        await reader.press("n", "n")
        assert reader.message == "No unread papers below."


async def test_reading_on_marks_what_was_left_behind(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("space")
        assert (reader.title or "").startswith("[MASK]"), "the abstract was in sight as a whole"
        assert papers.papers.counts() == (39, 38, 0)
        await reader.press("u")
        assert reader.message == "Nothing to undo.", "reading is no step of its own"
        await reader.press("j")
        assert papers.papers.counts() == (39, 38, 0), "the second was not opened"


async def test_space_pages_through_a_long_abstract_first(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("right_square_bracket", "space")
        assert reader.title == "Long reading"
        assert reader.pane.scrolled > 0
        for _ in range(5):
            await reader.press("space")
        assert reader.title != "Long reading"
        assert reader.pane.scrolled == 0
        assert papers.papers.counts()[1] <= 38


async def test_the_last_unread_paper_is_read_when_read_to_its_end(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("G", "space")
        assert reader.title == "Undated 3"
        assert papers.papers.counts() == (39, 38, 0)


async def test_a_paper_opened_and_left_is_read(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("enter")
        assert reader.pane.has_focus
        await reader.press("h")
        assert reader.list.has_focus
        assert papers.papers.counts() == (39, 39, 0), "going back to the list leaves nothing yet"
        await reader.press("j")
        assert papers.papers.counts() == (39, 38, 0)
        await reader.press("l", "J")
        assert papers.papers.counts() == (39, 37, 0)
        assert reader.pane.has_focus
        await reader.press("K", "escape", "j", "j", "j")
        assert papers.papers.counts() == (39, 36, 0)


async def test_a_paper_marked_unread_while_it_is_open_stays_unread(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("enter", "m", "m", "J")
        assert papers.papers.counts() == (39, 39, 0)


async def test_quitting_marks_nothing(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("enter", "q")
    assert papers.papers.counts() == (39, 39, 0)


async def test_the_abstract_scrolls_by_its_own_keys(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("right_square_bracket", "enter", "j", "j")
        assert reader.pane.scrolled == 2
        assert reader.title == "Long reading"
        await reader.press("G")
        assert "more line" not in reader.text("#pane")
        await reader.press("g")
        assert reader.pane.scrolled == 0
        assert "more lines" in reader.lines("#pane")[-1]


async def test_tex_is_unicode_until_t_is_pressed(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("j", "j")
        assert "Bounds of 𝒪(n²) by Fréchet" in reader.text()
        assert "10×" in reader.text("#pane")
        await reader.press("t")
        assert r"$\mathcal{O}(n^2)$" in reader.text("#pane")
        assert r"10$\times$" in reader.text("#pane")
        await reader.press("t")
        assert "10×" in reader.text("#pane")


async def test_a_paper_without_a_name_shows_a_stand_in(papers: Library) -> None:
    async with reading(papers) as reader:
        assert any("arXiv:1904.09925 · Convolutional" in line for line in reader.lines())
        head_row = next(y for y, line in enumerate(reader.lines()) if "arXiv:1904.09925" in line)
        strip = reader.list.render_line(head_row)
        assert any(segment.style and segment.style.italic for segment in strip)


async def test_removing_a_paper_and_undoing_it(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("D")
        assert papers.papers.counts()[0] == 38
        assert (reader.title or "").startswith("[MASK]")
        assert "u to undo" in reader.message
        await reader.press("u")
        assert papers.papers.counts()[0] == 39
        assert (reader.title or "").startswith("Alpha networks") and "↑" not in reader.text("#status")


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (115, 30), (116, 30), (250, 80)])
async def test_every_line_fills_the_width_at_every_size(papers: Library, size: tuple[int, int]) -> None:
    async with reading(papers, size=size) as reader:
        for selector in ("#list", "#pane", "#status", "#hints"):
            widget = reader.app.screen.query_one(selector)
            assert all(strip.cell_length == widget.size.width for strip in widget.render_lines(widget.size.region))
        beside = size[0] >= 116
        assert reader.pane.beside is beside
        assert reader.pane.text_width <= 88


async def test_one_above_the_other_reading_makes_room_for_the_abstract(papers: Library) -> None:
    async with reading(papers, size=(80, 24)) as reader:
        before = reader.pane.size.height
        await reader.press("enter")
        assert reader.pane.size.height > before
        assert reader.list.size.height >= 4
        assert (reader.title or "?") in reader.text()
        await reader.press("h")
        assert reader.pane.size.height == before


async def test_a_resize_keeps_the_cursor_in_sight(papers: Library) -> None:
    async with reading(papers, size=(120, 40)) as reader:
        await reader.press("G")
        await reader.pilot.resize_terminal(60, 16)
        await reader.rest()
        assert 0 < reader.list.line < reader.list.size.height
        assert "Undated 3" in reader.text()
        await reader.pilot.resize_terminal(250, 80)
        await reader.rest()
        assert "Alpha networks" in reader.text()
        assert "Undated 3" in reader.text()


def scrolled_down() -> MouseScrollDown:
    return MouseScrollDown(None, 5, 5, 0, 0, 0, False, False, False)


async def test_the_mouse_selects_scrolls_and_opens(papers: Library) -> None:
    async with reading(papers, size=(120, 20)) as reader:
        await reader.pilot.click("#list", offset=(10, 3))
        await reader.rest()
        assert "Bounds" in (reader.title or "")
        await reader.pilot.click("#list", offset=(10, 0))
        await reader.rest()
        assert reader.title == "Alpha networks for everybody"
        await reader.pilot.click("#list", offset=(10, 5))
        await reader.rest()
        assert (reader.title or "").startswith("深層"), "the second line of a title is its paper's, too"
        await reader.pilot.click("#list", offset=(10, 6))
        await reader.rest()
        assert reader.title == "Long reading", "a header stands for the first paper of its day"
        await reader.pilot.click("#list", offset=(10, 2), times=2)
        await reader.rest()
        assert reader.pane.has_focus
        top, lines = reader.list.top, [line.rstrip("▐ ") for line in reader.lines()]
        reader.list.post_message(scrolled_down())
        await reader.rest()
        assert reader.list.top != top
        assert [line.rstrip("▐ ") for line in reader.lines()[1:5]] == lines[4:8]
