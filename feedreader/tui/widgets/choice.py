"""One of a few words on a line, chosen with the arrow keys or the mouse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from feedreader.text.display import clip
from feedreader.tui.widgets.drawn import OneLine

_LABEL = 10  # cells


class Choice(OneLine, can_focus=True):
    """`chosen` is the number of the word that is chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "step(-1)", "previous", id="choice-left", tooltip="Previous"),
        Binding("right,l,space", "step(1)", "next", id="choice-right", tooltip="Next"),
    ]
    LOOKS: ClassVar[Mapping[str, str]] = {
        "text": "$text-muted",
        "label": "$text-muted",
        "label-focused": "bold $text",
        "chosen": "bold $text-accent",
        "chosen-focused": "bold $block-cursor-foreground on $block-cursor-background",
    }

    class Changed(Message):
        """Another word was chosen by hand."""

    def __init__(self, label: str, words: Sequence[str], chosen: int, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._label = label
        self._words = words
        self.chosen = chosen
        self._places: list[tuple[int, int]] = []

    def choose(self, number: int) -> None:
        """Choose without telling."""
        self.chosen = number
        self.changed()

    def action_step(self, step: int) -> None:
        self.choose((self.chosen + step) % len(self._words))
        self.post_message(self.Changed())

    def pieces(self, width: int) -> Iterator[tuple[str, str]]:
        focused = "-focused" * self.has_focus
        yield f"label{focused}", f"{'▌' if focused else ' '} {self._label}".ljust(_LABEL)
        used = _LABEL
        self._places = []
        sizes = [cell_len(word) + 2 for word in self._words]
        first = next(
            number
            for number in range(self.chosen + 1)
            if sum(sizes[number : self.chosen + 1]) < width - _LABEL - 2 or number == self.chosen
        )  # so that the one chosen is seen
        for number, word in enumerate(self._words):
            text = clip(f" {word} ", max(0, width - used - 1), cell_len) if number >= first else ""
            if number == first > 0:
                yield "text", "…"
                used += 1
            self._places.append((used, used + cell_len(text)))
            used += cell_len(text)
            yield (f"chosen{focused}" if number == self.chosen else "text"), text

    def on_click(self, event: events.Click) -> None:
        for number, (start, end) in enumerate(self._places):
            if start <= event.x < end and number != self.chosen:
                self.action_step(number - self.chosen)

    def on_focus(self) -> None:
        self.changed()

    def on_blur(self) -> None:
        self.changed()
