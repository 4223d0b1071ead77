"""The reader's interest: what a query lists is scored before it is listed."""

from __future__ import annotations

from feedreader.library import Library
from feedreader.library.interest import NEWEST
from feedreader.model import BEST, BY_INTEREST, BY_SOURCE, Condition, Not, Query, Term
from feedreader.rank.profile import LEAST_KEPT

_ORDERS = (BEST, BY_INTEREST)

WEEK = "day:7d -is:dismissed sort:interest"
BEST_UNREAD = "is:unread top:20"


def uses_interest(query: Query) -> bool:
    """Whether what a query finds, or its order, hangs on the interest of papers."""
    return bool(query.top) or query.sort in _ORDERS or any(map(_names_interest, query.terms))


def score_matches(library: Library, query: Query, most: int) -> int:
    """Score what a query can find whatever its interest, the newest papers; how many were not scored by this profile.

    Raises QueryError if a regular expression takes too long.
    """
    candidates = Query(tuple(term for term in query.terms if not _names_interest(term)), BY_SOURCE)
    keys = [key for _, found in library.papers.matches(candidates) for key in found][:most]
    return library.interest.score(keys)


def prepare(library: Library, query: Query, *, in_order: bool) -> None:
    """Before a query is asked that uses interest: score what it can find, and if `in_order`, let the order of days
    follow."""
    if not query.everything:
        score_matches(library, query, NEWEST)
    if in_order and query.sort == BY_INTEREST:
        library.interest.order()


def missing(library: Library) -> str:
    """What an order by interest lacks, in words; "" if nothing."""
    if library.interest.learned().profile is not None:
        return ""
    kept = library.interest.kept()
    if kept < LEAST_KEPT:
        return f"Keep {LEAST_KEPT} papers and the list can be ordered by interest ({kept} so far)."
    return "feedreader is still learning what interests you."


def _names_interest(condition: Condition) -> bool:
    if isinstance(condition, Term):
        return condition.field == "interest"
    if isinstance(condition, Not):
        return _names_interest(condition.part)
    return any(map(_names_interest, condition.parts))
