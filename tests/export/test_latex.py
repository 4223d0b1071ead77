"""BibTeX and LaTeX themselves, where they are installed: real papers and hostile ones compile without an error."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from benchmarks.papers import entries
from feedreader.export.bibtex import export
from feedreader.model import Paper
from tests.export.hostile import PAPERS, hostile, keys_of


def missing(*programs_and_files: str) -> list[str]:
    """Those of the programs, and of the files that TeX looks up (with a suffix), that are not installed."""

    def is_there(name: str) -> bool:
        if "." not in name:
            return shutil.which(name) is not None
        try:
            return subprocess.run(["kpsewhich", name], capture_output=True, check=False).stdout.strip() != b""
        except OSError:
            return False

    return [name for name in programs_and_files if not is_there(name)]


def needs(*programs_and_files: str) -> pytest.MarkDecorator:
    absent = missing(*programs_and_files)
    return pytest.mark.skipif(bool(absent), reason=f"not installed: {', '.join(absent)}")


pytestmark = needs("pdflatex", "bibtex", "kpsewhich", "article.cls")
STYLES = ["plain", "abbrv", "unsrt", "acm"]
DOCUMENT = r"\documentclass{article}%s\begin{document}\nocite{*}%s\end{document}"
BIBTEX = r"\bibliographystyle{%s}\bibliography{papers}"
FONTS = r"\usepackage[T1]{fontenc}\usepackage{amsmath,amssymb}"
BIBLATEX = r"\usepackage[backend=biber]{biblatex}\addbibresource{papers.bib}"

Compile = Callable[..., list[str]]


@pytest.fixture
def compiled(tmp_path: Path) -> Compile:
    """The errors that LaTeX finds in papers."""

    def compiles(
        papers: list[Paper], style: str = "plain", packages: str = "", *, abstracts: bool = False
    ) -> list[str]:
        text = "".join(export(papers, keys_of(papers)))
        if abstracts:  # so that they are set, too
            text = text.replace("\n  abstract = ", "\n  note = ")
        (tmp_path / "papers.bib").write_text(text, encoding="utf-8")
        biber = style == "biber"
        body = r"\printbibliography" if biber else BIBTEX % style
        (tmp_path / "d.tex").write_text(DOCUMENT % (packages + BIBLATEX * biber, body), encoding="utf-8")
        log = ""
        for command in ("pdflatex", "biber" if biber else "bibtex", "pdflatex"):
            options = ["-interaction=nonstopmode"] if command == "pdflatex" else []
            done = subprocess.run([command, *options, "d"], cwd=tmp_path, capture_output=True, timeout=100, check=False)
            log = done.stdout.decode("utf-8", "replace")
            if command in ("bibtex", "biber"):
                assert done.returncode == 0, log
        return re.findall(r"^! .*(?:\n.*){0,6}", log, re.MULTILINE)

    return compiles


def real(count: int) -> list[Paper]:
    return [
        Paper(
            id=entry.arxiv_id or "",
            title=entry.title,
            authors=entry.authors,
            abstract=entry.abstract,
            arxiv_id=entry.arxiv_id,
            categories=entry.categories,
            day=entry.day,
        )
        for entry in islice(entries(), count)
    ]


def test_real_papers(compiled: Compile, shared: Path) -> None:
    assert compiled(real(400), abstracts=True) == []


@pytest.mark.parametrize("style", [pytest.param(style, marks=needs(f"{style}.bst")) for style in STYLES])
@pytest.mark.parametrize(
    "packages", ["", pytest.param(FONTS, marks=needs("fontenc.sty", "amsmath.sty", "amssymb.sty"))], ids=["bare", "ams"]
)
def test_hostile_papers(compiled: Compile, style: str, packages: str) -> None:
    assert compiled(hostile(), style, packages, abstracts=True) == []


@needs("biber", "biblatex.sty", "logreq.sty")
def test_hostile_papers_by_biber(compiled: Compile) -> None:
    assert compiled(hostile(), "biber") == []


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PAPERS)
def test_whatever_a_paper_says(compiled: Compile, papers: list[Paper]) -> None:
    if papers:
        assert compiled(papers, abstracts=True) == []
