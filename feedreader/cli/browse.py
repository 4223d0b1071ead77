"""`browse`, `views`: lists of names, and saved searches."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from feedreader import config
from feedreader.cli.terminal import DONE, FAILED, count, opened, pointed_at, put, put_json, say, say_fault
from feedreader.errors import QueryError
from feedreader.model import Query
from feedreader.query.fields import FACETS

if TYPE_CHECKING:
    import argparse

    from feedreader.cli.terminal import AddCommand
    from feedreader.library import Library
    from feedreader.services.saved_searches import SavedSearches


def add_commands(command: AddCommand) -> None:
    parser = command("browse", run_browse, "list all categories, sources, authors or tags and how many papers each has")
    parser.add_argument("what", choices=tuple(FACETS))
    parser.add_argument("--json", action="store_true", help="one JSON object a name")
    parser.add_argument("--limit", type=count, metavar="N", help="at most N of them")

    parser = command("views", run_views, "list the saved searches and what they find")
    parser.add_argument(
        "--save", nargs=2, metavar=("NAME", "QUERY"), help="save a search, or replace the one of that name"
    )
    parser.add_argument("--remove", metavar="NAME", help="remove a saved search")
    parser.add_argument("--json", action="store_true", help="one JSON object a saved search")


def run_browse(arguments: argparse.Namespace) -> int:
    from feedreader.query.facets import query_for
    from feedreader.text.display import shown

    with opened(arguments.data_dir) as library:
        counts = library.facets.counts(arguments.what)
    for name, papers, unread, folder in islice(counts, arguments.limit):
        if arguments.json:
            query = query_for(arguments.what, name)
            values: dict[str, object] = {"name": name, "papers": papers, "unread": unread, "query": query}
            put_json({**values, "folder": folder or None} if arguments.what == "sources" else values)
        else:
            put(f"{papers:>7}  {unread:>7} unread  {shown(name)}")
    return DONE


def run_views(arguments: argparse.Namespace) -> int:
    from feedreader.services import saved_searches

    file = config.views_place()
    if arguments.save:
        name, query = arguments.save
        _check(name, query)
        saved_searches.save(file, name, query)
        say(f"Saved “{name}” in {file}.")
        return DONE
    if arguments.remove is not None:
        saved_searches.remove(file, arguments.remove)
        say(f"Took “{arguments.remove}” out of {file}.")
        return DONE
    searches = known_views()
    with opened(arguments.data_dir) as library:
        for number, view in enumerate(searches.views, 1):
            counts = _count(library, view.query)
            if arguments.json:
                papers, unread = counts or (None, None)
                put_json({"name": view.name, "query": view.query, "papers": papers, "unread": unread})
            else:
                key = str(number) if number < 10 else " "
                numbers = f"{counts[0]:>7}  {counts[1]:>7} unread" if counts else f"{'?':>7}  {'?':>7} unread"
                put(f"{key} {numbers}  {view.name}  ({view.query or 'all papers'})")
    return FAILED if searches.faults else DONE


def _check(name: str, query: str) -> None:
    """Raises QueryError for a bad query, ConfigError if the settings have a view of this name."""
    from feedreader.errors import ConfigError
    from feedreader.query.language import parse_query

    parse_query(query)
    known = known_views(say_faults=False).named(name)
    if known is not None and not known.own:
        raise ConfigError(f"The settings have a view “{known.name}”.", "Choose another name, or change it there.")


def _count(library: Library, query: str) -> tuple[int, int] | None:
    """Counts of papers and of unread ones; None if the query fails."""
    from feedreader.services import saved_searches

    try:
        return saved_searches.count(library, query)
    except QueryError as error:
        say(f"feedreader: {error}")
        say(pointed_at(query, error.position))
        return None


def known_views(*, say_faults: bool = True) -> SavedSearches:
    """The saved searches; faults in the file are reported."""
    from feedreader.services import saved_searches

    searches = saved_searches.load(config.settings().views, config.views_place(), config.settings_place())
    for fault in searches.faults if say_faults else ():
        say_fault(fault)
    return searches


def within(name: str, query: Query) -> Query:
    """A query within a saved search, in the query's order, else the saved search's. Raises ConfigError."""
    from feedreader.query.language import parse_query

    view = parse_query(known_views().need(name).query)
    return Query((*view.terms, *query.terms), query.sort or view.sort)
