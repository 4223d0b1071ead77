"""Ways into a library: lists of names to go through, the queries behind them, and a query by chance. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from feedreader.model import FacetCount, Query, Term
from feedreader.query.fields import FACETS
from feedreader.query.language import format_query
from feedreader.text.normalize import normalize, quotable

if TYPE_CHECKING:
    from random import Random

LISTS = tuple(FACETS)
_CODE = re.compile(r"[A-Za-z-]+\.[A-Za-z-]+")
_PLAIN = frozenset(
    (
        *("and", "are", "beyond", "can", "does", "for", "from", "how", "into", "its", "less", "more", "new", "not"),
        *("our", "over", "than", "that", "the", "their", "this", "toward", "towards", "under", "using", "via", "what"),
        *("when", "where", "which", "why", "with", "without", "your"),
    )
)


def query_for(what: str, name: str) -> str:
    """The query that finds what is counted under a name of one of the LISTS: just that, and all of it."""
    name = quotable(name)
    exact = what != "categories" or not _CODE.fullmatch(name)  # cs.LG is whole as it stands
    return format_query(Query((Term(FACETS[what], name, exact=exact),)))


def by_author(name: str) -> str:
    """The query for an author however the name is written: with initials, too."""
    return format_query(Query((Term("author", quotable(name)),)))


class FacetList:
    """A list to go through. Numbers of its `tallies` stand for them; as they come they are in order of papers."""

    def __init__(self, what: str, tallies: Sequence[FacetCount]) -> None:
        self.what = what
        self.tallies = tallies
        self._texts = [
            f" {normalize(one.name)}" + (f" {normalize(one.detail)}" if one.detail else "") for one in tallies
        ]
        self._last: tuple[tuple[str, ...], bool, Sequence[int]] = ((), False, range(len(tallies)))

    @cached_property
    def by_name(self) -> Sequence[int]:
        """In order of the names: of sources by their folders, of authors by the last words."""
        texts, tallies = self._texts, self.tallies
        if self.what == "authors":
            return sorted(range(len(tallies)), key=[_last_first(text) for text in texts].__getitem__)
        if self.what == "sources":
            return sorted(range(len(tallies)), key=lambda number: (normalize(tallies[number].detail), texts[number]))
        return sorted(range(len(tallies)), key=texts.__getitem__)

    def sort_by_name(self) -> None:
        """Work `by_name` out."""
        _ = self.by_name

    @property
    def is_by_name(self) -> bool:
        """Whether `by_name` is worked out: of many names that takes a moment."""
        return "by_name" in self.__dict__

    def narrowed(self, typed: str, by_name: bool) -> Sequence[int]:
        """Those in which words begin as what is typed, else those that hold it anywhere. Accents do not matter."""
        words = tuple(normalize(typed).split(" ")) if normalize(typed) else ()
        whole: Sequence[int] = self.by_name if by_name else range(len(self.tallies))
        if not words:
            return whole
        before, named, found = self._last
        goes_on = bool(before) and by_name == named and len(words) >= len(before)
        if not (goes_on and all(now.startswith(then) for now, then in zip(words, before, strict=False))):
            found = whole
        narrow = _holding(self._texts, found, [f" {word}" for word in words])
        if not narrow:
            return _holding(self._texts, whole, words)
        self._last = words, by_name, narrow
        return narrow


def _holding(texts: Sequence[str], numbers: Sequence[int], words: Iterable[str]) -> Sequence[int]:
    for word in sorted(words, key=len, reverse=True):
        numbers = [number for number in numbers if word in texts[number]]
    return numbers


def _last_first(text: str) -> str:
    given, _, family = text.rpartition(" ")
    return f"{family}{given}"


def phrase_of(title: str, chance: Random) -> str | None:
    """The query for two words in a row of a title that say something; None if it has no such."""
    words = normalize(title).split(" ")
    pairs = [
        f"{one} {two}"
        for one, two in pairwise(words)
        if not {one, two} & _PLAIN and min(len(one), len(two)) > 2 and not (one + two).isdecimal()
    ]
    return format_query(Query((Term("title", chance.choice(pairs)),))) if pairs else None
