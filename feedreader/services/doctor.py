"""The library's health: what is large, what is wrong, and mending it. The rules are in `feedreader.library.health`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from feedreader.errors import LibraryError
from feedreader.library.health import Defect, Sizes, copies, damaged
from feedreader.services.ingest import BATCH, settle

if TYPE_CHECKING:
    from feedreader.library import Library

Progress = Callable[[str], None]


class Report(NamedTuple):
    """What was found. There are no `sizes` where the file is too damaged to tell them. `copies` are files from before a
    change, with their sizes."""

    sizes: Sizes | None
    defects: tuple[Defect, ...]
    copies: Mapping[Path, int]


class Repair(NamedTuple):
    """What was done: `mended` is what is wrong no longer, `copy` the file as it was before, `gained` the bytes that
    the file (and its log, if that could be emptied) takes less, and `log_is_empty` whether the log could be emptied."""

    before: Report
    after: Report
    mended: tuple[Defect, ...]
    copy: Path | None
    gained: int
    log_is_empty: bool


def examine(library: Library, progress: Progress) -> Report:
    """What is large and what is wrong."""
    progress("Checking the library")
    defects = tuple(library.health.defects())
    if any(defect.kind == "damaged" for defect in defects):
        return Report(None, defects, copies(library.path))
    progress("Measuring the library")
    try:
        return Report(library.health.sizes(), defects, copies(library.path))
    except LibraryError as error:
        return Report(None, (*defects, damaged(error.message)), copies(library.path))


def unusable(path: Path, error: LibraryError) -> Report:
    """What is to be said of a file that can't be opened."""
    return Report(None, (Defect("unusable", 1, error.message, error.remedy),), copies(path))


def repair(library: Library, progress: Progress) -> Repair:
    """Mend what the entries can tell, and write the file anew without gaps.

    Raises LibraryError if that can't be done: the file is damaged, read-only, in use, or the disk full.
    """
    before = examine(library, progress)
    if before.sizes is None:
        raise LibraryError(f"{before.defects[0].problem} That cannot be mended.", before.defects[0].remedy)
    if library.read_only:
        raise LibraryError(f"The library {library.path} is read-only.", "Make it and its folder writable.")
    copy = None
    if any(defect.is_mendable for defect in before.defects):
        if any(defect.kind != "waiting-for-index" for defect in before.defects):
            progress("Copying the library")
            copy = library.health.copy()
        _mend(library, progress)
    if before.sizes.dead:
        _renew_index(library, progress, before.sizes.papers)
    progress("Compacting the library")
    log_is_empty = library.health.compact()
    after = examine(library, progress)
    kinds = {defect.kind for defect in after.defects}
    mended = tuple(defect for defect in before.defects if defect.kind not in kinds)
    gained = before.sizes.file - after.sizes.file if after.sizes else 0
    if log_is_empty:
        gained += before.sizes.log
    return Repair(before, after, mended, copy, gained, log_is_empty)


def _mend(library: Library, progress: Progress) -> None:
    progress("Mending the library")
    loose = library.health.loosen()
    for batch in _batches(loose):
        with library.intake() as intake:
            settle(intake, [*intake.placed_entries(batch)])
        progress("Merging entries")
    library.health.recount()
    library.index()


def _renew_index(library: Library, progress: Progress, papers: int) -> None:
    """Write the search index without dead documents; in pieces, between which others may write."""
    library.health.renew_index()
    done, written = 0, 1
    while written:
        with library.intake() as intake:
            written = intake.renew_index()
        done += written
        progress(f"Writing the search index: {done} of {papers}")
    library.index()  # that of the newest days, too


def _batches(refs: list[int]) -> Iterable[list[int]]:
    return (refs[start : start + BATCH] for start in range(0, len(refs), BATCH))
