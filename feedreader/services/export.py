"""From the library to text for other programs, and to files. The command line and the reader both call it.

    for piece in pieces(library, library.papers.find(query), "bibtex"): ...

A **live file** is one that is kept in step with what a query finds, for an editor or a reference manager to read. It
is written anew only when its text would be another, and only if it is ours: its first line says so, and from which
library, so that neither a file made by hand nor that of another library is ever overwritten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from feedreader.errors import ExportError, os_reason
from feedreader.export import EXPORTERS, exporter, format_of
from feedreader.library import Library
from feedreader.model import Paper, Query
from feedreader.system.atomic_write import write_atomically

_CHUNK = 500
_COMMENTS = {"bibtex": ("% ", ""), "markdown": ("<!-- ", " -->")}
_WRITTEN_BY = "Written by feedreader from library "


def pieces(
    library: Library, papers: Iterable[Paper], format: str, *, progress: Callable[[int], None] = lambda _: None
) -> Iterator[str]:
    """Papers in a format, piece by piece. Their citation keys are on the disk before they are shown.

    `progress` is told how many papers there were so far.
    """
    keys: dict[str, str] = {}

    def prepared() -> Iterator[Paper]:
        waiting = iter(papers)
        done = 0
        while chunk := list(islice(waiting, _CHUNK)):
            if EXPORTERS[format].keyed:
                keys.update(library.citations.keys_for(chunk))
            yield from chunk
            done += len(chunk)
            progress(done)

    yield from exporter(format)(prepared(), keys)


def export_file(
    library: Library,
    papers: Iterable[Paper],
    format: str,
    path: Path,
    *,
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Write papers to a file; how many there were. Raises ExportError, and then the file is as it was."""
    count = 0

    def counted() -> Iterator[Paper]:
        nonlocal count
        for paper in papers:
            count += 1
            yield paper

    write_atomically(path, pieces(library, counted(), format, progress=progress))
    return count


def sync_export_file(library: Library, path: Path, query: Query) -> bool:
    """Bring a live file up to date; whether it was written. Raises ExportError."""
    format = format_of(path.name) or ""
    if format not in _COMMENTS:
        raise ExportError(f"{path} cannot be kept up to date: its name must end in .bib or .md.", "Rename it.")
    start, end = _COMMENTS[format]
    mine = f"{start}{_WRITTEN_BY}{library.identity()}"
    before = _read(path)
    if before and not before.startswith(mine):
        other = before.startswith(start + _WRITTEN_BY)
        reason = "belongs to another library" if other else "was not written by feedreader"
        raise ExportError(
            f"{path} {reason}, so it was not changed.",
            "Move it away, or set another file under [export] in config.toml.",
        )
    text = "".join(
        (f"{mine}; changes made here are overwritten.{end}\n\n", *pieces(library, library.papers.find(query), format))
    )
    if text == before:
        return False
    write_atomically(path, [text])
    return True


def _read(path: Path) -> str | None:
    """What a file holds; None if it is not there."""
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            return stream.read()
    except FileNotFoundError:
        return None
    except UnicodeError:
        return "?"
    except OSError as error:
        raise ExportError(
            f"{path} cannot be read: {os_reason(error)}.", "Set another file under [export] in config.toml."
        ) from error
