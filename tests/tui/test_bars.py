"""The first and the last line of the screen: what they say where there is little room, and for how long."""

from __future__ import annotations

import pytest

from feedreader.library import Library
from feedreader.tui.widgets.key_hints import Hint, KeyHints
from feedreader.tui.widgets.status_bar import StatusBar
from tests.tui.conftest import Reader, reading

HINTS = (Hint("s", "keep", "s"), Hint("x", "dismiss", "x"), Hint("space", "read on", "space"), Hint("/", "search", "/"))
HELP = Hint("?", "help", "?")
STATUS = ("8 subscriptions have missed days · B to fetch them", "missed days · B to fetch")


def drawn(bar: KeyHints | StatusBar, width: int) -> str:
    text = "".join(text for _, text in bar.pieces(width))
    assert len(text) <= width
    return text


def hints(width: int, *lead: str) -> str:
    bar = KeyHints()
    bar.show([*HINTS, Hint("o", "page", "o"), Hint("enter", "abstract", "enter")], HELP)
    bar.lead(*lead)
    return drawn(bar, width)


def test_the_first_hints_are_there_in_60_columns_and_help_always() -> None:
    assert hints(60).split("  ")[:4] == [" s keep", "x dismiss", "space read on", "/ search"]
    assert hints(60).endswith("? help ") and hints(20).endswith("? help ") and "enter abstract" in hints(90)
    assert hints(12) == "     ? help "


def test_what_leads_the_hints_gives_way_to_the_first_of_them() -> None:
    assert hints(80, "374 unread left today").startswith(" 374 unread left today   s keep  x dismiss  space read on")
    assert hints(60, "374 unread left today", "374 left").startswith(" 374 left   s keep")
    assert hints(50, "374 unread left today", "374 left").startswith(" s keep")


async def test_a_message_is_shown_in_words_that_fit(papers: Library) -> None:
    async with reading(papers, size=(60, 20)) as reader:
        long, short = f"{'monday.txt, ' * 5}430 new papers: R for the report.", "430 new papers: R for the report."
        reader.app.context.say(long, short)
        assert short in reader.text("#hints") and "? help" in reader.text("#hints")
        reader.app.context.say(f"{'b' * 51}: now.")
        assert reader.text("#hints").strip().endswith(": now."), "there is room in place of the help"


async def test_a_message_ends_when_something_else_is_shown_and_not_before(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("t")
        assert reader.message
        await reader.press("s", "s")
        assert reader.message, "the same paper is shown"
        await reader.press("j")
        assert not reader.message
        await reader.press("O")
        assert reader.message
        await reader.press("U")
        assert not reader.message
        await reader.press("D")
        assert "Removed" in reader.message, "what a key does and says stays"


async def test_the_same_notification_is_shown_once(papers: Library) -> None:
    async with reading(papers) as reader:
        for _ in range(3):
            reader.app.context.notify("xdg-open failed (exit 3).", "Not opened")
            await reader.rest()
        reader.app.context.notify("Another.", "Not opened")
        await reader.rest()
        assert [each.message for each in reader.app._notifications] == ["xdg-open failed (exit 3).", "Another."]


def first_keys(reader: Reader) -> list[str]:
    """The keys that stand out."""
    return [hint.keys for hint in reader.app.feed.hints._hints if hint.new]


async def test_the_first_keys_stand_out_until_each_was_used(papers: Library) -> None:
    async with reading(papers) as reader:
        assert first_keys(reader) == ["s", "x", "space", "/"]
        await reader.press("s", "j", "x")
        assert first_keys(reader) == ["space", "/"]
        await reader.until(lambda: papers.state("unused keys") == "query read-on", "that is remembered")
    async with reading(papers) as reader:
        assert first_keys(reader) == ["space", "/"]
        await reader.press("slash", "escape", "space")
        await reader.until(lambda: papers.state("unused keys") == "", "that is remembered")
    async with reading(papers) as reader:
        assert first_keys(reader) == []


async def test_who_read_here_before_is_not_taught(papers: Library) -> None:
    papers.set_state("position", "1 39 1905.00001")
    async with reading(papers) as reader:
        assert first_keys(reader) == []


def status(width: int, *, counts: tuple[int, int, int] = (3030, 424, 12), query: str = "", new: int = 0) -> str:
    bar = StatusBar()
    bar.show(query, "12 papers" if query else "", counts)
    bar.show_status(STATUS)
    bar.show_arrived(new)
    return drawn(bar, width)


@pytest.mark.parametrize(
    ("width", "ends"),
    [
        (120, f"424 unread · 12 kept · {STATUS[0]} "),
        (80, f"424 unread · 12 kept · {STATUS[1]} "),
        (50, "424 unread · 12 kept "),
        (28, "424 unread "),
    ],
)
def test_the_status_says_what_fits(width: int, ends: str) -> None:
    assert status(width).endswith(ends) and len(status(width)) == width


def test_what_is_new_has_room_before_all_else() -> None:
    for width in (30, 60, 80, 120):
        assert " ↑ 1,430 new " in status(width, new=1430, query="is:unread -mamba or transformers")
    assert "is:unread: 12 papers" in status(80, query="is:unread", new=430)
    assert " all read · missed days" in status(60, counts=(5, 0, 0)) and "unread" not in status(60, counts=(0, 0, 0))


def test_what_goes_on_is_said_beside_the_counts() -> None:
    bar = StatusBar()
    bar.show("", "", (3030, 424, 12))
    bar._busy["subscriptions"] = "━━━╌╌╌ 2 of 4 · cs.LG 1–4 Dec · esc stops"
    for width in (60, 80, 120):
        assert "2 of 4" in drawn(bar, width) and "424 unread" in drawn(bar, width)
    assert "cs.LG 1–4 Dec · esc stops" in drawn(bar, 80)
