"""The rows of the paper list, drawn: a day's header, and a paper on one line, two, or those that its title needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from feedreader.model import Group, PaperSummary
from feedreader.text.display import clip, fill
from feedreader.tui.widgets.drawn import FOUND
from feedreader.view import columns as cells
from feedreader.view.rows import NOTED, SIGNED, group_counts, group_progress, group_title, row_title, signs

if TYPE_CHECKING:
    from feedreader.query.hits import HitPatterns

Look = Callable[[str], Style]

EDGE = 3 + len(SIGNED)  # cells before the title: the cursor, the signs, a blank
TINTS = 6
_ANSI_ON_DARK, _ANSI_ON_LIGHT = (
    ("cyan", "yellow", "green", "magenta"),
    ("blue", "magenta", "red"),
)  # those that are read
_RULE, _DONE, _LEFT = "─", "▰", "▱"
_STEPS = 5  # of the bar of a day's progress

LOOKS: Mapping[str, str] = {
    "text": "$text",
    "day": "bold $text",
    "count": "$text-muted",
    "rule": "$rule",
    "progress": "$text-accent",
    "title": "$text",
    "highlighted": "$text-accent",
    "read": "$text-muted",
    "dismissed": "$receding",
    "stand-in": "italic $text-muted",
    "authors": "$text-muted",
    "unread": "$text-accent",
    "kept": "$text-warning",
    "author-sign": "$text-warning",
    "interest-sign": "$text-accent",
    "cursor": "bold $block-cursor-foreground on $block-cursor-background",
    "cursor-blurred": "$block-cursor-blurred-foreground on $block-cursor-blurred-background",
    "found": FOUND,
    "bar": "$rule",
    "chip-0": "$chip-primary on $primary-muted",
    "chip-1": "$chip-success on $success-muted",
    "chip-2": "$chip-error on $error-muted",
    "chip-3": "$chip-secondary on $secondary-muted",
    "chip-4": "$chip-warning on $warning-muted",
    "chip-5": "$chip-accent on $accent-muted",
    "empty": "$text-muted",
}


def header(group: Group, today: date, width: int, look: Look, *, is_cut: bool = False) -> list[Segment]:
    """A rule with the day, and how far it is read: `── Today · Mon 30 Nov ────── 50/424 ▰▱▱▱▱ · 1 kept ──`

    What is said of its papers gets shorter where there is no room, never the day. Of a day that `is_cut`, which may
    have more papers than are here, nothing is said but its name.
    """
    progress, share = group_progress(group)
    bar, counts = "" if share is None else _bar(share), group_counts(group)
    least = " · ".join(filter(None, (progress, f"{group.muted:,} muted" if group.muted else "")))
    most = width - 5 if group.day else max(12, width - 9 - cell_len(least))
    title = clip(group_title(group, today), max(1, most), cell_len)
    room = width - cell_len(title) - 9  # rules and blanks
    wordings = [(bar, count) for count in counts[:-1] or counts] + [("", count) for count in counts[-2:]]
    texts = (
        () if is_cut else (" · ".join(filter(None, (f"{progress} {bar}".strip(), count))) for bar, count in wordings)
    )
    text = next((text for text in texts if cell_len(text) <= room), "")
    before, done, after = text.partition(bar.rstrip(_LEFT)) if bar.rstrip(_LEFT) else (text, "", "")
    end = f" {_RULE * 2}" if text else ""
    rule = _RULE * max(0, room - cell_len(text) + (1 if text else 5))
    pieces = [(_RULE * 2, "rule"), (f" {title} ", "day"), (rule, "rule"), (" " * bool(text) + before, "count")]
    pieces += [(done, "progress"), (after, "count"), (end, "rule")]
    segments = [Segment(piece, look(name)) for piece, name in pieces if piece]
    return Segment.adjust_line_length(segments, width)


def _bar(share: float) -> str:
    """Something that is read shows, and something that is left."""
    done = min(_STEPS - 1, max(1, round(share * _STEPS))) if share else 0
    return _DONE * done + _LEFT * (_STEPS - done)


class Drawing(NamedTuple):
    """What rows are drawn with: the looks, the style of the cursor's row (None on all others), the hits, and whether
    only the terminal's own colours can be used: whether they are for a dark background."""

    look: Look
    chosen: Style | None
    hits: HitPatterns | None
    ansi_dark: bool | None = None


def not_here(part: int, gone: bool, width: int, to: Drawing) -> list[Segment]:
    """The row of a paper that is still to come, or that left the library."""
    text = "" if part else "No longer in the library" if gone else "…"
    return [Segment(fill(" " * EDGE + text, width, cell_len), to.chosen or to.look("authors"))]


def full_row(
    summary: PaperSummary, lines: Sequence[str], columns: Sequence[str], width: int, to: Drawing
) -> list[list[Segment]]:
    """The title on its lines, and what fits behind it."""
    style, quiet = _on_cursor(to.chosen, _title_look(summary), to.look), _quiet(summary, to)
    drawn = [[_hanging(to), *words] for words in _title(lines, style, to)]
    drawn[0][:1] = [*_signs(summary, to), Segment(" ", quiet)]
    room = width - EDGE - 1
    signs_at = cells.line_of_signs(lines, room, cell_len)
    for place, (line, text) in enumerate(zip(drawn[:-1], lines, strict=False)):
        left = room - cell_len(text)
        drawn_signs = _interest(cells.interest_signs(summary, left) if place == signs_at else [], summary, quiet, to)
        blanks = left - sum(len(segment.text) for segment in drawn_signs)
        line += [Segment(" " * blanks, style), *drawn_signs, Segment(" ", style)]
    with_signs = signs_at == len(lines) - 1
    for cell in cells.behind(summary, cell_len(lines[-1]), columns, room, cell_len, with_signs=with_signs):
        if cell.name == cells.CHIP:
            drawn[-1].append(Segment(cell.text, quiet if _recedes(summary) else _chip(cell.text, quiet, to)))
        else:
            drawn[-1] += _cell(cell, summary, quiet, to)
    drawn[-1].append(Segment(NOTED if summary.marks.note else " ", to.chosen or to.look("kept")))
    return drawn


def _chip(category: str, quiet: Style, to: Drawing) -> Style:
    """A tinted ground, or where those of a terminal are too loud, coloured letters."""
    if to.ansi_dark is None:
        return to.look(f"chip-{tint(category)}")
    colors = _ANSI_ON_DARK if to.ansi_dark else _ANSI_ON_LIGHT
    return quiet if to.chosen else Style(color=colors[tint(category) % len(colors)])


def tint(category: str) -> int:
    """Which of the chips' tints a category has: always the same one, and those most often seen together have others."""
    number = 0
    for character in category.strip():
        number = number * 10 + ord(character)
    return (7 * number + 3) % 251 % TINTS


def _title(lines: Sequence[str], style: Style, to: Drawing) -> list[list[Segment]]:
    """The lines of a title, with what was searched for marked, across their ends too."""
    text = " ".join(lines)
    if to.hits is None or not (hits := to.hits.find(text, "title")):
        return [[Segment(line, style)] for line in lines]
    drawn, start = [], 0
    for line in lines:
        end = start + len(line)
        here = [(max(first, start) - start, last - start) for first, last in hits if last > start]
        drawn.append(_split(line, here, style, to))
        start = end + 1
    return drawn


def first_line(summary: PaperSummary, columns: Sequence[str] | None, width: int, to: Drawing) -> list[Segment]:
    """The marks, the title, and what is beside it; None: that stands on a second line."""
    look, chosen = to.look, to.chosen
    note, quiet = NOTED if summary.marks.note else " ", chosen or look("dismissed" if _recedes(summary) else "authors")
    segments = [*_signs(summary, to), Segment(" ", quiet)]
    title = row_title(summary)[0]
    alone = columns is not None
    for cell in cells.one_line(summary, columns or (), width - EDGE - 1, cell_len, with_signs=alone):
        if cell.name == cells.TITLE:
            segments += _words(title, cell.text, "title", _on_cursor(chosen, _title_look(summary), look), to)
        elif cell.name == cells.NOTE:
            segments.append(Segment(f" {note} ", chosen or look("kept")))
            note = " "
        else:
            segments += _cell(cell, summary, quiet, to)
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
    """Kept papers are as bright as unread ones."""
    if _recedes(summary):
        return "dismissed"
    if not summary.title:
        return "stand-in"
    if summary.marks.read:
        return "title" if summary.marks.shortlisted else "read"
    return "highlighted" if summary.highlighted else "title"


def second_line(summary: PaperSummary, columns: Sequence[str], width: int, to: Drawing) -> list[Segment]:
    """What stands under the title."""
    quiet, segments = _quiet(summary, to), [_hanging(to)]
    room = width - EDGE - 1
    signs = cells.interest_signs(summary, room)  # a cell each
    for cell in cells.second_line(summary, columns, room - len(signs), cell_len):
        segments += _cell(cell, summary, quiet, to)
    used = sum(cell_len(segment.text) for segment in segments)
    segments.append(Segment(" " * (width - 1 - len(signs) - used), quiet))
    return [*segments, *_interest(signs, summary, quiet, to), Segment(" ", quiet)]


def _quiet(summary: PaperSummary, to: Drawing) -> Style:
    """The style of what is beside a title or under it."""
    if to.chosen is not None:
        return to.chosen + Style(bold=False)
    return to.look("dismissed" if _recedes(summary) else "authors")


def _hanging(to: Drawing) -> Segment:
    """What is before the lines below the first."""
    return Segment("▌" + " " * (EDGE - 1) if to.chosen else " " * EDGE, to.chosen or to.look("text"))


def _interest(signs: Sequence[cells.Cell], summary: PaperSummary, quiet: Style, to: Drawing) -> list[Segment]:
    return [segment for cell in signs for segment in _cell(cell, summary, quiet, to)]


def _cell(cell: cells.Cell, summary: PaperSummary, style: Style, to: Drawing) -> list[Segment]:
    if cell.name == cells.AUTHORS:
        return _words(cell.text, cell.text, "author", style, to)
    if cell.name in (cells.AUTHOR_SIGN, cells.INTEREST_SIGN) and not to.chosen and not _recedes(summary):
        style = to.look(cell.name)
    return [Segment(cell.text, style)] if cell.text else []


def _words(text: str, shown: str, part: str, style: Style, to: Drawing) -> list[Segment]:
    """A text as it is shown in the room it has, with what was searched for marked."""
    if to.hits is None or not (hits := to.hits.find(text, part)):
        return [Segment(shown, style)]
    return _split(shown, hits, style, to)


def _split(text: str, hits: Sequence[tuple[int, int]], style: Style, to: Drawing) -> list[Segment]:
    from feedreader.query.hits import split  # only once something is searched for

    marked = style + (Style(underline=True) if to.chosen else to.look("found"))
    return [Segment(piece, marked if is_hit else style) for piece, is_hit in split(text, hits)]


def _recedes(summary: PaperSummary) -> bool:
    """Whether it was put aside for good."""
    return summary.marks.dismissed and summary.marks.read and not summary.marks.shortlisted


def _on_cursor(chosen: Style | None, name: str, look: Look) -> Style:
    """A part's own style; on the cursor's row, that row's colours with the part's slant."""
    if chosen is None:
        return look(name)
    return chosen + Style(italic=True) if name == "stand-in" else chosen
