"""Papers in and out: imports with word of how far they are, what came of them, and what is taken out again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from feedreader.library import Library
from feedreader.services import ingest
from feedreader.text.display import counted, safe
from feedreader.tui.messages import ForgetDone, ImportDone, ImportProgressed

if TYPE_CHECKING:
    from feedreader.tui.desks import Desks

_LOOK_SECONDS = 2.0  # between two looks at what an import has brought so far


class ImportsController:
    """Imports run on the importer's lane, one after the other; taking out is the writer's."""

    def __init__(self, app: Desks) -> None:
        self._app = app
        self._stopped = False
        self._looked_at = 0.0

    def start(self, paths: Sequence[str]) -> None:
        """Import these files and folders."""
        app = self._app
        self._stopped = False
        app.importer.do(import_job(app.library, paths, app.post_message, lambda: self._stopped))
        app.feed.busy("ImportsController…", "importing")

    def stop(self) -> None:
        """End a running import after the file at hand."""
        self._stopped = self._app.importer.working

    def progressed(self, step: ImportProgressed) -> None:
        """Say how far it is, and now and then show what it brought."""
        feed = self._app.feed
        feed.busy(f"ImportsController… {counted(step.files, 'file')} · {counted(step.papers, 'paper')}", "importing")
        if step.time - self._looked_at > _LOOK_SECONDS:
            self._looked_at = step.time
            feed.bring_up_to_date()

    def done(self, results: Sequence[ingest.ImportResult]) -> None:
        app = self._app
        app.feed.busy("", "importing")
        app.feed.bring_up_to_date()
        app.report = results
        self.show_outcome(results)

    def show_outcome(self, results: Sequence[ingest.ImportResult]) -> None:
        """A line; and the report itself where a file failed, or one that was asked for alone has problems."""
        words = outcome(results, self._app.key("report"))
        if words is None:
            self._app.action_report()
        else:
            self._app.feed.hints.say(words)

    def forget(self, source: str | None, ids: Sequence[str]) -> None:
        """Take a source, or papers by their ids, out of the library."""
        library = self._app.library

        def job() -> ForgetDone:
            if source is not None:
                return ForgetDone(source, ingest.forget_source(library, source))
            return ForgetDone("", ingest.forget_papers(library, ids))

        self._app.writer.do(job)

    def forgotten(self, what: str, papers: int) -> None:
        app, number = self._app, counted(papers, "paper")
        app.say(f"Taken out: {f'{what} with {number}' if what else number}. {app.key('undo')} brings it back.")
        app.feed.bring_up_to_date()
        if app.screen is not app.feed:
            app.on_sources_wanted()


def import_job(
    library: Library, paths: Sequence[str], post: Callable[[ImportProgressed], object], stopped: Callable[[], bool]
) -> Callable[[], ImportDone]:
    """A job for a lane: imports the paths, posts its progress, and answers with all results."""

    def work() -> ImportDone:
        results: list[ingest.ImportResult] = []

        def progress(step: ingest.Progress) -> None:
            papers = sum(result.entries for result in results) + step.done
            post(ImportProgressed(len(results), papers, step.source, step.done, step.total))

        for result in ingest.import_paths(library, paths, progress=progress):
            results.append(result)
            post(ImportProgressed(len(results), sum(result.entries for result in results)))
            if stopped():
                break
        return ImportDone(results, stopped())

    return work


def outcome(results: Sequence[ingest.ImportResult], report: str = "R") -> str | None:
    """What came of an import, in a line. None where that is not enough: a file failed, or the only one has problems.
    `report` is the key for the report."""
    problems = sum(len(result.problems) for result in results)
    if any(result.error for result in results) or (problems and len(results) == 1):
        return None
    if not results:
        return "There was nothing to import."
    new = sum(result.new for result in results)
    known = sum(result.merged + result.known for result in results)
    name = safe(results[0].source) if len(results) == 1 else counted(len(results), "file")
    already = f", {known:,} known already" if known else ""
    notes = f" {counted(problems, 'note')} on them: {report} shows the report." if problems else ""
    return f"{name}: {counted(new, 'new paper')}{already}.{notes}"
