"""The top line: the program, what is shown, and what the library holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from rich.cells import cell_len

from feedreader.text.display import clip, counted, safe
from feedreader.tui.widgets.drawn import OneLine


class StatusBar(OneLine):
    """One line that loses its less important words first when there is little room."""

    LOOKS: ClassVar[Mapping[str, str]] = {
        "text": "$text-muted",
        "name": "bold $text",
        "query": "$text-accent",
        "busy": "$text-accent",
    }

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._query = ""
        self._papers: int | None = None
        self._counts: tuple[int, int, int] = (0, 0, 0)
        self._busy: dict[str, str] = {}
        self._status: Sequence[str] = ()

    def show(self, query: str, papers: int | None, counts: tuple[int, int, int]) -> None:
        """Say what is shown: the query, how many papers it finds (None: it was not asked), and the library's counts."""
        self._query, self._papers, self._counts = query, papers, counts
        self.changed()

    def busy(self, text: str, who: str = "") -> None:
        """Say what goes on meanwhile, and whose it is; "" when it is over."""
        if text:
            self._busy[who] = text
        else:
            self._busy.pop(who, None)
        self.changed()

    @property
    def is_busy(self) -> bool:
        return bool(self._busy)

    def show_status(self, wordings: Sequence[str]) -> None:
        """Show the status of the subscriptions, in the first of these wordings that fits."""
        self._status = wordings
        self.changed()

    def pieces(self, width: int) -> Iterator[tuple[str, str]]:
        counts = self._fitting_counts(width)
        used = cell_len(counts)
        yield "name", " feedreader "
        room = width - used - 12
        if self._query and room > 6:
            size = "" if self._papers is None else f": {counted(self._papers, 'paper')}"
            query = clip(safe(self._query), max(4, room - 3 - cell_len(size)), cell_len)
            text = f" {query}{size if cell_len(query) + cell_len(size) + 3 <= room else ''} "
            yield "query", text
            room -= cell_len(text)
        if self._busy and room > 10:
            text = "  " + clip(" · ".join(self._busy.values()), room - 4, cell_len)
            yield "busy", text
            room -= cell_len(text)
        status = next((words for words in self._status if cell_len(words) + 3 <= room), "")
        if status:
            counts = f"{counts.rstrip()}   {status} "
            room -= cell_len(status) + 3
        if room >= 0:
            yield "text", " " * room + counts

    def _fitting_counts(self, width: int) -> str:
        papers, unread, kept = self._counts
        if not papers:
            return ""
        room = width - 13 - (min(24, cell_len(self._query)) + 3 if self._query else 0) - (24 if self._busy else 0)
        long = f"{counted(papers, 'paper')} · {unread:,} unread · {kept:,} kept "
        for text in (long, f"{papers:,} · {unread:,} unread · {kept:,} kept ", f"{unread:,} unread · {kept:,} kept "):
            if cell_len(text) <= room:
                return text
        short = f"{unread:,} unread "
        return short if cell_len(short) <= room else ""
