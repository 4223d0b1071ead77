"""New entries: storing them, with the papers that they make alone, as nearly all do."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property, partial
from itertools import count

from feedreader.library import order
from feedreader.library.collapsed import group_of
from feedreader.library.connection import chunks, placeholders
from feedreader.library.entry_rows import ABSTRACT, ENTRY_COLUMNS, QUOTES, IndexText, PreparedEntry
from feedreader.library.lone_papers import LONE_COLUMNS, lone, lone_paper
from feedreader.library.rows import REPLACED
from feedreader.library.rules import stored_anew
from feedreader.library.schema import has_index
from feedreader.library.search.index import Tickets, bucket, category_tokens, source_token, write_documents
from feedreader.library.stored_entries import StoredEntries
from feedreader.merge.identity import Quoted


class AddedEntries(StoredEntries):
    """Writes within one open transaction. Entries are handled by their `ref`, papers by their key."""

    def __init__(self, connection: sqlite3.Connection, waiting: dict[int, IndexText], *, indexing: bool) -> None:
        super().__init__(connection)
        self._waiting = waiting
        self._indexing = indexing and has_index(connection)  # whether papers of one entry go into the index at once
        self._documents: dict[int, IndexText] = {}  # of the entries that were added and are in no paper yet
        self._stored: set[int] = set()  # papers whose marks and counts are to be settled
        self._sources: dict[str, int] = {}  # by their paths
        self._groups: dict[tuple[str | None, str | None, str], int] = {}  # met in one `store`
        self.replaced = 0  # papers that stand among the replaced now, less those that did before

    @cached_property
    def _category_ranks(self) -> dict[str, int]:
        return order.category_ranks(self._connection)

    def add(self, source: int, entries: Sequence[tuple[int, PreparedEntry]]) -> tuple[range, set[int]]:
        """Store entries at their positions. Returns their refs, and those of them that are a paper at once, because
        nothing else can be the same one: nearly all."""
        first = self._connection.execute("SELECT ifnull(max(id), 0) + 1 FROM entries").fetchone()[0]
        refs = range(first, first + len(entries))
        added = [(ref, position, entry) for ref, (position, entry) in zip(refs, entries, strict=True)]
        alone = self._alone([entry for _, entry in entries])
        papers = count(self._next_paper())
        keys = [next(papers) if is_alone else None for is_alone in alone]
        self._connection.executemany(
            f"""INSERT INTO entries (id, source, position, name, fingerprint, paper, {", ".join(ENTRY_COLUMNS)})
                VALUES ({placeholders(6 + len(ENTRY_COLUMNS))})""",
            [
                (ref, source, position, entry.name, entry.fingerprint, key, *entry.row)
                for (ref, position, entry), key in zip(added, keys, strict=True)
            ],
        )
        self._put_keys((key, ref) for ref, _, entry in added for key in entry.keys)
        lone = {key: each for key, each in zip(keys, added, strict=True) if key is not None}
        if lone:
            self._add_papers(source, lone)
        self._documents |= {
            ref: entry.document for (ref, _, entry), key in zip(added, keys, strict=True) if key is None
        }
        return refs, {ref for ref, _, _ in lone.values()}

    def _alone(self, entries: Sequence[PreparedEntry]) -> list[bool]:
        """Of each of these entries, whether nothing that is stored or among them can be the same paper."""
        alone = lone(entries, self.known_keys({key for entry in entries for key in entry.keys}))
        passages = [*self.quotes().values(), *(entry.quotes for entry in entries if entry.row[QUOTES])]
        if passages:
            quoted = Quoted(dict(enumerate(passages)))
            alone = [a and not quoted.by(entry.row[ABSTRACT]) for a, entry in zip(alone, entries, strict=True)]
        return alone

    def _add_papers(self, source: int, entries: Mapping[int, tuple[int, int, PreparedEntry]]) -> None:
        """Store the papers, by their keys, that entries make alone."""
        find = "SELECT name, path, collection, rank FROM sources WHERE id = ?"
        name, path, collection, rank = self._connection.execute(find, (source,)).fetchone()
        place = order.place_text(rank, name, path)
        tickets = Tickets(self._connection, self._waiting)
        by_group: defaultdict[int, int] = defaultdict(int)
        buckets: dict[int, int] = {}
        by_categories: dict[tuple[str, ...], tuple[str, str]] = {}
        documents: list[tuple[int, IndexText]] = []
        rows: list[tuple[object, ...]] = []
        for key, (ref, position, entry) in entries.items():
            paper = lone_paper(entry, name)
            group = self._group_at(paper.day, None if paper.day else collection, paper.section)
            by_group[group] += 1
            if group not in buckets:
                buckets[group] = bucket(paper.day, group)
            if paper.categories not in by_categories:
                first = paper.categories[0] if paper.categories else ""
                tokens = " ".join((*category_tokens(paper.categories), source_token(source)))
                by_categories[paper.categories] = order.category_order(first, self._category_ranks), tokens
            by_category, tokens = by_categories[paper.categories]
            doc = tickets.number(buckets[group])
            if self._indexing:
                documents.append((doc, entry.document.with_tokens(tokens)))
            else:
                doc = tickets.wait(doc, partial(entry.document.with_tokens, tokens))
            abstract = ref if entry.row[ABSTRACT] else None
            rows.append((key, *paper.row, group, place, position, by_category, abstract, 0, doc))
            self.replaced += paper.section == REPLACED
        columns = (*LONE_COLUMNS, "grp", "place", "position", "category_order", "abstract_entry", "scored", "doc")
        self._connection.executemany(
            f"INSERT INTO papers (id, {', '.join(columns)}) VALUES ({placeholders(1 + len(columns))})", rows
        )
        tickets.finish()
        if documents:
            write_documents(self._connection, sorted(documents))
        stored_anew(self._connection, entries)
        marked = self._marked({entry.name for _, _, entry in entries.values()})
        self._stored.update(key for key, (_, _, entry) in entries.items() if entry.name in marked)
        self._connection.executemany(  # what has no marks yet need not be counted anew with all of its day
            "UPDATE groups SET total = total + ?1, unread = unread + ?1 WHERE id = ?2",
            [(number, group) for group, number in by_group.items()],
        )

    def _marked(self, names: Collection[str]) -> set[str]:
        """Those of these names that have marks."""
        if self._connection.execute("SELECT 1 FROM marks LIMIT 1").fetchone() is None:
            return set()
        find = "SELECT DISTINCT name FROM marks WHERE name IN ({})"
        return {
            name
            for chunk in chunks(sorted(names))
            for (name,) in self._connection.execute(find.format(placeholders(len(chunk))), chunk)
        }

    def _put_keys(self, pairs: Iterable[tuple[int, int]]) -> None:
        self._connection.executemany("INSERT OR IGNORE INTO keys (key, entry) VALUES (?, ?)", sorted(pairs))

    def _whole(self, text: IndexText, categories: tuple[str, ...], paths: Iterable[str]) -> IndexText:
        """A document with the paper's categories and sources."""
        sources = sorted({self._source_of(path) for path in paths})
        return text.with_tokens(" ".join((*category_tokens(categories), *map(source_token, sources))))

    def _source_of(self, path: str) -> int:
        if path not in self._sources:
            (source,) = self._connection.execute("SELECT id FROM sources WHERE path = ?", (path,)).fetchone()
            self._sources[path] = source
        return self._sources[path]

    def _next_paper(self) -> int:
        """A key that no paper has or ever had."""
        row = self._connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'papers'").fetchone()
        return row[0] + 1 if row else 1

    def _group_at(self, day: str | None, collection: str | None, section: str) -> int:
        where = day, collection, section
        if where not in self._groups:
            self._groups[where] = group_of(self._connection, *where)
        return self._groups[where]
