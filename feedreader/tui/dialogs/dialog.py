"""What all dialogs share: a panel in the middle with a heading, something in it, and the keys that matter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, TypeVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from feedreader.text.display import clip
from feedreader.tui.widgets.drawn import OneLine
from feedreader.tui.widgets.key_hints import Hints, KeyHints, hints_for

Answer = TypeVar("Answer")


class Heading(OneLine):
    """The title of a dialog, and something quiet at its right."""

    LOOKS: ClassVar[Mapping[str, str]] = {
        "text": "$text-muted",
        "title": "bold $text",
    }

    def __init__(self, title: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._title = title
        self._aside = ""

    def aside(self, text: str) -> None:
        """Set what stands at the right."""
        self._aside = text
        self.changed()

    def pieces(self, width: int) -> Iterator[tuple[str, str]]:
        yield "title", clip(self._title, width, cell_len)
        room = width - cell_len(self._title) - 2
        if self._aside and room > 4:
            text = clip(self._aside, room, cell_len)
            yield "text", " " * (room + 2 - cell_len(text)) + text


class Dialog(ModalScreen[Answer]):
    """A dialog names its heading and its hints, and composes its contents in `contents`."""

    CSS_PATH = "../styles/dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "leave", "close", id="close", tooltip="Close")]
    HEADING: str = ""
    HINTS: ClassVar[Hints] = ((("close",), "close"),)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.heading = Heading(self.HEADING, id="dialog-heading")
        self.hints = KeyHints(id="dialog-hints")

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield self.heading
            yield from self.contents()
            yield self.hints

    def contents(self) -> ComposeResult:
        """What stands between heading and hints."""
        raise NotImplementedError

    def on_descendant_focus(self) -> None:
        self.hints.show(*hints_for(self, self.HINTS))

    def action_leave(self) -> None:
        self.dismiss(None)
