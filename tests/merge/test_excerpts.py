"""What is but a part of a statement: excerpts of abstracts, lists of authors that break off, half a reference."""

from __future__ import annotations

from dataclasses import replace

from feedreader.model import Entry, Journal
from tests.merge.test_identity import LONG, OTHER, TITLE, merged_paper, together


def test_an_excerpt_goes_after_any_whole_abstract_and_contradicts_none() -> None:
    excerpt = Entry(title=TITLE, arxiv_id="1905.02244", authors=("A Lee",), abstract=f"{LONG} and they … ")
    assert merged_paper(excerpt, Entry(title=TITLE, abstract=LONG[:150])).paper.abstract == LONG[:150]
    assert merged_paper(excerpt, replace(excerpt, abstract=LONG)).paper.abstract == LONG
    assert merged_paper(excerpt).paper.abstract == excerpt.abstract
    for cut in (f"{OTHER[:200]} …", f"{OTHER[:200]}...", f"… {OTHER[:200]}"):
        assert together(Entry(title=TITLE, abstract=LONG), Entry(title=TITLE, abstract=cut)) == [(0, 1)]
        namesakes = (Entry(title=TITLE, authors=(name,)) for name in ("B Lee", "A Lee"))
        a, b = (replace(entry, abstract=text) for entry, text in zip(namesakes, (LONG, cut), strict=True))
        assert len(together(a, b)) == len(together(replace(a, abstract=None), replace(b, abstract=None)))
    assert together(Entry(title=TITLE, abstract=LONG), Entry(title=TITLE, abstract=OTHER)) == [(0,), (1,)]


def test_the_most_names_count_and_of_these_the_fullest() -> None:
    known = Entry(title=TITLE, doi="10.1/x")
    lists = [("A Lee", "B Roe", "et al."), ("A Lee", "B Roe", "C Day"), ("Ann Lee", "Bea Roe", "Cyd Day")]
    for order in (lists, lists[::-1]):
        assert merged_paper(*(replace(known, authors=names) for names in order)).paper.authors == lists[2]
    cut, few = ("Ann Lee", "Bea Roe", "et al."), ("Ann Lee",)
    assert merged_paper(replace(known, authors=few), replace(known, authors=cut)).paper.authors == cut


def test_the_journal_of_which_most_is_known_counts() -> None:
    known = Entry(title=TITLE, doi="10.1/x")
    full, year = Journal("Soaring", "12", year=2026), Journal(year=2026)
    for order in ((full, year), (year, full)):
        assert merged_paper(*(replace(known, journal=journal) for journal in order)).paper.journal == full
