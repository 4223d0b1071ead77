"""Keys on their way to what is on the screen: held while what they are meant for opens; letters of other alphabets are
taken for the keys at their places."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from textual import events

from feedreader.tui.messages import TakesKeys

if TYPE_CHECKING:
    from textual.app import App
    from textual.dom import DOMNode


class TypeAhead:
    """The App's part that keys pass first, and at last where nothing on the screen took them."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._held: list[events.Key] = []
        self._sent: WeakKeyDictionary[events.Key, tuple[events.Key, DOMNode]] = WeakKeyDictionary()

    @property
    def _is_open(self) -> bool:
        """Whether what is on top takes keys already."""
        return getattr(self._app.screen, "takes_keys", True)

    @property
    def _target(self) -> DOMNode:
        screen = self._app.screen
        return screen.focused or screen

    def pressed(self, event: events.Key) -> events.Key | None:
        """A key as it is to be handled; None: it is held."""
        if self._held or not self._is_open:
            self._held.append(event)
            return None
        return self._send(event)

    def came_back(self, event: events.Key) -> bool:
        """A key that nothing took. Whether it is held: what it was meant for has begun to open since it was sent."""
        event, target = self._sent.get(event, (event, None))
        take = getattr(self._app.screen, "type_ahead", None)
        if take is not None:
            return bool(take(event))
        if self._is_open and target in (None, self._target):
            return False
        self._held.append(event)
        if self._is_open:
            self._app.post_message(TakesKeys())
        return True

    def due(self) -> Iterator[events.Key]:
        """Keys that were held, in the order in which they were pressed."""
        self._held.sort(key=lambda event: event.time)
        while self._held and self._is_open:
            yield self._send(self._held.pop(0))

    def _send(self, event: events.Key) -> events.Key:
        latin = event
        if not event.key.isascii():
            from feedreader.tui.keymap import on_latin_keyboard

            latin = on_latin_keyboard(event, self._app.screen)
        sent = events.Key(latin.key, latin.character)
        self._sent[sent] = event, self._target
        return sent
