"""The arguments of the command line; each family of commands adds its own."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from feedreader import __version__, config
from feedreader.cli import (
    browse,
    completions,
    digests,
    doctor,
    documents,
    export,
    interest,
    marks,
    own_commands,
    papers,
    reader,
    rules,
    settings,
    subscriptions,
    sync,
    zotero,
)
from feedreader.cli.parser import Parser, Program, unknown_command
from feedreader.cli.terminal import USAGE, say

FAMILIES = (
    reader,
    digests,
    papers,
    marks,
    browse,
    documents,
    rules,
    interest,
    subscriptions,
    export,
    zotero,
    own_commands,
    sync,
    doctor,
    settings,
    completions,
)
_TAKES_QUERY = ("list", "export", "zotero", "run", "highlight", "mute")
_AS_GIVEN = ("paths", "source")  # arguments that may be the name of a file, in whatever encoding


def parse_arguments(argv: Sequence[str]) -> argparse.Namespace:
    """The arguments, with the command as `command` and its function as `run`. Raises SystemExit, as argparse does,
    after saying why. Options may stand before the command."""
    parser, commands = _parser()
    for place, word in enumerate(argv):
        if word in commands and not _without_options(argv[:place], commands[word]):
            argv = _protect_query([word, *argv[:place], *argv[place + 1 :]], commands[word])
            break
    else:
        if about := [word for word in argv if word in ("-h", "--help", "--version")]:
            argv = about[:1]
        else:
            _refuse_unknown(argv, commands)
            argv, commands["read"].prog = _protect_query(["read", *argv], commands["read"]), "feedreader"
    arguments, rest = parser.parse_known_args(argv)
    if rest:
        commands[argv[0]].error(f"unrecognized arguments: {' '.join(rest)}")
    for name, value in vars(arguments).items():
        if name not in _AS_GIVEN:
            setattr(arguments, name, _decoded(value))
    return arguments


def _refuse_unknown(argv: Sequence[str], commands: Mapping[str, argparse.ArgumentParser]) -> None:
    """Raises SystemExit, after saying so, if the first word is a command that there is not, rather than a file; or one
    that there is, after options that it does not take."""
    word = next((word for word in _without_options(argv, commands["read"]) if not word.startswith("-")), "")
    looks_like_path = Path(word).suffix or not word.isprintable() or any(mark in word for mark in "/~\\")
    if not word or looks_like_path or os.path.lexists(word) or digests.meant_by(word):
        return
    if word in commands:
        options = _without_options(argv[: argv.index(word)], commands[word])
        commands[word].error(f"unrecognized arguments: {' '.join(options)}")
    say(f"feedreader: {unknown_command(word, commands)}")
    raise SystemExit(USAGE)


def _decoded(value: object) -> object:
    """Words that Python could not decode, as UTF-8; what is none becomes U+FFFD."""
    if isinstance(value, list):
        return [_decoded(word) for word in value]
    if isinstance(value, str) and not value.isprintable():
        return os.fsencode(value).decode("utf-8", "replace")
    return value


def _without_options(words: Sequence[str], parser: argparse.ArgumentParser) -> list[str]:
    """What is left of a command's words without its options and their values."""
    return _parted(words, parser)[1]


def _parted(words: Sequence[str], parser: argparse.ArgumentParser) -> tuple[list[str], list[str]]:
    """A command's options with their values, and its other words. An option that lacks a value is none."""
    options, others, rest = list[str](), list[str](), list(words)
    while rest:
        word = rest.pop(0)
        name, equals, _ = word.partition("=")
        option = parser._option_string_actions.get(name if equals else word)
        values = 0 if option is None or equals else 1 if option.nargs is None else int(option.nargs)
        if option is None or values > len(rest):
            others.append(word)
        else:
            options += [word, *rest[:values]]
            del rest[:values]
    return options, others


def command_names() -> tuple[str, ...]:
    """All commands, in the order of the help."""
    return tuple(_parser()[1])


def _folder(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("the name of the folder is empty")
    return config.expanded(text, "--data-dir")


def _protect_query(argv: Sequence[str], parser: argparse.ArgumentParser) -> list[str]:
    """`list -is:read` and `--query -is:read` name a query, not an option. Options go first, a query's words last."""
    words: list[str] = []
    for word in argv:
        if words and words[-1] == "--query":
            words[-1] = f"--query={word}"
        else:
            words.append(word)
    if words[0] not in _TAKES_QUERY or "--" in words:
        return words
    options, others = _parted(words[1:], parser)
    options += [word for word in others if word.startswith("--")]  # argparse says that there are none such
    query = [word for word in others if not word.startswith("--")]
    return [words[0], *options, "--", *query] if any(word[:1] == "-" and word != "-" for word in query) else words


def _parser() -> tuple[argparse.ArgumentParser, Mapping[str, argparse.ArgumentParser]]:
    """The parser, and those of its commands by name."""
    root = Program(prog="feedreader")
    root.add_argument("--version", action="version", version=f"feedreader {__version__}")
    commands = root.add_subparsers(metavar="COMMAND", required=True, prog="feedreader", parser_class=Parser)

    def command(name: str, run: Callable[[argparse.Namespace], int], help: str) -> argparse.ArgumentParser:
        root.summaries[name] = help
        parser = commands.add_parser(name, help=help, description=help[0].upper() + help[1:] + ".")
        parser.add_argument("--data-dir", type=_folder, metavar="DIR", help="folder of the library")
        parser.set_defaults(run=run, command=name)
        return parser

    for family in FAMILIES:
        family.add_commands(command)
    root.set_defaults(parser=root)
    return root, commands.choices
