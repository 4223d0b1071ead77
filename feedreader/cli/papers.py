"""`list`, `show`, `mark`, `tag`, `tags`, `note`, `undo`: what stands in the library, and what the reader did."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from feedreader import config
from feedreader.cli.rules import apply_rules_for
from feedreader.cli.terminal import DONE, USAGE, asking, count, opened, plural, put, put_json, say
from feedreader.model import MARKS
from feedreader.query.language import parse_query

if TYPE_CHECKING:
    import argparse

    from feedreader.cli.terminal import AddCommand
    from feedreader.library import Library
    from feedreader.model import Paper

VERBS = {value.verb: {name: value.value} for name, mark in MARKS.items() for value in mark.values}


def add_commands(command: AddCommand) -> None:
    parser = command("list", run_list, "list the papers that a query finds, in feed order")
    parser.add_argument(
        "query", nargs="*", help='words, is:unread, author:name, day:2019-05, …; none or "": everything'
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a paper")
    parser.add_argument("--limit", type=count, metavar="N", help="at most N papers")
    parser.add_argument("--view", metavar="NAME", help="a saved search; of its papers, what the query finds")

    parser = command("show", run_show, "show papers with their abstracts")
    parser.add_argument("ids", nargs="+", metavar="ID")
    parser.add_argument("--json", action="store_true", help="one JSON object a paper")

    parser = command("mark", run_mark, "mark papers, as one step that can be undone")
    parser.add_argument("mark", choices=VERBS)
    parser.add_argument("ids", nargs="*", metavar="ID")
    parser.add_argument("--query", help="mark what this query finds")

    parser = command("tag", run_tag, "add tags to papers or remove them, as one step that can be undone")
    parser.add_argument("action", choices=["add", "remove"])
    parser.add_argument("tags", metavar="TAG[,TAG…]", help="words, parted by commas or blanks")
    parser.add_argument("ids", nargs="*", metavar="ID")
    parser.add_argument("--query", help="the papers that this query finds")

    parser = command("tags", run_tags, "list the tags in use and how many papers have each")
    parser.add_argument("--json", action="store_true", help="one JSON object a tag")

    parser = command("note", run_note, "print the note on a paper, or write it")
    parser.add_argument("id", metavar="ID")
    parser.add_argument("text", nargs="?", metavar="TEXT", help='Markdown; - for standard input, "" removes the note')

    command("undo", run_undo, "undo the latest step, whichever window or command made it")


def run_list(arguments: argparse.Namespace) -> int:
    text = " ".join(arguments.query)
    query = parse_query(text)
    if arguments.view is not None:
        from feedreader.cli.browse import within

        query = within(arguments.view, query)
    with opened(arguments.data_dir) as library, asking(text):
        apply_rules_for(library, text)
        found = library.papers.find(query, arguments.limit)
        if arguments.json:
            _put_papers_json(found)
        else:
            _put_feed(found, by_day=not query.sort)
    return DONE


def _put_papers_json(papers: Iterable[Paper]) -> None:
    from feedreader.export.jsonl import paper_line

    for paper in papers:
        print(paper_line(paper))


def _put_feed(papers: Iterable[Paper], by_day: bool) -> None:
    """Papers as plain text, a line each; by day below a line for it, else with it."""
    from feedreader.text import display
    from feedreader.view import rows

    group: tuple[object, ...] | None = None
    for paper in papers:
        if by_day and group != (paper.day, paper.collection):
            title = display.day_name(paper.day) if paper.day else display.shown(paper.collection or "")
            put(("\n" if group else "") + title)
            group = (paper.day, paper.collection)
        marks = "".join(rows.signs(paper.marks, bool(paper.highlighted_by)))
        opening = (paper.abstract or "")[:60] + display.ELLIPSIS
        title = display.shown(paper.title) if paper.title else rows.stand_in(paper.arxiv_id, opening)
        authors = rows.short_authors(paper.authors, 40)
        day = "" if by_day else f"{paper.day or ''!s:>10}  "
        put(f"{marks} {day}{paper.id:<14}  {title}" + (f"  ({authors})" if authors else ""))


def run_show(arguments: argparse.Namespace) -> int:
    with opened(arguments.data_dir) as library:
        papers = [paper for id in arguments.ids if (paper := library.papers.get(library.papers.key_of(id)))]
    if arguments.json:
        _put_papers_json(papers)
        return DONE
    for number, paper in enumerate(papers):
        _put_page(paper, after_another=number > 0)
    return DONE


def _put_page(paper: Paper, after_another: bool) -> None:
    """What the abstract pane shows, as plain text."""
    from feedreader.view.page import TEXT_WIDTH, page, plain

    if after_another:
        put("")
    for line in page(paper, min(shutil.get_terminal_size((TEXT_WIDTH, 24)).columns, TEXT_WIDTH)):
        put(plain(line).rstrip())


def run_mark(arguments: argparse.Namespace) -> int:
    if not _named(arguments):
        say("feedreader mark: name papers by ID, or with --query.")
        return USAGE
    with opened(arguments.data_dir) as library:
        keys = _keys(library, arguments)
        changed = library.marks.set(
            keys, VERBS[arguments.mark], label=f"marked {arguments.mark} {_these(library, keys)}"
        )
    say(f"{plural(len(changed), 'paper')} marked {arguments.mark}.")
    return DONE


def _named(arguments: argparse.Namespace) -> bool:
    """Whether papers are named in one way, and not in two."""
    return bool(arguments.ids) != (arguments.query is not None)


def _keys(library: Library, arguments: argparse.Namespace) -> list[int]:
    """The papers that are named by ID, or found by --query."""
    if arguments.ids:
        return [library.papers.key_of(id) for id in arguments.ids]
    query = parse_query(arguments.query)
    with asking(arguments.query):
        return [key for _, found in library.papers.matches(query) for key in found]


def _these(library: Library, keys: Sequence[int]) -> str:
    """The papers in words, for undo to say."""
    paper = library.papers.get(keys[0]) if len(keys) == 1 else None
    return f"“{paper.title or paper.id}”" if paper else plural(len(keys), "paper")


def run_tag(arguments: argparse.Namespace) -> int:
    from feedreader.text.notes import tags_of

    tags = tags_of(arguments.tags)
    if not tags or not _named(arguments):
        say("feedreader tag: name a tag, and papers by ID or with --query.")
        return USAGE
    add, words = arguments.action == "add", " ".join(f"#{tag}" for tag in tags)
    with opened(arguments.data_dir) as library:
        keys = _keys(library, arguments)
        label = f"tagged {_these(library, keys)} {words}" if add else f"removed {words} from {_these(library, keys)}"
        changed = library.marks.tag(keys, add=tags if add else (), remove=() if add else tags, label=label)
    say(f"{plural(len(changed), 'paper')} changed.")
    return DONE


def run_tags(arguments: argparse.Namespace) -> int:
    with opened(arguments.data_dir) as library:
        for tag, papers in library.facets.tags():
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
        changed = library.marks.set([key], {"note": note}, label=f"{verb} {_these(library, [key])}")
    say(f"{verb[:1].upper()}{verb[1:]} {arguments.id}." if changed else "Nothing was changed.")
    return DONE


def run_undo(arguments: argparse.Namespace) -> int:
    from feedreader.services import ingest

    with opened(arguments.data_dir) as library:
        undone = ingest.undo(library, config.rules_place())
        if undone is not None and undone.rule:
            from feedreader.cli.rules import apply_rules

            apply_rules(library)
    say(f"Undone: {undone.label}." if undone else "There is nothing to undo.")
    return DONE
