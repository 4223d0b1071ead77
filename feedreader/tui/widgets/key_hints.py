"""The bottom line: the keys that matter here, or a short message. Every hint can be clicked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any, ClassVar, NamedTuple

from rich.cells import cell_len
from textual import events
from textual.binding import Binding
from textual.screen import Screen
from textual.timer import Timer

from feedreader.text.display import clip, safe
from feedreader.tui.widgets.drawn import OneLine

SECONDS = 5.0
_GAP, _LEAD_GAP = "  ", "   "
_BEFORE_LEAD = 3  # hints that matter more than the lead

Hints = Sequence[tuple[Sequence[str], str]]  # ids of bindings that are shown together, and the words for them


class Hint(NamedTuple):
    """Keys, what they do, and the key to press when it is clicked; `new` stands out."""

    keys: str
    words: str
    press: str
    new: bool = False

    @property
    def size(self) -> int:
        """Cells."""
        return cell_len(f"{self.keys} {self.words}")


class KeyHints(OneLine):
    """As many hints as fit, whole words only, the most important first; the last one stands at the right edge."""

    LOOKS: ClassVar[Mapping[str, str]] = {
        "text": "$text-muted",
        "key": "bold $text",
        "new": "bold $text-accent",
        "message": "$text",
        "error": "bold $text-error",
    }

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lead: Sequence[str] = ()
        self._hints: Sequence[Hint] = ()
        self._last: Hint | None = None
        self._places: list[tuple[int, int, Hint]] = []
        self._messages: Sequence[str] = ()
        self._is_error = False
        self._is_old = False
        self._timer: Timer | None = None

    def show(self, hints: Sequence[Hint], last: Hint | None) -> None:
        """Set the hints, the most important first; `last` is the one at the right edge."""
        self._hints, self._last = hints, last
        self.changed()

    def lead(self, *wordings: str) -> None:
        """Set what is before the hints, in the first of these wordings that leaves them room. They may be foreign."""
        lead = tuple(safe(text) for text in wordings if text)
        if lead != self._lead:
            self._lead = lead
            self.changed()

    def say(self, *wordings: str, error: bool = False) -> None:
        """Say something for some seconds instead of the hints, in the first of these wordings that fits. The text may
        be foreign."""
        self._messages = tuple(map(safe, wordings))
        self._is_error, self._is_old = error, False
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(SECONDS * (2 if error else 1), self.hush)
        self.changed()

    def hush(self) -> None:
        """Back to the hints."""
        if self._messages:
            self._messages = ()
            self.changed()

    def pressed(self) -> None:
        """A key was pressed: what is being said is older than what comes of it."""
        self._is_old = True

    def hush_old(self) -> None:
        """Something else is shown: a message from before the latest key says nothing of it."""
        if self._is_old:
            self.hush()

    @property
    def message(self) -> str:
        """What is being said."""
        return self._messages[0] if self._messages else ""

    def pieces(self, width: int) -> Iterator[tuple[str, str]]:
        self._places = []
        edge = self._last
        edge_width = edge.size + 1 if edge else 0
        if self._messages and all(cell_len(text) + 2 > width - edge_width for text in self._messages):
            edge, edge_width = None, 0
        room = width - edge_width - 1
        yield "text", " "
        used = 1
        for look, text, hint in self._said(room - 1) if self._messages else self._hinted(room - 1):
            size = cell_len(text)
            if hint:
                self._places.append((used, used + size, hint))
                yield look, hint.keys
                yield "text", text.removeprefix(hint.keys)
            else:
                yield look, text
            used += size
        if edge and width >= used + edge_width:
            yield "text", " " * (width - used - edge_width)
            self._places.append((width - edge_width, width - 1, edge))
            yield "key", edge.keys
            yield "text", f" {edge.words} "

    def _said(self, room: int) -> Iterator[tuple[str, str, Hint | None]]:
        text = next((text for text in self._messages if cell_len(text) <= room), self._messages[-1])
        yield "error" if self._is_error else "message", clip(text, room, cell_len), None

    def _hinted(self, room: int) -> Iterator[tuple[str, str, Hint | None]]:
        """The lead and the hints: where there is little room, the first hints go before the lead."""
        first = sum(hint.size + len(_GAP) for hint in self._hints[:_BEFORE_LEAD])
        lead = next((text for text in self._lead if cell_len(text) + len(_LEAD_GAP) + first <= room), "")
        if lead:
            yield "message", lead + _LEAD_GAP, None
            room -= cell_len(lead) + len(_LEAD_GAP)
        for place, hint in enumerate(self._hints):
            gap = _GAP if place else ""
            room -= hint.size + len(gap)
            if room < 0:
                return
            yield "text", gap, None
            yield "new" if hint.new else "key", f"{hint.keys} {hint.words}", hint

    def on_click(self, event: events.Click) -> None:
        for start, end, hint in self._places:
            if start <= event.x < end:
                self.app.simulate_key(hint.press)


def hints_for(screen: Screen[Any], bindings: Hints, new: Set[str] = frozenset()) -> tuple[list[Hint], Hint | None]:
    """Hints for these bindings as they are bound now, and the one for help. `new` are the ids of those that the reader
    has not used yet."""
    keys: dict[str, str] = {}
    for key, active in screen.active_bindings.items():
        if active.enabled and active.binding.id:
            keys.setdefault(active.binding.id, key)
    display = screen.app.get_key_display
    hints = []
    for ids, words in bindings:
        bound = [keys[id] for id in ids if id in keys]
        if bound:
            shown = "/".join(display(Binding(key, "")) for key in bound)
            hints.append(Hint(shown, words, bound[0], new=not new.isdisjoint(ids)))
    last = Hint(display(Binding(keys["help"], "")), "help", keys["help"]) if "help" in keys else None
    return hints, last
