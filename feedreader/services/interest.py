"""The reader's interest: what is pinned or banned in a file, and papers scored before they are listed. The command line
and the reader both call this; they say where the file is. It is TOML, a table a word or author:

    [[pin]]
    word = "score matching"

    [[ban]]
    author = "Ada Lovelace"

A paper by a pinned author, or with a pinned word, counts as more likely to be kept; with what is banned as less likely.
It is never hidden.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from feedreader.library.windows import START, Cursor
from feedreader.model import BEST, BY_INTEREST, BY_SOURCE, Query
from feedreader.query.language import names_interest, terms_of

if TYPE_CHECKING:
    from feedreader.errors import Fault
    from feedreader.library import Library
    from feedreader.services.user_toml import Listed, UserToml

WEEK = "day:7d -is:dismissed sort:interest"
BEST_UNREAD = "is:unread -is:shortlisted top:20"
MOST = 20_000  # papers of a list that are scored, the first
DONE = {"pin": "pinned", "ban": "banned"}
EFFECTS = tuple(DONE)
_KEYS = ("word", "author")
_EXAMPLES = {"word": "score matching", "author": "Ada Lovelace"}


# Papers --------------------------------------------------------------------------------------------------------------


def uses_interest(query: Query) -> bool:
    """Whether what a query finds, or its order, hangs on the interest of papers."""
    return bool(query.top) or query.sort in (BEST, BY_INTEREST) or names_interest(query)


def candidates(library: Library, query: Query, most: int, *, limit: int | None = None) -> list[int]:
    """The papers to score before a query that uses their interest is asked: all that it can find, the newest
    `most`; if no more than `limit` are listed by day, those of as many days.

    Raises QueryError if a regular expression takes too long.
    """
    terms = tuple(term for term in query.terms if not any(part.field == "interest" for part in terms_of((term,))))
    enough = most if limit is None or query.sort != BY_INTEREST or len(terms) < len(query.terms) else limit
    keys: list[int] = []
    cursor: Cursor | None = START
    while cursor is not None and len(keys) < enough:
        window = library.papers.window(Query(terms, BY_SOURCE), after=cursor, most=enough - len(keys))
        keys += (key for _, found in window.found for key in found)
        cursor = window.after
    return keys[:most]


def score_matches(library: Library, query: Query, most: int) -> int:
    """Score the papers that a query can find (see `candidates`); how many were not scored by this profile."""
    return library.interest.score(candidates(library, query, most))


def prepare(library: Library, query: Query, *, in_order: bool) -> None:
    """Before a query is asked that uses interest: score what it can find, and if `in_order`, let the order of days
    follow."""
    if not query.everything:
        from feedreader.library.interest import NEWEST

        score_matches(library, query, NEWEST)
    if in_order and query.sort == BY_INTEREST:
        library.interest.order()


def missing(library: Library) -> str:
    """What an order by interest lacks, in words; "" if nothing."""
    from feedreader.rank.profile import LEAST_KEPT

    if library.interest.learned().profile is not None:
        return ""
    kept = library.interest.counts()["kept"]
    if kept < LEAST_KEPT:
        return f"Keep {LEAST_KEPT} papers and the list can be ordered by interest ({kept} so far)."
    if library.read_only:
        return "The library is read-only: nothing can be learned from it."
    return "feedreader is still learning what interests you."


def bring_up_to_date(library: Library, keys: Callable[[], Iterable[int]], pause: Callable[[], object]) -> None:
    """Learn from the marks as they are, score these papers, if there is a profile, and let the order follow. `pause` is
    called again and again meanwhile."""
    if library.interest.learn().profile is not None:
        library.interest.score(keys(), pause=pause)
        library.interest.order()


# The file ------------------------------------------------------------------------------------------------------------


class Pinned(NamedTuple):
    """What is pinned or banned in a file, as it is written there, and what is wrong there. What is wrong counts for
    nothing; the rest holds."""

    pinned_words: tuple[str, ...] = ()
    banned_words: tuple[str, ...] = ()
    pinned_authors: tuple[str, ...] = ()
    banned_authors: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()


def apply_pins(library: Library, path: Path, *, remembered: bool = False) -> Pinned:
    """From now on this file says what is pinned or banned. Raises ConfigError; then what was applied last holds.

    So it does where it is `remembered` and there is no file: a cron job may know of another folder for it.
    """
    pinned = Pinned()
    if path.exists() or path.is_symlink():
        from feedreader.services.user_toml import UserToml

        pinned = read_pins(UserToml.read(path))
    elif remembered:
        return pinned
    library.interest.names = pinned[:4]
    return pinned


def read_pins(file: UserToml) -> Pinned:
    """What is pinned or banned in a file. Raises ConfigError if it is no TOML."""
    tables, faults = file.listed(EFFECTS, _KEYS, "preference")
    known: dict[tuple[str, str], tuple[str, str]] = {}  # by what it is compared as: pinned or banned, as it is written
    for table in tables:
        faults += _read_pin(file, table, known)
    faults.sort(key=lambda fault: fault.line or 0)

    def names(key: str, effect: str) -> tuple[str, ...]:
        return tuple(name for (of, _), (done, name) in known.items() if (of, done) == (key, effect))

    words, authors = ((names(key, "pin"), names(key, "ban")) for key in _KEYS)
    return Pinned(*words, *authors, tuple(faults))


def _read_pin(file: UserToml, table: Listed, known: dict[tuple[str, str], tuple[str, str]]) -> Iterator[Fault]:
    """Put what a table pins or bans to the rest, if it does so; what is wrong with it."""
    from feedreader.rank.features import author_key
    from feedreader.text import toml
    from feedreader.text.normalize import search_words

    keys = [key for key in _KEYS if key in table.values]
    if not keys and table.values:
        return  # with a key that is unknown, which is said
    if len(keys) != 1:
        problem = "A preference has either a word or an author" if keys else "This preference is empty"
        remedy = f"Write two [[{table.kind}]]." if keys else 'Add a line word = "…" or author = "…".'
        yield file.fault(table.heading, problem, remedy)
        return
    (key,) = keys
    name = table.values[key]
    text = " ".join(name.split()) if isinstance(name, str) else ""
    compared = (author_key if key == "author" else search_words)(text).strip()
    if not compared:
        needed = "have letters" if isinstance(name, str) else "be in quotes"
        remedy = f'It should {needed}: {key} = "{_EXAMPLES[key]}".'
        yield file.fault(table.line(key), f"“{key}” is {toml.shown(name)}", remedy)
    elif (before := known.get((key, compared))) is not None:
        how = "twice" if before[0] == table.kind else f"and {DONE[table.kind]}"
        yield file.fault(table.line(key), f"“{text}” is {DONE[before[0]]} {how}", "Remove one.")
    else:
        known[key, compared] = (table.kind, text)


def preferences(file: UserToml) -> tuple[str, ...]:
    """What is pinned or banned in a file, as `pin word score matching`. Raises ConfigError if it is no TOML."""
    pinned = read_pins(file)
    kinds = [(effect, key) for key in _KEYS for effect in EFFECTS]
    return tuple(
        f"{effect} {key} {name}" for (effect, key), names in zip(kinds, pinned, strict=False) for name in names
    )


def is_preference(name: str) -> bool:
    """Whether this is one, as `preferences` gives them."""
    effect, _, rest = name.partition(" ")
    key, _, text = rest.partition(" ")
    if effect not in EFFECTS or key not in _KEYS:
        return False
    from feedreader.services.user_toml import UserToml
    from feedreader.text import toml

    alone = UserToml(Path(), f"[[{effect}]]\n{key} = {toml.quoted(text)}\n")
    return preferences(alone) == (name,)


def without_preference(file: UserToml, name: str) -> UserToml | None:
    """The file without what is pinned or banned; None if it is not there, or shares its lines with something else."""
    effect, key, text = name.split(" ", 2)
    values = file.values.get(effect, [])
    tables = [table for table in file.tables if table.heading.keys == (effect,)]
    if not isinstance(values, list) or len(tables) != len(values):
        return None
    for place, each in enumerate(values):
        if " ".join(str(each.get(key, "")).split()) == text:
            return file.without_table(tables[place], effect, place)
    return None
