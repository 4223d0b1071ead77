"""Writing the full-text index.

The index holds normalized words (`feedreader.text.normalize`), a document a state of a paper. It keeps no text and
deletes nothing: a paper that changes gets a new, higher document number, which keeps writing in order;
the old document is never found, because `papers.doc` no longer names it.

Writing is cheapest in order and thousands of documents at a time, so a document first waits: its number stands
negative in `papers.doc`, its words in the memory of the process that took the paper in. Whoever writes what waits
takes the words of others' documents from the entries, so that nothing is left out if that process dies.

An index of other words than today's (`schema.WORDS`) is used until a new one stands beside it. That is written from
the entries, step by step, and then takes its place.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable

from feedreader.library.entry_rows import IndexText
from feedreader.library.schema import WORDS, has_index, is_index_outdated, set_state, state
from feedreader.text.normalize import search_words

AT_ONCE = 2000  # documents a transaction: a mark made meanwhile waits for that
_HASH_BYTES = 1 << 24  # of memory for new documents before they are written


def ensure_index(connection: sqlite3.Connection) -> bool:
    """Create the index if it is missing and SQLite can; all papers then wait for it. True if it was created."""
    if has_index(connection):
        return False
    try:
        _create(connection, "search")
    except sqlite3.OperationalError:
        return False
    connection.execute("UPDATE papers SET doc = -abs(doc)")
    set_state(connection, "indexed words", WORDS)
    return True


def _create(connection: sqlite3.Connection, table: str) -> None:
    connection.execute(
        f"CREATE VIRTUAL TABLE {table} USING fts5 (title, authors, abstract, rest, content = '', "
        "tokenize = 'unicode61 remove_diacritics 2')"
    )
    for option, value in (("automerge", 8), ("hashsize", _HASH_BYTES)):  # both: a quarter less to write
        connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES (?, ?)", (option, value))


class Tickets:
    """Gives papers that change the numbers of their next documents, which then wait."""

    def __init__(self, connection: sqlite3.Connection, waiting: dict[int, IndexText]) -> None:
        self._connection = connection
        self._waiting = waiting if has_index(connection) else None
        self._last = int(state(connection, "last document") or 0)

    def take(self, document: Callable[[], IndexText]) -> int:
        """What `papers.doc` is while the document of this state of a paper waits."""
        self._last += 1
        if self._waiting is not None:
            self._waiting[-self._last] = document()
        return -self._last

    def finish(self) -> None:
        set_state(self._connection, "last document", str(self._last))


def write_waiting(
    connection: sqlite3.Connection, waiting: dict[int, IndexText], document_of: Callable[[int], IndexText]
) -> int:
    """Write the first documents that wait; how many. `document_of` gives that of a paper whose words are not here."""
    if not has_index(connection):
        return 0
    rows = connection.execute(
        "SELECT id, doc FROM papers WHERE doc < 0 ORDER BY doc DESC LIMIT ?", (AT_ONCE,)
    ).fetchall()
    connection.executemany(
        "INSERT INTO search (rowid, title, authors, abstract, rest) VALUES (?, ?, ?, ?, ?)",
        ((-doc, *(waiting.get(doc) or document_of(key))) for key, doc in rows),
    )
    connection.executemany("UPDATE papers SET doc = -doc WHERE id = ?", ((key,) for key, _ in rows))
    for _, doc in rows:
        waiting.pop(doc, None)
    if len(rows) < AT_ONCE:
        waiting.clear()  # what is left are documents of states that are no more
    return len(rows)


def renew(connection: sqlite3.Connection, document_of: Callable[[int], IndexText]) -> int:
    """Write the next documents of the new index; how many. When none is left, it takes the place of the old one."""
    if not is_index_outdated(connection):
        return 0
    if state(connection, "renewed words") != WORDS:
        connection.execute("DROP TABLE IF EXISTS new_search")
        _create(connection, "new_search")
        set_state(connection, "renewed words", WORDS)
        set_state(connection, "renewed to", "0")
    last = int(state(connection, "renewed to") or 0)
    rows = (
        connection.execute("SELECT id, doc FROM papers WHERE doc > ? ORDER BY doc LIMIT ?", (last, AT_ONCE)).fetchall()
        or connection.execute(  # what had waited when its turn came
            "SELECT id, doc FROM papers WHERE doc > 0 AND doc NOT IN (SELECT id FROM new_search_docsize) LIMIT ?",
            (AT_ONCE,),
        ).fetchall()
    )
    connection.executemany(
        "INSERT INTO new_search (rowid, title, authors, abstract, rest) VALUES (?, ?, ?, ?, ?)",
        ((doc, *document_of(key)) for key, doc in rows),
    )
    if rows:
        set_state(connection, "renewed to", str(max(last, *(doc for _, doc in rows))))
        return len(rows)
    connection.execute("DROP TABLE search")
    connection.execute("ALTER TABLE new_search RENAME TO search")
    connection.execute("DELETE FROM settings WHERE name IN ('renewed words', 'renewed to')")
    set_state(connection, "indexed words", WORDS)
    connection.execute("UPDATE rules SET applied = 0")  # they are asked of all papers anew
    return 0


def entries_with_passage(connection: sqlite3.Connection, runs: Iterable[str]) -> list[int]:
    """Entries of papers whose abstracts hold one of these runs of normalized words."""
    runs = sorted(runs)
    if not runs:
        return []
    if not has_index(connection):
        rows = connection.execute("SELECT id, abstract FROM entries WHERE forgotten IS NULL AND abstract IS NOT NULL")
        return [entry for entry, abstract in rows if any(run in search_words(abstract) for run in runs)]
    match = "abstract : (" + " OR ".join(f'"{run}"' for run in runs) + ")"
    rows = connection.execute(
        """SELECT e.id FROM entries e JOIN papers p ON p.id = e.paper
           WHERE p.doc IN (SELECT rowid FROM search WHERE search MATCH ?)""",
        (match,),
    )
    return [entry for (entry,) in rows]
