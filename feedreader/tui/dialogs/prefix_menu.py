"""The second key of two: what of the paper. The bottom line says what there is; all else stays as it is."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import ModalScreen

from feedreader.tui.keymap import rebind
from feedreader.tui.widgets.key_hints import Hint, KeyHints, hints_for


class PrefixMenu(ModalScreen[str]):
    """Answers with what was meant, or None. A key that means nothing here leaves."""

    CSS_PATH = "../styles/dialogs.tcss"

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.hints = KeyHints(id=f"{id}-hints")

    def compose(self) -> ComposeResult:
        yield self.hints

    def on_mount(self) -> None:
        rebind(self, self.app.keys)  # type: ignore[attr-defined]
        bindings = [binding for binding in self.BINDINGS if isinstance(binding, Binding)]
        hints, _ = hints_for(self, [((binding.id or "",), binding.description) for binding in bindings])
        self.hints.show(self.worded(hints), None)

    def worded(self, hints: Sequence[Hint]) -> Sequence[Hint]:
        """The hints as they are to be shown."""
        return hints

    def on_key(self, event: events.Key) -> None:
        if event.key not in self.active_bindings:
            event.stop()
            self.dismiss(self.meant(event.key))

    def meant(self, key: str) -> str | None:
        """The answer that a key without a binding gives."""
        return None

    def action_take(self, what: str) -> None:
        self.dismiss(what)

    def action_leave(self) -> None:
        self.dismiss(None)
