"""The links of a paper: one is opened, or copied."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from feedreader.tui.dialogs.filter_list import PickList
from feedreader.tui.widgets.key_hints import Hints


class LinkList(PickList):
    """Answers with the number, from 0, of the link to open; `copy` is given that of one to copy."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", "copy", id="link-copy", tooltip="Copy this link"),
        Binding("enter,l,right,o", "take", "open", id="pick-take", tooltip="Open this link"),
    ]
    HINTS: ClassVar[Hints] = (
        (("pick-take",), "open"),
        (("link-copy",), "copy"),
        (("lines-down", "lines-up"), "move"),
        (("close",), "cancel"),
    )
    NARROW = False

    def __init__(self, links: Sequence[tuple[str, str]], copy: Callable[[int], None]) -> None:
        column = min(16, max(len(name) for name, _ in links))
        super().__init__("Links", [f"{name[:column]:{column}}  {web}" for name, web in links])
        self._copy = copy

    def action_copy(self) -> None:
        self._copy(self.lines.choice)
        self.dismiss(None)
