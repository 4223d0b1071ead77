"""The importer thread's job: files into the library, with word of how far it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from feedreader import ingest
from feedreader.library import Library
from feedreader.tui.messages import ImportDone, ImportProgressed


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
