"""What one-line widgets share: a line of styled pieces, drawn without any layout."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget


class OneLine(Widget):
    """A bar one line high. Its component classes are its looks: `look("count")` is `.<prefix>--count`."""

    ALLOW_SELECT = False
    PREFIX = "line"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._looks: dict[str, Style] = {}
        self._line: Strip | None = None

    def look(self, name: str) -> Style:
        """The style of a component."""
        style = self._looks.get(name)
        if style is None:
            style = self._looks[name] = self.get_component_rich_style(f"{self.PREFIX}--{name}")
        return style

    def pieces(self, width: int) -> Iterable[tuple[str, str]]:
        """What the line says: (look, text), no wider than `width` cells."""
        raise NotImplementedError

    def changed(self) -> None:
        """Draw anew."""
        self._line = None
        self.refresh()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._looks.clear()
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
