"""New entries: storing them, with the papers that they make alone, as nearly all do, and with those that they repeat:
another source says of a paper just what is known of it. The others have to be merged."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property, partial
from itertools import count
from typing import NamedTuple

from feedreader.library import order
from feedreader.library.collapsed import group_of
from feedreader.library.connection import chunks, placeholders
from feedreader.library.entry_rows import (
    ABSTRACT,
    ANNOUNCE_TYPE,
    ARXIV_ID,
    CATEGORIES,
    DAY,
    ENTRY_COLUMNS,
    LINE,
    MENTIONS,
    QUOTES,
    IndexText,
    PreparedEntry,
)
from feedreader.library.lone_papers import LONE_COLUMNS, distinct, lone, lone_paper
from feedreader.library.rows import REPLACED, Row, lines
from feedreader.library.rules import stored_anew
from feedreader.library.schema import has_index
from feedreader.library.search.index import Tickets, bucket, category_tokens, source_token, write_documents
from feedreader.library.stored_entries import COLUMNS_OF_E, StoredEntries
from feedreader.merge.identity import Quoted


def content(row: Row) -> Row:
    """What an entry's row says, wherever in its document it stands."""
    return (*row[:LINE], *row[LINE + 1 :])


class _Source(NamedTuple):
    name: str
    path: str
    collection: str
    rank: int | None

    @property
    def order(self) -> tuple[bool, int]:
        """Subscriptions before files (see `feedreader.merge.precedence`)."""
        return self.rank is None, self.rank or 0


class _Member(NamedTuple):
    """An entry of a paper: where it stands."""

    source: int
    position: int
    ref: int


def _is_plain(entry: PreparedEntry) -> bool:
    """Whether an entry is an arXiv paper of a day and nothing else: no new version, no talk."""
    row = entry.row
    return bool(row[ARXIV_ID] and row[DAY]) and not (row[ANNOUNCE_TYPE] or row[MENTIONS] or row[QUOTES])


class AddedEntries(StoredEntries):
    """Writes within one open transaction. Entries are handled by their `ref`, papers by their key."""

    def __init__(self, connection: sqlite3.Connection, waiting: dict[int, IndexText], *, indexing: bool) -> None:
        super().__init__(connection)
        self._waiting = waiting
        self._indexing = indexing and has_index(connection)  # whether papers of one entry go into the index at once
        self._documents: dict[int, IndexText] = {}  # of the entries that were added and are in no paper yet
        self._stored: set[int] = set()  # papers whose marks and counts are to be settled
        self._sources: dict[str, int] = {}  # by their paths
        self._facts_of: dict[int, _Source] = {}
        self._places: dict[int, str] = {}  # by source
        self._groups: dict[tuple[str | None, str | None, str], int] = {}  # met in one `store`
        self.replaced = 0  # papers that stand among the replaced now, less those that did before

    @cached_property
    def _category_ranks(self) -> dict[str, int]:
        return order.category_ranks(self._connection)

    def add(self, source: int, entries: Sequence[tuple[int, PreparedEntry]]) -> tuple[range, set[int]]:
        """Store entries at their positions. Returns their refs, and those of them that need no merging, nearly all:
        nothing else can be the same paper, or they repeat what is known of one."""
        first = self._connection.execute("SELECT ifnull(max(id), 0) + 1 FROM entries").fetchone()[0]
        refs = range(first, first + len(entries))
        added = [(ref, position, entry) for ref, (position, entry) in zip(refs, entries, strict=True)]
        alone, repeated = self._alone([entry for _, entry in entries])
        papers = count(self._next_paper())
        keys = [next(papers) if is_alone else None for is_alone in alone]
        self._connection.executemany(
            f"""INSERT INTO entries (id, source, position, name, fingerprint, paper, {", ".join(ENTRY_COLUMNS)})
                VALUES ({placeholders(6 + len(ENTRY_COLUMNS))})""",
            [
                (ref, source, position, entry.name, entry.fingerprint, key or repeated.get(entry.name), *entry.row)
                for (ref, position, entry), key in zip(added, keys, strict=True)
            ],
        )
        self._put_keys((key, ref) for ref, _, entry in added for key in entry.keys)
        lone = {key: each for key, each in zip(keys, added, strict=True) if key is not None}
        if lone:
            self._add_papers(source, lone)
        repeating = {repeated[entry.name]: entry for _, _, entry in added if entry.name in repeated}
        if repeating:
            self._join(repeating)
        settled = {ref for ref, _, entry in added if entry.name in repeated}.union(ref for ref, *_ in lone.values())
        self._documents |= {ref: entry.document for ref, _, entry in added if ref not in settled}
        return refs, settled

    def _alone(self, entries: Sequence[PreparedEntry]) -> tuple[list[bool], dict[str, int]]:
        """Of each of these entries, whether nothing that is stored or among them can be the same paper; and by the
        names of entries, the papers of which they say just what is known."""
        alone = lone(entries, self.known_keys({key for entry in entries for key in entry.keys}))
        passages = [*self.quotes().values(), *(entry.quotes for entry in entries if entry.row[QUOTES])]
        quoted = Quoted(dict(enumerate(passages)))
        alone = [a and not quoted.by(entry.row[ABSTRACT]) for a, entry in zip(alone, entries, strict=True)]
        if all(alone):
            return alone, {}
        apart = lone(entries, ())  # from each other
        known = [
            entry
            for entry, is_alone, is_apart in zip(entries, alone, apart, strict=True)
            if is_apart and not is_alone and _is_plain(entry) and not quoted.by(entry.row[ABSTRACT])
        ]
        return alone, self._repeated(known)

    def _repeated(self, entries: Sequence[PreparedEntry]) -> dict[str, int]:
        """By name, the papers that consist of entries of other sources which all say just what one of these says. No
        other entry shares a key with them, so merging could but put them together."""
        now = {entry.name: entry for entry in entries}
        papers: dict[str, int | None] = {}
        number: Counter[str] = Counter()
        for chunk in chunks(sorted(now)):
            for name, paper, *row in self._connection.execute(
                f"SELECT e.name, e.paper, {COLUMNS_OF_E} FROM entries e WHERE e.name IN ({placeholders(len(chunk))})",
                chunk,
            ):
                is_same = content(tuple(row)) == content(now[name].row) and papers.get(name, paper) == paper
                papers[name] = paper if is_same else None
                number[name] += 1
        whole = self._members(paper for paper in papers.values() if paper)
        same = {name: paper for name, paper in papers.items() if paper and len(whole[paper]) == number[name]}
        holders = self.holders({key for name in same for key in now[name].keys})
        return {
            name: paper for name, paper in same.items() if all(holders[key] == number[name] for key in now[name].keys)
        }

    def _join(self, entries: Mapping[int, PreparedEntry]) -> None:
        """Let papers, by their keys, have these entries, too, which are stored and say what all their others say. What
        changes is where they come from, and where the first of them stands."""
        tickets = Tickets(self._connection, self._waiting)
        rows: list[tuple[object, ...]] = []
        for key, members in self._members(entries).items():
            entry, by_name = entries[key], sorted(members, key=self._place)
            first = min(by_name, key=lambda member: (*self._facts(member.source).order, self._place(member)))
            origins = map(source_token, sorted({member.source for member in members}))
            tokens = " ".join((*category_tokens(distinct(entry.row[CATEGORIES])), *origins))
            doc = tickets.take(bucket(entry.row[DAY], 0), partial(entry.document.with_tokens, tokens))
            sources = lines(tuple(dict.fromkeys(self._facts(member.source).name for member in by_name)))
            abstract = by_name[0].ref if entry.row[ABSTRACT] else None
            rows.append((sources, self.place_of(first.source), first.position, abstract, doc, key))
        tickets.finish()
        self._connection.executemany(
            """UPDATE papers SET sources = ?, place = ?, position = ?, abstract_entry = ?, doc = ?, scored = 0
               WHERE id = ?""",
            rows,
        )
        stored_anew(self._connection, entries)

    def _place(self, member: _Member) -> tuple[str, str, int]:
        facts = self._facts(member.source)
        return facts.name, facts.path, member.position

    def _members(self, papers: Iterable[int]) -> dict[int, list[_Member]]:
        """The entries of papers."""
        members: defaultdict[int, list[_Member]] = defaultdict(list)
        for chunk in chunks(sorted(papers)):
            for paper, *member in self._connection.execute(
                f"SELECT paper, source, position, id FROM entries WHERE paper IN ({placeholders(len(chunk))})", chunk
            ):
                members[paper].append(_Member(*member))
        return members

    def place_of(self, source: int) -> str:
        """The column `place` of papers that stand where a source has them."""
        if source not in self._places:
            self._places[source] = order.place_of(self._connection, source)
        return self._places[source]

    def _facts(self, source: int) -> _Source:
        if source not in self._facts_of:
            find = "SELECT name, path, collection, rank FROM sources WHERE id = ?"
            self._facts_of[source] = _Source(*self._connection.execute(find, (source,)).fetchone())
        return self._facts_of[source]

    def _add_papers(self, source: int, entries: Mapping[int, tuple[int, int, PreparedEntry]]) -> None:
        """Store the papers, by their keys, that entries make alone."""
        name, _, collection, _ = self._facts(source)
        place = self.place_of(source)
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
