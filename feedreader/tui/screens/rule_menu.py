"""The second key of a rule: what of the paper. The bottom line says what there is; all else stays as it is."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from feedreader.tui.keymap import rebind
from feedreader.tui.keys import RULE_KEYS
from feedreader.tui.widgets.key_hints import KeyHints, hints_for


class RuleMenu(ModalScreen[str]):
    """Answers with a field, or "author 2" for the second author, or None. A key that means nothing here leaves."""

    CSS_PATH = "../styles/dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        *RULE_KEYS,
        Binding("escape", "leave", "leave", id="rule-leave", tooltip="Make no rule"),
    ]

    def __init__(self, verb: str, authors: int) -> None:
        super().__init__(id="rule")
        self._verb = verb
        self._authors = authors
        self.hints = KeyHints(id="rule-hints")

    def compose(self) -> ComposeResult:
        yield self.hints

    def on_mount(self) -> None:
        rebind(self, self.app.keys)  # type: ignore[attr-defined]
        bindings = [binding for binding in self.BINDINGS if isinstance(binding, Binding)]
        hints, _ = hints_for(self, [((binding.id or "",), binding.description) for binding in bindings])
        if self._authors > 1:
            hints[0] = hints[0]._replace(words=f"author (1–{self._authors})")
        self.hints.lead(self._verb)
        self.hints.show(hints, None)

    def on_key(self, event: events.Key) -> None:
        if event.key in self.active_bindings:
            return
        event.stop()
        digit = int(event.key) if event.key.isdecimal() and len(event.key) == 1 else 0
        self.dismiss(f"author {digit}" if 1 <= digit <= self._authors else None)

    def action_take(self, field: str) -> None:
        self.dismiss(field)

    def action_leave(self) -> None:
        self.dismiss(None)
