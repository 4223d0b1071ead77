"""Queries of every kind for a made library, and their first pages."""

from __future__ import annotations

import random
import re
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from benchmarks.snapshot import CODES, Snapshot, common_words, is_coined
from feedreader.library import Library
from feedreader.query.language import parse_query

PAGE = 50  # papers: what a tall terminal shows
_EACH = 16  # queries of a kind
REMEMBERED = {"regular expression, common", "regular expression, rare"}  # kinds that are not searched for twice
_WORDS = ("common word", "rare word", "two words", "three words")
TYPED = {  # kinds that are typed on the screen, too: that takes its time
    *(*_WORDS, *(f"{kind}, by rank" for kind in _WORDS)),
    *("`is:unread` and a word", "`cat:`, the most common", "`sort:title`", "`author:`, common surnames"),
}
_LEAST = 4  # letters of a word


class Asked(NamedTuple):
    """A query, how long its first page took, and what of its first paper can be told on the screen ("": no paper)."""

    text: str
    seconds: float
    head: str


def first_page(library: Library, text: str) -> Asked:
    """From the text to the rows that the first page shows."""
    began = time.perf_counter()
    found = library.papers.window(parse_query(text), most=PAGE).found
    rows = library.papers.summaries(list(islice((key for _, keys in found for key in keys), PAGE)))
    took = time.perf_counter() - began
    return Asked(text, took, next((_telling(row.title or "") for row in rows.values()), ""))


def head(library: Library) -> str:
    """The beginning of the title that the list shows first."""
    group = library.papers.groups()[0]
    (first,) = library.papers.summaries(library.papers.keys(group.key, 0, 1)).values()
    return (first.title or "")[:20]


def _telling(title: str) -> str:
    words: list[str] = re.findall("[A-Za-z]+", title[:40])
    return max(words, key=len, default="")


def kinds(papers: Snapshot) -> Mapping[str, Sequence[str]]:
    """By kind, queries made of the papers themselves, the same ones each time."""
    chance = random.Random(4)
    places = chance.sample(range(papers.count), min(papers.count, 2000))
    titles = [_words(papers.record(place)["title"]) for place in places]
    rare = [word for words in titles for word in words if is_coined(word)][:_EACH]
    common = chance.sample(common_words(), _EACH)
    several = {
        number: [" ".join(chance.sample(words, number)).lower() for words in titles if len(words) >= number][:_EACH]
        for number in (2, 3)
    }
    pairs = (re.search(r"[A-Za-z]{4,} [A-Za-z]{4,}", papers.record(place)["title"]) for place in places)
    phrases = [f'"{pair[0].lower()}"' for pair in islice(filter(None, pairs), _EACH)]
    records = [papers.record(place) for place in places[:_EACH]]
    surnames = Counter(record["authors_parsed"][0][0] for record in map(papers.record, places))
    words = dict(zip(_WORDS, (common, rare, several[2], several[3]), strict=True))
    months = sorted({f"{day.day:%Y-%m}" for day in papers.days})
    asked = {
        **words,
        **{f"{kind}, by rank": [f"{text} sort:rank" for text in texts] for kind, texts in words.items()},
        "phrase": phrases,
        "one word without another": [f"{one} -{other}" for one, other in zip(common, reversed(common), strict=True)],
        "one word or another": [f"({one} or {other})" for one, other in zip(rare, common, strict=False)],
        "`is:unread`": ["is:unread"],
        "`is:unread` and a word": [f"is:unread {word}" for word in common],
        "`is:shortlisted`": ["is:shortlisted"],
        "`tag:`": ["tag:scale"],
        "`-tag:`": ["-tag:scale"],
        "`sort:title`": ["sort:title"],
        "`sort:title` and a word": [f"{word} sort:title" for word in common],
        "`sort:interest` and a word": [f"{word} sort:interest" for word in common[:4]],
        "`cat:`, the most common": [f"cat:{CODES[0]}"],
        "`cat:`, the rarest": [f"cat:{CODES[-1]}"],
        "`author:`, common surnames": [f"author:{name.lower()}" for name, _ in surnames.most_common(_EACH)],
        "`author:`, whole names": [f'author:"{record["submitter"]}"' for record in records],
        "`day:` and a month": [f"day:{month}" for month in months[:: max(1, len(months) // _EACH)]],
        "`source:`": ["source:papers"],
        "regular expression, common": [f"/{word[:4]}\\w+/" for word in common[:4]],
        "regular expression, rare": [f"/{word}s?/" for word in rare[:1]],
    }
    return {kind: texts for kind, texts in asked.items() if texts}


def _words(title: str) -> list[str]:
    return [word for word in re.findall(r"[A-Za-z]+", title) if len(word) >= _LEAST]
