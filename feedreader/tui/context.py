"""What the controllers work with: the library, the threads that ask it, the settings, and the screen's few services."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from feedreader.config.values import Settings
from feedreader.errors import FeedreaderError, LaunchError
from feedreader.library import Library
from feedreader.text.display import clip, counted, quoted, safe
from feedreader.tui.messages import Failed, TakesKeys
from feedreader.tui.workers import WorkerThread

if TYPE_CHECKING:
    from textual.app import App
    from textual.message import Message
    from textual.notifications import SeverityLevel
    from textual.screen import Screen

    from feedreader.tui.feed_view import FeedView
    from feedreader.tui.type_ahead import TypeAhead
    from feedreader.tui.widgets.key_hints import KeyHints

Answer = TypeVar("Answer")

_LOOKING = "looking"
_LONG = 0.3  # seconds after which it is said that something takes a while


@dataclass(eq=False, repr=False)
class Context:
    """Given to every controller. `rules_file` is None where no rules are applied; `keys` are those of the settings."""

    _app: App[Any]
    library: Library
    settings: Settings
    rules_file: Path | None
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    feed: FeedView = field(init=False)
    type_ahead: TypeAhead = field(init=False)
    _looked_up: int = 0
    _look: int = 0
    _dropped: Callable[[], object] | None = None  # what is called when what is looked for is not wanted any more

    def __post_init__(self) -> None:
        self.db_read = WorkerThread("db_read", self._app)
        self.db_write = WorkerThread("db_write", self._app)
        self.db_import = WorkerThread("db_import", self._app)
        self.db_look = WorkerThread("db_look", self._app)
        self.db_rank = WorkerThread("db_rank", self._app)
        self.db_export = WorkerThread("db_export", self._app)
        self.db_sync = WorkerThread("db_sync", self._app)

    # Saying ----------------------------------------------------------------------------------------------------

    def say(self, *wordings: str) -> None:
        """Say something in the bottom line of the screen on top, in the first of these wordings that fits; nothing when
        the reader is being left."""
        if hints := self._hints:
            hints.say(*wordings)

    def unsay(self, words: str) -> None:
        """End this message, if it is still there."""
        if (hints := self._hints) and hints.message == words:
            hints.hush()

    @property
    def _hints(self) -> KeyHints | None:
        screens = self._app.screen_stack
        return getattr(screens[-1], "hints", self.feed.hints) if screens else None

    def notify(self, text: str, title: str, severity: SeverityLevel = "error", timeout: float = 10) -> None:
        """Show a notification for so many seconds, unless one says so already. What it quotes can't steer the
        terminal."""
        text = "\n".join(map(safe, text.split("\n")))
        if (text, title) not in [(shown.message, shown.title) for shown in self._app._notifications]:
            self._app.notify(text, title=title, severity=severity, markup=False, timeout=timeout)

    def show_error(self, error: FeedreaderError) -> None:
        """Show what could not be done, and why."""
        self.notify(str(error), error.title)

    def key(self, id: str, prefer: str = "") -> str:
        """The key that a binding has, to be named in a sentence: `prefer` if it is one of them, else the first."""
        from feedreader.tui.keymap import key_of

        return key_of(self.keys, id, prefer, self._app.get_key_display)

    @property
    def stop_key(self) -> str:
        """The key that stops what takes long, to be named in a sentence."""
        return self.key("back", "escape")

    # Doing -----------------------------------------------------------------------------------------------------

    def push_screen(self, screen: Screen[Answer], answered: Callable[[Answer | None], None] | None = None) -> None:
        """Open a dialog; what it answers is given to `answered`."""
        self._app.push_screen(screen, answered)

    def close(self, dialog: Screen[Answer]) -> None:
        """Close a dialog that has saved; keys that came meanwhile reach what is under it."""
        dialog.dismiss(None)
        self.post(TakesKeys())

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Leave the terminal to another program meanwhile. Raises LaunchError where that is not possible."""
        from textual.app import SuspendNotSupported

        try:
            with self._app.suspend():
                yield
        except SuspendNotSupported:
            raise LaunchError("No editor can be opened here.") from None

    def post(self, message: Message) -> None:
        """Post a message to the App; from any thread."""
        self._app.post_message(message)

    def after(self, seconds: float, callback: Callable[[], object]) -> None:
        """Call something later."""
        self._app.set_timer(seconds, callback)

    def later(self, callback: Callable[[], object]) -> None:
        """Call something on the screen's thread; from any thread."""
        self._app.call_later(callback)

    def every(self, seconds: float, callback: Callable[[], object]) -> None:
        """Call something again and again."""
        self._app.set_interval(seconds, callback)

    def after_writing(self, callback: Callable[[], object]) -> None:
        """Call something when all that is being written is in the library."""
        if self.db_write.working:
            self.db_write.do(lambda: None, lambda _: callback(), to=self.feed)
        else:
            callback()

    def look_up(self, job: Callable[[], Answer], then: Callable[[Answer], object]) -> None:
        """Ask the library, when all is written, what a key press needs; keys wait until `then` has the answer."""
        self._looked_up += 1
        what = f"answer {self._looked_up}"

        def answered(answer: Answer) -> None:
            self.type_ahead.release(what)
            then(answer)

        self.type_ahead.hold(what)
        self.after_writing(lambda: self.db_read.do(job, answered, to=self.feed))

    def look_through(
        self,
        job: Callable[[Callable[[], bool]], Answer],
        then: Callable[[Answer], object],
        dropped: Callable[[], object] = lambda: None,
    ) -> None:
        """The same where many papers may have to be looked at, on a thread of its own. That is said when it takes a
        while, and keys go on then. `job` asks now and then whether it is still wanted: not after `stop_looking`, or
        when something else is looked for or shown; its answer is dropped then, and `dropped` called."""
        self.stop_looking()
        number, query = self._look, self.feed.shown_query
        self._dropped = dropped

        def is_wanted() -> bool:
            return number == self._look and query == self.feed.shown_query

        def ended(do: Callable[[], object]) -> None:
            if number == self._look:
                self._end_looking(do if query == self.feed.shown_query else dropped)

        def say() -> None:
            if number == self._look:
                self.feed.busy(f"Looking… · {self.stop_key} stops", _LOOKING)

        self.type_ahead.hold(_LOOKING)
        self.after(_LONG, say)
        self.after_writing(
            lambda: self.db_look.do(
                lambda: job(is_wanted),
                lambda answer: ended(lambda: then(answer)),
                error=lambda error: ended(lambda: self.post(Failed(error))),
                to=self.feed,
            )
        )

    def stop_looking(self) -> bool:
        """Drop what is looked for by `look_through`. Whether there was something."""
        if self._dropped is None:
            return False
        self._end_looking(self._dropped)
        return True

    def _end_looking(self, then: Callable[[], object]) -> None:
        self._look += 1
        self._dropped = None
        self.feed.busy("", _LOOKING)
        self.type_ahead.release(_LOOKING)
        then()

    def run(self, work: Coroutine[Any, Any, object], group: str) -> None:
        """Run a coroutine beside all else, until `cancel` ends its group."""
        self._app.run_worker(work, group=group)

    def cancel(self, group: str) -> None:
        """End the coroutines of a group."""
        self._app.workers.cancel_group(self._app, group)

    def copy(self, text: str, what: str) -> str:
        """Copy a text; the words for it: "Copied BibTeX of lee2026equity".

        To be called off the screen's thread: it takes a while. A terminal gives no answer: what was done is said.
        """
        from feedreader.system import clipboard

        place = clipboard.copy(text)
        if place is None:
            self._app.copy_to_clipboard(text)
            place = clipboard.TERMINAL
        return f"Copied {what}{place}"

    def copy_selection(self, text: str) -> None:
        """Copy what the mouse selected, and say so."""
        what = f"{quoted(clip(' '.join(text.split()), 30))} ({counted(len(text), 'character')})"
        self.run(self._copy_and_say(text, what), "copy")

    async def _copy_and_say(self, text: str, what: str) -> None:
        self.say(await asyncio.to_thread(self.copy, text, what))
