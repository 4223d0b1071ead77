"""Words that fit: names of days, surnames, cutting, wrapping, and text that steers nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from feedreader.model import BEST, BY_INTEREST, Group, Marks, PaperSummary, Query
from feedreader.text import display
from feedreader.view import rows

WIDE = "深層学習による画像認識"
FAMILY = "👨‍👩‍👧"

# Letters of all kinds that rich measures as a sum of their characters.
texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=80)


def group(day: date | None, total: int = 14, unread: int = 2, collection: str | None = None) -> Group:
    return Group(1, day, collection, total, unread, 0)


def test_most_interest_is_none_to_speak_of() -> None:
    heights = [level.sign if (level := rows.level(score)) else "" for score in (None, 0.0, 0.29, 0.3, 0.5, 0.8, 1.0)]
    assert heights == ["", "", "", "▂", "▅", "▇", "▇"]
    assert rows.interest_words(0.85, True) == ["high interest", "by an author you kept"]
    assert rows.interest_words(0.1, False) == rows.interest_words(None, False) == []


def test_signs_of_interest_take_a_cell_and_are_no_marks() -> None:
    signs = [rows.BY_KEPT_AUTHOR, *(level.sign for level in rows.LEVELS)]
    assert [cell_len(sign) for sign in signs] == [1] * 4
    others = {rows.UNREAD, rows.NOTED, rows.HIGHLIGHTED, rows.HIGHLIGHTED_READ, "★", "×"}
    assert not others & set(signs)
    assert {sign for words, _ in rows.SIGNS for sign in words.split()} == others | set(signs), "the help has them all"


def test_what_is_shown_names_the_order_of_days_once() -> None:
    by_interest = Query(sort=BY_INTEREST)
    assert rows.shown_words(by_interest, "", "") == "by interest"
    assert rows.shown_words(by_interest, "cat:cs", "Mine") == "Mine · by interest"
    assert rows.shown_words(by_interest, "sort:interest", "sort:interest") == "sort:interest"
    assert rows.shown_words(Query(sort=BEST), "gliders", "gliders") == "gliders"
    assert rows.shown_words(Query(), "", "") == ""


def test_days_have_english_names() -> None:
    today = date(2019, 5, 23)
    assert rows.group_title(group(today), today) == "Today · Thu 23 May"
    assert rows.group_title(group(date(2019, 5, 22)), today) == "Yesterday · Wed 22 May"
    assert rows.group_title(group(date(2019, 5, 6)), today) == "Mon 6 May"
    assert rows.group_title(group(date(2018, 12, 31)), today) == "Mon 31 Dec 2018"
    assert rows.group_title(group(None, collection="Search ICLR 2019"), today) == "Search ICLR 2019"
    assert display.short_day(today) == "Thu 23 May 2019"


def test_how_far_a_day_is_read() -> None:
    assert rows.group_progress(group(None)) == ("12/14", 12 / 14)
    assert rows.group_progress(group(None, 1400, 1200)) == ("200/1,400", 1 / 7)
    assert rows.group_progress(group(None, 14, 0)) == ("✓ 14 read", None)
    assert rows.group_progress(replace(group(None, 14, 0), shortlisted=3)) == ("✓ 3 kept of 14", None)
    assert [rows.group_progress(group(None, 1, unread))[0] for unread in (1, 0)] == ["", "✓ read"]
    assert rows.group_progress(replace(group(None, 3, 0), section="muted")) == ("3 papers", None)
    assert [display.counted(n, "paper") for n in (0, 1, 23000)] == ["0 papers", "1 paper", "23,000 papers"]
    assert display.counted(2, "entry", "entries") == "2 entries"


@pytest.mark.parametrize(
    ("author", "surname"),
    [
        ("Paul-Christian Bürkner", "Bürkner"),
        ("Quoc V. Le", "Le"),
        ("Aäron van den Oord", "van den Oord"),
        ("Luc Van Gool", "Van Gool"),
        ("Bürkner, Paul-Christian", "Bürkner"),
        ("van den Oord, Aäron", "van den Oord"),
        ("Sammy Davis Jr.", "Davis"),
        ("Martin Luther King III", "King"),
        ("山田太郎", "山田太郎"),
        ("OpenAI", "OpenAI"),
        ("The ATLAS Collaboration", "The ATLAS Collaboration"),
        (r"Maurice Fr\'echet", "Fréchet"),
        ("de la Cruz", "de la Cruz"),
        ("", ""),
    ],
)
def test_surnames(author: str, surname: str) -> None:
    assert rows.short_authors((author,), 80) == surname


def test_authors_are_as_many_surnames_as_fit() -> None:
    authors = ("Tae-Hyun Oh", "Tali Dekel", "Changil Kim", "Inbar Mosseri")
    assert rows.short_authors(authors, 40) == "Oh, Dekel, Kim, Mosseri"
    assert rows.short_authors(authors, 22) == "Oh, Dekel, Kim +1"
    assert rows.short_authors(authors, 14) == "Oh, Dekel +2"
    assert rows.short_authors(authors, 6) == "Oh +3"
    assert rows.short_authors(("Paul-Christian Bürkner",), 5) == "Bürk…"
    assert rows.short_authors((), 20) == ""
    assert rows.short_authors(authors, 3) == ""


@given(st.lists(texts, max_size=5), st.integers(0, 40))
def test_authors_never_overflow(authors: list[str], width: int) -> None:
    assert cell_len(rows.short_authors(authors, width, cell_len)) <= width


def test_text_is_cut_with_an_ellipsis() -> None:
    assert display.clip("abcdef", 6) == "abcdef"
    assert display.clip("abcdef", 5) == "abcd…"
    assert display.clip("abc, def", 5) == "abc…"
    assert display.clip(WIDE, 9, cell_len) == "深層学習…"
    assert display.clip(WIDE, 10, cell_len) == "深層学習…", "half a wide character is none"
    assert display.clip("abc", 0) == ""
    assert display.clip_start("/home/me/file.txt", 9) == "…file.txt"
    assert display.fill("ab", 4) == "ab  "


@given(texts, st.integers(1, 30))
def test_fill_is_exactly_as_wide_as_asked(text: str, width: int) -> None:
    text = text.replace("\ufe0f", "").replace("\u200d", "")
    assert cell_len(display.fill(text, width, cell_len)) == width


@given(texts, st.integers(0, 30))
def test_clip_never_overflows(text: str, width: int) -> None:
    assert cell_len(display.clip(text, width, cell_len)) <= width
    assert cell_len(display.clip_start(text, width, cell_len)) <= width


@given(texts, st.integers(2, 30))
def test_wrapping_loses_nothing_and_never_overflows(text: str, width: int) -> None:
    lines = display.wrap(text, width, cell_len)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_paragraphs_stand_apart() -> None:
    assert display.wrap("one two\n\nthree", 7) == ["one two", "", "three"]
    assert display.wrap("one two three", 7) == ["one two", "three"]
    assert display.wrap("a" * 9, 4) == ["aaaa", "aaaa", "a"]
    assert display.wrap("", 4) == [""]


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("plain", "plain"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("a\tb\nc\x00d\x9be", "a b cde"),
        ("\u202eback\u2066 \u200ffwd", "back fwd"),
        ("no\u00a0break\u2028line", "no break line"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        (FAMILY, FAMILY),
        ("soft\u00adhyphen\ufeff", "softhyphen"),
    ],
)
def test_text_that_could_steer_the_terminal_is_made_safe(text: str, safe: str) -> None:
    assert display.safe(text) == safe


@given(st.text(max_size=60))
def test_safe_text_has_no_control_characters(text: str) -> None:
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or c in "\u202a\u202e\u2066\u2069" for c in display.safe(text))


def summary(title: str | None, arxiv: str | None = None, opening: str | None = None) -> PaperSummary:
    return PaperSummary(1, "x", 1, title, (), arxiv, opening)


def test_a_title_or_what_stands_for_it() -> None:
    assert rows.row_title(summary(r"S$^\mathbf{4}$L")) == ("S⁴L", False)
    assert rows.row_title(summary(None, "1904.09925", "Convolutional networks")) == (
        "arXiv:1904.09925 · Convolutional networks",
        True,
    )
    assert rows.row_title(summary(None, None, "Just words")) == ("Just words", True)
    assert rows.row_title(summary(None)) == ("Untitled", True)
    long, _ = rows.row_title(summary(None, None, "An abstract that goes on. " * 20))
    assert long.startswith("An abstract") and long.endswith(" …") and 140 < len(long) <= 162, "about as long as titles"
    assert len(rows.row_title(summary(None, None, "x" * 400))[0]) <= 162


def test_an_empty_list_says_what_to_press() -> None:
    assert rows.nothing_found("is:unread")[0] == "All caught up: no unread papers."
    assert rows.nothing_found("is:unread")[-1] == "U to show all papers"
    assert rows.nothing_found("is:shortlisted")[-1] == "S to show all papers, s to keep one"
    assert rows.nothing_found("deep \x1b[31m") == (
        "No papers match deep [31m",
        "",
        "esc to show all papers, / to search again",
    )


def test_what_else_a_day_has_is_counted_and_the_muted_longest() -> None:
    full = replace(group(None), shortlisted=1, highlighted=3, replaced=1, muted=2)
    assert rows.group_counts(full) == [
        "1 kept · 3 highlighted · 1 replaced · 2 muted",
        "1 kept · ◆3 · 1 replaced · 2 muted",
        "1 kept · ◆3 · 2 muted",
        "◆3 · 2 muted",
        "2 muted",
        "",
    ]
    assert rows.group_counts(replace(full, unread=0))[0] == "3 highlighted · 1 replaced · 2 muted"
    assert rows.group_counts(group(None)) == [""]


def test_a_fold_has_its_own_title_in_a_day_and_in_a_collection() -> None:
    day = replace(group(date(2019, 5, 23)), section="muted")
    assert rows.group_title(day, date(2019, 5, 23)) == "Muted on Thu 23 May"
    assert (
        rows.group_title(replace(group(None, collection="Finds"), section="muted"), date(2019, 5, 23))
        == "Muted in Finds"
    )


@pytest.mark.parametrize(
    ("read", "dismissed", "highlighted", "sign"),
    [
        (False, False, False, "●"),
        (False, True, True, "◆"),
        (True, False, True, "◇"),
        (True, True, True, "×"),
        (True, False, False, " "),
    ],
)
def test_a_row_begins_with_a_sign(read: bool, dismissed: bool, highlighted: bool, sign: str) -> None:
    first, others = rows.signs(Marks(read=read, dismissed=dismissed), highlighted)
    assert (first, others.strip()) == (sign, "")
    assert rows.signs(Marks(read=read, dismissed=dismissed, shortlisted=True), highlighted)[1].strip() == "★"
