"""The command line's words."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

from feedreader import __version__
from feedreader.cli import browse, digests, documents, export, papers, reader, rules, settings, subscriptions
from feedreader.cli.terminal import COMMANDS
from feedreader.query.fields import FACETS

_Run = Callable[[argparse.Namespace], int]


def parse_arguments(argv: Sequence[str]) -> argparse.Namespace:
    """The arguments, with the command's function as `run`. Raises SystemExit, as argparse does, after saying why."""
    first = next((word for word in argv if not word.startswith("-") or word == "-"), None)
    asks = any(word in ("-h", "--help", "--version") for word in argv)
    if first not in COMMANDS and not asks:
        argv = ["read", *argv]
    return _parser().parse_args(_protect_query(argv))


_ASKING = ("list", "export", "highlight", "mute")
_WITH_VALUE = ("--limit", "--view", "--data-dir", "--format", "-o", "--output")


def _protect_query(argv: Sequence[str]) -> list[str]:
    """`list -is:read` and `--query -is:read` name a query, not an option. Options go first, a query's words last."""
    words: list[str] = []
    for word in argv:
        if words and words[-1] == "--query":
            words[-1] = f"--query={word}"
        else:
            words.append(word)
    if words[:1] not in ([one] for one in _ASKING) or "--" in words:
        return words
    rest, options, asked = iter(words[1:]), words[:1], list[str]()
    for word in rest:
        if word in _WITH_VALUE:
            options += [word, *islice(rest, 1)]
        elif word == "-h" or word.startswith("--"):
            options.append(word)
        else:
            asked.append(word)
    return [*options, "--", *asked] if any(word.startswith("-") and word != "-" for word in asked) else words


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="feedreader",
        usage="feedreader [PATH ...]  |  feedreader COMMAND ...",
        description="Read research papers in the terminal: one feed, grouped by day, each paper once.",
        epilog="Without a command: import the PATHs, if any, and open the reader. ID is an arXiv id, a DOI or a "
        "paper's own id. Exit codes: 0 done, 1 failed, 2 usage, 3 some of several sources failed, 130 interrupted.",
    )
    parser.add_argument("--version", action="version", version=f"feedreader {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, prog="feedreader")

    def command(name: str, run: _Run, help: str) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=help, description=help[0].upper() + help[1:] + ".")
        one.add_argument("--data-dir", type=Path, metavar="DIR", help="keep the library here")
        one.set_defaults(run=run)
        return one

    one = command("read", reader.run, "open the reader (also without a command)")
    one.add_argument("paths", nargs="*", metavar="PATH", help="digest files or folders to import first")
    one.add_argument("--query", help="what to show at first")

    one = command("import", digests.run_import, "import digest files and folders")
    one.add_argument("paths", nargs="+", metavar="PATH", help="a file, a folder, or - for standard input")
    one.add_argument("--json", action="store_true", help="one JSON object a file")

    one = command("list", papers.run_list, "list the papers that a query finds, in feed order")
    one.add_argument("query", nargs="*", help='words, is:unread, author:name, day:2019-05, …; none or "": everything')
    one.add_argument("--json", action="store_true", help="one JSON object a paper")
    one.add_argument("--limit", type=_count, metavar="N", help="at most N papers")
    one.add_argument("--view", metavar="NAME", help="what this view finds; of that, what the query finds")

    one = command(
        "browse", browse.run_browse, "list all categories, sources, authors or tags and how many papers each has"
    )
    one.add_argument("what", choices=tuple(FACETS))
    one.add_argument("--json", action="store_true", help="one JSON object a name")
    one.add_argument("--limit", type=_count, metavar="N", help="at most N of them")

    one = command("views", browse.run_views, "list the views: queries under a name, and what is in them")
    one.add_argument("--save", nargs=2, metavar=("NAME", "QUERY"), help="save a view, in place of one of that name")
    one.add_argument("--remove", metavar="NAME", help="take a view out that was saved")
    one.add_argument("--json", action="store_true", help="one JSON object a view")

    one = command("show", papers.run_show, "show papers with their abstracts")
    one.add_argument("ids", nargs="+", metavar="ID")
    one.add_argument("--json", action="store_true", help="one JSON object a paper")

    one = command("open", documents.run_open, "open papers' pages in the browser")
    one.add_argument("ids", nargs="+", metavar="ID")
    one.add_argument("--print", action="store_true", help="print the address, and open nothing")

    one = command("pdf", documents.run_pdf, "fetch papers' PDFs, each once, and print where they are")
    one.add_argument("ids", nargs="+", metavar="ID")
    one.add_argument("--open", action="store_true", help="show it in the viewer")
    one.add_argument("--print", action="store_true", help="print where it is (as without --open)")
    one.add_argument("-o", "--output", metavar="FILE", type=Path, help="a copy of it here; of several: a folder")
    one.add_argument("--forget", action="store_true", help="take what is kept away")
    one.add_argument("--json", action="store_true", help="one JSON object a paper")
    one.add_argument("--progress", action="store_true", help=argparse.SUPPRESS)  # for the reader, which shows it

    one = command("mark", papers.run_mark, "mark papers, as one step that can be undone")
    one.add_argument("mark", choices=papers.VERBS)
    one.add_argument("ids", nargs="*", metavar="ID")
    one.add_argument("--query", help="mark what this query finds")

    one = command("tag", papers.run_tag, "put tags to papers or take them off, as one step that can be undone")
    one.add_argument("action", choices=["add", "remove"])
    one.add_argument("tags", metavar="TAG[,TAG…]", help="words, parted by commas or blanks")
    one.add_argument("ids", nargs="*", metavar="ID")
    one.add_argument("--query", help="the papers that this query finds")

    one = command("tags", papers.run_tags, "list the tags in use and how many papers have each")
    one.add_argument("--json", action="store_true", help="one JSON object a tag")

    one = command("note", papers.run_note, "print the note on a paper, or write it")
    one.add_argument("id", metavar="ID")
    one.add_argument("text", nargs="?", metavar="TEXT", help='Markdown; - for standard input, "" takes the note away')

    one = command("highlight", rules.run_highlight, "highlight what a query finds, from now on")
    one.add_argument("query", nargs="+", metavar="QUERY", help='author:"Ada Lovelace", "retrieval augmented", /regex/')

    one = command("mute", rules.run_mute, "fold away what a query finds, at the end of its day, from now on")
    one.add_argument("query", nargs="+", metavar="QUERY", help="title:survey, cat:cs.CR -author:x, …")

    one = command("rules", rules.run_rules, "list what is highlighted and muted, and how many papers")
    one.add_argument("--remove", type=_count, metavar="N", help="take away this rule, if it was made here")
    one.add_argument("--json", action="store_true", help="one JSON object a rule")

    command("undo", papers.run_undo, "undo the latest step, whichever window or command made it")

    one = command("forget", digests.run_forget, "take papers, or a source and what only it brought, out of the library")
    one.add_argument("ids", nargs="*", metavar="ID")
    one.add_argument("--source", metavar="NAME", help="a source, by name or path")

    one = command("sources", digests.run_sources, "list where the papers come from")
    one.add_argument("--json", action="store_true", help="one JSON object a source")

    one = command("subscribe", subscriptions.run_subscribe, "follow categories of arXiv, or feeds")
    one.add_argument("targets", nargs="+", metavar="TARGET", help="cs.LG, cs.LG+cs.CL, a feed's address or a page's")
    one.add_argument("--folder", help="put it there")

    one = command("unsubscribe", subscriptions.run_unsubscribe, "follow no longer; papers and marks stay")
    one.add_argument("names", nargs="+", metavar="NAME")

    one = command("subscriptions", subscriptions.run_subscriptions, "list what is followed, and how it stands")
    one.add_argument("--rename", nargs=2, metavar=("NAME", "NEW"), help="call it otherwise, and its papers' source too")
    one.add_argument(
        "--folder", nargs=2, metavar=("NAME", "FOLDER"), help='put it there; "" takes it out of its folder'
    )
    one.add_argument("--pause", metavar="NAME", help="ask it for no news until it is resumed")
    one.add_argument("--resume", metavar="NAME", help="ask it for news again")
    one.add_argument("--json", action="store_true", help="one JSON object a subscription")

    one = command("refresh", subscriptions.run_refresh, "ask subscriptions for news")
    one.add_argument("names", nargs="*", metavar="NAME", help="these only")
    one.add_argument("--backfill", action="store_true", help="fetch missed days of arXiv too")
    one.add_argument("--json", action="store_true", help="one JSON object a subscription")
    one.add_argument("--progress", action="store_true", help=argparse.SUPPRESS)  # for the reader, which shows it

    one = command("export", export.run, "write papers for other programs, or as opml what is followed")
    one.add_argument("query", nargs="*", help=f'which papers (default: {export.DEFAULT_QUERY}); "": everything')
    one.add_argument("--view", metavar="NAME", help="what this view finds; of that, what the query finds")
    one.add_argument("--format", choices=export.FORMATS, help="needed unless FILE's ending tells it")
    one.add_argument("-o", "--output", metavar="FILE", type=Path, help="write here (default: standard output)")

    one = command("config", settings.run_config, "print where the settings are, and what holds")
    how = one.add_mutually_exclusive_group()
    how.add_argument("--path", action="store_true", help="only where the file of settings is, or would be")
    how.add_argument("--example", action="store_true", help="a file to begin with: all settings, with comments")
    how.add_argument("--json", action="store_true", help="one JSON object")
    return parser


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number
