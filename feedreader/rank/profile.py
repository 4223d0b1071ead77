"""What the reader is interested in, as numbers; and how likely she is to keep a paper, with the reasons. Pure.

A profile is a linear model (see `learn`): a paper's words, pairs of words, labels, authors and form each add a weight.
The sum is turned into a number from 0 to 1 such that, of as many papers that she kept as of others, it is the share
that she kept.
"""

from __future__ import annotations

import heapq
import json
import math
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from feedreader.model import Interest, KnownAuthor
from feedreader.rank.features import FORM, Document, author_keys, form, terms

FORM_SCALE, AUTHOR_SCALE, LABEL_SCALE = 0.1, 0.3, 0.1  # how much these count beside the words, which are 1 together
REASONS = 4  # words that are named at the most, besides an author
LEAST_KEPT = 5  # papers; with fewer nothing is learned
YOUNG_KEPT = 20  # papers; with fewer a profile is young
_VERSION = 1
_LEAST_REASON = 0.02  # of the weights that speak for a paper: with less, a word is no reason
_LOGS = (0.0, *(1 + math.log(count) for count in range(1, 64)))


class FormWeight(NamedTuple):
    """Of one number of a paper's form: the mean and the reach that it has among all papers, and its weight."""

    mean: float
    reach: float
    weight: float


@dataclass(frozen=True, slots=True)
class Profile:
    """What was learned. `counts` says from how many papers of each kind (see `learn.Example`).

    `terms` are words and pairs: how rare they are (inverse document frequency), and their weights. `rarest` is what a
    word counts that no paper had. `steps` are what each example added to the weights.
    """

    counts: Mapping[str, int]
    terms: dict[str, tuple[float, float]]
    rarest: float
    labels: dict[str, float]
    form: tuple[FormWeight, ...]
    authors: dict[str, KnownAuthor]
    author_weight: float
    bias: float
    slope: float = 1.0
    offset: float = 0.0
    steps: Mapping[str, float] = field(default_factory=dict)

    @property
    def kept(self) -> int:
        """How many kept papers it is made from."""
        return self.counts.get("kept", 0)

    @property
    def is_young(self) -> bool:
        """Whether it is made from so few papers that it leans on single ones."""
        return self.kept < YOUNG_KEPT

    def interest(self, document: Document, pins: Pins | None = None) -> Interest:
        """How likely she is to keep a paper, and why."""
        margin, reasons = self._words(document)
        margin += self.bias + self._form(document)
        for label in document.labels:
            margin += LABEL_SCALE * self.labels.get(label, 0.0)
        author = self.known_author(document)
        if author:
            margin += AUTHOR_SCALE * self.author_weight * math.log1p(author.kept)
        return Interest(_share(self.slope * margin + self.offset), _words_of(reasons), author)

    @classmethod
    def empty(cls) -> Profile:
        """A profile of nothing, for what is pinned."""
        return cls({}, {}, 1.0, {}, (), {}, 0, -2.0)

    def with_changes(self, added: Iterable[Any], removed: Iterable[Any]) -> Profile:
        """With examples, and without others."""
        return self

    def _words(self, document: Document) -> tuple[float, dict[str, float]]:
        """What the words add, and those that speak for a paper."""
        known, total, square = self.terms, 0.0, 0.0
        reasons: dict[str, float] = {}
        for term, count in terms(document.title, document.abstract).items():
            if (entry := known.get(term)) is not None:
                value = entry[0] * (_LOGS[count] if count < 64 else 1 + math.log(count))
                square += value * value
                added = value * entry[1]
                total += added
                if added > 0:
                    reasons[term] = added
        return (total / math.sqrt(square) if square else 0.0), reasons

    def _form(self, document: Document) -> float:
        return FORM_SCALE * sum(
            (value - each.mean) * each.weight / each.reach
            for value, each in zip(form(document), self.form, strict=True)
        )

    def known_author(self, document: Document) -> KnownAuthor | None:
        """The one of a paper's authors of whom most papers were kept."""
        known = [self.authors[key] for key in author_keys(document.authors) if key in self.authors]
        return max(known, key=lambda author: author.kept) if known else None

    # As bytes ------------------------------------------------------------------------------------------------------

    def to_bytes(self) -> bytes:
        """All of it, to be kept in a file."""
        content = {
            "version": _VERSION,
            "counts": dict(self.counts),
            "terms": list(self.terms),
            "rare": [round(rare, 3) for rare, _ in self.terms.values()],
            "weights": [round(weight, 4) for _, weight in self.terms.values()],
            "rarest": self.rarest,
            "labels": self.labels,
            "form": self.form,
            "authors": self.authors,
            "numbers": [self.author_weight, self.bias, self.slope, self.offset],
            "steps": self.steps,
        }
        return zlib.compress(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(), 1)

    @classmethod
    def from_bytes(cls, data: bytes) -> Profile | None:
        """What `to_bytes` gave; None if another version of the program wrote it."""
        content: dict[str, Any] = json.loads(zlib.decompress(data))
        if content["version"] != _VERSION or len(content["form"]) != len(FORM):
            return None
        author_weight, bias, slope, offset = content["numbers"]
        return cls(
            content["counts"],
            dict(zip(content["terms"], zip(content["rare"], content["weights"], strict=True), strict=True)),
            content["rarest"],
            content["labels"],
            tuple(FormWeight(*numbers) for numbers in content["form"]),
            {key: KnownAuthor(*author) for key, author in content["authors"].items()},
            author_weight,
            bias,
            slope,
            offset,
            content["steps"],
        )


def _share(logit: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def _words_of(reasons: Mapping[str, float]) -> tuple[str, ...]:
    """The strongest reasons, none of which is part of another."""
    least = _LEAST_REASON * sum(reasons.values())
    chosen: list[str] = []
    said: set[str] = set()
    for term in heapq.nlargest(4 * REASONS, reasons, key=reasons.__getitem__):
        words = term.split(" ")
        if reasons[term] >= least and said.isdisjoint(words) and len(chosen) < REASONS:
            chosen.append(term)
            said.update(words)
    return tuple(chosen)


def strongest(weights: Mapping[str, float], count: int) -> Sequence[tuple[str, float]]:
    """The names with the highest weights above 0."""
    best = heapq.nlargest(count, weights, key=weights.__getitem__)
    return [(name, weights[name]) for name in best if weights[name] > 0]


class Pins(NamedTuple):
    """What the reader pinned or banned."""

    @classmethod
    def of(cls, *names: Sequence[str]) -> Pins:
        return cls()
