"""What a query finds comes window by window: nothing on the screen moves for it, and no key takes the part that is here
for the whole."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from feedreader.errors import QueryError
from feedreader.library import Library
from feedreader.library.search import finder
from feedreader.library.windows import END, START
from feedreader.model import Digest, Entry, Query, Rule, Term
from feedreader.query.language import parse_query
from feedreader.services import ingest
from feedreader.tui import feed_loader
from feedreader.view.run import Run
from tests.conftest import NOW, OpenCopy, library_file
from tests.tui.conftest import Reader, reading
from tests.tui.small_windows import SmallWindows, windows  # noqa: F401

FIRST = date(2019, 5, 23)
DAYS, A_DAY = 15, 16
NUMBERS = [(day, number) for day in range(DAYS) for number in range(A_DAY)]


@pytest.fixture(scope="session")
def fifteen_days_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    entries = [
        Entry(
            title=f"{'Odd' if (day + number) % 2 else 'Even'} paper {day:02}-{number:02}",
            authors=("Ada Lovelace",),
            arxiv_id=f"19{40 - day:02}.{number:05}",
            day=FIRST - timedelta(days=2 * day),
            abstract="Some words. " * 5,
        )
        for day, number in NUMBERS
    ]
    return library_file(tmp_path_factory.mktemp("papers"), *entries)


@pytest.fixture
def library(open_copy: OpenCopy, fifteen_days_file: Path, windows: SmallWindows) -> Library:  # noqa: F811
    """240 papers in fifteen days, every second day; half of each are odd."""
    return open_copy(fifteen_days_file)


def run_of(reader: Reader) -> Run:
    feed = reader.list.feed
    assert isinstance(feed, Run)
    return feed


def title(day: int, number: int) -> str:
    return f"{'Odd' if (day + number) % 2 else 'Even'} paper {day:02}-{number:02}"


ODD = [title(day, number) for day, number in NUMBERS if (day + number) % 2]


def read(library: Library, *titles: str) -> None:
    """Mark papers as read, in another program."""
    keys = {summary.title: key for key, summary in library.papers.summaries(_keys(library)).items()}
    library.marks.set([keys[title] for title in titles], {"read": True}, label="read before", step=False)


def unread(library: Library) -> set[str]:
    summaries = library.papers.summaries(_keys(library)).values()
    return {summary.title or "" for summary in summaries if not summary.marks.read}


def _keys(library: Library) -> list[int]:
    return [key for _, keys in library.papers.matches(Query()) for key in keys]


async def every_title(reader: Reader, key: str) -> list[str]:
    """The papers that a key goes through until it goes no further."""
    titles = [reader.title or ""]
    while True:
        await reader.press(key)
        if reader.title == titles[-1]:
            return titles
        titles.append(reader.title or "")


async def test_the_first_rows_come_alone_and_the_rest_behind_them(library: Library, windows: SmallWindows) -> None:  # noqa: F811
    async with reading(library) as reader:
        windows.asked.clear()
        await reader.press("slash")
        await reader.write("odd")
        first = [most for query, most in windows.asked if query.terms == (Term("", "odd"),)]
        assert first[0] == 12 and first[1] == 5, "the first rows, and nothing before they are shown"
        assert max(first[1:]) > 5
        assert 40 <= run_of(reader).papers < 120, "so many are loaded unasked"
        assert "odd: 120 papers" in reader.text("#status")
        assert reader.lines("#query-verdict")[0].strip().startswith("120 papers")


async def test_what_is_not_counted_yet_is_said_with_a_plus(
    library: Library,
    windows: SmallWindows,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    windows.counted = 25
    said = set()
    async with reading(library, query="odd", size=(80, 24)) as reader:
        show = reader.app.feed.status.show

        def noted(query: str, papers: str, counts: tuple[int, int, int]) -> None:
            said.add(papers)
            show(query, papers, counts)

        monkeypatch.setattr(reader.app.feed.status, "show", noted)
        await reader.press("slash", *"odd", "backspace", "backspace", "backspace", *"even", "enter")
    assert any(papers.endswith("+ papers") for papers in said) and "120 papers" in said


@pytest.mark.parametrize("query", ["odd", "odd sort:title", "odd sort:rank"])
async def test_every_paper_is_gone_through_down_and_up(library: Library, query: str) -> None:
    async with reading(library, query=query, size=(80, 16)) as reader:
        down = await every_title(reader, "j")
        assert sorted(down) == sorted(ODD)
        assert run_of(reader).is_whole and "120 papers" in reader.text("#status")
        assert await every_title(reader, "k") == down[::-1]


async def test_held_keys_wait_for_what_is_still_to_come(library: Library) -> None:
    async with reading(library, query="odd", size=(80, 16)) as reader:
        await reader.hold("j", 119)
        assert reader.title == ODD[-1]
    async with reading(library, query="odd", size=(80, 16)) as reader:
        await reader.press("g")
        await reader.hold("right_square_bracket", 14)
        assert reader.title == title(14, 1)
        await reader.hold("left_square_bracket", 5)
        assert reader.title == title(9, 0)


async def test_the_ends_are_those_of_all_that_is_found(library: Library) -> None:
    async with reading(library, query="odd", size=(80, 16)) as reader:
        await reader.press("G")
        assert reader.title == ODD[-1] and run_of(reader).after is None and run_of(reader).before is not None
        assert "120 papers" in reader.text("#status")
        up = await every_title(reader, "k")
        assert up == ODD[::-1]
        await reader.press("G", "pageup", "g")
        assert reader.title == ODD[0]


async def test_the_end_of_a_sorted_list_is_the_last_paper_of_all(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finder, "NEWEST", 20)
    async with reading(library, query="odd sort:rank", size=(80, 16)) as reader:
        assert "Best matches first, of the newest " in reader.text()
        await reader.press("G")
        assert reader.title == ODD[-1] and run_of(reader).is_whole and run_of(reader).papers == 120


@pytest.mark.parametrize("at", [0, 7, 100, 130, 239])
async def test_the_cursor_stays_on_its_paper_and_line(library: Library, at: int) -> None:
    async with reading(library, size=(80, 16)) as reader:
        await reader.hold("j", at)
        before, line = reader.title, reader.list.line
        await reader.press("U")
        assert (reader.title, reader.list.line) == (before, line)
        assert "is:unread: 240 papers" in reader.text("#status")
        assert not any(each.strip() == "…" for each in reader.lines())
        top, lines = reader.list.top, reader.lines()
        await reader.press(*("k", "j") * (at > 0))
        assert reader.title == before
        if at > 50:
            assert reader.lines() == lines and top.row > 0
        up = await every_title(reader, "k")
        assert up == [title(*each) for each in NUMBERS[at::-1]]


async def test_a_paper_that_does_not_match_leads_to_the_next(library: Library) -> None:
    async with reading(library, size=(80, 16)) as reader:
        await reader.hold("j", 130)
        assert reader.title == title(8, 2)
        await reader.press("slash")
        await reader.write("odd")
        await reader.press("escape")
        assert reader.title == title(8, 2)
        reader.app.feed.run_query("odd")
        await reader.rest()
        assert reader.title == title(8, 3)
        reader.app.feed.run_query("day:2019-05-23")
        await reader.rest()
        assert reader.title == title(0, 15), "none behind: the last one"


async def test_rows_stay_while_windows_come_above(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    async with reading(library, size=(80, 16)) as reader:
        await reader.hold("j", 130)
        seen = []
        grow = reader.list.grow

        def watched(more: object) -> None:
            before = reader.list.line, reader.title, reader.list.shown
            grow(more)  # type: ignore[arg-type]
            after = reader.list.line, reader.title, reader.list.shown
            seen.append((before[:2], after[:2], after[2][0][0] - before[2][0][0]))

        monkeypatch.setattr(reader.list, "grow", watched)
        await reader.press("j")
        reader.app.feed.run_query("odd")
        await reader.rest()
        assert reader.title == title(8, 3)
        assert seen and all(before == after for before, after, _ in seen)
        await reader.press(*["pageup"] * 3)
        assert any(moved for _, _, moved in seen), "some came above"


# Marks


async def test_rows_stay_while_marks_change_anywhere(library: Library) -> None:
    async with reading(library, query="is:unread", size=(80, 16)) as reader:
        await reader.hold("j", 30)
        lines = [line[4:] for line in reader.lines()[1:]]
        other = Library.open(library.path, now=lambda: NOW)
        read(other, *(title(*each) for each in NUMBERS[20:200]))
        other.close()
        await reader.until(lambda: reader.counts[1] == 60, "the marks are seen")
        await reader.rest()
        assert reader.title == title(*NUMBERS[30])
        assert [line[4:] for line in reader.lines()[1:]] == lines
        shown = [run_of(reader).key(row) for row in range(run_of(reader).rows)]
        assert len(set(shown) - {None}) == len([key for key in shown if key]), "no paper comes twice"
        down = await every_title(reader, "j")
        assert {title(*each) for each in NUMBERS[200:]} <= set(down)


@pytest.mark.parametrize("order", ["rank", "title", "kept"])
async def test_rows_of_a_sorted_list_stay_while_marks_change(
    library: Library, monkeypatch: pytest.MonkeyPatch, order: str
) -> None:
    monkeypatch.setattr(finder, "NEWEST", 20)
    async with reading(library, query=f"odd is:unread sort:{order}", size=(80, 16)) as reader:
        await reader.hold("j", 30)
        before, lines = reader.title, [line[4:78].rstrip() for line in reader.lines()[1:]]
        shown = [key for row in range(run_of(reader).rows) if (key := run_of(reader).key(row))]
        other = Library.open(library.path, now=lambda: NOW)
        read(other, *ODD[10:100])
        other.close()
        await reader.until(lambda: reader.counts[1] == 150, "the marks are seen")
        await reader.rest()
        assert reader.title == before and [line[4:78].rstrip() for line in reader.lines()[1:]] == lines
        now = [key for row in range(run_of(reader).rows) if (key := run_of(reader).key(row))]
        assert [key for key in now if key in shown] == shown
        await reader.hold("j", 90)
        keys = [key for row in range(run_of(reader).rows) if (key := run_of(reader).key(row))]
        assert len(set(keys)) == len(keys), "no paper comes twice"
        assert {*ODD[100:]} <= {summary.title for summary in library.papers.summaries(keys).values()}


async def test_a_run_that_begins_in_the_middle_is_brought_up_to_date(library: Library) -> None:
    async with reading(library, query="odd", size=(80, 16)) as reader:
        await reader.press("G", "k", "k")
        before, line = reader.title, reader.list.line
        assert run_of(reader).before is not None
        new = [Entry(title=f"Odd new paper {day}", day=FIRST - timedelta(days=2 * day)) for day in range(DAYS)]
        ingest.import_digest(library, Digest(format="test", entries=tuple(new)), name="new.txt", path="/tmp/new.txt")
        reader.app.feed.bring_up_to_date()
        await reader.rest()
        assert (reader.title, reader.list.line) == (before, line)
        up = await every_title(reader, "k")
        assert len(up) == len(set(up)) and {entry.title for entry in new[:14]} <= set(up)


async def test_marking_what_is_above_reaches_beyond_the_run(library: Library) -> None:
    async with reading(library, query="odd", size=(80, 16)) as reader:
        await reader.press("G", "X", "a")
        assert "Mark 119 papers above as read?" in reader.text("#confirm-question")
        await reader.press("y")
        assert unread(library) == {title(*each) for each in NUMBERS if sum(each) % 2 == 0} | {ODD[-1]}


@pytest.mark.parametrize("at_end", [False, True])
async def test_marking_what_is_older_reaches_beyond_the_run(library: Library, at_end: bool) -> None:
    async with reading(library, query="odd", size=(80, 16)) as reader:
        await reader.press(*["G"] * at_end, "X", "w", "y")
        older = {title(*each) for each in NUMBERS if sum(each) % 2}
        cut = {title(day, n) for day, n in NUMBERS if (day + n) % 2 and 2 * day <= 7}
        assert unread(library) >= cut and not unread(library) & (older - cut)
    async with reading(library, query="odd", size=(80, 16)) as reader:
        await reader.press("g", "right_square_bracket", "X", "b", "y")
        assert {each for each in unread(library) if each.startswith("Odd")} == {
            title(day, n) for day, n in NUMBERS if day < 2 and (day + n) % 2
        }


async def test_a_day_that_is_cut_is_marked_as_a_whole(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_loader, "WINDOWS", feed_loader.WINDOWS._replace(first=4, loaded=0))
    async with reading(library, query="odd", size=(80, 5)) as reader:
        reader.app.feed.growth.stop()
        reader.app.feed.growth._stopped = True
        await reader.press("A")
        assert {each for each in unread(library) if " 00-" in each} == {title(0, n) for n in range(0, 16, 2)}


async def test_the_next_unread_paper_may_be_beyond(library: Library) -> None:
    read(library, *ODD[1:110], *ODD[111:])
    async with reading(library, query="odd", size=(80, 16)) as reader:
        assert reader.title == ODD[0]
        await reader.press("n")
        assert reader.title == ODD[110]
        assert "Back" not in reader.message
        await reader.press("n")
        assert reader.message == "No unread papers below." and reader.title == ODD[110]
        await reader.press("N")
        assert reader.title == ODD[0]
        await reader.press("N")
        assert reader.message == "No unread papers above."
        await reader.press("escape")
        assert reader.title == ODD[0] and reader.app.feed.query_text == "odd", "where it began"


@pytest.mark.parametrize("query", ["odd sort:title", "odd sort:rank"])
async def test_the_next_unread_paper_of_a_sorted_list_may_be_beyond(library: Library, query: str) -> None:
    order = [key for _, keys in library.papers.matches(parse_query(query)) for key in keys]
    library.marks.set(order[:70], {"read": True}, label="x", step=False)
    async with reading(library, query=query, size=(80, 16)) as reader:
        await reader.press("n")
        assert reader.list.key == order[70]


async def test_a_random_paper_may_be_beyond(library: Library) -> None:
    read(library, *ODD[:-1])
    async with reading(library, query="odd", size=(80, 16)) as reader:
        await reader.press("asterisk")
        assert reader.title == ODD[-1]
        await reader.press("escape")
        assert reader.title == ODD[0]
        await reader.press("asterisk", "m", "asterisk")
        assert reader.message == "No unread papers here."


async def test_undo_leads_to_a_paper_beyond(library: Library) -> None:
    async with reading(library, query="odd", size=(80, 16)) as reader:
        await reader.press("G", "s", "g")
        assert reader.title == ODD[0]
        await reader.press("u")
        assert reader.title == ODD[-1] and reader.counts[2] == 0


# Days


@pytest.mark.parametrize(
    ("text", "day", "said"),
    [
        ("2019-05-01", 11, ""),
        ("2019-05-02", 10, "No papers on Thu 2 May; the nearest day is Fri 3 May."),
        ("2019-04", 12, ""),
        ("1999", 14, "No papers on Fri 31 Dec 1999; the nearest day is Thu 25 Apr."),
        ("2019-05-23", 0, ""),
    ],
)
async def test_a_day_beyond_is_gone_to(library: Library, text: str, day: int, said: str) -> None:
    for end in (False, True):
        async with reading(library, query="odd", size=(80, 16)) as reader:
            await reader.press(*["G"] * end, "j")
            before = reader.title
            await reader.press("at")
            await reader.write(text)
            await reader.press("enter")
            assert (reader.title, reader.message) == (title(day, 1 - day % 2), said)
            await reader.press("escape")
            assert reader.title == before and reader.app.feed.query_text == "odd"


# What takes long


def test_how_far_a_place_is_counts_the_papers_of_newer_days(library: Library) -> None:
    parts = []
    for days in (-1, 0, 6, 8, 2 * DAYS):
        cursor = library.papers.cursor_of_day(Query(), FIRST - timedelta(days=days))
        assert cursor is not None
        parts.append(library.papers.part_before(cursor))
    assert parts == [0, 0, 3 / DAYS, 4 / DAYS, 1]
    assert library.papers.part_before(START) == 0 and library.papers.part_before(END) == 1


async def test_a_search_that_takes_long_goes_on_and_says_so(library: Library, windows: SmallWindows) -> None:  # noqa: F811
    windows.dry = True
    async with reading(library) as reader:
        reader.app.feed.run_query("odd")
        await reader.until(lambda: "Searching…" in reader.text("#status"), "it is said that it goes on")
        assert "Searching…" in reader.text() and "No papers match" not in reader.text()
        assert "Searching… 0%" in reader.text("#status"), "how far it is"
        windows.dry = False
        await reader.rest()
        assert reader.title == ODD[0] and "Searching" not in reader.text("#status")
        assert reader.pane.paper is not None and reader.pane.paper.title == ODD[0]


async def test_a_search_that_takes_long_can_be_stopped(library: Library, windows: SmallWindows) -> None:  # noqa: F811
    windows.dry = True
    async with reading(library) as reader:
        reader.app.feed.run_query("odd")
        await reader.until(lambda: "Searching…" in reader.text("#status"), "it is said that it goes on")
        await reader.pilot.press("escape")
        await reader.rest()
        assert reader.message == "The search was stopped: nothing was found so far."
        assert "stopped before a paper was found" in reader.text() and reader.app.feed.query_text == "odd"
        await reader.press("escape")
        assert reader.app.feed.query_text == ""
        windows.dry = False
        reader.app.feed.run_query("odd")
        await reader.until(lambda: isinstance(reader.list.feed, Run), "some were found")
        await reader.rest()
        papers, windows.dry = run_of(reader).papers, True
        assert 40 <= papers < 120
        reader.list.to_end(1)
        await reader.until(lambda: "Searching…" in reader.text("#status"), "more are looked for")
        await reader.pilot.press("escape")
        await reader.rest()
        assert reader.message == f"The search was stopped: {papers} papers found so far."
        assert run_of(reader).papers == papers and reader.app.feed.query_text == "odd"
        windows.dry = False
        await reader.press("k", "slash", "enter")
        assert (await every_title(reader, "j"))[-1] == ODD[-1], "run again, it goes on"


async def test_another_query_drops_what_is_on_its_way(library: Library, windows: SmallWindows) -> None:  # noqa: F811
    windows.dry = True
    async with reading(library) as reader:
        reader.app.feed.run_query("odd")
        await reader.until(lambda: "Searching…" in reader.text("#status"), "it goes on")
        windows.dry = False
        reader.app.feed.run_query("even")
        await reader.until(lambda: Term("", "even") in reader.app.feed.shown_query.terms, "the other is shown")
        await reader.rest()
        assert "Searching" not in reader.text("#status")
        windows.asked.clear()
        await reader.press("G")
        assert all(query.terms == (Term("", "even"),) for query, _ in windows.asked)
        await reader.press("escape")
        assert reader.list.feed.papers == 240 and not reader.app.feed.growth.is_under_way


async def test_going_back_shows_the_part_that_was_left(library: Library) -> None:
    async with reading(library, query="odd", size=(80, 16)) as reader:
        await reader.press("G", "k", "k")
        before, line = reader.title, reader.list.line
        reader.app.feed.jump("even")
        await reader.rest()
        assert reader.title == title(0, 0)
        await reader.press("escape")
        assert (reader.title, reader.list.line) == (before, line)
        assert await every_title(reader, "k") == ODD[-3::-1]


async def test_what_fails_leaves_what_was_found_and_is_said_once(library: Library, windows: SmallWindows) -> None:  # noqa: F811
    windows.error = QueryError("The pattern took too long.", "Make it simpler.")
    async with reading(library, size=(80, 16), toasts=True) as reader:
        reader.app.feed.run_query("odd")
        await reader.until(lambda: bool(reader.app._notifications), "it is said")
        await reader.press(*"jjjjjjjjjjjjjjj")
        assert len(reader.app._notifications) == 1 and reader.title in ODD[:15]
        windows.error = None
        await reader.press("slash", "enter")
        assert (await every_title(reader, "j"))[-1] == ODD[-1]


async def test_marks_made_while_windows_come_are_counted_once(library: Library) -> None:
    async with reading(library, query="odd", size=(80, 16)) as reader:
        for _ in range(30):
            await reader.pilot.press("x")
        await reader.rest()
        assert reader.counts[1] == 210 and len(unread(library)) == 210
        await every_title(reader, "j")
        groups = run_of(reader).groups
        assert [group.unread for group in groups] == [0, 0, 0, 2] + [8] * 11
        assert [group.total for group in groups] == [8] * 15


async def test_sections_stay_apart_where_days_are_cut(library: Library) -> None:
    muted = [title(0, 1), title(0, 3), title(1, 0), title(1, 2)]
    library.rules.apply([Rule("mute", each, each, parse_query(f'title:"{each}"')) for each in muted])
    async with reading(library, query="odd", size=(80, 16)) as reader:
        down = await every_title(reader, "j")
        assert sorted(down) == sorted(ODD) and down[6:8] == muted[:2] and down[14:16] == muted[2:]
        sections = [group.section for group in run_of(reader).groups]
        assert sections == ["", "muted", "", "muted"] + [""] * 13
        await reader.press("g", "n")
        assert reader.title == title(0, 7)
        await reader.press("G", "X", "a", "y")
        assert {each for each in unread(library) if each.startswith("Odd")} == {*muted, ODD[-1]}
