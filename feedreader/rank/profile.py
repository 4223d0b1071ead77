"""What the reader is interested in, as numbers; and how likely she is to keep a paper, with the reasons. Pure.

A profile is a linear model (see `learn`): a paper's words, labels, authors and form each add a weight.
The sum is turned into a number from 0 to 1 such that half of what she keeps is above 0.9, and half of the rest below
0.1.
"""

from __future__ import annotations

import heapq
import json
import math
import zlib
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import sub
from typing import Any, NamedTuple

from feedreader.model import Interest, KnownAuthor
from feedreader.rank.features import (
    FORM,
    Document,
    author_key,
    author_keys,
    form,
    is_telling,
    measured,
    words_in,
    words_of,
)
from feedreader.rank.reasons import as_typed, reasons
from feedreader.rank.solver import best_step, dot, share

KEPT, NOTED, OPENED, DISMISSED = "kept", "noted", "opened", "dismissed"
WEIGHTS = {KEPT: 1.0, NOTED: 0.6, OPENED: 0.15, DISMISSED: 2.0}  # of a paper; of one that is none of these, 1
FORM_SCALE, AUTHOR_SCALE, LABEL_SCALE = 0.1, 0.1, 0.05  # how much these count beside the words, which are 1 together
LEAST_KEPT = 5  # papers; with fewer nothing is learned
YOUNG_KEPT = 20  # papers; with fewer a profile is young
_VERSION = 3
_LARGEST = 2_000_000  # bytes
_HALF_LIFE = 365.0  # days
_PINNED = 2.5  # what a pinned word or author adds to the log of odds, and a banned one takes from it
_UNKNOWN = -2.0  # the log of odds of a paper of which nothing is known
_ONE_PAPER = math.log(2.5)  # by what a word of one paper is less rare than one of none, and a bit: of two it is log(3)
_MOST_SCALED = 10.0  # times
_NUMBERS = ("pull", "full_pull", "rarest", "length", "author_weight", "bias", "slope", "offset")
_CANDIDATES = 12  # words of a paper that may be reasons
_NOTHING = 1e-4  # a weight that is none
LEAST_TOLD = 0.3  # interest from which reasons are given


class Example(NamedTuple):
    """A paper that she did something with. `age`: how many days ago. `id` names it (see `Profile.steps`)."""

    id: str
    document: Document
    kind: str
    age: float = 0.0

    @property
    def weight(self) -> float:
        """How much it counts, by itself."""
        return WEIGHTS[self.kind] * float(0.5 ** (max(0.0, self.age) / _HALF_LIFE))


class Pins(NamedTuple):
    """What she said of herself that she likes (pinned) or does not (banned): words, or several in a row, as they are
    compared; and keys of authors. Each with what she wrote. `places` are those of all the words here, by the first of
    them and by all: thousands cost a paper no more than those that it may have.
    """

    pinned_words: Mapping[str, str] = {}
    banned_words: Mapping[str, str] = {}
    pinned_authors: Mapping[str, str] = {}
    banned_authors: Mapping[str, str] = {}
    places: Mapping[str, Mapping[str, int]] = {}

    @classmethod
    def of(
        cls,
        pinned_words: Iterable[str] = (),
        banned_words: Iterable[str] = (),
        pinned_authors: Iterable[str] = (),
        banned_authors: Iterable[str] = (),
    ) -> Pins:
        """Pins as a person writes them."""
        pinned, banned = (
            {key: phrase for phrase in phrases if (key := " ".join(words_in(phrase)))}
            for phrases in (pinned_words, banned_words)
        )
        places: dict[str, dict[str, int]] = {}
        for place, phrase in enumerate((*pinned, *banned)):
            places.setdefault(phrase.split(" ")[0], {})[phrase] = place
        return cls(pinned, banned, author_keys(pinned_authors), author_keys(banned_authors), places)

    def words_among(self, words: Sequence[str]) -> tuple[dict[str, str], list[str]]:
        """Which of these words in a row are pinned, with what she wrote, and which are banned, each in her order."""
        text = f" {' '.join(words)} "
        places = {
            phrase: place
            for first in self.places.keys() & set(words)
            for phrase, place in self.places[first].items()
            if f" {phrase} " in text
        }
        found = sorted(places, key=places.__getitem__)
        pinned = {phrase: self.pinned_words[phrase] for phrase in found if phrase in self.pinned_words}
        return pinned, [phrase for phrase in found if phrase in self.banned_words]


_NO_PINS = Pins()


class Step(NamedTuple):
    """What an example added to the weights: its features times `step`. The rest is how they were measured then: the
    length of its words, the number of its authors, and whether all of its words were known (see `with_changes`).
    """

    step: float
    length: float
    author: float
    is_late: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """What was learned. `counts` says from how many papers of each kind (see `Example`).

    `places` has the place of each word, from 1 on in this order, in `rare`, which is how rare it is (inverse document
    frequency), and in `liked` and `disliked`: what the examples for and those against it add up to. Those for it made
    steps of `pull` together, and count as if these were `full_pull`, so that the scale remains while they come and go:
    `weights` is what comes of it. `rarest` is what a word counts that no paper had. `length` is that of the words of a
    typical paper. `authors` are those of kept papers, the most kept first, without names that many papers have
    (`homonyms`). `bounds` are how far an example of each kind may go, and `steps` how far each went.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    places: Mapping[str, int] = field(default_factory=dict)
    rare: Sequence[float] = (0.0,)
    liked: Sequence[float] = (0.0,)
    disliked: Sequence[float] = (0.0,)
    pull: float = 1.0
    full_pull: float = 1.0
    rarest: float = 1.0
    length: float = 1.0
    labels: Mapping[str, float] = field(default_factory=dict)
    form: Sequence[float] = (0.0,) * len(FORM)
    authors: Mapping[str, KnownAuthor] = field(default_factory=dict)
    homonyms: frozenset[str] = frozenset()
    author_weight: float = 0.0
    bias: float = 0.0
    slope: float = 1.0
    offset: float = _UNKNOWN
    bounds: Mapping[str, float] = field(default_factory=dict)
    steps: Mapping[str, Step] = field(default_factory=dict)
    weights: Sequence[float] = field(init=False, repr=False)
    _names: Sequence[str] = field(init=False, repr=False, compare=False)  # the words by their places

    def __post_init__(self) -> None:
        scale = _scale(self.pull, self.full_pull)
        weights = list(map(sub, map(scale.__mul__, self.liked), self.disliked))
        object.__setattr__(self, "weights", weights)
        object.__setattr__(self, "_names", ("", *self.places))

    @property
    def kept(self) -> int:
        """How many kept papers it is made from."""
        return self.counts.get(KEPT, 0)

    @property
    def is_young(self) -> bool:
        """Whether it is made from so few papers that it leans on single ones."""
        return self.kept < YOUNG_KEPT

    # What it says of a paper -----------------------------------------------------------------------------------------

    def interest(self, document: Document, pins: Pins = _NO_PINS, *, explained: bool = True) -> Interest:
        """How likely she is to keep a paper, and why; without the words, which take longer, unless `explained`."""
        words = words_of(document)
        found, values, length = measured(words, self.places, self.rare)
        known = self._known(document)
        added = dot(values, map(self.weights.__getitem__, found)) / length
        log_odds = self.slope * (added + self._rest(document, self._author_value(known))) + self.offset
        pinned: dict[str, str] = {}
        banned: list[str] = []
        if pins != _NO_PINS:
            pinned, banned = pins.words_among(words)
            known, by_author = _pinned_author(document, known, pins)
            log_odds += _PINNED * (len(pinned) - len(banned) + by_author)
        score = share(log_odds)
        author = max(known, key=lambda author: author.kept) if known else None
        if not explained or (score < LEAST_TOLD and not pinned):
            return Interest(score, (), author)
        return Interest(score, reasons(document, self._added(found), pinned, banned), author)

    def _added(self, found: Iterable[int]) -> dict[str, float]:
        """The words that add most to a paper, and what; those of several papers, if there are any."""
        weights, rare = self.weights, self.rare
        best = sorted([(rare[place] * weights[place], place) for place in found if weights[place] > 0])[-_CANDIDATES:]
        several = [each for each in best if self._is_of_several(each[1])]
        return {self._names[place]: added for added, place in several or best}

    def _is_of_several(self, place: int) -> bool:
        """Whether a word was found in more than one paper."""
        return self.rare[place] < self.rarest - _ONE_PAPER

    def _known(self, document: Document) -> list[KnownAuthor]:
        """Those of a paper's authors of whom papers were kept."""
        authors = self.authors
        return [authors[key] for key in map(author_key, document.authors) if key in authors] if authors else []

    @staticmethod
    def _author_value(known: Iterable[KnownAuthor]) -> float:
        return AUTHOR_SCALE * math.log1p(max((author.kept for author in known), default=0))

    def _rest(self, document: Document, author_value: float) -> float:
        """What all but the words adds."""
        added = self.bias + author_value * self.author_weight + FORM_SCALE * dot(form(document), self.form)
        return added + LABEL_SCALE * sum(self.labels.get(label, 0.0) for label in document.labels)

    # What it says of her ---------------------------------------------------------------------------------------------

    def words(self, most: int = 20, *, against: bool = False) -> list[tuple[str, float]]:
        """The words that speak most for a paper, or against it: what each adds to the log of odds of a typical paper,
        the strongest first. Words of a single paper are left out.
        """
        scale = self.slope / self.length
        weights = {
            word: scale * self.rare[place] * self.weights[place]
            for word, place in self.places.items()
            if self._is_of_several(place)
        }
        return [(as_typed(word), weight) for word, weight in _extreme(weights, most, against)]

    def labelled(self, kind: str, most: int = 20, *, against: bool = False) -> list[tuple[str, float]]:
        """The same of the categories (`cat`) or sources (`source`)."""
        start = f"{kind}:"
        scale = self.slope * LABEL_SCALE
        weights = {name[len(start) :]: scale * weight for name, weight in self.labels.items() if name.startswith(start)}
        return _extreme(weights, most, against)

    # As bytes --------------------------------------------------------------------------------------------------------

    def to_bytes(self) -> bytes:
        """All of it, to be kept in a file: 2 MB at the most, for which the weakest words and authors are left out."""
        data = self._to_bytes()
        share = 1.0
        while len(data) > _LARGEST and share > 0.01:
            share /= 2
            data = self._reduced(share)._to_bytes()
        return data

    def _to_bytes(self) -> bytes:
        known = [(word, place) for word, place in self.places.items() if self.rare[place]]
        content = {
            "version": _VERSION,
            "counts": dict(self.counts),
            "words": [word for word, _ in known],
            "labels": self.labels,
            "form": self.form,
            "authors": self.authors,
            "homonyms": sorted(self.homonyms),
            "numbers": [getattr(self, name) for name in _NUMBERS],
            "bounds": self.bounds,
            "steps": self.steps,
        }
        columns = (self.rare, self.liked, self.disliked)
        numbers = array("f", [column[place] for column in columns for _, place in known])
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        return zlib.compress(text.encode("utf-8", "replace") + b"\n" + numbers.tobytes(), 1)

    def _reduced(self, share: float) -> Profile:
        """This share of it: the words, authors and steps that count most."""

        def some(of: Mapping[Any, Any], weight: Callable[[Any], float]) -> dict[Any, Any]:
            return {key: of[key] for key in heapq.nlargest(int(share * len(of)), of, key=weight)}

        return replace(
            self,
            places=some(self.places, lambda word: abs(self.rare[self.places[word]] * self.weights[self.places[word]])),
            labels=some(self.labels, lambda name: abs(self.labels[name])),
            authors=some(self.authors, lambda key: self.authors[key].kept),
            homonyms=frozenset(some(dict.fromkeys(sorted(self.homonyms)), lambda _: 0)),
            steps=some(self.steps, lambda key: abs(self.steps[key].step)),
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Profile | None:
        """What `to_bytes` gave; None if another version of the program wrote it, or it is damaged."""
        try:
            text, _, packed = zlib.decompress(data).partition(b"\n")
            content: dict[str, Any] = json.loads(text)
            if content["version"] != _VERSION:
                return None
            return cls._of(content, array("f", packed))
        except (zlib.error, ValueError, KeyError, TypeError):
            return None

    @classmethod
    def _of(cls, content: dict[str, Any], packed: array[float]) -> Profile:
        count = len(content["words"])
        if len(packed) != 3 * count:
            raise ValueError("words without their numbers")
        numbers = dict(zip(_NUMBERS, content["numbers"], strict=True))
        numbers["rarest"] = array("f", [numbers["rarest"]])[0]
        return cls(
            counts=content["counts"],
            places=dict(zip(content["words"], range(1, count + 1), strict=True)),
            rare=[0.0, *packed[:count]],
            liked=[0.0, *packed[count : 2 * count]],
            disliked=[0.0, *packed[2 * count :]],
            labels=content["labels"],
            form=content["form"],
            authors={key: KnownAuthor(*author) for key, author in content["authors"].items()},
            homonyms=frozenset(content["homonyms"]),
            bounds=content["bounds"],
            steps={key: Step(*step) for key, step in content["steps"].items()},
            **numbers,
        )

    # Keeping it up to date -------------------------------------------------------------------------------------------

    def with_changes(self, added: Iterable[Example] = (), removed: Iterable[Example] = ()) -> Profile:
        """The profile after she did, or undid, something with a few papers, without learning it all again: the more
        have changed, the more it is worth to learn.

        What is removed was an example before, of the same kind; what is added was none. Others change nothing. Words,
        labels and authors follow; form and bias, which belong to all papers together, wait for the next learning.
        """
        profile = self
        for change, examples in ((_Changing.remove, list(removed)), (_Changing.add, list(added))):
            if examples:
                changing = _Changing(profile)
                for example in examples:
                    change(changing, example)
                profile = changing.profile()
        return profile


class _Changing:
    """A profile that is being changed."""

    def __init__(self, profile: Profile) -> None:
        self.old = profile
        self.counts = Counter(profile.counts)
        self.places = dict(profile.places)
        self.rare, self.liked, self.disliked = list(profile.rare), list(profile.liked), list(profile.disliked)
        self.pull = profile.pull
        self.labels, self.authors, self.steps = dict(profile.labels), dict(profile.authors), dict(profile.steps)
        self.author_weight = profile.author_weight

    def profile(self) -> Profile:
        return replace(
            self.old,
            counts=dict(+self.counts),
            places=self.places,
            rare=self.rare,
            liked=self.liked,
            disliked=self.disliked,
            pull=self.pull,
            labels=self.labels,
            authors=most_kept_first(self.authors),
            author_weight=self.author_weight,
            steps=self.steps,
        )

    def remove(self, example: Example) -> None:
        step = self.steps.pop(example.id, None)
        if step is None:
            return
        self.counts[example.kind] -= 1
        if example.kind == KEPT:
            self._count_authors(example.document, -1)
        self._move(example.document, step, -1)

    def add(self, example: Example) -> None:
        if example.id in self.steps:
            return
        document = example.document
        words = words_of(document)
        self._learn_words(words)
        found, values, length = measured(words, self.places, self.rare)
        author = Profile._author_value(
            self.authors[key] for key in author_keys(document.authors) if key in self.authors
        )
        sign = -1.0 if example.kind == DISMISSED else 1.0
        bound = self.old.bounds.get(example.kind, 1.0) * example.weight / WEIGHTS[example.kind]
        square = 1.0 + author**2 + LABEL_SCALE**2 * len(document.labels)
        scale = _scale(self.pull, self.old.full_pull)
        weights = (scale * self.liked[place] - self.disliked[place] for place in found)
        margin = dot(values, weights) / length + self.old._rest(document, author)
        step = Step(sign * best_step(0.0, bound, sign * margin, square), length, author, True)
        self._move(document, step, 1)
        self.steps[example.id] = step
        self.counts[example.kind] += 1
        if example.kind == KEPT:
            self._count_authors(document, 1)

    def _learn_words(self, words: Iterable[str]) -> None:
        """Words that no paper had are known from now on."""
        for word in dict.fromkeys(filter(is_telling, words)):
            place = self.places.get(word)
            if place is None:
                self.places[word] = len(self.rare)
                self.rare.append(self.old.rarest)
                self.liked.append(0.0)
                self.disliked.append(0.0)
            elif not self.rare[place]:
                self.rare[place] = self.old.rarest

    def _move(self, document: Document, step: Step, times: int) -> None:
        """Add an example's features to the weights, or take them from them."""
        change = times * step.step
        column, sign = (self.liked, 1.0) if step.step > 0 else (self.disliked, -1.0)
        found, values, _ = measured(words_of(document), self.places, self.rare)
        for place, value in zip(found, values, strict=True):
            is_late = self.rare[place] == self.old.rarest
            if step.is_late or not is_late:
                column[place] += sign * change * value / step.length
            if is_late and self.liked[place] + self.disliked[place] < _NOTHING:
                self.rare[place] = self.liked[place] = self.disliked[place] = 0.0
        if step.step > 0:
            self.pull += change
        for label in document.labels:
            self.labels[label] = self.labels.get(label, 0.0) + change * LABEL_SCALE
        self.author_weight += change * step.author

    def _count_authors(self, document: Document, change: int) -> None:
        for key, name in author_keys(document.authors).items():
            if key in self.old.homonyms:
                continue
            before = self.authors.get(key, KnownAuthor(name, 0))
            self.authors[key] = before._replace(kept=before.kept + change)
            if self.authors[key].kept <= 0:
                del self.authors[key]


def _scale(pull: float, full_pull: float) -> float:
    return min(_MOST_SCALED, full_pull / max(pull, 1e-9))


def most_kept_first(authors: Mapping[str, KnownAuthor]) -> dict[str, KnownAuthor]:
    """Authors by how many of their papers were kept, then by name."""
    return dict(sorted(authors.items(), key=lambda item: (-item[1].kept, item[0])))


def _pinned_author(document: Document, known: Sequence[KnownAuthor], pins: Pins) -> tuple[list[KnownAuthor], int]:
    """Who is named as the author: a pinned one before all, never a banned one. And 1, 0 or -1 for what they add."""
    keys = author_keys(document.authors)
    banned = not pins.banned_authors.keys().isdisjoint(keys)
    pinned = [key for key in keys if key in pins.pinned_authors]
    named = [author for author in known if author_key(author.name) not in pins.banned_authors]
    if pinned:
        kept = {author_key(author.name): author for author in named}
        named = [kept.get(key) or KnownAuthor(keys[key], 0) for key in pinned]
    return named, bool(pinned) - banned


def _extreme(weights: Mapping[str, float], most: int, against: bool) -> list[tuple[str, float]]:
    """The names with the highest weights, or the lowest, the most extreme first."""
    sign = -1 if against else 1
    some = [(name, weight) for name, weight in weights.items() if sign * weight > 0]
    return sorted(some, key=lambda item: (-sign * item[1], item[0]))[:most]
