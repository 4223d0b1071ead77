"""Where a query's words stand in the text that is shown. Pure.

Words are compared folded, as the search does, and marked as shown: `lambda` marks the Λ of ΛCDM.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from feedreader.model import Condition, Not, Query, Term
from feedreader.query.regex import PatternError, compiled, is_tame, spans
from feedreader.text.normalize import ANYWHERE, WHOLE, match_mode, normalize, normalize_in_place

TITLE, AUTHORS, ABSTRACT, NOTE, REST = "title", "author", "abstract", "note", ""


class HitPatterns(NamedTuple):
    """What a query looks for: by field ("" anywhere) a pattern for folded words, and regular expressions."""

    words: dict[str, re.Pattern[str]]
    patterns: tuple[tuple[str, re.Pattern[str]], ...]

    def places(self, text: str, part: str) -> list[tuple[int, int]]:
        """Where it stands in a text that is shown, in order, without overlaps. `part` tells what text it is."""
        found = [span for field, one in self.patterns if field in ("", part) for span in spans(one, text)]
        wanted = [self.words[field] for field in dict.fromkeys(("", part)) if field in self.words]
        if wanted:
            folded, places = normalize_in_place(text)
            for one in wanted:
                matches = one.finditer(folded)
                found += ((places[one.start()], _end(text, folded, places, one.end())) for one in matches)
        return _merged(found)


NOTHING = HitPatterns({}, ())


def hit_patterns(query: Query) -> HitPatterns:
    """What there is to mark of a query: what it does not negate."""
    words: dict[str, list[str]] = {}
    patterns: list[tuple[str, re.Pattern[str]]] = []
    for term in _wanted(query.terms):
        if term.field not in ("", TITLE, AUTHORS, ABSTRACT, NOTE):
            continue
        if not term.regex:
            words.setdefault(term.field, []).extend(_expressions(term))
        elif is_tame(term.value):
            try:
                patterns.append((term.field, compiled(term.value)))
            except PatternError:
                continue
    together = {field: re.compile("|".join(some)) for field, some in words.items() if some}
    return HitPatterns(together, tuple(patterns)) if together or patterns else NOTHING


def _wanted(conditions: Iterable[Condition]) -> Iterator[Term]:
    for condition in conditions:
        if isinstance(condition, Term):
            yield condition
        elif not isinstance(condition, Not):
            yield from _wanted(condition.parts)


def _expressions(term: Term) -> Iterator[str]:
    """Patterns for folded text; the words of a name each by itself."""
    said = normalize(term.value)
    for words in (word for word in said.split(" ") if len(word) > 1) if term.field == AUTHORS else (said,):
        if not words:
            continue
        mode = match_mode(words)
        expression = " +".join(map(re.escape, words.split(" ")))
        yield expression if mode == ANYWHERE else rf"(?<![^ ]){expression}" + (r"(?![^ ])" if mode == WHOLE else "")


def _end(text: str, folded: str, places: Sequence[int], end: int) -> int:
    """Where what ends there in the folded text ends in the text: behind the accents of its last letter."""
    last = places[end - 1] + 1
    following = places[end] if end < len(folded) else len(text)
    return max(last, following)


def _merged(found: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def split(text: str, places: Iterable[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    """A text in pieces, and of each whether it is a hit. Places behind its end are left out."""
    at = 0
    for start, end in places:
        start, end = max(at, start), min(end, len(text))
        if start < end:
            if at < start:
                yield text[at:start], False
            yield text[start:end], True
            at = end
    if at < len(text):
        yield text[at:], False
