"""Where things are kept. Read once, by the command line, and passed on as values."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from feedreader.errors import ConfigError


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


@dataclass(frozen=True, slots=True)
class ArxivSettings:
    """Where arXiv, or what stands in for it, is asked, and the seconds between two requests to it."""

    feeds: str
    api: str
    oai: str
    gap: float


def arxiv_settings() -> ArxivSettings:
    """arXiv's addresses, each of which the environment can override. Raises ConfigError."""
    gap = os.environ.get("FEEDREADER_ARXIV_GAP", "3")
    try:
        seconds = float(gap)
    except ValueError:
        raise ConfigError(f"FEEDREADER_ARXIV_GAP is “{gap}”, no number.", "Set it to seconds, or unset it.") from None
    return ArxivSettings(
        feeds=os.environ.get("FEEDREADER_ARXIV_FEEDS", "https://rss.arxiv.org"),
        api=os.environ.get("FEEDREADER_ARXIV_API", "https://export.arxiv.org/api/query"),
        oai=os.environ.get("FEEDREADER_ARXIV_OAI", "https://oaipmh.arxiv.org/oai"),
        gap=max(seconds, 0.0),
    )


def clock() -> Callable[[], datetime]:
    """The present time, aware. FEEDREADER_NOW (ISO 8601) is where it starts, for trying things out. Raises ConfigError."""
    start = os.environ.get("FEEDREADER_NOW")
    if not start:
        return lambda: datetime.now(UTC)
    try:
        told = datetime.fromisoformat(start)
    except ValueError:
        raise ConfigError(f"FEEDREADER_NOW is “{start}”, no time.", "Write it as 2026-11-21T09:00+00:00.") from None
    began, told = time.monotonic(), told if told.tzinfo else told.replace(tzinfo=UTC)
    return lambda: told + timedelta(seconds=time.monotonic() - began)


def _samples() -> Path | None:
    """In a wheel the samples lie inside the package, in a checkout beside it."""
    package = Path(__file__).parent
    return next((f for f in (package / "sample_feeds", package.parent / "sample_feeds") if f.is_dir()), None)
