"""`list`, `show`: the papers of the library."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from typing import TYPE_CHECKING

from feedreader.cli.rules import apply_rules_for
from feedreader.cli.terminal import DONE, asking, count, opened, put, put_json_text
from feedreader.query.language import parse_query

if TYPE_CHECKING:
    import argparse

    from feedreader.cli.terminal import AddCommand
    from feedreader.model import Paper


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


def run_list(arguments: argparse.Namespace) -> int:
    text = " ".join(arguments.query)
    query = parse_query(text)
    if arguments.view is not None:
        from feedreader.cli.browse import within

        query = within(arguments.view, query)
    with opened(arguments.data_dir) as library, asking(text):
        apply_rules_for(library, text)
        papers = library.papers.find(query, arguments.limit)
        if arguments.json:
            _put_papers_json(papers)
        else:
            _put_feed(papers, by_day=query.by_day)
    return DONE


def _put_papers_json(papers: Iterable[Paper]) -> None:
    from feedreader.export.jsonl import paper_line

    for paper in papers:
        put_json_text(paper_line(paper))


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
