"""Atom: arXiv's feeds, the answers of its API, and any other."""

from __future__ import annotations

from feedreader.model import Digest
from feedreader.parse.feeds import syndication
from feedreader.parse.feeds.syndication import ParsedFeed
from feedreader.parse.feeds.xml_text import sniff

NAME = "atom"


def matches_bytes(data: bytes) -> bool:
    """Whether the document's root is that of Atom."""
    return syndication.is_feed(sniff(data), "atom")


def parse_bytes(data: bytes, address: str = "") -> Digest:
    """The feed, fetched at an address, as a digest. It never raises: what is wrong becomes a problem."""
    return syndication.read(data, NAME, address).digest


def read_answer(data: bytes) -> ParsedFeed:
    """An answer of the API, with what it says of the whole: how many results there are, or the error."""
    return syndication.read(data, NAME)
