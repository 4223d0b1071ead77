"""What a paper is compared by: its words, its authors, and the form of its announcement. Pure."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from operator import mul
from typing import NamedTuple

from feedreader.text.author_names import is_others, name_words
from feedreader.text.normalize import is_plain_text, search_words


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FORM = (  # of a paper, in the order of `form`: what each of these numbers is
    "a name before the title",
    "a question as the title",
    "a number in the title",
    "the length of the title",
    "the length of the abstract",
    "a link in the abstract",
    "the number of authors",
)
_SHORTEST, _LONGEST = 2, 40  # letters of a word
_MOST_TITLE, _MOST_ABSTRACT = 200, 3000  # words that are looked at
_USUAL_ABSTRACT = 1200  # letters: that a source gives none says nothing of the paper
_LOGS = (0.0, *(1 + math.log(count) for count in range(1, 2 * _MOST_TITLE + _MOST_ABSTRACT + 1)))
_FOLDED = bytes(ord(chr(code).lower()) if chr(code).isalnum() else 32 for code in range(128)) + bytes(128)
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u31f0-\u9fff\uf900-\ufaff]{2,}")
_NAMED = re.compile(r"[\w+-]{2,20}(?: [\w+-]{1,12})?:")
_NUMBER = re.compile(r"\d")
_PLAIN_NAME = re.compile(r"[A-Z][a-z]+(?: [A-Z][a-z]+)+")
_COMMON = _words(  # of any text; what else is common, the papers themselves tell
    "a about above across after again against all almost along also although am among an and any are around as at be "
    "because been before being below between both but by can cannot could did do does doing done down due during each "
    "either else et al etc ever every few first for from further gets given gives had has have having he hence her "
    "here how however i if in instead into is it its itself just last least less let like made make makes many may "
    "might more moreover most much must near neither never no nor not now of off often on once one only onto or other "
    "others our ours out over own per perhaps quite rather same second see shall she should show shown shows since so "
    "some still such take than that the their them themselves then there thereby therefore these they this those "
    "though three through throughout thus to together too toward towards two under until up upon us use used uses "
    "using very via was way we well were what when where whereas whether which while who whom whose why will with "
    "within without would yet you your"
)


class Document(NamedTuple):
    """As much of a paper as is learned from. `labels` are its categories and sources, each as `label` writes it."""

    title: str
    abstract: str
    authors: Sequence[str] = ()
    labels: Sequence[str] = ()


def label(kind: str, name: str) -> str:
    """A category (`cat`) or source (`source`) as a term of its own, which no words of a text are."""
    return f"{kind}:{name}"


def words_of(document: Document) -> list[str]:
    """The words of a paper in their order, those of the title twice; between its parts an empty one."""
    title = words_in(document.title, _MOST_TITLE)
    return [*title, "", *title, "", *words_in(document.abstract, _MOST_ABSTRACT)]


def words_in(text: str, most: int = _MOST_TITLE) -> list[str]:
    """The first words of a text; what is written without blanks between words, in twos of its characters."""
    text = text[: 20 * most]
    if is_plain_text(text):  # the same, faster
        return plain_letters(text).split()[:most]
    words = search_words(text)
    if not words.isascii():
        words = _UNSPACED.sub(_in_twos, words)
    return words.split()[:most]


def plain_letters(text: str) -> str:
    """A text of the same length in lower case, with blanks for all in it that is no letter or digit of ASCII."""
    return text.encode("ascii", "replace").translate(_FOLDED).decode()


def _in_twos(run: re.Match[str]) -> str:
    return " ".join(map("".join, pairwise(run[0])))


def is_telling(word: str) -> bool:
    """Whether a word says anything of what a paper is about."""
    return _SHORTEST <= len(word) <= _LONGEST and word not in _COMMON


def measured(
    words: Iterable[str], places: Mapping[str, int], rare: Sequence[float]
) -> tuple[Iterable[int], list[float], float]:
    """The places (1 or more) of a paper's known words; the value of each, by how often and how rare it is; and the
    length of these values as a vector.
    """
    counts = Counter(filter(None, map(places.get, words)))
    values = list(map(mul, map(rare.__getitem__, counts), map(_LOGS.__getitem__, counts.values())))
    return counts.keys(), values, math.hypot(*values) or 1.0


def form(document: Document) -> tuple[float, ...]:
    """The numbers of FORM."""
    title, abstract = document.title, document.abstract
    return (
        1.0 if _NAMED.match(title) else 0.0,
        1.0 if title.endswith("?") else 0.0,
        1.0 if _NUMBER.search(title) else 0.0,
        min(len(title), 200) / 100,
        min(len(abstract) or _USUAL_ABSTRACT, 2500) / 1000,
        1.0 if "http" in abstract else 0.0,
        math.log1p(min(len(document.authors), 50)),
    )


def author_key(name: str) -> str:
    """The form in which names of one author are alike: case and order do not count, nor do initials' points. "" if it
    names nobody, such as "et al."."""
    if _PLAIN_NAME.fullmatch(name):
        return name.lower()
    return "" if is_others(name) else " ".join(name_words(name))


def author_keys(names: Iterable[str]) -> dict[str, str]:
    """Of each author the key and the name as it is written."""
    return {key: name for name in names if (key := author_key(name))}
