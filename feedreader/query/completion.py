"""What may be meant by what is being typed in the query bar. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from feedreader.query.fields import CHOICES, FIELDS
from feedreader.text.notes import tag_key

MOST = 20
_TYPED = re.compile(r'(?:^|(?<=[\s(]))-?((?:([A-Za-z]+):)?("[^"]*|[^\s()"]*))$')
_DAYS = {"today": "", "yesterday": "", "7d": "the last seven days", "30d": "the last thirty days"}
_FROM = {"visit": "what came since the last visit", **_DAYS}
_LEAST = 3  # letters from which a word may be meant for a state


class Vocabulary(NamedTuple):
    """What can be named: categories with their names, those in the library first; sources; tags."""

    categories: Mapping[str, str] = {}
    sources: Sequence[str] = ()
    tags: Sequence[str] = ()


class Candidate(NamedTuple):
    """What can stand instead of what is typed, and what it is."""

    text: str
    aside: str = ""


class Completion(NamedTuple):
    """Candidates for the text from `start` up to `end`."""

    start: int
    end: int
    candidates: tuple[Candidate, ...]


def complete(text: str, cursor: int, vocabulary: Vocabulary) -> Completion | None:
    """What may be meant by the word before the cursor; None if nothing is known."""
    typed = _TYPED.search(text[:cursor])
    if typed is None or not typed[1]:
        return None
    word, field, value = typed[1], (typed[2] or "").lower(), typed[3]
    if field:
        wanted = value.lstrip('"').casefold()
        found: Iterable[Candidate] = (_named(field, one) for one in _values(field, wanted, vocabulary))
    else:
        found = _beginnings(word.casefold())
    candidates = tuple(dict.fromkeys(one for one in found if one.text.casefold() != word.casefold()))[:MOST]
    return Completion(typed.start(1), cursor, candidates) if candidates else None


def _beginnings(word: str) -> Iterator[Candidate]:
    """Fields of which a word is the beginning, and states that it may mean."""
    for field in FIELDS:
        if field.startswith(word):
            yield Candidate(f"{field}:")
    if len(word) >= _LEAST:
        for field, choices in CHOICES.items():
            for choice in choices:
                if choice.startswith(word):
                    yield Candidate(f"{field}:{choice}")


def _values(field: str, wanted: str, vocabulary: Vocabulary) -> Iterable[Candidate]:
    if field in CHOICES:
        return (Candidate(choice) for choice in CHOICES[field] if choice.startswith(wanted))
    if field in ("day", "since"):
        days = _DAYS if field == "day" else _FROM
        return (Candidate(day, aside) for day, aside in days.items() if day.startswith(wanted))
    if field == "cat":
        return _categories(wanted, vocabulary.categories)
    if field == "source":
        return map(Candidate, _by_fit(wanted, vocabulary.sources, str.casefold))
    if field == "tag":
        return map(Candidate, _by_fit(wanted, vocabulary.tags, tag_key))
    return ()


def _categories(wanted: str, categories: Mapping[str, str]) -> Iterator[Candidate]:
    """By the code, then by a word of the name."""
    for code, name in categories.items():
        if code.casefold().startswith(wanted):
            yield Candidate(code, name)
    if wanted:
        for code, name in categories.items():
            if any(word.startswith(wanted) for word in name.casefold().split()):
                yield Candidate(code, name)


def _by_fit(wanted: str, names: Sequence[str], key: Callable[[str], str]) -> Iterator[str]:
    """Names that begin so, then those that have it within; what is compared are keys."""
    wanted = key(wanted)
    yield from (name for name in names if key(name).startswith(wanted))
    yield from (name for name in names if wanted in key(name))


def _named(field: str, candidate: Candidate) -> Candidate:
    """The candidate as it is written after its field."""
    value = candidate.text
    if re.search(r"[\s()“”„«»]|^['‘’/]", value) or '"' in value:
        value = f"'{value}'" if '"' in value else f'"{value}"'
    return Candidate(f"{field}:{value}", candidate.aside)
