"""The manual page, feedreader(1), made of the parser and the tables of the plain reader and the settings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap

from feedreader import __version__
from feedreader.cli.plain.reader import COMMANDS
from feedreader.cli.usage import Argument, Command, Usage
from feedreader.config.table import TABLE

_LINE = 76  # columns of the source
_ABOUT = (
    "feedreader turns arXiv, journal feeds and digests in text files or mails into one list: grouped by day, each "
    "paper once, with its abstract. It remembers what you read and what you kept.",
    "Without a command it imports the given files, if any, and opens the reader: ? shows its keys, q quits. "
    "Data goes to standard output and messages go to standard error. Options may come before the command or after it.",
)
_COMMANDS = "ID is an arXiv id, a DOI, or the id that feedreader list prints. --data-dir works with every command."
_PLAIN = (
    "feedreader --plain is the reader as lines, for screen readers, slow connections and pipes. It writes no escape "
    "sequences, and starts by itself if TERM is dumb. Papers are numbered. 3 reads the third one; a command is a "
    "letter or its word, then numbers, such as s 3 or keep 3 5 7-9. Without a number, it applies to the paper you read "
    "last."
)
_EXIT = (
    ("0", "done"),
    ("1", "failed"),
    ("2", "wrong usage"),
    ("3", "some of several sources failed"),
    ("130", "interrupted"),
)
_MIRROR = [setting.variable for setting in TABLE if setting.variable]
_VARIABLES = (
    ("FEEDREADER_DATA_DIR", "the folder of the library; --data-dir overrides it"),
    ("FEEDREADER_CONFIG", "the settings file"),
    (", ".join(_MIRROR[:-1]), "addresses of a mirror of arXiv"),
    (_MIRROR[-1], "seconds between two requests to it"),
    ("TERM", "if it is dumb, the reader is plain"),
    ("COLUMNS", "the width at which the plain reader wraps lines"),
    ("NO_COLOR", "no colours"),
    ("BROWSER", "what opens pages, unless the settings name a browser"),
)
_FILES = (
    ("~/.local/share/feedreader/library.sqlite3", "the library"),
    ("~/.config/feedreader/config.toml", "the settings; feedreader config prints them"),
    ("~/.config/feedreader/views.toml, rules.toml", "saved searches and rules"),
    ("~/.config/feedreader/interest.toml", "words and authors that you like or not"),
    ("~/Library/Application Support/feedreader", "all of them on macOS"),
)
_EXAMPLES = (
    ("feedreader subscribe cs.LG+cs.CL && feedreader refresh", "subscribe to two categories of arXiv and fetch them"),
    ("feedreader list --json 'is:unread day:today' | jq -r .title", "the titles of today's unread papers"),
    ("feedreader export -o papers.bib", "the shortlist as BibTeX"),
    ("printf 's 1 3\\nq\\n' | feedreader --plain", "keep two papers of the newest day"),
)


def man_page(usage: Usage) -> str:
    """The page in troff's man macros, in ASCII."""
    lines = [
        '.\\" Made by `python -m tests.test_share`.',
        f'.TH FEEDREADER 1 "" "feedreader {__version__}" "User Commands"',
        *_section("NAME", _text("feedreader - read research papers in the terminal")),
        ".SH SYNOPSIS",
        *_synopsis("feedreader", usage.reader),
        ".br",
        f"{_bold('feedreader')} {_italic('COMMAND')} ...",
        *_section("DESCRIPTION", _text(_ABOUT[0]), ".PP", _text(_ABOUT[1])),
        ".SH OPTIONS",
        *_options((*usage.options, *usage.reader.options)),
        *_section("COMMANDS", _text(_COMMANDS)),
        *(line for command in usage.commands for line in _command(command)),
        *_section("PLAIN READER", _text(_PLAIN)),
        *_tagged((command.usage, f"{command.does[:1].upper()}{command.does[1:]}.") for command in COMMANDS),
        *_section("EXIT STATUS", *_tagged(_EXIT)),
        *_section("ENVIRONMENT", *_tagged(_VARIABLES)),
        *_section("FILES", *_tagged(_FILES)),
        *_section("EXAMPLES", *_tagged(_EXAMPLES)),
    ]
    return "\n".join(lines) + "\n"


def _section(name: str, *lines: str) -> Iterator[str]:
    yield f".SH {name}"
    yield from lines


def _tagged(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, text in rows:
        yield from (".TP", _bold(name), _text(text))


def _command(command: Command) -> Iterator[str]:
    yield ".SS " + " ".join([command.name, *(_word(word) for word in command.words)])
    yield _text(f"{command.help[:1].upper()}{command.help[1:]}.")
    yield from _options(option for option in (*command.words, *command.options) if _is_own(option))


def _is_own(argument: Argument) -> bool:
    """Whether a list of a command's arguments needs it: it is not the same everywhere, and there is more to say."""
    is_told = not argument.help and (not argument.choices or _is_short(argument))
    return not is_told and not {"--help", "--data-dir"}.intersection(argument.names)


def _is_short(argument: Argument) -> bool:
    return 1 < len(argument.choices) < 5


def _options(options: Iterable[Argument]) -> Iterator[str]:
    seen = set[str]()
    for option in options:
        if seen.isdisjoint(option.names):
            seen.update(option.names)
            names = ", ".join(map(_bold, option.names)) or _word(option)
            values = "".join(f" {_italic(value)}" for value in option.values) if option.names else ""
            yield from (".TP", names + values, _text(_about(option)))


def _about(argument: Argument) -> str:
    """The help as sentences, with the choices, unless it names them; words to be typed keep their case."""
    if argument.choices and argument.help.startswith(argument.choices[0]):
        return f"{argument.help}."
    help = f"{argument.help[:1].upper()}{argument.help[1:]}." if argument.help else ""
    return f"{help} One of {', '.join(argument.choices)}.".strip() if argument.choices else help


def _synopsis(name: str, command: Command) -> Iterator[str]:
    options = " ".join(
        f"[{_bold(option.names[-1])}{''.join(f' {_italic(value)}' for value in option.values)}]"
        for option in command.options
    )
    yield f"{_bold(name)} {options} {' '.join(map(_word, command.words))}"


def _word(word: Argument) -> str:
    dots = " ..." if word.many else ""
    text = _italic("|".join(word.choices) if _is_short(word) else word.values[0]) + dots
    return f"[{text}]" if word.optional else text


def _bold(text: str) -> str:
    return f"\\fB{_escaped(text)}\\fR"


def _italic(text: str) -> str:
    return f"\\fI{_escaped(text)}\\fR"


def _text(text: str) -> str:
    lines = wrap(text, _LINE, break_long_words=False, break_on_hyphens=False)
    return "\n".join(f"\\&{_escaped(line)}" if line[:1] in (".", "'") else _escaped(line) for line in lines)


def _escaped(text: str) -> str:
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "".join(character if character.isascii() else f"\\[u{ord(character):04X}]" for character in text)
