"""Papers in any number, in the form of arXiv's snapshot (JSON Lines): `python -m benchmarks.snapshot PAPERS FILE`.

They are made of the texts at hand (`benchmarks.papers`): an abstract takes its sentences from several papers, a title
its halves from two, and some words are others: drawn as often as the texts have them, or coined, so that the
vocabulary grows with the papers as that of real texts does. Every paper is a function of the seed, the number of
papers and its place alone.
"""

from __future__ import annotations

import json
import random
import re
import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import accumulate, islice
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.papers import REAL, entries
from feedreader.arxiv.categories import CATEGORIES

LAST = date(2026, 7, 31)  # of the days with papers of the library itself
DAYS_AFTER = 5
DAY = 1000  # papers on a day, as arXiv has them
SEED = 1
_FEWEST = 100  # papers on a day of a small library, which is that of a reader of some categories
_FIVE_DIGITS = date(2015, 1, 1)  # from when on a month may have more than 9,999 ids
_TEXTS = 23_000
_RUN = 30  # words of a sentence where the text has no full stops
_LONG = 5  # letters of a word that is drawn
_CHANGED = 6  # sentences of an abstract of which a word is another, at the most
_TAIL, _STEEPNESS = 8000, 0.5  # of the coined words: P(rank ≥ r) = (r / _TAIL) ^ -_STEEPNESS
_MOST_COMMON = 100
_PRIME = 1_299_709
_COMMON = ("cs.LG", "cs.AI", "cs.CV", "cs.CL")
CODES = (*_COMMON, *(code for code in CATEGORIES if code not in _COMMON))  # from the most common to the rarest
_CODE_WEIGHTS = list(accumulate(1 / (rank + 4) ** 1.3 for rank in range(len(CODES))))


class _Texts(NamedTuple):
    """What papers are made of."""

    titles: list[list[str]]
    openings: list[str]  # first sentences of abstracts
    sentences: list[list[str]]  # the others
    authors: list[tuple[str, ...]]
    running: list[str]  # words of some length, as often as they come
    words: list[str]  # the same, each once


class _Day(NamedTuple):
    first: int  # the place of its first paper
    day: date
    id: int  # of its first paper in its month


class Snapshot:
    """Papers 0 … `count` - 1, the oldest first, and after them `DAYS_AFTER` days of `DAY` more each."""

    def __init__(self, count: int, seed: int = SEED) -> None:
        self.count, self.seed = count, seed
        self.days = list(_calendar(count))
        self._chance = random.Random()

    def lines(self, first: int = 0, last: int | None = None) -> Iterator[str]:
        for place in range(first, self.count if last is None else last):
            yield json.dumps(self.record(place), ensure_ascii=False) + "\n"

    def day_after(self, number: int = 0) -> Iterator[str]:
        """One of the days after all."""
        first = self.count + number * DAY
        return self.lines(first, first + DAY)

    def record(self, place: int) -> dict[str, Any]:
        chance, texts = self._chance, _texts()
        chance.seed(self.seed << 40 | place)
        day = self.days[bisect_right(self.days, place, key=lambda day: day.first) - 1]
        made = datetime(*day.day.timetuple()[:3], chance.randrange(24), chance.randrange(60), tzinfo=UTC)
        names = self._authors(texts)
        journal = chance.random() < 0.1
        versions = [made + timedelta(days=30 * number) for number in range(1 + (chance.random() < 0.3))]
        return {
            "id": f"{day.day:%y%m}.{day.id + place - day.first:05}",
            "submitter": names[0],
            "authors": ", ".join(names),
            "title": self._title(texts),
            "comments": f"{chance.randint(4, 40)} pages, {chance.randint(1, 20)} figures" if place % 2 else None,
            "journal-ref": f"J. Bench. {day.day.year - 1990} ({day.day.year}) {place}" if journal else None,
            "doi": f"10.5555/bench.{self.seed}.{place}" if journal else None,
            "report-no": None,
            "categories": " ".join(self._categories()),
            "license": None,
            "abstract": f"  {self._abstract(texts)}\n",
            "versions": [
                {"version": f"v{number}", "created": f"{time:%a, %d %b %Y %H:%M:%S} GMT"}
                for number, time in enumerate(versions, 1)
            ],
            "update_date": f"{versions[-1].date()}",
            "authors_parsed": [[surname, given, ""] for given, _, surname in (name.rpartition(" ") for name in names)],
        }

    def _title(self, texts: _Texts) -> str:
        chance = self._chance
        one, other = chance.choice(texts.titles), chance.choice(texts.titles)
        words = [*one[: (len(one) + 1) // 2], *other[len(other) // 2 :]]
        words[chance.randrange(len(words))] = self._other_word(texts).capitalize()
        return " ".join(words)

    def _abstract(self, texts: _Texts) -> str:
        """Sentences of several papers; the first and some others with other words."""
        chance = self._chance
        opening = chance.choice(texts.openings).split(" ")
        start = range(min(len(opening) - 1, 12))
        for place, word in zip(chance.sample(start, 2), (self._other_word(texts), self._coined(texts)), strict=True):
            opening[place] = word
        sentences = [" ".join(opening)]
        changed = chance.randrange(_CHANGED)
        while len(sentences) < 6 and (own := chance.choice(texts.sentences)):
            for sentence in own[:: chance.randint(1, 3)]:
                if len(sentences) <= changed:
                    sentence = self._changed(sentence, texts)
                sentences.append(sentence)
        return "\n".join(sentences[:10])

    def _changed(self, sentence: str, texts: _Texts) -> str:
        words = sentence.split(" ")
        place = self._chance.randrange(len(words))
        if words[place].isalpha():  # not half a formula
            words[place] = self._other_word(texts)
        return " ".join(words)

    def _other_word(self, texts: _Texts) -> str:
        """One of the texts, as often as they have it; of eight, one that is coined."""
        chance = self._chance
        if chance.random() < 1 / 8:
            return self._coined(texts)
        return chance.choice(texts.running)

    def _coined(self, texts: _Texts) -> str:
        """A word that the texts do not have: the beginning of one and the end of another, by its rank."""
        rank = int(_TAIL * (1 - self._chance.random()) ** (-1 / _STEEPNESS))
        number = len(texts.words)
        one, other = (texts.words[place * _PRIME % number] for place in (rank, rank + 1 + rank // number))
        return one[: max(3, 2 * len(one) // 3)] + other[len(other) // 2 :]

    def _authors(self, texts: _Texts) -> list[str]:
        """Those of a paper of the texts, some with another's given name."""
        chance = self._chance
        names = []
        for name in chance.choice(texts.authors):
            if chance.random() < 1 / 4:
                given, surname = chance.choice(texts.authors)[0].rpartition(" ")[0], name.rpartition(" ")[2]
                name = f"{given} {surname}"
            names.append(name)
        return list(dict.fromkeys(names))

    def _categories(self) -> list[str]:
        chance = self._chance
        return list(dict.fromkeys(chance.choices(CODES, cum_weights=_CODE_WEIGHTS, k=chance.choice((1, 1, 2, 2, 3)))))


def _calendar(count: int) -> Iterator[_Day]:
    """The days, and the one after them: more on some than on others, and arXiv's number of them from 1 M papers on."""
    most = sum(1 for _ in _working_days(LAST, _FIVE_DIGITS))
    rate = max(min(DAY, max(_FEWEST, count // 1000)), count * 1.1 / most)
    left, sizes = count, []
    for day in _working_days(LAST, date.min):
        size = min(left, int(rate * random.Random(day.toordinal()).uniform(0.75, 1.25)))
        sizes.append((day, size))
        left -= size
        if not left:
            break
    place, number, month = 0, 1, ""
    for day, size in [
        *reversed(sizes),
        *((after, DAY) for after in islice(_working_days(LAST, date.max, 1), DAYS_AFTER)),
    ]:
        if f"{day:%y%m}" != month:
            number, month = 1, f"{day:%y%m}"
        yield _Day(place, day, number)
        place, number = place + size, number + size


def _working_days(start: date, end: date, step: int = -1) -> Iterator[date]:
    """Those before a day and itself, the latest first; with `step` 1 those after it."""
    day = start if step < 0 else start + timedelta(days=1)
    while day != end:
        if day.weekday() < 5:
            yield day
        day += timedelta(days=step)


@cache
def _texts() -> _Texts:
    titles, openings, sentences, authors, running = [], [], [], [], []
    for entry in islice(entries(), _TEXTS):
        title, abstract = entry.title or "", entry.abstract or ""
        parts = [part for sentence in re.split(r"(?<=[.!?]) ", abstract) for part in _runs(sentence.split(" "))]
        if not title or not entry.authors or len(parts) < 2 or parts[0].count(" ") < 7:
            continue
        titles.append(title.split(" "))
        openings.append(parts[0])
        sentences.append(parts[1:])
        authors.append(entry.authors)
        running += [sys.intern(word) for word in abstract.split(" ") if len(word) >= _LONG and word.isalpha()]
    return _Texts(titles, openings, sentences, authors, running, list(dict.fromkeys(running)))


def _runs(words: list[str]) -> Iterator[str]:
    for start in range(0, len(words), 2 * _RUN):
        yield " ".join(words[start : start + 2 * _RUN])


def common_words() -> list[str]:
    """Some of the most common words of some length in the texts."""
    return [word.lower() for word, _ in Counter(_texts().running).most_common(_MOST_COMMON)]


def is_coined(word: str) -> bool:
    """Whether a word of a title is none of the texts."""
    return not {word, word.lower(), word.capitalize()} & _known()


@cache
def _known() -> frozenset[str]:
    return frozenset(re.findall("[A-Za-z]+", " ".join(" ".join(title) for title in _texts().titles))) | frozenset(
        _texts().words
    )


def write(snapshot: Snapshot, file: Path) -> None:
    """All at once or not at all."""
    part = file.with_name(f"{file.name}.part")
    with part.open("w", encoding="utf-8", buffering=1 << 20) as out:
        out.writelines(snapshot.lines())
    part.replace(file)


if __name__ == "__main__":
    print("real texts" if REAL.exists() else "made-up texts")
    write(Snapshot(int(sys.argv[1])), Path(sys.argv[2]))
