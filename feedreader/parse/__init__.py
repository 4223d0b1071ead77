"""Documents to digests. Pure: the same bytes give the same digest; no clock, no file, no network.

Each format is one module. Layouts of text have `NAME`, `matches(text)` and `parse(text)`;
formats that state their own encoding (XML, JSON) have `matches_bytes(data)` and `parse_bytes(data)`.
A format is recognised by what the document holds, never by a file's name. The order matters: the
strictest first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from feedreader.errors import EmptyDigest
from feedreader.model import Digest, Outline, Problem
from feedreader.parse.unrecognized import unrecognized
from feedreader.text.cleaning import decode, looks_binary

if TYPE_CHECKING:
    from feedreader.parse.feeds.syndication import ParsedFeed
    from feedreader.parse.formats.oai_pmh import OaiPage

SERVICES: tuple[str, ...] = ()  # what paper services answer in JSON; one can subscribe to them as to feeds
FEEDS = ("atom", "rss", "json_feed", "oai_pmh", *SERVICES)
LIBRARIES = ("bibtex", "ris", "nbib", "endnote", "csl_json")  # what somebody has, out of a reference manager
ALERTS: tuple[str, ...] = ()  # the HTML of mails that tell of papers
TEXTS = (
    *LIBRARIES,
    *("arxiv_jsonl", "arxiv_mail", "table_list", "markdown_list"),
    *("arxiv_records", "search_page", "day_list", "reading_thread"),
)


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


def all_formats() -> tuple[InputFormat, ...]:
    """All formats, in the order in which they are tried."""
    return tuple(cast(InputFormat, _module(name)) for name in (*FEEDS, *TEXTS))


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

            return digest.read(mails, parse_document, parse_text, TEXTS)
    return parse_document(data, address)


def parse_document(data: bytes, address: str = "") -> Digest:
    """Read a document that is no mail."""
    for name in FEEDS:
        feed = cast(FeedFormat, _module(name))
        if feed.matches_bytes(data):
            return feed.parse_bytes(data, address)
    if looks_binary(data):
        raise unrecognized(data)
    text, problems = decode(data)
    if not text.strip():
        raise EmptyDigest("The file is empty.", "Save or download it again.")
    if digest := parse_text(text, TEXTS):
        return replace(digest, problems=(*problems, *digest.problems))
    raise unrecognized(data, text)


def parse_text(text: str, names: Iterable[str]) -> Digest | None:
    """Read a text in the first of these layouts that knows it."""
    for name in names:
        layout = cast(TextFormat, _module(name))
        if layout.matches(text):
            return layout.parse(text)
    return None


def is_feed(digest: Digest) -> bool:
    """Whether a digest came as a feed, which one can subscribe to."""
    return digest.format in {cast(InputFormat, _module(name)).NAME for name in FEEDS}


def is_subscription_list(data: bytes) -> bool:
    """Whether a document is OPML, which names feeds and holds no papers."""
    from feedreader.parse.formats import opml

    return opml.matches_bytes(data)


def read_answer(data: bytes) -> ParsedFeed:
    """An answer of arXiv's API, with what it says of the whole: how many results there are, or the error."""
    from feedreader.parse.formats import atom

    return atom.read_answer(data)


def read_records(data: bytes) -> OaiPage:
    """A page of records from an OAI-PMH server, and what asks for the next."""
    from feedreader.parse.formats import oai_pmh

    return oai_pmh.read_page(data)


def subscription_list(data: bytes) -> tuple[tuple[Outline, ...], tuple[Problem, ...]]:
    """The subscriptions of an OPML document, and what was not understood."""
    from feedreader.parse.formats import opml

    return opml.parse_opml(data)
