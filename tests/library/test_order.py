"""The order of papers within a day: by source and by category, the reader's own subscriptions first."""

from __future__ import annotations

import itertools
import shutil
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.library import Library
from feedreader.library.order import COLUMNS, place_between
from feedreader.model import Digest, Entry, Paper, Query, Rule
from feedreader.query.language import parse_query
from feedreader.services import ingest
from tests.conftest import NOW
from tests.library.soundness import faults_of

DAY = date(2026, 11, 30)


def subscribe(library: Library, *targets: str) -> None:
    for target in targets:
        kind = "feed" if "://" in target else "arxiv"
        with library.subscriptions.edit() as subscriptions:
            subscriptions.add(kind, target, target.rpartition("/")[2], None)


def paper(number: int, *categories: str, day: date | None = DAY) -> Entry:
    return Entry(arxiv_id=f"2611.{number:05}", title=f"Paper {number}", day=day, categories=categories)


def take_in(library: Library, source: str, *entries: Entry) -> None:
    is_file = source.endswith(".txt")
    path = f"/{source}" if is_file else source if "://" in source else f"arxiv:{source}"
    name = source.rpartition("/")[2]
    ingest.import_digest(library, Digest(format="rss", entries=entries), name=name, path=path)


def shown(library: Library, order: str = "") -> list[int]:
    """The numbers of the papers, as they stand in the feed; each way to ask agrees with it."""
    feed = [key for group in library.papers.groups() for key in library.papers.keys(group.key, 0, 1000, order)]
    found = library.papers.matches(Query((), order))
    assert [key for _, keys in found for key in keys] == feed
    for group, keys in found:
        assert [library.papers.place(key, order) for key in keys] == [(group.key, at) for at in range(len(keys))]
        assert [library.papers.keys(group.key, at, 1, order)[0] for at in range(len(keys))] == list(keys)
    check_unread(library, feed, order)
    summaries = library.papers.summaries(feed)
    return [int((summaries[key].arxiv_id or "").partition(".")[2]) for key in feed]


def check_unread(library: Library, feed: Sequence[int], order: str) -> None:
    sections = {group.key for group in library.papers.groups() if group.section}
    summaries = library.papers.summaries(feed)
    ahead = [key for key in feed if not summaries[key].marks.read and summaries[key].group not in sections]
    for at, key in enumerate(feed):
        if summaries[key].group in sections:
            continue
        after, before = [k for k in feed[at + 1 :] if k in ahead], [k for k in feed[:at] if k in ahead]
        assert library.papers.next_unread(key, 1, order) == (after[0] if after else None)
        assert library.papers.next_unread(key, -1, order) == (before[-1] if before else None)


DIGESTS = {
    "cs.AI": [paper(1, "cs.AI"), paper(2, "cs.LG")],
    "stat.ML": [paper(3, "stat.ML"), paper(2, "cs.LG"), paper(1, "cs.AI")],
    "https://a.example/feed": [paper(4)],
    "b.txt": [paper(5, "cs.AI"), paper(3, "stat.ML")],
    "a.txt": [paper(6, "math.CO"), paper(2, "cs.LG")],
}


@pytest.mark.parametrize("arrival", list(itertools.permutations(DIGESTS))[::17])
def test_subscriptions_come_in_the_order_in_which_they_were_made_then_files_by_name(
    library: Library, arrival: Iterable[str]
) -> None:
    subscribe(library, "stat.ML", "https://a.example/feed", "cs.AI")
    for source in arrival:
        take_in(library, source, *DIGESTS[source])
    assert shown(library) == [3, 2, 1, 4, 6, 5]
    assert shown(library, "category") == [3, 1, 5, 2, 6, 4]


def test_a_source_keeps_its_place_when_it_is_no_longer_subscribed_to(library: Library) -> None:
    subscribe(library, "stat.ML", "cs.AI")
    take_in(library, "stat.ML", paper(1, "stat.ML"))
    take_in(library, "cs.AI", paper(2, "cs.AI"))
    with library.subscriptions.edit() as subscriptions:
        subscriptions.remove(subscriptions.find(["stat.ML"])[0].source)
    subscribe(library, "cs.LG")
    take_in(library, "cs.LG", paper(3, "cs.LG"))
    subscribe(library, "stat.ML")
    take_in(library, "stat.ML", paper(4, "stat.ML"), paper(1, "stat.ML"))
    assert shown(library) == [4, 1, 2, 3]


def test_a_file_that_becomes_a_subscription_comes_first_as_its_papers_are_stored(library: Library) -> None:
    take_in(library, "https://a.example/feed", paper(1))
    take_in(library, "a.txt", paper(2))
    assert shown(library) == [2, 1]
    subscribe(library, "https://a.example/feed")
    take_in(library, "https://a.example/feed", paper(3), paper(1))
    assert shown(library) == [3, 1, 2]


def test_by_category_her_own_come_first_whole_archives_and_joined_ones_too(library: Library) -> None:
    subscribe(library, "q-bio", "https://a.example/feed", "stat.ML+cs.LG", "q-bio.NC")
    categories = ["cs.AI", "cs.LG", "", "q-bio.GN", "math.CO", "stat.ML", "q-bio.NC", "Économie", "q-bio"]
    entries = [paper(n, *filter(None, [category])) for n, category in enumerate(categories)]
    take_in(library, "a.txt", *entries)
    order = [categories[number] for number in shown(library, "category")]
    assert order == ["q-bio", "q-bio.GN", "stat.ML", "cs.LG", "q-bio.NC", "cs.AI", "math.CO", "Économie", ""]
    assert shown(library) == list(range(9))


def test_days_sections_and_what_a_query_finds_have_the_order_too(library: Library) -> None:
    for day in (1, 2):
        entries = [paper(20 * day + n, f"cs.{'ZYX'[n % 3]}", day=date(2026, 11, day)) for n in range(9)]
        take_in(library, f"{day}.txt", *entries)
    take_in(library, "undated.txt", *(paper(n, f"cs.{'ZYX'[n % 3]}", day=None) for n in range(3)))
    three = "id:2611.00041 or id:2611.00042 or id:2611.00043"
    library.rules.apply((Rule("mute", three, "three", parse_query(three)),))
    by_category = shown(library, "category")
    assert by_category[:9] == [45, 48, 44, 47, 40, 46, 42, 41, 43]
    assert by_category[9:18] == [22, 25, 28, 21, 24, 27, 20, 23, 26]
    assert by_category[18:] == [2, 1, 0]
    key = library.papers.key_of("2611.00041")
    newest = library.papers.groups()[0].key
    assert library.papers.expanded_place(key, "category") == (newest, 2)
    assert library.papers.expanded_place(key) == (newest, 1)
    found = library.papers.matches(parse_query("paper -cat:cs.X day:2026-11 sort:category"))
    assert [[group.day.day, len(keys)] for group, keys in found if group.day] == [[2, 4], [2, 2], [1, 6]]
    titles = [paper.title for paper in library.papers.find(parse_query("paper -cat:cs.X day:2026-11-01 sort:category"))]
    assert titles == [f"Paper {n}" for n in (21, 24, 27, 20, 23, 26)]


@pytest.mark.parametrize("papers", [6, 900])
def test_papers_follow_when_she_subscribes_to_their_category_and_back(library: Library, papers: int) -> None:
    categories = ["cs.AI", "stat.ML", "cs.LG"]
    take_in(library, "a.txt", *(paper(n, categories[n % 3]) for n in range(papers)))

    def order() -> list[str]:
        feed = [key for group in library.papers.groups() for key in library.papers.keys(group.key, 0, 1000, "category")]
        of_each = (library.papers.summaries([key])[key].categories[0] for key in feed)
        return [category for category, _ in itertools.groupby(of_each)]

    library.index()
    assert order() == ["cs.AI", "cs.LG", "stat.ML"]
    subscribe(library, "stat.ML", "cs.LG")
    library.index()
    assert order() == ["stat.ML", "cs.LG", "cs.AI"]
    with library.subscriptions.edit() as subscriptions:
        subscriptions.remove(subscriptions.find(["stat.ML"])[0].source)
    library.index()
    assert order() == ["cs.LG", "cs.AI", "stat.ML"]
    changes = library.data_version()
    library.index()
    assert library.data_version() == changes


def test_a_window_is_read_from_an_index_in_each_order(library: Library) -> None:
    take_in(library, "a.txt", *(paper(n, "cs.AI") for n in range(20)))
    statements: list[str] = []
    reader = library._database._reader
    reader.set_trace_callback(statements.append)
    key = library.papers.key_of("2611.00007")
    for order in COLUMNS:
        (group,) = library.papers.groups(Query((), order))
        library.papers.keys(group.key, 5, 5, order)
        library.papers.place(key, order)
        library.papers.next_unread(key, -1, order)
    reader.set_trace_callback(None)
    asked = [statement for statement in statements if " FROM papers" in statement and "grp =" in statement]
    assert len(asked) == 3 * len(COLUMNS)
    for statement in asked:
        plan = " ".join(row[-1] for row in reader.execute(f"EXPLAIN QUERY PLAN {statement}"))
        assert " INDEX papers_" in plan and "TEMP B-TREE" not in plan, (statement, plan)


def test_files_stand_by_name_then_by_path_whatever_comes_when(library: Library) -> None:
    files = [(f"{'ab'[n % 2]}-{n // 2:02}", f"/{folder}/x") for n in range(12) for folder in "12"]
    arrival = list(enumerate(files))
    Random(4).shuffle(arrival)
    for number, (name, path) in arrival:
        digest = Digest(format="rss", entries=(paper(number),))
        ingest.import_digest(library, digest, name=name, path=f"{path}-{name}")
    assert shown(library) == sorted(range(len(files)), key=lambda number: files[number])
    assert faults_of(library.path) == []


def _placed(numbers: Iterable[float]) -> dict[float, str]:
    """Places of what comes in this order, each between its neighbours."""
    places: dict[float, str] = {}
    for number in dict.fromkeys(numbers):
        before = max((places[other] for other in places if other < number), default="")
        after = min((places[other] for other in places if other > number), default=None)
        places[number] = place_between(before, after)
        assert before < places[number] and (after is None or places[number] < after) and places[number] > "9"
    return places


@given(st.lists(st.floats(0, 1), max_size=60))
def test_there_is_a_place_between_any_two(numbers: list[float]) -> None:
    _placed(numbers)


def test_places_stay_short_as_files_come_day_by_day() -> None:
    days = range(300)
    two_series = (series + day / 1000 for day in days for series in (1, 2))
    for numbers, longest in ((days, 1), (two_series, 2), (reversed(days), 10)):
        assert max(map(len, _placed(numbers).values())) <= longest


@pytest.mark.parametrize("after", ["A", "AA", "5", "B", "AB", "a"])
def test_a_place_that_damage_made_is_no_obstacle(after: str) -> None:
    assert place_between("", after) > ""


def test_a_name_that_a_source_gets_later_orders_it_then(library: Library) -> None:
    for name, number in (("b", 1), ("c", 2), ("d", 3)):
        entries = paper(number), paper(number + 4)
        ingest.import_digest(library, Digest(format="rss", entries=entries), name=name, path=f"/{number}")
    again = Digest(format="rss", entries=(replace(paper(1), comment="New"), paper(5), paper(4)))
    ingest.import_digest(library, again, name="e", path="/1")
    assert shown(library) == [2, 6, 3, 7, 1, 5, 4]
    ingest.import_digest(library, Digest(format="rss", entries=(paper(8),)), name="b", path="/8")
    assert shown(library)[0] == 8
    assert faults_of(library.path) == []


def test_a_file_that_is_subscribed_to_and_renamed_stands_among_the_subscriptions(library: Library) -> None:
    for name, number in (("b", 1), ("c", 2)):
        ingest.import_digest(library, Digest(format="rss", entries=(paper(number),)), name=name, path=f"/{number}")
    with library.subscriptions.edit() as subscriptions:
        source = subscriptions.add("feed", "/2", "c", None).source
        subscriptions.rename(source, "z")
    assert shown(library) == [2, 1]
    ingest.import_digest(library, Digest(format="rss", entries=(paper(3),)), name="a", path="/3")
    assert shown(library) == [2, 3, 1]
    assert faults_of(library.path) == []


def _rows(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as file:
        return file.execute(
            "SELECT p.name, dense_rank() OVER (ORDER BY p.place), p.position, p.category_order, g.day"
            " FROM papers p JOIN groups g ON g.id = p.grp"
            " ORDER BY p.name"
        ).fetchall()


def _as_version_10(path: Path) -> None:
    """Bring a file to the layout that it had before places were short."""
    with closing(sqlite3.connect(path)) as file:
        file.executescript(
            """UPDATE papers SET url = ifnull(url, 'https://arxiv.org/abs/' || arxiv_id),
                comment = ifnull(comment, (SELECT e.comment FROM entries e WHERE e.id = abstract_entry)),
                place = (SELECT CASE WHEN rank IS NULL THEN name || char(31) || substr('51f0a2', id % 4, 3)
                    ELSE char(31) || printf('%06d', rank) END
                    FROM sources s WHERE papers.place IN (s.place, length(rank) || rank));
            ALTER TABLE sources DROP COLUMN place; DROP TABLE records; DROP TABLE unsent;
            DROP INDEX entries_source;
            CREATE INDEX entries_source ON entries (source, name);
            PRAGMA user_version = 10;"""
        )


def _papers(library: Library) -> list[Paper]:
    return [replace(paper, versions=()) for paper in library.papers.find(Query())]


def _table(path: Path, name: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as file:
        return file.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall()


def test_a_library_of_version_10_is_the_same_with_less(library: Library, tmp_path: Path) -> None:
    subscribe(library, "stat.ML", "https://a.example/feed")
    for source in ("stat.ML", "https://a.example/feed", "b.txt", "a.txt"):
        take_in(library, source, *DIGESTS[source])
    for folder in (2, 1):  # files of one name
        entries = (paper(7), paper(folder + 7))
        ingest.import_digest(library, Digest(format="rss", entries=entries), name="a.txt", path=f"/{folder}/a.txt")
    kites = Entry(arxiv_id="2611.00010", title="On kites", abstract="Kites. " * 9, comment="9 pages", day=DAY)
    elsewhere = replace(kites, arxiv_id=None, doi="10.1/kites", url="https://kites.example/1")
    take_in(library, "c.txt", kites, replace(elsewhere, arxiv_id="2611.00011", title="On other kites"), paper(12))
    take_in(library, "d.txt", replace(kites, abstract=None, comment="10 pages, two of them in colour"))
    expected = _papers(library), shown(library)
    library.close()
    assert {paper.comment for paper in expected[0]} > {"9 pages", "10 pages, two of them in colour"}
    old = tmp_path / "old.sqlite3"
    shutil.copy(library.path, old)
    _as_version_10(old)
    said: list[str] = []
    migrated = Library.open(old, now=lambda: NOW, on_update=lambda: said.append("once"))
    assert (_papers(migrated), shown(migrated)) == expected and said == ["once"]
    migrated.close()
    assert faults_of(old, indexed=True) == [] and _rows(old) == _rows(library.path)
    for table in ("keys", "entries", "groups"):
        assert _table(old, table) == _table(library.path, table)
    with closing(sqlite3.connect(old)) as file, closing(sqlite3.connect(library.path)) as new:
        indexes = "SELECT sql FROM sqlite_master WHERE type = 'index' ORDER BY name"
        assert file.execute(indexes).fetchall() == new.execute(indexes).fetchall()


def test_a_library_of_an_older_version_has_its_papers_ordered(library: Library, tmp_path: Path) -> None:
    subscribe(library, "stat.ML", "https://a.example/feed", "cs.AI")
    for source in DIGESTS:
        take_in(library, source, *DIGESTS[source])
    take_in(library, "a.txt", *DIGESTS["a.txt"], paper(7, day=None))
    take_in(library, "https://a.example/feed", *DIGESTS["https://a.example/feed"], paper(7, day=None))
    library.close()
    old = tmp_path / "old.sqlite3"
    shutil.copy(library.path, old)
    with closing(sqlite3.connect(old)) as file:  # as version 5 left it: all sources by name
        file.executescript(
            """DROP INDEX papers_scored; DROP INDEX papers_title; DROP INDEX papers_revised;
            DROP INDEX papers_tldr; DROP INDEX papers_mentions; DROP TABLE documents; DROP TABLE unruled;
            DROP INDEX steps_part; ALTER TABLE steps DROP COLUMN part_of;
            ALTER TABLE papers DROP COLUMN title_order;
            ALTER TABLE entries DROP COLUMN preprint_doi; DROP TABLE messages; DROP TABLE zotero;
            DROP INDEX papers_category; CREATE INDEX papers_unread ON papers (id);
            DROP INDEX papers_interest;
            DROP INDEX papers_kept; DROP INDEX papers_opened; DROP INDEX papers_dismissed; DROP TABLE profile;
            ALTER TABLE papers DROP COLUMN interest; ALTER TABLE papers DROP COLUMN why;
            ALTER TABLE papers DROP COLUMN kept_author; ALTER TABLE papers DROP COLUMN scored;
            ALTER TABLE papers DROP COLUMN interest_order;
            ALTER TABLE papers DROP COLUMN category_order; ALTER TABLE sources DROP COLUMN rank;
            ALTER TABLE sources DROP COLUMN place; DROP TABLE records; DROP TABLE unsent;
            DELETE FROM settings WHERE name = 'category ranks';
            UPDATE papers SET (place, position) = (SELECT s.name || char(31) || s.path, e.position
                FROM entries e JOIN sources s ON s.id = e.source WHERE e.paper = papers.id ORDER BY s.name LIMIT 1);
            DROP TABLE search; CREATE VIRTUAL TABLE search USING fts5 (title, authors, abstract, rest, content = '');
            UPDATE papers SET doc = id; DELETE FROM settings WHERE name = 'indexed words';
            INSERT INTO search (rowid, title) SELECT id, title FROM papers;
            PRAGMA user_version = 5;"""
        )
    migrated = Library.open(old, now=lambda: NOW)
    assert shown(migrated) == [3, 2, 1, 4, 6, 5, 7]
    migrated.index()
    assert shown(migrated, "category") == [3, 1, 5, 2, 6, 4, 7]
    migrated.close()
    assert _rows(old) == _rows(library.path)
