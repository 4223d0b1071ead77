"""The command palette: every action by name, made from the bindings; and those that have no key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Protocol, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from feedreader.errors import FeedreaderError, LibraryGone
from feedreader.text.display import safe
from feedreader.tui.keys import ABSTRACT, MOVE

if TYPE_CHECKING:
    from feedreader.services.saved_searches import SavedSearch
    from feedreader.tui.context import Context
    from feedreader.tui.controllers.library_file import LibraryFileController
    from feedreader.tui.controllers.saved_searches import SavedSearchesController

_WAIT = 2.0  # seconds that the counts of the saved searches may take

_NO_COMMAND = {"palette", "open", "back", "read-on", "saved-search-1"}


class _Reader(Protocol):
    """What the App has for the palette."""

    context: Context
    library_file: LibraryFileController
    saved_searches: SavedSearchesController


class ReaderCommands(Provider):
    """What can be done on the screen from which the palette was called."""

    def _commands(self) -> Iterator[tuple[str, str, Callable[[], object]]]:
        """Name, help, and what it runs."""
        app, context, seen = self.app, cast("_Reader", self.app).context, set[str]()
        for key, active in self.screen.active_bindings.items():
            binding = active.binding
            if not binding.id or binding.id in seen or binding.id in _NO_COMMAND or not active.enabled:
                continue
            seen.add(binding.id)
            moves = binding.group in (MOVE, ABSTRACT) and not binding.id.endswith(("-unread", "-day"))
            if binding.group is not None and not moves:
                shown = app.get_key_display(binding.with_key(key))
                yield binding.tooltip, f"key {shown}", partial(app.run_action, binding.action, active.node)
        if any(not keys for keys in context.keys.values()):
            from feedreader.tui.keymap import keyless

            for node in self.screen.focused.ancestors_with_self if self.screen.focused else (self.screen, app):
                for binding in keyless(node, context.keys):
                    if binding.id not in seen and binding.id not in _NO_COMMAND:
                        seen.add(binding.id or "")
                        yield binding.tooltip, "no key", partial(app.run_action, binding.action, node)
        holds = "until the reader is left: the settings name one" if context.settings.theme else "it is remembered"
        yield "Change the theme", f"Textual's own themes; {holds}", app.action_change_theme
        if context.rules_file is not None:
            rules = partial(app.run_action, "app.rules")
            yield "Rules: what is highlighted and muted", "How many papers each is about", rules
        settings = partial(app.run_action, "app.read_settings")
        yield "Read the settings again", "Keys, theme, list: as the file says now", settings
        if isinstance((file := cast("_Reader", app).library_file).trouble, LibraryGone):
            yield "Put the library's file back", "It was deleted while it was open", file.put_back
        yield "Save a picture of the screen", "As an SVG file", partial(app.set_timer, 0.1, app.deliver_screenshot)

    async def discover(self) -> Hits:
        for name, help, run in self._commands():
            yield DiscoveryHit(name, run, help=help)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for name, help, run in self._commands():
            if (score := matcher.match(name)) > 0:
                yield Hit(score, matcher.highlight(name), run, help=help)


class SavedSearchCommands(Provider):
    """The saved searches by name, with how many of their papers are unread. They come when these are counted."""

    async def startup(self) -> None:
        reader = cast("_Reader", self.app)
        searches = reader.saved_searches
        loop = asyncio.get_running_loop()
        done: asyncio.Future[list[tuple[SavedSearch, tuple[int, int] | None]]] = loop.create_future()

        def count() -> None:
            try:
                counted = [(search, searches.count(search.query)) for search in searches.read().searches]
            except FeedreaderError:
                counted = []
            loop.call_soon_threadsafe(lambda: None if done.done() else done.set_result(counted))

        reader.context.db_read.do(count)
        try:
            self._counted = await asyncio.wait_for(done, _WAIT)
        except TimeoutError:
            self._counted = [(search, None) for search in searches.known.searches]

    def _commands(self) -> Iterator[tuple[str, str, Callable[[], object]]]:
        """Name, help, and what it runs."""
        reader = cast("_Reader", self.app)
        for number, (search, counts) in enumerate(self._counted, 1):
            key = [f"key {reader.context.key(f'saved-search-{number}')}"] if number < 10 else []
            unread = [f"{counts[1]:,} unread"] if counts else []
            words = " · ".join([*key, *unread, safe(search.query) or "all papers"])
            help = cast("str", Content(words))  # as it stands: Textual's `escape` leaves much that is markup
            yield f"Saved search: {safe(search.name)}", help, partial(reader.saved_searches.jump, search.query)

    async def discover(self) -> Hits:
        for name, help, run in self._commands():
            yield DiscoveryHit(Content(name), run, text=name, help=help)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for name, help, run in self._commands():
            if (score := matcher.match(name)) > 0:
                yield Hit(score, Content(name) if "[" in name else matcher.highlight(name), run, text=name, help=help)
