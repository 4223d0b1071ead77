"""Identity and precedence: the rules of `feedreader.merge.identity`, on entries made here."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedreader.merge.identity import buckets_of, entry_name, merge, told_apart
from feedreader.merge.matching import Comparable, page_of
from feedreader.merge.precedence import _of_one, _of_several
from feedreader.model import Digest, Entry, MergedPaper, PlacedEntry

TITLE = "Why gliders wait for a second thermal"
LONG = (
    "We study how gliders cross wide valleys when the wind turns at noon and the air above the slopes begins to sink, "
    "and we show that a pilot who waits for the second thermal arrives earlier than one who leaves with the first. "
    "The records of nine summers, kept by a club at the foot of the pass, bear this out."
)
OTHER = (
    "Snails keep a diary in their shells, and this paper reads it: growth rings tell of dry summers, of early frost, "
    "and of the year in which the garden was left alone, which no other record of the village mentions at all. "
    "We read four hundred shells and compare them with the diaries of the parish."
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
    assert together(Entry(title="Fr\\'echet means of trees"), Entry(title="FRECHET MEANS OF TREES")) == [(0, 1)]


def test_different_ids_of_one_kind_never_merge() -> None:
    for a, b in (("arxiv_id", ("1905.00001", "1905.00002")), ("doi", ("10.1/a", "10.1/b"))):
        entries = [Entry(title="Same", abstract=LONG, authors=("Ada Lovelace",), **{a: value}) for value in b]  # type: ignore[arg-type]
        assert together(*entries) == [(0,), (1,)]


def test_ids_of_different_kinds_merge_by_title() -> None:
    paper = merged_paper(Entry(title=TITLE, arxiv_id="1905.00001"), Entry(title=TITLE, doi="10.1/a")).paper
    assert (paper.id, paper.arxiv_id, paper.doi) == ("1905.00001", "1905.00001", "10.1/a")


def test_a_title_by_other_authors_is_another_paper() -> None:
    a, b = Entry(title=TITLE, authors=("Ann Lee",)), Entry(title=TITLE, authors=("Bo Chan",))
    assert together(a, b) == [(0,), (1,)]
    assert together(a, Entry(title=TITLE, authors=("Lee, Ann", "C. Doe"))) == [(0, 1)]
    assert together(a, Entry(title=TITLE)) == [(0, 1)]


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
        ("J. van der Adams", "K. van der Baker"),
        ("Sam de la Adams", "Sam de la Baker"),
        ("Sam De la Adams", "Sam De la Baker"),
        ("Sam Le Adams", "Sam Le Baker"),
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
        ("Jürgen Müller", "J. Mueller"),
        ("Hans Christian Ørsted", "Oersted, H. C."),
        ("Anna Å. Århus", "A. Aarhus"),
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
    for title in (TITLE, "Gliding"):
        a = Entry(title=title, abstract=LONG)
        assert together(a, Entry(title=title, abstract=LONG.replace("noon", "midday"))) == [(0, 1)]
        assert together(a, Entry(title=title, abstract=OTHER)) == [(0,), (1,)]
    assert together(Entry(title=TITLE, abstract=LONG), Entry(title=TITLE, abstract=LONG[:90])) == [(0, 1)]
    assert together(Entry(title=TITLE, abstract=LONG), Entry(title=TITLE)) == [(0, 1)]


def test_an_abstract_is_evidence_where_the_titles_are_alike_or_the_authors_agree() -> None:
    title = "Waiting for the second thermal"
    renamed = "Waiting for the second thermal: a study"
    assert together(Entry(title=title, abstract=LONG), Entry(title=renamed, abstract=LONG.upper())) == [(0, 1)]
    by = ("Ann Lee", "Bo Chan")
    other = Entry(title="When to leave a valley", authors=("A. Lee", "B. Chan"), abstract=LONG)
    assert together(Entry(title=title, authors=by, abstract=LONG), other) == [(0, 1)]
    for doubtful in (replace(other, authors=()), replace(other, authors=("Cy Day",)), replace(other, title=None)):
        papers = together(Entry(title=title, authors=by, abstract=LONG), doubtful)
        assert len(papers) == (2 if doubtful.title else 1)


def test_parts_of_a_series_are_apart_though_they_share_an_abstract_and_authors() -> None:
    for a, b in (("Part I", "Part II"), ("2010", "2012"), ("part one", "part two"), ("B", "C"), ("", "II")):
        entries = [Entry(title=f"Toy metrics {number}", authors=("Ann Lee",), abstract=LONG) for number in (a, b)]
        assert together(*entries) == [(0,), (1,)]


def test_a_text_of_many_titles_is_nobodys_abstract() -> None:
    titles = ("Gliders in wide valleys at noon", "Gliders in valleys at noon", "Snails on slopes")
    entries = [Entry(title=title, authors=("Ann Lee",), abstract=LONG) for title in titles]
    assert together(*entries[:2]) == [(0, 1)]
    assert together(*entries) == [(0,), (1,), (2,)]
    assert together(*entries, Entry(arxiv_id="1905.00001", abstract=LONG)) == [(0,), (1,), (2,), (3,)]


@pytest.mark.parametrize(
    "notice", ["The abstract is not available.", "Annals of Toys, Volume 36, Pages 1-9, May 2024."]
)
@pytest.mark.parametrize("authors", [(), ("Ann Lee",)])
def test_a_notice_identifies_no_paper(notice: str, authors: tuple[str, ...]) -> None:
    titles = ("Kites", "Counting verbs in toy corpora", "Counting verbs in large toy corpora")
    entries = [Entry(title=title, authors=authors, abstract=notice) for title in titles]
    assert together(*entries) == [(0,), (1,), (2,)]
    assert together(Entry(title="Kites", abstract=notice, comment="a"), Entry(title="Kites", abstract=notice)) == [
        (0, 1)
    ]


PAGES = ("https://a.example/1", "https://b.example/1")


@pytest.mark.parametrize(
    "title",
    ["Editorial", "Editorial Board", "Preface 2010", "Part II", "Corrigendum", "Vorwort", "In this issue", "Kites"],
)
def test_a_title_alone_identifies_no_paper(title: str) -> None:
    a, b = (Entry(title=title, url=page) for page in PAGES)
    assert together(a, b) == [(0,), (1,)]
    assert together(a, replace(b, url=a.url, authors=("Ann Lee",))) == [(0, 1)]  # one page with one title is one paper
    assert together(replace(a, abstract=LONG), replace(b, abstract=OTHER)) == [(0,), (1,)]
    assert together(replace(a, abstract=LONG), replace(b, abstract=LONG)) == [(0, 1)]


def test_a_title_that_every_journal_prints_is_not_enough_with_one_author_either() -> None:
    a, b = (Entry(title="Editorial", authors=("Ann Lee",), url=page) for page in PAGES)
    assert together(a, b) == [(0,), (1,)]
    assert together(*(Entry(title="Editorial", day=date(2024, month, 1)) for month in (1, 2))) == [(0,), (1,)]


def test_a_telling_title_is_enough_unless_one_site_has_it_at_two_pages() -> None:
    a, b = (Entry(title=TITLE, url=page) for page in PAGES)
    assert together(a, b) == [(0, 1)]
    assert together(a, replace(b, url="https://www.a.example/2")) == [(0,), (1,)]


def test_one_document_tells_its_papers_apart() -> None:
    def in_one(*entries: Entry) -> list[tuple[int, ...]]:
        placed = [PlacedEntry(n, "s", "/s", "Digest", n, entry) for n, entry in enumerate(entries)]
        return sorted(paper.refs for paper in merge(placed))

    paper = Entry(title=TITLE, authors=("Ann Lee",), abstract=LONG)
    assert in_one(paper, paper) == [(0, 1)]
    for field, values in (("url", ("https://a.example/1", "https://a.example/2")), ("guid", ("a-1", "a-2"))):
        apart = [replace(paper, **{field: value}) for value in values]  # type: ignore[arg-type]
        assert in_one(*apart) == [(0,), (1,)]
        assert in_one(apart[0], paper) == [(0, 1)]
        assert together(*apart) == [(0, 1)]
        for id in ({"arxiv_id": "1905.00001"}, {"doi": "10.1/a"}):
            assert in_one(*(replace(entry, **id) for entry in apart)) == [(0, 1)]  # type: ignore[arg-type]
    same_page = ("https://a.example/1?utm_source=rss", "http://www.a.example/1/")
    assert in_one(*(replace(paper, url=url) for url in same_page)) == [(0, 1)]
    for other in (replace(paper, title="Another title of it"), replace(paper, abstract=OTHER)):
        assert in_one(paper, other) == [(0,), (1,)]


def test_equal_beginnings_count_only_for_the_nameless() -> None:
    a, b = Entry(title="Gliding first", abstract=LONG + " First."), Entry(title="Sinking", abstract=LONG + " Second.")
    nameless = Entry(arxiv_id="1905.00001", abstract=LONG)
    assert together(a, b) == [(0,), (1,)]
    assert together(a, nameless) == [(0, 1)]
    assert together(a, b, nameless) == [(0,), (1,), (2,)]  # which of them it is, nobody knows


def test_short_abstracts_say_nothing() -> None:
    assert together(Entry(title="A", abstract="Withdrawn."), Entry(title="B", abstract="Withdrawn.")) == [(0,), (1,)]


def test_an_entry_that_fits_two_papers_joins_the_lowest_id() -> None:
    high = Entry(arxiv_id="1905.00002", title=TITLE)
    low = Entry(arxiv_id="1905.00001", title="Other valleys", doi="10.1/a")
    both = Entry(title=TITLE, doi="10.1/a")
    assert together(high, low, both) == [(0,), (1, 2)]
    assert together(Entry(doi="10.1/a", title=TITLE), high, Entry(title=TITLE, comment="c")) == [(0, 1, 2)]


def test_a_bridge_does_not_join_two_authors_papers() -> None:
    a, b = Entry(title=TITLE, authors=("Ann Lee",)), Entry(title=TITLE, authors=("Bo Chan",))
    assert sorted(map(len, together(a, Entry(title=TITLE), b))) == [1, 2]


def test_talk_joins_the_paper_that_it_quotes_and_names_it() -> None:
    talk = Entry(title="Waiting Pilots", mentions=("Lovely: " + LONG[:150],), quotes=(LONG[20:170],))
    paper = merged_paper(Entry(arxiv_id="1905.00001", abstract=LONG), talk).paper
    assert (paper.title, paper.arxiv_id, len(paper.mentions)) == ("Waiting Pilots", "1905.00001", 1)
    titled = merged_paper(Entry(arxiv_id="1905.00001", abstract=LONG, title="When to Leave"), talk).paper
    assert titled.title == "When to Leave"


def test_talk_without_a_name_is_no_paper_by_itself() -> None:
    assert together(Entry(mentions=("Nice.",), quotes=(LONG,))) == []
    assert together(Entry(mentions=("Nice.",), quotes=(LONG,)), Entry(title=TITLE, abstract=LONG)) == [(0, 1)]


def test_nothing_with_any_text_is_lost() -> None:
    assert together(Entry(title="???")) == [(0,)]
    assert together(Entry(abstract="Tiny.")) == [(0,)]


def test_precedence() -> None:
    paper = merged_paper(
        Entry(title=TITLE, authors=("Ann Lee", "Bo Chan"), abstract=LONG, day=date(2019, 5, 9)),
        Entry(arxiv_id="1905.00001", version=2, abstract=LONG + " ", comment="9 pages", day=date(2019, 5, 8)),
        Entry(title=TITLE.upper(), mentions=("Good.",)),
    ).paper
    assert (paper.title, paper.authors, paper.version) == (TITLE, ("Ann Lee", "Bo Chan"), 2)
    assert (paper.comment, paper.day, paper.collection) == ("9 pages", date(2019, 5, 8), None)
    assert paper.sources == ("s0.txt", "s1.txt", "s2.txt")
    assert paper.url == "https://arxiv.org/abs/1905.00001"


def test_an_announced_day_outranks_an_earlier_date() -> None:
    given_day = Entry(arxiv_id="1905.00001", title=TITLE, day=date(2019, 5, 1))
    announced = Entry(arxiv_id="1905.00001", title=TITLE, day=date(2019, 5, 3), announced=True)
    assert merged_paper(given_day, announced).paper.day == date(2019, 5, 3)


def test_an_undated_paper_stands_in_the_digest_that_has_it_not_where_it_is_talked_of() -> None:
    merged = merged_paper(Entry(title=TITLE, mentions=("Good.",)), Entry(title=TITLE, abstract=LONG))
    assert merged.paper.collection == "Digest 1"
    assert (merged.place.source, merged.place.position) == ("s1.txt", 0)


# --- the set of entries alone decides ---------------------------------------------------------------------------------

_TEXTS = st.sampled_from([None, LONG, LONG + " More.", OTHER, "Withdrawn."])


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    talk = draw(st.booleans()) and draw(st.booleans())
    return Entry(
        title=draw(st.sampled_from([None, TITLE, TITLE.upper() + "!", "Snails", "Editorial", TITLE + " II"])),
        authors=draw(st.sampled_from([(), ("Ann Lee",), ("Bo Chan",), ("Lee, Ann", "Bo Chan")])),
        abstract=None if talk else draw(_TEXTS),
        arxiv_id=draw(st.sampled_from([None, None, "1905.00001", "1905.00002", "hep-th/9901001"])),
        url=draw(st.sampled_from([None, None, *PAGES, "https://a.example/2"])),
        guid=draw(st.sampled_from([None, None, "a-1", "a-2"])),
        doi=draw(
            st.sampled_from([None, None, None, "10.1/a", "10.1/b", "10.21203/rs.3.rs-1/v1", "10.21203/rs.3.rs-1/v2"])
        ),
        preprint_doi=draw(st.sampled_from([None, None, None, "10.1/b", "10.21203/rs.3.rs-1/v1"])),
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


def test_pieces_of_a_column_are_apart_in_two_files_too() -> None:
    for title, authors in (("Mathematical games", ("Ann Lee",)), ("Leitartikel", ("Ann Lee",)), ("TBA", ())):
        for pages in ((None, None), ("https://a.example/1", "https://a.example/2")):
            entries = [
                Entry(title=title, authors=authors, url=page, day=date(2024, month, 1))
                for month, page in enumerate(pages, 1)
            ]
            assert together(*entries) == [(0,), (1,)]
    kites = Entry(title="Kites", authors=("Ann Lee", "Bo Chan"), day=date(2024, 1, 1))
    assert together(kites, replace(kites, authors=("A. Lee", "B. Chan"), day=date(2024, 3, 1))) == [(0, 1)]


def test_namesakes_with_other_texts_are_two_authors() -> None:
    for mine, others in (("Wei Wang", "Jun Wang"), ("J. Wang", "X. Wang"), ("Wang, Wei", "Wang, Jun")):
        entries = [Entry(title=TITLE, authors=(name,), abstract=text) for name, text in ((mine, LONG), (others, OTHER))]
        assert together(*entries) == [(0,), (1,)]
        assert together(entries[0], replace(entries[1], abstract=LONG)) == [(0, 1)]
    same = [
        Entry(title=TITLE, authors=(name,), abstract=text) for name, text in (("J. Wang", LONG), ("Jun Wang", OTHER))
    ]
    assert together(*same) == [(0, 1)]
    submitted = [Entry(title=TITLE, authors=(name,), abstract=LONG) for name in ("Anonymous authors", "Ann Lee")]
    assert together(*submitted) == [(0, 1)]
    two = placed_entries(*(Entry(title=TITLE, authors=(name,)) for name in ("Wei Wang", "Jun Wang")))
    assert len(merge(two)) == 1
    assert len(merge(placed._replace(path="/one.csv") for placed in two)) == 2


def test_a_notice_of_any_length_identifies_no_paper() -> None:
    notice = "This article has been withdrawn at the request of its authors. The publisher is sorry for this. " * 4
    entries = [
        Entry(title=title, authors=("Ann Lee",), abstract=notice) for title in ("Counting verbs", "Garden walls")
    ]
    assert together(*entries) == [(0,), (1,)]
    assert together(*(Entry(abstract=NO_TEXT, url=page) for page in PAGES)) == [(0,), (1,)]
    post = Entry(abstract="Looking forward to the kites tonight.", url=PAGES[0])
    assert together(post, replace(post, guid="b-1")) == [(0, 1)]


def test_languages_with_signs_in_their_names_are_told_apart() -> None:
    titles = (f"Finding leaks in large {language} programs" for language in ("C", "C++", "C#"))
    assert together(*(Entry(title=title, authors=("Ann Lee",)) for title in titles)) == [(0,), (1,), (2,)]


NO_TEXT = "Kein Abstract verfügbar."


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (f"{TITLE}: reply", f"{TITLE}: comment"),
        (TITLE, f"Erratum: {TITLE}"),
        (f"{TITLE}, Teil Eins", f"{TITLE}, Teil Zwei"),
        (f"{TITLE} (上)", f"{TITLE} (下)"),
    ],
)
def test_titles_of_two_pieces_are_apart_though_all_else_agrees(a: str, b: str) -> None:
    assert together(*(Entry(title=title, authors=("Ann Lee",), abstract=LONG) for title in (a, b))) == [(0,), (1,)]


def test_ids_that_a_document_gives_to_several_papers_are_none() -> None:
    def told(*entries: Entry) -> tuple[Entry, ...]:
        return told_apart(Digest(format="rss", entries=entries)).entries

    titles = ("Counting verbs", "Garden walls", "Kites over lakes")
    entries = [Entry(title=title, guid="g", doi="10.1/p", url=f"https://a.example/{title}") for title in titles]
    assert {(entry.guid, entry.doi) for entry in told(*entries)} == {(None, None)}
    assert {entry.doi for entry in told(*entries[:2])} == {"10.1/p"}
    named = [replace(entry, authors=(name,)) for entry, name in zip(entries, ("Ann Lee", "Bo Chan"), strict=False)]
    assert {entry.doi for entry in told(*named)} == {None}
    listed = told(*(replace(entry, doi=None, url=None, arxiv_id="2401.00001") for entry in named))
    assert {(entry.arxiv_id, entry.url) for entry in listed} == {(None, "https://arxiv.org/abs/2401.00001")}
    again = replace(entries[0], comment="again")
    assert {(entry.guid, entry.doi) for entry in told(entries[0], again)} == {("g", "10.1/p")}
    days = (date(2026, 3, 1), date(2026, 3, 8))
    for text, title, guid in ((LONG, titles[0], "g"), ("Six links.", titles[0], None), (LONG, "Editorial", None)):
        updated = [Entry(title=title, guid="g", url=PAGES[0], abstract=text, day=day) for day in days]
        assert {entry.guid for entry in told(*updated)} == {guid}


def test_fragments_and_parameters_tell_pages_apart_unless_they_track() -> None:
    page = "https://a.example/p?id=1"
    for same in ("&utm_source=x", "&dgcid=rss_sd_all", "&PHPSESSID=0123456789abcdef", "&from=rss", "#rss"):
        assert page_of(page + same) == page_of(page)
    for other in ("&sid=24", "&from=12", "#afterword", "#ref12", "&attachment=2"):
        assert page_of(page + other) != page_of(page)


@given(entries())
def test_what_entries_of_one_paper_have_in_common_is_the_same_soon(entry: Entry) -> None:
    assert buckets_of(entry) == Comparable(PlacedEntry(0, "", "", "", 0, entry)).buckets
