"""The reader's interest on the screen: learned as she reads, shown in rows and pane, an order that keeps its rows."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from textual.widgets import Input

from feedreader.config import Settings
from feedreader.config.values import COMFORTABLE, COMPACT, FULL
from feedreader.errors import LibraryError
from feedreader.library import Library
from feedreader.library.interest import InterestPart
from feedreader.model import Digest, Entry, Query
from feedreader.services import ingest
from feedreader.system.child_process import Outcome
from feedreader.tui import session
from feedreader.tui.controllers import interest
from feedreader.tui.dialogs.confirm import Confirm
from feedreader.view.rows import BY_KEPT_AUTHOR, LEVELS
from tests.conftest import NOW
from tests.rank.world import TOPICS, paper
from tests.tui.conftest import TODAY, Reader, reading

SIGNS = {level.sign for level in LEVELS}
OLDER, SAILING = TODAY - timedelta(9), "sailing"
Command = Callable[..., Awaitable[Outcome]]


def entry(topic: str, number: int, older: bool = False) -> Entry:
    document = paper(topic, number)
    return Entry(
        arxiv_id=f"{1904 if older else 1905}.{[*TOPICS].index(topic)}{number:04}",
        title=f"{document.title} {number}",
        abstract=document.abstract,
        authors=("Ada Sailor",) if topic == SAILING and number % 2 else (f"Someone{number} Else",),
        categories=("cs.LG",),
        day=OLDER if older else TODAY,
    )


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pause is waited for."""
    for name in ("PAUSE", "LONG_PAUSE", "LOOK"):
        monkeypatch.setattr(interest, name, 0.01)


@pytest.fixture
def papers(library: Library) -> Library:
    """32 papers of today on four topics, turn by turn, and as many of nine days ago."""
    entries = [entry(topic, n + 100 * older, older) for older in (False, True) for n in range(8) for topic in TOPICS]
    ingest.import_digest(library, Digest(format="test", entries=tuple(entries)), name="a.txt", path="/a.txt")
    return library


def keep(library: Library, *numbers: int) -> None:
    """Keep papers on sailing of nine days ago."""
    keys = [library.papers.key_of(f"1904.1{number:04}") for number in numbers]
    library.marks.set(keys, {"shortlisted": True, "read": True}, label="kept")


@pytest.fixture
def learned(papers: Library) -> Library:
    keep(papers, *range(100, 106))
    papers.interest.bring_up_to_date()
    return papers


class Child:
    """Stands for the program's own command. `held` keeps it from ending."""

    def __init__(self, library: Library) -> None:
        self.commands: list[Sequence[str]] = []
        self.held = asyncio.Event()
        self.held.set()
        self.running = self.ended = 0
        self.code = 0
        self._library = library

    async def run(self, command: Sequence[str], folder: Any, running: Any, progress: Any) -> Outcome:
        self.commands.append(command)
        self.running += 1
        try:
            await self.held.wait()
            if not self.code:
                self._library.interest.bring_up_to_date(in_order=False)
            return Outcome(self.code, [], ["feedreader: broken"] * bool(self.code))
        finally:
            self.running -= 1
            self.ended += 1


@pytest.fixture
def child(papers: Library, monkeypatch: pytest.MonkeyPatch) -> Child:
    child = Child(papers)
    monkeypatch.setattr("feedreader.system.child_process.run_command", child.run)
    return child


def signed(reader: Reader) -> list[str]:
    """The titles of the rows that have a sign of interest."""
    feed = reader.list.feed
    lines = reader.lines()
    rows = {row for y, (row, _) in enumerate(reader.list.shown) if y < len(lines) and SIGNS & set(lines[y])}
    return [summary.title or "" for row in sorted(rows) if (summary := feed.summary(row))]


def titles(reader: Reader) -> list[str]:
    feed = reader.list.feed
    return [summary.title or "" for row in range(feed.rows) if (summary := feed.summary(row))]


def is_on(topic: str, title: str | None) -> bool:
    return bool(set((title or "").lower().split()) & set(TOPICS[topic]))


def first_places(reader: Reader, count: int = 6) -> list[bool]:
    return [is_on(SAILING, title) for title in titles(reader)[:count]]


async def shown(reader: Reader, what: str = "signs of interest") -> None:
    await reader.until(lambda: bool(signed(reader)), what)
    await reader.rest()


async def caught_up(reader: Reader) -> None:
    await reader.until(lambda: reader.app.feed.interest._number > 0, "it is known what was learned")
    await reader.rest()


# Rows and pane -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lines", [COMPACT, COMFORTABLE, FULL])
@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40), (200, 50)])
async def test_signs_stand_at_the_edge_and_cost_no_title_a_letter(
    papers: Library, lines: int, size: tuple[int, int]
) -> None:
    async with reading(papers, size=size, settings=Settings(lines=lines)) as reader:
        before = reader.lines()
        assert not signed(reader)
    keep(papers, *range(100, 106))
    papers.interest.bring_up_to_date()
    async with reading(papers, size=size, settings=Settings(lines=lines)) as reader:
        after = reader.lines()
        assert signed(reader) and all(is_on(SAILING, title) for title in signed(reader))
        edge = {line.rstrip("▐ ")[-1:] for line in after if SIGNS & set(line)}
        assert edge <= SIGNS
        for old, new in zip(before, after, strict=True):
            for title in titles(reader):
                if title in old and lines != COMPACT:
                    assert title in new
        assert len(before) == len(after)


@pytest.mark.parametrize("lines", [COMPACT, COMFORTABLE, FULL])
async def test_papers_by_an_author_kept_before_have_a_sign_of_their_own(learned: Library, lines: int) -> None:
    async with reading(learned, query="author:sailor day:2019-05-23", settings=Settings(lines=lines)) as reader:
        assert reader.text().count(f"{BY_KEPT_AUTHOR}▇") == reader.list.feed.papers == 4
        await reader.press("x")
        assert reader.text().count(BY_KEPT_AUTHOR) == 4
    async with reading(learned, query="author:someone day:2019-05-23", settings=Settings(lines=lines)) as reader:
        assert BY_KEPT_AUTHOR not in reader.text()


async def test_the_pane_says_why(learned: Library) -> None:
    async with reading(learned, query="author:sailor day:2019-05-23") as reader:
        assert "Interest" in reader.text("#pane") and any(word in reader.text("#pane") for word in TOPICS[SAILING])
        assert "by Ada Sailor (kept 3)" in reader.text("#pane")
    async with reading(learned, query="interest:<0.05 day:2019-05-23") as reader:
        assert "Interest" not in reader.text("#pane")


async def test_the_help_has_a_legend(papers: Library) -> None:
    async with reading(papers, size=(120, 50)) as reader:
        await reader.press("question_mark")
        await reader.write("interest")
        legend = reader.text("#help-lines")
        assert "▂ ▅ ▇" in legend and "Interest: some, medium, high" in legend
        await reader.press(*["backspace"] * 8)
        await reader.write("author kept")
        assert BY_KEPT_AUTHOR in reader.text("#help-lines")


# Learning ------------------------------------------------------------------------------------------------------------


async def test_the_fifth_keep_is_learned_from_and_no_row_moves(papers: Library, child: Child) -> None:
    keep(papers, *range(100, 104))
    async with reading(papers) as reader:
        order, sailing = titles(reader), [number for number in range(32) if number % 4 == 1]
        await reader.press(*["j"] * sailing[0], "s")
        await shown(reader)
        assert child.commands == [["interest", "--beside"]]
        assert titles(reader) == order and all(is_on(SAILING, title) for title in signed(reader))
        assert "Interest" in reader.text("#pane")
        assert reader.message == "Learned from 5 kept papers: O sorts by interest."
        await reader.press("s")
        await reader.until(lambda: not signed(reader), "unlearned")
        await reader.rest()
        assert "Interest" not in reader.text("#pane")


async def test_what_is_undone_is_unlearned(papers: Library, child: Child) -> None:
    keep(papers, *range(100, 104))
    async with reading(papers) as reader:
        await reader.press("j", "s")
        await shown(reader)
        await reader.press("u")
        await reader.until(lambda: not signed(reader), "unlearned")


async def test_a_single_mark_is_learned_from_without_a_child(
    papers: Library, child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedreader.library.interest._FEW", 0.5)
    keep(papers, *range(100, 106))
    papers.interest.bring_up_to_date()
    number = papers.interest.learned().number
    async with reading(papers) as reader:
        await reader.press("j", "j", "x")
        await reader.until(lambda: papers.interest.learned().number > number, "it was learned from")
        await reader.rest()
        scored = {paper.interest for paper in papers.papers.summaries(range(1, 65)).values()}
        assert None not in scored and not child.commands


async def test_no_two_children_learn_at_once_and_the_last_marks_are_learned_from(papers: Library, child: Child) -> None:
    keep(papers, *range(100, 104))
    child.held.clear()
    async with reading(papers) as reader:
        await reader.press("j", "s")
        await reader.until(lambda: child.running == 1, "it runs")
        await reader.press("j", "j", "j", "j", "s")
        for _ in range(20):
            await reader.pilot.pause(0.01)
        assert child.running == 1 and len(child.commands) == 1
        child.held.set()
        await reader.until(lambda: (profile := papers.interest.learned().profile) is not None and profile.kept == 6)
        await reader.rest()


async def test_a_child_that_learns_is_ended_with_the_reader(papers: Library, child: Child) -> None:
    keep(papers, *range(100, 104))
    child.held.clear()
    async with reading(papers) as reader:
        await reader.press("j", "s")
        await reader.until(lambda: child.running == 1, "it runs")
        await reader.pilot.press("q")
    assert not child.running and child.ended == 1


async def test_a_child_that_fails_is_quiet_and_not_started_again(papers: Library, child: Child) -> None:
    keep(papers, *range(100, 104))
    child.code = 1
    async with reading(papers, toasts=True) as reader:
        await reader.press("j", "s")
        await reader.until(lambda: child.ended == 1, "it failed")
        await reader.press("j", "s")
        for _ in range(20):
            await reader.pilot.pause(0.01)
        assert child.ended == 1 and not reader.app._notifications and not signed(reader)


async def test_the_program_itself_learns_anew(papers: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEEDREADER_NOW", NOW.isoformat())
    keep(papers, *range(100, 104))
    async with reading(papers) as reader:
        await reader.press("j", "s")
        await shown(reader)
        await reader.until(lambda: not reader.app.feed.interest.children, "it ends")


async def test_old_papers_are_scored_when_they_come_on_the_screen(
    learned: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    with learned._database.write() as connection:
        connection.execute("UPDATE papers SET interest = NULL, scored = 0, why = '' WHERE name LIKE '1904%'")
    monkeypatch.setattr("feedreader.tui.app.COLLECT_AFTER", 0.01)
    monkeypatch.setattr("feedreader.library.interest.NEWEST", 32)
    monkeypatch.setattr(InterestPart, "score_newest", lambda *_, **__: 0)
    async with reading(learned, size=(120, 20)) as reader:
        await caught_up(reader)
        await reader.press("]")
        await reader.until(
            lambda: any(int(title.split()[-1]) > 99 for title in signed(reader)), "those of nine days ago"
        )
        await reader.rest()


async def test_what_another_reader_learned_is_shown(papers: Library) -> None:
    async with reading(papers) as reader:
        other = Library.open(papers.path, now=lambda: NOW)
        try:
            keep(other, *range(100, 106))
            other.interest.bring_up_to_date()
        finally:
            other.close()
        reader.app.library_file.look()
        await shown(reader)


async def test_a_library_that_cannot_be_written_shows_what_is_known(
    learned: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with reading(learned, toasts=True) as reader:
        await caught_up(reader)

        def fails(*_: object, **__: object) -> int:
            raise LibraryError("The library is away.")

        for name in ("score", "score_newest", "order", "learn"):
            monkeypatch.setattr(InterestPart, name, fails)
        reader.app.feed.interest.marked()
        reader.app.feed.interest.look()
        await reader.press("O", "O", "j", "slash")
        await reader.write("top:3")
        await reader.press("enter")
        assert reader.list.feed.papers == 3 and not reader.app._notifications


async def test_a_library_that_was_deleted_is_no_crash(learned: Library) -> None:
    async with reading(learned) as reader:
        learned.path.unlink()
        await reader.press("O", "O", "j", "s", "]")
        reader.app.feed.interest.learn()
        await reader.rest()
        assert titles(reader)


# The order -----------------------------------------------------------------------------------------------------------


async def test_o_orders_days_by_interest_and_that_is_remembered(learned: Library) -> None:
    async with reading(learned) as reader:
        await reader.press("O", "O")
        assert reader.message == "Sorted by interest within each day."
        assert "by interest" in reader.text("#status") and all(first_places(reader))
        assert [group.day for group in reader.list.feed.groups] == [TODAY, OLDER]
        await reader.press("g", "n", "n", "n", "x", "N", "]")
        assert is_on(SAILING, reader.title) and reader.list.group and reader.list.group.day == OLDER
        await reader.press("U")
        assert "is:unread · by interest: " in reader.text("#status") and all(first_places(reader))
        await reader.press("escape", "M", "c")
        await reader.press("escape")
        assert reader.app.feed.query_text == "" and all(first_places(reader))
        await reader.press("q")
    async with reading(learned) as reader:
        assert "by interest" in reader.text("#status") and all(first_places(reader))
        await reader.press("O")
        assert reader.message == "Sorted by when kept." and "sort:kept" in reader.text("#status")


async def test_rows_stay_while_the_interest_changes_and_follow_when_asked(
    learned: Library, child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    learned.set_state(session.ORDER, "interest")
    async with reading(learned) as reader:
        await caught_up(reader)
        order = titles(reader)
        sailing = [row for row in range(1, 33) if is_on(SAILING, (reader.list.feed.summary(row) or [None] * 4)[3])]
        keys = [key for row in sailing if (key := reader.list.feed.key(row))]
        learned.marks.set(keys, {"dismissed": True}, label="dismissed")
        await reader.press("j", "x")
        await reader.until(lambda: bool(child.ended), "all was learned anew")
        await reader.rest()
        assert titles(reader) == order
        before = learned.papers.groups()
        await reader.press(*["O"] * 6)
        assert titles(reader) != order and learned.papers.groups() == before


async def test_leaving_lets_the_order_follow(learned: Library, child: Child) -> None:
    ordered: list[bool] = []
    async with reading(learned) as reader:
        await reader.press("j", "j", "x", "j", "x")
        await reader.until(lambda: bool(child.ended), "learned")
        await reader.rest()
    with learned._database.read() as connection:
        wrong = (
            "SELECT count(*) FROM papers WHERE interest_order <> -CAST(round(ifnull(interest, 0) * 1000) AS INTEGER)"
        )
        assert connection.execute(wrong).fetchone() == (0,) and not ordered


async def test_new_papers_are_counted_in_the_order_by_interest(learned: Library) -> None:
    learned.set_state(session.ORDER, "interest")
    async with reading(learned, size=(120, 14)) as reader:
        await reader.press("G")
        title = reader.title
        new = tuple(entry(topic, number) for topic in TOPICS for number in range(50, 54))
        ingest.import_digest(learned, Digest(format="test", entries=new), name="b.txt", path="/b.txt")
        reader.app.on_library_changed()
        await reader.rest()
        assert "↑ 16 new" in reader.text("#status") and reader.title == title
        await reader.press("g")
        assert is_on(SAILING, reader.title)


def test_at_the_start_no_profile_is_loaded(learned: Library) -> None:
    learned.set_state(session.ORDER, "interest")
    del learned.__dict__["interest"]
    for query in ("", "sort:interest", "top:3", "is:unread"):
        start = session.start(learned, query, reach=60)
        assert start.day_order == "interest" and start.loaded.feed.papers
    assert "interest" not in learned.__dict__


# Queries -------------------------------------------------------------------------------------------------------------


async def test_the_best_of_a_query_are_a_list(learned: Library) -> None:
    async with reading(learned) as reader:
        await reader.press("slash")
        await reader.write("day:2019 sor")
        await reader.press("tab")
        assert "sort:" in reader.app.screen.query_one(Input).value
        await reader.press(*["backspace"] * len("sort:"))
        await reader.write("to")
        await reader.press("tab")
        await reader.write("7")
        await reader.press("enter")
        assert "The 7 best of 64" in reader.text() and reader.list.feed.papers == 7 and all(first_places(reader))
        assert "14 May" in reader.text(), "each row says its day"
        await reader.press("G", "N", "A")
        assert isinstance(reader.app.screen, Confirm)
        await reader.press("y")
        assert reader.list.feed.groups[0].unread == 0
        await reader.press("U")
        assert reader.app.feed.query_text == "day:2019 is:unread top:7" and "The 7 best of" in reader.text()


async def test_what_a_query_lists_is_scored_however_old(learned: Library) -> None:
    with learned._database.write() as connection:
        connection.execute("UPDATE papers SET interest = NULL, scored = 0, why = '', interest_order = 0")
    async with reading(learned) as reader:
        await reader.press("slash")
        await reader.write("day:2019-05-14 -is:shortlisted sort:interest")
        await reader.press("enter")
        assert "Most interesting first" in reader.text() and first_places(reader, 2) == [True, True]


# Searches made for her -----------------------------------------------------------------------------------------------


@pytest.fixture
def config(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path_factory.mktemp("settings")
    (folder / "config.toml").touch()
    monkeypatch.setenv("FEEDREADER_CONFIG", str(folder / "config.toml"))


@pytest.mark.usefixtures("config")
async def test_the_palette_reviews_the_week_and_shows_the_best_unread(learned: Library) -> None:
    async with reading(learned) as reader:
        await reader.press("colon")
        await reader.write("review")
        await reader.press("enter")
        assert reader.app.feed.query_text == "day:7d -is:dismissed sort:interest"
        assert reader.message.startswith("The last seven days")
        await reader.press("colon")
        await reader.write("best unread papers")
        await reader.press("enter")
        assert reader.app.feed.query_text == "is:unread -is:shortlisted top:20" and all(first_places(reader))
        assert "The 20 best of 58" in reader.text()
        await reader.press("escape", "escape")
        assert reader.app.feed.query_text == ""


@pytest.mark.usefixtures("config")
async def test_where_nothing_was_learned_the_palette_says_what_is_missing(papers: Library) -> None:
    keep(papers, 100, 101)
    async with reading(papers) as reader:
        await reader.press("colon")
        await reader.write("best unread")
        await reader.press("enter")
        assert reader.message == "Keep 5 papers and the list can be ordered by interest (2 so far)."
        await reader.press("V")
        assert "Best unread" not in reader.text("#narrow-lines")


@pytest.mark.usefixtures("config")
async def test_one_saved_search_is_made_for_her_until_she_removes_it(learned: Library) -> None:
    async with reading(learned) as reader:
        await reader.press("1")
        assert "Best unread: 20 papers" in reader.text("#status")
        await reader.press("escape", "V")
        assert "Best unread" in reader.text("#narrow-lines") and "20 unread" in reader.text("#narrow-lines")
        await reader.press("ctrl+d", "ctrl+d")
        assert "Best unread" not in reader.text("#narrow-lines")
        await reader.press("escape", "1")
        assert reader.message.startswith("No saved searches yet.")
    async with reading(learned, query="sailing") as reader:
        await reader.press("V")
        assert "Best unread" not in reader.text("#narrow-lines")
        await reader.write("best unread")
        await reader.press("enter", "1")
        assert reader.app.feed.query_text == "sailing", "hers goes before"


def test_a_query_that_is_missing_nothing(learned: Library) -> None:
    from feedreader.services.interest import missing, prepare

    assert missing(learned) == ""
    prepare(learned, Query(sort="interest"), in_order=True)
