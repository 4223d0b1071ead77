"""Text cut and wrapped to fit, whatever it is made of, in time that grows with its length and no faster."""

from __future__ import annotations

from datetime import date

import pytest
from rich.cells import cell_len

from feedreader.text.display import fill, safe, wrap
from feedreader.text.notes import note_of, tag_key
from tests.fuzz.engine import Growth, too_slow


def test_long_words_are_cut_to_fit_and_nothing_is_lost() -> None:
    for word in ("otter" * 50, "深層学習" * 20, "e\u0301" * 99, "👩\u200d👩\u200d👧" * 9, "\u0301" * 500 + "x" * 30):
        for width in (2, 7, 30):
            lines = wrap(f"a {word} b", width, cell_len)
            assert all(cell_len(line) <= width for line in lines)
            assert "".join(lines).replace(" ", "").replace("\u200d", "") == f"a{word}b".replace("\u200d", "")


@pytest.mark.parametrize("unit", ["otter", "深", "e\u0301", "\u0301"])
def test_a_word_without_an_end_is_wrapped_in_time(unit: str) -> None:
    assert too_slow(lambda text: wrap(text, 40, cell_len), Growth("", unit, "", "", False)) is None


@pytest.mark.parametrize("unit", ["\n", "\n \n", "a\n", "\r"])
def test_a_note_of_blank_lines_is_trimmed_in_time(unit: str) -> None:
    assert too_slow(note_of, Growth("", unit, "", "", False)) is None
    assert note_of(f"{unit * 3}x{unit * 3}".replace("a", "")) == "x"


@pytest.mark.parametrize("text", ["Ã\u200d\ue000", "א\u200c\ue000 x", "\u200d\u200c"])
def test_a_joiner_that_joins_nothing_any_more_takes_no_blank_with_it(text: str) -> None:
    assert cell_len(fill(safe(text), 9, cell_len)) == 9


@pytest.mark.parametrize("tag", ["#\r0", "# #x", "##", "#", " # ＃a"])
def test_the_key_of_a_key_is_that_key(tag: str) -> None:
    assert tag_key(tag_key(tag)) == tag_key(tag)


def test_a_range_of_days_as_people_write_it() -> None:
    from feedreader.text.display import day_range

    assert day_range(date(2026, 12, 1), date(2026, 12, 4)) == "1–4 Dec"
    assert day_range(date(2026, 12, 3), date(2026, 12, 3)) == "3 Dec"
    assert day_range(date(2026, 11, 30), date(2026, 12, 2)) == "30 Nov – 2 Dec"
    assert day_range(date(2025, 12, 30), date(2026, 12, 2)) == "30 Dec – 2 Dec"
