"""The library's file: what others write to it, and whether it is still there to be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedreader.errors import FeedreaderError, LibraryGone
from feedreader.text.display import safe
from feedreader.tui.messages import LibraryChanged

if TYPE_CHECKING:
    from feedreader.tui.context import Context

_LONG = 30  # seconds for which what concerns all that is done from now on is shown


class LibraryFileController:
    """`trouble` is what keeps anything from being written, said once."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._library = context.library
        self._version = self._library.data_version()
        self.trouble: FeedreaderError | None = None
        self._library.on_wait(lambda: context.later(self._say_waiting))

    def begin(self, seconds: float) -> None:
        """Look at the file every so many seconds."""
        if self._library.read_only:
            self._context.notify(
                f"{self._library.path} is read-only: nothing you do is saved.", "Library", "warning", _LONG
            )
        self._context.every(seconds, self.look)

    def look(self) -> None:
        """Look whether another program wrote to the file, and whether it is there."""
        self._context.db_read.do(self._has_changed, self._show_changed, error=self._show_trouble)

    def _has_changed(self) -> bool:
        """On the thread: whether another program wrote since the last look."""
        self._library.check()
        before, self._version = self._version, self._library.data_version()
        return self._version != before

    def _show_changed(self, has_changed: bool) -> None:
        if self.trouble is not None:
            self.trouble = None
            self._context.say("The library is writable again.")
        if has_changed:
            self._context.post(LibraryChanged())

    def _show_trouble(self, error: FeedreaderError) -> None:
        if str(error) != str(self.trouble):
            remedy = f" To save it again: {self._context.key('palette')} “Put the library's file back”."
            words = f"{error}{remedy if isinstance(error, LibraryGone) else ''}"
            self._context.notify(safe(words), error.title, timeout=_LONG)
        self.trouble = error

    def refused(self, error: FeedreaderError) -> None:
        """Something could not be written. What keeps it from that is told once; from then on, that it was not."""
        if self.trouble is None:
            self._show_trouble(error)
        else:
            self._context.say(f"Not saved: {error}", "Not saved: the library was deleted.")

    def _say_waiting(self) -> None:
        words = "Another program is using the library. Your changes wait for it, up to 30 seconds."
        self._context.notify(words, "Library", "warning")

    def put_back(self) -> None:
        """Write the file anew that was deleted."""
        self._context.db_write.do(self._library.put_back, lambda _: self.look())
