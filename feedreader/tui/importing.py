"""The importer thread's job: files into the library, with word of how far it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from feedreader import ingest
from feedreader.library import Library
from feedreader.tui.messages import ImportDone, ImportProgressed
from feedreader.view.rows import counted, safe


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


def outcome(results: Sequence[ingest.ImportResult]) -> str | None:
    """What came of an import, in a line. None where that is not enough: a file failed, or the only one has problems."""
    problems = sum(len(result.problems) for result in results)
    if any(result.error for result in results) or (problems and len(results) == 1):
        return None
    if not results:
        return "There was nothing to import."
    new = sum(result.new for result in results)
    known = sum(result.merged + result.known for result in results)
    name = safe(results[0].source) if len(results) == 1 else counted(len(results), "file")
    already = f", {known:,} known already" if known else ""
    notes = f" {counted(problems, 'note')} on them: R shows the report." if problems else ""
    return f"{name}: {counted(new, 'new paper')}{already}.{notes}"
