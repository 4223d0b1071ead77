"""What dialogs share in which one types to narrow a list down and takes what the cursor stands on."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from feedreader.tui.dialogs.dialog import Dialog
from feedreader.tui.widgets.lines import Lines


class NarrowingDialog(Dialog[str]):
    """Answers with a query, or None. What is shown for what was typed, its heirs say in `narrow` and `take`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "down", id="narrow-down", tooltip="Next line", priority=True),
        Binding("up", "move(-1)", "up", id="narrow-up", tooltip="Line before", priority=True),
        Binding("pagedown", "page(1)", "page down", id="narrow-page-down", tooltip="A page down"),
        Binding("pageup", "page(-1)", "page up", id="narrow-page-up", tooltip="A page up"),
    ]

    PLACEHOLDER = "type to narrow the list"

    def __init__(self, *, id: str, typed: str = "") -> None:
        super().__init__(id=id)
        self.box = Input(typed, placeholder=self.PLACEHOLDER, compact=True, id="narrow-input")
        self.lines = Lines(id="narrow-lines")
        self.lines.can_focus = False

    def narrow(self, text: str) -> None:
        """Show what is meant by what was typed."""

    def take(self) -> None:
        """Answer with what the cursor stands on."""

    def contents(self) -> ComposeResult:
        yield self.box
        yield self.lines

    def on_mount(self) -> None:
        self.box.focus()
        self.narrow(self.box.value)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value == self.box.value:
            self.lines.choice = 0
            self.lines.scrolled = 0
            self.narrow(event.value)

    @on(Input.Submitted)
    def _entered(self) -> None:
        self.take()

    def on_lines_chosen(self) -> None:
        self.take()

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self.lines.refresh)

    def action_move(self, step: int) -> None:
        self.lines.action_move(step)

    def action_page(self, step: int) -> None:
        self.lines.action_page(step)
