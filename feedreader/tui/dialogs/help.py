"""All keys, made from the bindings as they are bound now, and the query language; typing filters them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.events import Resize
from textual.screen import Screen
from textual.widgets import Input

from feedreader.query.help import query_help
from feedreader.text.display import clip
from feedreader.tui.dialogs.dialog import Dialog
from feedreader.tui.keys import ABSTRACT, FIND, LIBRARY, MOVE, OUT, PROGRAM, READ, RULES, SUBSCRIPTIONS
from feedreader.tui.widgets.lines import Lines, Piece

QUERIES = Binding.Group("What a search understands")
GROUPS = (MOVE, READ, FIND, RULES, OUT, LIBRARY, SUBSCRIPTIONS, PROGRAM, ABSTRACT)
KEYS_WIDTH = 12
TWO_COLUMNS = 92


class Entry(NamedTuple):
    """What one line of the help says."""

    group: Binding.Group
    keys: tuple[str, ...]
    words: str


class HelpScreen(Dialog[None]):
    """The keys of the feed screen and its widgets, by group."""

    HEADING = "Keys"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "scroll_lines(1)", "down", id="help-down", tooltip="Down"),
        Binding("up", "scroll_lines(-1)", "up", id="help-up", tooltip="Up"),
        Binding("pagedown", "page(1)", "page down", id="help-page-down", tooltip="A page down"),
        Binding("pageup", "page(-1)", "page up", id="help-page-up", tooltip="A page up"),
    ]
    HINTS = ((("help-down", "help-up"), "scroll"), (("close",), "close"))

    def __init__(self, entries: Sequence[Entry]) -> None:
        super().__init__(id="help")
        self._entries = entries
        self._lines = Lines(id="help-lines")
        self._lines.can_focus = False

    def contents(self) -> ComposeResult:
        yield Input(placeholder="type to filter", compact=True, id="help-filter")
        yield self._lines

    def on_mount(self) -> None:
        self.query_one(Input).focus()

    @on(Resize)
    @on(Input.Changed)
    def _filter(self) -> None:
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        words = self.query_one(Input).value.casefold().split()
        entries = [e for e in self._entries if all(w in f"{' '.join(e.keys)} {e.words}".casefold() for w in words)]
        from feedreader.arxiv.addresses import THANKS

        lines = help_lines(entries, self._lines.size.width - 1)
        self._lines.show(lines if words else [*lines, [], [("quiet", THANKS)]])

    @on(Input.Submitted)
    def _entered(self) -> None:
        self.dismiss(None)

    def action_scroll_lines(self, lines: int) -> None:
        self._lines.action_move(lines)

    def action_page(self, step: int) -> None:
        self._lines.action_page(step)


def entries_of(screen: Screen[None], nodes: Iterable[DOMNode]) -> list[Entry]:
    """An entry for every binding of these nodes that has words, with the keys it is bound to now; then the queries."""
    entries: dict[str, Entry] = {}
    for node in nodes:
        bindings = node._bindings.copy()
        bindings.apply_keymap(screen.app._keymap)
        for key, binding in bindings:
            if binding.id and binding.group and binding.tooltip:
                shown = screen.app.get_key_display(Binding(key, ""))
                before = entries.get(binding.id)
                keys = (*before.keys, shown) if before else (shown,)
                entries[binding.id] = Entry(binding.group, tuple(dict.fromkeys(keys)), binding.tooltip)
    return [*entries.values(), *(Entry(QUERIES, (written,), meaning) for written, meaning in query_help())]


def help_lines(entries: Sequence[Entry], width: int) -> list[list[Piece]]:
    """The help as lines: in two columns where there is room, what a search understands below them."""
    keys = [entry for entry in entries if entry.group is not QUERIES]
    queries = _block(QUERIES, [entry for entry in entries if entry.group is QUERIES])
    lines = _key_lines(keys, width) if keys or not queries else []
    return [*lines, *([[]] if lines and queries else []), *queries]


def _key_lines(entries: Sequence[Entry], width: int) -> list[list[Piece]]:
    blocks = [_block(group, [e for e in entries if e.group is group]) for group in GROUPS]
    blocks = [block for block in blocks if block]
    if not blocks:
        return [[("quiet", "No key is called so.")]]
    if width < TWO_COLUMNS:
        return [line for block in blocks for line in ([*block, []])][:-1]
    half = (sum(map(len, blocks)) + len(blocks)) / 2
    left: list[list[Piece]] = []
    right: list[list[Piece]] = []
    for block in blocks:
        side = left if len(left) + len(block) / 2 <= half and not right else right
        side += [[], *block] if side else block
    column = width // 2
    lines = []
    for number in range(max(len(left), len(right))):
        first = _cut(left[number], column - 2) if number < len(left) else []
        used = sum(cell_len(text) for _, text in first)
        second = right[number] if number < len(right) else []
        lines.append([*first, ("text", " " * (column - used)), *second])
    return lines


def _block(group: Binding.Group, entries: Sequence[Entry]) -> list[list[Piece]]:
    if not entries:
        return []
    lines: list[list[Piece]] = [[("label", group.description)]]
    for entry in entries:
        keys = "  ".join(entry.keys)
        gap = " " * max(2, KEYS_WIDTH - cell_len(keys))
        lines.append([("key", f" {keys}"), ("text", f"{gap}{entry.words}")])
    return lines


def _cut(line: Sequence[Piece], width: int) -> list[Piece]:
    cut, room = [], width
    for look, text in line:
        text = clip(text, room, cell_len)
        cut.append((look, text))
        room -= cell_len(text)
    return cut
