"""`zotero`: hand papers to the Zotero that runs on this computer."""

from __future__ import annotations

import argparse
import json
from functools import partial
from typing import TYPE_CHECKING

from feedreader import __version__, config
from feedreader.cli.export import DEFAULT_QUERY
from feedreader.cli.interest import find
from feedreader.cli.terminal import DONE, asking, exit_code, opened, plural, progress_line, put, put_json, say

if TYPE_CHECKING:
    from feedreader.cli.terminal import AddCommand
    from feedreader.services.zotero import Outcome, Zotero


def add_commands(command: AddCommand) -> None:
    parser = command("zotero", run, "send papers to Zotero (default: your shortlist)")
    parser.add_argument(
        "query", nargs="*", metavar="QUERY", help=f'papers to send (default: {DEFAULT_QUERY}); "" for all'
    )
    parser.add_argument(
        "--collection", metavar="NAME", help="collection or library (default: the one selected in Zotero)"
    )
    parser.add_argument("--collections", action="store_true", help="list the libraries and collections in Zotero")
    parser.add_argument("--again", action="store_true", help="send papers again that were sent before")
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.add_argument("--id", help=argparse.SUPPRESS)  # for the reader, which knows the paper
    parser.add_argument("--progress", action="store_true", help=argparse.SUPPRESS)  # for the reader, which shows it


def run(arguments: argparse.Namespace) -> int:
    from feedreader.query.language import parse_query
    from feedreader.services.zotero import Outcome, Zotero, hand_over, short

    text = " ".join(arguments.query) if arguments.query else DEFAULT_QUERY
    query = parse_query(text)
    zotero = Zotero(config.settings().zotero, user_agent=f"feedreader/{__version__}")
    if arguments.collections:
        return _list_collections(zotero, as_json=arguments.json)
    with opened(arguments.data_dir) as library, asking(text):
        found = [library.papers.get(library.papers.key_of(arguments.id))] if arguments.id else find(library, query)
        papers = {paper.id: paper for paper in found if paper}
        if not papers:
            _say_none(arguments)
            outcome = Outcome("")
        else:
            outcome = hand_over(
                library,
                papers.values(),
                zotero,
                collection=arguments.collection,
                again=arguments.again,
                progress=partial(_show, arguments.progress, "Sending to Zotero…"),
                tell=partial(_show, arguments.progress),
            )
    progress_line("", done=True)
    _put(outcome, arguments)
    left = outcome.left
    for id, reason in outcome.failed.items():
        if id not in left:
            say(f"feedreader: {short(papers[id])} was not sent: {reason}.")
    if left:
        say(f"feedreader: {plural(len(left), 'paper')} not sent. {outcome.error}")
    for remark in outcome.remarks:
        say(f"feedreader: {remark}")
    return exit_code(len(outcome.failed), outcome.done)


def _list_collections(zotero: Zotero, *, as_json: bool) -> int:
    zotero.check()
    places, selected = zotero.places()
    if as_json:
        told = [{"id": place.id, "name": place.words, "selected": place.id == selected.id} for place in places]
        put_json({"collections": told})
    else:
        for place in places:
            put(place.words)
    return DONE


def _say_none(arguments: argparse.Namespace) -> None:
    if arguments.query:
        say("No papers match.")
    else:
        say('Your shortlist is empty. Keep papers first, or give a query: "" sends everything.')


def _show(as_json: bool, words: str, done: int = 0, total: int = 0) -> None:
    """How far it is; without a total, what Zotero waits for."""
    if as_json:
        say(json.dumps({"progress": {"words": words, "done": done, "total": total}}))
    elif not total:
        say(words)
    else:
        progress_line(f"{words} {done} of {total}", done >= total)


def _put(outcome: Outcome, arguments: argparse.Namespace) -> None:
    if arguments.json:
        failed = [{"id": id, "reason": reason} for id, reason in outcome.failed.items()]
        place = outcome.place or None
        put_json({"sent": outcome.sent, "known": outcome.known, "failed": failed, "collection": place})
    elif outcome.place and outcome.done > len(outcome.failed):
        put(outcome.words)
