"""The query language: text ↔ Query. Pure.

    query   = { [ "-" ] condition }              all must hold; "-" negates one
    condition = word | "words in a row" | field ":" value
    field   = is | day | source | title | author | abstract | id

`day:` takes 2019, 2019-05, 2019-05-09 or two of them with `..` between.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from feedreader.errors import QueryError
from feedreader.model import Query, Term

STATES = ("unread", "read", "shortlisted")
FIELDS = ("is", "day", "source", "title", "author", "abstract", "id")

_TOKEN = re.compile(r'(?P<minus>-?)(?:(?P<field>[A-Za-z_]+):)?(?:"(?P<phrase>[^"]*)(?P<closing>"?)|(?P<word>[^\s"]+))?')
_DAY = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


def parse_query(text: str) -> Query:
    """A query in words as a Query; "" is everything. Raises QueryError with the place of the mistake."""
    try:
        return Query(tuple(_terms(text)))
    except QueryError as error:
        error.query = text
        raise


def _terms(text: str) -> Iterator[Term]:
    place = 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        match = _TOKEN.match(text, place)
        if not match or match.end() == place:
            raise QueryError(f"“{text[place]}” is not understood here.", "Put words that hold it in quotes.", place)
        yield _term(match)
        place = match.end()


def _term(match: re.Match[str]) -> Term:
    field, value = match["field"] or "", match["phrase"] if match["phrase"] is not None else match["word"]
    at = match.start("field") if field else match.start()
    if match["phrase"] is not None and not match["closing"]:
        raise QueryError("A quote is opened and not closed.", 'Add a ".', match.start("phrase") - 1)
    if field and field.lower() not in FIELDS:
        near = _nearest(field.lower(), FIELDS)
        remedy = f"Did you mean {near}:?" if near else f"Fields: {', '.join(FIELDS)}."
        raise QueryError(
            f"There is no field “{field}”.", f'{remedy} For the words themselves: "{match[0].lstrip("-")}".', at
        )
    if not value:
        if field:
            raise QueryError(f"{field}: wants a value.", _example(field.lower()), match.end())
        raise QueryError(
            "A word is missing after “-”." if match["minus"] else "The quotes are empty.", "", match.start()
        )
    return Term(field.lower(), _value(field.lower(), value, match.end() - len(value)), bool(match["minus"]))


def _value(field: str, value: str, at: int) -> str:
    if field == "is":
        if value.lower() not in STATES:
            near = _nearest(value.lower(), STATES)
            remedy = f"Did you mean is:{near}?" if near else f"Known: {', '.join(STATES)}."
            raise QueryError(f"A paper cannot be “{value}”.", remedy, at)
        return value.lower()
    if field == "day":
        first, dots, last = value.partition("..")
        if not all(_DAY.fullmatch(part) for part in ((first, last) if dots else (first,))):
            raise QueryError(f"“{value}” is no day.", _example("day"), at)
    if field == "id":
        from feedreader.identifiers import arxiv_id, doi

        arxiv = arxiv_id(value)
        return arxiv[0] if arxiv else doi(value) or value
    return value


def _example(field: str) -> str:
    return {
        "is": f"One of {', '.join(STATES)}.",
        "day": "Write day:2019-05-09, day:2019-05, day:2019 or day:2019-05-01..2019-05-09.",
        "source": "Write source:name, a part of a source's name or title.",
        "id": "Write id:1905.02244, or a DOI.",
    }.get(field, f'Write {field}:word, or {field}:"some words".')


def _nearest(word: str, known: tuple[str, ...]) -> str | None:
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, known, n=1, cutoff=0.6)), None)


def format_query(query: Query) -> str:
    """A Query in words, such that `parse_query` reads it back."""
    return " ".join(map(_format, query.terms))


def _format(term: Term) -> str:
    plain = term.value and not re.search(r'[\s":]|^-', term.value)
    value = term.value if plain or (term.field and not re.search(r'[\s"]', term.value)) else f'"{term.value}"'
    return f"{'-' if term.negated else ''}{term.field + ':' if term.field else ''}{value}"


def toggled(query: str, term: str) -> str:
    """The query with a term added, or taken out where it stands in it already."""
    words = query.split()
    return " ".join(word for word in words if word != term) if term in words else " ".join([*words, term])
