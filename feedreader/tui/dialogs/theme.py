"""Asks for a theme, and shows each one on the screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from feedreader.text.normalize import normalize
from feedreader.tui.dialogs.filter_list import FilterList
from feedreader.tui.widgets.lines import Lines, Piece

AUTOMATIC = "automatic"


class Chosen(NamedTuple):
    """A theme by its name; None: one that goes with the terminal's background."""

    theme: str | None


class ThemeScreen(FilterList[Chosen]):
    """Answers with what was chosen. `preview` shows a theme, or the one that is automatic."""

    HEADING = "Theme"
    PLACEHOLDER = "type to narrow the list"
    NARROW = True
    TALL = True
    ENTER = "keep it"
    HINTS = ((("narrow-up", "narrow-down"), "preview"), (("close",), "cancel"))

    def __init__(
        self, names: Sequence[str], wanted: str | None, aside: str, preview: Callable[[str | None], None]
    ) -> None:
        super().__init__(id="theme")
        self._names = [AUTOMATIC, *names]
        self._wanted = wanted
        self._aside = aside
        self._preview = preview
        self._found: Sequence[str] = self._names

    def on_mount(self) -> None:
        super().on_mount()
        self.heading.aside(self._aside)
        self.lines.choice = self._names.index(self._wanted or AUTOMATIC)
        self.call_after_refresh(self.lines.action_move, 0)

    def narrow(self, text: str) -> None:
        words = normalize(text).split()
        self._found = [name for name in self._names if all(word in normalize(name) for word in words)]
        self.show([self._line(name) for name in self._found], "No matches.")
        if text:
            self.on_lines_moved()

    @staticmethod
    def _line(name: str) -> list[Piece]:
        aside = "matches your terminal" if name == AUTOMATIC else ""
        return [("text", f" {name:<22}"), ("quiet", aside)]

    @property
    def _chosen(self) -> Chosen | None:
        if self.lines.choice >= len(self._found):
            return None
        name = self._found[self.lines.choice]
        return Chosen(None if name == AUTOMATIC else name)

    def on_lines_moved(self, message: Lines.Moved | None = None) -> None:
        if chosen := self._chosen:
            self._preview(chosen.theme)

    def take(self) -> None:
        if chosen := self._chosen:
            self.dismiss(chosen)

    def action_leave(self) -> None:
        self._preview(self._wanted)
        self.dismiss(None)
