"""What the counts of groups tell of conditions: in which groups they may hold, and for how many papers at the most."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from feedreader.library.search.compiler import Moment, Sql, days
from feedreader.model import Condition, Not, Term


class _Told(NamedTuple):
    """In which groups g a condition may hold, and for how many of a group's papers: for all those, if `exact`."""

    where: str
    bound: str = "g.total"
    exact: bool = False


def _somewhere(where: str) -> str:
    return f"g.id IN (SELECT grp FROM papers WHERE {where})"  # each has an index of its own


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
    "is:opened": _Told(_somewhere("opened = 1")),
    "is:dismissed": _Told(_somewhere("dismissed = 1")),
    "is:muted": _Told(_somewhere("muted = 1")),
    "is:replaced": _Told(f"g.section = 'replaced' OR {_somewhere('revisions <> ' + repr(''))}"),
    "has:tldr": _Told(_somewhere("tldr IS NOT NULL AND tldr <> ''")),
    "has:mention": _Told(_somewhere("mentions <> ''")),
}
_INTEREST = _Told(_somewhere("interest IS NOT NULL"))


class GroupCounts:
    """Of conditions that all hold: `sql` is the condition for groups g, `bound` the number of papers in a group for
    which they can hold (in SQL). Where `exact`, they do hold for so many."""

    def __init__(self, conditions: Iterable[Condition], moment: Moment) -> None:
        tests = [Sql("1")]
        bounds: list[str] = []
        self.exact = True
        for condition in conditions:
            term = condition.part if isinstance(condition, Not) else condition
            if isinstance(term, Term) and _is_of_days(term):
                sql = days(term, moment)
                tests.append(sql._replace(text=f"({sql.text}) IS NOT TRUE") if term is not condition else sql)
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


def _is_of_days(term: Term) -> bool:
    return not term.regex and (term.field == "day" or (term.field == "since" and term.value != "visit"))


def _told(term: Condition, sign: str) -> _Told | None:
    if not isinstance(term, Term) or term.regex:
        return None
    if term.field == "interest" and not sign:
        return _INTEREST
    return _TOLD.get(f"{sign}{term.field}:{term.value}")
