"""What can be wrong with a library that opens: the checks of `feedreader doctor`.

Each is SQL that finds the rows, or a function that goes through them a few hundred at a time. What sources said is
compared with the fingerprint that it was stored with; all that is worked out from it, with it.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from itertools import groupby
from typing import Any, NamedTuple

from feedreader.library import order
from feedreader.library.connection import chunks, placeholders
from feedreader.library.entry_rows import ARXIV_ID, DAY, entry_of, was_stored_as
from feedreader.library.marks import united
from feedreader.library.rows import MARK_COLUMNS, journal_of, marks_of, mentions_of, revisions_of
from feedreader.library.schema import has_index, is_index_outdated
from feedreader.library.search.index import is_ordered, misnumbered, newest_from, unlike_documents, unnumbered
from feedreader.library.stored_entries import COLUMNS_OF_E
from feedreader.merge.identity import arxiv_key, keys_of
from feedreader.model import MARKS
from feedreader.text.display import counted

REPAIR = "`feedreader doctor --repair` mends this."
RESTORE = "Restore a backup or one of the copies."
_AT_ONCE = 500  # rows
LOST = "NOT EXISTS (SELECT 1 FROM entries e WHERE e.paper = p.id)"
HOMELESS = "NOT EXISTS (SELECT 1 FROM groups g WHERE g.id = p.grp)"
TELLING = "(arxiv_id IS NOT NULL OR doi IS NOT NULL OR (abstract IS NOT NULL AND title IS NOT NULL))"  # makes a paper
APART = "e.paper IS NOT NULL AND (e.forgotten IS NOT NULL OR NOT EXISTS (SELECT 1 FROM papers WHERE id = e.paper))"
MISCOUNTED = """FROM groups g WHERE (g.total, g.unread, g.shortlisted, g.highlighted) <>
    (SELECT count(*), ifnull(sum(read = 0), 0), ifnull(sum(shortlisted), 0), ifnull(sum(highlighted), 0)
     FROM papers WHERE grp = g.id)"""
UNFINDABLE = "doc > 0 AND doc NOT IN (SELECT id FROM search_docsize)"
JOINED_WRONGLY = """FROM (SELECT paper FROM entries WHERE paper IS NOT NULL AND arxiv_id IS NOT NULL
    GROUP BY paper HAVING count(DISTINCT arxiv_id) > 1)"""
TELLING_PAPER = "(p.arxiv_id IS NOT NULL OR p.doi IS NOT NULL OR p.title IS NOT NULL)"
_SAID = "(SELECT 1 FROM entries e WHERE e.paper = p.id AND e."
UNLIKE = f"""FROM papers p JOIN groups g ON g.id = p.grp
    WHERE NOT {LOST} AND (NOT EXISTS {_SAID}name = p.name)
    OR (ifnull(p.title, '') <> '' AND NOT EXISTS {_SAID}title = p.title))
    OR NOT EXISTS {_SAID}authors = p.authors)
    OR (p.arxiv_id IS NOT NULL AND NOT EXISTS {_SAID}arxiv_id = p.arxiv_id))
    OR (p.arxiv_id IS NULL AND EXISTS {_SAID}arxiv_id IS NOT NULL))
    OR (g.day IS NOT NULL AND NOT EXISTS {_SAID}day = g.day))
    OR (p.abstract_entry IS NOT NULL AND NOT EXISTS {_SAID}id = p.abstract_entry))
    OR (p.abstract_entry IS NULL AND EXISTS {_SAID}abstract <> ''))
    OR NOT EXISTS (SELECT 1 FROM entries e JOIN sources s ON s.id = e.source
        WHERE e.paper = p.id AND p.place IN (s.place, {order.PLACE_OF_RANK}))
    OR p.category_order = '')"""
SOURCELESS = """FROM (SELECT source FROM entries UNION SELECT source FROM subscriptions)
    WHERE source NOT IN (SELECT id FROM sources)"""
MISPLACED = """FROM (SELECT id, place, max(place) OVER (ORDER BY name, path ROWS BETWEEN UNBOUNDED PRECEDING
    AND 1 PRECEDING) AS before FROM sources) WHERE place <= before"""
UNREADABLE_STEPS = "FROM steps WHERE undone_at IS NULL AND NOT json_valid(changes)"
DAYS = {"groups": ("day",), "entries": ("day",), "batches": ("day",), "backfills": ("first", "last")}
TIMES = {  # and whether a row can do without it
    "marks": {"at": False},
    "steps": {"at": False, "undone_at": True},
    "sources": {"imported_at": False},
    "subscriptions": {"added_at": False, "last_success": True, "last_news": True, "failing_since": True},
    "addresses": {"not_before": True},
    "looked_up": {"at": False},
    "pdfs": {"at": False},
    "zotero": {"at": False},
    "papers": {"shortlisted_at": True},
}
TEXTS = {  # of people's words; what else is text has no letters beyond ASCII
    "papers": (
        "name",
        "title",
        "authors",
        "url",
        "tldr",
        "comment",
        "journal",
        "categories",
        "sources",
        "mentions",
        "place",
        "category_order",
        "title_order",
    ),
    "entries": (
        "name",
        "title",
        "authors",
        "abstract",
        "tldr",
        "comment",
        "url",
        "guid",
        "journal",
        "categories",
        "mentions",
        "quotes",
    ),
    "marks": (
        "name",
        "kind",
        "value",
    ),
    "steps": (
        "label",
        "changes",
        "rule",
    ),
    "sources": (
        "path",
        "name",
        "title",
        "collection",
        "place",
    ),
    "groups": (
        "collection",
        "section",
    ),
    "subscriptions": (
        "target",
        "folder",
        "error",
    ),
    "settings": (
        "name",
        "value",
    ),
}
RECORDED = [name for name, mark in MARKS.items() if not mark.since]
UNSORTED = "title_order IS NOT title_order_of(CAST(title AS BLOB))"
NUMBERS: Mapping[str, Mapping[str, int | None]] = {  # and what stands for one that cannot be read
    "entries": {"position": 0, "announced": 0, "version": None, "line": None},
    "papers": {
        "position": 0,
        "read": 0,
        "shortlisted": 0,
        "opened": 0,
        "dismissed": 0,
        "highlighted": 0,
        "muted": 0,
        "version": None,
        "abstract_entry": None,
        "scored": 0,
        "interest_order": 0,
    },
    "groups": {"total": 0, "unread": 0, "shortlisted": 0, "highlighted": 0},
}
SHAPES: Mapping[str, Mapping[str, Callable[[str], object]]] = {  # columns that hold several things, and what reads them
    "entries": {"journal": journal_of},
    "papers": {"journal": journal_of, "mentions": mentions_of, "revisions": revisions_of},
}
ORPHANS = (
    ("keys", "entry NOT IN (SELECT id FROM entries)"),
    ("ruled", "paper NOT IN (SELECT id FROM papers) OR rule NOT IN (SELECT id FROM rules)"),
    ("unruled", "paper NOT IN (SELECT id FROM papers)"),
    ("messages", "source NOT IN (SELECT id FROM sources)"),
)

Progress = Callable[[str], None]


class Defect(NamedTuple):
    """Something wrong: its kind, how many things it is about, and what to do."""

    kind: str
    number: int
    problem: str
    remedy: str

    @property
    def is_mendable(self) -> bool:
        return self.remedy.startswith(REPAIR)


class _Check(NamedTuple):
    kind: str
    where: str  # SQL
    words: str  # with {} for the number
    noun: str
    remedy: str = REPAIR


_CHECKS = (
    _Check("papers-without-entries", f"FROM papers p WHERE {LOST}", "{} that no source mentions", "paper"),
    _Check("papers-without-day", f"FROM papers p WHERE {HOMELESS}", "{} in no day or collection", "paper"),
    _Check("entries-of-no-paper", f"FROM entries e WHERE {APART}", "{} of a paper that is not there", "entry"),
    _Check(
        "entries-in-no-paper",
        f"FROM entries WHERE forgotten IS NULL AND paper IS NULL AND {TELLING}",
        "{} in no paper",
        "entry",
    ),
    _Check("wrong-joins", JOINED_WRONGLY, "{} made of entries with different arXiv ids", "paper"),
    _Check("papers-unlike-entries", UNLIKE, "{} unlike what their sources say", "paper"),
    _Check("wrong-counts", MISCOUNTED, "{} with wrong numbers of papers", "day or collection"),
    _Check("entries-without-source", SOURCELESS, "{} missing that papers or subscriptions belong to", "source"),
    _Check("misplaced-sources", MISPLACED, "{} in the wrong place among the others", "source"),
    _Check("unreadable-steps", UNREADABLE_STEPS, "{} of the undo history cannot be read", "step"),
    _Check(
        "partial-sources",
        "FROM sources WHERE partial AND forgotten IS NULL",
        "{} only partly imported",
        "source",
        "Import or refresh again; `feedreader sources` names them.",
    ),
)
_INDEX_CHECKS = (
    _Check("waiting-for-index", "FROM papers WHERE doc < 0", "{} not in the search index yet", "paper"),
    _Check("missing-in-index", f"FROM papers WHERE {UNFINDABLE}", "{} missing in the search index", "paper"),
)
_NEWEST_CHECK = _Check(
    "missing-among-newest",
    "FROM papers WHERE doc >= {} AND doc NOT IN (SELECT id FROM newest_docsize)",
    "{} missing in the search index of the newest days",
    "paper",
)
_MANY = {"entry": "entries", "day or collection": "days or collections"}


def defects(connection: sqlite3.Connection, progress: Progress) -> Iterator[Defect]:
    """All that is wrong."""
    ready(connection)
    progress("Checking the library")
    yield from _unreadable(connection)
    for check in _CHECKS:
        yield from _found(connection, check)
    yield from _orphans(connection)
    yield from _entries(connection, progress)
    progress("Checking your marks")
    yield from _marks(connection)
    progress("Checking the order of papers")
    yield from _orders(connection)
    progress("Checking the search index")
    yield from _index(connection)


def ready(connection: sqlite3.Connection) -> None:
    """Give a connection the functions that the checks need, and let it read text with damaged letters."""
    connection.text_factory = readable
    for name, function in (("is_day", _is_day), ("is_time", _is_time), ("is_text", _is_text)):
        connection.create_function(name, 1, function, deterministic=True)
    for column, read in (each for columns in SHAPES.values() for each in columns.items()):
        connection.create_function(f"is_{column}", 1, _is_shape(read), deterministic=True)
    connection.create_function("title_order_of", 1, _title_order, deterministic=True)


def readable(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _is_day(text: bytes | None) -> bool:
    try:
        return text is None or date.fromisoformat(text.decode()).isoformat().encode() == text
    except ValueError:
        return False


def _is_time(text: bytes | None) -> bool:
    try:
        return text is None or datetime.fromisoformat(text.decode()).tzinfo is not None
    except ValueError:
        return False


def _is_text(text: bytes) -> bool:
    try:
        text.decode()
    except ValueError:
        return False
    return True


def _title_order(title: bytes | None) -> str:
    return order.title_order(None if title is None else readable(title))


def bad_day(column: str) -> str:
    """The condition for rows in which this is no day."""
    return f"NOT is_day(CAST({column} AS BLOB))"


def bad_time(column: str) -> str:
    return f"NOT is_time(CAST({column} AS BLOB))"


def bad_text(table: str) -> str:
    """The condition for rows with a text that is none."""
    columns = TEXTS[table]
    types = " OR ".join(f"typeof({column}) NOT IN ('text', 'null')" for column in columns)
    parts = " || ".join(f"ifnull({column}, '')" for column in columns)
    numbers = "".join(f" OR typeof({column}) NOT IN ('integer', 'null')" for column in NUMBERS.get(table, ()))
    shapes = "".join(f" OR {bad_shape(column)}" for column in SHAPES.get(table, ()))
    return f"({types} OR NOT is_text(CAST({parts} AS BLOB)){numbers}{shapes})"


def bad_shape(column: str) -> str:
    """The condition for rows in which this does not hold what it should."""
    return f"NOT is_{column}(CAST({column} AS BLOB))"


def _is_shape(read: Callable[[str], object]) -> Callable[[bytes | None], bool]:
    def is_shape(text: bytes | None) -> bool:
        try:
            return text is None or read(text.decode()) is not False
        except ValueError:
            return False

    return is_shape


def _unreadable(connection: sqlite3.Connection) -> Iterator[Defect]:
    days = [(table, bad_day(column)) for table, columns in DAYS.items() for column in columns]
    times = [(table, bad_time(column)) for table, columns in TIMES.items() for column in columns]
    for kind, wheres, noun in (
        ("bad-days", days, "date"),
        ("bad-times", times, "time"),
        ("unreadable-text", [(table, bad_text(table)) for table in TEXTS], "row"),
    ):
        number = sum(_count(connection, f"FROM {table} WHERE {where}") for table, where in wheres)
        if number:
            yield Defect(kind, number, f"{counted(number, f'unreadable {noun}')}.", REPAIR)


def _count(connection: sqlite3.Connection, where: str) -> int:
    return int(connection.execute(f"SELECT count(*) {where}").fetchone()[0])


def _found(connection: sqlite3.Connection, check: _Check) -> Iterator[Defect]:
    if number := _count(connection, check.where):
        things = counted(number, check.noun, _MANY.get(check.noun, ""))
        yield Defect(check.kind, number, f"{check.words.format(things)}.", check.remedy)


def _orphans(connection: sqlite3.Connection) -> Iterator[Defect]:
    (keys, of_keys), *others = ORPHANS
    yield from _found(
        connection, _Check("keys-without-entries", f"FROM {keys} WHERE {of_keys}", "{} of no entry", "key")
    )
    if number := sum(_count(connection, f"FROM {table} WHERE {where}") for table, where in others):
        yield Defect(
            "orphans", number, f"{counted(number, 'leftover')} of papers, rules or sources that are gone.", REPAIR
        )


# Entries: are they as they were stored, and found by their keys? -----------------------------------------------------


def _entries(connection: sqlite3.Connection, progress: Progress) -> Iterator[Defect]:
    all_entries, changed, keyless, done = _count(connection, "FROM entries"), 0, 0, 0
    for rows in entry_rows(connection):
        changed += len(changed_entries(rows))
        keyless += _keyless(connection, rows)
        done += len(rows)
        progress(f"Checking entries: {done:,} of {all_entries:,}")
    if changed:
        entries = counted(changed, "entry", "entries")
        again = f"{REPAIR} Then import or refresh their sources again."
        yield Defect("changed-entries", changed, f"{entries} changed since they were stored.", again)
    if keyless:
        entries = counted(keyless, "entry", "entries")
        yield Defect("entries-without-keys", keyless, f"{entries} without the keys by which they are merged.", REPAIR)


def entry_rows(connection: sqlite3.Connection) -> Iterator[list[tuple[Any, ...]]]:
    """Keys, fingerprints and ENTRY_COLUMNS of all entries, a few hundred at a time."""
    last = -1
    select = f"SELECT e.id, e.fingerprint, {COLUMNS_OF_E} FROM entries e WHERE e.id > ? ORDER BY e.id LIMIT {_AT_ONCE}"
    while rows := connection.execute(select, (last,)).fetchall():
        yield rows
        last = rows[-1][0]


def changed_entries(rows: Iterable[tuple[Any, ...]]) -> list[int]:
    """Those of these entries that are not as they were stored; a fingerprint of 0 says that this is known."""
    return [ref for ref, stored, *row in rows if stored and not was_stored_as(stored, tuple(row))]


def _keyless(connection: sqlite3.Connection, rows: Sequence[tuple[Any, ...]]) -> int:
    """How many of these entries lack the key of their arXiv id or, if they have none, all keys."""
    wanted: dict[int, set[int]] = {}
    for ref, _, *row in rows:
        arxiv_id, days = row[ARXIV_ID], row[DAY]
        if arxiv_id:
            wanted[ref] = {arxiv_key(arxiv_id)}
        elif _is_day(days.encode() if isinstance(days, str) else days):
            wanted[ref] = set(keys_of(entry_of(tuple(row))))
    keys = {key for each in wanted.values() for key in each}
    found: defaultdict[int, set[int]] = defaultdict(set)
    for chunk in chunks(sorted(keys)):
        among = f"key IN ({placeholders(len(chunk))}) AND entry BETWEEN ? AND ?"
        for key, ref in connection.execute(
            f"SELECT key, entry FROM keys WHERE {among}", (*chunk, rows[0][0], rows[-1][0])
        ):
            found[ref].add(key)
    return sum(bool(each) and found[ref].isdisjoint(each) for ref, each in wanted.items())


# Marks: does the list show what is stored? ---------------------------------------------------------------------------


def _marks(connection: sqlite3.Connection) -> Iterator[Defect]:
    if lost := sum(_count(connection, f"FROM papers p WHERE {unrecorded(name)}") for name in RECORDED):
        yield Defect("marks-without-record", lost, f"{counted(lost, 'mark')} shown but not recorded.", REPAIR)
    if unlike := sum(1 for _ in unlike_marks(connection)):
        yield Defect("wrong-marks", unlike, f"{counted(unlike, 'paper')} shown with other marks than you made.", REPAIR)


def unrecorded(name: str) -> str:
    """The condition for papers p that have a mark in the list alone."""
    mark = MARKS[name]
    return f"""ifnull(p.{mark.column}, '') NOT IN ('', 0) AND NOT EXISTS (
        SELECT 1 FROM entries e JOIN marks m ON m.name = e.name AND m.kind = '{name}' WHERE e.paper = p.id)
        AND NOT EXISTS (SELECT 1 FROM marks m WHERE m.name = p.name AND m.kind = '{name}')"""


def unlike_marks(connection: sqlite3.Connection) -> Iterator[int]:
    """Papers whose columns show other marks than those that stand under their names."""
    stored = connection.execute(
        """SELECT DISTINCT e.paper, m.at, m.name, m.kind, m.value
           FROM marks m CROSS JOIN entries e ON e.name = m.name WHERE e.paper IS NOT NULL ORDER BY e.paper"""
    )
    for paper, marks in groupby(stored, key=lambda row: row[0]):
        shown = connection.execute(f"SELECT {MARK_COLUMNS} FROM papers p WHERE p.id = ?", (paper,)).fetchone()
        with suppress(ValueError):  # of a time that can't be read
            if shown and marks_of(shown) != united(row[1:] for row in marks):
                yield paper


# Orders and the search index -----------------------------------------------------------------------------------------


def _orders(connection: sqlite3.Connection) -> Iterator[Defect]:
    number = len(misplaced_categories(connection))
    if is_ordered(connection):  # otherwise it is written with the index
        number = max(number, _count(connection, f"FROM papers WHERE {UNSORTED}"))
    if number:
        yield Defect("wrong-order", number, f"{counted(number, 'paper')} in the wrong place when sorted.", REPAIR)


def misplaced_categories(connection: sqlite3.Connection) -> dict[int, str]:
    """Papers with the wrong `category_order`, and the right one."""
    ranks = order.category_ranks(connection)
    if order.moves(connection)[0] is not None:
        return {}  # that is about to change
    first = "substr(categories, 1, instr(categories || char(10), char(10)) - 1)"
    wrong: dict[int, str] = {}
    for stored, category in connection.execute(f"SELECT DISTINCT category_order, {first} FROM papers").fetchall():
        if (wanted := order.category_order(category, ranks)) != stored:
            keys = connection.execute(
                f"SELECT id FROM papers WHERE category_order = ? AND {first} = ?", (stored, category)
            )
            wrong |= dict.fromkeys((key for (key,) in keys), wanted)
    return wrong


def _index(connection: sqlite3.Connection) -> Iterator[Defect]:
    if not has_index(connection):
        return
    for check in _INDEX_CHECKS:
        yield from _found(connection, check)
    if is_index_outdated(connection):
        return  # a new one will be written
    if number := len(unnumbered(connection)) + sum(1 for _ in misnumbered(connection)):
        yield Defect("wrong-numbers", number, "The search index is numbered wrongly.", REPAIR)
    if number := len(unlike_documents(connection, "search")):
        yield Defect("wrong-index", number, "The search index does not fit the papers.", REPAIR)
    yield from _newest(connection)


def _newest(connection: sqlite3.Connection) -> Iterator[Defect]:
    lowest = newest_from(connection)
    if (lowest is not None) != _has_table(connection, "newest"):
        yield Defect("missing-among-newest", 1, "The search index of the newest days is missing.", REPAIR)
    elif lowest is not None:
        yield from _found(connection, _NEWEST_CHECK._replace(where=_NEWEST_CHECK.where.format(lowest)))
        if number := len(unlike_documents(connection, "newest", lowest)):
            yield Defect("wrong-newest", number, "The search index of the newest days does not fit the papers.", REPAIR)


def _has_table(connection: sqlite3.Connection, name: str) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)).fetchone() is not None
