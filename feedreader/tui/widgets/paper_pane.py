"""The abstract pane: one paper, wrapped, with its own scrolling.

A plain widget that draws its own lines: nothing is laid out when another paper comes.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from feedreader.model import Head, Paper
from feedreader.tui.keys import PANE_KEYS
from feedreader.view.page import Line, page, plain
from feedreader.view.rows import counted, fill

TEXT_WIDTH = 88
LEFT = 3  # the separator and two blanks
RIGHT = 2
WHEEL = 3


class PaperPane(Widget, can_focus=True):
    """Shows a paper. Scrolls itself; `read_on` tells whether there was more to see."""

    BINDINGS = PANE_KEYS
    COMPONENT_CLASSES = {
        *("pane--text", "pane--title", "pane--stand-in", "pane--authors", "pane--fact", "pane--mark", "pane--label"),
        *("pane--comment", "pane--mention", "pane--link", "pane--separator", "pane--separator-focus", "pane--more"),
    }

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.paper: Paper | None = None
        self.raw = False
        self.scrolled = 0
        self._lines: Sequence[Line] = ()
        self._made_for: tuple[object, ...] = ()
        self._looks: dict[str, Style] = {}

    # What it shows ---------------------------------------------------------------------------------------------

    def show(self, paper: Paper | None) -> None:
        """Show a paper: from its top, unless it is the one that was there."""
        if paper is None or self.paper is None or paper.id != self.paper.id:
            self.scrolled = 0
        self.paper = paper
        self.refresh()

    def show_head(self, head: Head) -> None:
        """Show as much of a paper as the list knows, until the whole of it is here."""
        self.show(
            Paper(
                id=head.id,
                title=head.title,
                authors=head.authors,
                arxiv_id=head.arxiv_id,
                abstract="…",
                read=head.read,
                shortlisted=head.shortlisted,
            )
        )

    def toggle_raw(self) -> bool:
        """Show text as its source wrote it, or as Unicode again."""
        self.raw = not self.raw
        self.refresh()
        return self.raw

    @property
    def lines(self) -> Sequence[Line]:
        """The lines of the paper, wrapped to the pane's width."""
        made_for = (self.paper, self.text_width, self.raw)
        if made_for != self._made_for:
            self._lines = page(self.paper, self.text_width, raw=self.raw, measure=cell_len) if self.paper else ()
            self._made_for = made_for
        return self._lines

    @property
    def beside(self) -> bool:
        """Whether the pane stands beside the list, and not below it."""
        return self.region.x > 0

    @property
    def text_width(self) -> int:
        """How wide a line of text may be."""
        return max(10, min(TEXT_WIDTH, self.size.width - (LEFT if self.beside else 1) - RIGHT))

    @property
    def _first(self) -> int:
        """The line of the widget on which the text starts."""
        return 0 if self.beside else 1

    @property
    def _room(self) -> int:
        """How many lines of text can be seen at once."""
        height = self.size.height - self._first
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

    def on_resize(self) -> None:
        self.scrolled = min(self.scrolled, self._furthest)

    # Drawing ---------------------------------------------------------------------------------------------------

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._looks.clear()

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def _look(self, name: str) -> Style:
        style = self._looks.get(name)
        if style is None:
            style = self._looks[name] = self.get_component_rich_style(f"pane--{name}")
        return style

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        separator = self._look("separator-focus" if self.has_focus else "separator")
        if not self.beside and y == 0:
            return Strip([Segment("─" * width, separator)], width)
        start = (
            [Segment("│", separator), Segment("  ", self._look("text"))]
            if self.beside
            else [Segment(" ", self._look("text"))]
        )
        used = LEFT if self.beside else 1
        line = y - self._first
        if line >= self._room:
            left = len(self.lines) - self.scrolled - self._room
            text = f"↓ {counted(left, 'more line')}" if left > 0 else ""
            rest = fill(text, max(0, width - used), cell_len)
            return Strip([*start, Segment(rest, self._look("more"))], width)
        number = line + self.scrolled
        spans = self.lines[number] if number < len(self.lines) else ()
        strip = Strip(self._segments(spans)).apply_offsets(0, number)
        used += strip.cell_length
        return Strip([*start, *strip, Segment(" " * max(0, width - used), self._look("text"))], max(width, used))

    def _segments(self, spans: Line) -> list[Segment]:
        segments = []
        for text, role, link in spans:
            style = self._look(role)
            if link:
                style += self._look("link") + Style(link=link)
            segments.append(Segment(text, style))
        return segments

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """What the mouse selected, as text."""
        return selection.extract("\n".join(plain(line) for line in self.lines)), "\n"
