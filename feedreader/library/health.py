"""The file's sizes and its health: what is large, what is wrong, and mending what the entries can tell (see `schema`).

Marks are never touched. What sources said can't be made anew: where that is damaged, only a copy helps.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from feedreader.errors import hide_passwords
from feedreader.library import journal, marks
from feedreader.library.checks import (
    APART,
    DAYS,
    HOMELESS,
    JOINED_WRONGLY,
    LOST,
    MISCOUNTED,
    MISPLACED,
    NUMBERS,
    ORPHANS,
    RECORDED,
    SHAPES,
    SOURCELESS,
    TELLING,
    TELLING_PAPER,
    TEXTS,
    TIMES,
    UNFINDABLE,
    UNLIKE,
    UNREADABLE_STEPS,
    UNSORTED,
    Defect,
    Progress,
    bad_day,
    bad_shape,
    bad_text,
    bad_time,
    changed_entries,
    defects,
    entry_rows,
    misplaced_categories,
    readable,
    ready,
    unlike_marks,
    unrecorded,
)
from feedreader.library.connection import Part, chunks, ensure_room, placeholders, stoppable
from feedreader.library.entry_rows import ENTRY_COLUMNS, entry_of
from feedreader.library.order import next_rank
from feedreader.library.rows import time_text
from feedreader.library.schema import COMPACT, has_index, set_state, write_copy
from feedreader.library.search.index import drop_newest, ensure_index, is_ordered, misnumbered, renumber, unnumbered
from feedreader.library.stored_entries import COLUMNS_OF_E
from feedreader.merge.identity import keys_of

_KEPT = "title, authors, tldr, comment, journal, arxiv_id, version, doi, url, categories"  # of a paper in its row
_BATCH = 250  # rows that are mended in one transaction
_LOST_PATH, _SAVED_PATH = "lost:", "saved:"  # of sources that stand for others
_DAYLESS = {"groups": "day", "entries": "day"}  # where a row stays without its day


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

    def defects(self, progress: Progress) -> list[Defect]:
        """All that is wrong with what the tables say (see `salvage.faults` for the file itself)."""
        with self._database.snapshot() as connection, stoppable(connection):
            return [*defects(connection, progress)]

    def copy(self) -> Path:
        """A copy beside the file, before it is mended."""
        path = self._database.path
        target = path.with_name(f"{path.name}.before-repair-{self._now():%Y%m%d-%H%M%S}")
        with self._database.snapshot() as connection:
            ensure_room(path.parent, _size(path), "A copy of the library")
            write_copy(connection, target)
        return target

    @contextmanager
    def _mending(self) -> Iterator[sqlite3.Connection]:
        with self._database.write() as connection, stoppable(connection):
            ready(connection)
            try:
                yield connection
            finally:
                connection.text_factory = str

    # what is stored

    def mend_values(self) -> None:
        """Make readable what is not, and let entries that are not as they were stored be taken from their sources
        again when these are read the next time."""
        now = self._now().isoformat()
        with self._mending() as connection:
            connection.execute(f"UPDATE papers SET place = '' WHERE {bad_text('papers')}")  # so they are merged anew
            for table, columns in SHAPES.items():
                for column in columns:
                    empty = None if column == "journal" else ""
                    connection.execute(f"UPDATE {table} SET {column} = ? WHERE {bad_shape(column)}", (empty,))
            for table, numbers in NUMBERS.items():
                for column, number in numbers.items():
                    wrong = f"typeof({column}) NOT IN ('integer', 'null')"
                    connection.execute(f"UPDATE {table} SET {column} = ? WHERE {wrong}", (number,))
            for table, texts in TEXTS.items():
                _mend_texts(connection, table, texts)
            for table, days in DAYS.items():
                for column in days:
                    change = f"UPDATE {table} SET {column} = NULL" if table in _DAYLESS else f"DELETE FROM {table}"
                    connection.execute(f"{change} WHERE {bad_day(column)}")
            for table, times in TIMES.items():
                for column, may_lack in times.items():
                    connection.execute(
                        f"UPDATE {table} SET {column} = ? WHERE {bad_time(column)}", (None if may_lack else now,)
                    )
            journal.pass_over(connection, f"SELECT id {UNREADABLE_STEPS}", now)

    def forget_fingerprints(self) -> None:
        """Let entries that are not as they were stored be taken again from their sources."""
        with self._database.snapshot() as connection:
            ready(connection)
            changed = [ref for rows in entry_rows(connection) for ref in changed_entries(rows)]
        with self._mending() as connection:
            connection.executemany("UPDATE entries SET fingerprint = 0 WHERE id = ?", [(ref,) for ref in changed])

    def restore_sources(self) -> None:
        """Put sources that are missing back, as far as papers and subscriptions tell of them."""
        now = self._now().isoformat()
        with self._mending() as connection:
            for (source,) in connection.execute(f"SELECT source {SOURCELESS}").fetchall():
                path, name, rank, place = _former_source(connection, source)
                connection.execute(
                    """INSERT OR IGNORE INTO sources
                       (id, path, name, format, title, collection, imported_at, rank, place)
                       VALUES (?, ?, ?, '', ?, ?, ?, ?, ?)""",
                    (source, path, name, name, name, now, rank, place),
                )

    def restore_entries(self) -> list[int]:
        """Make entries of the rows of papers of which no source says anything any more; their papers."""
        with self._mending() as connection:
            papers = [
                key
                for (key,) in connection.execute(
                    f"""SELECT id FROM papers p WHERE {LOST} AND {TELLING_PAPER}
                        AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.name = p.name)"""
                )
            ]
            if papers:
                source = _saved_source(connection, self._now().isoformat())
                for chunk in chunks(papers):
                    connection.execute(
                        f"""INSERT INTO entries (source, position, name, fingerprint, paper, {_KEPT}, day, announced,
                            mentions, quotes) SELECT ?, p.id, name, 0, p.id, {_KEPT}, day, 0, '', ''
                            FROM papers p LEFT JOIN groups g ON g.id = p.grp
                            WHERE p.id IN ({placeholders(len(chunk))})""",
                        (source, *chunk),
                    )
        return papers

    def renew_keys(self, progress: Progress) -> None:
        """Work the keys of all entries out again."""
        done, last = 0, -1
        while True:
            with self._mending() as connection:
                rows = connection.execute(
                    f"SELECT e.id, {COLUMNS_OF_E} FROM entries e WHERE e.id > ? ORDER BY e.id LIMIT {_BATCH}", (last,)
                ).fetchall()
                connection.executemany(
                    "INSERT OR IGNORE INTO keys (key, entry) VALUES (?, ?)",
                    [(key, ref) for ref, *row in rows for key in keys_of(entry_of(tuple(row)))],
                )
            if not rows:
                return
            last = rows[-1][0]
            done += len(rows)
            progress(f"Writing keys: {done:,}")

    def restore_marks(self) -> None:
        """Write marks that only the list shows where they belong, and let the list show what stands there."""
        now = time_text(self._now())
        with self._mending() as connection:
            for name in RECORDED:
                marks.record_shown(connection, name, unrecorded(name), now)
            marks.settle(connection, [*unlike_marks(connection)])

    # what is worked out of it

    def loosen(self) -> list[int]:
        """Take out what hangs on nothing, and let entries go that are in no paper, or in a wrong one: those that are to
        be merged anew."""
        with self._mending() as connection:
            for table, where in ORPHANS:
                connection.execute(f"DELETE FROM {table} WHERE {where}")
            connection.execute(f"DELETE FROM papers AS p WHERE {HOMELESS}")
            connection.execute(f"UPDATE sources SET place = NULL WHERE id IN (SELECT id {MISPLACED})")
            loose = [
                ref
                for (ref,) in connection.execute(
                    f"""SELECT id FROM entries WHERE forgotten IS NULL AND
                        (paper IN (SELECT e.paper FROM entries e WHERE {APART}) OR (paper IS NULL AND {TELLING})
                         OR paper IN (SELECT paper {JOINED_WRONGLY}) OR paper IN (SELECT p.id {UNLIKE})
                         OR paper IN (SELECT p.id FROM papers p JOIN groups g ON g.id = p.grp
                                      WHERE g.day IS NULL AND g.collection IS NULL))"""
                )
            ]
            connection.execute(f"UPDATE entries AS e SET paper = NULL WHERE {APART}")
            connection.execute(f"DELETE FROM papers AS p WHERE {LOST}")
            connection.execute("DELETE FROM ruled WHERE paper NOT IN (SELECT id FROM papers)")
        return loose

    def recount(self) -> None:
        """Let days and collections say how many papers they have, and what they are ordered by."""
        with self._mending() as connection:
            marks.settle(connection, (), [group for (group,) in connection.execute(f"SELECT g.id {MISCOUNTED}")])
            connection.execute(
                """DELETE FROM groups WHERE day IS NULL AND collection IS NULL
                   AND id NOT IN (SELECT grp FROM papers)"""
            )
            connection.executemany(
                "UPDATE papers SET category_order = ? WHERE id = ?",
                [(wanted, key) for key, wanted in misplaced_categories(connection).items()],
            )
            if is_ordered(connection):
                connection.execute(
                    f"UPDATE papers SET title_order = title_order_of(CAST(title AS BLOB)) WHERE {UNSORTED}"
                )

    def mend_index(self, kinds: Collection[str]) -> None:
        """Let papers that search can't find wait for the index, or all if that does not fit the papers."""
        with self._mending() as connection:
            if not has_index(connection):
                return
            drop_newest(connection)  # it is soon written anew
            if "wrong-index" in kinds:
                for table in ("new_search", "renewed", "search"):
                    connection.execute(f"DROP TABLE IF EXISTS {table}")
                connection.execute("DELETE FROM documents")
                connection.execute("DELETE FROM settings WHERE name IN ('renewed words', 'renewed to', ?)", (COMPACT,))
                ensure_index(connection)
                return
            renumber(connection, unnumbered(connection), misnumbered(connection))
            connection.execute(f"UPDATE papers SET doc = -doc WHERE {UNFINDABLE}")

    def renew_index(self) -> None:
        """Let the search index be written anew, without dead documents (see `Library.index`)."""
        with self._database.write() as connection:
            set_state(connection, COMPACT, "1")

    def ensure_room(self) -> None:
        """Raises LibraryError if the disk has no room for compacting."""
        ensure_room(self._database.path.parent, 2 * _size(self._database.path), "Compacting the library")

    def compact(self) -> bool:
        """Write the file anew without gaps, and empty its log; False if other programs are still reading the log."""
        return self._database.compact()


def _mend_texts(connection: sqlite3.Connection, table: str, columns: Sequence[str]) -> None:
    """Write texts with damaged letters again, with a sign in place of each of these."""
    layout = connection.execute(f"PRAGMA table_info({table})").fetchall()
    key, *others = [row[1] for row in sorted(layout, key=lambda row: row[5]) if row[5]]
    if others or key in columns:  # the damage may be in the key
        rows = connection.execute(f"SELECT * FROM {table} WHERE {bad_text(table)}").fetchall()
        connection.execute(f"DELETE FROM {table} WHERE {bad_text(table)}")
        connection.executemany(
            f"INSERT OR IGNORE INTO {table} VALUES ({placeholders(len(layout))})", [_as_texts(row) for row in rows]
        )
        return
    rows = connection.execute(f"SELECT {', '.join(columns)}, {key} FROM {table} WHERE {bad_text(table)}").fetchall()
    changes = ", ".join(f"{column} = ?" for column in columns)
    connection.executemany(
        f"UPDATE OR IGNORE {table} SET {changes} WHERE {key} = ?", [(*_as_texts(row[:-1]), row[-1]) for row in rows]
    )


def _as_texts(row: Iterable[object]) -> tuple[str | None, ...]:
    """Values as text."""
    return tuple(
        None if value is None else readable(value) if isinstance(value, bytes) else str(value) for value in row
    )


def _former_source(connection: sqlite3.Connection, source: int) -> tuple[str, str, int | None, str | None]:
    """The path, name, rank and place of a source that is missing, as far as they can be told."""
    row = connection.execute("SELECT kind, target FROM subscriptions WHERE source = ?", (source,)).fetchone()
    if row:
        kind, target = row
        return (f"arxiv:{target}" if kind == "arxiv" else target), hide_passwords(target), next_rank(connection), None
    named = connection.execute(
        """SELECT p.sources, CASE WHEN p.place > '9' THEN p.place END FROM entries e JOIN papers p ON p.id = e.paper
           WHERE e.source = ? AND p.sources <> '' AND instr(p.sources, char(10)) = 0 LIMIT 1""",
        (source,),
    ).fetchone()
    name, place = named or (f"Lost source {source}", None)
    return f"{_LOST_PATH}{source}", name, None, place


def _saved_source(connection: sqlite3.Connection, now: str) -> int:
    """The source of papers whose own sources are lost."""
    name = "Saved papers"
    connection.execute(
        """INSERT OR IGNORE INTO sources (path, name, format, title, collection, imported_at)
           VALUES (?, ?, '', ?, ?, ?)""",
        (_SAVED_PATH, name, name, name, now),
    )
    return int(connection.execute("SELECT id FROM sources WHERE path = ?", (_SAVED_PATH,)).fetchone()[0])


def copies(path: Path) -> dict[Path, int]:
    """The copies that were made of a library before it was changed, the oldest first."""
    found: dict[Path, int] = {}
    with suppress(OSError):
        for copy in sorted(path.parent.glob(f"{path.name}.before-*"), key=lambda copy: copy.stat().st_mtime):
            if not copy.name.endswith(("-wal", "-shm")):
                found[copy] = _size(copy)
    return found


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


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
