"""`mark`, `tag`, `tags`, `note`, `undo`: what the reader did with papers."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from feedreader import config
from feedreader.cli.interest import score_for
from feedreader.cli.terminal import DONE, FAILED, ID, USAGE, asking, opened, plural, put, put_json, say
from feedreader.model import MARKS
from feedreader.query.language import parse_query

if TYPE_CHECKING:
    import argparse

    from feedreader.cli.terminal import AddCommand
    from feedreader.library import Library
    from feedreader.library.marks import Label

VERBS = {value.verb: (name, value) for name, mark in MARKS.items() for value in mark.values}


def add_commands(command: AddCommand) -> None:
    parser = command("mark", run_mark, "mark papers as read, shortlisted or dismissed")
    parser.add_argument("mark", metavar="MARK", choices=VERBS, help=", ".join(VERBS))
    parser.add_argument("ids", nargs="*", metavar="ID", help=ID)
    parser.add_argument("--query", help="mark all papers this query finds")

    parser = command("tag", run_tag, "add or remove tags")
    parser.add_argument("action", metavar="ACTION", choices=["add", "remove"], help="add or remove")
    parser.add_argument("tags", metavar="TAG[,TAG…]", help="tags, separated by commas or spaces")
    parser.add_argument("ids", nargs="*", metavar="ID", help=ID)
    parser.add_argument("--query", help="all papers this query finds")

    parser = command("tags", run_tags, "list tags and how many papers have each")
    parser.add_argument("--json", action="store_true", help="print a JSON object per tag")

    parser = command("note", run_note, "show or write the note on a paper")
    parser.add_argument("id", metavar="ID", help=ID)
    parser.add_argument(
        "text", nargs="?", metavar="TEXT", help='the note, in Markdown; - reads standard input, "" removes the note'
    )

    command("undo", run_undo, "undo the last change, made here or in the reader")


def run_mark(arguments: argparse.Namespace) -> int:
    if not _named(arguments):
        say("feedreader mark: give either IDs or --query.")
        return USAGE
    name, (verb, value, done) = VERBS[arguments.mark]
    with opened(arguments.data_dir) as library:
        keys = _keys(library, arguments)
        changed = library.marks.set(keys, {name: value}, label=_label(library, keys, f"{done} "))
        kept = _kept(library, keys) if verb == "dismiss" else 0
    say(f"{plural(len(changed), 'paper')} {done}.")
    if kept:
        say(f"{plural(kept, 'paper')} not dismissed: on the shortlist. `feedreader mark unshortlist` first.")
    return FAILED if kept and arguments.ids else DONE


def _kept(library: Library, keys: Sequence[int]) -> int:
    """How many of these papers are on the shortlist."""
    return sum(summary.marks.shortlisted for summary in library.papers.summaries(keys).values())


def _named(arguments: argparse.Namespace) -> bool:
    """Whether papers are named in one way, and not in two."""
    return bool(arguments.ids) != (arguments.query is not None)


def _keys(library: Library, arguments: argparse.Namespace) -> list[int]:
    """The papers that are named by ID, or found by --query."""
    if arguments.ids:
        return [library.papers.key_of(id) for id in arguments.ids]
    query = parse_query(arguments.query)
    with asking(arguments.query):
        score_for(library, query)
        return [key for _, group in library.papers.matches(query) for key in group]


def _label(library: Library, keys: Sequence[int], before: str, after: str = "") -> Label:
    """What undo says of a change to papers: those that changed, between these words."""
    paper = library.papers.get(keys[0]) if len(keys) == 1 else None
    title = f"“{paper.title or paper.id}”" if paper else ""
    return lambda changed: f"{before}{title or plural(changed, 'paper')}{after}"


def run_tag(arguments: argparse.Namespace) -> int:
    from feedreader.text.notes import tags_of

    tags = tags_of(arguments.tags)
    if not tags or not _named(arguments):
        say("feedreader tag: give at least one tag, and either IDs or --query.")
        return USAGE
    add, words = arguments.action == "add", " ".join(f"#{tag}" for tag in tags)
    with opened(arguments.data_dir) as library:
        keys = _keys(library, arguments)
        label = _label(library, keys, *(("tagged ", f" {words}") if add else (f"removed {words} from ",)))
        changed = library.marks.tag(keys, add=tags if add else (), remove=() if add else tags, label=label)
    say(f"{plural(len(changed), 'paper')} changed.")
    return DONE


def run_tags(arguments: argparse.Namespace) -> int:
    with opened(arguments.data_dir) as library:
        tags = library.facets.tags()
        if not tags:
            say("No tags yet. Add one: `feedreader tag add TAG ID`.")
        for tag, papers in tags:
            if arguments.json:
                put_json({"tag": tag, "papers": papers})
            else:
                put(f"{papers:>6}  {tag}")
    return DONE


def run_note(arguments: argparse.Namespace) -> int:
    with opened(arguments.data_dir) as library:
        key = library.papers.key_of(arguments.id)
        if arguments.text is None:
            paper = library.papers.get(key)
            if paper and paper.marks.note:
                put(paper.marks.note)
            return DONE
        from feedreader.text.cleaning import decode
        from feedreader.text.notes import note_of

        text = decode(sys.stdin.buffer.read())[0] if arguments.text == "-" else arguments.text
        note = note_of(text)
        verb = "wrote a note on" if note else "removed the note on"
        changed = library.marks.set([key], {"note": note}, label=_label(library, [key], f"{verb} "))
    say(f"{verb[:1].upper()}{verb[1:]} {arguments.id}." if changed else "Nothing changed.")
    return DONE


def run_undo(arguments: argparse.Namespace) -> int:
    with opened(arguments.data_dir) as library:
        say(undo_latest(library))
    return DONE


def undo_latest(library: Library) -> str:
    """Undo the latest step; a sentence that says so."""
    from feedreader.services import removal

    undone = removal.undo(library, config.rules_place())
    if undone is not None and undone.rule:
        from feedreader.cli.rules import apply_rules

        apply_rules(library)
    from feedreader.view.rows import undid

    return f"{undid(undone.label)}." if undone else "Nothing to undo."
