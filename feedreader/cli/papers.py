"""`list`, `show`: the papers of the library."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from itertools import chain
from typing import TYPE_CHECKING

from feedreader.cli.interest import find, score
from feedreader.cli.rules import apply_rules_for
from feedreader.cli.terminal import DONE, ID, NO_PAPERS, asking, cells, count, opened, put, put_json_text, say
from feedreader.query.language import parse_query
from feedreader.services.interest import uses_interest

if TYPE_CHECKING:
    import argparse

    from feedreader.cli.terminal import AddCommand
    from feedreader.model import Paper, Query


def add_commands(command: AddCommand) -> None:
    parser = command("list", run_list, "list papers, newest day first, or search them")
    parser.add_argument(
        "query",
        nargs="*",
        metavar="QUERY",
        help="words to find, is:unread, author:name, day:2019-05 …; default: all papers",
    )
    parser.add_argument("--json", action="store_true", help="print a JSON object per paper")
    parser.add_argument("--limit", type=count, metavar="N", help="print at most N papers")
    parser.add_argument("--view", metavar="NAME", help="only papers of this saved search")
    parser.add_argument("--plain", action="store_true", help="words instead of signs, for screen readers")

    parser = command("show", run_show, "show papers with their abstracts")
    parser.add_argument("ids", nargs="+", metavar="ID", help=ID)
    parser.add_argument("--json", action="store_true", help="print a JSON object per paper")


def run_list(arguments: argparse.Namespace) -> int:
    text = " ".join(arguments.query)
    query = parse_query(text)
    with opened(arguments.data_dir) as library, asking(text):
        if arguments.view is not None:
            from feedreader.cli.browse import within

            query = within(arguments.view, query, library)
        apply_rules_for(library, text)
        found = find(library, query, arguments.limit, with_interest=arguments.json)
        first = next(found, None)
        if first is None and not library.papers.counts()[0]:
            say(NO_PAPERS)
        papers = found if first is None else chain((first,), found)
        if arguments.json:
            _put_papers_json(papers)
        else:
            _put_feed(papers, query, plain=arguments.plain)
    return DONE


def _put_papers_json(papers: Iterable[Paper]) -> None:
    from feedreader.export.jsonl import paper_line

    for paper in papers:
        put_json_text(paper_line(paper))


def _put_feed(papers: Iterable[Paper], query: Query, *, plain: bool) -> None:
    """Papers as plain text, a line each; by day below a line for it, else with it; with their interest if a query uses
    it."""
    from feedreader.text import display

    line = _plain_line if plain else _line
    by_day, with_interest = query.by_day, uses_interest(query)
    group: tuple[object, ...] | None = None
    for paper in papers:
        if by_day and group != (paper.day, paper.collection):
            title = display.day_name(paper.day) if paper.day else display.shown(paper.collection or "")
            put(("\n" if group else "") + title)
            group = (paper.day, paper.collection)
        put(line(paper, by_day, with_interest))


def _title(paper: Paper) -> str:
    from feedreader.text.display import ELLIPSIS, shown
    from feedreader.view.rows import stand_in

    return shown(paper.title) if paper.title else stand_in(paper.arxiv_id, (paper.abstract or "")[:60] + ELLIPSIS)


def _line(paper: Paper, by_day: bool, with_interest: bool) -> str:
    from feedreader.view import rows

    marks = "".join(rows.signs(paper.marks, bool(paper.highlighted_by)))
    authors = rows.short_authors(paper.authors, 40)
    day = "" if by_day else f"{paper.day or ''!s:>10}  "
    if with_interest:
        day += f"{paper.interest.score:.2f}  " if paper.interest else "      "
    return f"{marks} {day}{paper.id:<14}  {_title(paper)}" + (f"  ({authors})" if authors else "")


def _plain_line(paper: Paper, by_day: bool, with_interest: bool) -> str:
    from feedreader.cli.plain.listing import described
    from feedreader.text.display import shown

    day = "" if by_day or not paper.day else f" of {paper.day}"
    words = described(_title(paper), paper)
    if with_interest and paper.interest:
        from feedreader.export.jsonl import why

        words += f" Interest: {', '.join([f'{paper.interest.score:.2f}', *map(shown, why(paper.interest))])}."
    return f"{paper.id}{day}: {words}"


def run_show(arguments: argparse.Namespace) -> int:
    with opened(arguments.data_dir) as library:
        keys = [library.papers.key_of(id) for id in arguments.ids]
        if arguments.json:
            score(library, lambda: keys)
        papers = [paper for key in keys if (paper := library.papers.get(key))]
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
    for line in page(paper, min(shutil.get_terminal_size((TEXT_WIDTH, 24)).columns, TEXT_WIDTH), measure=cells):
        put(plain(line).rstrip())
