"""What `doctor` finds in a library, and what it mends; each damage as it might come about, by the tables' own rules."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from feedreader.errors import LibraryError
from feedreader.library import Library, connection, health
from feedreader.library.checks import Defect
from feedreader.library.search import index
from feedreader.model import Query
from feedreader.query.language import parse_query
from feedreader.services import doctor, removal
from tests.conftest import NOW, OpenCopy, library_file
from tests.library.soundness import faults_of
from tests.library.test_library import all_keys, papers, put_without_index, take_in

Damage = Callable[..., Library]


def quietly(words: str) -> None:
    pass


@pytest.fixture(scope="session")
def marked_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty papers of one day, of which two are marked, and three are of two sources."""
    path = library_file(tmp_path_factory.mktemp("doctor"), *papers(30))
    library = Library.open(path, now=lambda: NOW)
    take_in(library, papers(3), "again.txt")
    keys = all_keys(library)
    library.marks.set(keys[:1], {"shortlisted": True, "note": "Mine."}, label="kept")
    library.marks.set(keys[4:6], {"read": True}, label="read")
    library.close()
    return path


@pytest.fixture
def marked(open_copy: OpenCopy, marked_file: Path) -> Library:
    return open_copy(marked_file)


@pytest.fixture
def damage(marked_file: Path, tmp_path: Path) -> Iterator[Damage]:
    """Opens a copy of that library after something was done to its tables behind its back."""
    opened = []

    def damage_it(*statements: str) -> Library:
        path = tmp_path / "library.sqlite3"
        path.write_bytes(marked_file.read_bytes())
        with closing(sqlite3.connect(path)) as file, file:
            for statement in statements:
                assert file.execute(statement).rowcount != 0
        opened.append(Library.open(path, now=lambda: NOW))
        return opened[-1]

    yield damage_it
    for library in opened:
        library.close()


def shown(library: Library) -> list[tuple[object, ...]]:
    """All that is seen of the papers, and can be found of them."""
    found = {paper.id for paper in library.papers.find(parse_query("number"))}
    return sorted((p.id, p.title, p.abstract, p.sources, p.marks, p.id in found) for p in library.papers.find(Query()))


def stored_marks(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as file:
        return file.execute("SELECT * FROM marks ORDER BY 1, 2").fetchall()


# --- well -------------------------------------------------------------------------------------------------------------


def test_of_a_library_that_is_well_the_sizes_are_told(marked: Library) -> None:
    report = doctor.examine(marked, quietly)
    assert not report.defects and not report.copies and report.sizes
    sizes = report.sizes
    with closing(sqlite3.connect(marked.path)) as file:
        texts = file.execute("SELECT title, abstract FROM entries").fetchall()
        bytes_ = file.execute("PRAGMA page_count").fetchone()[0] * file.execute("PRAGMA page_size").fetchone()[0]
    assert sizes.papers == 30 and sizes.documents - sizes.dead == 30 and sizes.dead == 3
    assert sizes.file == marked.path.stat().st_size and sum(sizes.parts.values()) == bytes_
    assert {"what sources said", "papers as they are shown", "search index", "marks and undo"} <= sizes.parts.keys()
    said = sum(len(text) for row in texts for text in row)
    assert said < sizes.text < 2 * said


def test_what_sqlite_does_not_tell_apart_is_told_as_one(marked: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    apart = doctor.examine(marked, quietly).sizes
    monkeypatch.setattr(health, "_trees", lambda connection: ())
    together = doctor.examine(marked, quietly).sizes
    assert apart and together and set(together.parts) <= {"other", "free pages"}
    assert sum(together.parts.values()) == sum(apart.parts.values()) and together.text == apart.text


def test_copies_from_before_a_change_are_told(marked: Library) -> None:
    copy = marked.path.with_name("library.sqlite3.before-8")
    copy.write_bytes(b"x" * 1000)
    assert doctor.examine(marked, quietly).copies == {copy: 1000}


# --- compacting -------------------------------------------------------------------------------------------------------


def test_compacting_leaves_no_dead_document_and_no_free_page_and_changes_nothing_else(marked: Library) -> None:
    take_in(marked, papers(600, start=100), "gone.txt")
    removal.forget_source(marked, "gone.txt")
    before = shown(marked)
    said: list[str] = []
    done = doctor.repair(marked, said.append)
    assert done.before.sizes and done.after.sizes and done.before.sizes.dead > 600
    assert (done.after.sizes.dead, done.after.sizes.documents) == (0, 30) and "free pages" not in done.after.sizes.parts
    assert done.gained > 0 and done.after.sizes.log == 0 and done.log_is_empty
    assert (done.mended, done.copy) == ((), None), "there was nothing to mend"
    assert shown(marked) == before and faults_of(marked.path, indexed=True) == []
    assert any("search index: 30 of" in words for words in said)
    assert removal.undo(marked), "what was removed can be brought back"
    assert marked.papers.counts()[0] == 630


def test_a_reader_that_is_open_goes_on(marked: Library) -> None:
    other = Library.open(marked.path, now=lambda: NOW)
    before = shown(other)
    (key, *_) = all_keys(other)
    done = doctor.repair(marked, quietly)
    assert done.after.sizes and done.after.sizes.dead == 0
    other.check()
    assert shown(other) == before
    other.marks.set([key], {"read": True}, label="x")
    take_in(other, papers(2, start=50), "more.txt")
    assert marked.papers.counts()[0] == 32 and faults_of(marked.path, indexed=True) == []
    other.close()


def test_where_another_program_reads_the_log_stays_and_that_is_said(marked: Library) -> None:
    with closing(sqlite3.connect(marked.path, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM papers").fetchone()
        assert not doctor.repair(marked, quietly).log_is_empty
    assert doctor.repair(marked, quietly).log_is_empty


def test_where_another_program_writes_nothing_is_done(marked: Library) -> None:
    before = shown(marked)
    marked.give_up(0.1)
    with closing(sqlite3.connect(marked.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LibraryError, match="in use by another program"):
            doctor.repair(marked, quietly)
    assert shown(marked) == before


def test_an_index_that_was_not_finished_is_used_and_finished_by_the_next(marked: Library) -> None:
    before = shown(marked)
    marked.health.renew_index()
    with marked.intake() as intake:
        assert intake.renew_index()
    assert shown(marked) == before
    take_in(marked, papers(1, start=70), "more.txt")
    sizes = marked.health.sizes()
    assert (sizes.documents, sizes.dead) == (31, 0), "an import finished it"
    assert len(shown(marked)) == 31 and faults_of(marked.path, indexed=True) == []


# --- mending ----------------------------------------------------------------------------------------------------------

WRONG = {
    "wrong-counts": ["UPDATE groups SET unread = unread + 7, shortlisted = 0"],
    "papers-without-day": ["UPDATE papers SET grp = 4711 WHERE id IN (1, 5, 7)"],
    "entries-of-no-paper": ["DELETE FROM papers WHERE id IN (1, 6, 9)"],
    "entries-in-no-paper": ["UPDATE entries SET paper = NULL WHERE paper IN (1, 5, 8)"],
    "keys-without-entries": ["INSERT INTO keys VALUES (1, 4711), (2, 4711)"],
    "missing-in-index": ["UPDATE papers SET doc = doc + 1000 WHERE id IN (1, 2)"],
    "waiting-for-index": ["UPDATE papers SET doc = -doc WHERE id IN (1, 2)"],
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_the_entries_can_tell_is_mended(damage: Damage, marked_file: Path, kind: str) -> None:
    with closing(Library.open(marked_file, now=lambda: NOW)) as whole:
        expected = shown(whole)
    library = damage(*WRONG[kind])
    found = {defect.kind: defect for defect in doctor.examine(library, quietly).defects}
    assert kind in found and found[kind].number > 0 and "--repair" in found[kind].remedy
    marks = stored_marks(library.path)
    done = doctor.repair(library, quietly)
    assert kind in {defect.kind for defect in done.mended} and not done.after.defects
    assert shown(library) == expected and stored_marks(library.path) == marks
    assert faults_of(library.path, indexed=True) == []
    if kind == "waiting-for-index":
        assert done.copy is None, "that is no mending"
    else:
        assert done.copy and done.copy.stat().st_mode & 0o777 == 0o600 and [*done.after.copies] == [done.copy]
        assert [defect.kind for defect in _of_copy(done.copy)] == [defect.kind for defect in done.before.defects]


def _of_copy(path: Path) -> list[Defect]:
    with closing(Library.open(path, now=lambda: NOW)) as library:
        return library.health.defects(quietly)


def test_all_at_once_is_mended(damage: Damage) -> None:
    library = damage(*(statement for statements in WRONG.values() for statement in statements))
    done = doctor.repair(library, quietly)
    assert len(done.mended) == len(done.before.defects) > 4 and not done.after.defects
    assert faults_of(library.path, indexed=True) == [] and len(shown(library)) == 30


def test_a_paper_of_which_nothing_is_said_is_made_of_what_the_list_shows(damage: Damage) -> None:
    library = damage("DELETE FROM entries WHERE paper = 5")
    marks, before = stored_marks(library.path), shown(library)
    done = doctor.repair(library, quietly)
    assert {defect.kind for defect in done.mended} >= {"papers-without-entries", "keys-without-entries"}
    assert not done.after.defects and stored_marks(library.path) == marks
    assert faults_of(library.path, indexed=True) == []
    assert [(id, title, marks) for id, title, _, _, marks, _ in shown(library)] == [
        (id, title, marks) for id, title, _, _, marks, _ in before
    ]
    take_in(library, papers(30), "digest.txt")
    assert all(abstract for _, _, abstract, *_ in shown(library)), "the source brings the abstract back"


def test_what_was_removed_stays_removed(damage: Damage) -> None:
    library = damage("UPDATE entries SET forgotten = 1 WHERE paper = 4")
    done = doctor.repair(library, quietly)
    assert not done.after.defects and len(shown(library)) == 29 and faults_of(library.path, indexed=True) == []


def test_the_index_of_the_newest_days_is_examined_mended_and_compacted(
    marked: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "_LARGE", 20)
    monkeypatch.setattr(index, "NEWEST", 1)
    take_in(marked, papers(5, date(2019, 6, 1), start=200), "newer.txt")
    before = shown(marked)
    with closing(sqlite3.connect(marked.path)) as file, file:
        (newest,) = file.execute("SELECT count(*) FROM newest_docsize").fetchone()
        assert newest >= 5
        file.execute("DELETE FROM newest_docsize WHERE id = (SELECT max(id) FROM newest_docsize)")
    (defect,) = doctor.examine(marked, quietly).defects
    assert (defect.kind, defect.number) == ("missing-among-newest", 1)
    done = doctor.repair(marked, quietly)
    assert done.mended == (defect,) and not done.after.defects and shown(marked) == before
    with closing(sqlite3.connect(marked.path)) as file:
        assert file.execute("SELECT count(*) FROM newest_docsize").fetchone() == (newest,)


@pytest.mark.parametrize(
    ("kind", "statement"),
    [
        ("partial-sources", "UPDATE sources SET partial = 1 WHERE name = 'again.txt'"),
    ],
)
def test_what_only_its_owner_can_mend_is_told_with_what_to_do(damage: Damage, kind: str, statement: str) -> None:
    library = damage(statement)
    (defect,) = doctor.examine(library, quietly).defects
    assert (defect.kind, defect.is_mendable) == (kind, False) and defect.remedy
    done = doctor.repair(library, quietly)
    assert done.after.defects == (defect,) and (done.mended, done.copy) == ((), None)


def test_papers_that_wait_for_the_index_are_told(marked: Library) -> None:
    put_without_index(marked, papers(2, start=80), "feed")
    (defect,) = doctor.examine(marked, quietly).defects
    assert (defect.kind, defect.number) == ("waiting-for-index", 2)
    assert not doctor.repair(marked, quietly).after.defects and len(shown(marked)) == 32


# --- what can't be mended ---------------------------------------------------------------------------------------------


def test_a_library_that_may_only_be_read_is_examined(marked: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "_is_writable", lambda path: False)
    with closing(Library.open(marked.path, now=lambda: NOW)) as library:
        assert doctor.examine(library, quietly).sizes and not doctor.examine(library, quietly).defects
        with pytest.raises(LibraryError, match="read-only"):
            doctor.repair(library, quietly)


def test_without_room_for_a_copy_nothing_is_mended(damage: Damage, monkeypatch: pytest.MonkeyPatch) -> None:
    library = damage(*WRONG["wrong-counts"])
    before = doctor.examine(library, quietly).defects

    def full(*given: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(health, "write_copy", full)
    with pytest.raises(LibraryError, match="disk is full"):
        doctor.repair(library, quietly)
    assert doctor.examine(library, quietly).defects == before and not health.copies(library.path)


def test_without_room_to_compact_all_stays(marked: Library) -> None:
    before, writer = shown(marked), marked._database._writer
    (pages,) = writer.execute("PRAGMA page_count").fetchone()
    writer.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(LibraryError, match="disk is full"):
        doctor.repair(marked, quietly)
    assert shown(marked) == before and faults_of(marked.path) == []
    writer.execute("PRAGMA max_page_count = 1000000")
    assert not doctor.repair(marked, quietly).after.defects and shown(marked) == before
