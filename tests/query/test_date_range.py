"""Days as a query names them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.query.date_range import bounds, normal

TODAY = date(2020, 3, 1)


@pytest.mark.parametrize(
    ("span", "first", "last"),
    [
        ("2019", "2019-01-01", "2019-12-31"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("2019-5-9", "2019-05-09", "2019-05-09"),
        ("today", "2020-03-01", "2020-03-01"),
        ("yesterday", "2020-02-29", "2020-02-29"),
        ("1d", "2020-03-01", None),
        ("7d", "2020-02-24", None),
        ("1w", "2020-02-24", None),
        ("2019..2020-02", "2019-01-01", "2020-02-29"),
        ("..2019-05", None, "2019-05-31"),
        ("2019-05..", "2019-05-01", None),
        ("yesterday..today", "2020-02-29", "2020-03-01"),
        ("30d..yesterday", "2020-02-01", "2020-02-29"),
        ("99999d", "1746-05-19", None),
    ],
)
def test_bounds(span: str, first: str | None, last: str | None) -> None:
    assert [day and day.isoformat() for day in bounds(span, TODAY)] == [first, last]


@pytest.mark.parametrize(
    "span", ["", "..", "19", "2019-13", "2019-02-29", "0000", "0d", "may", "2020..2019", "7d..x", "٢٠١٩"]
)
def test_no_days(span: str) -> None:
    with pytest.raises(ValueError):
        bounds(span, TODAY)


@given(st.text(alphabet="0123456789-.dwtoday…", max_size=24), st.dates())
def test_any_text_is_a_span_or_refused(text: str, today: date) -> None:
    try:
        first, last = bounds(normal(text), today)
    except ValueError:
        return
    assert first or last
