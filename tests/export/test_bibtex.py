"""BibTeX: what it says, and that nothing breaks it."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import date

import pytest
from bibtexparser.entrypoint import parse_string
from hypothesis import given
from hypothesis import strategies as st
from pylatexenc.latex2text import LatexNodes2Text

from feedreader.export.bibtex import bibtex_entry, export
from feedreader.export.latex.capitals import protected
from feedreader.export.latex.writer import tex
from feedreader.model import Journal, Marks, Paper
from tests.export.hostile import PAPERS, hostile, keys_of


def fields(paper: Paper) -> dict[str, str]:
    (entry,) = parse_string(bibtex_entry(paper, "key", set())).entries
    return {field.key: str(field.value) for field in entry.fields}


def author(*names: str) -> str:
    return fields(Paper(id="p", authors=names)).get("author", "")


def title(text: str) -> str:
    return protected(tex(text))


def test_an_entry_as_arxiv_recommends_it() -> None:
    paper = Paper(
        id="1905.03670",
        title=r"S$^\mathbf{4}$L: Self-Supervised Semi-Supervised Learning",
        authors=("Xiaohua Zhai", "Avital Oliver", "Lucas Beyer"),
        abstract="About 50% of it.",
        arxiv_id="1905.03670",
        version=2,
        categories=("cs.CV", "cs.LG"),
        day=date(2020, 1, 3),
        marks=Marks(tags=("to read", "vision"), note="Read §3.\n\nAgain."),
    )
    assert bibtex_entry(paper, "zhai2019s4l", set()) == (
        "@misc{zhai2019s4l,\n"
        "  title = {{S$^{\\mathbf{4}}$L}: Self-Supervised Semi-Supervised Learning},\n"
        "  author = {Zhai, Xiaohua and Oliver, Avital and Beyer, Lucas},\n"
        "  year = {2019},\n"
        "  month = may,\n"
        "  eprint = {1905.03670},\n"
        "  archivePrefix = {arXiv},\n"
        "  primaryClass = {cs.CV},\n"
        "  doi = {10.48550/arXiv.1905.03670},\n"
        "  url = {https://arxiv.org/abs/1905.03670},\n"
        "  abstract = {About 50\\% of it.},\n"
        "  keywords = {to read, vision},\n"
        "  annote = {Read {\\S}3.\\\\\n\\\\\nAgain.},\n"
        "}\n"
    )


def test_without_arxiv_the_day_gives_the_date_and_nothing_is_made_up() -> None:
    assert fields(Paper(id="10.1000/xyz", title="Plain", doi="10.1000/xyz", day=date(2021, 12, 1))) == {
        "title": "Plain",
        "year": "2021",
        "month": "dec",
        "doi": "10.1000/xyz",
    }
    assert fields(Paper(id="p-1", title="Plain")) == {"title": "Plain"}


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("Ada Lovelace", "Ludwig van Beethoven"), "Lovelace, Ada and van Beethoven, Ludwig"),
        (("D. E. Knuth Jr.",), "Knuth, Jr., D. E."),
        (("Martin Luther King, Jr.",), "King, Jr., Martin Luther"),
        (("ATLAS Collaboration",), "{ATLAS Collaboration}"),
        (("Müller, Karl-Heinz",), r"M{\"u}ller, Karl-Heinz"),
        (("de la Cruz, Juan",), "de la Cruz, Juan"),
        (("Luc Van Gool",), "Van Gool, Luc"),
        (("danah boyd",), "boyd, danah"),
        (("李明", "Иван Петров"), r"{李明} and {\textrm{Петров}}, {\textrm{И}}ван"),
        (("Simon and Schuster",), "{Simon and Schuster}"),
        (("Ann Lee", "et al."), "Lee, Ann and others"),
        (("Ann Lee et al.", "Bob Ray, and others"), "Lee, Ann and Ray, Bob and others"),
        (("Ann Lee et al. (CDF Collaboration)",), "Lee, Ann (CDF Collaboration) and others"),
        (("Ann Lee", "et al.", "CDF Collaboration"), "Lee, Ann and {CDF Collaboration} and others"),
        (("Etal Al", "Cy et-al"), "Al, Etal and et-al, Cy"),
        ((r"J\'er\^ome {\L}ukasz",), r"{\L}ukasz, J{\'e}r{\^o}me"),
        (("O'Neil", " "), "{O'Neil}"),
        (("Đorđe Petrović", "Þór Jónsson"), r"Petrovi{\'c}, {\textrm{Đ}}orđe and J{\'o}nsson, {\textrm{Þ}}{\'o}r"),
        (
            ("Sigurður Guðmundsson", "X-Þór Ăbc"),
            r"Gu{\textrm{ð}}mundsson, Sigurður and {\u{A}}bc, X-{\textrm{Þ}}{\'o}r",
        ),
        (("Ana da Silva e Souza",), "da {Silva e Souza}, Ana"),
        (("Νίκος Παπαδάκης",), r"{\textrm{Παπαδάκης}}, {\textrm{Ν}}ίκος"),
        (("Wei Li (a, b)", "李 雷", "محمد علي"), "{Wei Li (a, b)} and {李 雷} and {محمد علي}"),
        (("{weird",), "{\\textbraceleft{}weird}"),
        (("Lone {Brace",), "{Lone \\textbraceleft{}Brace}"),
    ],
)
def test_authors(names: tuple[str, ...], expected: str) -> None:
    assert author(*names) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("S4L: Self-Supervised Learning", "{S4L}: Self-Supervised Learning"),
        ("Modelling in R with brms (and ARIMA)", "Modelling in {R} with brms (and {ARIMA})"),
        ("A Study of arXiv, GANs and 3D X-rays", "A Study of {arXiv}, {GANs} and {3D} {X-rays}"),
        (
            "A study of the Gaussian process for networks: The case",
            "A study of the {Gaussian} process for networks: The case",
        ),
        ("The Ising gas", "The {Ising} gas"),
        ("Searching for Dirac points: Weyl and others", "Searching for {Dirac} points: {Weyl} and others"),
        ("Bose-Einstein condensates", "{Bose-Einstein} condensates"),
        ("Did Gauss know? An answer", "Did {Gauss} know? {An} answer"),
        ("On Erdős numbers", r"On {Erd{\H{o}}s} numbers"),
        (r"The \L{}ojasiewicz and {\'E}tale cases", r"The {{\L}ojasiewicz} and {{\'E}tale} cases"),
        ("Schrödinger Operators in Gödel Universes", r"Schr{\"o}dinger Operators in {G{\"o}del} Universes"),
        ("Über die Theorie der Wärme", r"{\"U}ber die {Theorie} der {W{\"a}rme}"),
        ("K3 Surfaces, H2 and the W-State of SU(2)", "{K3} Surfaces, {H2} and the {W-State} of {SU(2)}"),
        ("Xe-Xe Collisions and Sgr B2 in Type Ib Data", "{Xe-Xe} Collisions and {Sgr} {B2} in Type {Ib} Data"),
        (
            "D* Planning in W*-Algebras with F# and Hepatitis A",
            r"{D*} Planning in {W*-Algebras} with {F\#} and Hepatitis {A}",
        ),
        ("A Top-k Guide to p-adic Numbers: A Survey", "A {Top-k} Guide to {p-adic} Numbers: A Survey"),
        ("Bounds on $\\Lambda$CDM", "Bounds on {$\\Lambda$CDM}"),
        ("{BERT} again", "{BERT} again"),
        (r"\textit{DNA} and \textit{in vivo}", r"{{\textit{DNA}}} and \textit{in vivo}"),
        ("École", r"{\'E}cole"),
    ],
)
def test_capitals_are_protected_word_by_word(text: str, expected: str) -> None:
    assert title(text) == expected


def test_the_abstract_tells_which_words_of_a_title_in_title_case_are_names() -> None:
    abstract = (
        "Markov chains. We use a Markov chain and Lie groups (which lie in Lie algebras) for Wiener Random Walks "
        "(RWs). In Chinese, walks are many."
    )
    assert protected("Using Wiener and Random Walks: A Chinese Case Study", abstract) == (
        "Using {Wiener} and Random Walks: A {Chinese} Case Study"
    )
    assert protected("Using Markov Chains and Lie Groups of Random Walks", abstract) == (
        "Using {Markov} Chains and {Lie} Groups of Random Walks"
    )


def test_a_paper_that_was_printed_is_an_article_of_its_year() -> None:
    paper = Paper(
        id="1905.03670",
        title="Printed",
        arxiv_id="1905.03670",
        doi="10.1103/PhysRevB.109.1",
        categories=("hep-ex",),
        journal=Journal("Phys. Rev. & Rec.", "109", "14", "101–119", 2024),
    )
    assert bibtex_entry(paper, "key", set()).startswith("@article{key,\n")
    assert fields(paper) == {
        "title": "Printed",
        "journal": r"Phys. Rev. \& Rec.",
        "volume": "109",
        "number": "14",
        "pages": "101--119",
        "year": "2024",
        "eprint": "1905.03670",
        "archivePrefix": "arXiv",
        "primaryClass": "hep-ex",
        "doi": "10.1103/PhysRevB.109.1",
        "url": "https://arxiv.org/abs/1905.03670",
    }
    unnamed = replace(paper, journal=Journal(volume="7"))
    assert bibtex_entry(unnamed, "key", set()).startswith("@misc{") and fields(unnamed)["year"] == "2019"


def test_what_looks_like_an_entry_begins_none() -> None:
    paper = Paper(
        id="p",
        title="NAME @ CLEF 2022, X@Y{Z} and pass@K",
        authors=("me@home {Team}",),
        abstract="Recall@1 > 0.9 and foo@bar {x}",
        marks=Marks(note="@misc {x"),
    )
    assert fields(paper)["title"] == "{NAME} {@} {CLEF} 2022, {X{@}Y{Z}} and {pass@K}"
    assert fields(paper)["abstract"] == r"Recall{@}1 {\textgreater} 0.9 and foo@bar \{x\}"
    braced = fields(Paper(id="p", title="Codes over {GF, A B} and {A"))
    assert braced["title"] == r"Codes over {{\{GF, A B\}}} and {{\textbraceleft}A}"


def test_a_note_keeps_its_lines() -> None:
    paper = Paper(id="p", marks=Marks(note="\u200b\n# One\n[x] two\n\n* three %\n"))
    assert fields(paper)["annote"] == "\\# One\\\\\n{}[x] two\\\\\n\\\\\n{}* three \\%"
    assert "annote" not in fields(Paper(id="p", marks=Marks(note="\u200b")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("50% off & more_#1 {unbalanced", r"50\% off \& more\_\#1 {\textbraceleft}unbalanced"),
        ("$x<y$ $x^2$", "$x<y$ $x^2$"),
        (r"$\frac{1}$ $x^a^b$", r"{\textbackslash}frac{\textbraceleft}1{\textbraceright} x$^{a}$$^{b}$"),
        (r"\(a\) \[b\] $$c$$", "$a$ $b$ $c$"),
        (r"$\{a\}$ $\left\{ b \right\}$", r"$\lbrace a\rbrace$ $\left\lbrace b \right\rbrace$"),
        (r"{\it in vivo} \emph{so}", r"\textit{in vivo} \emph{so}"),
        (r"C:\new \alpha", r"C:{\textbackslash}new $\alpha$"),
        ("costs $5 and $10", r"costs \$5 and \$10"),
        ("Fig.~3, ~10", r"Fig.~3, {\textasciitilde}10"),
        (r"$\left\langle x \right\rangle \big\langle y \big\rangle$", r"$\left< x \right> \big< y \big>$"),
        ("α-decay, Η μέθοδος, λόγος και ΛCDM", r"α-decay, Η μέθοδος, λόγος και ΛCDM"),
        ("α-decay of ΛCDM, ΔΣ, λογος", r"$\alpha$-decay of $\Lambda$CDM, $\Delta$$\Sigma$, λογος"),
        ("Þ|Đ† 5 €", r"Þ$|$Đ$\dagger$ 5 €"),
        (r"\mbox{H$_2$O}", "H$_{2}$O"),
        (r"\ce{^{227}_{90}Th+} at \SI{5}{\per\s}", r"$^{227}$$_{90}$Th$^{+}$ at 5 s$^{-1}$"),
        ("α ≤ S⁴ é ﬁ x̂ 李", r"$\alpha$ $\le$ S$^{4}$ {\'e} fi {\^x} 李"),
        ("a\u200bb\xadc – “d”", "abc -- ``d''"),
    ],
)
def test_tex_stays_tex_and_the_rest_is_escaped(text: str, expected: str) -> None:
    assert tex(text) == expected


TITLE_WORDS = r"The a Ising K3 p-adic {GAN} $x$ (R) of chains: Schrödinger A* \'Etale “Q”? - , )"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Growth in Hong Kong", "Growth in {Hong} {Kong}"),
        ("From Euler to Gauss", "From {Euler} to {Gauss}"),
        ("Kerr Black Holes", "Kerr Black Holes"),
        ("A Tale of Cities and Black Holes in Hong Kong", "A Tale of Cities and Black Holes in Hong Kong"),
    ],
)
def test_a_title_too_short_to_tell_keeps_what_its_abstract_does_not_write_small(text: str, expected: str) -> None:
    assert protected(text, "On black holes.") == expected


@given(st.lists(st.sampled_from(TITLE_WORDS.split(" "))))
def test_protecting_adds_braces_and_nothing_else(words: list[str]) -> None:
    text = tex(" ".join(words))
    shown = protected(text, "A chain of Ising chains.")
    assert shown.replace("{", "").replace("}", "") == text.replace("{", "").replace("}", "")
    assert balanced(shown)


def test_a_long_title_costs_no_more_than_its_length() -> None:
    started = time.process_time()
    for unit in ("A", "a)(", ")", "Ab ", "{", "$", "Ab-", "“", ":", "(A ", "\\'e"):
        protected(tex(unit * 20_000), unit * 20_000)
    assert time.process_time() - started < 10


def balanced(text: str) -> bool:
    depth = 0
    for char in text:
        depth += (char == "{") - (char == "}")
        if depth < 0:
            return False
    return depth == 0


@given(PAPERS)
def test_nothing_in_a_paper_breaks_the_file(papers: list[Paper]) -> None:
    keys = keys_of(papers)
    text = "".join(export(papers, keys))
    read = parse_string(text)
    assert read.failed_blocks == []
    assert [entry.key for entry in read.entries] == list(keys.values())
    for entry, paper in zip(read.entries, papers, strict=True):
        assert all(balanced(str(field.value)) for field in entry.fields)
        assert ("title" in entry.fields_dict) == bool(paper.title)
        named = len([name for name in paper.authors if name.strip()])
        authors = entry.fields_dict.get("author")
        assert len(split_names(str(authors.value)) if authors else []) == named


def split_names(value: str) -> list[str]:
    """At each " and " outside braces, as BibTeX does."""
    names, depth, start = [], 0, 0
    for at, char in enumerate(value):
        depth += (char == "{") - (char == "}")
        if depth == 0 and value.startswith(" and ", at):
            names.append(value[start:at])
            start = at + 5
    return [*names, value[start:]]


def test_hostile_papers_come_back() -> None:
    papers = hostile()
    read = parse_string("".join(export(papers, keys_of(papers))))
    assert read.failed_blocks == [] and len(read.entries) == len(papers)
    decoded = LatexNodes2Text().latex_to_text(str(read.entries[0].fields_dict["title"].value))
    assert decoded == "50% off & more_#1 unbalanced", "pylatexenc knows no textbraceleft"
    assert LatexNodes2Text().latex_to_text(str(read.entries[3].fields_dict["title"].value)) == "Gödel, Escher"


def test_characters_that_have_no_name_in_tex_are_declared_once() -> None:
    text = "".join(export([Paper(id="a", title="李 李 😀 Σ"), Paper(id="b", title="ą")], {"a": "a", "b": "b"}))
    assert text.count("@preamble{") == 1
    assert text.count(r"\feedreadersets{李}{[U+674E]}") == 1
    assert r"\string\k" in text
    assert "@preamble" not in "".join(export([Paper(id="a", title="é ł $x$")], {"a": "a"}))


@pytest.mark.parametrize("sign", ["}", "{", "&", "#", "%"])
def test_a_sign_of_tex_that_is_struck_through_stays_escaped(sign: str) -> None:
    written = tex(rf"a \not\{sign} b")
    assert re.sub(r"\\[a-z&#%]+|\{\\[a-z]+\}", "", written) == "a \u0338 b"
