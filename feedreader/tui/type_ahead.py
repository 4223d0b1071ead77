"""Keys on their way to what is on the screen, one after another: each goes when all that the one before set going on
the screen is done, and when what it is meant for is open and looked up. Letters of other alphabets are taken for the
keys at their places."""

from __future__ import annotations

from collections import deque
from time import monotonic
from typing import TYPE_CHECKING, Any

from textual import events

from feedreader.tui.messages import TakesKeys

if TYPE_CHECKING:
    from textual.app import App
    from textual.dom import DOMNode

PATIENCE = 2.0  # seconds that a key waits at the most for what it is meant for

Typed = events.Key | events.Paste


class _UnderWay:
    """A key that was sent to a target: to a text, if it is a letter."""

    def __init__(self, target: DOMNode, is_letter_for: DOMNode | None) -> None:
        self.target = target
        self.is_letter_for = is_letter_for


class TypeAhead:
    """The App's part that keys, and what is pasted, pass first."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._waiting: deque[Typed] = deque()  # in the order in which they were pressed
        self._under_way: _UnderWay | None = None  # until all is done that it set going
        self._awaited: dict[str, float] = {}  # what the feed's keys wait for, and until when
        self._early_until: float | None = None  # when the first of them does without what the feed lacks

    # What keys wait for ----------------------------------------------------------------------------------------

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
        if self._waiting:
            self._app.post_message(TakesKeys())

    @property
    def _is_open(self) -> bool:
        """Whether what is on top takes keys already."""
        return getattr(self._app.screen, "takes_keys", True)

    def _comes_early(self, event: Typed) -> bool:
        """Whether a key is meant for what the feed does not have yet; then all are held."""
        lacks = getattr(self._app.screen, "lacks", None)
        if lacks is None or not isinstance(event, events.Key) or not lacks(event.key):
            return False
        self._early_until = self._early_until or monotonic() + PATIENCE
        if monotonic() > self._early_until:
            return False
        self.hold("lacking")
        return True

    # Keys ------------------------------------------------------------------------------------------------------

    @property
    def _target(self) -> DOMNode:
        screen = self._app.screen
        return screen.focused or screen

    @property
    def is_busy(self) -> bool:
        """Whether keys wait, or one is under way."""
        return self._under_way is not None or bool(self._waiting)

    def pressed(self, event: Typed) -> None:
        """A key was pressed, or something pasted; `due` gives it when its turn comes."""
        self._waiting.append(event)

    def due(self) -> Typed | None:
        """What is to be sent now; then `sent` has to be called."""
        if not self._waiting or not self._is_open:
            return None
        event = self._latin(self._waiting[0])
        is_letter = self._is_letter(event)
        if self._under_way is not None and not (is_letter and self._under_way.is_letter_for is self._target):
            return None
        if self._comes_early(event):
            return None
        self._waiting.popleft()
        self._early_until = None
        self._under_way = _UnderWay(self._target, self._target if is_letter else None)
        return event

    def _latin(self, event: Typed) -> Typed:
        if isinstance(event, events.Paste) or event.key.isascii():
            return event
        from feedreader.tui.keymap import on_latin_keyboard

        return on_latin_keyboard(event, self._app.screen)

    def _is_letter(self, event: Typed) -> bool:
        """Whether a key is typed into a text."""
        if self.only_binds or not isinstance(event, events.Key) or not event.is_printable:
            return False
        from textual.widgets import Input, TextArea

        return isinstance(self._target, Input | TextArea)

    @property
    def only_binds(self) -> bool:
        """Whether what is on the screen has bindings for keys, and nothing else to do with them."""
        return bool(getattr(self._app.screen, "only_binds", False))

    def sent(self, *, is_done: bool) -> None:
        """It was sent; `is_done`: to its binding, which has done what it does at once."""
        key = self._under_way
        if key is None or (is_done and key.target is self._target):
            self._under_way = None
        else:
            self._follow(key.target, key, again=True)

    def _follow(self, node: DOMNode, key: _UnderWay, *, again: bool) -> None:
        """Go from the target of a key up to the App, on each node behind all that has to be done there."""
        if not node.call_later(self._passed, node, key, again=again):
            self._passed(node, key, again=again)  # it is closed

    def _passed(self, node: DOMNode, key: _UnderWay, *, again: bool) -> None:
        if node is not self._app:
            self._follow(node.parent or self._app, key, again=again)
        elif key is not self._under_way:
            return  # more was typed behind it
        elif again or key.target is not self._target:  # what came of the key has to be done, too
            key.target = self._target
            self._follow(key.target, key, again=False)
        else:
            self._under_way = None
            self._look()
