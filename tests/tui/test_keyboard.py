"""Keys pressed on a keyboard that has other letters than Latin."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.widgets import Input

from feedreader.config import Settings
from feedreader.library import Library
from feedreader.model import Query
from feedreader.tui.keyboard import latin, latin_key
from tests.tui.conftest import reading


@pytest.mark.parametrize(
    ("letters", "keys"),
    [
        ("олпПыЫчЧфФтТьюгшщзхъЖ", "jkgGsSxXaAnNm.uiop[]:"),  # Russian
        ("іІїЇєґйЙ", "sS]}'" + "?" + "qQ"),  # Ukrainian, but for ґ, which has no key of its own everywhere
        ("ўЎ", "oO"),  # Belarusian
        ("ξκσςΣχΧαΑνμγΓόΩ", "jkswSxXaAnmgGoV"),  # Greek
        ("חלדס", "jksx"),  # Hebrew
    ],
)
def test_a_letter_is_the_key_at_its_place(letters: str, keys: str) -> None:
    assert "".join(latin(letter) or "?" for letter in letters) == keys


@given(st.characters())
def test_a_latin_character_means_no_other(character: str) -> None:
    found = latin(character)
    assert found is None or (found.isascii() and not character.isascii())
    assert found is None or unicodedata.name(character).split()[0] in ("CYRILLIC", "GREEK", "HEBREW")


def test_modifiers_stay() -> None:
    assert (latin_key("ctrl+в"), latin_key("ctrl+alt+в"), latin_key("о")) == ("ctrl+d", "ctrl+alt+d", "j")
    assert latin_key("ctrl+é") is latin_key("é") is latin_key("enter") is latin_key("ctrl+я+") is None


async def test_keys_work_in_list_abstract_menus_and_dialogs(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("о", "ы")
        assert (reader.title or "").startswith("[MASK]") and reader.counts[2] == 1
        await reader.press("л", "κ", "χ")
        assert reader.title != "Alpha networks for everybody" and papers.papers.counts()[1] == 38
        await reader.press("ъ")
        assert reader.title == "Long reading"
        await reader.press("д", "о", "р")
        assert reader.app.focused is reader.list
        await reader.press("ctrl+в", "Г", "п")
        assert reader.app.feed.query_text == "is:unread"
        await reader.press("Ч", "и")
        assert reader.app.screen.id == "confirm"
        await reader.press("т", "й")
        assert reader.app.feed.query_text == "", "n, then q"
        await reader.press("Ж")
        assert reader.app.screen is not reader.app.feed


async def test_what_is_typed_stays_as_it_is_typed(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("slash")
        await reader.write("ой")
        assert reader.app.query_one(Input).value == "ой"
        await reader.press("escape", "w")
        await reader.write("яд ό")
        await reader.press("ctrl+ы")
        assert reader.app.screen is reader.app.feed
        first = next(iter(papers.papers.find(Query())))
        assert first.marks.note == "яд ό"


async def test_a_letter_that_is_bound_does_what_it_is_bound_to(papers: Library) -> None:
    async with reading(papers, settings=Settings(keys=(("toggle-kept", ("о",)),))) as reader:
        await reader.press("о")
        assert reader.title == "Alpha networks for everybody" and reader.counts[2] == 1
