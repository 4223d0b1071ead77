"""The groups in which conditions may hold, as their counts tell, and for how many papers at the most."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from feedreader.library.search.compiler import Moment, Sql, days, joined, negated
from feedreader.library.search.index import FIRST_DAY, bucket
from feedreader.library.windows import Cursor
from feedreader.model import And, Condition, FeedOrder, Not, Term, feed_order

LATEST = date.max.toordinal()
FIRST_ISO, LAST_ISO = "0001-01-01", "9999-12-31"


class _Told(NamedTuple):
    """In which groups g a condition may hold, and for how many of a group's papers: for all those, if `exact`."""

    where: str
    bound: str = "g.total"
    exact: bool = False


def _some(where: str, *, exact: bool = False) -> _Told:
    """Of papers of which an index of their own tells by group."""
    return _Told(
        f"g.id IN (SELECT grp FROM papers WHERE {where})",
        f"(SELECT count(*) FROM papers WHERE grp = g.id AND {where})",
        exact,
    )


_REVISED = "revisions <> ''"
_TOLD = {
    "is:unread": _Told("g.unread > 0 AND g.section = ''", "g.unread", exact=True),
    "-is:unread": _Told(
        "g.section <> '' OR g.unread < g.total", "g.total - iif(g.section = '', g.unread, 0)", exact=True
    ),
    "is:read": _Told("g.unread < g.total", "g.total - g.unread", exact=True),
    "-is:read": _Told("g.unread > 0", "g.unread", exact=True),
    "is:shortlisted": _Told("g.shortlisted > 0", "g.shortlisted", exact=True),
    "-is:shortlisted": _Told("g.shortlisted < g.total", "g.total - g.shortlisted", exact=True),
    "is:highlighted": _Told("g.highlighted > 0", "g.highlighted", exact=True),
    "-is:highlighted": _Told("g.highlighted < g.total", "g.total - g.highlighted", exact=True),
    "is:new": _Told("g.section <> 'replaced'", exact=True),
    "-is:new": _Told("g.section = 'replaced'", exact=True),
    "is:opened": _some("opened = 1", exact=True),
    "is:dismissed": _some("dismissed = 1", exact=True),
    "is:muted": _some("muted = 1"),
    "is:replaced": _Told(f"g.section = 'replaced' OR {_some(_REVISED).where}"),
    "has:tldr": _some("tldr IS NOT NULL AND tldr <> ''", exact=True),
    "has:mention": _some("mentions <> ''", exact=True),
}
_INTEREST = _some("interest IS NOT NULL")


class Candidate(NamedTuple):
    """A group in which papers may be found: `bound` at the most."""

    key: int
    day: str | None
    order: FeedOrder
    bound: int

    @property
    def buckets(self) -> tuple[int, int]:
        """The lowest and the highest bucket in which the documents of its papers may be: a paper that moves from a
        collection to a section of it keeps its document."""
        if self.day is None:
            return 0, FIRST_DAY
        day = bucket(self.day, self.key)
        return day, day


class GroupCounts:
    """Of conditions that all hold: `sql` is the condition for groups g, `bound` the number of papers in a group for
    which they can hold (in SQL). Where `exact`, they do hold for so many."""

    def __init__(self, connection: sqlite3.Connection, conditions: Iterable[Condition], moment: Moment) -> None:
        self._connection = connection
        tests = [Sql("1")]
        bounds: list[str] = []
        self.exact = True
        for condition in conditions:
            term = condition.part if isinstance(condition, Not) else condition
            if test := _of_days(condition, moment):
                tests.append(test)
            elif told := _told(term, "-" if term is not condition else ""):
                tests.append(Sql(told.where))
                bounds += [told.bound] if told.bound != "g.total" else []
                self.exact = self.exact and told.exact
            else:
                self.exact = False
        self.exact = self.exact and len(bounds) <= 1
        self.bound = (f"min({', '.join(bounds)})" if len(bounds) > 1 else bounds[0]) if bounds else "g.total"
        parameters = tuple(value for test in tests for value in test.parameters)
        self.sql = Sql(" AND ".join(f"({test.text})" for test in tests), parameters)

    def all(self, start: Cursor, step: int) -> Iterator[Candidate]:
        """Groups in which papers may be found, from a place on."""
        if step > 0:
            yield from self._days(start, step)
            yield from self.collections(start, step)
        else:
            yield from self.collections(start, step)
            yield from self._days(start, step)

    def _days(self, start: Cursor, step: int) -> Iterator[Candidate]:
        if start.group[0] and step > 0:
            return
        sign, direction = ("<=", "DESC") if step > 0 else (">=", "ASC")
        limit = LAST_ISO if step > 0 else FIRST_ISO
        day = limit if start.group[0] else iso(-start.group[1], limit)
        rows = self._connection.execute(
            f"""SELECT g.id, g.day, g.collection, g.section, {self.bound} FROM groups g
                WHERE g.total > 0 AND g.day {sign} ? AND {self.sql.text}
                ORDER BY g.day {direction}, g.section {"ASC" if step > 0 else "DESC"}""",
            (day, *self.sql.parameters),
        )
        for key, day, collection, section, bound in rows:
            group = Candidate(key, day, feed_order(date.fromisoformat(day), collection, section), bound)
            if is_beside(group.order, start, step):
                yield group

    def collections(self, start: Cursor, step: int) -> Iterator[Candidate]:
        if not start.group[0] and step < 0:
            return
        rows = self._connection.execute(
            f"""SELECT g.id, g.collection, g.section, {self.bound} FROM groups g
                WHERE g.total > 0 AND g.day IS NULL AND {self.sql.text}""",
            self.sql.parameters,
        ).fetchall()
        groups = [
            Candidate(key, None, feed_order(None, collection, section), bound)
            for key, collection, section, bound in rows
        ]
        for group in sorted(groups, key=lambda group: group.order)[::step]:
            if is_beside(group.order, start, step):
                yield group

    def papers(self) -> int:
        """How many papers these groups have."""
        sql = f"SELECT ifnull(sum(g.total), 0) FROM groups g WHERE {self.sql.text}"
        return int(self._connection.execute(sql, self.sql.parameters).fetchone()[0])

    def next_day(self, start: Cursor, step: int) -> int | None:
        """The first day (as its ordinal number), from a place on, on which papers may be found."""
        return next((-group.order[1] for group in self._days(start, step)), None)

    def large_days(self, papers: int) -> list[int]:
        """The days with a group of more papers, as ordinal numbers."""
        rows = self._connection.execute(
            "SELECT DISTINCT day FROM groups WHERE total > ? AND day IS NOT NULL", (papers,)
        )
        return [date.fromisoformat(day).toordinal() for (day,) in rows]


def is_beside(order: FeedOrder, start: Cursor, step: int) -> bool:
    """Whether a group is behind (or before) a place, in part at least."""
    return order >= start.group if step > 0 else order < start.group or (order == start.group and bool(start.within))


def iso(day: int, other: str) -> str:
    return date.fromordinal(day).isoformat() if 0 < day <= LATEST else other


def _of_days(condition: Condition, moment: Moment) -> Sql | None:
    """A condition of nothing but days, asked of groups g."""
    if isinstance(condition, Term):
        of_days = not condition.regex and (
            condition.field == "day" or (condition.field == "since" and condition.value != "visit")
        )
        return days(condition, moment) if of_days else None
    parts = (condition.part,) if isinstance(condition, Not) else condition.parts
    tests = [test for part in parts if (test := _of_days(part, moment))]
    if len(tests) < len(parts):
        return None
    if isinstance(condition, Not):
        return negated(tests[0])
    return joined(" AND " if isinstance(condition, And) else " OR ", tests)


def _told(term: Condition, sign: str) -> _Told | None:
    if not isinstance(term, Term) or term.regex:
        return None
    if term.field == "interest" and not sign:
        return _INTEREST
    return _TOLD.get(f"{sign}{term.field}:{term.value}")
