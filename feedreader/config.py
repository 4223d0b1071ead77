"""Where things are kept, and the settings. Read once, by the command line, and passed on as values.

Settings stand in a TOML file, `config.toml` in the platform's configuration folder, which need not be there;
the environment overrides what it says of arXiv.
"""

from __future__ import annotations

import os
import re
import shlex
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

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


class ArxivSettings(NamedTuple):
    """Where arXiv, or what stands in for it, is asked, and the seconds between two requests to it."""

    feeds: str = "https://rss.arxiv.org"
    api: str = "https://export.arxiv.org/api/query"
    oai: str = "https://oaipmh.arxiv.org/oai"
    gap: float = 3.0
    pdf: str = "https://arxiv.org/pdf"


class Settings(NamedTuple):
    """What can be set. The reader asks for news when it is opened, and every so many hours (0: only when told to).

    `browser` and `viewer` are commands; `{url}` and `{file}` in them stand for what is opened, else it comes last.
    PDFs of at most `pdf_limit` bytes are kept in `pdf_folder` (None: beside the library).
    """

    arxiv: ArxivSettings = ArxivSettings()
    refresh_at_start: bool = False
    refresh_hours: float = 0.0
    browser: tuple[str, ...] = ()
    viewer: tuple[str, ...] = ()
    pdf_folder: Path | None = None
    pdf_limit: int = 100_000_000


def settings() -> Settings:
    """What the file and the environment say. Raises ConfigError."""
    path = _settings_file()
    said = _read(path) if path is not None else {}
    refresh, arxiv, opening = said.get("refresh", {}), said.get("arxiv", {}), said.get("open", {})
    named = {name: os.environ.get(f"FEEDREADER_ARXIV_{name.upper()}") for name in ("feeds", "api", "oai", "pdf")}
    arxiv.update({name: address for name, address in named.items() if address})
    gap = os.environ.get("FEEDREADER_ARXIV_GAP")
    try:
        seconds = float(gap) if gap else arxiv.get("gap", 3)
    except ValueError:
        raise ConfigError(f"FEEDREADER_ARXIV_GAP is “{gap}”, no number.", "Set it to seconds, or unset it.") from None
    return Settings(
        arxiv=ArxivSettings(**{**arxiv, "gap": max(float(seconds), 0.0)}),
        refresh_at_start=refresh.get("at_start", False),
        refresh_hours=float(refresh.get("every_hours", 0)),
        browser=_command(opening.get("browser", ())),
        viewer=_command(opening.get("viewer", ())),
        pdf_folder=Path(opening["pdf_folder"]).expanduser() if opening.get("pdf_folder") else None,
        pdf_limit=int(opening.get("pdf_max_mb", 100) * 1_000_000),
    )


def _command(said: str | list[str]) -> tuple[str, ...]:
    """A command's words: written as a list, or in one line as for a shell (which is not asked)."""
    return tuple(shlex.split(said) if isinstance(said, str) else said)


def _settings_file() -> Path | None:
    """The file that $FEEDREADER_CONFIG names, which must be there, else the platform's, if it is there."""
    named = os.environ.get("FEEDREADER_CONFIG")
    if named:
        path = Path(named).expanduser()
        if not path.exists():
            raise ConfigError(
                f"FEEDREADER_CONFIG names {path}, which does not exist.", "Make it, or unset the variable."
            )
        return path
    from platformdirs import user_config_path

    path = user_config_path("feedreader", appauthor=False) / "config.toml"
    return path if path.exists() else None


_WISHES: Mapping[str, Mapping[str, str]] = {
    "refresh": {"at_start": "true or false", "every_hours": "a number of hours, 0 for never"},
    "arxiv": {
        **dict.fromkeys(("feeds", "api", "oai", "pdf"), "an address in quotes, https://…"),
        "gap": "a number of seconds",
    },
    "open": {
        **dict.fromkeys(("browser", "viewer"), "a command in quotes, or a list of its words"),
        "pdf_folder": "a folder in quotes",
        "pdf_max_mb": "a number of megabytes",
    },
}


def _read(path: Path) -> dict[str, Any]:
    """What the file says, every key of it known and every value as it should be. Raises ConfigError."""
    import tomllib

    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeError) as error:
        reason = (error.strerror if isinstance(error, OSError) else "it is not UTF-8") or "it is no file"
        raise ConfigError(f"{path} cannot be read: {reason}.", "Mend it or move it away.") from None
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"^(.*) \(at line (\d+), column (\d+)\)$", str(error))
        where, why = (f"line {found[2]}, column {found[3]}", found[1]) if found else ("its end", str(error))
        raise ConfigError(
            f"{path}, {where}: {why}.", "It is written in TOML: `key = value` under `[section]`."
        ) from None
    for fault, remedy, section, key in _faults(said):
        line = _line_of(text, section, key)
        raise ConfigError(f"{path}{f', line {line}' if line else ''}: {fault}.", remedy)
    return said


def _faults(said: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """What is wrong, what to do about it, and the section and key where."""
    for section, values in said.items():
        if section not in _WISHES:
            what = f"[{section}] is no section" if isinstance(values, dict) else f"“{section}” is no setting"
            home = next((f"It belongs under [{name}]." for name, keys in _WISHES.items() if section in keys), None)
            yield what, home or _nearest(section, _WISHES, "[{}]"), section, ""
        elif not isinstance(values, dict):
            yield f"“{section}” is a section", f"Write [{section}] on a line of its own.", section, ""
        else:
            for key, value in values.items():
                if key not in _WISHES[section]:
                    yield f"[{section}] has no setting “{key}”", _nearest(key, _WISHES[section], "“{}”"), section, key
                elif not _fits(key, value):
                    yield f"“{key}” is {value!r}", f"It should be {_WISHES[section][key]}.", section, key


def _nearest(word: str, known: Mapping[str, object], form: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(word.lower(), known, n=1)
    return f"Did you mean {form.format(near[0])}?" if near else f"There are {', '.join(map(form.format, known))}."


def _fits(key: str, value: object) -> bool:
    if key == "at_start":
        return isinstance(value, bool)
    if key in ("browser", "viewer"):
        return _is_command(value)
    if key == "pdf_folder":
        return isinstance(value, str)
    if key in ("every_hours", "gap", "pdf_max_mb"):
        return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e6
    return isinstance(value, str) and value.startswith(("https://", "http://"))


def _is_command(value: object) -> bool:
    if isinstance(value, list):
        return all(isinstance(word, str) for word in value) and (not value or bool(value[0]))
    try:
        return isinstance(value, str) and (not value or bool(shlex.split(value)))
    except ValueError:
        return False


def _line_of(text: str, section: str, key: str) -> int | None:
    """The line where a section begins, or a key of it stands, as far as that is plain to see."""
    current = ""
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if heading := re.match(r"\[\s*[\"']?([^\]\"']*?)[\"']?\s*\]", bare):
            current = heading[1]
            if not key and current.split(".")[0].strip() == section:
                return number
        elif assigned := re.match(r"[\"']?([\w.-]+)[\"']?\s*=", bare):
            name = f"{current}.{assigned[1]}" if current else assigned[1]
            if name == (f"{section}.{key}" if key else section):
                return number
    return None


def clock() -> Callable[[], datetime]:
    """The present time, aware. FEEDREADER_NOW (ISO 8601) is where it starts, to try things out. Raises ConfigError."""
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
