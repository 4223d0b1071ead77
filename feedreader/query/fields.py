"""All fields of a query, a row each: reading, completion, help, docs/ and the check of rules follow from it. Pure.

A new field is a row of `FIELDS` and its SQL in `library.search.compiler` (and `regex_search`, where it may be a regular
expression), a new value of `is:` or `has:` a `FieldValue` and its SQL there, a new order a `FieldValue`
and a function in `finder`. What `is:` and `has:` ask of marks follows from `model.MARKS`.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from datetime import date
from typing import Literal, NamedTuple

from feedreader.errors import QueryError
from feedreader.model import FLAG, MARKS, Term


class FieldValue(NamedTuple):
    """One of the values that a field takes. `in_rules`: it depends on the paper alone, so a rule may use it.

    `help` is what the help screen says of it ("" for most), `detail` what stands beside it where it is offered. An
    order other than by day has a `heading` above its papers, one that a key leads to a `message`. `synonyms`: other
    words for it.
    """

    name: str
    help: str = ""
    detail: str = ""
    heading: str = ""
    message: str = ""
    synonyms: tuple[str, ...] = ()
    in_rules: bool = False


class Field(NamedTuple):
    """One row. `kind` is what it takes: words; a name, also as a whole (`tag:=ml`); one of `choices`, to find or sort
    by; a date, or one of `choices`; dates from one to another, too; a number from 0 to 1; how many; an id. Words and
    names may be regular expressions.

    `help` is what the help screen and docs/ say of it, `example` what a mistake is answered with: where they are "",
    its choices. `unknown` begins the answer to a wrong choice. `sign` may stand before a value, and is no part of it.
    """

    name: str
    kind: Literal["words", "name", "choice", "sort", "date", "dates", "number", "count", "id"]
    help: str = ""
    example: str = ""
    choices: tuple[FieldValue, ...] = ()
    sign: str = ""
    synonyms: tuple[str, ...] = ()
    in_rules: bool = True

    @property
    def values(self) -> tuple[str, ...]:
        """The names of its choices."""
        return tuple(choice.name for choice in self.choices)

    @property
    def remedy(self) -> str:
        """How it is used, in a sentence."""
        return f"Write {self.example}." if self.example else f"Choose from {', '.join(self.values)}."


ANYWHERE = Field("", "words")  # words without a field
_TABLE = (
    Field("title", "words", "Words in the title, or title:/regex/", 'title:diffusion, or title:"score matching"'),
    Field(
        "author",
        "name",
        'An author: author:LeCun, author:"Y. LeCun"',
        'author:LeCun, or author:"Y. LeCun"',
        synonyms=("name",),
    ),
    Field("abstract", "words", "Words in the abstract", "abstract:transformer", synonyms=("abs", "summary")),
    Field(
        "cat",
        "name",
        "cs.LG; cs for the whole archive",
        "cat:cs.LG, or cat:cs for the whole archive",
        synonyms=("category", "categories", "archive"),
    ),
    Field(
        "source",
        "name",
        "Part of a source's name or title",
        "source:name, with part of a source's name or title",
        synonyms=("from", "feed"),
    ),
    Field(
        "folder",
        "name",
        "Part of the name of a folder of subscriptions",
        "folder:name, with part of the name of a folder of subscriptions",
        synonyms=("group",),
        in_rules=False,
    ),
    Field(
        "tag",
        "name",
        "A tag, or the start of one",
        "tag:thesis, or the start of a tag",
        sign="#",
        synonyms=("label",),
        in_rules=False,
    ),
    Field("note", "words", "Words in your note", "note:word, from your own notes", in_rules=False),
    Field("id", "id", "arXiv id or DOI", "id:1905.02244, or a DOI"),
    Field(
        "is",
        "choice",
        choices=(
            FieldValue("unread"),
            *(FieldValue(name, synonyms=mark.synonyms) for name, mark in MARKS.items() if mark.kind == FLAG),
            FieldValue("new", "Announced as new", in_rules=True),
            FieldValue("replaced", "Announced as a new version, or replaced since", in_rules=True),
            FieldValue("highlighted", "Highlighted by one of your rules"),
            FieldValue("muted", "Muted by one of your rules"),
            FieldValue("owned", "In a library you imported, such as a .bib file", synonyms=("library", "mine", "have")),
        ),
    ),
    Field(
        "has",
        "choice",
        choices=(
            *(FieldValue(mark.has, synonyms=mark.synonyms) for mark in MARKS.values() if mark.has),
            FieldValue("pdf"),
            FieldValue("tldr", in_rules=True),
            FieldValue("mention", in_rules=True),
        ),
    ),
    Field(
        "day",
        "dates",
        "2019 2019-05 2019-05-09 today yesterday 7d",
        "day:2019-05-09, day:2019-05, day:2019-05-01..2019-05-09, day:today or day:7d",
        synonyms=("date", "year", "newest"),
    ),
    Field(
        "since",
        "date",
        "A day, or visit (your last visit)",
        "since:visit, or since:2019-05-09",
        choices=(FieldValue("visit", detail="new since your last visit"),),
        synonyms=("after",),
    ),
    Field(
        "interest",
        "number",
        ">0.7 <0.2 (0 to 1)",
        "interest:>0.7, with a number from 0 to 1",
        synonyms=("score", "likely"),
    ),
    Field("top", "count", "top:20 (the most interesting ones)", "top:20", synonyms=("limit", "first"), in_rules=False),
    Field(
        "sort",
        "sort",
        choices=(
            FieldValue(
                "day", message="Sorted by source within each day.", synonyms=("newest", "date", "year", "source")
            ),
            FieldValue("interest", message="Sorted by interest within each day.", synonyms=("likely", "score")),
            FieldValue("category", message="Sorted by category within each day.", synonyms=("cat", "categories")),
            FieldValue("kept", heading="Last kept first", message="Sorted by when kept."),
            FieldValue("title", heading="By title", message="Sorted by title."),
            FieldValue("rank", heading="Best matches first", synonyms=("relevance", "best")),
        ),
    ),
)
FIELDS = {field.name: field for field in _TABLE}
FACETS = {"categories": "cat", "sources": "source", "authors": "author", "tags": "tag"}  # lists to browse → fields


def checked(field: Field, value: str, at: int) -> str:
    """A field's value as it is kept. Raises QueryError."""
    if field.kind in ("choice", "sort"):
        return _chosen(field, value, at)
    if field.kind in ("date", "dates"):
        return _days(field, value, at)
    if field.kind == "number":
        return _number(field, value, at)
    if field.kind == "count":
        return _count(field, value, at)
    if field.kind == "id":
        return identifier(value) or value
    return value.lstrip(field.sign) or value


def spelled_terms(term: Term) -> tuple[Term, ...]:
    """A term; and the same with ü as ue and so on, if it looks for words, or an author, with such a letter."""
    if (term.value.isascii() and "\\" not in term.value) or term.regex or term.exact:
        return (term,)
    if term.field not in ("", "title", "author", "abstract", "note"):
        return (term,)
    from feedreader.text.normalize import spellings

    return (term, *(dataclasses.replace(term, value=value) for value in spellings(term.value)[1:]))


def identifier(text: str) -> str | None:
    """The arXiv id or DOI that a text is, also as a web address."""
    from feedreader.text.identifiers import arxiv_id, doi

    arxiv = arxiv_id(text)
    return arxiv[0] if arxiv else doi(text)


def _chosen(field: Field, value: str, at: int) -> str:
    word = value.lower()
    if word in field.values:
        return word
    near = nearest(word, field.choices)
    remedy = f"Did you mean {field.name}:{near}?" if near else field.remedy
    unfinished = any(name.startswith(word) for name in field.values)
    what = "order" if field.kind == "sort" else "condition"
    raise QueryError(f"Unknown {what} “{field.name}:{value}”.", remedy, at, unfinished=unfinished)


def number_bound(value: str) -> tuple[str, float]:
    """The sign and the number of a checked value: `>=0.7`."""
    sign = value[: len(value) - len(value.lstrip("<>="))]
    return sign, float(value[len(sign) :])


def _number(field: Field, value: str, at: int) -> str:
    match = re.fullmatch(r"(<=?|>=?|≤|≥|=?)\s*(0?[.,]\d+|[01](?:[.,]\d*)?|\d{1,3}\s*%)", value.strip())
    digits = match[2].replace(",", ".").rstrip(" %") if match else "inf"
    number = float(digits) / (100 if "%" in value else 1)
    if match is None or number > 1:
        unfinished = re.fullmatch(r"[<>=≤≥]*[0.,]*", value) is not None
        raise QueryError(f"{field.name}: takes a number from 0 to 1.", field.remedy, at, unfinished=unfinished)
    sign = {"≤": "<=", "≥": ">=", "": ">=", "=": ">="}.get(match[1], match[1])
    return f"{sign}{number:g}"


def _count(field: Field, value: str, at: int) -> str:
    if not re.fullmatch("0*[1-9][0-9]{0,5}", value):
        raise QueryError(f"{field.name}: takes a number of papers.", field.remedy, at, unfinished=value == "0")
    return str(int(value))


def _days(field: Field, value: str, at: int) -> str:
    from feedreader.query.date_range import bounds, may_become_one, normal

    span = normal(value)
    if span in field.values:
        return span
    try:
        bounds(span, date.max)
        if field.kind == "date" and ".." in span:
            raise ValueError(f"{field.name}: takes a single day.")
    except ValueError as error:
        begun = may_become_one(span) or any(name.startswith(span) for name in field.values)
        raise QueryError(str(error), field.remedy, at, unfinished=begun) from None
    return span


def nearest(word: str, rows: Iterable[Field] | Iterable[FieldValue]) -> str | None:
    """The name of the row that a mistyped word may mean."""
    names: list[str] = []
    for row in rows:
        if word in row.synonyms:
            return row.name
        names.append(row.name)
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, names, n=1, cutoff=0.6)), None)
