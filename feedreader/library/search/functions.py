"""Functions for SQL: whether a text contains words, a name, a tag.

Words come folded (see `feedreader.text.normalize`), with one blank between them.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import lru_cache

from feedreader.text.author_names import GLUED_INITIALS, name_words, parse_name
from feedreader.text.normalize import (
    ANYWHERE,
    BEGINNING,
    PREFIX_FROM,
    is_plain_text,
    normalize,
    quotable,
    search_words,
    spellings,
)
from feedreader.text.notes import tag_key


def register(connection: sqlite3.Connection) -> None:
    """Register the functions, unless they are: that cannot be done while a statement is being read."""
    with suppress(sqlite3.OperationalError):
        connection.execute("SELECT has_tag(NULL, '')")
        return
    for function in (holds, line_holds, name_holds, has_author, names, has_tag):
        connection.create_function(function.__name__, -1, function, deterministic=True)


def holds(text: str | None, words: str, mode: int) -> bool:
    """Whether a text contains these words in a row."""
    if not text or (mode == ANYWHERE and text.isascii()):
        return False
    if text.isascii() and words.isascii() and words.partition(" ")[0] not in text.lower() and is_plain_text(text):
        return False  # most texts, soon told
    return any(_hold(search_words(each), words, mode) for each in spellings(text))


def _hold(folded: str, words: str, mode: int) -> bool:
    if mode == ANYWHERE:
        return words in folded
    phrase = f" {words}" if mode == BEGINNING else f" {words} "
    return phrase in f" {folded} "


def line_holds(lines: str | None, words: str, mode: int) -> bool:
    """Whether one of the lines contains them."""
    return bool(lines) and any(holds(line, words, mode) for line in (lines or "").split("\n"))


def name_holds(lines: str | None, words: str, mode: int) -> bool:
    """Whether one of the lines, each a name in which no sign counts, contains them, as it is or its initials apart."""
    return any(
        _hold(normalize(name), words, mode)
        or (GLUED_INITIALS.search(name) is not None and _hold(" ".join(name_words(name)), words, mode))
        for name in _names(lines, words.split(" "))
    )


def _names(lines: str | None, words: Sequence[str]) -> Iterator[str]:
    """The names that stand in lines and may have all of these words, in each of their spellings."""
    word = max(words, key=len)
    for line in (lines or "").split("\n"):
        if line and (word in line.lower() or not is_plain_text(line)):  # most have not, and it is soon told
            yield from spellings(line)


def has_author(authors: str | None, words: str) -> bool:
    """Whether one of the names, a line each, is the one that these words name (see `is_name`), or is written so."""
    if authors and is_plain_text(authors) and not GLUED_INITIALS.search(authors) and not _may_be(words).search(authors):
        return False  # most names, soon told
    pattern = words.split(" ")
    return any(
        is_name(pattern, name_words(name)) or _hold(normalize(name), words, BEGINNING)
        for name in _names(authors, pattern[-1:])  # given names may be met by their initials
    )


@lru_cache(maxsize=8)
def _may_be(words: str) -> re.Pattern[str]:
    """What the line of such an author has: the family name, the others or their initials."""
    *given, family = words.split(" ")
    others = "".join(
        rf"(?=.*\b(?:{re.escape(word)}|{re.escape(word[0])})\b)" if len(word) > 1 else rf"(?=.*\b{re.escape(word)})"
        for word in given
    )
    return re.compile(rf"(?im)^{others}.*\b{re.escape(family)}")


def is_name(pattern: Sequence[str], name: Sequence[str]) -> bool:
    """Whether all words are met in the name in their order; initials stand for names, and names for initials.

    The family name has to be met as it is, or its beginning.
    """
    *given, family = pattern
    place = 0
    for word in given:
        while place < len(name) and not _same_given_name(word, name[place]):
            place += 1
        place += 1
    return any(part == family or (len(family) >= PREFIX_FROM and part.startswith(family)) for part in name[place:])


def _same_given_name(name: str, other: str) -> bool:
    if len(name) == 1 or len(other) == 1:
        return name[:1] == other[:1]
    return name == other


def has_tag(tags: str | None, beginning: str) -> bool:
    """Whether one of the tags, a line each, begins so (see `tag_key`)."""
    return any(tag_key(tag).startswith(beginning) for tag in (tags or "").split("\n") if tag)


def names(lines: str | None, field: str, key: str) -> bool:
    """Whether one of the lines is this name (see `exact_key`)."""
    return any(exact_key(field, line) == key for line in (lines or "").split("\n") if line)


def exact_key(field: str, name: str) -> str:
    """The form in which equal names compare equal: case is ignored, and in authors accents and order too."""
    if field == "tag":
        return tag_key(name)
    if field == "author" and name.isascii() and name.replace(" ", "").isalpha():
        return " ".join(name.lower().split())  # as below, sooner
    name = quotable(name)
    if field == "author":
        if "," in name:
            parts = parse_name(name)
            name = f"{parts.given} {parts.surname} {parts.suffix}"
        return normalize(name) or name
    return name.casefold()
