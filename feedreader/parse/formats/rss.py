"""RSS of any version (0.9x, 1.0 which is RDF, 2.0): arXiv's, those of journals and preprint servers, blogs."""

from __future__ import annotations

from feedreader.model import Digest
from feedreader.parse.feeds import syndication
from feedreader.parse.feeds.xml_text import sniff

NAME = "rss"


def matches_bytes(data: bytes) -> bool:
    """Whether the document's root is that of RSS."""
    return syndication.is_feed(sniff(data), "rss")


def parse_bytes(data: bytes, address: str = "") -> Digest:
    """The feed, fetched at an address, as a digest. It never raises: what is wrong becomes a problem."""
    return syndication.read(data, NAME, address).digest
