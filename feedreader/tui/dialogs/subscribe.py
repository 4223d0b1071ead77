"""Asks what to subscribe to: a category of arXiv, found by code or name as one types, or an address."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from feedreader.arxiv.categories import CATEGORIES
from feedreader.text.display import clip
from feedreader.tui.dialogs.filter_list import CompletingList
from feedreader.tui.widgets.lines import Piece


class SubscribeScreen(CompletingList[str]):
    """Answers with what to subscribe to, or None."""

    HEADING = "Subscribe"
    PLACEHOLDER = "machine learning, cs.LG+cs.CL, or https://…"
    ENTER = "subscribe"
    TALL = True
    BOX, LINES = "target", "categories"

    def __init__(self) -> None:
        super().__init__(id="subscribe")
        self._codes: Sequence[str] = ()

    def narrow(self, text: str) -> None:
        self._codes = matching(text)
        lines: list[list[Piece]] = [
            [("key", f" {code:<19}"), ("text", clip(CATEGORIES[code], 60, cell_len))] for code in self._codes
        ]
        address = "://" in text
        self.show(
            lines,
            "Press enter to subscribe to this address."
            if address
            else "No matches. Enter a category or an address (https://…).",
        )

    def action_complete(self) -> None:
        """Put the category chosen in the place of the last word typed; more can follow behind a +."""
        if self._codes and "://" not in self.box.value:
            before, plus, _ = self.box.value.rpartition("+")
            self.write(before + plus + self._codes[self.lines.choice])

    def take(self) -> None:
        text = self.box.value.strip()
        if "://" not in text and self._codes:
            self.action_complete()
            text = self.box.value.strip()
        if text:
            self.dismiss(text)


def matching(text: str) -> list[str]:
    """The categories that what was typed (behind the last +) may mean: by code first, then by words of the name."""
    prefix = text.rpartition("+")[2].strip().lower()
    if "://" in text:
        return []
    by_code = [code for code in CATEGORIES if code.lower().startswith(prefix)]
    words = prefix.split()
    by_name = [code for code, name in CATEGORIES.items() if words and all(word in name.lower() for word in words)]
    exact = [code for code in by_code if code.lower() == prefix]
    return list(dict.fromkeys([*exact, *by_code, *by_name]))
