"""Subscribing to arXiv and feeds on the screen, with a server on the loopback; refreshes are real child processes."""

from __future__ import annotations

import asyncio
import os
import threading
from datetime import timedelta

import pytest
from textual.widgets import Input
from werkzeug import Request, Response

from feedreader.arxiv.addresses import THANKS
from feedreader.tui.widgets.key_hints import KeyHints
from feedreader.tui.widgets.lines import Lines
from tests.raw_server import RawServer, answer, rss
from tests.services.test_refresh import RSS
from tests.tui.conftest import PATIENCE, Reader
from tests.tui.world import FRIDAY, TUESDAY, WEDNESDAY, World, asides, come, over, server, world

__all__ = ["server", "world"]  # fixtures


async def test_a_category_is_found_by_its_name_and_subscribed_to(world: World) -> None:
    world.arxiv.announce(TUESDAY, "2611.00001", "2611.00002")
    async with world.reading() as reader:
        await reader.press("a")
        await reader.write("machine learning")
        assert "cs.LG" in reader.lines("#categories")[0]
        await reader.press("enter")
        await over(reader)
        assert reader.counts == (2, 2, 0)
        assert "2 new papers" in reader.message
        assert "The Paper 2611.00001" in reader.text() and "Tue 17 Nov 2026" in reader.text()
        assert "cs.LG ✓" in reader.text("#status")
        assert [one.name for one in world.library.subscriptions.all()] == ["cs.LG"]


async def test_a_category_clicked_twice_is_chosen_and_not_subscribed_to_yet(world: World) -> None:
    async with world.reading() as reader:
        await reader.press("a")
        await reader.write("learning")
        second = reader.lines("#categories")[1].split()[0]
        await reader.pilot.click("#categories", offset=(4, 1), times=2)
        assert reader.app.screen.id == "subscribe"
        await reader.press("tab")
        assert reader.app.screen.query_one(Input).value == second
    assert world.library.subscriptions.all() == ()


@pytest.mark.parametrize(
    "typed, said",
    [
        ("", ""),
        ("cs.LG+", None),
        ("stat.ML, cs.lg", None),
        ("cs.LQ", "Unknown arXiv category “cs.LQ”."),
        ("www.nature.com/nature.rss", "Write addresses in full: https://…"),
    ],
)
async def test_a_mistake_in_what_to_subscribe_to_can_be_mended(world: World, typed: str, said: str | None) -> None:
    async with world.reading() as reader:
        await reader.press("a")
        await reader.write(typed)
        await reader.press("enter")
        if said is None:
            await over(reader)
            (subscription,) = world.library.subscriptions.all()
            assert subscription.target in ("cs.LG", "stat.ML+cs.LG")
            return
        assert reader.app.screen.id == "subscribe" and reader.app.screen.query_one(Input).value == typed
        assert said in reader.text("#dialog-hints")
    assert world.library.subscriptions.all() == ()


async def test_an_address_that_is_no_feed_is_an_error_at_once(world: World) -> None:
    world.arxiv.server.expect_request("/nothing").respond_with_data("gone", status=404)
    async with world.reading() as reader:
        await reader.press("a")
        reader.app.screen.query_one(Input).value = world.arxiv.server.url_for("/nothing")
        await reader.press("enter")
        await over(reader)
        ((title, message, severity),) = asides(reader)
        assert (title, severity) == ("Not subscribed", "error")
        assert "404" in message and "Traceback" not in message
        assert world.library.subscriptions.all() == ()


async def test_a_refresh_brings_papers_and_the_cursor_stays(world: World) -> None:
    world.arxiv.announce(TUESDAY, *(f"2611.0{number:04}" for number in range(1, 61)))
    world.subscribe("cs.LG")
    async with world.reading() as reader:
        await reader.press("r")
        await over(reader)
        await reader.press("pagedown", "j")
        title, line = reader.title, reader.list.line
        world.day(WEDNESDAY)
        world.arxiv.announce(WEDNESDAY, *(f"2611.1{number:04}" for number in range(1, 8)))
        await reader.press("r")
        await over(reader)
        assert reader.counts[0] == 67
        assert (reader.title, reader.list.line) == (title, line)
        assert "7 new papers" in reader.message
        await reader.press("r")
        await over(reader)
        assert reader.message.startswith("Nothing new")


async def test_esc_stops_and_what_came_is_kept(world: World) -> None:
    world.arxiv.announce(TUESDAY, "2611.00001", "2611.00002")
    world.subscribe("cs.LG", world.url)
    asked, released = threading.Event(), threading.Event()

    def hang(_: Request) -> Response:
        asked.set()
        released.wait(PATIENCE)
        return Response(RSS)

    world.arxiv.server.expect_request("/feed").respond_with_handler(hang)
    try:
        async with world.reading() as reader:
            await reader.press("r")
            await come(reader, lambda: asked.is_set() and reader.counts[0] == 2, "one feed is here, the other hangs")
            assert "esc stops" in reader.text("#status")
            (child,) = reader.app.subscriptions.children
            await reader.press("r")
            assert "Already refreshing" in reader.message
            await reader.press("escape")
            await over(reader)
            assert reader.message == "Stopped. Papers fetched so far are kept."
            assert "esc stops" not in reader.text("#status")
            with pytest.raises(ProcessLookupError):
                os.kill(child.pid, 0)
            assert reader.counts == (2, 2, 0)
            await reader.press("j", "m")
            assert reader.counts == (2, 1, 0)
    finally:
        released.set()


async def test_leaving_the_reader_ends_its_child(world: World) -> None:
    released = threading.Event()
    world.subscribe(world.url)

    def hang(_: Request) -> Response:
        released.wait(PATIENCE)
        return Response(RSS)

    world.arxiv.server.expect_request("/feed").respond_with_handler(hang)
    try:
        async with world.reading() as reader:
            await reader.press("r")
            await come(reader, lambda: bool(reader.app.subscriptions.children), "the child runs")
            (child,) = reader.app.subscriptions.children
            await reader.pilot.press("q")
        await asyncio.wait_for(child.wait(), PATIENCE)  # what ends it goes on when the screen is gone
        assert child.returncode != 0 and not released.is_set()
    finally:
        released.set()


async def test_a_failure_is_told_with_its_name_and_reason(world: World) -> None:
    world.arxiv.announce(TUESDAY, "2611.00001")
    world.arxiv.server.expect_request("/feed").respond_with_data("no", status=410)
    world.subscribe("cs.LG", world.url)
    async with world.reading() as reader:
        await reader.press("r")
        await over(reader)
        ((title, message, severity),) = asides(reader)
        assert (title, severity) == ("feed", "warning") and "410" in message
        assert "1 new paper · 1 subscription failed." in reader.message
        assert "1 unread · feed failed" in reader.text("#status")
        await reader.press("I")
        text = reader.text("#sources-lines")
        assert "failed" in text and ": localhost answered" in text and "410" in text


async def test_each_failure_stands_where_it_belongs(world: World, raw: RawServer) -> None:
    whole = rss("cut", *range(9))
    raw["/cut"] = lambda n, headers: answer(whole[: len(whole) // 2] if n == 1 else whole)
    raw["/tag"] = answer(rss("tag", 1), "ETag: für".encode())
    raw["/port"] = answer(b"", "Location: http://127.0.0.1:99999/", status="302 Found")
    world.subscribe(*(f"{raw.base}/{name}" for name in ("cut", "tag", "port")))
    async with world.reading() as reader:
        await reader.press("r")
        await over(reader)
        ((title, message, _),) = asides(reader)
        assert title == "Not refreshed" and {line.partition(":")[0] for line in message.split("\n")} == {"cut", "port"}
        assert "2 subscriptions failed" in reader.message and reader.counts[0] == 5
        await reader.press("I")
        text = reader.text("#sources-lines")
        assert "The feed was cut off after 4 papers" in text and "127.0.0.1 redirects to" in text
        await reader.press("escape", "r")
        await over(reader)
        assert reader.counts[0] == 10 and "1 subscription failed" in reader.message


async def test_a_subscription_that_is_refreshed_says_why_nothing_was_asked(world: World, raw: RawServer) -> None:
    raw["/calm"] = answer(rss("calm", 1), "Cache-Control: max-age=99999999")
    world.subscribe(f"{raw.base}/calm")
    async with world.reading() as reader:
        await reader.press("r")
        await over(reader)
        await reader.press("I", "r")
        await over(reader)
        said = reader.app.screen.query_one(KeyHints).message
        assert "Skipped: 127.0.0.1 has nothing new until" in said
        await reader.press("escape", "r")
        await over(reader)
        assert len(raw.requests) == 1


@pytest.mark.parametrize(
    ("variable", "value"),
    [("ALL_PROXY", "socks4://127.0.0.1:9"), ("HTTP_PROXY", "garbage value"), ("HTTP_PROXY", "http://[")],
)
async def test_a_proxy_that_cannot_be_used_is_a_sentence(
    world: World, raw: RawServer, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    monkeypatch.setenv("NO_PROXY", "fe11::/16,[::1]")
    raw["/x"] = answer(rss("x", 1))
    world.subscribe(f"{raw.base}/x")
    async with world.reading() as reader:
        await reader.press("r")
        await over(reader)
        ((title, message, _),) = asides(reader)
        assert title == "x" and "proxy" in message and variable in message and "Traceback" not in message


async def missed(world: World, reader: Reader) -> None:
    """Tuesday and Friday are here, Wednesday and Thursday are not."""
    for offset in range(4):
        world.arxiv.announce(TUESDAY + timedelta(offset), *(f"2611.{offset}{number:04}" for number in range(3)))
    await reader.press("r")
    await over(reader)
    world.day(FRIDAY)
    await reader.press("r")
    await over(reader)


async def test_missed_days_are_named_and_one_key_fetches_them(world: World) -> None:
    world.subscribe("cs.LG")
    async with world.reading() as reader:
        await missed(world, reader)
        assert "cs.LG missed 2 days · B to fetch them" in reader.text("#status")
        assert "2 missed days · B to fetch them" in reader.message
    async with world.reading() as reader:
        assert "cs.LG missed 2 days · B to fetch them" in reader.text("#status")
        await reader.press("B")
        await over(reader)
        assert reader.counts[0] == 12
        assert "missed" not in reader.text("#status") and "cs.LG ✓" in reader.text("#status")
        assert "6 new papers." in reader.message


async def test_replaced_papers_are_collapsed_and_counted_apart(world: World) -> None:
    world.arxiv.announce(TUESDAY, "2611.00001", "2611.00002")
    world.arxiv.announce(TUESDAY, "2510.00007", "2510.00008", kind="replace", version=2)
    world.subscribe("cs.LG")
    async with world.reading() as reader:
        await reader.press("r")
        await over(reader)
        assert reader.counts[1] == 2
        assert "0/2 ▱▱▱▱▱ · 2 replaced" in reader.text() and "2510.00007" not in reader.text()
        await reader.press("z")
        assert "2510.00007" in reader.text() and "Replaced on Tue 17 Nov 2026" in reader.text()
        await reader.press("G")
        assert reader.title == "The Paper 2510.00008"
        assert "Announced as a new version" in reader.text("#pane")
        await reader.press("m")
        assert reader.counts[1] == 2, "a replaced paper that is read was not unread before"
        await reader.press("m", "g", "m")
        assert reader.counts[1] == 1
        assert world.library.papers.counts() == reader.counts
        await reader.press("z")
        assert "2510.00007" not in reader.text() and "1/2 ▰▰▱▱▱ · 2 replaced" in reader.text()


async def test_a_revision_is_told_of_a_kept_paper(world: World) -> None:
    world.arxiv.announce(TUESDAY, "2611.00001")
    world.subscribe("cs.LG")
    async with world.reading() as reader:
        await reader.press("r")
        await over(reader)
        await reader.press("s")
        world.day(WEDNESDAY)
        world.arxiv.announce(WEDNESDAY, "2611.00001", kind="replace", version=2, abstract="Said quite otherwise: ")
        await reader.press("r")
        await over(reader)
        await come(reader, lambda: "v2 of" in reader.text("#pane"), "the pane is brought up to date")
        said = " ".join(reader.text("#pane").replace("│", " ").split())
        assert "v2 of a paper you kept: abstract changed (18 Nov 2026)" in said
        assert "★ kept" in reader.text("#pane") and "Said quite otherwise" in reader.text("#pane")


async def test_the_reader_asks_by_itself_when_it_is_told_to(world: World) -> None:
    world.arxiv.announce(TUESDAY, "2611.00001")
    async with world.reading(settings=world.settings(at_start=True)) as reader:
        await reader.press("j")
        assert not reader.app.subscriptions.running, "there are no subscriptions"
    world.subscribe("cs.LG")
    async with world.reading(settings=world.settings(at_start=True)) as reader:
        await over(reader)
        assert reader.counts[0] == 1 and "1 new paper." in reader.message
    async with world.reading(settings=world.settings(at_start=True)) as reader:
        await over(reader)
        assert reader.message == "", "nothing new, not a word"


async def test_the_reader_asks_again_every_so_many_hours(world: World) -> None:
    world.arxiv.announce(TUESDAY, "2611.00001")
    world.subscribe("cs.LG")
    async with world.reading(settings=world.settings()._replace(refresh_hours=0.5 / 3600)) as reader:
        await come(reader, lambda: reader.counts[0] == 1, "it asked by itself")


async def test_the_help_ends_with_thanks_to_arxiv(world: World) -> None:
    async with world.reading() as reader:
        await reader.press("question_mark")
        assert reader.app.screen.query_one(Lines).all_text.endswith(THANKS)
        await reader.write("move")
        assert THANKS not in reader.app.screen.query_one(Lines).all_text
