"""The file's sizes and its health: what is large, what is wrong, and mending what the entries can tell (see `schema`).

Marks are never touched. What sources said can't be made anew: where that is damaged, only a copy helps.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from feedreader.library import marks
from feedreader.library.connection import Part
from feedreader.library.entry_rows import ENTRY_COLUMNS
from feedreader.library.schema import COMPACT, has_index, set_state, write_copy
from feedreader.library.search.index import drop_newest, newest_from
from feedreader.text.display import counted

_REPAIR = "`feedreader doctor --repair` mends this."
_RESTORE = "Restore a backup or one of the copies."
_MOST = 100  # faults that SQLite is asked for
_LOST = "NOT EXISTS (SELECT 1 FROM entries e WHERE e.paper = p.id)"
_HOMELESS = "NOT EXISTS (SELECT 1 FROM groups g WHERE g.id = p.grp)"
_TELLING = "(arxiv_id IS NOT NULL OR doi IS NOT NULL OR (abstract IS NOT NULL AND title IS NOT NULL))"  # makes a paper
_APART = "e.paper IS NOT NULL AND (e.forgotten IS NOT NULL OR NOT EXISTS (SELECT 1 FROM papers WHERE id = e.paper))"
_MISCOUNTED = """FROM groups g WHERE (g.total, g.unread, g.shortlisted, g.highlighted) <>
    (SELECT count(*), ifnull(sum(read = 0), 0), ifnull(sum(shortlisted), 0), ifnull(sum(highlighted), 0)
     FROM papers WHERE grp = g.id)"""
_UNFINDABLE = "doc > 0 AND doc NOT IN (SELECT id FROM search_docsize)"


class _Check(NamedTuple):
    kind: str
    where: str  # SQL
    words: str  # with {} for the number
    noun: str
    remedy: str = _REPAIR


_CHECKS = (
    _Check("papers-without-entries", f"FROM papers p WHERE {_LOST}", "{} of which no source says anything", "paper"),
    _Check("papers-without-day", f"FROM papers p WHERE {_HOMELESS}", "{} in no day or collection", "paper"),
    _Check("entries-of-no-paper", f"FROM entries e WHERE {_APART}", "{} of a paper that is not there", "entry"),
    _Check(
        "entries-in-no-paper",
        f"FROM entries WHERE forgotten IS NULL AND paper IS NULL AND {_TELLING}",
        "{} in no paper",
        "entry",
    ),
    _Check("wrong-counts", _MISCOUNTED, "{} with wrong numbers of papers", "day or collection"),
    _Check(
        "keys-without-entries",
        "FROM keys k WHERE NOT EXISTS (SELECT 1 FROM entries WHERE id = k.entry)",
        "{} of entries that are not there",
        "key",
    ),
    _Check(
        "entries-without-source",
        "FROM entries e WHERE NOT EXISTS (SELECT 1 FROM sources WHERE id = e.source)",
        "{} without a source",
        "entry",
        _RESTORE,
    ),
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
    _Check("missing-in-index", f"FROM papers WHERE {_UNFINDABLE}", "{} missing in the search index", "paper"),
)
_NEWEST_CHECK = _Check(
    "missing-among-newest",
    "FROM papers WHERE doc >= {} AND doc NOT IN (SELECT id FROM newest_docsize)",
    "{} missing in the search index of the newest days",
    "paper",
)
_MANY = {"entry": "entries", "day or collection": "days or collections"}


class Defect(NamedTuple):
    """Something wrong: its kind, how many things it is about, and what to do."""

    kind: str
    number: int
    problem: str
    remedy: str

    @property
    def is_mendable(self) -> bool:
        return self.remedy == _REPAIR


class Sizes(NamedTuple):
    """Bytes on the disk. `parts` are those of the file, the largest first, as far as SQLite can tell them apart; `text`
    is what sources said, as plain text. `dead` of the `documents` in the search index are of no paper any more."""

    file: int
    log: int
    parts: dict[str, int]
    text: int
    papers: int
    documents: int
    dead: int


class HealthPart(Part):
    """What `feedreader doctor` asks and does. Reading makes nobody wait."""

    def sizes(self) -> Sizes:
        """Raises LibraryError where the file is damaged."""
        path = self._database.path
        columns = " + ".join(f"ifnull(sum(length(CAST({name} AS BLOB))), 0)" for name in ENTRY_COLUMNS)
        with self._database.snapshot() as connection:
            (text,) = connection.execute(f"SELECT {columns} FROM entries").fetchone()
            (papers,) = connection.execute("SELECT count(*) FROM papers").fetchone()
            documents = dead = 0
            if has_index(connection):
                (documents,) = connection.execute("SELECT count(*) FROM search_docsize").fetchone()
                (alive,) = connection.execute(
                    "SELECT count(*) FROM papers WHERE doc IN (SELECT id FROM search_docsize)"
                ).fetchone()
                dead = documents - alive
            parts = _parts(connection)
        return Sizes(_size(path), _size(Path(f"{path}-wal")), parts, text, papers, documents, dead)

    def defects(self) -> list[Defect]:
        """All that is wrong; of a file that is damaged, that alone."""
        with self._database.snapshot() as connection:
            if said := _damage(connection):
                return [damaged(said)]
            checks = [*_CHECKS, *(_INDEX_CHECKS if has_index(connection) else ())]
            if (lowest := newest_from(connection)) is not None:
                checks.append(_NEWEST_CHECK._replace(where=_NEWEST_CHECK.where.format(lowest)))
            return [defect for check in checks if (defect := _found(connection, check))]

    def copy(self) -> Path:
        """A copy beside the file, before it is mended."""
        path = self._database.path
        target = path.with_name(f"{path.name}.before-repair-{self._now():%Y%m%d-%H%M%S}")
        with self._database.snapshot() as connection:
            write_copy(connection, target)
        return target

    def loosen(self) -> list[int]:
        """Take out what hangs on nothing, and let entries go that are in no paper, or in a wrong one: those that are to
        be merged anew."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM keys WHERE entry NOT IN (SELECT id FROM entries)")
            connection.execute(f"DELETE FROM papers AS p WHERE {_HOMELESS}")
            loose = [
                ref
                for (ref,) in connection.execute(
                    f"""SELECT id FROM entries WHERE forgotten IS NULL AND
                        (paper IN (SELECT e.paper FROM entries e WHERE {_APART}) OR (paper IS NULL AND {_TELLING}))"""
                )
            ]
            connection.execute(f"UPDATE entries AS e SET paper = NULL WHERE {_APART}")
            connection.execute(f"DELETE FROM papers AS p WHERE {_LOST}")
            connection.execute("DELETE FROM ruled WHERE paper NOT IN (SELECT id FROM papers)")
        return loose

    def recount(self) -> None:
        """Let days and collections say how many papers they have, and papers that search can't find wait for it."""
        with self._database.write() as connection:
            marks.settle(connection, (), [group for (group,) in connection.execute(f"SELECT g.id {_MISCOUNTED}")])
            if has_index(connection):
                drop_newest(connection)  # it is soon written anew
                connection.execute(f"UPDATE papers SET doc = -doc WHERE {_UNFINDABLE}")

    def renew_index(self) -> None:
        """Let the search index be written anew, without dead documents (see `Library.index`)."""
        with self._database.write() as connection:
            set_state(connection, COMPACT, "1")

    def compact(self) -> bool:
        """Write the file anew without gaps, and empty its log; False if other programs are still reading the log."""
        return self._database.compact()


def damaged(said: str) -> Defect:
    return Defect("damaged", 1, f"The file is damaged: {said.rstrip('.')}.", _RESTORE)


def copies(path: Path) -> dict[Path, int]:
    """The copies that were made of a library before it was changed, the oldest first."""
    found: dict[Path, int] = {}
    with suppress(OSError):
        for copy in sorted(path.parent.glob(f"{path.name}.before-*"), key=lambda copy: copy.stat().st_mtime):
            found[copy] = _size(copy)
    return found


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _damage(connection: sqlite3.Connection) -> str:
    """What SQLite finds wrong with the pages of the file; "" if nothing."""
    try:
        rows = [row for (row,) in connection.execute(f"PRAGMA quick_check({_MOST})") if row != "ok"]
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as error:
        rows = [str(error)]
    said = [line for row in rows for line in row.splitlines() if not line.startswith("***")]
    more = "" if len(said) < 2 else f", and {len(said) - 1} more" if len(said) < _MOST else ", and more"
    return f"{said[0]}{more}" if said else ""


def _found(connection: sqlite3.Connection, check: _Check) -> Defect | None:
    (number,) = connection.execute(f"SELECT count(*) {check.where}").fetchone()
    if not number:
        return None
    things = counted(number, check.noun, _MANY.get(check.noun, ""))
    return Defect(check.kind, number, f"{check.words.format(things)}.", check.remedy)


def _parts(connection: sqlite3.Connection) -> dict[str, int]:
    """What the pages of the file are for."""
    (page,) = connection.execute("PRAGMA page_size").fetchone()
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    (free,) = connection.execute("PRAGMA freelist_count").fetchone()
    parts = Counter[str]()
    indexes = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}
    for name, size in _trees(connection):
        parts["indexes" if name in indexes else _part(name)] += size
    parts["free pages"] = free * page
    parts["other"] += pages * page - sum(parts.values())  # all that is not known
    return {name: size for name, size in parts.most_common() if size > 0}


def _part(table: str) -> str:
    if table.startswith(("search", "new_search", "newest", "new_newest")):
        return "search index"
    return {
        "entries": "what sources said",
        "papers": "papers as they are shown",
        "keys": "keys for matching",
        "marks": "marks and undo",
        "steps": "marks and undo",
    }.get(table, "other")


def _trees(connection: sqlite3.Connection) -> Iterator[tuple[str, int]]:
    """The tables and indexes with their bytes; none where SQLite was built without that."""
    try:
        yield from connection.execute("SELECT name, pgsize FROM dbstat WHERE aggregate = TRUE")
    except sqlite3.OperationalError as error:
        if "dbstat" not in str(error):
            raise
