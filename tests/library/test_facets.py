"""What there is of categories, sources, authors and tags: what is counted is what a query finds."""

from __future__ import annotations

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given
from hypothesis import settings as with_settings
from hypothesis import strategies as st

from feedreader.library import Library, name_counts
from feedreader.library.name_counts import NamesInFile
from feedreader.model import Digest, Entry, FacetCount, Query, Rule
from feedreader.query.completion import complete
from feedreader.query.facets import LISTS, FacetList, query_for
from feedreader.query.fields import FACETS
from feedreader.query.language import parse_query
from feedreader.services import ingest, removal
from feedreader.text.cleaning import clean
from feedreader.text.notes import tags_of
from tests.conftest import NOW, new_library
from tests.library.test_queries import without_index

WRITTEN = (
    *("Ada Lovelace", "Lovelace, Ada", "ADA LOVELACE", "A. Lovelace", "Ada K. Lovelace", "Àda Lövelace"),
    *("Yann LeCun", "Y LeCun", "Y. LeCun", "Henri Poincar\\'e", "Henri Poincaré", "山田太郎", "O'Brien", 'The "Team"'),
    *('Erwin Schr\\"odinger', 'E. Schr\\"{o}dinger', "Erwin Schrödinger", "0»0"),
    *("???", "and", "=x", "/x/", "Wang", "Wang Wang", "-x", "(x)", "is:read", "x\\", "名 name", "ﬁne name"),
)
NAMES = st.one_of(st.sampled_from(WRITTEN), st.text(max_size=8))


def _line(text: str) -> str:
    """A name as a parser gives it."""
    return " ".join(clean(text).split())


def names(most: int) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(NAMES, max_size=most).map(lambda some: tuple(dict.fromkeys(filter(None, map(_line, some)))))


PAPERS = st.lists(st.tuples(names(4), names(2), names(2), st.integers(0, 2), st.booleans()), min_size=1, max_size=8)


def counted(library: Library, facets: str, count: FacetCount) -> tuple[int, int]:
    """How many papers the query for a name finds, and how many of them are unread."""
    query = query_for(facets, count.name)
    papers = sum(len(keys) for _, keys in library.papers.matches(parse_query(query)))
    unread = sum(len(keys) for _, keys in library.papers.matches(parse_query(f"{query} is:unread")))
    return papers, unread


def check_file(library: Library, facets: str, path: Path) -> None:
    """A list in a file is the one in memory."""
    told: list[float] = []
    library.facets.write(facets, path, told.append)
    short, long = FacetList(facets, library.facets.counts(facets)), NamesInFile(facets, path)
    assert list(long.counts) == list(short.counts) and list(long.by_name) == list(short.by_name)
    assert all(0 <= part <= 1 for part in told) and told == sorted(told)
    for by_name in (False, True):
        for typed in ("", " ", "lov", "LOVE ada", "o", "schrö", "名", "x y", "0"):
            assert list(long.narrowed(typed, by_name)) == list(short.narrowed(typed, by_name)), typed
    long.close()


@example([(("0»0", 'Schr\\"odinger', "Schrödinger"), ('."', "cs.LG", "CS.lg", "cs"), (), 0, False)])
@example([((), (), ("#0", "0"), 0, False)])
@given(papers=PAPERS)
@with_settings(max_examples=25)
def test_what_is_counted_is_found(
    papers: list[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], int, bool]],
) -> None:
    with TemporaryDirectory() as folder:
        library = new_library(folder)
        sources = ("a b", 'A "B"', "cs.LG")
        for number, (authors, categories, tags, source, read) in enumerate(papers):
            entry = Entry(title=f"Paper {number}", authors=authors, categories=categories, arxiv_id=f"1905.{number:05}")
            digest = Digest(format="x", title="x", entries=(entry,))
            ingest.import_digest(library, digest, name=sources[source], path=f"/{number}")
            key = library.papers.key_of(entry.arxiv_id or "")
            library.marks.set([key], {"note": None, "tags": ["".join(tag.split()) for tag in tags]}, label="tagged")
            library.marks.set([key], {"read": read}, label="read")
        for facets in LISTS:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(name_counts, "_BUFFERED", 2)
                assert tuple(library.facets.each(facets)) == library.facets.counts(facets), "written piece by piece"
            check_file(library, facets, Path(folder, f"{facets}.sqlite3"))
        plain = without_index(library, Path(folder) / "plain.sqlite3")
        for each in (library, plain):
            for facets in LISTS:
                tallies = each.facets.counts(facets)
                assert [(tally.papers, tally.unread) for tally in tallies] == [
                    counted(each, facets, t) for t in tallies
                ]
                assert sorted(tallies, key=lambda t: (-t.papers, t.name)) == list(tallies)
            each.close()


@example("")
@given(name=NAMES.map(_line))
def test_a_query_for_a_name_is_one_term(name: str) -> None:
    for facets in LISTS:
        if name.strip(' "“”„‟«»＂\\'):
            (term,) = parse_query(query_for(facets, name)).terms
            assert getattr(term, "field", "") == FACETS[facets]


def take_in(library: Library, *entries: Entry, name: str = "a.txt") -> None:
    ingest.import_digest(library, Digest(format="x", title="x", entries=entries), name=name, path=f"/{name}")


def test_authors_are_named_as_most_papers_write_them(library: Library) -> None:
    take_in(
        library,
        Entry(title="One", authors=("Poincare, Henri", "Ada Lovelace"), arxiv_id="1905.00001"),
        Entry(title="Two", authors=("Henri Poincaré",), arxiv_id="1905.00002"),
        Entry(title="Three", authors=("Henri Poincaré", "HENRI POINCARÉ"), arxiv_id="1905.00003"),
        Entry(title="Four", authors=("H. Poincaré",), arxiv_id="1905.00004"),
    )
    library.marks.set([library.papers.key_of("1905.00002")], {"read": True}, label="read")
    assert library.facets.counts("authors") == (
        FacetCount("Henri Poincaré", 3, 2),
        FacetCount("Ada Lovelace", 1, 1),
        FacetCount("H. Poincaré", 1, 1),
    )


SPELLINGS = [
    ("ML", "ＭＬ", "ml", "Ｍl"),
    ("Straße", "STRASSE", "straſse"),
    ("caf\N{LATIN SMALL LETTER E WITH ACUTE}", "CAFE\N{COMBINING ACUTE ACCENT}"),
    ("İstanbul", "i\N{COMBINING DOT ABOVE}stanbul"),
    ("ﬁeld", "FIELD"),
    ("²nd", "2ND"),
]


@pytest.mark.parametrize("spellings", SPELLINGS, ids=lambda spellings: spellings[-1])
def test_all_doors_agree_which_spellings_are_one_tag(library: Library, spellings: tuple[str, ...]) -> None:
    others = ("istanbul", "ıstanbul", "cafe", "m", "strase", "fields")
    take_in(library, *(Entry(title=f"P{n}", arxiv_id=f"1905.{n:05}") for n in range(len(spellings) + 2)))
    *each, everything, another = (library.papers.key_of(f"1905.{n:05}") for n in range(len(spellings) + 2))
    for key, spelling in zip(each, spellings, strict=True):
        library.marks.tag([key], add=[spelling], label="x")
    library.marks.tag([everything], add=spellings, label="x")
    library.marks.tag([another], add=others, label="x")
    name, papers = spellings[0], len(spellings) + 1
    tagged = library.papers.get(everything)
    assert tagged is not None and tagged.marks.tags == tags_of(" ".join(spellings)) == (name,), "no paper has it twice"
    assert library.facets.counts("tags")[0] == FacetCount(name, papers, papers)
    assert (name, papers) in library.facets.tags() and len(library.facets.tags()) == 1 + len(others)
    assert library.facets.names().tags[0] == name
    for spelling in spellings:
        assert counted(library, "tags", FacetCount(spelling, 0, 0)) == (papers, papers)
        completion = complete(f"tag:{spelling[0]}", 5, {"tag": dict.fromkeys(library.facets.names().tags, "")})
        assert completion is not None and f"tag:{name}" in [candidate.text for candidate in completion.candidates]
        assert len(library.marks.tag([everything], remove=[spelling], label="x")) == 1
        assert len(library.marks.tag([everything], add=[name], label="x")) == 1


def test_sources_have_their_folders_and_those_without_papers_stand_there_too(library: Library) -> None:
    take_in(library, Entry(title="One", arxiv_id="1905.00001"))
    take_in(library, Entry(title="One", arxiv_id="1905.00001"), Entry(title="Two"), name="b.txt")
    with library.subscriptions.edit() as subscriptions:
        subscriptions.add("arxiv", "cs.LG", "cs.LG", "Work")
    assert library.facets.counts("sources") == (
        FacetCount("b.txt", 2, 2),
        FacetCount("a.txt", 1, 1),
        FacetCount("cs.LG", 0, 0, "Work"),
    )
    removal.forget_source(library, "b.txt")
    assert library.facets.counts("sources") == (FacetCount("a.txt", 1, 1), FacetCount("cs.LG", 0, 0, "Work"))


def test_what_is_collapsed_is_not_unread_and_not_picked_at_random(library: Library) -> None:
    take_in(
        library,
        Entry(title="New", authors=("A B",), arxiv_id="1905.00001", day=NOW.date(), announced=True),
        Entry(
            title="Old",
            authors=("A B",),
            arxiv_id="1701.00001",
            day=NOW.date(),
            announced=True,
            announce_type="replace",
            version=2,
        ),
    )
    assert library.facets.counts("authors") == (FacetCount("A B", 2, 1),)
    keys = [key for _, some in library.papers.matches(Query()) for key in some]
    new = library.papers.key_of("1905.00001")
    for pick in (0.0, 0.5, 0.999):
        assert library.papers.random_unread(pick) == library.papers.random_unread(pick, keys) == new
    library.marks.set([new], {"read": True}, label="read")
    assert library.papers.random_unread(0.5) is None and library.papers.random_unread(0.5, keys) is None


def test_what_a_rule_mutes_is_no_more_unread_and_not_picked_by_chance(library: Library) -> None:
    take_in(
        library,
        Entry(title="A survey", authors=("A B",), arxiv_id="1905.00001", day=NOW.date()),
        Entry(title="A study", authors=("A B",), arxiv_id="1905.00002", day=NOW.date()),
    )
    library.rules.apply((Rule("mute", "title:survey", "surveys", parse_query("title:survey")),))
    assert library.facets.counts("authors") == (FacetCount("A B", 2, 1),)
    assert counted(library, "authors", FacetCount("A B", 2, 1)) == (2, 1)
    keys = [key for _, some in library.papers.matches(Query()) for key in some]
    study = library.papers.key_of("1905.00002")
    assert {library.papers.random_unread(pick) for pick in (0.0, 0.9)} == {study}
    assert {library.papers.random_unread(pick, keys) for pick in (0.0, 0.9)} == {study}


def test_each_unread_paper_has_the_same_chance(library: Library) -> None:
    take_in(
        library,
        *(Entry(title=f"Paper {n}", arxiv_id=f"1905.{n:05}", day=NOW.replace(day=1 + n % 3).date()) for n in range(20)),
    )
    keys = [key for _, some in library.papers.matches(Query()) for key in some]
    library.marks.set(keys[::2], {"read": True}, label="read")
    unread = set(keys[1::2])
    assert {library.papers.random_unread(number / 10) for number in range(10)} == unread
    assert {library.papers.random_unread(number / 10, keys) for number in range(10)} == unread
    some = keys[:6]
    assert {library.papers.random_unread(number / 10, some) for number in range(10)} == unread & set(some)
    assert library.papers.random_unread(0.3, ()) is None


@pytest.mark.parametrize("facets", LISTS)
def test_an_empty_library_has_none(library: Library, facets: str) -> None:
    assert library.facets.counts(facets) == ()
    assert library.papers.random_unread(Random(1).random()) is None


def test_of_many_names_only_so_many_are_found(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(name_counts, "NARROWED", 3)
    monkeypatch.setattr(name_counts, "_PAGE", 2)
    monkeypatch.setattr(name_counts, "_PAGES", 1)
    authors = tuple(f"Ada {letter}" for letter in "zyxwv")
    take_in(library, Entry(title="One", authors=authors), Entry(title="Two", authors=(*authors[:1], "B. Old")))
    library.facets.write("authors", tmp_path / "names", lambda _: None)
    names = NamesInFile("authors", tmp_path / "names")
    assert [names.counts[number].name for number in names.narrowed("ada", False)] == ["Ada z", "Ada v", "Ada w"]
    assert [names.counts[number].name for number in names.narrowed("ada", True)] == ["Ada v", "Ada w", "Ada x"]
    assert len(names.counts) == len(names.by_name) == len(names.narrowed("", False)) == 6
    assert [count.name for count in names.counts[-2:]] == ["Ada y", "B. Old"]
    with pytest.raises(IndexError):
        names.counts[6]
    names.close()


def test_sources_say_what_they_have_alone_whatever_their_names(library: Library) -> None:
    def told() -> dict[str, tuple[int, int]]:
        return {source.path: (source.papers, source.only) for source in library.papers.sources()}

    one, two, three = (Entry(title=f"Paper {n}", arxiv_id=f"1905.{n:05}") for n in range(3))
    take_in(library, one, two)
    take_in(library, two, three, three, name="b.txt")
    with library.subscriptions.edit() as subscriptions:
        subscriptions.add("arxiv", "cs.LG", "cs.LG", "Work")
    here = told()
    assert here.pop("/a.txt") == (2, 1) and here.pop("/b.txt") == (2, 1)
    assert list(here.values()) == [(0, 0)]
    ingest.import_digest(library, Digest(format="x", title="x", entries=(one,)), name="a.txt", path="/other/a.txt")
    here = told()
    assert (here["/a.txt"], here["/b.txt"], here["/other/a.txt"]) == ((2, 0), (2, 1), (1, 0)), "two have the same name"
    removal.forget_source(library, "/b.txt")
    assert told()["/a.txt"] == (2, 1)
