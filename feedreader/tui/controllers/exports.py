"""Papers on their way out: into a file, onto the clipboard, and into the files that are kept up to date."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from feedreader.text.display import counted, quoted, safe
from feedreader.tui.keys import COPY_KEYS
from feedreader.tui.messages import Busy

if TYPE_CHECKING:
    from feedreader.library import Library
    from feedreader.model import Paper
    from feedreader.services.saved_searches import SavedSearches
    from feedreader.tui.context import Context
    from feedreader.tui.dialogs.export import ExportRequest

REST = 1.0  # seconds from a change until the files that are kept up to date are looked at
MANY = 1000  # papers from which progress is shown


class _Stopped(Exception):
    """The user stopped the export."""


class ExportsController:
    """Exports have a thread of their own: neither a key press nor a mark waits for them.

    `searches` reads the saved searches, on that thread.
    """

    def __init__(self, context: Context, searches: Callable[[], SavedSearches]) -> None:
        self._context = context
        self._searches = searches
        self._stop = False
        self._due = False
        self._problems: Sequence[str] = ()  # of the live files, when they were last looked at

    # Into a file -----------------------------------------------------------------------------------------------

    def ask(self) -> None:
        """Ask what to export, and where."""
        from feedreader.text.citation_key import key_stem
        from feedreader.tui.dialogs.export import ExportChoice, ExportScreen

        feed = self._context.feed
        papers, _, shortlisted = feed.counts
        paper, summary = feed.pane.paper, feed.summary
        choices = []
        if summary is not None:
            name = key_stem(paper) if paper is not None and paper.id == summary.id else "paper"
            choices.append(ExportChoice("this paper", name, summary.key, ""))
        choices.append(ExportChoice(f"shortlist {shortlisted:,}", "shortlist", None, "is:shortlisted"))
        if feed.query_text:
            found, more = feed.day_feed.size
            choices.append(ExportChoice(f"shown {found:,}{'+' * more}", "papers", None, feed.query_text))
        choices.append(ExportChoice(f"all {papers:,}", "library", None, ""))
        query = feed.query_text or "is:shortlisted"
        wanted = [number for number, choice in enumerate(choices) if choice.query == query]
        chosen = wanted[0] if feed.query_text or shortlisted or summary is None else 0  # with nothing kept, this paper
        self._context.push_screen(
            ExportScreen(choices, chosen), lambda request: self.export(request) if request else None
        )

    def export(self, request: ExportRequest) -> None:
        """Write a file, and say what was written."""
        self._stop = False
        context = self._context
        job = partial(self._export, request, context.feed.day_order)
        context.db_export.do(job, context.say, error=context.show_error)

    def _export(self, request: ExportRequest, day_order: str) -> str:
        """On the thread: write the file; the words for what was done."""
        from feedreader.export import EXPORTERS
        from feedreader.export.plain import shown
        from feedreader.query.language import parse_query
        from feedreader.query.sorting import in_order
        from feedreader.services.export import FeedName, export_file, feed_name
        from feedreader.tui.dialogs.export import shortened

        library = self._context.library
        if request.key is not None:
            paper = library.papers.get(request.key)
            papers: Iterable[Paper] = [paper] if paper else []
            feed = FeedName(shown(paper.title or ""), f"paper {paper.id}") if paper else FeedName()
        else:
            feed = feed_name(request.query)
            papers = library.papers.find(in_order(parse_query(request.query), request.query, day_order))
        try:
            count = export_file(library, papers, request.format, request.path, feed=feed, progress=self._progress)
        except _Stopped:
            return "Stopped; nothing was written."
        finally:
            self._context.post(Busy("", "exporting"))
        return f"{counted(count, 'paper')} exported as {EXPORTERS[request.format].words} to {shortened(request.path)}."

    def _progress(self, papers: int) -> None:
        if self._stop:
            raise _Stopped
        if papers >= MANY:
            self._context.post(Busy(f"Exporting… {papers:,} papers", "exporting"))

    def stop(self) -> None:
        """Write no more; what was there before stays."""
        self._stop = True

    # Onto the clipboard ----------------------------------------------------------------------------------------

    def ask_what_to_copy(self) -> None:
        """Wait for the second key of a copy."""
        summary = self._context.feed.summary
        if summary is None:
            self._context.say("No paper to copy.")
            return
        from feedreader.tui.dialogs.prefix_menu import PrefixMenu

        menu = PrefixMenu(COPY_KEYS, self._context.keys, id="copy")
        self._context.push_screen(menu, lambda choice: self.copy(summary.key, choice.value) if choice else None)

    def copy(self, key: int, kind: str) -> None:
        """Copy a paper's "bibtex", "key", "url", "id", "markdown" or "title"."""
        context = self._context
        context.db_export.do(partial(self._copy, key, kind), context.say, error=context.show_error)

    def _copy(self, key: int, kind: str) -> str:
        """On the thread: copy; the words for what was done."""
        paper = self._context.library.papers.get(key)
        if paper is None:
            return "This paper is no longer in the library."
        text = text_of(self._context.library, paper, kind)
        if not text:
            return f"This paper has no {'address' if kind == 'url' else kind}."
        return self._context.copy(text, safe(self._words(paper, kind, text)))

    def _words(self, paper: Paper, kind: str, text: str) -> str:
        """What was copied: "BibTeX of lee2026equity", "title “…”"."""
        if kind in ("bibtex", "markdown"):
            name = "BibTeX" if kind == "bibtex" else "Markdown"
            return f"{name} of {text_of(self._context.library, paper, 'key')}"
        if kind == "title":
            return f"title {quoted(text)}"
        names = {"key": "citation key", "url": "address", "id": "arXiv id" if paper.arxiv_id else "id"}
        return f"{names[kind]} {text}"

    # The files that are kept up to date ------------------------------------------------------------------------

    def sync(self) -> None:
        """Something changed that the files may show: look at them soon, once for all that changes meanwhile."""
        settings = self._context.settings
        if not self._due and (settings.export_file is not None or settings.live):
            self._due = True
            self._context.after(REST, self._begin_sync)

    def _begin_sync(self) -> None:
        if self._due:
            self._due = False
            self._context.db_export.do(self._sync, self._show_problems)

    def _show_problems(self, problems: Sequence[str]) -> None:
        for problem in problems:
            self._context.notify(problem, "Live file")

    def _sync(self) -> Sequence[str]:
        """Bring the files up to date; what hinders it and was not said before."""
        from feedreader.services.export import sync_live_files

        context, last = self._context, self._problems
        synced = sync_live_files(context.library, context.settings, self._searches)
        self._problems = [file.problem for file in synced if file.problem]
        return [problem for problem in self._problems if problem not in last]

    def finish(self) -> None:
        """Do what is due, and come to an end."""
        self._stop = True
        if self._context.db_export.close(timeout=10) and self._due:
            for problem in self._sync():
                print(safe(problem), file=sys.stderr)


def text_of(library: Library, paper: Paper, kind: str) -> str | None:
    """What is copied of a paper (see `ExportsController.copy`)."""
    if kind == "bibtex":
        from feedreader.services.export import pieces

        return "".join(pieces(library, [paper], "bibtex"))
    if kind == "markdown":
        from feedreader.export.markdown import markdown_entry

        return markdown_entry(paper, library.citations.keys_for([paper])[paper.id])
    if kind == "key":
        return library.citations.keys_for([paper])[paper.id]
    from feedreader.export.plain import address, shown

    if kind == "url":
        return address(paper)
    return shown(paper.title or "") if kind == "title" else paper.arxiv_id or paper.doi or paper.id
