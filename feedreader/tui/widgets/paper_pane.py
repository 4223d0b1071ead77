"""The abstract pane: one paper, wrapped, with its own scrolling.

A plain widget that draws its own lines: nothing is laid out when another paper comes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from feedreader.model import Paper, PaperSummary
from feedreader.text.display import counted
from feedreader.tui.keys import PANE_KEYS
from feedreader.tui.widgets.drawn import FOUND, Drawn
from feedreader.view.page import TEXT_WIDTH, page, plain
from feedreader.view.spans import Line, Span

if TYPE_CHECKING:
    from feedreader.query.hits import HitPatterns

LEFT = 3  # the separator and two blanks
RIGHT = 2
WHEEL = 3


class PaperPane(Drawn, Widget, can_focus=True):
    """Shows a paper. Scrolls itself; `read_on` tells whether there was more to see."""

    BINDINGS = PANE_KEYS
    LOOKS: ClassVar[Mapping[str, str]] = {
        "text": "$text",
        "title": "bold $text",
        "stand-in": "bold italic $text",
        "authors": "$text-muted",
        "fact": "$text-muted",
        "mark": "$text-accent",
        "label": "bold $text-accent",
        "comment": "italic $text-muted",
        "mention": "$text",
        "strong": "bold $text",
        "emphasis": "italic $text",
        "code": "$text-success",
        "found": FOUND,
        "separator": "$rule",
        "separator-focus": "$text-accent",
        "more": "$text-muted",
    }

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.paper: Paper | None = None
        self.raw = False
        self.scrolled = 0
        self.beside = True
        self.lines: Sequence[Line] = ()
        self._width = self._height = 0
        self._strips: dict[int, Strip] = {}
        self._blank: Strip | None = None
        self._selectable = False
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
            self._wrap()
            return
        before, scrolled = self.lines, self.scrolled
        self.paper = paper
        self._wrap(redraw=False)
        if len(before) != len(self.lines) or scrolled != self.scrolled:
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
        self._wrap()
        return self.raw

    def _wrap(self, *, redraw: bool = True) -> None:
        """Make the lines anew, for this paper and width."""
        lines = page(self.paper, self.text_width, raw=self.raw, measure=cell_len) if self.paper else ()
        self.lines = self._marked(lines) if self._hits is not None else lines
        self.scrolled = min(self.scrolled, self._furthest)
        self._strips.clear()
        if redraw:
            self.refresh()

    def _size_updated(self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True) -> bool:
        # Before the first frame and after each change of size, not a frame later.
        changed = super()._size_updated(size, virtual_size, container_size, layout)
        beside = self.region.x > 0
        if (self._width, self._height, self.beside) != (*size, beside):
            self._width, self._height, self.beside = *size, beside
            self._blank = None
            self._wrap()
        return changed

    @property
    def text_width(self) -> int:
        """How wide a line of text may be."""
        return max(10, min(TEXT_WIDTH, self._width - (LEFT if self.beside else 1) - RIGHT))

    @property
    def _first(self) -> int:
        """The line of the widget on which the text starts."""
        return 0 if self.beside else 1

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
        self._draw_anew()

    def on_focus(self) -> None:
        self._draw_anew()

    def on_blur(self) -> None:
        self._draw_anew()

    def render_line(self, y: int) -> Strip:
        if not self.beside:
            if y == 0:
                return Strip([Segment("─" * self._width, self._separator)], self._width)
            y -= 1
        room = self._room
        if y >= room:
            left = len(self.lines) - self.scrolled - room
            return self._drawn((Span(f"↓ {counted(left, 'more line')}", "more"),) if left > 0 else ())
        number = y + self.scrolled
        if number >= len(self.lines) or not self.lines[number]:
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
        """A line of the text between its margins. With its `number`, the mouse can select in it."""
        text = self.look("text")
        segments = [Segment("│", self._separator), Segment("  ", text)] if self.beside else [Segment(" ", text)]
        used = LEFT if self.beside else 1
        selected = None
        if number is not None and self._selectable and (selection := self.text_selection):
            selected = selection.get_span(number)
        column = 0
        for words, role, link, is_hit in line:
            style = self.look(role)
            if is_hit:
                style += self.look("found")
            if link:
                style += Style(underline=True, link=link)
            if number is not None and self._selectable:
                segments += self._selecting(words, style, column, number, selected)
            else:
                segments.append(Segment(words, style))
            column += len(words)
            used += cell_len(words)
        segments.append(Segment(" " * max(0, self._width - used), text))
        return Strip(segments, max(self._width, used))

    # Selecting with the mouse ----------------------------------------------------------------------------------

    def _selecting(
        self, words: str, style: Style, column: int, number: int, selected: tuple[int, int] | None
    ) -> Iterator[Segment]:
        """Words that tell the screen where in the text they are, and those selected in their own colours."""
        start, end = selected or (0, 0)
        cuts = (0, start - column, (len(words) + column if end < 0 else end) - column, len(words))
        places = [max(0, min(len(words), cut)) for cut in cuts]
        for place, (low, high) in enumerate(pairwise(places)):
            if low < high:
                shown = style + self.screen.get_component_rich_style("screen--selection") if place == 1 else style
                yield Segment(words[low:high], shown + Style.from_meta({"offset": (column + low, number)}))

    def on_enter(self) -> None:
        if not self._selectable:
            self._selectable = True  # from now on: a reader without a mouse never pays for it
            self._draw_anew()

    def selection_updated(self, selection: Selection | None) -> None:
        self._draw_anew()

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """What the mouse selected, as text."""
        return selection.extract("\n".join(plain(line) for line in self.lines)), "\n"
