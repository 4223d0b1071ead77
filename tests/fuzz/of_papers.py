"""Papers: merged, stored, asked for, shown and exported."""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import feedparser
import rispy
from bibtexparser.entrypoint import parse_string
from hypothesis import strategies as st
from rich.cells import cell_len

from feedreader.errors import FeedreaderError
from feedreader.export import EXPORTERS, exporter
from feedreader.export.jsonl import paper_line
from feedreader.library import Library
from feedreader.merge.identity import identity_keys, merge
from feedreader.model import Digest, Entry, Journal, Marks, Mention, Paper, PaperSummary, PlacedEntry, Query
from feedreader.parse.formats import arxiv_jsonl
from feedreader.query.hits import hit_patterns
from feedreader.query.language import parse_query
from feedreader.services import ingest, removal
from feedreader.text.cleaning import clean, squash
from feedreader.text.normalize import normalize
from feedreader.text.notes import note_of, tags_of
from feedreader.view.columns import one_line, second_line
from feedreader.view.hits import mark_hits
from feedreader.view.page import all_links, links, page, plain
from tests.export.hostile import keys_of
from tests.fuzz.checks import harmless, harmless_throughout, narrow
from tests.fuzz.engine import Target
from tests.fuzz.inputs import HTML, IDS, NAMES, PROSE, QUERY, TEX, texts
from tests.library.soundness import faults_of

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
DAYS = (
    st.none() | st.dates(date(1991, 1, 1), date(2027, 1, 1)) | st.sampled_from((date(2026, 11, 27), date(2026, 11, 30)))
)
COLUMNS = ("categories", "title", "authors", "day", "source", "version", "tags", "id")


def _safe(text: str) -> str:
    """As texts are when they come out of a parser."""
    return squash(clean(text))


TITLES = texts(PROSE, TEX, most=8).map(_safe)
WHO = st.lists(texts(NAMES, most=3).map(_safe).filter(bool), max_size=4).map(tuple)
ABSTRACTS = texts(PROSE, HTML, most=20).map(_safe)
_PIECE = st.none() | TITLES.filter(bool)
_YEAR = st.sampled_from((None, 2020))
JOURNALS = st.builds(Journal, _PIECE, _PIECE, _PIECE, _PIECE, _YEAR).map(lambda one: one if any(one) else None)
_ID = st.sampled_from((None, None, "1905.00001", "1905.00002", "hep-th/9901001"))
_DOI = st.sampled_from((None, None, None, "10.1/a", "10.1/b"))
_COMMON = st.sampled_from((None, "Gliding", "gliding!", "Editorial", "Preface", "Snails in the dark"))
_LONG = (
    "We study how gliders cross wide valleys when the wind turns at noon and the air above "
    "the slopes begins to sink there."
)
ENTRIES = st.builds(
    Entry,
    title=_COMMON | TITLES.map(lambda text: text or None),
    authors=st.sampled_from(((), ("Ann Lee",), ("Bo Chan",), ("Lee, Ann", "Bo Chan"), ("CMS Collaboration",))) | WHO,
    abstract=st.sampled_from((None, _LONG, _LONG + " More.", "Withdrawn.")) | ABSTRACTS.map(lambda text: text or None),
    arxiv_id=_ID,
    doi=_DOI,
    guid=st.sampled_from((None, None, "g1", "g2", "https://e.org/1")),
    url=st.sampled_from((None, "https://e.org/1", "https://e.org/2", "http://[")),
    day=DAYS,
    announced=st.booleans(),
    announce_type=st.sampled_from((None, "new", "cross", "replace", "replace-cross")),
    version=st.sampled_from((None, 1, 2, 3)),
    journal=st.none() | JOURNALS,
    categories=st.sampled_from(((), ("cs.LG",), ("cs.CL", "stat.ML"))),
    quotes=st.sampled_from(((), (), (_LONG[10:100],))),
    mentions=st.sampled_from(((), (), ("Nice.",))),
)
PAPERS = st.builds(
    Paper,
    id=st.uuids().map(str),
    title=st.none() | TITLES,
    authors=WHO,
    abstract=st.none() | ABSTRACTS,
    tldr=st.none() | TITLES,
    comment=st.none() | TITLES,
    arxiv_id=_ID,
    version=st.sampled_from((None, 1, 12)),
    doi=st.none() | st.sampled_from(IDS) | texts(IDS, most=3).map(lambda text: "10.1/" + _safe(text)),
    url=st.none()
    | texts(IDS, most=2).map(lambda text: "https://e.org/" + _safe(text))
    | st.sampled_from(("http://[", "//", "x")),
    journal=st.none() | JOURNALS,
    categories=st.sampled_from(((), ("cs.LG", "stat.ML"))),
    day=DAYS,
    collection=st.none() | TITLES,
    sources=st.lists(TITLES.filter(bool), max_size=2).map(tuple),
    mentions=st.lists(st.builds(Mention, TITLES, ABSTRACTS), max_size=2).map(tuple),
    marks=st.builds(
        Marks,
        shortlisted=st.booleans(),
        shortlisted_at=st.none() | st.datetimes(timezones=st.just(UTC)),
        read=st.booleans(),
        tags=texts(NAMES, most=3).map(tags_of),
        note=texts(PROSE, most=6).map(note_of),
    ),
)


def placed(entries: Sequence[Entry]) -> list[PlacedEntry]:
    """Some of one document, others of another."""
    return [
        PlacedEntry(n, f"s{n % 3}.txt", f"/s{n % 3}.txt", f"Digest {n % 3}", n, entry)
        for n, entry in enumerate(entries)
    ]


def check_merge(entries: tuple[Entry, ...]) -> None:
    together = placed(entries)
    papers = sorted(merge(together), key=lambda paper: paper.refs)
    for seed in range(3):
        shuffled = Random(seed).sample(together, len(together))
        assert sorted(merge(shuffled), key=lambda paper: paper.refs) == papers, "order makes a difference"
    refs = [ref for paper in papers for ref in paper.refs]
    assert len(refs) == len(set(refs)), "an entry in two papers"
    for lost in set(range(len(entries))) - set(refs):
        entry = entries[lost]
        said = normalize(f"{entry.title or ''} {entry.abstract or ''}")
        assert not (entry.arxiv_id or entry.doi or entry.title or said), f"entry lost: {entry}"
    for paper in papers:
        ours = [entries[ref] for ref in paper.refs]
        assert len({entry.arxiv_id for entry in ours} - {None}) <= 1, "two arXiv ids in one paper"
        assert not paper.paper.title or paper.paper.title in {entry.title for entry in ours}, "a title from nowhere"
    for kind in ("arxiv_id", "doi"):
        given = {getattr(entry, kind) for entry in entries} - {None}
        assert kind == "doi" or given == {getattr(paper.paper, kind) for paper in papers} - {None}, "an id lost"
    assert len({paper.paper.id for paper in papers}) == len(papers), "two papers with one name"
    assert all(identity_keys(entry) is not None for entry in entries)


@cache
def empty_library() -> Path:
    path = Path(tempfile.mkdtemp(prefix="feedreader-fuzz-")) / "library.sqlite3"
    Library.open(path, now=lambda: NOW).close()
    return path


def _take_in(library: Library, entries: Sequence[Entry], name: str) -> ingest.ImportResult:
    return ingest.import_digest(
        library, Digest(format="test", title=name, entries=tuple(entries)), name=name, path=f"/{name}"
    )


def check_library(entries: tuple[Entry, ...]) -> None:
    """Taken in, marked, taken in again, in another order and with more."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copy(empty_library(), folder))
        library = Library.open(path, now=lambda: NOW)
        try:
            half = len(entries) // 2
            result = _take_in(library, entries[:half], "a.txt")
            assert result.new + result.merged + result.known == result.entries, "counts of an import"
            papers = list(library.papers.find(Query()))
            if papers:
                library.marks.set(
                    [library.papers.key_of(papers[0].id)], {"shortlisted": True, "tags": ("x",)}, label="kept"
                )
            kept = papers[0] if papers else None
            _take_in(library, entries, "b.txt")
            again = _take_in(library, entries, "b.txt")
            assert again.new == again.merged == 0, f"new the second time: {again}"
            _take_in(library, entries[::-1], "c.txt")
            after = list(library.papers.find(Query()))
            harmless_throughout(after)
            assert sum(paper.marks.shortlisted for paper in after) == (1 if kept else 0), "marks changed by an import"
            assert len({paper.id for paper in after}) == len(after), "two papers with one name"
            if after:
                removal.forget_papers(library, [after[0].id])
                removal.undo(library)
                assert {paper.id for paper in library.papers.find(Query())} == {paper.id for paper in after}, (
                    "not as before"
                )
        finally:
            library.close()
        faults = faults_of(path, indexed=True)
        assert not faults, f"the file: {faults}"


@cache
def _full() -> Library:
    """A library to ask queries of."""
    library = Library.open(
        Path(shutil.copy(empty_library(), tempfile.mkdtemp(prefix="feedreader-fuzz-"))), now=lambda: NOW
    )
    words = (
        "Otter",
        "$H_0$ tension",
        "C++ and C#",
        "深層 学習",
        "Łukasz's `code`",
        'a "b" (c)',
        "\\alpha",
        "100% sure",
    )
    entries = [
        Entry(
            title=word,
            authors=("Ada Lovelace", "李 雷"),
            abstract=f"{word} {_LONG}",
            arxiv_id=f"1905.{n:05}",
            day=date(2026, 11, n + 1),
        )
        for n, word in enumerate(words)
    ]
    _take_in(library, entries, "q.txt")
    return library


def check_search(text: str) -> None:
    try:
        query = parse_query(text)
        if any(term in text for term in "/"):  # a process for each: other targets look at those
            return
        found = list(_full().papers.find(query))
        groups = _full().papers.matches(query)
    except FeedreaderError:
        return
    assert len(found) == sum(len(keys) for _, keys in groups), "found and counted"


def check_page(papers: tuple[Paper, ...]) -> None:
    patterns = hit_patterns(parse_query('otter or title:zebra or "of the" or author:lovelace'))
    for paper in papers:
        for width in (10, 40, 100):
            for raw in (False, True):
                lines = page(paper, width, raw=raw, measure=cell_len)
                marked = mark_hits(lines, patterns)
                assert list(map(plain, marked)) == list(map(plain, lines)), "marking changes the text"
                narrow([plain(line) for line in lines], width)
            short = page(paper, width, measure=cell_len, labels=False, all_authors=False, more="enter shows all")
            narrow([plain(line) for line in short], width)
        for name, web in (*links(paper), *all_links(paper)):
            harmless(name, "")
            assert web.startswith(("https://", "http://")) and web.isprintable() and " " not in web, f"link: {web!r}"


def check_rows(papers: tuple[Paper, ...]) -> None:
    for number, paper in enumerate(papers):
        summary = PaperSummary(
            *(
                number,
                paper.id,
                1,
                paper.title,
                paper.authors,
                paper.arxiv_id,
                (paper.abstract or "")[:80],
                paper.marks,
            ),
            *(paper.day, paper.categories, paper.sources, paper.version),
        )
        for width in (8, 30, 60, 117, 200):
            line = "".join(cell.text for cell in one_line(summary, COLUMNS, width, cell_len))
            harmless(line, "")
            assert cell_len(line) == width or width < 30, f"row: {cell_len(line)} cells of {width} in {line!r}"
            narrow(["".join(cell.text for cell in second_line(summary, COLUMNS, width, cell_len))], width)


def check_exports(papers: tuple[Paper, ...]) -> None:
    """Every paper is read back by readers that are not ours."""
    papers = tuple({paper.id: paper for paper in papers}.values())
    count, keys = len(papers), keys_of(list(papers))
    written = {name: "".join(exporter(name)(papers, keys)) for name in EXPORTERS}
    for name, text in written.items():
        harmless(text, "\n\r\t")
        text.encode()
        assert name, "name"
    parsed = parse_string(written["bibtex"])
    assert len(parsed.entries) == count and not parsed.failed_blocks, "BibTeX"
    assert [entry.key for entry in parsed.entries] == [keys[paper.id] for paper in papers], "BibTeX keys"
    assert len(rispy.loads(written["ris"])) == count, "RIS"
    assert len(json.loads(written["csl-json"])) == count, "CSL-JSON"
    assert len(list(csv.reader(io.StringIO(written["csv"], newline="")))) == count + 1, "CSV"
    assert len(written["jsonl"].splitlines() if count else ()) >= count, "JSON Lines"
    feed = feedparser.parse(written["atom"])
    assert len(feed.entries) == count and not feed.bozo, "Atom"
    assert len(json.loads(written["json-feed"])["items"]) == count, "JSON Feed"


def check_json(papers: tuple[Paper, ...]) -> None:
    """What is written as JSON Lines is read again as the same papers."""
    lines = [paper_line(replace(paper, arxiv_id=None, version=None, doi=None)) for paper in papers]
    text = "".join(line if line.endswith("\n") else line + "\n" for line in lines)
    assert text.count("\n") == len(lines), "a line a paper"
    objects: list[dict[str, Any]] = [json.loads(line) for line in text.split("\n") if line]
    assert [one["title"] for one in objects] == [paper.title for paper in papers], "titles"
    digest = arxiv_jsonl.parse(text)
    titled = [paper.title for paper in papers if paper.title]
    assert [entry.title for entry in digest.entries if entry.title] == titled, "titles read again"


def targets(real: bool) -> Iterator[Target]:
    entries = st.lists(ENTRIES, max_size=8).map(tuple)
    papers = st.lists(PAPERS, max_size=3).map(tuple)
    yield Target("merge", entries, check_merge)
    yield Target("library", entries, check_library)
    yield Target(
        "search", texts(QUERY, most=8), check_search, check_search, [piece for piece in QUERY if "/" not in piece]
    )
    yield Target("page", papers, check_page)
    yield Target("rows", papers, check_rows)
    yield Target("exports", papers, check_exports)
    yield Target("json", papers, check_json)
