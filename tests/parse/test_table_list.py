"""Papers as separated values: columns, quotation marks, rows that fell out of line; and what is no such table."""

from __future__ import annotations

import csv
import io
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.model import Digest, Entry, Journal
from feedreader.parse.formats import table_list
from feedreader.parse.layout import columns
from feedreader.text.cleaning import decode
from tests.parse.listings import DATA, SAMPLES, assert_safe, check_sample, claimed_elsewhere, needs_shared, read

ADAM = "https://arxiv.org/abs/1412.6980"


def parse(*lines: str) -> Digest:
    return table_list.parse("\n".join(lines))


def entry_of(*lines: str) -> Entry:
    (entry,) = parse(*lines).entries
    return entry


def reasons(digest: Digest) -> list[tuple[int | None, str]]:
    return [(problem.line, problem.reason) for problem in digest.problems]


def test_the_sample_and_its_twin() -> None:
    check_sample(table_list, "table-list.csv")


# ── columns ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("Title", "title"),
        ("**Paper Title**", "title"),
        ("标题", "title"),
        ("author_names", "authors"),
        ("Author(s)", "authors"),
        ("Abstract Note", "abstract"),
        ("TL;DR", "tldr"),
        ("publish-date", "date"),
        ("Last Updated", "updated"),
        ("pdf_link", "link"),
        ("DOI", "link"),
        ("arXiv ID", "id"),
        ("Key Words", "more"),
        ("primary_category", "categories"),
        ("rating", None),
        ("", None),
        ("title" * 30, None),
    ],
)
def test_what_a_column_holds(name: str, role: str | None) -> None:
    assert columns.role(name) == role


@pytest.mark.parametrize(
    ("cells", "journal"),
    [
        ("Annals of Kites,12,3,45-50,2024", Journal("Annals of Kites", "12", "3", "45-50", 2024)),
        ('"Kites 76, 013009 (2007)",,,n/a,', Journal("Kites", "76", None, "013009", 2007)),
        ("Annals of Kites,,,,to appear", Journal("Annals of Kites")),
        (",12,3,45-50,2024", None),
    ],
)
def test_a_journal_and_the_columns_that_say_where_in_it(cells: str, journal: Journal | None) -> None:
    digest = parse("title,authors,Journal,volume,issue,Pages,year,abstract", f"On Kites,A. Berg,{cells},We fly.")
    assert [entry.journal for entry in digest.entries] == [journal] and digest.problems == ()


def test_a_number_may_be_of_anything() -> None:
    digest = parse("title,authors,venue,year,number,abstract", "On Kites,A. Berg,ICKR,2024,7,We fly.")
    assert digest.entries[0].journal == Journal("ICKR", year=2024) and digest.entries[0].comment == "venue: ICKR"
    assert reasons(digest) == [(1, "Skipped columns: number.")]


@pytest.mark.parametrize(
    ("address", "sure", "perhaps"),
    [
        (ADAM, True, True),
        ("arXiv:1412.6980v2", True, False),
        ("https://doi.org/10.1038/nature14539", True, True),
        ("https://openreview.net/forum?id=x", True, True),
        ("https://lab.example.org/papers/it.pdf", True, True),
        ("papers/it.pdf", True, False),
        ("https://github.com/a/b/blob/main/it.pdf", False, False),
        ("https://lab.example.org/papers/it", False, True),
        ("https://x.com/a/status/1", False, False),
        ("javascript:alert(1)", False, False),
        ("https://arxiv.org/abs/1412.6980" + "x" * 3000, False, False),
    ],
)
def test_addresses_of_papers(address: str, sure: bool, perhaps: bool) -> None:
    assert columns.is_of_a_paper(address) == sure
    assert columns.may_be_of_a_paper(address) == perhaps


def test_all_columns_together() -> None:
    entry = entry_of(
        "Title;Authors;Abstract;TLDR;Comment;Venue;Date;URL;DOI;Categories;arxiv_id",
        'Adam;"Kingma, Diederik P.; Ba, Jimmy";Words.;Short.;9 pages;ICLR;2014-12-22;https://lab.example.org/adam;'
        "10.1000/ADAM;cs.LG stat.ML;1412.6980v9",
    )
    assert (entry.title, entry.authors) == ("Adam", ("Diederik P. Kingma", "Jimmy Ba"))
    assert (entry.abstract, entry.tldr, entry.comment) == ("Words.", "Short.", "9 pages; Venue: ICLR")
    assert (entry.day, entry.announced) == (date(2014, 12, 22), False)
    assert (entry.arxiv_id, entry.version, entry.doi) == ("1412.6980", 9, "10.1000/adam")
    assert (entry.url, entry.categories) == ("https://lab.example.org/adam", ("cs.LG", "stat.ML"))


def test_the_day_of_a_paper_is_not_that_of_its_update_where_both_are_given() -> None:
    assert entry_of("title,updated,date,link", f"A,2020-01-02,2019-01-02,{ADAM}").day == date(2019, 1, 2)
    assert entry_of("title,updated,date,link", f"A,2020-01-02,,{ADAM}").day == date(2020, 1, 2)
    assert entry_of("title,date,link", f"A,13/01/2020,{ADAM}").day == date(2020, 1, 13)
    assert [e.day for e in parse("title,date,link", f"A,01/02/2020,{ADAM}", f"B,13/02/2020,{ADAM}").entries] == [
        date(2020, 2, 1),
        date(2020, 2, 13),
    ]


def test_columns_that_are_not_read_are_named() -> None:
    digest = parse("", "title,rating,abstract,,gender", "A,9,Words.,,x")
    assert reasons(digest) == [(2, "Skipped columns: rating, gender.")]


def test_cells_that_say_nothing() -> None:
    entry = entry_of("title,authors,abstract,date,link", "A,nan,Words.,N/A,null")
    assert (entry.authors, entry.day, entry.url, entry.abstract) == ((), None, None, "Words.")


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────


def test_quotation_marks() -> None:
    digest = parse("title,abstract", '"A ""big"" one, indeed","Two', "lines, and", 'a third."', "B,Words.")
    assert [(e.line, e.title, e.abstract) for e in digest.entries] == [
        (2, 'A "big" one, indeed', "Two lines, and a third."),
        (5, "B", "Words."),
    ]
    assert digest.problems == ()


def test_tabs_need_no_quotation_marks() -> None:
    digest = parse("title\tabstract", '"Why Should I Trust You?": On it\t"All ""of it"" is quoted."', '"A\tB"c')
    assert [(e.title, e.abstract) for e in digest.entries] == [
        ('"Why Should I Trust You?": On it', 'All "of it" is quoted.'),
        ('"A', 'B"c'),
    ]
    digest = parse("title\tabstract", '"A\tB"\t"Two', 'lines."')
    assert [(e.title, e.abstract) for e in digest.entries] == [("A B", "Two lines.")]


def test_commas_without_quotation_marks_do_not_shift_a_row() -> None:
    head = "id,title,link,keywords,abstract"
    digest = parse(head, f'7,Shape, bias, and more,{ADAM},"a,b",We show, and find, this.')
    (entry,) = digest.entries
    assert (entry.title, entry.arxiv_id, entry.comment) == ("Shape, bias, and more", "1412.6980", "keywords: a,b")
    assert entry.abstract == "We show, and find, this."
    assert reasons(digest) == [
        (2, "This row has more cells than there are columns; extra cells were added to the abstract.")
    ]


@pytest.mark.parametrize(
    ("roles", "cells", "expected"),
    [
        (["title", "link"], ["a", "b", "http://x"], ["a,b", "http://x"]),
        (["link", "title"], ["http://x", "a", "b"], ["http://x", "a,b"]),
        (["title", "date", "abstract"], ["a", "b", "2020-01-02", "c", "d"], ["a,b", "2020-01-02", "c,d"]),
        (["title", "authors"], ["a", "b", "c"], ["a,b", "c"]),
        (["authors", None], ["a", "b", "c"], ["a,b", "c"]),
        (["title", "link"], ["a", "b", "c"], ["a,b", "c"]),
        (["title", "abstract"], ["a"], ["a", ""]),
        (["title", "abstract"], ["a", "b"], ["a", "b"]),
        (["link"], ["a", "http://x", "http://y"], ["http://y"]),
    ],
)
def test_rows_are_put_in_order(roles: list[str | None], cells: list[str], expected: list[str]) -> None:
    assert columns.realign(cells, roles, ",") == expected


@given(
    st.lists(st.sampled_from(["title", "link", "date", "abstract", "more", "id", None]), min_size=1, max_size=6),
    st.lists(st.sampled_from(["a", "", ADAM, "2020-01-02", "some words"]), max_size=12),
)
def test_a_row_always_fits_its_columns(roles: list[str | None], cells: list[str]) -> None:
    assert len(columns.realign(cells, roles, ",")) == len(roles)


def test_rows_that_are_short_or_empty() -> None:
    digest = parse("title,abstract,link", "A,Words.", "", ",,", f",,{ADAM}", ",,x")
    assert [(e.title, e.arxiv_id) for e in digest.entries] == [("A", None), (None, "1412.6980")]
    assert reasons(digest) == [
        (2, "This row has fewer cells than there are columns."),
        (5, "This row has no title."),
        (6, "This row has no title."),
    ]


def test_a_quotation_mark_that_is_never_closed_swallows_nothing() -> None:
    rows = [f"Paper {n},Words {n}." for n in range(5)]
    digest = parse("title,abstract", *rows[:2], '"Open,Words.', *rows[2:])
    assert [e.title for e in digest.entries] == ["Paper 0", "Paper 1", "Open,Words.", "Paper 2", "Paper 3", "Paper 4"]
    assert (4, "This row has a quotation mark that is never closed.") in reasons(digest)
    twice = parse("title,abstract", rows[0], 'One,"Open', rows[1], 'Two,"Open', rows[2])
    assert [e.title for e in twice.entries] == ["Paper 0", "One", "Paper 1", "Two", "Paper 2"]


def test_a_cell_beyond_all_bounds() -> None:
    digest = parse("title,abstract", f'A,"{"x" * 140_000}"', "B,Words.")
    assert [e.title for e in digest.entries] == ["A", "B"]
    assert reasons(digest) == [(2, "A cell in this row is too long to read.")]


def test_what_python_writes_is_read_back() -> None:
    rows = [('A, "B"', "Two\nlines; and\ta tab."), ("Ünï", "'"), ('"', "Words.")]
    for delimiter in ",;\t":
        out = io.StringIO()
        csv.writer(out, delimiter=delimiter).writerows([("title", "abstract"), *rows])
        text, _ = decode(out.getvalue().encode())
        assert table_list.matches(text)
        assert [(e.title, e.abstract) for e in table_list.parse(text).entries] == [
            (title, " ".join(abstract.split())) for title, abstract in rows
        ]


# ── what is none ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text",
    [
        "",
        "title,abstract",
        "title,abstract\n",
        "title,abstract\n,\n",
        "name,price\nTea,3\n",
        "title,author,link\nA Film,A. Berg,https://shop.example.org/1\nB,C,https://shop.example.org/2\n",
        "title,year\nA,2001\n",
        "Title, abstract and so on: a sentence.\nAnother sentence.\n",
        '{"title": "A", "abstract": "B"}',
        "Title: A\nAuthors: B\nAbstract: C\n",
        "title" + "," * 5000 + "abstract\nA,B\n",
        "| title | abstract |\n|---|---|\n| A | B |\n",
    ],
)
def test_what_is_none(text: str) -> None:
    assert not table_list.matches(text)
    assert_safe(table_list.parse(text))


def test_without_abstracts_half_of_the_rows_must_have_a_papers_address() -> None:
    shop = "B,https://shop.example.org/2"
    assert table_list.matches(f"title,link\nA,{ADAM}\n{shop}\n")
    assert not table_list.matches(f"title,link\nA,{ADAM}\n{shop}\n{shop}\n")


def test_a_file_without_a_head_is_said_to_have_none() -> None:
    assert reasons(parse("A,B")) == [(1, "The first line does not name the columns.")]


PARTS = st.sampled_from(['"', ",", "\t", ";", "\n", "a", ADAM, "2020-01-02", '""', "x,y", " ", "é", "null"])


@given(
    st.sampled_from(["title,abstract", "title\tlink\tdate", "id;title;authors", ""]),
    st.lists(PARTS | st.text(max_size=5)),
)
def test_it_never_raises(head: str, parts: list[str]) -> None:
    text, _ = decode(f"{head}\n{''.join(parts)}".encode("utf-8", "replace"))
    table_list.matches(text)
    assert_safe(table_list.parse(text))


@given(st.integers(min_value=0))
def test_a_cut_sample_keeps_its_whole_rows(cut: int) -> None:
    text = (SAMPLES / "table-list.csv").read_text("utf-8")
    part = text[: cut % len(text)]
    whole = table_list.parse(text).entries
    ends = [position for position, line in ((text.index(f"\n{n},"), n) for n in (2, 3))]
    read_ = table_list.parse(part).entries
    assert_safe(table_list.parse(part))
    assert read_[: sum(end < len(part) for end in ends)] == whole[: sum(end < len(part) for end in ends)]


@pytest.mark.parametrize(
    "rows", ['"a\n' * 20_000, '"a,b\n' * 20_000, 'a"b,' * 50_000, '"' + "a\n" * 50_000, ",x" * 50_000]
)
def test_time_grows_with_length_only(rows: str) -> None:
    began = time.process_time()
    table_list.matches(f"title,abstract,link\n{rows}")
    table_list.parse(f"title,abstract,link\n{rows}")
    assert time.process_time() - began < 5


# ── the real ones ────────────────────────────────────────────────────────────────────────────────


@needs_shared
def test_tab_separated_titles_of_a_conference() -> None:
    digest = read(table_list, DATA / "digests/iclr2021_paperlist_first30.tsv")
    assert (len(digest.entries), digest.problems) == (30, ())
    assert all(e.title and e.abstract and e.url and "openreview.net" in e.url for e in digest.entries)


@needs_shared
def test_comma_separated_titles_of_a_conference() -> None:
    digest = read(table_list, DATA / "digests/neurips2023_oral_first20.csv")
    assert len(digest.entries) == 20
    assert all(e.title and e.abstract and e.url and "openreview.net" in e.url for e in digest.entries)
    # Two rows of that file were written without the quotation marks they need.
    assert [problem.line for problem in digest.problems] == [3, 4]
    assert digest.entries[2].title == "Spatial-frequency channels, shape bias, and adversarial robustness"
    assert all(e.comment and e.comment.startswith("keywords: ") for e in digest.entries)


@needs_shared
def test_it_claims_no_other_real_file() -> None:
    assert claimed_elsewhere(table_list, "digests/*.tsv", "digests/*.csv") == set()


def test_names_between_bars_and_a_page_beside_the_doi() -> None:
    (entry,) = table_list.parse("title,authors,doi,url\nOn Kites,Ann Berg|Carl Day,10.1234/x,https://e.org/1\n").entries
    assert (entry.authors, entry.doi, entry.url) == (("Ann Berg", "Carl Day"), "10.1234/x", "https://e.org/1")
