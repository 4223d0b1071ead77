"""`O`: the order of the papers, within their days and of all of them."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from textual.widgets import Input

from feedreader.library import Library
from feedreader.model import Digest, Entry
from feedreader.services import ingest
from tests.tui.conftest import Reader, reading

CATEGORIES = ("cs.LG", "cs.AI", "math.CO", "stat.ML", "cs.CL")


@pytest.fixture
def days(library: Library) -> Library:
    """Four days of 60 papers of five categories; she subscribed to two of these."""
    with library.subscriptions.edit() as subscriptions:
        for category in ("stat.ML", "cs.LG"):
            subscriptions.add("arxiv", category, category, None)
    entries = [
        Entry(
            arxiv_id=f"2611.{day}{number:04}",
            title=f"{CATEGORIES[number % 5]} {day}-{number}",
            day=date(2026, 11, day),
            categories=(CATEGORIES[number % 5],),
        )
        for day in (9, 10, 11, 12)
        for number in range(60)
    ]
    ingest.import_digest(library, Digest(format="rss", entries=tuple(entries)), name="a.txt", path="/a.txt")
    return library


def titles(reader: Reader) -> list[str]:
    feed = reader.list.feed
    summaries = [feed.summary(row) for row in range(feed.rows)]
    return [summary.title or "" for summary in summaries if summary is not None]


def first_of_each_category(reader: Reader, papers: int) -> list[str]:
    return list(dict.fromkeys(title.split()[0] for title in titles(reader)[:papers]))


async def test_o_orders_days_by_category_and_the_paper_stays_where_it_is(days: Library) -> None:
    async with reading(days) as reader:
        await reader.press("]", "]", *"jjjjjjjjjjjj", *"kkk")
        title, line = reader.title, reader.list.line
        assert first_of_each_category(reader, 60) == list(CATEGORIES)
        await reader.press("O")
        assert reader.message == "Keep 5 papers and the list can be ordered by interest (0 so far)."
        assert (reader.title, reader.list.line) == (title, line)
        await reader.press("O")
        assert (reader.title, reader.list.line) == (title, line)
        assert first_of_each_category(reader, 60) == ["stat.ML", "cs.LG", "cs.AI", "cs.CL", "math.CO"]
        assert reader.message == "Sorted by category within each day." and "by category" in reader.text("#status")
        assert [group.day and group.day.day for group in reader.list.feed.groups] == [12, 11, 10, 9]
        for expected in ("Sorted by when", "Sorted by title.", "Sorted by source within each day."):
            await reader.press("O")
            assert reader.message.startswith(expected) and (reader.title, reader.list.line) == (title, line)
        assert first_of_each_category(reader, 60) == list(CATEGORIES) and "by category" not in reader.text("#status")


async def test_keys_go_on_in_the_order_on_the_screen(days: Library) -> None:
    async with reading(days) as reader:
        await reader.press("O", "O", "g", "x", "x", "n")
        assert reader.title == "stat.ML 12-18"
        await reader.press("u")
        assert reader.title == "stat.ML 12-8"
        await reader.press("]")
        assert reader.title == "stat.ML 11-3"
        await reader.press("N")
        assert reader.title == "math.CO 12-57"
        await reader.press("G", "N")
        assert reader.title == "math.CO 9-52"


async def test_the_order_is_remembered_and_holds_for_searches(days: Library) -> None:
    async with reading(days) as reader:
        await reader.press("O", "O", "j")
        title = reader.title
        await reader.press("q")
    async with reading(days) as reader:
        assert reader.title == title and "by category" in reader.text("#status")
        await reader.press("slash")
        await reader.write("day:2026-11-11")
        await reader.press("enter")
        assert titles(reader)[:2] == ["stat.ML 11-3", "stat.ML 11-8"]
        assert "day:2026-11-11 · by category: 60 papers" in reader.text("#status")
        await reader.press("slash")
        await reader.write(" sort:day")
        await reader.press("enter")
        assert titles(reader)[:2] == ["cs.LG 11-0", "cs.AI 11-1"] and "by category" not in reader.text("#status")
        await reader.press("O", "O")
        assert titles(reader)[:2] == ["stat.ML 11-3", "stat.ML 11-8"] and reader.app.feed.query_text == "day:2026-11-11"
        await reader.press("O", "O", "O")
        assert titles(reader)[:2] == ["cs.LG 11-0", "cs.AI 11-1"] and reader.app.feed.query_text == "day:2026-11-11"
        await reader.press("escape")
        assert titles(reader)[0] == "cs.LG 12-0"
        await reader.press("q")
    async with reading(days) as reader:
        assert titles(reader)[0] == "cs.LG 12-0" and "by category" not in reader.text("#status")


async def test_going_back_shows_the_order_that_holds_now(days: Library) -> None:
    async with reading(days) as reader:
        await reader.press("J", "M", "c")
        await reader.press("O", "O")
        await reader.press("escape")
        assert first_of_each_category(reader, 60)[0] == "stat.ML" and reader.app.feed.query_text == ""
        await reader.press("slash")
        await reader.write("math")
        await reader.press("escape")
        assert first_of_each_category(reader, 60)[0] == "stat.ML" and reader.app.feed.query_text == ""


async def test_an_order_that_is_not_known_is_the_order_by_source(days: Library) -> None:
    days.set_state("order", "moonlight")
    async with reading(days) as reader:
        assert first_of_each_category(reader, 60) == list(CATEGORIES)


async def test_a_query_given_at_the_start_may_say_its_order(days: Library) -> None:
    async with reading(days, query="sort:category day:2026-11-12") as reader:
        assert titles(reader)[0] == "stat.ML 12-3" and "by category" not in reader.text("#status")


async def test_subscriptions_that_changed_elsewhere_order_the_days_anew(
    days: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedreader.tui.app.COLLECT_AFTER", 0.01)
    days.index()
    with days.subscriptions.edit() as subscriptions:
        subscriptions.remove(subscriptions.find(["stat.ML"])[0].source)
    async with reading(days) as reader:
        await reader.press("O", "O", "]", *"jjj")
        await reader.until(lambda: first_of_each_category(reader, 60)[0] == "cs.LG", "the new order")
        await reader.rest()
        assert first_of_each_category(reader, 60) == ["cs.LG", "cs.AI", "cs.CL", "math.CO", "stat.ML"]
        assert reader.title is not None and " 11-" in reader.title


async def test_papers_are_exported_in_the_order_shown(days: Library, tmp_path: Path) -> None:
    async with reading(days, query="day:2026-11-11") as reader:
        await reader.press("O", "O", "e")
        reader.app.screen.query_one(Input).value = str(tmp_path / "shown.bib")
        await reader.press("enter")
        await reader.until(lambda: "60 papers exported" in reader.message, "it is said")
        shown = titles(reader)
    written = re.findall(r"\btitle *= *\{+([^}]*)\}+([^}]*)\}*", (tmp_path / "shown.bib").read_text())
    assert [re.sub(r"\D", "", "".join(parts)) for parts in written] == [re.sub(r"\D", "", title) for title in shown]
