"""What a paper is compared by: its words and pairs of words, its authors, and the form of its announcement. Pure."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from feedreader.text.author_names import name_words
from feedreader.text.normalize import search_words

FORM = (  # of a paper, in the order of `form`: what each of these numbers is
    "a name before the title",
    "a question as the title",
    "a number in the title",
    "the length of the title",
    "the length of the abstract",
    "a link in the abstract",
    "the number of authors",
    "the number of categories",
)
_TITLE_COUNTS = 2  # times
_SHORTEST = 2  # letters of a word
_NAMED = re.compile(r"[\w+-]{2,20}(?: [\w+-]{1,12})?:")
_PLAIN_NAME = re.compile(r"[A-Z][a-z]+(?: [A-Z][a-z]+)+")
_COMMON = frozenset(  # words of any text; what else is common, the papers themselves tell
    "a about above across after again against all almost along also although am among an and any are around as at "
    "be because been before being below between both but by can cannot could did do does doing done down due during "
    "each either else et al etc ever every few first for from further gets given gives had has have having he hence "
    "her here how however i if in instead into is it its itself just last least less let like made make makes many may "
    "might more moreover most much must near neither never no nor not now of off often on once one only onto or other "
    "others our ours out over own per perhaps quite rather same second see shall she should show shown shows since so "
    "some still such take than that the their them themselves then there thereby therefore these they this those though "
    "three through throughout thus to together too toward towards two under until up upon us use used uses using very "
    "via was way we well were what when where whereas whether which while who whom whose why will with within without "
    "would yet you your".split()
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


def terms(title: str, abstract: str) -> Counter[str]:
    """Words, and pairs of words that stand side by side, with how often each is used; in the title it counts twice."""
    counts: Counter[str] = Counter()
    for text, times in ((title, _TITLE_COUNTS), (abstract, 1)):
        words = ["" if word in _COMMON or len(word) < _SHORTEST else word for word in search_words(text).split(" ")]
        pairs = [f"{first} {second}" for first, second in pairwise(words) if first and second]
        for _ in range(times):
            counts.update(words)
            counts.update(pairs)
    counts.pop("", None)
    return counts


def form(document: Document) -> tuple[float, ...]:
    """The numbers of FORM."""
    title, abstract = document.title, document.abstract
    return (
        1.0 if _NAMED.match(title) else 0.0,
        1.0 if title.endswith("?") else 0.0,
        1.0 if any(map(str.isdigit, title)) else 0.0,
        min(len(title), 200) / 100,
        min(len(abstract), 2500) / 1000,
        1.0 if "http" in abstract else 0.0,
        math.log1p(min(len(document.authors), 50)),
        float(min(sum(label.startswith("cat:") for label in document.labels), 6)),
    )


def author_key(name: str) -> str:
    """The form in which names of one author are alike: case and order do not count, nor do initials' points."""
    return name.lower() if _PLAIN_NAME.fullmatch(name) else " ".join(name_words(name))


def author_keys(names: Iterable[str]) -> dict[str, str]:
    """Of each author the key and the name as it is written."""
    return {author_key(name): name for name in names}
