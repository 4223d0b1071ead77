"""What queries find, with the full-text index and without it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedreader.library import Library
from feedreader.model import SORTED, And, Condition, Digest, Entry, Not, Or, Query, Term
from feedreader.query.language import format_query, parse_query
from feedreader.services import ingest
from tests.conftest import NOW

POINCARE, CALCULUS, TALK, MASK, WIDE, OLD = "Poincaré", "Calculus", "Talk", "Mask", "Wide", "Old"

ENTRIES = {
    POINCARE: Entry(
        title="Poincaré maps and deep learning",
        authors=("P.-C. Bürkner", "Yann A. LeCun"),
        abstract="Orbits return.",
        categories=("cs.LG", "math.DS"),
        day=date(2019, 6, 1),
        arxiv_id="1906.00001",
    ),
    CALCULUS: Entry(
        title="Slow λ-calculus",
        authors=("Ada Lovelace", "Charles Babbage"),
        abstract="A quick thought on diffusion models, 10% of them.",
        tldr="Reductions are slow.",
        categories=("cs.LO",),
        day=date(2019, 5, 9),
    ),
    TALK: Entry(
        title="$\\Lambda$CDM by Fr\\'echet [MASK]",
        authors=("Lee, Bo", "Y. LeCun"),
        doi="10.1000/xyz",
        mentions=("A nice talk was given.", "Somebody likes it."),
    ),
    MASK: Entry(
        title="Masking GANs and Gang structures", authors=("Le Li",), day=date(2020, 1, 2), comment="C++ code."
    ),
    WIDE: Entry(title="深層学習による画像認識の研究", authors=("山田太郎",), day=date(2026, 11, 20)),
    OLD: Entry(
        title="An older paper, learning deep things",
        day=date(2026, 11, 21),
        announced=True,
        announce_type="replace",
        arxiv_id="1701.00001",
        version=3,
        categories=("math-ph", "cs.lg.x"),
        abstract="Diffused again.",
    ),
}


def take_in(library: Library) -> None:
    for name, source in ((POINCARE, "a.txt"), (CALCULUS, "b.txt"), (TALK, "c.txt"), (MASK, "d.txt"), (WIDE, "e_1.txt")):
        title = "Some Talks" if name == TALK else None
        digest = Digest(format="x", title=title, entries=(ENTRIES[name],))
        ingest.import_digest(library, digest, name=source, path=f"/{source}")
    digest = Digest(format="x", entries=(ENTRIES[OLD],))
    ingest.import_digest(library, digest, name="feed", path="/feed")
    with (
        library._database.write() as connection
    ):  # notes, tags and files have their own makers; here they are just there
        notes = {POINCARE: "Compare with *Kepler*;\nread  twice", MASK: "orbits"}
        for name, note in notes.items():
            connection.execute("UPDATE papers SET note = ? WHERE title = ?", (note, ENTRIES[name].title))
        tags = {POINCARE: "Thesis\nto-read", WIDE: "thèse"}
        for name, tag in tags.items():
            connection.execute("UPDATE papers SET tags = ? WHERE title = ?", (tag, ENTRIES[name].title))
        connection.execute("INSERT INTO pdfs SELECT name, 'x.pdf', '' FROM papers WHERE title LIKE 'Mask%'")
    keys = {name: library.papers.key_of(_id(library, name)) for name in ENTRIES}
    library.marks.set([keys[CALCULUS]], {"read": True}, label="read")
    library.marks.set([keys[MASK], keys[POINCARE]], {"shortlisted": True}, label="kept")
    with library._database.write() as connection:
        connection.execute("UPDATE papers SET shortlisted_at = '2026-01-01' WHERE title LIKE 'Mask%'")
        connection.execute("UPDATE papers SET shortlisted_at = '2026-02-01' WHERE title LIKE 'Poin%'")
        connection.execute("UPDATE papers SET opened = 1, dismissed = 0 WHERE title LIKE 'Slow%'")
        connection.execute("UPDATE papers SET dismissed = 1 WHERE title LIKE 'An older%'")


def _id(library: Library, name: str) -> str:
    return next(paper.id for paper in library.papers.find(Query()) if paper.title == ENTRIES[name].title)


def without_index(library: Library, path: Path) -> Library:
    """A copy of the library as it is where SQLite has no FTS5."""
    with sqlite3.connect(library.path) as source, sqlite3.connect(path) as copy:
        source.backup(copy)
        copy.execute("DROP TABLE search")
    source.close()
    copy.close()
    return Library(path, lambda: NOW)


def with_papers_waiting(library: Library, path: Path) -> Library:
    """A copy in which half of the papers are not in the index yet."""
    with sqlite3.connect(library.path) as source, sqlite3.connect(path) as copy:
        source.backup(copy)
        copy.execute("UPDATE papers SET doc = 1000 - doc WHERE id % 2")
        copy.execute("UPDATE papers SET doc = -doc WHERE doc > 900")
    source.close()
    copy.close()
    return Library(path, lambda: NOW)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Library, ...]]:
    """The library as it is, one without the index, and one of which half is in it."""
    folder = tmp_path_factory.mktemp("queries")
    library = Library.open(folder / "library.sqlite3", now=lambda: NOW)
    take_in(library)
    plain = without_index(library, folder / "plain.sqlite3")
    waiting = with_papers_waiting(library, folder / "waiting.sqlite3")
    yield library, plain, waiting
    waiting.close()
    plain.close()
    library.close()


def names_of(library: Library, query: Query) -> set[str]:
    names = {entry.title: name for name, entry in ENTRIES.items()}
    return {names[paper.title] for paper in library.papers.find(query)}


EVERYTHING = set(ENTRIES)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", EVERYTHING),
        ("  \t", EVERYTHING),
        # words
        ("poincare", {POINCARE}),
        ("Poincaré", {POINCARE}),
        ("Poincar\\'e", {POINCARE}),
        ("POINCARE", {POINCARE}),
        ("frechet Fréchet Fr\\'echet", {TALK}),
        ("lambda", {CALCULUS, TALK}),
        ("λ", {CALCULUS, TALK}),
        ("\\Lambda $\\Lambda$CDM", {TALK}),
        ("deep learning", {POINCARE, OLD}),
        ('"deep learning"', {POINCARE}),
        ("“deep learning”", {POINCARE}),
        ("'deep learning'", {POINCARE}),
        ("deep-learning", {POINCARE}),
        ("diffus", {CALCULUS, OLD}),
        ("diffusion", {CALCULUS}),
        ("ga", set()),
        ("gan", {MASK}),
        ("quick thought", {CALCULUS}),
        ('"thought quick"', set()),
        ('"lovelace charles"', set()),
        ('"given somebody"', set()),
        ('"[mask]"', {TALK, MASK}),
        ("c++", {MASK}),
        ("%", {CALCULUS}),
        ("???", set()),
        ("slow", {CALCULUS}),
        ("reductions", {CALCULUS}),
        ("kepler", {POINCARE}),
        ('"with kepler read twice"', {POINCARE}),
        ("orbits", {POINCARE, MASK}),
        ("orbits gang", {MASK}),
        ("thesis", {POINCARE}),
        ("画像認識", {WIDE}),
        ("深層 研究", {WIDE}),
        ("太郎", {WIDE}),
        ("1906.00001", {POINCARE}),
        ("10.1000/XYZ", {TALK}),
        # fields
        ("author:bürkner", {POINCARE}),
        ("author:burk", {POINCARE}),
        ("title:burkner", set()),
        ("title:learning", {POINCARE, OLD}),
        ('title:"older paper"', {OLD}),
        ("abstract:diffusion", {CALCULUS}),
        ("author:le", {MASK}),
        ("author:lee", {TALK}),
        ("author:lecun", {POINCARE, TALK}),
        ('author:"Yann LeCun"', {POINCARE, TALK}),
        ('author:"LeCun, Yann"', {POINCARE, TALK}),
        ('author:"Y. LeCun"', {POINCARE, TALK}),
        ('author:"LeCun Y"', {POINCARE, TALK}),
        ('author:"Y. A. LeCun"', {POINCARE}),
        ('author:"Zoe LeCun"', set()),
        ('author:"Bo Lee"', {TALK}),
        ('author:"Lovelace Charles"', set()),
        ('author:"Paul-Christian Bürkner"', {POINCARE}),
        ("author:山田", {WIDE}),
        ("cat:cs", {POINCARE, CALCULUS, OLD}),
        ("cat:CS.lg", {POINCARE}),
        ("cat:math", {POINCARE}),
        ("cat:math-ph", {OLD}),
        ("cat:c", set()),
        ("source:b.T", {CALCULUS}),
        ('source:"Some Talks"', {TALK}),
        ("source:%", set()),
        ("source:e_", {WIDE}),
        ("tag:thesis", {POINCARE}),
        ("tag:TO", {POINCARE}),
        ("tag:#thè", {WIDE}),
        ("tag:read", set()),
        ("note:kepler", {POINCARE}),
        ("note:poincare", set()),
        ('note:"*"', {POINCARE}),
        ("id:10.1000/xyz", {TALK}),
        ("id:https://arxiv.org/abs/1906.00001v2", {POINCARE}),
        ("has:note", {POINCARE, MASK}),
        ("has:tag", {POINCARE, WIDE}),
        ("has:pdf", {MASK}),
        ("has:tldr", {CALCULUS}),
        ("has:mention", {TALK}),
        ("-has:pdf", EVERYTHING - {MASK}),
        ("is:read", {CALCULUS}),
        ("is:unread", EVERYTHING - {CALCULUS, OLD}),
        ("is:shortlisted", {POINCARE, MASK}),
        ("is:opened", {CALCULUS}),
        ("is:dismissed", {OLD}),
        ("is:new", EVERYTHING - {OLD}),
        ("is:replaced", {OLD}),
        # days; today is 21 November 2026
        ("day:2019", {POINCARE, CALCULUS}),
        ("day:2019-05", {CALCULUS}),
        ("day:2019-05-09", {CALCULUS}),
        ("day:2019-05..2019-06-01", {POINCARE, CALCULUS}),
        ("day:2019-05-10..2020", {POINCARE, MASK}),
        ("day:..2019", {POINCARE, CALCULUS}),
        ("day:2020..", {MASK, WIDE, OLD}),
        ("-day:2019", EVERYTHING - {POINCARE, CALCULUS}),
        ("day:today", {OLD}),
        ("day:Yesterday", {WIDE}),
        ("day:1d", {OLD}),
        ("day:2d", {WIDE, OLD}),
        ("day:1w", {WIDE, OLD}),
        ("day:..yesterday", {POINCARE, CALCULUS, MASK, WIDE}),
        ("since:2026-11-21", {OLD}),
        ("since:visit", EVERYTHING),
        # and, or, not
        ("-lambda", EVERYTHING - {CALCULUS, TALK}),
        ("-lambda -gan", EVERYTHING - {CALCULUS, TALK, MASK}),
        ("-(lambda or gan)", EVERYTHING - {CALCULUS, TALK, MASK}),
        ("lambda or gan deep", {CALCULUS, TALK}),
        ("(lambda or gan) -has:mention", {CALCULUS, MASK}),
        ("deep -learning or kepler", {POINCARE}),
        ("learning not title:poincare", {OLD}),
        ("not not gan", {MASK}),
        ("title:(older or slow)", {CALCULUS, OLD}),
        ("orbits or 画像", {POINCARE, MASK, WIDE}),
        ("-orbits", EVERYTHING - {POINCARE, MASK}),
        # regular expressions
        ("/diffus\\w+/", {CALCULUS, OLD}),
        ("/Diffus\\w+/", {OLD}),
        ("/diffus\\w+ models/", {CALCULUS}),
        ("title:/^an? /", {OLD}),
        ("abstract:/^an? /", {CALCULUS}),
        ("author:/^y.* lecun$/", {POINCARE, TALK}),
        ("/ΛCDM/", {TALK}),
        ("/\\\\Lambda/", {TALK}),
        ("/kepler/ note:/^compare/", {POINCARE}),
        ("tag:/^to-/", {POINCARE}),
        ("cat:/^cs\\.l.$/", {POINCARE, CALCULUS}),
        ("source:/^[abd]\\.txt$/", {POINCARE, CALCULUS, MASK}),
        ("-/e/", set()),
        ("/GAN|画像/ -deep", {MASK, WIDE}),
        ("/gan/i", {MASK}),
    ],
)
def test_what_is_found(both: tuple[Library, ...], query: str, names: set[str]) -> None:
    for library in both:
        assert names_of(library, parse_query(query)) == names
        groups = library.papers.groups(parse_query(query))
        assert sum(group.total for group in groups) == len(names)


_words = st.sampled_from(
    [
        *("deep", "learn", "learning", "or", "a", "the", "λ", "lambda cdm", "c++", "%", "orbits", "gan", "le", "ga"),
        *("Poincar\\'e", "画像", "kepler", "read twice", "deep learning", "given", "thesis", "slow models", "[mask]"),
        *("lecun", "Yann LeCun", "LeCun, Y", "li", "10", "q", "1906.00001", "?", "and deep", "of them", "ü", "\\"),
    ]
)
_terms = st.builds(
    Term, st.sampled_from(["", "", "title", "author", "abstract", "note", "tag"]), _words
) | st.sampled_from([Term("is", "unread"), Term("has", "note"), Term("day", "2019"), Term("cat", "cs")])


def _grown(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(inner, min_size=2, max_size=4).map(tuple)
    return inner.map(Not) | several.map(And) | several.map(Or)


_conditions: st.SearchStrategy[Condition] = st.recursive(_terms, _grown, max_leaves=8)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=150)
@given(st.lists(_conditions, max_size=3))
def test_the_index_and_the_texts_themselves_give_the_same_answers(
    both: tuple[Library, ...], terms: list[Condition]
) -> None:
    query = Query(tuple(terms))
    library, *others = both
    for other in others:
        assert [paper.id for paper in library.papers.find(query)] == [paper.id for paper in other.papers.find(query)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60)
@given(_conditions, _conditions)
def test_and_or_and_not_mean_what_they_say(both: tuple[Library, ...], condition: Condition, other: Condition) -> None:
    library, *_ = both
    first, second = names_of(library, Query((condition,))), names_of(library, Query((other,)))
    assert (
        names_of(library, Query((condition, other)))
        == names_of(library, Query((And((condition, other)),)))
        == first & second
    )
    assert names_of(library, Query((Or((condition, other)),))) == first | second
    assert names_of(library, Query((Not(condition),))) == EVERYTHING - first
    assert (
        names_of(library, parse_query(format_query(Query((Not(Or((condition, other))),)))))
        == EVERYTHING - first - second
    )


def test_the_deepest_query_that_is_understood_can_be_asked(both: tuple[Library, ...]) -> None:
    deep = "gan"
    for _ in range(11):
        deep = f"a or -(day:2019 is:unread {deep})"
    for library in both:
        library.papers.matches(parse_query(deep))
        library.papers.matches(parse_query(" ".join(f"w{number}" for number in range(190))))
        library.papers.matches(parse_query(" or ".join(f"-title:w{number}" for number in range(190))))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("is:shortlisted sort:kept", [POINCARE, MASK]),
        ("sort:kept", [POINCARE, MASK, OLD, WIDE, CALCULUS, TALK]),
        ("day:2019.. sort:title", [OLD, MASK, POINCARE, CALCULUS, WIDE]),
        ("slow or again sort:rank", [CALCULUS, OLD]),
        ("sort:rank -has:note", [OLD, WIDE, CALCULUS, TALK]),
        ("gan or lambda or orbits sort:rank", None),
    ],
)
def test_other_orders_come_as_one_group(both: tuple[Library, ...], query: str, names: list[str] | None) -> None:
    library, plain, _ = both
    parsed = parse_query(query)
    ((group, keys),) = library.papers.matches(parsed)
    titles = [summary.title for summary in library.papers.summaries(keys).values()]
    assert names is None or titles == [ENTRIES[name].title for name in names]
    assert (group.key, group.day, group.total) == (SORTED, None, len(keys)) and group.collection
    assert set(keys) == {key for _, some in library.papers.matches(Query(parsed.terms)) for key in some}
    assert {key for _, some in plain.papers.matches(parsed) for key in some} == set(keys)
    assert library.papers.matches(parse_query("nowhere sort:rank")) == ()


def test_since_visit_is_what_came_since_the_reader_was_opened_before(library: Library) -> None:
    def titles(opened: Library) -> list[str | None]:
        return [paper.title for paper in opened.papers.find(parse_query("since:visit"))]

    def bring(*names: str) -> None:
        digest = Digest(format="x", entries=tuple(ENTRIES[name] for name in names))
        ingest.import_digest(library, digest, name=names[0], path=names[0])

    bring(TALK)
    assert len(titles(library)) == 1, "the reader was never open"
    library.papers.begin_visit()
    assert len(titles(library)) == 1, "all is new to the first visit"
    bring(MASK)
    other = Library.open(library.path, now=lambda: NOW)  # a command, while the reader is open or after
    assert titles(other) == [ENTRIES[MASK].title]
    other.papers.begin_visit()
    assert titles(other) == [ENTRIES[MASK].title], "a visit later"
    bring(WIDE)
    assert titles(other) == [ENTRIES[WIDE].title, ENTRIES[MASK].title]
    other.close()


def test_days_are_those_of_the_readers_calendar(both: tuple[Library, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    library, *_ = both
    late = Library(library.path, lambda: datetime(2026, 11, 20, 23, 30, tzinfo=UTC))
    try:
        for zone, name in (("UTC0", WIDE), ("XXX-1", OLD)):  # an hour ahead it is tomorrow
            monkeypatch.setenv("TZ", zone)
            time.tzset()
            assert names_of(late, parse_query("day:today")) == {name}
    finally:
        monkeypatch.undo()
        time.tzset()
        late.close()
