"""The line from end to end: files in, papers out, whatever the order."""

from __future__ import annotations

import itertools
import os
import random
import tempfile
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedreader.library import Library
from feedreader.model import Digest, Entry, Paper, Query
from feedreader.parse import subscription_list
from feedreader.query.language import parse_query
from feedreader.services import import_files, ingest, removal
from tests.conftest import NOW, new_library
from tests.merge.test_identity import LONG, entries

SAMPLES = Path(__file__).parents[2] / "sample_feeds"
DAY_LIST = """May 9, 2019
Gliders in Wide Valleys
Ann Lee, Bo Chan

We wait for the second thermal, and arrive earlier than those who leave with the first one of the day.

Snails Keep Diaries
Cy Doe

Growth rings tell of dry summers, of early frost, and of the year in which the garden was left alone.
"""


def everything(library: Library) -> list[Paper]:
    return list(library.papers.find(Query()))


def import_all(library: Library, *paths: Path | str) -> list[ingest.ImportResult]:
    return list(import_files.import_paths(library, [str(path) for path in paths]))


def test_what_is_new_is_counted_as_the_list_counts_it_whatever_the_order(tmp_path: Path) -> None:
    """Also where a paper is met as a new version first, and announced as new in a later file."""
    files = sorted(path for path in SAMPLES.iterdir() if ".expected." not in path.name)
    files = [path for path in files if subscription_list(path.read_bytes()) is None]
    for seed in range(4):
        random.Random(seed).shuffle(files)
        with closing(Library.open(tmp_path / f"{seed}.sqlite3", now=lambda: NOW)) as fresh:
            results = import_all(fresh, *files)
            papers, unread, _ = fresh.papers.counts()
            came = sum(result.new - result.replaced for result in results)
            assert came + sum(result.separated - result.united for result in results) == unread
            assert 0 < papers - unread == sum(result.replaced for result in results)


def test_a_known_paper_that_turns_out_to_be_a_new_version_is_no_longer_counted_as_new(library: Library) -> None:
    import_all(library, SAMPLES / "reading-thread.txt")
    _, before, _ = library.papers.counts()
    (mail,) = import_all(library, SAMPLES / "arxiv-mail.txt")
    assert before + mail.new - mail.replaced == library.papers.counts()[1]


def test_a_file_twice_adds_nothing_and_a_file_that_grew_only_what_is_new(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "digest.txt"
    file.write_text(DAY_LIST)
    (first,) = import_all(library, file)
    assert (first.format, first.entries, first.new, first.merged, first.known) == ("day-list", 2, 2, 0, 0)
    (second,) = import_all(library, file)
    assert (second.entries, second.new, second.merged, second.known) == (2, 0, 0, 2)
    before = everything(library)
    new = (
        "May 10, 2019\nA Newer Paper\nEd Fox\n\nThis one is about the river and about the bridge that is not there.\n\n"
    )
    file.write_text(new + DAY_LIST)
    (third,) = import_all(library, file)
    assert (third.entries, third.new, third.known) == (3, 1, 2)
    assert everything(library)[1:] == before


def test_the_same_paper_twice_in_a_file_is_merged(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "digest.txt"
    file.write_text(DAY_LIST + "\nMay 8, 2019\n" + DAY_LIST.split("\n", 1)[1])
    (result,) = import_all(library, file)
    assert (result.entries, result.new, result.merged) == (4, 2, 2)
    assert {paper.day for paper in everything(library)} == {date(2019, 5, 8)}


@pytest.mark.parametrize(
    "authors", [("ATLAS Collaboration", "CMS Collaboration"), ("Sam Adams Jr.", "Bob Baker Jr.")], ids=("bodies", "Jr.")
)
def test_one_title_of_two_bodies_or_two_juniors_is_two_papers(
    library: Library, tmp_path: Path, authors: tuple[str, str]
) -> None:
    file = tmp_path / "two.csv"
    first = "We measure how the tall trees by the river grow in wet years and in dry."
    second = "Another analysis, with other rulers, of the heights of hedges behind a house."
    rows = (
        f'"On growth","{author}","{text}",2020-01-02' for author, text in zip(authors, (first, second), strict=True)
    )
    file.write_text("\n".join(("title,authors,abstract,date", *rows)))
    (result,) = import_all(library, file)
    assert (result.new, result.merged) == (2, 0)
    assert {paper.authors for paper in everything(library)} == {(author,) for author in authors}


def test_files_that_cannot_be_read_are_errors(library: Library, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "blank.txt").write_text(" \n\n\t\n")
    (tmp_path / "notes.txt").write_text("Milk, eggs, and a new bulb for the lamp in the hall.\n")
    names = ["empty.txt", "blank.txt", "notes.txt", "absent.txt"]
    results = import_all(library, *(tmp_path / name for name in names))
    assert [result.source for result in results] == names
    assert all(result.error and result.entries == 0 for result in results)
    assert str(results[3].error) == f"{tmp_path / 'absent.txt'}: no such file"


def test_a_folder_is_walked_and_the_rest_is_named_without_failing(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "digest.txt").write_text(DAY_LIST)
    (folder / "notes.txt").write_text("Milk, eggs, and a new bulb for the lamp in the hall.\n")
    (folder / "digest.expected.json").write_text("{}")
    (folder / ".hidden").write_text(DAY_LIST)
    results = import_all(library, folder)
    assert [(result.source, result.new, result.skipped) for result in results] == [
        ("notes.txt", 0, True),
        ("digest.txt", 2, False),
    ]
    assert not any(result.error for result in results)
    assert results[0].problems


def test_a_file_without_permission_or_that_is_no_file_is_an_error(library: Library, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (result,) = import_all(library, tmp_path / "pipe")
    assert result.error and "not a file or folder" in str(result.error)


def test_names_of_files_are_made_safe(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "a\x1b[31mb\n[c].txt"
    file.write_text(DAY_LIST)
    (result,) = import_all(library, file)
    assert "\x1b" not in result.source and "\n" not in result.source
    assert everything(library)[0].sources == (result.source,)


def test_a_cut_file_that_is_later_whole_gives_the_same_papers(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "digest.txt"
    file.write_text(DAY_LIST[: len(DAY_LIST) // 2])
    import_all(library, file)
    file.write_text(DAY_LIST)
    import_all(library, file)
    whole = everything(library)
    assert [paper.title for paper in whole] == ["Gliders in Wide Valleys", "Snails Keep Diaries"]
    assert (whole[0].abstract or "").endswith("of the day.")


def fresh(folder: Path) -> Library:
    return new_library(tempfile.mkdtemp(dir=folder))


def test_a_paper_is_new_once_when_two_imports_store_it_side_by_side(tmp_path: Path) -> None:
    """The one that stored it first found it new, also when the other joins it before the first is done."""
    first = tuple(Entry(title=f"Kites of kind {n}", arxiv_id=f"2611.{n:05}") for n in range(ingest.BATCH + 1))
    second = Digest(format="x", entries=(first[0], Entry(title="Gliders", arxiv_id="2611.09999")))
    beside: list[ingest.ImportResult] = []
    with closing(Library.open(tmp_path / "library.sqlite3", now=lambda: NOW)) as library:

        def meanwhile(progress: ingest.ImportProgress) -> None:
            if not beside:
                beside.append(ingest.import_digest(library, second, name="b", path="/b"))

        result = ingest.import_digest(
            library, Digest(format="x", entries=first), name="a", path="/a", progress=meanwhile
        )
    assert (result.new, result.merged) == (len(first), 0)
    assert (beside[0].new, beside[0].merged) == (1, 1)


@settings(max_examples=40)
@given(st.lists(st.lists(entries(), max_size=3), min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_imports_makes_no_difference(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[list[Entry]], chance: random.Random
) -> None:
    digests = [
        (f"{n}.txt", Digest(format="x", title=f"D{n}", entries=tuple(entries))) for n, entries in enumerate(drawn)
    ]
    outcomes = []
    for order in (digests, chance.sample(digests, len(digests))):
        library = fresh(tmp_path_factory.getbasetemp())
        for name, digest in order:
            ingest.import_digest(library, digest, name=name, path="/" + name)
        outcomes.append(everything(library))
        library.close()
    assert outcomes[0] == outcomes[1]


@settings(max_examples=25)
@given(st.lists(st.lists(entries(), min_size=1, max_size=3), min_size=2, max_size=4), st.data())
def test_removing_a_source_is_as_if_it_had_never_come_and_undo_as_if_it_had_stayed(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[list[Entry]], data: st.DataObject
) -> None:
    digests = [
        (f"{n}.txt", Digest(format="x", title=f"D{n}", entries=tuple(entries))) for n, entries in enumerate(drawn)
    ]
    gone = data.draw(st.sampled_from([name for name, _ in digests]))
    with_all, without = fresh(tmp_path_factory.getbasetemp()), fresh(tmp_path_factory.getbasetemp())
    for name, digest in digests:
        ingest.import_digest(with_all, digest, name=name, path="/" + name)
        if name != gone:
            ingest.import_digest(without, digest, name=name, path="/" + name)
    before = everything(with_all)
    removal.forget_source(with_all, gone)
    assert everything(with_all) == everything(without)
    removal.undo(with_all)
    assert everything(with_all) == before
    with_all.close()
    without.close()


def test_talk_that_came_first_joins_its_paper_when_that_comes(library: Library) -> None:
    talk = Entry(mentions=(f"Someone wrote: {LONG}",), quotes=(LONG,), line=7)
    result = ingest.import_digest(library, Digest(format="x", entries=(talk,)), name="talk", path="/talk")
    assert (result.entries, everything(library)) == (0, [])
    assert [problem.line for problem in result.problems] == [7]
    paper = Entry(title="Gliders", abstract="First of all. " + LONG)
    ingest.import_digest(library, Digest(format="x", entries=(paper,)), name="list", path="/list")
    (merged,) = everything(library)
    assert merged.sources == ("list", "talk") and merged.mentions


# --- the real digests, where they are at hand ------------------------------------------------------------

NAMES = ("000_6217feef8ccfc06a.txt", "001_f9ad849da571124f.txt", "002_2a766f7670a318f5.txt", "004_f1b2500e5f8b7ca0.txt")


def test_the_four_digests(library: Library, shared: Path) -> None:
    results = {result.source: result for result in import_all(library, shared / "digests")}
    assert [results[name].format for name in NAMES] == ["day-list", "search-page", "arxiv-records", "reading-thread"]
    assert [results[name].entries for name in NAMES[:3]] == [25, 257, 10]
    assert (results[NAMES[1]].new, results[NAMES[1]].merged) == (254, 3)
    assert not any(results[name].problems for name in NAMES[:3])
    by_id = {paper.id: paper for paper in everything(library)}
    for arxiv, start, comment in (
        ("1905.02244", "Searching for MobileNetV3", None),
        ("1905.03776", "The Effect of Network Width", "17 pages"),
    ):
        paper = by_id[arxiv]
        assert (paper.title or "").startswith(start) and paper.authors
        assert {NAMES[0], NAMES[2]} <= set(paper.sources)
        assert (paper.comment or "").startswith(comment or "")
        assert len([p for p in by_id.values() if (p.title or "").startswith(start)]) == 1
    assert (by_id["1904.12848"].title or "").startswith("Unsupervised Data Augmentation")
    for start in ("MixMatch", "Batch Normalization is a Cause"):
        (paper,) = [p for p in by_id.values() if (p.title or "").startswith(start)]
        assert {mention.source for mention in paper.mentions} == {NAMES[3]} and NAMES[0] in paper.sources
    in_collection = [paper for paper in by_id.values() if paper.collection == "Search ICLR 2019"]
    assert len(in_collection) == 254 and all(paper.day is None for paper in in_collection)


def test_the_four_digests_in_every_order(tmp_path: Path, shared: Path) -> None:
    outcomes = []
    for order in itertools.islice(itertools.permutations(NAMES), 0, 24, 5):
        library = fresh(tmp_path)
        import_all(library, *(shared / "digests" / name for name in order))
        outcomes.append(everything(library))
        library.close()
    assert all(outcome == outcomes[0] for outcome in outcomes)


def test_a_query_over_the_four_digests(library: Library, shared: Path) -> None:
    import_all(library, *(shared / "digests" / name for name in NAMES))
    assert len(list(library.papers.find(parse_query("day:2019-05-09")))) >= 1
    assert len(list(library.papers.find(parse_query("source:001_")))) == 254
