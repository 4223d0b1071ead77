"""How the list and the abstract are laid out: `v` goes through the layouts, `<` and `>` move the split."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from feedreader.tui.session import LAYOUT
from feedreader.tui.widgets.body import TEXT
from feedreader.view.panes import ABSTRACT, BESIDE, LAYOUTS, LIST, STEPS, Panes

if TYPE_CHECKING:
    from feedreader.tui.context import Context
    from feedreader.tui.feed_view import FeedView
    from feedreader.tui.widgets.body import Body


class LayoutController:
    """The feed screen's part that changes its layout. What was chosen is remembered in the library's state."""

    def __init__(self, context: Context, body: Body) -> None:
        self._context = context
        self._body = body
        self._opened: int | None = None
        body.arranges = partial(context.type_ahead.hold, "layout")
        body.arranged = partial(context.type_ahead.release, "layout")

    @property
    def _screen(self) -> FeedView:
        return self._context.feed

    def next(self) -> None:
        """The next layout. The abstract alone has the focus; when it leaves the paper as it was, nothing was read."""
        screen, before = self._screen, self._body.shown
        if screen.list.cursor is None:
            screen.say("No papers to lay out.")
            return
        self._choose(self._body.panes.next(*self._body.size))
        shown = self._body.shown
        if shown == ABSTRACT:
            self._opened = None if screen.in_abstract else screen.current
            screen.focus_pane()
        elif before == ABSTRACT or shown == LIST:
            if self._opened is not None and self._opened == screen.current:
                screen.set_open(None)
            self._opened = None
            screen.focus_list()
        screen.say(f"Layout: {LAYOUTS[shown]} · {self._context.key('layout', 'v')} for next")

    def move(self, step: int) -> None:
        """Move the split to the right, or down (1); or the other way (-1)."""
        layout, size = self._body.shown, self._body.size
        if layout not in STEPS:
            key = self._context.key("layout", "v")
            self._screen.say(f"Layout: {LAYOUTS[layout]}, nothing to move · {key} for next")
            return
        self._choose(self._body.panes.moved(step, *size, text=TEXT))
        first = self._body.panes.list_size(*size, text=TEXT)
        whole, unit = (size.width, "columns") if layout == BESIDE else (size.height, "lines")
        self._screen.say(f"List {first} {unit} · abstract {whole - first} {unit}")

    def _choose(self, panes: Panes) -> None:
        self._body.panes = panes
        library = self._context.library
        self._context.db_write.do(lambda: library.set_state(LAYOUT, panes.text()), error=lambda _: None)
