"""What stands beside a title, or under it: exactly as wide as there is room."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from feedreader.config.kinds import COLUMNS
from feedreader.model import Marks, PaperSummary
from feedreader.view.columns import (
    LINES,
    LINES_WHOLE,
    SIGNS,
    TITLE_LEAST,
    Cell,
    behind,
    interest_signs,
    line_of_signs,
    one_line,
    second_line,
    title_lines,
)
from feedreader.view.rows import row_title

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
        (("authors",), 45, "Alpha networks for everybody       Lovelace +1"),
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
        (("authors", "categories", "day"), 50, "Lovelace +1 · cs.LG cs.CL stat.ML · 9 May 2019"),
        (("authors", "categories", "day"), 40, "Lovelace +1 · cs.LG cs.CL stat.ML"),
        (("authors", "categories"), 20, "Lovelace +1"),
        (("source", "version", "tags", "id"), 80, "digest.txt · v2 · #thesis · 1905.00001"),
        (("categories",), 8, "cs.LG …"),
        ((), 8, ""),
    ],
)
def test_second_line(columns: tuple[str, ...], width: int, line: str) -> None:
    assert text(second_line(PAPER, columns, width)) == line


def test_under_a_paper_of_which_nothing_is_known_stands_nothing() -> None:
    assert second_line(BARE, [name for name in COLUMNS if name != "id"], 60) == []


def last_line(used: int, columns: tuple[str, ...], width: int = 80) -> str:
    return text(behind(PAPER, used, columns, width))


def test_behind_a_title_columns_take_the_room_that_is_left_in_whole_words() -> None:
    usual = ("authors", "categories")
    assert last_line(28, usual) == f"{' · Lovelace, van den Oord':45} cs.LG "
    assert last_line(55, usual).strip() == "· Lovelace +1  cs.LG" or last_line(50, usual).startswith(" · Lovelace +1 ")
    assert last_line(65, usual) == f"{'':8} cs.LG ", "rather none than a piece of a name"
    assert last_line(75, usual) == " " * 5
    assert last_line(80, usual) == ""
    assert last_line(28, ()) == " " * 52
    assert last_line(28, ("categories", "day")) == f"{'':33} cs.LG   9 May 2019"
    assert last_line(28, ("tags", "version", "authors")).startswith(" · #thesis · v2 · Lovelace, van den Oord ")


KNOWN = PAPER._replace(interest=0.9, by_kept_author=True)


def test_signs_of_interest_stand_behind_the_chip() -> None:
    usual = ("authors", "categories")
    assert text(behind(KNOWN, 28, usual, 80)) == f"{' · Lovelace, van den Oord':42} cs.LG  ✦▇"
    assert text(behind(KNOWN._replace(by_kept_author=False), 28, (), 80)) == f"{'':51}▇"
    unsigned = behind(KNOWN._replace(interest=0.1, by_kept_author=False), 28, usual, 80)
    assert text(unsigned) == f"{' · Lovelace, van den Oord':42} cs.LG    ", "what is beside it is aligned"
    assert text(behind(KNOWN, 77, usual, 80)) == " ✦▇"
    assert text(behind(KNOWN, 78, usual, 80)) == " ▇"
    assert text(behind(KNOWN._replace(interest=0.1), 78, usual, 80)) == " ✦"
    assert text(behind(KNOWN, 79, usual, 80)) == " "
    assert text(behind(KNOWN, 28, usual, 80, with_signs=False)) == last_line(28, usual)


def test_signs_of_interest_are_on_the_last_line_of_a_title_with_room_for_them() -> None:
    assert line_of_signs(["a" * 20], 20) == line_of_signs(["a"], 20) == 0
    assert line_of_signs(["a" * 9, "a" * 20], 20) == 0
    assert line_of_signs(["a" * 9, "a" * 17], 20) == 1
    assert line_of_signs(["a" * 18, "a" * 18], 20) == 1


def test_on_one_line_signs_of_interest_take_no_room_that_a_title_needs() -> None:
    assert text(one_line(KNOWN, ("day",), 80)).endswith(" 9 May 2019 ✦▇")
    assert text(one_line(KNOWN, (), 80)) == f"{KNOWN.title:77} ✦▇"
    assert text(one_line(KNOWN, (), TITLE_LEAST)) == f"{KNOWN.title:{TITLE_LEAST}}"
    assert "▇" not in text(one_line(KNOWN, ("day",), 80, with_signs=False))


def test_a_phrase_is_no_chip() -> None:
    wordy = PAPER._replace(categories=("Computer Science and Machine Learning",))
    assert text(behind(wordy, 28, ("categories",), 80)).strip() == ""


def test_a_title_takes_the_lines_it_needs() -> None:
    assert title_lines("Alpha networks for everybody", 28) == ["Alpha networks for everybody"]
    assert title_lines("Alpha networks for everybody", 27) == ["Alpha networks for", "everybody"]
    assert title_lines("", 10) == [""]
    assert title_lines("word " * 5, 5) == ["word"] * 5, "a narrow list shows all of it, too"
    assert title_lines("word " * 6, 5) == ["word", "word", "word…"], "but not of what no title is"
    assert len(title_lines("x" * 100_000, 40)) == LINES


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
    interest=st.none() | st.floats(0, 1),
    by_kept_author=st.booleans(),
)
some_columns = st.lists(st.sampled_from(COLUMNS), unique=True)


@given(summaries, some_columns, st.integers(10, 220))
def test_any_paper_fills_its_lines_and_no_more(summary: PaperSummary, columns: list[str], width: int) -> None:
    first, second = one_line(summary, columns, width, cell_len), second_line(summary, columns, width, cell_len)
    assert cell_len(text(first)) == width
    assert cell_len(dict(first)["title"]) >= min(width, TITLE_LEAST)
    assert cell_len(text(second)) <= width
    signs = interest_signs(summary, width)
    assert cell_len(text(signs)) == len(signs) == (0 if summary.interest is None else SIGNS)
    assert text([*first, *second]).isprintable()


@given(summaries, some_columns, st.integers(10, 220))
def test_in_full_a_title_is_whole_and_its_last_line_is_filled(
    summary: PaperSummary, columns: list[str], width: int
) -> None:
    title = row_title(summary)[0]
    lines = title_lines(title, width, cell_len)
    assert "".join("".join(lines).split()) == "".join(title.split()) or len(lines) == LINES
    assert len(lines) <= LINES_WHOLE and all(cell_len(line) <= width for line in lines)
    rest = text(behind(summary, cell_len(lines[-1]), columns, width, cell_len))
    assert cell_len(lines[-1]) + cell_len(rest) == width and rest.isprintable()


@given(words, st.integers(10, 120))
def test_a_wider_list_never_takes_more_lines(title: str, width: int) -> None:
    narrow, wide = title_lines(title, width, cell_len), title_lines(title, width + 1, cell_len)
    assert len(wide) <= len(narrow) or narrow[-1].endswith("…")
