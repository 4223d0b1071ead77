"""Opening the reader."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from feedreader import config
from feedreader.cli.terminal import FAILED, USAGE, opened, say

if TYPE_CHECKING:
    import argparse

    from feedreader.cli.terminal import AddCommand


def add_commands(command: AddCommand) -> None:
    parser = command("read", run, "open the reader (same as without a command)")
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or folders to import first")
    parser.add_argument("--query", help="show only papers that match this query")
    parser.add_argument(
        "--plain", action="store_true", help="plain lines of text, for screen readers and pipes (default if TERM=dumb)"
    )


def run(arguments: argparse.Namespace) -> int:
    return read(arguments.data_dir, arguments.paths, arguments.query, plain=arguments.plain)


def read(data_dir: Path | None, paths: Sequence[str] = (), query: str | None = None, *, plain: bool = False) -> int:
    """Import the paths, if any, and open the reader; its exit code."""
    if paths:  # the usual start imports no more than it needs
        from feedreader.cli.digests import is_missing, meant_by

        missing = next((path for path in paths if is_missing(path)), None)
        if missing is not None:
            say(f"feedreader: {missing or '“”'}: no such file" + (f". {meant}" if (meant := meant_by(missing)) else ""))
            return FAILED
    if "-" in paths:
        say("feedreader: cannot read papers and keys from the same input. Run `feedreader import -` first.")
        return USAGE
    if plain or os.environ.get("TERM") == "dumb":
        from feedreader.cli.plain.reader import read_plainly
        from feedreader.cli.sync import follow

        follow(data_dir, with_progress=False)
        code = read_plainly(data_dir, paths, query)
        follow(data_dir, with_progress=False)
        return code
    return _read_on_screen(data_dir, paths, query)


def _read_on_screen(data_dir: Path | None, paths: Sequence[str], query: str | None) -> int:
    import gc

    gc.disable()  # turned on again once the first frame is painted: it is worth a seventh of the start
    from feedreader.tui.run import run as run_reader

    settings = _settings()
    with opened(data_dir) as library:
        imported = []
        if paths:
            from feedreader.cli.digests import import_all
            from feedreader.cli.rules import apply_rules

            apply_rules(library)
            imported = import_all(library, paths, lambda _: None)
        return run_reader(
            library,
            query=query,
            samples=config.paths(data_dir).samples,
            imported=imported,
            today=lambda: library.now().astimezone().date(),
            settings=settings,
            rules=config.rules_place(),
        )


def _settings() -> config.Settings:
    """The settings, checked for all that the reader needs of them. Raises ConfigError."""
    if config.settings_file() is None:
        return config.settings()
    from feedreader.tui.setup import reader_checks

    return config.settings(*reader_checks())
