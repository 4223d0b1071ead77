"""What changed from one text to another, word by word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.view.versions import SIGNS
from feedreader.view.word_diff import DELETED, INSERTED, Piece, excerpt, goes_on, is_rewritten, word_diff


def signed(pieces: tuple[Piece, ...]) -> str:
    return " ".join(SIGNS.get(piece.kind, "{}").format(piece.text) for piece in pieces)


@pytest.mark.parametrize(
    ("old", "new", "diff"),
    [
        ("We study simple kites.", "We study careful kites.", "We study [-simple-] {+careful+} kites."),
        ("gains of 5.2% in 9 runs", "gains of 52% in 9 runs", "gains of [-5.2%-] {+52%+} in 9 runs"),
        ("if x < 5", "if x > 5", "if x [-<-] {+>+} 5"),
        ("a minus of 5", "a minus of -5", "a minus of [-5-] {+-5+}"),
        ("one two", "one two three", "one two {+three+}"),
        ("one two three", "two three", "[-one-] two three"),
        (
            "we fly red kites of thin silk",
            "we fly big birds of old wood",
            "we fly [-red kites of thin silk-] {+big birds of old wood+}",
        ),
        ("red of silk", "big of wood", "[-red-] {+big+} of [-silk-] {+wood+}"),
        ("", "new", "{+new+}"),
        ("P = NP is open", "P=NP is not open", "P=NP is {+not+} open"),
    ],
)
def test_changed_words(old: str, new: str, diff: str) -> None:
    assert signed(word_diff(old, new)) == diff


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("multi-task learning", "multitask learning"),
        ("multi- task learning", "multi task  learning"),
        ("state of the art", "State-of-the-Art"),
        ("a “quote” — and more", "a 'quote' - and more."),
        ("Poincaré's maps", "Poincare's maps"),
        ("pages 10–20", "pages 10-20"),
        ("ﬁne", "fine"),
        ("P = NP", "P=NP"),
        ("", " "),
    ],
)
def test_what_is_only_written_otherwise_is_no_change(old: str, new: str) -> None:
    assert word_diff(old, new) == word_diff(new, old) == ()


_TEXTS = st.lists(
    st.sampled_from(["the", "kite", "kites,", "kite.", "A", "—", "5.2", "52", "über", "(of)", "-"]), max_size=40
).map(" ".join)


@given(_TEXTS, _TEXTS)
def test_the_pieces_make_up_the_newer_text(old: str, new: str) -> None:
    assert word_diff(old, old) == ()
    pieces = word_diff(old, new)
    if pieces:
        assert [word for piece in pieces if piece.kind != DELETED for word in piece.words] == new.split()
        assert len([word for piece in pieces if piece.kind == DELETED for word in piece.words]) <= len(old.split())
        assert all(piece.words for piece in pieces)
        changes = [piece for piece in pieces if piece.kind in (DELETED, INSERTED)]
        assert changes == [piece for piece in excerpt(pieces) if piece.kind in (DELETED, INSERTED)]


def test_an_excerpt_goes_to_the_ends_of_sentences_or_a_few_words() -> None:
    far = " ".join(f"word{n}" for n in range(40))
    old = f"{far}. We saw three kites near the lake. {far} by boat {far}. The end is here, as it was."
    new = old.replace("three", "four").replace("boat", "train")
    assert signed(excerpt(word_diff(old, new))) == (
        "… We saw [-three-] {+four+} kites near the lake. … word35 word36 word37 word38 word39 by [-boat-] {+train+} "
        "word0 word1 word2 word3 word4 word5 …"
    )


def test_a_text_written_anew_is_no_list_of_words() -> None:
    old, new = " ".join(f"old{n}" for n in range(30)), " ".join(f"new{n}" for n in range(30))
    assert is_rewritten(word_diff(f"we {old}", f"we {new}"))
    assert not is_rewritten(word_diff(f"{old} {old}", f"{old} {new}"))
    assert not is_rewritten(word_diff("Kites", "Birds"))


def test_long_texts_are_compared_as_a_whole() -> None:
    text = "on and on " * 1000
    assert word_diff(text, text.replace("on", "On")) == ()
    assert [piece.kind for piece in word_diff(text, text + "and off")] == [DELETED, INSERTED]


def test_a_text_that_breaks_off() -> None:
    assert goes_on("We study kites over la…", "We study kites, over lakes and hills.")
    assert not goes_on("We study birds over la…", "We study kites over lakes and hills.")
