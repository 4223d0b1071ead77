"""The settings as values. They are read before the first frame: nothing is imported here that costs time."""

from __future__ import annotations

from datetime import time
from pathlib import Path
from typing import NamedTuple

from feedreader.arxiv.addresses import Addresses

COMPACT, COMFORTABLE, FULL = 1, 2, 3  # lines a paper in the list; in full, those that its title needs
LIVE_ENDINGS = (".bib", ".md", ".atom", ".xml", ".feed.json")
ON_OPEN, ON_MOVING_ON, NEVER = "on_open", "on_moving_on", "never"


class OwnCommand(NamedTuple):
    """A program to hand papers to, with its arguments; the letter that runs it, and whether its output is shown."""

    name: str
    run: tuple[str, ...]
    key: str = ""
    show: bool = True


class LiveFile(NamedTuple):
    """A file that is kept in step with what a query, or the saved search `view`, finds; a feed's title."""

    path: Path
    query: str = ""
    view: str = ""
    title: str = ""


class Settings(NamedTuple):
    """What can be set; without a file, this.

    The reader refreshes when it is opened (`refresh_at_start`), every so many hours (0: never), and at
    times of the day, local. `lines` is how many lines a paper takes in the list, `columns` what stands there beside
    the title (or under it), in that order. `mark_read` is when an opened paper becomes read. `keys` are the keys of
    bindings that were given others, by their ids. `export_file` is rewritten with what `export_query` finds, and
    so is each file of `live`.
    `zotero` is the address of the Zotero on this computer. `sync_folder` is shared with other machines.
    `browser` and `viewer` are programs with their arguments, () for the system's own. `pdf_limit` is in bytes.
    """

    arxiv: Addresses = Addresses()
    refresh_at_start: bool = False
    refresh_hours: float = 0.0
    refresh_at: tuple[time, ...] = ()
    theme: str | None = None
    lines: int = FULL
    columns: tuple[str, ...] = ("authors", "categories")
    mark_read: str = ON_MOVING_ON
    keys: tuple[tuple[str, tuple[str, ...]], ...] = ()
    views: tuple[tuple[str, str], ...] = ()
    commands: tuple[OwnCommand, ...] = ()
    export_file: Path | None = None
    export_query: str = "is:shortlisted"
    live: tuple[LiveFile, ...] = ()
    browser: tuple[str, ...] = ()
    viewer: tuple[str, ...] = ()
    pdf_folder: Path | None = None
    pdf_limit: int = 100_000_000
    sync_folder: Path | None = None
    zotero: str = "http://127.0.0.1:23119"
