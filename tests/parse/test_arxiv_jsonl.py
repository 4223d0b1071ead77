"""Papers as JSON lines: arXiv's snapshot, and feedreader's own list read back."""

from __future__ import annotations

import ast
import gzip
import json
import time
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.export import jsonl
from feedreader.model import Digest, Entry, Journal, Marks, Mention, Paper
from feedreader.parse.formats import arxiv_jsonl
from feedreader.parse.layout.authors import split_authors, stated_apart
from feedreader.text.cleaning import clean, decode
from feedreader.text.lines import squash
from tests.parse.listings import DATA, SAMPLES, assert_safe, check_sample, claimed_elsewhere, needs_shared, read

PAPER = {
    "id": "1512.03385",
    "title": "Deep Residual Learning",
    "authors": "Kaiming He, Jian Sun",
    "categories": "cs.CV",
}


def parse(*records: object) -> Digest:
    return arxiv_jsonl.parse("\n".join(json.dumps(record) for record in records))


def entry_of(**more: Any) -> Entry:
    (entry,) = parse(PAPER | more).entries
    return entry


def reasons(digest: Digest) -> list[tuple[int | None, str]]:
    return [(problem.line, problem.reason) for problem in digest.problems]


LETTERS = "aAbłŁéÉžŽñøßẞıİſKé\u0301'-. ,"
NAMES = st.one_of(
    st.text(LETTERS, max_size=8),
    st.sampled_from(
        ["others", "otherſ", "Others", "et", "al", "and", "Jürgen", "K. J.", "J. -P.", "de la", "Ünal", "more"]
    ),
)


@given(st.lists(st.tuples(NAMES, NAMES, st.sampled_from(["", "", "Jr."])), max_size=4), st.text(LETTERS, max_size=20))
def test_names_that_need_no_care_are_those_that_care_would_give(
    parsed: list[tuple[str, str, str]], stated: str
) -> None:
    record = [list(parts) for parts in parsed]
    simple = arxiv_jsonl._simple_authors(record, stated)
    if simple is not None:
        names = [arxiv_jsonl._parsed_name(parts) for parts in record]
        assert simple == stated_apart(names, arxiv_jsonl._text(stated))


def test_names_with_accents_need_no_care() -> None:
    parsed = [["Müller", "Jürgen", ""], ["Łoś", "Ž.", ""], ["D'Été", "Anne-Zoë", ""]]
    assert arxiv_jsonl._simple_authors(parsed, "") == ("Jürgen Müller", "Ž. Łoś", "Anne-Zoë D'Été")
    assert arxiv_jsonl._simple_authors([["Yılmaz", "A.", ""]], "") is None


@given(st.text(st.characters(max_codepoint=0x2030), max_size=40))
def test_text_is_cleaned_whatever_it_holds(text: str) -> None:
    assert arxiv_jsonl._text(text) == squash(clean(text))


def test_the_sample_and_its_twin() -> None:
    check_sample(arxiv_jsonl, "arxiv-jsonl.jsonl")


# ── arXiv's records ──────────────────────────────────────────────────────────────────────────────


def test_the_day_is_that_of_the_first_version_else_of_the_last_update() -> None:
    versions = [
        {"version": "v1", "created": "Thu, 10 Dec 2015 19:51:55 GMT"},
        {"version": "v2", "created": "Fri, 1 Jan 2016 00:00:00 GMT"},
    ]
    entry = entry_of(versions=versions, update_date="2017-01-01")
    assert (entry.day, entry.announced, entry.version) == (date(2015, 12, 10), False, 2)
    assert entry.submitted == datetime(2015, 12, 10, 19, 51, 55, tzinfo=UTC)
    assert entry_of(update_date="2017-01-01").day == date(2017, 1, 1)
    assert entry_of(versions=["v1"], update_date="2017-01-01").day == date(2017, 1, 1)
    assert entry_of(versions=[], id="1512.03385v3").version == 3
    assert (entry_of().day, entry_of().version, entry_of().submitted) == (None, None, None)
    assert reasons(parse(PAPER | {"update_date": "lately"})) == [(1, "Invalid date: lately")]


def test_authors_come_parsed_listed_or_in_one_string() -> None:
    parsed = [["Balázs", "C.", ""], ["Yuan", "C. -P.", ""], ["Evans", "Neal J.", "II"], ["A Team", "", "", "MIT"]]
    assert entry_of(authors_parsed=parsed).authors == ("C. Balázs", "C.-P. Yuan", "Neal J. Evans II", "A Team")
    assert entry_of(authors_parsed=[["He"]]).authors == ("Kaiming He", "Jian Sun")
    assert entry_of(authors_parsed="He").authors == ("Kaiming He", "Jian Sun")
    assert entry_of(authors=["Kaiming He", " ", 7, "Jian  Sun"]).authors == ("Kaiming He", "Jian Sun")
    assert entry_of(authors=[{"name": "Kaiming He"}]).authors == ("Kaiming He",)
    assert entry_of(authors="A. B. Roe (MIT), C. Day and Eve Poe, Jr.").authors == (
        "A. B. Roe",
        "C. Day",
        "Eve Poe Jr.",
    )
    assert entry_of(authors=None).authors == ()


def test_short_names_are_no_initials() -> None:
    assert entry_of(authors="Yongyuan He, Yi Bu").authors == ("Yongyuan He", "Yi Bu")


def test_what_goes_with_the_comment() -> None:
    entry = entry_of(
        comments="4 pages,\n  1 figure", **{"journal-ref": "Nature 1 (2000) 2", "report-no": "R-1", "license": "x"}
    )
    assert entry.comment == "4 pages, 1 figure; Journal-ref: Nature 1 (2000) 2; Report-no: R-1"
    assert entry.journal == Journal("Nature", "1", None, "2", 2000)
    assert entry_of(**{"journal-ref": "to appear in Nature"}).journal == Journal("to appear in Nature")
    assert entry_of().journal is None


def test_the_first_of_several_dois() -> None:
    assert entry_of(doi="10.1364/JOSAA.23.002578 10.1364/JOSAA.32.002407").doi == "10.1364/josaa.23.002578"
    digest = parse(PAPER | {"doi": "none yet"})
    assert digest.entries[0].doi is None
    assert reasons(digest) == [(1, "Invalid DOI: none yet")]


def test_categories_as_a_string_or_a_list() -> None:
    assert entry_of(categories="math.CO cs.CG").categories == ("math.CO", "cs.CG")
    assert entry_of(categories=["cs.AI cs.CL", "cs.AI"]).categories == ("cs.AI", "cs.CL")
    assert entry_of(categories=None).categories == ()


def test_text_is_folded_and_made_safe() -> None:
    entry = entry_of(title="A\u001b[31m red\n  title ", abstract="  One\n two.\n", comments="\u202ex \ud800")
    assert (entry.title, entry.abstract, entry.comment) == ("A red title", "One two.", "x \ufffd")
    assert parse(PAPER | {"title": None}).entries[0].title is None
    assert reasons(parse(PAPER | {"title": ["T"]})) == [(1, "This paper has no title.")]


# ── feedreader's own list ────────────────────────────────────────────────────────────────────────

OWN = Paper(
    id="1706.03762",
    title="Attention Is All You Need",
    authors=("Ashish Vaswani", "Noam Shazeer"),
    abstract="Words.",
    tldr="Short.",
    comment="15 pages",
    arxiv_id="1706.03762",
    version=2,
    doi="10.1000/1",
    url="https://arxiv.org/abs/1706.03762",
    journal=Journal("Annals of Kites", "12", "3", "45-50", 2017),
    categories=("cs.CL", "cs.LG"),
    day=date(2017, 6, 13),
    sources=("a.txt",),
    mentions=(Mention("thread.txt", "They say so."),),
)


def test_a_library_can_be_read_back() -> None:
    text = "".join(jsonl.export([OWN], {}))
    assert arxiv_jsonl.matches(text)
    digest = arxiv_jsonl.parse(text)
    assert digest.problems == () and digest.title is None
    assert digest.entries == (
        Entry(
            title=OWN.title,
            authors=OWN.authors,
            abstract="Words.",
            tldr="Short.",
            comment="15 pages",
            arxiv_id="1706.03762",
            version=2,
            doi="10.1000/1",
            url=OWN.url,
            journal=OWN.journal,
            categories=OWN.categories,
            day=OWN.day,
            mentions=("They say so.",),
            line=1,
        ),
    )


@pytest.mark.parametrize(
    ("stated", "journal"),
    [
        ({"name": " Annals  of Kites", "volume": 12, "pages": "", "year": 2017}, Journal("Annals of Kites", year=2017)),
        ({"name": "Annals of Kites", "year": "2017"}, Journal("Annals of Kites")),
        ({"name": None, "volume": None}, None),
        ("Kites 12 (2017) 45-50", Journal("Kites", "12", None, "45-50", 2017)),
        (["Kites"], None),
    ],
)
def test_a_journal_in_its_parts_or_in_one_string(stated: object, journal: Journal | None) -> None:
    (entry,) = parse(jsonl.paper_object(OWN) | {"journal": stated}).entries
    assert entry.journal == journal


def test_papers_without_a_day_keep_their_collection_if_there_is_but_one() -> None:
    def title(*collections: str | None) -> str | None:
        papers = [Paper(id=f"p-{n}", title=f"T {n}", collection=name) for n, name in enumerate(collections)]
        return arxiv_jsonl.parse("".join(jsonl.export(papers, {}))).title

    assert title("Search ICLR 2019", "Search ICLR 2019") == "Search ICLR 2019"
    assert title("Search ICLR 2019", "Another") is None
    assert title(None) is None


def test_marks_come_with_the_papers_they_are_of() -> None:
    marks = [
        Marks(),
        Marks(read=True, opened=True),
        Marks(tags=("x",), note="y\n\n- *z*"),
        Marks(shortlisted=True, shortlisted_at=datetime(2024, 5, 3, 12, tzinfo=UTC)),
        Marks(read=True, dismissed=True),
    ]
    papers = [Paper(id=f"p-{place}", title="A", marks=each) for place, each in enumerate(marks)]
    digest = arxiv_jsonl.parse("".join(jsonl.export(papers, {})))
    assert [entry.marks for entry in digest.entries] == marks and not digest.problems


def test_marks_that_make_no_sense_are_none() -> None:
    record: dict[str, Any] = {"id": "p", "title": "A", "authors": [], "day": None, "sources": [], "mentions": []}
    odd: dict[str, Any] = {
        "read": "yes",
        "shortlisted": 1,
        "shortlisted_at": "2024-05-03",
        "tags": ["a b", 3, "\u001b[2Jc"],
        "note": 4,
    }
    (entry,) = arxiv_jsonl.parse(json.dumps(record | odd)).entries
    assert entry.marks == Marks(tags=("a-b", "c"))
    (entry,) = arxiv_jsonl.parse(json.dumps(record | odd | {"shortlisted": True})).entries
    assert entry.marks == Marks(tags=("a-b", "c"), shortlisted=True)


def test_a_record_that_says_nothing_is_reported() -> None:
    assert reasons(arxiv_jsonl.parse("".join(jsonl.export([Paper(id="p-1")], {})))) == [(1, "This record is empty.")]


# ── the file ─────────────────────────────────────────────────────────────────────────────────────


def test_an_array_on_one_line_or_on_many() -> None:
    papers = [PAPER, PAPER | {"id": "1312.6114"}]
    for indent in (None, 1):
        text = json.dumps(papers, indent=indent)
        assert arxiv_jsonl.matches(text)
        digest = arxiv_jsonl.parse(text)
        assert [entry.arxiv_id for entry in digest.entries] == ["1512.03385", "1312.6114"]
        assert [entry.line for entry in digest.entries] == ([1, 1] if indent is None else [2, 8])
        assert digest.problems == ()
    spread = json.dumps(PAPER, indent=2) + "\n" + json.dumps(PAPER, indent=2)
    assert [entry.line for entry in arxiv_jsonl.parse(spread).entries] == [1, 7]


def test_a_bad_line_loses_no_other() -> None:
    good = json.dumps(PAPER)
    text = f'\n{good}\n{{"id": "15\n[1, 2]\n{{"id": "17", "title": "x"}}\n{good}\n\n{good[:50]}\n'
    digest = arxiv_jsonl.parse(text)
    assert [entry.line for entry in digest.entries] == [2, 6]
    assert reasons(digest) == [
        (3, "Invalid JSON."),
        (4, "This record has no arXiv id."),
        (5, "This record has no arXiv id."),
        (8, "The file ends within this record."),
    ]


def test_an_array_that_breaks_off_or_is_broken() -> None:
    text = json.dumps([PAPER, PAPER, PAPER], indent=1)
    cut = arxiv_jsonl.parse(text[: text.rindex("Residual")])
    assert (len(cut.entries), reasons(cut)) == (2, [(14, "The file ends within this record.")])
    broken = arxiv_jsonl.parse(text.replace('"title"', "title", 2))
    assert len(broken.entries) == 0
    assert reasons(broken) == [(2, "Invalid JSON. The rest was skipped.")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "null",
        "{'id': '1512.03385', 'title': 'Python, not JSON'}",
        '{"id": "1512.03385"}',
        '{"id": 1512.03385, "title": "A number"}',
        '{"id": "https://example.org/1", "title": "A note", "content_html": "x"}',
        '{"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [{"id": "1512.03385", "title": "x"}]}',
        '[{"id": "1512.03385", "type": "article", "title": "CSL", "author": [{"family": "He"}]}]',
        '[{"paper": {"id": "1512.03385", "title": "x"}}]',
        '{"name": "package", "version": "1.0"}',
        '{"id": "1512.03385", "title": "x"}\n{"a": 1}\n{"a": 2}\n',
        "[1, 2, 3]",
        "[[Title](https://arxiv.org/abs/1512.03385)]",
        "{" * 5000,
        "[" * 5000,
    ],
)
def test_what_is_none(text: str) -> None:
    assert not arxiv_jsonl.matches(text)
    assert_safe(arxiv_jsonl.parse(text))


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["1512.03385", "v2"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["version", "created", "text"]), inner),
    max_leaves=6,
)
FIELDS = (*PAPER, *jsonl.paper_object(OWN), "versions", "update_date", "authors_parsed", "journal-ref", "comments")


@given(st.dictionaries(st.sampled_from(FIELDS), VALUES), st.booleans())
def test_any_values_in_any_field(more: dict[str, Any], own: bool) -> None:
    record = (jsonl.paper_object(OWN) if own else PAPER) | more
    text, _ = decode(json.dumps(record).encode())
    arxiv_jsonl.matches(text)
    assert_safe(arxiv_jsonl.parse(text))


@given(
    st.text()
    | st.lists(st.sampled_from(["{", "}", "[", "]", ",", '"id"', ":", '"1512.03385"', "\n", "1"])).map("".join)
)
def test_it_never_raises(raw: str) -> None:
    text, _ = decode(raw.encode("utf-8", "replace"))
    arxiv_jsonl.matches(text)
    assert_safe(arxiv_jsonl.parse(text))


@given(st.integers(min_value=0))
def test_a_cut_sample_keeps_its_whole_lines(cut: int) -> None:
    text = (SAMPLES / "arxiv-jsonl.jsonl").read_text("utf-8")
    part = text[: cut % len(text)]
    assert len(arxiv_jsonl.parse(part).entries) >= part.count("\n")


# ── the real ones ────────────────────────────────────────────────────────────────────────────────


@needs_shared
def test_the_snapshot() -> None:
    digest = read(arxiv_jsonl, DATA / "kaggle-jsonl/arxiv-metadata-oai-snapshot_first80.jsonl")
    assert (len(digest.entries), digest.problems) == (80, ())
    assert all(e.title and e.authors and e.abstract and e.categories and e.day and e.version for e in digest.entries)
    assert {e.announced for e in digest.entries} == {False}
    first = digest.entries[0]
    assert (first.arxiv_id, first.version, first.day) == ("0704.0001", 2, date(2007, 4, 2))
    assert first.authors == ("C. Balázs", "E. L. Berger", "P. M. Nadolsky", "C.-P. Yuan")


@needs_shared
def test_records_with_title_and_abstract_only() -> None:
    digest = read(arxiv_jsonl, DATA / "tex/arxiv-tex-1500.jsonl")
    assert (len(digest.entries), digest.problems) == (1500, ())


@needs_shared
def test_23_thousand_papers_are_all_read_and_quickly() -> None:
    text = gzip.decompress((DATA / "scale/arxiv-23k.DERIVED.jsonl.gz").read_bytes()).decode()
    assert arxiv_jsonl.matches(text)
    began = time.process_time()
    digest = arxiv_jsonl.parse(text)
    took = time.process_time() - began
    assert (len(digest.entries), digest.problems) == (22_961, ())
    assert took < 4  # 0.8 s where nothing else runs
    lines = text.split("\n")
    for entry in digest.entries[::97]:
        record = json.loads(lines[(entry.line or 0) - 1])
        assert (entry.arxiv_id, entry.day) == (record["id"], date.fromisoformat(record["update_date"]))
        assert entry.authors == split_authors(record["authors"])


@needs_shared
def test_ground_truth_in_python_literals_is_no_digest() -> None:
    # papers.jsonl of that project holds Python dictionaries, one a line, and not JSON.
    text = (DATA / "digests/arxiv-reporter_IR.expected.jsonl").read_text("utf-8")
    assert ast.literal_eval(text.split("\n")[0])["arxiv_id"] and not arxiv_jsonl.matches(text)


@needs_shared
def test_it_claims_no_other_real_file() -> None:
    assert claimed_elsewhere(arxiv_jsonl, "kaggle-jsonl/*", "tex/*.jsonl") == set()


@pytest.mark.parametrize(
    "parsed",
    [
        [["Lee", "Ann", ""], ["Chan", "Bo", ""]],
        [["Lee", "Ann"], ["Chan", "Bo", ""]],
        [["Lee", "Ann", "", "CERN"]],
        [["Lee", "Ann", "Jr"], ["Chan", "Bo", ""]],
        [["and Lee", "Ann", ""]],
        [["Lee", "Ann", ""], ["al.", "et", ""]],
        [["Lee", "Ann", ""], ["others", "", ""], ["Others", "Many", ""]],
        [["Lee", "J. -P.", ""]],
        [["van der Berg", "A. B.", ""], ["O'Neil-Smith", "C", ""]],
        [["Collaboration", "The CMS", ""]],
        [["Müller", "Jürgen", ""]],
        [["Lee", "A\x1fnn", ""]],
        [["Lee", None, ""]],
        [["Lee", ["Ann"], ""]],
        ["Lee"],
        [["Lee", "", ""]],
    ],
)
@pytest.mark.parametrize("listed", ["Ann Lee, Bo Chan", "Ann Lee, for the CMS Collaboration", "Ann Lee et al.", None])
def test_plain_authors_are_read_as_any_others(
    parsed: object, listed: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = json.dumps({"id": "1905.00001", "title": "T", "authors": listed, "authors_parsed": parsed})
    soon = arxiv_jsonl.parse(line)
    monkeypatch.setattr(arxiv_jsonl, "_simple_authors", lambda *_: None)
    assert arxiv_jsonl.parse(line) == soon
