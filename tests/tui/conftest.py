"""A small library with awkward papers in it, and the reader opened on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import pytest
from textual.pilot import Pilot

from feedreader.config import Settings
from feedreader.library import Library
from feedreader.model import Digest, Entry
from feedreader.services import ingest
from feedreader.tui.app import FeedreaderApp
from feedreader.tui.widgets.paper_list import PaperList
from feedreader.tui.widgets.paper_pane import PaperPane
from feedreader.tui.workers import WorkerThread

TODAY = date(2019, 5, 23)
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


@pytest.fixture
def papers(library: Library) -> Library:
    """The library with 39 papers in it."""
    digest = Digest(format="test", title="Undated papers", entries=tuple(entries()))
    ingest.import_digest(library, digest, name="digest.txt", path="/tmp/digest.txt")
    return library


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

    async def write(self, text: str) -> None:
        await self.pilot.press(*("space" if character == " " else character for character in text))
        await self.rest()

    async def rest(self) -> None:
        """Wait until no thread has work, no answer is awaited and no message is under way."""
        quiet = 0
        for _ in range(1000):
            await self.pilot.pause()
            quiet = quiet + 1 if self._at_rest else 0
            if quiet > 1:
                return
        feed = self.app.feed
        state = self.list._asked, feed._cache._asked, feed._pending, feed.marks.intended._latest
        raise AssertionError(
            f"the reader does not come to rest: {state}, {[w.name for w in self._workers if w.working]}"
        )

    @property
    def _workers(self) -> Sequence[WorkerThread]:
        context = self.app.context
        return context.db_read, context.db_write, context.db_import

    @property
    def _at_rest(self) -> bool:
        feed = self.app.feed
        awaited = self.list._asked or feed._cache._asked or feed._pending or feed.marks.intended or feed.triage._awaited
        return not awaited and not any(worker.working for worker in self._workers)

    async def until(self, condition: Callable[[], bool], what: str = "") -> None:
        for _ in range(400):
            if condition():
                return
            await self.pilot.pause(0.01)
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


@asynccontextmanager
async def reading(
    library: Library,
    *,
    size: tuple[int, int] = (120, 40),
    query: str | None = None,
    samples: Path | None = None,
    imported: tuple[ingest.ImportResult, ...] = (),
    settings: Settings | None = None,
) -> AsyncIterator[Reader]:
    """The reader, opened on a library."""
    app = FeedreaderApp(
        library, query=query, samples=samples, imported=imported, today=lambda: TODAY, settings=settings
    )
    try:
        async with app.run_test(size=size) as pilot:
            reader = Reader(app, pilot)
            await reader.rest()
            yield reader
    finally:
        app.finish()
