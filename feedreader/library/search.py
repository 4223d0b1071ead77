"""Finding papers: the full-text index, and queries as conditions.

The index holds folded words (`feedreader.folding`), a document a state of a paper. It keeps no text and
deletes nothing: a paper that changes gets a new, higher document number, which keeps writing in order;
the old document is met no more, because `papers.doc` no longer names it.
Where SQLite lacks FTS5, words are looked for in the text itself, which is slower.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

from feedreader.folding import fold
from feedreader.library.schema import has_index
from feedreader.model import Announcement, Query, Term

_FIELDS = {"": "", "title": "title", "author": "authors", "abstract": "abstract"}
_PREFIX_FROM = 3  # letters from which a word also finds the words that begin with it


def ensure_index(connection: sqlite3.Connection) -> bool:
    """Make the index if it is missing and SQLite can. True if it was made, and must be filled."""
    if has_index(connection):
        return False
    try:
        connection.execute(
            "CREATE VIRTUAL TABLE search USING fts5 (title, authors, abstract, rest, content = '', "
            "tokenize = 'unicode61 remove_diacritics 2')"
        )
        connection.execute("INSERT INTO search (search, rank) VALUES ('automerge', 8)")  # a quarter less to write
    except sqlite3.OperationalError:
        return False
    return True


def document(said: Iterable[Announcement]) -> tuple[str, str, str, str]:
    """What is indexed of a paper: all that its entries say, each thing once."""
    entries = [announcement.entry for announcement in said]

    def column(values: Iterable[str | None]) -> str:
        return " \n ".join(fold(value) for value in dict.fromkeys(values) if value)

    return (
        column(entry.title for entry in entries),
        column(", ".join(entry.authors) for entry in entries),
        column(entry.abstract for entry in entries),
        column(text for entry in entries for text in (entry.tldr, entry.comment, *entry.mentions)),
    )


class IndexWriter:
    """Adds documents in ascending order of their numbers."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._active = has_index(connection)
        row = connection.execute("SELECT value FROM settings WHERE name = 'last document'").fetchone()
        self._last = int(row[0]) if row else 0

    def add(self, said: Iterable[Announcement]) -> int:
        """Index a state of a paper; its document's number."""
        self._last += 1
        if self._active:
            self._connection.execute(
                "INSERT INTO search (rowid, title, authors, abstract, rest) VALUES (?, ?, ?, ?, ?)",
                (self._last, *document(said)),
            )
        return self._last

    def finish(self) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO settings (name, value) VALUES ('last document', ?)", (str(self._last),)
        )


def entries_with_passage(connection: sqlite3.Connection, runs: Iterable[str]) -> list[int]:
    """Entries of papers whose abstracts hold one of these runs of folded words."""
    runs = sorted(runs)
    if not runs:
        return []
    if not has_index(connection):
        rows = connection.execute("SELECT id, abstract FROM entries WHERE forgotten IS NULL AND abstract IS NOT NULL")
        return [entry for entry, abstract in rows if any(run in fold(abstract) for run in runs)]
    match = "abstract : (" + " OR ".join(f'"{run}"' for run in runs) + ")"
    found = connection.execute(
        """SELECT e.id FROM entries e JOIN papers p ON p.id = e.paper
           WHERE p.doc IN (SELECT rowid FROM search WHERE search MATCH ?)""",
        (match,),
    )
    return [entry for (entry,) in found]


def condition(connection: sqlite3.Connection, query: Query) -> tuple[str, list[Any]]:
    """A query as an SQL condition on `papers p JOIN groups g`, with its parameters."""
    parts: list[str] = []
    parameters: list[Any] = []
    for term in query.terms:
        sql, values = _term(connection, term)
        parts.append(f"NOT ({sql})" if term.negated else f"({sql})")
        parameters += values
    return " AND ".join(parts) or "1", parameters


def _term(connection: sqlite3.Connection, term: Term) -> tuple[str, list[Any]]:
    if term.field == "is":
        return {"unread": "p.read = 0 AND g.fold = ''", "read": "p.read = 1", "shortlisted": "p.shortlisted = 1"}[
            term.value
        ], []
    if term.field == "day":
        first, _, last = term.value.partition("..")
        return "g.day >= ? AND g.day <= ?", [first, (last or first) + "~"]  # "2019-05~" is after all of May 2019
    if term.field == "source":
        wanted = f"%{_like(term.value)}%"
        return (
            """EXISTS (SELECT 1 FROM entries e JOIN sources s ON s.id = e.source WHERE e.paper = p.id
               AND (s.name LIKE ? ESCAPE '\\' OR s.title LIKE ? ESCAPE '\\'))""",
            [wanted, wanted],
        )
    if term.field == "id":
        return "EXISTS (SELECT 1 FROM entries e WHERE e.paper = p.id AND (e.name = ? OR e.doi = ?))", [term.value] * 2
    return _words(connection, _FIELDS[term.field], term.value)


def _words(connection: sqlite3.Connection, column: str, text: str) -> tuple[str, list[Any]]:
    """Words in a row; the last one also as the beginning of a word."""
    words = fold(text)
    if not words:
        return _raw(column, text)
    if not has_index(connection):
        return _raw(column, text)
    star = "*" if len(words.split()[-1]) >= _PREFIX_FROM else ""
    match = (f"{column} : " if column else "") + f'"{words}"{star}'
    return "p.doc IN (SELECT rowid FROM search WHERE search MATCH ?)", [match]


def _raw(column: str, text: str) -> tuple[str, list[Any]]:
    """The text as it stands, for what has no words in it, and where there is no index."""
    columns = [column] if column else ["title", "authors", "abstract", "tldr", "comment", "mentions"]
    tests = " OR ".join(f"e.{name} LIKE ? ESCAPE '\\'" for name in columns)
    return (
        f"EXISTS (SELECT 1 FROM entries e WHERE e.paper = p.id AND ({tests}))",
        [f"%{_like(text)}%"] * len(columns),
    )


def _like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
