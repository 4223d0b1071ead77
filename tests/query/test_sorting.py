"""The order of what is shown, as a word of the query."""

from __future__ import annotations

import pytest

from feedreader.query.language import parse_query
from feedreader.query.sorting import in_order, next_order


@pytest.mark.parametrize(
    ("query", "following"),
    [
        ("is:shortlisted sort:category", "is:shortlisted sort:kept"),
        ("is:shortlisted sort:interest", "is:shortlisted"),
        ("is:shortlisted sort:kept", "is:shortlisted sort:title"),
        ("is:shortlisted sort:title", "is:shortlisted"),
        ("sort:kept is:shortlisted", "is:shortlisted sort:title"),
        ("sort:rank words", "words"),
        ("sort:nonsense words", "words"),
        ("'a sort:title b' don't sort:category", "'a sort:title b' don't sort:kept"),
        ('"a sort:title b"  (x  or y) SORT:Kept', '"a sort:title b"  (x  or y) sort:title'),
        ("sort:day x", "x"),
    ],
)
def test_the_next_order_changes_nothing_else(query: str, following: str) -> None:
    assert next_order(query, "")[0] == following


@pytest.mark.parametrize("query", ["", "is:shortlisted cat:cs.LG"])
def test_five_times_on_is_where_one_was(query: str) -> None:
    steps = [(query, "", "")]
    for _ in range(5):
        steps.append(next_order(*steps[-1][:2]))
    del steps[0]
    assert [text.removeprefix(query).strip() for text, _, _ in steps] == ["", "", "sort:kept", "sort:title", ""]
    assert [order for _, order, _ in steps] == ["interest", "category", "category", "category", ""]
    assert [words.split()[2] for _, _, words in steps] == ["interest", "category", "when", "title.", "source"]
    assert steps[-1][0] == query


def test_a_query_says_its_order_itself_or_has_that_of_the_days() -> None:
    for text, day_order, order in [
        ("x", "category", "category"),
        ("", "category", "category"),
        ("x", "", ""),
        ("x sort:day", "category", ""),
        ("x sort:title", "category", "title"),
        ("x sort:category", "", "category"),
        ("'sort:day' x", "category", "category"),
    ]:
        assert in_order(parse_query(text), text, day_order).sort == order
    assert in_order(parse_query(""), "", "category").everything and not parse_query("sort:title").everything
