"""What all dialogs share: a box with its title in the upper border and the keys that matter in the lower one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, TypeVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from feedreader.text.display import clip
from feedreader.tui.messages import TakesKeys
from feedreader.tui.widgets.drawn import OneLine
from feedreader.tui.widgets.key_hints import Hint, Hints, KeyHints, hints_for
from feedreader.tui.widgets.selection import SelectingScreen

Answer = TypeVar("Answer")

_LONGEST_OPENING = 0.5  # seconds that keys are held for a dialog that focuses nothing after all
CLOSE: Hints = ((("close",), "close"),)
_CLOSES = {"close", "menu-leave"}  # what they do is named at the right, however little room there is


class Heading(OneLine):
    """The upper border of a dialog: its title, and something quiet at the right."""

    LOOKS: ClassVar[Mapping[str, str]] = {
        "text": "$text-muted",
        "title": "bold $text-accent",
        "border": "$border",
    }

    def __init__(self, title: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._title = title
        self._aside = ""

    def aside(self, text: str) -> None:
        """Set what is said at the right."""
        self._aside = text
        self.changed()

    def pieces(self, width: int) -> Iterator[tuple[str, str]]:
        title = clip(self._title, max(0, width - 6), cell_len)
        room = width - cell_len(title) - 6
        aside = f" {clip(self._aside, room - 5, cell_len)} " if self._aside and room > 9 else ""
        yield "border", "╭─"
        yield "title", f" {title} "
        yield "border", "─" * (room - cell_len(aside))
        yield "text", aside
        yield "border", "─╮"


class Keys(KeyHints):
    """The lower border of a dialog: its keys, or a message."""

    LOOKS: ClassVar[Mapping[str, str]] = {**KeyHints.LOOKS, "border": "$border"}

    def pieces(self, width: int) -> Iterator[tuple[str, str]]:
        yield "border", "╰─"
        used, before = 2, " "
        pieces = list(super().pieces(width - 4))
        if all(text.isspace() for _, text in pieces[:2]):  # no keys at the left
            pieces[0] = "border", "─"
        for look, text in pieces:
            used += cell_len(text)
            if len(text) > 2 and text.isspace():
                start = "" if before in (" ", "─") else " "
                look, text = "border", f"{start}{'─' * (len(text) - len(start) - 1)} "
            yield look, text
            before = text
        self._places = [(start + 2, end + 2, hint) for start, end, hint in self._places]
        gap = "" if before.endswith(" ") else " "
        yield "border", f"{gap}{'─' * (width - used - 1 - len(gap))}╯"


class Dialog(SelectingScreen, ModalScreen[Answer]):
    """A dialog names its heading, what enter does and its hints, and composes its contents in `contents`.

    One that focuses nothing takes keys from the start. While it is `saving`, keys wait: they are meant for what is
    under it, or for itself if it could not save. One that asks a short question is NARROW; one whose list changes while
    it is open is TALL, to stay where it is.
    """

    CSS_PATH = "../styles/dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "leave", "close", id="close", tooltip="Close")]
    HEADING: str = ""
    ENTER: str = ""
    HINTS: ClassVar[Hints] = CLOSE
    NARROW: ClassVar[bool] = False
    FOCUSES: ClassVar[bool] = True
    TALL: ClassVar[bool] = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, classes=" ".join(["-narrow"] * self.NARROW + ["-tall"] * self.TALL))
        self._waited = False
        self.saving = False
        self.heading = Heading(self.HEADING, id="dialog-heading")
        self.hints = Keys(id="dialog-hints")

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield self.heading
            with Vertical(id="dialog-body"):
                yield from self.contents()
            yield self.hints

    def contents(self) -> ComposeResult:
        """What is inside the box."""
        raise NotImplementedError

    @property
    def enter(self) -> str:
        """What enter does now; "" for nothing."""
        return self.ENTER

    @property
    def wanted_hints(self) -> Hints:
        """The hints for what it shows now."""
        return self.HINTS

    def show_keys(self) -> None:
        """Name the keys in the lower border."""
        wanted = self.wanted_hints
        shown, _ = hints_for(self, [hint for hint in wanted if not _CLOSES.intersection(hint[0])])
        close, _ = hints_for(self, [hint for hint in wanted if _CLOSES.intersection(hint[0])])
        enter = [Hint("enter", self.enter, "enter")] if self.enter else []
        self.hints.show([*enter, *shown], close[0] if close else None)

    @property
    def takes_keys(self) -> bool:
        """Whether it is open: keys that come before are held."""
        return not self.saving and (not self.FOCUSES or self.focused is not None or self._waited)

    def on_mount(self) -> None:
        self.show_keys()
        self.set_timer(_LONGEST_OPENING, self._stop_waiting)

    def _stop_waiting(self) -> None:
        self._waited = True
        self.post_message(TakesKeys())

    def on_descendant_focus(self) -> None:
        self.show_keys()
        self.post_message(TakesKeys())

    def could_not_save(self) -> None:
        """It stays open."""
        self.saving = False
        self.post_message(TakesKeys())

    def action_leave(self) -> None:
        self.dismiss(None)
