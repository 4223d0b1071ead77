"""Following arXiv and feeds on the screen, against a server on the loopback; refreshes are real child processes."""

from __future__ import annotations

import os
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from textual.widgets import Input
from werkzeug import Request, Response

from feedreader.config import ArxivSettings, Settings
from feedreader.library import Library
from feedreader.model import Query
from feedreader.tui.widgets.key_hints import KeyHints
from tests.arxiv_server import ArxivServer
from tests.test_refresh import RSS
from tests.tui.conftest import Reader, reading

TUESDAY = date(2026, 11, 17)
WEDNESDAY, FRIDAY = TUESDAY + timedelta(1), TUESDAY + timedelta(3)
PATIENCE = 20.0  # seconds, for a busy machine; children are ready within one


@dataclass
class World:
    """arXiv's stand-in, a library, and the time for both the reader and its children."""

    arxiv: ArxivServer
    library: Library
    set_now: Callable[[str], None]

    def day(self, day: date) -> None:
        self.arxiv.today = day
        self.set_now(f"{day}T10:00:00-05:00")

    @property
    def url(self) -> str:
        """A feed on another host than arXiv's: there it does not wait for arXiv's turn."""
        return self.arxiv.server.url_for("/feed").replace("127.0.0.1", "localhost")

    def follow(self, *targets: str) -> None:
        with self.library.followed() as followed:
            for target in targets:
                followed.add("feed" if "://" in target else "arxiv", target, target.rpartition("/")[2], None)

    def settings(self, *, at_start: bool = False) -> Settings:
        base = self.arxiv.server.url_for
        return Settings(ArxivSettings(base("/feeds"), base("/api"), base("/oai"), 0.0), at_start)

    def reading(self, **more: object) -> AbstractAsyncContextManager[Reader]:
        return reading(self.library, **{"settings": self.settings(), **more})  # type: ignore[arg-type]


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    """One that goes on answering while an answer hangs."""
    with HTTPServer(host="127.0.0.1", threaded=True) as server:
        yield server


@pytest.fixture
def world(server: HTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    now = datetime.fromisoformat("2026-11-17T10:00:00-05:00")

    def set_now(time: str) -> None:
        nonlocal now
        now = datetime.fromisoformat(time)
        monkeypatch.setenv("FEEDREADER_NOW", time)

    set_now(now.isoformat())
    monkeypatch.setenv("FEEDREADER_ARXIV_FEEDS", server.url_for("/feeds"))
    monkeypatch.setenv("FEEDREADER_ARXIV_API", server.url_for("/api"))
    monkeypatch.setenv("FEEDREADER_ARXIV_GAP", "0")
    library = Library.open(tmp_path / "library.sqlite3", now=lambda: now)
    yield World(ArxivServer(server).install(), library, set_now)
    library.close()


async def over(reader: Reader) -> None:
    """Wait until nothing is asked for any more, and all of it is on the screen."""
    await come(reader, lambda: not reader.app.following.running, "the children are done")


async def come(reader: Reader, condition: Callable[[], bool], what: str) -> None:
    for _ in range(int(PATIENCE / 0.02)):
        if condition():
            await reader.rest()
            return
        await reader.pilot.pause(0.02)
    raise AssertionError(f"did not come about: {what}")


def asides(reader: Reader) -> list[tuple[str, str, str]]:
    """The notifications: title, message, severity."""
    return [(one.title, one.message, one.severity) for one in reader.app._notifications]


def said(reader: Reader) -> str:
    """What the bottom line of the screen on top says."""
    return reader.app.screen.query_one(KeyHints).message


async def test_a_category_is_found_by_its_name_and_followed(world: World) -> None:
    world.arxiv.announce(TUESDAY, "2611.00001", "2611.00002")
    async with world.reading() as reader:
        await reader.press("a")
        await reader.write("machine learning")
        assert "cs.LG" in reader.lines("#categories")[0]
        await reader.press("enter")
        await over(reader)
        assert reader.counts == (2, 2, 0)
        assert "2 new papers" in reader.message
        assert "The Paper 2611.00001" in reader.text() and "Tuesday 17 November 2026" in reader.text()
        assert "cs.LG ✓" in reader.text("#status")
        assert [one.name for one in world.library.subscriptions()] == ["cs.LG"]


async def test_an_address_that_is_no_feed_is_an_error_at_once(world: World) -> None:
    world.arxiv.server.expect_request("/nothing").respond_with_data("gone", status=404)
    async with world.reading() as reader:
        await reader.press("a")
        reader.app.screen.query_one(Input).value = world.arxiv.server.url_for("/nothing")
        await reader.press("enter")
        await over(reader)
        ((title, message, severity),) = asides(reader)
        assert (title, severity) == ("Not followed", "error")
        assert "404" in message and "Traceback" not in message
        assert world.library.subscriptions() == ()


async def test_a_refresh_brings_papers_and_the_cursor_stays(world: World) -> None:
    world.arxiv.announce(TUESDAY, *(f"2611.0{number:04}" for number in range(1, 61)))
    world.follow("cs.LG")
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
        assert reader.message.startswith("No news")


async def test_esc_stops_and_what_came_is_kept(world: World) -> None:
    world.arxiv.announce(TUESDAY, "2611.00001", "2611.00002")
    world.follow("cs.LG", world.url)
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
            (child,) = reader.app.following.children
            await reader.press("r")
            assert "already" in reader.message
            await reader.press("escape")
            await over(reader)
            assert reader.message == "Stopped. What had come is kept."
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
    world.follow(world.url)

    def hang(_: Request) -> Response:
        released.wait(PATIENCE)
        return Response(RSS)

    world.arxiv.server.expect_request("/feed").respond_with_handler(hang)
    try:
        async with world.reading() as reader:
            await reader.press("r")
            await come(reader, lambda: bool(reader.app.following.children), "the child runs")
            (child,) = reader.app.following.children
            await reader.pilot.press("q")
        with pytest.raises(ProcessLookupError):
            os.kill(child.pid, 0)
    finally:
        released.set()


async def test_a_failure_is_told_with_its_name_and_reason(world: World) -> None:
    world.arxiv.announce(TUESDAY, "2611.00001")
    world.arxiv.server.expect_request("/feed").respond_with_data("no", status=410)
    world.follow("cs.LG", world.url)
    async with world.reading() as reader:
        await reader.press("r")
        await over(reader)
        ((title, message, severity),) = asides(reader)
        assert (title, severity) == ("feed", "warning") and "410" in message
        assert "1 new paper · 1 subscription failed." in reader.message
        assert "feed ✗" in reader.text("#status") and "cs.LG ✓" in reader.text("#status")
        await reader.press("I")
        text = reader.text("#sources-lines")
        assert "failed" in text and ": localhost answered" in text and "410" in text


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
    world.follow("cs.LG")
    async with world.reading() as reader:
        await missed(world, reader)
        assert "cs.LG ✓ 2 missing" in reader.text("#status")
        assert "2 days missing: B fetches" in reader.message
    async with world.reading() as reader:
        assert reader.message == "2 days of cs.LG missing · B fetches them"
        await reader.press("B")
        await over(reader)
        assert reader.counts[0] == 12
        assert "missing" not in reader.text("#status") and "cs.LG ✓" in reader.text("#status")
        assert "6 new papers." in reader.message


async def test_replaced_papers_are_folded_and_counted_apart(world: World) -> None:
    world.arxiv.announce(TUESDAY, "2611.00001", "2611.00002")
    world.arxiv.announce(TUESDAY, "2510.00007", "2510.00008", kind="replace", version=2)
    world.follow("cs.LG")
    async with world.reading() as reader:
        await reader.press("r")
        await over(reader)
        assert reader.counts[1] == 2
        assert "2 unread / 2 · 2 replaced" in reader.text() and "2510.00007" not in reader.text()
        await reader.press("z")
        assert "2510.00007" in reader.text() and "Replaced on Tue 17 Nov 2026" in reader.text()
        await reader.press("G")
        assert reader.title == "The Paper 2510.00008"
        assert "Met first as a new version" in reader.text("#pane")
        await reader.press("m")
        assert reader.counts[1] == 2, "a replaced paper that is read was not unread before"
        await reader.press("m", "g", "m")
        assert reader.counts[1] == 1
        assert world.library.counts() == reader.counts
        await reader.press("z")
        assert "2510.00007" not in reader.text() and "1 unread / 2 · 2 replaced" in reader.text()


async def test_a_revision_is_told_of_a_kept_paper(world: World) -> None:
    world.arxiv.announce(TUESDAY, "2611.00001")
    world.follow("cs.LG")
    async with world.reading() as reader:
        await reader.press("r")
        await over(reader)
        await reader.press("s")
        world.day(WEDNESDAY)
        world.arxiv.announce(WEDNESDAY, "2611.00001", kind="replace", version=2, abstract="Said quite otherwise: ")
        await reader.press("r")
        await over(reader)
        await come(reader, lambda: "v2 on" in reader.text("#pane"), "the pane is brought up to date")
        assert "v2 on 18 November 2026: abstract changed" in reader.text("#pane")
        assert "★ kept" in reader.text("#pane") and "Said quite otherwise" in reader.text("#pane")


async def test_the_reader_asks_by_itself_when_it_is_told_to(world: World) -> None:
    world.arxiv.announce(TUESDAY, "2611.00001")
    async with world.reading(settings=world.settings(at_start=True)) as reader:
        await reader.press("j")
        assert not reader.app.following.running, "nothing is followed"
    world.follow("cs.LG")
    async with world.reading(settings=world.settings(at_start=True)) as reader:
        await over(reader)
        assert reader.counts[0] == 1 and "1 new paper." in reader.message
    async with world.reading(settings=world.settings(at_start=True)) as reader:
        await over(reader)
        assert reader.message == "", "no news is no word"


# --- the screen of sources ------------------------------------------------------------------------------------------


@pytest.fixture
def followed(world: World) -> Callable[[Reader], Awaitable[None]]:
    """Refreshes cs.LG and hep-ph, and opens the screen."""
    world.arxiv.announce(TUESDAY, "2611.00001", "2611.00002")
    world.follow("cs.LG", "hep-ph")

    async def opens(reader: Reader) -> None:
        await reader.press("r")
        await over(reader)
        await reader.press("I")

    return opens


async def test_subscriptions_stand_above_the_digests(
    world: World, followed: Callable[[Reader], Awaitable[None]], tmp_path: Path
) -> None:
    from tests.tui.test_dialogs import DAY_LIST

    file = tmp_path / "digest.txt"
    file.write_text(DAY_LIST)
    async with world.reading() as reader:
        await followed(reader)
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
        assert "2 followed · 1 digest" in reader.text("#dialog-heading")
        assert "pause" in reader.text("#dialog-hints")
        await reader.press("j", "j")
        assert "take out" in reader.text("#dialog-hints") and "pause" not in reader.text("#dialog-hints")
        await reader.press("x")
        await come(reader, lambda: reader.counts[0] == 2, "the digest is out")
        assert len(world.library.subscriptions()) == 2


async def test_unfollowing_keeps_the_papers_and_it_can_be_followed_again(
    world: World, followed: Callable[[Reader], Awaitable[None]]
) -> None:
    async with world.reading() as reader:
        await followed(reader)
        await reader.press("x")
        assert said(reader) == "No longer following cs.LG. Its papers stay; a follows it again."
        assert [one.name for one in world.library.subscriptions()] == ["hep-ph"]
        assert "hep-ph" in reader.lines("#sources-lines")[1]
        assert "cs.LG" in reader.text("#sources-lines"), "its papers can still be taken out"
        assert reader.counts[0] == 2
        await reader.press("a")
        await reader.write("cs.lg")
        await reader.press("enter")
        await over(reader)
        assert [one.name for one in world.library.subscriptions()] == ["cs.LG", "hep-ph"]


async def test_pause_and_resume(world: World, followed: Callable[[Reader], Awaitable[None]]) -> None:
    async with world.reading() as reader:
        await followed(reader)
        await reader.press("p")
        assert "paused" in reader.lines("#sources-lines")[1]
        assert said(reader) == "cs.LG is paused; p resumes it."
        await reader.press("p")
        assert "fresh" in reader.lines("#sources-lines")[1]
        await reader.press("p", "escape")
        assert "cs.LG" not in reader.text("#status") and "hep-ph" in reader.text("#status")


async def test_a_new_name_is_on_the_papers_too(world: World, followed: Callable[[Reader], Awaitable[None]]) -> None:
    async with world.reading() as reader:
        await followed(reader)
        await reader.press("e")
        assert reader.app.screen.id == "ask"
        await reader.press("ctrl+u")
        await reader.write("Learning")
        await reader.press("enter")
        await come(reader, lambda: said(reader) == "cs.LG is called Learning now.", "it is renamed")
        assert "Learning" in reader.text("#sources-lines")
        await reader.press("escape")
        assert "from Learning" in reader.text("#pane")
        assert {paper.sources for paper in world.library.papers(Query())} == {("Learning",)}
        await reader.press("I", "e", "ctrl+u")
        await reader.write("hep-ph")
        await reader.press("enter")
        await come(reader, lambda: bool(asides(reader)), "the name is taken")
        assert "Another subscription is called “hep-ph”" in asides(reader)[0][1]


async def test_a_folder_is_set_and_emptied(world: World, followed: Callable[[Reader], Awaitable[None]]) -> None:
    async with world.reading() as reader:
        await followed(reader)
        await reader.press("f")
        await reader.write("Science")
        await reader.press("enter")
        assert "Science / cs.LG" in reader.text("#sources-lines")
        assert said(reader) == "cs.LG is in Science now."
        await reader.press("g", "j", "f", "ctrl+u", "enter")
        assert "Science" not in reader.text("#sources-lines")


async def test_one_subscription_is_refreshed_and_its_missed_days_fetched(world: World) -> None:
    world.follow("cs.LG", "hep-ph")
    async with world.reading() as reader:
        await missed(world, reader)
        await reader.press("I")
        assert "2 days missing" in reader.lines("#sources-lines")[1]
        world.arxiv.asked.clear()
        await reader.press("r")
        await over(reader)
        assert world.arxiv.asked == ["cs.LG"]
        await reader.press("B")
        await over(reader)
        assert "missing" not in reader.text("#sources-lines")
        assert reader.app.screen.id == "sources" and reader.counts[0] == 12
