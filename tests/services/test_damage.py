"""What `doctor` makes of each kind of damage: it is named, mended as far as it can be, and never made worse."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import date
from pathlib import Path
from random import Random
from types import SimpleNamespace

import pytest

from feedreader.errors import LibraryError
from feedreader.library import Library, checks
from feedreader.library.migrations import MIGRATIONS
from feedreader.library.schema import layouts
from feedreader.model import Entry
from feedreader.services import doctor
from tests.conftest import NOW, library_file
from tests.library.damage import DAMAGES, HOPELESS, LOGICAL, OF_FILE, drop
from tests.library.soundness import faults_of
from tests.library.test_library import all_keys, papers, take_in
from tests.services.test_doctor import quietly

ROOT = Path(__file__).parents[2]
UNSEEN = {"emptied settings"}  # which the program makes again as it needs them
OTHER_MARKS = {"marks unlike", "spoiled text", "changed papers", "changed entries"}  # by the damage itself


@pytest.fixture(scope="session")
def whole_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hundred papers of several days and a collection, some without an id, from three sources; thirty are marked."""
    path = library_file(tmp_path_factory.mktemp("damage"), *papers(60))
    library = Library.open(path, now=lambda: NOW)
    take_in(library, papers(30, date(2019, 6, 1), start=50), "second.txt")
    named = [Entry(title=f"On the matter of stones, part {n}", abstract=f"Stones of kind {n}. " * 9) for n in range(20)]
    take_in(library, named, "third.txt", "Stones")
    keys = all_keys(library)
    library.marks.set(keys[:9], {"shortlisted": True, "note": "Für mich."}, label="kept")
    library.marks.set(keys[5:25], {"read": True}, label="read")
    library.marks.tag(keys[7:12], add=["stone", "später"], label="tag")
    library.marks.set(keys[30:34], {"dismissed": True}, label="dismissed")
    library.close()
    return path


@pytest.fixture
def path(whole_file: Path, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(whole_file, tmp_path / "library.sqlite3"))


@contextmanager
def opened(path: Path) -> Iterator[Library]:
    library = Library.open(path, now=lambda: NOW, indexed=False)
    try:
        yield library
    finally:
        library.close()


def examined(path: Path) -> list[str]:
    """The kinds of all that is wrong."""
    if faults := doctor.file_faults(path, quietly):
        assert all(fault.problem and fault.remedy for fault in faults)
        return [fault.kind for fault in faults]
    with opened(path) as library:
        return [defect.kind for defect in doctor.examine(library, quietly).defects]


def repaired(path: Path) -> doctor.Repair:
    faults = doctor.file_faults(path, quietly)
    saved = doctor.mend_file(path, NOW, quietly) if faults else None
    with opened(path) as library:
        return doctor.repair(library, quietly, faults, saved)


def marks_shown(path: Path) -> Counter[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as file:
        return Counter(file.execute("SELECT title, read, shortlisted, dismissed, tags, note FROM papers"))


def steps(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as file:
        return file.execute("SELECT * FROM steps ORDER BY id").fetchall()


@pytest.mark.parametrize("kind", LOGICAL)
def test_what_tables_say_wrongly_is_named_and_mended(path: Path, kind: str) -> None:
    before, done_before = marks_shown(path), steps(path)
    LOGICAL[kind](path, Random(kind))
    harmed = path.read_bytes()
    seen = examined(path)
    assert bool(seen) == (kind not in UNSEEN)
    assert path.read_bytes() == harmed, "to look changes nothing"
    done = repaired(path)
    assert done.after.defects == () and examined(path) == [] and faults_of(path, indexed=True) == []
    if kind not in UNSEEN:
        assert done.copy
        assert sorted(examined(done.copy)) == sorted(seen)
    if kind not in OTHER_MARKS:
        assert marks_shown(path) == before
    if kind not in ("bad times", "unreadable steps"):
        assert steps(path) == done_before
    again = repaired(path)
    assert again.mended == () and again.copy is None, "there is nothing more to be done"


@pytest.mark.parametrize("kind", OF_FILE)
@pytest.mark.parametrize("seed", range(3))
def test_what_can_be_read_of_a_damaged_file_is_saved(path: Path, kind: str, seed: int) -> None:
    OF_FILE[kind](path, Random(f"{kind} {seed}"))
    harmed = path.read_bytes()
    try:
        seen = examined(path)
        assert path.read_bytes() == harmed
        done = repaired(path)
    except LibraryError as error:  # what says what is where is damaged
        assert kind in ("cut", "overwritten pages") and error.remedy and path.read_bytes() == harmed
        return
    assert not {"damaged", "missing-tables", "missing-indexes"}.intersection(seen) or (
        done.copy and done.copy.read_bytes() == harmed
    )
    assert examined(path) == [] and faults_of(path, indexed=True) == []
    assert {copy.name for copy in path.parent.iterdir()} <= {path.name, done.copy.name if done.copy else ""}


@pytest.mark.parametrize("table", [table for table in layouts()[-1].columns if table != "entries"])
def test_without_any_one_table_the_papers_are_there_with_their_marks(path: Path, table: str) -> None:
    before = marks_shown(path)
    drop(table)(path, Random(1))
    assert "missing-tables" in examined(path)
    repaired(path)
    assert marks_shown(path) == before and examined(path) == []


@pytest.mark.parametrize("kind", HOPELESS)
def test_what_cannot_be_mended_is_left_alone(path: Path, kind: str) -> None:
    HOPELESS[kind](path, Random(kind))
    harmed = path.read_bytes()
    assert doctor.file_faults(path, quietly) == ()
    with pytest.raises(LibraryError) as caught:
        repaired(path)
    assert caught.value.remedy and path.read_bytes() == harmed


def test_a_log_that_is_none_is_passed_over(path: Path) -> None:
    before = marks_shown(path)
    DAMAGES["stray log"](path, Random(1))
    repaired(path)
    assert marks_shown(path) == before and examined(path) == []


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS)))
def test_a_file_of_any_version_is_saved_as_one_of_that_version(tmp_path: Path, version: int) -> None:
    path = tmp_path / "library.sqlite3"
    with closing(sqlite3.connect(path)) as file:
        for migration in MIGRATIONS[:version]:
            file.executescript(migration)
        file.execute("INSERT INTO marks VALUES ('1905.00001', 'read', '1', '2019-05-09T08:00:00.000000+00:00')")
        file.execute(f"PRAGMA user_version = {version % len(MIGRATIONS) - 1}")
        file.execute("DROP INDEX entries_paper")
        file.commit()
    assert set(examined(path)) == {"wrong-version", "missing-indexes"}
    repaired(path)
    assert examined(path) == []
    with opened(path) as library:
        take_in(library, papers(1))
        assert library.papers.counts()[:2] == (1, 0), "what was marked is marked"


def test_a_link_stays_one(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "elsewhere" / "library.sqlite3"
    link.parent.mkdir()
    link.symlink_to(path)
    drop("marks")(path, Random(1))
    repaired(link)
    assert link.is_symlink() and examined(path) == []


def test_while_another_program_has_the_file_it_is_not_replaced(path: Path) -> None:
    drop("keys")(path, Random(1))
    harmed = path.read_bytes()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM papers").fetchone()
        with pytest.raises(LibraryError, match="in use by another program") as caught:
            doctor.mend_file(path, NOW, quietly)
    assert "Quit" in caught.value.remedy and path.read_bytes() == harmed
    assert [file.name for file in path.parent.iterdir() if "new" in file.name] == []


@pytest.mark.parametrize("kind", ["dropped marks", "wrong counts"])
def test_without_room_nothing_is_done(path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    DAMAGES[kind](path, Random(1))
    harmed = path.read_bytes()
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=1))
    with pytest.raises(LibraryError, match="free disk space") as caught:
        repaired(path)
    assert "Free some space" in caught.value.remedy and path.read_bytes() == harmed
    assert list(path.parent.iterdir()) == [path]


def test_a_file_that_may_only_be_read_is_not_repaired(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drop("keys")(path, Random(1))
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(LibraryError, match="read-only"):
        doctor.mend_file(path, NOW, quietly)


@pytest.mark.parametrize("kind", ["dropped marks", "emptied keys", "lost entries", "flipped bits"])
def test_a_repair_that_is_stopped_anywhere_loses_nothing(whole_file: Path, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "library.sqlite3"
    for last in range(0, 40, 5):
        for left in tmp_path.iterdir():
            left.unlink()
        shutil.copyfile(whole_file, path)
        DAMAGES[kind](path, Random(f"{kind} 1"))
        calls = 0

        def stop(words: str, last: int = last) -> None:
            nonlocal calls
            calls += 1
            if calls > last:
                raise KeyboardInterrupt

        with suppress(KeyboardInterrupt):
            faults = doctor.file_faults(path, stop)
            saved = doctor.mend_file(path, NOW, stop) if faults else None
            with opened(path) as library:
                doctor.repair(library, stop, faults, saved)
        repaired(path)
        assert examined(path) == [] and faults_of(path, indexed=True) == []
        assert marks_shown(path) == marks_shown(whole_file) or kind == "flipped bits"
        if calls <= last:
            return


@pytest.mark.parametrize("stop", ["_is_day", "_is_time", "_is_text", "_title_order"])
def test_ctrl_c_ends_a_long_statement(path: Path, stop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(value: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(checks, stop, interrupted)
    with opened(path) as library, pytest.raises(KeyboardInterrupt):
        doctor.examine(library, quietly)
    monkeypatch.undo()
    assert examined(path) == []


def test_a_repair_that_is_killed_loses_nothing(whole_file: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "FEEDREADER_CONFIG": os.devnull}
    command = [sys.executable, "-m", "feedreader", "doctor", "--repair", "--data-dir", os.fspath(tmp_path)]
    path = tmp_path / "library.sqlite3"
    random = Random(5)
    for kind in ("dropped marks", "emptied keys", "lost source", "swapped documents"):
        for left in tmp_path.iterdir():
            left.unlink()
        shutil.copyfile(whole_file, path)
        DAMAGES[kind](path, Random(1))
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as process:
            time.sleep(random.uniform(0.2, 1.2))
            process.kill()
        repaired(path)
        assert examined(path) == [] and faults_of(path, indexed=True) == []
        assert marks_shown(path) == marks_shown(whole_file) and steps(path) == steps(whole_file)


def test_an_import_and_a_reader_go_on_while_it_is_repaired(path: Path) -> None:
    DAMAGES["wrong counts"](path, Random(1))
    DAMAGES["emptied keys"](path, Random(1))
    with opened(path) as other:
        number = 0

        def meanwhile(words: str) -> None:
            nonlocal number
            if number == 8:
                return
            number += 1
            take_in(other, papers(1, start=1000 + number), f"{number}.txt")
            other.marks.set(all_keys(other)[:1], {"read": number % 2 == 0}, label="read")

        with opened(path) as library:
            doctor.repair(library, meanwhile)
        assert len(all_keys(other)) == 99 + 8
    repaired(path)
    assert examined(path) == [] and faults_of(path, indexed=True) == []


def test_a_library_that_says_it_is_older_names_the_remedy(path: Path) -> None:
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA user_version = 5")
    harmed = path.read_bytes()
    with pytest.raises(LibraryError, match="says that it has format 5") as caught:
        Library.open(path, now=lambda: NOW)
    assert "doctor --repair" in caught.value.remedy
    assert path.read_bytes() == harmed and list(path.parent.glob("*.before-*")) == []
