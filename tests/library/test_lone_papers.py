"""Papers that one entry makes are stored without merging; what that gives is what merging gives."""

from __future__ import annotations

import tempfile
from contextlib import closing
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedreader.library import Library
from feedreader.library.entry_rows import pack, unpack
from feedreader.library.lone_papers import LONE_COLUMNS, lone_paper
from feedreader.library.order import title_order
from feedreader.library.rows import own_comment, paper_row
from feedreader.merge.identity import compose
from feedreader.model import Digest, Entry, Journal, Marks, Paper, PlacedEntry, Query
from feedreader.services import ingest, removal
from tests.conftest import new_library
from tests.library.soundness import faults_of
from tests.merge.test_identity import entries

FULL = Entry(
    title="Gliders, $\\alpha$ and ü",
    authors=("Ann Lee", "Bo Chan"),
    abstract="We wait for the second thermal.",
    tldr="Wait.",
    comment="9 pages",
    doi="10.1/x",
    url="https://x.example/1",
    journal=Journal("Annals", "1", year=2020),
    categories=("cs.LG", "cs.AI", "cs.LG"),
    day=date(2019, 5, 9),
    mentions=("Good.", "Bad.", "Good."),
    keywords=("kites",),
    marks=Marks(read=True),
)


@st.composite
def announced(draw: st.DrawFn) -> Entry:
    entry = draw(st.one_of(entries(), st.just(FULL)))
    kinds = st.sampled_from([None, "new", "cross", "replace", "replace-cross"])
    return replace(entry, announce_type=draw(kinds), announced=draw(st.booleans()), version=draw(st.integers(1, 9)))


@given(announced())
def test_its_row_is_that_of_the_paper_that_merging_makes(entry: Entry) -> None:
    (prepared,) = ingest.prepare_entries([entry])
    placed = PlacedEntry(1, "Source", "/path", "Collection", 0, prepared.entry)
    paper = compose([placed]).paper
    lone = lone_paper(prepared, "Source")
    own = {"comment": own_comment(paper.comment, entry.comment if paper.abstract else None)}
    expected = paper_row(paper) | own | {"title_order": title_order(paper.title)}
    assert dict(zip(LONE_COLUMNS, lone.row, strict=True)) == expected
    assert lone.categories == paper.categories
    assert (lone.day, lone.section == "replaced") == (
        paper.day.isoformat() if paper.day else None,
        bool(paper.day and paper.replaced),
    )


@given(st.lists(announced(), max_size=3), st.booleans())
def test_prepared_entries_come_through_a_pipe_as_they_were(drawn: list[Entry], marks_apart: bool) -> None:
    prepared = ingest.prepare_entries(drawn, marks_apart=marks_apart)
    assert unpack(pack(prepared)) == prepared


def _papers(library: Library) -> list[Paper]:
    return [replace(paper, versions=()) for paper in library.papers.find(Query())]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(announced(), max_size=4), min_size=1, max_size=4), st.integers(0, 3))
def test_a_library_is_the_same_however_its_papers_were_stored(digests: list[list[Entry]], forgotten: int) -> None:
    """Whatever comes in which order, and comes again after some was removed."""
    outcomes = []
    for merges_all in (False, True):
        with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
            if merges_all:
                patch.setattr("feedreader.library.added_entries.lone", lambda entries, _: [False] * len(entries))
            with closing(new_library(folder)) as library:
                results = []
                for round_ in range(2):
                    for number, drawn in enumerate(digests):
                        digest = Digest(format="test", title=f"D{number}", entries=tuple(drawn))
                        results.append(ingest.import_digest(library, digest, name=f"d{number}", path=f"/d{number}"))
                    if round_ == 0:
                        removal.forget_papers(library, [paper.id for paper in _papers(library)[:forgotten]])
                outcomes.append((_papers(library), library.papers.counts(), results))
                assert faults_of(library.path, indexed=True) == []
    assert outcomes[0] == outcomes[1]
