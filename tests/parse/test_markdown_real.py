"""Real lists of papers in Markdown: counts, ids, days, authors; and that nothing else is taken for one."""

from __future__ import annotations

import ast
from datetime import date

import pytest

from feedreader.model import Entry
from feedreader.parse.formats import markdown_list
from tests.parse.listings import DATA, claimed_elsewhere, needs_shared, read

pytestmark = needs_shared

COUNTS = {
    "cv-arxiv-daily.md": (141, 141),
    "DailyArXiv.md": (36, 36),
    "DailyArXiv_issue.md": (45, 45),  # not counted there: 15 for each of three topics
    "hf-daily-2024-09-05.md": (8, 8),
    "hf-daily-2024-09-16.md": (1, 1),
    "ml-papers-of-the-week_2025-06.md": (20, 15),  # counted there are links to arXiv; five papers are elsewhere
    "iclr2022_list.md": (148, 0),
    "papernotes_deep-residual-learning.md": (1, 1),
    "papernotes_act-rnn.md": (1, 1),
    "papernotes_index.md": (
        75,
        61,
    ),  # counted there are addresses with /abs/: 60; one is that of a PDF, 14 are elsewhere
    "papers-we-love_ai.md": (6, 1),  # counted there are addresses with /abs/: none
    "arxiv-reporter_IR.md": (26, 26),  # the same; its expected.jsonl has 26
}


@pytest.mark.parametrize("name", COUNTS)
def test_real_lists(name: str) -> None:
    digest = read(markdown_list, DATA / "digests" / name)
    assert (len(digest.entries), sum(entry.arxiv_id is not None for entry in digest.entries)) == COUNTS[name]
    assert all(entry.title and "](" not in entry.title and "**" not in entry.title for entry in digest.entries)
    assert not any(entry.announced for entry in digest.entries)


def test_a_real_day_against_its_ground_truth() -> None:
    facts = (DATA / "digests/arxiv-reporter_IR.expected.jsonl").read_text("utf-8").splitlines()
    entries = read(markdown_list, DATA / "digests/arxiv-reporter_IR.md").entries
    for fact, entry in zip(map(ast.literal_eval, facts), entries, strict=True):
        assert f"arXiv:{entry.arxiv_id}" == fact["arxiv_id"]
        assert entry.title == " ".join(fact["title"].split())
        assert entry.authors == tuple(author.strip() for author in fact["authors"].split(","))
        assert entry.abstract == " ".join(fact["abstract"].split())


def test_days_and_authors_of_real_lists() -> None:
    def entries(name: str) -> tuple[Entry, ...]:
        return read(markdown_list, DATA / "digests" / name).entries

    assert {e.day for e in entries("hf-daily-2024-09-05.md")} == {date(2024, 9, 5)}
    assert all(e.authors and e.tldr and not e.abstract for e in entries("hf-daily-2024-09-05.md"))
    assert all(e.day and e.authors[1:] == ("et al.",) for e in entries("cv-arxiv-daily.md"))
    assert all(e.day and e.version and e.abstract for e in entries("DailyArXiv.md"))
    assert all(e.url for e in entries("iclr2022_list.md"))
    assert [len(e.authors) for e in entries("papers-we-love_ai.md")] == [2, 0, 1, 2, 4, 2]


def test_it_claims_no_other_real_file() -> None:
    assert claimed_elsewhere(markdown_list, "digests/*.md") == set()
