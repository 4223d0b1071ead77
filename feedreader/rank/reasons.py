"""Which words speak for a paper, as it writes them itself. Pure."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Mapping, Sequence

from feedreader.rank.features import Document, Term, text_of
from feedreader.text.display import shown
from feedreader.text.normalize import normalize_in_place
from feedreader.text.scripts import SIGNS

MOST_WORDS = 5  # in all the reasons of a paper together
_MOST_REASONS = 4
_LEAST = 0.02  # of all that speaks for a paper: with less, a word is no reason
_SIGNS = str.maketrans({letter: "++" if sign == "+" else sign for sign, letter in SIGNS.items()})
_INSIDE = re.compile(r"[\w,)’'-]\s\Z")  # what stands before a word in the middle of a sentence


def strongest(added: Mapping[Term, float], pinned: Sequence[str], banned: Iterable[str]) -> list[str]:
    """The pinned words, then the terms that add most; none of them holds a banned word or is part of another."""
    chosen = list(pinned[:_MOST_REASONS])
    said = {word for phrase in chosen for word in phrase.split(" ")}
    least = _LEAST * sum(added.values())
    unwanted = [f" {phrase} " for phrase in banned]
    for term in heapq.nlargest(6 * _MOST_REASONS, added, key=lambda term: (added[term], text_of(term))):
        text = text_of(term)
        words = text.split(" ")
        room = len(chosen) < _MOST_REASONS and len(said) + len(words) <= MOST_WORDS
        is_banned = any(phrase in f" {text} " for phrase in unwanted)
        if room and added[term] >= least and said.isdisjoint(words) and not is_banned:
            chosen.append(text)
            said.update(words)
    return chosen


def as_written(phrases: Iterable[str], document: Document) -> tuple[str, ...]:
    """Normalized words as the paper writes them: in lower case, unless they have capitals in the middle of a sentence
    or inside a word.
    """
    texts = [shown(text) for text in (document.abstract, document.title)]
    folded = [normalize_in_place(text) for text in texts]
    return tuple(_as_written(phrase, texts, folded) for phrase in phrases)


def _as_written(phrase: str, texts: Sequence[str], folded: Sequence[tuple[str, Sequence[int]]]) -> str:
    pattern = re.compile(r"(?<!\S)" + r"\s+".join(map(re.escape, phrase.split(" "))) + r"(?!\S)")
    found = ""
    for text, (letters, places) in zip(texts, folded, strict=True):
        for match in pattern.finditer(letters):
            start, end = places[match.start()], places[match.end()] if match.end() < len(places) else len(text)
            written = " ".join(text[start:end].split())
            if text is texts[0] and _INSIDE.search(text, max(0, start - 2), start):
                return written
            found = found or written
    return " ".join(map(_lowered, (found or plain(phrase)).split(" ")))


def _lowered(word: str) -> str:
    return word.lower() if word[1:] == word[1:].lower() and len(word) > 1 else word


def plain(phrase: str) -> str:
    """Normalized words with their signs as they are typed: `c++`."""
    return phrase.translate(_SIGNS)
