"""The list of papers: a header for every day, one row a paper. It draws its own lines over pages of the feed.

The list knows a feed, the row of its cursor and how far it is scrolled; nothing else. What it lacks to
draw, it asks for (`PagesWanted`), a screen ahead. The header of the day at the top stays on the first
line while the papers of that day scroll under it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from feedreader.model import Group, Head
from feedreader.tui.keys import LIST_KEYS
from feedreader.tui.messages import PagesWanted, PositionChanged
from feedreader.tui.widgets.drawn import FOUND, Drawn
from feedreader.view.day_feed import DayFeed, Page
from feedreader.view.rows import (
    DISMISSED,
    KEPT,
    NOTED,
    UNREAD,
    clip,
    fill,
    group_counts,
    group_title,
    row_title,
    short_authors,
)

if TYPE_CHECKING:
    from feedreader.view.highlight import Sought

MARGIN = 3  # lines kept between the cursor and the edges
WHEEL = 3  # lines a notch of the wheel scrolls
PATIENCE = 0.05  # seconds after which rows that are still missing show as such
_STRIPS_KEPT = 600
DAY_WIDTH = 10
_MANY = 8  # rows that are drawn one by one


class PaperList(Drawn, ScrollView, can_focus=True, inherit_bindings=False):
    """Rows of a feed, and a cursor on one of its papers."""

    ALLOW_SELECT = False
    BINDINGS = LIST_KEYS
    LOOKS: ClassVar[Mapping[str, str]] = {
        "text": "$text",
        "day": "bold $text on $surface",
        "count": "$text-muted on $surface",
        "title": "$text",
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

    def __init__(self, *, today: date, id: str | None = None) -> None:
        super().__init__(id=id)
        self.feed = DayFeed()
        self.marks = 0
        self.today = today
        self.empty: Sequence[str] = ()
        self.sought: Sought | None = None
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
        self.virtual_size = Size(1, feed.rows)
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

    def take(self, pages: Sequence[Page]) -> None:
        """Take pages that were asked for."""
        for page in pages:
            self._asked.discard((page.wanted.group, page.wanted.offset))
            self.feed.put(page)
        self.refresh()

    def forget_wishes(self) -> None:
        """What was asked for may not come; it can be asked for again."""
        self._asked.clear()

    def ask_again(self) -> None:
        """Ask anew for what is missing: an answer came too late to be true."""
        self._asked.clear()
        self.ask()

    def ask(self) -> None:
        """Ask for the pages that are missing on the screen and one screen around it."""
        height = max(self._height, 24)
        wanted = self.feed.wanted(self.top - height, self.top + 2 * height)
        wanted = tuple(want for want in wanted if (want.group, want.offset) not in self._asked)
        if wanted:
            self._asked.update((want.group, want.offset) for want in wanted)
            self._request(PagesWanted(self.feed, wanted, self.marks))

    def _request(self, message: Message) -> None:
        """Post a message that rises to the App, even if it is the screen whose handler led here."""
        self.post_message(message.set_sender(self))

    @property
    def head(self) -> Head | None:
        """The paper under the cursor, if its page is here."""
        return None if self.cursor is None else self.feed.head(self.cursor)

    @property
    def key(self) -> int | None:
        """The key of the paper under the cursor."""
        return None if self.cursor is None else self.feed.key(self.cursor)

    @property
    def group(self) -> Group | None:
        """The day or collection under the cursor."""
        return None if self.cursor is None else self.feed.groups[self.feed.place(self.cursor).group]

    # Moving ----------------------------------------------------------------------------------------------------

    @property
    def top(self) -> int:
        """The row on the first line."""
        return self._top

    @property
    def line(self) -> int:
        """The line of the list on which the cursor stands."""
        return 1 if self.cursor is None else self.cursor - self.top

    def move_to(self, row: int, *, far: bool = False) -> None:
        """Put the cursor on a paper's row. After a `far` jump out of sight, its surroundings show above it."""
        before, top = self.cursor, self.top
        height = self._height
        margin = max(0, min(MARGIN, (height - 2) // 3))
        if far and not top < row < top + height:
            self._scroll(row - height // 3)
        elif row < top + 1 + margin:
            self._scroll(row - 1 - margin)
        elif row > top + height - 1 - margin:
            self._scroll(row - height + 1 + margin)
        if self.top == top:
            for changed in (before, row):
                if changed is not None:
                    self.refresh(Region(0, changed - top, self._width, 1))
        self.cursor = row
        self.ask()

    def _scroll(self, top: int) -> None:
        top = max(0, min(top, self.feed.rows - self._height))
        if top != self.top:
            self._top = top
            self.set_scroll(None, top)
            if self.feed.wanted(top, top + self._height - 1):
                self.set_timer(PATIENCE, self.refresh)  # the pages will be here before, and are drawn then
            else:
                self.refresh()

    def _scroll_to_line(self) -> None:
        """Bring the cursor to the line it should be on, or at least into sight."""
        if self.cursor is None:
            self._scroll(0)
            return
        height = self._height
        margin = max(0, min(MARGIN, (height - 2) // 3))
        line = self.line if self._line is None else self._line
        self._scroll(self.cursor - max(1 + margin, min(line, height - 1 - margin)))

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
        self.action_move(step * max(1, (self._height - 1) // 2))

    def action_page(self, step: int) -> None:
        self.action_move(step * max(1, self._height - 2))

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
        self._request(PositionChanged())

    def _drag(self, y: int) -> None:
        self._scroll(round(y / max(1, self._height - 1) * (self.feed.rows - self._height)))
        self.ask()

    def _row_at(self, y: int) -> int | None:
        row = self.top + y
        if not 0 <= row < self.feed.rows:
            return None
        return self.feed.row(self.feed.place(row).group, -1) if y == 0 else row

    # Drawing ---------------------------------------------------------------------------------------------------

    def redraw(self, keys: Sequence[int]) -> None:
        """Draw the rows of these papers anew, and their headers: their facts changed."""
        if len(keys) > _MANY:
            self.refresh()
            return
        rows = [row for key in keys if (row := self.feed.row_of(key)) is not None]
        headers = [self.feed.row(self.feed.place(row).group, -1) for row in rows]
        for line in {0, *(row - self._top for row in (*rows, *headers))}:
            if 0 <= line < self._height:
                self.refresh(Region(0, line, self._width, 1))

    def restyled(self) -> None:
        self._strips.clear()

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    @property
    def _overflows(self) -> bool:
        return self.feed.rows > self._height

    def render_line(self, y: int) -> Strip:
        width, top = self._width, self.top
        row = top + y
        bar = self._bar(y)
        if row >= self.feed.rows:
            return self._beyond(y, width)
        index, position = self.feed.place(row)
        what: tuple[object, ...]
        if y == 0 or position < 0:
            group = self.feed.groups[index]
            what = (group.key, group.unread, group.total, group.shortlisted, group.folded, width, bar)
        else:
            head = self.feed.head(row)
            state = 0 if row != self.cursor else 2 if self.has_focus else 1
            if head is None:
                what = (None, self.feed.gone(row), state, width, bar)
            else:
                what = (head.key, head.read, head.shortlisted, head.dismissed, head.noted, state, width, bar)
        strip = self._strips.get(what)
        if strip is None:
            if y == 0 or position < 0:
                segments = self._header(self.feed.groups[index], width - 1)
            else:
                segments = self._paper(head, self.feed.gone(row), state, width - 1)
            segments.append(Segment("▐" if bar else " ", self.look("bar") if bar else segments[-1].style))
            strip = Strip(segments, width)
            if len(self._strips) >= _STRIPS_KEPT:
                self._strips.clear()
            self._strips[what] = strip
        return strip

    def _bar(self, y: int) -> bool:
        """Whether the position bar shows on a line."""
        rows, height = self.feed.rows, self._height
        if rows <= height:
            return False
        length = max(1, height * height // rows)
        start = round(self.top / (rows - height) * (height - length))
        return start <= y < start + length

    def _header(self, group: Group, width: int) -> list[Segment]:
        counts = group_counts(group)
        if width < cell_len(counts) + 24:
            counts = f"{group.unread}/{group.total}"
        title = fill(group_title(group, self.today), max(1, width - cell_len(counts) - 3), cell_len)
        return [
            Segment(f" {title} ", self.look("day")),
            Segment(f"{counts} ", self.look("count")),
        ]

    def _paper(self, head: Head | None, gone: bool, state: int, width: int) -> list[Segment]:
        chosen = self.look("cursor" if state == 2 else "cursor-blurred") if state else None
        if head is None:
            text = "    No longer in the library" if gone else "    …"
            return [Segment(fill(text, width, cell_len), chosen or self.look("authors"))]
        authors_width = min(32, max(12, width // 5)) if width >= 50 and head.authors else 0
        day = self.feed.days.get(head.group, "") if self.feed.days else ""
        day_width = DAY_WIDTH + 2 if self.feed.days and width >= 64 else 0
        title_width = width - 5 - (authors_width + 3 if authors_width else 0) - day_width
        title, stand_in = row_title(head)
        aside = head.dismissed and head.read
        receded = aside and not head.shortlisted
        look = "dismissed" if receded else "stand-in" if stand_in else "read" if head.read else "title"
        dot = "read" if head.read else "unread"
        note = NOTED if head.noted else " "
        segments = [
            Segment("▌" if state else " ", chosen or self.look("text")),
            Segment(UNREAD if not head.read else DISMISSED if aside else " ", chosen or self.look(dot)),
            Segment(KEPT if head.shortlisted else " ", chosen or self.look("kept")),
            Segment(" ", chosen or self.look(look)),
            *self._words(title, fill(title, title_width, cell_len), "title", self._on_cursor(chosen, look), chosen),
        ]
        if authors_width:
            names = short_authors(head.authors, authors_width, cell_len)
            style = self._on_cursor(chosen, "dismissed" if receded else "authors")
            segments.append(Segment(f" {note} ", chosen or self.look("kept")))
            segments.append(Segment(" " * (authors_width - cell_len(names)), style))
            segments += self._words(names, names, "author", style, chosen)
            note = " "
        if day_width:
            segments.append(Segment(f"  {day:>{DAY_WIDTH}}", self._on_cursor(chosen, "authors")))
        segments.append(Segment(note, chosen or self.look("kept")))
        return segments

    def _words(self, text: str, shown: str, part: str, style: Style, chosen: Style | None) -> list[Segment]:
        """A text as it is shown in the room it has, with what was sought marked."""
        if self.sought is None or not (places := self.sought.places(text, part)):
            return [Segment(shown, style)]
        from feedreader.view.highlight import split

        found = style + (Style(underline=True) if chosen else self.look("found"))
        return [Segment(piece, found if is_found else style) for piece, is_found in split(shown, places)]

    def _on_cursor(self, chosen: Style | None, look: str) -> Style:
        """A part's own style; on the cursor's row, that row's colours with the part's slant."""
        if chosen is None:
            return self.look(look)
        return chosen + Style(italic=True) if look == "stand-in" else chosen

    def _beyond(self, y: int, width: int) -> Strip:
        """The lines below the last row; in an empty list, what to press."""
        line = y - max(0, (self._height - len(self.empty)) // 3)
        if self.feed.rows or not 0 <= line < len(self.empty):
            return Strip([Segment(" " * width, self.look("text"))], width)
        text = clip(self.empty[line], max(0, width - 4), cell_len)
        return Strip([Segment(fill(f"  {text}", width, cell_len), self.look("title" if line == 0 else "empty"))], width)
