"""What other programs read in our BibTeX: Pandoc and pybtex where they are installed, bibtexparser always."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from bibtexparser.entrypoint import parse_string
from pylatexenc.latex2text import LatexNodes2Text

from benchmarks.papers import REAL, entries
from feedreader.export.bibtex import export
from feedreader.model import Journal, Marks, Paper
from feedreader.text.author_names import parse_name
from tests.export.hostile import keys_of

NAMES = [
    *("Łukasz Kowal", "Şebnem Yılmaz", "Émile Zola", "Øystein Ore", "Čeněk Novák", "Þór Jónsson", "Đorđe Petrović"),
    *("Özgür Çakır", "İsmail Şahin", "Ķīlis Jānis", "Țara Pop", "Đặng Hoa", "Sigurður Guðmundsson", "Ħal Œuvre"),
    *("Jan van der Berg", "Sammy Davis, Jr.", "Gerard 't Hooft", "Nicolas Le Roux", "Ana da Silva e Souza"),
    *("danah boyd", "Conan O'Brien", "M.-H. Chen", "Иван Петров", "Νίκος Παπαδάκης", "Paul Erd\\H{o}s"),
    *("The ATLAS and CMS Collaborations", "Plato", "Johnson & Johnson", "Institute for Space and Nuclear Studies"),
]
TITLES = [
    "The Fisher information of a Markov chain",
    "Anyons in the Kitaev model: Abrikosov vortices",
    "Au-Au and p-Pb collisions at the LHC",
    "A C*-algebra for M33 X-7, E8 and Sgr B2",
    "PyTorch and bioRxiv at Neptune's moons",
    "Über die Theorie der Wärme",
    "The Gödel number and the Łojasiewicz exponent",
    "NAME @ CLEF 2023: pass@K of {GAN} at home@work {X}",
    "Η μέθοδος του Νεύτωνα",
    "Ratios of 50% & more: $5 and |x|",
]
JOURNAL = Journal("Phys. Rev. B & C", "109", "14", "101–119", 2024)
NOTE = "One: 5% & more\n[x] two\n\n- three"


def sample() -> list[Paper]:
    return [
        Paper(id=f"p-{place}", title=title, authors=tuple(NAMES), journal=JOURNAL, marks=Marks(note=NOTE))
        for place, title in enumerate(TITLES)
    ]


def real(count: int) -> list[Paper]:
    if not REAL.exists():
        pytest.skip("the papers of ../shared are not here")
    return [
        Paper(id=entry.arxiv_id or "", title=entry.title, authors=entry.authors, abstract=entry.abstract)
        for entry in islice(entries(), count)
    ]


def squeezed(text: str) -> str:
    """Text without blanks and without what programs set in their own way: quotation marks and dashes."""
    text = re.sub(r"</?(?:span|i|b|su[bp]|u)\b[^>]*>", "", text)
    return re.sub(r"[\s“”‘’\"'`–—-]+", "", text)


def bare(text: str) -> str:
    """Squeezed text without what only groups, or encloses a formula."""
    return re.sub(r"[{}$]", "", squeezed(text))


def whole(name: str) -> str:
    """A name as it is read aloud."""
    parts = parse_name(name)
    return squeezed("".join((parts.given, parts.particle, parts.family, parts.suffix)))


# ── Pandoc ───────────────────────────────────────────────────────────────────────────────────────

needs_pandoc = pytest.mark.skipif(shutil.which("pandoc") is None, reason="not installed: pandoc")


def by_pandoc(papers: list[Paper], folder: Path) -> list[dict[str, Any]]:
    file = folder / "papers.bib"
    file.write_text("".join(export(papers, keys_of(papers))), encoding="utf-8")
    command = ["pandoc", "-f", "bibtex", "-t", "csljson", str(file)]
    items = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=100).stdout)
    read = {item["id"]: item for item in items}
    return [read[f"key{place}"] for place in range(len(papers))]


def csl_name(name: dict[str, str]) -> str:
    parts = ("literal", "given", "dropping-particle", "non-dropping-particle", "family", "suffix")
    return squeezed("".join(name.get(part, "") for part in parts))


@needs_pandoc
def test_pandoc_reads_what_was_said(tmp_path: Path) -> None:
    items = by_pandoc(sample(), tmp_path)
    assert [bare(item["title"]) for item in items] == list(map(bare, TITLES))
    for item in items:
        assert [csl_name(name) for name in item["author"]] == [whole(name) for name in NAMES]
        families = [squeezed(name["family"]) for name in item["author"] if "family" in name]
        assert families == [squeezed(name.family) for name in map(parse_name, NAMES) if not name.literal]
        place = [item[part] for part in ("container-title", "volume", "issue", "page")]
        assert place == ["Phys. Rev. B & C", "109", "14", "101-119"]
        assert item["issued"]["date-parts"] == [[2024]] and item["annote"] == NOTE


@needs_pandoc
def test_pandoc_reads_real_papers(tmp_path: Path) -> None:
    papers = real(400)
    for paper, item in zip(papers, by_pandoc(papers, tmp_path), strict=True):
        assert [csl_name(name) for name in item["author"]] == [whole(name) for name in paper.authors]
        if paper.title and set("$\\^").isdisjoint(paper.title):
            assert squeezed(item["title"]).lower() == squeezed(paper.title).lower()


# ── bibtexparser and pybtex, which leave TeX to pylatexenc ───────────────────────────────────────────

Fields = Callable[[str], dict[str, dict[str, str]]]


def by_bibtexparser(text: str) -> dict[str, dict[str, str]]:
    library = parse_string(text)
    assert library.failed_blocks == []
    return {entry.key: {field.key: str(field.value) for field in entry.fields} for entry in library.entries}


def by_pybtex(text: str) -> dict[str, dict[str, str]]:
    database = pytest.importorskip("pybtex.database", reason="not installed: pybtex")
    read = database.parse_string(text, "bibtex").entries
    return {
        key: {**entry.fields, "author": " and ".join(map(str, entry.persons["author"]))} for key, entry in read.items()
    }


def decoded(tex: str) -> str:
    return bare(LatexNodes2Text(math_mode="verbatim").latex_to_text(tex))


def in_order(name: str) -> str:
    """ "Last, Jr., First" as it is read aloud."""
    if re.fullmatch(r"\{[^{}]*\}", name):
        return decoded(name)
    last, *more = re.split(r",\s", name)
    return decoded("".join((*more[-1:], last, *more[:-1])))


@pytest.mark.parametrize("reader", [by_bibtexparser, by_pybtex])
def test_libraries_read_what_was_said(reader: Fields) -> None:
    papers = sample()
    read = reader("".join(export(papers, keys_of(papers))))
    for place, title in enumerate(TITLES):
        fields = read[f"key{place}"]
        assert decoded(fields["title"]) == bare(title)
        names = re.split(r" and (?![^{]*\})", fields["author"])
        assert list(map(in_order, names)) == [whole(name) for name in NAMES]
        assert [fields[name] for name in ("volume", "number", "pages", "year")] == ["109", "14", "101--119", "2024"]


@pytest.mark.parametrize("reader", [by_bibtexparser, by_pybtex])
def test_libraries_read_real_papers(reader: Fields) -> None:
    papers = real(400)
    read = reader("".join(export(papers, keys_of(papers))))
    for place, paper in enumerate(papers):
        names = re.split(r" and (?![^{]*\})", read[f"key{place}"]["author"])
        assert list(map(in_order, names)) == [whole(name) for name in paper.authors]
