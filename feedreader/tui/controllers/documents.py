"""The selected paper elsewhere: its page in the browser, its PDF in a viewer.

PDFs are fetched one after the other by a child process, `feedreader pdf`; browser and viewer are started detached.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from feedreader.errors import FeedreaderError, LaunchError
from feedreader.text.display import counted, safe

if TYPE_CHECKING:
    from asyncio.subprocess import Process

    from feedreader.config.values import Settings
    from feedreader.model import Paper
    from feedreader.tui.context import Context

_LOOK_SECONDS = 0.05  # between two looks at a program that was just started


class DocumentsController:
    """One PDF at a time, others wait for it. What can't be done is said, and what could be done instead."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._queue: dict[int, Paper] = {}  # the PDF under way, and those that wait
        self.children: list[Process] = []

    @property
    def running(self) -> bool:
        """Whether a PDF is under way."""
        return bool(self._queue or self.children)

    # What can be done ------------------------------------------------------------------------------------------

    def page(self) -> None:
        """Open the selected paper's page."""
        self._begin(self._open_page)

    def links(self) -> None:
        """Let one of the selected paper's links be picked, and open it."""
        if (key := self._context.feed.key) is not None:
            self._context.look_up(lambda: self._context.library.papers.get(key), partial(self._pick_link, key))

    def pdf(self) -> None:
        """Show the selected paper's PDF; fetch it first if it is not at hand."""
        self._begin(self._open_pdf)

    def _begin(self, do: Callable[[int], Coroutine[Any, Any, None]]) -> None:
        key = self._context.feed.key
        if key is not None:
            self._context.feed.set_open(key)
            self._context.run(do(key), group="documents")

    def stop(self) -> None:
        """End the fetching of PDFs; what had come is gone on with the next time."""
        self._queue.clear()
        self._context.cancel("pdf")

    # The page --------------------------------------------------------------------------------------------------

    async def _open_page(self, key: int) -> None:
        from feedreader.system import open_with

        try:
            paper = await asyncio.to_thread(self._context.library.papers.get, key)
            if paper is None:
                return
            await self._open_address(open_with.page_of(paper))
        except FeedreaderError as error:
            self._failed(error)

    async def _open_address(self, url: str) -> None:
        """Open a web page; where that can't be done, copy its address. Raises LaunchError."""
        from feedreader.system import open_with

        command = await asyncio.to_thread(open_with.page_command, url, self._settings.browser)
        if command is None:
            why = "No browser found" if open_with.has_display() else "No display here"
            self._context.say(f"{why}. {await self._copy(url)}")
            return
        try:
            await self._launch(command, f"Opening {_short(url)}", "browser")
        except LaunchError:
            self._context.say(await self._copy(url))
            raise

    # The links -------------------------------------------------------------------------------------------------

    def _pick_link(self, key: int, paper: Paper | None) -> None:
        if paper is None:
            return
        from feedreader.services.pdf import address_of
        from feedreader.view.page import all_links

        links = all_links(paper, address_of(paper, self._settings.arxiv))
        if not links:
            self._context.say("This paper has no links.")
            return
        from feedreader.tui.dialogs.links import LinkList

        picker = LinkList(links, copy=lambda number: self._context.run(self._copy_link(links[number][1]), "copy"))
        self._context.push_screen(
            picker, lambda number: self._picked(key, links[number][1]) if number is not None else None
        )

    def _picked(self, key: int, link: str) -> None:
        self._context.feed.set_open(key)
        self._context.run(self._open_link(link), group="documents")

    async def _open_link(self, link: str) -> None:
        from feedreader.system.open_with import web_address

        try:
            await self._open_address(web_address(link))
        except FeedreaderError as error:
            self._failed(error)

    async def _copy_link(self, link: str) -> None:
        self._context.say(await self._copy(link))

    # The PDF ---------------------------------------------------------------------------------------------------

    @property
    def _settings(self) -> Settings:
        return self._context.settings

    async def _open_pdf(self, key: int) -> None:
        library = self._context.library
        try:
            paper, file = await asyncio.to_thread(lambda: (library.papers.get(key), library.pdfs.file(key)))
            if file is not None and paper is not None:
                await self._show(paper, file)
            elif paper is not None:
                self._enqueue(key, paper)
        except FeedreaderError as error:
            self._failed(error)

    def _enqueue(self, key: int, paper: Paper) -> None:
        if key in self._queue:
            self._context.say(f"Already fetching this PDF ({self._context.stop_key} to stop).")
            return
        self._queue[key] = paper
        if len(self._queue) == 1:
            self._context.run(self._fetch_all(), group="pdf")
        else:
            self._context.say(f"Queued after {counted(len(self._queue) - 1, 'PDF')}.")

    async def _fetch_all(self) -> None:
        import json

        from feedreader.system.child_process import run_command

        try:
            while self._queue:
                key, paper = next(iter(self._queue.items()))
                self._progress({"done": 0, "total": None})
                command = ["pdf", "--json", "--progress", "--", paper.id]
                done = await run_command(command, self._context.library.path.parent, self.children, self._progress)
                self._queue.pop(key, None)
                self._over()
                result = next((line for line in done.out if line.startswith("{")), None)
                if done.code or result is None:
                    self._notify(safe("".join(done.err[-1:])), "No PDF")
                else:
                    self._context.run(self._fetched(paper, Path(json.loads(result)["file"])), group="documents")
        except asyncio.CancelledError:
            self._queue.clear()
            self._over()
            self._context.say("Stopped. p continues where it was.")
            raise

    async def _fetched(self, paper: Paper, file: Path) -> None:
        try:
            await self._show(paper, file)
        except FeedreaderError as error:
            self._failed(error)

    async def _show(self, paper: Paper, file: Path) -> None:
        """Show a PDF that is at hand. Raises LaunchError."""
        from feedreader.system import open_with

        command = await asyncio.to_thread(open_with.file_command, file, self._settings.viewer)
        if command is not None:
            try:
                await self._launch(command, f"Opening {file.name}", "viewer")
            except LaunchError:
                self._context.say(f"The PDF is saved as {file.name}")
                raise
            return
        why = "No viewer found" if open_with.has_display() else "No display here"
        link = await asyncio.to_thread(_address, paper, self._settings)
        self._context.say(f"{why}; the PDF is saved." + (f" {await self._copy(link)}" if link else ""))

    # Words -----------------------------------------------------------------------------------------------------

    async def _launch(self, command: Sequence[str], words: str, setting: str) -> None:
        """Start a program, and see for a moment whether it can do its work. Raises LaunchError."""
        from feedreader.system import open_with

        started = await asyncio.to_thread(open_with.Launched, command, setting=setting)
        self._context.say(words)
        for _ in range(round(open_with.PATIENCE / _LOOK_SECONDS)):
            await asyncio.sleep(_LOOK_SECONDS)
            if started.check():
                return

    async def _copy(self, link: str) -> str:
        """Put a link on the clipboard; the words that say so."""
        return await asyncio.to_thread(self._context.copy, link, f"link {_short(link)}")

    def _progress(self, step: dict[str, Any]) -> None:
        self._context.feed.busy(
            progress(step["done"], step["total"], len(self._queue) - 1, self._context.stop_key), "documents"
        )

    def _over(self) -> None:
        self._context.feed.busy("", "documents")
        self._context.feed.bring_up_to_date()

    def _failed(self, error: FeedreaderError) -> None:
        self._notify(safe(str(error)), error.title)

    def _notify(self, message: str, title: str) -> None:
        self._context.notify(message or "Could not fetch it.", title)


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
    from feedreader.system.open_with import pages_of

    return address_of(paper, settings.arxiv) or next(iter(pages_of(paper)), None)
