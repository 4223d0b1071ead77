"""Asks what to export, in which format, and into which file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Static

from feedreader.export import EXPORTERS, ending_of, format_of
from feedreader.tui.dialogs.dialog import Dialog
from feedreader.tui.widgets.choice import Choice

_FORMATS = tuple(EXPORTERS)


class ExportRequest(NamedTuple):
    """What to write: one paper (`key`), or what a query finds; in which format; and where."""

    key: int | None
    query: str
    format: str
    path: Path


class ExportChoice(NamedTuple):
    """What can be exported: the words for it, a name for its file, and the one paper or the query."""

    words: str
    name: str
    key: int | None
    query: str


class ExportScreen(Dialog[ExportRequest]):
    """Answers with what to write, or None. The format follows the file's ending, and the ending the format."""

    HEADING = "Export"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab,down", "app.focus_next", "next", id="export-next", tooltip="Next line", priority=True),
        Binding(
            "shift+tab,up",
            "app.focus_previous",
            "previous",
            id="export-previous",
            tooltip="Previous line",
            priority=True,
        ),
        Binding("enter", "write", "write", id="export-write", tooltip="Write the file", priority=True),
    ]
    HINTS = (
        (("export-write",), "write the file"),
        (("choice-left", "choice-right"), "choose"),
        (("export-next",), "next line"),
        (("close",), "cancel"),
    )

    def __init__(self, choices: Sequence[ExportChoice], chosen: int) -> None:
        super().__init__(id="export")
        self._choices = choices
        self._what = Choice("What", [choice.words for choice in choices], chosen, id="export-what")
        self._format = Choice("Format", [exporter.words for exporter in EXPORTERS.values()], 0, id="export-format")
        self._suggested = ""
        self._to_replace: Path | None = None

    def contents(self) -> ComposeResult:
        yield self._what
        yield self._format
        with Horizontal(id="export-line"):
            yield Static("  File", id="export-label")
            yield Input(compact=True, id="export-file")

    def on_mount(self) -> None:
        self._suggest()
        self._format.focus()

    @property
    def _box(self) -> Input:
        return self.query_one(Input)

    @property
    def format(self) -> str:
        return _FORMATS[self._format.chosen]

    def _set_name(self, name: str) -> None:
        with self.prevent(Input.Changed):
            self._box.value = name
        self._box.cursor_position = len(name)

    def _suggest(self) -> None:
        """A name for the file, where none was typed."""
        if self._box.value == self._suggested:
            name = self._choices[self._what.chosen].name + EXPORTERS[self.format].suffix
            self._suggested = shortened(_folder() / name)
            self._set_name(self._suggested)

    @on(Choice.Changed)
    def _chosen(self) -> None:
        self._suggest()
        name = self._box.value
        if (known := format_of(name)) and known != self.format:
            self._set_name(name[: -len(ending_of(name))] + EXPORTERS[self.format].suffix)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self.hints.hush()
        if (known := format_of(event.value)) and known != self.format:
            self._format.choose(_FORMATS.index(known))

    def action_write(self) -> None:
        """Answer, if a file can be written there; one that is there is replaced at the second time of asking."""
        name = self._box.value.strip()
        path = Path(os.path.abspath(os.path.expanduser(name)))  # noqa: PTH100, PTH111
        if not name or path.is_dir():
            self.hints.say("Enter a file name." if not name else "That is a folder; add a file name.", error=True)
        elif not path.parent.is_dir():
            self.hints.say(f"No such folder: {shortened(path.parent)}.", error=True)
        elif path.exists() and path != self._to_replace:
            self._to_replace = path
            self.hints.say(f"{path.name} exists. Press enter again to replace it.", error=True)
        else:
            choice = self._choices[self._what.chosen]
            self.dismiss(ExportRequest(choice.key, choice.query, self.format, path))


def _folder() -> Path:
    """Where files go unless one says otherwise: the working folder, if it can be written, or the downloads."""
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 - the other one raises where there is none
    with suppress(FileNotFoundError):  # the working folder may be gone
        if os.access(current := Path.cwd(), os.W_OK) and current != home:
            return current
    downloads = home / "Downloads"
    return downloads if downloads.is_dir() else home


def shortened(path: Path) -> str:
    """A path as one writes it: from the home folder on, if it lies there."""
    try:
        return f"~/{path.relative_to(Path.home())}"
    except (ValueError, RuntimeError):
        return str(path)
