"""Subscribing: a target is fetched before it is stored, so that a mistake shows at once."""

from __future__ import annotations

import asyncio
from pathlib import Path

from feedreader import parse
from feedreader.arxiv import addresses as arxiv
from feedreader.arxiv.categories import looks_like_categories, read_categories
from feedreader.errors import (
    DigestError,
    FeedreaderError,
    ServiceFault,
    SubscriptionError,
    UnreadableSource,
    hide_passwords,
)
from feedreader.library import Library
from feedreader.library.subscriptions import Address
from feedreader.model import Digest, Outline, Subscription
from feedreader.parse.feeds.feed_item import feed_address
from feedreader.parse.feeds.page_links import feeds_of_page
from feedreader.services import feed_files, mailboxes
from feedreader.services.feed_answers import broke_off
from feedreader.services.ingest import import_digest
from feedreader.sources.http import Client, Fetched
from feedreader.sources.redirects import host_of, is_web_address, shown
from feedreader.text.cleaning import clean, decode, squash

_NAMED = 5  # feeds at the most that a page names and that are tried


async def subscribe(library: Library, client: Client, target: str, folder: str | None = None) -> Subscription:
    """Subscribe to categories of arXiv (`cs.LG+cs.CL`), the feed at (or named by the page at) an http(s) address, or
    the feed or mailbox at a path. Categories and mailboxes are read by the next refresh.

    Of a feed that broke off the subscription has an `error` that says so.

    Raises UnknownCategory, FetchError or SubscriptionError.
    """
    target = target.strip()
    target = feed_address(target) or target
    if (listed := arxiv.categories_of_feed(target)) or looks_like_categories(target):
        categories = "+".join(read_categories(listed or target))
        with library.subscriptions.edit() as subscriptions:
            return subscriptions.add("arxiv", categories, categories, folder)
    if path := mailboxes.path_of(target):
        if mailbox := mailboxes.subscribe(library, path, folder):
            return mailbox
        found = path, *(await asyncio.to_thread(_feed_in, library, path))
        return _store(library, feed_files.KIND, *found, folder)
    if not is_web_address(target):
        raise SubscriptionError(
            f"“{shown(target)}” is not an arXiv category, web address or file.", "Write addresses in full: https://…"
        )
    return _store(library, "feed", *(await _find_feed(client, target)), folder)


def _store(
    library: Library, kind: str, address: str, fetched: Fetched, digest: Digest, folder: str | None
) -> Subscription:
    """Subscribe to a feed, and store what it says now."""
    place = Path(address).name if kind == feed_files.KIND else host_of(address)
    name = hide_passwords(squash(clean(digest.title or "")) or squash(clean(place)))
    broken = broke_off(fetched, digest, len(digest.entries))
    with library.subscriptions.edit() as subscriptions:
        subscription = subscriptions.add(kind, address, name, folder)
    import_digest(library, digest, name=subscription.name, path=subscription.path)
    with library.subscriptions.edit() as subscriptions:
        if broken:
            subscriptions.failed(subscription.source, fetched.status, broken, news=bool(digest.entries))
        else:
            subscriptions.put_address(
                Address(address, fetched.validators.etag, fetched.validators.last_modified, fetched.not_before)
            )
            subscriptions.succeeded(
                subscription.source, fetched.status, news=bool(digest.entries), empty=not digest.entries, days=()
            )
        return subscriptions.get(subscription.source) or subscription


def outlines_of(library: Library, addresses: arxiv.Addresses) -> list[Outline]:
    """The subscriptions as a list that other feed readers take: without mailboxes and files, which have no
    address."""
    return [
        Outline(
            title=subscription.name,
            xml_url=arxiv.feed_address(addresses, subscription.target.split("+"))
            if subscription.kind == "arxiv"
            else subscription.target,
            folder=tuple(subscription.folder.split("/")) if subscription.folder else (),
        )
        for subscription in library.subscriptions.all()
        if not subscription.is_local
    ]


async def _find_feed(client: Client, address: str) -> tuple[str, Fetched, Digest]:
    """The feed at an address: the document itself, or the first that works of those its page names."""
    fetched = await client.get(address)
    try:
        return fetched.moved_to or address, fetched, _feed(fetched)
    except FeedreaderError as error:
        page, _ = decode(fetched.body or b"")
        named = feeds_of_page(page, fetched.url)[:_NAMED]
        reason = error.remedy or "The page does not link to a feed."
        reason = f"The page was cut off: {fetched.broken}." if fetched.broken else reason
        for link in named:
            try:
                answer = await client.get(link, named_by=fetched.url)
                return answer.moved_to or link, answer, _feed(answer)
            except FeedreaderError as failed:
                reason = f"The page links to {shown(link)}: {failed}"
        if len(named) > 1:
            reason = f"None of the {len(named)} feeds that it links to can be read. {reason}"
        raise SubscriptionError(f"{shown(address)} is not a feed.", reason) from error


def _feed_in(library: Library, path: str) -> tuple[Fetched, Digest]:
    try:
        fetched = feed_files.fetch(library, path)
        digest = parse.parse(fetched.body or b"")
        if parse.is_feed(digest):
            return fetched, digest
        said = ""
    except UnreadableSource as error:
        raise SubscriptionError(error.message, error.remedy) from error
    except DigestError as error:
        said = f"{error.message} " if isinstance(error, ServiceFault) else ""
    raise SubscriptionError(f"{path} is neither a feed nor a mailbox.", f"{said}To import it: feedreader import {path}")


def _feed(fetched: Fetched) -> Digest:
    said = ""
    try:
        digest = parse.parse(fetched.body or b"", fetched.url)
        if parse.is_feed(digest):
            return digest
    except ServiceFault as fault:
        said = fault.message
    except DigestError:
        pass
    raise SubscriptionError(f"{shown(fetched.url)} is not a feed.", said)
