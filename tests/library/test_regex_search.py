"""Regular expressions over the whole library."""

from __future__ import annotations

from datetime import date

import pytest

from feedreader.errors import QueryError
from feedreader.library import Library
from feedreader.library.search import regex_search
from feedreader.model import Digest, Entry, Term
from feedreader.query.language import parse_query
from feedreader.services import ingest


def test_a_regular_expression_that_takes_for_ever_is_stopped(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regex_search, "MAX_SECONDS", 0.2)
    entry = Entry(title="a" * 60 + "!", abstract="An abstract that is long enough.", day=date(2019, 5, 9))
    ingest.import_digest(library, Digest(format="x", entries=(entry,)), name="a", path="/a")
    with pytest.raises(QueryError, match="stopped") as caught:
        library.papers.matches(parse_query("abstract long /(a+)+$/"))
    assert caught.value.position == len("abstract long ")
    assert library.papers.counts() == (1, 1, 0)


def test_texts_are_looked_through_piece_by_piece(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    answer = regex_search._answer
    monkeypatch.setattr(regex_search, "_PIECE", 400)

    def counted(texts: bytearray, term: Term) -> bytes:
        asked.append(len(texts))
        return answer(texts, term)

    monkeypatch.setattr(regex_search, "_answer", counted)
    entries = tuple(Entry(title=f"Odd ½ {n}" if n % 2 else f"Even {n}", abstract="word " * 20) for n in range(9))
    ingest.import_digest(library, Digest(format="x", entries=entries), name="a", path="/a")
    found = [key for _, keys in library.papers.matches(parse_query("/^odd .* [0-9]$/")) for key in keys]
    titles = [summary.title for summary in library.papers.summaries(found).values()]
    assert sorted(filter(None, titles)) == ["Odd ½ 1", "Odd ½ 3", "Odd ½ 5", "Odd ½ 7"]
    assert len(asked) > 2 and max(asked) < 700
