"""Papers in and out: imports with word of how far they are, what came of them, and what is removed again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from feedreader import config
from feedreader.text.display import counted, safe
from feedreader.tui.messages import ImportProgressed, LibraryChanged

if TYPE_CHECKING:
    from feedreader.services.ingest import ImportProgress, ImportResult
    from feedreader.tui.context import Context

_LOOK_SECONDS = 2.0  # between two looks at what an import has brought so far


class ImportsController:
    """Imports run one after the other, on a thread of their own. `report` is what the latest brought, file by file;
    `samples` is the folder of those that come with the program."""

    def __init__(self, context: Context, report: Sequence[ImportResult], samples: Path | None = None) -> None:
        self._context = context
        self._samples = samples
        self._stopped = False
        self._has_begun = False  # whether anything was imported since the start
        self._looked_at = 0.0
        self.report = report

    # In --------------------------------------------------------------------------------------------------------

    def ask(self) -> None:
        """Ask what to import."""
        from feedreader.tui.dialogs.imports import ImportScreen

        self._context.push_screen(ImportScreen(), lambda paths: self.start(paths) if paths else None)

    def load_samples(self) -> None:
        """Import the samples, if they are there."""
        if self._samples is not None:
            self.start([str(self._samples)])

    def start(self, paths: Sequence[str]) -> None:
        """Import these files and folders."""
        self._stopped, self._has_begun = False, True
        self._context.db_import.do(partial(self._import, paths), self._done)
        self._context.feed.busy(f"Importing… · {self._context.stop_key} stops", "importing")

    def _import(self, paths: Sequence[str]) -> Sequence[ImportResult]:
        """On the thread: import, and tell how far it is."""
        from feedreader.services import import_files
        from feedreader.services.saved_searches import SearchPlaces

        searches = SearchPlaces(self._context.settings.views, config.views_place(), config.settings_place())
        results: list[ImportResult] = []
        post: Callable[[ImportProgressed], None] = self._context.post

        def progress(step: ImportProgress) -> None:
            papers = sum(result.entries for result in results) + step.done
            far = import_files.far(step)
            post(ImportProgressed(len(results), papers, step.source, step.done, step.total, far))

        for result in import_files.import_paths(
            self._context.library,
            paths,
            progress=progress,
            stopped=lambda: self._stopped,
            searches=searches,
            polite=True,
        ):
            results.append(result)
            post(ImportProgressed(len(results), sum(result.entries for result in results)))
            if self._stopped:
                break
        return results

    def stop(self) -> None:
        """End a running import after the file at hand; within one that is a mailbox or large."""
        if self._context.db_import.working and not self._stopped:
            self._stopped = True
            self._context.feed.busy("Stopping the import…", "importing")

    def end(self) -> None:
        """The same when the reader is left: there is no screen any more."""
        self._stopped = True

    def progressed(self, step: ImportProgressed) -> None:
        """Say how far it is, and now and then show what it brought."""
        feed = self._context.feed
        share, speed = step.far[:1], step.far[1:]  # where there is little room, the speed is left out
        done = [counted(step.files, "file")] * bool(step.files) + [counted(step.papers, "paper"), *share]
        if not self._stopped:
            feed.busy(f"Importing… {' · '.join((*done, f'{self._context.stop_key} stops', *speed))}", "importing")
        if step.time - self._looked_at > _LOOK_SECONDS:
            self._looked_at = step.time
            feed.bring_up_to_date()

    def _done(self, results: Sequence[ImportResult]) -> None:
        self._context.feed.busy("", "importing")
        self.report = results
        self.show_outcome()
        self._context.post(LibraryChanged())

    def show_outcome(self) -> None:
        """A line; and the report itself where a file failed, or one that was asked for alone has problems."""
        words = outcome(self.report, self._context.key("report"), self._samples)
        if words is None:
            self.show_report()
        elif self._stopped:
            self._context.say(*(f"Stopped: {each} To go on, import it again." for each in words[1:]), *words[-1:])
        else:
            self._context.say(*words)

    def show_report(self) -> None:
        """What the latest import brought, and what it did not understand."""
        from feedreader.tui.dialogs.report import ReportScreen

        key = self._context.key
        keys = f"Press {key('import')} to import files, {key('refresh')} to refresh."
        self._context.push_screen(ReportScreen(self.report, keys))

    def look_for_partial(self) -> None:
        """Say which imports were broken off before this start; one that runs now is partial, too, until it ends."""
        self._context.db_read.do(self._context.library.papers.partial_sources, self._say_partial)

    def _say_partial(self, names: Sequence[str]) -> None:
        if names and not self._has_begun:
            more = f" and {counted(len(names) - 1, 'other')}" if len(names) > 1 else ""
            keys = f"{self._context.key('import')} or {self._context.key('refresh')} to fetch the rest"
            words = f"{safe(names[0])}{more} only partly imported: {keys}."
            self._context.notify(words, "Import incomplete", "warning")

    # Out -------------------------------------------------------------------------------------------------------

    def remove_source(self, source: str) -> None:
        """Remove a source from the library."""

        def remove() -> int:
            from feedreader.services import removal

            return removal.forget_source(self._context.library, source)

        self._context.db_write.do(remove, lambda papers: self._removed(f"{source} with {counted(papers, 'paper')}"))

    def remove_paper(self) -> None:
        """Remove the paper under the cursor from the library."""
        summary = self._context.feed.summary
        if summary is None:
            return
        self._context.feed.set_open(None)

        def remove() -> int:
            from feedreader.services import removal

            return removal.forget_papers(self._context.library, (summary.id,))

        self._context.type_ahead.hold("removal")
        self._context.db_write.do(remove, lambda papers: self._removed(counted(papers, "paper")))

    def _removed(self, words: str) -> None:
        self._context.say(f"Removed {words} ({self._context.key('undo')} to undo).")
        self._context.feed.bring_up_to_date(awaited=True)
        self._context.type_ahead.release("removal")
        self._context.post(LibraryChanged())


def outcome(results: Sequence[ImportResult], report: str = "R", samples: Path | None = None) -> Sequence[str] | None:
    """What came of an import, in a line and in shorter ones. None where that is not enough: a file failed, or the
    only one has problems. `report` is the key for the report. The `samples` have problems on purpose: the report alone
    tells of them."""
    problems = sum(len(result.problems) for result in results)
    if any(result.error for result in results) or (problems and len(results) == 1):
        return None
    if not results:
        return ("Nothing to import.",)
    if samples is not None and _are_files_of(samples, results):
        new = sum(result.new - result.replaced + result.separated - result.united for result in results)
        return (f"Loaded {counted(new, 'sample paper')}." if new else "The sample papers are already loaded.",)
    from feedreader.services.import_files import brought

    name = safe(results[0].source) if len(results) == 1 else counted(len(results), "file")
    words = brought(results)
    more = f" · {counted(problems, 'problem')}: {report} for the report" if problems else ""
    return f"{name}: {words}{more}.", f"{words}{more}.", f"{words.partition(', ')[0]}{more}."


def _are_files_of(folder: Path, results: Sequence[ImportResult]) -> bool:
    """Whether these are all the files of a folder, or of a copy of it with the same name."""
    imported = [Path(result.path) for result in results]
    names = {file.name for file in folder.iterdir() if ".expected." not in file.name}
    return {path.name for path in imported} == names and {path.parent.name for path in imported} == {folder.name}
