"""Names to browse with their counts. Those of a large library are counted in a process of its own, into a file: neither
the reader's memory nor its keys feel how many there are."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from feedreader.errors import LibraryError, os_reason
from feedreader.library import Library
from feedreader.library.name_counts import NamesInFile
from feedreader.model import FacetCount
from feedreader.query.facets import FacetList

LARGE = 20_000  # papers from which on a process counts them
SHORT = 20_000  # names that are held in memory
_REMEDY = "`feedreader doctor` checks the library."


def counted(
    library: Library, facet: str, progress: Callable[[float], object], is_wanted: Callable[[], bool]
) -> FacetList | NamesInFile | None:
    """The names of one of FACETS, with `progress` (0 to 1) while they are counted; None once they are not wanted any
    more. Raises LibraryError."""
    if library.papers.counts()[0] <= LARGE:
        return listed(facet, library.facets.counts(facet))
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="feedreader-", ignore_cleanup_errors=True) as folder:
        path = Path(folder, "names.sqlite3")
        if not _count(library.path, facet, path, progress, is_wanted):
            return None
        names = NamesInFile(facet, path)  # which keeps it open: it is gone when that is closed
    if len(names.counts) > SHORT:
        return names
    try:
        return listed(facet, list(names.counts))
    finally:
        names.close()


def listed(facet: str, counts: Iterable[FacetCount]) -> FacetList:
    """A list that is held in memory; of categories with their names."""
    if facet == "categories":
        from feedreader.arxiv.categories import CATEGORIES

        counts = [count._replace(detail=CATEGORIES.get(count.name, "")) for count in counts]
    return FacetList(facet, tuple(counts))


def _count(
    library: Path, facet: str, path: Path, progress: Callable[[float], object], is_wanted: Callable[[], bool]
) -> bool:
    """Let a process write the file; whether it was still wanted at the end."""
    import subprocess

    from feedreader.system.child_process import this_program

    program = this_program("from feedreader.services.browsing import serve; serve()")
    pipe, null = subprocess.PIPE, subprocess.DEVNULL
    try:
        process = subprocess.Popen([*program, str(library), facet, str(path)], stdin=null, stdout=pipe, stderr=null)
    except OSError as error:
        raise LibraryError(f"The {facet} cannot be counted: {os_reason(error)}.", _REMEDY) from error
    with process:
        assert process.stdout is not None
        for line in process.stdout:
            if not is_wanted():
                process.kill()
                return False
            with suppress(ValueError):
                progress(float(line))
    if process.returncode:
        raise LibraryError(f"The {facet} cannot be counted.", _REMEDY)
    return is_wanted()


def serve() -> None:
    """The process: the library, the facet and the file to be written are its arguments; it prints how far it is."""
    import os
    from datetime import UTC, datetime

    path, facet, file = sys.argv[1:]
    if hasattr(os, "nice"):
        os.nice(5)
    library = Library.open(Path(path), now=lambda: datetime.now(UTC))
    try:
        library.facets.write(facet, Path(file), lambda part: print(f"{part:.3f}", flush=True))
    except BrokenPipeError:
        os._exit(1)  # the reader has ended
    finally:
        library.close()
