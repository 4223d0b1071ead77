"""The second key of two: what of the paper. A box below says what there is; all else stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingsMap

from feedreader.text.display import safe
from feedreader.tui.dialogs.dialog import Dialog
from feedreader.tui.widgets.key_hints import hints_for
from feedreader.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from feedreader.tui.keymap import Keymap
    from feedreader.tui.widgets.key_hints import Hint

_LEAVE = Binding("escape", "leave", "cancel", id="menu-leave", tooltip="Cancel")


class MenuChoice(NamedTuple):
    """What the binding chosen takes; where a digit was pressed, which one of them, from 0."""

    value: str
    number: int | None = None


class PrefixMenu(Dialog[MenuChoice]):
    """Answers with what was chosen, or None. A key that means nothing here leaves.

    `keys` are those of the settings. `lead` is the title. Digits from 1 choose one of `count` things, which
    are what `numbered` takes.
    """

    NARROW = True
    FOCUSES = False
    HINTS = ((("menu-leave", "close"), "cancel"),)

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
        self.HEADING = safe(lead) or id.capitalize()
        super().__init__(id=id)
        self._choices = choices
        self._keys = keys
        self._numbered = numbered
        self._count = count
        self._lines = MenuLines(id=f"{id}-keys")
        self._bind()

    def contents(self) -> ComposeResult:
        yield self._lines

    def _bind(self) -> None:
        """At once: the second key may be on its way already."""
        bound = [
            replace(choice, key=",".join(self._keys.get(choice.id or "", (choice.key,))))
            for choice in (*self._choices, _LEAVE)
        ]
        bound += [Binding(str(number), f"number({number})") for number in range(1, self._count + 1)]
        self._bindings = BindingsMap.merge([self._bindings, BindingsMap(choice for choice in bound if choice.key)])

    def on_mount(self) -> None:
        self._lines.offer(hints_for(self, [((choice.id or "",), self._words(choice)) for choice in self._choices])[0])
        self.show_keys()

    def _words(self, choice: Binding) -> str:
        many = self._count > 1 and choice.action == f"take({self._numbered!r})"
        return f"{choice.tooltip} (1–{self._count})" if many else choice.tooltip

    def on_key(self, event: events.Key) -> None:
        if event.key not in self.active_bindings:
            event.stop()
            self.dismiss(None)

    def action_number(self, number: int) -> None:
        self.dismiss(MenuChoice(self._numbered, number - 1))

    def action_take(self, value: str) -> None:
        self.dismiss(MenuChoice(value))


class MenuLines(Lines, can_focus=False):
    """A key a line; a click presses it."""

    def offer(self, hints: Sequence[Hint]) -> None:
        """Show these keys and what they do."""
        self._offered = hints
        self.show([[("key", f" {hint.keys:<5}"), ("text", hint.words)] for hint in hints])

    def on_click(self, event: events.Click) -> None:
        event.prevent_default()
        if (line := event.y + self.scrolled) < len(self._offered):
            self.app.simulate_key(self._offered[line].press)
