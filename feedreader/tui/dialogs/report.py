"""What an import brought, file by file, and everything that was not understood."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.events import Resize

from feedreader.text.display import clip_start, counted, safe, wrap
from feedreader.tui.dialogs.dialog import CLOSE, Dialog
from feedreader.tui.widgets.key_hints import Hints
from feedreader.tui.widgets.lines import Lines, Piece

if TYPE_CHECKING:
    from feedreader.services.ingest import ImportResult

INDENT = 4


class ReportScreen(Dialog[None]):
    """The import report. `keys` says what to press where there is none."""

    HEADING = "Last import report"
    HINTS = ((("lines-down", "lines-up"), "scroll"), (("close",), "close"))

    def __init__(self, results: Sequence[ImportResult], keys: str = "") -> None:
        super().__init__(id="report")
        self._results = results
        self._keys = keys
        self._lines = Lines(id="report-lines")

    def contents(self) -> ComposeResult:
        yield self._lines

    @property
    def wanted_hints(self) -> Hints:
        return self.HINTS if self._results else CLOSE

    def on_mount(self) -> None:
        self.heading.aside(summary(self._results))

    def on_resize(self, event: Resize) -> None:
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        width = self._lines.size.width - 1
        lines = [line for result in self._results for line in _file(result, width)][:-1]
        self._lines.show(lines or [[("quiet", f"Nothing imported since the start. {self._keys}")]])


def summary(results: Sequence[ImportResult]) -> str:
    """The whole import in a line."""
    from feedreader.services.import_files import brought

    failed = sum(result.error is not None for result in results)
    problems = sum(len(result.problems) for result in results)
    parts = [counted(len(results), "file")]
    parts += [brought(results)] if len(results) > 1 else []  # of one file it is said below
    parts += [f"{failed:,} failed"] if failed else []
    parts += [counted(problems, "problem")] if problems else []
    return " · ".join(parts) if results else ""


def _file(result: ImportResult, width: int) -> Iterator[list[Piece]]:
    yield [("strong", clip_start(safe(result.source), width, cell_len))]
    if result.error is not None:
        yield from _under(safe(result.error.message), "fault", width)
        if result.error.remedy:
            yield from _under(safe(result.error.remedy), "text", width)
    if result.entries or not (result.error or result.skipped):
        from feedreader.services.import_files import brought

        parts = [result.format or "", brought([result])]
        yield from _under(" · ".join(part for part in parts if part), "quiet", width)
    for problem in result.problems:
        where = "" if problem.line is None else f"line {problem.line:,}: "
        yield from _under(where + safe(problem.reason), "text", width)
    yield []


def _under(text: str, look: str, width: int) -> Iterator[list[Piece]]:
    for line in wrap(text, max(10, width - INDENT), cell_len):
        yield [(look, " " * INDENT + line)]
