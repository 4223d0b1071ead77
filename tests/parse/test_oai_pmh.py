"""OAI-PMH: pages of records in the three prefixes, the token for the next page, errors."""

from __future__ import annotations

import json
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.model import Entry, Journal
from feedreader.parse.formats.oai_pmh import OaiPage, matches_bytes, parse_bytes, read_page

ROOT = '<?xml version="1.0"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>'
END = "</ListRecords></OAI-PMH>"
ARXIV = """<record><header><identifier>oai:arXiv.org:hep-th/9901001</identifier></header>
<metadata><arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>hep-th/9901001</id><created>1999-01-04</created>
<updated>2001-02-03</updated><authors><author><keyname>Berg</keyname><forenames>A. B.</forenames>
<suffix>Jr</suffix></author><author><keyname>Collaboration CERN</keyname></author></authors><title>On  $a&lt;b$
  and more</title><categories>hep-th gr-qc 53D10</categories><comments>10 pages</comments><report-no>X-1</report-no>
<journal-ref>J. X 1 (1999) 2</journal-ref><doi>10.1000/ABC 10.1000/x</doi><abstract>  Words &lt;i&gt; and
words.
</abstract></arXiv></metadata></record>"""
RAW = """<record><header/><metadata><arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/"><id>2401.00001</id>
<version version="v1"><date>Mon, 1 Jan 2024 23:30:00 GMT</date></version><version version="v2"><date>x</date></version>
<title>Raw</title><authors>A. Berg (MIT), C. Day and E. Fox</authors><categories>cs.LG</categories>
<abstract>R.</abstract></arXivRaw></metadata></record>"""
DC = """<record><header><identifier>oai:arXiv.org:1711.04702</identifier><setSpec>cs:cs:LG</setSpec></header><metadata>
<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>Core</dc:title><dc:creator>Berg, Anna</dc:creator><dc:creator>de la Cruz, C.</dc:creator>
<dc:subject>Computer Science - Machine Learning</dc:subject><dc:description>Text.</dc:description>
<dc:description>Comment: 13 pages</dc:description><dc:date>2017-11-13</dc:date><dc:date>2018-01-01</dc:date>
<dc:identifier>http://arxiv.org/abs/1711.04702</dc:identifier><dc:identifier>J. Y 2, 3</dc:identifier>
<dc:identifier>doi:10.1000/core</dc:identifier></oai_dc:dc></metadata></record>"""


def page(*records: str, after: str = "") -> bytes:
    return (ROOT + "".join(records) + after + END).encode()


def entry_of(record: str) -> Entry:
    (entry,) = read_page(page(record)).entries
    return entry


def test_it_is_known_by_its_root() -> None:
    assert matches_bytes(page()) and matches_bytes(DC.encode())
    assert not matches_bytes(b"<rss/>") and not matches_bytes(b"<record><a/></record>") and not matches_bytes(b"")


def test_prefix_arxiv() -> None:
    assert entry_of(ARXIV) == Entry(
        title="On $a<b$ and more",
        authors=("A. B. Berg Jr", "Collaboration CERN"),
        abstract="Words <i> and words.",
        comment="10 pages; Journal-ref: J. X 1 (1999) 2; Report-no: X-1",
        arxiv_id="hep-th/9901001",
        doi="10.1000/abc",
        url="https://arxiv.org/abs/hep-th/9901001",
        guid="oai:arXiv.org:hep-th/9901001",
        journal=Journal("J. X", "1", None, "2", 1999),
        categories=("hep-th", "gr-qc"),
        day=date(1999, 1, 4),
    )


def test_prefix_arxiv_raw_has_versions_and_the_moment_of_submission() -> None:
    read = read_page(page(RAW))
    (entry,) = read.entries
    assert (entry.arxiv_id, entry.version, entry.day) == ("2401.00001", 2, date(2024, 1, 1))
    assert entry.authors == ("A. Berg", "C. Day", "E. Fox")
    assert entry.submitted == datetime(2024, 1, 1, 23, 30, tzinfo=UTC)
    assert not entry.announced and entry.announce_type is None


def test_prefix_oai_dc() -> None:
    assert entry_of(DC) == Entry(
        title="Core",
        authors=("Anna Berg", "C. de la Cruz"),
        abstract="Text.",
        comment="13 pages; Journal-ref: J. Y 2, 3",
        arxiv_id="1711.04702",
        doi="10.1000/core",
        url="https://arxiv.org/abs/1711.04702",
        guid="oai:arXiv.org:1711.04702",
        journal=Journal("J. Y", "2", None, "3"),
        categories=("cs.LG",),
        day=date(2017, 11, 13),
    )
    assert read_page(DC.encode()).entries == (entry_of(DC),)


def test_where_another_repository_says_a_paper_was_published() -> None:
    record = DC.replace("oai:arXiv.org:1711.04702", "oai:ojs.example.org:article/7").replace("J. Y 2, 3", "12-34")
    record = record.replace("http://arxiv.org/abs/1711.04702", "https://ojs.example.org/7")
    sources = "<dc:source>Acta Kites; Vol. 12 No. 3 (2024): Spring; 1-20</dc:source><dc:source>2345-6789</dc:source>"
    entry = entry_of(record.replace("</oai_dc:dc>", f"{sources}</oai_dc:dc>"))
    assert (
        entry.journal == Journal("Acta Kites", "12", "3", "1-20", 2024)
        and entry.guid == "oai:ojs.example.org:article/7"
    )
    assert entry_of(record).journal is None


def test_the_token_asks_for_the_next_page() -> None:
    read = read_page(page(RAW, after='<resumptionToken cursor="1000" completeListSize="9">a|1001</resumptionToken>'))
    assert (read.token, read.cursor, read.size) == ("a|1001", 1000, 9)
    assert read_page(page(after="<resumptionToken/>")).token is None


def test_errors_are_told() -> None:
    none = b'<OAI-PMH><error code="noRecordsMatch"/></OAI-PMH>'
    bad = b'<OAI-PMH><error code="badResumptionToken">It is\n old.</error></OAI-PMH>'
    assert read_page(none).error == ("noRecordsMatch", "") and parse_bytes(none).problems == ()
    assert read_page(bad).error == ("badResumptionToken", "It is old.")
    assert [p.reason for p in parse_bytes(bad).problems] == ["The server answered with an error: It is old."]


def test_deleted_records_are_passed_over() -> None:
    deleted = '<record><header status="deleted"><identifier>oai:arXiv.org:0704.0001</identifier></header></record>'
    read = read_page(page(deleted, RAW))
    assert len(read.entries) == 1 and read.problems == ()


def test_what_is_no_arxiv_id_is_told_with_its_line() -> None:
    read = read_page(page("\n", RAW.replace("2401.00001", "2401.1")))
    assert read.entries[0].arxiv_id is None
    assert [(p.line, p.reason) for p in read.problems] == [(3, "Invalid arXiv id: 2401.1")]


@pytest.mark.parametrize("where", ["<dc:title>Co", "</metadata>", "<dc:date>", "<dc:identifier>doi"])
def test_records_before_a_cut_are_read(where: str) -> None:
    data = page(ARXIV, RAW, DC)
    read = read_page(data[: data.index(where.encode(), data.index(b"oai_dc"))])
    assert [entry.arxiv_id for entry in read.entries] == ["hep-th/9901001", "2401.00001"]
    assert "cut off" in read.problems[0].reason and read.token is None


def test_records_before_damage_are_read() -> None:
    read = read_page(page(ARXIV, RAW.replace("<title>", "<title><b>"), DC))
    assert len(read.entries) == 1 and read.problems[0].line


def test_entities_are_neither_expanded_nor_fetched() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
    read = read_page(page(ARXIV, RAW.replace(">Raw<", ">&b;&c;<")).replace(b"\n", bomb.encode(), 1))
    assert len(read.entries) == 1 and "lol" not in repr(read)


def test_control_characters_are_taken_out() -> None:
    read = read_page(page(RAW.replace(">Raw<", ">a\x1b[31mb&#27;[0mc\x9b31m<")))
    assert read.entries[0].title == "abc"


@given(st.binary(max_size=200), st.integers(0, 3000))
def test_nothing_raises(data: bytes, cut: int) -> None:
    whole = page(ARXIV, RAW, DC)
    for each in (data, whole[:cut] + data, whole[:cut] + data + whole[cut:]):
        assert isinstance(read_page(each), OaiPage)


def test_depth_and_size_cost_no_more_than_they_must() -> None:
    start = time.process_time()
    read_page((ROOT + "<a>" * 200_000).encode())
    read_page((ROOT + "<record>" * 100_000).encode())
    assert len(read_page(page(*[RAW] * 1000)).entries) == 1000
    assert time.process_time() - start < 2


# ── real pages ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def oai(shared: Path) -> Path:
    return shared / "data" / "arxiv-oai"


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("arXiv_single.xml", 1),
        ("arXivRaw_2014_page.xml", 40),
        ("arXiv_cs_2016_page_2.xml", 40),
        ("oai_dc_page_first20.xml", 20),
        ("oai_dc_0704.0001.xml", 1),
        ("oai_dc_0704.0002.xml", 1),
        ("oai_dc_0704.0003.xml", 1),
        ("ads_arxiv_1711_04702.xml", 1),
        ("ads_arxiv_math_0306266.xml", 1),
        ("oaipmh_ListRecords.xml", 1),  # the other of its two records is a deleted one
        ("oaipmh_ListRecords4.xml", 1),
        ("oaipmh_badResumptionToken.xml", 0),
        ("oaipmh_noRecordsMatch.xml", 0),
    ],
)
def test_real_pages(oai: Path, name: str, count: int) -> None:
    data = (oai / name).read_bytes()
    read = read_page(data)
    assert matches_bytes(data) and len(read.entries) == count
    for entry in read.entries:
        assert entry.title and entry.authors and (entry.day or name.startswith("oaipmh"))
    if name == "arXivRaw_2014_page.xml":
        assert (read.token, read.size, read.cursor) == ("496549|96001", 907_096, 95_000)
        assert [p.line for p in read.problems] == [8]  # an id with five digits, of 2008
        assert all(entry.submitted for entry in read.entries)


def test_nature(shared: Path) -> None:
    read = read_page((shared / "data" / "paper-feeds" / "nature_oai_dc_0.xml").read_bytes())
    assert len(read.entries) == 173 and all(entry.doi and entry.day for entry in read.entries)


def test_what_inspire_makes_of_a_record(oai: Path) -> None:
    (expected,) = json.loads((oai / "arXiv_single.expected.json").read_text("utf-8"))
    (entry,) = read_page((oai / "arXiv_single.xml").read_bytes()).entries
    (eprint,) = expected["arxiv_eprints"]
    assert entry.arxiv_id == eprint["value"] and list(entry.categories) == eprint["categories"]
    assert entry.title == expected["titles"][0]["title"]
    assert entry.abstract == expected["abstracts"][0]["value"]
    assert entry.doi == expected["dois"][0]["value"]
    assert str(entry.day) == expected["preprint_date"]
    assert entry.authors == ("A. Sergyeyev",)  # INSPIRE keeps "Sergyeyev, A."
    assert expected["publication_info"][0]["pubinfo_freetext"] in (entry.comment or "")


@pytest.mark.parametrize("name", ["ads_arxiv_1711_04702", "ads_arxiv_math_0306266"])
def test_what_ads_makes_of_a_record(oai: Path, name: str) -> None:
    expected = json.loads((oai / f"{name}.expected.json").read_text("utf-8"))
    (entry,) = read_page((oai / f"{name}.xml").read_bytes()).entries
    assert entry.title == expected["title"]["textEnglish"]
    assert entry.abstract == expected["abstract"]["textEnglish"]
    assert str(entry.day) == expected["pubDate"]["electrDate"]
    # ADS guesses which part of a name is the surname; we only turn its "pubraw" round.
    turned = [" ".join(reversed(author["name"]["pubraw"].split(", "))) for author in expected["authors"]]
    assert list(entry.authors) == turned
    identifiers = {each["Identifier"] for each in expected["publisherIDs"]}
    assert f"http://arxiv.org/abs/{entry.arxiv_id}" in identifiers
    assert entry.doi is None or f"doi:{entry.doi}" in {identifier.lower() for identifier in identifiers}


def test_several_answers_in_one_file_are_all_read_and_what_is_damaged_costs_only_itself() -> None:
    first, second = page(ARXIV, after="<resumptionToken>x</resumptionToken>\n"), page(RAW, DC)
    digest = parse_bytes(first + b"\n" + second)
    assert [entry.arxiv_id for entry in digest.entries] == ["hep-th/9901001", "2401.00001", "1711.04702"]
    assert digest.problems == () and not digest.breaks_off
    damaged = parse_bytes(first + page(RAW.replace("<title>", "<title"), DC))
    assert [entry.arxiv_id for entry in damaged.entries] == ["hep-th/9901001", "1711.04702"]
    (problem,) = damaged.problems
    assert "damaged" in problem.reason and problem.line == first.count(b"\n") + 2 + RAW[: RAW.index("<title>")].count(
        "\n"
    )
    unclosed = parse_bytes(first + page(RAW.replace("</record>", ""), DC))
    assert [entry.arxiv_id for entry in unclosed.entries] == ["hep-th/9901001", "1711.04702"]
    assert ["damaged" in problem.reason for problem in unclosed.problems] == [True]
    cut = parse_bytes(first + page(RAW, DC)[:-150])
    assert [entry.arxiv_id for entry in cut.entries] == ["hep-th/9901001", "2401.00001"]
    assert cut.breaks_off and ["cut off" in problem.reason for problem in cut.problems] == [True]


def test_the_error_of_an_answer_among_several_is_named() -> None:
    error = (
        ROOT.replace("<ListRecords>", "") + '<error code="badResumptionToken">It has expired</error></OAI-PMH>'
    ).encode()
    digest = parse_bytes(page(RAW) + error)
    assert len(digest.entries) == 1
    assert [problem.reason for problem in digest.problems] == ["The server answered with an error: It has expired"]
    assert parse_bytes(page(RAW) + error.replace(b"badResumptionToken", b"noRecordsMatch")).problems == ()
