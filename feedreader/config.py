"""Where things are kept. Read once, by the command line, and passed on as values."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Paths:
    """The library's file, and the sample digests that come with the program (None if they are not there)."""

    library: Path
    samples: Path | None


def paths(data_dir: Path | None = None) -> Paths:
    """The places to use: `data_dir` if given, else $FEEDREADER_DATA_DIR, else the platform's data folder."""
    folder = data_dir or _from_environment() or _platform_folder()
    return Paths(library=folder / "library.sqlite3", samples=_samples())


def _from_environment() -> Path | None:
    named = os.environ.get("FEEDREADER_DATA_DIR")
    return Path(named).expanduser() if named else None


def _platform_folder() -> Path:
    from platformdirs import user_data_path

    return user_data_path("feedreader", appauthor=False)


def _samples() -> Path | None:
    """In a wheel the samples lie inside the package, in a checkout beside it."""
    package = Path(__file__).parent
    return next((f for f in (package / "sample_feeds", package.parent / "sample_feeds") if f.is_dir()), None)
