"""Views, the App's part: reads them anew whenever they are wanted, counts what is in them, saves and takes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedreader import config
from feedreader.errors import Fault, FeedreaderError, QueryError
from feedreader.services import saved_searches
from feedreader.tui import messages_of_ways
from feedreader.tui.dialogs.saved_searches import SavedSearchesScreen

if TYPE_CHECKING:
    from feedreader.config import Settings
    from feedreader.tui.desks import Desks

_BY = "view"  # from view to view is one way: back leads to where it began


class SavedSearchesController:
    """What is wrong with views is said once; those that are right can be shown."""

    def __init__(self, app: Desks) -> None:
        self._app = app
        self.known = saved_searches.SavedSearches()
        self._told: tuple[Fault, ...] = ()

    def read(self) -> saved_searches.SavedSearches:
        """The views as they are now. Raises ConfigError."""
        return read_views(self._app.settings)

    def ready(self, message: messages_of_ways.ViewsReady) -> None:
        """The views are known."""
        app, self.known = self._app, message.views
        app.view_names = {view.query: view.name for view in reversed(message.views.views) if view.query}
        app.feed.views_known()
        if message.views.faults != self._told:
            self._told = message.views.faults
            for fault in self._told:
                app.notify(str(fault), title="View not understood", severity="error", markup=False, timeout=10)
        if message.show:
            self._show(message.show)

    # Showing ---------------------------------------------------------------------------------------------------

    def show(self, number: int) -> None:
        """Show a view by its number, from 1; 0: all papers."""
        if number:
            self._app.reader.do(lambda: messages_of_ways.ViewsReady(self.read(), show=number))
        else:
            self._all()

    def _all(self) -> None:
        feed = self._app.feed
        feed.trail.forget()
        feed.list.focus()
        if feed.query_text:
            feed.run_query("")
        else:
            feed.hints.say("All papers are shown.")

    def _show(self, number: int) -> None:
        found = self.known.views
        if number <= len(found):
            self.jump(found[number - 1].query)
        elif not found:
            key = self._app.key("views", "V")
            self._app.say(f"There are no views yet: search for something, and {key} saves it as one.")
        else:
            self._app.say("There is one view only." if len(found) == 1 else f"There are {len(found)} views only.")

    def jump(self, query: str | None) -> None:
        """Show what a view asks for."""
        if query is None:
            return
        if query:
            self._app.feed.trail.jump(query, _BY)
        else:
            self._all()

    # The dialog ------------------------------------------------------------------------------------------------

    def ask(self) -> None:
        """Open the list of views."""
        self._app.push_screen(SavedSearchesScreen(self._app.feed.query_text, self.known), self.jump)

    def tell(self, dialog: SavedSearchesScreen) -> None:
        """Read the views for the dialog, then count what is in them, one by one."""
        self._app.reader.do(lambda: self._told_to(dialog), dialog)

    def _told_to(self, dialog: SavedSearchesScreen, said: str = "") -> messages_of_ways.ViewsReady:
        """On the lane: the views, and jobs to count them."""
        found = self.read()
        for query in dict.fromkeys(view.query for view in found.views):
            self._app.reader.do(lambda query=query: self._counted(dialog, query), dialog)  # type: ignore[misc]
        self._app.post_message(messages_of_ways.ViewsReady(found, said=said))
        return messages_of_ways.ViewsReady(found, said=said)

    def _counted(self, dialog: SavedSearchesScreen, query: str) -> messages_of_ways.ViewCounted | None:
        return messages_of_ways.ViewCounted(query, self.count(query)) if dialog.is_attached else None

    def count(self, query: str) -> tuple[int, int] | None:
        """On the lane: papers and unread ones; None if the query cannot be answered."""
        try:
            return saved_searches.count(self._app.library, query)
        except QueryError:
            return None

    def save(self, dialog: SavedSearchesScreen, name: str, query: str) -> None:
        """Write a view; the dialog is closed when it is on the disk."""

        def write() -> messages_of_ways.ViewsReady | messages_of_ways.ViewFailed:
            try:
                saved_searches.save(config.views_place(), name, query)
                found = self.read()
            except FeedreaderError as error:
                return messages_of_ways.ViewFailed(error)
            saved = found.named(name)
            number = found.views.index(saved) + 1 if saved else 0
            key = f" {number} shows it." if 0 < number < 10 else ""
            return messages_of_ways.ViewsReady(found, said=f"Saved as the view “{name}”.{key}", closes=True)

        self._app.reader.do(write, dialog)

    def remove(self, dialog: SavedSearchesScreen, name: str) -> None:
        """Take a view out."""

        def write() -> messages_of_ways.ViewsReady | messages_of_ways.ViewFailed:
            try:
                saved_searches.remove(config.views_place(), name)
            except FeedreaderError as error:
                return messages_of_ways.ViewFailed(error)
            return self._told_to(dialog, f"The view “{name}” is taken out.")

        self._app.reader.do(write, dialog)


def views_ready(settings: Settings | None) -> messages_of_ways.ViewsReady:
    """The views as they are now, as an answer. Raises ConfigError."""
    return messages_of_ways.ViewsReady(read_views(settings))


def read_views(settings: Settings | None) -> saved_searches.SavedSearches:
    """The views as they are now. Raises ConfigError."""
    said = settings.views if settings is not None else ()
    return saved_searches.load(said, config.views_place(), config.settings_place())
