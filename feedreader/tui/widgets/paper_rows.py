"""The rows of the paper list, drawn: a day's header, and a paper on one line or two."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from feedreader.model import Group, PaperSummary
from feedreader.text.display import fill
from feedreader.view import columns as cells
from feedreader.view.rows import NOTED, SIGNED, group_counts, group_title, row_title, signs

if TYPE_CHECKING:
    from feedreader.query.hits import HitPatterns

Look = Callable[[str], Style]

TITLE_AT_LEAST = 24  # cells of a header for its day
EDGE = 3 + len(SIGNED)  # cells before the title: the cursor, the signs, a blank


def header(group: Group, today: date, width: int, look: Look) -> list[Segment]:
    counts = group_counts(group, width - TITLE_AT_LEAST)
    title = fill(group_title(group, today), max(1, width - cell_len(counts) - 3), cell_len)
    return [Segment(f" {title} ", look("day")), Segment(f"{counts} ", look("count"))]


class Drawing(NamedTuple):
    """What rows are drawn with: the looks, the style of the cursor's row (None on all others), and the hits."""

    look: Look
    chosen: Style | None
    hits: HitPatterns | None


def first_line(
    summary: PaperSummary | None, gone: bool, columns: Sequence[str], width: int, to: Drawing
) -> list[Segment]:
    """The marks, the title, and its columns."""
    look, chosen = to.look, to.chosen
    if summary is None:
        text = "    No longer in the library" if gone else "    …"
        return [Segment(fill(text, width, cell_len), chosen or look("authors"))]
    receded = _recedes(summary)
    note, quiet = NOTED if summary.marks.note else " ", chosen or look("dismissed" if receded else "authors")
    segments = [*_signs(summary, to), Segment(" ", quiet)]
    title, stand_in = row_title(summary)
    name = "dismissed" if receded else "stand-in" if stand_in else _title_look(summary)
    for cell in cells.one_line(summary, columns, width - EDGE - 1, cell_len):
        if cell.name == cells.TITLE:
            segments += _words(title, cell.text, "title", _on_cursor(chosen, name, look), to)
        elif cell.name == cells.NOTE:
            segments.append(Segment(f" {note} ", chosen or look("kept")))
            note = " "
        else:
            segments += _cell(cell, quiet, to)
    segments.append(Segment(note, chosen or look("kept")))
    return segments


def _signs(summary: PaperSummary, to: Drawing) -> list[Segment]:
    """The edge of the cursor's row, and the signs before the title."""
    look, chosen = to.look, to.chosen
    state, kept = signs(summary.marks, summary.highlighted)
    return [
        Segment("▌" if chosen else " ", chosen or look("text")),
        Segment(state, chosen or look("unread" if summary.highlighted or not summary.marks.read else "read")),
        Segment(kept, chosen or look("kept")),
    ]


def _title_look(summary: PaperSummary) -> str:
    return "read" if summary.marks.read else "highlighted" if summary.highlighted else "title"


def second_line(summary: PaperSummary | None, columns: Sequence[str], width: int, to: Drawing) -> list[Segment]:
    """What stands under the title."""
    receded = summary is not None and _recedes(summary)
    quiet = to.look("dismissed" if receded else "authors") if to.chosen is None else to.chosen + Style(bold=False)
    segments = [Segment("▌" + " " * (EDGE - 1) if to.chosen else " " * EDGE, to.chosen or to.look("text"))]
    for cell in cells.second_line(summary, columns, width - EDGE - 1, cell_len) if summary is not None else ():
        segments += _cell(cell, quiet, to)
    segments.append(Segment(" " * (width - sum(cell_len(segment.text) for segment in segments)), quiet))
    return segments


def _cell(cell: cells.Cell, style: Style, to: Drawing) -> list[Segment]:
    if cell.name == cells.AUTHORS:
        return _words(cell.text, cell.text, "author", style, to)
    return [Segment(cell.text, style)] if cell.text else []


def _words(text: str, shown: str, part: str, style: Style, to: Drawing) -> list[Segment]:
    """A text as it is shown in the room it has, with what was searched for marked."""
    if to.hits is None or not (hits := to.hits.find(text, part)):
        return [Segment(shown, style)]
    from feedreader.query.hits import split

    marked = style + (Style(underline=True) if to.chosen else to.look("found"))
    return [Segment(piece, marked if is_hit else style) for piece, is_hit in split(shown, hits)]


def _recedes(summary: PaperSummary) -> bool:
    """Whether it was put aside for good."""
    return summary.marks.dismissed and summary.marks.read and not summary.marks.shortlisted


def _on_cursor(chosen: Style | None, name: str, look: Look) -> Style:
    """A part's own style; on the cursor's row, that row's colours with the part's slant."""
    if chosen is None:
        return look(name)
    return chosen + Style(italic=True) if name == "stand-in" else chosen
