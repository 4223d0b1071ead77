"""Text that the mouse selects: where it is, how it looks, and copying it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Protocol, cast

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.actions import SkipAction
from textual.errors import NoWidget
from textual.geometry import Offset
from textual.screen import Screen
from textual.selection import Selection
from textual.widget import Widget

from feedreader.tui.widgets.drawn import Drawn
from feedreader.view.spans import word_at

if TYPE_CHECKING:
    _Screen = Screen[Any]
    _Widget = Widget
else:
    _Screen = _Widget = object

_HOW_TO_COPY = "ctrl+c copies the selection"
SELECTED = "$screen-selection-foreground on $screen-selection-background"


class Selectable(Drawn, _Widget):
    """For widgets that draw lines of text. One of its LOOKS is "selected"."""

    ALLOW_SELECT = True
    selection: Selection | None = None

    def line_text(self, number: int) -> str:
        """The text of a line, as it is drawn; from 0."""
        raise NotImplementedError

    @property
    def in_sight(self) -> range:
        """The lines that are drawn."""
        raise NotImplementedError

    @property
    def text_origin(self) -> Offset:
        """The place of the widget where the text begins."""
        return Offset(0, 0)

    def text_at(self, x: int, y: int) -> Offset | None:
        """The character at, or nearest to, a place of the widget: its place in its line, and the line."""
        lines, origin = self.in_sight, self.text_origin
        if not lines:
            return None
        number = y - origin.y + lines.start
        if number < lines.start:
            return Offset(0, lines.start)
        if number >= lines.stop:
            return Offset(len(self.line_text(lines.stop - 1)), lines.stop - 1)
        column, cells, text = 0, x - origin.x, self.line_text(number)
        while column < len(text) and cells > 0:
            cells -= cell_len(text[column])
            column += 1
        return Offset(column - (column > 0 and cells < 0), number)

    def scroll_lines(self, lines: int) -> object:
        """Scroll by lines."""

    def follow(self, y: int) -> None:
        """The mouse is at this height, and selects: scroll where it is outside of the text."""
        outside = y - self.text_origin.y
        if outside < 0 or outside >= len(self.in_sight):
            self.scroll_lines(-1 if outside < 0 else 1)

    def selected_in(self, number: int) -> tuple[int, int]:
        """From where to where a line is selected: (0, 0) if it is not."""
        span = self.selection.get_span(number) if self.selection else None
        if span is None:
            return 0, 0
        return span[0], len(self.line_text(number)) if span[1] < 0 else span[1]

    def cut(self, text: str, style: Style, column: int, selected: tuple[int, int]) -> Iterator[Segment]:
        """Text that begins at a column of its line, with what is selected of it in its own colours."""
        if selected[0] >= selected[1]:
            yield Segment(text, style)
            return
        places = [max(0, min(len(text), place - column)) for place in (column, *selected, column + len(text))]
        for part, (low, high) in enumerate(pairwise(places)):
            if low < high:
                yield Segment(text[low:high], style + self._selected if part == 1 else style)

    @property
    def _selected(self) -> Style:
        if self.app.native_ansi_color:
            return Style(reverse=True)  # readable whatever the terminal's colours are
        look = self.look("selected")
        return Style(color=look.color, bgcolor=look.bgcolor)

    def selection_updated(self, selection: Selection | None) -> None:
        if self.selection is not None and selection is None:
            cast("_Reader", self.app).context.unsay(_HOW_TO_COPY)
        self.selection = selection
        self.restyled()
        self.refresh()

    def deselect(self) -> None:
        """What was selected is there no more."""
        if self.selection is not None and self.is_attached:
            self.screen.clear_selection()

    def paragraph(self, number: int) -> tuple[int, int]:
        """The first and the last line of what a line belongs to."""
        return number, number

    def on_click(self, event: events.Click) -> None:
        """Twice: a word; three times: a paragraph."""
        at = self.text_at(event.x, event.y) if event.chain > 1 else None
        event.prevent_default()  # Textual would select all there is
        if at is None:
            return
        if event.chain == 2:
            start, end = word_at(self.line_text(at.y), at.x)
            selection = Selection(Offset(start, at.y), Offset(end, at.y))
        else:
            first, last = self.paragraph(at.y)
            selection = Selection(Offset(0, first), Offset(len(self.line_text(last)), last))
        self.screen.selections = {self: selection}
        self.screen.post_message(events.TextSelected())


class _Services(Protocol):
    """What the App's context has for this."""

    def say(self, text: str) -> None: ...
    def unsay(self, words: str) -> None: ...
    def copy_selection(self, text: str) -> None: ...


class _Reader(Protocol):
    context: _Services


class SelectingScreen(_Screen):
    """A screen that knows where the mouse is in the text of such widgets, and copies what it selects."""

    def get_widget_and_offset_at(self, x: int, y: int) -> tuple[Widget | None, Offset | None]:
        state = self._select_state
        begun = state.start.content_widget if self._selecting and state is not None else None
        try:
            widget = self.get_widget_at(x, y)[0] if not isinstance(begun, Selectable) else begun
        except NoWidget:
            return None, None
        if isinstance(widget, Selectable) and widget.allow_select:
            return widget, widget.text_at(x - widget.region.x, y - widget.region.y)
        return super().get_widget_and_offset_at(x, y)

    def _check_auto_scroll(self, select_widget: Widget, mouse_coordinate: tuple[float, float], delta_y: float) -> None:
        if isinstance(select_widget, Selectable):
            select_widget.follow(int(mouse_coordinate[1]) - select_widget.region.y)
        else:
            super()._check_auto_scroll(select_widget, mouse_coordinate, delta_y)

    def on_text_selected(self) -> None:
        if self.get_selected_text():
            cast("_Reader", self.app).context.say(_HOW_TO_COPY)

    def action_copy_text(self) -> None:
        text = self.get_selected_text()
        if not text:
            raise SkipAction
        cast("_Reader", self.app).context.copy_selection(text)
