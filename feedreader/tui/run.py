"""Opening the reader in the terminal, and leaving it in order."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from feedreader.config.values import Settings
from feedreader.library import Library
from feedreader.tui import themes
from feedreader.tui.app import FeedreaderApp

if TYPE_CHECKING:
    from feedreader.services.ingest import ImportResult

SWITCH_SECONDS = 0.0002  # how long the screen waits for its turn while another thread computes


def run(
    library: Library,
    *,
    query: str | None = None,
    samples: Path | None = None,
    imported: Sequence[ImportResult] = (),
    today: Callable[[], date] = date.today,
    settings: Settings | None = None,
    rules: Path | None = None,
) -> int:
    """Open the reader; returns the exit code: 0, 1 if changes may be lost, 2 without a terminal, 129, 130 or 143 after
    SIGHUP, SIGINT or SIGTERM.

    Raises QueryError if `query` is not understood.
    """
    if os.environ.get("TERM", "dumb") in ("dumb", "") or not all(
        stream is not None and stream.isatty() for stream in (sys.__stdin__, sys.__stdout__, sys.__stderr__)
    ):
        print(
            "The reader needs a terminal. Without one, use `feedreader --plain`, `list` or `show`.",
            file=sys.stderr,
        )
        return 2
    library.spare_memory()
    gc.disable()  # until the first frame is painted: nothing is garbage yet
    interval = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    if os.environ.get("NO_COLOR") == "":
        del os.environ["NO_COLOR"]  # it counts only when it is not empty (no-color.org); Textual counts it always
    app = FeedreaderApp(
        library,
        query=query,
        samples=samples,
        imported=imported,
        today=today,
        settings=settings,
        rules=rules,
        terminal=themes.Terminal.of(os.environ),
    )
    signals = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, app.leave) for number in signals]
    try:
        code = app.run()
    finally:
        app.finish()
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)
        sys.setswitchinterval(interval)
        gc.enable()
    code = app.return_code or 0 if code is None else code
    return code or int(app.has_lost_changes)
