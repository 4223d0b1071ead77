"""What the parts of the screen say to one another. Requests rise to the App; answers come from its lanes.

Plain classes: building dataclasses would cost the start-up 5 ms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from textual.message import Message

from feedreader.errors import FeedreaderError
from feedreader.model import Changed, Paper

if TYPE_CHECKING:
    from datetime import datetime

    from feedreader.config.values import Settings
    from feedreader.model import Group, SourceInfo, Subscription
    from feedreader.query.completion import Vocabulary
    from feedreader.services.ingest import ImportResult, Undone
    from feedreader.tui.feed_loader import FeedRequest, LoadedFeed, Target
    from feedreader.view.day_feed import DayFeed, Page, Wanted

# Requests ------------------------------------------------------------------------------------------------------


class ViewWanted(Message):
    """The feed of a query, anew. `number` tells the answer to the latest request from older ones."""

    def __init__(self, wish: FeedRequest, number: int) -> None:
        super().__init__()
        self.wish = wish
        self.number = number


class PagesWanted(Message):
    """Pages of a feed. `marks` is how many changes of marks had been seen when they were asked for."""

    def __init__(self, feed: DayFeed, wanted: Sequence[Wanted], marks: int) -> None:
        super().__init__()
        self.feed = feed
        self.wanted = wanted
        self.marks = marks


class PapersWanted(Message):
    """Whole papers, for the abstract pane."""

    def __init__(self, keys: Sequence[int], marks: int) -> None:
        super().__init__()
        self.keys = keys
        self.marks = marks


class UnreadWanted(Message):
    """The next unread paper (step 1) or the one before (-1), where the pages at hand do not tell."""

    def __init__(self, feed: DayFeed, row: int, key: int, step: int, number: int) -> None:
        super().__init__()
        self.feed = feed
        self.row = row
        self.key = key
        self.step = step
        self.number = number


class MarkWanted(Message):
    """Marks by name, with the words that say it when undone. `step` is False for reading by itself.

    Without `keys`, all papers of the group `group` of the whole feed are meant.
    """

    def __init__(
        self,
        keys: Sequence[int],
        values: Mapping[str, object],
        label: str,
        *,
        step: bool = True,
        group: int | None = None,
    ) -> None:
        super().__init__()
        self.keys = keys
        self.values = values
        self.label = label
        self.step = step
        self.group = group


class DayWanted(Message):
    """How many papers of a day or collection were dismissed; of `keys`, where it is shown in part."""

    def __init__(self, group: Group, keys: Sequence[int] | None) -> None:
        super().__init__()
        self.group = group
        self.keys = keys


class UndoWanted(Message):
    """Undo the latest step."""


class ImportWanted(Message):
    """Import these files and folders."""

    def __init__(self, paths: Sequence[str]) -> None:
        super().__init__()
        self.paths = paths


class ForgetWanted(Message):
    """Take a source, or papers by their ids, out of the library."""

    def __init__(self, *, source: str | None = None, ids: Sequence[str] = ()) -> None:
        super().__init__()
        self.source = source
        self.ids = ids


class SourcesWanted(Message):
    """The list of sources."""


class SubscriptionWish(Message):
    """A wish for a subscription: `what` is remove, pause, resume, rename, folder, refresh or backfill."""

    def __init__(self, subscription: Subscription, what: str, value: str = "") -> None:
        super().__init__()
        self.subscription = subscription
        self.what = what
        self.value = value


class StopWanted(Message):
    """What goes on in the background is to end."""


class StandingWanted(Message):
    """How the subscriptions stand."""


class PositionChanged(Message):
    """The reader moved to another paper, or the list was scrolled."""


# Answers -------------------------------------------------------------------------------------------------------


class ViewReady(Message):
    """The feed that was asked for."""

    def __init__(self, view: LoadedFeed, number: int) -> None:
        super().__init__()
        self.view = view
        self.number = number


class PagesReady(Message):
    """Pages that were asked for."""

    def __init__(self, feed: DayFeed, pages: Sequence[Page], marks: int) -> None:
        super().__init__()
        self.feed = feed
        self.pages = pages
        self.marks = marks


class PapersReady(Message):
    """Whole papers; None for one that is gone."""

    def __init__(self, papers: Mapping[int, Paper | None], marks: int) -> None:
        super().__init__()
        self.papers = papers
        self.marks = marks


class JumpReady(Message):
    """Where the next unread paper is; None: there is none."""

    def __init__(self, feed: DayFeed, jump: Target | None, step: int, number: int) -> None:
        super().__init__()
        self.feed = feed
        self.jump = jump
        self.step = step
        self.number = number


class PapersChanged(Message):
    """Marks that are on the disk now. `asked` and `values` are what was asked for, in the words of `label`."""

    def __init__(
        self,
        changes: Sequence[Changed],
        label: str,
        *,
        step: bool = True,
        asked: Sequence[int] = (),
        values: Mapping[str, object] = {},
    ) -> None:
        super().__init__()
        self.changes = changes
        self.label = label
        self.step = step
        self.asked = asked
        self.values = values


class DayReady(Message):
    """How many papers of a day or collection were dismissed."""

    def __init__(self, group: Group, dismissed: int) -> None:
        super().__init__()
        self.group = group
        self.dismissed = dismissed


class NoteReady(Message):
    """A paper for the editor of its note, and the tags in use with their counts."""

    def __init__(self, paper: Paper | None, tags: Sequence[tuple[str, int]]) -> None:
        super().__init__()
        self.paper = paper
        self.tags = tags


class NoteFailed(Message):
    """A note could not be saved."""

    def __init__(self, error: FeedreaderError) -> None:
        super().__init__()
        self.error = error


class LibraryChanged(Message):
    """Somebody wrote: another program, or an import. The feed has to be looked at again."""


class UndoDone(Message):
    """What was undone, or None: there was nothing."""

    def __init__(self, undone: Undone | None) -> None:
        super().__init__()
        self.undone = undone


class ImportProgressed(Message):
    """How far an import is: files done, papers so far, and entries done of the file at hand."""

    def __init__(self, files: int, papers: int, source: str = "", done: int = 0, total: int = 0) -> None:
        super().__init__()
        self.files = files
        self.papers = papers
        self.source = source
        self.done = done
        self.total = total

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, ImportProgressed)


class ImportDone(Message):
    """The outcome of an import, a result a file."""

    def __init__(self, results: Sequence[ImportResult], stopped: bool = False) -> None:
        super().__init__()
        self.results = results
        self.stopped = stopped


class ForgetDone(Message):
    """What was taken out of the library, in words, and how many papers."""

    def __init__(self, what: str, papers: int) -> None:
        super().__init__()
        self.what = what
        self.papers = papers


class SourcesReady(Message):
    """The digests, and what is followed; `allowed` says by source when a server wants to be asked again."""

    def __init__(
        self,
        sources: Sequence[SourceInfo],
        subscriptions: Sequence[Subscription],
        allowed: Mapping[int, datetime],
        now: datetime,
    ) -> None:
        super().__init__()
        self.sources = sources
        self.subscriptions = subscriptions
        self.allowed = allowed
        self.now = now


class SubscriptionChanged(Message):
    """What was done with a subscription, in words."""

    def __init__(self, words: str, *, papers: bool = False) -> None:
        super().__init__()
        self.words = words
        self.papers = papers  # whether rows of the feed may look otherwise now


class SettingsRead(Message):
    """The settings, read again."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings


class StandingReady(Message):
    """How the subscriptions stand, for the top line, the longest way to say it first; and which days are missing."""

    def __init__(self, words: Sequence[str], missing: str = "") -> None:
        super().__init__()
        self.words = words
        self.missing = missing


class VocabularyReady(Message):
    """Categories, sources and tags to complete what is typed."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__()
        self.vocabulary = vocabulary


class Said(Message):
    """Something to be said in the bottom line; under a title it is a fault, and shown for longer."""

    def __init__(self, words: str, *, title: str = "") -> None:
        super().__init__()
        self.words = words
        self.title = title


class Busy(Message):
    """What goes on in the background, and whose it is; "" when it is over."""

    def __init__(self, text: str, who: str) -> None:
        super().__init__()
        self.text = text
        self.who = who


class Failed(Message):
    """Something could not be done, and why."""

    def __init__(self, error: FeedreaderError) -> None:
        super().__init__()
        self.error = error


class Crashed(Message):
    """A mistake of the program, met on a lane."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error
