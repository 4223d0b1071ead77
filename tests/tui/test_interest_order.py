"""The order by interest, queries that use it, and the searches that are made from it."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from feedreader.library import Library
from feedreader.model import Digest
from feedreader.services import ingest
from feedreader.tui import session
from feedreader.tui.dialogs.confirm import Confirm
from tests.rank.world import TOPICS
from tests.tui.conftest import TODAY, reading
from tests.tui.sailors import (
    OLDER,
    SAILING,
    Child,
    at_once,
    caught_up,
    child,
    entry,
    first_places,
    is_on,
    keep,
    learned,
    papers,
    titles,
)

__all__ = ["at_once", "child", "learned", "papers"]  # fixtures

# The order -----------------------------------------------------------------------------------------------------------


async def test_o_orders_days_by_interest_and_that_is_remembered(learned: Library) -> None:
    async with reading(learned) as reader:
        await reader.press("O")
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
        await reader.press("O", "O")
        assert reader.message == "Sorted by when kept." and "sort:kept" in reader.text("#status")


async def test_o_shows_the_day_from_its_most_interesting_paper_on(learned: Library) -> None:
    async with reading(learned, size=(120, 20)) as reader:
        await reader.press("]", *"jjjjjjjjjjjj", "O")
        assert reader.list.group and reader.list.group.day == OLDER and is_on(SAILING, reader.title)
        assert reader.list.feed.place(reader.list.cursor or 0).position == 0 and reader.list.line == 1
        await reader.press("O", *"jjjj")
        title = reader.title
        await reader.press("enter", "O", "O", "O", "O")
        assert "by interest" in reader.text("#status") and reader.title == title  # which is being read


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
        await reader.press(*["O"] * 5)
        assert titles(reader) != order and learned.papers.groups() == before


async def test_rows_stay_when_too_few_papers_are_kept_to_order_them(learned: Library) -> None:
    learned.set_state(session.ORDER, "interest")
    async with reading(learned) as reader:
        await caught_up(reader)
        order = titles(reader)
        keep_no_more = [learned.papers.key_of(f"1904.1{number:04}") for number in range(100, 106)]
        learned.marks.set(keep_no_more, {"shortlisted": False}, label="kept no more")
        await reader.press("j", "x")
        await reader.until(lambda: not reader.app.feed.interest._number, "nothing is known any more")
        await reader.press("u")
        assert titles(reader) == order
        await reader.press("O", "O", "O", "O", "O")
        assert titles(reader) != order


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
