"""`doctor`: where the library is, what is large in it, what is wrong, and mending that."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from feedreader import config
from feedreader.cli.terminal import DONE, FAILED, opened_as_it_is, plural, progress_line, put, put_json, say
from feedreader.errors import LibraryError
from feedreader.text.display import size_text

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from feedreader.cli.terminal import AddCommand
    from feedreader.library.checks import Defect
    from feedreader.library.health import Sizes
    from feedreader.services.doctor import Repair, Report

_TELLING = 1_000_000  # bytes of text, from which on it makes most of the file


def add_commands(command: AddCommand) -> None:
    parser = command("doctor", run_doctor, "show how large the library is, and what is wrong with it")
    parser.add_argument("--repair", action="store_true", help="compact it and mend what can be mended; marks stay")
    parser.add_argument("--json", action="store_true", help="print a JSON object")


def run_doctor(arguments: argparse.Namespace) -> int:
    from feedreader.services import doctor

    path = config.paths(arguments.data_dir).library
    is_there = True
    with suppress(PermissionError):  # opening it says so
        is_there = path.exists()
    if not is_there:
        raise LibraryError(f"There is no library at {path}.", "Import papers, or name its folder: `--data-dir DIR`.")
    done: Repair | None = None
    failure: LibraryError | None = None
    try:
        report, done, failure = _examined(arguments, path)
    except LibraryError as error:  # it can't be opened
        report = doctor.unusable(path, error)
    finally:
        progress_line("", True)
    if arguments.json:
        put_json(_as_json(path, report, done))
    else:
        _put(path, report)
    if done:
        _say_repaired(done)
    if failure:
        say(f"feedreader: {failure}")
    return FAILED if report.defects or failure else DONE


def _examined(arguments: argparse.Namespace, path: Path) -> tuple[Report, Repair | None, LibraryError | None]:
    """What was found; what was mended, if asked for, or why nothing was."""
    from feedreader.services import doctor

    faults, saved = doctor.file_faults(path, _progress), None
    if faults:
        if not arguments.repair:
            return doctor.faulty(path, faults), None, None
        try:
            saved = doctor.mend_file(path, config.clock()(), _progress)
        except LibraryError as error:
            return doctor.faulty(path, faults), None, error
    with opened_as_it_is(path, indexed=False) as library:
        library.learns = False
        if arguments.repair:
            try:
                done = doctor.repair(library, _progress, faults, saved)
            except LibraryError as error:
                return doctor.examine(library, _progress), None, error
            return done.after, done, None
        return doctor.examine(library, _progress), None, None


def _progress(words: str) -> None:
    progress_line(f"{words}…", False)


def _put(path: Path, report: Report) -> None:
    put(f"Library: {path}")
    if report.sizes:
        _put_sizes(report.sizes)
    else:
        put(f"Size: {size_text(_bytes(path))}")
    for copy, size in report.copies.items():
        put(f"{size_text(size)} in a copy made before a change: {copy}")
    if report.copies and not report.defects:
        put("You may delete copies once you are sure that all is well.")
    if not report.defects:
        put("\nNothing is wrong.")
        return
    put(f"\n{plural(len(report.defects), 'problem')}:")
    for defect in report.defects:
        put(f"  {defect.problem} {defect.remedy}".rstrip())


def _bytes(path: Path) -> int:
    """The size of the file; 0 where there is none, or nobody may look."""
    with suppress(OSError):
        return path.stat().st_size if path.is_file() else 0
    return 0


def _put_sizes(sizes: Sizes) -> None:
    ratio = f", {_ratio(sizes)} times their text" if sizes.text > _TELLING else ""
    put(f"Size: {size_text(sizes.file)} for {plural(sizes.papers, 'paper')}{ratio}; log: {size_text(sizes.log)}")
    for name, size in (("text of the papers", sizes.text), *sizes.parts.items()):
        put(f"  {size_text(size):>9}  {name}")
    if sizes.dead:
        put(
            f"{plural(sizes.dead, 'document')} of {sizes.documents} in the search index are of no paper any more: "
            "`feedreader doctor --repair` removes them."
        )


def _ratio(sizes: Sizes) -> float:
    return round(sizes.file / sizes.text, 1)


def _say_repaired(repair: Repair) -> None:
    from feedreader.library.checks import REPAIR

    for defect in repair.mended:
        if defect.is_mendable:
            say(f"Mended: {defect.problem}{defect.remedy.removeprefix(REPAIR)}")
        else:
            say(f"Lost: {defect.problem} {defect.remedy}")
    if repair.copy:
        say(f"The library as it was before: {repair.copy}")
    assert repair.before.sizes
    removed = repair.before.sizes.dead - (repair.after.sizes.dead if repair.after.sizes else 0)
    if removed > 0:  # mending makes some, too
        say(f"Removed from the search index: {plural(removed, 'document')}.")
    say(f"Compacted: {size_text(repair.gained)} gained." if repair.gained > 0 else "Nothing was gained by compacting.")
    if not repair.log_is_empty:
        say("The log is emptied when no other program has the library open any more.")


def _as_json(path: Path, report: Report, repair: Repair | None) -> dict[str, Any]:
    sizes = report.sizes
    return {
        "path": str(path),
        "bytes": sizes.file if sizes else _bytes(path),
        "log": sizes.log if sizes else None,
        "text": sizes.text if sizes else None,
        "ratio": _ratio(sizes) if sizes and sizes.text else None,
        "parts": sizes.parts if sizes else None,
        "papers": sizes.papers if sizes else None,
        "documents": sizes.documents if sizes else None,
        "dead_documents": sizes.dead if sizes else None,
        "copies": [{"path": str(copy), "bytes": size} for copy, size in report.copies.items()],
        "problems": [_problem(defect) for defect in report.defects],
        "repaired": {
            "mended": [_problem(defect) for defect in repair.mended],
            "copy": str(repair.copy) if repair.copy else None,
            "gained": repair.gained,
        }
        if repair
        else None,
    }


def _problem(defect: Defect) -> dict[str, object]:
    return {"kind": defect.kind, "count": defect.number, "problem": defect.problem, "remedy": defect.remedy}
