"""The screen of sources: subscriptions above what was imported, and what can be done to either."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from textual.widgets import Input

from feedreader.model import Query
from tests.tui.conftest import Reader
from tests.tui.test_dialogs import DAY_LIST
from tests.tui.world import FRIDAY, TUESDAY, World, asides, come, over, said, server, world

__all__ = ["server", "world"]  # fixtures


@pytest.fixture
def subscribed(world: World) -> Callable[[Reader], Awaitable[None]]:
    """Refreshes cs.LG and hep-ph, and opens the screen."""
    world.arxiv.announce(TUESDAY, "2611.00001", "2611.00002")
    world.subscribe("cs.LG", "hep-ph")

    async def opens(reader: Reader) -> None:
        await reader.press("r")
        await over(reader)
        await reader.press("I")

    return opens


async def test_subscriptions_stand_above_the_digests(
    world: World, subscribed: Callable[[Reader], Awaitable[None]], tmp_path: Path
) -> None:
    file = tmp_path / "digest.txt"
    file.write_text(DAY_LIST)
    async with world.reading() as reader:
        await subscribed(reader)
        await reader.press("escape", "i")
        reader.app.screen.query_one(Input).value = str(file)
        await reader.press("enter")
        await come(reader, lambda: reader.counts[0] == 4, "the digest is in")
        world.set_now("2026-11-17T12:30:00-05:00")
        await reader.press("I")
        lines = [line.strip() for line in reader.lines("#sources-lines")]
        assert lines[0] == "Subscriptions" and lines[3:5] == ["", "Digests"]
        assert lines[1].split()[:3] == ["✓", "cs.LG", "fresh"] and lines[1].endswith("2 h ago")
        assert lines[2].split()[:3] == ["–", "hep-ph", "quiet"]
        assert lines[5].startswith("digest.txt") and not any("cs.LG" in line for line in lines[2:])
        assert "2 subscriptions · 1 file" in reader.text("#dialog-heading")
        assert "pause" in reader.text("#dialog-hints")
        await reader.press("j", "j")
        assert "remove" in reader.text("#dialog-hints") and "pause" not in reader.text("#dialog-hints")
        await reader.press("x")
        await come(reader, lambda: reader.counts[0] == 2, "the digest is out")
        assert len(world.library.subscriptions.all()) == 2


async def test_unsubscribing_keeps_the_papers_and_one_can_subscribe_again(
    world: World, subscribed: Callable[[Reader], Awaitable[None]]
) -> None:
    async with world.reading() as reader:
        await subscribed(reader)
        await reader.press("x")
        assert said(reader) == "Unsubscribed from cs.LG; its papers stay (a to subscribe again)."
        assert [one.name for one in world.library.subscriptions.all()] == ["hep-ph"]
        assert "hep-ph" in reader.lines("#sources-lines")[1]
        assert "cs.LG" in reader.text("#sources-lines"), "its papers can still be removed"
        assert reader.counts[0] == 2
        await reader.press("a")
        await reader.write("cs.lg")
        await reader.press("enter")
        await over(reader)
        assert [one.name for one in world.library.subscriptions.all()] == ["cs.LG", "hep-ph"]


async def test_pause_and_resume(world: World, subscribed: Callable[[Reader], Awaitable[None]]) -> None:
    async with world.reading() as reader:
        await subscribed(reader)
        await reader.press("p")
        assert "paused" in reader.lines("#sources-lines")[1]
        assert said(reader) == "Paused cs.LG (p to resume)."
        await reader.press("p")
        assert "fresh" in reader.lines("#sources-lines")[1]
        await reader.press("p", "escape")
        assert "cs.LG" not in reader.text("#status") and "hep-ph" in reader.text("#status")


async def test_a_new_name_is_on_the_papers_too(world: World, subscribed: Callable[[Reader], Awaitable[None]]) -> None:
    async with world.reading() as reader:
        await subscribed(reader)
        await reader.press("e")
        assert reader.app.screen.id == "ask"
        await reader.press("ctrl+u")
        await reader.write("Learning")
        await reader.press("enter")
        await come(reader, lambda: said(reader) == "Renamed cs.LG to Learning.", "it is renamed")
        assert "Learning" in reader.text("#sources-lines")
        await reader.press("escape")
        assert "from Learning" in reader.text("#pane")
        assert {paper.sources for paper in world.library.papers.find(Query())} == {("Learning",)}
        await reader.press("I", "e", "ctrl+u")
        await reader.write("hep-ph")
        await reader.press("enter")
        await come(reader, lambda: bool(asides(reader)), "the name is taken")
        assert "Another subscription is named “hep-ph”" in asides(reader)[0][1]


async def test_a_folder_is_set_and_emptied(world: World, subscribed: Callable[[Reader], Awaitable[None]]) -> None:
    async with world.reading() as reader:
        await subscribed(reader)
        await reader.press("f")
        await reader.write("Science")
        await reader.press("enter")
        assert "Science / cs.LG" in reader.text("#sources-lines")
        assert said(reader) == "cs.LG is now in Science."
        await reader.press("g", "j", "f", "ctrl+u", "enter")
        assert "Science" not in reader.text("#sources-lines")


async def test_one_subscription_is_refreshed_and_its_missed_days_fetched(world: World) -> None:
    for offset in range(4):
        world.arxiv.announce(TUESDAY + timedelta(offset), *(f"2611.{offset}{number:04}" for number in range(3)))
    world.subscribe("cs.LG", "hep-ph")
    with world.library.subscriptions.edit() as subscriptions:
        subscriptions.put_days("cs.LG", [TUESDAY])
    world.day(FRIDAY)
    async with world.reading() as reader:
        await reader.press("I")
        assert "2 days missing" in reader.lines("#sources-lines")[1]
        world.arxiv.requests.clear()
        await reader.press("r")
        await over(reader)
        assert world.arxiv.requests == ["cs.LG"]
        await reader.press("B")
        await over(reader)
        assert "missing" not in reader.text("#sources-lines")
        assert reader.app.screen.id == "sources" and reader.counts[0] == 9
