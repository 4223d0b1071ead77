"""The selected paper elsewhere: its page in the browser, its PDF in a viewer.

PDFs are fetched one after the other by a child process, `feedreader pdf`; browser and viewer are started detached.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from feedreader.config import Settings
from feedreader.errors import FeedreaderError
from feedreader.system import open_with
from feedreader.text.display import safe
from feedreader.tui import clipboard
from feedreader.tui.children import run_command

if TYPE_CHECKING:
    from asyncio.subprocess import Process

    from feedreader.model import Paper
    from feedreader.tui.desks import Desks

_LOOK_SECONDS = 0.05  # between two looks at a program that was just started


class DocumentsController:
    """One PDF at a time, others wait for it. What can't be done is told, and what could be done instead."""

    def __init__(self, app: Desks) -> None:
        self._app = app
        self._wanted: dict[int, Paper] = {}  # the PDF under way, and those that wait
        self.children: list[Process] = []

    @property
    def running(self) -> bool:
        """Whether a PDF is under way."""
        return bool(self._wanted or self.children)

    # What can be done ------------------------------------------------------------------------------------------

    def page(self) -> None:
        """Open the selected paper's page."""
        self._begin(self._open_page)

    def pdf(self) -> None:
        """Show the selected paper's PDF; fetch it first if it is not at hand."""
        self._begin(self._open_pdf)

    def _begin(self, do: Callable[[int], Any]) -> None:
        key = self._app.feed.list.key
        if key is not None:
            self._app.feed.opened()
            self._app.run_worker(do(key), group="opening")

    def cancel(self) -> None:
        """End the fetching of PDFs; what had come is gone on with the next time."""
        self._wanted.clear()
        self._app.workers.cancel_group(self._app, "pdf")

    # The page --------------------------------------------------------------------------------------------------

    async def _open_page(self, key: int) -> None:
        try:
            paper = await asyncio.to_thread(self._app.library.papers.get, key)
            if paper is None:
                return
            url = open_with.page_of(paper)
            command = await asyncio.to_thread(open_with.page_command, url, self._settings.browser)
            if command is not None:
                await self._launch(command, f"Opening {_short(url)}")
            else:
                why = "No display here" if open_with.is_far() else "No browser was found"
                self._app.say(f"{why} · {await self._copy(url)}")
        except FeedreaderError as error:
            self._failed(error)

    # The PDF ---------------------------------------------------------------------------------------------------

    @property
    def _settings(self) -> Settings:
        return self._app.settings or Settings()

    @property
    def _stop(self) -> str:
        return self._app.key("back", "escape")

    async def _open_pdf(self, key: int) -> None:
        library = self._app.library
        try:
            paper, file = await asyncio.to_thread(lambda: (library.papers.get(key), library.pdfs.file(key)))
            if file is not None and paper is not None:
                await self._show(paper, file)
            elif paper is not None:
                self._want(key, paper)
        except FeedreaderError as error:
            self._failed(error)

    def _want(self, key: int, paper: Paper) -> None:
        if key in self._wanted:
            self._app.say(f"This PDF is on its way already. {self._stop} stops it.")
            return
        self._wanted[key] = paper
        if len(self._wanted) == 1:
            self._app.run_worker(self._fetch_all(), group="pdf")
        else:
            self._app.say(f"This PDF comes after {len(self._wanted) - 1} more.")

    async def _fetch_all(self) -> None:
        try:
            while self._wanted:
                key, paper = next(iter(self._wanted.items()))
                self._progress({"done": 0, "total": None})
                command = ["pdf", "--json", "--progress", "--", paper.id]
                done = await run_command(command, self._app.library.path.parent, self.children, self._progress)
                self._wanted.pop(key, None)
                self._over()
                said = next((line for line in done.out if line.startswith("{")), None)
                if done.code or said is None:
                    self._notify(safe("".join(done.err[-1:]).removeprefix("feedreader: ")), "No PDF")
                else:
                    self._app.run_worker(self._fetched(paper, Path(json.loads(said)["file"])), group="opening")
        except asyncio.CancelledError:
            self._wanted.clear()
            self._over()
            self._app.say("Stopped. What had come is kept; p goes on with it.")
            raise

    async def _fetched(self, paper: Paper, file: Path) -> None:
        try:
            await self._show(paper, file)
        except FeedreaderError as error:
            self._failed(error)

    async def _show(self, paper: Paper, file: Path) -> None:
        """Show a PDF that is at hand. Raises LaunchError."""
        command = await asyncio.to_thread(open_with.file_command, file, self._settings.viewer)
        if command is not None:
            await self._launch(command, f"Opening {file.name}")
            return
        why = "No display here" if open_with.is_far() else "No viewer was found"
        link = await asyncio.to_thread(_address, paper, self._settings)
        self._app.say(f"{why} · the PDF is kept" + (f", {await self._copy(link)}" if link else ""))

    # Words -----------------------------------------------------------------------------------------------------

    async def _launch(self, command: Sequence[str], words: str) -> None:
        """Start a program, and see for a moment whether it can do its work. Raises LaunchError."""
        started = await asyncio.to_thread(open_with.Launched, command)
        self._app.say(words)
        for _ in range(round(open_with.PATIENCE / _LOOK_SECONDS)):
            await asyncio.sleep(_LOOK_SECONDS)
            if started.check():
                return

    async def _copy(self, link: str) -> str:
        """Put a link on the clipboard; the words that say so."""
        await asyncio.to_thread(clipboard.copy, self._app, link)
        return f"link copied: {_short(link)}"

    def _progress(self, step: dict[str, Any]) -> None:
        self._app.feed.busy(progress(step["done"], step["total"], len(self._wanted) - 1, self._stop), "opening")

    def _over(self) -> None:
        self._app.feed.busy("", "opening")
        self._app.feed.bring_up_to_date()

    def _failed(self, error: FeedreaderError) -> None:
        self._notify(safe(str(error)), error.title)

    def _notify(self, message: str, title: str) -> None:
        self._app.notify(message or "It could not be fetched.", title=title, severity="error", markup=False, timeout=10)


def progress(done: int, total: int | None, waiting: int, stop: str = "esc") -> str:
    """`PDF 35% of 3.4 MB · 2 wait · esc stops`; `stop` is the key for it."""
    if total:
        size = f" {100 * done // total}% of {total / 1e6:.1f} MB"
    else:
        size = f" {done / 1e6:.1f} MB" if done else "…"
    wait = f" · {waiting} {'waits' if waiting == 1 else 'wait'}" if waiting > 0 else ""
    return f"PDF{size}{wait} · {stop} stops"


def _short(url: str) -> str:
    return url.partition("://")[2].removeprefix("www.")


def _address(paper: Paper, settings: Settings) -> str | None:
    """Where the PDF is on the web, or else the paper's page."""
    from feedreader.services.pdf import address_of

    return address_of(paper, settings.arxiv) or next(iter(open_with.pages_of(paper)), None)
