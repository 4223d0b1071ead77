"""A preprint and what became of it: DOIs of both, versions of a DOI, and the journal."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.merge.identity import merge, told_apart
from feedreader.merge.matching import published_of
from feedreader.model import Digest, Entry, Journal
from feedreader.text.identifiers import unversioned
from tests.merge.test_identity import LONG, OTHER, TITLE, entries, merged_paper, placed_entries, together

PREPRINT = Entry(doi="10.1101/b", title=TITLE, authors=("Ann Lee",), abstract=LONG)
PUBLISHED = Entry(doi="10.1/a", title="On thermals", authors=("Ann Lee",), abstract=OTHER)
BOTH = Entry(doi="10.1/a", preprint_doi="10.1101/b", title="Of thermals")


@pytest.mark.parametrize("order", [*permutations(range(3))])
def test_the_doi_of_what_was_published_joins_the_preprint_in_any_order(order: tuple[int, ...]) -> None:
    three = [(PREPRINT, PUBLISHED, BOTH)[at] for at in order]
    paper = merged_paper(*three).paper
    assert (paper.id, paper.doi, paper.preprint_doi) == ("10.1/a", "10.1/a", "10.1101/b")
    assert together(PREPRINT, PUBLISHED) == [(0,), (1,)]
    assert together(*(entry for entry in three if entry is not PREPRINT)) == [(0, 1)]
    assert together(*(entry for entry in three if entry is not PUBLISHED)) == [(0, 1)]


def test_published_versions_are_followed_from_one_to_the_next_and_round_in_circles() -> None:
    later = Entry(doi="10.1/c", preprint_doi="10.1/a", title="Thermals")
    assert merged_paper(PREPRINT, BOTH, later, replace(PUBLISHED, doi="10.1/c")).paper.doi == "10.1/c"
    back = Entry(doi="10.1101/b", preprint_doi="10.1/a")
    assert together(PREPRINT, PUBLISHED, BOTH, back) == [(0, 1, 2, 3)]
    assert published_of([BOTH, back]) == dict.fromkeys(("10.1101/b", "10.1/a"), "10.1/a")
    chain = [Entry(doi=f"10.1/{n}", preprint_doi=f"10.1/{n + 1}") for n in range(5000)]
    assert set(published_of(chain).values()) == {"10.1/0"}


def test_two_published_dois_of_one_preprint_are_two_papers_and_it_joins_the_lowest() -> None:
    other = replace(BOTH, doi="10.1/c", title="Of snails")
    assert together(other, PREPRINT, BOTH) == [(0,), (1, 2)]
    again = replace(BOTH, preprint_doi="10.1101/b2")
    assert together(PREPRINT, replace(PREPRINT, doi="10.1101/b2"), BOTH, again) == [(0, 1, 2, 3)]


def test_what_an_arxiv_paper_became_is_found_by_its_doi_whatever_the_title() -> None:
    arxiv = Entry(arxiv_id="1905.00001", doi="10.1/a", title=TITLE, authors=("Ann Lee",))
    for pair in ((arxiv, PUBLISHED), (PUBLISHED, arxiv)):
        paper = merged_paper(*pair).paper
        assert (paper.id, paper.doi) == ("1905.00001", "10.1/a")
    with_erratum = replace(arxiv, doi="10.1/e", version=2)
    erratum = Entry(doi="10.1/e", title=f"Erratum: {TITLE}", authors=("Ann Lee",))
    journal = replace(PUBLISHED, title=TITLE)
    assert together(arxiv, with_erratum, journal, erratum) == [(0, 1, 2), (3,)]
    assert together(erratum, journal, with_erratum, arxiv) == [(0,), (1, 2, 3)]


def test_ids_stand_where_they_belong() -> None:
    def told(entry: Entry) -> tuple[str | None, str | None, str | None]:
        (entry,) = told_apart(Digest(format="rss", entries=(entry,))).entries
        return entry.arxiv_id, entry.doi, entry.preprint_doi

    assert told(Entry(doi="10.1/a", preprint_doi="10.48550/arxiv.2401.00001")) == ("2401.00001", "10.1/a", None)
    assert told(Entry(doi="10.48550/arxiv.2401.00001")) == ("2401.00001", None, None)
    assert told(Entry(preprint_doi="10.1101/b")) == (None, "10.1101/b", None)
    assert told(Entry(doi="10.1/a", preprint_doi="10.1/a")) == (None, "10.1/a", None)
    assert told(BOTH) == (None, "10.1/a", "10.1101/b")
    names = ("Ann Lee", "Bo Chan")
    several = [
        Entry(doi=f"10.1/{name}", preprint_doi="10.1101/b", title=title, authors=(name,))
        for name, title in zip(names, ("Counting verbs", "Garden walls"), strict=True)
    ]
    digest = told_apart(Digest(format="rss", entries=tuple(several)))
    assert [entry.preprint_doi for entry in digest.entries] == [None, None]
    assert "10.1101/b" in digest.problems[0].reason


def test_versions_of_a_preprint_with_dois_of_their_own_are_one_paper() -> None:
    first, second = (replace(PREPRINT, doi=f"10.21203/rs.3.rs-1/v{n}", title=f"T{n}") for n in (1, 2))
    paper = merged_paper(first, second).paper
    assert (paper.id, paper.doi) == ("10.21203/rs.3.rs-1/v2", "10.21203/rs.3.rs-1/v2")
    assert merged_paper(first, replace(BOTH, preprint_doi="10.21203/rs.3.rs-1/v2")).paper.doi == "10.1/a"


JOURNAL = Journal("Phys. Rev. D", "76", None, "013009", 2007)


@pytest.mark.parametrize(
    ("stated", "shown"),
    [
        ([None, JOURNAL], JOURNAL),
        ([JOURNAL, Journal(year=2006)], JOURNAL),
        ([Journal("CoRR", "abs/0704.0001", year=2007), Journal("Nature")], Journal("Nature")),
        ([Journal("arXiv preprint arXiv:0704.0001"), Journal(year=2007)], Journal(year=2007)),
        ([Journal(None, "76", "1"), JOURNAL], JOURNAL._replace(number="1")),
        ([Journal("Physical Review D", "76", year=2007), JOURNAL], JOURNAL),
        ([Journal("Nature", year=2007), JOURNAL], JOURNAL),
        ([Journal("Nature"), Journal(None, "5", year=2024)], Journal("Nature")),
        ([Journal("bioRxiv", year=2007)], Journal("bioRxiv", year=2007)),
    ],
)
def test_the_journal_is_the_one_told_in_most_parts(stated: list[Journal | None], shown: Journal) -> None:
    for journals in (stated, stated[::-1]):
        entries = [Entry(arxiv_id="0704.0001", title=TITLE, journal=journal) for journal in journals]
        assert merged_paper(*entries).paper.journal == shown


@given(st.lists(entries(), max_size=9), st.integers(0, 8))
def test_entries_with_one_doi_or_that_of_its_preprint_part_only_for_their_arxiv_ids(
    drawn: list[Entry], gone: int
) -> None:
    drawn = [replace(entry, arxiv_id=None, guid=None, url=None) for at, entry in enumerate(drawn) if at != gone]
    by_ref = {ref: at for at, paper in enumerate(merge(placed_entries(*drawn))) for ref in paper.refs}
    published = published_of(drawn)
    by_work: dict[str, set[int]] = {}
    for ref, entry in enumerate(drawn):
        if doi := entry.doi or entry.preprint_doi:
            by_work.setdefault(published.get(unversioned(doi), unversioned(doi)), set()).add(by_ref[ref])
    assert all(len(papers) == 1 for papers in by_work.values())
    assert len(set().union(*by_work.values())) == len(by_work)
