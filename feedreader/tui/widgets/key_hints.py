"""The bottom line: the keys that matter here, or a short message. Every hint can be clicked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from rich.cells import cell_len
from textual import events
from textual.binding import Binding
from textual.screen import Screen
from textual.timer import Timer

from feedreader.text.display import clip, safe
from feedreader.tui.widgets.drawn import OneLine

SECONDS = 5.0

Hints = Sequence[tuple[Sequence[str], str]]  # ids of bindings that are shown together, and the words for them


class Hint(NamedTuple):
    """Keys, what they do, and the key to press when it is clicked."""

    keys: str
    words: str
    press: str


class KeyHints(OneLine):
    """As many hints as fit, whole words only; the last one stands at the right edge."""

    LOOKS: ClassVar[Mapping[str, str]] = {
        "text": "$text-muted",
        "key": "bold $text",
        "message": "$text",
        "error": "bold $text-error",
    }

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lead = ""
        self._hints: Sequence[Hint] = ()
        self._last: Hint | None = None
        self._places: list[tuple[int, int, Hint]] = []
        self._message: tuple[str, str] | None = None
        self._timer: Timer | None = None

    def show(self, hints: Sequence[Hint], last: Hint | None) -> None:
        """Set the hints; `last` is the one at the right edge."""
        self._hints, self._last = hints, last
        self.changed()

    def lead(self, text: str) -> None:
        """Set what stands before the hints. The text may be foreign."""
        if text != self._lead:
            self._lead = safe(text)
            self.changed()

    def say(self, text: str, *, error: bool = False) -> None:
        """Say something for some seconds instead of the hints. The text may be foreign."""
        self._message = (safe(text), "error" if error else "message")
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(SECONDS * (2 if error else 1), self.hush)
        self.changed()

    def hush(self) -> None:
        """Back to the hints."""
        if self._message is not None:
            self._message = None
            self.changed()

    @property
    def message(self) -> str:
        """What is being said."""
        return self._message[0] if self._message else ""

    def pieces(self, width: int) -> Iterator[tuple[str, str]]:
        self._places = []
        edge = self._last
        edge_width = cell_len(f"{edge.keys} {edge.words}") + 1 if edge else 0
        room = width - edge_width - 1
        used = 1
        yield "text", " "
        if self._message is not None:
            text = clip(self._message[0], room - 1, cell_len)
            yield self._message[1], text
            used += cell_len(text)
        else:
            if self._lead:
                text = clip(self._lead, room - 1, cell_len) + "   "
                yield "message", text
                used += cell_len(text)
            for hint in self._hints:
                size = cell_len(f"{hint.keys} {hint.words}")
                if used + size + 2 > room:
                    break
                self._places.append((used, used + size, hint))
                yield "key", hint.keys
                yield "text", f" {hint.words}  "
                used += size + 2
        if edge and width >= used + edge_width:
            yield "text", " " * (width - used - edge_width)
            self._places.append((width - edge_width, width - 1, edge))
            yield "key", edge.keys
            yield "text", f" {edge.words} "

    def on_click(self, event: events.Click) -> None:
        for start, end, hint in self._places:
            if start <= event.x < end:
                self.app.simulate_key(hint.press)


def hints_for(screen: Screen[Any], bindings: Hints) -> tuple[list[Hint], Hint | None]:
    """Hints for these bindings as they are bound now, and the one for help."""
    keys: dict[str, str] = {}
    for key, active in screen.active_bindings.items():
        if active.enabled and active.binding.id:
            keys.setdefault(active.binding.id, key)
    display = screen.app.get_key_display
    hints = []
    for ids, words in bindings:
        bound = [keys[id] for id in ids if id in keys]
        if bound:
            hints.append(Hint("/".join(display(Binding(key, "")) for key in bound), words, bound[0]))
    last = Hint(display(Binding(keys["help"], "")), "help", keys["help"]) if "help" in keys else None
    return hints, last
