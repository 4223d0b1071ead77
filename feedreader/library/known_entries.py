"""What a source gave before: finding it, and bringing it up to date.

A source that is read again says of nearly all papers what it said before, often a few lines further on. That changes
where they stand and nothing else, so nothing is merged anew.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from feedreader.library import citations, marks, pdfs, zotero
from feedreader.library.added_entries import AddedEntries, content
from feedreader.library.connection import chunks, placeholders
from feedreader.library.entry_rows import (
    ANNOUNCE_TYPE,
    ANNOUNCED,
    DAY,
    ENTRY_COLUMNS,
    LINE,
    IndexText,
    PreparedEntry,
    entry_of,
)
from feedreader.library.rows import Row
from feedreader.library.stored_entries import COLUMNS_OF_E
from feedreader.merge.identity import keys_of, title_keys
from feedreader.model import Entry

# What makes two entries of a source the same: the paper's name, and where it was announced, when and as what.
Occasion = tuple[str | None, ...]


def occasion(entry: PreparedEntry) -> Occasion:
    row = entry.row
    return (entry.name, row[DAY], row[ANNOUNCE_TYPE]) if row[ANNOUNCED] else (entry.name,)


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry that a source gave before: the library's handle, and what shows whether it changed."""

    ref: int
    name: str
    position: int
    fingerprint: int
    forgotten: bool


Known = tuple[Stored, int, PreparedEntry]  # what was given before, and where and what is given now


def rename(connection: sqlite3.Connection, names: Mapping[str, str]) -> None:
    """Let what stands under names of papers stand under others."""
    if names:
        for part in (marks, citations, pdfs, zotero):
            part.rename(connection, names)


class KnownEntries(AddedEntries):
    """Writes within one open transaction. Entries are handled by their `ref`, papers by their key."""

    def __init__(self, connection: sqlite3.Connection, waiting: dict[int, IndexText], *, indexing: bool) -> None:
        super().__init__(connection, waiting, indexing=indexing)
        self._renewed: dict[int, str] = {}  # entries that say something else now, with the names that they had

    occasion = staticmethod(occasion)

    def has_entries(self, source: int) -> bool:
        return bool(self._connection.execute("SELECT 1 FROM entries WHERE source = ? LIMIT 1", (source,)).fetchone())

    def is_forgotten(self, source: int) -> bool:
        """Whether the reader removed a source."""
        find = "SELECT 1 FROM sources WHERE id = ? AND forgotten IS NULL"
        return self._connection.execute(find, (source,)).fetchone() is None

    def number_of(self, source: int) -> int:
        """How many entries a source gave, those that were removed included."""
        (number,) = self._connection.execute("SELECT count(*) FROM entries WHERE source = ?", (source,)).fetchone()
        return int(number)

    def newest_ref(self) -> int:
        """The ref of the entry that was stored last, of whatever source."""
        (ref,) = self._connection.execute("SELECT ifnull(max(id), 0) FROM entries").fetchone()
        return int(ref)

    def has_newer(self, source: int, ref: int) -> bool:
        """Whether entries of a source were stored after an entry: another program imports the same file."""
        find = "SELECT 1 FROM entries WHERE id > ? AND +source = ? LIMIT 1"  # these are few, not all of the source
        return self._connection.execute(find, (ref, source)).fetchone() is not None

    def given_before(self, source: int, keys: Iterable[int], other_than: Collection[str]) -> list[tuple[Stored, Entry]]:
        """What this source gave, under other names than these, of entries with one of these keys."""
        rows: list[tuple[Stored, Entry]] = []
        for chunk in chunks(sorted(self.refs_by_key(keys))):
            for ref, name, position, fingerprint, forgotten, *row in self._connection.execute(
                f"""SELECT e.id, e.name, e.position, e.fingerprint, e.forgotten IS NOT NULL, {COLUMNS_OF_E}
                    FROM entries e WHERE +e.source = ? AND e.id IN ({placeholders(len(chunk))})
                    ORDER BY e.position, e.id""",
                (source, *chunk),
            ):
                if name not in other_than:
                    rows.append((Stored(ref, name, position, fingerprint, bool(forgotten)), entry_of(tuple(row))))
        return rows

    def stored_before(self, source: int, names: Collection[str]) -> dict[Occasion, list[Stored]]:
        """What this source gave of the papers named, in its order; what the reader forgot included."""
        by_occasion: dict[Occasion, list[Stored]] = defaultdict(list)
        for chunk in chunks(sorted(set(names))):
            for ref, name, announced, day, kind, *stored in self._connection.execute(
                f"""SELECT id, name, announced, day, announce_type, position, fingerprint, forgotten IS NOT NULL
                    FROM entries WHERE +source = ? AND name IN ({placeholders(len(chunk))}) ORDER BY position, id""",
                (source, *chunk),
            ):
                by_occasion[(name, day, kind) if announced else (name,)].append(Stored(ref, name, *stored))
        return by_occasion

    def renew(self, source: int, known: Sequence[Known]) -> set[int]:
        """Update entries to what their source now says; those (refs) that have to be merged again."""
        changed = [
            (stored, position, entry)
            for stored, position, entry in known
            if (stored.position, stored.fingerprint) != (position, entry.fingerprint)
        ]
        if not changed:
            return set()
        rows = self._rows([stored.ref for stored, *_ in changed])
        moved: list[Known] = []
        again: set[int] = set()
        for each in changed:
            stored, _, entry = each
            if stored.name == entry.name and content(rows[stored.ref]) == content(entry.row):
                moved.append(each)
            else:
                self._rewrite(each, rows[stored.ref])
                again.add(stored.ref)
        forgotten = {stored.ref for stored, *_ in changed if stored.forgotten}
        return (again | self._move(source, moved)) - forgotten

    def _rows(self, refs: Iterable[int]) -> dict[int, Row]:
        """What is stored of entries."""
        return {
            ref: tuple(row)
            for chunk in chunks(sorted(refs))
            for ref, *row in self._connection.execute(
                f"SELECT e.id, {COLUMNS_OF_E} FROM entries e WHERE e.id IN ({placeholders(len(chunk))})", chunk
            )
        }

    def _rewrite(self, known: Known, before: Row) -> None:
        stored, position, entry = known
        columns = ", ".join(f"{column} = ?" for column in ENTRY_COLUMNS)
        self._connection.execute(
            f"UPDATE entries SET name = ?, position = ?, fingerprint = ?, {columns} WHERE id = ?",
            (entry.name, position, entry.fingerprint, *entry.row, stored.ref),
        )
        if not stored.forgotten:
            self._renewed[stored.ref] = stored.name
        elif stored.name != entry.name:
            rename(self._connection, {stored.name: entry.name})
        said = entry_of(before)
        outdated = {*keys_of(said), *title_keys(said)}.difference(entry.keys)
        self._connection.executemany(  # by the keys: nothing finds those of an entry but a look through all
            "DELETE FROM keys WHERE key = ? AND entry = ?", [(key, stored.ref) for key in outdated]
        )
        self._put_keys((key, stored.ref) for key in entry.keys)

    def _move(self, source: int, moved: Sequence[Known]) -> set[int]:
        """Store the places of entries that say what they said. Those that have to be merged again: where a source has a
        paper more than once, the order of its entries counts; and since it is a subscription, it may come first."""
        self._connection.executemany(
            "UPDATE entries SET position = ?, fingerprint = ?, line = ? WHERE id = ?",
            [(position, entry.fingerprint, entry.row[LINE], stored.ref) for stored, position, entry in moved],
        )
        shifted = {stored.ref: position for stored, position, _ in moved if stored.position != position}
        papers = self.papers_of(shifted)
        place = self.place_of(source)
        unclear = self._several_of(source, papers.values()) | self._behind(place, papers.values())
        self._connection.executemany(
            "UPDATE papers SET position = ? WHERE id = ? AND place = ?",
            [(shifted[ref], paper, place) for ref, paper in papers.items() if paper not in unclear],
        )
        again = {ref for ref, paper in papers.items() if paper in unclear}
        self._renewed |= {stored.ref: stored.name for stored, *_ in moved if stored.ref in again}
        return again

    def _behind(self, place: str, papers: Iterable[int]) -> set[int]:
        """Those of the papers that stand behind a place."""
        return {
            paper
            for chunk in chunks(sorted(set(papers)))
            for (paper,) in self._connection.execute(
                f"SELECT id FROM papers WHERE id IN ({placeholders(len(chunk))}) AND place > ?", (*chunk, place)
            )
        }

    def _several_of(self, source: int, papers: Iterable[int]) -> set[int]:
        """Those of the papers of which a source has several entries."""
        return {
            paper
            for paper, members in self._members(set(papers)).items()
            if sum(member.source == source for member in members) > 1
        }
