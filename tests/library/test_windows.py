"""Windows of what a query finds: together, and from either end, they are all of it."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from feedreader.library import Library
from feedreader.library.search import day_search, finder, hits, index
from feedreader.library.search.compiler import Moment
from feedreader.library.search.functions import register
from feedreader.library.search.regex_search import Patterns
from feedreader.library.windows import END, START, Cursor, Window
from feedreader.model import Digest, Entry, Query
from feedreader.query.language import parse_query
from feedreader.services import ingest, removal, rules
from tests.conftest import NOW

WORDS = ("kites", "lakes", "wind", "glider", "thermal", "snail", "diary", "poem", "stone", "river")
CATEGORIES = ("cs.LG", "cs.CL", "math-ph", "q-bio.NC", "stat", "Sea Faring")
BY_DAY = (
    "is:unread",
    "is:read",
    "-is:unread",
    "is:shortlisted",
    "-is:shortlisted is:unread",
    "is:opened",
    "is:dismissed",
    "is:replaced",
    "is:new",
    "has:tldr",
    "has:note",
    "kites",
    "kites lakes",
    "kites -lakes",
    "-kites",
    "kites or is:shortlisted",
    "kites or tag:sea",
    '"wind glider"',
    '"wind gli"',
    'kit -"wind gli" lak',
    'author:"a lovelace" kites',
    "title:snail",
    "abstract:poem",
    "abstract:/poem|stone r/",
    "kites /l[ae]kes wind/ or is:shortlisted",
    "cat:cs",
    "cat:cs.LG",
    "-cat:cs kites",
    'cat:"sea faring"',
    "author:lovelace",
    'author:"ada lovelace"',
    'author:"=Ada Lovelace"',
    "source:b",
    "source:b -is:read",
    "source:nowhere",
    "tag:sea",
    "note:harbour",
    "harbour or kites",
    "-harbour kites",
    "harb",
    "day:2026-02",
    "day:2026-02 kites",
    "day:1999 kites",
    "(day:2026-01 or -since:2026-03-10) kit",
    "-day:2026-01 is:opened kites",
    "since:2026-03-01 is:unread",
    "id:2601.00003",
    "sort:category",
    "kites sort:category",
    "is:owned",
    "unheard",
)


def entries(chance: random.Random, count: int) -> Iterator[Entry]:
    for number in range(count):
        day = date(2026, 1, 5) + timedelta(days=chance.choice((0, 0, 1, 20, 40, 41, 60, chance.randrange(70))))
        undated, announced = chance.random() < 0.2, chance.random() < 0.2
        yield Entry(
            title=f"{' '.join(chance.choices(WORDS, k=4))} {number}".capitalize() if number % 17 else None,
            authors=tuple(chance.sample(("Ada Lovelace", "Bo Chan", "A. Lovelace", "Cy Lovelace Doe"), k=2)),
            abstract=" ".join([*chance.choices(WORDS, k=12), f"number {number} of them all."]),
            tldr="Short." if number % 9 == 0 else None,
            arxiv_id=f"2601.{number:05}" if number % 3 else None,
            version=2 if announced else None,
            announced=announced and not undated,
            announce_type="replace" if announced and not undated else None,
            categories=tuple(chance.sample(CATEGORIES, k=chance.randrange(3))),
            day=None if undated else day,
        )


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    chance = random.Random(4)
    with closing(Library.open(tmp_path_factory.mktemp("windows") / "library.sqlite3", now=lambda: NOW)) as library:
        for name, count in (("a", 120), ("b", 60), ("c", 30)):
            digest = Digest(format="x", title=f"List {name}", entries=tuple(entries(chance, count)))
            ingest.import_digest(library, digest, name=name, path=f"/{name}")
        keys = [key for _, found in library.papers.matches(Query()) for key in found]
        for field in ("read", "shortlisted", "opened", "dismissed"):
            for key in chance.sample(keys, 40):
                library.marks.set([key], {field: True}, label=field)
        library.marks.set(chance.sample(keys, 9), {"tags": ("sea",)}, label="tag")
        library.marks.set(chance.sample(keys, 7), {"note": "In the harbour."}, label="note")
        removal.forget_papers(library, [paper.id for paper in library.papers.summaries(keys[::50]).values()])
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(index, "_LARGE", 0)
            patch.setattr(index, "NEWEST", 60)
            library.index()
        with library.intake() as intake:
            digest = Digest(format="x", entries=tuple(entries(chance, 9)))
            ingest.import_into(intake, digest, ingest.prepare_entries(digest.entries), name="d", path="/d")
        with library._database.read() as connection:
            assert index.newest_from(connection) and not index.lacks_newest(connection)
            assert 30 <= connection.execute("SELECT count(*) FROM newest_docsize").fetchone()[0] <= 60
            assert connection.execute("SELECT count(*) FROM papers WHERE doc < 0").fetchone()[0]  # wait for the index
        yield library


@pytest.fixture(params=["whole groups", "groups in pieces, and one index for all", "few are read"])
def pieces(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows whose groups are cut, too; and for which papers are read rather than the index asked for all."""
    if request.param == "few are read":
        monkeypatch.setattr(hits, "_SOON", 0)
        monkeypatch.setattr(hits, "_READ", 60)
        monkeypatch.setattr(hits, "_READING", 1e-12)
        monkeypatch.setattr(hits, "_MORE", 3)
    elif request.param != "whole groups":
        for module in (day_search, hits):
            monkeypatch.setattr(module, "newest_from", lambda _: None)
        monkeypatch.setattr(day_search, "_LARGE", 3)
        monkeypatch.setattr(day_search, "_LEAST", 1)
        monkeypatch.setattr(day_search, "_FEW", 9)


def keys_of(windows: Iterable[Window]) -> list[int]:
    return [key for window in windows for _, found in window.found for key in found]


def forward(library: Library, query: Query, most: int, cursor: Cursor | None = None) -> Iterator[Window]:
    cursor = cursor or START
    for _ in range(1000):
        window = library.papers.window(query, after=cursor, most=most)
        yield window
        if window.after is None:
            return
        cursor = window.after
    pytest.fail("there is no end")


def backward(library: Library, query: Query, most: int, cursor: Cursor) -> list[Window]:
    windows = []
    for _ in range(1000):
        window = library.papers.window(query, before=cursor, most=most)
        windows.append(window)
        if window.before is None:
            return windows[::-1]
        cursor = window.before
    pytest.fail("there is no beginning")


def plainly(library: Library, query: Query) -> list[int]:
    """What a query finds, asked in one go of the library as a whole and sorted by the feed."""
    with library._database.read() as connection:
        moment = Moment(NOW.astimezone().date(), 0)
        search = day_search.DaySearch(connection, query.terms, moment, ("place", "position", "id"), Patterns())
        every = [key for (key,) in connection.execute("SELECT id FROM papers")]
        return sorted(row[0] for row in search.among(every))


@pytest.mark.parametrize("text", BY_DAY)
def test_windows_of_any_size_and_from_either_end_are_all_that_is_found(
    library: Library, text: str, pieces: None
) -> None:
    query = parse_query(text)
    groups = [(group, list(keys)) for group, keys in library.papers.matches(query)]
    every = [key for _, keys in groups for key in keys]
    assert sorted(every) == plainly(library, query)
    assert [group.feed_order() for group, _ in groups] == sorted(group.feed_order() for group, _ in groups)
    for most in (50,) if "/" in text else (1, 7, 50):
        assert keys_of(forward(library, query, most)) == every, most
        assert keys_of(backward(library, query, most, END)) == every, most
    assert library.papers.count(query) == (len(every), None)
    summaries = library.papers.summaries(every)
    for window in forward(library, query, 40):
        for group, keys in window.found:
            of_group = [summaries[key] for key in keys]
            assert {summary.group for summary in of_group} == {group.key}
            unread = 0 if group.section else sum(not summary.marks.read for summary in of_group)
            kept = sum(summary.marks.shortlisted for summary in of_group)
            assert (group.total, group.unread, group.shortlisted) == (len(keys), unread, kept)


@pytest.mark.parametrize("text", BY_DAY)
def test_what_lies_before_a_place_and_behind_it_is_all(library: Library, text: str, pieces: None) -> None:
    query = parse_query(text)
    every = [key for _, keys in library.papers.matches(query) for key in keys]
    size = 40 if "/" in text else 9
    cursors = [window.after for window in forward(library, query, size) if window.after]
    cursors += [window.before for window in backward(library, query, size, END) if window.before]
    cursors += filter(None, (library.papers.cursor_at(query, key) for key in every[::23]))
    cursors += [Cursor((False, -date(2026, 2, day).toordinal(), "", "", "")) for day in (1, 14, 25)]
    for cursor in cursors:
        before, behind = keys_of(backward(library, query, 90, cursor)), keys_of(forward(library, query, 90, cursor))
        assert before + behind == every, cursor
        assert library.papers.count(query, after=cursor) == (len(behind), None)


@pytest.mark.parametrize("order", ["title", "kept", "rank", "interest"])
@pytest.mark.parametrize(
    "text", ["", "kites", "is:unread", "-kites is:unread", "/lakes/", "tag:sea", "unheard", "day:2026-02 kites"]
)
def test_windows_of_other_orders_are_all_of_it(
    library: Library, monkeypatch: pytest.MonkeyPatch, order: str, text: str
) -> None:
    query = parse_query(f"{text} sort:{order}") if order != "interest" else Query(parse_query(text).terms, "best")
    expected = sorted(plainly(library, query))
    whole = keys_of(forward(library, query, 1000))
    assert sorted(whole) == expected
    monkeypatch.setattr(day_search, "_LEAST", 1)
    if order == "title":  # few are sorted, page by page
        assert keys_of(forward(library, query, 7)) == whole
    monkeypatch.setattr(finder, "NEWEST", 11)
    monkeypatch.setattr(finder, "_SHOWN", 0)
    monkeypatch.setattr(finder, "_SORTED", 1)
    monkeypatch.setattr(finder, "_SCANNED", 5)
    monkeypatch.setattr(finder, "_LEAST", 2)
    monkeypatch.setattr(day_search, "_READ", 4)
    for most in (20,) if "/" in text else (1, 20):
        found = keys_of(forward(library, query, most))
        assert sorted(found) == expected
        if order in ("title", "kept"):
            assert found == whole
    if text == "kites" and order in ("rank", "interest"):
        first = library.papers.window(query, most=1)
        ((group, keys),) = first.found
        assert 11 <= first.newest == len(keys) and f"of the newest {first.newest}" in (group.collection or "")
        newest = keys_of(forward(library, Query(query.terms), 1000))
        assert set(keys) == set(newest[: len(keys)])


def test_the_index_of_the_newest_keeps_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "_LARGE", 20)
    monkeypatch.setattr(index, "NEWEST", 10)
    with closing(Library.open(tmp_path / "library.sqlite3", now=lambda: NOW)) as library:

        def newest() -> list[int]:
            with library._database.read() as connection:
                if index.newest_from(connection) is None:
                    return []
                found = connection.execute(
                    "SELECT p.id FROM newest_docsize n JOIN papers p ON p.doc = n.id ORDER BY p.id DESC"
                )
                return [key for (key,) in found]

        for number in range(50):  # one a day
            day = date(2026, 1, 1) + timedelta(days=number)
            entry = Entry(title=f"Kites {number}", abstract="Of wind.", arxiv_id=f"2601.{number:05}", day=day)
            ingest.import_digest(library, Digest(format="x", entries=(entry,)), name="a", path=f"/{number}")
            assert len(newest()) == (0 if number < 19 else min(10 + (number - 19) % 11, number + 1)), number
            every = [key for _, keys in library.papers.matches(Query()) for key in keys]
            assert newest() == every[: len(newest())]
            assert keys_of(forward(library, parse_query("kite"), 3)) == every
        removal.forget_papers(library, ["2601.00049", "2601.00030"])
        every = [key for _, keys in library.papers.matches(Query()) for key in keys]
        assert len(every) == 48 and keys_of(forward(library, parse_query("kite"), 3)) == every


def test_a_day_of_more_documents_than_there_are_numbers_for_is_found_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "_DAY_BITS", 2)
    monkeypatch.setattr(index, "_FIRST", 4)
    with closing(Library.open(tmp_path / "library.sqlite3", now=lambda: NOW)) as library:
        listed = tuple(
            Entry(title=f"Kites {n}", abstract="Of wind.", arxiv_id=f"2601.{n:05}", day=date(2026, 1, 1 + n // 8))
            for n in range(20)
        )
        ingest.import_digest(library, Digest(format="x", entries=listed), name="a", path="/a")
        for text in ("", "kite", "source:a kite", "-wing", "cat:cs or kites"):
            every = [key for _, keys in library.papers.matches(parse_query(text)) for key in keys]
            assert len(every) == 20 and keys_of(forward(library, parse_query(text), 3)) == every
        with library._database.read() as connection:
            assert not index.is_ordered(connection)


def test_titles_that_begin_alike_are_in_order(tmp_path: Path) -> None:
    long = "A very long beginning that all of these titles share"
    titles = [f"{long} part {number}" for number in (3, 1, 2)] + ["Zebras", "", "Apes"]
    with closing(Library.open(tmp_path / "library.sqlite3", now=lambda: NOW)) as library:
        listed = tuple(
            Entry(title=title or None, abstract=f"An abstract, number {number} of some.", arxiv_id=f"2601.{number:05}")
            for number, title in enumerate(titles)
        )
        ingest.import_digest(library, Digest(format="x", entries=listed), name="a", path="/a")
        for most in (1, 2, 50):
            keys = keys_of(forward(library, parse_query("sort:title"), most))
            found = [summary.title for summary in library.papers.summaries(keys).values()]
            assert found == ["Apes", titles[1], titles[0][:-1] + "2", titles[0], "Zebras", None] or found == [
                f"{long} part 1",
                f"{long} part 2",
                f"{long} part 3",
                "Apes",
                "Zebras",
                None,
            ]


@pytest.mark.parametrize("text", ["kites", "kites lakes", "cat:cs.LG kites", "source:b", "is:unread", "is:shortlisted"])
def test_no_window_looks_at_all_papers(library: Library, text: str) -> None:
    statements: list[str] = []
    with library._database.read() as connection:
        connection.set_trace_callback(statements.append)
        library.papers.window(parse_query(text), most=10)
        connection.set_trace_callback(None)
    asked = [each for each in statements if each.startswith("SELECT p.id")]
    assert asked
    with closing(sqlite3.connect(library.path)) as connection:
        register(connection)
        for each in asked:
            plan = [row[-1] for row in connection.execute(f"EXPLAIN QUERY PLAN {each}")]
            assert not any(step.startswith(("SCAN p", "SCAN papers")) for step in plan), (each, plan)


def test_papers_that_move_to_a_section_of_their_collection_are_found_in_every_window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Library.open(tmp_path / "library.sqlite3", now=lambda: NOW)) as library:
        for name in "abc":
            listed = tuple(
                Entry(title=f"Kites {name} {n}", abstract=f"Of wind, number {n}.", arxiv_id=f"26{ord(name)}.{n:05}")
                for n in range(6)
            )
            digest = Digest(format="x", title=f"List {name}", entries=listed)
            ingest.import_digest(library, digest, name=name, path=f"/{name}")
        (tmp_path / "rules.toml").write_text('[[mute]]\nquery = "title:1 or title:4"\n')
        rules.apply_rules(library, tmp_path / "rules.toml")
        every = [key for group, keys in library.papers.matches(Query()) for key in keys]
        for large in (day_search._LARGE, 1):
            monkeypatch.setattr(day_search, "_LARGE", large)
            for text, number in (("title:kites", 18), ("wind is:muted", 6), ("-wing wind", 18), ("-wind", 0)):
                for most in (1, 4, 50):
                    found = keys_of(forward(library, parse_query(text), most))
                    assert len(found) == number and found == [key for key in every if key in found], (text, most)
                    assert keys_of(backward(library, parse_query(text), most, END)) == found
                assert library.papers.count(parse_query(text)) == (number, None)


@pytest.mark.parametrize("text", ["kites", "is:unread", "unheard", "kites or tag:sea"])
def test_windows_that_have_no_time_get_to_the_end_all_the_same(library: Library, text: str, pieces: None) -> None:
    query = parse_query(text)
    every = [key for _, keys in library.papers.matches(query) for key in keys]
    behind: list[int] = []
    cursor: Cursor | None = START
    for _ in range(1000):
        window = library.papers.window(query, after=cursor, most=7, seconds=0)
        behind += keys_of([window])
        if (cursor := window.after) is None:
            break
    before: list[int] = []
    end: Cursor | None = END
    for _ in range(1000):
        window = library.papers.window(query, before=end, most=7, seconds=0)
        before = keys_of([window]) + before
        if (end := window.before) is None:
            break
    assert (cursor, end) == (None, None)
    assert behind == before == every


@pytest.mark.parametrize(
    "text", ["tag:sea", "kites lakes", "unheard", "kites or tag:sea", "id:2601.00003", "is:unread"]
)
def test_the_best_are_counted_as_they_are_shown(library: Library, text: str) -> None:
    for most in (3, 1000):
        query = parse_query(f"{text} top:{most}")
        found = keys_of(forward(library, query, 2000))
        assert library.papers.count(query) == (len(found), None)


@pytest.mark.parametrize("text", ["kites sort:kept", "-kites sort:kept", "kites sort:title"])
def test_counting_goes_on_where_it_ended_in_other_orders_too(
    library: Library, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setattr(day_search, "_COUNTED", 5)
    monkeypatch.setattr(day_search, "_LARGE", 3)
    query = parse_query(text)
    number, cursor = library.papers.count(query, seconds=0)
    assert cursor is not None
    while cursor is not None:
        more, cursor = library.papers.count(query, after=cursor, seconds=0)
        number += more
    assert number == len(keys_of(forward(library, query, 1000)))


def test_later_windows_by_title_hold_nothing_again_however_large(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("_SHOWN", 0), ("_SORTED", 1), ("_SCANNED", 5), ("_LEAST", 2)):
        monkeypatch.setattr(finder, name, value)
    query = parse_query("kites sort:title")
    first = library.papers.window(query, most=5)
    rest = list(forward(library, query, 5000, first.after))
    found = keys_of([first, *rest])
    assert first.after and len(found) == len(set(found)) and set(found) == set(plainly(library, query))


def test_papers_without_an_order_by_title_yet_are_sorted_and_none_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("_SHOWN", 0), ("_SORTED", 1)):
        monkeypatch.setattr(finder, name, value)
    with closing(Library.open(tmp_path / "library.sqlite3", now=lambda: NOW)) as library:
        listed = tuple(
            Entry(title=f"{word} kites", abstract=f"Of wind, number {n}.", arxiv_id=f"2601.{n:05}")
            for n, word in enumerate(("C", "a", "D", "b"))
        )
        ingest.import_digest(library, Digest(format="x", entries=listed), name="a", path="/a")
        with library._database.write() as connection:  # as after a migration, half way through its renewal
            connection.execute("UPDATE papers SET title_order = '' WHERE id > 2")
        for text in ("kites sort:title", "kites top:9 sort:title"):
            keys = keys_of(forward(library, parse_query(text), 2))
            assert [summary.title for summary in library.papers.summaries(keys).values()] == [
                f"{word} kites" for word in ("a", "b", "C", "D")
            ]
