"""What the reader did, kept right over merges, undoing and removing: a few cases, then any sequence of actions."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedreader.library import Library
from feedreader.library.rows import PAPER_QUERY
from feedreader.model import FLAG, MARKS, UNMARKED, Changed, Digest, Entry, Mark, Marks, Paper, Query
from feedreader.services import ingest, removal
from tests.conftest import NOW, new_library
from tests.library.test_journal import PIECES, marking

HILLS = "A long enough abstract that two digests have in common, word for word, without any title in one of them."


def take_in(library: Library, entries: Iterable[Entry], name: str = "a.txt") -> None:
    ingest.import_digest(library, Digest(format="x", entries=tuple(entries)), name=name, path=f"/{name}")


@contextmanager
def ticking() -> Iterator[Library]:
    """A library whose clock goes on by a second with every look."""
    ticks = 0

    def now() -> datetime:
        nonlocal ticks
        ticks += 1
        return NOW + timedelta(seconds=ticks)

    with tempfile.TemporaryDirectory() as folder:
        library = new_library(folder, now)
        try:
            yield library
        finally:
            library.close()


def numbered(count: int) -> list[Entry]:
    day = date(2019, 5, 9)
    return [
        Entry(arxiv_id=f"1905.{n:05}", title=f"Paper {n}", abstract=f"About {n}. " * 5, day=day) for n in range(count)
    ]


def paper(library: Library, id: str) -> Paper:
    paper = library.papers.get(library.papers.key_of(id))
    assert paper is not None
    return paper


def test_every_mark_has_its_row_in_order_and_a_column_that_is_read_back(library: Library) -> None:
    assert tuple(MARKS) == Marks._fields
    take_in(library, numbered(2))
    a, b = keys_of(library)
    values = {"read": True, "shortlisted": True, "opened": True, "tags": ("x", "Y"), "note": "Why."}
    assert values.keys() == {name for name, mark in MARKS.items() if not mark.since} - {"dismissed"}
    (change,) = library.marks.set([a], values, label="x")
    assert change == Changed(a, UNMARKED, Marks(**values, shortlisted_at=NOW))  # type: ignore[arg-type]
    assert paper(library, "1905.00000").marks == library.papers.summaries([a])[a].marks == change.after
    assert library.papers.summaries([b])[b].marks == UNMARKED
    undone = removal.undo(library)
    assert undone and tuple(undone.changes) == (Changed(a, change.after, UNMARKED),)
    for bad in ({"shortlisted_at": NOW}, {"stars": 3}, {"tags": ["two words"]}):
        with pytest.raises(ValueError):
            library.marks.set([a], bad, label="x")


@pytest.mark.parametrize(("name", "mark"), [(name, mark) for name, mark in MARKS.items() if mark.values])
def test_keys_and_commands_go_through_the_values_of_a_mark(library: Library, name: str, mark: Mark) -> None:
    take_in(library, numbered(1))
    (key,) = keys_of(library)
    value = first = getattr(UNMARKED, name)
    for _ in mark.values:
        value = mark.next_value(value).value
        library.marks.set([key], {name: value}, label="x")
        assert getattr(paper(library, "1905.00000").marks, name) == value
    assert value == first


def test_a_mark_that_is_no_step_is_not_undone(library: Library) -> None:
    take_in(library, numbered(2))
    a, b = keys_of(library)
    library.marks.set([a], {"read": True}, label="m")
    library.marks.set([b], {"read": True}, label="left", step=False)
    assert removal.undo(library) is not None
    assert [summary.marks.read for summary in library.papers.summaries([a, b]).values()] == [False, True]
    assert removal.undo(library) is None


# dismissing -----------------------------------------------------------------------------------------------------------


def test_to_dismiss_marks_read_and_not_opened_in_one_step(library: Library) -> None:
    take_in(library, numbered(3))
    keys = [library.papers.key_of(f"1905.0000{n}") for n in range(3)]
    assert tuple(library.marks.set(keys[:2], {"dismissed": True}, label="x")) == tuple(
        Changed(key, UNMARKED, Marks(read=True, dismissed=True)) for key in keys[:2]
    )
    first = paper(library, "1905.00000")
    assert (first.marks.read, first.marks.dismissed, first.marks.opened, first.marks.shortlisted) == (
        True,
        True,
        False,
        False,
    )
    assert library.papers.counts() == (3, 1, 0)
    (group,) = library.papers.groups()
    assert (library.papers.dismissed(group.key), library.papers.dismissed(group.key, keys[1:])) == (2, 1)
    assert removal.undo(library) is not None
    assert library.papers.counts() == (3, 3, 0)
    assert not paper(library, "1905.00000").marks.dismissed
    assert removal.undo(library) is None


def test_what_was_dismissed_is_unread_again_when_that_is_taken_back_unless_it_was_opened(library: Library) -> None:
    take_in(library, numbered(3))
    dismissed, opened, other = (library.papers.key_of(f"1905.0000{n}") for n in range(3))
    library.marks.set([other], {"read": True}, label="x")
    library.marks.set([opened], {"read": True, "opened": True}, label="x", step=False)
    library.marks.set([dismissed, opened], {"dismissed": True}, label="x")
    changed = library.marks.set([dismissed, opened, other], {"dismissed": False}, label="y")
    assert tuple(changed) == (
        Changed(dismissed, Marks(read=True, dismissed=True), UNMARKED),
        Changed(opened, Marks(read=True, opened=True, dismissed=True), Marks(read=True, opened=True)),
    )
    assert library.papers.counts() == (3, 1, 0)
    removal.undo(library)
    assert paper(library, "1905.00000").marks.dismissed and library.papers.counts() == (3, 0, 0)


def test_no_paper_is_both_kept_and_dismissed(library: Library) -> None:
    take_in(library, numbered(3))
    kept, dismissed, opened = keys = [library.papers.key_of(f"1905.0000{n}") for n in range(3)]
    library.marks.set([kept], {"shortlisted": True}, label="a")
    library.marks.set([opened], {"read": True, "opened": True}, label="b", step=False)
    changed = library.marks.set(keys, {"dismissed": True}, label="c")
    assert [change.key for change in changed] == [dismissed, opened], "a kept paper stays as it is"
    library.marks.set(keys, {"shortlisted": True}, label="d")
    states = {key: summary.marks for key, summary in library.papers.summaries(keys).items()}
    assert not any(marks.dismissed for marks in states.values())
    assert all(marks.shortlisted for marks in states.values())
    assert [marks.read for marks in states.values()] == [False, False, True], "as when the dismissal is taken back"
    removal.undo(library)
    assert [summary.marks.dismissed for summary in library.papers.summaries(keys).values()] == [False, True, True]
    library.marks.set([dismissed], {"shortlisted": False}, label="e")
    assert paper(library, "1905.00001").marks.dismissed, "it was not kept"


def test_a_library_that_holds_both_keeps_what_is_kept(library: Library) -> None:
    take_in(library, numbered(1))
    (key,) = keys_of(library)
    library.marks.set([key], {"dismissed": True}, label="a")
    with library._database.write() as connection:
        connection.execute("INSERT INTO marks SELECT name, 'shortlisted', '1', at FROM marks WHERE kind = 'dismissed'")
        connection.execute("UPDATE papers SET shortlisted = 1, shortlisted_at = '2026-01-01T00:00:00+00:00'")
        connection.execute("UPDATE groups SET shortlisted = 1")
    before = paper(library, "1905.00000").marks
    assert before.shortlisted and before.dismissed
    library.marks.set([key], {"shortlisted": False}, label="b")
    check(library)
    assert paper(library, "1905.00000").marks == Marks(read=True)
    removal.undo(library)
    check(library)
    after = paper(library, "1905.00000").marks
    assert after.shortlisted and not after.dismissed and after.read


def test_kept_since_goes_with_kept() -> None:
    with ticking() as library:
        take_in(library, numbered(1))
        key = library.papers.key_of("1905.00000")
        library.marks.set([key], {"shortlisted": True}, label="x")
        first = paper(library, "1905.00000").marks.shortlisted_at
        assert first is not None and first.tzinfo is not None
        library.marks.set([key], {"shortlisted": False}, label="x")
        assert paper(library, "1905.00000").marks.shortlisted_at is None
        library.marks.set([key], {"shortlisted": True}, label="x")
        assert (paper(library, "1905.00000").marks.shortlisted_at or first) > first
        removal.undo(library)
        removal.undo(library)
        assert paper(library, "1905.00000").marks.shortlisted_at == first


# notes and tags -------------------------------------------------------------------------------------------------------


def test_a_note_and_tags_are_one_step(library: Library) -> None:
    take_in(library, numbered(1))
    key = library.papers.key_of("1905.00000")
    assert library.marks.set(
        [key], {"note": "Read *this*.\n\nTwice.", "tags": ("GAN", "to-read", "gan")}, label="wrote a note"
    )
    first = paper(library, "1905.00000")
    assert (first.marks.note, first.marks.tags) == ("Read *this*.\n\nTwice.", ("GAN", "to-read"))
    assert library.papers.summaries([key])[key].marks.note
    assert library.facets.tags() == (("GAN", 1), ("to-read", 1))
    assert not library.marks.set(
        [key], {"note": "Read *this*.\n\nTwice.", "tags": ("GAN", "to-read")}, label="nothing new"
    )
    assert library.marks.set([key], {"note": None, "tags": ()}, label="wiped")
    assert (paper(library, "1905.00000").marks.note, paper(library, "1905.00000").marks.tags) == (None, ())
    for label, note in (("wiped", "Read *this*.\n\nTwice."), ("wrote a note", None)):
        undone = removal.undo(library)
        assert undone and (undone.label, [change.key for change in undone.changes]) == (label, [key])
        assert undone.changes[0].after.note == note
        assert paper(library, "1905.00000").marks.note == note
    assert removal.undo(library) is None


def test_tags_are_added_with_other_marks_as_one_step(library: Library) -> None:
    take_in(library, numbered(2))
    a, b = keys_of(library)
    library.marks.tag([a], add=("Moss",), label="tagged")
    changed = library.marks.set([a, b], {"shortlisted": True, "read": True}, add_tags=("moss", "fen"), label="x")
    assert [change.after.tags for change in changed] == [("Moss", "fen"), ("moss", "fen")]
    assert all(change.after.shortlisted and change.after.read for change in changed)
    undone = removal.undo(library)
    assert undone and [change.after.tags for change in undone.changes] == [("Moss",), ()]
    assert library.papers.summaries([b])[b].marks == UNMARKED
    with pytest.raises(ValueError):
        library.marks.set([a], {"read": True}, add_tags=("two words",), label="x")


def test_tags_come_and_go_whatever_their_case(library: Library) -> None:
    take_in(library, numbered(2))
    keys = [library.papers.key_of(f"1905.0000{n}") for n in range(2)]
    both = Marks(tags=("b", "A"))
    assert [*library.marks.tag(keys, add=["b", "A"], label="x")] == [Changed(key, UNMARKED, both) for key in keys]
    changed = library.marks.tag(keys[:1], add=["a", "c"], remove=["B"], label="x")
    assert tuple(changed) == (Changed(keys[0], both, Marks(tags=("A", "c"))),)
    assert [paper(library, f"1905.0000{n}").marks.tags for n in range(2)] == [("A", "c"), ("b", "A")]
    assert library.facets.tags() == (("A", 2), ("b", 1), ("c", 1))
    assert not library.marks.tag(keys, remove=["nowhere"], label="x")
    removal.undo(library)
    assert paper(library, "1905.00000").marks.tags == ("b", "A")
    with pytest.raises(ValueError):
        library.marks.tag(keys, add=["two words"], label="x")
    assert paper(library, "1905.00000").marks.tags == ("b", "A")


def test_an_import_leaves_notes_alone_and_a_removed_source_brings_them_back(library: Library) -> None:
    take_in(library, numbered(2))
    library.marks.set([library.papers.key_of("1905.00001")], {"note": "Mine.", "tags": ("one",)}, label="x")
    take_in(library, [Entry(arxiv_id="1905.00001", comment="more", tldr="short")], "b.txt")
    assert paper(library, "1905.00001").marks.note == "Mine."
    removal.forget_source(library, "a.txt")
    removal.forget_source(library, "b.txt")
    assert library.facets.tags() == ()
    take_in(library, numbered(2))
    assert (paper(library, "1905.00001").marks.note, paper(library, "1905.00001").marks.tags) == ("Mine.", ("one",))


def test_the_notes_of_two_papers_that_turn_out_to_be_one_follow_one_another() -> None:
    with ticking() as library:
        take_in(library, [Entry(title="Hills", authors=("A B",), abstract=HILLS)], "a.txt")
        take_in(library, [Entry(title="Wells", authors=("A B",), arxiv_id="1905.00001")], "b.txt")
        hills = next(paper for paper in library.papers.find(Query()) if paper.title == "Hills")
        library.marks.set(
            [library.papers.key_of("1905.00001")], {"note": "The older.", "tags": ("x", "Y")}, label="one"
        )
        library.marks.set([library.papers.key_of(hills.id)], {"note": "The newer.", "tags": ("y", "z")}, label="two")
        library.marks.set([library.papers.key_of(hills.id)], {"dismissed": True}, label="three")
        take_in(library, [Entry(title="Hills", authors=("A B",), arxiv_id="1905.00001")], "c.txt")
        first = paper(library, "1905.00001")
        assert (first.marks.note, first.marks.tags, first.marks.dismissed) == (
            "The older.\n\nThe newer.",
            ("x", "Y", "z"),
            True,
        )
        library.marks.set([library.papers.key_of("1905.00001")], {"note": "Both.", "tags": ("z",)}, label="four")
        removal.forget_source(library, "c.txt")
        assert [paper.marks.note for paper in library.papers.find(Query()) if paper.marks.note] == ["Both."], (
            "under one name"
        )
        removal.undo(library)
        removal.undo(library)
        assert paper(library, "1905.00001").marks.note == first.marks.note
        library.marks.set([library.papers.key_of("1905.00001")], {"note": None}, label="five")
        assert paper(library, "1905.00001").marks.note is None


# any sequence of actions -------------------------------------------------------------------------------------------

# Five names; the entries of c.txt, d.txt and e.txt make one paper of two of them each.
PARTS = {
    "a.txt": [Entry(title="Hills", authors=("A B",), abstract=HILLS), Entry(title="Alone", arxiv_id="1905.00009")],
    "b.txt": [Entry(title="Wells", authors=("C D",), arxiv_id="1905.00001"), Entry(title="Third", doi="10.1/xyz")],
    "c.txt": [Entry(arxiv_id="1905.00001", abstract=HILLS)],
    "d.txt": [Entry(arxiv_id="1905.00001", doi="10.1/xyz")],
    "e.txt": [Entry(title="Fourth", doi="10.1/printed", preprint_doi="10.1/xyz")],
}

FLAGS = [name for name, mark in MARKS.items() if mark.kind == FLAG]
effects = st.lists(
    st.one_of(
        st.tuples(st.just("mark"), st.integers(0, 3), st.sampled_from(FLAGS), st.booleans()),
        st.tuples(
            st.just("note"), st.integers(0, 3), st.sampled_from(["", "one", "two"]), st.sampled_from(["", "p", "P q"])
        ),
        st.tuples(st.just("undo")),
        st.tuples(st.just("import"), st.sampled_from(sorted(PARTS))),
        st.tuples(st.just("forget"), st.sampled_from(sorted(PARTS))),
    ),
    max_size=14,
)


def keys_of(library: Library) -> list[int]:
    return [key for group in library.papers.groups() for key in library.papers.keys(group.key, 0, 100)]


def do(library: Library, effect: tuple[Any, ...]) -> bool:
    """Do one of `effects`; whether it made a step of the journal."""
    name, *how = effect
    if name == "undo":
        removal.undo(library)
        return False
    if name == "import":
        take_in(library, PARTS[how[0]], how[0])
        return False
    if name == "forget":
        if how[0] not in {source.name for source in library.papers.sources()}:
            return False
        removal.forget_source(library, how[0])
        return True
    keys = keys_of(library)
    if not keys:
        return False
    key = keys[how[0] % len(keys)]
    if name == "mark":
        return bool(library.marks.set([key], {how[1]: how[2]}, label="marked"))
    return bool(library.marks.set([key], {"note": how[1] or None, "tags": how[2].split()}, label="wrote"))


def marks_by_id(library: Library) -> dict[str, tuple[Any, ...]]:
    """What is marked of each paper, by its id."""
    return {
        paper.id: (
            *(
                paper.marks.read,
                paper.marks.shortlisted,
                paper.marks.opened,
                paper.marks.dismissed,
                paper.marks.shortlisted_at,
            ),
            *(frozenset(tag.casefold() for tag in paper.marks.tags), paper.marks.note),
        )
        for paper in library.papers.find(Query())
    }


def check(library: Library) -> None:
    """The columns and counts are what the marks say, worked out by hand; kept time and kept go together."""
    with library._database.read() as connection:
        for row in connection.execute(PAPER_QUERY).fetchall():
            rows = connection.execute(
                """SELECT DISTINCT m.kind, m.value, m.at, m.name FROM entries e JOIN marks m ON m.name = e.name
                   WHERE e.paper = ? AND m.value NOT IN ('', '0') ORDER BY m.at""",
                (row[0],),
            ).fetchall()
            stored = library.papers.get(row[0])
            assert stored is not None
            kinds = {kind for kind, *_ in rows}
            expected = tuple(kind in kinds for kind in ("read", "shortlisted", "opened"))
            expected = (*expected, "dismissed" in kinds and "shortlisted" not in kinds)
            assert (
                stored.marks.read,
                stored.marks.shortlisted,
                stored.marks.opened,
                stored.marks.dismissed,
            ) == expected
            kept = [datetime.fromisoformat(at) for kind, _, at, _ in rows if kind == "shortlisted"]
            assert stored.marks.shortlisted_at == min(kept, default=None)
            notes = [value for kind, value, *_ in rows if kind == "note"]
            assert all(note in (stored.marks.note or "") for note in notes) and bool(notes) == bool(stored.marks.note)
            tags = {tag.casefold() for kind, value, *_ in rows if kind == "tags" for tag in value.split("\n")}
            assert {tag.casefold() for tag in stored.marks.tags} == tags and len(stored.marks.tags) == len(tags)
    papers = list(library.papers.find(Query()))
    total, unread, kept_count = library.papers.counts()
    assert (total, unread, kept_count) == (
        len(papers),
        sum(not paper.marks.read for paper in papers),
        sum(paper.marks.shortlisted for paper in papers),
    )


@given(effects, PIECES)
@settings(max_examples=60)
def test_whatever_is_done_the_columns_say_what_the_marks_say_and_undoing_all_leaves_nothing(
    effects: list[tuple[Any, ...]], piece: int
) -> None:
    with ticking() as library, marking(piece):
        for name in ("a.txt", "b.txt"):
            take_in(library, PARTS[name], name)
        for effect in effects:
            do(library, effect)
            check(library)
        while removal.undo(library):
            check(library)
        assert all(not any(facts[:4]) and facts[5:] == (frozenset(), None) for facts in marks_by_id(library).values())


@given(effects, PIECES)
@settings(max_examples=40)
def test_a_step_undone_leaves_what_stood_before_it(effects: list[tuple[Any, ...]], piece: int) -> None:
    with ticking() as library, marking(piece):
        for name in ("a.txt", "b.txt"):
            take_in(library, PARTS[name], name)
        for effect in effects:
            before = marks_by_id(library)
            if do(library, effect):
                removal.undo(library)
                assert marks_by_id(library) == before
                do(library, effect)


@given(
    st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["one", "two", "three"]), st.sampled_from(["p", "P", "q r"])))
)
@settings(max_examples=30)
def test_what_merging_makes_of_notes_does_not_hang_on_the_order_of_imports(effects: list[tuple[int, str, str]]) -> None:
    outcomes = []
    for order in (("c.txt", "d.txt"), ("d.txt", "c.txt")):
        with ticking() as library:
            for name in ("a.txt", "b.txt"):
                take_in(library, PARTS[name], name)
            ids = sorted(paper.id for paper in library.papers.find(Query()))
            for number, note, tags in effects:
                library.marks.set([library.papers.key_of(ids[number])], {"note": note, "tags": tags.split()}, label="x")
            for name in order:
                take_in(library, PARTS[name], name)
            outcomes.append({paper.id: (paper.marks.note, paper.marks.tags) for paper in library.papers.find(Query())})
    assert outcomes[0] == outcomes[1]


# marks that a document gives


def test_given_marks_are_added_as_one_step_and_undone(library: Library) -> None:
    take_in(library, numbered(6))
    keys = [library.papers.key_of(f"1905.{n:05}") for n in range(6)]
    long_ago, later = NOW - timedelta(days=900), NOW + timedelta(days=900)
    library.marks.set(keys[1:2], {"shortlisted": True, "tags": ("b",), "note": "Mine"}, label="a")
    library.marks.set(keys[2:3], {"dismissed": True}, label="b")
    before = [library.papers.get(key) for key in keys]
    given = {
        keys[0]: Marks(shortlisted=True, shortlisted_at=long_ago, tags=("x",), note="Theirs"),
        keys[1]: Marks(shortlisted=True, shortlisted_at=long_ago, tags=("B", "c"), note="Theirs\n\n- two"),
        keys[2]: Marks(shortlisted=True, shortlisted_at=later),
        keys[3]: Marks(read=True, opened=True, dismissed=True),
        keys[4]: Marks(shortlisted=True),
        keys[5]: UNMARKED,
    }
    changed = library.marks.take(given, label="kept 6 papers")
    assert {change.key for change in changed} == set(keys[:5])
    marks = [each.marks for key in keys if (each := library.papers.get(key))]
    assert marks == [
        Marks(shortlisted=True, shortlisted_at=long_ago, tags=("x",), note="Theirs"),
        Marks(shortlisted=True, shortlisted_at=NOW, tags=("b", "c"), note="Mine\n\nTheirs\n\n- two"),
        Marks(shortlisted=True, shortlisted_at=NOW),  # no paper was kept in the future
        Marks(read=True, opened=True, dismissed=True),
        Marks(shortlisted=True, shortlisted_at=NOW),
        UNMARKED,
    ]
    assert library.papers.counts() == (6, 5, 4)
    assert not library.marks.take(given, label="again")
    take_in(library, [Entry(arxiv_id="1905.00000", title="Paper 0", comment="Now merged.")], "b.txt")
    assert paper(library, "1905.00000").marks == marks[0]  # the time is that of the mark, whatever merges
    undone = removal.undo(library)
    assert undone is not None and undone.label == "kept 6 papers"
    assert [getattr(library.papers.get(key), "marks", None) for key in keys] == [each.marks for each in before if each]


def test_given_marks_are_taken_with_what_all_get(library: Library) -> None:
    take_in(library, numbered(3))
    keys = [library.papers.key_of(f"1905.{n:05}") for n in range(3)]
    given = {key: Marks(tags=(f"t{place}",)) for place, key in enumerate(keys)}
    library.marks.take(given, {"read": True}, add_tags=("all",), label="x")
    assert [paper(library, f"1905.{n:05}").marks for n in range(3)] == [
        Marks(read=True, tags=(f"t{n}", "all")) for n in range(3)
    ]
    with pytest.raises(ValueError):
        library.marks.take(given, add_tags=("two words",), label="x")
