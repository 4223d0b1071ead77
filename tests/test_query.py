"""The query language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.errors import QueryError
from feedreader.model import Query, Term
from feedreader.view.query import FIELDS, format_query, parse_query


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", []),
        ("  ", []),
        ("deep learning", [Term("", "deep"), Term("", "learning")]),
        ('"deep learning" -slow', [Term("", "deep learning"), Term("", "slow", True)]),
        ("is:unread -is:shortlisted", [Term("is", "unread"), Term("is", "shortlisted", True)]),
        ("IS:Unread", [Term("is", "unread")]),
        ("day:2019-05-09", [Term("day", "2019-05-09")]),
        ("day:2019-05..2019-06-02", [Term("day", "2019-05..2019-06-02")]),
        ('author:"Le Cun" source:001_', [Term("author", "Le Cun"), Term("source", "001_")]),
        ("semi-supervised", [Term("", "semi-supervised")]),
        ("id:arXiv:1905.02244v2", [Term("id", "1905.02244")]),
        ("f(x) [MASK]", [Term("", "f(x)"), Term("", "[MASK]")]),
        ("\\Lambda", [Term("", "\\Lambda")]),
    ],
)
def test_what_is_understood(text: str, terms: list[Term]) -> None:
    assert parse_query(text) == Query(tuple(terms))


@pytest.mark.parametrize(
    ("text", "position", "says"),
    [
        ("is:unraed", 3, "is:unread"),
        ("one is:", 7, "wants a value"),
        ("colour:red", 0, "no field"),
        ("x autor:lee", 2, "author:"),
        ("day:May", 4, "2019-05-09"),
        ("day:2019-13", 4, "no day"),
        ("day:2019-05-32", 4, "no day"),
        ('one "two', 4, "not closed"),
        ("one - two", 4, "after “-”"),
        ('""', 0, "empty"),
    ],
)
def test_a_mistake_is_named_at_its_place(text: str, position: int, says: str) -> None:
    with pytest.raises(QueryError, match=None) as caught:
        parse_query(text)
    assert caught.value.position == position
    assert says in str(caught.value)


@given(st.text(alphabet="ab-:\"'\\[] .isdayunread2019", max_size=30) | st.text(max_size=30))
def test_any_text_is_a_query_or_a_mistake_within_it(text: str) -> None:
    try:
        query = parse_query(text)
    except QueryError as error:
        assert 0 <= error.position <= len(text)
    else:
        assert parse_query(format_query(query)) == query


def test_every_field_has_an_example() -> None:
    for field in FIELDS:
        with pytest.raises(QueryError) as caught:
            parse_query(f"{field}:")
        assert caught.value.remedy
