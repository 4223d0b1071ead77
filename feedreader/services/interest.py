"""The reader's interest: what a query lists is scored before it is listed."""

from __future__ import annotations

from feedreader.library import Library
from feedreader.model import BEST, BY_INTEREST, BY_SOURCE, Condition, Not, Query, Term

_ORDERS = (BEST, BY_INTEREST)


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


def _names_interest(condition: Condition) -> bool:
    if isinstance(condition, Term):
        return condition.field == "interest"
    if isinstance(condition, Not):
        return _names_interest(condition.part)
    return any(map(_names_interest, condition.parts))
