"""Learning a profile from what the reader did. Pure, and the same from the same papers, in whatever order they come.

The weights are those of a logistic regression between the papers that she kept and others. Kept papers and others weigh
the same together. The fewer are kept, the stronger weights are held back: with a handful the result is the difference
of the two means, and the papers nearest to it are taken for kept ones, with a small weight.

Each example adds a step of its own to the weights, so one can be taken out again, or put in, without the others (see
`Profile.with_changes`).
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from statistics import fmean, median, pstdev

from feedreader.model import KnownAuthor
from feedreader.rank.features import (
    Document,
    author_keys,
    form,
    is_telling,
    measured,
    words_of,
)
from feedreader.rank.profile import (
    AUTHOR_SCALE,
    DISMISSED,
    FORM_SCALE,
    KEPT,
    LABEL_SCALE,
    LEAST_KEPT,
    NOTED,
    OPENED,
    WEIGHTS,
    Example,
    Profile,
    Step,
    most_kept_first,
)
from feedreader.rank.solver import Vector, add, product, solve

_MOST = {NOTED: 0.5, OPENED: 0.3, DISMISSED: 0.5}  # of those kept, or of the others: no more than this share
_MOST_EXAMPLES = 3000  # of a kind, the newest
_VOCABULARY = 20_000  # words, the most frequent
_LEAST_PAPERS = 3  # in which a word is found, unless a kept paper has it
_STRENGTH = 10.0  # of the weights, by papers kept
_STRONGEST = 2000.0
_TYPICAL = 0.9  # the interest of a typical kept paper
_ALIKE = 20  # papers that are taken for kept ones in a young profile
_ALIKE_UNTIL = 30  # papers kept
_ALIKE_WEIGHT = 0.2  # of the weight of those kept
_HOMONYM = 0.0015  # the share of all papers from which a name is held for those of several people
_HOMONYM_LEAST = 6


def learn(examples: Iterable[Example], others: Sequence[Document]) -> Profile | None:
    """The profile of these examples, each of another paper, beside other papers, which may be a sample of all.

    None with too few kept.
    """
    chosen = _newest(examples)
    if sum(example.kind == KEPT for example in chosen) < LEAST_KEPT:
        return None
    return _Learning(chosen, sorted(others, key=lambda other: tuple(map(tuple, other)))).profile()


def _newest(examples: Iterable[Example]) -> list[Example]:
    """The newest of each kind, in an order that does not depend on the given one."""
    by_kind: dict[str, list[Example]] = {}
    for example in examples:
        by_kind.setdefault(example.kind, []).append(example)
    newest = (
        heapq.nsmallest(_MOST_EXAMPLES, by_kind[kind], key=lambda example: (example.age, example.id))
        for kind in sorted(by_kind)
    )
    return list(chain.from_iterable(newest))


class _Learning:
    """The work on one profile. Its weights: 0 for what is unknown, words, labels, form, author, and the bias."""

    def __init__(self, examples: Sequence[Example], others: Sequence[Document]) -> None:
        self.examples = examples
        self.documents = [*(example.document for example in examples), *others]
        self.words = [words_of(document) for document in self.documents]
        self.keys = [author_keys(document.authors) for document in self.documents]
        self.places, self.rare = self._vocabulary()
        labels = dict.fromkeys(label for document in self.documents for label in document.labels)
        self.labels = {label: place for place, label in enumerate(labels, len(self.rare))}
        self.form_at = len(self.rare) + len(self.labels)
        self.author_at = self.form_at + len(form(self.documents[0]))
        self.weights = [0.0] * (self.author_at + 2)
        self.authors, self.homonyms = self._known_authors()
        self.lengths: list[float] = []
        self.author_values: list[float] = []

    def _vocabulary(self) -> tuple[dict[str, int], list[float]]:
        """The words that count, each with its place, and how rare the word of each place is."""
        frequency: Counter[str] = Counter()
        own: set[str] = set()
        for place, words in enumerate(self.words):
            found = set(words)
            frequency.update(found)
            if not self._is_other(place):
                own |= found
        some = [
            word for word, count in frequency.items() if (count >= _LEAST_PAPERS or word in own) and is_telling(word)
        ]
        chosen = sorted(some, key=lambda word: (-frequency[word], word))[:_VOCABULARY]
        number = len(self.documents)
        places = {word: place for place, word in enumerate(chosen, 1)}
        return places, [0.0, *(_rarity(number, frequency[word]) for word in chosen)]

    def _known_authors(self) -> tuple[dict[str, KnownAuthor], frozenset[str]]:
        """Whose papers were kept, and the names that too many papers have."""
        kept: Counter[str] = Counter()
        names: dict[str, str] = {}
        for example, keys in zip(self.examples, self.keys, strict=False):
            if example.kind == KEPT:
                kept.update(keys.keys())
                names |= keys
        others = Counter(chain.from_iterable(self.keys[len(self.examples) :]))
        most = max(_HOMONYM_LEAST, _HOMONYM * len(self.documents))
        homonyms = frozenset(key for key, count in others.items() if count > most)
        known = {key: KnownAuthor(names[key], count) for key, count in kept.items() if key not in homonyms}
        return most_kept_first(known), homonyms

    def _is_other(self, place: int) -> bool:
        return place >= len(self.examples) or self.examples[place].kind == DISMISSED

    def _vector(self, place: int) -> Vector:
        document = self.documents[place]
        found, measures, length = measured(self.words[place], self.places, self.rare)
        places = [*found, *(self.labels[label] for label in document.labels)]
        values = [value / length for value in measures] + [LABEL_SCALE] * len(document.labels)
        own = place < len(self.examples) and self.examples[place].kind == KEPT
        known = (self.authors[key].kept - own for key in self.keys[place] if key in self.authors)
        author = AUTHOR_SCALE * math.log1p(max(known, default=0))
        places += range(self.form_at, self.author_at + 2)
        values += [FORM_SCALE * value for value in form(document)]
        values += (author, 1.0)
        self.lengths.append(length)
        self.author_values.append(author)
        return Vector(places, values, sum(value * value for value in values))

    def profile(self) -> Profile:
        vectors = [self._vector(place) for place in range(len(self.documents))]
        signs = [-1.0 if self._is_other(place) else 1.0 for place in range(len(vectors))]
        factors = self._factors()
        shares = [example.weight * factors[example.kind] for example in self.examples]
        shares += [1.0] * (len(vectors) - len(shares))
        kept = sum(example.kind == KEPT for example in self.examples)
        if kept < _ALIKE_UNTIL:
            self._take_alike(vectors, signs, shares)
        strength = min(_STRONGEST, _STRENGTH * kept)
        units = {sign: strength / _total(shares, signs, sign) for sign in (1.0, -1.0)}
        bounds = [share * units[sign] for share, sign in zip(shares, signs, strict=True)]
        steps = solve(vectors, signs, bounds, self.weights)
        slope, offset = self._calibrated(vectors, steps)
        weights, liked = self.weights, [0.0] * len(self.weights)
        for vector, step in zip(vectors, steps, strict=True):
            if step > 0:
                add(liked, vector, step)
        words = slice(len(self.rare))
        pull = sum(step for step in steps if step > 0)
        return Profile(
            counts=dict(Counter(example.kind for example in self.examples)),
            places=self.places,
            rare=self.rare,
            liked=liked[words],
            disliked=[both - weight for both, weight in zip(liked[words], weights[words], strict=True)],
            pull=pull,
            full_pull=pull,
            rarest=_rarity(len(self.documents), 0),
            length=fmean(self.lengths),
            labels={label: weights[place] for label, place in self.labels.items()},
            form=weights[self.form_at : self.author_at],
            authors=self.authors,
            homonyms=self.homonyms,
            author_weight=weights[self.author_at],
            bias=weights[self.author_at + 1],
            slope=slope,
            offset=offset,
            bounds={
                kind: weight * factors[kind] * units[-1.0 if kind == DISMISSED else 1.0]
                for kind, weight in WEIGHTS.items()
            },
            steps={
                example.id: Step(step, self.lengths[place], self.author_values[place], False)
                for place, (example, step) in enumerate(zip(self.examples, steps, strict=False))
            },
        )

    def _factors(self) -> dict[str, float]:
        """By what the weights of each kind are multiplied, so that the weaker signs do not drown the stronger."""
        totals = dict.fromkeys(WEIGHTS, 0.0)
        for example in self.examples:
            totals[example.kind] += example.weight
        others = len(self.documents) - len(self.examples)
        most = {kind: share * (others if kind == DISMISSED else totals[KEPT]) for kind, share in _MOST.items()}
        return {kind: min(1.0, most.get(kind, total) / total) if total else 1.0 for kind, total in totals.items()}

    def _take_alike(self, vectors: Sequence[Vector], signs: list[float], shares: list[float]) -> None:
        """Change the sign of the others that are most like the kept papers."""
        weights = [0.0] * len(self.weights)
        kept, others = (_total(shares, signs, sign) for sign in (1.0, -1.0))
        for vector, share, sign in zip(vectors, shares, signs, strict=True):
            add(weights, vector, share / kept if sign > 0 else -share / others)
        rest = range(len(self.examples), len(vectors))
        nearest = heapq.nsmallest(_ALIKE, rest, key=lambda place: (-product(weights, vectors[place]), place))
        for place in nearest[: len(rest) // 4]:
            signs[place] = 1.0
            shares[place] = _ALIKE_WEIGHT * kept / len(nearest)

    def _calibrated(self, vectors: Sequence[Vector], steps: Sequence[float]) -> tuple[float, float]:
        """The slope and offset that turn a sum into the log of odds.

        Half of the kept papers are above _TYPICAL, as they would be had they been left out, and half of the others
        below 1 - _TYPICAL.
        """
        sums = [product(self.weights, vector) - step for vector, step in zip(vectors, steps, strict=True)]
        kept = median(own for own, example in zip(sums, self.examples, strict=False) if example.kind == KEPT)
        rest = sums[len(self.examples) :] or [kept - 1]
        other = median(rest)
        gap = max(kept - other, pstdev(rest), 1e-3)
        reach = math.log(_TYPICAL / (1 - _TYPICAL))
        slope = 2 * reach / gap
        return slope, -reach - slope * other


def _total(shares: Sequence[float], signs: Sequence[float], sign: float) -> float:
    return sum(share for share, own in zip(shares, signs, strict=True) if own == sign) or 1.0


def _rarity(documents: int, frequency: int) -> float:
    return 1 + math.log((1 + documents) / (1 + frequency))
