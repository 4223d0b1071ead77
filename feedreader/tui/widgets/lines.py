"""Lines of text to scroll through, for dialogs; a cursor may stand on some of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import dedent
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from feedreader.text.display import clip
from feedreader.tui.widgets.selection import SELECTED, Selectable

WHEEL = 3
AROUND = 6  # lines that a dialog keeps for itself, of the nine tenths of the screen that it may take

Piece = tuple[str, str]  # a look (component class) and a text that is safe


class Lines(Selectable, Widget, can_focus=True):
    """Draws lines of pieces. `choices` are the numbers of the lines that the cursor may stand on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "down", id="lines-down", tooltip="Down"),
        Binding("k,up", "move(-1)", "up", id="lines-up", tooltip="Up"),
        Binding("pagedown,space,ctrl+d,ctrl+f", "page(1)", "page down", id="lines-page-down", tooltip="A page down"),
        Binding("pageup,ctrl+u,ctrl+b", "page(-1)", "page up", id="lines-page-up", tooltip="A page up"),
        Binding("g,home", "end(-1)", "top", id="lines-top", tooltip="To the top"),
        Binding("G,end", "end(1)", "bottom", id="lines-bottom", tooltip="To the bottom"),
    ]
    LOOKS: ClassVar[Mapping[str, str]] = {
        "text": "$text",
        "strong": "bold $text",
        "quiet": "$text-muted",
        "key": "bold $text-accent",
        "label": "bold $text",
        "fault": "$text-error",
        "cursor": "bold $block-cursor-foreground on $block-cursor-background",
        "bar": "$rule",
        "selected": SELECTED,
    }

    class Chosen(Message):
        """A line was clicked twice."""

    class Moved(Message):
        """The cursor stands on another line."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: Sequence[Sequence[Piece]] = ()
        self._choices: Sequence[int] = ()
        self.choice = 0
        self.scrolled = 0

    def show(self, lines: Sequence[Sequence[Piece]], choices: Sequence[int] = ()) -> None:
        """Show other lines; the cursor stays on the same choice as far as there are so many."""
        if lines != self._lines:
            self.deselect()
        self._lines, self._choices = lines, choices
        self.choice = max(0, min(self.choice, len(choices) - 1))
        self._scroll(0)
        self.refresh(layout=self.styles.is_auto_height)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(1, min(len(self._lines), viewport.height * 9 // 10 - AROUND))

    @property
    def all_text(self) -> str:
        """All lines, those out of sight too."""
        return "\n".join("".join(text for _, text in line) for line in self._lines)

    @property
    def _furthest(self) -> int:
        return max(0, len(self._lines) - self.size.height)

    def _scroll(self, lines: int) -> None:
        self.scrolled = max(0, min(self._furthest, self.scrolled + lines))
        self.refresh()

    def action_move(self, step: int) -> None:
        if not self._choices:
            self._scroll(step)
            return
        self.choice = max(0, min(len(self._choices) - 1, self.choice + step))
        line = self._choices[self.choice]
        if line < self.scrolled + 1:
            self._scroll(line - 1 - self.scrolled)
        elif line > self.scrolled + self.size.height - 2:
            self._scroll(line - self.size.height + 2 - self.scrolled)
        self.refresh()
        self.post_message(self.Moved())

    def action_page(self, step: int) -> None:
        if self._choices:
            self.action_move(step * max(1, self.size.height - 2))
        else:
            self._scroll(step * max(1, self.size.height - 1))

    def action_end(self, step: int) -> None:
        if self._choices:
            self.action_move(step * len(self._choices))
        self._scroll(step * len(self._lines) if step > 0 or not self.choice else 0)

    def on_resize(self) -> None:
        self._scroll(0)

    def _on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._scroll(WHEEL)

    def _on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._scroll(-WHEEL)

    # Selecting with the mouse

    def line_text(self, number: int) -> str:
        return "".join(text for _, text in self._lines[number])

    @property
    def in_sight(self) -> range:
        return range(self.scrolled, min(self.scrolled + self.size.height, len(self._lines)))

    def scroll_lines(self, lines: int) -> None:
        self._scroll(lines)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        lines = (line.rstrip() for line in selection.extract(self.all_text).splitlines())
        return dedent("\n".join(lines)), "\n"

    def on_click(self, event: events.Click) -> None:
        if not self._choices:
            super().on_click(event)
            return
        event.prevent_default()  # Textual would select all there is
        line = event.y + self.scrolled
        if line in self._choices:
            self.choice = list(self._choices).index(line)
            self.refresh()
            self.post_message(self.Moved())
            if event.chain == 2:
                self.post_message(self.Chosen())

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def render_line(self, y: int) -> Strip:
        width, number = self.size.width, y + self.scrolled
        pieces = self._lines[number] if number < len(self._lines) else ()
        chosen = bool(self._choices) and number == self._choices[self.choice]
        segments: list[Segment] = []
        used = column = 0
        selected = self.selected_in(number) if self.selection else (0, 0)
        for name, text in pieces:
            text = clip(text, width - 1 - used, cell_len)
            segments += self.cut(text, self.look("cursor" if chosen else name), column, selected)
            used += cell_len(text)
            column += len(text)
        rest = self.look("cursor" if chosen else "text")
        segments.append(Segment(" " * max(0, width - 1 - used), rest))
        segments.append(Segment("▐", self.look("bar")) if self._bar(y) else Segment(" ", rest))
        return Strip(segments, width)

    def _bar(self, y: int) -> bool:
        height = self.size.height
        if not self._furthest:
            return False
        length = max(1, height * height // len(self._lines))
        start = round(self.scrolled / self._furthest * (height - length))
        return start <= y < start + length
