"""Entries as they are stored: which share keys, which are one paper."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from feedreader.library.connection import chunks, placeholders
from feedreader.library.entry_rows import ENTRY_COLUMNS, entry_of
from feedreader.library.rows import unlines
from feedreader.model import PlacedEntry

COLUMNS_OF_E = ", ".join(f"e.{column}" for column in ENTRY_COLUMNS)
_CROWD = 100  # entries


class StoredEntries:
    """Reads within one open transaction. Entries are handled by their `ref`, papers by their key."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def placed_entries(self, refs: Iterable[int]) -> Iterator[PlacedEntry]:
        """These entries, without the forgotten ones."""
        for chunk in chunks(sorted(refs)):
            for ref, name, path, collection, position, rank, *row in self._connection.execute(
                f"""SELECT e.id, s.name, s.path, s.collection, e.position, s.rank, {COLUMNS_OF_E}
                    FROM entries e JOIN sources s ON s.id = e.source
                    WHERE e.forgotten IS NULL AND e.id IN ({placeholders(len(chunk))})""",
                chunk,
            ):
                yield PlacedEntry(ref, name, path, collection, position, entry_of(tuple(row)), rank)

    def refs_by_key(self, keys: Iterable[int]) -> set[int]:
        refs: set[int] = set()
        for chunk in chunks(sorted(keys)):
            rows = self._connection.execute(f"SELECT entry FROM keys WHERE key IN ({placeholders(len(chunk))})", chunk)
            refs.update(entry for (entry,) in rows)
        return refs

    def known_keys(self, keys: Iterable[int]) -> set[int]:
        """Those of the keys that some entry has."""
        known: set[int] = set()
        for chunk in chunks(sorted(keys)):
            rows = self._connection.execute(f"SELECT key FROM keys WHERE key IN ({placeholders(len(chunk))})", chunk)
            known.update(key for (key,) in rows)
        return known

    def shared_keys(self, keys: Iterable[int]) -> set[int]:
        """Those of the keys that several entries have."""
        shared: set[int] = set()
        for chunk in chunks(sorted(keys)):
            rows = self._connection.execute(
                f"SELECT key FROM keys WHERE key IN ({placeholders(len(chunk))}) GROUP BY key HAVING count(*) > 1",
                chunk,
            )
            shared.update(key for (key,) in rows)
        return shared

    def holders(self, keys: Iterable[int]) -> Counter[int]:
        """How many entries have each of the keys."""
        number: Counter[int] = Counter()
        for chunk in chunks(sorted(keys)):
            number.update(
                dict(
                    self._connection.execute(
                        f"SELECT key, count(*) FROM keys WHERE key IN ({placeholders(len(chunk))}) GROUP BY key", chunk
                    )
                )
            )
        return number

    def crowded_keys(self, keys: Iterable[int]) -> set[int]:
        """Those of the keys that very many entries have."""
        query = "SELECT 1 FROM keys WHERE key = ? LIMIT 1 OFFSET ?"
        return {key for key in keys if self._connection.execute(query, (key, _CROWD)).fetchone()}

    def refs_in_company(self, refs: Iterable[int]) -> set[int]:
        """Of the entries that are one paper with others: these and the others."""
        company: set[int] = set()
        for chunk in chunks(sorted(set(self.papers_of(refs).values()))):
            rows = self._connection.execute(
                f"SELECT paper, id FROM entries WHERE paper IN ({placeholders(len(chunk))})", chunk
            )
            by_paper: dict[int, list[int]] = defaultdict(list)
            for paper, ref in rows:
                by_paper[paper].append(ref)
            company.update(ref for together in by_paper.values() if len(together) > 1 for ref in together)
        return company

    def quotes(self) -> dict[int, tuple[str, ...]]:
        """The passages that entries quote: few, and only talk has them."""
        rows = self._connection.execute("SELECT id, quotes FROM entries WHERE quotes <> '' AND forgotten IS NULL")
        return {ref: unlines(quotes) for ref, quotes in rows}

    def papers_of(self, refs: Iterable[int]) -> dict[int, int]:
        """By entry, the paper it is in."""
        papers: dict[int, int] = {}
        for chunk in chunks(sorted(refs)):
            papers.update(
                self._connection.execute(
                    f"SELECT id, paper FROM entries WHERE paper IS NOT NULL AND id IN ({placeholders(len(chunk))})",
                    chunk,
                )
            )
        return papers

    def refs_of_papers(self, papers: Iterable[int]) -> list[int]:
        find = "SELECT id FROM entries WHERE paper = ?"
        return [ref for key in papers for (ref,) in self._connection.execute(find, (key,))]
