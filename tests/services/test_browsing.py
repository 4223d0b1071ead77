"""Names to browse in a large library: counted by a process of its own, as a small one's are."""

from __future__ import annotations

import pytest

from feedreader.errors import LibraryError
from feedreader.library import Library
from feedreader.library.name_counts import NamesInFile
from feedreader.model import Digest, Entry
from feedreader.query.facets import LISTS, FacetList
from feedreader.services import browsing, ingest


@pytest.fixture
def filled(library: Library) -> Library:
    entries = [
        Entry(
            title=f"Paper {n}", authors=("Ada Lovelace", f"Author {n}"), categories=("cs.LG",), arxiv_id=f"1905.{n:05}"
        )
        for n in range(5)
    ]
    ingest.import_digest(library, Digest(format="x", entries=tuple(entries)), name="a.txt", path="/a.txt")
    library.marks.tag([library.papers.key_of("1905.00001")], add=["later"], label="x")
    return library


@pytest.mark.parametrize("facet", LISTS)
def test_a_process_counts_what_is_counted_here(filled: Library, facet: str, monkeypatch: pytest.MonkeyPatch) -> None:
    here = browsing.counted(filled, facet, lambda _: None, lambda: True)
    assert isinstance(here, FacetList)
    monkeypatch.setattr(browsing, "LARGE", 0)
    told: list[float] = []
    there = browsing.counted(filled, facet, told.append, lambda: True)
    assert isinstance(there, FacetList) and there.counts == here.counts and there.counts
    assert told and told == sorted(told)
    monkeypatch.setattr(browsing, "SHORT", 0)
    long = browsing.counted(filled, facet, told.append, lambda: True)
    assert isinstance(long, NamesInFile)
    assert [count[:3] for count in long.counts] == [count[:3] for count in here.counts]
    long.close()


def test_what_is_not_wanted_any_more_is_stopped(filled: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browsing, "LARGE", 0)
    assert browsing.counted(filled, "authors", lambda _: None, lambda: False) is None


def test_a_process_that_fails_says_so(filled: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browsing, "LARGE", 0)
    filled.path.rename(filled.path.with_name("elsewhere"))
    filled.path.mkdir()
    with pytest.raises(LibraryError, match="The authors cannot be counted"):
        browsing.counted(filled, "authors", lambda _: None, lambda: True)
