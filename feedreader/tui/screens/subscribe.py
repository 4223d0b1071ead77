"""Asks what to follow: a category of arXiv, found by code or name as one types, or an address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from feedreader.sources.arxiv_categories import CATEGORIES
from feedreader.tui.screens.dialog import Dialog
from feedreader.tui.widgets.lines import Lines, Piece
from feedreader.view.rows import clip


class SubscribeScreen(Dialog[str]):
    """Answers with what to follow, or None."""

    HEADING = "Follow"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", "complete", id="category-complete", tooltip="Take the category", priority=True),
        Binding("down", "move(1)", "down", id="category-down", tooltip="Next category"),
        Binding("up", "move(-1)", "up", id="category-up", tooltip="Previous category"),
    ]
    HINTS = (
        (("category-complete",), "take"),
        (("category-down", "category-up"), "choose"),
        (("close",), "leave"),
    )

    def __init__(self) -> None:
        super().__init__(id="subscribe")
        self._codes: Sequence[str] = ()
        self._lines = Lines(id="categories")
        self._lines.can_focus = False

    def contents(self) -> ComposeResult:
        yield Input(placeholder="machine learning, cs.LG+cs.CL, or https://…", compact=True, id="target")
        yield self._lines

    def on_mount(self) -> None:
        self.heading.aside("enter follows")
        self.query_one(Input).focus()
        self._look("")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._look(event.value)

    def _look(self, text: str) -> None:
        self._codes = matching(text)
        lines: list[list[Piece]] = [
            [("key", f" {code:<19}"), ("text", clip(CATEGORIES[code], 60, cell_len))] for code in self._codes
        ]
        self._lines.choice = 0
        address = "://" in text
        nothing = " enter fetches it and follows it." if address else " No category of arXiv is called so."
        self._lines.show(lines or [[("quiet", nothing)]], range(len(lines)))

    def action_move(self, step: int) -> None:
        self._lines.action_move(step)

    def action_complete(self) -> None:
        """Put the category chosen in the place of the last word typed; more can follow behind a +."""
        box = self.query_one(Input)
        if self._codes and "://" not in box.value:
            before, plus, _ = box.value.rpartition("+")
            box.value = before + plus + self._codes[self._lines.choice]
            box.cursor_position = len(box.value)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        text = event.value.strip()
        if "://" not in text and self._codes:
            self.action_complete()
            text = self.query_one(Input).value.strip()
        if text:
            self.dismiss(text)


def matching(text: str) -> list[str]:
    """The categories that what was typed (behind the last +) may mean: by code first, then by words of the name."""
    wanted = text.rpartition("+")[2].strip().lower()
    if "://" in text:
        return []
    by_code = [code for code in CATEGORIES if code.lower().startswith(wanted)]
    words = wanted.split()
    by_name = [code for code, name in CATEGORIES.items() if words and all(word in name.lower() for word in words)]
    exact = [code for code in by_code if code.lower() == wanted]
    return list(dict.fromkeys([*exact, *by_code, *by_name]))
