"""The layout of abstracts with arXiv ids and dates below, as it comes."""

from __future__ import annotations

import re
import textwrap
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given

from feedreader.model import Entry
from feedreader.parse.formats import arxiv_records
from feedreader.parse.formats.arxiv_records import matches, parse
from feedreader.parse.layout.dates import read_date
from feedreader.text.cleaning import decode
from tests.parse.covering import edited, uncovered

SAMPLE = (Path(__file__).parents[2] / "sample_feeds" / "arxiv-records.txt").read_text("utf-8")

FIRST = "We show that pebbles sort themselves on a beach. The proof needs nothing but patience, and some water."
SECOND = "Kites are studied in wind tunnels. A kite of half the size flies twice as high, which theory did not expect."
THIRD = "This paper counts the words for snow in twelve languages. The results differ less than legend has it."

PLAIN = f"""{FIRST}

17 pages, 3 figures; accepted to the beach

arXiv:1905.10001
Created: 2019-05-23

{SECOND}

arXiv:1905.10002
Created: 2019-05-22

{THIRD}

Code is available at https://snow.example/

arXiv:hep-th/9901001
Created: 1999-01-04
"""


def facts(entry: Entry) -> tuple[object, ...]:
    return (entry.arxiv_id, entry.day, entry.abstract, entry.comment)


PEBBLES = ("1905.10001", date(2019, 5, 23), FIRST, "17 pages, 3 figures; accepted to the beach")
KITES = ("1905.10002", date(2019, 5, 22), SECOND, None)
SNOW = ("hep-th/9901001", date(1999, 1, 4), THIRD, "Code is available at https://snow.example/")


def expect(text: str, *entries: tuple[object, ...]) -> None:
    assert matches(text)
    digest = parse(text)
    assert [facts(entry) for entry in digest.entries] == list(entries or (PEBBLES, KITES, SNOW))
    assert digest.problems == ()


def test_the_layout() -> None:
    expect(PLAIN)
    digest = parse(PLAIN)
    assert (digest.format, digest.title) == (arxiv_records.NAME, None)
    assert [entry.line for entry in digest.entries] == [1, 8, 13]
    assert not any(entry.title or entry.announced for entry in digest.entries)


@pytest.mark.parametrize("width", [40, 60, 79])
def test_all_may_be_hard_wrapped(width: int) -> None:
    expect("\n".join(part for line in PLAIN.split("\n") for part in (textwrap.wrap(line, width) or [""])))


@pytest.mark.parametrize(
    "text",
    [
        PLAIN.replace("\n\n", "\n\n\n"),
        PLAIN.replace("\nCreated", "\n\nCreated"),
        PLAIN.replace("\n\narXiv", "\narXiv"),
        re.sub(r"(Created.*)\n\n", r"\1\n", PLAIN),
        PLAIN.replace("\nCreated", "  Created"),
        re.sub(r"(arXiv:.*)\n(Created: .*)", r"\2\n\1", PLAIN),
        PLAIN.replace("Created", "Published"),
        re.sub(r"(Created: .*)", r"\1\nUpdated: 2021-01-01", PLAIN),
        re.sub(r"arXiv:(\S+)", r"https://arxiv.org/abs/\1", PLAIN),
        re.sub(r"arXiv:(\S+)", r"URL: http://arxiv.org/abs/\1", PLAIN),
        PLAIN.replace("\n17 pages", "\nComments: 17 pages"),
        re.sub(r"(Created: .*)", r"\1\n\n----------", PLAIN),
    ],
)
def test_small_differences_change_nothing(text: str) -> None:
    expect(text)


@pytest.mark.parametrize(
    "form", ["%d %B %Y", "%B %d, %Y", "%a, %d %b %Y", "%d.%m.%Y", "%d/%m/%Y", "%a, %d %b %Y 17:59:59 GMT"]
)
def test_dates_may_be_spelled_otherwise(form: str) -> None:
    def spelled(match: re.Match[str]) -> str:
        day = read_date(match[1])
        assert day is not None
        return "Created: " + day.strftime(form)

    expect(re.sub(r"Created: (.*)", spelled, PLAIN))


def test_versions_and_categories() -> None:
    text = PLAIN.replace("10001", "10001v3 [cs.LG]").replace(
        "10002", "10002\nSubjects: Beaches (cs.BE); Kites (stat.KI)\ndoi:10.1000/K"
    )
    expect(text)
    pebbles, kites, _ = parse(text).entries
    assert (pebbles.version, pebbles.categories) == (3, ("cs.LG",))
    assert (kites.version, kites.categories, kites.doi) == (None, ("cs.BE", "stat.KI"), "10.1000/k")


@pytest.mark.parametrize(
    "comment",
    [
        *("12 pages", "17 pages, 3 tables, 17 figures; accepted to ICML 2019", "Accepted at CVPR 2019", "9 figs"),
        *("Published in ICML 2019", "v2: typos corrected", "To appear in the Journal of Beaches", "PhD thesis"),
        *("Submitted to Interspeech 2019", "NeurIPS camera-ready", "Work in progress", "LaTeX, 14 pp"),
        *("Pretrained models and code are available at https://example.org/x", "Code: https://example.org/x"),
        *("This paper has been withdrawn by the author", "Talk at Oberwolfach"),
    ],
)
def test_comments_are_told_from_the_abstract(comment: str) -> None:
    expect(PLAIN.replace(PEBBLES[3], comment), (*PEBBLES[:3], comment), KITES, SNOW)


@pytest.mark.parametrize(
    "more",
    [
        "We also sort shells. They are harder, since they float, and the proof is longer.",
        "In the second part the tide is taken into account, and found to matter less than the wind.",
        "The main result is a bound on the number of waves, which improves on all that were known.",
    ],
)
def test_a_second_paragraph_stays_with_the_abstract(more: str) -> None:
    expect(PLAIN.replace(SECOND, f"{SECOND}\n\n{more}"), PEBBLES, (*KITES[:2], f"{SECOND} {more}", None), SNOW)
    both = PLAIN.replace(FIRST, f"{FIRST}\n\n{more}")
    expect(both, (*PEBBLES[:2], f"{FIRST} {more}", PEBBLES[3]), KITES, SNOW)


def test_an_id_without_a_date() -> None:
    digest = parse(PLAIN.replace("Created: 2019-05-22\n", ""))
    assert [facts(entry) for entry in digest.entries] == [PEBBLES, ("1905.10002", None, SECOND, None), SNOW]
    assert [problem.line for problem in digest.problems] == [10]
    bare = re.sub(r"Created:.*\n", "", PLAIN)
    assert matches(bare) and len(parse(bare).problems) == 3


def test_a_date_that_is_none() -> None:
    digest = parse(PLAIN.replace("2019-05-22", "2019-02-30"))
    assert digest.entries[1].day is None and [problem.line for problem in digest.problems] == [11]


def test_an_id_without_an_abstract() -> None:
    digest = parse(PLAIN.replace(f"{SECOND}\n\n", ""))
    assert [entry.arxiv_id for entry in digest.entries] == ["1905.10001", "1905.10002", "hep-th/9901001"]
    assert digest.entries[1].abstract is None and [problem.line for problem in digest.problems] == [8]


def test_a_file_that_is_cut_off() -> None:
    digest = parse(PLAIN[: PLAIN.index("Code")])
    assert [facts(entry) for entry in digest.entries][2] == (None, None, THIRD, None)
    assert [problem.line for problem in digest.problems] == [13]
    digest = parse(PLAIN[: PLAIN.index(" in twelve")])
    assert len(digest.entries) == 2 and [problem.line for problem in digest.problems] == [13]
    digest = parse(PLAIN[: PLAIN.index("9901001") + 3])
    assert digest.entries[2].arxiv_id is None and [problem.line for problem in digest.problems] == [17]


def test_a_title_above_the_first_record_is_the_digests() -> None:
    digest = parse("What I read of late\n\n" + PLAIN)
    assert digest.title == "What I read of late"
    assert [facts(entry) for entry in digest.entries] == [PEBBLES, KITES, SNOW] and not digest.problems


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"{FIRST}\n",
        "arXiv:1905.10001\nCreated: 2019-05-23\n",
        "Great paper, you must read it! I did, twice. It is about sorting, and so on.\n\narXiv:1905.10001\n",
        "\\\\\narXiv:1905.10001\nDate: Thu, 23 May 2019 00:00 GMT\n\nTitle: Pebbles\nAuthors: Ada\n\\\\\n  We sort\n",
        "<p>\n\nWe sort pebbles on the beach and elsewhere.\n\narXiv:1905.10001\nCreated: 2019-05-23\n",
        "May 23, 2019\nOn Pebbles\nAda Lovelace, Charles Babbage\narXiv:1905.10001\n\nWe sort. It works.\n",
    ],
)
def test_what_is_no_list_of_records(text: str) -> None:
    assert not matches(text)
    parse(text)


@given(edited(SAMPLE))
def test_nothing_is_dropped_in_silence(text: str) -> None:
    matches(text)
    assert uncovered(text, parse(text)) == []


def test_the_real_records(shared: Path) -> None:
    text, problems = decode(next((shared / "digests").glob("002_*")).read_bytes())
    digest = parse(text)
    assert matches(text) and problems == digest.problems == ()
    assert len(digest.entries) == 10 and sum(entry.comment is not None for entry in digest.entries) == 5
    assert all(entry.arxiv_id and entry.day and len(entry.abstract or "") > 800 for entry in digest.entries)
    by_id = {entry.arxiv_id: entry for entry in digest.entries}
    assert by_id["1905.02244"].day == date(2019, 5, 6) and by_id["1905.02244"].comment is None
    assert by_id["1905.03776"].comment == "17 pages, 3 tables, 17 figures; accepted to ICML 2019"
    assert by_id["1904.07392"].comment == "Accepted at CVPR 2019"


@pytest.mark.parametrize("width", [40, 60, 79])
def test_the_real_records_hard_wrapped(shared: Path, width: int) -> None:
    text = next((shared / "digests").glob("002_*")).read_text("utf-8")
    wrapped = "\n".join(part for line in text.split("\n") for part in (textwrap.wrap(line, width) or [""]))
    assert matches(wrapped)
    expected = [(entry.arxiv_id, entry.day, entry.comment) for entry in parse(text).entries]
    assert [(entry.arxiv_id, entry.day, entry.comment) for entry in parse(wrapped).entries] == expected


def test_the_beginning_of_a_mail_is_no_record() -> None:
    mail = (Path(__file__).parents[2] / "sample_feeds" / "arxiv-mail.txt").read_text("utf-8")
    start = mail.index("arXiv:1706.05587")
    assert [end for end in range(start, start + 40) if arxiv_records.matches(mail[:end])] == []
