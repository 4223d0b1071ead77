"""Browsing: lists of categories, sources, authors and tags, an author's papers, a random paper."""

from __future__ import annotations

import random
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from feedreader.model import Query
from feedreader.tui.feed_lookup import FoundDay, Target, find_day, find_random

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from feedreader.library import Library
    from feedreader.library.name_counts import NamesInFile
    from feedreader.tui.context import Context
    from feedreader.tui.dialogs.browse import Browsed, BrowseScreen, Names
    from feedreader.view.day_feed import DayFeed

_TRIES = 20
_NEWEST = 2000  # papers whose names are drawn from


class BrowseController:
    """What was counted is kept, to be shown at once when it is wanted again, and counted anew then."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._browsed: Browsed | None = None
        self._names: dict[str, Names] = {}
        self._versions: dict[str, int] = {}  # of the library, as they were counted
        self._asked = 0
        self.chance = random.Random()

    # Browse ----------------------------------------------------------------------------------------------------

    def browse(self) -> None:
        """Open the lists."""
        from feedreader.tui.dialogs.browse import Browsed, BrowseScreen

        self._browsed = self._browsed or Browsed()
        screen = BrowseScreen(
            self._browsed,
            self._names,
            count=lambda facet, by_name, fresh: self._count(screen, facet, by_name=by_name, fresh=fresh),
            narrow=lambda names, text, by_name: self._narrow(screen, names, text, by_name=by_name),
            surprise=lambda: self._surprise(screen),
        )
        self._context.push_screen(screen, self._show)

    def _show(self, query: str | None) -> None:
        if query:
            self._context.feed.jump(query)

    def _count(self, screen: BrowseScreen, facet: str, *, by_name: bool, fresh: bool) -> None:
        """Count one of the lists for the dialog, unless that is closed or wants another one; `fresh`: anew."""
        self._asked += 1
        number, context = self._asked, self._context

        def is_wanted() -> bool:
            return number == self._asked and screen.is_attached

        def progress(part: float) -> None:
            context.later(partial(screen.progress, facet, part))

        def count() -> Names | None:
            if not is_wanted():
                return None
            names = self._names.get(facet)
            if names is None or fresh:
                names = self._counted(facet, progress, is_wanted)
            if by_name and names is not None:
                names.sort_by_name()
            return names

        context.db_look.do(
            count, lambda names: screen.show_names(names) if names else None, error=screen.fails, to=screen
        )

    def _counted(self, facet: str, progress: Callable[[float], None], is_wanted: Callable[[], bool]) -> Names | None:
        """On the thread: the list as it is now."""
        from feedreader.services.browsing import counted

        library = self._context.library
        version = library.facets.version
        if facet not in self._names or self._versions[facet] != version:
            names = counted(library, facet, progress, is_wanted)
            if names is None:
                return None
            self._names[facet], self._versions[facet] = names, version
        return self._names[facet]

    def _narrow(self, screen: BrowseScreen, names: NamesInFile, text: str, *, by_name: bool) -> None:
        """Look through a long list for what was typed, unless something else is typed when its turn comes."""

        def narrow() -> Sequence[int] | None:
            return names.narrowed(text, by_name) if screen.is_attached and screen.box.value == text else None

        self._context.db_read.do(narrow, partial(screen.show_narrowed, names, text, by_name), to=screen)

    def _surprise(self, screen: BrowseScreen) -> None:
        self._context.db_read.do(partial(surprise, self._context.library, self.chance), screen.show_surprise, to=screen)

    # Authors ---------------------------------------------------------------------------------------------------

    def by_author(self) -> None:
        """Show what else an author of the paper under the cursor wrote."""
        summary = self._context.feed.summary
        if summary is None:
            return
        from feedreader.query.facets import by_author

        authors = tuple(dict.fromkeys(summary.authors))
        if not authors:
            self._context.say("This paper names no authors.")
        elif len(summary.authors) == 1:
            self._show(by_author(authors[0]))
        else:
            from feedreader.tui.dialogs.filter_list import FilteredPickList

            self._context.push_screen(
                FilteredPickList("More by", authors),
                lambda number: None if number is None else self._show(by_author(authors[number])),
            )

    # A day -----------------------------------------------------------------------------------------------------

    def ask_for_day(self) -> None:
        """Ask for a day to go to."""
        from feedreader.tui.dialogs.prompt import Prompt

        screen = Prompt("Go to a day", "", "2026-11-20, 2026-11, yesterday, 7d")
        self._context.push_screen(screen, lambda text: self.go_to_day(text) if text else None)

    def go_to_day(self, text: str) -> None:
        """To the first paper of a day, as `day:` names it, or of the nearest day that is shown."""
        from feedreader.query.date_range import bounds, normal

        view = self._context.feed
        try:
            first, last = bounds(normal(text), view.list.today)
        except ValueError as error:
            view.say(f"{error} Try 2026-11-20, yesterday or 7d.")
            return
        feed, library, query = view.day_feed, self._context.library, view.shown_query
        if not feed.by_day or not feed.papers:
            view.say("This list is not sorted by day." if feed.papers else "No papers here.")
            return
        bare = feed.bare()
        find = partial(find_day, library, query, bare, first, last)
        self._context.look_through(find, partial(self._go_to_day, feed, first, last))

    def _go_to_day(self, feed: DayFeed, first: date | None, last: date | None, found: FoundDay | None) -> None:
        from feedreader.text.display import short_day

        view = self._context.feed
        if feed is not view.day_feed:
            return
        if found is None:
            view.say("No paper of this list has a day.")
            return
        view.focus_list()
        view.jump_within(found.target, "day")
        day, wanted = found.day, last or first
        if wanted and not ((first or day) <= day <= wanted or day == wanted):
            year = view.list.today.year
            view.say(f"No papers on {short_day(wanted, year)}; the nearest day is {short_day(day, year)}.")

    # A random paper --------------------------------------------------------------------------------------------

    def random_unread(self) -> None:
        """To an unread paper of the list, any with the same chance."""
        view = self._context.feed
        feed, pick, library = view.day_feed, self.chance.random(), self._context.library
        if view.key is not None:
            bare, query = feed.bare(), view.shown_query
            find = partial(find_random, library, query, bare, pick)
            self._context.look_through(find, partial(self._go_to_random, feed))

    def _go_to_random(self, feed: DayFeed, target: Target | None) -> None:
        view = self._context.feed
        if feed is not view.day_feed:
            return
        if target is None:
            view.say("No unread papers here." if view.query_text else "No unread papers.")
        else:
            view.jump_within(target, "chance")


def surprise(library: Library, chance: random.Random) -> str:
    """A random query that finds something: a category, an author, words of titles; where it can be, of several."""
    from feedreader.query.facets import query_for

    papers = library.papers.counts()[0]
    if not papers:
        return ""
    kind = chance.choice(("categories", "authors", "title", "title"))
    if kind != "title":
        counts = list(library.facets.each(kind, newest=_NEWEST))
        names = [count for count in counts if count.papers > 1] or counts
        if names:
            return query_for(kind, chance.choice(names).name)
    return _phrase(library, chance)


def _phrase(library: Library, chance: random.Random) -> str:
    """Words of a title, if possible of several papers."""
    from feedreader.query.facets import phrase_of
    from feedreader.query.language import parse_query

    groups = library.papers.groups(Query())
    lonely = ""
    for _ in range(_TRIES):
        (group,) = chance.choices(groups, weights=[group.total for group in groups])
        for summary in library.papers.summaries(
            library.papers.keys(group.key, chance.randrange(group.total), 1)
        ).values():
            if summary.title and (query := phrase_of(summary.title, chance)):
                if library.papers.window(parse_query(query), most=2).papers > 1:
                    return query
                lonely = lonely or query
    return lonely
