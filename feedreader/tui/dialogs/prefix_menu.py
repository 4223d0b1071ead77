"""The second key of two. The bottom lines say what there is; all else stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingsMap
from textual.screen import ModalScreen

from feedreader.tui.widgets.key_hints import Hint, KeyHints, hints_for

if TYPE_CHECKING:
    from feedreader.tui.keymap import Keymap

_LEAVE = Binding("escape", "leave", "cancel", id="menu-leave", tooltip="Cancel")
_LINES = 3  # at the most


class MenuChoice(NamedTuple):
    """What the binding chosen takes; where a digit was pressed, which one of them, from 0."""

    value: str
    number: int | None = None


class PrefixMenu(ModalScreen[MenuChoice]):
    """Answers with what was chosen, or None. A key that means nothing here leaves.

    `keys` are those of the settings. `lead` stands before the hints. Digits from 1 choose one of `count` things, which
    are what `numbered` takes.
    """

    CSS_PATH = "../styles/dialogs.tcss"

    def __init__(
        self,
        choices: Sequence[Binding],
        keys: Keymap,
        *,
        id: str,
        lead: str = "",
        numbered: str = "",
        count: int = 0,
    ) -> None:
        super().__init__(id=id)
        self._choices = [*choices, _LEAVE]
        self._keys = keys
        self._numbered = numbered
        self._count = count
        self._lead = lead
        self.hints = KeyHints(id=f"{id}-hints")
        self.hints.lead(lead)
        self._lines = [self.hints, *(KeyHints() for _ in range(1, _LINES))]
        self._hints: Sequence[Hint] = ()

    def compose(self) -> ComposeResult:
        yield from self._lines

    def on_mount(self) -> None:
        bound = [
            replace(choice, key=",".join(self._keys.get(choice.id or "", (choice.key,)))) for choice in self._choices
        ]
        self._bindings = BindingsMap.merge([self._bindings, BindingsMap(choice for choice in bound if choice.key)])
        self._hints, _ = hints_for(self, [((choice.id or "",), self._words(choice)) for choice in self._choices])

    def on_resize(self, event: events.Resize) -> None:
        """As many lines as the hints need."""
        rest = list(self._hints)
        for number, line in enumerate(self._lines):
            room, used = event.size.width - 2, 0 if number else cell_len(self._lead) + 3
            shown: list[Hint] = []
            while rest and (used := used + cell_len(f"{rest[0].keys} {rest[0].words}") + 2) <= room:
                shown.append(rest.pop(0))
            line.show(shown, None)
            line.display = bool(shown) or not number

    def _words(self, choice: Binding) -> str:
        many = self._count > 1 and choice.action == f"take({self._numbered!r})"
        return f"{choice.description} (1–{self._count})" if many else choice.description

    def on_key(self, event: events.Key) -> None:
        if event.key not in self.active_bindings:
            event.stop()
            number = int(event.key) if event.key.isdecimal() else 0
            self.dismiss(MenuChoice(self._numbered, number - 1) if 1 <= number <= self._count else None)

    def action_take(self, value: str) -> None:
        self.dismiss(MenuChoice(value))

    def action_leave(self) -> None:
        self.dismiss(None)
