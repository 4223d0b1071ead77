"""`sync`: what was done here and on other machines, through a folder that they share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from feedreader import config
from feedreader.cli.terminal import DONE, FAILED, SOME_FAILED, USAGE, opened, plural, progress_line, put_json, say
from feedreader.errors import FeedreaderError

if TYPE_CHECKING:
    import argparse

    from feedreader.cli.terminal import AddCommand
    from feedreader.library import Library
    from feedreader.services.sync import SyncResult

_MANY = 2000  # records from which progress is shown
_BUSY = "This library is being synced by another program."


def add_commands(command: AddCommand) -> None:
    parser = command("sync", run, "share marks, notes and subscriptions with your other machines")
    parser.add_argument(
        "folder", nargs="?", metavar="FOLDER", help="the folder that your machines share (default: [sync] folder)"
    )
    parser.add_argument("--json", action="store_true", help="print a JSON object")


def run(arguments: argparse.Namespace) -> int:
    folder = _folder(arguments.folder)
    if folder is None:
        say(
            "feedreader sync: which folder? Name one that your machines share: `feedreader sync ~/Sync/feedreader`. "
            f"Or set it under [sync] in {config.settings_place()}."
        )
        return USAGE
    is_new = not folder.exists()
    with opened(arguments.data_dir) as library:
        result = _synchronize(library, folder, create=True)
    if result is None:
        say(f"feedreader: {_BUSY} Try again when that is done.")
        return FAILED
    if is_new:
        say(f"Created the folder {folder}.")
    _say_problems(result)
    if arguments.json:
        put_json(
            {
                "folder": str(folder),
                "sent": result.sent,
                "received": result.taken,
                "files": result.files,
                "papers": result.papers,
                "newer": result.newer,
                "problems": [each._asdict() for each in result.problems],
            }
        )
    else:
        say(said(result))
    return SOME_FAILED if any(each.line is None for each in result.problems) else DONE


def said(result: SyncResult) -> str:
    """A sentence or two on what came of it."""
    came = f", and {plural(result.papers, 'paper')} with them" if result.papers else ""
    where = f"from {plural(result.files, 'other file')}" if result.files else "(no other machine has written here yet)"
    return f"Sent {plural(result.sent, 'change')}. Received {plural(result.taken, 'change')} {where}{came}."


def _folder(named: str | None) -> Path | None:
    if named is not None:
        return config.expanded(named, "sync")
    return config.settings().sync_folder


def _synchronize(
    library: Library, folder: Path, *, create: bool = False, with_progress: bool = True
) -> SyncResult | None:
    from feedreader.cli.rules import apply_rules
    from feedreader.services.sync import PREFERENCE, RULE, Places, synchronize

    shown = 0

    def tell(read: int) -> None:
        nonlocal shown
        if with_progress and read >= _MANY:
            shown = read
            progress_line(f"Reading what other machines wrote… {read}", done=False)

    places = Places(config.rules_place(), config.views_place(), config.interest_place())
    try:
        result = synchronize(library, folder, places, create=create, progress=tell)
    finally:
        if shown:
            progress_line("", done=True)
    if result and result.kinds & {RULE, PREFERENCE}:
        apply_rules(library)
    return result


def _say_problems(result: SyncResult) -> None:
    for problem in result.problems:
        say(f"feedreader: {problem.place}{problem.reason}")
    if result.newer:
        say(
            f"feedreader: {plural(result.newer, 'change')} by a newer feedreader cannot be read yet. They stay in the "
            "folder. Update feedreader here."
        )


def follow(data_dir: Path | None, *, with_progress: bool = True) -> None:
    """Sync by itself, if a folder is set. Errors are reported, but do not fail the command."""
    try:
        if config.settings_file() is None or (folder := config.settings().sync_folder) is None:
            return
        with opened(data_dir) as library:
            if not library.read_only and (result := _synchronize(library, folder, with_progress=with_progress)):
                _say_problems(result)
    except FeedreaderError as error:
        say(f"feedreader: {error}")
