"""What is shown while the library is empty: what feedreader does, the ways to begin, and the first keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from feedreader.text.display import clip, wrap
from feedreader.tui.keys import LIBRARY
from feedreader.tui.widgets.drawn import Drawn

WIDTH = 64
_Placed = tuple[int, int, list[list[tuple[str, str]]]]  # the row of the first line, its column, and the lines


class Welcome(Drawn, Widget, can_focus=True):
    """The first-run screen. Its lines can be clicked."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter,y",
            "samples",
            "load samples",
            id="samples",
            tooltip="Load the samples that come with it",
            group=LIBRARY,
        ),
        Binding("escape,h,left", "screen.back", "all papers", id="welcome-back", show=False),
    ]
    LOOKS: ClassVar[Mapping[str, str]] = {
        "text": "$text",
        "title": "bold $text-accent",
        "key": "bold $text-accent",
        "quiet": "$text-muted",
    }

    def __init__(self, *, key: Callable[[str], str], has_samples: bool, id: str | None = None) -> None:
        super().__init__(id=id)
        self._key = key
        self._has_samples = has_samples
        self._drawn: _Placed | None = None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "samples" or self._has_samples

    async def action_samples(self) -> None:
        await self.app.run_action("app.load_samples")

    def _offers(self) -> Iterator[tuple[str, str, str]]:
        """The ways to begin: the key that is shown, the words, and the action."""
        key = self._key
        if self._has_samples:
            yield "enter", "load the sample papers, to look around", "samples"
        yield key("subscribe"), "subscribe to an arXiv category (cs.LG) or feed", "app.subscribe"
        yield key("import"), "import a digest: a file, or a folder of them", "app.import"

    def _lines(self, width: int) -> Iterator[list[tuple[str, str]]]:
        key = self._key
        yield [("title", "Welcome to feedreader")]
        yield []
        for line in wrap(
            "It puts the papers of all your feeds and digests in one list, by day, each paper once, "
            "and remembers what you read and keep.",
            width,
        ):
            yield [("text", line)]
        yield []
        yield [("quiet", "Begin")]
        for keys, words, _ in self._offers():
            yield [("key", f"  {keys:7}"), ("text", words)]
        yield []
        yield [("quiet", "Then, for every paper")]
        for id, words in (
            ("read-on", "read on: a page, then the next unread paper"),
            ("toggle-kept", "keep it on your shortlist"),
            ("toggle-dismissed", "dismiss it and go on"),
            ("query", "search"),
            ("help", "all keys"),
        ):
            yield [("text", f"  {key(id):7}{words}")]

    def _placed(self) -> _Placed:
        width, height = self.size
        lines = list(self._lines(max(10, min(WIDTH, width - 4))))
        if len(lines) > height:
            lines = [line for line in lines if line]
        return max(0, (height - len(lines)) * 2 // 5), max(2, (width - WIDTH) // 2), lines

    def render_lines(self, crop: Region) -> list[Strip]:
        self._drawn = self._placed()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        top, left, lines = self._drawn or self._placed()
        width = self.size.width
        line = lines[y - top] if 0 <= y - top < len(lines) else []
        segments = [Segment(" " * left, self.look("text"))]
        used = left
        for name, text in line:
            text = clip(text, max(0, width - used), cell_len)
            segments.append(Segment(text, self.look(name)))
            used += cell_len(text)
        return Strip([*segments, Segment(" " * max(0, width - used), self.look("text"))], max(width, used))

    async def on_click(self, event: events.Click) -> None:
        top, _, lines = self._placed()
        line = lines[event.y - top] if 0 <= event.y - top < len(lines) else []
        if line and line[0][0] == "key":
            action = next(action for _, words, action in self._offers() if words == line[1][1])
            await self.app.run_action(action, self)
