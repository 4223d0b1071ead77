"""Whether what was fetched is a feed, and all of it; in words what it is otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from feedreader import parse
from feedreader.errors import DigestError, ServiceFault, SubscriptionError
from feedreader.model import Digest, Subscription
from feedreader.services.parse_worker import ParsedBody
from feedreader.sources.http import Fetched
from feedreader.sources.redirects import shown
from feedreader.text.display import counted


def read_feed(fetched: Fetched, members: Iterable[Subscription], read: Callable[[], ParsedBody]) -> ParsedBody:
    """The feed that was fetched. Raises FeedreaderError for what is none."""
    remedy = "Check it in a browser." if fetched.status else "Write the feed there again, or unsubscribe."
    try:
        ready = read()
    except ServiceFault as fault:
        raise SubscriptionError(f"{shown(fetched.url)}: {fault.message}", remedy) from fault
    except DigestError:
        ready = None
    if ready is not None and parse.is_feed(ready.digest):
        return ready
    if fetched.broken:
        raise SubscriptionError(_BROKE_OFF.format(counted(0, "paper"), f" ({fetched.broken})"), _THE_REST)
    now = "no longer" if any(subscription.last_success for subscription in members) else "not"
    raise SubscriptionError(f"{shown(fetched.url)} is {now} a feed but {_what_it_is(fetched)}.", remedy)


def _what_it_is(fetched: Fetched) -> str:
    body = (fetched.body or b"").strip()
    if not body:
        return "an empty page" if fetched.status else "empty"
    is_page = "html" in fetched.content_type.lower() or b"<html" in body[:2000].lower()
    return "a web page" if is_page else "something else"


_BROKE_OFF = "The feed was cut off after {}{}."
_THE_REST = "The next refresh fetches all of it again."


def broke_off(fetched: Fetched, digest: Digest, entries: int) -> str:
    """That a feed with so many entries ended before its end, if it did; else ""."""
    if not (fetched.broken or digest.breaks_off):
        return ""
    why = f" ({fetched.broken})" if fetched.broken else ""
    return f"{_BROKE_OFF.format(counted(entries, 'paper', group=''), why)} {_THE_REST}"
