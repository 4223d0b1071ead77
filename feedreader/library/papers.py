"""Reading the feed: groups, windows of papers, the neighbours of one, and what queries find."""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from itertools import chain
from time import sleep
from typing import TYPE_CHECKING, Any, NamedTuple

from feedreader.errors import UnknownPaper
from feedreader.library.connection import Database, Part, chunks, placeholders
from feedreader.library.order import COLUMNS
from feedreader.library.rows import (
    MUTED,
    PAPER_QUERY,
    REPLACED,
    SUMMARY_QUERY,
    VERSIONS_QUERY,
    paper_of,
    summary_of,
    version_of,
)
from feedreader.model import BY_SOURCE, Group, Paper, PaperSummary, Query

if TYPE_CHECKING:
    from feedreader.library.search.finder import Finder
    from feedreader.library.windows import Cursor, Window

IS_UNREAD = "p.read = 0 AND g.section = ''"  # of papers p in groups g: unread, and not put into a section by itself
_SLICE = 0.03  # seconds of counting
_TURN = 0.001  # seconds after that, for what waits for the library
_AFTER = {1: (">", "ASC"), -1: ("<", "DESC")}


class SourceInfo(NamedTuple):
    """A source as the library lists it: how many `papers` it takes part in, and how many `only` it brought.

    It is `partial` when its import was broken off: what is missing comes when it is imported again.
    """

    name: str
    path: str
    format: str
    title: str | None
    papers: int
    only: int
    imported_at: datetime
    partial: bool = False


class PapersPart(Part):
    """Papers, by `key` (the library's handle) or by what a query finds. Windows are those of the whole feed."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        super().__init__(database, now)
        self._visit: int | None = None  # what `since:visit` means in this process

    # the feed

    def groups(self, query: Query = Query(), *, expand: bool = True) -> tuple[Group, ...]:  # noqa: B008
        """Days, newest first, then collections by title, with counts of what the query finds in them.

        A day's sections follow it as groups; without `expand` they are only counted, in `replaced` and `muted`.
        """
        groups = [group for group, _ in self.matches(query)] if not query.everything else self._groups()
        return tuple(groups if expand else _collapsed(groups))

    def _groups(self) -> list[Group]:
        with self._database.read() as connection:
            rows = connection.execute(
                """SELECT id, day, collection, total, unread, shortlisted, section, highlighted
                   FROM groups WHERE total > 0"""
            ).fetchall()
        groups = [
            Group(
                *(key, date.fromisoformat(day) if day else None, collection, total, 0 if section else unread, kept),
                section=section,
                highlighted=highlighted,
            )
            for key, day, collection, total, unread, kept, section, highlighted in rows
        ]
        return sorted(groups, key=Group.feed_order)

    # `order` is that of the papers within a group, as in `Query.sort`

    def keys(self, group: int, offset: int, limit: int, order: str = BY_SOURCE) -> tuple[int, ...]:
        """A window of one group."""
        with self._database.read() as connection:
            rows = connection.execute(
                f"SELECT id FROM papers WHERE grp = ? ORDER BY {', '.join(COLUMNS[order])} LIMIT ? OFFSET ?",
                (group, limit, offset),
            )
            return tuple(key for (key,) in rows)

    def place(self, key: int, order: str = BY_SOURCE) -> tuple[int, int] | None:
        """The group of a paper and its index there."""
        with self._database.read() as connection:
            place = _place(connection, key, order)
            return place and (place[0], _index(connection, place, order))

    def expanded_place(self, key: int, order: str = BY_SOURCE) -> tuple[int, int] | None:
        """Of a paper in a section: the day (or collection) it belongs to, and the index it would have there."""
        with self._database.read() as connection:
            place = connection.execute(
                f"""SELECT o.id, {_of_p(order)} FROM papers p JOIN groups g ON g.id = p.grp
                   JOIN groups o ON o.day IS g.day AND o.collection IS g.collection AND o.section = ''
                   WHERE p.id = ? AND g.section <> ''""",
                (key,),
            ).fetchone()
            return place and (place[0], _index(connection, place, order))

    def next_unread(self, key: int, step: int, order: str = BY_SOURCE) -> int | None:
        """The unread paper after (`step` 1) or before (-1) this one."""
        compare, direction = _AFTER[step]
        columns = COLUMNS[order]
        first = f"ORDER BY {', '.join(f'{column} {direction}' for column in columns)} LIMIT 1"
        unread = "SELECT id FROM papers WHERE grp = ? AND read = 0"
        with self._database.read() as connection:
            place = _place(connection, key, order)
            if place is None:
                return None
            row = connection.execute(
                f"{unread} AND ({', '.join(columns)}) {compare} ({placeholders(len(columns))}) {first}", place
            ).fetchone()
            if row is None:
                groups = self._groups()[::step]
                current = next(index for index, group in enumerate(groups) if group.key == place[0])
                later = next((group.key for group in groups[current + 1 :] if group.unread), None)  # None holds none
                row = connection.execute(f"{unread} {first}", (later,)).fetchone()
            return int(row[0]) if row else None

    def unread(self, *, groups: Sequence[int] = (), keys: Sequence[int] = (), before: date | None = None) -> array[int]:
        """The unread papers of groups, and those among `keys`; only those of days before one, if that is given."""
        found = array("q")
        day = "" if before is None else f"AND grp IN (SELECT id FROM groups WHERE day < '{before.isoformat()}')"
        with self._database.read() as connection:
            for column, among in (("grp", groups), ("id", keys)):
                for chunk in chunks(among):
                    where = f"read = 0 AND {column} IN ({placeholders(len(chunk))}) {day}"
                    rows = connection.execute(f"SELECT id FROM papers WHERE {where}", chunk)
                    found.extend(key for (key,) in rows)
        return found

    def random_unread(self, pick: float, keys: Sequence[int] | None = None) -> int | None:
        """An unread paper outside the sections, of all or of `keys`; `pick` (0 ≤ pick < 1) says which one."""
        with self._database.read() as connection:
            if keys is not None:
                unread = [
                    key
                    for chunk in chunks(sorted(keys))
                    for (key,) in connection.execute(
                        f"""SELECT p.id FROM papers p JOIN groups g ON g.id = p.grp
                            WHERE p.id IN ({placeholders(len(chunk))}) AND {IS_UNREAD} ORDER BY p.id""",
                        chunk,
                    )
                ]
                return unread[int(pick * len(unread))] if unread else None
            groups = connection.execute(
                "SELECT id, unread FROM groups WHERE unread > 0 AND section = '' ORDER BY id"
            ).fetchall()
            offset = int(pick * sum(count for _, count in groups))
            for group, count in groups:
                if offset < count:
                    row = connection.execute(
                        "SELECT id FROM papers WHERE grp = ? AND read = 0 ORDER BY place, position, id LIMIT ?, 1",
                        (group, offset),
                    ).fetchone()
                    return int(row[0]) if row else None
                offset -= count
            return None

    def counts(self) -> tuple[int, int, int]:
        """Papers, unread papers, papers on the shortlist."""
        with self._database.read() as connection:
            total, unread, shortlisted = connection.execute(
                """SELECT ifnull(sum(total), 0), ifnull(sum(unread) FILTER (WHERE section = ''), 0),
                          ifnull(sum(shortlisted), 0) FROM groups"""
            ).fetchone()
        return total, unread, shortlisted

    def highest(self) -> int:
        """The highest key of a paper; 0 if there is none. Papers that come later have higher ones."""
        with self._database.read() as connection:
            return int(connection.execute("SELECT ifnull(max(id), 0) FROM papers").fetchone()[0])

    def arrived(self, after: int, limit: int) -> tuple[Sequence[tuple[int, Group]], int]:
        """Unread papers with a higher key than `after`, in no section, each with its group (whose counts are left out);
        of more papers than `limit` only the first. And the highest key of a paper."""
        with self._database.read() as connection:
            rows = connection.execute(
                f"""SELECT p.id, g.id, g.day, g.collection FROM papers p JOIN groups g ON g.id = p.grp
                    WHERE p.id > ? AND {IS_UNREAD} ORDER BY p.id LIMIT ?""",
                (after, limit),
            ).fetchall()
            highest = self.highest()
        groups: dict[int, Group] = {}
        for _, key, day, collection in rows:
            if key not in groups:
                groups[key] = Group(key, date.fromisoformat(day) if day else None, collection, 0, 0, 0)
        return [(row[0], groups[row[1]]) for row in rows], highest

    def dismissed(self, group: int, keys: Sequence[int] | None = None) -> int:
        """How many papers of a group were dismissed; or of `keys`, where the group is shown in part."""
        count = "SELECT count(*) FROM papers WHERE dismissed = 1 AND"
        with self._database.read() as connection:
            if keys is None:
                return int(connection.execute(f"{count} grp = ?", (group,)).fetchone()[0])
            return sum(
                connection.execute(f"{count} id IN ({placeholders(len(chunk))})", chunk).fetchone()[0]
                for chunk in chunks(keys)
            )

    # papers

    def key_of(self, id: str) -> int:
        """The paper with this arXiv id, DOI, address of either, or name. Raises UnknownPaper."""
        with self._database.read() as connection:
            key = _named(connection, id)
            if key is None:
                from feedreader.text.identifiers import arxiv_id, doi  # only where the text isn't the id itself

                arxiv = arxiv_id(id)
                name = arxiv[0] if arxiv else doi(id) or id.strip()
                key = _named(connection, name)
                if key is None and doi(name):
                    key = _with_doi(connection, name)
        if key is None:
            raise UnknownPaper(f"No paper “{id}” in the library.", "`feedreader list` shows all papers.")
        return key

    def get(self, key: int) -> Paper | None:
        """A whole paper, with the texts of its versions; None if it is gone."""
        with self._database.read() as connection:
            row = connection.execute(f"{PAPER_QUERY} WHERE p.id = ?", (key,)).fetchone()
            paper = paper_of(row) if row else None
            if paper is None or not paper.revisions:
                return paper
            return replace(paper, versions=tuple(map(version_of, connection.execute(VERSIONS_QUERY, (key,)))))

    def summaries(self, keys: Sequence[int]) -> dict[int, PaperSummary]:
        """Summaries in the order asked for, without those of papers that are gone."""
        summaries = {}
        with self._database.read() as connection:
            for chunk in chunks(keys):
                for row in connection.execute(f"{SUMMARY_QUERY} WHERE p.id IN ({placeholders(len(chunk))})", chunk):
                    summaries[row[0]] = summary_of(row)
        return {key: summaries[key] for key in keys if key in summaries}

    # what a query finds

    def matches(self, query: Query) -> tuple[tuple[Group, array[int]], ...]:
        """All that a query finds, by group, in feed order, as it is now; if it asks for another order, in one group.

        Raises QueryError if a regular expression takes too long.
        """
        with self._database.read() as connection:
            return self._finder.matches(connection, query, self._visit)

    def window(
        self,
        query: Query,
        *,
        after: Cursor | None = None,
        before: Cursor | None = None,
        most: int = 200,
        seconds: float | None = None,
    ) -> Window:
        """A run of about `most` papers that a query finds, `after` a place or up to the one `before`; without either
        from the start. It ends early when so many `seconds` have passed. In an order that is not by day there is no
        `before`. Raises QueryError if a regular expression takes too long."""
        with self._database.read() as connection:
            return self._finder.window(
                connection, query, self._visit, after=after, before=before, most=most, seconds=seconds
            )

    def count(
        self, query: Query, *, after: Cursor | None = None, seconds: float | None = None
    ) -> tuple[int, Cursor | None]:
        """How many papers a query finds from a place on, as far as so many seconds go; and where to go on counting."""
        with self._database.read() as connection:
            return self._finder.count(connection, query, self._visit, after, seconds)

    def count_in_turns(self, query: Query, is_wanted: Callable[[], bool]) -> int:
        """How many papers a query finds, in all, or so far once that is not wanted any more. Others who read get their
        turns in between."""
        papers, cursor = self.count(query, seconds=_SLICE)
        while cursor is not None and is_wanted():
            sleep(_TURN)
            more, cursor = self.count(query, after=cursor, seconds=_SLICE)
            papers += more
        return papers

    def part_before(self, cursor: Cursor) -> float:
        """Which part of all papers, 0 to 1, stands on the days before a place in the feed's order."""
        is_collection, day, *_ = cursor.group
        newer = "" if is_collection else "FILTER (WHERE day > ?)"
        days = (date.fromordinal(min(max(-day, 1), date.max.toordinal())).isoformat(),) if newer else ()
        with self._database.read() as connection:
            before, papers = connection.execute(
                f"SELECT ifnull((sum(total) {newer}), 0), sum(total) FROM groups WHERE day IS NOT NULL", days
            ).fetchone()
        return before / papers if papers else 1.0

    def cursor_at(self, query: Query, key: int) -> Cursor | None:
        """The place above the day (or collection) of a paper, where a window of the query may begin; None if it is gone
        or if the query has an order that is not by day."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT day, collection, section FROM groups WHERE id = (SELECT grp FROM papers WHERE id = ?)", (key,)
            ).fetchone()
        if row is None or not query.by_day:
            return None
        day, collection, section = row
        from feedreader.library.windows import Cursor

        group = Group(0, date.fromisoformat(day) if day else None, collection, 0, 0, 0, section)
        return Cursor(group.feed_order())

    @staticmethod
    def cursor_of_day(query: Query, day: date) -> Cursor | None:
        """The place above a day and all that is older; None if the query has an order that is not by day."""
        from feedreader.library.windows import Cursor

        return Cursor(Group(0, day, None, 0, 0, 0).feed_order()) if query.by_day else None

    def find(self, query: Query, limit: int | None = None) -> Iterator[Paper]:
        """What a query finds, whole, in feed order."""
        if limit is None:
            return self.whole(chain.from_iterable(keys for _, keys in self.matches(query)))
        keys: list[int] = []
        cursor: Cursor | None = None
        while len(keys) < limit:
            window = self.window(query, after=cursor, most=limit - len(keys))
            keys += (key for _, found in window.found for key in found)
            if (cursor := window.after) is None:
                break
        return self.whole(keys[:limit])

    def whole(self, keys: Iterable[int]) -> Iterator[Paper]:
        """Papers in the order asked for, without those that are gone."""
        for chunk in chunks(keys):
            with self._database.read() as connection:
                rows = connection.execute(f"{PAPER_QUERY} WHERE p.id IN ({placeholders(len(chunk))})", chunk)
                papers = {row[0]: paper_of(row) for row in rows}
            yield from (papers[key] for key in chunk if key in papers)

    def begin_visit(self) -> None:
        """From now on `since:visit` means what came since the reader was opened before; that it is open is noted."""
        if self._database.read_only:
            return
        from feedreader.library.search.finder import begin_visit

        with self._database.write(urgent=True) as connection:
            self._visit = begin_visit(connection)

    @cached_property
    def _finder(self) -> Finder:
        from feedreader.library.search.finder import Finder  # not needed to show the whole feed

        return Finder(self._now)

    # where they come from

    def partial_sources(self) -> tuple[str, ...]:
        """The names of those whose import was broken off, or goes on in another process."""
        with self._database.read() as connection:
            rows = connection.execute("SELECT name FROM sources WHERE partial AND forgotten IS NULL ORDER BY name")
            return tuple(name for (name,) in rows)

    def sources(self) -> tuple[SourceInfo, ...]:
        """Digests and subscriptions, by name. In a large library this takes a while, for which nobody waits who reads
        something else."""
        with self._database.snapshot() as connection:
            counts = _counts_of_sources(connection)
            rows = connection.execute(
                """SELECT id, name, path, format, title, imported_at, partial FROM sources
                   WHERE forgotten IS NULL ORDER BY name, path"""
            )
            return tuple(
                SourceInfo(
                    *(name, path, format, title), *counts.get(key, (0, 0)), datetime.fromisoformat(at), bool(partial)
                )
                for key, name, path, format, title, at, partial in rows
            )


def _counts_of_sources(connection: sqlite3.Connection) -> dict[int, tuple[int, int]]:
    """By source, how many papers it has, and how many of them no other has."""
    names: dict[str, list[int]] = {}
    for key, name in connection.execute("SELECT id, name FROM sources WHERE forgotten IS NULL"):
        names.setdefault(name, []).append(key)
    if any(len(alike) > 1 for alike in names.values()):
        rows = connection.execute(
            """SELECT source, count(*), sum(only) FROM
                   (SELECT DISTINCT e.source, e.paper, NOT EXISTS (SELECT 1 FROM entries o WHERE o.paper = e.paper
                                                                   AND o.source <> e.source) AS only
                    FROM entries e WHERE e.paper IS NOT NULL)
               GROUP BY source"""
        )
        return {key: (papers, only) for key, papers, only in rows}
    papers: Counter[int] = Counter()
    only: Counter[int] = Counter()
    for lines, count in connection.execute("SELECT sources, count(*) FROM papers GROUP BY sources"):  # sooner told
        keys = [key for name in lines.split("\n") for key in names.get(name, ())]
        papers.update(dict.fromkeys(keys, count))
        only.update(dict.fromkeys(keys if len(keys) == 1 else (), count))
    return {key: (papers[key], only[key]) for key in papers}


def _collapsed(groups: Sequence[Group]) -> Iterator[Group]:
    """Without the sections whose day (or collection) holds anything else; that counts them."""
    sections: dict[object, Counter[str]] = {}
    for group in groups:
        if group.section:
            sections.setdefault((group.day, group.collection), Counter())[group.section] += group.total
    days = {(group.day, group.collection) for group in groups if not group.section}
    for group in groups:
        day = group.day, group.collection
        if not group.section and day in sections:
            yield replace(group, replaced=sections[day][REPLACED], muted=sections[day][MUTED])
        elif not group.section or day not in days:
            yield group


def _of_p(order: str) -> str:
    return ", ".join(f"p.{column}" for column in COLUMNS[order])


def _place(connection: sqlite3.Connection, key: int, order: str) -> tuple[Any, ...] | None:
    """A paper's group, and what it is ordered by there."""
    row: tuple[Any, ...] | None = connection.execute(
        f"SELECT p.grp, {_of_p(order)} FROM papers p WHERE p.id = ?", (key,)
    ).fetchone()
    return row


def _index(connection: sqlite3.Connection, place: tuple[Any, ...], order: str) -> int:
    """How many papers of the group come before a place."""
    columns = COLUMNS[order]
    before = f"SELECT count(*) FROM papers WHERE grp = ? AND ({', '.join(columns)}) < ({placeholders(len(columns))})"
    return int(connection.execute(before, place).fetchone()[0])


def _named(connection: sqlite3.Connection, name: str) -> int | None:
    row = connection.execute(
        """SELECT paper FROM entries WHERE paper IS NOT NULL AND name = ?
           UNION ALL SELECT paper FROM entries WHERE paper IS NOT NULL AND doi = ?""",
        (name, name),
    ).fetchone()
    return int(row[0]) if row else None


def _with_doi(connection: sqlite3.Connection, doi: str) -> int | None:
    """The paper with another version of a DOI, or whose preprint has it."""
    from feedreader.merge.identity import doi_keys  # only where no entry has the DOI itself

    keys = doi_keys(doi)
    row = connection.execute(
        f"""SELECT min(e.paper) FROM keys k JOIN entries e ON e.id = k.entry
            WHERE k.key IN ({placeholders(len(keys))}) AND e.paper IS NOT NULL""",
        keys,
    ).fetchone()
    return None if row[0] is None else int(row[0])
