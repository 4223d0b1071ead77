"""Identity and precedence: the rules of `feedreader.merge.identity`, on entries made here."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedreader.merge.identity import _of_one, _of_several, entry_name, merge
from feedreader.model import Entry, MergedPaper, PlacedEntry

LONG = (
    "We study how gliders cross wide valleys when the wind turns at noon and the air above the slopes begins to sink, "
    "and we show that a pilot who waits for the second thermal arrives earlier than one who leaves with the first."
)
OTHER = (
    "Snails keep a diary in their shells, and this paper reads it: growth rings tell of dry summers, of early frost, "
    "and of the year in which the garden was left alone, which no other record of the village mentions at all."
)


def placed_entries(*entries: Entry) -> list[PlacedEntry]:
    return [PlacedEntry(n, f"s{n}.txt", f"/s{n}.txt", f"Digest {n}", 0, entry) for n, entry in enumerate(entries)]


def together(*entries: Entry) -> list[tuple[int, ...]]:
    return sorted(paper.refs for paper in merge(placed_entries(*entries)))


def merged_paper(*entries: Entry) -> MergedPaper:
    papers = merge(placed_entries(*entries))
    assert len(papers) == 1
    return papers[0]


def test_the_same_arxiv_id_is_one_paper_whatever_the_titles() -> None:
    assert together(Entry(arxiv_id="1905.02244", title="A"), Entry(arxiv_id="1905.02244", title="B")) == [(0, 1)]


def test_the_same_doi_is_one_paper_unless_the_arxiv_ids_differ() -> None:
    assert together(Entry(doi="10.1/x", title="A"), Entry(doi="10.1/x", title="B")) == [(0, 1)]
    assert together(Entry(doi="10.1/x", arxiv_id="1905.00001"), Entry(doi="10.1/x", arxiv_id="1905.00002")) == [
        (0,),
        (1,),
    ]


def test_titles_are_compared_as_plain_words() -> None:
    assert together(Entry(title="S$^4$L: Self-Supervised", authors=("A B",)), Entry(title="S⁴L self supervised")) == [
        (0, 1)
    ]
    assert together(Entry(title="Fr\\'echet means"), Entry(title="FRECHET MEANS")) == [(0, 1)]


def test_different_ids_of_one_kind_never_merge() -> None:
    for a, b in (("arxiv_id", ("1905.00001", "1905.00002")), ("doi", ("10.1/a", "10.1/b"))):
        entries = [Entry(title="Same", abstract=LONG, authors=("Ada Lovelace",), **{a: value}) for value in b]  # type: ignore[arg-type]
        assert together(*entries) == [(0,), (1,)]


def test_ids_of_different_kinds_merge_by_title() -> None:
    paper = merged_paper(Entry(title="Same", arxiv_id="1905.00001"), Entry(title="Same", doi="10.1/a")).paper
    assert (paper.id, paper.arxiv_id, paper.doi) == ("1905.00001", "1905.00001", "10.1/a")


def test_a_title_by_other_authors_is_another_paper() -> None:
    a, b = Entry(title="Attention", authors=("Ann Lee",)), Entry(title="Attention", authors=("Bo Chan",))
    assert together(a, b) == [(0,), (1,)]
    assert together(a, Entry(title="Attention", authors=("Lee, Ann", "C. Doe"))) == [(0, 1)]
    assert together(a, Entry(title="Attention")) == [(0, 1)]


@pytest.mark.parametrize(
    ("authors", "others"),
    [
        ("ATLAS Collaboration", "CMS Collaboration"),
        ("The ATLAS Collaboration", "The CMS Collaboration"),
        ("LIGO Scientific Collaboration", "Virgo Scientific Collaboration"),
        ("Belle Collaboration", "Belle II Collaboration"),
        ("Sam Adams Jr.", "Bob Baker Jr."),
        ("S. Adams Jr.", "B. Baker Jr."),
        ("Adams, Sam, Jr.", "Baker, Bob, Jr."),
        ("Sam Adams III", "Bob Baker III"),
        ("Sam Adams, PhD", "Bob Baker, PhD"),
        ("Adams S", "Baker S"),
        ("Sam Adams\net al.", "Bob Baker\net al."),
    ],
)
def test_a_title_by_other_bodies_or_namesakes_in_suffix_only_is_another_paper(authors: str, others: str) -> None:
    mine = Entry(title="On growth", authors=tuple(authors.split("\n")), abstract=LONG)
    assert len(together(mine, Entry(title="On growth", authors=tuple(others.split("\n")), abstract=LONG[::-1]))) == 2


@pytest.mark.parametrize(
    ("authors", "others"),
    [
        ("ATLAS Collaboration", "The ATLAS collaboration"),
        ("ATLAS Collaboration", "ATLAS"),
        ("Sam Adams Jr.", "S. Adams"),
        ("Sam Adams Jr.", "Adams, Jr., Sam"),
        ("Edmund M. Clarke", "Clarke EM"),
        ("Gerard 't Hooft", "'t Hooft, G."),
        ("Aäron van den Oord", "Oord, Aäron van den"),
        ("Vincent Van Gogh", "V. van Gogh"),
        ("A. Tumasyan (on behalf of the CMS Collaboration)", "Armen Tumasyan"),
        (r"Maurice Fr\'echet", "M. Fréchet"),
    ],
)
def test_a_title_by_the_same_author_written_otherwise_is_one_paper(authors: str, others: str) -> None:
    mine = Entry(title="On growth", authors=(authors,), abstract=LONG)
    assert len(together(mine, Entry(title="On growth", authors=(others,), abstract=LONG[::-1]))) == 1


def test_without_authors_the_abstracts_must_be_nearly_alike() -> None:
    a = Entry(title="Gliding", abstract=LONG)
    assert together(a, Entry(title="Gliding", abstract=LONG.replace("noon", "midday"))) == [(0, 1)]
    assert together(a, Entry(title="Gliding", abstract=OTHER)) == [(0,), (1,)]
    assert together(a, Entry(title="Gliding", abstract=LONG[:90])) == [(0, 1)]
    assert together(a, Entry(title="Gliding")) == [(0, 1)]


def test_equal_abstracts_are_one_paper_though_the_titles_differ() -> None:
    assert together(Entry(title="Old title", abstract=LONG), Entry(title="New title", abstract=LONG.upper())) == [
        (0, 1)
    ]


def test_equal_beginnings_count_only_for_the_nameless() -> None:
    a, b = Entry(title="Part one", abstract=LONG + " First."), Entry(title="Part two", abstract=LONG + " Second.")
    nameless = Entry(arxiv_id="1905.00001", abstract=LONG)
    assert together(a, b) == [(0,), (1,)]
    assert len(together(a, b, nameless)) == 2
    assert together(a, nameless) == [(0, 1)]


def test_short_abstracts_say_nothing() -> None:
    assert together(Entry(title="A", abstract="Withdrawn."), Entry(title="B", abstract="Withdrawn.")) == [(0,), (1,)]


def test_an_entry_that_fits_two_papers_joins_the_lowest_id() -> None:
    high = Entry(arxiv_id="1905.00002", title="Same")
    low = Entry(arxiv_id="1905.00001", title="Other", abstract=LONG)
    both = Entry(title="Same", abstract=LONG)
    assert together(high, low, both) == [(0,), (1, 2)]
    assert together(Entry(doi="10.1/a", title="Same"), high, Entry(title="Same", comment="c")) == [(0, 1, 2)]


def test_a_bridge_does_not_join_two_authors_papers() -> None:
    a, b = Entry(title="Attention", authors=("Ann Lee",)), Entry(title="Attention", authors=("Bo Chan",))
    assert sorted(map(len, together(a, Entry(title="Attention"), b))) == [1, 2]


def test_talk_joins_the_paper_that_it_quotes_and_names_it() -> None:
    talk = Entry(title="Waiting Pilots", mentions=("Lovely: " + LONG[:150],), quotes=(LONG[20:170],))
    paper = merged_paper(Entry(arxiv_id="1905.00001", abstract=LONG), talk).paper
    assert (paper.title, paper.arxiv_id, len(paper.mentions)) == ("Waiting Pilots", "1905.00001", 1)
    titled = merged_paper(Entry(arxiv_id="1905.00001", abstract=LONG, title="When to Leave"), talk).paper
    assert titled.title == "When to Leave"


def test_talk_without_a_name_is_no_paper_by_itself() -> None:
    assert together(Entry(mentions=("Nice.",), quotes=(LONG,))) == []
    assert together(Entry(mentions=("Nice.",), quotes=(LONG,)), Entry(title="T", abstract=LONG)) == [(0, 1)]


def test_nothing_with_any_text_is_lost() -> None:
    assert together(Entry(title="???")) == [(0,)]
    assert together(Entry(abstract="Tiny.")) == [(0,)]


def test_precedence() -> None:
    paper = merged_paper(
        Entry(title="A Title", authors=("Ann Lee", "Bo Chan"), abstract=LONG, day=date(2019, 5, 9)),
        Entry(arxiv_id="1905.00001", version=2, abstract=LONG + " ", comment="9 pages", day=date(2019, 5, 8)),
        Entry(title="A title", mentions=("Good.",)),
    ).paper
    assert (paper.title, paper.authors, paper.version) == ("A Title", ("Ann Lee", "Bo Chan"), 2)
    assert (paper.comment, paper.day, paper.collection) == ("9 pages", date(2019, 5, 8), None)
    assert paper.sources == ("s0.txt", "s1.txt", "s2.txt")
    assert paper.url == "https://arxiv.org/abs/1905.00001"


def test_an_announced_day_outranks_an_earlier_date() -> None:
    given_day = Entry(arxiv_id="1905.00001", title="T", day=date(2019, 5, 1))
    announced = Entry(arxiv_id="1905.00001", title="T", day=date(2019, 5, 3), announced=True)
    assert merged_paper(given_day, announced).paper.day == date(2019, 5, 3)


def test_an_undated_paper_stands_in_the_digest_that_has_it_not_where_it_is_talked_of() -> None:
    merged = merged_paper(Entry(title="T", mentions=("Good.",)), Entry(title="T", abstract=LONG))
    assert merged.paper.collection == "Digest 1"
    assert merged.place == ("s1.txt", "/s1.txt", 0)


# --- the set of entries alone decides ---------------------------------------------------------------------------------

_TEXTS = st.sampled_from([None, LONG, LONG + " More.", OTHER, "Withdrawn."])


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    talk = draw(st.booleans()) and draw(st.booleans())
    return Entry(
        title=draw(st.sampled_from([None, "Gliding", "gliding!", "Snails", "Attention"])),
        authors=draw(st.sampled_from([(), ("Ann Lee",), ("Bo Chan",), ("Lee, Ann", "Bo Chan")])),
        abstract=None if talk else draw(_TEXTS),
        arxiv_id=draw(st.sampled_from([None, None, "1905.00001", "1905.00002", "hep-th/9901001"])),
        doi=draw(st.sampled_from([None, None, None, "10.1/a", "10.1/b"])),
        day=draw(st.sampled_from([None, date(2019, 5, 9), date(2019, 5, 10)])),
        quotes=(draw(st.sampled_from([LONG, OTHER]))[10:150],) if talk else (),
        mentions=("So it is.",) if talk else (),
    )


@settings(max_examples=300)
@given(st.lists(entries(), max_size=9), st.randoms(use_true_random=False))
def test_the_order_of_entries_makes_no_difference(drawn: list[Entry], random_: random.Random) -> None:
    announcements = placed_entries(*drawn)
    shuffled = random_.sample(announcements, len(announcements))
    assert sorted(merge(announcements), key=lambda p: p.refs) == sorted(merge(shuffled), key=lambda p: p.refs)


@settings(max_examples=300)
@given(st.lists(entries(), max_size=9))
def test_no_paper_has_two_ids_of_a_kind_and_no_two_papers_share_one(drawn: list[Entry]) -> None:
    announcements = placed_entries(*drawn)
    papers = merge(announcements)
    for paper in papers:
        assert len({announcements[ref].entry.arxiv_id for ref in paper.refs} - {None}) <= 1
    assert len({paper.paper.id for paper in papers}) == len(papers)
    placed = [ref for paper in papers for ref in paper.refs]
    assert len(placed) == len(set(placed))
    lost = set(range(len(drawn))) - set(placed)
    assert all(not (e.title or e.abstract or e.arxiv_id or e.doi) for e in (drawn[ref] for ref in lost))
    assert all(entry_name(entry) for entry in drawn)


@settings(max_examples=300)
@given(entries(), st.booleans())
def test_one_entry_is_composed_as_the_rules_for_several_say(entry: Entry, replaces: bool) -> None:
    entry = replace(
        entry, announce_type="replace" if replaces else entry.announce_type, version=3 if replaces else None
    )
    announcement = PlacedEntry(7, "s.txt", "/s.txt", "Digest", 3, entry)
    assert _of_one(announcement) == _of_several([announcement])
