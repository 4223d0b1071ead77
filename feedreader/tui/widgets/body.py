"""The list and the abstract: side by side where there is room, else one above the other."""

from __future__ import annotations

from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

from feedreader.tui.widgets.paper_pane import LEFT, RIGHT
from feedreader.view.page import TEXT_WIDTH

WIDE = 100  # columns from which the abstract stands beside the list
SHARE = 46  # per cent of the columns that the abstract gets then


class Halves(Layout):
    """Two children share the space; a single one takes all of it.

    Side by side, the second gets a little less than half, and no more than its text needs. Stacked, the first gets
    two fifths (a third of a low screen); while the second is being read (it has the focus), only a few lines.
    """

    name = "halves"

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        regions = [size.region]
        if len(children) == 2:
            regions = self._side_by_side(size) if size.width >= WIDE else self._stacked(size, children[1].has_focus)
        return [
            WidgetPlacement(region, NULL_OFFSET, NULL_SPACING, child)
            for child, region in zip(children, regions, strict=False)
        ]

    @staticmethod
    def _side_by_side(size: Size) -> list[Region]:
        second = min(TEXT_WIDTH + LEFT + RIGHT, size.width * SHARE // 100)
        first = size.width - second
        return [Region(0, 0, first, size.height), Region(first, 0, second, size.height)]

    @staticmethod
    def _stacked(size: Size, reading: bool) -> list[Region]:
        first = max(4, size.height // 5 if reading else size.height // 3 if size.height < 20 else size.height * 2 // 5)
        return [Region(0, 0, size.width, first), Region(0, first, size.width, max(1, size.height - first))]


class Body(Widget):
    """Holds the list and the pane; or the welcome instead of both."""

    def __init__(self, *children: Widget, id: str | None = None) -> None:
        super().__init__(*children, id=id)
        self._halves = Halves()

    @property
    def layout(self) -> Layout:
        return self._halves
