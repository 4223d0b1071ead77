"""arXiv's stand-in, a library and a clock, for a reader whose refreshes are real child processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from feedreader.arxiv.addresses import Addresses
from feedreader.config import Settings
from feedreader.library import Library
from feedreader.tui.widgets.key_hints import KeyHints
from tests.arxiv_server import ArxivServer
from tests.tui.conftest import WITH_CHILDREN, Reader, reading

TUESDAY = date(2026, 11, 17)
WEDNESDAY, FRIDAY = TUESDAY + timedelta(1), TUESDAY + timedelta(3)


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

    def subscribe(self, *targets: str) -> None:
        with self.library.subscriptions.edit() as subscriptions:
            for target in targets:
                subscriptions.add("feed" if "://" in target else "arxiv", target, target.rpartition("/")[2], None)

    def settings(self, *, at_start: bool = False) -> Settings:
        base = self.arxiv.server.url_for
        return Settings(Addresses(base("/feeds"), base("/api"), base("/oai"), 0.0), at_start)

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
    monkeypatch.setenv("FEEDREADER_ARXIV_OAI", server.url_for("/oai"))
    monkeypatch.setenv("FEEDREADER_ARXIV_GAP", "0")
    library = Library.open(tmp_path / "library.sqlite3", now=lambda: now)
    yield World(ArxivServer(server).install(), library, set_now)
    library.close()


async def over(reader: Reader) -> None:
    """Wait until nothing is asked for any more, and all of it is on the screen."""
    await reader.until(lambda: not reader.app.subscriptions.running, "the children are done", WITH_CHILDREN)
    await reader.rest()


async def come(reader: Reader, condition: Callable[[], bool], what: str) -> None:
    await reader.until(condition, what)
    await reader.rest()


def asides(reader: Reader) -> list[tuple[str, str, str]]:
    """The notifications: title, message, severity."""
    return [(one.title, one.message, one.severity) for one in reader.app._notifications]


def said(reader: Reader) -> str:
    """What the bottom line of the screen on top says."""
    return reader.app.screen.query_one(KeyHints).message
