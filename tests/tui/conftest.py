"""A small library with awkward papers in it, and the reader opened on it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.pilot import Pilot

from feedreader.config import Settings
from feedreader.library import Library
from feedreader.model import Entry
from feedreader.services import ingest
from feedreader.tui.app import FeedreaderApp
from feedreader.tui.widgets.paper_list import PaperList
from feedreader.tui.widgets.paper_pane import PaperPane
from feedreader.tui.workers import WorkerThread
from tests.conftest import OpenCopy, library_file

TODAY = date(2019, 5, 23)
PATIENCE = 30.0  # seconds, for a busy machine; what is waited for is there within one
WITH_CHILDREN = 120.0  # where processes have to start first, each of which takes as long as the reader
HOSTILE = "[MASK] [/] [@click=app.quit]x[/] \x1b[31mred \u202eback"
LONG = "A very long abstract goes on and on, and says nothing that one would not have guessed. " * 40


def entries() -> list[Entry]:
    """Three days and undated papers: hostile text, TeX, wide and combining characters, and a paper without a name."""

    def paper(title: str | None, day: date | None, **more: object) -> Entry:
        given: dict[str, object] = {"authors": ("Ada Lovelace", "Charles Babbage"), "abstract": f"About {title}. " * 8}
        return Entry(title=title, day=day, **{**given, **more})  # type: ignore[arg-type]

    first, second, third = date(2019, 5, 23), date(2019, 5, 22), date(2019, 5, 6)
    return [
        paper("Alpha networks for everybody", first, arxiv_id="1905.00001", categories=("cs.LG",)),
        paper(HOSTILE, first, authors=("[b]Bold[/b] Author",), abstract=f"{HOSTILE} abstract"),
        paper(r"Bounds of $\mathcal{O}(n^2)$ by Fr\'echet", first, abstract=r"A $p_{\bar{d}}$ of 10$\times$ more."),
        paper(
            "深層学習による画像認識の研究とその応用についての長い題名でありますから切られる",
            first,
            authors=("山田太郎",),
        ),
        paper("Long reading", second, abstract=LONG, comment="12 pages", tldr="Too long."),
        paper(
            None, second, arxiv_id="1904.09925", authors=(), abstract="Convolutional networks have been chosen. " * 9
        ),
        *(paper(f"Number {number} of a long day", third) for number in range(1, 31)),
        *(paper(f"Undated {number}", None) for number in range(1, 4)),
    ]


@pytest.fixture(autouse=True)
def no_learning_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept in a test starts no other process."""
    monkeypatch.setattr("feedreader.tui.controllers.interest.LONG_PAUSE", 3600)


@pytest.fixture(scope="session", autouse=True)
def styles_parsed_once() -> Iterator[None]:
    """All readers have the same style sheets, which Textual parses for each App anew."""
    parse, known = Stylesheet._parse_rules, dict[object, list[RuleSet]]()

    def parse_once(self: Stylesheet, *given: Any, **named: Any) -> list[RuleSet]:
        key = given, tuple(sorted(named.items())), frozenset(self._variables.items())
        if key not in known:
            known[key] = parse(self, *given, **named)
        return known[key]

    with patch.object(Stylesheet, "_parse_rules", parse_once):
        yield


@pytest.fixture(scope="session")
def papers_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return library_file(tmp_path_factory.mktemp("papers"), *entries())


@pytest.fixture
def papers(open_copy: OpenCopy, papers_file: Path) -> Library:
    """A library with 39 papers in it."""
    return open_copy(papers_file)


def _looks(patience: float = PATIENCE) -> Iterator[float]:
    """The seconds from each look at something that is to come to the next: few at first. They end with the patience."""
    end = time.monotonic() + patience
    delay = 0.002
    while time.monotonic() < end:
        yield delay
        delay = min(delay * 1.3, 0.05)


class Reader:
    """A running reader, and what a test asks of it."""

    def __init__(self, app: FeedreaderApp, pilot: Pilot[int]) -> None:
        self.app = app
        self.pilot = pilot
        self.library = app.library

    @property
    def list(self) -> PaperList:
        return self.app.feed.list

    @property
    def pane(self) -> PaperPane:
        return self.app.feed.pane

    async def press(self, *keys: str) -> None:
        """Press keys, and let all that they set going come to rest."""
        for key in keys:
            await self.pilot.press(key)
            await self.rest()

    async def hold(self, key: str, times: int) -> None:
        """Hold a key down."""
        await self.pilot.press(*[key] * times)
        await self.rest()

    async def write(self, text: str) -> None:
        await self.pilot.press(*("space" if character == " " else character for character in text))
        await self.rest()

    async def rest(self) -> None:
        """Wait until no thread has work, no answer is awaited and no message is under way."""
        quiet = 0
        for delay in _looks():
            await self.pilot.pause(0 if self._at_rest else delay)
            quiet = quiet + 1 if self._at_rest and self._has_no_messages else 0
            if quiet > 2:
                return
        feed = self.app.feed
        state = self.list._asked, feed._cache._asked, feed.loader._pending, feed.marks.intended._latest
        working = [worker.name for worker in self._workers if worker.working]
        raise AssertionError(f"the reader does not come to rest: {state}, {working}")

    @property
    def _workers(self) -> Sequence[WorkerThread]:
        context = self.app.context
        return context.db_read, context.db_write, context.db_import, context.db_look, context.db_rank

    @property
    def _at_rest(self) -> bool:
        feed = self.app.feed
        awaited = (
            self.list._asked
            or feed._cache._asked
            or feed.loader._pending
            or feed.marks.intended
            or feed.triage._awaited
            or feed.growth.is_under_way
            or self.app._type_ahead.is_busy
        )
        return not awaited and not any(worker.working for worker in self._workers)

    @property
    def _has_no_messages(self) -> bool:
        """Whether no widget of the screen on top has a message to read, nor anything to do after the one at hand."""
        pumps = (self.app, *self.app.screen.walk_children(with_self=True))
        return all(pump._message_queue.empty() and not pump._next_callbacks for pump in pumps)

    async def until(self, condition: Callable[[], bool], what: str = "", patience: float = PATIENCE) -> None:
        for delay in _looks(patience):
            if condition():
                return
            await self.pilot.pause(delay)
        raise AssertionError(f"did not come about: {what}")

    @property
    def title(self) -> str | None:
        """The title of the paper under the cursor."""
        return self.list.summary.title if self.list.summary else None

    def lines(self, selector: str = "#list") -> Sequence[str]:
        """What a widget of the screen on top shows."""
        widget = self.app.screen.query_one(selector)
        return [strip.text.rstrip() for strip in widget.render_lines(widget.size.region)]

    def text(self, selector: str = "#list") -> str:
        return "\n".join(self.lines(selector))

    @property
    def message(self) -> str:
        return self.app.feed.hints.message

    @property
    def counts(self) -> tuple[int, int, int]:
        return self.app.feed.counts


async def _yield(_: float = 0) -> None:
    """In place of Textual's wait for an idle processor, which sleeps for 40 ms a key: `rest` sees what is under way."""
    await asyncio.sleep(0)


@asynccontextmanager
async def reading(
    library: Library,
    *,
    size: tuple[int, int] = (120, 40),
    query: str | None = None,
    samples: Path | None = None,
    imported: tuple[ingest.ImportResult, ...] = (),
    settings: Settings | None = None,
    toasts: bool = False,
) -> AsyncIterator[Reader]:
    """The reader, opened on a library."""
    app = FeedreaderApp(
        library, query=query, samples=samples, imported=imported, today=lambda: TODAY, settings=settings
    )
    try:
        with patch("textual.app.wait_for_idle", _yield):
            async with app.run_test(size=size, notifications=toasts) as pilot:
                reader = Reader(app, pilot)
                await reader.rest()
                yield reader
    finally:
        app.finish()
