"""Saved searches: queries under a name. Those of the settings, in their order, then those saved in the reader.

The latter stand in `views.toml` beside the settings, a line `"name" = "query"` each; people may write there, too.
The program adds lines at the end and takes its own out; all else stays as it is.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from feedreader.config import toml
from feedreader.config.kinds import Unfit, nearest, read_saved_search
from feedreader.config.locating import lines_of
from feedreader.config.reading import parsed, text_of
from feedreader.errors import ConfigError, QueryError
from feedreader.library import Library
from feedreader.query.language import parse_query
from feedreader.system.atomic_write import write_atomically

SECTION = "views"
_BEGINNING = "# Views saved in feedreader: queries under names.\n"


class SavedSearch(NamedTuple):
    """A query under a name. `own` views stand in `views.toml`, the others in the settings."""

    name: str
    query: str
    own: bool


class Fault(NamedTuple):
    """What is wrong, in a sentence with its place and what to do; where it is in a query, at `position` in that."""

    words: str
    query: str = ""
    position: int = 0


class SavedSearches(NamedTuple):
    """The views in order, and what is wrong with others, which are left out."""

    views: tuple[SavedSearch, ...] = ()
    faults: tuple[Fault, ...] = ()

    def named(self, name: str) -> SavedSearch | None:
        """The view of a name, whatever its case."""
        wanted = _key(name)
        return next((view for view in self.views if _key(view.name) == wanted), None)

    def need(self, name: str) -> SavedSearch:
        """The view of a name. Raises ConfigError."""
        view = self.named(name)
        if view is None:
            known = [one.name for one in self.views]
            remedy = nearest(name, known) if known else "There are none yet: V in the reader saves one."
            raise ConfigError(f"There is no view “{name}”.", remedy)
        return view


def load(settings: Iterable[tuple[str, str]], file: Path, settings_file: Path) -> SavedSearches:
    """The views of the settings and of the file, if it is there. Raises ConfigError if it is no TOML."""
    found: list[SavedSearch] = []
    faults: list[Fault] = []
    lines: Mapping[tuple[str, ...], int] | None = None
    for name, query in settings:
        error = _mistake(query)
        if error is None and _named(found, name) is None:
            found.append(SavedSearch(name, query, False))
        elif error is not None:
            lines = _lines(settings_file) if lines is None else lines
            faults.append(_query_fault(settings_file, lines.get((SECTION, name)), name, query, error))
    with suppress(FileNotFoundError):
        file.lstat()
        _read(text_of(file), file, found, faults)
    return SavedSearches(tuple(found), tuple(faults))


def _lines(path: Path) -> Mapping[tuple[str, ...], int]:
    try:
        return lines_of(text_of(path))
    except (ConfigError, AssertionError):
        return {}


def read(text: str, path: Path) -> SavedSearches:
    """The views that a text in TOML has. `path` is only named. Raises ConfigError if it is no TOML."""
    found: list[SavedSearch] = []
    faults: list[Fault] = []
    _read(text, path, found, faults)
    return SavedSearches(tuple(found), tuple(faults))


def _read(text: str, path: Path, found: list[SavedSearch], faults: list[Fault]) -> None:
    said = parsed(path, text)
    lines = lines_of(text) if said else {}
    for where, value in _entries(said):
        name = where[-1]
        place = f"{path}, line {lines.get(where) or lines.get(where[:1]) or 1}"
        try:
            name, query = read_saved_search(name, value)
        except Unfit as unfit:
            faults.append(Fault(f"{place}: {_unfit(where, value, unfit)}"))
            continue
        error = _mistake(query)
        other = _named(found, name)
        if error is not None:
            faults.append(_query_fault(path, lines.get(where), name, query, error))
        elif other is not None:
            elsewhere = "twice" if other.own else "in the settings, too"
            faults.append(Fault(f"{place}: “{name}” stands there {elsewhere}. Give one of them another name."))
        else:
            found.append(SavedSearch(name, query, True))


def _entries(said: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], object]]:
    """Names and what stands behind them: at the top, and under [views]."""
    for name, value in said.items():
        if name == SECTION and isinstance(value, dict):
            yield from (((SECTION, inner), one) for inner, one in value.items())
        else:
            yield (name,), value


def _unfit(where: tuple[str, ...], value: object, unfit: Unfit) -> str:
    name = where[-1]
    remedy = unfit.remedy or 'It should be a query in quotes: "name" = "query".'
    if isinstance(value, dict) and len(where) == 1:
        meant = nearest(name, [SECTION], "[{}]", remedy)
        if meant != remedy:
            return f"[{name}] is no section. {meant}"
    return f"“{name}” {unfit.problem or f'is {toml.shown(value)}'}. {remedy}"


def _mistake(query: str) -> QueryError | None:
    try:
        parse_query(query)
    except QueryError as error:
        return error
    return None


def _query_fault(path: Path, line: int | None, name: str, query: str, error: QueryError) -> Fault:
    place = f"{path}, line {line}" if line else str(path)
    return Fault(f"{place}: the view “{name}”: {error}", query, error.position)


def _named(views: Iterable[SavedSearch], name: str) -> SavedSearch | None:
    return next((view for view in views if _key(view.name) == _key(name)), None)


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()


# Counting ------------------------------------------------------------------------------------------------------------


def count(library: Library, query: str) -> tuple[int, int]:
    """How many papers a query finds, and how many of them are unread. Raises QueryError."""
    found = [group for group, _ in library.papers.matches(parse_query(query))]
    return sum(group.total for group in found), sum(group.unread for group in found)


# Saving --------------------------------------------------------------------------------------------------------------


def save(file: Path, name: str, query: str) -> None:
    """Put a view into the file, in place of one of the same name that is there.

    Raises ConfigError if that cannot be, ExportError if the file cannot be written.
    """
    name = " ".join(name.split())
    try:
        name, query = read_saved_search(name, query)
    except Unfit as unfit:
        raise ConfigError(f"“{name}” cannot be the name of a view.", "Write a name that can be shown.") from unfit
    text = _raw(file)
    known = read(toml.plain(text), file).named(name)
    left = text if known is None else _without(text, known.name, file)
    wanted = (name, query)
    written = _with(left, name, query)
    if wanted not in [(view.name, view.query) for view in read(toml.plain(written), file).views]:
        raise ConfigError(f"{file}: a view cannot be put at its end.", "Put [views] there.")
    _write(file, written)


def remove(file: Path, name: str) -> None:
    """Take a view out of the file. Raises ConfigError if it is not there, ExportError if it cannot be written."""
    text = _raw(file)
    view = read(toml.plain(text), file).named(name)
    if view is None:
        raise ConfigError(f"{file} has no view “{name}”.", "`feedreader views` lists them.")
    _write(file, _without(text, view.name, file))


def _raw(file: Path) -> str:
    """The file as it is; "" if there is none."""
    try:
        file.lstat()
    except OSError:
        return ""
    text_of(file)  # says what is wrong if it cannot be read
    return file.read_bytes().decode("utf-8")


def _with(text: str, name: str, query: str) -> str:
    """The text with a view at its end."""
    end = "\r\n" if "\r\n" in text else "\n"
    before = text or _BEGINNING
    if not before.endswith("\n"):
        before += end
    return f"{before}{toml.written(name)} = {toml.quoted(query)}{end}"


def _without(text: str, name: str, file: Path) -> str:
    """The text without the lines of a view, and nothing else gone. Raises ConfigError if that cannot be."""
    plain = toml.plain(text)
    said = tomllib.loads(plain)
    where = next(w for w, _ in _entries(said) if _key(w[-1]) == _key(name))
    home = said[SECTION] if len(where) > 1 else said
    home.pop(where[-1])
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)
    start = lines_of(plain)[where] - 1
    for behind in range(start + 1, len(lines) + 1):
        left = "".join((*lines[:start], *lines[behind:]))
        with suppress(tomllib.TOMLDecodeError):
            if tomllib.loads(toml.plain(left)) == said:
                return left
    raise ConfigError(f"{file}, line {start + 1}: “{name}” does not stand on lines of its own.", "Take it out there.")


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{file.parent} cannot be made: {error.strerror or error}.", "Is it yours?") from error
    write_atomically(file, [text])
