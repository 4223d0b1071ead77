"""Where things are kept, and the settings. Read once, by the command line, and passed on as values.

Settings stand in a TOML file, `config.toml` in the platform's configuration folder, which need not be there
and is never written; the environment overrides what it says of arXiv and Zotero. What can be set is a table (`table`),
from which parsing, `feedreader config`, its example and docs/settings.md follow.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from feedreader.config.places import (
    Paths,
    expanded,
    interest_place,
    paths,
    rules_place,
    settings_file,
    settings_place,
    views_place,
)
from feedreader.config.values import Settings
from feedreader.errors import ConfigError, Fault

if TYPE_CHECKING:
    from feedreader.config.reading import SettingsFile

__all__ = [
    "Check",
    "Paths",
    "Settings",
    "clock",
    "expanded",
    "interest_place",
    "paths",
    "rules_place",
    "settings",
    "settings_file",
    "settings_place",
    "survey",
    "views_place",
]

_VARIABLES = ("FEEDREADER_ARXIV_", "FEEDREADER_ZOTERO")  # what those that stand for a setting begin with
Check = Callable[[Settings], Iterable[Fault]]  # what else is wrong with settings that can be read


def settings(*checks: Check) -> Settings:
    """What the file and the environment say. Raises ConfigError, which names all that is wrong, and where."""
    path = settings_file()
    if path is None and not any(name.startswith(_VARIABLES) for name in os.environ):
        return Settings()  # the usual case: nothing to read, nothing to import
    file = _read(path, checks)
    if file.faults:
        raise file.error()
    return file.settings


def survey(*checks: Check) -> SettingsFile:
    """The same with where each setting comes from, and with what is wrong. Raises ConfigError if it is no TOML."""
    return _read(settings_file(), checks)


def _read(path: Path | None, checks: Iterable[Check]) -> SettingsFile:
    from feedreader.config.reading import read

    return read(path, os.environ, checks)


def clock() -> Callable[[], datetime]:
    """The present time, aware. FEEDREADER_NOW (ISO 8601) is where it starts, to try things out. Raises ConfigError."""
    start = os.environ.get("FEEDREADER_NOW")
    if not start:
        return lambda: datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(start)
    except ValueError:
        raise ConfigError(
            f"FEEDREADER_NOW is “{start}”, which is not a valid time.", "Write it as 2026-11-21T09:00+00:00."
        ) from None
    began, moment = time.monotonic(), moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return lambda: moment + timedelta(seconds=time.monotonic() - began)
