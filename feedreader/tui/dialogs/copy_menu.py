"""What of the paper to copy."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from feedreader.tui.dialogs.prefix_menu import PrefixMenu
from feedreader.tui.keys import COPY_KEYS


class CopyMenu(PrefixMenu):
    """Answers with what to copy, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *COPY_KEYS,
        Binding("escape", "leave", "leave", id="copy-leave", tooltip="Copy nothing"),
    ]

    def __init__(self) -> None:
        super().__init__(id="copy")
