"""What the parts of the screen say to one another of ways in and of views (see `messages`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from textual.message_pump import MessagePump
    from textual.screen import Screen

    from feedreader.errors import FeedreaderError
    from feedreader.query.facets import FacetList
    from feedreader.services.saved_searches import SavedSearches
    from feedreader.tui.feed_loader import Target
    from feedreader.view.day_feed import DayFeed


class NamesWanted(Message):
    """One of the lists to go through, for the dialog that asks; in order of names, too, and if `fresh` counted anew."""

    def __init__(self, what: str, asker: Screen[str], *, by_name: bool = False, fresh: bool = True) -> None:
        super().__init__()
        self.what = what
        self.asker = asker
        self.by_name = by_name
        self.fresh = fresh


class SurpriseWanted(Message):
    """A query by chance, for the dialog that asks."""

    def __init__(self, asker: MessagePump) -> None:
        super().__init__()
        self.asker = asker


class ChanceReady(Message):
    """Where an unread paper is that was picked by chance; None: there is none."""

    def __init__(self, feed: DayFeed, jump: Target | None) -> None:
        super().__init__()
        self.feed = feed
        self.jump = jump


class ViewsReady(Message):
    """The views as they are now. `show` is the number of one that is to be shown (0: none); `said` what was done.

    `closes` tells that their dialog is done.
    """

    def __init__(self, views: SavedSearches, *, show: int = 0, said: str = "", closes: bool = False) -> None:
        super().__init__()
        self.closes = closes
        self.views = views
        self.show = show
        self.said = said


class ViewCounted(Message):
    """How many papers a view's query finds, and how many of them are unread; None: it cannot be answered."""

    def __init__(self, query: str, counts: tuple[int, int] | None) -> None:
        super().__init__()
        self.query = query
        self.counts = counts


class ViewFailed(Message):
    """A view could not be saved or taken out."""

    def __init__(self, error: FeedreaderError) -> None:
        super().__init__()
        self.error = error


class NamesReady(Message):
    """One of the lists to go through."""

    def __init__(self, names: FacetList) -> None:
        super().__init__()
        self.names = names


class SurpriseReady(Message):
    """A query by chance; "" if there is none."""

    def __init__(self, query: str) -> None:
        super().__init__()
        self.query = query
