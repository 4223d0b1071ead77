"""Names of authors taken apart, words in ASCII, and the stems of citation keys."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.model import Paper
from feedreader.text.author_names import is_others, is_plain, parse_name
from feedreader.text.citation_key import key_stem, year_and_month
from feedreader.text.transliterate import to_ascii


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Ada Lovelace", ("Lovelace", "Ada", "", "", False)),
        ("D. E. Knuth Jr.", ("Knuth", "D. E.", "", "Jr.", False)),
        ("Knuth, Jr., D. E.", ("Knuth", "D. E.", "", "Jr.", False)),
        ("Martin Luther King, Jr.", ("King", "Martin Luther", "", "Jr.", False)),
        ("Ludwig van Beethoven", ("Beethoven", "Ludwig", "van", "", False)),
        ("van den Oord, Aäron", ("Oord", "Aäron", "van den", "", False)),
        ("Luc Van Gool", ("Van Gool", "Luc", "", "", False)),
        ("Müller, Karl-Heinz", ("Müller", "Karl-Heinz", "", "", False)),
        ("danah boyd", ("boyd", "danah", "", "", False)),
        ("Wang X.-Y.", ("Wang", "X.-Y.", "", "", False)),
        ("Malcolm X", ("X", "Malcolm", "", "", False)),
        ("李 明", ("李", "明", "", "", False)),
        ("李明", ("李明", "", "", "", True)),
        ("Wei Li (李伟)", ("Li", "Wei (李伟)", "", "", False)),
        ("ATLAS Collaboration", ("ATLAS Collaboration", "", "", "", True)),
        ("the LIGO Scientific Collaboration", ("the LIGO Scientific Collaboration", "", "", "", True)),
        ("OpenAI", ("OpenAI", "", "", "", True)),
        ("A, B, C", ("A, B, C", "", "", "", True)),
        ("", ("", "", "", "", True)),
    ],
)
def test_the_parts_of_a_name(text: str, parts: tuple[object, ...]) -> None:
    assert parse_name(text) == parts


@given(st.text(st.sampled_from("aAbB.,-'() é李"), max_size=20))
def test_no_part_of_a_name_is_lost(text: str) -> None:
    def letters(text: str) -> list[str]:
        return sorted(char for char in text if char.isalnum())

    name = parse_name(text)
    assert letters(" ".join(name[:4])) == letters(text)
    assert letters(name.sorted) == letters(text)
    if is_plain(text):
        words = text.split()
        assert name == (words[-1], " ".join(words[:-1]), "", "", False)


def test_others_are_no_names() -> None:
    assert all(map(is_others, ("et al.", "et al", "others", "and others", "12 more authors", "…", "...")))
    assert not any(map(is_others, ("Al Gore", "Etal Someone", "Others, A.")))


def test_words_in_ascii() -> None:
    assert to_ascii("Łukasz Gödel ﬁß Ångström Đặng") == "Lukasz Godel fiss Angstrom Dang"
    assert to_ascii("Хрущёв Αθήνα") == "Khrushchyov Athena"
    assert to_ascii("李明") == ""


@pytest.mark.parametrize(
    ("paper", "stem"),
    [
        (
            Paper(id="1", title=r"S$^\mathbf{4}$L: Self", authors=("Lucas Beyer",), arxiv_id="1905.03670"),
            "beyer2019s4l",
        ),
        (
            Paper(id="1", title="On the Rise", authors=("Ludwig van Beethoven",), day=date(2020, 1, 1)),
            "beethoven2020rise",
        ),
        (Paper(id="1", title="Über Γ", authors=("Иван Петров",)), "petrovuber"),
        (Paper(id="1", title="A Title", authors=("李明",), day=date(2020, 1, 1)), "anonymous2020title"),
        (Paper(id="1", title="How to Do It", authors=()), "anonymoushow"),
        (Paper(id="hep-th/9901001", arxiv_id="hep-th/9901001"), "arxivhepth9901001"),
        (Paper(id="李", title="李"), "paper"),
        (Paper(id="1", title="Multi-Task", authors=("J. O'Neil",), arxiv_id="0704.0001"), "oneil2007multi"),
    ],
)
def test_the_stem_of_a_key(paper: Paper, stem: str) -> None:
    assert key_stem(paper) == stem


def test_the_year_is_that_of_the_first_version() -> None:
    def when(id: str, day: date | None = None) -> tuple[int, int] | None:
        return year_and_month(Paper(id=id, arxiv_id=id or None, day=day))

    assert when("1905.03670", date(2022, 1, 1)) == (2019, 5)
    assert when("hep-th/9912001") == (1999, 12)
    assert when("math/0309136") == (2003, 9)
    assert when("", date(2022, 1, 1)) == (2022, 1)
    assert when("") is None
