"""Where a query's words occur in the text that is shown. Pure.

Words are compared folded, as the search does, and marked as shown: `lambda` marks the Λ of ΛCDM.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from feedreader.model import Condition, Not, Query, Term
from feedreader.query.fields import spelled_terms
from feedreader.query.regex import PatternError, compiled, is_tame, spans
from feedreader.text.normalize import (
    ANYWHERE,
    WHOLE,
    match_mode,
    normalize,
    normalize_in_place,
    search_words,
    spellings,
)

TITLE, AUTHORS, ABSTRACT, NOTE, REST = "title", "author", "abstract", "note", ""


class HitPatterns(NamedTuple):
    """What a query looks for: by field ("" anywhere) a pattern for folded words, and regular expressions."""

    words: dict[str, re.Pattern[str]]
    regexes: tuple[tuple[str, re.Pattern[str]], ...]

    def find(self, text: str, part: str) -> list[tuple[int, int]]:
        """Where it stands in a text that is shown, as `part`: starts and ends, in order, without overlaps."""
        hits = [hit for field, regex in self.regexes if field in ("", part) for hit in spans(regex, text)]
        patterns = [self.words[field] for field in dict.fromkeys(("", part)) if field in self.words]
        for spelled in (False, True)[: len(spellings(text))] if patterns else ():
            folded, offsets = normalize_in_place(text, spelled=spelled)
            offsets = [*offsets, len(text)]
            for pattern in patterns:
                for match in pattern.finditer(folded):
                    places = offsets[match.start() : match.end()]  # not in the text's order, if scripts are in it
                    end = max(*places, offsets[match.end()] - 1) + 1  # behind a letter's accents
                    hits.append((min(places), end))
        return _merged(hits)


NO_HITS = HitPatterns({}, ())


def hit_patterns(query: Query) -> HitPatterns:
    """The patterns of a query to highlight: of all that it does not negate."""
    words: dict[str, list[str]] = {}
    regexes: list[tuple[str, re.Pattern[str]]] = []
    for term in _positive_terms(query.terms):
        if term.field not in ("", TITLE, AUTHORS, ABSTRACT, NOTE):
            continue
        if not term.regex:
            words.setdefault(term.field, []).extend(
                expression for each in spelled_terms(term) for expression in _expressions(each)
            )
        elif is_tame(term.value):
            try:
                regexes.append((term.field, compiled(term.value)))
            except PatternError:
                continue
    patterns = {field: re.compile("|".join(expressions)) for field, expressions in words.items() if expressions}
    return HitPatterns(patterns, tuple(regexes)) if patterns or regexes else NO_HITS


def _positive_terms(conditions: Iterable[Condition]) -> Iterator[Term]:
    for condition in conditions:
        if isinstance(condition, Term):
            yield condition
        elif not isinstance(condition, Not):
            yield from _positive_terms(condition.parts)


def _expressions(term: Term) -> Iterator[str]:
    """Patterns for folded text; the words of a name each by itself."""
    is_name = term.field == AUTHORS
    value = normalize(term.value) if is_name else search_words(term.value)
    for words in (word for word in value.split(" ") if len(word) > 1) if is_name else (value,):
        if not words:
            continue
        mode = match_mode(words)
        expression = " +".join(map(re.escape, words.split(" ")))
        yield expression if mode == ANYWHERE else rf"(?<![^ ]){expression}" + (r"(?![^ ])" if mode == WHOLE else "")


def _merged(hits: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(hits):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def split(text: str, hits: Iterable[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    """A text in pieces, and of each whether it is a hit. Hits behind its end are left out."""
    at = 0
    for start, end in hits:
        start, end = max(at, start), min(end, len(text))
        if start < end:
            if at < start:
                yield text[at:start], False
            yield text[start:end], True
            at = end
    if at < len(text):
        yield text[at:], False
