"""Large files, block by block: what they give is what they give as a whole, and a stopped import goes on."""

from __future__ import annotations

import gzip
import json
import random
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from feedreader import parse
from feedreader.cli import main
from feedreader.library import Library
from feedreader.model import Digest, Entry, Paper, Query, Rule
from feedreader.query.language import parse_query
from feedreader.services import block_readers, import_files, ingest, removal
from feedreader.services.block_readers import BlockReaders
from feedreader.services.ingest import ImportProgress, ImportResult
from feedreader.services.stream_import import StreamImport
from feedreader.sources import files
from tests.conftest import NOW, new_library
from tests.library.soundness import faults_of

BLOCK = 3000  # bytes: five records or so
WORDS = ("snail", "shell", "kite", "glider", "valley", "river", "thermal", "frost", "diary", "ring", "garden", "verb")


def record(number: int, **more: Any) -> dict[str, Any]:
    dice = random.Random(number)
    words = [dice.choice(WORDS) for _ in range(60)]
    return {
        "id": f"1905.{number:05}",
        "title": f"On the {words[0]} and\n  the {words[1]} number {number}",
        "authors": "Ann Lee, Bo Chan",
        "authors_parsed": [["Lee", "Ann", ""], ["Chan", "Bo", ""]],
        "abstract": f"  We count {number} $x^{{{number}}}$ in {' '.join(words)}\n",
        "categories": "cs.LG stat.ML",
        "versions": [{"version": "v1", "created": f"Mon, {1 + number % 28} Apr 2007 19:18:42 GMT"}],
        "update_date": "2019-05-09",
    } | more


def lines() -> list[str]:
    """Records, with all that may go wrong: broken ones, one paper twice, one text or DOI in two papers."""
    records = [record(number) for number in range(120)]
    records[7]["doi"] = records[90]["doi"] = "10.1000/shared"
    records[100] |= {name: records[3][name] for name in ("title", "abstract")}
    texts = [json.dumps(each) for each in records]
    texts[40] = "{broken"
    texts[41] = json.dumps({"id": "no id"})
    return [*texts, texts[5], json.dumps(record(9, title="Renamed since, and quite another title")), texts[110]]


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    path = tmp_path / "snapshot.jsonl"
    path.write_text("\n".join(lines()) + "\n")
    return path


def streamed(
    library: Library,
    path: Path,
    *,
    processes: int = 0,
    blocks: int | None = None,
    progress: Callable[[ImportProgress], None] = lambda _: None,
    with_refs: bool = False,
) -> ImportResult:
    """Import a file block by block, only so many of them at the most."""
    calls = iter(range(1, 10_000))
    with files.opened(str(path)) as file, BlockReaders(processes) as readers:
        stream = parse.stream_of(file.head)
        assert stream is not None
        job = StreamImport(
            library,
            file,
            stream,
            name=path.name,
            path=str(path),
            progress=progress,
            stopped=lambda: blocks is not None and next(calls) >= blocks,
            with_refs=with_refs,
            block_size=BLOCK,
        )
        return job.run(readers)


def whole(library: Library, path: Path, progress: Callable[[ImportProgress], None] = lambda _: None) -> ImportResult:
    digest = parse.parse(path.read_bytes())
    return ingest.import_digest(library, digest, name=path.name, path=str(path), progress=progress)


def papers(library: Library) -> list[Paper]:
    return list(library.papers.find(Query()))


def counts(result: ImportResult) -> tuple[object, ...]:
    numbers = result.entries, result.new, result.merged, result.known, result.separated, result.united
    return (*numbers, result.format, sorted(result.problems, key=str))


TALK = Entry(title="A thread", quotes=(" ".join(record(30)["abstract"].split()[4:30]),), mentions=("I like this one.",))


def some_papers(library: Library) -> None:
    """Papers that share ids, titles or texts with those of the file; one that was removed, and marks."""
    known = [
        Entry(title=record(20)["title"], authors=("Ann Lee",), abstract=record(20)["abstract"]),
        Entry(title="Of other words", arxiv_id="1905.00021", version=2),
        Entry(title="Another", doi="10.1000/shared"),
        TALK,
    ]
    digest = Digest(format="test", title="Known before", entries=tuple(known))
    ingest.import_digest(library, digest, name="before", path="/before")
    library.marks.set([1, 2], {"shortlisted": True}, label="kept")
    removal.forget_papers(library, ["1905.00021"])


Way = Callable[[Library, Path], Sequence[ImportResult]]
WAYS: dict[str, Way] = {
    "blocks": lambda library, path: [streamed(library, path)],
    "processes": lambda library, path: [streamed(library, path, processes=2)],
    "whole, then blocks": lambda library, path: [whole(library, path), streamed(library, path)],
    "blocks, then whole": lambda library, path: [streamed(library, path), whole(library, path)],
    "stopped": lambda library, path: [streamed(library, path, blocks=3), streamed(library, path)],
    "stopped, then whole": lambda library, path: [streamed(library, path, blocks=3), whole(library, path)],
}


@pytest.mark.parametrize("before", [lambda _: None, some_papers], ids=["empty", "not empty"])
@pytest.mark.parametrize("way", WAYS)
def test_block_by_block_gives_what_the_whole_gives(
    way: str, before: Callable[[Library], None], snapshot: Path, tmp_path: Path
) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    with closing(new_library(tmp_path / "a")) as one, closing(new_library(tmp_path / "b")) as other:
        before(one)
        before(other)
        expected = whole(one, snapshot)
        results = WAYS[way](other, snapshot)
        assert papers(other) == papers(one)
        assert one.papers.counts() == other.papers.counts()
        if len(results) == 1:
            assert counts(results[0]) == counts(expected)
        assert faults_of(other.path, indexed=True) == []


NUMBERS = {"id", "grp", "doc", "abstract_entry", "paper"}  # columns that depend on what was stored together


def tables(library: Library) -> dict[str, list[str]]:
    """What is stored, whatever its numbers are; of the index all words of papers, and their places."""
    with closing(sqlite3.connect(library.path)) as file:

        def told(table: str, columns: str = "t.*", joined: str = "") -> list[str]:
            rows = file.execute(f"SELECT {columns} FROM {table} t {joined}")
            kept = [at for at, column in enumerate(rows.description) if column[0] not in NUMBERS]
            return sorted(repr([row[at] for at in kept]) for row in rows)

        file.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, search, instance)")
        return {
            "sources": told("sources"),
            "groups": told("groups"),
            "papers": told("papers", "t.*, g.day, g.collection, g.section, a.position", PLACE),
            "entries": told("entries", "t.*, p.name", "LEFT JOIN papers p ON p.id = t.paper"),
            "keys": told("keys", "t.key, e.position", "JOIN entries e ON e.id = t.entry"),
            "settings": told("settings"),
            "search": told("words", "p.name, t.term, t.col, t.offset", "JOIN papers p ON p.doc = t.doc"),
        }


PLACE = "JOIN groups g ON g.id = t.grp LEFT JOIN entries a ON a.id = t.abstract_entry"


def test_all_tables_are_those_of_the_whole(snapshot: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    with (
        closing(new_library(tmp_path / "a", lambda: NOW)) as one,
        closing(new_library(tmp_path / "b", lambda: NOW)) as other,
    ):
        whole(one, snapshot)
        streamed(other, snapshot, processes=1)
        expected, found = tables(one), tables(other)
        assert len(expected["search"]) > 5000 and len(expected["papers"]) > 100
        for name, rows in expected.items():
            assert found[name] == rows, name


def test_what_is_stored_is_found_and_rules_are_asked_meanwhile(
    library: Library, snapshot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedreader.services.stream_import.UNINDEXED", 40)
    library.rules.apply([Rule("highlight", "number", "number", parse_query("number"))])
    steps: list[tuple[int, int, int]] = []

    def look(step: ImportProgress) -> None:
        with closing(sqlite3.connect(library.path)) as file:
            (highlighted,) = file.execute("SELECT count(*) FROM papers WHERE highlighted = 1").fetchone()
        steps.append((step.done, library.papers.count(parse_query("number"))[0], highlighted))

    streamed(library, snapshot, progress=look)
    assert len(steps) > 5
    assert all(done - 10 <= found <= done for done, found, _ in steps)  # but for those of several entries
    assert any(0 < highlighted < steps[-1][2] for *_, highlighted in steps)


def test_a_block_is_stored_in_parts_of_one_size(
    library: Library, snapshot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    take = StreamImport._take

    def noted(job: StreamImport, intake: Any, start: int, prepared: Sequence[Any]) -> None:
        sizes.append(len(prepared))
        take(job, intake, start, prepared)

    monkeypatch.setattr(StreamImport, "_take", noted)
    monkeypatch.setattr("feedreader.services.stream_import.TOGETHER", 2)
    assert streamed(library, snapshot).entries == len(lines()) - 2
    assert {size for size in sizes if size} <= {1, 2, 3} and sizes.count(1) < 4


def test_an_import_that_was_stopped_goes_on_where_it_stopped(library: Library, snapshot: Path) -> None:
    first = streamed(library, snapshot, blocks=3)
    assert 0 < first.entries < 60 and first.passed == 0
    assert list(library.papers.partial_sources()) == [snapshot.name]
    second = streamed(library, snapshot)
    assert second.passed == first.entries and not second.known
    assert second.entries == len(lines()) - 2 - first.entries
    assert not library.papers.partial_sources()
    assert {problem.line for problem in (*first.problems, *second.problems)} >= {41, 42}
    assert "imported before" in import_files.brought([second])
    assert streamed(library, snapshot).known == len(lines()) - 2  # it is whole: all is looked at


def entries_of(library: Library) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(library.path)) as connection:
        return connection.execute("SELECT name, count(*) FROM entries GROUP BY name ORDER BY name").fetchall()


@pytest.mark.parametrize("at", range(1, 12, 2))
def test_an_import_that_was_killed_within_a_block_stores_nothing_twice(
    at: int, library: Library, snapshot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedreader.services.stream_import.TOGETHER", 2)
    steps: list[ImportProgress] = []

    def killed(step: ImportProgress) -> None:
        steps.append(step)
        if len(steps) > at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        streamed(library, snapshot, progress=killed)
    result = streamed(library, snapshot)
    assert result.passed + result.entries == len(lines()) - 2
    (tmp_path / "b").mkdir()
    with closing(new_library(tmp_path / "b")) as other:
        whole(other, snapshot)
        assert entries_of(library) == entries_of(other)
        assert papers(library) == papers(other)


@pytest.mark.parametrize("way", [streamed, whole])
@pytest.mark.parametrize("at", [1, 3, 7])
def test_two_imports_of_one_file_at_once_store_it_once(
    way: Callable[..., ImportResult], at: int, library: Library, snapshot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one goes through all of it while the first is somewhere in it."""
    monkeypatch.setattr(ingest, "BATCH", 12)
    monkeypatch.setattr("feedreader.services.stream_import.TOGETHER", 2)
    snapshot.write_text("\n".join(json.dumps(record(number)) for number in range(100)) + "\n")
    steps, others = iter(range(100)), list[ImportResult]()

    def meanwhile(_: ImportProgress) -> None:
        if next(steps) == at:
            with closing(Library.open(library.path, now=lambda: NOW)) as other:
                others.append(way(other, snapshot))

    result = way(library, snapshot, progress=meanwhile)
    assert {number for _, number in entries_of(library)} == {1}
    assert result.entries == others[0].entries + others[0].passed == 100 and result.new + others[0].new == 100
    assert faults_of(library.path, indexed=True) == []


@pytest.mark.parametrize("size", [2000, 1 << 30])
def test_an_import_ends_where_its_source_is_removed_meanwhile(
    size: int, library: Library, snapshot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_files, "_LARGE", size)
    monkeypatch.setattr(ingest, "BATCH", 30)
    monkeypatch.setattr("feedreader.services.stream_import.BLOCK", BLOCK)
    steps = iter(range(1000))

    def remove(_: ImportProgress) -> None:
        if next(steps) == 2:
            removal.forget_source(library, snapshot.name)

    folder = tmp_path / "folder"
    folder.mkdir()
    snapshot.rename(folder / snapshot.name)
    (folder / "then.jsonl").write_text(json.dumps(record(900)) + "\n")
    results = list(import_files.import_paths(library, [str(folder)], progress=remove))
    assert "removed from the library" in str(results[0].error)
    assert (results[1].new, library.papers.counts()[0]) == (1, 1)
    removal.undo(library)
    assert 1 < library.papers.counts()[0] < 100
    assert faults_of(library.path, indexed=True) == []
    (again, _) = import_files.import_paths(library, [str(folder)])
    assert not again.error and len(papers(library)) > 100


def test_it_begins_anew_if_the_file_is_another_or_the_source_was_removed(library: Library, snapshot: Path) -> None:
    stored = streamed(library, snapshot, blocks=3).entries
    snapshot.write_text("\n".join(["", *lines()]) + "\n")
    again = streamed(library, snapshot, blocks=3)
    assert again.passed == 0 and again.known > 0
    removal.forget_source(library, snapshot.name)
    assert streamed(library, snapshot).passed == 0
    assert stored


def test_where_its_papers_are_to_be_marked_all_are_looked_at(library: Library, snapshot: Path) -> None:
    streamed(library, snapshot, blocks=3)
    result = streamed(library, snapshot, with_refs=True)
    assert result.passed == 0 and len(result.refs) == result.entries
    assert len(ingest.imported_papers(library, [result])) == library.papers.counts()[0]


def test_it_tells_how_far_it_is(
    library: Library, snapshot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedreader.services.stream_import._LEFT_FROM", 0.0)
    packed = tmp_path / "packed.jsonl.gz"
    packed.write_bytes(gzip.compress(snapshot.read_bytes()))
    for path in (snapshot, packed):
        steps: list[ImportProgress] = []
        streamed(library, path, progress=steps.append)
        shares = [step.share or 0 for step in steps]
        assert shares == sorted(shares) and shares[-1] == 1 and len(steps) > 5
        assert steps[0].done == 0 and all(step.rate > 0 for step in steps[1:]) and steps[-1].done == len(lines()) - 2
        if path == snapshot:
            words = import_files.far(steps[3])
            assert [word.rpartition(" ")[2] for word in words] == [words[0], "second", "left"] and "%" in words[0]


def test_it_tells_how_far_it_is_and_can_be_stopped_before_it_is_where_it_goes_on(
    library: Library, snapshot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedreader.services.stream_import._TELL_SECONDS", 0.0)
    monkeypatch.setattr("feedreader.sources.files._AT_ONCE", 1000)
    monkeypatch.setattr("feedreader.sources.files.HEAD", 10_000)
    stored = streamed(library, snapshot, blocks=12).entries
    steps: list[ImportProgress] = []
    stopped = streamed(library, snapshot, blocks=1, progress=steps.append)
    assert (stopped.entries, stopped.passed) == (0, stored)
    assert len(steps) == 2 and library.papers.partial_sources()
    steps.clear()
    assert streamed(library, snapshot, progress=steps.append).passed == stored
    skipping = [step for step in steps[:-1] if not step.done]
    assert len(skipping) > 10 and not any(step.rate for step in skipping)


def test_a_process_that_dies_costs_nothing(library: Library, snapshot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    receive, deaths = block_readers._receive, iter([True])

    def dying(pipe: Any) -> Any:
        return None if next(deaths, False) else receive(pipe)

    monkeypatch.setattr(block_readers, "_receive", dying)
    assert streamed(library, snapshot, processes=1).entries == len(lines()) - 2


def test_a_block_that_stops_the_parser_costs_no_other(
    library: Library, snapshot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare, faults = ingest.prepare_entries, iter([False, True])

    def fragile(entries: Any) -> Any:
        if next(faults, False):
            raise RecursionError("too deep")
        return prepare(entries)

    monkeypatch.setattr(ingest, "prepare_entries", fragile)
    result = streamed(library, snapshot)
    assert any("RecursionError" in problem.reason for problem in result.problems)
    assert 100 < result.entries < len(lines()) - 2


def oai_records(numbers: Sequence[int]) -> str:
    return "".join(
        f"<record><header><identifier>oai:arXiv.org:1905.{number:05}</identifier></header>\n<metadata>"
        f'<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/"><id>1905.{number:05}</id>'
        f'<version version="v1"><date>Mon, {1 + number % 28} Jan 2024 23:30:00 GMT</date></version>'
        f"<title>Snail {number}</title><authors>A. Berg</authors><categories>cs.LG</categories>"
        f"<abstract>On {number} snails &amp; more.</abstract></arXivRaw></metadata></record>\n"
        for number in numbers
    )


ANSWER = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">\n<ListRecords>\n{}'
    "<resumptionToken>x</resumptionToken>\n</ListRecords>\n</OAI-PMH>\n"
)


def large_files() -> Iterator[tuple[str, bytes, int]]:
    yield "snapshot.jsonl", ("\n".join(lines()) + "\n").encode(), len(lines()) - 2
    yield "bom.jsonl", b"\xef\xbb\xbf" + ("\r\n".join(lines()) + "\r\n").encode(), len(lines()) - 2
    answers = [ANSWER.format(oai_records(range(start, start + 30))) for start in (0, 30, 60)]
    yield "answers.xml", "".join(answers).encode(), 90
    yield "latin.xml", "".join(answers).replace("UTF-8", "iso-8859-1").replace("more", "más").encode("latin-1"), 90


@pytest.mark.parametrize(("name", "data", "entries"), [*large_files()], ids=lambda value: str(value)[:20])
def test_large_files_are_read_in_blocks_whatever_they_are(
    name: str, data: bytes, entries: int, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / name).write_bytes(data)
    whole(library, tmp_path / name)
    (tmp_path / "b").mkdir()
    monkeypatch.setattr(import_files, "_LARGE", 2000)
    monkeypatch.setattr("feedreader.services.stream_import.BLOCK", BLOCK)
    steps: list[ImportProgress] = []
    with closing(new_library(tmp_path / "b", lambda: NOW)) as other:
        (result,) = import_files.import_paths(other, [str(tmp_path / name)], progress=steps.append)
        assert result.entries == entries and steps[0].share is not None
        assert papers(other) == papers(library)


def test_a_damaged_file_is_said_once_and_gives_what_is_before(library: Library, snapshot: Path, tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(snapshot.read_bytes() * 3))
    packed[-7] ^= 1  # of the sum at its end
    path = tmp_path / "damaged.jsonl.gz"
    path.write_bytes(packed)
    result = streamed(library, path)
    assert result.new > 100 and "damaged gzip" in str(result.error)
    path.write_bytes(gzip.compress(snapshot.read_bytes())[:-4])
    result = streamed(library, path)
    assert result.error is None and "incomplete" in result.problems[0].reason
    assert library.papers.partial_sources() == (path.name,)
    assert not [problem for problem in result.problems if "damaged" in problem.reason]
    assert list(library.papers.partial_sources()) == [path.name]


@pytest.mark.parametrize("size", [-2000, 0, 2000])
def test_a_file_that_changes_meanwhile_is_to_be_imported_again(size: int, library: Library, snapshot: Path) -> None:
    data = snapshot.read_bytes()
    steps = iter(range(100))

    def change(_: ImportProgress) -> None:
        if next(steps) == 1:
            snapshot.write_bytes(data[:size] if size < 0 else data + data[:size])

    result = streamed(library, snapshot, progress=change)
    assert any("changed while it was being read" in problem.reason for problem in result.problems)
    assert list(library.papers.partial_sources()) == [snapshot.name]
    snapshot.write_bytes(data)
    again = streamed(library, snapshot)
    assert not again.passed and again.entries == len(lines()) - 2 and not library.papers.partial_sources()


def test_what_is_no_stream_is_read_as_a_whole() -> None:
    exported = json.dumps({"id": "1905.00001", "title": "T", "authors": [], "day": None, "sources": [], "mentions": []})
    for head in (
        exported.encode() + b"\n",
        b'{"id": "1905.00001", "title": "no end',
        b'<?xml version="1.0"?><rss><channel><item/></channel></rss>',
        ANSWER.format("<record><metadata><dc><title>No arXiv id</title></dc></metadata></record>").encode(),
        b"plain text\n",
        b"",
    ):
        assert parse.stream_of(head) is None


def test_a_damaged_file_is_reported_once_with_what_stands_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    packed = bytearray(gzip.compress("".join(json.dumps(record(number)) + "\n" for number in range(200)).encode()))
    packed[-7] ^= 1  # of the sum at its end
    path = tmp_path / "damaged.jsonl.gz"
    path.write_bytes(packed)
    monkeypatch.setattr(import_files, "_LARGE", 2000)
    assert main(["import", "--data-dir", str(tmp_path / "data"), str(path)]) == 1
    said = capsys.readouterr()
    assert "damaged.jsonl.gz (arxiv-jsonl): " in said.out and " new papers" in said.out
    assert said.err.count("damaged gzip file. Download or compress it again.") == 1
    assert "only partly imported" in said.err
