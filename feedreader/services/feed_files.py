"""Feeds that lie in files, on a drive that is shared or in a folder that is synced: read as if a server answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedreader.sources import files
from feedreader.sources.http import Fetched, Validators

if TYPE_CHECKING:
    from feedreader.library import Library
    from feedreader.model import Subscription

KIND = "file"


def fetch(library: Library, path: str, known: str | None = None) -> Fetched:
    """The file at an absolute path, its stamp as the ETag; without a body if that is `known`. Raises UnreadableSource.

    A file that has just been written has no stamp yet: the next refresh reads it again.
    """
    with files.opened(path) as file:
        if known and file.stamp == known:
            return Fetched(path, None, None, Validators(known))
        return Fetched(path, None, file.whole(), Validators(file.settled_stamp(library.now().timestamp())))


def refetch(library: Library, subscription: Subscription) -> Fetched:
    """As `fetch`, if the file was read as it is now, and its papers were not removed since."""
    path = subscription.target
    was_read = subscription.last_success is not None and library.subscriptions.source(path) is not None
    return fetch(library, path, library.subscriptions.address(path).etag if was_read else None)
