"""What is highlighted and muted, and how many papers each rule is about."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Resize

from feedreader.text.display import clip_start, counted, fill, safe, short_day
from feedreader.tui.controllers.rules import RulesApplied
from feedreader.tui.dialogs.dialog import Dialog
from feedreader.tui.widgets.key_hints import Hints
from feedreader.tui.widgets.lines import Lines, Piece

if TYPE_CHECKING:
    from feedreader.services.rules import RuleEntry
    from feedreader.tui.desks import Desks

_COUNT = 14  # cells
_ORIGIN = 18


class RulesScreen(Dialog[str]):
    """A line a rule; answers with the query whose papers are to be shown, or None."""

    HEADING = "Rules"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,l,right", "papers", "its papers", id="rule-papers", tooltip="Show its papers"),
        Binding("x,d,delete", "take_away", "take away", id="rule-take-away", tooltip="Take away a rule made here"),
        Binding("q", "leave", "close", id="rules-close", tooltip="Close"),
    ]
    HINTS: ClassVar[Hints] = (
        (("lines-down", "lines-up"), "move"),
        (("rule-papers",), "its papers"),
        (("rule-take-away",), "take away"),
        (("close",), "close"),
    )

    def __init__(self, path: Path, placed: Sequence[tuple[RuleEntry, int]]) -> None:
        super().__init__(id="rules")
        self._path = path
        self._placed = placed
        self._lines = Lines(id="rules-lines")

    def contents(self) -> ComposeResult:
        yield self._lines

    def on_mount(self) -> None:
        self._show()
        self._lines.focus()

    def on_rules_applied(self, message: RulesApplied) -> None:
        message.stop()
        self._placed = message.placed
        self._show()

    def on_resize(self, event: Resize) -> None:
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        width = max(20, self._lines.size.width - 1)
        self.heading.aside(clip_start(safe(str(self._path)), max(10, width - 12), cell_len))
        if not self._placed:
            key = cast("Desks", self.app).key
            nothing = f"None yet. {key('highlight')} and {key('mute')} make one from the paper under the cursor."
            self._lines.show([[("quiet", nothing)]])
            return
        self._lines.show([self._line(one, papers, width) for one, papers in self._placed], range(len(self._placed)))

    @staticmethod
    def _line(one: RuleEntry, papers: int, width: int) -> list[Piece]:
        rule = one.rule
        words = rule.text if rule.name == " ".join(rule.text.split()) else f"{rule.name} · {rule.text}"
        origin = f"made {short_day(one.made)[4:]}" if one.made else f"line {one.line}"
        room = width - 11 - _COUNT - (_ORIGIN if width >= 70 else 0)
        pieces: list[Piece] = [
            ("key" if rule.effect == "highlight" else "quiet", f" {rule.effect:<10}"),
            ("text", fill(safe(words), room, cell_len)),
            ("text", f"{counted(papers, 'paper'):>{_COUNT}}"),
        ]
        return [*pieces, ("quiet", f"{origin:>{_ORIGIN}}")] if width >= 70 else pieces

    @property
    def _chosen(self) -> RuleEntry | None:
        return self._placed[self._lines.choice][0] if self._lines.choice < len(self._placed) else None

    def on_lines_chosen(self) -> None:
        self.action_papers()

    def action_papers(self) -> None:
        if (one := self._chosen) is not None:
            self.dismiss(one.rule.text)

    def action_take_away(self) -> None:
        if (one := self._chosen) is not None:
            cast("Desks", self.app).rules_controller.take_away(one)
