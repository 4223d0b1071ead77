"""The PDFs that were fetched: a file each, found under any name that its paper goes by."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path

from feedreader.library.connection import Part


class PdfsPart(Part):
    """Files in the library's folder are noted from there on, so that the folder can be moved."""

    def file(self, key: int) -> Path | None:
        """The file of a paper's PDF, if one was fetched and is still there."""
        with self._database.read() as connection:
            rows = connection.execute(
                """SELECT f.file FROM pdfs f WHERE f.name IN (SELECT name FROM entries WHERE paper = ?)
                   ORDER BY f.at DESC, f.name""",
                (key,),
            ).fetchall()
        return next((path for (file,) in rows if (path := self._folder / file).is_file()), None)

    def put(self, key: int, file: Path | None) -> None:
        """A paper's PDF is this file from now on; None: it has none any more."""
        with self._database.write(urgent=True) as connection:
            if file is None:
                connection.execute("DELETE FROM pdfs WHERE name IN (SELECT name FROM entries WHERE paper = ?)", (key,))
                return
            file = file.absolute()
            noted = file.relative_to(self._folder) if file.is_relative_to(self._folder) else file
            connection.execute(
                "INSERT OR REPLACE INTO pdfs (name, file, at) SELECT name, ?, ? FROM papers WHERE id = ?",
                (str(noted), self._now().isoformat(), key),
            )

    @property
    def _folder(self) -> Path:
        return self._database.path.parent.absolute()


def rename(connection: sqlite3.Connection, names: Mapping[str, str]) -> None:
    connection.executemany("UPDATE OR IGNORE pdfs SET name = ? WHERE name = ?", [(n, o) for o, n in names.items()])
