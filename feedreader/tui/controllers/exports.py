"""Papers on their way out of the reader: into a file, onto the clipboard, and into the file that is kept in step."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from feedreader.errors import FeedreaderError
from feedreader.export import EXPORTERS
from feedreader.export.markdown import markdown_entry
from feedreader.export.plain import address, shown
from feedreader.model import Paper
from feedreader.query.language import parse_query
from feedreader.services import export
from feedreader.text.citation_key import key_stem
from feedreader.text.display import counted, safe
from feedreader.tui import clipboard, messages
from feedreader.tui.workers import WorkerThread

if TYPE_CHECKING:
    from feedreader.tui.desks import Desks

REST = 1.0  # seconds from a change until the file that is kept in step is looked at
MANY = 1000  # papers from which progress is shown


class ExportRequest(NamedTuple):
    """What to write: one paper (`key`), or what a query finds; in which format; and where."""

    key: int | None
    query: str
    format: str
    path: Path


class _Stopped(Exception):
    """The reader wants no more of it."""


class ExportsController:
    """Has a lane of its own: neither a key press nor a mark waits for it."""

    def __init__(self, app: Desks) -> None:
        self._app = app
        self.lane = WorkerThread("exporter", app)
        self._stop = False
        self._due = False
        self._complained = ""

    # Into a file -----------------------------------------------------------------------------------------------

    def ask(self) -> None:
        """Ask what to export, and where."""
        from feedreader.tui.dialogs.export import ExportChoice, ExportScreen

        feed = self._app.feed
        papers, _, kept = feed.counts
        paper, summary = feed.pane.paper, feed.list.summary
        matters = []
        if summary is not None:
            name = key_stem(paper) if paper is not None and paper.id == summary.id else "paper"
            matters.append(ExportChoice("this paper", name, summary.key, ""))
        matters.append(ExportChoice(f"shortlist {kept:,}", "shortlist", None, "is:shortlisted"))
        if feed.query_text:
            matters.append(ExportChoice(f"shown {feed.list.feed.papers:,}", "papers", None, feed.query_text))
        matters.append(ExportChoice(f"all {papers:,}", "library", None, ""))
        chosen = next(n for n, one in enumerate(matters) if one.query == (feed.query_text or "is:shortlisted"))
        self._app.push_screen(ExportScreen(matters, chosen), lambda wish: self.export(wish) if wish else None)

    def export(self, wish: ExportRequest) -> None:
        """Write a file, and say what was written."""
        self._stop = False
        self.lane.do(partial(self._export, wish))

    def _export(self, wish: ExportRequest) -> messages.Said:
        library = self._app.library
        if wish.key is not None:
            paper = library.papers.get(wish.key)
            papers: Iterable[Paper] = [paper] if paper else []
        else:
            papers = library.papers.find(parse_query(wish.query))
        try:
            count = export.export_file(library, papers, wish.format, wish.path, progress=self._progress)
        except _Stopped:
            return messages.Said("Stopped. Nothing was written.")
        except FeedreaderError as error:
            return messages.Said(str(error), title=error.title)
        finally:
            self._app.post_message(messages.Busy("", "exporting"))
        words = EXPORTERS[wish.format].words
        return messages.Said(f"{counted(count, 'paper')} written as {words} to {shortened(wish.path)}.")

    def _progress(self, papers: int) -> None:
        if self._stop:
            raise _Stopped
        if papers >= MANY:
            self._app.post_message(messages.Busy(f"Exporting… {papers:,} papers", "exporting"))

    def stop(self) -> None:
        """Write no more; what was there before stays."""
        self._stop = True

    # Onto the clipboard ----------------------------------------------------------------------------------------

    def ask_what_to_copy(self) -> None:
        """Wait for the second key of a copy."""
        summary = self._app.feed.list.summary
        if summary is None:
            self._app.say("There is no paper here to copy.")
            return
        from feedreader.tui.dialogs.copy_menu import CopyMenu

        self._app.push_screen(CopyMenu(), lambda what: self.copy(summary.key, what) if what else None)

    def copy(self, key: int, what: str) -> None:
        """Copy a paper's "bibtex", "url", "id", "markdown" or "title"."""
        self.lane.do(partial(self._copy, key, what))

    def _copy(self, key: int, what: str) -> messages.Said:
        paper = self._app.library.papers.get(key)
        if paper is None:
            return messages.Said("The paper is gone.")
        try:
            text = _TEXTS[what](self._app, paper)
        except FeedreaderError as error:
            return messages.Said(str(error), title=error.title)
        if not text:
            return messages.Said(f"This paper has no {'address' if what == 'url' else what}.")
        words = clipboard.copy(self._app, text)
        first = text.strip().splitlines()[0].removeprefix("@misc{").removeprefix("### ").rstrip(",")
        return messages.Said(f"{words}: {safe(first)}")

    # The file that is kept in step -----------------------------------------------------------------------------

    def keep_in_step(self) -> None:
        """Something changed that the live file may show: look at it soon, once for all that changes meanwhile."""
        if not self._due:
            self._due = True
            self._app.set_timer(REST, self._bring_up_to_date)

    def _bring_up_to_date(self) -> None:
        if self._due:
            self._due = False
            self.lane.do(self._update)

    def _update(self) -> messages.Said | None:
        complaint = self._updated()
        return messages.Said(complaint, title="The export file") if complaint else None

    def _updated(self) -> str:
        """Bring the file up to date; what hinders it, if that was not said before."""
        settings = self._app.settings
        if settings is None or settings.export_file is None:
            return ""
        try:
            export.sync_export_file(self._app.library, settings.export_file, parse_query(settings.export_query))
        except FeedreaderError as error:
            said, self._complained = self._complained, str(error)
            return str(error) if str(error) != said else ""
        self._complained = ""
        return ""

    def finish(self) -> None:
        """Do what is due, and come to an end."""
        self._stop = True
        if self.lane.close(timeout=10) and self._due and (complaint := self._updated()):
            print(safe(complaint), file=sys.stderr)


def _bibtex(app: Desks, paper: Paper) -> str:
    return "".join(export.pieces(app.library, [paper], "bibtex"))


def _markdown(app: Desks, paper: Paper) -> str:
    return markdown_entry(paper, app.library.citations.keys_for([paper])[paper.id])


_TEXTS: dict[str, Callable[[Desks, Paper], str | None]] = {
    "bibtex": _bibtex,
    "markdown": _markdown,
    "url": lambda _, paper: address(paper),
    "id": lambda _, paper: paper.arxiv_id or paper.doi or paper.id,
    "title": lambda _, paper: shown(paper.title or ""),
}


def shortened(path: Path) -> str:
    """A path as one writes it: from the home folder on, if it lies there."""
    try:
        return f"~/{path.relative_to(Path.home())}"
    except (ValueError, RuntimeError):
        return str(path)
