"""How well papers are ordered by interest, and how fast: real readers' keeps, walked through week by week.

A folder has papers (`papers-*.jsonl.gz`, as arXiv's snapshot has them) and `keeps.json`: `{reader: {arXiv id: day}}`.
For each week, all rankers are trained on what was kept before its Monday, and rank the week's papers: our profile; the
TF-IDF centroid (mean of the kept minus mean of all); a logistic regression on the same terms (C = 1, classes balanced);
and none, a random order. The terms of both: words and pairs, the 20,000 most frequent, those of the title twice.
"""

from __future__ import annotations

import gzip
import json
import math
import sys
import time
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import chain, pairwise
from operator import itemgetter
from pathlib import Path
from random import Random
from statistics import fmean, median
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks.papers import make_library
from feedreader import parse
from feedreader.library import Library
from feedreader.library.interest import NEWEST
from feedreader.model import Query
from feedreader.rank.features import Document, is_telling, label, words_of
from feedreader.rank.learn import learn
from feedreader.rank.profile import KEPT, LEAST_KEPT, Example, Profile
from feedreader.rank.solver import Vector, add, product, solve

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "keeps"
OTHERS = 3000  # papers beside those kept: what the program learns from, too
_VOCABULARY = 20_000
_FEW = (5, 10, 20)  # keeps of a cold start
_NEXT = 12_000  # papers that are ranked after it
_RANKERS = ("ours", "centroid", "logistic", "random")


class Paper(NamedTuple):
    """A paper of the data."""

    id: str
    day: date
    document: Document


class Figures(NamedTuple):
    """How well one list was ordered: area under the curve, keeps in its first tenth, all keeps, nDCG@20, p@10."""

    auc: float
    tenth: int
    kept: int
    ndcg: float
    p10: float


class Task(NamedTuple):
    """Papers to rank, and what is known before: numbers of papers. `kept` has the age in days of each."""

    kept: dict[int, int]
    earlier: range
    ranked: range


# Data --------------------------------------------------------------------------------------------------------------


def read_papers(folder: Path) -> list[Paper]:
    """All papers of a folder, by day."""
    papers: dict[str, Paper] = {}
    for file in sorted(folder.glob("papers-*.jsonl.gz")):
        for entry in parse.parse(gzip.decompress(file.read_bytes())).entries:
            if entry.arxiv_id and entry.day:
                labels = [label("cat", category) for category in entry.categories]
                document = Document(entry.title or "", entry.abstract or "", entry.authors, labels)
                papers[entry.arxiv_id] = Paper(entry.arxiv_id, entry.day, document)
    return sorted(papers.values(), key=lambda paper: (paper.day, paper.id))


class Reader:
    """What one reader kept, and the tasks that follow from it."""

    def __init__(self, papers: Sequence[Paper], keeps: dict[str, str]) -> None:
        self.papers = papers
        self.days = [paper.day for paper in papers]
        self.keeps = {
            number: date.fromisoformat(keeps[paper.id]) for number, paper in enumerate(papers) if paper.id in keeps
        }

    def weeks(self, every: int) -> Iterator[Task]:
        """Of every nth ISO week with something kept in it, what to rank."""
        monday = self.days[0] - timedelta(self.days[0].weekday())
        number = 0
        while monday <= self.days[-1]:
            start, end = (bisect_left(self.days, day) for day in (monday, monday + timedelta(7)))
            kept = {n: (monday - day).days for n, day in self.keeps.items() if day < monday and n < start}
            if len(kept) >= LEAST_KEPT and 0 < sum(n in self.keeps for n in range(start, end)) < end - start:
                if number % every == 0:
                    yield Task(kept, range(start), range(start, end))
                number += 1
            monday += timedelta(7)

    def few(self, count: int) -> Task:
        """The papers after the first `count` keeps."""
        first = list(self.keeps)[:count]
        last = self.days[first[-1]]
        end = bisect_left(self.days, last + timedelta(1))
        kept = {n: (last - self.days[n]).days + 1 for n in first}
        return Task(kept, range(end), range(end, min(end + _NEXT, len(self.days))))


# Rankers -----------------------------------------------------------------------------------------------------------


class Rankers:
    """Ours and those to compare it with."""

    def __init__(self, papers: Sequence[Paper]) -> None:
        self.papers = papers
        self.vectors = vectors(paper.document for paper in papers)
        self.summed, self.sum = 0, [0.0] * (_VOCABULARY + 1)

    def scores(self, task: Task) -> dict[str, list[float]]:
        """By ranker, what it gives each paper of a task."""
        others = self._others(task)
        profile = self.profile(task, others)
        chance = Random(len(task.earlier))
        weights = {"centroid": self._centroid(task), "logistic": self._logistic(task, others)}
        return {
            "ours": [profile.interest(self.papers[n].document).score for n in task.ranked],
            **{name: [product(each, self.vectors[n]) for n in task.ranked] for name, each in weights.items()},
            "random": [chance.random() for _ in task.ranked],
        }

    @staticmethod
    def _others(task: Task) -> list[int]:
        others = [n for n in task.earlier if n not in task.kept]
        return Random(1).sample(others, min(OTHERS, len(others)))

    def profile(self, task: Task, others: Iterable[int]) -> Profile:
        """Ours, learned."""
        profile = learn(self.examples(task), [self.papers[n].document for n in others])
        assert profile is not None
        return profile

    def examples(self, task: Task) -> list[Example]:
        return [Example(self.papers[n].id, self.papers[n].document, KEPT, age) for n, age in task.kept.items()]

    def _centroid(self, task: Task) -> list[float]:
        if self.summed > len(task.earlier):
            self.summed, self.sum = 0, [0.0] * (_VOCABULARY + 1)
        for n in range(self.summed, len(task.earlier)):
            add(self.sum, self.vectors[n], 1.0)
        self.summed = len(task.earlier)
        weights = [-value / self.summed for value in self.sum]
        for n in task.kept:
            add(weights, self.vectors[n], 1 / len(task.kept))
        return weights

    def _logistic(self, task: Task, others: Sequence[int]) -> list[float]:
        chosen = [self.vectors[n] for n in (*task.kept, *others)]
        signs = [1.0] * len(task.kept) + [-1.0] * len(others)
        half = len(chosen) / 2
        bounds = [half / len(task.kept)] * len(task.kept) + [half / len(others)] * len(others)
        weights = [0.0] * (_VOCABULARY + 1)
        solve(chosen, signs, bounds, weights)
        return weights


def vectors(documents: Iterable[Document]) -> list[Vector]:
    """TF-IDF of words and pairs, of length 1; and a last feature for the bias of the logistic regression."""
    counts = [_terms(document) for document in documents]
    frequency: Counter[str] = Counter()
    for own in counts:
        frequency.update(own.keys())
    rare = {
        term: (place, 1 + math.log((1 + len(counts)) / (1 + number)))
        for place, (term, number) in enumerate(frequency.most_common(_VOCABULARY))
    }
    result = []
    for own in counts:
        weighted = [(rare[term][0], count * rare[term][1]) for term, count in own.items() if term in rare]
        length = math.hypot(*map(itemgetter(1), weighted)) or 1.0
        places = array("i", [place for place, _ in weighted] + [_VOCABULARY])
        result.append(Vector(places, array("f", [value / length for _, value in weighted] + [1.0]), 2.0))
        own.clear()
    return result


def _terms(document: Document) -> Counter[str]:
    words = [sys.intern(word) if is_telling(word) else "" for word in words_of(document)]
    pairs = (f"{first} {second}" for first, second in pairwise(words) if first and second)
    counts = Counter(chain(words, pairs))
    del counts[""]
    return counts


# Figures -----------------------------------------------------------------------------------------------------------


def figures(scores: Sequence[float], kept: Sequence[bool]) -> Figures:
    """How well these scores order what was kept."""
    order = sorted(range(len(scores)), key=lambda n: -scores[n])
    found = [kept[n] for n in order]
    count = sum(kept)
    tenth = sum(found[: math.ceil(len(found) / 10)])
    gain = sum(1 / math.log2(place + 2) for place, hit in enumerate(found[:20]) if hit)
    best = sum(1 / math.log2(place + 2) for place in range(min(20, count)))
    return Figures(_area(scores, kept), tenth, count, gain / best, fmean(found[:10]))


def _area(scores: Sequence[float], kept: Sequence[bool]) -> float:
    """The share of pairs of a kept paper and another in which the kept one has the higher score; of ties, half."""
    others = sorted(score for score, own in zip(scores, kept, strict=True) if not own)
    ours = [score for score, own in zip(scores, kept, strict=True) if own]
    below = sum(bisect_left(others, score) + bisect_right(others, score) for score in ours)
    return below / (2 * len(ours) * len(others))


def _together(parts: Sequence[Figures]) -> tuple[float, float, float, float]:
    tenth = sum(part.tenth for part in parts) / sum(part.kept for part in parts)
    auc, ndcg, p10 = (fmean(map(itemgetter(place), parts)) for place in (0, 3, 4))
    return auc, tenth, ndcg, p10


def accuracy(papers: Sequence[Paper], keeps: dict[str, dict[str, str]], every: int) -> None:
    """Print how well each reader's weeks are ordered, and what follows her first keeps."""
    rankers = Rankers(papers)
    all_weeks: dict[str, list[tuple[float, ...]]] = {name: [] for name in _RANKERS}
    all_few: dict[tuple[int, str], list[tuple[float, ...]]] = {}
    for name, own in keeps.items():
        reader = Reader(papers, own)
        parts = [_ranked(rankers, reader, task) for task in reader.weeks(every)]
        for ranker in _RANKERS if parts else ():
            result = _together([part[ranker] for part in parts])
            all_weeks[ranker].append(result)
            _print(f"{name:10.10} {len(parts):3} weeks  {ranker:8}", result)
        for count in _FEW:
            if len(reader.keeps) < count + 3:
                continue
            few = _ranked(rankers, reader, reader.few(count))
            for ranker in _RANKERS[:-1]:
                result = _together([few[ranker]])
                all_few.setdefault((count, ranker), []).append(result)
                _print(f"{name:10.10} {count:3} keeps  {ranker:8}", result)
    if len(keeps) > 1:
        for ranker, results in all_weeks.items():
            _print(
                f"mean of {len(results)}      weeks  {ranker:8}",
                [fmean(column) for column in zip(*results, strict=True)],
            )
        for (count, ranker), results in all_few.items():
            _print(
                f"mean of {len(results)} {count:4} keeps  {ranker:8}",
                [fmean(column) for column in zip(*results, strict=True)],
            )


def _ranked(rankers: Rankers, reader: Reader, task: Task) -> dict[str, Figures]:
    kept = [n in reader.keeps for n in task.ranked]
    return {ranker: figures(scores, kept) for ranker, scores in rankers.scores(task).items()}


def _print(what: str, values: Sequence[float]) -> None:
    auc, tenth, ndcg, p10 = values
    print(f"interest  {what}  AUC {auc:.3f}  first tenth {tenth:.3f}  nDCG@20 {ndcg:.3f}  p@10 {p10:.3f}", flush=True)


def speed(papers: Sequence[Paper], kept: Sequence[Paper], runs: int) -> None:
    """Print what it takes to learn, to follow one keep, and to rank a day, in processor time."""
    examples = [Example(paper.id, paper.document, KEPT, float(n)) for n, paper in enumerate(kept[:300])]
    own = {example.id for example in examples}
    documents = [paper.document for paper in papers if paper.id not in own]
    profile = learn(examples, documents[:OTHERS])
    if profile is None:
        return
    new = Example("new", documents[-1], KEPT)
    more = profile.with_changes([new])
    day = documents[-500:]

    def timed(work: Callable[[], object], times: int) -> float:
        result = []
        for _ in range(times):
            began = time.process_time()
            work()
            result.append(time.process_time() - began)
        return median(result) * 1000

    rows = {
        f"learned from {len(examples)} kept papers and {OTHERS:,} others": (
            lambda: learn(examples, documents[:OTHERS]),
            3,
        ),
        "one keep added to the profile": (lambda: profile.with_changes([new]), runs),
        "one keep removed from it": (lambda: more.with_changes((), [new]), runs),
        "500 papers ranked, with reasons": (lambda: [profile.interest(document) for document in day], runs),
    }
    for name, (work, times) in rows.items():
        print(f"interest  {name:48} {timed(work, times):7.1f} ms")
    print(f"interest  {'the profile, stored':48} {len(profile.to_bytes()) / 1000:7.0f} kB")


def in_a_library(count: int, runs: int) -> None:
    """Print what it takes in a library of so many papers of which 300 are kept, in processor time and in all."""
    with TemporaryDirectory() as folder:
        make_library(Path(folder), count)
        library = Library.open(Path(folder, "library.sqlite3"), now=lambda: datetime.now(UTC))
        try:
            _in_a_library(library, count, runs)
        finally:
            library.close()


def _in_a_library(library: Library, count: int, runs: int) -> None:
    found = [key for _, keys in library.papers.matches(Query()) for key in keys]
    newest, kept, others = found[:NEWEST], found[NEWEST : NEWEST + 300], found[NEWEST + 300 :]
    library.marks.set(kept, {"shortlisted": True}, label="kept")
    library.interest.bring_up_to_date()
    took: dict[str, list[tuple[float, float]]] = {}

    def timed(name: str, work: Callable[[], object]) -> None:
        began, cpu = time.perf_counter(), time.process_time()
        work()
        took.setdefault(name, []).append((time.perf_counter() - began, time.process_time() - cpu))

    for run in range(runs):
        library.marks.set([others.pop()], {"shortlisted": True}, label="kept")
        timed("one keep learned and stored", lambda: library.interest.learn(thorough=False))
        day = others[500 * run : 500 * (run + 1)]
        timed("500 papers of old days scored and stored", partial(library.interest.score, day, explained=False))
        timed("the reasons of those that have some", partial(library.interest.score, day))
        timed(f"the newest {len(newest):,} scored and stored", partial(library.interest.score, newest, explained=False))
        timed("the reasons of those of them that have some", partial(library.interest.score, newest))
        timed("their order brought up to date", library.interest.order)
    for name, times in took.items():
        wall, cpu = (median(column) * 1000 for column in zip(*times, strict=True))
        print(f"interest  {count:,} papers: {name:42} {wall:7.1f} ms, of which processor {cpu:7.1f} ms")


def interest(folder: Path, names: Sequence[str], every: int, runs: int) -> None:
    """All of it."""
    if not (folder / "keeps.json").exists():
        print(f"interest  skipped: {folder.name} has no keeps.json")
        return
    keeps: dict[str, dict[str, str]] = json.loads((folder / "keeps.json").read_text(encoding="utf-8"))
    unknown = set(names) - keeps.keys()
    if unknown:
        print(f"interest  unknown readers: {', '.join(sorted(unknown))}; there are {', '.join(keeps)}")
        return
    papers = read_papers(folder)
    chosen = {name: keeps[name] for name in names or keeps}
    print(f"interest  {len(papers):,} papers, {papers[0].day} to {papers[-1].day}")
    accuracy(papers, chosen, every)
    most = max(chosen.values(), key=len)
    speed(papers, [paper for paper in papers if paper.id in most], runs)
