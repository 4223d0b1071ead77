"""Widgets that draw their own lines: their looks, and the short way from a line to the screen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from feedreader.tui import themes

FOUND = "bold $text-accent"  # how hits of a search look, in the list and in the abstract

if TYPE_CHECKING:
    _Widget = Widget
else:
    _Widget = object


class Drawn(_Widget):
    """For widgets whose `render_line` gives whole lines, in full width and styled, without border or padding.

    LOOKS are the styles it draws with, in Textual's words and the theme's colours, on the widget's own background.
    They are no component classes because styling a node for each of them would take a tenth of the start-up.
    """

    LOOKS: ClassVar[Mapping[str, str]] = {}

    def __init__(self, *, id: str | None = None) -> None:
        self._looks: dict[str, Style] = {}
        super().__init__(id=id)

    def look(self, name: str) -> Style:
        """A style of LOOKS."""
        style = self._looks.get(name)
        if style is None:
            style = themes.style(self.LOOKS[name], self.app.theme_variables, self.background_colors[1])
            self._looks[name] = style
        return style

    def restyled(self) -> None:
        """The theme changed, or the style: what was drawn with the old looks is to be drawn anew."""

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._looks.clear()
        self.restyled()

    def render_lines(self, crop: Region) -> list[Strip]:
        # Textual's own way adds borders, padding, tints and opacity, for as much time as all the rest takes.
        filters, background = self.get_line_filters(), self.background_colors[1]
        strips = []
        for y in crop.line_range:
            strip = self.render_line(y)
            for line_filter in filters:
                strip = strip.apply_filter(line_filter, background)
            strips.append(strip)
        if crop.column_span != (0, self.outer_size.width):
            return [strip.crop(*crop.column_span) for strip in strips]
        return strips


class OneLine(Drawn, Widget):
    """A bar one line high, drawn without any layout."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._line: Strip | None = None

    def pieces(self, width: int) -> Iterable[tuple[str, str]]:
        """What the line says: (look, text), no wider than `width` cells."""
        raise NotImplementedError

    def changed(self) -> None:
        """Draw anew."""
        self._line = None
        self.refresh()

    def restyled(self) -> None:
        self._line = None

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if self._line is None or self._line.cell_length != width:
            pieces = list(self.pieces(width))
            used = sum(cell_len(text) for _, text in pieces)
            segments = [Segment(text, self.look(name)) for name, text in pieces]
            segments.append(Segment(" " * (width - used), self.look("text")))
            self._line = Strip(segments, width)
        return self._line
