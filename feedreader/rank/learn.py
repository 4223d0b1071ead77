"""Learning a profile from what the reader did. Pure, and the same from the same papers, in whatever order they come.

The weights are those of a logistic regression between the papers that she kept and others, found by dual coordinate
descent (Yu, Huang, Lin 2011: "Dual coordinate descent methods for logistic regression and maximum entropy models").
Kept papers and others weigh the same together. The fewer are kept, the stronger weights are held back: with a handful
the result is the difference of the two means, and the papers nearest to it are taken for kept ones, with a small weight.

Each example adds a step of its own to the weights, so one can be taken out again, or put in, without the others.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter, mul
from random import Random
from typing import NamedTuple

from feedreader.model import KnownAuthor
from feedreader.rank.features import Document, author_keys, form, terms
from feedreader.rank.profile import AUTHOR_SCALE, FORM_SCALE, LABEL_SCALE, LEAST_KEPT, FormWeight, Profile

KEPT, NOTED, OPENED, DISMISSED = "kept", "noted", "opened", "dismissed"
_WEIGHTS = {KEPT: 1.0, NOTED: 0.6, OPENED: 0.15, DISMISSED: 2.0}  # of a paper; of one that is none of these, 1
_MOST = {NOTED: 0.5, OPENED: 0.3, DISMISSED: 0.5}  # but no more than this share of those kept, or of the others
_HALF_LIFE = 365.0  # days
_VOCABULARY = 20_000  # terms of all papers, the most frequent
_OWN_TERMS = 10_000  # and of those kept, beside them
_PASSES = 12
_STRENGTH = 20.0  # of the weights, by papers kept
_STRONGEST = 2000.0
_ALIKE = 10  # papers that are taken for kept ones in a young profile
_ALIKE_WEIGHT = 0.3  # of the weight of those kept
_HOMONYM = 0.0015  # the share of all papers from which a name is held for those of several people
_HOMONYM_LEAST = 6


class Example(NamedTuple):
    """A paper that she did something with. `age`: how many days ago. `id` names it (see `Profile.steps`)."""

    id: str
    document: Document
    kind: str
    age: float = 0.0

    @property
    def weight(self) -> float:
        """How much it counts, by itself."""
        return _WEIGHTS[self.kind] * float(0.5 ** (max(0.0, self.age) / _HALF_LIFE))


class _Vector(NamedTuple):
    """Features by their numbers, and their values."""

    places: tuple[int, ...]
    values: tuple[float, ...]
    square: float


def learn(examples: Iterable[Example], others: Sequence[Document]) -> Profile | None:
    """The profile of these examples beside other papers, which may be a sample of all; None with too few kept."""
    examples = sorted(examples, key=lambda example: (example.kind, example.id))
    kept = [example for example in examples if example.kind == KEPT]
    if len(kept) < LEAST_KEPT:
        return None
    return _Learning(examples, others).profile()


class _Learning:
    """The work on one profile."""

    def __init__(self, examples: Sequence[Example], others: Sequence[Document]) -> None:
        self.examples = examples
        self.documents = [*(example.document for example in examples), *others]
        self.counts = [terms(document.title, document.abstract) for document in self.documents]
        self.rare = self._rarities()
        self.places = {term: place for place, term in enumerate(self.rare)}
        labels = dict.fromkeys(label for document in self.documents for label in document.labels)
        self.labels = {label: len(self.places) + place for place, label in enumerate(labels)}
        self.form_at = len(self.places) + len(self.labels)
        self.form = self._form_of_all()
        self.author_at = self.form_at + len(self.form)
        self.bias_at = self.author_at + 1
        self.authors = self._known_authors()
        self.weights = [0.0] * (self.bias_at + 1)

    def _rarities(self) -> dict[str, float]:
        """The vocabulary, and how rare each term is."""
        frequency: Counter[str] = Counter()
        for counts in self.counts:
            frequency.update(counts.keys())
        own: Counter[str] = Counter()
        for example, counts in zip(self.examples, self.counts, strict=False):
            if example.kind != DISMISSED:
                own.update(counts.keys())
        chosen = dict.fromkeys(_most_frequent(frequency, _VOCABULARY))
        chosen |= dict.fromkeys(_most_frequent({term: own[term] for term in own.keys() - chosen}, _OWN_TERMS))
        number = len(self.documents)
        return {term: _rarity(number, frequency[term]) for term in chosen}

    def _form_of_all(self) -> list[FormWeight]:
        columns = list(zip(*map(form, self.documents), strict=True))
        result = []
        for column in columns:
            mean = sum(column) / len(column)
            spread = math.sqrt(sum((value - mean) ** 2 for value in column) / len(column))
            result.append(FormWeight(mean, max(spread, 0.05), 0.0))
        return result

    def _known_authors(self) -> dict[str, KnownAuthor]:
        """Whose papers were kept, without names that too many papers have."""
        kept: Counter[str] = Counter()
        names: dict[str, str] = {}
        for example in self.examples:
            if example.kind == KEPT:
                keys = author_keys(example.document.authors)
                kept.update(keys.keys())
                names |= keys
        others: Counter[str] = Counter()
        for document in self.documents[len(self.examples) :]:
            others.update(author_keys(document.authors).keys() & kept.keys())
        most = max(_HOMONYM_LEAST, _HOMONYM * len(self.documents))
        return {key: KnownAuthor(names[key], count) for key, count in kept.items() if others[key] <= most}

    def _vector(self, place: int) -> _Vector:
        document = self.documents[place]
        words, square = _weighted(self.counts[place], self.rare)
        norm = math.sqrt(square) or 1.0
        pairs = [(self.places[term], value / norm) for term, value in words.items()]
        pairs += ((self.labels[label], LABEL_SCALE) for label in document.labels)
        pairs += (
            (self.form_at + n, FORM_SCALE * (value - each.mean) / each.reach)
            for n, (value, each) in enumerate(zip(form(document), self.form, strict=True))
        )
        own = place < len(self.examples) and self.examples[place].kind == KEPT
        known = [self.authors[key].kept - own for key in author_keys(document.authors) if key in self.authors]
        if known and max(known):
            pairs.append((self.author_at, AUTHOR_SCALE * math.log1p(max(known))))
        pairs.append((self.bias_at, 1.0))
        places, values = zip(*pairs, strict=True)
        return _Vector(places, values, sum(map(mul, values, values)))

    def profile(self) -> Profile:
        vectors = [self._vector(place) for place in range(len(self.documents))]
        signs = [-1.0 if self._is_other(place) else 1.0 for place in range(len(vectors))]
        kept = sum(example.kind == KEPT for example in self.examples)
        strength = min(_STRONGEST, _STRENGTH * kept)
        bounds = self._bounds(strength, vectors, signs)
        steps = _solve(vectors, signs, bounds, self.weights)
        slope, offset = self._calibrated(vectors, signs, bounds, steps)
        weights = self.weights
        return Profile(
            counts=Counter(example.kind for example in self.examples),
            terms={term: (rare, weights[self.places[term]]) for term, rare in self.rare.items()},
            rarest=_rarity(len(self.documents), 0),
            labels={label: weights[place] for label, place in self.labels.items()},
            form=tuple(each._replace(weight=weights[self.form_at + n]) for n, each in enumerate(self.form)),
            authors=self.authors,
            author_weight=max(0.0, weights[self.author_at]),
            bias=weights[self.bias_at],
            slope=slope,
            offset=offset,
            steps={example.id: step for example, step in zip(self.examples, steps, strict=False)},
        )

    def _is_other(self, place: int) -> bool:
        return place >= len(self.examples) or self.examples[place].kind == DISMISSED

    def _bounds(self, strength: float, vectors: Sequence[_Vector], signs: list[float]) -> list[float]:
        """How much each paper may add to the weights. Papers like those kept may change their sign."""
        shares = _shares(self.examples, len(self.documents) - len(self.examples))
        if self.examples and sum(example.kind == KEPT for example in self.examples) < 3 * _ALIKE:
            self._take_alike(vectors, signs, shares)
        totals = {sign: sum(share for share, own in zip(shares, signs, strict=True) if own == sign) for sign in (1, -1)}
        return [strength * share / totals[int(sign)] for share, sign in zip(shares, signs, strict=True)]

    def _take_alike(self, vectors: Sequence[_Vector], signs: list[float], shares: list[float]) -> None:
        weights = [0.0] * len(self.weights)
        total = sum(share for share, sign in zip(shares, signs, strict=True) if sign > 0)
        others = sum(shares) - total
        for vector, share, sign in zip(vectors, shares, signs, strict=True):
            _add(weights, vector, share / total if sign > 0 else -share / others)
        rest = range(len(self.examples), len(vectors))
        nearest = sorted(rest, key=lambda place: (-_product(weights, vectors[place]), place))[:_ALIKE]
        for place in nearest:
            signs[place] = 1.0
            shares[place] = _ALIKE_WEIGHT * total / len(nearest)

    def _calibrated(
        self, vectors: Sequence[_Vector], signs: Sequence[float], bounds: Sequence[float], steps: Sequence[float]
    ) -> tuple[float, float]:
        """The slope and offset that turn a sum into the log of odds, by what the papers would get that were left out."""
        margins = [
            _product(self.weights, vector) - step * vector.square for vector, step in zip(vectors, steps, strict=True)
        ]
        return _logistic_line(margins, signs, bounds)


def _shares(examples: Sequence[Example], others: int) -> list[float]:
    """How much each paper counts: the examples, then the others."""
    totals: Counter[str] = Counter()
    for example in examples:
        totals[example.kind] += example.weight
    most = {kind: share * (others if kind == DISMISSED else totals[KEPT]) for kind, share in _MOST.items()}
    factors = {kind: min(1.0, most[kind] / totals[kind]) for kind in most if totals[kind]}
    return [*(example.weight * factors.get(example.kind, 1.0) for example in examples), *[1.0] * others]


def _most_frequent(frequency: Mapping[str, int], most: int) -> Sequence[str]:
    return sorted(frequency, key=lambda term: (-frequency[term], term))[:most]


def _rarity(documents: int, frequency: int) -> float:
    return 1 + math.log((1 + documents) / (1 + frequency))


def _weighted(counts: Mapping[str, int], rare: Mapping[str, float]) -> tuple[dict[str, float], float]:
    """Terms of the vocabulary with their values, not yet normalized; and the sum of their squares."""
    words = {term: (1 + math.log(count)) * rare[term] for term, count in counts.items() if term in rare}
    return words, sum(value * value for value in words.values())


def _product(weights: list[float], vector: _Vector) -> float:
    return sum(map(mul, itemgetter(*vector.places)(weights), vector.values))


def _add(weights: list[float], vector: _Vector, step: float) -> None:
    for place, value in zip(vector.places, vector.values, strict=True):
        weights[place] += step * value


def _solve(
    vectors: Sequence[_Vector], signs: Sequence[float], bounds: Sequence[float], weights: list[float]
) -> list[float]:
    """Find the weights; what each vector added to them, with its sign."""
    steps = [0.0] * len(vectors)
    for place, (vector, sign, bound) in enumerate(zip(vectors, signs, bounds, strict=True)):
        steps[place] = sign * bound * 0.01
        _add(weights, vector, steps[place])
    order = list(range(len(vectors)))
    chance = Random(1)
    for _ in range(_PASSES):
        chance.shuffle(order)
        for place in order:
            vector, sign, bound = vectors[place], signs[place], bounds[place]
            alpha = sign * steps[place]
            better = _best_step(alpha, bound, sign * _product(weights, vector), vector.square)
            if abs(better - alpha) > 1e-3 * bound:
                _add(weights, vector, sign * (better - alpha))
                steps[place] = sign * better
    return steps


def _best_step(alpha: float, bound: float, margin: float, square: float) -> float:
    """The step between 0 and `bound` that is best for one paper, given the others, by Newton's method."""
    rest = margin - square * alpha
    low, high = 1e-9 * bound, bound * (1 - 1e-9)
    better = min(max(alpha, low), high)
    for _ in range(20):
        slope = math.log(better / (bound - better)) + rest + square * better
        if abs(slope) < 1e-3:
            break
        if slope > 0:
            high = better
        else:
            low = better
        following = better - slope / (square + bound / (better * (bound - better)))
        better = following if low < following < high else (low + high) / 2
    return better


def _logistic_line(margins: Sequence[float], signs: Sequence[float], weights: Sequence[float]) -> tuple[float, float]:
    """The slope and offset of the logistic curve that fits best, by Newton's method."""
    slope, offset = 1.0, 0.0
    for _ in range(25):
        gradient, bend = [1e-3 * (slope - 1), 1e-3 * offset], [1e-3, 0.0, 1e-3]
        for margin, sign, weight in zip(margins, signs, weights, strict=True):
            share = 1 / (1 + math.exp(-max(-30.0, min(30.0, slope * margin + offset))))
            fault, curve = weight * (share - (sign > 0)), weight * max(share * (1 - share), 1e-6)
            gradient[0] += fault * margin
            gradient[1] += fault
            bend[0] += curve * margin * margin
            bend[1] += curve * margin
            bend[2] += curve
        determinant = bend[0] * bend[2] - bend[1] ** 2
        if determinant <= 1e-12:
            break
        change = (
            (bend[2] * gradient[0] - bend[1] * gradient[1]) / determinant,
            (bend[0] * gradient[1] - bend[1] * gradient[0]) / determinant,
        )
        slope, offset = slope - change[0], offset - change[1]
        if abs(change[0]) + abs(change[1]) < 1e-4:
            break
    return max(slope, 0.1), offset
