"""Storing entries and papers: the library's side of an import, in one transaction.

Which entries are one paper is not decided here (see `feedreader.merge.identity`); this finds the entries that
have to be looked at together, by index, and stores what was decided.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

from feedreader.errors import UnknownSource
from feedreader.library import journal, marks, order
from feedreader.library.connection import chunks, placeholders
from feedreader.library.entry_rows import IndexText, document
from feedreader.library.known_entries import KnownEntries, rename
from feedreader.library.records import follow_records
from feedreader.library.rows import REPLACED, address, own_comment, paper_row, unlines
from feedreader.library.rules import stored_anew
from feedreader.library.schema import set_state, state
from feedreader.library.search.index import (
    Tickets,
    bucket,
    entries_with_passage,
    renew,
    write_newest,
    write_waiting,
)
from feedreader.library.subscriptions import SubscriptionEditor
from feedreader.merge.identity import entry_name, identity_keys
from feedreader.model import Changed, Entry, MergedPaper, PlacedEntry, Step

_COME_TO = "read to"  # the state that says how far a source was read, before the source's key


class Tally(NamedTuple):
    """Of entries just made: how many papers they alone make, how many entries joined a paper, and those in none."""

    new: int
    joined: int
    unplaced: Sequence[int]


Shown = tuple[str, str | None, str | None, str | None, str]


def _heir(shown: Shown, places: Sequence[int], merged: Sequence[MergedPaper]) -> int:
    """Which of the papers that one was parted into is what was shown of it: by name, title, address and day."""
    name, title, url, day, _ = shown

    def likeness(at: int) -> tuple[bool, bool, bool, bool]:
        paper = merged[at].paper
        is_of_day = (paper.day.isoformat() if paper.day else None) == day
        return paper.title == title, paper.url == url, is_of_day, paper.id == name

    return max(places, key=likeness)


def _section(merged: MergedPaper) -> str:
    return REPLACED if merged.paper.day and merged.paper.replaced else ""


class Intake(KnownEntries):
    """Writes within one open transaction. Entries are handled by their `ref`, papers by their key."""

    def __init__(
        self, connection: sqlite3.Connection, now: datetime, waiting: dict[int, IndexText], *, indexing: bool = False
    ) -> None:
        super().__init__(connection, waiting, indexing=indexing)
        self._now = now
        self._emptied: set[int] = set()  # groups from which papers may have gone
        self.separated = 0  # papers that were one before
        self.united = 0  # papers that are part of another one now

    @property
    def subscriptions(self) -> SubscriptionEditor:
        """Subscriptions, in the same transaction."""
        return SubscriptionEditor(self._connection, self._now)

    # sources

    def put_source(
        self, path: str, name: str, format: str, title: str | None, collection: str, *, partial: bool
    ) -> int:
        """The source with this path, new or brought up to date. What was forgotten with it comes back as new.

        It is `partial` until `complete`.
        """
        find = "SELECT id, forgotten, name FROM sources WHERE path = ?"
        former = self._connection.execute(find, (path,)).fetchone()
        if former and former[1] is not None:
            gone = "SELECT id FROM entries WHERE source = ? AND forgotten = ?"
            self._connection.execute(f"DELETE FROM keys WHERE entry IN ({gone})", former[:2])
            self._connection.execute(f"DELETE FROM entries WHERE id IN ({gone})", former[:2])
            self._connection.execute("DELETE FROM messages WHERE source = ?", former[:1])
        self._connection.execute(
            """INSERT INTO sources (path, name, format, title, collection, imported_at, partial)
               VALUES (?, ?, ?, ?, ?, ?, ?)
               ON CONFLICT (path) DO UPDATE SET name = excluded.name, format = excluded.format, title = excluded.title,
               collection = excluded.collection, imported_at = excluded.imported_at, partial = excluded.partial,
               forgotten = NULL""",
            (path, name, format, title, collection, self._now.isoformat(), partial),
        )
        source = int(self._connection.execute(find, (path,)).fetchone()[0])
        if former and former[2] != name:
            order.place_anew(self._connection, source)
        return source

    def rank(self, source: int) -> int | None:
        """Which of the reader's subscriptions it is, or was; None: a file."""
        (rank,) = self._connection.execute("SELECT rank FROM sources WHERE id = ?", (source,)).fetchone()
        return None if rank is None else int(rank)

    def come_to(self, source: int, place: str) -> None:
        """Note how far a large source was read, with what was stored of it."""
        set_state(self._connection, f"{_COME_TO} {source}", place)

    def place_come_to(self, path: str) -> str | None:
        """How far a source was read whose import was broken off; None: nobody knows, or it was removed since."""
        row = self._connection.execute(
            "SELECT id FROM sources WHERE path = ? AND partial = 1 AND forgotten IS NULL", (path,)
        ).fetchone()
        return state(self._connection, f"{_COME_TO} {row[0]}") if row else None

    def complete(self, source: int) -> None:
        """All that a source says is stored."""
        self._connection.execute("DELETE FROM settings WHERE name = ?", (f"{_COME_TO} {source}",))
        self._connection.execute("UPDATE sources SET partial = 0 WHERE id = ?", (source,))

    # finding what belongs together

    def refs_with_passage(self, runs: Collection[str]) -> set[int]:
        """Entries of papers whose abstracts hold one of these runs of normalized words."""
        if not runs:
            return set()
        while self.write_index():
            pass
        return set(entries_with_passage(self._connection, runs))

    # papers

    def store(self, entries: Sequence[PlacedEntry], merged: Sequence[MergedPaper]) -> None:
        """Store what merging decided about these entries. Papers keep their keys where they can."""
        by_ref = {entry.ref: entry for entry in entries}
        before = self.papers_of(by_ref.keys() - self._documents.keys())
        left = set(before.values())
        groups = self._groups_of(left)
        heirs = self._pass_on(before, by_ref, merged) if before else {}
        tickets = Tickets(self._connection, self._waiting)
        stored: list[int] = []
        placed: list[tuple[int, int]] = []
        rows: list[tuple[object, ...]] = []
        self._groups.clear()
        self._connection.executemany("UPDATE entries SET paper = NULL WHERE id = ?", [(ref,) for ref in before])
        fresh = self._next_paper()
        for at, paper in enumerate(merged):
            key = heirs.get(at)
            values = self._columns(paper, by_ref[paper.abstract_ref].entry if paper.abstract_ref else None)
            bucket_of_day = bucket(paper.paper.day, self._group(paper))
            values["doc"] = tickets.take(bucket_of_day, partial(self._words, paper, by_ref))
            if key is None:
                key = fresh + len(rows)
                rows.append((key, *values.values()))
            else:
                left.discard(key)
                columns = ", ".join(f"{column} = ?" for column in values)
                self._connection.execute(f"UPDATE papers SET {columns} WHERE id = ?", (*values.values(), key))
            stored.append(key)
            placed += ((key, ref) for ref in paper.refs)
        if rows:
            self._connection.executemany(
                f"INSERT INTO papers (id, {', '.join(values)}) VALUES ({placeholders(len(rows[0]))})", rows
            )
        self._connection.executemany("UPDATE entries SET paper = ? WHERE id = ?", placed)
        tickets.finish()
        self._connection.executemany("DELETE FROM papers WHERE id = ?", [(key,) for key in left])
        self._connection.executemany("DELETE FROM ruled WHERE paper = ?", [(key,) for key in left])
        self._stored.update(stored)
        stored_anew(self._connection, stored)
        self.replaced += sum(_section(paper) == REPLACED for paper in merged)
        self._emptied |= groups
        self._documents.clear()

    def _pass_on(
        self, before: Mapping[int, int], by_ref: Mapping[int, PlacedEntry], merged: Sequence[MergedPaper]
    ) -> dict[int, int]:
        """Give papers (by their places) the keys of those they were, `before` by entry, and names that changed their
        marks. Where a paper parts, its key goes with what was shown of it; marks, too, if it is by what entries say
        now that it parts, and not because one is back that was removed."""
        places = {ref: at for at, paper in enumerate(merged) for ref in paper.refs}
        parts: dict[int, set[int]] = defaultdict(set)
        for ref, key in before.items():
            if ref in places:
                parts[key].add(places[ref])
        shown = self._shown(set(before.values()))
        heirs = {key: _heir(shown[key], sorted(ats), merged) for key, ats in parts.items()}
        self.separated += sum(len(ats) for ats in parts.values() if len(ats) > 1)
        self.united += len(heirs) - len(set(heirs.values()))
        self.replaced -= sum(section == REPLACED for *_, section in shown.values())
        names = {ref: entry_name(by_ref[ref].entry) for ref in before}
        former = self._take_names(names, by_ref)
        moved: dict[str, str] = {}
        for ref, name in sorted(former.items(), key=lambda item: heirs.get(before[item[0]]) != places.get(item[0])):
            if ref in places and name not in moved:
                moved[name] = names[ref]
        for key in {before[ref] for ref in former}.intersection(heirs):
            name, at = shown[key][0], heirs[key]
            is_elsewhere = any(names[ref] == name or former.get(ref) == name for ref in before if ref in places)
            if len(parts[key]) > 1 and is_elsewhere and name not in {names.get(ref) for ref in merged[at].refs}:
                moved[name] = merged[at].paper.id
        kept = {names[ref] for ref in places.keys() & names.keys()} - {shown[key][0] for key in parts}
        rename(self._connection, {old: new for old, new in moved.items() if old not in kept and old != new})
        return {at: min(key for key in heirs if heirs[key] == at) for at in set(heirs.values())}

    def _shown(self, papers: Iterable[int]) -> dict[int, Shown]:
        """Names, titles, addresses, days and sections of papers as they are stored."""
        shown: dict[int, Shown] = {}
        for chunk in chunks(sorted(papers)):
            rows = self._connection.execute(
                f"""SELECT p.id, name, title, url, arxiv_id, day, section FROM papers p JOIN groups g ON g.id = p.grp
                    WHERE p.id IN ({placeholders(len(chunk))})""",
                chunk,
            )
            for key, name, title, url, arxiv_id, day, section in rows:
                shown[key] = name, title, address(url, arxiv_id), day, section
        return shown

    def _take_names(self, names: Mapping[int, str], by_ref: Mapping[int, PlacedEntry]) -> dict[int, str]:
        """Store the names of entries where they are not as they were; the former names of these, and of those that say
        something else now."""
        former = {ref: self._renewed.pop(ref) for ref in names.keys() & self._renewed.keys()}
        for chunk in chunks(sorted(names)):
            rows = self._connection.execute(
                f"SELECT id, name FROM entries WHERE id IN ({placeholders(len(chunk))})", chunk
            ).fetchall()
            outdated = {ref: name for ref, name in rows if name != names[ref]}
            self._connection.executemany(
                "UPDATE entries SET name = ? WHERE id = ?", [(names[ref], ref) for ref in outdated]
            )
            if outdated:  # one look through all keys
                gone = f"DELETE FROM keys WHERE entry IN ({placeholders(len(outdated))})"
                self._connection.execute(gone, list(outdated))
            self._put_keys((key, ref) for ref in outdated for key in identity_keys(by_ref[ref].entry))
            former = outdated | former
        return former

    def finish(self) -> None:
        """Bring what the list shows of the papers stored in step with their marks. The end of the transaction."""
        if self._stored or self._emptied:
            follow_records(self._connection, self._stored)
            marks.settle(self._connection, self._stored, self._emptied, collapse=True)

    def _words(self, merged: MergedPaper, by_ref: Mapping[int, PlacedEntry]) -> IndexText:
        refs = merged.refs
        known = self._documents.get(refs[0]) if len(refs) == 1 else None
        return self._whole(
            known or document(by_ref[ref].entry for ref in refs),
            merged.paper.categories,
            [by_ref[ref].path for ref in refs],
        )

    def tally(self, fresh: Collection[int]) -> Tally:
        """What became of entries made by an import: a paper is new if its first entry is one of them, whatever others
        stored beside it.
        """
        placed = self.papers_of(fresh)
        new = 0
        for chunk in chunks(sorted(set(placed.values()))):
            firsts = f"SELECT min(id) FROM entries WHERE paper IN ({placeholders(len(chunk))}) GROUP BY paper"
            new += sum(first in placed for (first,) in self._connection.execute(firsts, chunk))
        return Tally(new, len(placed) - new, [ref for ref in fresh if ref not in placed])

    def write_index(self) -> int:
        """Write some of the documents that wait for the index; how many (0: none waits)."""
        return write_waiting(self._connection, self._waiting, self._document_of)

    def renew_index(self) -> int:
        """Write a piece of the new index, if the old one has other words than today's; how many documents."""
        return renew(self._connection, self._document_of)

    def write_newest(self) -> int:
        """Write a piece of the index of the newest documents, if that is lacking; how many documents."""
        return write_newest(self._connection, self._document_of)

    def _document_of(self, paper: int) -> IndexText:
        placed = list(self.placed_entries(self.refs_of_papers([paper])))
        (categories,) = self._connection.execute("SELECT categories FROM papers WHERE id = ?", (paper,)).fetchone()
        return self._whole(document(each.entry for each in placed), unlines(categories), [each.path for each in placed])

    def _groups_of(self, papers: Iterable[int]) -> set[int]:
        groups = (self._connection.execute("SELECT grp FROM papers WHERE id = ?", (key,)).fetchone() for key in papers)
        return {row[0] for row in groups if row}

    def _columns(self, merged: MergedPaper, abstract: Entry | None) -> dict[str, object]:
        """What a paper's row says, but for the reader's marks; `abstract` is the entry whose abstract it shows."""
        place, categories = merged.place, merged.paper.categories
        return paper_row(merged.paper) | {
            "comment": own_comment(merged.paper.comment, abstract.comment if abstract else None),
            "grp": self._group(merged),
            "place": self.place_of(self._source_of(place.path)),
            "position": place.position,
            "category_order": order.category_order(categories[0] if categories else "", self._category_ranks),
            "title_order": order.title_order(merged.paper.title),
            "abstract_entry": merged.abstract_ref,
            "scored": 0,
        }

    def _group(self, merged: MergedPaper) -> int:
        paper = merged.paper
        return self._group_at(paper.day.isoformat() if paper.day else None, paper.collection, _section(merged))

    # taking out and putting back

    def last_step(self) -> Step | None:
        return journal.last_step(self._connection)

    def undo_step(self, step: Step) -> Sequence[Changed]:
        """Put the marks back as they were before a step; the papers concerned."""
        return marks.undo_step(self._connection, step.number, self._now)

    def find_sources(self, name: str, path: str) -> list[int]:
        """The sources with this name, address or path. Raises UnknownSource if there is none, or more than one."""
        rows = self._connection.execute(
            "SELECT id, path FROM sources WHERE forgotten IS NULL AND (name = ?1 OR path IN (?1, ?2))", (name, path)
        ).fetchall()
        if not rows:
            raise UnknownSource(f"No source “{name}” in the library.", "`feedreader sources` lists them.")
        if len(rows) > 1:
            paths = ", ".join(path for _, path in rows)
            raise UnknownSource(f"Several sources are named “{name}”: {paths}.", "Give the path of one.")
        return [source for source, _ in rows]

    def refs_of_source(self, source: int) -> list[int]:
        find = "SELECT id FROM entries WHERE source = ? AND forgotten IS NULL"
        return [ref for (ref,) in self._connection.execute(find, (source,))]

    def begin_forgetting(self, label: str, source: int | None = None) -> int:
        """Open a step of the journal, under whose number entries are forgotten."""
        step = journal.add(self._connection, label, self._now, ())
        if source is not None:
            self._connection.execute("UPDATE sources SET forgotten = ? WHERE id = ?", (step, source))
        return step

    def forget(self, refs: Iterable[int], step: int) -> None:
        """Take entries out, after `store` has made the papers without them."""
        self._connection.executemany("UPDATE entries SET forgotten = ? WHERE id = ?", [(step, ref) for ref in refs])

    def remember(self, step: int) -> list[int]:
        """Bring back what a step took out; the entries."""
        self._connection.execute("UPDATE sources SET forgotten = NULL WHERE forgotten = ?", (step,))
        rows = self._connection.execute("SELECT id FROM entries WHERE forgotten = ?", (step,)).fetchall()
        self._connection.execute("UPDATE entries SET forgotten = NULL WHERE forgotten = ?", (step,))
        return [ref for (ref,) in rows]
