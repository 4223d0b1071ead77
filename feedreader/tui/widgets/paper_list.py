"""The list of papers: a header for every day, one row a paper. It draws its own lines over pages of the feed.

The list knows a feed, the row of its cursor and how far it is scrolled; nothing else. What it lacks to
draw, it asks for (`load`), a screen ahead. The header of the day at the top stays on the first
line while the papers of that day scroll under it. A header takes one line, a paper `each` of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from feedreader.model import Changed, Group, PaperSummary
from feedreader.text.display import clip, fill
from feedreader.tui.keys import LIST_KEYS
from feedreader.tui.messages import PositionChanged
from feedreader.tui.widgets.drawn import FOUND, Drawn
from feedreader.tui.widgets.paper_rows import Drawing, first_line, header, second_line
from feedreader.view.columns import AUTHORS, DAY
from feedreader.view.day_feed import DayFeed, Page, PageRequest

if TYPE_CHECKING:
    from feedreader.query.hits import HitPatterns

MARGIN = 3  # lines kept between the cursor and the edges
WHEEL = 3  # lines a notch of the wheel scrolls
PATIENCE = 0.05  # seconds after which rows that are still missing show as such
_STRIPS_KEPT = 600
_MANY = 8  # rows that are drawn one by one


class PaperList(Drawn, ScrollView, can_focus=True, inherit_bindings=False):
    """Rows of a feed, and a cursor on one of its papers.

    `load` is called with the feed, the pages that are wanted, and how many changes of marks were seen by then.
    """

    ALLOW_SELECT = False
    BINDINGS = LIST_KEYS
    LOOKS: ClassVar[Mapping[str, str]] = {
        "text": "$text",
        "day": "bold $text on $surface",
        "count": "$text-muted on $surface",
        "title": "$text",
        "highlighted": "$text-accent",
        "read": "$text-muted",
        "dismissed": "$foreground 38%",
        "stand-in": "italic $text-muted",
        "authors": "$text-muted",
        "unread": "$text-accent",
        "kept": "$text-warning",
        "cursor": "bold $block-cursor-foreground on $block-cursor-background",
        "cursor-blurred": "$block-cursor-blurred-foreground on $block-cursor-blurred-background",
        "found": FOUND,
        "bar": "$foreground 25%",
        "empty": "$text-muted",
    }

    cursor: reactive[int | None] = reactive(None, init=False, repaint=False)

    class Opened(Message):
        """A paper was double-clicked."""

    def __init__(
        self, *, today: date, load: Callable[[DayFeed, Sequence[PageRequest], int], None], id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._load = load
        self.feed = DayFeed()
        self.marks_seen = 0
        self.today = today
        self.each = 1
        self.columns: Sequence[str] = (AUTHORS,)
        self.empty: Sequence[str] = ()
        self.hits: HitPatterns | None = None
        self._line: int | None = None
        self._width = self._height = self._top = 0
        self._asked: set[tuple[int, int]] = set()
        self._strips: dict[tuple[object, ...], Strip] = {}
        self._dragging = False

    # The feed --------------------------------------------------------------------------------------------------

    def show(self, feed: DayFeed, row: int | None, line: int | None = None, top: int | None = None) -> None:
        """Show a feed with the cursor on a row, if possible on that line of the list, or with that row at its top."""
        self.feed = feed
        self._asked.clear()
        self._strips.clear()
        self.virtual_size = Size(1, feed.lines(self.each))
        self.set_reactive(PaperList.cursor, row)
        self._line = line
        if self._height:
            if top is None:
                self._scroll_to_line()
            else:
                self._scroll(top)
            self._line = None
            self.ask()
        self.refresh()

    def lay_out(self, each: int, columns: Sequence[str]) -> None:
        """Draw papers on so many lines, with these columns; the cursor stays where it is."""
        self.each, self.columns = each, columns
        self.show(self.feed, self.cursor, self.line if self._height else self._line)

    def take(self, pages: Sequence[Page]) -> None:
        """Take pages that were asked for."""
        for page in pages:
            self._asked.discard((page.request.group, page.request.offset))
            self.feed.put(page)
        self.refresh()

    def forget_requests(self) -> None:
        """What was asked for may not come; it can be asked for again."""
        self._asked.clear()

    def ask_again(self) -> None:
        """Ask anew for what is missing: an answer came too late to be true."""
        self._asked.clear()
        self.ask()

    def ask(self) -> None:
        """Ask for the pages that are missing on the screen and one screen around it."""
        height = max(self._height, 24)
        requests = self._missing(self.top - height, self.top + 2 * height)
        requests = tuple(request for request in requests if (request.group, request.offset) not in self._asked)
        if requests:
            self._asked.update((request.group, request.offset) for request in requests)
            self._load(self.feed, requests, self.marks_seen)

    def _missing(self, first: int, last: int) -> tuple[PageRequest, ...]:
        """The pages that lines `first` to `last` (both included) need and that are not here."""
        lines, at = self.feed.lines(self.each), self.feed.at_line
        if not lines:
            return ()
        return self.feed.requests(at(max(0, first), self.each)[0], at(min(lines - 1, last), self.each)[0])

    @property
    def summary(self) -> PaperSummary | None:
        """The paper under the cursor, if its page is here."""
        return None if self.cursor is None else self.feed.summary(self.cursor)

    @property
    def key(self) -> int | None:
        """The key of the paper under the cursor."""
        return None if self.cursor is None else self.feed.key(self.cursor)

    @property
    def group(self) -> Group | None:
        """The day or collection under the cursor."""
        return None if self.cursor is None else self.feed.groups[self.feed.place(self.cursor).group]

    @property
    def first_shown(self) -> tuple[Group, int] | None:
        """The first paper on the screen: its group and its place there."""
        if not self._height or not self.feed.rows:
            return None
        row, _ = self.feed.at_line(min(self.top + 1, self.feed.lines(self.each) - 1), self.each)
        index, position = self.feed.place(row)
        return self.feed.groups[index], max(0, position)

    # Moving ----------------------------------------------------------------------------------------------------

    @property
    def top(self) -> int:
        """How many lines are above the first one that is seen."""
        return self._top

    @property
    def line(self) -> int:
        """The line of the list on which the cursor stands."""
        return 1 if self.cursor is None else self.feed.line(self.cursor, self.each) - self.top

    def move_to(self, row: int, *, far: bool = False) -> None:
        """Put the cursor on a paper's row. After a `far` jump out of sight, its surroundings show above it."""
        before, top = self.cursor, self.top
        height, margin = self._height, self._margin
        line = self.feed.line(row, self.each)
        end = line + self.each - 1
        if far and not (top < line and end < top + height):
            self._scroll(line - height // 3)
        elif line < top + 1 + margin:
            self._scroll(line - 1 - margin)
        elif end > top + height - 1 - margin:
            self._scroll(end - height + 1 + margin)
        if self.top == top:
            for changed in (before, row):
                if changed is not None:
                    self._refresh_row(changed)
        self.cursor = row
        self.ask()

    @property
    def _margin(self) -> int:
        return max(0, min(MARGIN * self.each, (self._height - 2) // 3))

    def _refresh_row(self, row: int) -> None:
        line = self.feed.line(row, self.each) - self._top
        for y in range(max(0, line), min(self._height, line + self.each)):
            self.refresh(Region(0, y, self._width, 1))

    def _scroll(self, top: int) -> None:
        top = max(0, min(top, self._furthest))
        if top and self.feed.at_line(min(top + 1, self.feed.lines(self.each) - 1), self.each)[1]:
            top += 1  # under the header, a paper begins
        if top != self.top:
            self._top = top
            self.set_scroll(None, top)
            if self._missing(top, top + self._height - 1):
                self.set_timer(PATIENCE, self.refresh)  # the pages will be here before, and are drawn then
            else:
                self.refresh()

    def _scroll_to_line(self) -> None:
        """Bring the cursor to the line it should be on, or at least into sight."""
        if self.cursor is None:
            self._scroll(0)
            return
        line, margin = (self.line, self._margin) if self._line is None else (self._line, 0)
        lowest = self._height - self.each - margin
        self._scroll(self.feed.line(self.cursor, self.each) - max(1 + margin, min(line, lowest)))

    @property
    def _furthest(self) -> int:
        """How far it can be scrolled."""
        return max(0, self.feed.lines(self.each) - self._height)

    def _size_updated(self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True) -> bool:
        # Before the first frame and after each change of size, not a frame later.
        line = self.line if self._line is None else self._line
        changed = super()._size_updated(size, virtual_size, container_size, layout)
        if size != (self._width, self._height):
            self._width, self._height = size
            self._line = line
            self._scroll_to_line()
            self._line = None
        return changed

    def on_resize(self) -> None:
        self.ask()

    def action_move(self, papers: int) -> None:
        if self.cursor is not None:
            self.move_to(self.feed.step(self.cursor, papers))

    def action_end(self, step: int) -> None:
        if self.cursor is not None:
            self.move_to(self.feed.nearest(0 if step < 0 else self.feed.rows - 1))

    def action_half_page(self, step: int) -> None:
        self.action_move(step * max(1, (self._height - 1) // 2 // self.each))

    def action_page(self, step: int) -> None:
        self.action_move(step * max(1, (self._height - 2) // self.each))

    # Mouse -----------------------------------------------------------------------------------------------------

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if event.button != 1 or self.cursor is None:
            return
        if event.x >= self._width - 1 and self._overflows:
            self._dragging = True
            self.capture_mouse()
            self._drag(event.y)
            return
        row = self._row_at(event.y)
        if row is not None:
            self.move_to(self.feed.nearest(row))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._dragging:
            self._drag(event.y)

    def on_mouse_up(self) -> None:
        if self._dragging:
            self._dragging = False
            self.release_mouse()

    def on_click(self, event: events.Click) -> None:
        row = self._row_at(event.y)
        if event.chain == 2 and row is not None and self.feed.place(row).position >= 0:
            self.post_message(self.Opened())

    def _on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._wheel(event, WHEEL)

    def _on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._wheel(event, -WHEEL)

    def _wheel(self, event: events.MouseEvent, lines: int) -> None:
        event.stop()
        event.prevent_default()
        self._scroll(self.top + lines)
        self.ask()
        self.post_message(PositionChanged())

    def _drag(self, y: int) -> None:
        self._scroll(round(y / max(1, self._height - 1) * self._furthest))
        self.ask()

    def _row_at(self, y: int) -> int | None:
        line = self.top + y
        if not 0 <= line < self.feed.lines(self.each):
            return None
        row, _ = self.feed.at_line(line, self.each)
        return self.feed.row(self.feed.place(row).group, -1) if y == 0 else row

    # Drawing ---------------------------------------------------------------------------------------------------

    def apply(self, changes: Sequence[Changed]) -> bool:
        """Takes changes of marks: these rows and their headers are drawn anew. Returns what `DayFeed.apply` does."""
        certain = self.feed.apply(changes)
        if len(changes) > _MANY:
            self.refresh()
            return certain
        for key, _, _ in changes:
            if (row := self.feed.row_of(key)) is not None:
                self._refresh_row(row)
                self._refresh_row(self.feed.row(self.feed.place(row).group, -1))
        self.refresh(Region(0, 0, self._width, 1))
        return certain

    def restyled(self) -> None:
        self._strips.clear()

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    @property
    def _overflows(self) -> bool:
        return self._furthest > 0

    def render_line(self, y: int) -> Strip:
        width, line = self._width, self.top + y
        bar = self._bar(y)
        if line >= self.feed.lines(self.each):
            return self._beyond(y, width)
        row, part = self.feed.at_line(line, self.each)
        index, position = self.feed.place(row)
        drawn: tuple[object, ...]  # all that the line depends on
        if y == 0 or position < 0:
            group = self.feed.groups[index]
            counts = (group.unread, group.total, group.shortlisted, group.replaced, group.muted, group.highlighted)
            drawn = (group.key, *counts, width, bar)
        else:
            summary = self.feed.summary(row)
            state = 0 if row != self.cursor else 2 if self.has_focus else 1
            if summary is None:
                drawn = (None, self.feed.gone(row), state, part, width, bar)
            else:
                drawn = (summary.key, summary.marks, summary.highlighted, state, part, width, bar)
        strip = self._strips.get(drawn)
        if strip is None:
            if y == 0 or position < 0:
                segments = header(self.feed.groups[index], self.today, width - 1, self.look)
            else:
                chosen = self.look("cursor" if state == 2 else "cursor-blurred") if state else None
                drawing = Drawing(self.look, chosen, self.hits)
                if part:
                    segments = second_line(summary, self._columns, width - 1, drawing)
                else:
                    columns = self._columns if self.each == 1 else ()
                    segments = first_line(summary, self.feed.gone(row), columns, width - 1, drawing)
            segments.append(Segment("▐" if bar else " ", self.look("bar") if bar else segments[-1].style))
            strip = Strip(segments, width)
            if len(self._strips) >= _STRIPS_KEPT:
                self._strips.clear()
            self._strips[drawn] = strip
        return strip

    @property
    def _columns(self) -> Sequence[str]:
        """The columns; where papers do not stand under their days, the day is one of them."""
        return (*self.columns, DAY) if self.feed.days and DAY not in self.columns else self.columns

    def _bar(self, y: int) -> bool:
        """Whether the position bar shows on a line."""
        lines, height, furthest = self.feed.lines(self.each), self._height, self._furthest
        if not furthest:
            return False
        length = max(1, height * height // lines)
        start = round(min(1, self.top / furthest) * (height - length))
        return start <= y < start + length

    def _beyond(self, y: int, width: int) -> Strip:
        """The lines below the last row; in an empty list, what to press."""
        line = y - max(0, (self._height - len(self.empty)) // 3)
        if self.feed.rows or not 0 <= line < len(self.empty):
            return Strip([Segment(" " * width, self.look("text"))], width)
        text = clip(self.empty[line], max(0, width - 4), cell_len)
        return Strip([Segment(fill(f"  {text}", width, cell_len), self.look("title" if line == 0 else "empty"))], width)
