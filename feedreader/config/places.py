"""Where things are kept: the library, the samples, the file of settings."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from feedreader.errors import ConfigError, os_reason

FILE = "config.toml"
VIEWS = "views.toml"
RULES = "rules.toml"
INTEREST = "interest.toml"


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
    return expanded(named, "FEEDREADER_DATA_DIR") if named else None


def expanded(path: str, name: str) -> Path:
    """A path with `~` expanded; `name` says what names it. Raises ConfigError if there is no such user."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        raise ConfigError(f"{name} is {path}, but there is no such home folder.", "Write the path in full.") from None


def _platform_folder() -> Path:
    from platformdirs import user_data_path

    return _at_home(user_data_path, "use --data-dir")


def _at_home(place: Callable[..., Path], other: str) -> Path:
    """A folder of the platform, if there is a home folder for it to be in. Raises ConfigError."""
    with suppress(RuntimeError):
        if (path := place("feedreader", appauthor=False)).is_absolute():
            return path
    raise ConfigError("No home folder found.", f"Set HOME, or {other}.")


def _samples() -> Path | None:
    """In a wheel the samples lie inside the package, in a checkout beside it."""
    package = Path(__file__).parents[1]
    return next((f for f in (package / "sample_feeds", package.parent / "sample_feeds") if f.is_dir()), None)


def settings_place() -> Path:
    """Where the file of settings is, or would be: $FEEDREADER_CONFIG, else in the platform's configuration folder."""
    named = os.environ.get("FEEDREADER_CONFIG")
    if named:
        return expanded(named, "FEEDREADER_CONFIG").absolute()
    from platformdirs import user_config_path

    return _at_home(user_config_path, "FEEDREADER_CONFIG") / FILE


def views_place() -> Path:
    """Where the file of saved searches is, or would be: beside the file of settings."""
    return settings_place().with_name(VIEWS)


def rules_place() -> Path:
    """Where the file of rules is, or would be: beside the file of settings."""
    return settings_place().with_name(RULES)


def interest_place() -> Path:
    """Where the file of what is pinned or banned is, or would be: beside the file of settings."""
    return settings_place().with_name(INTEREST)


def settings_file() -> Path | None:
    """The file of settings; None if there is none. One that the environment names must be there. Raises ConfigError."""
    path = settings_place()
    try:
        path.lstat()  # a link that leads nowhere is no missing file: reading it says what is wrong
    except (FileNotFoundError, NotADirectoryError):
        if os.environ.get("FEEDREADER_CONFIG"):
            raise ConfigError(
                f"FEEDREADER_CONFIG is {path}: no such file.", "Create it or unset the variable."
            ) from None
        return None
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read: {os_reason(error)}.", "Fix or move the file.") from None
    return path
