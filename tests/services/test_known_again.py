"""What is known already, given again: as it was, moved, changed, or by another file. The quick way has the same outcome
as merging all of it anew, table by table."""

from __future__ import annotations

import gzip
import json
import random
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from feedreader import parse
from feedreader.library import Library, added_entries, known_entries
from feedreader.model import Digest, Entry, Query, Rule
from feedreader.query.language import parse_query
from feedreader.services import ingest, removal
from feedreader.services.ingest import ImportResult
from feedreader.sources import files
from tests.conftest import new_library
from tests.library.soundness import faults_of
from tests.services.test_stream_import import counts, record

JOURNALS = (None, "J. Snail Stud. 12 (2019) 34-56", "", "Proceedings of Kites 2019", "arXiv", "Nature 7, 1 (2001)")
TABLES = ("sources", "groups", "papers", "entries", "keys", "marks", "steps", "ruled", "messages", "citations")
ELSEWHERE = frozenset(("doc", "scored", "imported_at", "at"))  # numbers of documents differ, not what is in them


def snapshot(dice: random.Random) -> list[dict[str, Any]]:
    """Records, some of which share a title, a text or a DOI."""
    records = [record(number, **{"journal-ref": dice.choice(JOURNALS)}) for number in range(60)]
    for each in dice.sample(records, 6):
        each["doi"] = f"10.1000/{dice.randrange(4)}"
    for each in dice.sample(records, 4):
        other = dice.choice(records)
        each |= {name: other[name] for name in dice.sample(("title", "abstract", "authors", "authors_parsed"), 2)}
    return records


def next_month(records: list[dict[str, Any]], dice: random.Random) -> list[dict[str, Any]]:
    """The next snapshot: some changed, some new, some gone, some elsewhere, one twice."""
    after = [dict(each) for each in records if dice.random() > 0.05]
    for each in dice.sample(after, 6):
        change = dice.choice(("title", "abstract", "doi", "comments", "versions", "authors_parsed", "categories"))
        each[change] = {
            "doi": f"10.1000/{dice.randrange(6)}",
            "versions": [*each["versions"], {"version": "v2", "created": "Mon, 2 Apr 2012 19:18:42 GMT"}],
            "authors_parsed": [["New", "Eve", ""], ["Lee", "Ann", ""]],
            "categories": "math.CO cs.LG",
        }.get(change, f"Now {change} {dice.randrange(3)} is another")
    for at in range(dice.randrange(3)):
        after.insert(dice.randrange(len(after)), record(100 + dice.randrange(50) + at))
    for _ in range(dice.randrange(4)):
        after.insert(dice.randrange(len(after)), after.pop(dice.randrange(len(after))))
    if dice.random() < 0.5:
        after.append(dict(dice.choice(after)))
    return after


def write(path: Path, records: list[dict[str, Any]], dice: random.Random) -> None:
    lines = [json.dumps(each) for each in records]
    if dice.random() < 0.5:
        lines.insert(dice.randrange(10), "{broken")
    data = ("\n".join(lines) + "\n").encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)


def others(library: Library) -> None:
    """What others say of some of the papers, marks, a rule that names a source, and a paper that was removed."""
    entries = (
        Entry(title=record(3)["title"], arxiv_id="1905.00003", announced=True, announce_type="new"),
        Entry(title=record(4)["title"], arxiv_id="1905.00004", announced=True, announce_type="replace", version=3),
        Entry(title="A thread", quotes=(" ".join(record(5)["abstract"].split()[4:30]),), mentions=("I like this.",)),
        Entry(title="Talk of one", arxiv_id="1905.00006", mentions=("Look!",)),
    )
    ingest.import_digest(library, Digest(format="test", title="Talk", entries=entries), name="talk", path="/talk")
    library.rules.apply([Rule("highlight", "source:b", "b", parse_query("source:b"))])


def dump(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """All that a library holds, and the words of its papers as they stand in the index."""
    with closing(sqlite3.connect(path)) as connection:
        tables: dict[str, list[tuple[object, ...]]] = {}
        for table in TABLES:
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[1] not in ELSEWHERE]
            tables[table] = sorted(connection.execute(f"SELECT {', '.join(columns)} FROM {table}"), key=repr)
        connection.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab('main', 'search', 'instance')")
        tables["words"] = sorted(
            connection.execute('SELECT p.id, w.term, w.col, w."offset" FROM words w JOIN papers p ON p.doc = w.doc')
        )
        return tables


def merge_all(patch: pytest.MonkeyPatch) -> None:
    """Merge all anew that is given again."""
    patch.setattr(known_entries, "content", lambda _: object())
    patch.setattr(added_entries, "_is_plain", lambda _: False)


@pytest.mark.parametrize("seed", range(3))
def test_what_is_given_again_has_the_outcome_of_merging_it_anew(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("quick", "slow"):
        (tmp_path / name).mkdir()
    dice = random.Random(seed)
    records = snapshot(dice)
    paths = [tmp_path / name for name in ("b.jsonl", "b.jsonl", "a.jsonl", "b.jsonl.gz", "sub/b.jsonl")]
    (tmp_path / "sub").mkdir()
    quick, slow = new_library(tmp_path / "quick"), new_library(tmp_path / "slow")
    with closing(quick), closing(slow):
        for library in (quick, slow):
            others(library)
        for step, path in enumerate([paths[0], *dice.choices(paths, k=4)]):
            write(path, records, dice)
            one = again(quick, path)
            with monkeypatch.context() as patch:
                merge_all(patch)
                other = again(slow, path)
            assert counts(one) == counts(other)
            assert dump(quick.path) == dump(slow.path)
            if step == 1:
                for library in (quick, slow):
                    library.marks.set([2, 5, 9], {"shortlisted": True}, label="kept")
                    removal.forget_papers(library, ["1905.00011"])
            records = next_month(records, dice)
        assert faults_of(quick.path, indexed=True) == []


def again(library: Library, path: Path) -> ImportResult:
    with files.opened(str(path)) as file:
        digest = parse.parse(file.whole())
    return ingest.import_digest(library, digest, name=path.name, path=str(path))


@pytest.mark.parametrize("name", ["b.jsonl", "a.jsonl", "c.jsonl"])
def test_what_says_the_same_is_not_merged_anew(
    name: str, tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither where it moved within its file nor where another file says it; what changed is, and that alone."""
    records = [record(number) for number in range(60)]
    write(tmp_path / "b.jsonl", records, random.Random(0))
    again(library, tmp_path / "b.jsonl")
    records[7]["title"] = "Another"
    write(tmp_path / name, [record(70), *records[30:], *records[:30]], random.Random(0))
    merged: list[str] = []
    settle = ingest.settle

    def watched(intake: Any, entries: Any, keys: Any) -> None:
        merged.extend(placed.entry.arxiv_id for placed in entries)
        settle(intake, entries, keys)

    monkeypatch.setattr(ingest, "settle", watched)
    result = again(library, tmp_path / name)
    assert merged == ["1905.00007"]
    assert (result.new, result.known + result.merged) == (1, 60)
    sources = {paper.arxiv_id: paper.sources for paper in library.papers.find(Query())}
    assert sources["1905.00050"] == tuple(sorted({"b.jsonl", name}))
    ids = [paper.arxiv_id for paper in library.papers.find(parse_query("day:2007-04-03"))]
    of_day = ["1905.00002", "1905.00030", "1905.00058"]
    assert ids == (of_day if name == "c.jsonl" else [*of_day[1:], of_day[0]])  # as the first of its files has it
