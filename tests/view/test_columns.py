"""What stands beside a title, or under it: exactly as wide as there is room."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from feedreader.config.kinds import COLUMNS
from feedreader.model import Marks, PaperSummary
from feedreader.view.columns import TITLE_LEAST, Cell, one_line, second_line

PAPER = PaperSummary(
    *(1, "1905.00001", 1, "Alpha networks for everybody", ("Ada Lovelace", "Aäron van den Oord"), "1905.00001", None),
    day=date(2019, 5, 9),
    categories=("cs.LG", "cs.CL", "stat.ML"),
    sources=("digest.txt", "other.txt"),
    version=2,
    marks=Marks(tags=("thesis",)),
)
BARE = PaperSummary(2, "x", 1, "Alpha", (), None, None)


def text(cells: list[Cell]) -> str:
    return "".join(cell.text for cell in cells)


@pytest.mark.parametrize(
    ("columns", "width", "line"),
    [
        ((), 40, "Alpha networks for everybody            "),
        (("authors",), 45, "Alpha networks for everybody       Lovelace, …"),
        (("day",), 46, "Alpha networks for everybody        9 May 2019"),
        (("version", "id"), 60, "Alpha networks for everybody         v2          1905.00001"),
        (("categories", "title", "day"), 62, "cs.LG cs.CL …  Alpha networks for everybody       9 May 2019"),
        (("tags", "version"), 54, "Alpha networks for everybody     #thesis            v2"),
        (("source", "authors"), 45, "Alpha networks for everybody    digest.txt"),
        (("source", "version"), 36, "Alpha networks for everybody      v2"),
        (("source",), 20, "Alpha networks for…"),
    ],
)
def test_one_line(columns: tuple[str, ...], width: int, line: str) -> None:
    shown = text(one_line(PAPER, columns, width))
    assert " ".join(shown.split()) == " ".join(line.split())
    assert len(shown) == width


def test_a_lone_column_with_nothing_to_say_leaves_its_room_to_the_title() -> None:
    assert one_line(BARE, ("authors",), 80) == [("title", f"{'Alpha':80}")]
    assert len(one_line(BARE, ("authors", "day"), 80)) > 1


@pytest.mark.parametrize(
    ("columns", "width", "line"),
    [
        (("authors", "categories", "day"), 80, "Lovelace, van den Oord · cs.LG cs.CL stat.ML · 9 May 2019"),
        (("title", "day", "authors"), 80, "9 May 2019 · Lovelace, van den Oord"),
        (("authors", "categories", "day"), 50, "Lovelace, … · cs.LG cs.CL stat.ML · 9 May 2019"),
        (("authors", "categories", "day"), 40, "Lovelace, … · cs.LG cs.CL stat.ML"),
        (("authors", "categories"), 20, "Lovelace, …"),
        (("source", "version", "tags", "id"), 80, "digest.txt · v2 · #thesis · 1905.00001"),
        (("categories",), 8, "cs.LG …"),
        ((), 8, ""),
    ],
)
def test_second_line(columns: tuple[str, ...], width: int, line: str) -> None:
    assert text(second_line(PAPER, columns, width)) == line


def test_under_a_paper_of_which_nothing_is_known_stands_nothing() -> None:
    assert second_line(BARE, [name for name in COLUMNS if name != "id"], 60) == []


words = st.text(alphabet="aB é深$\\^{}\x1b\u202e-", max_size=40)
summaries = st.builds(
    PaperSummary,
    key=st.just(1),
    id=words.map(lambda word: word or "x"),
    group=st.just(1),
    title=st.none() | words,
    authors=st.lists(words, max_size=4).map(tuple),
    arxiv_id=st.none(),
    opening=st.none() | words,
    marks=st.builds(Marks, read=st.booleans(), shortlisted=st.booleans(), tags=st.lists(words, max_size=3).map(tuple)),
    day=st.none() | st.dates(),
    categories=st.lists(words, max_size=4).map(tuple),
    sources=st.lists(words, max_size=2).map(tuple),
    version=st.none() | st.integers(1, 12),
)
some_columns = st.lists(st.sampled_from(COLUMNS), unique=True)


@given(summaries, some_columns, st.integers(10, 220))
def test_any_paper_fills_its_lines_and_no_more(summary: PaperSummary, columns: list[str], width: int) -> None:
    first, second = one_line(summary, columns, width, cell_len), second_line(summary, columns, width, cell_len)
    assert cell_len(text(first)) == width
    assert cell_len(dict(first)["title"]) >= min(width, TITLE_LEAST)
    assert cell_len(text(second)) <= width
    assert text([*first, *second]).isprintable()
