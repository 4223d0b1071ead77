"""Facets to browse: lists of names with counts, the queries behind them, and a random query. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from feedreader.model import FacetCount, Query, Term
from feedreader.query.fields import FACETS
from feedreader.query.language import format_query
from feedreader.text.author_names import is_plain, parse_name
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


def query_for(facet: str, name: str) -> str:
    """The query that finds what is counted under a name of a facet: just that, and all of it."""
    name = quotable(name)
    exact = facet != "categories" or not _CODE.fullmatch(name)  # cs.LG is whole as it stands
    return format_query(Query((Term(FACETS[facet], name, exact=exact),)))


def by_author(name: str) -> str:
    """The query for an author however the name is written: with initials, too."""
    return format_query(Query((Term("author", quotable(name)),)))


def listed_text(name: str, detail: str) -> str:
    """What is looked through for what is typed: a blank before each word."""
    return f" {normalize(name)}" + (f" {normalize(detail)}" if detail else "")


def name_order(facet: str, name: str, detail: str, text: str) -> str:
    """What puts a name with its `listed_text` in order: of sources their folders, of authors their family names."""
    if facet == "authors":
        return _family_first(name, text)
    return f"{normalize(detail)}\x01{text}" if facet == "sources" else text


class FacetList:
    """A facet's names to go through. Numbers of its `counts` stand for them; these come in order of papers."""

    def __init__(self, facet: str, counts: Sequence[FacetCount]) -> None:
        self.facet = facet
        self.counts = counts
        self._texts = [listed_text(count.name, count.detail) for count in counts]
        self._last: tuple[tuple[str, ...], bool, Sequence[int]] = ((), False, range(len(counts)))

    @cached_property
    def by_name(self) -> Sequence[int]:
        """In order of the names (see `name_order`)."""
        pairs = zip(self.counts, self._texts, strict=True)
        keys = [name_order(self.facet, count.name, count.detail, text) for count, text in pairs]
        return sorted(range(len(keys)), key=keys.__getitem__)

    def sort_by_name(self) -> None:
        """Work `by_name` out."""
        _ = self.by_name

    @property
    def is_by_name(self) -> bool:
        """Whether `by_name` is worked out: of many names that takes a moment."""
        return "by_name" in self.__dict__

    def narrowed(self, typed: str, by_name: bool) -> Sequence[int]:
        """Those in which words begin as what is typed, else those that hold it anywhere. Accents do not matter."""
        words = tuple(normalize(typed).split())
        whole: Sequence[int] = self.by_name if by_name else range(len(self.counts))
        if not words:
            return whole
        before, were_by_name, numbers = self._last
        goes_on = bool(before) and by_name == were_by_name and len(words) >= len(before)
        if not (goes_on and all(now.startswith(then) for now, then in zip(words, before, strict=False))):
            numbers = whole
        narrow = _holding(self._texts, numbers, [f" {word}" for word in words])
        if not narrow:
            return _holding(self._texts, whole, words)
        self._last = words, by_name, narrow
        return narrow


def _holding(texts: Sequence[str], numbers: Sequence[int], words: Iterable[str]) -> Sequence[int]:
    for word in sorted(words, key=len, reverse=True):
        numbers = [number for number in numbers if word in texts[number]]
    return numbers


def _family_first(name: str, folded: str) -> str:
    if not is_plain(name):
        return normalize(parse_name(name).sorted)
    given, _, family = folded.rpartition(" ")
    return f"{family}{given}"


def phrase_of(title: str, chance: Random) -> str | None:
    """The query for two words in a row of a title that say something; None if it has no such."""
    words = normalize(title).split(" ")
    pairs = [
        f"{first} {second}"
        for first, second in pairwise(words)
        if not {first, second} & _PLAIN and min(len(first), len(second)) > 2 and not (first + second).isdecimal()
    ]
    return format_query(Query((Term("title", chance.choice(pairs)),))) if pairs else None
