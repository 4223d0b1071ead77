"""The top line: what is shown and what goes on; at the right, what is new, the counts, and the subscriptions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.timer import Timer

from feedreader.text.display import clip, safe
from feedreader.tui.widgets.drawn import OneLine

_NAME = " feedreader "
_QUERY, _BUSY = 30, 46  # cells that these get before the right side says more
_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_TURN = 0.12  # seconds


class StatusBar(OneLine):
    """One line that loses its less important words first when there is little room."""

    LOOKS: ClassVar[Mapping[str, str]] = {
        "text": "$text-muted",
        "name": "bold $text",
        "query": "$text-accent",
        "busy": "$text-accent",
        "arrived": "bold reverse $text-accent",
    }

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._query = ""
        self._papers = ""
        self._counts: tuple[int, int, int] = (0, 0, 0)
        self._busy: dict[str, str] = {}
        self._status: Sequence[str] = ()
        self._arrived = ""
        self._arrived_at = range(0)
        self._frames = cycle(_SPINNER)
        self._frame = next(self._frames)
        self._timer: Timer | None = None

    def show(self, query: str, papers: str, counts: tuple[int, int, int]) -> None:
        """Say what is shown: the query, how many papers it finds ("": it was not asked), and the library's counts."""
        self._query, self._papers, self._counts = query, papers, counts
        self.changed()

    def show_arrived(self, papers: int, *, more: bool = False) -> None:
        """Say how many new papers are above what is on the screen, or that there are `more` than so many."""
        words = f" ↑ {papers:,}{'+' * more} new " if papers else ""
        if words != self._arrived:
            self._arrived = words
            self.changed()

    def busy(self, text: str, who: str = "") -> None:
        """Say what goes on meanwhile, and whose it is; "" when it is over."""
        if text:
            self._busy[who] = text
        else:
            self._busy.pop(who, None)
        if self._timer is None and self._busy and self.app.animation_level != "none":
            self._timer = self.set_interval(_TURN, self._turn)
        elif self._timer is not None and not self._busy:
            self._timer.stop()
            self._timer = None
        self.changed()

    def _turn(self) -> None:
        self._frame = next(self._frames)
        self.changed()

    @property
    def is_busy(self) -> bool:
        return bool(self._busy)

    def show_status(self, wordings: Sequence[str]) -> None:
        """Show the status of the subscriptions, in the first of these wordings that fits."""
        self._status = wordings
        self.changed()

    def pieces(self, width: int) -> Iterator[tuple[str, str]]:
        query = self._query + self._found
        busy = " · ".join(self._busy.values())
        wanted = min(_QUERY, cell_len(query) + 4) * bool(query) + min(_BUSY, cell_len(busy) + 5) * bool(busy)
        name = _NAME if width - cell_len(self._arrived) - wanted >= 28 else ""
        right = self._right(width - cell_len(name + self._arrived) - wanted)
        room = width - cell_len(name + self._arrived + right)
        yield "name", name
        if query and room > 6:
            text = f" {self._clipped_query(room - 3 - min(_BUSY, room // 2) * bool(busy))} "
            yield "query", text
            room -= cell_len(text)
        if busy and room > 8:
            text = f"  {self._frame} {clip(busy, room - 5, cell_len)}"
            yield "busy", text
            room -= cell_len(text)
        yield "text", " " * room
        at = width - cell_len(self._arrived + right)
        self._arrived_at = range(at, at + cell_len(self._arrived))
        yield "arrived", self._arrived
        yield "text", right

    @property
    def _found(self) -> str:
        return self._papers and f": {self._papers}"

    def _clipped_query(self, room: int) -> str:
        """The query and how many papers it finds; where there is little room, as much of the query as fits."""
        query = safe(self._query)
        size = self._found
        if cell_len(query) > room - cell_len(size) >= 8:
            return clip(query, room - cell_len(size), cell_len) + size
        return query + size if cell_len(query + size) <= room else clip(query, max(4, room), cell_len)

    def _right(self, room: int) -> str:
        """The counts and the status of the subscriptions, as much of them as fits."""
        papers, unread, kept = self._counts
        if not papers:
            return ""
        short = f"{unread:,} unread" if unread else "all read"
        counts = f"{short} · {kept:,} kept" if kept else short
        wordings = [f"{counts} · {status}" for status in self._status] + [counts, short]
        return next((f"  {words} " for words in wordings if cell_len(words) + 3 <= room), "")

    async def on_click(self, event: events.Click) -> None:
        if event.x in self._arrived_at:
            await self.run_action("screen.newest")
