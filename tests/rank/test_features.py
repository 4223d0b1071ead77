"""What papers are compared by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.rank.features import Document, author_key, author_keys, form, is_telling, label, plain_letters, words_of
from feedreader.text.normalize import search_words

ANY_TEXT = st.text(max_size=200) | st.text(alphabet="ab ÄΩ扩散模型$\\{}_^*+#.\n\x1b", max_size=80)


@given(ANY_TEXT, ANY_TEXT)
def test_words_are_those_of_search_but_for_scripts_without_blanks(title: str, abstract: str) -> None:
    words = words_of(Document(title, abstract))
    if "".join(words).isascii():
        once = search_words(title).split(" ")
        assert [word for word in words if word] == [
            word for word in (*once, *once, *search_words(abstract).split(" ")) if word
        ]


@given(st.text(max_size=80))
def test_plain_letters_keep_their_places(text: str) -> None:
    assert len(plain_letters(text)) == len(text)


def test_words_of_the_title_count_twice() -> None:
    words = words_of(Document("Warp threads", "Loom and warp"))
    assert words == ["warp", "threads", "", "warp", "threads", "", "loom", "and", "warp"]


def test_chinese_is_compared_by_twos_of_its_characters() -> None:
    assert words_of(Document("", "扩散模型 in 图"))[-5:] == ["扩散", "散模", "模型", "in", "图"]


def test_of_a_huge_text_only_the_beginning_is_looked_at() -> None:
    words = words_of(Document("t " * 100_000, "b " * 1_000_000))
    assert words.count("b") <= 3000 and words.count("t") <= 400


@pytest.mark.parametrize(
    ("word", "telling"), [("loom", True), ("the", False), ("x", False), ("", False), ("a" * 41, False)]
)
def test_common_words_letters_and_endless_ones_tell_nothing(word: str, telling: bool) -> None:
    assert is_telling(word) is telling


def test_the_form_of_a_paper_says_nothing_of_its_words() -> None:
    plain = Document("Warp threads", "Short", ["Ada Bo"])
    rich = Document("WarpNet: Do 3 threads hold?", "Long " * 200 + "see http://x.example", ["Ada Bo"] * 9)
    assert all(more > less for more, less in zip(form(rich), form(plain), strict=True))
    assert form(plain) == form(Document("Weft thready", "Abcde", ["Cy Dee"], [label("cat", "x")]))


def test_no_abstract_is_neither_a_short_nor_a_long_one() -> None:
    short, none, long = (form(Document("Loom", "x" * letters)) for letters in (200, 0, 2400))
    assert sorted((short, none, long)) == [short, none, long]


@given(st.text(max_size=3000), st.text(max_size=3000), st.lists(st.text(max_size=20), max_size=80))
def test_no_number_of_the_form_is_large(title: str, abstract: str, authors: list[str]) -> None:
    assert all(0 <= number <= 4 for number in form(Document(title, abstract, authors)))


@pytest.mark.parametrize(
    "name", ["Ada Lovelace", "ADA LOVELACE", "Lovelace, Ada", "  Ada  Lovelace", "Adá Lovelace", "Ada Lovelace, Jr."]
)
def test_an_author_is_known_however_the_name_is_written(name: str) -> None:
    assert author_key(name) == author_key("Ada Lovelace")


@pytest.mark.parametrize("name", ["et al.", "and others", "…", ""])
def test_what_names_nobody_is_no_author(name: str) -> None:
    assert author_keys([name, "Ada Lovelace"]) == {"ada lovelace": "Ada Lovelace"}


def test_other_authors_are_others() -> None:
    assert len({author_key(name) for name in ("Ada Lovelace", "A. Lovelace", "Ada Byron", "Lovelace Ada")}) == 4
