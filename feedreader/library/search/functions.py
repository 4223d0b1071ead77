"""What SQL asks of texts that it cannot tell by itself: whether they hold words, a name, a tag.

Words come folded (see `feedreader.text.normalize`), with one blank between them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from feedreader.text.normalize import ANYWHERE, BEGINNING, PREFIX_FROM, normalize, quotable
from feedreader.text.notes import tag_key


def register(connection: sqlite3.Connection) -> None:
    """Make the functions known."""
    connection.create_function("holds", 3, holds, deterministic=True)
    connection.create_function("line_holds", 3, line_holds, deterministic=True)
    connection.create_function("has_author", 2, has_author, deterministic=True)
    connection.create_function("names", 3, names, deterministic=True)
    connection.create_function("has_tag", 2, has_tag, deterministic=True)


def holds(text: str | None, words: str, mode: int) -> bool:
    """Whether a text holds these words in a row."""
    if not text or (mode == ANYWHERE and text.isascii()):
        return False
    folded = normalize(text)
    if mode == ANYWHERE:
        return words in folded
    wanted = f" {words}" if mode == BEGINNING else f" {words} "
    return wanted in f" {folded} "


def line_holds(lines: str | None, words: str, mode: int) -> bool:
    """Whether one of the lines holds them."""
    return bool(lines) and any(holds(line, words, mode) for line in (lines or "").split("\n"))


def has_author(authors: str | None, words: str) -> bool:
    """Whether one of the names, a line each, is the one that these words name (see `is_name`)."""
    wanted = words.split(" ")
    return any(is_name(wanted, name_words(author)) for author in (authors or "").split("\n") if author)


def name_words(name: str) -> list[str]:
    """The words of a name, the family name last: "LeCun, Yann" is "yann lecun"."""
    family, comma, given = name.partition(",")
    return normalize(f"{given} {family}" if comma and given.strip() else name).split(" ")


def family_of(words: Sequence[str]) -> str:
    """The word of a name that has to be met as it is: the last; in "LeCun Y" the first."""
    return words[0] if len(words[-1]) == 1 else words[-1]


def is_name(wanted: Sequence[str], name: Sequence[str]) -> bool:
    """Whether all words are met in the name in their order; initials stand for names, and names for initials.

    The family name has to be met as it is, or its beginning.
    """
    if len(wanted) > 1 and len(wanted[-1]) == 1:
        wanted = [*wanted[1:], wanted[0]]
    *given, family = wanted
    place = 0
    for word in given:
        while place < len(name) and not _same_given_name(word, name[place]):
            place += 1
        place += 1
    return any(part == family or (len(family) >= PREFIX_FROM and part.startswith(family)) for part in name[place:])


def _same_given_name(one: str, other: str) -> bool:
    if len(one) == 1 or len(other) == 1:
        return one[:1] == other[:1]
    return one == other


def has_tag(tags: str | None, beginning: str) -> bool:
    """Whether one of the tags, a line each, begins so (see `tag_key`)."""
    return any(tag_key(tag).startswith(beginning) for tag in (tags or "").split("\n") if tag)


def names(lines: str | None, field: str, key: str) -> bool:
    """Whether one of the lines is this name (see `exact_key`)."""
    return any(exact_key(field, line) == key for line in (lines or "").split("\n") if line)


def exact_key(field: str, name: str) -> str:
    """What names that are the same have in common: whatever the case, and of authors the accents and the order."""
    if field == "tag":
        return tag_key(name)
    name = quotable(name)
    if field == "author":
        return " ".join(name_words(name)) or name
    return name.casefold()
