"""Widgets that draw their own lines: their looks, and the short way from a line to the screen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.geometry import Region
from textual.strip import Strip
from textual.style import Style as VisualStyle
from textual.widget import Widget

from feedreader.tui.themes import RECEDING, TEXT, legible

FOUND = "bold $text-accent"  # how hits of a search look, in the list and in the abstract
_VARIABLE = re.compile(r"\$([\w-]+)")
_RECEDES = re.compile(r"muted\b|\$receding|%")
_RULE = "$rule"  # lines and bars: nothing to be read

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
            style = self._made(self.LOOKS[name])
            self._looks[name] = style
        return style

    def _made(self, words: str) -> Style:
        # The variables are put in here: Textual would lose the 60 % of "auto 60%" on its way through one.
        spelled_out = _VARIABLE.sub(lambda name: self.app.theme_variables[name[1]], words)
        style = (VisualStyle(self.background_colors[1]) + VisualStyle.parse(spelled_out)).rich_style
        foreground = words.partition(" on ")[0]
        if self.app.native_ansi_color:
            # The terminal's own colours cannot be mixed, and where there are none, the cursor's row is turned round.
            dim = _RECEDES.search(foreground) is not None or _RULE in foreground
            return style + Style(dim=dim, reverse=self.app.no_color and "$block-cursor-background" in words)
        if style.color is None or style.bgcolor is None or _RULE in foreground:
            return style
        least = RECEDING if _RECEDES.search(foreground) else TEXT
        color, ground = Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor)
        return style + Style(color=legible(color, ground, least).rich_color)

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
