"""Lines that are dates."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.parse.layout.dates import is_unreadable_date, moment_of, plain_moment, read_date, slash_order

DAY = date(2019, 5, 23)


@pytest.mark.parametrize(
    "text",
    [
        *("May 23, 2019", "23 May 2019", "Thursday, May 23, 2019", "Thu, 23 May 2019", "Thursday 23 May 2019"),
        *("2019-05-23", "2019/05/23", "2019.05.23", "20190523", "23.05.2019", "23. 5. 2019", "23. May 2019"),
        *("May 23rd 2019", "May 23rd, 2019", "23rd of May, 2019", "MAY 23, 2019", "may 23 2019", "May 23,2019"),
        *("23-May-2019", "2019 May 23", "May 23 2019:", "## 23 May 2019", "=== May 23, 2019 ===", "--- 2019-05-23 ---"),
        *(
            "**May 23, 2019**",
            "[May 23, 2019]",
            "(23 May 2019)",
            "• May 23, 2019",
            "📅 May 23, 2019",
            "2019-05-23 (Thu)",
        ),
        *("Thu, 23 May 2019 00:00:00 GMT", "Thu, 23 May 2019 13:45:01 +0000", "2019-05-23T00:00:00Z", "Thu, 23 May 19"),
        *("Showing new listings for Thursday, 23 May 2019", "May 23, 2019 (2 papers)", "23/05/2019", "05/23/2019"),
        *("New submissions for Thu, 23 May 2019 (showing 25 of 25 entries)", "2019年5月23日", "  May\xa023, 2019  "),
    ],
)
def test_dates(text: str) -> None:
    assert read_date(text) == DAY


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("December 06, 2019", date(2019, 12, 6)),
        ("Sept. 3, 2019", date(2019, 9, 3)),
        ("3 sep 2019", date(2019, 9, 3)),
        ("29 February 2020", date(2020, 2, 29)),
        ("05/05/2019", date(2019, 5, 5)),
        ("Fri, 3 May 96 10:00:00 GMT", date(1996, 5, 3)),
        ("20190523T101500Z", DAY),
        ("20190523T1015+0200", DAY),
        ("Do, 23 Mai 2019 10:00:00 +0200", DAY),
        ("Donnerstag, 23. Mai 2019 um 10:15", DAY),
        ("Sa, 02 Mär 2024 10:00:00 GMT", date(2024, 3, 2)),
        ("Fr, 01 Mrz 2024", date(2024, 3, 1)),
        ("Di, 24 Dez 2024 10:00:00 +0100", date(2024, 12, 24)),
        ("jeu., 23 mai 2019 10:00:00 +0200", DAY),
        ("mar. 05 déc. 2023 10:00:00 GMT", date(2023, 12, 5)),
        ("le 1er août 2024 à 10h30", date(2024, 8, 1)),
        ("25 juin 2024", date(2024, 6, 25)),
        ("1 févr. 2024", date(2024, 2, 1)),
        ("jueves, 23 de mayo de 2019", DAY),
        ("15 ene. 2024", date(2024, 1, 15)),
        ("gio, 23 maggio 2019 10:00", DAY),
        ("8 ottobre 2024", date(2024, 10, 8)),
        ("quinta-feira, 23 de maio de 2019", DAY),
        ("do 23 mei 2019", DAY),
        ("den 23. maj 2019", DAY),
        ("lør, 02 mars 2024 10:00:00 +0100", date(2024, 3, 2)),
    ],
)
def test_other_days(text: str, expected: date) -> None:
    assert read_date(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "05/06/2019",
        "May 2019",
        "May 23",
        "Thursday, May 23",
        "Feb 30, 2019",
        "30 Feb 2019",
        "2019-13-01",
        "May 23 - 24, 2019",
    ],
)
def test_dates_that_leave_the_day_open(text: str) -> None:
    assert read_date(text) is None and is_unreadable_date(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "2019", "2019.12", "1.2.3", "20191301", "Monday", "May", "12:30", "1905.02244", "3.11.2"),
        *("## [1.2] - 2019-05-23", "Date: May 23, 2019", "Created: 2019-05-23", "23 May 2019 was a good day"),
        *("23 mai", "mai 2019", "23 mai 2019 war es", "Am 23. Mai 2019 begann es", "31 juin 2024"),
        *("In May 2019 we met", "Mayday 23, 2019", "hello 23 May 2019", "2019-05-23 12:00:01 INFO started", "x" * 200),
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert read_date(text) is None and not is_unreadable_date(text)


def test_the_order_of_day_and_month_can_be_told_by_the_document() -> None:
    assert slash_order(["23/05/2019", "05/06/2019"]) == "day first"
    assert slash_order(["05/23/2019", "words", "05/06/2019"]) == "month first"
    assert slash_order(["05/06/2019"]) is None
    assert slash_order(["23/05/2019", "05/23/2019"]) is None
    assert read_date("05/06/2019", "day first") == date(2019, 6, 5)
    assert read_date("05/06/2019", "month first") == date(2019, 5, 6)


@given(
    st.dates(date(1991, 1, 1), date(2099, 12, 31)),
    st.sampled_from(["%d %B %Y", "%b %d, %Y", "%Y-%m-%d", "%A, %B %d, %Y"]),
)
def test_every_day_is_read(day: date, form: str) -> None:
    assert read_date(day.strftime(form)) == day


@given(st.text(alphabet="0123456789/.-, MayJunThu:#()", max_size=90))
def test_nothing_that_looks_like_a_date_raises(text: str) -> None:
    assert read_date(text) is None or not is_unreadable_date(text)


@pytest.mark.parametrize(
    "text",
    [
        "Mon, 2 Apr 2007 19:18:42 GMT",
        "Mon, 02 Apr 2007 19:18:42 GMT",
        "Mon, 31 Feb 2007 19:18:42 GMT",
        "Mon, 2 Apr 2007 19:18:60 GMT",
        "Mon, 2 Apr 2007 25:18:42 GMT",
        "Mon, 2 Apr 2007 19:18:42 +0100",
        "Mon, 2 Xyz 2007 19:18:42 GMT",
        "Mon, 2 Apr 0000 19:18:42 GMT",
        "2007-04-02",
    ],
)
def test_a_moment_in_the_usual_form_is_read_as_any_other(text: str) -> None:
    if moment := plain_moment(text):
        assert moment == moment_of(text) and moment.date() == read_date(text)
    else:
        assert text[5:10] != "2 Apr" or "0000" in text or moment_of(text) is None or "+" in text
