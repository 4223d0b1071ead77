"""`open` and `pdf`: a paper's page in the browser, and its PDF, fetched once."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from feedreader import config
from feedreader.cli.terminal import ID, USAGE, exit_code, opened, progress_line, put, put_json, put_text, say
from feedreader.errors import FeedreaderError, LaunchError, PdfError, os_reason

if TYPE_CHECKING:
    from feedreader.cli.terminal import AddCommand
    from feedreader.library import Library

_STEP = 0.1  # seconds between two words of progress


def add_commands(command: AddCommand) -> None:
    parser = command("open", run_open, "open web pages of papers")
    parser.add_argument("ids", nargs="+", metavar="ID", help=ID)
    parser.add_argument("--print", action="store_true", help="print the addresses instead")

    parser = command("pdf", run_pdf, "fetch PDFs, each once, and print their paths")
    parser.add_argument("ids", nargs="+", metavar="ID", help=ID)
    parser.add_argument("--open", action="store_true", help="open it in your PDF viewer")
    parser.add_argument("--print", action="store_true", help="print its path too when it is opened")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="copy it here; a folder if there are several")
    parser.add_argument("--forget", action="store_true", help="delete the file")
    parser.add_argument("--json", action="store_true", help="print a JSON object per paper")
    parser.add_argument("--progress", action="store_true", help=argparse.SUPPRESS)  # for the reader, which shows it


def run_open(arguments: argparse.Namespace) -> int:
    with opened(arguments.data_dir) as library:
        return _each(arguments.ids, lambda id: open_page(library, id, only_print=arguments.print))


def open_page(library: Library, id: str, *, only_print: bool = False) -> None:
    """Open a paper's page; where that can't be, put its address. Raises LaunchError."""
    from feedreader.system.open_with import PATIENCE, Launched, page_command, page_of

    paper = library.papers.get(library.papers.key_of(id))
    url = page_of(paper) if paper else ""
    command = None if only_print else page_command(url, config.settings().browser)
    if command is None:
        put(url)
        if not only_print:
            say("No display here to open a browser on.")
        return
    Launched(command).check(PATIENCE)


def run_pdf(arguments: argparse.Namespace) -> int:
    if arguments.output is not None and (len(arguments.ids) > 1 and not arguments.output.is_dir()):
        say("feedreader pdf: for several PDFs, --output must be a folder.")
        return USAGE
    if arguments.progress and hasattr(os, "nice"):
        os.nice(10)  # the reader's screen goes first
    with opened(arguments.data_dir) as library:
        if arguments.forget:
            return _each(arguments.ids, lambda id: _forget(library, id))
        return _each(arguments.ids, lambda id: _pdf(library, id, arguments))


def _pdf(library: Library, id: str, arguments: argparse.Namespace) -> None:
    path, fetched = pdf_of(library, id, arguments.data_dir, _progress(id, as_json=arguments.progress))
    if arguments.output is not None:
        path = _copy(path, arguments.output)
    path = path.absolute()
    if arguments.json:
        put_json({"id": id, "file": str(path), "fetched": fetched})
    elif arguments.print or not arguments.open:
        put_text(f"{path}\n")  # as it is, for a script
    if arguments.open:
        show_file(path)


def pdf_of(
    library: Library, id: str, data_dir: Path | None, progress: Callable[[int, int | None], None]
) -> tuple[Path, bool]:
    """A paper's PDF, and whether it had to be fetched. Raises PdfError or FetchError."""
    key = library.papers.key_of(id)
    path = library.pdfs.file(key)
    if path is not None:
        return path, False
    import asyncio

    return asyncio.run(_fetch(library, key, data_dir, progress)), True


def show_file(path: Path) -> None:
    """Show a PDF in the viewer. Raises LaunchError."""
    from feedreader.system.open_with import PATIENCE, Launched, file_command

    command = file_command(path, config.settings().viewer)
    if command is None:
        raise LaunchError("No display here to show a PDF on.", "Set `viewer` under [open] in config.toml.")
    Launched(command, setting="viewer").check(PATIENCE)


async def _fetch(
    library: Library, key: int, data_dir: Path | None, progress: Callable[[int, int | None], None]
) -> Path:
    from feedreader.cli.network import addresses, client
    from feedreader.services import pdf

    settings = config.settings()
    folder, limit = settings.pdf_folder or library.path.parent / pdf.FOLDER, settings.pdf_limit
    async with client(data_dir) as http:
        return await pdf.fetch(library, key, http, addresses(), folder=folder, limit=limit, progress=progress)


def _progress(id: str, *, as_json: bool) -> Callable[[int, int | None], None]:
    """Reports how far a PDF is, a few times a second: for the reader as JSON, or on a terminal."""
    latest = 0.0

    def show(done: int, total: int | None) -> None:
        nonlocal latest
        now, over = time.monotonic(), done == total
        if now - latest < _STEP and not over:
            return
        latest = now
        if as_json:
            say(json.dumps({"progress": {"what": id, "done": done, "total": total}}))
        else:
            of = f" of {total / 1e6:.1f}" if total else ""
            progress_line(f"{id}: {done / 1e6:.1f}{of} MB", over)

    return show


def _copy(path: Path, to: Path) -> Path:
    """A copy of the file under another name, or in another folder; whole or not at all. Raises PdfError."""
    target = to / path.name if to.is_dir() else to
    part = target.with_name(f".{target.name}.part")
    try:
        shutil.copyfile(path, part)
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise PdfError(f"{target} cannot be written: {os_reason(error)}.") from error
    return target


def _forget(library: Library, id: str) -> None:
    key = library.papers.key_of(id)
    path = library.pdfs.file(key)
    if path is None:
        raise PdfError(f"No PDF of {id} on this computer.")
    try:
        path.unlink()
    except OSError as error:
        raise PdfError(f"{path} cannot be removed: {os_reason(error)}.") from error
    library.pdfs.put(key, None)
    say(f"Removed {path}.")


def _each(ids: Sequence[str], do: Callable[[str], None]) -> int:
    """Do something for each paper; errors are reported and do not stop the others. The exit code."""
    failed = 0
    for id in ids:
        try:
            do(id)
        except FeedreaderError as error:
            say(f"feedreader: {error}")
            failed += 1
    return exit_code(failed, len(ids))
