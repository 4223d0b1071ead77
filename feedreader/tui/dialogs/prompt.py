"""Asks for a line of text."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from feedreader.tui.dialogs.dialog import Dialog
from feedreader.tui.widgets.key_hints import Hints


class Prompt(Dialog[str]):
    """Answers with what was entered, or None."""

    ENTER = "confirm"
    NARROW = True
    HINTS: ClassVar[Hints] = ((("close",), "cancel"),)

    def __init__(self, heading: str, value: str, placeholder: str) -> None:
        self.HEADING = heading
        super().__init__(id="ask")
        self._value = value
        self._placeholder = placeholder

    def contents(self) -> ComposeResult:
        yield Input(self._value, placeholder=self._placeholder, compact=True, id="answer")

    def on_mount(self) -> None:
        self.query_one(Input).focus()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        self.dismiss(event.value.strip())
