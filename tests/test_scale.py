"""Measuring libraries of any size: the papers in them, the queries, and the run that goes on where it stopped."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import islice, pairwise
from pathlib import Path

import pytest

from benchmarks import scale, scale_queries, snapshot
from benchmarks.papers import made_up
from benchmarks.snapshot import DAY, LAST, Snapshot
from feedreader import parse
from feedreader.arxiv.categories import CATEGORIES
from feedreader.merge.identity import identity_keys
from feedreader.model import Entry, Query
from feedreader.query.language import parse_query
from feedreader.text.identifiers import arxiv_id


@pytest.fixture(autouse=True)
def made_up_texts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What does not hang on texts that may be missing."""
    monkeypatch.setattr(snapshot, "entries", lambda: islice(made_up(), 400))
    snapshot._texts.cache_clear()
    snapshot._known.cache_clear()
    yield
    snapshot._texts.cache_clear()
    snapshot._known.cache_clear()


def entries(papers: Snapshot) -> tuple[Entry, ...]:
    digest = parse.parse("".join(papers.lines()).encode())
    assert digest.format == "arxiv-jsonl" and digest.problems == ()
    return digest.entries


def test_the_same_papers_come_each_time_and_by_themselves() -> None:
    lines = list(Snapshot(300).lines())
    assert lines == list(Snapshot(300).lines())
    papers = Snapshot(300)
    assert [next(papers.lines(place, place + 1)) for place in (299, 7)] == [lines[299], lines[7]]


def test_another_seed_gives_other_papers() -> None:
    one, other = ({entry.title for entry in entries(Snapshot(200, seed))} for seed in (1, 2))
    assert not one & other


def test_no_two_papers_are_alike() -> None:
    papers = entries(Snapshot(800))
    keys = Counter(key for entry in papers for key in set(identity_keys(entry)))
    assert len(papers) == 800
    assert max(keys.values()) == 1


def test_papers_are_whole_and_their_ids_and_categories_are_arxivs() -> None:
    for entry in entries(Snapshot(300)):
        assert entry.arxiv_id and entry.day and entry.title and entry.abstract and entry.authors
        assert arxiv_id(entry.arxiv_id) == (entry.arxiv_id, None)
        assert entry.arxiv_id.startswith(f"{entry.day:%y%m}.")
        assert set(entry.categories) <= CATEGORIES.keys() and entry.categories


@pytest.mark.parametrize("count", [1000, 1_000_000, 3_000_000, 10_000_000])
def test_days_are_working_days_one_after_another_up_to_the_last(count: int) -> None:
    days = Snapshot(count).days
    own = [each for each in days if each.first < count]
    assert own[0].first == 0 and own[-1].day == LAST
    assert all(each.day.weekday() < 5 for each in days)
    assert all(each.day < after.day <= each.day + timedelta(days=3) for each, after in pairwise(days))
    assert own[0].day >= date(2015, 1, 1), "months before have ids of four digits"
    assert all(after.id + after.first - each.first < 100_000 for each, after in pairwise(days))


def test_a_million_papers_come_at_the_rate_of_arxiv() -> None:
    days = [each for each in Snapshot(1_000_000).days if each.first < 1_000_000]
    sizes = [after.first - each.first for each, after in pairwise(days)]
    assert 900 < sum(sizes) / len(sizes) < 1100
    assert len(set(sizes)) > 100, "days differ"


def test_days_after_all_hold_the_same_number_of_other_papers() -> None:
    papers = Snapshot(500)
    first, second = ([json.loads(line) for line in papers.day_after(number)] for number in (0, 1))
    assert len(first) == len(second) == DAY
    assert {record["id"][:4] for record in first} == {"2608"}
    own = {record["id"] for record in map(json.loads, papers.lines())}
    assert not own & {record["id"] for record in first + second}
    assert len({record["id"] for record in first + second}) == 2 * DAY
    days = [{record["versions"][0]["created"][:16] for record in records} for records in (first, second)]
    assert days == [{"Mon, 03 Aug 2026"}, {"Tue, 04 Aug 2026"}]


def test_more_papers_have_more_words() -> None:
    def words(count: int) -> int:
        papers = Snapshot(count)
        return len({word for place in range(count) for word in papers.record(place)["abstract"].lower().split()})

    assert words(900) > words(300) * 1.1


def test_a_file_is_written_whole(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("papers") / "papers.jsonl"
    snapshot.write(Snapshot(50), file)
    assert file.read_text(encoding="utf-8").splitlines(keepends=True) == list(Snapshot(50).lines())
    assert list(file.parent.iterdir()) == [file]


# Queries and the run -----------------------------------------------------------------------------------------------


def test_queries_are_understood_and_the_same_each_time() -> None:
    kinds = scale_queries.kinds(Snapshot(300))
    assert kinds == scale_queries.kinds(Snapshot(300))
    assert all(parse_query(text) != Query() for texts in kinds.values() for text in texts)
    assert kinds.keys() >= scale_queries.REMEMBERED | scale_queries.TYPED


def test_rare_words_stand_in_no_text_and_in_a_title() -> None:
    papers = Snapshot(300)
    titles = " ".join(papers.record(place)["title"] for place in range(300))
    texts = " ".join(f"{entry.title} {entry.abstract}" for entry in islice(made_up(), 400)).lower().split()
    words = scale_queries.kinds(papers)["rare word"]
    assert words
    assert all(word in titles for word in words)
    assert not {word.lower() for word in words} & set(texts)


class Measured:
    """Parts that only count how often they are measured."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.parts: list[str] = []
        monkeypatch.setattr(scale, "PARTS", {"one": self.part("one"), "two": self.part("two")})
        monkeypatch.setattr(scale, "make", lambda count, cache: scale.Made(Snapshot(count), cache, {}))
        monkeypatch.setattr(scale, "peers", lambda papers, folder: {"other": {"one: a key": [0.5]}})

    def part(self, name: str) -> scale.Part:
        def measure(libraries: Sequence[scale.Made], runs: int) -> scale.Figures:
            self.parts.append(name)
            return {made.papers.count: {f"{name}: a key": [made.papers.count / 1e5] * runs} for made in libraries}

        return measure


def test_what_was_measured_is_not_measured_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    measured = Measured(monkeypatch)
    scale.scale([200, 100], tmp_path, ["one"], 1, 150)
    assert measured.parts == ["one"]
    scale.scale([200, 100], tmp_path, [], 1, 150)
    assert measured.parts == ["one", "two"]
    scale.scale([200, 100], tmp_path, [], 1, 150)
    assert measured.parts == ["one", "two"]
    scale.scale([200, 100], tmp_path, ["two"], 1, 150)
    assert measured.parts == ["one", "two", "two"]
    capsys.readouterr()
    scale.scale([400, 100], tmp_path, [], 1, 150)
    assert measured.parts[3:] == ["one", "two"], "of one run are the figures that are compared"
    assert capsys.readouterr().out.splitlines()[-4:] == [
        "| what | 100 papers | 400 papers | other, 100 papers |",
        "|---|---|---|---|",
        "| one: a key | 1.0 ms | 4.0 ms (4.00x) | 500.0 ms |",
        "| two: a key | 1.0 ms | 4.0 ms (4.00x) | – |",
    ]


def test_a_series_is_shown_with_what_most_are_within() -> None:
    assert scale.shown("`j`", [0.004] * 19 + [0.02]) == "4.0 / 20.0 ms"
    assert scale.shown("memory, after keys", [50.0], [40.0]) == "50.0 MiB (1.25x)"
    assert scale.shown("file, against the text", [2.0], [4.0]) == "2.00x"
    assert scale.shown("import, papers/s", [12_345.6]) == "12,346"
