"""The abstract pane: one paper, wrapped, with its own scrolling.

A plain widget that draws its own lines: nothing is laid out when another paper comes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Offset, Region, Size
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from feedreader.model import Paper, PaperSummary
from feedreader.text.display import counted
from feedreader.tui.keys import PANE_KEYS
from feedreader.tui.widgets.drawn import FOUND
from feedreader.tui.widgets.selection import SELECTED, Selectable
from feedreader.view.page import TEXT_WIDTH, page
from feedreader.view.spans import Line, Span, copied, joint, plain
from feedreader.view.versions import BARE, SIGNS

if TYPE_CHECKING:
    from feedreader.query.hits import HitPatterns

LEFT = 3  # the separator and two blanks
RIGHT = 2
WHEEL = 3
LOW = 20  # lines below which none stays blank above the text
FEW = 8  # authors that hardly take several lines


class PaperPane(Selectable, Widget, can_focus=True):
    """Shows a paper. Scrolls itself; `read_on` tells whether there was more to see."""

    BINDINGS = PANE_KEYS
    LOOKS: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(("text", "abstract", "mention"), "$text"),
        **dict.fromkeys(("authors", "fact", "comment"), "$foreground 80%"),
        **dict.fromkeys(("label", "margin"), "$text-muted"),
        "title": "bold $text",
        "stand-in": "bold italic $text",
        "mark": "$text-accent",
        "tldr": "italic $text",
        "strong": "bold $text",
        "emphasis": "italic $text",
        "code": "$text-success",
        "deleted": "strike $text-error",
        "inserted": "underline $text-success",
        "more": "$text-accent",
        "found": FOUND,
        "selected": SELECTED,
        "separator": "$rule",
        "separator-focus": "$text-accent",
    }

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.paper: Paper | None = None
        self.raw = False
        self.scrolled = 0
        self.beside = True
        self._below = self._all_authors = False
        self.lines: Sequence[Line] = ()
        self._width = self._height = 0
        self._strips: dict[int, Strip] = {}
        self._blank: Strip | None = None
        self._hits: HitPatterns | None = None
        self._unmarked = False

    # What it shows ---------------------------------------------------------------------------------------------

    def show(self, paper: Paper | None) -> None:
        """Show a paper: from its top, unless it is the one that was there."""
        if paper is self.paper and not self._unmarked:
            return
        self._unmarked = False
        if paper is None or self.paper is None or paper.id != self.paper.id:
            self.scrolled = 0
            self.paper = paper
            self._all_authors = False
            self.deselect()
            self._wrap()
            return
        before, scrolled = self.lines, self.scrolled
        self.paper = paper
        self._wrap(redraw=False)
        if len(before) != len(self.lines) or scrolled != self.scrolled:
            self.deselect()
            self.refresh()
            return
        for number, (old, new) in enumerate(zip(before, self.lines, strict=True)):
            if old != new:
                self.refresh(Region(0, number - scrolled + self._first, self._width, 1))

    def show_summary(self, summary: PaperSummary) -> None:
        """Show as much of a paper as the list knows, until the whole of it is here."""
        self.show(
            Paper(
                id=summary.id,
                title=summary.title,
                authors=summary.authors,
                arxiv_id=summary.arxiv_id,
                abstract="…",
                version=summary.version,
                categories=summary.categories,
                day=summary.day,
                sources=summary.sources,
                marks=summary.marks,
            )
        )

    def mark_hits(self, hits: HitPatterns | None) -> None:
        """Mark what a search looks for in the papers that are shown from now on; None: nothing."""
        self._unmarked = self._unmarked or hits != self._hits
        self._hits = hits

    def _marked(self, lines: Sequence[Line]) -> Sequence[Line]:
        from feedreader.view.hits import mark_hits  # needed only once something is searched for

        return lines if self._hits is None else mark_hits(lines, self._hits)

    def toggle_raw(self) -> bool:
        """Show text as its source wrote it, or as Unicode again."""
        self.raw = not self.raw
        self.deselect()
        self._wrap()
        return self.raw

    def action_all_authors(self) -> None:
        """Show all authors of a paper that has many, or only the first again."""
        self._all_authors = not self._all_authors
        self.deselect()
        self._wrap()

    @property
    def _more(self) -> str:
        """How to see all authors."""
        bound = self._bindings.key_to_bindings.items()
        keys = [key for key, bindings in bound for binding in bindings if binding.id == "all-authors"]
        return f"{self.app.get_key_display(Binding(keys[0], ''))} shows all" if keys else ""

    def _wrap(self, *, redraw: bool = True) -> None:
        """Make the lines anew, for this paper and width."""
        lines: Sequence[Line] = ()
        if self.paper is not None:
            lines = page(
                self.paper,
                self.text_width,
                raw=self.raw,
                measure=cell_len,
                labels=not self._below,
                all_authors=self._all_authors,
                more=self._more if len(self.paper.authors) > FEW else "",
                signs=SIGNS if self.app.current_theme.ansi else BARE,
            )
        self.lines = self._marked(lines) if self._hits is not None else lines
        self.scrolled = min(self.scrolled, self._furthest)
        self._strips.clear()
        if redraw:
            self.refresh()

    def _size_updated(self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True) -> bool:
        # Before the first frame and after each change of size, not a frame later.
        changed = super()._size_updated(size, virtual_size, container_size, layout)
        parent = self.parent.region if isinstance(self.parent, Widget) else self.region
        placed = (*size, self.region.x > parent.x, self.region.y > parent.y)
        if (self._width, self._height, self.beside, self._below) != placed:
            self._width, self._height, self.beside, self._below = placed
            self._blank = None
            before = self.lines
            self._wrap()
            if self.lines != before:
                self.deselect()
        return changed

    @property
    def text_width(self) -> int:
        """How wide a line of text may be."""
        return max(10, min(TEXT_WIDTH, self._width - self._margin - RIGHT))

    @property
    def _margin(self) -> int:
        return LEFT if self.beside else 1

    @property
    def _indent(self) -> int:
        """The column on which the text starts. What it leaves is on both sides of it, unless the list is above."""
        spare = 0 if self._below else max(0, self._width - self._margin - RIGHT - self.text_width)
        return self._margin + spare // 2

    @property
    def _first(self) -> int:
        """The line of the widget on which the text starts, after a blank one or the line that separates."""
        return 1 if self._below or self._height >= LOW else 0

    @property
    def _room(self) -> int:
        """How many lines of text can be seen at once."""
        height = self._height - self._first
        return height if len(self.lines) <= height else max(1, height - 1)

    @property
    def _furthest(self) -> int:
        return max(0, len(self.lines) - self._room)

    # Scrolling -------------------------------------------------------------------------------------------------

    def scroll_lines(self, lines: int) -> bool:
        """Scroll by lines; whether anything moved."""
        before = self.scrolled
        self.scrolled = max(0, min(self._furthest, self.scrolled + lines))
        if self.scrolled != before:
            self.refresh()
        return self.scrolled != before

    def read_on(self) -> bool:
        """A page down; False if the end was in sight already."""
        return self.scroll_lines(max(1, self._room - 1))

    def action_scroll(self, lines: int) -> None:
        self.scroll_lines(lines)

    def action_half_page(self, step: int) -> None:
        self.scroll_lines(step * max(1, self._room // 2))

    def action_page(self, step: int) -> None:
        self.scroll_lines(step * max(1, self._room - 1))

    def action_end(self, step: int) -> None:
        self.scroll_lines(step * len(self.lines))

    def _on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        event.prevent_default()
        self.scroll_lines(WHEEL)

    def _on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        event.prevent_default()
        self.scroll_lines(-WHEEL)

    # Drawing ---------------------------------------------------------------------------------------------------

    def _draw_anew(self) -> None:
        self._strips.clear()
        self._blank = None
        self.refresh()

    def restyled(self) -> None:
        self._wrap(redraw=False)  # a theme of few colours has signs where others have looks
        self._draw_anew()

    def on_focus(self) -> None:
        self._draw_anew()

    def on_blur(self) -> None:
        self._draw_anew()

    def render_line(self, y: int) -> Strip:
        if self._below and y == 0:
            return Strip([Segment("─" * self._width, self._separator)], self._width)
        y -= self._first
        room = self._room
        if y >= room:
            left = len(self.lines) - self.scrolled - room
            return self._drawn((Span(f"↓ {counted(left, 'more line')}", "label"),) if left > 0 else ())
        number = y + self.scrolled
        if y < 0 or number >= len(self.lines) or not self.lines[number]:
            if self._blank is None:
                self._blank = self._drawn(())
            return self._blank
        strip = self._strips.get(number)
        if strip is None:
            strip = self._strips[number] = self._drawn(self.lines[number], number)
        return strip

    @property
    def _separator(self) -> Style:
        return self.look("separator-focus" if self.has_focus else "separator")

    def _drawn(self, line: Line, number: int | None = None) -> Strip:
        """A line between its margins; `number` is that of a line of the text."""
        text = self.look("text")
        used = self._indent
        segments = [Segment("│", self._separator)] if self.beside else []
        segments.append(Segment(" " * (used - self.beside), text))
        selected = (0, 0) if number is None or self.selection is None else self.selected_in(number)
        column = 0
        for words, role, link, is_hit, _ in line:
            style = self.look(role)
            if is_hit:
                style += self.look("found")
            if link:
                style += Style(underline=True, link=link)
            segments += self.cut(words, style, column, selected if role != "margin" else (0, 0))
            column += len(words)
            used += cell_len(words)
        segments.append(Segment(" " * max(0, self._width - used), text))
        return Strip(segments, max(self._width, used))

    # Selecting with the mouse ----------------------------------------------------------------------------------

    def focus_on_click(self) -> bool:
        """Under the list, the pane grows with the focus: not while the mouse selects, or clicks again."""
        return not self._below

    def on_click(self, event: events.Click) -> None:
        super().on_click(event)
        if self._below and event.chain == 1:
            self.set_timer(self.app.CLICK_CHAIN_TIME_THRESHOLD, lambda: None if self.text_selection else self.focus())

    def line_text(self, number: int) -> str:
        return plain(self.lines[number])

    @property
    def in_sight(self) -> range:
        return range(self.scrolled, min(self.scrolled + self._room, len(self.lines)))

    @property
    def text_origin(self) -> Offset:
        return Offset(self._indent, self._first)

    def paragraph(self, number: int) -> tuple[int, int]:
        first = last = number
        while joint(self.lines[first]) is not None:
            first -= 1
        while last + 1 < len(self.lines) and joint(self.lines[last + 1]) is not None:
            last += 1
        return first, last

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """What the mouse selected, as it was before it was wrapped."""
        start, end = selection
        first = (0, 0) if start is None else start.transpose
        return copied(self.lines, first, None if end is None else end.transpose), "\n"
