"""What the top line says of papers that came above what is on the screen."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from feedreader.library import Library
from feedreader.model import Entry
from feedreader.tui.messages import LibraryChanged
from tests.tui.conftest import Reader, reading
from tests.tui.test_changes import arrive, entry

NEWEST, TODAY, LONG = date(2019, 5, 24), date(2019, 5, 23), date(2019, 5, 6)


async def come(reader: Reader, *entries: Entry, name: str = "later.txt") -> None:
    """These papers are in the library, and the reader has looked."""
    arrive(reader.library, *entries, name=name)
    reader.app.post_message(LibraryChanged())
    await reader.rest()


def pill(reader: Reader) -> str:
    """What the top line says is new."""
    text = reader.text("#status")
    return text[text.index("↑") :].partition("new")[0].strip("↑ ") if "↑" in text else ""


def some(number: int, day: date, name: str = "Fresh") -> tuple[Entry, ...]:
    return tuple(entry(f"{name} {place}", day) for place in range(number))


async def test_what_came_above_stays_announced_until_its_day_is_reached(papers: Library) -> None:
    async with reading(papers, size=(100, 16)) as reader:
        await reader.press("j", "j", "j")
        title, line = reader.title, reader.list.line
        await come(reader, *some(7, NEWEST))
        assert (pill(reader), reader.title, reader.list.line) == ("7", title, line)
        await reader.press("slash", *"long", "enter")
        assert pill(reader) == "7", "a search does not show them"
        await come(reader, *some(2, NEWEST, "Fresher"), name="more.txt")
        assert pill(reader) == "9"
        await reader.press("escape", "question_mark", "escape", "U", "U")
        assert pill(reader) == "9"
        await reader.press("g")
        assert (pill(reader), reader.title) == ("", "Fresh 0")
        await reader.press("G")
        assert pill(reader) == "", "they were seen"


async def test_days_are_taken_off_as_they_are_reached(papers: Library) -> None:
    async with reading(papers, size=(100, 12)) as reader:
        await reader.press("G")
        await come(reader, *some(3, NEWEST), *some(12, date(2019, 5, 21)))
        assert pill(reader) == "15"
        await reader.press("g")
        assert pill(reader) == ""
    async with reading(papers, size=(100, 12)) as reader:
        await reader.press("G")
        await come(reader, *some(3, NEWEST, "a"), *some(12, date(2019, 5, 21), "b"), name="again.txt")
        assert pill(reader) == "15"
        while pill(reader) == "15":
            await reader.press("k")
        assert (pill(reader), reader.list.first_shown and reader.list.first_shown[0].day) == ("3", date(2019, 5, 21))


async def test_what_came_below_or_is_on_the_screen_is_not_announced(papers: Library) -> None:
    async with reading(papers, size=(100, 16)) as reader:
        await come(reader, *some(4, LONG), *some(2, TODAY))
        assert pill(reader) == ""
        await reader.press("G")
        assert pill(reader) == ""


async def test_of_the_day_on_the_screen_what_is_above_it_is_announced(papers: Library) -> None:
    async with reading(papers, size=(100, 16)) as reader:
        await reader.press("]", "]", *("j" * 20))
        assert reader.list.group is not None and reader.list.group.day == LONG
        await come(reader, *some(6, LONG), name="aa.txt")  # in the day, its papers come first
        shown = pill(reader)
        await come(reader, *some(5, LONG, "Last"), name="zz.txt")  # and these last
        assert (shown, pill(reader)) == ("6", "6")
        await reader.press("k")
        assert pill(reader) == "6"
        await reader.press("[")
        assert pill(reader) == ""


async def test_what_was_read_or_removed_meanwhile_is_not_new(papers: Library) -> None:
    async with reading(papers, size=(100, 16)) as reader:
        await come(reader, *some(5, NEWEST))
        keys = [key for key, _ in papers.papers.arrived(0, 10_000)[0]][-5:]
        papers.marks.set(keys[:2], {"read": True}, label="read elsewhere")
        reader.app.post_message(LibraryChanged())
        await reader.rest()
        assert pill(reader) == "3"
        await reader.press("slash", *"fresh", "enter", "A", "escape")
        assert pill(reader) == ""


async def test_a_click_leads_to_the_newest_and_esc_back_to_the_search(papers: Library) -> None:
    async with reading(papers, size=(100, 16)) as reader:
        await reader.press("slash", *"long", "enter")
        await come(reader, *some(3, NEWEST))
        assert pill(reader) == "3"
        await reader.pilot.click("#status", offset=(reader.text("#status").index("↑"), 0))
        await reader.rest()
        assert (reader.title, pill(reader)) == ("Fresh 0", "")
        await reader.press("escape")
        assert reader.app.feed.query_text == "long"


async def test_what_was_not_seen_is_where_the_reader_opens_next_time(papers: Library) -> None:
    async with reading(papers, size=(100, 16)) as reader:
        await reader.press("j", "j")
        await come(reader, *some(3, NEWEST))
        await reader.press("q")
    async with reading(papers, size=(100, 16)) as reader:
        assert (reader.title, pill(reader)) == ("Fresh 0", "")
        await reader.press("j", "q")
    async with reading(papers, size=(100, 16)) as reader:
        assert reader.title == "Fresh 1", "they were seen: back where one was"


async def test_the_first_papers_of_a_library_leave_the_cursor_on_the_newest(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "library.sqlite3", now=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    samples = tmp_path / "samples"
    samples.mkdir()
    for year in (2011, 2019, 2015):
        text = "\n".join(
            ("Papers", "", f"May 6, {year}", f"Of {year}", "Ada Lovelace, Charles Babbage", "", f"In {year}.")
        )
        (samples / f"{year}.txt").write_text(text)
    async with reading(library, samples=samples, size=(80, 7)) as reader:
        await reader.press("enter")
        await reader.until(lambda: reader.counts[0] == 3, "they are in")
        await reader.rest()
        assert (reader.title, reader.list.line, pill(reader)) == ("Of 2019", 1, "")
        await come(reader, *some(2, date(2020, 1, 1)))
        assert (reader.title, pill(reader)) == ("Of 2019", "2"), "from then on the cursor stays"
    library.close()
