"""Papers that were sent to Zotero, each by the name it had then: what Zotero calls it, as far as that is known."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping

from feedreader.library.connection import Part, chunks, placeholders

UNKNOWN = ""  # the item of a paper that Zotero has, under a key that it did not tell
UNDER_WAY = (
    "?"  # what the item of a paper begins with whose arrival is not certain; then comes the number of its session
)


class ZoteroPart(Part):
    """`item` is the key in Zotero, UNKNOWN, or UNDER_WAY and the session in which it was sent."""

    def items(self, ids: Iterable[str]) -> dict[str, str]:
        """What is noted of papers, by their ids; a paper has all names of its entries."""
        noted: dict[str, str] = {}
        with self._database.read() as connection:
            for chunk in chunks(ids):
                rows = connection.execute(
                    f"""SELECT mine.name, z.item
                        FROM entries mine JOIN entries other ON other.paper = mine.paper
                        JOIN zotero z ON z.name = other.name
                        WHERE mine.name IN ({placeholders(len(chunk))}) AND mine.paper IS NOT NULL
                        ORDER BY z.at, z.name""",
                    chunk,
                )
                noted |= dict(rows.fetchall())
        return noted

    def put(self, items: Mapping[str, str]) -> None:
        """Note papers by their ids; on disk on return."""
        if not items:
            return
        at = self._now().isoformat()
        with self._database.write(urgent=True) as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO zotero (name, item, at) VALUES (?, ?, ?)",
                [(id, item, at) for id, item in items.items()],
            )

    def arrived(self, session: str, ids: Iterable[str] | None = None) -> None:
        """Of the papers sent in a session, these arrived (None: all); the others did not."""
        item, kept = UNDER_WAY + session, None if ids is None else set(ids)
        with self._database.write(urgent=True) as connection:
            names = [name for (name,) in connection.execute("SELECT name FROM zotero WHERE item = ?", (item,))]
            for name in names:
                if kept is None or name in kept:
                    connection.execute("UPDATE zotero SET item = ? WHERE name = ?", (UNKNOWN, name))
                else:
                    connection.execute("DELETE FROM zotero WHERE name = ?", (name,))

    def drop(self, ids: Iterable[str]) -> None:
        """Zotero has these papers no longer."""
        if not (ids := tuple(ids)):
            return
        with self._database.write(urgent=True) as connection:
            for chunk in chunks(ids):
                connection.execute(
                    f"""DELETE FROM zotero WHERE name IN (
                        SELECT other.name FROM entries mine JOIN entries other ON other.paper = mine.paper
                        WHERE mine.name IN ({placeholders(len(chunk))}) AND mine.paper IS NOT NULL)""",
                    chunk,
                )


def rename(connection: sqlite3.Connection, names: Mapping[str, str]) -> None:
    connection.executemany("UPDATE OR IGNORE zotero SET name = ? WHERE name = ?", [(n, o) for o, n in names.items()])
