"""RIS, nbib, EndNote and CSL-JSON; and that what feedreader exports is read back, whatever the format."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, date, datetime
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader import parse as registry
from feedreader.errors import DigestError
from feedreader.export import exporter
from feedreader.model import LIBRARY_FORMATS, Digest, Entry, Journal, Marks, Paper
from feedreader.parse import parse
from feedreader.parse.formats import csl_json, endnote, nbib, ris
from feedreader.text.notes import keyword_tags
from feedreader.text.tex.to_unicode import to_unicode
from tests.export.hostile import keys_of
from tests.parse.listings import DATA, assert_safe, check_sample

BIB = DATA / "bib"
needs_real = pytest.mark.skipif(not BIB.is_dir(), reason="the real files (../shared) are not beside this checkout")


def read(module: ModuleType, text: str) -> Digest:
    assert module.matches(text), text[:200]
    digest: Digest = module.parse(text)
    assert_safe(digest)
    return digest


def one(module: ModuleType, text: str) -> Entry:
    (entry,) = read(module, text).entries
    return entry


def test_the_formats_of_libraries_are_known_by_their_names() -> None:
    modules = [import_module(f"feedreader.parse.formats.{name}") for name in registry.LIBRARIES]
    assert tuple(module.NAME for module in modules) == LIBRARY_FORMATS


@pytest.mark.parametrize(
    ("module", "name"),
    [(ris, "ris.ris"), (nbib, "nbib.nbib"), (endnote, "endnote.enw"), (csl_json, "csl-json.json")],
)
def test_the_sample_and_its_twin(module: ModuleType, name: str) -> None:
    check_sample(module, name)


# ── RIS ──────────────────────────────────────────────────────────────────────────────────────────


def ris_of(*lines: str) -> str:
    return "".join(f"{line}\n" for line in ("TY  - JOUR", "TI  - T", *lines, "ER  - "))


@pytest.mark.parametrize(
    ("stated", "author"),
    [
        ("Lee, Ann", "Ann Lee"),
        ("Davis, Sammy, Jr.", "Sammy Davis Jr."),
        ("Davis, Jr., Sammy", "Sammy Davis Jr."),
        ("van der Berg, Jan", "Jan van der Berg"),
        ("The ATLAS Collaboration", "The ATLAS Collaboration"),
        ("Ann Lee", "Ann Lee"),
        ("Plato", "Plato"),
    ],
)
def test_authors(stated: str, author: str) -> None:
    assert one(ris, ris_of(f"AU  - {stated}")).authors == (author,)
    assert one(endnote, f"%0 Book\n%T T\n%A {stated}\n").authors == (author,)


def test_others_are_not_named() -> None:
    assert one(ris, ris_of("AU  - Lee, Ann", "AU  - et al.")).authors == ("Ann Lee", "et al.")


@pytest.mark.parametrize(
    ("lines", "arxiv_id", "doi"),
    [
        (["AN  - arXiv:2401.00001"], "2401.00001", None),
        (["UR  - https://arxiv.org/abs/2401.00001v2"], "2401.00001", None),
        (["DO  - 10.48550/arXiv.2401.00001"], "2401.00001", None),
        (["DO  - https://doi.org/10.1234/AbC"], None, "10.1234/abc"),
        (["N1  - doi:10.1234/abc"], None, "10.1234/abc"),
        (["M3  - 10.1234/abc"], None, "10.1234/abc"),
        (["T2  - arXiv preprint arXiv:2401.00001"], "2401.00001", None),
    ],
)
def test_ids_in_ris(lines: list[str], arxiv_id: str | None, doi: str | None) -> None:
    entry = one(ris, ris_of(*lines))
    assert (entry.arxiv_id, entry.doi, entry.journal, entry.marks) == (arxiv_id, doi, None, Marks())


def test_ris_that_is_not_as_it_should_be() -> None:
    text = "1.\nTY  - JOUR\nTI  - One\nAB  - first\nsecond\n\nthird\nER  -\n"
    digest = read(ris, text + "2.\nTI  - Two\nAU  - Lee, A.\nER  - \nTY - BOOK\nT1 - Three")
    assert [(entry.title, entry.line) for entry in digest.entries] == [("One", 2), ("Two", 10), ("Three", 13)]
    assert digest.entries[0].abstract == "first second third"
    assert [(problem.line, problem.reason.split(";")[0]) for problem in digest.problems] == [
        (10, "This record does not begin with its type (TY)"),
        (13, "This record has no end (ER)"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Some words about RIS, as it is written in our group,\n" * 6 + ris_of(),
        "AB  - this is how a list begins\n- and goes on\n",
        "TY  - JOUR\n",
        "",
    ],
)
def test_what_is_no_ris(text: str) -> None:
    assert not ris.matches(text)


# ── nbib, EndNote ────────────────────────────────────────────────────────────────────────────────


def test_names_in_nbib_where_the_full_form_is_missing() -> None:
    entry = one(nbib, "PMID- 1\nTI  - T.\nAU  - Berg A\nAU  - Day CY\nCN  - A Group\nMH  - *Sleep/physiology\n")
    assert entry.authors == ("Berg A", "Day CY", "A Group") and entry.keywords == ("Sleep/physiology",)
    assert (entry.title, entry.url) == ("T", "https://pubmed.ncbi.nlm.nih.gov/1/")


def test_generations_in_nbib_stand_behind_the_given_name() -> None:
    entry = one(nbib, "PMID- 1\nTI  - T.\nFAU - van der Berg, Jan Jr\nAU  - van der Berg J Jr\nFAU - Roe, Jane 3rd\n")
    assert entry.authors == ("Jan van der Berg Jr", "Jane Roe 3rd")


def test_endnote_without_authors_has_editors() -> None:
    entry = one(endnote, "%0 Edited Book\n%T T\n%E Day, Cy\n%I Press\n%D 2001\n%7 2\n")
    assert (entry.authors, entry.comment, entry.journal) == (("Cy Day",), "Press", Journal(year=2001))


# ── CSL-JSON, Zotero ─────────────────────────────────────────────────────────────────────────────


def csl(**fields: Any) -> str:
    return json.dumps([{"id": "a", "type": "article-journal", "title": "T", "issued": {"raw": "2001"}, **fields}])


@pytest.mark.parametrize(
    ("person", "author"),
    [
        ({"family": "Lee", "given": "Ann"}, "Ann Lee"),
        ({"family": "Waals", "given": "J. D.", "non-dropping-particle": "van der"}, "J. D. van der Waals"),
        ({"family": "Humboldt", "given": "Alexander", "dropping-particle": "von"}, "Alexander von Humboldt"),
        ({"family": "Davis", "given": "Sammy", "suffix": "Jr."}, "Sammy Davis Jr."),
        ({"literal": "A Group, Inc."}, "A Group, Inc."),
        ({"family": "Plato"}, "Plato"),
    ],
)
def test_people_in_csl(person: dict[str, str], author: str) -> None:
    assert one(csl_json, csl(author=[person, "nobody", 3, None])).authors == (author,)


def test_the_heading_of_an_abstract_from_doi_org_goes() -> None:
    stated = "<jats:title>Abstract</jats:title>\n<jats:p>We <jats:italic>see</jats:italic> &amp; tell.</jats:p>"
    assert one(csl_json, csl(abstract=stated)).abstract == "We see & tell."
    assert one(csl_json, csl(abstract="Abstract art is art.")).abstract == "Abstract art is art."


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"issued": {"date-parts": [["2018", 3, 1]]}}, {"year": 2018}),
        ({"issued": {"literal": "Spring 2018"}}, {"year": 2018}),
        ({"issued": {"date-parts": [[None]]}}, {"year": None}),
        ({"issued": {"date-parts": 4}}, {"year": None}),
        ({"issued": "2018-03"}, {"year": 2018}),
    ],
)
def test_dates_in_csl(fields: dict[str, Any], expected: dict[str, Any]) -> None:
    entry = one(csl_json, csl(**fields))
    assert entry.day is None and (entry.journal or Journal()).year == expected["year"]


def test_what_zotero_writes_into_the_note() -> None:
    entry = one(csl_json, csl(note="PMID: 12\narXiv: 2401.00001 [cs.LG]\nComment: 9 pages\ntex.x: y\nMine\n\n- *this*"))
    assert (entry.arxiv_id, entry.comment, entry.marks.note) == ("2401.00001", "9 pages", "Mine\n\n- *this*")


ZOTERO = {
    "itemType": "preprint",
    "title": "A title",
    "creators": [
        {"creatorType": "author", "firstName": "Ann", "lastName": "Lee"},
        {"creatorType": "author", "name": "A Group"},
        {"creatorType": "contributor", "name": "Nobody"},
    ],
    "abstractNote": "An abstract.",
    "repository": "arXiv",
    "archiveID": "arXiv:2401.00001",
    "date": "2024-01-03",
    "DOI": "10.48550/arXiv.2401.00001",
    "url": "http://arxiv.org/abs/2401.00001",
    "tags": [{"tag": "machine learning", "type": 1}, {"tag": "x"}],
    "notes": [{"note": "<p>One</p><p>Two</p>"}],
}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"config": {"id": "x"}, "version": {}, "items": [ZOTERO]}, indent=1),
        json.dumps([{"key": "A", "version": 3, "data": ZOTERO}, {"data": {"itemType": "note", "note": "x"}}]),
        json.dumps([ZOTERO, {"itemType": "attachment", "title": "a.pdf"}]),
    ],
)
def test_zoteros_own_json(text: str) -> None:
    entry = one(csl_json, text)
    assert (entry.title, entry.authors, entry.abstract) == ("A title", ("Ann Lee", "A Group"), "An abstract.")
    assert (entry.arxiv_id, entry.doi, entry.journal, entry.comment) == ("2401.00001", None, None, None)
    assert (entry.keywords, entry.marks) == (("machine learning", "x"), Marks(note="One\nTwo"))


def test_one_item_and_items_a_line() -> None:
    item = {"type": "article-journal", "title": "T", "author": [], "DOI": "10.1234/a"}
    assert one(csl_json, json.dumps(item, indent=2)).doi == "10.1234/a"
    lines = json.dumps(item) + "\n{broken\n" + json.dumps({**item, "DOI": "10.1234/b"}) + "\n"
    digest = read(csl_json, lines)
    assert [entry.doi for entry in digest.entries] == ["10.1234/a", "10.1234/b"]
    assert [problem.line for problem in digest.problems] == [2]


@pytest.mark.parametrize(
    "text", ['[{"type": "a"}]', '{"items": [1, 2]}', "[[[", '{"type": "x", "a": 1}', "[]", "", "{"]
)
def test_what_is_no_library_in_json(text: str) -> None:
    assert not csl_json.matches(text)


@pytest.mark.parametrize("where", ["title", "abstract", "container-title", "keyword", "note", "annote"])
def test_escapes_in_json_do_nothing(where: str) -> None:
    entry = one(csl_json, csl(**{where: "a\u001b[2J\u202eb &#27;[31mc", "DOI": "10.1234/a"}))
    assert_safe(Digest(format="x", entries=(entry,)))


# ── real files ───────────────────────────────────────────────────────────────────────────────────


@needs_real
@pytest.mark.parametrize(
    ("name", "titles", "dois", "problems"),
    [
        ("example_full.ris", ["Title of reference", "The title of the reference"], 0, 0),
        ("example_bom.ris", [None], 1, 0),
        ("example_multiline.ris", [None] * 3, 0, 0),
        ("jabref_RisImporterCorrupted.ris", ["Editorial: Open Source and Empirical Software Engineering"], 1, 1),
        ("manubot_bibliography.nbib", None, 2, 0),
        ("manubot_bibliography.json", None, 1, 0),
        ("manubot_bibliography.ris", None, 1, 0),
    ],
)
def test_real_files(name: str, titles: list[str | None] | None, dois: int, problems: int) -> None:
    digest = parse((BIB / name).read_bytes())
    assert_safe(digest)
    assert len(digest.problems) == problems and sum(entry.doi is not None for entry in digest.entries) == dois
    assert titles is None or [entry.title for entry in digest.entries] == titles


@needs_real
@pytest.mark.parametrize(
    ("name", "twin"),
    [
        ("jabref_NbibImporterTest.nbib", "jabref_NbibImporterTest.bib"),
        ("jabref_MedlinePlainImporterTestCompleteEntry.txt", "jabref_MedlinePlainImporterTestCompleteEntry.bib"),
        ("jabref_RisImporterTest3.ris", "jabref_RisImporterTest3.bib"),
        ("jabref_RisImporterTest5a.ris", "jabref_RisImporterTest5a.bib"),
        ("manubot_bibliography.ris", "manubot_bibliography.bib"),
        ("manubot_bibliography.json", "manubot_bibliography.bib"),
    ],
)
def test_two_programs_say_the_same_of_a_paper(name: str, twin: str) -> None:
    for ours, theirs in zip(
        parse((BIB / name).read_bytes()).entries, parse((BIB / twin).read_bytes()).entries, strict=True
    ):
        assert (ours.title or "").rstrip(".") == (theirs.title or "").rstrip(".")
        assert ours.authors[: len(theirs.authors)] == theirs.authors
        journals = [entry.journal or Journal() for entry in (ours, theirs)]
        assert len({(each.name, each.volume) for each in journals}) == 1


# ── what feedreader writes ───────────────────────────────────────────────────────────────────────

SINCE = datetime(2024, 5, 3, 12, tzinfo=UTC)
PAPERS = [
    Paper(
        id="2401.00001",
        arxiv_id="2401.00001",
        title=r"On the M\"obius {f}unction of $\mathbb{Z}_p$ at 5% & more",
        authors=("Ann Lee", "Jan van der Berg", "The ATLAS Collaboration", "Sammy Davis Jr.", "Şebnem Yılmaz"),
        abstract="We study $x^2$ & y < z at length.",
        categories=("cs.LG", "stat.ML"),
        day=date(2024, 1, 2),
        marks=Marks(read=True, shortlisted=True, shortlisted_at=SINCE, tags=("ml", "x/y_z"), note="One: 5% & more"),
    ),
    Paper(
        id="10.1234/abc.5",
        doi="10.1234/abc.5",
        title="=A paper in a journal",
        authors=("Cy Day", "et al."),
        journal=Journal("Phys. Rev. B", "109", "14", "101-119", 2024),
        marks=Marks(shortlisted=True, tags=("größe",), note="- two\n\n[x] *three* {four} \\five"),
    ),
    Paper(id="p-1", title="A paper without ids: it's old", authors=("Bo Ek",), marks=Marks(shortlisted=True)),
]


@pytest.mark.parametrize("format", ["bibtex", "ris", "csl-json", "csv", "markdown", "jsonl"])
def test_what_is_exported_is_read_back(format: str) -> None:
    digest = parse("".join(exporter(format)(PAPERS, keys_of(PAPERS))).encode())
    assert not digest.problems and len(digest.entries) == len(PAPERS)
    for entry, paper in zip(digest.entries, PAPERS, strict=True):
        assert to_unicode(entry.title or "").replace("{f}", "f") == to_unicode(paper.title or "").replace("{f}", "f")
        known = tuple(name for name in paper.authors if name != "et al.")
        assert entry.authors[: len(known)] == known
        assert (entry.arxiv_id, entry.doi) == (paper.arxiv_id, paper.doi)
        assert to_unicode(entry.abstract or "") == to_unicode(paper.abstract or "")
        assert (entry.journal or Journal())[:4] == (paper.journal or Journal())[:4]
        assert (*entry.marks.tags, *keyword_tags(entry.keywords)) == paper.marks.tags
        lines = format in ("bibtex", "csl-json", "markdown", "jsonl")  # the others have notes on one line
        note, own = entry.marks.note or "", paper.marks.note or ""
        assert note == own if lines else note.split() == own.split()
        if format == "jsonl":
            assert entry.marks == paper.marks


# ── harm ─────────────────────────────────────────────────────────────────────────────────────────

PIECES = (
    *(
        "TY  - JOUR\n",
        "TI  - a\n",
        "AU  - a, b\n",
        "ER  - \n",
        "PMID- 1\n",
        "FAU - a\n",
        "%0 a\n",
        "%A b\n",
        "KW  - a; b\n",
    ),
    *(
        '[{"type":"a","title":"b","DOI":"c"},',
        '{"itemType":"x","title":"y"',
        "}",
        "]",
        "{",
        "[",
        ",",
        '"',
        ":",
        "      a\n",
    ),
    *(
        '"author":[',
        '"issued":',
        '"note":"a\\nb"',
        "N1  - ",
        "\n",
        " ",
        "\x1b[2J",
        "é",
        "\\u001b",
        "&#27;",
        "<b>",
        "10.1/a",
    ),
)


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_no_soup_raises(soup: str) -> None:
    for text in (
        soup,
        ris_of() + soup,
        "PMID- 1\nTI  - a\n" + soup,
        "%0 a\n%T b\n" + soup,
        '[{"type":"a","DOI":"c"},' + soup,
    ):
        with contextlib.suppress(DigestError):
            assert_safe(parse(text.encode()))
        for module in (ris, nbib, endnote, csl_json):
            assert_safe(module.parse(text))
