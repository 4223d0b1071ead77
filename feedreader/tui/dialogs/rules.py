"""What is highlighted and muted, and how many papers each rule is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Resize

from feedreader.text.display import clip_start, counted, fill, safe, short_day
from feedreader.tui.dialogs.dialog import CLOSE, Dialog
from feedreader.tui.widgets.key_hints import Hints
from feedreader.tui.widgets.lines import Lines, Piece

if TYPE_CHECKING:
    from feedreader.services.rules import RuleEntry

_COUNT = 14  # cells
_ORIGIN = 18


class RulesScreen(Dialog[str]):
    """A line a rule; answers with the query whose papers are to be shown, or None.

    `key` names the key of a binding, `remove` removes a rule.
    """

    HEADING = "Rules"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,l,right", "papers", "show papers", id="rule-papers", tooltip="Show its papers"),
        Binding(
            "x,d,delete", "remove", "remove", id="rule-remove", tooltip="Remove this rule, if you made it in the reader"
        ),
    ]
    HINTS: ClassVar[Hints] = (
        (("rule-papers",), "show papers"),
        (("lines-down", "lines-up"), "move"),
        (("rule-remove",), "remove"),
        (("close",), "close"),
    )

    def __init__(
        self,
        path: Path,
        entries: Sequence[tuple[RuleEntry, int]],
        *,
        key: Callable[[str], str],
        remove: Callable[[RuleEntry], None],
    ) -> None:
        super().__init__(id="rules")
        self._key = key
        self._remove = remove
        self._path = path
        self._entries = entries
        self._lines = Lines(id="rules-lines")

    def contents(self) -> ComposeResult:
        yield self._lines

    def on_mount(self) -> None:
        self._show()
        self._lines.focus()

    def show_rules(self, entries: Sequence[tuple[RuleEntry, int]]) -> None:
        """Show the rules as they are now."""
        self._entries = entries
        self._show()

    def on_resize(self, event: Resize) -> None:
        self.call_after_refresh(self._show)

    @property
    def wanted_hints(self) -> Hints:
        return self.HINTS if self._entries else CLOSE

    def _show(self) -> None:
        self.show_keys()
        width = max(20, self._lines.size.width - 1)
        self.heading.aside(clip_start(safe(str(self._path)), max(10, width - 12), cell_len))
        if not self._entries:
            key = self._key
            nothing = f"No rules yet. Press {key('highlight')} or {key('mute')} on a paper to make one."
            self._lines.show([[("quiet", nothing)]])
            return
        self._lines.show([self._line(rule, papers, width) for rule, papers in self._entries], range(len(self._entries)))

    @staticmethod
    def _line(entry: RuleEntry, papers: int, width: int) -> list[Piece]:
        rule = entry.rule
        words = rule.text if rule.name == " ".join(rule.text.split()) else f"{rule.name} · {rule.text}"
        origin = f"made {short_day(entry.created)[4:]}" if entry.created else f"line {entry.line}"
        room = width - 11 - _COUNT - (_ORIGIN if width >= 70 else 0)
        pieces: list[Piece] = [
            ("key" if rule.effect == "highlight" else "quiet", f" {rule.effect:<10}"),
            ("text", fill(safe(words), room, cell_len)),
            ("text", f"{counted(papers, 'paper'):>{_COUNT}}"),
        ]
        return [*pieces, ("quiet", f"{origin:>{_ORIGIN}}")] if width >= 70 else pieces

    @property
    def _chosen(self) -> RuleEntry | None:
        return self._entries[self._lines.choice][0] if self._lines.choice < len(self._entries) else None

    def on_lines_chosen(self) -> None:
        self.action_papers()

    def action_papers(self) -> None:
        if (chosen := self._chosen) is not None:
            self.dismiss(chosen.rule.text)

    def action_remove(self) -> None:
        if (chosen := self._chosen) is not None:
            self._remove(chosen)
