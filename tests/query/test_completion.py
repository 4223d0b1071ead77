"""What may be meant by what is being typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.errors import QueryError
from feedreader.query.completion import Vocabulary, complete
from feedreader.query.language import parse_query

KNOWN: Vocabulary = {
    "cat": {
        "cs.LG": "Machine Learning",
        "cs.CL": "Computation and Language",
        "stat.ML": "Machine Learning",
        "cs": "All",
    },
    "source": dict.fromkeys(("001_iclr.txt", "Deep talks (2019)", 'the "best"'), ""),
    "tag": dict.fromkeys(("to read", "thesis"), ""),
}


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("t", ["title:", "tag:", "top:"]),
        ("deep ti", ["title:"]),
        ("(au", ["author:"]),
        ("-au", ["author:"]),
        ("a or abs", ["abstract:"]),
        ("unr", ["is:unread"]),
        ("pdf", ["has:pdf"]),
        ("", []),
        ("deep ", []),
        ("deep", []),
        ("is:u", ["is:unread"]),
        ("is:unread", []),
        ("IS:Sh", ["is:shortlisted"]),
        ("has:t", ["has:tag", "has:tldr"]),
        ("sort:", [f"sort:{order}" for order in ("day", "interest", "category", "kept", "title", "rank")]),
        ("day:t", ["day:today"]),
        ("since:v", ["since:visit"]),
        ("cat:cs.", ["cat:cs.LG", "cat:cs.CL"]),
        ("cat:CS.l", ["cat:cs.LG"]),
        ("cat:mach", ["cat:cs.LG", "cat:stat.ML"]),
        ("source:talk", ['source:"Deep talks (2019)"']),
        ('source:"Deep ta', ['source:"Deep talks (2019)"']),
        ("source:best", ["source:'the \"best\"'"]),
        ("tag:t", ['tag:"to read"', "tag:thesis"]),
        ("author:x", []),
        ("colour:r", []),
        ('"a phrase t', []),
    ],
)
def test_candidates(text: str, candidates: list[str]) -> None:
    completion = complete(text, len(text), KNOWN)
    assert [candidate.text for candidate in completion.candidates] == candidates if completion else candidates == []


def test_the_word_before_the_cursor_is_meant() -> None:
    completion = complete("deep cat:cs.l -is:read", len("deep cat:cs.l"), KNOWN)
    assert completion is not None
    assert (completion.start, completion.end, completion.candidates[0].detail) == (5, 13, "Machine Learning")


@given(st.text(alphabet="isunread:cat.day \"(-'é", max_size=20), st.integers(0, 20))
def test_what_is_completed_is_understood(text: str, cursor: int) -> None:
    completion = complete(text, min(cursor, len(text)), KNOWN)
    for candidate in completion.candidates if completion else ():
        if not candidate.text.endswith(":"):
            assert len(parse_query(candidate.text).terms) <= 1
        else:
            with pytest.raises(QueryError):
                parse_query(candidate.text)
