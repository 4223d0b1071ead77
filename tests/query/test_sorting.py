"""The order of what is shown, as a word of the query."""

from __future__ import annotations

import pytest

from feedreader.query.sorting import next_order


@pytest.mark.parametrize(
    ("query", "following"),
    [
        ("", "sort:kept"),
        ("is:shortlisted", "is:shortlisted sort:kept"),
        ("is:shortlisted sort:kept", "is:shortlisted sort:title"),
        ("is:shortlisted sort:title", "is:shortlisted"),
        ("sort:kept is:shortlisted", "is:shortlisted sort:title"),
        ("sort:rank words", "words"),
        ("'a sort:title b' don't", "'a sort:title b' don't sort:kept"),
        ('"a sort:title b"  (x  or y) sort:day', '"a sort:title b"  (x  or y) sort:kept'),
    ],
)
def test_the_next_order_changes_nothing_else(query: str, following: str) -> None:
    assert next_order(query)[0] == following


def test_three_times_on_is_where_one_was() -> None:
    query = "is:shortlisted cat:cs.LG"
    messages = []
    for _ in range(3):
        query, words = next_order(query)
        messages.append(words)
    assert query == "is:shortlisted cat:cs.LG"
    assert messages == ["Sorted by when kept.", "Sorted by title.", "Sorted by day."]
