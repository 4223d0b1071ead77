"""The library's health: what is large, what is wrong, and mending it. The rules are in `feedreader.library.health`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from feedreader.errors import LibraryError
from feedreader.library import salvage
from feedreader.library.checks import RESTORE, Defect, Progress
from feedreader.library.connection import ASK_DOCTOR
from feedreader.library.health import Sizes, copies
from feedreader.library.intake import Intake
from feedreader.library.salvage import Saved
from feedreader.services.ingest import BATCH, settle

if TYPE_CHECKING:
    from feedreader.library import Library

_ROUNDS = 3  # of mending: what is mended may show what else is wrong
_OF_INDEX = frozenset(
    ("waiting-for-index", "missing-in-index", "wrong-numbers", "wrong-index", "missing-among-newest", "wrong-newest")
)


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


def file_faults(path: Path, progress: Progress) -> tuple[Defect, ...]:
    """What is wrong with the file itself, so that it should not be opened as a library (see `mend_file`)."""
    progress("Checking the file")
    return tuple(salvage.faults(path))


def mend_file(path: Path, now: datetime, progress: Progress) -> Saved:
    """Save what can be read of a file with faults in one that is whole; `repair` does the rest.

    Raises LibraryError if that can't be done: it is in use or read-only, or the disk is full.
    """
    salvage.remove_leftovers(path, now)
    return salvage.save(path, now, progress)


def examine(library: Library, progress: Progress) -> Report:
    """What is large and what is wrong."""
    defects = tuple(library.health.defects(progress))
    progress("Measuring the library")
    return Report(library.health.sizes(), defects, copies(library.path))


def failure(path: Path, now: Callable[[], datetime]) -> LibraryError | None:
    """What to say when a program fails that has this library open, if the library has values that can't be read."""
    from feedreader.library import Library

    with suppress(LibraryError), closing(Library.open(path, now=now, indexed=False)) as library:
        if found := library.health.unreadable():
            said = " ".join(defect.problem for defect in found)
            return LibraryError(f"The library {path} is damaged: {said}", ASK_DOCTOR)
    return None


def unusable(path: Path, error: LibraryError) -> Report:
    """What is to be said of a file that can't be opened."""
    remedy = error.remedy.removeprefix(f"{ASK_DOCTOR} ")
    if copies(path) and remedy != error.remedy:
        remedy = RESTORE
    return faulty(path, (Defect("unusable", 1, error.message, remedy),))


def faulty(path: Path, faults: Sequence[Defect]) -> Report:
    """What is to be said of a file with faults."""
    return Report(None, tuple(faults), copies(path))


def repair(library: Library, progress: Progress, faults: Sequence[Defect] = (), saved: Saved | None = None) -> Repair:
    """Mend what can be told from what is left, and write the file anew without gaps; what was `saved` of a file that
    had `faults` is mended first of all.

    Raises LibraryError if that can't be done: the file is read-only, in use, or the disk full.
    """
    before = examine(library, progress)
    assert before.sizes
    if library.read_only:
        raise LibraryError(f"The library {library.path} is read-only.", "Make it and its folder writable.")
    copy = saved.copy if saved else None
    remaining = before.defects
    for _ in range(_ROUNDS):
        kinds = {defect.kind for defect in remaining if defect.is_mendable}
        if not kinds:
            break
        if copy is None and kinds != {"waiting-for-index"}:
            progress("Copying the library")
            copy = library.health.copy()
        _mend(library, kinds, progress)
        remaining = tuple(library.health.defects(progress))
    library.ensure_index()
    library.health.ensure_room()
    if library.health.sizes().dead:
        _renew_index(library, progress, before.sizes.papers)
    progress("Compacting the library")
    log_is_empty = library.health.compact()
    after = examine(library, progress)
    kinds = {defect.kind for defect in after.defects}
    mended = [*faults, *(_lost(saved) if saved else ())]
    mended += (defect for defect in before.defects if defect.kind not in kinds and not (saved and _is_left_out(defect)))
    gained = before.sizes.file - after.sizes.file if after.sizes else 0
    if log_is_empty:
        gained += before.sizes.log
    return Repair(before, after, tuple(mended), copy, gained, log_is_empty)


def _lost(saved: Saved) -> Iterable[Defect]:
    for what in saved.lost:
        yield Defect("lost", 1, f"Part or all of {what} could not be read.", RESTORE)


def _is_left_out(defect: Defect) -> bool:
    """Whether something is only missing because saving a file leaves it out."""
    return defect.kind in ("entries-without-keys", "waiting-for-index")


def _mend(library: Library, kinds: Collection[str], progress: Progress) -> None:
    progress("Mending the library")
    health = library.health
    if not {"bad-days", "bad-times", "unreadable-text", "unreadable-steps"}.isdisjoint(kinds):
        health.mend_values()
    if not {"bad-days", "changed-entries", "unreadable-text"}.isdisjoint(kinds):
        health.forget_fingerprints()
    if "entries-without-source" in kinds:
        health.restore_sources()
    restored = health.restore_entries() if "papers-without-entries" in kinds else []
    if restored or not {"entries-without-keys", "changed-entries", "unreadable-text"}.isdisjoint(kinds):
        health.renew_keys(progress)
    if not {"marks-without-record", "wrong-marks"}.isdisjoint(kinds):
        health.restore_marks()
    loose = health.loosen()
    for start in range(0, len(loose), BATCH):
        with library.intake() as intake:
            settle(intake, [*intake.placed_entries(loose[start : start + BATCH])])
        progress(f"Merging entries: {start:,} of {len(loose):,}")
    health.recount()
    if not _OF_INDEX.isdisjoint(kinds):
        health.mend_index(kinds)
        _write_index(library, Intake.write_index, progress)
    library.index()


def _renew_index(library: Library, progress: Progress, papers: int) -> None:
    """Write the search index without dead documents."""
    library.health.renew_index()
    _write_index(library, Intake.renew_index, progress, f" of {papers:,}")
    library.index()  # that of the newest days, too


def _write_index(library: Library, write: Callable[[Intake], int], progress: Progress, of: str = "") -> None:
    """Let `write` write documents until there are none, in pieces, between which others may write."""
    done, written = 0, 1
    while written:
        with library.intake() as intake:
            written = write(intake)
        done += written
        progress(f"Writing the search index: {done:,}{of}")
