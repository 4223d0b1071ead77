"""Finding papers: queries as conditions.

Words are found by the full-text index (see `feedreader.library.indexing`). Where SQLite lacks FTS5,
they are looked for in the text itself, which is slower.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from feedreader.folding import fold
from feedreader.library.schema import has_index
from feedreader.model import Query, Term

_FIELDS = {"": "", "title": "title", "author": "authors", "abstract": "abstract"}
_PREFIX_FROM = 3  # letters from which a word also finds the words that begin with it


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
