"""What a person writes about a paper, as the library keeps it: a note in Markdown, and tags. Pure.

A tag is one word without blanks, commas and quotes. It keeps its case, which does not count when tags are compared.
"""

from __future__ import annotations

from feedreader.text.cleaning import clean

_NOT_IN_TAGS = str.maketrans(dict.fromkeys(',"“”', " "))


def safe_note(text: str) -> str:
    """The text without what could steer a terminal; its lines and tabs stay."""
    return clean(text.replace("\r\n", "\n").replace("\r", "\n"))


def note_of(text: str) -> str | None:
    """A note as it is kept: safe, without blank lines and blanks at its ends. None: there is nothing in it."""
    lines = [line.rstrip() for line in safe_note(text).split("\n")]
    while lines and not lines[0]:
        del lines[0]
    while lines and not lines[-1]:
        del lines[-1]
    return "\n".join(lines) or None


def tags_of(text: str) -> tuple[str, ...]:
    """The tags in a line, each once: words parted by blanks or commas, with or without a # before them."""
    words = (word.strip("#") for word in clean(text).translate(_NOT_IN_TAGS).split())
    found: dict[str, str] = {}
    for word in words:
        if word:
            found.setdefault(word.casefold(), word)
    return tuple(found.values())
