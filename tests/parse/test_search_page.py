"""The layout of search results, as it comes."""

from __future__ import annotations

import re
import textwrap
import time
from pathlib import Path

import pytest
from hypothesis import given

from feedreader.model import Entry
from feedreader.parse.formats import search_page
from feedreader.parse.formats.search_page import matches, parse
from feedreader.text.cleaning import decode
from tests.parse.covering import edited, uncovered

SAMPLE = (Path(__file__).parents[2] / "sample_feeds" / "search-page.txt").read_text("utf-8")

FIRST = "We show that pebbles sort themselves on a beach. The proof needs nothing but patience, and some water."
SECOND = "Kites are studied in wind tunnels. A kite of half the size flies twice as high, which theory did not expect."
THIRD = "This paper counts the words for snow in twelve languages. The results differ less than legend has it."

HEAD = """Search BEACH 2019

Searching 1,449 papers can be painful. This page helps.

How about: pebbles, kites ..?

"wind and waves" has 3 results

"""
BODY = f"""
ON THE SORTING OF PEBBLES: A STUDY\xa0 \xa0

tl;dr Waves sort pebbles, large ones first, whoever looks on, and they do it for nothing at all

{FIRST}


A Theory of Kites \xa0

No tl;dr =[

{SECOND}


Words for Snow

tl;dr https://snow.example/

{THIRD}
"""
PAGE = HEAD + BODY


def facts(entry: Entry) -> tuple[object, ...]:
    return (entry.title, entry.tldr, entry.abstract)


TLDR = "Waves sort pebbles, large ones first, whoever looks on, and they do it for nothing at all"
PEBBLES = ("ON THE SORTING OF PEBBLES: A STUDY", TLDR, FIRST)
KITES = ("A Theory of Kites", None, SECOND)
SNOW = ("Words for Snow", "https://snow.example/", THIRD)


def expect(text: str, *entries: tuple[object, ...]) -> None:
    assert matches(text)
    digest = parse(text)
    assert [facts(entry) for entry in digest.entries] == list(entries or (PEBBLES, KITES, SNOW))
    assert digest.problems == ()


def test_the_layout() -> None:
    expect(PAGE)
    digest = parse(PAGE)
    assert (digest.format, digest.title) == (search_page.NAME, "Search BEACH 2019")
    assert [entry.line for entry in digest.entries] == [10, 17, 24]
    assert not any(entry.day or entry.authors for entry in digest.entries)


@pytest.mark.parametrize("width", [40, 60, 72, 79])
def test_all_may_be_hard_wrapped(width: int) -> None:
    expect("\n".join(part for line in PAGE.split("\n") for part in (textwrap.wrap(line, width) or [""])))


@pytest.mark.parametrize(
    "text",
    [
        re.sub(r"\n\n+", "\n\n", PAGE),
        PAGE.replace("\n\n", "\n\n\n"),
        re.sub(r"\s*\n\n(?=(?:No )?tl;dr)", "\n", PAGE),
        PAGE.replace("\ntl;dr", "\nTL;DR:").replace("No tl;dr =[", "No TL;DR"),
        PAGE.replace("\ntl;dr", "\n**TL;DR** –").replace("No tl;dr =[", "no tl;dr :("),
        PAGE.replace('"wind and waves" has 3 results', "Found 3 results"),
        PAGE.replace('"wind and waves" has 3 results', "3 papers"),
        PAGE.replace('"wind and waves" has 3 results', '3 results for "wind and waves":'),
        PAGE.replace('"wind and waves" has 3 results\n', ""),
    ],
)  # fmt: skip
def test_small_differences_change_nothing(text: str) -> None:
    expect(text)


def test_no_blank_line_below_the_tldrs() -> None:
    text = re.sub(r"((?:^|\n)(?:No )?tl;dr.*)\n\n", r"\1\n", PAGE)
    assert [facts(entry) for entry in parse(text).entries] == [PEBBLES, KITES, SNOW]


def test_a_page_without_a_head_has_no_title() -> None:
    expect(BODY)
    assert parse(BODY).title is None


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ('"wind and waves" has 4 results', "4 results, but 3 were"),
        ('"wind and waves" has 1 result', "1 result, but 3 were"),
        ('"wind and waves" has 1,257 results', "1,257 results, but 3 were"),
        ("Showing 1-3 of 1.257 results for wind", "1,257 results, but 3 were"),
        ("No results", "0 results, but 3 were"),
    ],
)
def test_a_claim_that_differs_from_what_was_read_is_reported(claim: str, reason: str) -> None:
    digest = parse(PAGE.replace('"wind and waves" has 3 results', claim))
    assert len(digest.entries) == 3
    assert [problem.line for problem in digest.problems] == [7] and reason in digest.problems[0].reason


def test_one_result() -> None:
    text = PAGE[: PAGE.index("A Theory")].replace("3 results", "1 result")
    expect(text, PEBBLES)


def test_no_results() -> None:
    text = HEAD.replace("3 results", "0 results")
    assert matches(text)
    digest = parse(text)
    assert (digest.entries, digest.problems) == ((), ())


def test_an_abstract_may_have_several_paragraphs_or_be_missing() -> None:
    text = PAGE.replace(SECOND, f"{SECOND}\n\nThe strings were of cotton. We also tried silk, which lasts longer.")
    kites = (*KITES[:2], f"{SECOND} The strings were of cotton. We also tried silk, which lasts longer.")
    expect(text, PEBBLES, kites, SNOW)
    digest = parse(PAGE.replace(f"\n{SECOND}\n", ""))
    assert [facts(entry) for entry in digest.entries] == [PEBBLES, (*KITES[:2], None), SNOW]
    assert [problem.line for problem in digest.problems] == [17]


def test_authors_may_stand_under_the_titles() -> None:
    under = PAGE.replace("STUDY\xa0 \xa0", "STUDY\nAda Lovelace, Charles Babbage").replace(
        "Kites \xa0", "Kites\nLuigi Menabrea"
    )
    under = under.replace("Snow\n", "Snow\nMary Somerville\n")
    expect(under)
    assert [len(entry.authors) for entry in parse(under).entries] == [2, 1, 1]
    apart = under.replace("\nAda", "\n\nAda").replace("\nLuigi", "\n\nLuigi").replace("\nMary", "\n\nMary")
    expect(apart)
    assert [len(entry.authors) for entry in parse(apart).entries] == [2, 1, 1]


def test_a_page_that_is_cut_off() -> None:
    digest = parse(PAGE[: PAGE.index("tl;dr https")])
    assert [entry.title for entry in digest.entries] == [PEBBLES[0], KITES[0], SNOW[0]]
    assert [problem.line for problem in digest.problems] == [24]
    digest = parse(PAGE[: PAGE.index("tl;dr https") + 4])
    assert [facts(entry) for entry in digest.entries][2] == (SNOW[0], None, None)
    digest = parse(PAGE[: PAGE.index(" than legend")])
    assert len(digest.entries) == 3 and [problem.line for problem in digest.problems] == [24]


def test_a_foot_of_the_page_is_reported_and_no_paper() -> None:
    digest = parse(PAGE + "\n\nBack to the top of page\n")
    assert len(digest.entries) == 3 and len(digest.problems) == 1


def test_text_after_the_claim_is_reported() -> None:
    digest = parse(PAGE.replace("3 results\n", "3 results\n\nSort by date\n"))
    assert len(digest.entries) == 3 and [problem.line for problem in digest.problems] == [9]


def test_a_tldr_without_a_title_is_reported() -> None:
    digest = parse(PAGE.replace("A Theory of Kites \xa0\n", "").replace(FIRST, FIRST * 5))
    assert [entry.title for entry in digest.entries] == [PEBBLES[0], None, SNOW[0]]
    assert len(digest.problems) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A post of mine\n\nTL;DR: it did not work.\n\nI tried for long. Then I gave up.\n",
        "title: str | None = None\n\ntldr: str | None = None\n\ncomment: str | None = None\n",
        '{"tldr": "x"}',
        "<p>\nA title\n\ntl;dr x\n\nWe sort. It works.\n</p>",
        "We found 3 results in the literature. They agree with ours.\n",
        "May 23, 2019\nOn Pebbles\nAda Lovelace, Charles Babbage\n\nWe sort. It works.\n",
    ],
)
def test_what_is_no_search_page(text: str) -> None:
    assert not matches(text)
    parse(text)


def furniture(text: str) -> int:
    """The line before which the page's furniture stands."""
    entries = parse(text).entries
    return entries[0].line or 0 if entries else 10**9


@given(edited(SAMPLE))
def test_nothing_is_dropped_in_silence(text: str) -> None:
    first = furniture(text)
    reason = {line for line in ("no tl;dr =[", "tl;dr", "no tl;dr") for line in (line, line[:-1], line[:-2], line[:-3])}

    def known(number: int, line: str) -> bool:
        tldr = re.sub(r"(?i)\Atl;dr\s*", "", line)
        return number < first or line.lower().startswith("no tl") or line.lower() in reason or (
            tldr != line and any(tldr in (entry.tldr or "") for entry in parse(text).entries)
        ) or " has 8 results" in line  # fmt: skip

    matches(text)
    assert uncovered(text, parse(text), known) == []


def test_the_real_page(shared: Path) -> None:
    text, problems = decode(next((shared / "digests").glob("001_*")).read_bytes())
    digest = parse(text)
    assert matches(text) and problems == digest.problems == ()
    assert digest.title == "Search ICLR 2019"
    assert len(digest.entries) == 257 and sum(entry.tldr is not None for entry in digest.entries) == 201
    assert all(entry.title and len(entry.abstract or "") > 380 and not entry.day for entry in digest.entries)
    assert digest.entries[-1].title == "Instance-aware Image-to-Image Translation"
    assert len({entry.title for entry in digest.entries}) == 254


def test_the_real_page_is_read_fast(shared: Path) -> None:
    data = next((shared / "digests").glob("001_*")).read_bytes()
    best = min(_seconds(data) for _ in range(5))
    assert 257 / best > 1000  # five times as much, and more, on an idle machine


def _seconds(data: bytes) -> float:
    start = time.process_time()
    text, _ = decode(data)
    assert matches(text) and parse(text).entries
    return time.process_time() - start


@pytest.mark.parametrize("width", [72, 79])
def test_the_real_page_hard_wrapped(shared: Path, width: int) -> None:
    text = next((shared / "digests").glob("001_*")).read_text("utf-8")
    wrapped = "\n".join(part for line in text.split("\n") for part in (textwrap.wrap(line, width) or [""]))
    digest = parse(wrapped)
    assert matches(wrapped) and digest.problems == ()
    assert [entry.title for entry in digest.entries] == [entry.title for entry in parse(text).entries]
