"""What may be typed, read off the parser of the arguments: for completions and the manual page."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import NamedTuple

FILES, FOLDERS = "files", "folders"
_PLACES = {"PATH": FILES, "FILE": FILES, "DIR": FOLDERS, "FOLDER": FOLDERS}


class Argument(NamedTuple):
    """An option (`names`), or a word of a command (no names).

    `values` is what each word that follows it is called, or of a command's word what it is called itself; `choices` are
    what it can be, if that is known. `many`: it may be given again, or be left out (`optional`).
    """

    names: tuple[str, ...]
    values: tuple[str, ...]
    choices: tuple[str, ...]
    help: str
    many: bool = False
    optional: bool = False

    @property
    def place(self) -> str:
        """FILES or FOLDERS if its one value names such; else ""."""
        return _PLACES.get(self.values[0], "") if len(self.values) == 1 else ""


class Command(NamedTuple):
    """A command, with its options before its words."""

    name: str
    help: str
    options: tuple[Argument, ...]
    words: tuple[Argument, ...]


class Usage(NamedTuple):
    """The program. `options` are those that need no command; the others are those of the command `read`."""

    options: tuple[Argument, ...]
    commands: tuple[Command, ...]

    @property
    def reader(self) -> Command:
        """The command that is meant when none is given."""
        return next(command for command in self.commands if command.name == "read")


def usage_of(parser: argparse.ArgumentParser) -> Usage:
    """What the parser of the whole program takes."""
    (commands,) = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    return Usage(
        tuple(_arguments(parser)),
        tuple(
            Command(
                entry.dest,
                entry.help or "",
                tuple(argument for argument in _arguments(commands.choices[entry.dest]) if argument.names),
                tuple(argument for argument in _arguments(commands.choices[entry.dest]) if not argument.names),
            )
            for entry in commands._choices_actions
        ),
    )


def _arguments(parser: argparse.ArgumentParser) -> Iterator[Argument]:
    for action in parser._actions:
        if action.help == argparse.SUPPRESS or isinstance(action, argparse._SubParsersAction):
            continue
        names = tuple(action.option_strings)
        choices = tuple(map(str, action.choices or ()))
        help = "show this help" if isinstance(action, argparse._HelpAction) else action.help or ""
        if isinstance(action, argparse._VersionAction):
            help = "print the version"
        yield Argument(names, _values(action), choices, help, action.nargs in ("*", "+"), action.nargs in ("?", "*"))


def _values(action: argparse.Action) -> tuple[str, ...]:
    if action.nargs == 0:
        return ()
    if isinstance(action.metavar, tuple):
        return action.metavar
    return (action.metavar or action.dest.upper(),) * (action.nargs if isinstance(action.nargs, int) else 1)
