"""What several parts of the screen listen to, or what a worker thread tells while it works.

Everything else is a call: down to a controller, back by a callback (see `WorkerThread.do`).
Plain classes: building dataclasses would cost the start-up time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.message import Message

from feedreader.errors import FeedreaderError
from feedreader.model import Changed


class PapersChanged(Message):
    """Marks that are on the disk now. `asked` and `values` are what was asked for, in the words of `label`."""

    def __init__(
        self,
        changes: Sequence[Changed],
        label: str,
        *,
        step: bool = True,
        marked: Sequence[int] = (),
        values: Mapping[str, object] = {},
    ) -> None:
        super().__init__()
        self.changes = changes
        self.label = label
        self.step = step
        self.marked = marked
        self.values = values


class LibraryChanged(Message):
    """Papers came or went, or another program wrote: everything that shows the library has to look again."""


class PositionChanged(Message):
    """The cursor moved to another paper, or the list was scrolled."""


class ImportProgressed(Message):
    """How far an import is: files done, papers so far, and entries done of the file at hand; of a large one, in words,
    how much of it, how fast, and how long the rest takes."""

    def __init__(
        self, files: int, papers: int, source: str = "", done: int = 0, total: int = 0, far: Sequence[str] = ()
    ) -> None:
        super().__init__()
        self.files = files
        self.papers = papers
        self.source = source
        self.done = done
        self.total = total
        self.far = far

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, ImportProgressed)


class Busy(Message):
    """What goes on in the background, and whose it is; "" when it is over."""

    def __init__(self, text: str, who: str) -> None:
        super().__init__()
        self.text = text
        self.who = who


class TakesKeys(Message):
    """What was opening is open, and takes the keys that are meant for it."""


class Failed(Message):
    """Something could not be done, and why."""

    def __init__(self, error: FeedreaderError) -> None:
        super().__init__()
        self.error = error


class Crashed(Message):
    """A mistake of the program on a worker thread."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error
