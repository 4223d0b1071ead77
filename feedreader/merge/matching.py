"""Whether two entries may be the same paper, by the rules that `feedreader.merge.identity` states. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator
from functools import cached_property, lru_cache

from feedreader.model import Entry, PlacedEntry
from feedreader.text.author_names import is_others, is_plain, parse_name
from feedreader.text.normalize import normalize, normalize_compact

_START = 120  # letters and digits of an abstract that make it recognisable
_SHORTEST_START = 40  # below this an abstract ("Withdrawn.") says nothing about which paper it is
_SHINGLE = 8  # words in a row that two texts must share for one to quote the other
_RECENT = 1024  # entries whose folded titles and keys are remembered: an import needs them several times
_ALIKE = 0.5  # share of the shorter abstract's word triples for two abstracts to be nearly alike
_COLLABORATION = re.compile(r"\A(?:(?:for|on behalf of)\s+)?the\s+|\s+collaborations?\Z", re.IGNORECASE)


def entry_name(entry: Entry) -> str:
    """A name for the paper, made from this entry alone: its arXiv id, else its DOI, else a hash of what it says."""
    if entry.arxiv_id or entry.doi:
        return entry.arxiv_id or entry.doi or ""
    parts = (entry.title or "", *entry.authors, entry.abstract or "", "" if entry.title else " ".join(entry.quotes))
    return "p-" + hashlib.blake2b("\n".join(parts).encode("utf-8", "replace"), digest_size=6).hexdigest()


def name_order(name: str) -> tuple[int, str]:
    return (2 if name.startswith("p-") else 1 if name.startswith("10.") else 0, name)


Order = tuple[tuple[int, str], str, str, int]  # the entry's name, then its source, path and position


class Comparable:
    """An entry with its facts in the form in which they are compared, each worked out when first needed."""

    def __init__(self, placed: PlacedEntry) -> None:
        self.placed = placed
        self.entry = placed.entry
        self.arxiv_id = placed.entry.arxiv_id
        self.doi = placed.entry.doi

    @cached_property
    def order(self) -> Order:
        return (name_order(entry_name(self.entry)), self.placed.source, self.placed.path, self.placed.position)

    @cached_property
    def _normalized(self) -> tuple[str, str]:
        return _normalized(self.entry)

    @property
    def title(self) -> str:
        return self._normalized[0]

    @property
    def start(self) -> str:
        """The recognisable beginning of the abstract, or "" where there is none."""
        return self._normalized[1]

    @cached_property
    def abstract(self) -> str:
        return normalize_compact(self.entry.abstract or "")

    @cached_property
    def buckets(self) -> tuple[tuple[str, str], ...]:
        keys = (("arxiv", self.arxiv_id), ("doi", self.doi), ("title", self.title), ("abstract", self.start))
        return tuple((kind, value) for kind, value in keys if value)

    @property
    def _authors(self) -> Iterator[str]:
        """The authors, a body apart from who speaks for it ("CMS Collaboration: A. Person")."""
        return (name for author in self.entry.authors for name in author.split(": "))

    @cached_property
    def surnames(self) -> frozenset[str]:
        return frozenset(filter(None, map(_surname, self._authors)))

    @cached_property
    def name_words(self) -> frozenset[str]:
        """The parts of the names of people, suffixes left out: bodies and "Jr." have words in common with others."""
        names = map(parse_name, self._authors)
        people = (f"{name.given} {name.surname}" for name in names if not (name.literal and " " in name.family))
        return frozenset(word for person in people for word in normalize(person).split() if len(word) > 1)

    @cached_property
    def triples(self) -> frozenset[tuple[str, ...]]:
        words = normalize(self.entry.abstract or "").split()
        return frozenset(zip(words, words[1:], words[2:], strict=False)) or frozenset({tuple(words)})


@lru_cache(maxsize=_RECENT)
def _normalized(entry: Entry) -> tuple[str, str]:
    """An entry's title and the beginning of its abstract, in the form in which they are compared."""
    title = normalize_compact(entry.title) or entry.title if entry.title else ""
    start = normalize_compact(entry.abstract[: 3 * _START + 40])[:_START] if entry.abstract else ""
    return title, start if len(start) >= _SHORTEST_START or not title else ""


@lru_cache(maxsize=8 * _RECENT)
def _surname(author: str) -> str:
    """An author's family name as it is compared; of a body its name without "the" and "Collaboration"; "" of others."""
    if is_plain(author):
        return normalize_compact(author.rpartition(" ")[2])
    name = parse_name(author)
    if not name.literal:
        return normalize_compact(name.surname)
    return "" if is_others(name.family) else normalize_compact(_COLLABORATION.sub("", name.family))


def _ids_differ(a: Comparable, b: Comparable) -> bool:
    if a.arxiv_id and b.arxiv_id:
        return a.arxiv_id != b.arxiv_id
    return bool(a.doi and b.doi and a.doi != b.doi)


def _abstracts_equal(a: Comparable, b: Comparable) -> bool:
    return bool(a.start) and a.start == b.start and a.abstract == b.abstract


def _authors_agree(a: Comparable, b: Comparable) -> bool:
    """At least half of the shorter list is in the other, by surname, or by all parts of the names in any order."""
    if len(a.surnames & b.surnames) * 2 >= min(len(a.surnames), len(b.surnames)):
        return True
    return len(a.name_words & b.name_words) * 2 > min(len(a.name_words), len(b.name_words))


def _abstracts_alike(a: Comparable, b: Comparable) -> bool:
    if not a.entry.abstract or not b.entry.abstract:
        return True
    return len(a.triples & b.triples) >= _ALIKE * min(len(a.triples), len(b.triples))


def _titles_agree(a: Comparable, b: Comparable) -> bool:
    if not a.title or a.title != b.title:
        return False
    if a.surnames and b.surnames:
        return _authors_agree(a, b)
    return bool(a.surnames or b.surnames) or _abstracts_alike(a, b)


def is_same(a: Comparable, b: Comparable) -> bool:
    if _ids_differ(a, b):
        return False
    if (a.arxiv_id and a.arxiv_id == b.arxiv_id) or (a.doi and a.doi == b.doi):
        return True
    return _titles_agree(a, b) or _abstracts_equal(a, b)


def must_differ(a: Comparable, b: Comparable) -> bool:
    """Whether two entries cannot be one paper, whatever else is known of them."""
    if _ids_differ(a, b):
        return True
    if (a.arxiv_id and a.arxiv_id == b.arxiv_id) or (a.doi and a.doi == b.doi):
        return False
    return bool(a.title) and a.title == b.title and not is_same(a, b)


def shingles(text: str) -> set[str]:
    """Every run of eight words of a text, as plain words: what a quotation and its original have in common."""
    words = normalize(text).split()
    return {" ".join(words[i : i + _SHINGLE]) for i in range(len(words) - _SHINGLE + 1)}


def shared_shingles(text: str, shingles: Collection[str], openings: Collection[str]) -> set[str]:
    """`shingles(text)` as far as they are in `wanted`, whose first words are the `openings`. Most texts have none."""
    words = normalize(text).split()
    starts = [i for i, word in enumerate(words) if word in openings]
    return {run for i in starts if (run := " ".join(words[i : i + _SHINGLE])) in shingles}


def is_quoted(quote: set[str], text: set[str]) -> bool:
    """Whether a passage stands in a text, both given as shingles: three runs of words shared, or all of a short one."""
    return bool(quote) and len(quote & text) >= min(3, len(quote))
