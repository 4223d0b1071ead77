"""Browsing: lists of categories, sources, authors and tags, an author's papers, a random paper."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from feedreader.model import FacetCount, Query
from feedreader.query.facets import FacetList, phrase_of, query_for
from feedreader.query.language import parse_query
from feedreader.tui import messages_of_ways
from feedreader.tui.dialogs.browse import Browsed, BrowseScreen
from feedreader.tui.feed_loader import Target, load_pages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedreader.library import Library
    from feedreader.tui.desks import Desks
    from feedreader.view.day_feed import DayFeed

_REACH = 60
_TRIES = 20


class BrowseController:
    """What was counted is kept, to be shown at once when it is wanted again, and counted anew then."""

    def __init__(self, app: Desks) -> None:
        self._app = app
        self._browsed = Browsed()
        self._names: dict[str, FacetList] = {}
        self._tallies: dict[str, Sequence[FacetCount]] = {}
        self.chance = random.Random()

    # Browse ----------------------------------------------------------------------------------------------------

    def browse(self) -> None:
        self._app.push_screen(BrowseScreen(self._browsed, self._names), self._show)

    def _show(self, query: str | None) -> None:
        if query:
            self._app.feed.trail.jump(query)

    def count(self, message: messages_of_ways.NamesWanted) -> None:
        """Count one of the lists, unless the dialog that wanted it is gone when its turn comes."""
        what, asker = message.what, message.asker

        def look() -> messages_of_ways.NamesReady | None:
            if not asker.is_attached:
                return None
            names = self._names.get(what)
            if names is None or message.fresh:
                names = self._counted(what)
            if message.by_name:
                names.sort_by_name()
            return messages_of_ways.NamesReady(names)

        self._app.reader.do(look, asker)

    def _counted(self, what: str) -> FacetList:
        """On the lane: the list as it is now."""
        tallies = self._app.library.facets.counts(what)
        if what not in self._names or self._tallies[what] is not tallies:
            self._names[what], self._tallies[what] = named(what, tallies), tallies
        return self._names[what]

    def surprise(self, message: messages_of_ways.SurpriseWanted) -> None:
        library, chance = self._app.library, self.chance
        self._app.reader.do(lambda: messages_of_ways.SurpriseReady(surprise(library, chance)), message.asker)

    # Authors ---------------------------------------------------------------------------------------------------

    def by_author(self) -> None:
        """Show what else an author of the paper under the cursor wrote."""
        summary = self._app.feed.list.summary
        if summary is None:
            return
        if not summary.authors:
            self._app.say("No authors are named here.")
        elif len(summary.authors) == 1:
            from feedreader.query.facets import by_author

            self._show(by_author(summary.authors[0]))
        else:
            from feedreader.tui.dialogs.pick_author import PickAuthorScreen

            self._app.push_screen(PickAuthorScreen(summary.authors), self._show)

    # A paper by chance -----------------------------------------------------------------------------------------

    def random_unread(self) -> None:
        """To an unread paper of the list, any with the same chance."""
        feed = self._app.feed.list.feed
        bare, library, pick = feed.bare(), self._app.library, self.chance.random
        self._app.reader.do(
            lambda: messages_of_ways.ChanceReady(feed, by_chance(library, bare, pick())), self._app.feed
        )


def named(what: str, tallies: Sequence[FacetCount]) -> FacetList:
    """One of the lists; categories with their names."""
    if what == "categories":
        from feedreader.arxiv.categories import CATEGORIES

        tallies = [one._replace(detail=CATEGORIES.get(one.name, "")) for one in tallies]
    return FacetList(what, tallies)


def by_chance(library: Library, feed: DayFeed, pick: float) -> Target | None:
    """Where an unread paper of a (bare) feed is; None if there is none. `pick` (0 ≤ pick < 1) says which one."""
    if feed.snapshot is None:
        key = library.papers.random_unread(pick)
        place = None if key is None else library.papers.place(key)
        row = None if place is None else feed.row_of_place(*place)
    else:
        rows = {
            key: (index, place)
            for index, group in enumerate(feed.groups)
            for place, key in enumerate(feed.snapshot[index])
            if not group.section
        }
        key = library.papers.random_unread(pick, tuple(rows))
        row = None if key is None else feed.row(*rows[key])
    return None if row is None else Target(row, load_pages(library, feed.wanted(row - _REACH, row + _REACH)))


def surprise(library: Library, chance: random.Random) -> str:
    """A query by chance that finds something: a category, an author, words of titles; where it can be, of several."""
    papers = library.papers.counts()[0]
    if not papers:
        return ""
    kind = chance.choice(("categories", "authors", "title", "title"))
    if kind != "title":
        names = [one for one in library.facets.counts(kind) if one.papers > 1] or library.facets.counts(kind)
        if names:
            return query_for(kind, chance.choice(names).name)
    groups = library.papers.groups(Query())
    lonely = ""
    for _ in range(_TRIES):
        (group,) = chance.choices(groups, weights=[group.total for group in groups])
        for summary in library.papers.summaries(
            library.papers.keys(group.key, chance.randrange(group.total), 1)
        ).values():
            if summary.title and (query := phrase_of(summary.title, chance)):
                if sum(group.total for group, _ in library.papers.matches(parse_query(query))) > 1:
                    return query
                lonely = lonely or query
    return lonely
