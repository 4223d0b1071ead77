"""The words of the query language: its fields, what they take, and what is said of a mistake. Pure."""

from __future__ import annotations

from datetime import date

from feedreader.errors import QueryError
from feedreader.model import FLAG, MARKS

STATES = (
    *("unread", *(name for name, mark in MARKS.items() if mark.kind == FLAG)),
    *("new", "replaced", "highlighted", "muted"),
)
PARTS = (*(mark.has for mark in MARKS.values() if mark.has), "pdf", "tldr", "mention")
SORTS = ("day", "rank", "kept", "title")

FIELDS: dict[str, str] = {
    "title": 'title:diffusion, or title:"score matching"',
    "author": 'author:LeCun, or author:"Y. LeCun"',
    "abstract": "abstract:transformer",
    "cat": "cat:cs.LG, or cat:cs for the whole archive",
    "source": "source:name, a part of a source's name or title",
    "tag": "tag:thesis, or the beginning of a tag",
    "note": "note:word, from your own notes",
    "id": "id:1905.02244, or a DOI",
    "is": f"is:{', is:'.join(STATES)}",
    "has": f"has:{', has:'.join(PARTS)}",
    "day": "day:2019-05-09, day:2019-05, day:2019-05-01..2019-05-09, day:today or day:7d",
    "since": "since:visit, or since:2019-05-09",
    "sort": f"sort:{', sort:'.join(SORTS)}",
}
TEXTUAL = ("", "title", "author", "abstract", "cat", "source", "tag", "note")  # these take regular expressions, too
NAMING = ("author", "cat", "source", "tag")  # these take a whole name, too: tag:=ml
CHOICES = {"is": STATES, "has": PARTS, "sort": SORTS}
FACETS = {"categories": "cat", "sources": "source", "authors": "author", "tags": "tag"}  # lists to browse → fields

_MEANT = {
    "category": "cat",
    "categories": "cat",
    "archive": "cat",
    "date": "day",
    "year": "day",
    "after": "since",
    "abs": "abstract",
    "summary": "abstract",
    "from": "source",
    "feed": "source",
    "label": "tag",
    "name": "author",
    "kept": "shortlisted",
    "starred": "shortlisted",
    "saved": "shortlisted",
    "seen": "read",
    "notes": "note",
    "relevance": "rank",
    "best": "rank",
    "newest": "day",
    "tl;dr": "tldr",
}


def unknown_field(name: str, whole: str, at: int) -> QueryError:
    """There is no field of this name; which one may be meant."""
    near = nearest(name.lower(), tuple(FIELDS))
    remedy = f"Did you mean {near}:?" if near else f"Fields: {', '.join(FIELDS)}."
    return QueryError(f"There is no field “{name}”.", f'{remedy} For the words themselves: "{whole}".', at)


def checked(field: str, value: str, at: int) -> str:
    """A field's value as it is kept. Raises QueryError."""
    if field in CHOICES:
        return _chosen(field, value, at)
    if field in ("day", "since"):
        return _days(field, value, at)
    if field == "id":
        from feedreader.text.identifiers import arxiv_id, doi

        arxiv = arxiv_id(value)
        return arxiv[0] if arxiv else doi(value) or value
    if field == "tag":
        return value.lstrip("#") or value
    return value


def _chosen(field: str, value: str, at: int) -> str:
    known = CHOICES[field]
    word = value.lower()
    if word in known:
        return word
    near = nearest(word, known)
    remedy = f"Did you mean {field}:{near}?" if near else f"Known: {', '.join(known)}."
    said = {"is": "A paper cannot be", "has": "A paper cannot have", "sort": "Papers cannot be sorted by"}[field]
    raise QueryError(f"{said} “{value}”.", remedy, at, unfinished=any(one.startswith(word) for one in known))


def _days(field: str, value: str, at: int) -> str:
    from feedreader.query.date_range import bounds, may_become_one, normal

    span = normal(value)
    if field == "since" and span == "visit":
        return span
    try:
        bounds(span, date.max)
        if field == "since" and ".." in span:
            raise ValueError("since: takes the first day only.")
    except ValueError as error:
        begun = may_become_one(span) or (field == "since" and "visit".startswith(span))
        raise QueryError(str(error), example(field), at, unfinished=begun) from None
    return span


def example(field: str) -> str:
    """How a field is used."""
    return f"Write {FIELDS[field]}." if field not in CHOICES else f"One of {', '.join(CHOICES[field])}."


def nearest(word: str, known: tuple[str, ...]) -> str | None:
    """The known word that may be meant."""
    if _MEANT.get(word) in known:
        return _MEANT[word]
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, known, n=1, cutoff=0.6)), None)
