"""What the command line says of itself: a short help, usage in one line, and what is wrong with a command line."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Iterator
from typing import Any, NoReturn

from feedreader.cli.terminal import USAGE, put_text, say

_GROUPS = {  # the commands of `feedreader --help`; one that is in none of them comes last
    "Read": ("read", "list", "show", "open", "pdf"),
    "Get papers": ("subscribe", "unsubscribe", "subscriptions", "refresh", "import", "sources", "forget"),
    "Mark and organize": ("mark", "tag", "tags", "note", "undo", "highlight", "mute", "rules", "interest"),
    "Find and export": ("browse", "views", "export", "zotero", "run"),
    "Set up": ("sync", "doctor", "config", "completions"),
}
_OPENING = """\
Usage: feedreader [OPTIONS] [PATH ...]
       feedreader COMMAND [OPTIONS] ...

Read research papers in the terminal, grouped by day, each paper once.

Without a command, feedreader imports the files and folders named as PATH, if any, and opens the reader.
"""
_END = """\
Options of the reader:
  --plain          plain lines of text, for screen readers and pipes
  --query QUERY    show only papers that match this query

Options, before or after the command:
  -h, --help       show this help, or that of a command
  --version        show the version
  --data-dir DIR   folder of the library

ID is an arXiv id, a DOI or the id that `feedreader list` shows.
QUERY is what you would type after / in the reader.
Exit status: 0 done, 1 failed, 2 wrong usage, 3 some of several sources failed, 130 interrupted.
"""
_INSTEAD = {  # words that newcomers try; each counts only while no command has its name
    "list": "search find grep ls ll lst show-all all papers articles query latest new unread today sort stats count",
    "subscribe": "add follow sub watch",
    "unsubscribe": "unfollow unsub",
    "subscriptions": "feeds feed subs follows",
    "refresh": "update fetch pull reload get poll",
    "import": "load digest opml",
    "forget": "rm delete del remove uninstall",
    "mark shortlist": "star save keep fav favorite favourite bookmark shortlist",
    "mark read": "done seen mark-read read-all",
    "mark dismiss": "dismiss skip",
    "show": "cat view abstract info details",
    "open": "browser web url",
    "pdf": "download",
    "tag add": "label",
    "note": "notes comment annotate",
    "mute": "hide block ignore filter",
    "interest": "profile recommend recommended recommendations suggest likes liked why",
    "views": "searches saved save-search",
    "browse": "authors categories facets",
    "export": "bib bibtex dump",
    "config": "settings preferences prefs configure options themes theme setup init",
    "undo": "revert",
    "run": "exec command cmd",
    "--help": "help usage commands man about docs keys",
    "--version": "version",
    "": "tui ui gui start reader",
}
_LIKE, _SURE = 0.67, 0.81  # how much a word must be like a command, and like one that is merely tried
_ERRORS = (  # what argparse says, and what we do
    (r"the following arguments are required: (.*?)(?:, .*)?", r"missing argument: \1."),
    (r"unrecognized arguments: ([^-\s]\S*)(?: .*)?", r"unexpected argument “\1”."),
    (r"argument (?:\S*/)?(\S+): expected one argument", r"\1 needs a value."),
    (r"argument (?:\S*/)?(\S+): expected (\d+) arguments", r"\1 needs \2 values."),
    (r"argument (?:\S*/)?(\S+): expected at least one argument", r"\1 needs a value."),
    (r"argument (?:\S*/)?(\S+): invalid count value: '(.*)'", r"\1 needs a number, not “\2”."),
    (r"argument (\S+): not allowed with argument (\S+)", r"\1 and \2 cannot be combined."),
    (r"argument (\S+): ignored explicit argument '.*'", r"\1 takes no value."),
    (r"ambiguous option: (\S+) could match (.*)", r"\1 is ambiguous: \2."),
    (r"argument (?:\S*/)?(\S+): (.*)", r"\1: \2."),
)


class Parser(argparse.ArgumentParser):
    """One that says what is wrong in a line, with what was meant, and shows no more of the usage than needed."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, add_help=False)
        self._positionals.title, self._optionals.title = "Arguments", "Options"
        self.add_argument("-h", "--help", action="help", help="show this help")

    def format_usage(self) -> str:
        formatter = self._get_formatter()
        formatter.add_usage("%(prog)s [OPTIONS]", (), (), "Usage: ")
        operands = self._get_formatter()
        operands.add_usage(None, self._get_positional_actions(), (), "")
        words = operands.format_help().strip().removeprefix(self.prog)
        return f"{formatter.format_help().strip()}{words}\n"

    def format_help(self) -> str:
        usage, self.usage = self.usage, self.format_usage().removeprefix("Usage: ").strip().replace("%", "%%")
        try:
            return re.sub("^usage: ", "Usage: ", super().format_help())
        finally:
            self.usage = usage

    def _print_message(self, message: str, file: Any = None) -> None:
        put_text(message)  # argparse says nothing of an output that cannot be written

    def error(self, message: str) -> NoReturn:
        say(f"{self.prog}: {self._in_words(message)}")
        say(f"{self.format_usage()}Try `{self.prog} --help`.")
        raise SystemExit(USAGE)

    def _in_words(self, message: str) -> str:
        if match := re.fullmatch(r"unrecognized arguments: (-[^\s=]*).*", message, re.DOTALL):
            return f"unknown option {match[1]}.{_meant(match[1], self._option_string_actions)}"
        if match := re.fullmatch(r"argument (.*?): invalid choice: '(.*)' \(choose from (.*)\)", message, re.DOTALL):
            choices = match[3].replace("'", "").split(", ")
            meant = _meant(match[2], choices) or f" Choose from {', '.join(choices)}."
            return f"{match[1]} cannot be “{match[2]}”.{meant}"
        for pattern, words in _ERRORS:
            if match := re.fullmatch(pattern, message, re.DOTALL):
                return match.expand(words)
        return message


class Program(Parser):
    """The parser of `feedreader` itself; `summaries` says what each command does."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog=prog)
        self.summaries: dict[str, str] = {}

    def format_help(self) -> str:
        left = dict(self.summaries)
        lines = [_OPENING]
        for group, names in (*_GROUPS.items(), ("More", tuple(left))):
            rows = [f"  {name:<17}{left.pop(name)}" for name in names if name in left]
            lines += [f"{group}:", *rows, ""] if rows else []
        return "".join(f"{line}\n" for line in _wrapped("\n".join([*lines, _END.rstrip()])))


def _wrapped(text: str) -> Iterator[str]:
    """The lines of the help, broken for the terminal; what is beside a name stays beside it."""
    import shutil
    from textwrap import wrap

    width = max(shutil.get_terminal_size().columns - 2, 20)
    for line in text.split("\n"):
        row = re.match(r"  \S.*?  +|Usage: +", line)
        indent = min(row.end() if row else 0, width // 2)
        yield from wrap(line, width, subsequent_indent=" " * indent, drop_whitespace=True, break_on_hyphens=False) or [
            ""
        ]


def _nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(word.lower(), list(known), n=1, cutoff=cutoff)


def _meant(word: str, known: Iterable[str]) -> str:
    near = _nearest(word, known)
    return f" Did you mean {near[0]}?" if near else ""


def unknown_command(word: str, commands: Iterable[str]) -> str:
    """What to say of a first word that is neither a command nor a file."""
    instead = {name: name for name in commands}
    for command, words in _INSTEAD.items():
        instead = dict.fromkeys(words.split(), command) | instead
    near = (
        [word.lower()] if word.lower() in instead else _nearest(word, instead, _SURE) or _nearest(word, commands, _LIKE)
    )
    remedy = f"Did you mean `{f'feedreader {instead[near[0]]}'.strip()}`?" if near else "Try `feedreader --help`."
    return f"Unknown command “{word}”. {remedy}"
