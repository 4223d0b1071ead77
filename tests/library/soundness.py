"""Whether a library's file is right in itself: what it repeats is what it repeats, and nothing is half there."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from feedreader.library import Library
from feedreader.library.marks import united
from feedreader.library.rows import MARK_COLUMNS, marks_of
from feedreader.model import UNMARKED

_NEVER = {
    "a paper without an entry": """SELECT id FROM papers
        WHERE id NOT IN (SELECT paper FROM entries WHERE paper IS NOT NULL)""",
    "an entry of a paper that is not there": """SELECT id FROM entries
        WHERE paper IS NOT NULL AND paper NOT IN (SELECT id FROM papers)""",
    "a forgotten entry in a paper": "SELECT id FROM entries WHERE forgotten IS NOT NULL AND paper IS NOT NULL",
    "an entry with an id or an abstract in no paper": """SELECT id FROM entries
        WHERE forgotten IS NULL AND paper IS NULL
        AND (arxiv_id IS NOT NULL OR doi IS NOT NULL OR (abstract IS NOT NULL AND title IS NOT NULL))""",
    "an entry without its source": "SELECT id FROM entries WHERE source NOT IN (SELECT id FROM sources)",
    "a key of an entry that is not there": "SELECT entry FROM keys WHERE entry NOT IN (SELECT id FROM entries)",
    "a paper without its group": "SELECT id FROM papers WHERE grp NOT IN (SELECT id FROM groups)",
    "a group that counts otherwise": """SELECT g.id FROM groups g
        WHERE (g.total, g.unread, g.shortlisted, g.highlighted) <>
        (SELECT count(*), ifnull(sum(read = 0), 0), ifnull(sum(shortlisted), 0), ifnull(sum(highlighted), 0)
         FROM papers WHERE grp = g.id)""",
    "one document for two papers": "SELECT doc FROM papers GROUP BY doc HAVING count(*) > 1",
    "two papers with one arXiv id": """SELECT arxiv_id FROM papers
        WHERE arxiv_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1""",
    "an interest by no profile": """SELECT id FROM papers
        WHERE abs(scored) > ifnull((SELECT max(number) FROM profile), 0)
        OR (interest IS NULL AND (scored <> 0 OR why <> '' OR kept_author IS NOT NULL))""",
    "two profiles": "SELECT count(*) FROM profile HAVING count(*) > 1",
    "a paper in the place of another source": """SELECT id FROM papers p WHERE NOT EXISTS (
        SELECT 1 FROM entries e JOIN sources s ON s.id = e.source
        WHERE e.paper = p.id AND p.place IN (s.place, length(s.rank) || s.rank))""",
    "files in another order than their names": """SELECT id FROM (
        SELECT id, place, lag(place) OVER (ORDER BY name, path) AS before FROM sources WHERE place IS NOT NULL)
        WHERE place <= before""",
    "what is told elsewhere": """SELECT p.id FROM papers p LEFT JOIN entries e ON e.id = p.abstract_entry
        WHERE p.url = 'https://arxiv.org/abs/' || p.arxiv_id OR p.comment = e.comment""",
    "a rule's paper that is not there": "SELECT paper FROM ruled WHERE paper NOT IN (SELECT id FROM papers)",
}


def faults_of(path: Path, *, indexed: bool = False) -> list[str]:
    """What is wrong with the file. `indexed`: every paper must be in the full-text index by now."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA query_only = ON")
        faults = [row for (row,) in connection.execute("PRAGMA integrity_check") if row != "ok"]
        for fault, query in _NEVER.items():
            if found := connection.execute(query).fetchmany(5):
                faults.append(f"{fault}: {found}")
        faults += _marks(connection)
        if indexed:
            faults += _index(connection)
    return faults


def _marks(connection: sqlite3.Connection) -> Iterator[str]:
    stored = defaultdict(list)
    for key, *mark in connection.execute(
        "SELECT DISTINCT e.paper, m.at, m.name, m.kind, m.value FROM entries e JOIN marks m USING (name)"
    ):
        stored[key].append(tuple(mark))
    for key, *columns in connection.execute(f"SELECT p.id, {MARK_COLUMNS} FROM papers p"):
        expected = united(stored[key]) if key in stored else UNMARKED
        if marks_of(tuple(columns)) != expected:
            yield f"paper {key} shows {marks_of(tuple(columns))}, marked is {expected}"


def _index(connection: sqlite3.Connection) -> Iterator[str]:
    waiting = connection.execute("SELECT id FROM papers WHERE doc < 0").fetchall()
    lost = connection.execute(
        "SELECT id FROM papers WHERE doc > 0 AND doc NOT IN (SELECT rowid FROM search)"
    ).fetchall()
    if waiting or lost:
        yield f"not in the index: {waiting[:5]} wait, {lost[:5]} are lost"


def recovered(path: Path) -> list[str]:
    """The same after the program has opened the file once more, and done what was left to do."""
    library = Library.open(path, now=lambda: datetime.now(UTC))
    try:
        library.index()
    finally:
        library.close()
    return faults_of(path, indexed=True)
