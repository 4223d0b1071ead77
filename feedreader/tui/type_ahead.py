"""Keys on their way to what is on the screen: held while what they are meant for opens or is looked up; letters of
other alphabets are taken for the keys at their places."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from textual import events

from feedreader.tui.messages import TakesKeys

if TYPE_CHECKING:
    from textual.app import App
    from textual.dom import DOMNode

PATIENCE = 2.0  # seconds that a key waits at the most for what it is meant for


class TypeAhead:
    """The App's part that keys pass first, and at last where nothing on the screen took them."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._held: list[events.Key] = []
        self._awaited: dict[str, float] = {}  # what the feed's keys wait for, and until when
        self._lacking: WeakKeyDictionary[events.Key, float] = WeakKeyDictionary()  # keys, until when, for a paper
        self._sent: WeakKeyDictionary[events.Key, tuple[events.Key, DOMNode]] = WeakKeyDictionary()

    @property
    def _is_open(self) -> bool:
        """Whether what is on top takes keys already."""
        return getattr(self._app.screen, "takes_keys", True)

    @property
    def _target(self) -> DOMNode:
        screen = self._app.screen
        return screen.focused or screen

    @property
    def waits(self) -> bool:
        """Whether the feed's keys are held."""
        return any(until > monotonic() for until in self._awaited.values())

    def hold(self, what: str) -> None:
        """Hold the feed's keys until `release`: they are meant for what is being looked up."""
        self._awaited[what] = monotonic() + PATIENCE
        self._app.set_timer(PATIENCE, self._look)

    def release(self, what: str = "") -> None:
        """This came, or will not come; without `what`, nothing will."""
        if not what:
            self._awaited.clear()
        elif self._awaited.pop(what, None) is None:
            return
        self._look()

    def _look(self) -> None:
        if self._held:
            self._app.post_message(TakesKeys())

    def pressed(self, event: events.Key) -> events.Key | None:
        """A key as it is to be handled; None: it is held."""
        if self._held or not self._is_open:
            self._held.append(event)
            return None
        return self._send(event)

    def came_back(self, event: events.Key) -> bool:
        """A key that nothing took. Whether it is held: what it was meant for has begun to open since it was sent."""
        key = event.key
        event, target = self._sent.get(event, (event, None))
        take = getattr(self._app.screen, "type_ahead", None)
        if take is not None:
            return bool(take(event))
        if self._is_open and self._lacks_paper(key) and not self._is_late(event):
            self.hold("paper")
        overtakes = any(held.time < event.time for held in self._held)
        if self._is_open and target in (None, self._target) and not overtakes:
            return False
        self._held.append(event)
        if self._is_open:
            self._app.post_message(TakesKeys())
        return True

    def _lacks_paper(self, key: str) -> bool:
        """Whether a key is meant for the paper under the feed's cursor, and that is not here yet."""
        lacks, active = getattr(self._app.screen, "lacks_paper", None), self._app.screen.active_bindings.get(key)
        return bool(lacks and active and lacks(active.binding.id))

    def _is_late(self, event: events.Key) -> bool:
        """Whether a key has waited for a paper as long as it may."""
        return monotonic() > self._lacking.setdefault(event, monotonic() + PATIENCE)

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
