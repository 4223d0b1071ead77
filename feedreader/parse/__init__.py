"""Documents to digests. Pure: the same bytes give the same digest; no clock, no file, no network.

Each format is one module with `NAME`, `SUMMARY`, `matches(text)` and `parse(text)`. A format is
recognised by what the text holds, never by a file's name. The order matters: the strictest first.
"""

from __future__ import annotations

from typing import Protocol

from feedreader.errors import EmptyDigest, NotADigest
from feedreader.model import Digest
from feedreader.parse import arxiv_records, day_list, reading_thread, search_page
from feedreader.parse.text import decode


class Format(Protocol):
    """What a format's module offers."""

    NAME: str
    SUMMARY: str

    def matches(self, text: str) -> bool:
        """Whether the (safe, decoded) text is in this layout."""

    def parse(self, text: str) -> Digest:
        """The text as a digest. It never raises: what is not understood becomes a problem."""


FORMATS: tuple[Format, ...] = (arxiv_records, search_page, day_list, reading_thread)  # type: ignore[assignment]


def parse(data: bytes) -> Digest:
    """Read a document of any known format. Raises EmptyDigest or NotADigest."""
    text, problems = decode(data)
    if not text.strip():
        raise EmptyDigest("The file has no text in it.", "Save the digest again, with its text.")
    for format in FORMATS:
        if format.matches(text):
            digest = format.parse(text)
            return Digest(
                format=digest.format,
                title=digest.title,
                entries=digest.entries,
                problems=(*problems, *digest.problems),
            )
    known = "; ".join(f"{format.NAME} ({format.SUMMARY})" for format in FORMATS)
    raise NotADigest("This is no digest that feedreader knows.", f"Known layouts: {known}.")
