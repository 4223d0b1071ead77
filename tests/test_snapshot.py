"""The papers that libraries of any size are measured with."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice, pairwise

import pytest

from benchmarks import snapshot
from benchmarks.papers import made_up
from benchmarks.snapshot import DAY, LAST, Snapshot
from feedreader import parse
from feedreader.arxiv.categories import CATEGORIES
from feedreader.merge.identity import identity_keys
from feedreader.model import Entry
from feedreader.text.identifiers import arxiv_id


@pytest.fixture(autouse=True)
def made_up_texts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What does not hang on texts that may be missing."""
    monkeypatch.setattr(snapshot, "entries", lambda: islice(made_up(), 400))
    snapshot._texts.cache_clear()
    yield
    snapshot._texts.cache_clear()


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
