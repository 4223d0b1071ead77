"""`run`: hand papers to one of the user's own commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedreader import config
from feedreader.cli.export import DEFAULT_QUERY
from feedreader.cli.interest import find
from feedreader.cli.terminal import DONE, USAGE, asking, opened, say

if TYPE_CHECKING:
    import argparse

    from feedreader.cli.terminal import AddCommand


def add_commands(command: AddCommand) -> None:
    parser = command("run", run, "hand papers to your own command, as JSON Lines")
    parser.add_argument("name", metavar="NAME", help="its name under [commands] in config.toml")
    parser.add_argument(
        "query", nargs="*", metavar="QUERY", help=f'papers to hand over (default: {DEFAULT_QUERY}); "" for all'
    )


def run(arguments: argparse.Namespace) -> int:
    from feedreader.query.language import parse_query
    from feedreader.services import own_commands

    try:
        command = own_commands.named(config.settings().commands, arguments.name)
    except own_commands.UnknownCommand as error:
        say(f"feedreader run: {error}")
        return USAGE
    text = " ".join(arguments.query) if arguments.query else DEFAULT_QUERY
    query = parse_query(text)
    with opened(arguments.data_dir) as library, asking(text):
        own_commands.run(command, find(library, query, with_interest=True))
    return DONE
