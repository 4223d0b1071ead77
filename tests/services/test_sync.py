"""A folder that machines share: what arrives, what harms nothing, and whose file is whose."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from feedreader.errors import SyncError
from feedreader.library import Library
from feedreader.model import Entry, Query
from feedreader.services import removal
from feedreader.services.sync import folder as files
from feedreader.services.sync import signature
from tests.conftest import NOW
from tests.library.test_marks import numbered, paper, take_in
from tests.sync.simulation import Machine

Machines = list[Machine]


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    """Two with three papers each, which use one folder."""
    made = [Machine(tmp_path, number, Random(number)) for number in range(2)]
    for machine in made:
        machine.ahead, machine.folder = timedelta(), tmp_path / "shared"
        take_in(machine.library, numbered(3))
    made[0].folder.mkdir()
    yield made
    for machine in made:
        machine.library.close()


def mark(machine: Machine, id: str = "1905.00000", **values: Any) -> None:
    machine.library.marks.set([machine.library.papers.key_of(id)], values, label="x")


def own(machine: Machine) -> Path:
    return machine.folder / f"feedreader-{machine.library.sync.machine()}.jsonl"


def lines(machine: Machine) -> list[dict[str, Any]]:
    return [json.loads(line) for line in own(machine).read_text().splitlines()]


def synced(*machines: Machine) -> None:
    for machine in (*machines, *machines):
        assert not machine.sync().problems


def test_marks_notes_and_tags_are_on_both(machines: Machines) -> None:
    a, b = machines
    mark(a, shortlisted=True, note="Wait.\n\n*Two* lines.", tags=("to-read", "GAN"))
    mark(b, "1905.00001", read=True)
    synced(a, b)
    assert a.state() == b.state()
    mine = paper(b.library, "1905.00000").marks
    assert mine.shortlisted and mine.shortlisted_at == paper(a.library, "1905.00000").marks.shortlisted_at
    assert (mine.note, mine.tags) == ("Wait.\n\n*Two* lines.", ("to-read", "GAN"))
    assert paper(a.library, "1905.00001").marks.read
    assert stat.S_IMODE(own(a).stat().st_mode) == 0o600
    assert [each["number"] for each in lines(a)] == [1, 2, 3, 4]
    assert a.sync()[:4] == (0, 0, 1, 0), "nothing is sent twice"


def test_undo_travels_and_takes_back_only_what_was_done_here(machines: Machines) -> None:
    a, b = machines
    mark(a, shortlisted=True, tags=("mine",))
    synced(a, b)
    assert removal.undo(b.library) is None
    removal.undo(a.library)
    synced(a, b)
    assert not paper(b.library, "1905.00000").marks.shortlisted and not paper(b.library, "1905.00000").marks.tags
    mark(a, note="first", tags=("mine",), read=True)
    synced(a, b)
    mark(b, note="second", tags=("mine", "yours"))
    synced(b, a)
    removal.undo(a.library)
    synced(a, b)
    for machine in machines:
        marks = paper(machine.library, "1905.00000").marks
        assert (marks.note, marks.tags, marks.read) == ("second", ("yours",), False)


def test_two_tags_added_apart_are_both_there_and_what_is_kept_is_not_dismissed(machines: Machines) -> None:
    a, b = machines
    mark(a, tags=("one",), shortlisted=True)
    mark(b, tags=("two",), dismissed=True)
    synced(a, b)
    assert a.state() == b.state()
    marks = paper(a.library, "1905.00000").marks
    assert set(marks.tags) == {"one", "two"} and marks.shortlisted and not marks.dismissed


def test_a_kept_paper_stands_where_no_source_brought_it_and_merges_when_one_does(machines: Machines) -> None:
    a, b = machines
    entry = Entry(
        title="Otters at $n$ in the Night",
        authors=("Ada Lovelace", "Grace Hopper"),
        abstract="We watch otters. " * 9,
        arxiv_id="2511.00001",
        version=2,
        categories=("cs.LG", "q-bio.PE"),
        day=NOW.date(),
        announced=True,
    )
    take_in(a.library, [entry], "c.txt")
    mark(a, "2511.00001", shortlisted=True)
    mark(a, "1905.00002", shortlisted=True)
    synced(a, b)
    (found,) = [each for each in b.library.papers.find(Query()) if each.id == "2511.00001"]
    assert (found.title, found.authors, found.abstract) == (entry.title, entry.authors, (entry.abstract or "").strip())
    assert (found.day, found.categories, found.version) == (entry.day, entry.categories, 2)
    assert found.marks.shortlisted and found.sources == ("other machines",)
    assert paper(b.library, "1905.00002").sources == ("a.txt",), "it was here"
    take_in(b.library, [entry], "c.txt")
    assert paper(b.library, "2511.00001").sources == ("c.txt", "other machines")
    assert b.library.papers.counts()[0] == 4


def test_marks_of_a_paper_that_is_not_here_wait_for_it(machines: Machines) -> None:
    a, b = machines
    later = Entry(title="Later", arxiv_id="2511.00009", day=NOW.date())
    take_in(a.library, [later], "c.txt")
    mark(a, "2511.00009", read=True, tags=("x",))
    synced(a, b)
    assert b.library.papers.counts()[0] == 3
    take_in(b.library, [later], "c.txt")
    assert paper(b.library, "2511.00009").marks.read and paper(b.library, "2511.00009").marks.tags == ("x",)


def test_a_kept_paper_that_was_removed_here_does_not_come_back(machines: Machines) -> None:
    a, b = machines
    removal.forget_papers(b.library, ["1905.00000"])
    mark(a, shortlisted=True)
    synced(a, b)
    assert b.library.papers.counts()[0] == 2
    removal.undo(b.library)
    assert paper(b.library, "1905.00000").marks.shortlisted


# files ----------------------------------------------------------------------------------------------------------------


def test_what_tools_for_sharing_and_others_leave_there_does_no_harm(machines: Machines, tmp_path: Path) -> None:
    a, b = machines
    mark(a, shortlisted=True)
    mark(a, "1905.00001", note="whole")
    a.sync()
    text = own(a).read_bytes()
    there = own(a).with_name
    there(f"{own(a).stem}.sync-conflict-20261201-1.jsonl").write_bytes(b"".join(text.splitlines(True)[::-1]) * 2)
    there(f"{own(a).stem} (Ada's conflicted copy).jsonl").write_bytes(text[: len(text) // 2])
    there("feedreader-ffff.jsonl").write_bytes(b"<<<<<<< HEAD\n" + text + b"=======\n\x00\xff\n")
    there("feedreader-eeee.jsonl").symlink_to(tmp_path / "nowhere")
    there("feedreader-dddd.jsonl").mkdir()
    there(".feedreader-cccc.jsonl").write_text("not read\n")
    there("notes.txt").write_text("not read\n")
    if hasattr(os, "mkfifo"):
        os.mkfifo(there("feedreader-pipe.jsonl"))
    result = b.sync()
    assert [(each.file, each.line) for each in result.problems] == [
        *(("feedreader-ffff.jsonl", line) for line in (1, 4, 5)),
    ]
    assert paper(b.library, "1905.00001").marks.note == "whole" and paper(b.library, "1905.00000").marks.shortlisted
    assert b.sync().problems == (), "they are said once"


def test_a_line_without_an_end_waits_for_it(machines: Machines) -> None:
    a, b = machines
    mark(a, read=True)
    a.sync()
    text = own(a).read_bytes()
    own(a).write_bytes(text[:-9])
    assert b.sync()[1:4] == (0, 1, 0) and not paper(b.library, "1905.00000").marks.read
    own(a).write_bytes(text)
    b.sync()
    assert paper(b.library, "1905.00000").marks.read


def test_a_file_that_is_not_as_it_was_left_is_left_alone_and_another_begun(machines: Machines) -> None:
    a, b = machines
    mark(a, read=True)
    mark(a, "1905.00001", note="here")
    a.sync()
    first = own(a)
    for damage in (b"", first.read_bytes()[:-5], first.read_bytes() + b"{}\n", b"\x00" * first.stat().st_size):
        before = own(a)
        before.write_bytes(damage)
        a.sync()
        assert own(a) != before and before.read_bytes() == damage, "who knows whose it is"
        assert {each["field"] for each in lines(a)} == {"read", "note"}
    b.sync()
    assert a.state() == b.state()


def test_a_file_that_is_gone_is_written_again_and_so_is_that_of_a_machine_that_is(machines: Machines) -> None:
    a, b = machines
    mark(a, read=True)
    mark(b, "1905.00001", note="from b")
    synced(a, b)
    own(b).unlink()
    name = own(a)
    own(a).unlink()
    a.sync()
    assert own(a) == name and {each["field"] for each in lines(a)} == {"read", "note"}, "nothing is lost with b's file"
    mark(a, "1905.00002", read=True)
    a.sync()
    numbers = [each["number"] for each in lines(a)]
    assert numbers == sorted(set(numbers))
    b.sync()
    assert a.state() == b.state()


def test_what_is_marked_while_files_are_read_is_told(machines: Machines, monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = machines
    mark(a, shortlisted=True, note="from a")
    a.sync()
    read = files.Reading.pieces

    def pieces(reading: files.Reading, name: str) -> Iterator[Any]:
        for number, piece in enumerate(read(reading, name)):
            mark(b, f"1905.0000{number}", read=True, note="meanwhile")
            yield piece

    monkeypatch.setattr(files.Reading, "pieces", pieces)
    b.sync()
    monkeypatch.undo()
    assert {each["field"] for each in lines(b)} == {"read", "note"}
    synced(a, b)
    assert a.state() == b.state() and paper(a.library, "1905.00000").marks.read


def test_changes_that_come_to_nothing_hide_none(machines: Machines, monkeypatch: pytest.MonkeyPatch) -> None:
    from feedreader.services import sync

    a, b = machines
    monkeypatch.setattr(sync, "_TOGETHER", 1)
    mark(a, read=True)
    synced(a, b)
    for value in (False, True):
        mark(a, read=value)  # as it was
    mark(a, "1905.00002", note="told")
    a.sync()
    b.sync()
    assert paper(b.library, "1905.00002").marks.note == "told"


def test_a_copied_library_takes_a_name_of_its_own(machines: Machines, tmp_path: Path) -> None:
    a, b = machines
    mark(a, read=True)
    a.sync()
    a.library.close()
    shutil.copytree(a.root / "data", tmp_path / "7" / "data")
    a.library = a.opened()
    copy = Machine(tmp_path, 7, Random(7))
    try:
        copy.folder = a.folder
        mark(copy, "1905.00001", note="on the copy")
        mark(a, "1905.00001", tags=("on-a",))
        text = own(a).read_bytes()
        synced(copy)
        assert copy.library.sync.machine() != a.library.sync.machine()
        assert own(a).read_bytes() == text, "nobody writes another's file"
        assert [each["field"] for each in lines(copy)] == ["note"], "what the other told is not told again"
        synced(a, copy, b)
        assert a.state() == copy.state() == b.state()
    finally:
        copy.library.close()


def test_nothing_tells_the_name_of_the_computer_or_of_its_owner(machines: Machines) -> None:
    import getpass
    import socket

    a, _ = machines
    mark(a, read=True)
    a.sync()
    machine = a.library.sync.machine() or ""
    assert len(machine) == 16 and int(machine, 16) >= 0
    assert socket.gethostname() not in own(a).read_text()
    assert f'"{getpass.getuser()}"' not in own(a).read_text()


def test_records_of_a_newer_program_wait_and_are_preserved(machines: Machines, monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = machines
    mark(a, read=True)
    a.sync()
    newer = '{"feedreader":2,"machine":"aaaa","paper":["1905.00002"],"mood":"fine"}\n'
    other = a.folder / "feedreader-aaaa.jsonl"
    other.write_text(newer)
    assert b.sync().newer == 1 and b.sync().newer == 0
    monkeypatch.setattr(files, "VERSION", 2)
    assert b.sync().newer == 1, "a newer program reads all again"
    assert other.read_text() == newer
    # an older program on this machine: what the newer one wrote into its file stays when that is written anew
    with own(a).open("a") as stream:
        stream.write(newer)
    mark(a, "1905.00001", read=True)
    a.sync()
    own_file = files.OwnFile(a.library, a.folder, lambda _: None)
    own_file.open()
    with own(a).open("a") as stream:
        stream.write(newer)
    own_file._begin()
    assert own(a).read_text().count(newer) == 1


def test_a_file_is_written_anew_when_most_of_it_was_replaced(
    machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_LEAST", 20)
    a, b = machines
    for number in range(30):
        mark(a, note=f"note {number}")
        a.sync()
        if number % 7 == 0:
            b.sync()
    assert len(lines(a)) < 22
    numbers = [each["number"] for each in lines(a)]
    assert numbers == sorted(set(numbers)) and numbers[-1] >= 30
    synced(b, a)
    assert a.state() == b.state() and paper(b.library, "1905.00000").marks.note == "note 29"


def test_a_folder_that_cannot_be_used_is_said(machines: Machines, tmp_path: Path) -> None:
    from feedreader.services.sync import synchronize

    a, _ = machines
    (tmp_path / "file").write_text("x")
    for place, words in ((tmp_path / "none", "is not there"), (tmp_path / "file", "is not a folder")):
        with pytest.raises(SyncError, match=words):
            synchronize(a.library, place, a.places)
    assert synchronize(a.library, tmp_path / "made", a.places, create=True) is not None
    assert stat.S_IMODE((tmp_path / "made").stat().st_mode) == 0o700
    with pytest.raises(SyncError):
        synchronize(a.library, tmp_path / "no" / "such", a.places, create=True)
    a.folder = tmp_path / "made"
    mark(a, "1905.00001", read=True)
    a.sync()
    text = own(a).read_text()
    own(a).unlink()
    own(a).mkdir()
    mark(a, read=True)
    with pytest.raises(SyncError, match="cannot be written"):
        a.sync()
    own(a).rmdir()
    own(a).write_text(text)
    assert paper(a.library, "1905.00000").marks.read
    a.sync()
    assert [each["field"] for each in lines(a)] == ["read", "read"], "nothing is lost"


def test_another_folder_gets_all(machines: Machines, tmp_path: Path) -> None:
    a, b = machines
    mark(a, note="from a")
    mark(b, "1905.00001", note="from b")
    synced(a, b)
    a.folder = tmp_path / "stick"
    a.folder.mkdir()
    a.sync()
    assert {each["value"] for each in lines(a)} == {"from a", "from b"}


def test_while_nothing_changed_nothing_is_looked_at(machines: Machines) -> None:
    a, b = machines
    mark(a, read=True)
    synced(a, b)
    seen = signature(a.library, a.folder, a.places)
    assert seen == signature(a.library, a.folder, a.places)
    mark(a, note="x")
    after = signature(a.library, a.folder, a.places)
    assert after != seen
    a.sync()
    b.sync()
    seen = signature(b.library, b.folder, b.places)
    a.places.rules.write_text("")
    b.places.rules.write_text("")
    assert signature(b.library, b.folder, b.places) != seen


def test_a_library_whose_records_were_lost_tells_and_reads_all_again(machines: Machines) -> None:
    a, b = machines
    mark(a, note="from a")
    mark(b, "1905.00001", note="from b")
    synced(a, b)
    with a.library._database.write() as connection:
        connection.execute("DELETE FROM records")
    synced(a, b)
    assert a.state() == b.state()
    mark(a, "1905.00001", note="after")
    synced(a, b)
    assert paper(b.library, "1905.00001").marks.note == "after"


def test_a_clock_that_is_behind_does_not_lose_what_was_done_last(machines: Machines) -> None:
    a, b = machines
    mark(a, note="first")
    synced(a, b)
    b.ahead = timedelta(hours=-30)
    mark(b, note="second")
    synced(b, a)
    assert paper(a.library, "1905.00000").marks.note == "second"
    assert isinstance(a.library, Library) and isinstance(a.now(), datetime)
