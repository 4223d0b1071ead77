"""Regular expressions over the whole library."""

from __future__ import annotations

from datetime import date

import pytest

from feedreader.errors import QueryError
from feedreader.library import Library
from feedreader.library.search import regex_search
from feedreader.model import Digest, Entry
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
