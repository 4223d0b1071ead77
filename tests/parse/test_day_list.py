"""The layout of days, titles, authors and abstracts, as it comes."""

from __future__ import annotations

import textwrap
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given

from feedreader.model import Entry
from feedreader.parse.formats import day_list
from feedreader.parse.formats.day_list import matches, parse
from feedreader.text.cleaning import decode
from tests.parse.covering import edited, uncovered

SAMPLE = (Path(__file__).parents[2] / "sample_feeds" / "day-list.txt").read_text("utf-8")

FIRST = "We show that pebbles sort themselves on a beach. The proof needs nothing but patience, and some water."
SECOND = "Kites are studied in wind tunnels. A kite of half the size flies twice as high, which theory did not expect."
THIRD = "This paper counts the words for snow in twelve languages. The results differ less than legend has it."

PLAIN = f"""May 23, 2019
On the Sorting of Pebbles
Ada Lovelace, Charles Babbage

{FIRST}

A Theory of Kites: the Small Ones
Luigi Menabrea

{SECOND}

May 22, 2019
Words for Snow
Mary Somerville, John Herschel and William Whewell

{THIRD}
"""


def facts(entry: Entry) -> tuple[object, ...]:
    return (entry.day, entry.title, entry.authors, entry.abstract)


PEBBLES = (date(2019, 5, 23), "On the Sorting of Pebbles", ("Ada Lovelace", "Charles Babbage"), FIRST)
KITES = (date(2019, 5, 23), "A Theory of Kites: the Small Ones", ("Luigi Menabrea",), SECOND)
SNOW = (date(2019, 5, 22), "Words for Snow", ("Mary Somerville", "John Herschel", "William Whewell"), THIRD)


def expect(text: str, *entries: tuple[object, ...]) -> None:
    """The text is a day-list, holds just these entries, and no problem is met."""
    assert matches(text)
    digest = parse(text)
    assert [facts(entry) for entry in digest.entries] == list(entries or (PEBBLES, KITES, SNOW))
    assert digest.problems == ()


def test_the_layout() -> None:
    expect(PLAIN)
    digest = parse(PLAIN)
    assert (digest.format, digest.title) == ("day-list", None)
    assert [entry.line for entry in digest.entries] == [2, 7, 13]
    assert not any(entry.announced for entry in digest.entries)


@pytest.mark.parametrize(
    "form",
    [
        *("%d %B %Y", "%Y-%m-%d", "%A, %B %d, %Y", "%a, %d %b %Y", "## %d %B %Y", "=== %B %d, %Y ===", "%d.%m.%Y"),
        *("%Y/%m/%d", "%Y%m%d", "%m/%d/%Y", "%d/%m/%Y", "%d-%b-%Y", "%a, %d %b %Y 00:00:00 GMT", "**%B %d, %Y**"),
        *("%B %d, %Y:", "Showing new listings for %A, %d %B %Y", "%d %b %Y\n===========", "%B %d, %Y\n", "• %d %b %Y"),
    ],
)
def test_dates_may_be_spelled_otherwise(form: str) -> None:
    text = PLAIN
    for day in (date(2019, 5, 23), date(2019, 5, 22)):
        text = text.replace(day.strftime("%B %d, %Y"), day.strftime(form))
    expect(text)


@pytest.mark.parametrize("width", [40, 50, 60, 72, 79, 100])
def test_all_may_be_hard_wrapped(width: int) -> None:
    expect("\n".join(part for line in PLAIN.split("\n") for part in (textwrap.wrap(line, width) or [""])))


def test_a_line_that_ends_in_a_hyphen_joins_without_a_blank() -> None:
    text = "May 1, 2019\nOn Semi-\nSupervised Sorting\nAda Lovelace, Jean-\nPierre Serre\n\n"
    expect(
        text + "We sort with self-\ntaught machines. It works.\n",
        (
            date(2019, 5, 1),
            "On Semi-Supervised Sorting",
            ("Ada Lovelace", "Jean-Pierre Serre"),
            "We sort with self-taught machines. It works.",
        ),
    )


@pytest.mark.parametrize(
    "text",
    [
        PLAIN.replace("\n\n", "\n\n\n"),
        PLAIN.replace("\n\n", "\n \t\n"),
        "\n".join(f"  {line}\xa0\xa0" for line in PLAIN.split("\n")),
        PLAIN.replace("2019\n", "2019\n\n"),
        PLAIN.replace("\n\nMay", "\n\n-----\nMay"),
        PLAIN.replace("Pebbles\n", "Pebbles\n\n").replace("Ones\n", "Ones\n\n").replace("Snow\n", "Snow\n\n"),
        PLAIN.replace("\n\nWe", "\n\nAbstract\n\nWe").replace("\n\nKites", "\n\nAbstract: Kites"),
        PLAIN.replace("\nAda", "\nAuthors: Ada").replace("\nLuigi", "\nby Luigi"),
        PLAIN.replace("\nOn", "\nTitle: On").replace("\nAda", "\nAuthors: Ada"),
        PLAIN.replace("\n\nWords", "\nWords").rstrip("\n"),
        PLAIN.replace("Ada Lovelace, Charles", "Ada Lovelace,\nCharles"),
        PLAIN.replace("Ada Lovelace, Charles", "Ada Lovelace (London), Charles"),
        PLAIN.replace("water.\n\n", "water.\n\nMay 23, 2019\n"),
    ],
)  # fmt: skip
def test_small_differences_change_nothing(text: str) -> None:
    expect(text)


def test_an_authors_line_may_be_missing() -> None:
    text = PLAIN.replace("Ada Lovelace, Charles Babbage\n", "")
    expect(text, (*PEBBLES[:2], (), FIRST), KITES, SNOW)
    bare = "\n".join(line for line in text.split("\n") if not line.startswith(("Luigi", "Mary")))
    expect(bare, (*PEBBLES[:2], (), FIRST), (*KITES[:2], (), SECOND), (*SNOW[:2], (), THIRD))


def test_a_wrapped_title_without_authors_keeps_its_second_line() -> None:
    title = "A Comparison of the Sorting of Pebbles by Waves and by Children in\nNorthern Harbours"
    digest = parse(f"May 23, 2019\n{title}\n\n" + "\n".join(textwrap.wrap(FIRST * 3, 68)) + "\n")
    assert [(entry.title, entry.authors) for entry in digest.entries] == [(title.replace("\n", " "), ())]


def test_an_abstract_may_have_several_paragraphs() -> None:
    text = PLAIN.replace(
        SECOND, f"{SECOND}\n\nThe strings were of cotton. We also tried silk.\n\n(i) silk lasts longer;"
    )
    kites = (*KITES[:3], f"{SECOND} The strings were of cotton. We also tried silk. (i) silk lasts longer;")
    expect(text, PEBBLES, kites, SNOW)


def test_facts_within_an_entry_go_into_its_fields() -> None:
    text = PLAIN.replace(
        "Babbage\n", "Babbage\narXiv:1905.02244v2 [cs.LG]\nComments: 12 pages, to appear\nCategories: stat.ML\n"
    ).replace(
        SECOND, f"{SECOND}\n\nhttps://arxiv.org/abs/1905.03776\nhttps://doi.org/10.1000/KITE\nhttps://kites.example/"
    )
    expect(text)
    pebbles, kites, snow = parse(text).entries
    assert (pebbles.arxiv_id, pebbles.version, pebbles.comment) == ("1905.02244", 2, "12 pages, to appear")
    assert pebbles.categories == ("cs.LG", "stat.ML")
    assert (kites.arxiv_id, kites.doi, kites.url) == ("1905.03776", "10.1000/kite", "https://kites.example/")
    assert (snow.arxiv_id, snow.url) == (None, None)


def test_ids_above_the_titles_belong_to_the_titles() -> None:
    text = PLAIN
    for number, title in enumerate(("On the", "A Theory", "Words")):
        text = text.replace(f"\n{title}", f"\narXiv:1905.1000{number}\n\n{title}")
    expect(text)
    assert [entry.arxiv_id for entry in parse(text).entries] == ["1905.10000", "1905.10001", "1905.10002"]


def test_the_first_line_may_be_the_title_of_the_digest() -> None:
    digest = parse("My morning papers\n\n" + PLAIN)
    assert digest.title == "My morning papers" and len(digest.entries) == 3 and not digest.problems


def test_other_text_before_the_first_date_is_reported() -> None:
    digest = parse("My morning papers\nfor everyone\n\nHello! Here is what I read.\n\n" + PLAIN)
    assert digest.title == "My morning papers" and len(digest.entries) == 3
    assert [problem.line for problem in digest.problems] == [2, 4]


def test_papers_before_the_first_date_have_no_day() -> None:
    digest = parse(PLAIN.removeprefix("May 23, 2019\n"))
    assert [entry.day for entry in digest.entries] == [None, None, date(2019, 5, 22)]
    assert [problem.line for problem in digest.problems] == [1]


def test_an_entry_without_an_abstract_is_kept_and_reported() -> None:
    digest = parse(PLAIN.replace(f"{FIRST}\n\n", "").replace(f"\n{SECOND}\n", ""))
    assert [(entry.title, entry.abstract) for entry in digest.entries] == [
        (PEBBLES[1], None),
        (KITES[1], None),
        (SNOW[1], THIRD),
    ]
    assert [problem.line for problem in digest.problems] == [2, 5]


@pytest.mark.parametrize(
    "end", ["A New Title of Note\nMary Somerville\n", "A New Title of Note", "A New Title of Note\nMary Somer"]
)
def test_a_file_cut_off_after_a_title(end: str) -> None:
    digest = parse(f"{PLAIN}\n{end}")
    assert [entry.title for entry in digest.entries][3:] == ["A New Title of Note"]
    assert digest.entries[-1].abstract is None
    assert [problem.line for problem in digest.problems] == [18] and "ends" in digest.problems[0].reason


def test_a_file_cut_off_within_an_abstract_or_after_a_date() -> None:
    digest = parse(PLAIN[: PLAIN.index(" than legend")])
    assert len(digest.entries) == 3 and [problem.line for problem in digest.problems] == [13]
    digest = parse(PLAIN + "\nMay 21, 2019\n")
    assert len(digest.entries) == 3 and [problem.line for problem in digest.problems] == [18]


def test_a_date_that_leaves_the_day_open_does_not_lend_the_day_before() -> None:
    digest = parse(PLAIN.replace("May 22, 2019", "Feb 30, 2019"))
    assert [entry.day for entry in digest.entries] == [date(2019, 5, 23), date(2019, 5, 23), None]
    assert [problem.line for problem in digest.problems] == [12]


def test_stray_text_is_reported_and_not_made_a_paper() -> None:
    digest = parse(PLAIN.replace("May 22, 2019", "Nothing more today\n\nMay 22, 2019"))
    assert len(digest.entries) == 3 and [problem.line for problem in digest.problems] == [12]


def test_days_that_are_named_in_an_abstract_are_no_headings() -> None:
    text = PLAIN.replace(
        FIRST, "We watched the beach for a year, that is until\nMay 23, 2019.\nThen the tide came in and took it all."
    )
    assert [entry.day for entry in parse(text).entries] == [date(2019, 5, 23), date(2019, 5, 23), date(2019, 5, 22)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "May 23, 2019\n",
        "23 May 2019\nWent to the lab. Did stuff.\n\n24 May 2019\nSlept late. Then I wrote to my mother.\n",
        "23 May 2019\n\nI went to the sea today, and it was cold. We ate fish. My brother says it was cod.\n",
        "A day at sea\n23 May 2019\nOn deck\n\nI woke up early today. My brother was already out, and we fished.\n",
        "May 23, 2019\nMinutes of the meeting\n\nAttendees: all of us. We agreed to write more papers.\n",
        "# Changelog\n\n## [1.2] - 2019-05-23\n### Fixed\n- A bug in the parser, which did not parse.\n",
        "2019-05-23\n\n* Fixed the parser\n* Added a method\n\n2019-05-22\n\n* Started\n",
        "2019-05-23 12:00:01 INFO started\n2019-05-23 12:00:02 INFO stopped\n",
        "Title,Date\nOn Pebbles,2019-05-23\n",
        "News\n\nMay 23, 2019\n\nDear reader, we met many papers and methods. Here they are.\n\nSee you next week!\n",
        "May 23, 2019\n\n| Title | Authors |\n|---|---|\n| On Pebbles | Ada |\n",
        "## 2019-05-23\n\n- [On Pebbles](https://example.org) by Ada Lovelace\n- [On Kites](https://example.org)\n",
        '{"date": "2019-05-23", "title": "On Pebbles"}\n',
        "<feed>\n2019-05-23\nTitle\nAda Lovelace\n\nText of it.\n</feed>\n",
        "\\\\\narXiv:1905.00001\nDate: Thu, 23 May 2019 00:00:00 GMT\n\nTitle: On Pebbles\nAuthors: Ada\n\\\\\n  We\n",
        f"{FIRST}\n\narXiv:1905.02244\nCreated: 2019-05-23\n",
    ],
)  # fmt: skip
def test_what_is_no_day_list(text: str) -> None:
    assert not matches(text)
    parse(text)


@given(edited(SAMPLE))
def test_nothing_is_dropped_in_silence(text: str) -> None:
    assert uncovered(text, parse(text)) == []


@given(edited("\n".join(part for line in SAMPLE.split("\n") for part in (textwrap.wrap(line, 64) or [""]))))
def test_nor_where_it_is_hard_wrapped(text: str) -> None:
    matches(text)
    assert uncovered(text, parse(text)) == []


def test_the_real_digest(shared: Path) -> None:
    text, problems = decode(next((shared / "digests").glob("000_*")).read_bytes())
    digest = parse(text)
    assert matches(text) and problems == digest.problems == ()
    assert (len(digest.entries), len({entry.day for entry in digest.entries})) == (25, 12)
    days = [entry.day for entry in digest.entries if entry.day]
    assert (min(days), max(days), len(days)) == (date(2019, 5, 6), date(2019, 5, 23), 25)
    assert all(entry.title and entry.authors and len(entry.abstract or "") > 600 for entry in digest.entries)
    by_title = {entry.title: entry for entry in digest.entries}
    assert by_title["Bayesian Item Response Modelling in R with brms and Stan"].authors == ("Paul-Christian Bürkner",)
    assert len(by_title["Machine Learning at Microsoft with ML.NET"].authors) == 33
    assert by_title["Searching for MobileNetV3"].authors[-2:] == ("Quoc V. Le", "Hartwig Adam")
    assert r"S$^\mathbf{4}$L: Self-Supervised Semi-Supervised Learning" in by_title


@pytest.mark.parametrize("width", [60, 79])
def test_the_real_digest_hard_wrapped(shared: Path, width: int) -> None:
    text = next((shared / "digests").glob("000_*")).read_text("utf-8")
    wrapped = "\n".join(part for line in text.split("\n") for part in (textwrap.wrap(line, width) or [""]))
    assert matches(wrapped)
    assert [facts(entry)[:3] for entry in parse(wrapped).entries] == [facts(entry)[:3] for entry in parse(text).entries]


def test_hostile_titles(shared: Path) -> None:
    text, problems = decode((shared / "data" / "nasty" / "escapes_digest.SYNTHETIC.txt").read_bytes())
    digest = parse(text)
    assert matches(text) and len(problems) == 1 and digest.problems == ()
    assert len(digest.entries) == 14 and all(len(entry.authors) == 2 and entry.abstract for entry in digest.entries)
    assert [entry.title for entry in digest.entries][:4] == ["Red title", "Cleared", "Title", "click"]


def test_latin_1(shared: Path) -> None:
    text, problems = decode((shared / "data" / "nasty" / "digest_latin1.SYNTHETIC.txt").read_bytes())
    assert matches(text) and len(problems) == 1
    assert [(entry.title, entry.authors, entry.day) for entry in parse(text).entries] == [
        ("Über die Erkennung von Gesichtern", ("Paul-Christian Bürkner", "Jörn-Henrik Jacobsen"), date(2019, 12, 6))
    ]


def test_the_name_is_the_registered_one() -> None:
    assert parse("").format == day_list.NAME == "day-list"
