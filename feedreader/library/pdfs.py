"""The PDFs that were fetched: a file each, found under any name that its paper goes by."""

from __future__ import annotations

import sqlite3
from datetime import datetime


def files_of(connection: sqlite3.Connection, paper: int) -> list[str]:
    """The files of a paper, the latest first."""
    rows = connection.execute(
        """SELECT f.file FROM pdfs f WHERE f.name IN (SELECT name FROM entries WHERE paper = ?)
           ORDER BY f.at DESC, f.name""",
        (paper,),
    )
    return list(dict.fromkeys(file for (file,) in rows))


def put(connection: sqlite3.Connection, paper: int, file: str, now: datetime) -> None:
    """Note the file that is a paper's PDF from now on."""
    connection.execute(
        "INSERT OR REPLACE INTO pdfs (name, file, at) SELECT name, ?, ? FROM papers WHERE id = ?",
        (file, now.isoformat(), paper),
    )


def drop(connection: sqlite3.Connection, paper: int) -> None:
    """It has no PDF any more."""
    connection.execute("DELETE FROM pdfs WHERE name IN (SELECT name FROM entries WHERE paper = ?)", (paper,))
