"""The library on a real file: windows, marks, the journal, two processes, damage."""

from __future__ import annotations

import signal
import sqlite3
import stat
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

import feedreader.library as library_module
import feedreader.library.search.index as index_module
from feedreader.errors import LibraryError, UnknownPaper, UnknownSource
from feedreader.library import Library
from feedreader.library.migrations import MIGRATIONS
from feedreader.model import UNMARKED, Changed, Digest, Entry, Marks, Query, Rule, Term
from feedreader.query.language import parse_query
from feedreader.services import ingest, removal
from tests.conftest import NOW

UNREAD = Query((Term("is", "unread"),))


def take_in(library: Library, entries: Iterable[Entry], name: str = "a.txt", title: str | None = None) -> None:
    digest = Digest(format="day-list", title=title, entries=tuple(entries))
    ingest.import_digest(library, digest, name=name, path=f"/{name}")


def papers(count: int, day: date | None = date(2019, 5, 9), start: int = 1) -> list[Entry]:
    return [
        Entry(arxiv_id=f"1905.{n:05}", title=f"Paper {n}", abstract=f"About the number {n}. " * 5, day=day)
        for n in range(start, start + count)
    ]


def all_keys(library: Library) -> list[int]:
    return [key for group in library.papers.groups() for key in library.papers.keys(group.key, 0, 100_000)]


def test_groups_are_days_newest_first_then_collections_by_title(library: Library) -> None:
    take_in(library, papers(2, date(2019, 5, 9)))
    take_in(library, papers(1, date(2019, 6, 1), 10), "b.txt")
    take_in(library, papers(1, None, 20), "c.txt", "zebra")
    take_in(library, papers(1, None, 30), "d.txt", "Aardvark")
    take_in(library, papers(1, None, 40), "nameless.txt")
    assert [str(group.day or group.collection) for group in library.papers.groups()] == [
        *("2019-06-01", "2019-05-09"),
        *("Aardvark", "nameless", "zebra"),
    ]
    assert library.papers.counts() == (6, 6, 0)


def test_within_a_day_sources_stand_by_name_each_in_its_own_order(library: Library) -> None:
    take_in(library, papers(3, start=5), "b.txt")
    take_in(library, reversed(papers(2)), "a.txt")
    (group,) = library.papers.groups()
    summaries = library.papers.summaries(library.papers.keys(group.key, 0, 10))
    assert [summary.title for summary in summaries.values()] == ["Paper 2", "Paper 1", "Paper 5", "Paper 6", "Paper 7"]
    assert library.papers.keys(group.key, 1, 2) == tuple(all_keys(library)[1:3])


def test_place_and_next_unread_agree_with_the_feed(library: Library) -> None:
    for number in range(4):
        take_in(library, papers(5, date(2019, 5, 1 + number), 1 + 10 * number), f"{number}.txt")
    feed = all_keys(library)
    library.marks.set([key for n, key in enumerate(feed) if n % 3], {"read": True}, label="some")
    unread = [key for n, key in enumerate(feed) if n % 3 == 0]
    for n, key in enumerate(feed):
        group, index = library.papers.place(key) or (0, 0)
        assert library.papers.keys(group, index, 1) == (key,)
        assert library.papers.next_unread(key, 1) == next((k for k in feed[n + 1 :] if k in unread), None)
        assert library.papers.next_unread(key, -1) == next((k for k in reversed(feed[:n]) if k in unread), None)


def test_a_query_gives_its_own_counts_and_all_keys_in_feed_order(library: Library) -> None:
    take_in(library, papers(4))
    take_in(library, papers(2, date(2019, 6, 1), 10), "b.txt")
    feed = all_keys(library)
    library.marks.set(feed[:1] + feed[3:], {"read": True}, label="x")
    matches = library.papers.matches(UNREAD)
    assert [key for _, keys in matches for key in keys] == feed[1:3]
    assert [(group.total, group.unread) for group in library.papers.groups(UNREAD)] == [(1, 1), (1, 1)]


def papers_of(library: Library, query: str) -> int:
    return sum(len(keys) for _, keys in library.papers.matches(parse_query(query)))


def put_without_index(library: Library, entries: list[Entry], name: str) -> None:
    """As a refresh takes papers in, up to the moment in which it dies."""
    with library.intake() as intake:
        digest = Digest(format="rss", entries=tuple(entries))
        ingest.import_into(intake, digest, ingest.prepare_entries(entries), name=name, path=f"feed:{name}")


def test_what_a_process_took_in_and_could_not_index_is_indexed_by_the_next(library: Library, tmp_path: Path) -> None:
    other = Library.open(tmp_path / "library.sqlite3", now=lambda: NOW)
    put_without_index(other, papers(3), "other")
    other.close()
    put_without_index(library, papers(2, start=3), "own")  # one of them is a paper of the other's
    library.index()
    assert papers_of(library, "number") == 4
    assert papers_of(library, '"number 3"') == papers_of(library, '"number 4"') == 1
    library.index()
    assert papers_of(library, "number") == 4


def test_two_processes_index_what_waits_only_once(library: Library, tmp_path: Path) -> None:
    other = Library.open(tmp_path / "library.sqlite3", now=lambda: NOW)
    put_without_index(other, papers(3), "other")
    put_without_index(library, papers(3, start=10), "own")
    library.index()
    other.index()
    assert papers_of(library, "number") == 6
    with closing(sqlite3.connect(tmp_path / "library.sqlite3")) as connection:
        assert connection.execute("SELECT count(*) FROM search_docsize").fetchone() == (6,)
        assert connection.execute("SELECT count(*) FROM papers WHERE doc < 0").fetchone() == (0,)
    other.close()


def test_a_paper_that_changes_while_it_waits_is_found_by_its_new_words(library: Library) -> None:
    put_without_index(library, [Entry(arxiv_id="1905.00001", title="Old snails", abstract="Slow.")], "own")
    put_without_index(library, [Entry(arxiv_id="1905.00001", title="New gliders", abstract="Fast.")], "own")
    library.index()
    assert (papers_of(library, "gliders"), papers_of(library, "snails")) == (1, 0)


def test_without_fts5_words_are_found_all_the_same(library: Library, tmp_path: Path) -> None:
    take_in(library, papers(3))
    library.close()
    with sqlite3.connect(tmp_path / "library.sqlite3") as connection:
        connection.execute("DROP TABLE search")
    connection.close()
    plain = Library(tmp_path / "library.sqlite3", lambda: NOW)  # as `open`, without making the index
    assert [paper.title for paper in plain.papers.find(parse_query('"number 2"'))] == ["Paper 2"]
    take_in(plain, [Entry(title="Talk", quotes=("About the number 3. " * 4,), mentions=("So.",))], "talk.txt")
    assert plain.papers.counts()[0] == 3
    plain.close()
    again = Library.open(tmp_path / "library.sqlite3", now=lambda: NOW)
    assert [paper.title for paper in again.papers.find(parse_query("2"))] == ["Paper 2"]
    again.close()


# --- marks ------------------------------------------------------------------------------------------------------------


def keys_of(changes: Sequence[Changed]) -> tuple[int, ...]:
    return tuple(change.key for change in changes)


def test_marks_and_counts(library: Library) -> None:
    take_in(library, papers(3))
    a, b, c = all_keys(library)
    assert tuple(library.marks.set([a, b], {"read": True}, label="x")) == tuple(
        Changed(key, UNMARKED, Marks(read=True)) for key in (a, b)
    )
    assert keys_of(library.marks.set([b, c], {"read": True}, label="x")) == (c,)
    assert keys_of(library.marks.set([c], {"shortlisted": True}, label="x")) == (c,)
    assert library.papers.counts() == (3, 0, 1)
    assert keys_of(library.marks.set([c], {"read": False}, label="x")) == (c,)
    assert library.papers.counts() == (3, 1, 1)
    assert not library.marks.set([c], {"read": False}, label="x")


def test_undo_goes_back_step_by_step_and_over_a_restart(library: Library, tmp_path: Path) -> None:
    take_in(library, papers(3))
    a, b, c = all_keys(library)
    library.marks.set([a], {"shortlisted": True}, label="kept one")
    library.marks.set([a, b, c], {"read": True}, label="read all")
    library.marks.set([c], {"read": False}, label="not c")
    library.close()
    again = Library.open(tmp_path / "library.sqlite3", now=lambda: NOW)
    seen = []
    while undone := removal.undo(again):
        seen.append((undone.label, keys_of(undone.changes), again.papers.counts()))
    assert seen == [("not c", (c,), (3, 0, 1)), ("read all", (a, b, c), (3, 3, 1)), ("kept one", (a,), (3, 3, 0))]
    again.close()


def test_an_import_never_changes_a_mark(library: Library) -> None:
    take_in(library, papers(2))
    a, b = all_keys(library)
    library.marks.set([a], {"read": True}, label="x")
    library.marks.set([b], {"shortlisted": True}, label="x")
    take_in(library, papers(2))
    take_in(library, [Entry(title=f"Paper {n}", authors=("A B",), comment="more") for n in (1, 2)], "b.txt")
    assert [
        (summary.marks.read, summary.marks.shortlisted) for summary in library.papers.summaries([a, b]).values()
    ] == [
        (True, False),
        (False, True),
    ]


def test_marks_are_united_when_two_papers_turn_out_to_be_one(library: Library) -> None:
    text = "A long enough abstract that two digests have in common, word for word, without any title in one of them."
    take_in(library, [Entry(title="Hills", authors=("A B",), abstract=text)], "a.txt")
    take_in(library, [Entry(title="Wells", authors=("A B",), arxiv_id="1905.00001")], "b.txt")
    hills, wells = (
        library.papers.key_of(next(p.id for p in library.papers.find(parse_query("hills")))),
        library.papers.key_of("1905.00001"),
    )
    old = library.papers.get(hills)
    assert old
    library.marks.set([hills], {"shortlisted": True}, label="kept")
    library.marks.set([wells], {"read": True}, label="read")
    take_in(library, [Entry(title="Hills", authors=("A. B",), arxiv_id="1905.00001")], "c.txt")
    merged = library.papers.key_of("1905.00001")
    assert library.papers.counts() == (1, 0, 1)
    assert library.papers.key_of(old.id) == merged
    library.marks.set([merged], {"shortlisted": False}, label="dropped")
    assert library.papers.counts() == (1, 0, 0)
    removal.undo(library)
    assert library.papers.counts() == (1, 0, 1)


# --- removing ---------------------------------------------------------------------------------------------------------


def test_removing_a_source_takes_what_only_it_brought_and_undo_brings_it_back(library: Library) -> None:
    take_in(library, papers(3), "a.txt")
    take_in(library, papers(3, start=3), "b.txt")
    library.marks.set([library.papers.key_of("1905.00001")], {"shortlisted": True}, label="kept")
    before = list(library.papers.find(Query()))
    assert removal.forget_source(library, "a.txt") == 2
    assert library.papers.counts() == (3, 3, 0)
    assert [source.name for source in library.papers.sources()] == ["b.txt"]
    paper = library.papers.get(library.papers.key_of("1905.00003"))
    assert paper and paper.sources == ("b.txt",)
    undone = removal.undo(library)
    assert undone and undone.papers and "a.txt" in undone.label
    assert list(library.papers.find(Query())) == before
    with pytest.raises(UnknownSource):
        removal.forget_source(library, "zzz")


def test_a_subscription_that_has_its_name_from_another_is_removed_by_its_address(library: Library) -> None:
    feeds = ("https://a.example/1.rss", "https://a.example/2.rss")
    for feed, entries in zip(feeds, (papers(1), papers(2, start=5)), strict=True):
        ingest.import_digest(library, Digest(format="rss", entries=tuple(entries)), name="Feed", path=feed)
    with pytest.raises(UnknownSource):
        removal.forget_source(library, "Feed")
    assert removal.forget_source(library, feeds[1]) == 2
    assert [source.path for source in library.papers.sources()] == [feeds[0]]


def test_a_removed_paper_stays_out_when_its_file_comes_again(library: Library) -> None:
    take_in(library, papers(3))
    assert removal.forget_papers(library, ["arXiv:1905.00002v3"]) == 1
    with pytest.raises(UnknownPaper):
        library.papers.key_of("1905.00002")
    result = ingest.import_digest(library, Digest(format="x", entries=tuple(papers(3))), name="a.txt", path="/a.txt")
    assert (result.known, result.new, library.papers.counts()[0]) == (3, 0, 2)
    assert any("Skipped" in problem.reason for problem in result.problems)
    removal.undo(library)
    assert library.papers.counts()[0] == 3


def test_a_removed_source_that_is_imported_again_is_new(library: Library) -> None:
    take_in(library, papers(3))
    library.marks.set([library.papers.key_of("1905.00002")], {"read": True}, label="x")
    removal.forget_source(library, "a.txt")
    result = ingest.import_digest(library, Digest(format="x", entries=tuple(papers(3))), name="a.txt", path="/a.txt")
    assert (result.new, result.known, library.papers.counts()) == (3, 0, (3, 2, 0))


# --- the file ---------------------------------------------------------------------------------------------------------


def test_the_file_is_the_readers_own(library: Library) -> None:
    assert stat.S_IMODE(library.path.stat().st_mode) == 0o600


def test_a_newer_library_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.close()
    with pytest.raises(LibraryError, match="newer"):
        Library.open(path, now=lambda: NOW)


def test_a_damaged_library_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    path.write_bytes(b"this is no database at all, whatever its name says" * 100)
    with pytest.raises(LibraryError) as caught:
        Library.open(path, now=lambda: NOW)
    assert caught.value.remedy


def test_every_public_method_says_when_the_file_is_locked(library: Library, tmp_path: Path) -> None:
    take_in(library, papers(1))
    library._database._writer.execute("PRAGMA busy_timeout = 1")
    library.give_up(0)
    other = sqlite3.connect(tmp_path / "library.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    key = all_keys(library)[0]
    for write in (
        lambda: library.marks.set([key], {"read": True}, label="x"),
        lambda: library.marks.set([key], {"note": "x", "tags": ("y",)}, label="x"),
        lambda: library.set_state("a", "b"),
        lambda: removal.undo(library),
        lambda: take_in(library, papers(2)),
    ):
        with pytest.raises(LibraryError, match="another program"):
            write()
    assert library.papers.counts() == (1, 1, 0)
    other.execute("ROLLBACK")
    other.close()


_KILLED = """
    import os, signal, sys
    from datetime import UTC, datetime
    from pathlib import Path
    from feedreader.library import Library
    library = Library.open(Path(sys.argv[1]), now=lambda: datetime.now(UTC))
    library.marks.set([library.papers.key_of("1905.00002")], {"shortlisted": True}, label="kept")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_mark_survives_kill_9_right_after_it(library: Library) -> None:
    take_in(library, papers(3))
    killed = subprocess.run([sys.executable, "-c", textwrap.dedent(_KILLED), str(library.path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert library.papers.counts() == (3, 3, 1)


def test_two_libraries_on_one_file_do_not_overwrite_each_other(library: Library) -> None:
    take_in(library, papers(40))
    feed = all_keys(library)
    other = Library.open(library.path, now=lambda: NOW)
    seen = library.data_version()

    def mark(opened: Library, keys: list[int]) -> None:
        for key in keys:
            opened.marks.set([key], {"read": True}, label="x")

    threads = [threading.Thread(target=mark, args=pair) for pair in ((library, feed[::2]), (other, feed[1::2]))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    assert library.papers.counts() == (40, 0, 0)
    assert library.data_version() != seen


def test_a_mark_does_not_wait_for_a_long_import(library: Library) -> None:
    take_in(library, papers(1))
    (key,) = all_keys(library)
    marked_after: list[int] = []
    entries = tuple(papers(2000, start=10))

    def progress(step: ingest.ImportProgress) -> None:
        if step.done == 250:
            threading.Thread(
                target=lambda: marked_after.append(len(library.marks.set([key], {"read": True}, label="x")))
            ).start()
        seen.append((step.done, bool(marked_after)))

    seen: list[tuple[int, bool]] = []
    ingest.import_digest(library, Digest(format="x", entries=entries), name="b", path="/b", progress=progress)
    assert (2000, True) in seen and any(marked for done, marked in seen if done <= 1000)
    assert library.papers.counts() == (2001, 2000, 0)


def with_old_index(path: Path, words: dict[str, str]) -> None:
    """Make a library's index one of an older version: with four columns, documents numbered as papers came, titles in
    no order, and these instead of today's words of all titles."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM settings WHERE name = 'indexed words'")
        connection.execute("DROP TABLE search")
        connection.execute("CREATE VIRTUAL TABLE search USING fts5 (title, authors, abstract, rest, content = '')")
        connection.execute("UPDATE papers SET doc = id, title_order = ''")
        connection.execute("DELETE FROM documents")
        connection.executemany(
            "INSERT INTO search (rowid, title) VALUES (?, ?)",
            [(key, words.get(title, title)) for key, title in connection.execute("SELECT id, title FROM papers")],
        )


def test_an_index_of_older_words_is_renewed_with_the_start_if_that_is_soon_done(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    library = Library.open(path, now=lambda: NOW)
    take_in(library, [*papers(3), Entry(title="Łódź and C++", arxiv_id="1905.09999")])
    library.close()
    with_old_index(path, {"Łódź and C++": "łódź c"})
    again = Library.open(path, now=lambda: NOW)
    assert [papers_of(again, query) for query in ("lodz", "C++", "C", "paper")] == [1, 1, 0, 3]
    again.close()
    with closing(sqlite3.connect(path)) as connection:
        assert not connection.execute("SELECT 1 FROM sqlite_master WHERE name LIKE 'new_search%'").fetchall()


def test_what_waits_with_a_number_of_an_older_version_is_found_after_the_renewal(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    library = Library.open(path, now=lambda: NOW)
    waits = Entry(title="Łódź kites", arxiv_id="1905.09999", categories=("cs.LG",), day=date(2026, 3, 4))
    take_in(library, [*papers(3), waits])
    library.close()
    with_old_index(path, {})
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM search_docsize WHERE id = (SELECT doc FROM papers WHERE name = '1905.09999')")
        connection.execute("UPDATE papers SET doc = -doc WHERE name = '1905.09999'")
    again = Library.open(path, now=lambda: NOW)
    assert [papers_of(again, query) for query in ("lodz", "kites cat:cs.LG", "-lodz", "paper")] == [1, 1, 3, 3]
    with again._database.read() as connection:
        assert index_module.is_ordered(connection)
        assert not connection.execute("SELECT 1 FROM papers WHERE title_order = ''").fetchall()
    again.close()
    with closing(sqlite3.connect(path)) as connection, connection:  # and of a program that was open all the time
        connection.execute("INSERT INTO search (rowid, title) VALUES (77, 'lodz kites')")
        connection.execute("UPDATE papers SET doc = 77 WHERE name = '1905.09999'")
    again = Library.open(path, now=lambda: NOW)
    assert [papers_of(again, query) for query in ("lodz", "kites cat:cs.LG", "-lodz", "paper")] == [1, 1, 3, 3]
    again.close()


def test_an_index_of_older_words_serves_until_a_new_one_takes_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library_module, "RENEWED_AT_ONCE", 2)
    monkeypatch.setattr(index_module, "AT_ONCE", 2)
    path = tmp_path / "library.sqlite3"
    library = Library.open(path, now=lambda: NOW)
    take_in(library, [*papers(5), Entry(title="Łódź", arxiv_id="1905.09999")])
    library.rules.apply([Rule("mute", "title:lodz", "lodz", parse_query("title:lodz"))])
    library.close()
    with_old_index(path, {"Łódź": "łódź"})
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM ruled")
    library = Library.open(path, now=lambda: NOW)
    assert [papers_of(library, query) for query in ("lodz", "paper")] == [0, 5]  # not renewed: found as before
    with library.intake() as intake:
        assert intake.renew_index() == 2
    put_without_index(library, papers(1, start=7), "late")  # gets a number behind, but is written after others
    with library.intake() as intake:
        assert intake.renew_index() == 2
    library.close()  # broken off; the next one goes on

    library = Library.open(path, now=lambda: NOW)
    library.rules.current = [Rule("mute", "title:lodz", "lodz", parse_query("title:lodz"))]
    library.index()
    assert [papers_of(library, query) for query in ("lodz", "paper", '"number 7"')] == [1, 6, 1]
    assert next(library.papers.find(parse_query("sort:title"))).title == "Łódź"
    assert [rule.papers for rule in library.rules.all()] == [1]
    library.close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM search_docsize").fetchone() == (7,)
        assert not connection.execute("SELECT 1 FROM sqlite_master WHERE name LIKE 'new_search%'").fetchall()


def test_a_document_that_is_written_when_its_number_has_passed_is_in_the_new_index(
    library: Library, tmp_path: Path
) -> None:
    path = tmp_path / "library.sqlite3"
    take_in(library, papers(3))
    with_old_index(path, {})
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE papers SET doc = -doc WHERE doc = 2")  # it waits while the others are written
    with library.intake() as intake:
        assert intake.renew_index() == 2
    library.index()
    assert papers_of(library, "paper") == 3
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM search_docsize").fetchone() == (3,)


def test_a_paper_asked_for_by_itself_has_what_was_said_of_its_versions(library: Library) -> None:
    first = Entry(
        arxiv_id="2605.00001", version=1, title="Kites over wide and windy lakes", abstract="Old.", day=date(2026, 5, 4)
    )
    second = replace(first, version=2, abstract="New.", day=date(2026, 5, 8), announced=True, announce_type="replace")
    plain = Entry(title="Kites over wide and windy lakes", day=date(2026, 5, 9))
    for name, entry in (("a", first), ("b", second), ("c", plain)):
        ingest.import_digest(library, Digest(format="rss", entries=(entry,)), name=name, path=f"/{name}")

    def versions() -> list[tuple[str, int | None, str | None, datetime | None]]:
        paper = library.papers.get(library.papers.key_of("2605.00001"))
        assert paper is not None
        return [(each.source, each.entry.version, each.entry.abstract, came) for each, came in paper.versions]

    assert versions() == [("a", 1, "Old.", NOW), ("b", 2, "New.", NOW)]
    (paper,) = library.papers.find(Query())
    assert paper.versions == ()
    removal.forget_source(library, "b")
    assert versions() == []
