"""Papers in which a regular expression is found. A process of its own looks for them (see `feedreader.query.regex`)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence

from feedreader.errors import QueryError, os_reason
from feedreader.model import Term
from feedreader.query.regex import FIELD, MAX_SECONDS, RECORD

_PATIENCE = 30.0  # seconds of waiting, however little the process got to work in them
_REMEMBERED = 50_000  # papers
_PIECE = 3_000_000  # bytes of texts that a process gets: what is held here and there does not follow the library
_ENTRIES = "SELECT paper AS id, {} FROM entries WHERE paper IS NOT NULL"
TEXTS = {  # by field, what the expression is looked for in
    "": (
        _ENTRIES.format("title, authors, abstract, tldr, comment, mentions"),
        "SELECT id, note, tags FROM papers WHERE note IS NOT NULL",
        "SELECT id, tags FROM papers WHERE tags <> ''",
    ),
    "title": (_ENTRIES.format("title"),),
    "author": (_ENTRIES.format("authors"),),
    "abstract": (_ENTRIES.format("abstract"),),
    "cat": ("SELECT id, categories FROM papers",),
    "note": ("SELECT id, note FROM papers WHERE note IS NOT NULL",),
    "tag": ("SELECT id, tags FROM papers WHERE tags <> ''",),
    "source": (
        """SELECT e.paper AS id, s.name, s.title FROM entries e JOIN sources s ON s.id = e.source
           WHERE e.paper IS NOT NULL""",
    ),
    "folder": (
        """SELECT e.paper AS id, u.folder FROM entries e JOIN subscriptions u ON u.source = e.source
           WHERE e.paper IS NOT NULL AND u.folder <> ''""",
    ),
}
_PROGRAM = "from feedreader.query.regex import serve; serve({!r})"


class Patterns:
    """What regular expressions found, as long as nobody writes to the library."""

    def __init__(self) -> None:
        self._version = -1
        self._asked: dict[tuple[str, str], tuple[set[int], set[int]]] = {}  # of which papers; and in which it is

    def papers_with(self, connection: sqlite3.Connection, term: Term, among: Sequence[int]) -> list[int]:
        """Of these papers those in which the term's regular expression is found. Raises QueryError as below."""
        (version,) = connection.execute("PRAGMA data_version").fetchone()
        if version != self._version or sum(len(asked) for asked, _ in self._asked.values()) > _REMEMBERED:
            self._asked.clear()
            self._version = version
        asked, found = self._asked.setdefault((term.field, term.value), (set(), set()))
        if unknown := [key for key in among if key not in asked]:
            found.update(papers_with(connection, term, unknown))
            asked.update(unknown)
        return [key for key in among if key in found]


def papers_with(connection: sqlite3.Connection, term: Term, among: Sequence[int] | None = None) -> list[int]:
    """The papers (of some) in which the term's regular expression is found.

    Raises QueryError if that takes too long.
    """
    found: list[int] = []
    piece = bytearray()
    for record in _records(connection, term.field, among):
        if not piece:
            piece += term.value.encode("utf-8", "replace")
        piece += f"{RECORD}{record}".encode("utf-8", "replace")
        if len(piece) > _PIECE:
            found += map(int, _answer(piece, term).split())
            piece.clear()
    if piece:
        found += map(int, _answer(piece, term).split())
    return list(dict.fromkeys(found))


def _records(connection: sqlite3.Connection, field: str, among: Sequence[int] | None) -> Iterator[str]:
    only = () if among is None else (json.dumps(list(among)),)
    for every in TEXTS[field]:
        sql = f"SELECT * FROM ({every}) WHERE id IN (SELECT value FROM json_each(?))" if only else every
        for key, *texts in connection.execute(sql, only):
            lines = [text.replace(RECORD, " ").replace(FIELD, " ").replace("\n", FIELD) for text in texts if text]
            if lines:
                yield FIELD.join((str(key), *lines))


def _answer(texts: bytearray, term: Term) -> bytes:
    import subprocess

    from feedreader.system.child_process import this_program

    program = this_program(_PROGRAM.format(MAX_SECONDS), bare=True)
    try:
        done = subprocess.run(
            program, input=texts, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=_PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        done = None
    except OSError as error:
        raise QueryError(f"The search cannot be started: {os_reason(error)}.", "", term.at) from error
    if done is None or done.returncode < 0:
        raise QueryError(
            f"The regular expression took longer than {MAX_SECONDS:g} seconds and was stopped.",
            "Avoid a repeat inside a repeat, such as (a+)+.",
            term.at,
        )
    if done.returncode:
        raise QueryError("The regular expression cannot be used here.", "Simplify it.", term.at)
    return done.stdout
