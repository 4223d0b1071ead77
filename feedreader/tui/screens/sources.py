"""The digests that were imported: how many papers each brought, and a key to take one out again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Resize

from feedreader.model import SourceInfo
from feedreader.tui.messages import ForgetWanted, SourcesReady, SourcesWanted, UndoWanted
from feedreader.tui.screens.dialog import Dialog
from feedreader.tui.widgets.lines import Lines, Piece
from feedreader.view.rows import clip_start, counted, fill, safe, short_day


class SourcesScreen(Dialog[None]):
    """A line a source."""

    HEADING = "Digests"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x,d,delete", "forget", "take out", id="forget-source", tooltip="Take this digest out of the library"),
        Binding("u", "undo", "undo", id="sources-undo", tooltip="Undo the latest step"),
        Binding("i", "import", "import", id="sources-import", tooltip="Import a digest"),
        Binding("q", "leave", "close", id="sources-close", tooltip="Close"),
    ]
    HINTS = (
        (("lines-down", "lines-up"), "move"),
        (("forget-source",), "take out"),
        (("sources-undo",), "undo"),
        (("sources-import",), "import"),
        (("close",), "close"),
    )

    def __init__(self) -> None:
        super().__init__(id="sources")
        self._sources: Sequence[SourceInfo] | None = None
        self._lines = Lines(id="sources-lines")

    def contents(self) -> ComposeResult:
        yield self._lines

    def on_mount(self) -> None:
        self.post_message(SourcesWanted())

    def on_sources_ready(self, message: SourcesReady) -> None:
        self._sources = message.sources
        self.heading.aside(counted(len(message.sources), "digest"))
        self._show()

    def on_resize(self, event: Resize) -> None:
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        if self._sources is None:
            return
        if not self._sources:
            self._lines.show([[("quiet", "None yet. i imports a digest.")]])
            return
        lines = source_lines(self._sources, self._lines.size.width - 1)
        self._lines.show(lines, range(len(self._sources)))

    def action_forget(self) -> None:
        if self._sources:
            self.post_message(ForgetWanted(source=self._sources[self._lines.choice].name))

    def action_undo(self) -> None:
        self.post_message(UndoWanted())

    def action_import(self) -> None:
        self.dismiss(None)
        self.app.call_later(self.app.run_action, "import")


def source_lines(sources: Sequence[SourceInfo], width: int) -> list[list[Piece]]:
    """A line a source: name, layout, papers, day of import; the less important go first where there is no room."""
    formats = max(len(source.format) for source in sources)
    papers = [counted(source.papers, "paper") for source in sources]
    papers_width = max(map(len, papers))
    name_width = width - papers_width - 4
    show_format, show_day = name_width - formats - 2 >= 24, name_width - formats - 2 - 18 >= 24
    name_width -= (formats + 2 if show_format else 0) + (18 if show_day else 0)
    lines: list[list[Piece]] = []
    for source, count in zip(sources, papers, strict=True):
        name = fill(clip_start(safe(source.name), name_width, cell_len), name_width, cell_len)
        line = [("text", f" {name}  ")]
        if show_format:
            line.append(("quiet", f"{safe(source.format):<{formats}}  "))
        line.append(("text", f"{count:>{papers_width}}"))
        if show_day:
            line.append(("quiet", f"  {short_day(source.imported_at.date()):>16}"))
        lines.append(line)
    return lines
