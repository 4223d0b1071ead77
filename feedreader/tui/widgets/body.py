"""The list and the abstract: side by side, one above the other, or only one of them."""

from __future__ import annotations

from collections.abc import Callable

from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

from feedreader.tui.widgets.paper_pane import LEFT, RIGHT
from feedreader.view.page import TEXT_WIDTH
from feedreader.view.panes import BESIDE, STACKED, Panes

TEXT = TEXT_WIDTH + LEFT + RIGHT  # columns that the abstract needs at the most


class PanesLayout(Layout):
    """Two children share the space as `panes` says; a single one takes all of it.

    `reading` says whether keys go to the second: where only one of two is shown, it is that one then.
    """

    name = "panes"

    def __init__(self) -> None:
        self.panes = Panes()
        self.reading = False

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        if len(children) != 2:
            return [_placed(child, size.region) for child in children[:1]]
        first, second = children
        layout = self.panes.shown(*size)
        if layout not in (BESIDE, STACKED):
            return [_placed(second if self.reading else first, size.region)]
        cut = self.panes.list_size(*size, text=TEXT, reading=self.reading)
        split = size.region.split_vertical if layout == BESIDE else size.region.split_horizontal
        return [_placed(child, region) for child, region in zip(children, split(cut), strict=True)]


def _placed(child: Widget, region: Region) -> WidgetPlacement:
    return WidgetPlacement(region, NULL_OFFSET, NULL_SPACING, child)


class Body(Widget):
    """Holds the list and the pane; or the welcome instead of both. `arranges` is called when they are about to get
    other sizes, `arranged` when the screen has given them."""

    def __init__(self, *children: Widget, panes: Panes, welcome: Callable[[], Widget], id: str | None = None) -> None:
        super().__init__(*children, id=id)
        self._make_welcome = welcome
        self._welcome: Widget | None = None
        self._layout = PanesLayout()
        self._layout.panes = panes
        self.arranges: Callable[[], None] = lambda: None
        self.arranged: Callable[[], None] = lambda: None

    def on_mount(self) -> None:
        self.screen.screen_layout_refresh_signal.subscribe(self, lambda _: self.arranged(), immediate=True)

    @property
    def layout(self) -> Layout:
        return self._layout

    @property
    def welcome(self) -> Widget | None:
        """The welcome, while it is shown."""
        return self._welcome if self._welcome is not None and self._welcome.display else None

    def show_welcome(self, show: bool) -> None:
        """Show the welcome instead of list and pane, or these again."""
        if show and self._welcome is None:
            self._welcome = self._make_welcome()
            self.mount(self._welcome)
        for child in self.children:
            child.display = show is (child is self._welcome)

    @property
    def panes(self) -> Panes:
        """Which of the two are shown, and how large."""
        return self._layout.panes

    @panes.setter
    def panes(self, panes: Panes) -> None:
        self._layout.panes = panes
        self._arrange_again()

    @property
    def shown(self) -> str:
        """The layout that is shown at this size."""
        return self.panes.shown(*self.size)

    @property
    def hides_abstract(self) -> bool:
        """Whether the list has all the space."""
        return self.shown not in (BESIDE, STACKED) and not self._layout.reading

    def focus_moved(self, *, reading: bool) -> None:
        """The focus moved: to the second of the two, or elsewhere. A terminal that loses the focus moves nothing."""
        if reading != self._layout.reading:
            self._layout.reading = reading
            if self.shown != BESIDE:
                self._arrange_again()

    def _arrange_again(self) -> None:
        for child in self.children[:1]:  # whose ancestors forget how they were arranged
            child.refresh(layout=True)
        self.arranges()
