"""What a query marks in the text that is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.errors import QueryError
from feedreader.model import Marks, Paper
from feedreader.query.hits import NO_HITS, hit_patterns, split
from feedreader.query.language import parse_query
from feedreader.text.display import shown
from feedreader.text.normalize import normalize_in_place, search_words
from feedreader.view.hits import mark_hits
from feedreader.view.page import page, plain


@pytest.mark.parametrize(
    ("query", "text", "hits"),
    [
        ("deep", "Deep nets, deeper; indeed deep-fried", ["Deep", "deep", "deep"]),
        ("ga", "GA or GAN", ["GA"]),
        ('"deep learning"', "Deep  Learning of deep, learning things", ["Deep  Learning", "deep, learning"]),
        ("semi-supervised", "semi supervised, Semi-Supervised", ["semi supervised", "Semi-Supervised"]),
        ("poincare", "Poincaré and Poincare\u0301s", ["Poincaré", "Poincare\u0301"]),
        ("Poincar\\'e", "POINCARÉ", ["POINCARÉ"]),
        ("lambda", "ΛCDM and λ", ["Λ", "λ"]),
        ("cdm", "ΛCDM", []),
        ("画像", "深層学習による画像認識", ["画像"]),
        ("a or b -c", "a b c", ["a", "b"]),
        ("not (a b)", "a b", []),
        ("title:deep", "deep", ["deep"]),
        ("abstract:deep", "deep", []),
        ("is:unread day:2019", "unread 2019", []),
        ("/d..p/", "Deep drip", ["Deep", "drip"]),
        ("title:/D\\w+/", "Deep drip", ["Deep"]),
        ("/x*/", "abc", []),
        ("/(d+)+/", "deep", []),
        ("deep eep /eep/", "deep", ["deep"]),
        ("ﬁne", "A fine ﬁnery", ["fine", "ﬁne"]),
    ],
)
def test_what_is_marked_in_a_title(query: str, text: str, hits: list[str]) -> None:
    places = hit_patterns(parse_query(query)).find(text, "title")
    assert [text[start:end] for start, end in places] == hits


def test_the_words_of_a_name_are_marked_each_by_itself() -> None:
    patterns = hit_patterns(parse_query('author:"LeCun, Yann" author:"Y. Le"'))
    text = "Yann LeCun, Le Li"
    assert [text[start:end] for start, end in patterns.find(text, "author")] == ["Yann", "LeCun", "Le"]
    assert patterns.find(text, "title") == []


def test_without_words_there_is_nothing_to_mark() -> None:
    assert hit_patterns(parse_query("is:unread -deep cat:cs /(a+)+/")) is NO_HITS


PAPER = Paper(
    id="x",
    title="Deep learning of very deep things",
    authors=("Deep Li",),
    abstract="All of it is deep learning, and more of that at https://example.org/deep than needed. " * 3,
    tldr="Deep.",
    comment="Deep comment",
    marks=Marks(note="A *deep* note with **deep** words\n\n- and `deep` code"),
)


@pytest.mark.parametrize(
    ("query", "roles"),
    [
        ("deep", {"title", "authors", "comment", "tldr", "abstract", "emphasis", "strong", "code"}),
        ("title:deep", {"title"}),
        ("author:deep", {"authors"}),
        ("abstract:deep", {"abstract"}),
        ("note:deep", {"emphasis", "strong", "code"}),
        ('"deep learning and more"', {"abstract"}),
    ],
)
@pytest.mark.parametrize("width", [12, 30, 88])
def test_a_page_is_marked_over_the_ends_of_its_lines(query: str, roles: set[str], width: int) -> None:
    lines = page(PAPER, width)
    result = mark_hits(lines, hit_patterns(parse_query(query)))
    assert [plain(line) for line in result] == [plain(line) for line in lines]
    hits = [span for line in result for span in line if span.hit]
    assert {span.role for span in hits} == roles
    assert [span.link for line in result for span in line if span.link and "deep" in span.text.lower()] or width < 30


def test_a_note_is_told_from_an_abstract() -> None:
    for query, number in (("note:deep", 3), ("abstract:deep", 6)):
        result = mark_hits(page(PAPER, 88), hit_patterns(parse_query(query)))
        assert sum(span.hit for line in result for span in line) == number, query


def test_a_text_is_split_as_far_as_it_is_shown() -> None:
    assert list(split("deep lea…", [(0, 4), (5, 30)])) == [("deep", True), (" ", False), ("lea…", True)]
    assert list(split("", [(0, 4)])) == []
    assert list(split("deep", [])) == [("deep", False)]


@given(st.text(max_size=60) | st.text("aBx1 +#*^_(){}₂ₛ⁰⁺⁻*⋆√", max_size=12))
def test_normalizing_in_place_gives_the_same_words(text: str) -> None:
    folded, places = normalize_in_place(text)
    assert len(folded) == len(places)
    if not any(mark in text for mark in "\\${"):
        assert " ".join(folded.split()) == search_words(text)


@given(st.text(alphabet="ab é\u0301ΛλﬁA-½İß深", max_size=30), st.text(alphabet="ab éΛ -/.深", max_size=8))
def test_marks_lie_within_the_text_in_order(text: str, query: str) -> None:
    try:
        patterns = hit_patterns(parse_query(query))
    except QueryError:
        return
    at = 0
    for start, end in patterns.find(shown(text), "title"):
        assert at <= start < end <= len(shown(text))
        at = end


def test_a_hit_goes_from_the_first_to_the_last_of_its_letters_and_their_accents() -> None:
    patterns = hit_patterns(parse_query("bs"))
    assert patterns.find("bᵃ_ם, B^0_s, bs\u0301 gap", "title") == [(6, 11), (13, 16)]
