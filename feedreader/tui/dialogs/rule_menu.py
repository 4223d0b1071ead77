"""What of the paper to make a rule from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from feedreader.tui.dialogs.prefix_menu import PrefixMenu
from feedreader.tui.keys import RULE_KEYS
from feedreader.tui.widgets.key_hints import Hint


class RuleMenu(PrefixMenu):
    """Answers with a field, or "author 2" for the second author, or None. `verb` is what the rule does."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *RULE_KEYS,
        Binding("escape", "leave", "leave", id="rule-leave", tooltip="Make no rule"),
    ]

    def __init__(self, verb: str, authors: int) -> None:
        super().__init__(id="rule")
        self._authors = authors
        self.hints.lead(verb)

    def worded(self, hints: Sequence[Hint]) -> Sequence[Hint]:
        if self._authors < 2:
            return hints
        return [hints[0]._replace(words=f"author (1–{self._authors})"), *hints[1:]]

    def meant(self, key: str) -> str | None:
        digit = int(key) if key.isdecimal() and len(key) == 1 else 0
        return f"author {digit}" if 1 <= digit <= self._authors else None
