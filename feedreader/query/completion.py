"""Completions for what is being typed in the query bar. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from feedreader.query.fields import FIELDS, Field
from feedreader.text.notes import tag_key

MOST = 20
_TYPED = re.compile(r'(?:^|(?<=[\s(]))-?((?:([A-Za-z]+):)?("[^"]*|[^\s()"]*))$')
_DAYS = {"today": "", "yesterday": "", "7d": "the last seven days", "30d": "the last thirty days"}
_LEAST = 3  # letters from which a word may be meant for a state

Vocabulary = Mapping[str, Mapping[str, str]]
"""What can be named: by field the names, in the order in which they are offered, and what each is ("" for most)."""


class Candidate(NamedTuple):
    """A completion, and a note on it."""

    text: str
    detail: str = ""


class Completion(NamedTuple):
    """Candidates for the text from `start` up to `end`."""

    start: int
    end: int
    candidates: tuple[Candidate, ...]


def complete(text: str, cursor: int, vocabulary: Vocabulary) -> Completion | None:
    """Completions of the word before the cursor; None if there are none."""
    match = _TYPED.search(text[:cursor])
    if match is None or not match[1]:
        return None
    word, name, value = match[1].casefold(), (match[2] or "").lower(), match[3]
    if not name:
        candidates: Iterable[Candidate] = _beginnings(word)
    elif field := FIELDS.get(name):
        candidates = _values(field, value.lstrip('"').casefold(), vocabulary.get(name, {}))
    else:
        return None
    new = dict.fromkeys(candidate for candidate in candidates if candidate.text.casefold() != word)
    return Completion(match.start(1), cursor, tuple(new)[:MOST]) if new else None


def _beginnings(word: str) -> Iterator[Candidate]:
    """Fields of which a word is the beginning, and states that it may mean."""
    for name in FIELDS:
        if name.startswith(word):
            yield Candidate(f"{name}:")
    if len(word) >= _LEAST:
        for field in FIELDS.values():
            if field.kind in ("choice", "sort"):
                yield from _values(field, word, {})


def _values(field: Field, typed: str, names: Mapping[str, str]) -> Iterator[Candidate]:
    """Values that begin so; then names that have it within, or that are called so."""
    choices = {choice.name: choice.detail for choice in field.choices}
    days = _DAYS if field.kind in ("date", "dates") else {}
    key = tag_key if field.name == "tag" else str.casefold
    typed = key(typed)
    for value, detail in {**choices, **days, **names}.items():
        if key(value).startswith(typed):
            yield _candidate(field, value, detail)
    for name, detail in names.items():
        if any(word.startswith(typed) for word in detail.casefold().split()) if detail else typed in key(name):
            yield _candidate(field, name, detail)


def _candidate(field: Field, value: str, detail: str) -> Candidate:
    """The value as it is written after its field."""
    if re.search(r"[\s()“”„«»]|^['‘’/]", value) or '"' in value:
        value = f"'{value}'" if '"' in value else f'"{value}"'
    return Candidate(f"{field.name}:{value}", detail)
