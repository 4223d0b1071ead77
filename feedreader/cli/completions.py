"""`completions`: what a shell needs to complete commands, options and their values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedreader.cli.terminal import DONE, put_document

if TYPE_CHECKING:
    import argparse

    from feedreader.cli.terminal import AddCommand

SHELLS = ("bash", "zsh", "fish")


def add_commands(command: AddCommand) -> None:
    parser = command("completions", run, "print completions for your shell")
    parser.add_argument("shell", metavar="SHELL", choices=SHELLS, help=", ".join(SHELLS))


def run(arguments: argparse.Namespace) -> int:
    from feedreader.cli.shells import SCRIPTS
    from feedreader.cli.usage import usage_of

    put_document([SCRIPTS[arguments.shell](usage_of(arguments.parser))])
    return DONE
