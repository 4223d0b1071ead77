"""Which words of a title a style must leave as they are: braces around names, symbols and formulas. Pure.

A style may set a title in sentence case, in which every capital outside braces becomes small (plain.bst, Pandoc, most
of biblatex's), or in title case, in which small words get capitals. So what is braced is what neither may touch.

- A formula, and what has capitals behind the first letter or nothing but capitals: arXiv, K3, C*, X-ray, Sgr.
- In a title in sentence case, every capital: it stands there because the word is a name. Such a title has a small
  word that title case would have given a capital: one that is no article, conjunction, preposition or the like.
- In a title in title case, where all words look like names: those that the paper's abstract writes with a capital in
  the middle of a sentence, more often than with a small letter; and foreign words, which have letters beyond a to z.
  A title of one or two such words may be in either case: there, all that the abstract does not write small.
- A small letter by itself, which is a symbol: p-adic, top-k.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice

from feedreader.text.tex.to_unicode import to_unicode

_TEX_SIGN = re.compile(r"[\\{}$]")
_RECENT = 4000  # words of which the answer is remembered
_PIECE = re.compile(r"\\.|[{}$ ]|[^\\{}$ ]+")
_BEFORE, _AFTER = "([`'\"", ")]'\",.;:?!"
_PARTS = re.compile(r"[-–—‐‑/'’(),.:;\[\]`\"&+]+")
_HYPHENS = re.compile(r"[-–—‐‑/]+")
_QUOTES = "()[]`'\"“”‘’,.:;?!"
_VOWEL = re.compile("[aeiouy]", re.IGNORECASE)
_TOKEN = re.compile(r"[^\W\d_]\w*|[(.:!?]")
_INTRODUCED = re.compile(r"([^(.:!?]*)\((\w*)")
_REACH = 100  # how far a name is looked at
_FEW = 0.25  # a title with fewer small words among its others is in title case, but for slips
_TOO_FEW = 2  # so many words with capitals tell nothing: "A Good Reasoner", "Life in New York"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SMALL_WORDS = _words(  # those of closed classes, then particles and prefixes
    """
    a an the and or nor but so yet as if than that of in on at to by up for from with into onto over off out per via vs
    about above across after against along amid among around before behind below beneath beside between beyond despite
    during except inside like near outside since through throughout toward towards under underneath until unlike upon
    versus within without it its he his she her we us our you your they them their i my me this these those all any both
    each every some no not only more most much many few other such what which who whom whose when where while why how
    there then here also too very is am are was were be been being do does did has have had can could may might must
    shall should will would let using
    de del der des di da du el et al la le les van von den ter ten y und co re un ex bi pre non
    """
)


def protected(title: str, abstract: str = "") -> str:
    """A title in LaTeX with braces around the words that a style must leave alone. `abstract` as the source has it."""
    words = _split(title)
    bare = words if _TEX_SIGN.search(title) is None else [_bare(word) for word in words]
    cases = list(map(_case, bare[1:]))
    small, large = cases.count(-1), cases.count(1)
    in_sentence = 0 < small >= large * _FEW
    names = None if in_sentence else _names_in(abstract, bare[len(words) < 2 :], doubtful=large <= _TOO_FEW)
    named = [_has_name(word, before, names) for word, before in zip(bare, ["", *bare], strict=False)]
    named[-1] |= len(words) > 1 and bare[-1] == "A"  # no article
    return " ".join(map(_protect, words, named))


def _split(title: str) -> list[str]:
    """The words; what stands in braces or dollar signs is not parted."""
    if _TEX_SIGN.search(title) is None:
        return title.split(" ")
    words, depth, formula = [""], 0, False
    for piece in _PIECE.findall(title):
        if piece == " " and depth == 0 and not formula:
            words.append("")
            continue
        depth += {"{": 1, "}": -1}.get(piece[-1], 0)  # \{ too: BibTeX counts it
        formula ^= piece == "$"
        words[-1] += piece
    return words


@lru_cache(maxsize=_RECENT)
def _parts(word: str) -> tuple[str, ...]:
    return tuple(_PARTS.split(word))


def _bare(word: str) -> str:
    return to_unicode(word) if _TEX_SIGN.search(word) else word


@lru_cache(maxsize=_RECENT)
def _case(word: str) -> int:
    """Of a word that has a capital in title case: 1 if it has one, -1 if it has none; 0 of all others."""
    word = word.strip(_QUOTES)
    first = _parts(word)[0]
    if not first.isalpha() or first.lower() in _SMALL_WORDS or _is_symbol(word):
        return 0
    return -1 if first.islower() else 1


def _has_name(word: str, before: str, names: frozenset[str] | None) -> bool:
    """Whether a part of a word is one of `names`, or (None) has a capital with which no sentence begins."""
    if word.islower():
        return False
    parts = _parts(word.strip(_QUOTES))
    begins = not before or (before.endswith(":") and parts[0].lower() in _SMALL_WORDS)
    capitals = (part for part in parts[begins:] if part[:1].isupper())
    return any(names is None or part in names or not part.isascii() for part in capitals)


def _names_in(text: str, words: Iterable[str], doubtful: bool) -> frozenset[str]:
    """Those parts of words that have capitals in the middle of sentences, more often than not; if it is in doubt
    whether the words are in title case, also those that are never small."""
    if not text:
        return frozenset()
    parts = {part for word in words for part in _parts(word.strip(_QUOTES)) if part[:1].isupper()}
    return frozenset(part for part in parts if part.lower() not in _SMALL_WORDS and _is_name(part, text, doubtful))


def _is_name(part: str, text: str, doubtful: bool) -> bool:
    if not doubtful and part not in text:
        return False
    small = sum(1 for _ in _places(part.lower(), text)) - doubtful
    return small < 0 or next(islice(_uses_as_name(part, text), small, None), None) is not None


def _places(word: str, text: str) -> Iterator[int]:
    """Where a text has a word."""
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        if not text[at - 1 : at].isalnum() and not text[end : end + 1].isalnum():
            yield at
        at = text.find(word, end)


def _uses_as_name(word: str, text: str) -> Iterator[int]:
    """Where a word with a capital stands behind a small one, other such words aside. A word of those that introduce an
    abbreviation does not count: Large Language Models (LLMs)."""
    for at in _places(word, text):
        if _token_before(text, at)[:1].isalpha():
            introduced = _INTRODUCED.match(text, at, at + _REACH)
            if not (introduced and _stands_for(*introduced.groups())):
                yield at


def _token_before(text: str, at: int) -> str:
    """The last word or sign before a place that is no name; "" if there is none near."""
    for reach in (_REACH // 4, _REACH):
        tokens = _TOKEN.findall(text, max(0, at - reach), at)
        while tokens and tokens[-1][0].isupper() and tokens[-1].lower() not in _SMALL_WORDS:
            tokens.pop()
        if len(tokens) > 1:  # the first may be but the end of one
            break
    return tokens[-1] if tokens else ""


def _stands_for(words: str, abbreviation: str) -> bool:
    return len(_TOKEN.findall(words)) <= sum(map(str.isupper, abbreviation))


@lru_cache(maxsize=_RECENT)
def _protect(word: str, name: bool) -> str:
    """A word, in braces if it is that of a name or must stay as it is for its own sake."""
    if word.isalpha() and word.islower() and len(word) > 1:
        return word
    inner = word.lstrip(_BEFORE)
    before, inner = word[: len(word) - len(inner)], inner.rstrip(_AFTER)
    after = word[len(before) + len(inner) :]
    if after[:1] == ")" and inner.count("(") > inner.count(")"):  # SU(2)
        inner, after = f"{inner})", after[1:]
    if not inner:
        return word
    needed = name or "$" in inner or _is_symbol(_bare(inner))
    if not needed or (inner[0] == "{" and inner[1:2] != "\\" and _closes_at_end(inner)):
        return word
    if inner[0] == "\\":  # behind a brace it would be taken for an accented letter
        inner = f"{{{inner}}}"
    return f"{before}{{{inner}}}{after}"


@lru_cache(maxsize=_RECENT)
def _is_symbol(word: str) -> bool:
    """Whether its capitals are no mere beginning, or a letter stands by itself. "A" and "a" are words."""
    if word in ("A", "a"):
        return False
    letters = [part for part in _HYPHENS.split(word) if len(part) == 1]
    return any("a" <= letter <= "z" for letter in letters) or any(map(_odd, _parts(word)))


def _odd(part: str) -> bool:
    """Capitals behind the first letter, or with no vowel or small letter or beside a figure; or a symbol like Fe."""
    if not any(map(str.isupper, part)):
        return False
    small = [letter for letter in part if letter.islower()]
    return (
        not small
        or any(map(str.isupper, part[1:]))
        or any(map(str.isdigit, part))
        or (part.isascii() and _VOWEL.search(part) is None)
        or (len(part) == 2 and part.lower() not in _SMALL_WORDS)
    )


def _closes_at_end(text: str) -> bool:
    depth = 0
    for number, char in enumerate(text):
        depth += {"{": 1, "}": -1}.get(char, 0)
        if depth == 0:
            return number == len(text) - 1
    return False
