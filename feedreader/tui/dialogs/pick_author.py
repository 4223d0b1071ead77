"""Asks of which author of a paper more is wanted."""

from __future__ import annotations

from collections.abc import Sequence

from feedreader.query.facets import by_author
from feedreader.text.display import shown
from feedreader.text.normalize import normalize
from feedreader.tui.dialogs.narrowing import NarrowingDialog
from feedreader.tui.widgets.lines import Piece

_NUMBERED = 9


class PickAuthorScreen(NarrowingDialog):
    """Answers with a query. The first nine have a digit; letters narrow the list."""

    HEADING = "More by"
    PLACEHOLDER = "a digit, or letters of the name"
    HINTS = (
        (("narrow-up", "narrow-down"), "choose"),
        (("close",), "leave"),
    )

    def __init__(self, authors: Sequence[str]) -> None:
        super().__init__(id="pick-author")
        self._authors = tuple(dict.fromkeys(authors))
        self._shown: Sequence[str] = self._authors

    def on_mount(self) -> None:
        self.heading.aside("enter takes it")
        super().on_mount()

    def narrow(self, text: str) -> None:
        if text.isdecimal() and 0 < int(text) <= min(_NUMBERED, len(self._shown)):
            self.lines.choice = int(text) - 1
            self.take()
            return
        words = normalize(text).split()
        self._shown = [name for name in self._authors if _begin(words, normalize(name))] if words else self._authors
        lines: list[list[Piece]] = [
            [("key", f" {number if number <= _NUMBERED else ' '} "), ("text", f" {shown(name)}")]
            for number, name in enumerate(self._shown, 1)
        ]
        self.lines.show(lines or [[("quiet", " None is called so.")]], range(len(lines)))

    def take(self) -> None:
        if self.lines.choice < len(self._shown):
            self.dismiss(by_author(self._shown[self.lines.choice]))


def _begin(words: Sequence[str], name: str) -> bool:
    return all(f" {word}" in f" {name}" for word in words)
