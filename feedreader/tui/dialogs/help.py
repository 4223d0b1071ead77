"""All keys, made from the bindings as they are bound now, and the query language; typing filters them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest
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
from feedreader.text.display import wrap
from feedreader.tui.dialogs.dialog import Dialog
from feedreader.tui.keys import ABSTRACT, FIND, LIBRARY, MOVE, OUT, PROGRAM, READ, RULES, SUBSCRIPTIONS
from feedreader.tui.widgets.lines import Lines, Piece
from feedreader.view.rows import SIGNS

QUERIES = Binding.Group("Search syntax")
SIGNED = Binding.Group("Signs in the list")
GROUPS = (MOVE, READ, FIND, RULES, OUT, LIBRARY, SUBSCRIPTIONS, PROGRAM, ABSTRACT, SIGNED)
FIRST = Binding.Group("First five")
FIRST_KEYS = ("read-on", "toggle-kept", "toggle-dismissed", "query", "help")
KEYS_WIDTH = 12  # with the blanks behind them
TWO_COLUMNS = 90


class Entry(NamedTuple):
    """A key, a part of a query or a sign, and what it does or means. Only keys have ids."""

    group: Binding.Group
    keys: tuple[str, ...]
    words: str
    id: str = ""

    def has(self, words: Iterable[str]) -> bool:
        """Whether all these words are in it, or in the name of its group."""
        text = f"{' '.join(self.keys)} {self.words} {self.group.description}".casefold()
        return all(word in text for word in words)


class HelpScreen(Dialog[None]):
    """The keys of the feed screen and its widgets by group, the signs of the list, and queries."""

    HEADING = "Keys and queries"
    TALL = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "scroll_lines(1)", "down", id="help-down", tooltip="Down", priority=True),
        Binding("up", "scroll_lines(-1)", "up", id="help-up", tooltip="Up", priority=True),
        Binding("pagedown", "page(1)", "page down", id="help-page-down", tooltip="A page down", priority=True),
        Binding("pageup", "page(-1)", "page up", id="help-page-up", tooltip="A page up", priority=True),
    ]
    HINTS = ((("help-up", "help-down"), "scroll"), (("close",), "close"))

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
        typed = self.query_one(Input).value.split()
        entries = [entry for entry in self._entries if entry.has(word.casefold() for word in typed)]
        if not typed:
            named = {entry.id: entry for entry in entries if entry.id}
            entries = [*(named[id]._replace(group=FIRST) for id in FIRST_KEYS if id in named), *entries]
        from feedreader.arxiv.addresses import THANKS

        lines = help_lines(entries, self._lines.size.width - 1)
        self._lines.show(lines if typed else [*lines, [], [("quiet", THANKS)]])

    @on(Input.Submitted)
    def _entered(self) -> None:
        self.dismiss(None)

    def action_scroll_lines(self, lines: int) -> None:
        self._lines.action_move(lines)

    def action_page(self, step: int) -> None:
        self._lines.action_page(step)


def entries_of(screen: Screen[None], nodes: Iterable[DOMNode]) -> list[Entry]:
    """An entry for every binding of these nodes that has words, with the keys it is bound to now; then for the signs of
    the list, and the queries."""
    entries: dict[str, Entry] = {}
    for node in nodes:
        bindings = node._bindings.copy()
        bindings.apply_keymap(screen.app._keymap)
        for key, binding in bindings:
            if binding.id and binding.group and binding.tooltip:
                shown = screen.app.get_key_display(Binding(key, ""))
                before = entries.get(binding.id)
                keys = (*before.keys, shown) if before else (shown,)
                entries[binding.id] = Entry(binding.group, tuple(dict.fromkeys(keys)), binding.tooltip, binding.id)
    signs = (Entry(SIGNED, (sign,), meaning) for sign, meaning in SIGNS)
    return [*entries.values(), *signs, *(Entry(QUERIES, (written,), meaning) for written, meaning in query_help())]


def help_lines(entries: Sequence[Entry], width: int) -> list[list[Piece]]:
    """The help as lines: in two columns where there is room, what a search understands below them."""
    columns = 2 if width >= TWO_COLUMNS else 1
    blocks = [_block(group, entries, width // columns - (columns - 1)) for group in (FIRST, *GROUPS)]
    lines = _beside([block for block in blocks if block], width) if columns == 2 else _below(blocks)
    queries = _block(QUERIES, entries, width)
    return _below([lines, queries]) or [[("quiet", "No matches.")]]


def _below(blocks: Iterable[list[list[Piece]]]) -> list[list[Piece]]:
    return [line for block in blocks if block for line in ([], *block)][1:]


def _beside(blocks: Sequence[list[list[Piece]]], width: int) -> list[list[Piece]]:
    """Blocks in two columns of about the same height."""
    whole = sum(map(len, blocks)) + len(blocks)
    heights = [sum(map(len, blocks[:number])) + number for number in range(len(blocks) + 1)]
    cut = min(range(len(heights)), key=lambda number: abs(2 * heights[number] - whole))
    left, right = _below(blocks[:cut]), _below(blocks[cut:])
    lines: list[list[Piece]] = []
    empty: list[Piece] = []
    for first, second in zip_longest(left, right, fillvalue=empty):
        used = sum(cell_len(text) for _, text in first)
        lines.append([*first, ("text", " " * (width // 2 - used)), *second])
    return lines


def _block(group: Binding.Group, entries: Iterable[Entry], width: int) -> list[list[Piece]]:
    """A group under its name: the keys, and beside them what they do, in as many lines as that takes."""
    lines: list[list[Piece]] = []
    for entry in entries:
        if entry.group is not group:
            continue
        keys = f" {' '.join(entry.keys)}  "
        indent = max(KEYS_WIDTH, cell_len(keys))
        for number, words in enumerate(wrap(entry.words, max(10, width - indent), cell_len)):
            lines.append([("key", (keys if number == 0 else "").ljust(indent)), ("text", words)])
    return [[("label", group.description)], *lines] if lines else []
