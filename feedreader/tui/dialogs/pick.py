"""Asks which of a few."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from feedreader.tui.dialogs.dialog import Dialog
from feedreader.tui.widgets.key_hints import Hints
from feedreader.tui.widgets.lines import Lines

_DIGITS = 9


class PickScreen(Dialog[int]):
    """Answers with the number, from 0, of the one that was picked, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,l,right", "take", "this one", id="pick-take", tooltip="This one"),
    ]
    HINTS: ClassVar[Hints] = (
        (("lines-down", "lines-up"), "move"),
        (("pick-take",), "this one"),
        (("close",), "leave"),
    )

    def __init__(self, heading: str, names: Sequence[str]) -> None:
        self.HEADING = heading
        super().__init__(id="pick")
        self._names = names
        self._lines = Lines(id="pick-lines")

    def contents(self) -> ComposeResult:
        yield self._lines

    def on_mount(self) -> None:
        self._lines.show(
            [
                [("key", f" {number if number <= _DIGITS else ' '}  "), ("text", name)]
                for number, name in enumerate(self._names, 1)
            ],
            range(len(self._names)),
        )
        self._lines.focus()

    def on_key(self, event: events.Key) -> None:
        if event.key.isdecimal() and len(event.key) == 1 and 1 <= int(event.key) <= len(self._names):
            event.stop()
            self.dismiss(int(event.key) - 1)

    def on_lines_chosen(self) -> None:
        self.action_take()

    def action_take(self) -> None:
        self.dismiss(self._lines.choice)
