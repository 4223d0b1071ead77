"""What a person writes about a paper, as the library keeps it: a note in Markdown, and tags. Pure.

A tag is one word without blanks, commas and quotes. It stays as it was written; `tag_key` tells which are the same.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from feedreader.text.normalize import quotable

_KEYWORDS = "Keywords: "
_NOT_IN_TAGS = str.maketrans(dict.fromkeys(',"“”', " "))


def safe_note(text: str) -> str:
    """The text without what could steer a terminal; its lines and tabs stay."""
    from feedreader.text.cleaning import clean  # `tag_key` alone, which each start needs, does without

    return clean(text.replace("\r\n", "\n").replace("\r", "\n"))


def note_of(text: str) -> str | None:
    """A note as it is kept: safe, without blank lines and blanks at its ends. None: there is nothing in it."""
    return "\n".join(line.rstrip() for line in safe_note(text).split("\n")).strip("\n") or None


def tags_of(text: str) -> tuple[str, ...]:
    """The tags in a line, each once: words parted by blanks or commas, with or without a # before them."""
    from feedreader.text.cleaning import clean

    words = (word.lstrip("#") for word in clean(text).translate(_NOT_IN_TAGS).split())
    return distinct_tags(filter(tag_key, words))


def keyword_words(keywords: Iterable[str]) -> str:
    """What a source says where it gives a paper these keywords; "" for none."""
    words = ", ".join(keywords)
    return f"{_KEYWORDS}{words}" if words else ""


def keywords_said(words: str) -> tuple[str, ...]:
    """The keywords in what a source says; none if it speaks of something else."""
    return tuple(words.removeprefix(_KEYWORDS).split(", ")) if words.startswith(_KEYWORDS) else ()


def distinct_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags in their order, each once, as it was written first."""
    by_key: dict[str, str] = {}
    for tag in tags:
        by_key.setdefault(tag_key(tag), tag)
    return tuple(by_key.values())


def tag_key(tag: str) -> str:
    """What all spellings of a tag have in common: neither case counts, nor the width of letters (ＭＬ), nor whether
    an accent is a character of its own, nor a # before it."""
    if tag.isascii() and tag.isalnum():
        return tag.lower()
    key = quotable(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", tag).casefold()))
    return key.lstrip("# ") or key


def keyword_tags(keywords: Iterable[str]) -> tuple[str, ...]:
    """Keywords as tags, each once and one word: "Astrophysics - Solar physics" is Astrophysics-Solar-physics."""
    words = ((word.strip("*#–—-") for word in keyword.translate(_NOT_IN_TAGS).split()) for keyword in keywords)
    tags = ("-".join(filter(None, each)) for each in words)
    return distinct_tags(tag for tag in tags if tag_key(tag) and any(map(str.isalnum, tag)))
