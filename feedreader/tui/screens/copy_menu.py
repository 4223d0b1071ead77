"""What of the paper to copy."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from feedreader.tui.keys import COPY_KEYS
from feedreader.tui.screens.second_key import SecondKey


class CopyMenu(SecondKey):
    """Answers with what to copy, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *COPY_KEYS,
        Binding("escape", "leave", "leave", id="copy-leave", tooltip="Copy nothing"),
    ]

    def __init__(self) -> None:
        super().__init__(id="copy")
