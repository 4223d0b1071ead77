"""The subscriptions and digests of the library, as they are listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from feedreader.arxiv.addresses import addresses_asked
from feedreader.config.values import Settings
from feedreader.library import Library
from feedreader.library.papers import SourceInfo
from feedreader.model import Subscription


class SourceList(NamedTuple):
    """The subscriptions and digests; `allowed` says by source when a server wants to be asked again."""

    digests: Sequence[SourceInfo]
    subscriptions: Sequence[Subscription]
    allowed: Mapping[int, datetime]
    now: datetime

    @property
    def rows(self) -> Sequence[Subscription | SourceInfo]:
        """All of them, as they are listed."""
        return [*self.subscriptions, *self.digests]


def list_sources(library: Library, settings: Settings) -> SourceList:
    """The subscriptions, with the times at which servers want to be asked again, and the digests."""
    subscribed = library.subscriptions.all()
    allowed = {}
    for source, addresses in addresses_asked(settings.arxiv, subscribed).items():
        times = [time for address in addresses if (time := library.subscriptions.address(address).not_before)]
        if times:
            allowed[source] = max(times)
    paths = {subscription.path for subscription in subscribed}
    digests = [source for source in library.papers.sources() if source.path not in paths]
    return SourceList(digests, subscribed, allowed, library.now().astimezone())
