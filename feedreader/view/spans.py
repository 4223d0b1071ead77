"""What a page is made of: lines of spans."""

from __future__ import annotations

from typing import NamedTuple


class Span(NamedTuple):
    """A piece of a line. `role` is one of title, stand-in, authors, fact, mark, label, comment, text and mention;
    in a note also strong, emphasis and code. `hit` marks what a query looked for.
    """

    text: str
    role: str = "text"
    link: str | None = None
    hit: bool = False


Line = tuple[Span, ...]


def address(word: str) -> str | None:
    """The word as an address that may be followed, without what a sentence put after it."""
    word = word.lstrip("([<").rstrip(".,;:!?)]>'\"")
    if not word.startswith(("https://", "http://")) or not word.isascii() or not word.isprintable():
        return None
    return word if word.partition("://")[2].strip("/") else None
