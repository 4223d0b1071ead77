"""`browse` and `views`: lists of categories, sources, authors and tags; saved searches."""

from __future__ import annotations

from itertools import chain, islice
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
    parser = command("browse", run_browse, "list all categories, sources, authors or tags")
    parser.add_argument("what", metavar="WHAT", choices=tuple(FACETS), help=", ".join(FACETS))
    parser.add_argument("--json", action="store_true", help="print a JSON object per line")
    parser.add_argument("--limit", type=count, metavar="N", help="print at most N")

    parser = command("views", run_views, "list, save or remove saved searches")
    parser.add_argument("--save", nargs=2, metavar=("NAME", "QUERY"), help="save a search, replacing any of that name")
    parser.add_argument("--remove", metavar="NAME", help="remove a saved search")
    parser.add_argument("--json", action="store_true", help="print a JSON object per line")


def run_browse(arguments: argparse.Namespace) -> int:
    from feedreader.query.facets import query_for
    from feedreader.text.display import shown

    with opened(arguments.data_dir) as library:
        counts = library.facets.each(arguments.what)
        first = next(counts, None)
    if first is None:
        say(f"No {arguments.what} yet.")
        return DONE
    for name, papers, unread, folder in islice(chain([first], counts), arguments.limit):
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
        say(save_search(*arguments.save))
        return DONE
    if arguments.remove is not None:
        with opened(arguments.data_dir) as library:
            saved_searches.remove(file, arguments.remove, library)
        say(f"Removed “{arguments.remove}”.")
        return DONE
    with opened(arguments.data_dir) as library:
        searches = known_searches(library)
        if not searches.searches:
            say("No saved searches yet. Save one: `feedreader views --save NAME QUERY`.")
        for number, search in enumerate(searches.searches, 1):
            counts = _count(library, search.query)
            if arguments.json:
                papers, unread = counts or (None, None)
                put_json({"name": search.name, "query": search.query, "papers": papers, "unread": unread})
            else:
                key = str(number) if number < 10 else " "
                numbers = f"{counts[0]:>7}  {counts[1]:>7} unread" if counts else f"{'?':>7}  {'?':>7} unread"
                put(f"{key} {numbers}  {search.name}  ({search.query or 'all papers'})")
    return FAILED if searches.faults else DONE


def save_search(name: str, query: str) -> str:
    """Save a search, and say so. Raises QueryError, and ConfigError if the settings have one of that name."""
    from feedreader.errors import ConfigError
    from feedreader.query.language import parse_query
    from feedreader.services import saved_searches

    parse_query(query)
    known = known_searches(say_faults=False).named(name)
    if known is not None and not known.own:
        raise ConfigError(f"“{known.name}” is defined in config.toml.", "Choose another name, or change it there.")
    saved_searches.save(config.views_place(), name, query)
    return f"Saved “{' '.join(name.split())}” in {config.views_place()}."


def _count(library: Library, query: str) -> tuple[int, int] | None:
    """Counts of papers and of unread ones; None if the query fails."""
    from feedreader.services import saved_searches

    try:
        return saved_searches.count(library, query)
    except QueryError as error:
        say(f"feedreader: {error}")
        say(pointed_at(query, error.position))
        return None


def known_searches(library: Library | None = None, *, say_faults: bool = True) -> SavedSearches:
    """The saved searches, with what is made for the reader of a library; what is wrong with others is said."""
    from feedreader.services import saved_searches

    searches = saved_searches.load(config.settings().views, config.views_place(), config.settings_place(), library)
    for fault in searches.faults if say_faults else ():
        say_fault(fault)
    return searches


def within(name: str, query: Query, library: Library) -> Query:
    """What a query finds in a saved search; its order goes before that of the search. Raises ConfigError."""
    from feedreader.query import language

    return language.within(language.parse_query(known_searches(library).need(name).query), query)
