"""The list of papers: a header for every day, then its papers. It draws its own lines over pages of the feed.

The list knows a feed, the row of its cursor and how far it is scrolled; nothing else. What it lacks to
draw, it asks for (`load`), a screen ahead. The header of the day at the top stays on the first
line while the papers of that day scroll under it. A header takes one line, a paper those of `density`; how high the
rows on the screen are is worked out from their titles, and a row that is still to come is taken for an average one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from feedreader.config.values import COMPACT, FULL, Settings
from feedreader.model import Changed, Group, PaperSummary
from feedreader.text.display import clip, fill
from feedreader.tui.keys import LIST_KEYS
from feedreader.tui.messages import PositionChanged
from feedreader.tui.widgets.drawn import Drawn
from feedreader.tui.widgets.paper_rows import EDGE, LOOKS, Drawing, first_line, full_row, header, not_here, second_line
from feedreader.view.columns import DAY
from feedreader.view.day_feed import DayFeed, Page, PageRequest
from feedreader.view.row_heights import RowHeights
from feedreader.view.scroll import Scroll, Top

if TYPE_CHECKING:
    from feedreader.query.hits import HitPatterns

MARGIN = 3  # papers kept between the cursor and the edges
FAR = 20  # screens from the cursor that rows are counted
WHEEL = 3  # lines a notch of the wheel scrolls
PATIENCE = 0.05  # seconds after which rows that are still missing show as such
_STRIPS_KEPT = 600
_MANY = 8  # rows that are drawn one by one


class PaperList(Drawn, Widget, can_focus=True, inherit_bindings=False):
    """Rows of a feed, and a cursor on one of its papers.

    `load` is called with the feed, the pages that are wanted, and how many changes of marks were seen by then;
    `scrolled` when other rows may be on the screen.
    """

    ALLOW_SELECT = False
    BINDINGS = LIST_KEYS
    LOOKS = LOOKS

    cursor: reactive[int | None] = reactive(None, init=False, repaint=False)

    class Opened(Message):
        """A paper was double-clicked."""

    def __init__(
        self,
        *,
        today: date,
        load: Callable[[DayFeed, Sequence[PageRequest], int], None],
        scrolled: Callable[[], None],
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._load, self._scrolled = load, scrolled
        self.feed = DayFeed()
        self.marks_seen = 0
        self.today = today
        settings = Settings()
        self.density = settings.lines
        self.columns: Sequence[str] = settings.columns
        self.empty: Sequence[str] = ()
        self.hits: HitPatterns | None = None
        self._line: int | None = None
        self._width = self._height = 0
        self._top = Top()
        self._shown: list[tuple[int, int]] | None = None
        self._heights = RowHeights(None, cell_len)
        self._asked: set[PageRequest] = set()
        self._strips: dict[tuple[object, ...], Strip] = {}
        self._dragging = False

    # The feed --------------------------------------------------------------------------------------------------

    def show(self, feed: DayFeed, row: int | None, line: int | None = None, top: Top | None = None) -> None:
        """Show a feed with the cursor on a row, if possible on that line of the list, or with that at its top."""
        self.feed = feed
        self._asked.clear()
        self._forget_drawn()
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

    def lay_out(self, density: int, columns: Sequence[str]) -> None:
        """Draw papers that densely, with these columns; the cursor stays where it is."""
        line = self.line if self._height else self._line
        self.density, self.columns = density, columns
        self._forget_drawn()
        self.show(self.feed, self.cursor, line)

    def take(self, pages: Sequence[Page]) -> None:
        """Take pages that were asked for. The cursor's line does not move, whatever the heights of rows turn out to be;
        out of sight, the row at the top does not."""
        cursor, line = self.cursor, self.line
        for page in pages:
            self._asked.discard(page.request)
            self.feed.put(page)
        if self._height:
            rows, in_sight = self._rows, cursor is not None and 0 < line < self._height
            self._top = rows.at(cursor, line) if in_sight and cursor else rows.aligned(rows.clamped(self._top))
            self._shown = None
        self.refresh()

    def grow(self, more: Callable[[], int]) -> None:
        """Let the feed grow: `more` does it, and tells how many rows came above. What is on the screen stays there."""
        cursor, line, rows = self.cursor, self.line, self._rows
        in_sight = cursor is not None and 0 < line < self._height
        row = cursor if in_sight and cursor is not None else rows.step(self._top, 1).row
        line = line if in_sight else rows.line(self._top, row, 2 * self._height)
        moved = more()
        if cursor is None and self.feed.rows:
            self.cursor = self.feed.nearest(0)
        elif moved and cursor is not None:
            self.set_reactive(PaperList.cursor, cursor + moved)
            self._top = self._rows.at(row + moved, line)
        self._shown = None
        self.refresh()
        self.ask()

    def _forget_drawn(self) -> None:
        self._strips.clear()
        self._heights.lay_out(None if self.density == FULL else self.density, self._width - 1 - EDGE - 1)
        self._shown = None

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
        requests = self.feed.requests(self._top.row - height, self._top.row + 2 * height)
        requests = tuple(request for request in requests if request not in self._asked)
        if requests:
            self._asked.update(requests)
            self._load(self.feed, requests, self.marks_seen)
        self._scrolled()

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
        index, position = self.feed.place(self._rows.step(self._top, 1).row)
        return self.feed.groups[index], max(0, position)

    # Moving ----------------------------------------------------------------------------------------------------

    @property
    def top(self) -> Top:
        """What is on the first line, under the header."""
        return self._top

    @property
    def line(self) -> int:
        """The line of the list on which the cursor stands; out of sight, somewhere beyond."""
        return 1 if self.cursor is None else self._rows.line(self._top, self.cursor, 2 * self._height)

    def line_in(self, feed: DayFeed, row: int) -> int | None:
        """The line on which a row of another feed would stand if nothing scrolled; None if it were not in sight."""
        rows = self._rows_of(feed)
        line = rows.line(self._top, row, 2 * self._height)
        return line if 0 < line <= self._height - rows.height(row) else None

    def top_out_of_sight(self, feed: DayFeed, row: int) -> Top | None:
        """Where the list stays when this feed comes, with the cursor on this row; None if the cursor is in sight."""
        far = FAR * self._height
        line = 1 if self.cursor is None else self._rows.line(self._top, self.cursor, far)
        if 0 <= line < self._height:
            return None
        rows = self._rows_of(feed)
        return rows.clamped(self._top) if abs(line) == far else rows.at(row, line)

    def move_to(self, row: int, *, far: bool = False, clicked: bool = False) -> None:
        """Put the cursor on a paper's row. After a `far` jump out of sight, its surroundings show above it; what was
        clicked stays where it is if it is seen whole, so that a second click meets it."""
        before, top = self.cursor, self._top
        height, margin, rows = self._height, 0 if clicked else self._margin, self._rows
        line, size = rows.line(top, row, 2 * height), rows.height(row)
        if far and not (line > 0 and line + size <= height):
            self._scroll(rows.aligned(rows.at(row, height // 3)))
        elif line < 1 + margin:
            self._scroll(rows.aligned(rows.at(row, 1 + margin), up=True))
        elif line + size > height - margin:
            self._scroll(rows.aligned(rows.at(row, max(1, height - margin - size))))
        if self._top == top:
            for changed in (before, row):
                if changed is not None:
                    self._refresh_row(changed)
        self.cursor = row
        self.ask()

    @property
    def _margin(self) -> int:
        return max(0, min(MARGIN * self._heights.average, (self._height - 2) // 3))

    def _refresh_row(self, row: int) -> None:
        for y, (shown, _) in enumerate(self.shown):
            if shown == row:
                self.refresh(Region(0, y, self._width, 1))

    def _scroll(self, top: Top) -> None:
        top = self._rows.clamped(top)
        if top != self._top:
            self._top = top
            self._shown = None
            if self.feed.requests(top.row, top.row + self._height):
                self.set_timer(PATIENCE, self.refresh)  # the pages will be here before, and are drawn then
            else:
                self.refresh()

    def _scroll_to_line(self) -> None:
        """Bring the cursor to the line it should be on, or at least into sight."""
        if self.cursor is None:
            self._scroll(Top())
            return
        line, margin = (self.line, self._margin) if self._line is None else (self._line, 0)
        lowest = self._height - self._rows.height(self.cursor) - margin
        self._scroll(self._rows.at(self.cursor, max(1, min(max(1 + margin, line), lowest))))

    # Lines -----------------------------------------------------------------------------------------------------

    @property
    def _rows(self) -> Scroll:
        return self._rows_of(self.feed)

    def _rows_of(self, feed: DayFeed) -> Scroll:
        return Scroll(feed.rows, self._height, partial(self._heights.height, feed))

    @property
    def shown(self) -> list[tuple[int, int]]:
        """The rows on the screen, line by line, and which of their lines; the first one is under the header."""
        if self._shown is None:
            self._shown = list(self._rows.shown(self._top))
        return self._shown

    def _size_updated(self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True) -> bool:
        # Before the first frame and after each change of size, not a frame later.
        line = self.line if self._line is None else self._line
        changed = super()._size_updated(size, virtual_size, container_size, layout)
        if size != (self._width, self._height):
            self._width, self._height = size
            self._forget_drawn()
            self._line = line
            self._scroll_to_line()
            self._top = self._rows.aligned(self._top)
            self._shown = None
            self._line = None
        return changed

    def on_resize(self) -> None:
        self.ask()

    def action_move(self, papers: int) -> None:
        if self.cursor is not None:
            self.move_to(self.feed.step(self.cursor, papers))

    def to_end(self, step: int) -> None:
        """Put the cursor on the last paper of the feed, or the first (-1)."""
        if self.cursor is not None:
            self.move_to(self.feed.nearest(0 if step < 0 else self.feed.rows - 1))

    def action_half_page(self, step: int) -> None:
        self._move_lines(step * max(1, (self._height - 1) // 2))

    def action_page(self, step: int) -> None:
        """To the first paper that is not seen whole yet, so that none is passed over; it comes to the other edge."""
        if self.cursor is None or len(self.shown) < 2:
            return
        rows, (first, part), last = self._rows, self.shown[1], self.shown[-1][0]
        if step > 0:
            row = self.feed.nearest(last + (not self._cut_off))
            row = max(row, self.feed.step(self.cursor, 1))
            self._scroll(rows.aligned(rows.at(row, 1 + self._margin), up=True))
        else:
            row = max(1, first - (not part))
            row = row if self.feed.place(row).position >= 0 else self.feed.step(row, -1)
            row = min(row, self.feed.step(self.cursor, -1))
            self._scroll(rows.aligned(rows.at(row, max(1, self._height - self._margin - rows.height(row)))))
        self.move_to(row)

    def _move_lines(self, lines: int) -> None:
        """Move the cursor by that many lines, and by a paper at least."""
        if self.cursor is None:
            return
        step = 1 if lines > 0 else -1
        row = self._rows.step(Top(self.cursor), lines).row
        if self.feed.place(row).position < 0:
            row = self.feed.step(row, step)
        self.move_to(self.feed.step(row, step) if row == self.cursor else row)

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
            self.move_to(self.feed.nearest(row), clicked=True)

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
        rows = self._rows
        self._scroll(rows.aligned(rows.step(self._top, lines), up=lines < 0))
        self.ask()
        self.post_message(PositionChanged())

    def _drag(self, y: int) -> None:
        last = max(1, self._height - 1)  # the mouse may leave the list
        row = round(max(0, min(y, last)) / last * (self.feed.rows - 1))
        self._scroll(self._rows.aligned(Top(row)))
        self.ask()

    def _row_at(self, y: int) -> int | None:
        if not 0 <= y < len(self.shown):
            return None
        row, _ = self.shown[y]
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
        return bool(self.shown) and (self._top != Top() or self.shown[-1][0] < self.feed.rows - 1 or self._cut_off)

    @property
    def _cut_off(self) -> bool:
        row, part = self.shown[-1]
        return part < self._rows.height(row) - 1

    def render_line(self, y: int) -> Strip:
        width = self._width
        bar = self._bar(y)
        if y >= len(self.shown):
            return self._beyond(y, width, bar)
        row, part = self.shown[y]
        index, position = self.feed.place(row)
        drawn: tuple[object, ...]  # all that the line depends on
        if y and part and row == self.shown[1][0] != self.cursor and self.shown[1][1]:
            return self._beyond(self._height, width, bar)  # of a paper whose title begins above
        if y == 0 or position < 0:
            group = self.feed.groups[index]
            counts = (group.unread, group.total, group.shortlisted, group.replaced, group.muted, group.highlighted)
            is_cut = self.feed.is_cut(index)
            drawn = (group.key, *counts, is_cut, width, bar)
        else:
            summary = self.feed.summary(row)
            state = 0 if row != self.cursor else 2 if self.has_focus else 1
            if summary is None:
                drawn = (None, self.feed.gone(row), state, part, width, bar)
            else:
                known = summary.marks, summary.highlighted, summary.interest, summary.by_kept_author
                drawn = (summary.key, *known, state, part, width, bar)
        strip = self._strips.get(drawn)
        if strip is None:
            if y == 0 or position < 0:
                segments = header(group, self.today, width - 1, self.look, is_cut=is_cut)
            else:
                segments = self._paper(row, part, state)
            segments.append(Segment("▐" if bar else " ", self.look("bar") if bar else segments[-1].style))
            strip = Strip(segments, width)
            if len(self._strips) >= _STRIPS_KEPT:
                self._strips.clear()
            self._strips[drawn] = strip
        return strip

    def _paper(self, row: int, part: int, state: int) -> list[Segment]:
        """One line of a paper's row. `state` is 0, or 1 where the cursor is, 2 if the list has the focus, too."""
        width, summary = self._width - 1, self.feed.summary(row)
        chosen = self.look("cursor" if state == 2 else "cursor-blurred") if state else None
        drawing = Drawing(
            self.look, chosen, self.hits, self.app.current_theme.dark if self.app.native_ansi_color else None
        )
        if summary is None:
            return not_here(part, self.feed.gone(row), width, drawing)
        if self.density == FULL:
            return full_row(summary, self._heights.lines(summary), self._columns, width, drawing)[part]
        if part:
            return second_line(summary, self._columns, width, drawing)
        return first_line(summary, self._columns if self.density == COMPACT else None, width, drawing)

    @property
    def _columns(self) -> Sequence[str]:
        """The columns; where papers do not stand under their days, the day is one of them."""
        return (*self.columns, DAY) if not self.feed.by_day and DAY not in self.columns else self.columns

    def _bar(self, y: int) -> bool:
        """Whether the position bar shows on a line. It goes by rows: nobody knows how many lines there are."""
        if not self._overflows:
            return False
        rows, height, first = self.feed.rows, self._height, self.shown[0][0] if self._top != Top() else 0
        seen = self.shown[-1][0] + (not self._cut_off) - first
        length = max(1, height * (height // self._heights.average) // max(rows, 1))
        length = min(length, height - 1)
        start = round(min(1, first / max(1, rows - seen)) * (height - length))
        return start <= y < start + length

    def _beyond(self, y: int, width: int, bar: bool) -> Strip:
        """The lines below the last row; in an empty list, what to press."""
        line = y - max(0, (self._height - len(self.empty)) // 3)
        if self.feed.rows or not 0 <= line < len(self.empty):
            edge = Segment("▐", self.look("bar")) if bar else Segment(" ", self.look("text"))
            return Strip([Segment(" " * (width - 1), self.look("text")), edge], width)
        text = clip(self.empty[line], max(0, width - 4), cell_len)
        return Strip([Segment(fill(f"  {text}", width, cell_len), self.look("title" if line == 0 else "empty"))], width)
