"""What dialogs share in which one types into a line, over choices that follow what was typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from feedreader.tui.dialogs.dialog import Answer, Dialog
from feedreader.tui.widgets.lines import Lines, Piece


class Choosing(Dialog[Answer]):
    """A dialog of this kind says what its line is for, and gives choices in `look`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", "complete", id="complete", tooltip="Take the choice", priority=True),
        Binding("down", "move(1)", "down", id="choice-down", tooltip="Next choice"),
        Binding("up", "move(-1)", "up", id="choice-up", tooltip="Previous choice"),
    ]
    HINTS = ((("complete",), "complete"), (("choice-down", "choice-up"), "choose"), (("close",), "leave"))
    PLACEHOLDER: ClassVar[str]
    ENTER: ClassVar[str]  # what the key does
    WORDS: ClassVar[str]  # the id of the line
    CHOICES: ClassVar[str]  # the id of the choices

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.box = Input(placeholder=self.PLACEHOLDER, compact=True, id=self.WORDS)
        self._lines = Lines(id=self.CHOICES)
        self._lines.can_focus = False

    def contents(self) -> ComposeResult:
        yield self.box
        yield self._lines

    def on_mount(self) -> None:
        self.heading.aside(self.ENTER)
        self.box.focus()
        self.look("")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self.look(event.value)

    def look(self, text: str) -> None:
        """Show the choices for what was typed."""
        raise NotImplementedError

    def show(self, choices: Sequence[Sequence[Piece]], nothing: str) -> None:
        """Show these choices, the first of them chosen; `nothing` is said where there are none."""
        self._lines.choice = 0
        self._lines.show(choices or [[("quiet", f" {nothing}")]], range(len(choices)))

    @property
    def choice(self) -> int:
        """Which of the choices is chosen."""
        return self._lines.choice

    def write(self, text: str) -> None:
        """Put a text into the line."""
        self.box.value = text
        self.box.cursor_position = len(text)

    def action_move(self, step: int) -> None:
        self._lines.action_move(step)
