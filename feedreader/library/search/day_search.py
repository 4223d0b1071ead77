"""What a query finds day by day, in windows: the newest first, or from any day on, at a cost that follows the window.

Where words of the query stand in the index, it tells from which days on so many papers have them (documents are in the
order of days, see `index`). Else days are looked through one after another, without those of which the counts of their
groups say that they have none. What is found is exact either way.

Of the newest days the index of the newest is asked, which is small (see `index`).
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property
from itertools import groupby, takewhile
from operator import itemgetter
from typing import Any, NamedTuple

from feedreader.library.search.compiler import Compiler, Moment, Sql, all_of, bound_to, of_newest, sql_of
from feedreader.library.search.group_counts import (
    FIRST_ISO,
    LAST_ISO,
    Candidate,
    GroupCounts,
    is_beside,
    iso,
)
from feedreader.library.search.hits import Asked, Hits, documents_of, estimate
from feedreader.library.search.index import HIGHEST_DOCUMENT, newest_from, span
from feedreader.library.search.regex_search import Patterns
from feedreader.library.windows import START, Cursor
from feedreader.model import Condition, FeedOrder, Group, feed_order
from feedreader.query.language import terms_of

_LARGE = 2000  # papers of a group from which on it is taken in pieces
_LEAST = 64  # papers of such a piece
_FEW = 4000  # papers in which words are read, however many have them
_LOOKED_THROUGH = 16_000  # papers at a time
_READ = 400  # papers in which words are read sooner than the index is asked
_COUNTED = 20_000  # at a time
_ASKED = 1000  # papers of which regular expressions are asked at first: a process is started for each piece
_COLLECTIONS = Cursor((True, 0, "", "", ""))  # behind all days
_FACTS = (
    "p.id, p.grp, p.read OR g.section <> '', p.shortlisted, p.highlighted, p.doc"  # of a row; behind them, its order
)
_FACTS_COUNT = 6

Row = tuple[Any, ...]


class Piece(NamedTuple):
    """Papers of a group, in its order, with counts of just these."""

    group: Group
    rows: Sequence[Row]


def behind(order: FeedOrder) -> FeedOrder:
    """The place right behind a group."""
    return (*order[:-1], f"{order[-1]}\0")


class DaySearch:
    """Conditions, all of which hold, asked of the library as it is now. `columns` order papers in their groups."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        terms: Sequence[Condition],
        moment: Moment,
        columns: Sequence[str],
        patterns: Patterns,
    ) -> None:
        self._connection = connection
        self._terms = tuple(terms)
        self._moment = moment
        self._columns = columns
        self._patterns = patterns
        plain = tuple(term for term in terms if not any(part.regex for part in terms_of((term,))))
        self._asks_patterns = len(plain) < len(self._terms)
        compiler = Compiler(connection, moment, lambda _: ())
        parts = [(term, compiler.part(term)) for term in plain]
        part = all_of(part for _, part in parts)
        self._plain = plain
        self._compiler = compiler
        self._ordered = compiler.ordered
        self._sql, self.likely = sql_of(part), part.likely if compiler.ordered else ""
        self._asked = Asked(connection, parts, self.likely, self._sql, self._read)
        self._counts = GroupCounts(connection, plain, moment)
        self._newest = newest_from(connection)
        self._counting = False

    @cached_property
    def _reading(self) -> Sql:
        return self._read(self._plain)

    def _read(self, terms: Iterable[Condition]) -> Sql:
        """Conditions, for which the words of papers are read."""
        return Compiler(self._connection, self._moment, lambda _: (), reading=True).condition(terms)

    @property
    def ranking(self) -> str | None:
        """See `Compiler.ranking`."""
        return self._compiler.ranking(self._terms)

    @property
    def is_slow(self) -> bool:
        """Whether asking takes so long that it should be done once."""
        return self._asks_patterns

    # Windows ----------------------------------------------------------------------------------------------------

    def window(
        self, start: Cursor, step: int, most: int, seconds: float | None = None
    ) -> tuple[list[Piece], Cursor | None]:
        """The pieces behind (`step` 1) or before (-1) a place, of about `most` papers, in the feed's order; and the
        place to go on from, None if there is no more."""
        end = None if seconds is None else time.monotonic() + seconds
        pieces: list[Piece] = []
        found = 0
        for rows, cursor in self._batches(start, step, most):
            new = self._pieces(rows)
            found += len(rows)
            pieces = _joined(pieces, new) if step > 0 else _joined(new, pieces)
            if cursor is not None and (found >= most or (end is not None and time.monotonic() > end)):
                return pieces, cursor
        return pieces, None

    def all(self) -> list[Piece]:
        """All that is found."""
        return self.window(START, 1, HIGHEST_DOCUMENT)[0]

    def count(self, start: Cursor, seconds: float | None = None) -> tuple[int, Cursor | None]:
        """How many papers there are behind a place; if that takes longer, so far, and the place to go on from."""
        if self._counts.exact and not self._asks_patterns and not start.within:
            return sum(group.bound for group in self._counts.all(start, 1)), None
        end = None if seconds is None else time.monotonic() + seconds
        found, cursor = 0, None
        self._counting = not self._asks_patterns and not start.within
        most = _COUNTED if self._counting else _LOOKED_THROUGH
        for rows, cursor in self._batches(start, 1, most):
            found += sum(row[-1] for row in rows) if self._counting else len(rows)
            if cursor is not None and end is not None and time.monotonic() > end:
                break
        self._counting = False
        return found, cursor

    def finds_few(self, most: int) -> bool:
        """Whether it may find fewer papers than these, as far as can be told soon."""
        if self._sql.few or self._is_bound:
            return True
        if not self.likely:
            return self._bound(most) < most
        if self._newest is None:
            return self._hits(self.likely, most, *self._limits()) < most
        return estimate(self._connection, self.likely, self._counts.papers()) < most

    def _limits(self) -> tuple[int, int]:
        """Between which documents all are that may be found."""
        first, last = self._counts.next_day(_COLLECTIONS, -1), self._counts.next_day(START, 1)
        lowest, highest = documents_of(first or 0, last or 0)
        return 0 if any(True for _ in self._counts.collections(START, 1)) else lowest, highest

    def by_title(self, behind: str, most: int) -> tuple[list[Row], bool]:
        """The next papers behind a title, by the beginnings of titles (`papers.title_order`, the last of a row): about
        so many, with all that begin like the last; and whether there are more. For few papers: all are looked at."""
        limits = 0, HIGHEST_DOCUMENT
        where, parameters, few = self._sql
        if not few and (not self.likely or self._is_bound):
            groups = self._counts.all(START, 1)
            where, parameters = _in_groups(groups, self._reading if self.likely else self._sql)
        elif not few:
            limits = self._limits()
        size = most + _LEAST
        while True:
            rows = self._connection.execute(
                f"""SELECT {_FACTS}, p.title_order FROM papers p JOIN groups g ON g.id = p.grp
                    WHERE ({where}) AND +p.title_order > ? ORDER BY +p.title_order LIMIT ?""",
                (*bound_to(parameters, *limits), behind, size),
            ).fetchall()
            if len(rows) < size:
                return rows, False
            if whole := [row for row in rows if row[-1] != rows[-1][-1]]:
                return whole, True
            size *= 4

    def among(self, keys: Collection[int]) -> list[Row]:
        """Of these papers those that are found, in no order."""
        where, parameters, _ = self._reading if len(keys) <= _READ else self._sql
        sql = f"p.id IN (SELECT value FROM json_each(?)) AND ({_beside_the_index(where)})"
        return self._matching(self._select(sql, (json.dumps(list(keys)), *parameters), 0, HIGHEST_DOCUMENT))

    # Batches: rows in the feed's order within their groups, and the place behind (or before) them ----------------

    def _batches(self, start: Cursor, step: int, most: int) -> Iterator[tuple[list[Row], Cursor | None]]:
        if self._sql.few:
            rows = self._select(self._sql.text, self._sql.parameters, 0, HIGHEST_DOCUMENT)
            yield self._matching(self._beside(rows, start, step)), None
        elif not self.likely:
            yield from self._through(self._counts.all(start, step), start, step, most, self._sql)
        elif self._is_bound:
            yield from self._through(self._counts.all(start, step), start, step, most, self._reading)
        else:
            yield from self._by_index(start, step, most)

    @cached_property
    def _is_bound(self) -> bool:
        """Whether the counts of groups allow few papers."""
        return self._counts.bound != "g.total" and self._bound(_FEW) < _FEW

    def _bound(self, most: int) -> int:
        """How many papers the counts of groups allow, or `most` if that is more."""
        bound = 0
        for group in self._counts.all(START, 1):
            bound += group.bound
            if bound >= most:
                return most
        return bound

    def _by_index(self, start: Cursor, step: int, most: int) -> Iterator[tuple[list[Row], Cursor | None]]:
        """As the index tells where they are. Collections have no place in the order of documents: they are looked
        through."""
        if step > 0:
            more = any(True for _ in self._counts.collections(start, step))
            if not start.group[0]:
                for rows, cursor in self._days_by_index(start, step, most):
                    yield rows, cursor or (_COLLECTIONS if more else None)
            if more or start.group[0]:
                yield from self._through(self._counts.collections(start, step), start, step, most, self._sql)
            return
        if start.group > _COLLECTIONS.group:
            for rows, cursor in self._through(self._counts.collections(start, step), start, step, most, self._sql):
                yield rows, cursor or _COLLECTIONS
        yield from self._days_by_index(Cursor((False, 0, "", "", "")) if start.group[0] else start, step, most)

    def _days_by_index(self, start: Cursor, step: int, most: int) -> Iterator[tuple[list[Row], Cursor | None]]:
        wanted, found, at = most, 0, start
        large = self._counts.large_days(_LARGE)
        last = self._counts.next_day(_COLLECTIONS if step > 0 else START, -step)
        if last is None:
            return
        hits = Hits(self._asked, last, step)
        while (border := self._counts.next_day(at, step)) is not None:
            reached = hits.day_with(wanted, border, counting=self._counting)
            on_the_way = [day for day in large if min(border, reached) <= day <= max(border, reached)]
            if on_the_way:
                nearest = max(on_the_way) if step > 0 else min(on_the_way)
                if nearest == border:
                    yield from self._large_day(nearest, at, step, most)
                    at = _beside_day(nearest, step)
                    continue
                reached = nearest + step
            rows = self._of_days(hits.sql, min(border, reached), max(border, reached), at, step)
            at = _beside_day(reached, step)
            is_over = (last - reached) * step >= 0
            yield rows, None if is_over else at
            if is_over:
                return
            found += len(rows)
            left = hits.next_wanted(reached, wanted, len(rows), max(most - found, _LEAST))
            wanted = min(left, max(most, _LARGE))

    def _large_day(self, day: int, at: Cursor, step: int, most: int) -> Iterator[tuple[list[Row], Cursor | None]]:
        """A day with a large group, group by group."""
        groups = takewhile(lambda group: -group.order[1] == day, self._counts.all(at, step))
        for rows, cursor in self._through(groups, at, step, most, self._sql):
            yield rows, cursor or _beside_day(day, step)

    def _of_days(self, sql: Sql, first: int, last: int, at: Cursor, step: int) -> list[Row]:
        """The rows of days, of those that are beside a place."""
        lowest, highest = documents_of(first, last)
        days = iso(first, FIRST_ISO), iso(last, LAST_ISO)
        where, parameters, _ = sql
        where = f"({where}) AND g.day IS NOT NULL AND +g.day BETWEEN ? AND ?"
        rows = self._select(where, (*parameters, *days), lowest, highest)
        if at.within or at.group[2:] != ("", "", ""):  # it begins within a day
            rows = self._beside(rows, at, step)
        return self._matching(rows)

    def _through(
        self,
        groups: Iterable[Candidate],
        start: Cursor,
        step: int,
        most: int,
        sql: Sql,
    ) -> Iterator[tuple[list[Row], Cursor | None]]:
        """Looking through groups, large ones in pieces."""
        batch: list[Candidate] = []
        size, enough = 0, max(_ASKED, most) if self._asks_patterns else most
        for group in groups:
            if group.bound > _LARGE or (start.within and group.order == start.group):
                if batch:
                    yield self._of_groups(batch, sql), _beside(batch[-1], step)
                    batch, size = [], 0
                within = start.within if group.order == start.group else ()
                yield from self._of_large(group, within, step, most, sql)
                continue
            batch.append(group)
            size += group.bound
            if size >= enough:
                yield self._of_groups(batch, sql), _beside(group, step)
                batch, size, enough = [], 0, min(enough * 4, 2 * _ASKED if self._asks_patterns else _LOOKED_THROUGH)
        yield self._of_groups(batch, sql) if batch else [], None

    def _of_groups(self, groups: Sequence[Candidate], sql: Sql) -> list[Row]:
        buckets = [bucket for group in groups for bucket in group.buckets]
        return self._matching(self._select(*_in_groups(groups, sql), *span(min(buckets), max(buckets))))

    def _of_large(
        self, group: Candidate, within: Sequence[Any], step: int, most: int, sql: Sql
    ) -> Iterator[tuple[list[Row], Cursor | None]]:
        """A large group: all of it if the index knows of few papers there, else in pieces."""
        lowest, highest = span(*group.buckets)
        places = f"({', '.join(f'p.{column}' for column in self._columns)})"
        text, whole = _beside_the_index(sql.text), False
        if sql is self._sql and self.likely and self._hits(self.likely, _LARGE, lowest, highest) < _LARGE:
            text, whole = sql.text, True
        size = max(most, _ASKED if self._asks_patterns else _LEAST)
        sign = ">" if step > 0 else "<="
        while True:
            last = None if whole else self._place(group.key, within, size, step)
            where, parameters = f"p.grp = ? AND ({text})", [group.key, *sql.parameters]
            for place, relation in ((within, sign), (last, "<=" if step > 0 else ">")):
                if place:
                    where += f" AND {places} {relation} ({', '.join('?' * len(place))})"
                    parameters += place
            rows = self._matching(self._select(where, parameters, lowest, highest))
            if last is None:
                yield rows, _beside(group, step)
                return
            within, size = last, min(size * 2, 2 * _ASKED if self._asks_patterns else _LOOKED_THROUGH)
            yield rows, Cursor(group.order, last)

    def _place(self, group: int, within: Sequence[Any], papers: int, step: int) -> tuple[Any, ...] | None:
        """What orders the paper behind which so many papers of a group end, from a place in it on; None if there are
        not so many."""
        columns, sign, direction, skipped = ", ".join(self._columns), ">", "ASC", papers - 1
        if step < 0:
            sign, direction, skipped = "<=", "DESC", papers
        where = f"AND ({columns}) {sign} ({', '.join('?' * len(within))})" if within else ""
        order = ", ".join(f"{column} {direction}" for column in self._columns)
        row: tuple[Any, ...] | None = self._connection.execute(
            f"SELECT {columns} FROM papers WHERE grp = ? {where} ORDER BY {order} LIMIT 1 OFFSET ?",
            (group, *within, skipped),
        ).fetchone()
        return row

    def _hits(self, match: str, most: int, lowest: int, highest: int) -> int:
        hits = "SELECT 1 FROM search WHERE search MATCH ? AND rowid BETWEEN ? AND ? LIMIT ?"
        parameters = (match, lowest, highest, most)
        return int(self._connection.execute(f"SELECT count(*) FROM ({hits})", parameters).fetchone()[0])

    # Rows -------------------------------------------------------------------------------------------------------

    def _select(self, where: str, parameters: Sequence[Any], lowest: int, highest: int) -> list[Row]:
        columns = ", ".join(f"p.{column}" for column in self._columns)
        if not self._ordered:
            lowest, highest = 0, HIGHEST_DOCUMENT
        if self._newest is not None and lowest >= self._newest:
            where = of_newest(where)
        facts, order = f"{_FACTS}, {columns}", f"ORDER BY p.grp, {columns}"
        if self._counting:
            facts, order = "0, p.grp, count(*)", "GROUP BY p.grp"
        rows: list[Row] = self._connection.execute(
            f"SELECT {facts} FROM papers p JOIN groups g ON g.id = p.grp WHERE {where} {order}",
            bound_to(parameters, lowest, highest),
        ).fetchall()
        return rows

    def _matching(self, rows: list[Row]) -> list[Row]:
        """Of rows that pass all else, those that pass regular expressions."""
        if not self._asks_patterns or not rows:
            return rows
        keys = [row[0] for row in rows]
        compiler = Compiler(
            self._connection, self._moment, lambda term: self._patterns.papers_with(self._connection, term, keys)
        )
        where, parameters, _ = compiler.condition(self._terms)
        found = self._connection.execute(
            f"""SELECT p.id FROM papers p JOIN groups g ON g.id = p.grp
                WHERE p.id IN (SELECT value FROM json_each(?)) AND ({_each(where)})""",
            (json.dumps(keys), *bound_to(parameters, 0, HIGHEST_DOCUMENT)),
        )
        passed = {key for (key,) in found}
        return [row for row in rows if row[0] in passed]

    def _beside(self, rows: list[Row], start: Cursor, step: int) -> list[Row]:
        """Those of rows that are behind (or before) a place."""
        orders = {key: feed_order(day, collection, section) for key, day, collection, section in self._groups(rows)}

        def is_there(row: Row) -> bool:
            if start.within and orders[row[1]] == start.group:
                return (row[_FACTS_COUNT:] > start.within) == (step > 0)
            return is_beside(orders[row[1]], start, step)

        return [row for row in rows if is_there(row)]

    def _groups(self, rows: Iterable[Row]) -> list[tuple[int, date | None, str | None, str]]:
        keys = json.dumps(list({row[1] for row in rows}))
        groups = self._connection.execute(
            "SELECT id, day, collection, section FROM groups WHERE id IN (SELECT value FROM json_each(?))", (keys,)
        )
        return [(key, date.fromisoformat(day) if day else None, title, section) for key, day, title, section in groups]

    def _pieces(self, rows: list[Row]) -> list[Piece]:
        """Rows that stand group by group, by groups in the feed's order."""
        by_group = {key: list(papers) for key, papers in groupby(rows, key=itemgetter(1))}
        pieces = []
        for key, day, collection, section in self._groups(rows):
            papers = by_group[key]
            read, shortlisted, highlighted = (sum(row[column] for row in papers) for column in (2, 3, 4))
            counts = len(papers), len(papers) - read, shortlisted
            pieces.append(Piece(Group(key, day, collection, *counts, section, highlighted=highlighted), papers))
        return sorted(pieces, key=lambda piece: piece.group.feed_order())


def _joined(pieces: list[Piece], others: list[Piece]) -> list[Piece]:
    """Pieces one behind the other; a group that goes on is one piece."""
    if pieces and others and pieces[-1].group.key == others[0].group.key:
        last, first = pieces.pop(), others[0]
        both = Piece(last.group.joined(first.group), [*last.rows, *first.rows])
        return [*pieces, both, *others[1:]]
    pieces += others
    return pieces


def _beside(group: Candidate, step: int) -> Cursor:
    return Cursor(behind(group.order) if step > 0 else group.order)


def _beside_day(day: int, step: int) -> Cursor:
    """The place behind a day and its sections, or before them."""
    return Cursor((False, -day + (step > 0), "", "", ""))


def _in_groups(groups: Iterable[Candidate], sql: Sql) -> tuple[str, tuple[Any, ...]]:
    """A condition for the papers of some groups, and its parameters."""
    where = f"p.grp IN (SELECT value FROM json_each(?)) AND ({_beside_the_index(sql.text)})"
    return where, (json.dumps([group.key for group in groups]), *sql.parameters)


def _beside_the_index(sql: str) -> str:
    """The same condition, by which SQLite does not begin with what the index finds."""
    return sql.replace("p.doc IN", "+p.doc IN")


def _each(sql: str) -> str:
    """The same condition, for which the index is asked of each paper: for few papers."""
    return sql.replace("AND rowid BETWEEN ? AND ?)", "AND rowid = p.doc AND rowid BETWEEN ? AND ?)")
