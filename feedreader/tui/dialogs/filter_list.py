"""A line of text over a list of choices that follow what was typed, for dialogs that ask which one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from feedreader.text.display import shown
from feedreader.text.normalize import normalize
from feedreader.tui.dialogs.dialog import Answer, Dialog
from feedreader.tui.widgets.key_hints import Hints
from feedreader.tui.widgets.lines import Lines, Piece

DIGITS = 9  # choices that a digit takes


class FilterList(Dialog[Answer]):
    """A dialog of this kind shows the choices for a text in `narrow` and answers in `take`.

    Without `typing` there is no line: the list has the focus, and digits take the first choices.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "down", id="narrow-down", tooltip="Next line", priority=True),
        Binding("up", "move(-1)", "up", id="narrow-up", tooltip="Previous line", priority=True),
        Binding("pagedown", "page(1)", "page down", id="narrow-page-down", tooltip="A page down"),
        Binding("pageup", "page(-1)", "page up", id="narrow-page-up", tooltip="A page up"),
    ]
    PLACEHOLDER = "type to narrow the list"
    BOX, LINES = "narrow-input", "narrow-lines"  # ids

    def __init__(self, *, id: str, typed: str = "", typing: bool = True) -> None:
        super().__init__(id=id)
        self.box = Input(typed, placeholder=self.PLACEHOLDER, compact=True, id=self.BOX)
        self.box.display = self.box.can_focus = typing
        self.lines = Lines(id=self.LINES)
        self.lines.can_focus = not typing
        self._length = 0

    def narrow(self, text: str) -> None:
        """Show the choices for what was typed."""

    def take(self) -> None:
        """Answer with the choice under the cursor, or with what was typed."""

    def show(self, choices: Sequence[Sequence[Piece]], nothing: str) -> None:
        """Show these choices, a line each; `nothing` where there are none."""
        self._length = len(choices)
        self.lines.show(choices or [[("quiet", f" {nothing}")]], range(self._length))

    def contents(self) -> ComposeResult:
        yield self.box
        yield self.lines

    def on_mount(self) -> None:
        (self.lines if self.lines.can_focus else self.box).focus()
        self.narrow(self.box.value)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value == self.box.value:
            self.lines.choice = self.lines.scrolled = 0
            self.narrow(event.value)

    @on(Input.Submitted)
    def _entered(self) -> None:
        self.take()

    def on_lines_chosen(self, event: Lines.Chosen) -> None:
        self.take()

    def on_key(self, event: events.Key) -> None:
        if self.lines.has_focus and event.key.isdecimal() and 0 < int(event.key) <= min(DIGITS, self._length):
            event.stop()
            self.lines.choice = int(event.key) - 1
            self.take()

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self.lines.refresh)

    def action_move(self, step: int) -> None:
        self.lines.action_move(step)

    def action_page(self, step: int) -> None:
        self.lines.action_page(step)

    def action_take(self) -> None:
        self.take()


class CompletingList(FilterList[Answer]):
    """A list that completes what is typed: its subclasses put the choice into the line in `action_complete`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", "complete", id="complete", tooltip="Complete the word", priority=True),
    ]
    HINTS = ((("complete",), "complete"), (("narrow-up", "narrow-down"), "choose"), (("close",), "cancel"))

    def on_lines_chosen(self, event: Lines.Chosen) -> None:
        event.prevent_default()  # a click chooses; what is typed is taken by key

    def write(self, text: str) -> None:
        """Put a text into the line."""
        self.box.value = text
        self.box.cursor_position = len(text)


class PickList(FilterList[int]):
    """Answers with the number, from 0, of the name that was picked; the cursor begins at `chosen`. The first nine have
    a digit."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "select", id="pick-take", tooltip="Select"),
    ]
    HINTS: ClassVar[Hints] = (
        (("pick-take",), "select"),
        (("lines-down", "lines-up"), "move"),
        (("close",), "cancel"),
    )
    LINES = "pick-lines"
    TYPING = False
    NARROW = True

    def __init__(self, heading: str, names: Sequence[str], *, chosen: int = 0) -> None:
        self.HEADING = heading
        super().__init__(id="pick", typing=self.TYPING)
        self.lines.choice = chosen
        self._names = names
        self._numbers: Sequence[int] = ()

    def on_mount(self) -> None:
        self.call_after_refresh(self.lines.action_move, 0)  # which brings the cursor into sight

    def narrow(self, text: str) -> None:
        words = normalize(text).split()
        self._numbers = [number for number, name in enumerate(self._names) if _has_words(normalize(name), words)]
        lines: list[list[Piece]] = [
            [("key", f" {place if place <= DIGITS else ' '}  "), ("text", shown(self._names[number]))]
            for place, number in enumerate(self._numbers, 1)
        ]
        self.show(lines, "No matches.")

    def take(self) -> None:
        if self.lines.choice < len(self._numbers):
            self.dismiss(self._numbers[self.lines.choice])


class FilteredPickList(PickList):
    """The same with a line to type into: a digit picks, letters narrow the list."""

    PLACEHOLDER = "a digit, or part of a name"
    ENTER = "select"
    HINTS = ((("narrow-up", "narrow-down"), "choose"), (("close",), "cancel"))
    LINES = FilterList.LINES
    TYPING = True

    def narrow(self, text: str) -> None:
        if text.isdecimal() and 0 < int(text) <= min(DIGITS, len(self._numbers)):
            self.lines.choice = int(text) - 1
            self.take()
        else:
            super().narrow(text)


def _has_words(name: str, words: Sequence[str]) -> bool:
    """Whether words of the name begin with all of these."""
    return all(f" {word}" in f" {name}" for word in words)
