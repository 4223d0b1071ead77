"""Notes and tags as they are kept, and a note's Markdown on the screen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from feedreader.text.cleaning import clean
from feedreader.text.display import safe
from feedreader.text.notes import keyword_tags, note_of, tag_key, tags_of
from feedreader.view.markdown import note_lines
from feedreader.view.page import plain

ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
MARKED = st.lists(
    st.sampled_from([*"ab *_`$[]()#>-+1.\n\t~x😀é深\\", "https://x.org/", "**", "```\n"]), max_size=60
).map("".join)
SIMPLE = st.text(st.sampled_from("ab *_()#>-+1.\n\té深"), max_size=80)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", None),
        (" \n\n", None),
        ("\n\none  \n\n two\n\n", "one\n\n two"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("\x1b[31mred\x1b[0m \u202eback\tx", "red back\tx"),
    ],
)
def test_notes(typed: str, kept: str | None) -> None:
    assert note_of(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ()),
        ("to-read, #GAN  gan,,#", ("to-read", "GAN")),
        ("C++ c# \x1b[31m深層\x1b[0m", ("C++", "c#", "深層")),
        ("#C# F# C, ##x ##", ("C#", "F#", "C", "x")),
        ('"two words"', ("two", "words")),
        ("ＭＬ ml ML « \\", ("ＭＬ",)),
    ],
)
def test_tags(typed: str, kept: tuple[str, ...]) -> None:
    assert tags_of(typed) == kept


@given(ANY)
def test_a_tag_has_the_key_of_its_key(tag: str) -> None:
    assert tag_key(tag_key(tag)) == tag_key(tag)


@given(ANY)
def test_what_is_kept_is_safe_and_stays_as_it_is(text: str) -> None:
    note, tags = note_of(text), tags_of(text)
    assert note is None or (clean(note) == note and note_of(note) == note and "\r" not in note)
    assert tags_of(" ".join(tags)) == tags
    assert all(tag.split() == [tag] and "," not in tag and clean(tag) == tag for tag in tags)
    assert len({tag.casefold() for tag in tags}) == len(tags)


def lines(text: str, width: int = 40, **options: bool) -> list[str]:
    return [plain(line) for line in note_lines(text, width, measure=cell_len, **options)]


def roles(text: str) -> list[tuple[str, str]]:
    return [(span.text, span.role) for line in note_lines(text, 60) for span in line]


def test_blocks() -> None:
    note = "# Why #\n\n- one\n  * [ ] two\n- [x] three\n2) four\n> said\n---\n```python\n x =  1\n```\nend"
    assert lines(note) == ["Why", "", "• one", "  ☐ two", "☑ three", "2) four", "│ said", "─" * 24, " x =  1", "end"]
    assert lines(note, raw=True)[:3] == ["# Why #", "", "- one"]


def test_looks_within_a_line() -> None:
    assert roles("a **b c** *d* _e_ `f*g*` $x_1$ h_i_j 2*3*4") == [
        ("a ", "text"),
        ("b c", "strong"),
        (" ", "text"),
        ("d", "emphasis"),
        (" ", "text"),
        ("e", "emphasis"),
        (" ", "text"),
        ("f*g*", "code"),
        (" ", "text"),
        ("x₁", "text"),
        (" h_i_j 2*3*4", "text"),
    ]


def test_links_may_be_followed_only_on_the_web() -> None:
    (line,) = note_lines("See [it](https://x.org/a), https://y.org/b. [no](javascript:x) file:///etc", 99)
    assert [(span.text, span.link) for span in line if span.link] == [
        ("it", "https://x.org/a"),
        ("https://y.org/b", "https://y.org/b"),
    ]
    assert plain(line) == "See it, https://y.org/b. [no](javascript:x) file:///etc"


def test_what_is_wrapped_hangs_under_its_first_word() -> None:
    assert lines("- " + "word " * 9, 20) == ["• word word word", "  word word word", "  word word word"]


@given(st.one_of(ANY, MARKED), st.integers(10, 60), st.booleans())
def test_any_text_becomes_lines_that_fit(text: str, width: int, raw: bool) -> None:
    result = lines(note_of(text) or "", width, raw=raw)
    assert all(cell_len(line) <= width for line in result)
    assert all(line.replace("\u200d", "").replace("\u200c", "").isprintable() for line in result)


@given(ANY, st.integers(10, 60))
def test_as_it_was_written_nothing_is_missing(text: str, width: int) -> None:
    note = note_of(text) or ""
    assert "".join("".join(lines(note, width, raw=True)).split()) == "".join(safe(note.replace("\n", " ")).split())


@given(SIMPLE, st.integers(10, 60))
def test_no_word_is_lost(text: str, width: int) -> None:
    assert list(filter(str.isalnum, "".join(lines(text, width)))) == list(filter(str.isalnum, text))


def test_a_long_line_of_openers_takes_no_longer_than_its_length() -> None:
    for opener in ("[", "*a", "**a", "`a ", "$", "_a ", "[a]("):
        assert note_lines(opener * 20_000, 60)


def test_keywords_become_tags_of_one_word() -> None:
    assert keyword_tags(["machine learning", "Machine-Learning", " #graphs ", "a, “b”", "", "-", "KI ＫＩ"]) == (
        "machine-learning",
        "graphs",
        "a-b",
        "KI-ＫＩ",
    )
