"""The second key of a copy: what of the paper. The bottom line says what there is; all else stays as it is."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from feedreader.tui.keymap import rebind
from feedreader.tui.keys import COPY_KEYS
from feedreader.tui.widgets.key_hints import KeyHints, hints_for


class CopyMenu(ModalScreen[str]):
    """Answers with what to copy, or None. A key that means nothing here leaves."""

    CSS_PATH = "../styles/dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        *COPY_KEYS,
        Binding("escape", "leave", "leave", id="copy-leave", tooltip="Copy nothing"),
    ]

    def __init__(self) -> None:
        super().__init__(id="copy")
        self.hints = KeyHints(id="copy-hints")

    def compose(self) -> ComposeResult:
        yield self.hints

    def on_mount(self) -> None:
        rebind(self, self.app.keys)  # type: ignore[attr-defined]
        bindings = [binding for binding in self.BINDINGS if isinstance(binding, Binding)]
        hints, _ = hints_for(self, [((binding.id or "",), binding.description) for binding in bindings])
        self.hints.show(hints, None)

    def on_key(self, event: events.Key) -> None:
        if event.key not in self.active_bindings:
            event.stop()
            self.dismiss(None)

    def action_copy(self, what: str) -> None:
        self.dismiss(what)

    def action_leave(self) -> None:
        self.dismiss(None)
