"""What changed from one text to another, word by word. Pure.

What is only written otherwise is no change: white space, hyphens, quotation marks, capitals, accents.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

from feedreader.text.display import ELLIPSIS
from feedreader.text.normalize import normalize_compact

SAME, DELETED, INSERTED = "same", "deleted", "inserted"
_MOST = 800  # words that are compared; a longer text changed as a whole
_BRIDGE = 2  # words in common between two changes that are longer: the changes are easier to read as one
_CONTEXT = 12  # words at the most that are shown before and behind a change
_SPARED = 5  # words for which "…" does not stand
_REWRITTEN = 0.3  # share of the longer text's words that both have, below which it was written anew

_EDGES = "\"'“”‘’„‟«»‹›`´.,;:!?()[]{}…¡¿*_"
_DASHES = re.compile(r"[-‐-―−\u00ad\u200b]+")
_DASHES_BETWEEN = re.compile(r"-(?!\d)")
_LETTERS = re.compile(r"(?:[^\W\d_]|['’])+")
_SENTENCE_END = re.compile(r"\w{3,}[.?!][\"”’)\]]*\Z|[.?!][\"”’)\]]+\Z")


class Piece(NamedTuple):
    """Some words of a text: that both have (SAME), that the older one had (DELETED), or the newer has (INSERTED)."""

    kind: str
    words: Sequence[str]

    @property
    def text(self) -> str:
        return " ".join(self.words)


@lru_cache(maxsize=16)
def word_diff(old: str, new: str) -> tuple[Piece, ...]:
    """The newer text with what was deleted and inserted, deletions first; () if no word changed."""
    before, after = old.split(), new.split()
    blocks = [*_joined(_blocks(before, after))]
    if not any(deleted or inserted for _, deleted, inserted in blocks):
        return ()
    pieces = (
        piece
        for same, deleted, inserted in blocks
        for piece in (Piece(SAME, same), Piece(DELETED, deleted), Piece(INSERTED, inserted))
    )
    return tuple(piece for piece in pieces if piece.words)


def goes_on(cut: str, whole: str) -> bool:
    """Whether a text begins with another that breaks off in the middle of its last word."""
    return "".join(map(_key, whole.split())).startswith("".join(map(_key, cut.split()[:-1])))


def is_rewritten(pieces: Sequence[Piece]) -> bool:
    """Whether so little is left that the words of both texts side by side would say nothing."""
    same, deleted, inserted = (
        sum(len(piece.words) for piece in pieces if piece.kind == kind) for kind in (SAME, DELETED, INSERTED)
    )
    return same < _REWRITTEN * (same + max(deleted, inserted)) and same + max(deleted, inserted) > _CONTEXT


def excerpt(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """The changes with the words around them: to the ends of their sentences, or a few. "…" stands for the others."""
    result = []
    for place, piece in enumerate(pieces):
        words = piece.words
        if piece.kind == SAME:
            first, last = place == 0, place == len(pieces) - 1
            behind = 0 if first else _to_sentence_end(words)
            before = 0 if last else _from_sentence_start(words)
            if len(words) - behind - before > _SPARED:
                words = [*words[:behind], ELLIPSIS, *words[len(words) - before :]]
        result.append(Piece(piece.kind, words))
    return tuple(result)


def _to_sentence_end(words: Sequence[str]) -> int:
    """How many words lead to the end of the sentence, or a few if it is far off."""
    ends = (at + 1 for at, word in enumerate(words[:_CONTEXT]) if _SENTENCE_END.search(word))
    return next(ends, min(_CONTEXT // 2, len(words)))


def _from_sentence_start(words: Sequence[str]) -> int:
    """How many words at the end begin the sentence, or a few if it began far off."""
    near = words[-_CONTEXT:]
    starts = (len(near) - at - 1 for at in range(len(near) - 1, -1, -1) if _SENTENCE_END.search(near[at]))
    return next(starts, min(_CONTEXT // 2, len(words)))


_Block = tuple[Sequence[str], Sequence[str], Sequence[str]]  # words that stayed, and what changed behind them


def _blocks(before: Sequence[str], after: Sequence[str]) -> Iterator[_Block]:
    """What stayed, with the newer text's words, and what changed; where both are only written otherwise, it stayed."""
    if max(len(before), len(after)) > _MOST:
        yield (after, (), ()) if _same(before, after) else ((), before, after)
        return
    keys, others = [_key(word) for word in before], [_key(word) for word in after]
    same: list[str] = []
    for name, a, b, c, d in SequenceMatcher(None, keys, others).get_opcodes():
        if name == "equal" or _same(before[a:b], after[c:d]):
            same += after[c:d]
        else:
            yield same, before[a:b], after[c:d]
            same = []
    yield same, (), ()


def _joined(blocks: Iterator[_Block]) -> Iterator[_Block]:
    """The blocks, two changes as one where only a word or two between them stayed."""
    same, deleted, inserted = next(blocks)
    for between, older, newer in blocks:
        fewest = min(max(len(deleted), len(inserted)), max(len(older), len(newer)))
        if 0 < len(between) <= _BRIDGE and fewest > len(between):
            deleted, inserted = [*deleted, *between, *older], [*inserted, *between, *newer]
        else:
            yield same, deleted, inserted
            same, deleted, inserted = between, older, newer
    yield same, deleted, inserted


def _key(word: str) -> str:
    """A word as it is compared. Numbers keep their signs: 5.2 is not 52."""
    bare = _DASHES.sub("-", unicodedata.normalize("NFKC", word)).casefold().strip(_EDGES)
    bare = _DASHES_BETWEEN.sub("", bare)
    return normalize_compact(bare) or bare if _LETTERS.fullmatch(bare) else bare


def _same(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether two runs of words are the same but for blanks and hyphens between them."""
    return "".join(map(_key, before)) == "".join(map(_key, after))
