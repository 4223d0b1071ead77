"""Saved searches: reads them anew whenever they are wanted, counts what each finds, saves and removes them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from feedreader.errors import FeedreaderError

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedreader.errors import Fault
    from feedreader.services.saved_searches import SavedSearches
    from feedreader.tui.context import Context
    from feedreader.tui.dialogs.palette import Command, Counted, PaletteScreen
    from feedreader.tui.dialogs.saved_searches import SavedSearchesScreen

_BY = "saved search"  # from one to the next is one jump: back leads to where it began


class SavedSearchesController:
    """What is wrong with saved searches is said once; those that are right can be shown.

    `changed` is called when they are not what they were.
    """

    def __init__(self, context: Context, changed: Callable[[], object]) -> None:
        self._context = context
        self._changed = changed
        self._known: SavedSearches | None = None
        self._faults: tuple[Fault, ...] = ()

    @property
    def known(self) -> SavedSearches:
        """What was read last."""
        from feedreader.services.saved_searches import SavedSearches

        return self._known or SavedSearches()

    def read(self) -> SavedSearches:
        """On a thread: the saved searches as they are now. Raises ConfigError."""
        from feedreader import config
        from feedreader.services import saved_searches

        settings, library = self._context.settings, self._context.library
        return saved_searches.load(settings.views, config.views_place(), config.settings_place(), library)

    def count(self, query: str, is_wanted: Callable[[], bool]) -> tuple[int, int] | None:
        """On a thread: papers and unread ones; None if the query cannot be answered, or is not wanted any more."""
        from feedreader.errors import QueryError
        from feedreader.services import saved_searches

        try:
            return saved_searches.count(self._context.library, query, is_wanted)
        except QueryError:
            return None

    def load(self) -> None:
        """Read them, if there are any, or a query is shown, to know their names."""
        from feedreader import config

        if self._context.settings.views or config.views_place().exists() or self._context.feed.query_text:
            self._context.db_read.do(self.read, self._learn)

    def _learn(self, searches: SavedSearches) -> None:
        """They are known: the screen calls their queries by their names."""
        if self._known is not None and self._known != searches:
            self._changed()
        self._known = searches
        names = {search.query: search.name for search in reversed(searches.searches) if search.query}
        self._context.feed.name_queries(names)
        if searches.faults != self._faults:
            self._faults = searches.faults
            for fault in searches.faults:
                self._context.notify(str(fault), "Invalid saved search")

    # Showing ---------------------------------------------------------------------------------------------------

    def show(self, number: int) -> None:
        """Show one by its number, from 1; 0: all papers."""
        if number:
            self._context.look_up(self.read, partial(self._show, number))
        else:
            self._context.feed.show_all()

    def _show(self, number: int, searches: SavedSearches) -> None:
        self._learn(searches)
        count = len(searches.searches)
        if number <= count:
            self.jump(searches.searches[number - 1].query)
        elif not count:
            key = self._context.key("saved-searches", "V")
            self._context.say(f"No saved searches yet. Search for something, then press {key} to save it.")
        else:
            self._context.say(
                "You have only one saved search." if count == 1 else f"You have only {count} saved searches."
            )

    def jump(self, query: str | None) -> None:
        """Show what a saved search asks for."""
        if query:
            self._context.feed.jump(query, _BY)
        elif query is not None:
            self._context.feed.show_all()

    # The palette -----------------------------------------------------------------------------------------------

    def known_commands(self) -> list[Command]:
        """Those that are known, to be shown at once."""
        return self._commands([(search, None) for search in self.known.searches])

    def offer(self, palette: PaletteScreen) -> None:
        """Show them as they are now, with what they find."""

        def count() -> list[Counted]:
            try:
                known = self.read().searches
                return [(search, self.count(search.query, lambda: palette.is_attached)) for search in known]
            except FeedreaderError:
                return []

        self._context.db_look.do(count, lambda counted: palette.show_searches(self._commands(counted)), to=palette)

    def _commands(self, counted: list[Counted]) -> list[Command]:
        from feedreader.tui.dialogs.palette import search_commands

        return search_commands(counted, self.jump, self._context.key)

    # The dialog ------------------------------------------------------------------------------------------------

    def ask(self) -> None:
        """Open the list of saved searches; what each finds is counted while it is open."""
        from feedreader.tui.dialogs.saved_searches import SavedSearchesScreen

        screen = SavedSearchesScreen(
            self._context.feed.query_text,
            self.known,
            save=lambda name, query: self._save(screen, name, query),
            remove=lambda name: self._remove(screen, name),
        )
        self._context.push_screen(screen, self.jump)
        self._context.db_read.do(self.read, partial(self._fill, screen))

    def _fill(self, screen: SavedSearchesScreen, searches: SavedSearches) -> None:
        """Show what was read in the dialog, then count what each finds, one by one."""
        self._learn(searches)
        if not screen.is_attached:
            return
        screen.show_searches(searches)
        for query in dict.fromkeys(search.query for search in searches.searches):
            self._context.db_look.do(
                partial(self._counted, screen, query), partial(screen.show_counts, query), to=screen
            )

    def _counted(self, screen: SavedSearchesScreen, query: str) -> tuple[int, int] | None:
        return self.count(query, lambda: screen.is_attached) if screen.is_attached else None

    def _save(self, screen: SavedSearchesScreen, name: str, query: str) -> None:
        """Write one; the dialog is closed when it is on the disk."""

        def write() -> SavedSearches:
            from feedreader import config
            from feedreader.services import saved_searches

            saved_searches.save(config.views_place(), name, query)
            return self.read()

        self._context.db_read.do(write, partial(self._saved, screen, name), error=screen.show_error, to=screen)

    def _saved(self, screen: SavedSearchesScreen, name: str, searches: SavedSearches) -> None:
        self._learn(searches)
        self._context.close(screen)
        saved = searches.named(name)
        number = searches.searches.index(saved) + 1 if saved else 0
        key = f" Press {number} to show it." if 0 < number < 10 else ""
        self._context.feed.say(f"Saved as “{name}”.{key}")

    def _remove(self, screen: SavedSearchesScreen, name: str) -> None:

        def write() -> SavedSearches:
            from feedreader import config
            from feedreader.services import saved_searches

            saved_searches.remove(config.views_place(), name, self._context.library)
            return self.read()

        self._context.db_read.do(write, partial(self._removed, screen, name), error=screen.show_error, to=screen)

    def _removed(self, screen: SavedSearchesScreen, name: str, searches: SavedSearches) -> None:
        screen.hints.say(f"Removed “{name}”.")
        self._fill(screen, searches)
