"""The arguments of the command line; each family of commands adds its own."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Collection, Sequence
from itertools import islice
from pathlib import Path

from feedreader import __version__
from feedreader.cli import browse, digests, documents, export, marks, papers, reader, rules, settings, subscriptions

FAMILIES = (reader, digests, papers, marks, browse, documents, rules, subscriptions, export, settings)
_TAKES_QUERY = ("list", "export", "highlight", "mute")
_TAKES_VALUE = ("--limit", "--view", "--data-dir", "--format", "-o", "--output")


def parse_arguments(argv: Sequence[str]) -> argparse.Namespace:
    """The arguments, with the command's function as `run`. Raises SystemExit, as argparse does, after saying why."""
    parser, commands = _parser()
    first = next((word for word in argv if not word.startswith("-") or word == "-"), None)
    if first not in commands and not {"-h", "--help", "--version"}.intersection(argv):
        argv = ["read", *argv]
    return parser.parse_args(_protect_query(argv))


def command_names() -> tuple[str, ...]:
    """All commands, in the order of the help."""
    return tuple(_parser()[1])


def _protect_query(argv: Sequence[str]) -> list[str]:
    """`list -is:read` and `--query -is:read` name a query, not an option. Options go first, a query's words last."""
    words: list[str] = []
    for word in argv:
        if words and words[-1] == "--query":
            words[-1] = f"--query={word}"
        else:
            words.append(word)
    if not words or words[0] not in _TAKES_QUERY or "--" in words:
        return words
    rest, options, query = iter(words[1:]), words[:1], list[str]()
    for word in rest:
        if word in _TAKES_VALUE:
            options += [word, *islice(rest, 1)]
        elif word == "-h" or word.startswith("--"):
            options.append(word)
        else:
            query.append(word)
    return [*options, "--", *query] if any(word.startswith("-") and word != "-" for word in query) else words


def _parser() -> tuple[argparse.ArgumentParser, Collection[str]]:
    """The parser, and the names of its commands."""
    root = argparse.ArgumentParser(
        prog="feedreader",
        usage="feedreader [PATH ...]  |  feedreader COMMAND ...",
        description="Read research papers in the terminal: one feed, grouped by day, each paper once.",
        epilog="Without a command: import the PATHs, if any, and open the reader. ID is an arXiv id, a DOI or a "
        "paper's own id. Exit codes: 0 done, 1 failed, 2 usage, 3 some of several sources failed, 130 interrupted.",
    )
    root.add_argument("--version", action="version", version=f"feedreader {__version__}")
    commands = root.add_subparsers(metavar="COMMAND", required=True, prog="feedreader")

    def command(name: str, run: Callable[[argparse.Namespace], int], help: str) -> argparse.ArgumentParser:
        parser = commands.add_parser(name, help=help, description=help[0].upper() + help[1:] + ".")
        parser.add_argument("--data-dir", type=Path, metavar="DIR", help="keep the library here")
        parser.set_defaults(run=run)
        return parser

    for family in FAMILIES:
        family.add_commands(command)
    root.set_defaults(commands=tuple(commands.choices))
    return root, commands.choices
