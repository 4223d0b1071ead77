"""What a row of the list says: the title, and what is beside it or under it. Pure: no screen, no clock, no library.

In full, the title takes the lines that it needs, and columns only what it leaves of the last one. On one line each
column has a width of its own, and those go that leave the title too little room, the last ones first. On two lines the
columns follow one another under the title, as far as they fit. The signs of interest stand at the right edge, where the
title leaves them room; as soon as a paper's interest is known, they have it even if there is none to show, so that all
else is aligned. Widths are terminal cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from feedreader.model import PaperSummary
from feedreader.text.display import ELLIPSIS, Measure, clip, fill, safe, short_day, shown, wrap
from feedreader.view.rows import BY_KEPT_AUTHOR, level, row_title, short_authors

TITLE = "title"
AUTHORS = "authors"
DAY = "day"
NOTE = "note"
CHIP, CATEGORIES = "chip", "categories"
AUTHOR_SIGN, INTEREST_SIGN = "author-sign", "interest-sign"
LINES = 3  # lines that a title takes at the most, in full
LINES_WHOLE = 5  # but a narrow list gives it so many if they show all of it
GAP = 2  # cells between two columns
SIGNS = 3  # cells of the signs of interest, with a blank before them
NOTE_GAP = 3  # cells behind the title: the mark of a note has its place there
TITLE_LEAST = 30  # cells that the title keeps
_AUTHORS_LEAST = 12
_AUTHORS_MOST = 40  # cells behind a title
_SOURCE_MOST = 24
_CHIP_MOST = 20  # `cond-mat.mtrl-sci` is the longest of arXiv's
_REACH = 64  # characters of a title looked at, beyond those that its lines hold
_BETWEEN = " · "
_WIDTHS = {CATEGORIES: 13, DAY: 11, "version": 3, "tags": 14, "id": 14}


class Cell(NamedTuple):
    """A piece of a line: the column it belongs to ("" for what is between columns), and its text."""

    name: str
    text: str


def title_lines(title: str, width: int, measure: Measure = len) -> list[str]:
    """A title on the lines it needs; one that is longer than any real one is cut after the third."""
    width = max(1, width)
    lines = wrap(title[: 2 * LINES_WHOLE * width + _REACH], width, measure) or [""]
    if len(lines) > LINES_WHOLE:
        lines[LINES - 1 :] = [clip(" ".join(lines[LINES - 1 :]), width, measure)]
    return lines


def interest_signs(summary: PaperSummary, room: int) -> list[Cell]:
    """That an author of kept papers is among a paper's, and how high its interest is, or at least one of the two; where
    there is no room, or nothing is known, not even blanks."""
    if summary.interest is None or room < SIGNS - 1:
        return []
    high = level(summary.interest)
    author = Cell(AUTHOR_SIGN, BY_KEPT_AUTHOR if summary.by_kept_author else " ")
    interest = Cell(INTEREST_SIGN, high.sign if high else " ")
    if room < SIGNS:
        return [Cell("", " "), interest if high else author]
    return [Cell("", " "), author, interest]


def line_of_signs(lines: Sequence[str], width: int, measure: Measure = len) -> int:
    """On which of a title's lines the signs of interest stand: the last one that has room, or else the last."""
    fitting = [place for place, line in enumerate(lines) if measure(line) + SIGNS <= width]
    return fitting[-1] if fitting else len(lines) - 1


def behind(
    summary: PaperSummary,
    used: int,
    columns: Sequence[str],
    width: int,
    measure: Measure = len,
    *,
    with_signs: bool = True,
) -> list[Cell]:
    """The columns in what a title leaves of its last line: exactly `width` - `used` cells. The signs of interest, the
    category and the day stand at the right edge, all others follow the title. What does not fit is not there."""
    signs = interest_signs(summary, width - used) if with_signs else []
    right = [*_at_the_edge(summary, columns, width - used - len(signs), measure), *signs]
    room = width - used - sum(measure(text) for _, text in right)
    others = [name for name in columns if name not in (TITLE, CATEGORIES, DAY)]
    left: list[Cell] = []
    while others and not left and room > _AUTHORS_LEAST:
        left = second_line(summary, others, min(room - len(_BETWEEN) - 1, _AUTHORS_MOST), measure)
        if any(cell.name == AUTHORS and ELLIPSIS in cell.text for cell in left):
            left = []
        others.pop()
    left = [Cell("", _BETWEEN), *left] if left else []
    return [*left, Cell("", " " * (room - sum(measure(text) for _, text in left))), *right]


def _at_the_edge(summary: PaperSummary, columns: Sequence[str], room: int, measure: Measure) -> list[Cell]:
    """The day, as one column, and before it the category, unless a source calls it by a whole phrase."""
    day = _value(summary, DAY, room, measure) if DAY in columns else ""
    cells = [Cell("", " " * GAP), Cell(DAY, day)] if day and len(day) + GAP <= room else []
    room -= sum(len(text) for _, text in cells)
    chip = f" {safe(summary.categories[0])} " if CATEGORIES in columns and summary.categories else ""
    if chip and measure(chip) <= min(room - GAP, _CHIP_MOST):
        cells = [Cell(CHIP, chip), *cells]
    return cells


def one_line(
    summary: PaperSummary, columns: Sequence[str], width: int, measure: Measure = len, *, with_signs: bool = True
) -> list[Cell]:
    """The title among its columns, exactly `width` cells in all. Behind the title the mark of a note has its place."""
    signs = interest_signs(summary, width - TITLE_LEAST) if with_signs else []
    width -= len(signs)
    title_at = columns.index(TITLE) if TITLE in columns else 0
    fitting = [(name, size, _value(summary, name, size, measure)) for name, size in _fitting(columns, width)]
    before = [column for column in fitting if columns.index(column[0]) < title_at]
    after = fitting[len(before) :]
    if len(after) == 1 and not after[0][2]:
        after = []  # the title takes the room
    front, back = [], []
    for name, size, text in before:
        front += [*_aligned(name, text, size, name == DAY, measure), Cell("", " " * GAP)]
    for number, (name, size, text) in enumerate(after):
        gap = Cell("", " " * GAP) if number else Cell(NOTE, " " * NOTE_GAP)
        back += [gap, *_aligned(name, text, size, number == len(after) - 1 or name == DAY, measure)]
    used = sum(measure(text) for _, text in (*front, *back))
    return [*front, Cell(TITLE, fill(row_title(summary)[0], width - used, measure)), *back, *signs]


def _aligned(name: str, text: str, size: int, right: bool, measure: Measure) -> list[Cell]:
    """A text in its column, at the left or at the right."""
    cells = [Cell(name, text), Cell("", " " * (size - measure(text)))]
    return cells[::-1] if right else cells


def _fitting(columns: Sequence[str], width: int) -> list[tuple[str, int]]:
    """The columns for which there is room, each with its width."""
    room, fitting = width - TITLE_LEAST - (NOTE_GAP - GAP), []
    for name in columns:
        size = _width(name, width)
        if name != TITLE and size + GAP <= room:
            fitting.append((name, size))
            room -= size + GAP
    return fitting


def _width(name: str, width: int) -> int:
    if name == AUTHORS:
        return min(32, max(_AUTHORS_LEAST, (width + 5) // 5))
    return _WIDTHS.get(name) or min(_SOURCE_MOST, max(12, width // 7))


def second_line(summary: PaperSummary, columns: Sequence[str], width: int, measure: Measure = len) -> list[Cell]:
    """The columns one after the other, no wider than `width`. The authors take what room the others leave."""
    names = [name for name in columns if name != TITLE and _value(summary, name, width, measure)]
    while names:
        others = [_value(summary, name, width, measure) for name in names if name != AUTHORS]
        room = width - sum(map(measure, others)) - len(_BETWEEN) * (len(names) - 1)
        if room >= (_AUTHORS_LEAST if AUTHORS in names else 0) or len(names) == 1:
            break
        names.pop()
    cells: list[Cell] = []
    for name in names:
        text = clip(_value(summary, name, room if name == AUTHORS else width, measure), width, measure)
        cells += [*([Cell("", _BETWEEN)] if cells else []), Cell(name, text)]
    return cells


def _value(summary: PaperSummary, name: str, width: int, measure: Measure) -> str:
    """What a column says of a paper, in `width` cells; "" if there is nothing to say."""
    if name == AUTHORS:
        return short_authors(summary.authors, width, measure)
    if name == CATEGORIES:
        return _fitting_words([safe(category) for category in summary.categories], width, measure)
    if name == "tags":
        return _fitting_words([f"#{safe(tag)}" for tag in summary.marks.tags], width, measure)
    if name == DAY:
        return short_day(summary.day).partition(" ")[2] if summary.day else ""
    if name == "source":
        return clip(shown(summary.sources[0]), min(width, _SOURCE_MOST), measure) if summary.sources else ""
    if name == "version":
        return f"v{summary.version}" if summary.version else ""
    return clip(safe(summary.id), width, measure)


def _fitting_words(words: Sequence[str], width: int, measure: Measure) -> str:
    """As many words as fit, the first one at least in part."""
    text = " ".join(words)
    for number in range(len(words) - 1, 0, -1):
        if measure(text) <= width:
            return text
        text = f"{' '.join(words[:number])} {ELLIPSIS}"
    return clip(text, width, measure)
