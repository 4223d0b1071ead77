"""Lists to go through, and queries for what stands in them."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.model import FacetCount
from feedreader.query.facets import FacetList, by_author, phrase_of, query_for
from feedreader.query.language import parse_query
from feedreader.text.normalize import normalize


@pytest.mark.parametrize(
    ("facets", "name", "query"),
    [
        ("categories", "cs.LG", "cat:cs.LG"),
        ("categories", "math-ph", "cat:=math-ph"),
        ("categories", "Machine Learning", 'cat:="Machine Learning"'),
        ("sources", "000_abc.txt", "source:=000_abc.txt"),
        ("authors", "Ada Lovelace", 'author:="Ada Lovelace"'),
        ("authors", 'Ada "Countess" Lovelace', 'author:="Ada Countess Lovelace"'),
        ("authors", "Henri Poincar\\'e", 'author:="Henri Poincar\\\'e"'),
        ("authors", 'Erwin Schr\\"{o}dinger', 'author:="Erwin Schrödinger"'),
        ("tags", "ml", "tag:=ml"),
        ("tags", "=x", 'tag:="=x"'),
    ],
)
def test_queries_for_names(facets: str, name: str, query: str) -> None:
    assert query_for(facets, name) == query
    parse_query(query)


def test_the_query_for_an_author_takes_initials_too() -> None:
    assert by_author("Ada Lovelace") == 'author:"Ada Lovelace"'
    assert by_author("OpenAI") == "author:OpenAI"


AUTHORS = FacetList(
    "authors", [FacetCount(name, 1, 0) for name in ("Yang Liu", "Émile Yang", "Bo Li", "Ana Zyang", "Li Wei")]
)


def names(facets: FacetList, typed: str, by_name: bool = False) -> list[str]:
    return [facets.counts[number].name for number in facets.narrowed(typed, by_name)]


def test_what_is_typed_narrows_the_list_by_the_beginnings_of_words() -> None:
    assert names(AUTHORS, "") == ["Yang Liu", "Émile Yang", "Bo Li", "Ana Zyang", "Li Wei"]
    assert names(AUTHORS, "yang") == ["Yang Liu", "Émile Yang"]
    assert names(AUTHORS, "emi ya") == ["Émile Yang"]
    assert names(AUTHORS, "LI") == ["Yang Liu", "Bo Li", "Li Wei"]
    assert names(AUTHORS, "zya") == ["Ana Zyang"]
    assert names(AUTHORS, "yan") == ["Yang Liu", "Émile Yang"]
    assert names(AUTHORS, "hang") == names(AUTHORS, "q") == []
    assert names(AUTHORS, "mile") == ["Émile Yang"], "where no word begins so, anywhere"


def test_by_name_authors_are_in_order_of_their_family_names_and_sources_of_their_folders() -> None:
    assert names(AUTHORS, "", True) == ["Bo Li", "Yang Liu", "Li Wei", "Émile Yang", "Ana Zyang"]
    assert names(AUTHORS, "l", True) == ["Bo Li", "Yang Liu", "Li Wei"]
    several = ("Aäron van den Oord", "Sam Zed, Jr.", "Clarke EM", "Nicolas Le Roux", "Ann Oort", "ATLAS Collaboration")
    assert names(FacetList("authors", [FacetCount(name, 1, 0) for name in several]), "", True) == [
        *("ATLAS Collaboration", "Clarke EM", "Nicolas Le Roux", "Ann Oort", "Aäron van den Oord", "Sam Zed, Jr.")
    ]
    sources = FacetList(
        "sources", [FacetCount("b", 1, 0, "Work"), FacetCount("c", 1, 0, "Home"), FacetCount("a", 1, 0, "Work")]
    )
    assert names(sources, "", True) == ["c", "a", "b"]
    assert names(sources, "work") == ["b", "a"], "a folder's name finds what is in it"


WORDS = st.sampled_from(["a", "ab", "abc", "b", "bc", "Ábc", "c d", "x-y", " ", ""])


@given(listed=st.lists(st.lists(WORDS, max_size=3).map(" ".join), max_size=12), typing=st.lists(WORDS, max_size=5))
def test_typing_on_finds_what_typing_at_once_finds(listed: list[str], typing: list[str]) -> None:
    tallies = [FacetCount(name, 1, 0) for name in listed]
    typed_on, text = FacetList("tags", tallies), ""
    for more in typing:
        for character in more:
            text += character
            numbers = list(typed_on.narrowed(text, False))
            assert numbers == list(FacetList("tags", tallies).narrowed(text, False))
            words = normalize(text).split()
            begin = [n for n, name in enumerate(listed) if all(f" {word}" in f" {normalize(name)}" for word in words)]
            anywhere = [n for n, name in enumerate(listed) if all(word in normalize(name) for word in words)]
            assert numbers == (begin or anywhere)


def test_words_of_a_title_by_chance_say_something() -> None:
    phrases = {phrase_of("Deep learning for the image of a 12 34 cat model", Random(seed)) for seed in range(40)}
    assert phrases == {'title:"deep learning"', 'title:"cat model"'}
    assert phrase_of("On the", Random(1)) is None and phrase_of("", Random(1)) is None
