"""RIS, CSL-JSON, CSV, Markdown and JSON Lines, read back."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from xml.etree import ElementTree

import pytest
import rispy
from hypothesis import given

from feedreader.export import EXPORTERS, ending_of, exporter, format_of
from feedreader.export.csv import COLUMNS, guarded
from feedreader.export.markdown import marked
from feedreader.export.plain import first_and_last, shown
from feedreader.model import Journal, Marks, Mention, Paper
from feedreader.parse import parse
from feedreader.text.display import printed_in
from tests.export.hostile import PAPERS, hostile, keys_of

PAPER = Paper(
    id="1905.03670",
    title=r"S$^\mathbf{4}$L: *Self*-Supervised Learning of $\Lambda$CDM",
    authors=("Ludwig van Beethoven", "ATLAS Collaboration", "D. E. Knuth Jr.", "李明", "et al."),
    abstract="About $x<y$ and\n 50% of it.",
    tldr="Short.",
    comment="10 pages",
    arxiv_id="1905.03670",
    categories=("cs.CV", "cs.LG"),
    day=date(2019, 5, 9),
    sources=("one.txt", "two.txt"),
    mentions=(Mention("talk", "Good."),),
    marks=Marks(shortlisted=True, tags=("to read", "vision"), note="# Why\n\nRead *this*."),
)
JOURNAL = Paper(id="10.1038/x", title="In a journal", authors=("Ada Lovelace",), doi="10.1038/x", day=date(2020, 2, 29))
ATOM = "{http://www.w3.org/2005/Atom}"
KEYS = {PAPER.id: "beethoven2019s4l", JOURNAL.id: "lovelace2020journal"}


def written(format: str, papers: Sequence[Paper], keys: dict[str, str] | None = None) -> str:
    return "".join(exporter(format)(papers, KEYS if keys is None else keys))


def test_every_format_has_its_ending() -> None:
    assert {format: format_of(f"~/My.Papers{exporter.suffix.upper()}") for format, exporter in EXPORTERS.items()} == {
        format: format for format in EXPORTERS
    }
    assert format_of("papers.txt") is None
    assert (format_of("feed.XML"), ending_of("feed.XML"), ending_of("a.feed.json")) == ("atom", ".xml", ".feed.json")
    assert format_of("feed.json") == "csl-json"


@pytest.mark.parametrize("format", EXPORTERS)
def test_no_papers(format: str) -> None:
    text = written(format, [])
    if EXPORTERS[format].is_feed:
        digest = parse(text.encode())
        assert (digest.title, digest.entries, digest.problems) == ("Papers", (), ())
    else:
        assert text == {"csl-json": "[]\n", "csv": ",".join(COLUMNS) + "\r\n"}.get(format, "")


def test_ris() -> None:
    text = written("ris", [PAPER, JOURNAL])
    assert text.startswith("TY  - UNPB\r\nID  - beethoven2019s4l\r\nTI  - S⁴L: *Self*-Supervised Learning of ΛCDM\r\n")
    assert (
        "AU  - van Beethoven, Ludwig\r\nAU  - ATLAS Collaboration\r\nAU  - Knuth, D. E., Jr.\r\nAU  - 李明\r\n" in text
    )
    assert "DA  - 2019/05/09/\r\n" in text and "N1  - # Why Read *this*.\r\nER  - \r\n\r\n" in text
    first, second = rispy.loads(text)
    assert (first["type_of_reference"], first["id"], first["year"]) == ("UNPB", "beethoven2019s4l", "2019")
    assert first["abstract"] == "About x<y and 50% of it." and first["keywords"] == ["to read", "vision"]
    assert (first["doi"], first["urls"]) == ("10.48550/arXiv.1905.03670", ["https://arxiv.org/abs/1905.03670"])
    assert (second["type_of_reference"], second["doi"]) == ("JOUR", "10.1038/x")


def test_csl_json() -> None:
    first, second = json.loads(written("csl-json", [PAPER, JOURNAL]))
    assert first["author"] == [
        {"family": "Beethoven", "given": "Ludwig", "non-dropping-particle": "van"},
        {"literal": "ATLAS Collaboration"},
        {"family": "Knuth", "given": "D. E.", "suffix": "Jr."},
        {"literal": "李明"},
    ]
    assert first["issued"] == {"date-parts": [[2019, 5, 9]]}
    assert (first["id"], first["type"], first["number"]) == ("beethoven2019s4l", "article", "arXiv:1905.03670")
    assert (first["keyword"], first["note"]) == ("to read, vision", "# Why\n\nRead *this*.")
    assert (second["type"], second["DOI"], second["issued"]) == (
        "article-journal",
        "10.1038/x",
        {"date-parts": [[2020, 2, 29]]},
    )


PRINTED = replace(
    PAPER,
    doi="10.1103/PhysRevB.109.1",
    journal=Journal("Phys. Rev. B", "109", "14", "101–119", 2024),
    day=date(2019, 5, 9),
)


def test_where_a_paper_was_printed_is_in_each_format() -> None:
    (record,) = rispy.loads(written("ris", [PRINTED]))
    assert (record["type_of_reference"], record["year"], record["doi"]) == ("JOUR", "2024", "10.1103/PhysRevB.109.1")
    assert (record["volume"], record["number"], record["start_page"]) == ("109", "14", "101")
    text = written("ris", [PRINTED])
    assert "EP  - 119\r\n" in text and "JF  - Phys. Rev. B\r\nJO  - Phys. Rev. B\r\n" in text
    assert "DA  - " not in text and "PB  - " not in text and "AN  - arXiv:1905.03670" in text

    (item,) = json.loads(written("csl-json", [PRINTED]))
    assert valid_csl(item) and (item["type"], item["container-title"]) == ("article-journal", "Phys. Rev. B")
    assert (item["volume"], item["issue"], item["page"]) == ("109", "14", "101–119")
    assert item["issued"] == {"date-parts": [[2024]]} and "publisher" not in item
    assert (item["archive"], item["archive_location"]) == ("arXiv", "1905.03670")

    (row,) = csv.DictReader(io.StringIO(written("csv", [PRINTED]), newline=""), strict=True)
    cells = [row[name] for name in ("journal", "volume", "number", "pages", "year")]
    assert cells == ["Phys. Rev. B", "109", "14", "101–119", "2024"]
    assert "\n\nPhys. Rev. B 109 (14), 101–119 (2024)\n\n`beethoven2019s4l`" in written("markdown", [PRINTED])
    assert json.loads(written("jsonl", [PRINTED]))["journal"] == PRINTED.journal._asdict()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("journal", "shown_as"),
    [
        (Journal("JHEP", "05", None, "12", 2021), "JHEP 05, 12 (2021)"),
        (Journal("Nature"), "Nature"),
        (Journal(year=2020), "2020"),
        (Journal(pages="e1004"), "e1004"),
        (Journal(), ""),
    ],
)
def test_a_journal_in_one_line(journal: Journal, shown_as: str) -> None:
    assert printed_in(journal) == shown_as


@pytest.mark.parametrize(
    ("pages", "first", "last"),
    [("101-119", "101", "119"), ("S12 – S15", "S12", "S15"), ("e1004", "e1004", ""), ("1-3, 7", "1-3, 7", "")],
)
def test_pages_in_ris(pages: str, first: str, last: str) -> None:
    assert first_and_last(pages) == (first, last)


def test_a_preprint_server_is_no_journal() -> None:
    server = replace(PRINTED, arxiv_id=None, doi="10.1101/2024.01.01", journal=Journal("bioRxiv"))
    assert "TY  - UNPB" in written("ris", [server]) and "JO  - bioRxiv" in written("ris", [server])


def test_the_month_is_that_of_the_arxiv_id_whatever_the_day() -> None:
    later = Paper(id="1905.03670", arxiv_id="1905.03670", day=date(2021, 1, 1))
    (item,) = json.loads(written("csl-json", [later]))
    assert item["issued"] == {"date-parts": [[2019, 5]]}
    assert "PY  - 2019\r\nDA  - 2019/05//\r\n" in written("ris", [later])


def valid_csl(item: dict[str, Any]) -> bool:
    """As far as csl-data.json can be told in a few lines: known members, each of its type."""
    strings = {"id", "type", "title", "publisher", "number", "DOI", "URL", "abstract", "keyword", "note"}
    strings |= {"container-title", "volume", "issue", "page", "archive", "archive_location"}
    names = item.get("author", [])
    parts = {"family", "given", "literal", "suffix", "non-dropping-particle"}
    dates = item.get("issued", {"date-parts": [[1]]})["date-parts"]
    return (
        {"id", "type"} <= item.keys() <= strings | {"author", "issued"}
        and all(isinstance(item[name], str) for name in item.keys() & strings)
        and item["type"] in ("article", "article-journal")
        and all(name.keys() <= parts and all(map(str.strip, name.values())) for name in names)
        and len(dates) == 1
        and all(isinstance(part, int) for part in dates[0])
        and 1 <= len(dates[0]) <= 3
    )


def test_csv() -> None:
    text = written("csv", [PAPER, JOURNAL])
    assert text.count("\r\n") == 3 and not text.startswith("\ufeff")
    first, second = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    assert (first["id"], first["key"]) == ("1905.03670", "beethoven2019s4l")
    assert first["authors"] == "Ludwig van Beethoven; ATLAS Collaboration; D. E. Knuth Jr.; 李明; et al."
    assert (first["tags"], first["note"]) == ("to read; vision", "# Why Read *this*.")
    assert (first["read"], first["shortlisted"], second["shortlisted"]) == ("no", "yes", "no")


@pytest.mark.parametrize("text", ["=1+1", "+1 for it", "-5 degrees", "@home", "'tis", "＝1"])
def test_a_spreadsheet_takes_no_cell_for_a_formula(text: str) -> None:
    (row,) = csv.DictReader(io.StringIO(written("csv", [Paper(id="p", title=text)], {"p": "k"}), newline=""))
    assert row["title"] == f"'{text}"


def test_markdown() -> None:
    other = Paper(id="p-1", title="<b>Bold</b> #1", collection="Search *ICLR*")
    assert written("markdown", [PAPER, other], KEYS | {"p-1": "bold"}) == (
        "## Thursday 9 May 2019\n\n"
        "### [S$^\\mathbf{4}$L: \\*Self\\*-Supervised Learning of $\\Lambda$CDM](<https://arxiv.org/abs/1905.03670>)\n\n"
        "Ludwig van Beethoven, ATLAS Collaboration, D. E. Knuth Jr., 李明, et al.\n\n"
        "`beethoven2019s4l` · arXiv:1905.03670 · cs.CV cs.LG · #to-read #vision\n\n"
        "#### Why\n\nRead *this*.\n\n"
        "**tl;dr** Short.\n\n"
        "> About $x<y$ and 50% of it.\n\n"
        "## Search \\*ICLR\\*\n\n"
        "### \\<b>Bold\\</b> #1\n\n"
        "`bold`\n"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\textit{In vivo $\mu$-opioid} use of {$x$}", r"In vivo $\mu$-opioid use of $x$"),
        (r"\ifmmode\alpha\else$\alpha$\fi-decay, ``$q$''", r"$\alpha$-decay, “$q$”"),
        (r"\emph{a \textbf{\(b_i\) c*}} $$d$$ $5", r"a $b_i$ c\* $d$ \$5"),
    ],
)
def test_formulas_stay_wherever_they_stand(text: str, expected: str) -> None:
    assert marked(text) == expected


def test_only_what_begins_a_line_is_kept_from_being_a_list() -> None:
    text = written("markdown", [Paper(id="p", title="1. A Title", abstract="1. An abstract.")], {"p": "k"})
    assert "### 1. A Title\n" in text and "> 1\\. An abstract." in text


def test_a_note_s_open_code_block_ends_with_the_note() -> None:
    text = written(
        "markdown", [Paper(id="p", title="x", marks=Marks(note="```\ncode"), abstract="Abstract.")], {"p": "k"}
    )
    assert "```\ncode\n```\n\n> Abstract." in text


def legal(text: str) -> str:
    """What XML can hold of a text."""
    return re.sub("[\ufffe\uffff]", "", text)


@given(PAPERS)
def test_whatever_a_paper_says_each_format_reads_it_back(papers: list[Paper]) -> None:
    papers = [*papers, *hostile()]
    keys = keys_of(papers)
    titles = [shown(paper.title or "") for paper in papers]

    records = rispy.loads(written("ris", papers, keys))
    assert [record["id"] for record in records] == list(keys.values())
    assert [record.get("title", "") for record in records] == titles

    items = json.loads(written("csl-json", papers, keys))
    assert all(map(valid_csl, items))
    assert [item.get("title", "") for item in items] == titles

    rows = list(csv.DictReader(io.StringIO(written("csv", papers, keys), newline=""), strict=True))
    assert [row["title"] for row in rows] == list(map(guarded, titles))
    assert all(len(row) == len(COLUMNS) and None not in row.values() for row in rows)

    lines = written("jsonl", papers, keys).split("\n")[:-1]
    assert [json.loads(line)["title"] for line in lines] == [paper.title for paper in papers]

    feed = ElementTree.fromstring(written("atom", papers, keys))
    assert [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")] == list(map(legal, titles))
    assert [item.get("title", "") for item in json.loads(written("json-feed", papers, keys))["items"]] == titles

    without_notes = [Paper(id=p.id, title=p.title, authors=p.authors, abstract=p.abstract) for p in papers]
    markdown = written("markdown", without_notes, keys)
    assert len(re.findall(r"^### ", markdown, re.MULTILINE)) == len(papers)
    assert re.findall(r"^`(\w+)`$", markdown, re.MULTILINE) == list(keys.values())
