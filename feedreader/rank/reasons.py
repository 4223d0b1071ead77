"""Which words speak for a paper, as it writes them itself. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice, pairwise
from typing import NamedTuple

from feedreader.rank.features import Document, plain_letters
from feedreader.text.display import safe, shown
from feedreader.text.normalize import is_plain_text, normalize_in_place
from feedreader.text.scripts import SIGNS

MOST_WORDS = 5  # in all the reasons of a paper together
_MOST_REASONS = 4
_LEAST = 0.2  # of what the strongest word adds: with less, a word is no reason
_EQUAL = 0.25  # of the strongest word of a phrase: with less, a word is not part of it
_LONGEST_PHRASE = 3  # words
_STEM = 5  # letters
_JOINTS = frozenset((" ", "-", "‐", "‑", "–"))  # between words of one phrase
_SIGNS = str.maketrans({letter: "++" if sign == "+" else sign for sign, letter in SIGNS.items()})
_WORD = re.compile(r"[^\s‐‑–-]+")
_INSIDE = re.compile(r"[\w,)’'-]\s\Z")  # what stands before a word in the middle of a sentence


class _Word(NamedTuple):
    """A word in a text: where it starts and ends there, and as search compares it."""

    start: int
    end: int
    word: str


def reasons(
    document: Document, added: Mapping[str, float], pinned: Mapping[str, str], banned: Iterable[str]
) -> tuple[str, ...]:
    """The pinned phrases; then the words that add most, together with those beside them that do, too.

    `added` has what some words add; `pinned` and `banned` are phrases of normalized words, the pinned ones with how she
    wrote them. No reason has a banned phrase.
    """
    least = _LEAST * max(added.values(), default=0.0)
    strong = {word: value for word, value in added.items() if value >= least}
    chosen = [tuple(phrase.split(" ")) for phrase in islice(pinned, _MOST_REASONS)]
    texts = [_Text(text, {*strong, *(word for phrase in chosen for word in phrase)}) for text in document[:2]]
    phrases = {(word,) for word in strong} | {phrase for text in texts for phrase in text.phrases(strong)}
    unwanted = [f" {phrase} " for phrase in banned]

    def strength(phrase: Sequence[str]) -> tuple[float, float]:
        each = list(map(added.__getitem__, phrase))
        return max(each), sum(each)

    order = sorted(sorted(phrases), key=strength, reverse=True)
    said = [word for phrase in chosen for word in phrase]
    for phrase in order:
        if len(chosen) < _MOST_REASONS and len(said) + len(phrase) <= MOST_WORDS and _is_new(phrase, said, unwanted):
            chosen.append(phrase)
            said += phrase
    title, abstract = texts
    return tuple(
        abstract.inside(phrase)
        or abstract.lowered(phrase)
        or title.lowered(phrase)
        or as_typed(" ".join(phrase), pinned)
        for phrase in chosen
    )


def spelled(words: Iterable[str], documents: Iterable[Document]) -> dict[str, str]:
    """Normalized words as these papers write them, without a capital if one of them does. Words that none has are left
    out."""
    found: dict[str, str] = {}
    sought = set(words)
    for document in documents:
        for text in (document.abstract, document.title):
            here = _Text(text, sought)
            for word in {each.word for each in here.words}:
                if own := here.inside((word,)) or here.lowered((word,)):
                    found[word] = min(found.get(word, own), own, key=_capitals)
        sought = {word for word in sought if word not in found or _capitals(found[word]) == 1}
        if not sought:
            break
    return found


def _capitals(text: str) -> int:
    return sum(map(str.isupper, text))


class _Text:
    """Where some words are in a text."""

    def __init__(self, text: str, words: Collection[str]) -> None:
        self.text = shown(text)
        letters = plain_letters(self.text)
        places: Sequence[int] = range(len(letters))
        padded = f" {letters} "
        if not is_plain_text(self.text) and not all(f" {word} " in padded for word in words):
            letters, places = normalize_in_place(self.text)
            padded = f" {letters} "
        self.words = sorted(chain.from_iterable(_places(padded, places, word) for word in words))

    def phrases(self, strong: Mapping[str, float]) -> Iterator[tuple[str, ...]]:
        """Two or three strong words that are side by side, and about equally strong."""
        run: tuple[str, ...] = ()
        before = 0
        for start, end, word in self.words:
            if word not in strong:
                continue
            is_joined = word not in run and self.text[before:start] in _JOINTS
            run = (*run, word)[-_LONGEST_PHRASE:] if is_joined else (word,)
            for length in range(2, len(run) + 1):
                added = list(map(strong.__getitem__, run[-length:]))
                if min(added) >= _EQUAL * max(added):
                    yield run[-length:]
            before = end

    def inside(self, phrase: Sequence[str]) -> str:
        """A phrase as it is written in the middle of a sentence, with as few capitals as it ever is."""
        found = (
            self.text[start:end]
            for start, end in self._found(phrase)
            if _INSIDE.search(self.text, max(0, start - 2), start)
        )
        return min(found, key=_capitals, default="")

    def lowered(self, phrase: Sequence[str]) -> str:
        """A phrase as it is written, in lower case but for words with capitals inside."""
        for start, end in self._found(phrase):
            return _WORD.sub(_lowered, self.text[start:end])
        return ""

    def _found(self, phrase: Sequence[str]) -> Iterator[tuple[int, int]]:
        for place, first in enumerate(self.words):
            here = self.words[place : place + len(phrase)]
            if first.word == phrase[0] and [each.word for each in here] == list(phrase):
                joints = (self.text[one.end : other.start] for one, other in pairwise(here))
                if _JOINTS.issuperset(joints):
                    yield first.start, here[-1].end


def _is_new(phrase: Sequence[str], said: Sequence[str], unwanted: Sequence[str]) -> bool:
    text = f" {' '.join(phrase)} "
    alike = any(_alike(word, other) for word in phrase for other in said)
    return not alike and not any(part in text for part in unwanted)


def _alike(first: str, second: str) -> bool:
    """Whether one word is a form of the other, as far as their beginnings show: `attack`, `attacks`, `attacking`."""
    short, long = (first, second) if len(first) < len(second) else (second, first)
    stem = short.removesuffix("s")
    return long.startswith(stem) and (len(stem) >= _STEM or long.removesuffix("s") == stem)


def _places(letters: str, places: Sequence[int], word: str) -> Iterator[_Word]:
    """Where a word is in a normalized text, with a blank at both ends, whose characters come from these places."""
    needle = f" {word} "
    at = letters.find(needle)
    while at >= 0:
        end = at + len(word)
        yield _Word(places[at], places[end] if end < len(places) else places[-1] + 1, word)
        at = letters.find(needle, end + 1)


def _lowered(match: re.Match[str]) -> str:
    word = match[0]
    return word.lower() if word[1:] == word[1:].lower() and sum(map(str.isalpha, word)) > 1 else word


def as_typed(phrase: str, typed: Mapping[str, str] = {}) -> str:
    """Normalized words as she typed them, else with their signs: `c++`."""
    return safe(typed[phrase]) if phrase in typed else phrase.translate(_SIGNS)
