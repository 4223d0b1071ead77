"""Documents to digests. Pure: the same bytes give the same digest; no clock, no file, no network.

Each format is one module. Layouts of text have `NAME`, `matches(text)` and `parse(text)`;
formats that state their own encoding (XML, JSON) have `matches_bytes(data)` and `parse_bytes(data)`.
A format is recognised by what the document holds, never by a file's name. The order matters: the
strictest first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from feedreader.errors import EmptyDigest
from feedreader.model import Digest
from feedreader.parse.unrecognized import unrecognized
from feedreader.text.cleaning import decode, looks_binary

if TYPE_CHECKING:
    from feedreader.parse.feeds.syndication import ParsedFeed
    from feedreader.parse.formats.oai_pmh import OaiPage
    from feedreader.parse.lists.collector import SubscriptionList
    from feedreader.parse.mails.digest import MailboxReader
    from feedreader.parse.mails.mailbox import Message
    from feedreader.parse.streams import Stream

# What paper services answer in JSON; one can subscribe to them as to feeds.
SERVICES = ("hf_papers", "openreview", "semantic_scholar", "crossref", "openalex", "biorxiv_api")
FEEDS = ("atom", "rss", "json_feed", "oai_pmh", *SERVICES)
LIBRARIES = ("bibtex", "ris", "nbib", "endnote", "csl_json")  # what somebody has, out of a reference manager
ALERTS = ("scholar_alert", "semantic_scholar_alert", "pubmed_alert", "biorxiv_alert", "nature_alert")  # of mails
TEXTS = (
    *LIBRARIES,
    *ALERTS,
    *("arxiv_jsonl", "arxiv_mail", "table_list", "markdown_list"),
    *("arxiv_records", "search_page", "day_list", "reading_thread"),
)
LISTS = ("opml", "elfeed_feeds", "elfeed_org", "newsboat_urls")  # of subscriptions: they name feeds and hold no papers
_JSON = re.compile(r'\s*(?:\[\s*)?\{\s*"')  # how objects begin, and no mail
_LONGEST_LIST = 8_000_000  # bytes of one that is text, with the settings around it


class InputFormat(Protocol):
    """What a module of either kind offers."""

    NAME: str


class TextFormat(InputFormat, Protocol):
    def matches(self, text: str) -> bool:
        """Whether the (safe, decoded) text is in this layout."""

    def parse(self, text: str) -> Digest:
        """The text as a digest. It never raises: what is not understood becomes a problem."""


class FeedFormat(InputFormat, Protocol):
    def matches_bytes(self, data: bytes) -> bool:
        """Whether the document is in this format."""

    def parse_bytes(self, data: bytes, address: str = "") -> Digest:
        """The document as a digest. `address` is where it was fetched. It never raises."""


class ListFormat(InputFormat, Protocol):
    def matches(self, text: str) -> bool:
        """Whether the (safe, decoded) text is such a list."""

    def parse_list(self, text: str) -> SubscriptionList:
        """The feeds in it, saved searches, and what was not taken. It never raises."""


def all_formats() -> tuple[InputFormat, ...]:
    """All formats, in the order in which they are tried."""
    return tuple(cast(InputFormat, _module(name)) for name in (*LISTS, *FEEDS, *TEXTS))


def _module(name: str) -> object:
    return import_module(f"feedreader.parse.formats.{name}")  # each is imported when it is first tried


def parse(data: bytes, address: str = "") -> Digest:
    """Read a document of any known format, or the mails that hold some. Raises EmptyDigest or NotADigest.

    `address` is where it was fetched: a feed's relative addresses are relative to that (RFC 3986, 5.1.3).
    """
    if not data.strip(b" \t\r\n\xef\xbb\xbf"):
        raise EmptyDigest("The file is empty.", "Save or download it again.")
    if not data[:200].lstrip(b" \t\r\n\xef\xbb\xbf").startswith((b"<", b"{", b"[")):
        from feedreader.parse.mails import parts

        if mails := parts.read(data):
            from feedreader.parse.mails import digest

            return digest.read(mails, parse_document, parse_text, TEXTS, ALERTS)
    return parse_document(data, address)


def is_mailbox(head: bytes) -> bool:
    """Whether a document that begins like this is an mbox, which is better read message by message."""
    from feedreader.parse.mails import mailbox

    return mailbox.is_mailbox(head)


def messages(pieces: Iterable[bytes], most: int) -> Iterator[Message]:
    """The messages of an mbox that comes in pieces; of each so many bytes at most."""
    from feedreader.parse.mails import mailbox

    return mailbox.messages(pieces, most)


def stream_of(head: bytes) -> Stream | None:
    """What a large document that begins like this is, if it can be read block by block."""
    from feedreader.parse import streams

    return streams.stream_of(head, parse_document)


def mailbox_reader() -> MailboxReader:
    """What reads mails one after the other."""
    from feedreader.parse.mails import digest

    return digest.MailboxReader(parse_document, parse_text, TEXTS, ALERTS)


def parse_document(data: bytes, address: str = "") -> Digest:
    """Read a document that is no mail."""
    for name in FEEDS:
        feed = cast(FeedFormat, _module(name))
        if feed.matches_bytes(data):
            return feed.parse_bytes(data, address)
    if data.strip() == b"[]":
        return _empty_list(data, address)
    if looks_binary(data):
        raise unrecognized(data)
    text, problems = decode(data)
    if not text.strip():
        raise EmptyDigest("The file is empty.", "Save or download it again.")
    if digest := parse_text(text, TEXTS):
        return replace(digest, problems=(*problems, *digest.problems))
    raise unrecognized(data, text)


def _empty_list(data: bytes, address: str) -> Digest:
    from feedreader.parse.formats import hf_papers

    if hf_papers.is_empty_list(data, address):
        return hf_papers.parse_bytes(data, address)
    raise EmptyDigest("The file is an empty list.", "Save or download it again.")


def parse_text(text: str, names: Iterable[str]) -> Digest | None:
    """Read a text in the first of these layouts that knows it."""
    is_json = _JSON.match(text) is not None
    for name in names:
        if is_json and name in ALERTS:  # which take long to see that they are not meant
            continue
        layout = cast(TextFormat, _module(name))
        if layout.matches(text):
            return layout.parse(text)
    return None


def is_feed(digest: Digest) -> bool:
    """Whether a digest came as a feed, which one can subscribe to."""
    return digest.format in {cast(InputFormat, _module(name)).NAME for name in FEEDS}


def is_list(format: str) -> bool:
    """Whether a format (its name) is that of a list of subscriptions."""
    return format.replace("-", "_") in LISTS


def read_answer(data: bytes) -> ParsedFeed:
    """An answer of arXiv's API, with what it says of the whole: how many results there are, or the error."""
    from feedreader.parse.formats import atom

    return atom.read_answer(data)


def read_records(data: bytes) -> OaiPage:
    """A page of records from an OAI-PMH server, and what asks for the next."""
    from feedreader.parse.formats import oai_pmh

    return oai_pmh.read_page(data)


def subscription_list(data: bytes) -> SubscriptionList | None:
    """The subscriptions in a document, and what was not understood; None if it is no list of subscriptions."""
    from feedreader.parse.formats import opml

    if opml.matches_bytes(data):
        return opml.parse_list(data)
    if len(data) > _LONGEST_LIST or looks_binary(data):
        return None
    text, problems = decode(data)
    for name in LISTS[1:]:
        format = cast(ListFormat, _module(name))
        if format.matches(text):
            listed = format.parse_list(text)
            return replace(listed, problems=(*problems, *listed.problems))
    return None
