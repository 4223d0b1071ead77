"""Asks before something that is not meant to happen by a slip."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from feedreader.text.display import safe
from feedreader.tui.dialogs.dialog import Dialog
from feedreader.tui.widgets.key_hints import Hints


class Confirm(Dialog[bool]):
    """Answers with True to `y`; every other way out, `enter` too, leaves things as they are."""

    NARROW = True
    FOCUSES = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,Y", "yes", "yes", id="confirm-yes", tooltip="Do it"),
        Binding("n,N,enter", "leave", "no", id="confirm-no", tooltip="Change nothing"),
    ]
    HINTS: ClassVar[Hints] = ((("confirm-yes",), "yes"), (("confirm-no",), "no"))

    def __init__(self, question: str, heading: str = "Are you sure?") -> None:
        self.HEADING = heading
        super().__init__(id="confirm")
        self._question = safe(question)

    def contents(self) -> ComposeResult:
        yield Static(Content(self._question), id="confirm-question", markup=False)

    def on_mount(self) -> None:
        self.show_keys()

    def action_yes(self) -> None:
        self.dismiss(True)
