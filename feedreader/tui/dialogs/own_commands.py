"""The user's own commands: which one to run, on what; and what one wrote."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from feedreader.config.values import OwnCommand
from feedreader.text.display import clip, fill, safe, wrap
from feedreader.tui.dialogs.dialog import Dialog
from feedreader.tui.widgets.key_hints import Hints
from feedreader.tui.widgets.lines import Lines

_NAME = 24  # cells at the most


class CommandChoice(NamedTuple):
    """The command to run, and whether on the papers shown rather than on one. None: the last output is to be shown."""

    command: OwnCommand | None
    shown: bool = False


class CommandsScreen(Dialog[CommandChoice]):
    """A line a command; a digit, its own letter or enter runs it on the paper under the cursor, or on all shown."""

    HEADING = "Run a command"
    NARROW = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "run", id="command-run", tooltip="Run it"),
        Binding("tab", "switch", "this paper / all shown", id="command-switch", tooltip="This paper, or all shown"),
        Binding("o", "output", "last output", id="command-output", tooltip="Show the last output"),
    ]
    HINTS: ClassVar[Hints] = (
        (("command-run",), "run"),
        (("command-switch",), "this paper or all shown"),
        (("command-output",), "last output"),
        (("close",), "cancel"),
    )

    def __init__(self, commands: Sequence[OwnCommand], shown: str, *, has_output: bool) -> None:
        super().__init__(id="commands")
        self._commands = commands
        self._papers = shown
        self._has_output = has_output
        self._shown = False
        self._lines = Lines(id="commands-lines")
        for number, command in enumerate(commands, 1):
            for key in (str(number) if number < 10 else "", command.key):
                if key and key not in self._bindings.key_to_bindings:
                    self._bindings.bind(key, f"run_number({number})", show=False)

    def contents(self) -> ComposeResult:
        yield self._lines

    def on_mount(self) -> None:
        self._lines.focus()
        self._show()

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        self.heading.aside(f"on {self._papers} shown" if self._shown else "on this paper")
        names = min(_NAME, max(cell_len(safe(command.name)) for command in self._commands))
        room = max(4, self._lines.size.width - names - 9)
        self._lines.show(
            [
                [
                    ("key", f" {number if number < 10 else ' '} {command.key or ' '}  "),
                    ("text", fill(safe(command.name), names, cell_len) + "  "),
                    ("quiet", clip(safe(" ".join(command.run)), room, cell_len)),
                ]
                for number, command in enumerate(self._commands, 1)
            ],
            range(len(self._commands)),
        )

    def action_run_number(self, number: int) -> None:
        self.dismiss(CommandChoice(self._commands[number - 1], self._shown))

    def on_lines_chosen(self) -> None:
        self.action_take()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "output" or self._has_output

    def action_take(self) -> None:
        self.dismiss(CommandChoice(self._commands[self._lines.choice], self._shown))

    def action_switch(self) -> None:
        self._shown = not self._shown
        self._show()

    def action_output(self) -> None:
        self.dismiss(CommandChoice(None))


class OutputScreen(Dialog[None]):
    """A text to scroll through. `copy` copies it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("y", "copy", "copy", id="output-copy", tooltip="Copy all of it")]
    HINTS: ClassVar[Hints] = (
        (("lines-down", "lines-up"), "scroll"),
        (("output-copy",), "copy"),
        (("close",), "close"),
    )

    def __init__(self, heading: str, text: str, *, copy: Callable[[str], None]) -> None:
        self.HEADING = safe(heading)
        super().__init__(id="output")
        self._text = text
        self._copy = copy
        self._lines = Lines(id="output-lines")

    def contents(self) -> ComposeResult:
        yield self._lines

    def on_mount(self) -> None:
        self._lines.focus()

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        width = max(10, self._lines.size.width - 1)
        lines = [part for line in self._text.split("\n") for part in _parts(safe(line), width)]
        self._lines.show([[("text", line)] for line in lines])

    def action_copy(self) -> None:
        self._copy(self._text)


def _parts(line: str, width: int) -> list[str]:
    """A line as it is where it fits, else wrapped."""
    return [line] if cell_len(line) <= width else wrap(line, width, cell_len)
