"""The rows of the paper list, drawn: a day's header, and a paper on one line or two."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from feedreader.model import Group, Head
from feedreader.view import columns as cells
from feedreader.view.rows import DISMISSED, KEPT, NOTED, UNREAD, fill, group_counts, group_title

Look = Callable[[str], Style]

EDGE = 4  # cells before the title: the cursor, two marks, a blank


def header(group: Group, today: date, width: int, look: Look) -> list[Segment]:
    counts = group_counts(group)
    if width < cell_len(counts) + 24:
        counts = f"{group.unread}/{group.total}"
    title = fill(group_title(group, today), max(1, width - cell_len(counts) - 3), cell_len)
    return [Segment(f" {title} ", look("day")), Segment(f"{counts} ", look("count"))]


def first_line(
    head: Head | None, gone: bool, columns: Sequence[str], width: int, chosen: Style | None, look: Look
) -> list[Segment]:
    """The marks, the title, and its columns. `chosen` is the style of the cursor's row; None on all others."""
    if head is None:
        text = "    No longer in the library" if gone else "    …"
        return [Segment(fill(text, width, cell_len), chosen or look("authors"))]
    before, title, stand_in, after = cells.one_line(head, columns, width - EDGE - 1, cell_len)
    aside, receded = head.dismissed and head.read, _recedes(head)
    name = "dismissed" if receded else "stand-in" if stand_in else "read" if head.read else "title"
    dot = UNREAD if not head.read else DISMISSED if aside else " "
    note, quiet = NOTED if head.noted else " ", chosen or look("dismissed" if receded else "authors")
    segments = [
        Segment("▌" if chosen else " ", chosen or look("text")),
        Segment(dot, chosen or look("read" if head.read else "unread")),
        Segment(KEPT if head.shortlisted else " ", chosen or look("kept")),
        Segment(f" {before}", quiet),
        Segment(title, _on_cursor(chosen, name, look)),
    ]
    if after:
        segments += [Segment(f" {note} ", chosen or look("kept")), Segment(after[cells.NOTE_GAP :], quiet)]
        note = " "
    segments.append(Segment(note, chosen or look("kept")))
    return segments


def second_line(
    head: Head | None, columns: Sequence[str], width: int, chosen: Style | None, look: Look
) -> list[Segment]:
    """What stands under the title."""
    text = "" if head is None else cells.second_line(head, columns, width - EDGE - 1, cell_len)
    edge = Segment("▌" + " " * (EDGE - 1) if chosen else " " * EDGE, chosen or look("text"))
    receded = head is not None and _recedes(head)
    quiet = look("dismissed" if receded else "authors") if chosen is None else chosen + Style(bold=False)
    return [edge, Segment(fill(text, width - EDGE, cell_len), quiet)]


def _recedes(head: Head) -> bool:
    """Whether it was put aside for good."""
    return head.dismissed and head.read and not head.shortlisted


def _on_cursor(chosen: Style | None, name: str, look: Look) -> Style:
    """A part's own style; on the cursor's row, that row's colours with the part's slant."""
    if chosen is None:
        return look(name)
    return chosen + Style(italic=True) if name == "stand-in" else chosen
