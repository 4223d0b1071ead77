"""The command palette: every action by name, made from the bindings; and those that have no key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.markup import escape

from feedreader.errors import FeedreaderError
from feedreader.text.display import safe
from feedreader.tui.keys import ABSTRACT, MOVE

if TYPE_CHECKING:
    from feedreader.services.saved_searches import SavedSearch
    from feedreader.tui.app import FeedreaderApp

_WAIT = 2.0  # seconds that the counts of the views may take

_NO_COMMAND = {"palette", "open", "back", "read-on", "view-1"}


class ReaderCommands(Provider):
    """What can be done on the screen from which the palette was called."""

    def _commands(self) -> Iterator[tuple[str, str, Callable[[], object]]]:
        """Name, help, and what it runs."""
        app, seen = cast("FeedreaderApp", self.app), set[str]()
        for key, active in self.screen.active_bindings.items():
            binding = active.binding
            if not binding.id or binding.id in seen or binding.id in _NO_COMMAND or not active.enabled:
                continue
            seen.add(binding.id)
            moves = binding.group in (MOVE, ABSTRACT) and not binding.id.endswith(("-unread", "-day"))
            if binding.group is not None and not moves:
                shown = app.get_key_display(binding.with_key(key))
                yield binding.tooltip, f"key {shown}", partial(app.run_action, binding.action, active.node)
        if any(not keys for keys in app.keys.values()):
            from feedreader.tui.keymap import keyless

            for node in self.screen.focused.ancestors_with_self if self.screen.focused else (self.screen, app):
                for binding in keyless(node, app.keys):
                    if binding.id not in seen and binding.id not in _NO_COMMAND:
                        seen.add(binding.id or "")
                        yield binding.tooltip, "no key", partial(app.run_action, binding.action, node)
        is_set = app.settings is not None and app.settings.theme
        holds = "until the reader is left: the settings name one" if is_set else "it is remembered"
        yield "Change the theme", f"Textual's own themes; {holds}", app.action_change_theme
        if app.rules is not None:
            yield "Rules: what is highlighted and muted", "How many papers each is about", app.action_rules
        yield "Read the settings again", "Keys, theme, list: as the file says now", app.action_read_settings
        yield "Save a picture of the screen", "As an SVG file", partial(app.set_timer, 0.1, app.deliver_screenshot)

    async def discover(self) -> Hits:
        for name, help, run in self._commands():
            yield DiscoveryHit(name, run, help=help)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for name, help, run in self._commands():
            if (score := matcher.match(name)) > 0:
                yield Hit(score, matcher.highlight(name), run, help=help)


class ViewCommands(Provider):
    """The views by name, with how many of their papers are unread. They come when these are counted."""

    async def startup(self) -> None:
        app = cast("FeedreaderApp", self.app)
        loop = asyncio.get_running_loop()
        done: asyncio.Future[list[tuple[SavedSearch, tuple[int, int] | None]]] = loop.create_future()

        def look() -> None:
            try:
                found = [(view, app.viewing.count(view.query)) for view in app.viewing.read().views]
            except FeedreaderError:
                found = []
            loop.call_soon_threadsafe(lambda: None if done.done() else done.set_result(found))

        app.reader.do(look)
        try:
            self._found = await asyncio.wait_for(done, _WAIT)
        except TimeoutError:
            self._found = [(view, None) for view in app.viewing.known.views]

    def _commands(self) -> Iterator[tuple[str, str, Callable[[], object]]]:
        """Name, help, and what it runs."""
        app = cast("FeedreaderApp", self.app)
        for number, (view, counts) in enumerate(self._found, 1):
            key = [f"key {app.key(f'view-{number}')}"] if number < 10 else []
            unread = [f"{counts[1]:,} unread"] if counts else []
            help = " · ".join([*key, *unread, safe(view.query) or "all papers"])
            yield f"View {safe(view.name)}", escape(help), partial(app.viewing.jump, view.query)

    async def discover(self) -> Hits:
        for name, help, run in self._commands():
            yield DiscoveryHit(Content(name), run, text=name, help=help)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for name, help, run in self._commands():
            if (score := matcher.match(name)) > 0:
                yield Hit(score, Content(name) if "[" in name else matcher.highlight(name), run, text=name, help=help)
