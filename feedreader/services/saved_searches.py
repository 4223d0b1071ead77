"""Saved searches: queries under a name. Those of the settings, in their order, then those saved in the reader.

The latter stand in `views.toml` beside the settings, a line `"name" = "query"` each; people may write there, too.
The program adds lines at the end and removes only its own; all else stays as it is. Behind them comes one that is made
for the reader once something was learned from her marks; it stands in no file, and one of hers with its name goes
before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from feedreader.config.kinds import Unfit, did_you_mean, read_saved_search
from feedreader.errors import ConfigError, ExportError, Fault, LibraryError, QueryError
from feedreader.library import Library
from feedreader.model import Problem, Query, Term
from feedreader.parse.lists.collector import ListedSearch
from feedreader.query.language import parse_query
from feedreader.services.interest import BEST_UNREAD, prepare, uses_interest
from feedreader.services.user_toml import UserToml
from feedreader.text import toml

SECTION = "views"
_BEGINNING = '# Searches saved in feedreader, each as "name" = "query".\n'


class SavedSearch(NamedTuple):
    """A query under a name. `own` ones stand in `views.toml`, others in the settings, one `made` for her nowhere."""

    name: str
    query: str
    own: bool
    made: bool = False


MADE = SavedSearch("Best unread", BEST_UNREAD, own=False, made=True)  # once something was learned
_HIDDEN = "best unread hidden"  # the state of the library that says that she removed it


class SearchPlaces(NamedTuple):
    """Where saved searches stand: those of the settings, the file that the program writes, and that of the settings."""

    settings: tuple[tuple[str, str], ...]
    path: Path
    settings_path: Path


class SavedSearches(NamedTuple):
    """The saved searches in order, and what is wrong with others, which are left out."""

    searches: tuple[SavedSearch, ...] = ()
    faults: tuple[Fault, ...] = ()

    def named(self, name: str) -> SavedSearch | None:
        """The search of a name, whatever its case."""
        return next((search for search in self.searches if key(search.name) == key(name)), None)

    def need(self, name: str) -> SavedSearch:
        """The search of a name. Raises ConfigError."""
        search = self.named(name)
        if search is None:
            known = [known.name for known in self.searches]
            remedy = did_you_mean(name, known) if known else "There are none yet. Press V in the reader to save one."
            raise ConfigError(f"No saved search “{name}”.", remedy)
        return search


def load(
    settings: Iterable[tuple[str, str]], path: Path, settings_path: Path, library: Library | None = None
) -> SavedSearches:
    """Those of the settings and of the file, if it is there, and what is made for the reader of a library. Raises
    ConfigError if the file is no TOML."""
    searches: dict[str, SavedSearch] = {}
    faults: list[Fault] = []
    for name, query in settings:
        error = _mistake(query)
        if error is not None:
            faults.append(_query_fault(_settings(settings_path), (SECTION, name), query, error))
        else:
            searches.setdefault(key(name), SavedSearch(name, query, False))
    faults += _read(UserToml.read(path), searches)
    known = {search.query for search in searches.values()}
    if library and MADE.query not in known and key(MADE.name) not in searches and _is_made_for(library):
        searches[key(MADE.name)] = MADE
    return SavedSearches(tuple(searches.values()), tuple(faults))


def _is_made_for(library: Library) -> bool:
    return library.interest.learned().profile is not None and not library.state(_HIDDEN)


def _settings(path: Path) -> UserToml:
    """The file of settings, which may have been broken since it was read."""
    with suppress(ConfigError):
        file = UserToml.read(path)
        if file.values:
            return file
    return UserToml(path, "")


def read(file: UserToml) -> SavedSearches:
    """The searches that stand in a file. Raises ConfigError if it is no TOML."""
    searches: dict[str, SavedSearch] = {}
    faults = _read(file, searches)
    return SavedSearches(tuple(searches.values()), tuple(faults))


def _read(file: UserToml, searches: dict[str, SavedSearch]) -> list[Fault]:
    """Put what stands in a file to the others, which are here by their keys; what is wrong with it."""
    faults: list[Fault] = []
    for keys, value in _entries(file):
        line = file.line(*keys)
        try:
            name, query = read_saved_search(keys[-1], value)
        except Unfit as unfit:
            faults.append(file.fault(line, *_unfit(keys, value, unfit)))
            continue
        other = searches.get(key(name))
        if (error := _mistake(query)) is not None:
            faults.append(_query_fault(file, keys, query, error))
        elif other is not None:
            elsewhere = "twice" if other.own else "in config.toml too"
            faults.append(file.fault(line, f"“{name}” is defined {elsewhere}", "Rename one of them."))
        else:
            searches[key(name)] = SavedSearch(name, query, True)
    return faults


def _entries(file: UserToml) -> Iterator[tuple[toml.Keys, object]]:
    """Names and what stands behind them: at the top, and under [views]."""
    for name, value in file.values.items():
        if name == SECTION and isinstance(value, dict):
            yield from (((SECTION, inner), query) for inner, query in value.items())
        else:
            yield (name,), value


def _unfit(keys: toml.Keys, value: object, unfit: Unfit) -> tuple[str, str]:
    """What is wrong with an entry, and what to do."""
    name = keys[-1]
    remedy = unfit.remedy or 'It should be a query in quotes: "name" = "query".'
    if isinstance(value, dict) and len(keys) == 1:
        meant = did_you_mean(name, [SECTION], "[{}]", remedy)
        if meant != remedy:
            return f"Unknown section [{name}]", meant
    return f"“{name}” {unfit.problem or f'is {toml.shown(value)}'}", remedy


def _mistake(query: str) -> QueryError | None:
    try:
        parse_query(query)
    except QueryError as error:
        return error
    return None


def _query_fault(file: UserToml, keys: toml.Keys, query: str, error: QueryError) -> Fault:
    return file.query_fault(file.line(*keys), query, error, f"the saved search “{keys[-1].strip()}”: ")


def is_search(name: str, query: str) -> bool:
    """Whether this can be saved."""
    try:
        return read_saved_search(name, query) == (name, query) and _mistake(query) is None
    except Unfit:
        return False


def key(name: str) -> str:
    """What all spellings of a name have in common."""
    return " ".join(name.split()).casefold()


# Counting ------------------------------------------------------------------------------------------------------------


def count(library: Library, query: str, is_wanted: Callable[[], bool] = lambda: True) -> tuple[int, int] | None:
    """How many papers a query finds, and how many of them are unread; None once that is not wanted any more. Others
    who read are let in between. Raises QueryError."""
    parsed = parse_query(query)
    if uses_interest(parsed):
        with suppress(LibraryError):
            prepare(library, parsed, in_order=False)
    if parsed.top:
        groups = [group for group, _ in library.papers.matches(parsed)]
        return sum(group.total for group in groups), sum(group.unread for group in groups)
    unread = Query((*parsed.terms, Term("is", "unread")))
    counts = [library.papers.count_in_turns(each, is_wanted) for each in (parsed, unread)]
    return (counts[0], counts[1]) if is_wanted() else None


# Saving --------------------------------------------------------------------------------------------------------------


def save(path: Path, name: str, query: str) -> None:
    """Put a search into the file, in place of one of the same name that is there.

    Raises ConfigError if that cannot be, ExportError if the file cannot be written.
    """
    try:
        name, query = read_saved_search(" ".join(name.split()), query)
    except Unfit as unfit:
        raise ConfigError(f"“{name}” is not a valid name for a saved search.", "Use printable characters.") from unfit
    file = UserToml.read(path)
    search = read(file).named(name)
    left = file if search is None else _without(file, search)
    left = left.added(f"{toml.written(name)} = {toml.quoted(query)}\n", _BEGINNING)
    searches = SavedSearches()
    with suppress(ConfigError):
        searches = read(left)
    if SavedSearch(name, query, True) not in searches.searches:
        raise ConfigError(f"Cannot add a saved search at the end of {path}.", "Add a line [views] there first.")
    left.write()


def save_listed(places: SearchPlaces, listed: Iterable[ListedSearch]) -> tuple[int, tuple[Problem, ...]]:
    """Save the searches of a list of subscriptions; how many are new, and what is wrong with others."""
    problems: list[Problem] = []
    try:
        known = {key(each.name): each.query for each in load(*places).searches}
        before, lines = len(known), ""
        for search in listed:
            if fault := _hindrance(search, known):
                problems.append(Problem(search.line, fault))
            elif key(search.name) not in known:
                known[key(search.name)] = search.query
                lines += f"{toml.written(' '.join(search.name.split()))} = {toml.quoted(search.query)}\n"
        if lines:
            left = UserToml.read(places.path).added(lines, _BEGINNING)
            if len(read(left).searches) != len(read(UserToml.read(places.path)).searches) + len(known) - before:
                raise ConfigError(
                    f"Cannot add saved searches at the end of {places.path}.", "Add a line [views] there first."
                )
            left.write()
    except (ConfigError, ExportError) as error:
        return 0, (*problems, Problem(None, f"Saved searches not imported. {error}"))
    return len(known) - before, tuple(problems)


def _hindrance(search: ListedSearch, known: Mapping[str, str]) -> str:
    """Why a search of a list cannot be saved beside those that are known; "" if it can be."""
    if (error := _mistake(search.query)) is not None:
        return f"Query “{search.name}” not imported: {error.message} ({search.stated})"
    if known.get(key(search.name), search.query) != search.query:
        return f"You already have another saved search “{search.name}”. Not imported: {search.query}"
    try:
        read_saved_search(search.name, search.query)
    except Unfit:
        return f"Query “{search.name}” not imported: use printable characters for its name. ({search.stated})"
    return ""


def remove(path: Path, name: str, library: Library | None = None) -> None:
    """Remove a search from the file; what is made for the reader of a library is not shown there any more. Raises
    ConfigError if it is not there, ExportError if it cannot be written."""
    file = UserToml.read(path)
    search = read(file).named(name)
    if search is None and library and key(name) == key(MADE.name) and _is_made_for(library):
        library.set_state(_HIDDEN, "yes")
        return
    if search is None:
        raise ConfigError(f"No saved search “{name}” in {path}.", "`feedreader views` lists them.")
    _without(file, search).write()


def _without(file: UserToml, search: SavedSearch) -> UserToml:
    """The file without a search that stands there. Raises ConfigError if more than its lines would go."""
    pairs = ((keys, keys[-1].strip(), value) for keys, value in _entries(file) if isinstance(value, str))
    keys = next(keys for keys, name, query in pairs if (name, query.strip()) == (search.name, search.query))
    left = file.without_pair(*keys)
    if left is None:
        problem = f"“{search.name}” shares its line with something else"
        raise ConfigError(file.fault(file.line(*keys), problem).message, "Remove it there.")
    return left
