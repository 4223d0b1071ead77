"""The library's file in bad company: other programs, deleted, replaced, read-only, of another version, none at all."""

from __future__ import annotations

import sqlite3
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from feedreader.errors import LibraryError, LibraryGone
from feedreader.library import Library, connection, schema
from feedreader.library.migrations import MIGRATIONS
from feedreader.model import Query, Rule
from feedreader.query.language import parse_query
from feedreader.services import removal, rules
from tests.conftest import NOW, OpenCopy, needs_any_name
from tests.library.test_library import all_keys, papers, take_in


def opened(path: Path) -> Library:
    return Library.open(path, now=lambda: NOW)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# --- made and brought up to date --------------------------------------------------------------------------------------


def test_a_new_library_is_its_owners_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    library = opened(tmp_path / "a" / "data" / "library.sqlite3")
    take_in(library, papers(1))
    folder = library.path.parent
    assert {path.name for path in folder.iterdir()} == {library.path.name + end for end in ("", "-wal", "-shm")}
    assert {mode(path) for path in folder.iterdir()} == {0o600} and mode(folder) == 0o700
    library.close()
    assert list(folder.iterdir()) == [library.path]


def test_a_new_library_has_large_pages_and_one_that_is_there_keeps_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(connection, "_PAGE_BYTES", 8192)
        opened(tmp_path / "old").close()
    for name, size in (("old", 8192), ("new", 16384)):
        with closing(opened(tmp_path / name)) as library:
            take_in(library, papers(3))
        with closing(sqlite3.connect(tmp_path / name)) as file:
            assert file.execute("PRAGMA page_size").fetchone() == (size,)


def old_library(path: Path, version: int) -> None:
    with closing(sqlite3.connect(path)) as file:
        for migration in MIGRATIONS[:version]:
            file.executescript(migration)
        file.execute("INSERT INTO settings (name, value) VALUES ('theme', 'nord')")
        file.execute(f"PRAGMA user_version = {version}")
        file.commit()


def test_before_each_step_to_a_newer_layout_a_copy_is_made_that_is_the_owners(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    old_library(path, 2)
    earlier = tmp_path / "library.sqlite3.before-2"
    earlier.write_text("as an earlier version left it")
    earlier.chmod(0o644)
    opened(path).close()
    copies = [tmp_path / f"library.sqlite3.before-{number}" for number in range(3, len(MIGRATIONS) + 1)]
    assert sorted(tmp_path.iterdir()) == sorted([path, earlier, *copies])
    assert {mode(copy) for copy in [earlier, *copies]} == {0o600}
    for version, copy in enumerate(copies, 2):
        with closing(sqlite3.connect(copy)) as file:
            assert file.execute("PRAGMA user_version").fetchone() == (version,)
            assert file.execute("SELECT value FROM settings").fetchone() == ("nord",)


def test_a_step_to_a_newer_layout_that_ends_halfway_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "library.sqlite3"
    old_library(path, len(MIGRATIONS) - 1)
    with closing(sqlite3.connect(path)) as file:
        before = [*file.iterdump()]
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", (*MIGRATIONS[:-1], f"{MIGRATIONS[-1].rstrip()} SELECT no_such_thing"))
        with pytest.raises(LibraryError):
            opened(path)
    with closing(sqlite3.connect(path)) as file:
        assert [*file.iterdump()] == before
        assert file.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS) - 1,)
    opened(path).close()


def test_that_it_is_brought_up_to_date_is_said_first_and_once(tmp_path: Path) -> None:
    said: list[int] = []
    for version in (0, 3, len(MIGRATIONS)):
        path = tmp_path / str(version) / "library.sqlite3"
        if version:
            path.parent.mkdir()
            old_library(path, version)

        def on_update(path: Path = path) -> None:
            with closing(sqlite3.connect(path)) as file:
                said.append(file.execute("PRAGMA user_version").fetchone()[0])

        Library.open(path, now=lambda: NOW, on_update=on_update).close()
    assert said == [3]


def test_several_may_make_or_migrate_it_at_once(tmp_path: Path) -> None:
    for number in range(2):
        path = tmp_path / f"{number}" / "library.sqlite3"
        path.parent.mkdir()
        if number:
            old_library(path, 3)
        failures: list[Exception] = []

        def use(name: str, path: Path = path, failures: list[Exception] = failures) -> None:
            try:
                library = opened(path)
                take_in(library, papers(3), name)
                library.close()
            except Exception as error:
                failures.append(error)

        threads = [threading.Thread(target=use, args=(f"{name}.txt",)) for name in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        library = opened(path)
        assert not failures and len(library.papers.sources()) == 4 and library.papers.counts()[0] == 3
        library.close()
        copies = len(MIGRATIONS) - 3 if number else 0
        assert len(list(path.parent.iterdir())) == 1 + copies


# --- no library -------------------------------------------------------------------------------------------------------


def test_what_is_no_library_is_left_alone_and_named(tmp_path: Path, papers_of_another: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "text").write_text("Milk, eggs, and a new bulb for the lamp in the hall.\n" * 50)
    (tmp_path / "other").write_bytes(papers_of_another.read_bytes())
    old_library(tmp_path / "cut", 5)
    (tmp_path / "cut").write_bytes((tmp_path / "cut").read_bytes()[:9000])
    old_library(tmp_path / "newer", 5)
    with closing(sqlite3.connect(tmp_path / "newer")) as file:
        file.execute("PRAGMA user_version = 99")
    before = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    said = {}
    for name in ("folder", "text", "other", "cut", "newer", "text/below"):
        with pytest.raises(LibraryError) as caught:
            opened(tmp_path / name)
        assert caught.value.remedy
        said[name] = caught.value.message
    assert (
        "is a folder" in said["folder"]
        and "not a feedreader library" in said["text"]
        and "another program" in said["other"]
    )
    assert "damaged" in said["cut"] and "newer" in said["newer"] and "not a folder" in said["text/below"]
    assert {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


@pytest.fixture(params=[0, 3])
def papers_of_another(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A database of another program, which counts its versions, too, or does not."""
    path = tmp_path_factory.mktemp("other") / "places.sqlite"
    with closing(sqlite3.connect(path)) as file:
        file.execute("CREATE TABLE places (url TEXT)")
        file.execute(f"PRAGMA user_version = {request.param}")
    return path


def test_an_empty_file_begins_anew_and_is_told_from_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    path.touch()
    for was_empty in (True, False):
        library = opened(path)
        assert library.was_empty is was_empty and library.papers.counts() == (0, 0, 0)
        library.close()
    new = opened(tmp_path / "new.sqlite3")
    assert not new.was_empty
    new.close()


@pytest.mark.parametrize(
    "name",
    [
        "a?b",
        "a#b",
        "a%41b",
        "new\nline",
        "q'uo\"te",
        "mode=ro&x=1",
        "file:x",
        pytest.param("caf\udce9", marks=needs_any_name),
    ],
)
def test_any_name_of_a_folder_will_do(tmp_path: Path, name: str) -> None:
    path = tmp_path / name / "library.sqlite3"
    library = opened(path)
    take_in(library, papers(2))
    library.rules.apply([Rule("highlight", "number", "number", parse_query("number"))])  # reads a snapshot
    library.close()
    assert [found.name for found in path.parent.iterdir()] == ["library.sqlite3"]
    link = tmp_path / "link.sqlite3"
    link.symlink_to(path)
    again = opened(link)
    assert again.papers.counts() == (2, 2, 0)
    again.close()


# --- read-only --------------------------------------------------------------------------------------------------------


@pytest.fixture
def read_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    """A library with two papers, a rule and a citation key, that may only be read; root may write everything."""
    library = opened(tmp_path / "library.sqlite3")
    take_in(library, papers(2))
    library.rules.apply([Rule("highlight", '"number 1"', "one", parse_query('"number 1"'))])
    library.citations.keys_for(tuple(library.papers.find(parse_query('"number 1"'))))
    library.close()
    monkeypatch.setattr(connection, "_is_writable", lambda path: False)
    library = opened(library.path)
    yield library
    library.close()


def test_a_library_that_may_only_be_read_is_read(read_only: Library, tmp_path: Path) -> None:
    assert read_only.read_only and read_only.papers.counts() == (2, 2, 0)
    found = list(read_only.papers.find(Query()))
    keys = read_only.citations.keys_for(found)
    assert len(set(keys.values())) == 2 and read_only.citations.keys_for(found) == keys, "new ones hold meanwhile"
    assert [paper.title for paper in read_only.papers.find(parse_query("is:highlighted"))] == ["Paper 1"]
    read_only.rules.apply([])
    read_only.set_state("theme", "nord")
    read_only.papers.begin_visit()
    read_only.index()
    read_only.check()
    assert read_only.state("theme") is None and read_only.data_version() == read_only.data_version()
    for write in (
        lambda: read_only.marks.set(all_keys(read_only), {"read": True}, label="x"),
        lambda: take_in(read_only, papers(3)),
        lambda: removal.undo(read_only),
        lambda: removal.forget_papers(read_only, ["1905.00001"]),
    ):
        with pytest.raises(LibraryError, match="is read-only"):
            write()
    assert [path.name for path in tmp_path.iterdir()] == ["library.sqlite3"], "nothing is left beside it"


def test_a_rule_is_not_made_where_it_could_not_be_undone(read_only: Library, tmp_path: Path) -> None:
    with pytest.raises(LibraryError):
        rules.add(read_only, tmp_path / "rules.toml", "mute", "title:survey")
    assert not (tmp_path / "rules.toml").exists()


def test_what_stands_in_a_log_is_read_there_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = opened(tmp_path / "library.sqlite3")
    take_in(library, papers(2))
    copy = tmp_path / "copy"
    copy.mkdir()
    for end in ("", "-wal"):  # of a machine that was turned off
        (copy / f"library.sqlite3{end}").write_bytes(Path(f"{library.path}{end}").read_bytes())
    library.close()
    monkeypatch.setattr(connection, "_is_writable", lambda path: False)
    read = opened(copy / "library.sqlite3")
    assert read.papers.counts()[0] == 2
    read.close()


def test_an_old_layout_that_may_only_be_read_is_read_from_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old_library(tmp_path / "library.sqlite3", 4)
    before = (tmp_path / "library.sqlite3").read_bytes()
    monkeypatch.setattr(connection, "_is_writable", lambda path: False)
    library = opened(tmp_path / "library.sqlite3")
    assert library.state("theme") == "nord" and library.papers.counts() == (0, 0, 0)
    with pytest.raises(LibraryError, match="is read-only"):
        take_in(library, papers(1))
    library.close()
    assert list(tmp_path.iterdir()) == [library.path] and library.path.read_bytes() == before


# --- while it is open -------------------------------------------------------------------------------------------------


def test_another_programs_lock_is_said_after_two_seconds_and_waited_for(library: Library) -> None:
    take_in(library, papers(1))
    other = sqlite3.connect(library.path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    waits: list[float] = []

    def waiting() -> None:
        waits.append(time.monotonic() - start)
        other.execute("ROLLBACK")

    library.on_wait(waiting)
    start = time.monotonic()
    assert library.marks.set(all_keys(library), {"read": True}, label="x")
    assert len(waits) == 1 and 1.5 < waits[0] < 10
    other.execute("BEGIN IMMEDIATE")
    library.on_wait(lambda: None)
    library.give_up(0.2)
    start = time.monotonic()
    for _ in range(3):
        with pytest.raises(LibraryError, match="another program"):
            library.marks.set(all_keys(library), {"read": False}, label="x")
    assert time.monotonic() - start < 2, "who leaves does not wait for each"
    other.close()


def test_a_library_that_is_deleted_while_it_is_open_takes_no_marks_and_can_be_put_back(
    library: Library, tmp_path: Path
) -> None:
    take_in(library, papers(2))
    first, second = all_keys(library)
    library.marks.set([first], {"shortlisted": True}, label="x")
    library.path.unlink()
    for use in (library.check, lambda: library.marks.set([second], {"read": True}, label="x")):
        with pytest.raises(LibraryGone, match="deleted"):
            use()
    library.rules.current = []
    assert library.papers.counts() == (2, 2, 1) and not library.path.exists(), "reading makes no new one"
    library.put_back()
    library.check()
    library.marks.set([second], {"read": True}, label="x")
    library.close()
    assert mode(library.path) == 0o600 and list(tmp_path.iterdir()) == [library.path]
    again = opened(library.path)
    assert again.papers.counts() == (2, 1, 1)
    with pytest.raises(LibraryError, match="again"):
        again.put_back()
    again.close()


def test_a_library_that_is_replaced_while_it_is_open_takes_no_marks(
    library: Library, open_copy: OpenCopy, tmp_path: Path
) -> None:
    take_in(library, papers(1))
    other = tmp_path / "other.sqlite3"
    other.write_bytes(library.path.read_bytes())
    other.rename(library.path)
    with pytest.raises(LibraryError, match="replaced"):
        library.marks.set(all_keys(library), {"read": True}, label="x")


@pytest.mark.parametrize("pages", [1, 10, 30])
def test_a_disk_too_full_for_a_new_library_leaves_no_part_of_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pages: int
) -> None:
    migrate, path = schema.migrate, tmp_path / "data" / "library.sqlite3"

    def migrate_on_a_full_disk(file: sqlite3.Connection, place: Path) -> None:
        file.execute(f"PRAGMA max_page_count = {pages}")
        assert file.execute("PRAGMA journal_mode").fetchone()[0] != "wal", "closing it may fail and say nothing"
        migrate(file, place)

    with monkeypatch.context() as patch, pytest.raises(LibraryError, match="disk is full"):
        patch.setattr(connection, "migrate", migrate_on_a_full_disk)
        opened(path)
    assert not list(path.parent.iterdir())
    opened(path).close()


def test_a_full_disk_is_said_and_what_was_there_stays(library: Library) -> None:
    take_in(library, papers(2))
    (pages,) = library._database._writer.execute("PRAGMA page_count").fetchone()
    library._database._writer.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(LibraryError, match="disk is full"):
        take_in(library, papers(5000, start=10), "big.txt")
    assert library.papers.counts()[0] >= 2 and library.papers.partial_sources() in ((), ("big.txt",))
    library._database._writer.execute("PRAGMA max_page_count = 1000000")
    take_in(library, papers(5000, start=10), "big.txt")
    assert library.papers.counts()[0] == 5002 and library.papers.partial_sources() == ()


def test_settings_are_remembered(tmp_path: Path) -> None:
    with closing(Library.open(tmp_path / "library.sqlite3", now=lambda: NOW)) as library:
        library.set_state("theme", "nord")
        assert library.state("theme") == "nord"
        library.set_state("theme", None)
        assert library.state("theme") is None
        assert library.state("another") is None
