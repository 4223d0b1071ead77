"""The query language: text ↔ Query. Pure.

    query   = both { "or" both }                 "or" binds looser than "and"
    both    = part { [ "and" ] part }            side by side: all must hold
    part    = { "not" | "-" } ( "(" query ")" | [ field ":" ] value | field ":(" query ")" )
    value   = word | "words in a row" | /regular expression/ | ="a whole name"

A `-` negates only before something and after a blank or a parenthesis; a parenthesis within a word
(`f(x)`) belongs to it. A quote is one of "…", “…”, „…“, «…» and, around words, '…'. What follows a backslash
is no quote: `Schr\\"odinger` is TeX. Fields and what they take stand in `fields`; `parser` reads the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from feedreader.errors import QueryError
from feedreader.model import BEST, BY_INTEREST, And, Condition, Not, Or, Query, Term
from feedreader.query.parser import APOSTROPHES, FIELD, OPERATOR, QUOTES, Parser, ordered

_BARE_QUOTE = re.compile(rf"(?<!\\)(?:\\\\)*[{QUOTES}]")


def parse_query(text: str) -> Query:
    """A query in words as a Query; "" is everything. Raises QueryError with the place of the mistake."""
    try:
        return Parser(re.sub("[\ud800-\udfff]", "\ufffd", text)).query()
    except QueryError as error:
        error.query = text
        raise


def format_query(query: Query) -> str:
    """A Query in words, such that `parse_query` reads it back."""
    alone = len(query.terms) == 1
    words = [_format(term, alone) for term in query.terms]
    if query.sort and not (query.sort == BEST and query.top):
        words.append(f"sort:{BY_INTEREST if query.sort == BEST else query.sort}")
    return " ".join([*words, f"top:{query.top}"] if query.top else words)


def within(saved: Query, query: Query) -> Query:
    """What a query finds in another; its order, and how many, go before the other's."""
    sort = query.sort or (BY_INTEREST if saved.sort == BEST else saved.sort)
    return ordered((*saved.terms, *query.terms), sort, query.top or saved.top)


def terms_of(conditions: Iterable[Condition]) -> Iterator[Term]:
    """All terms of conditions, those of their parts too."""
    for condition in conditions:
        if isinstance(condition, Term):
            yield condition
        else:
            yield from terms_of((condition.part,) if isinstance(condition, Not) else condition.parts)


def names_interest(query: Query) -> bool:
    """Whether what a query finds hangs on the interest of papers."""
    return any(term.field == "interest" for term in terms_of(query.terms))


def _format(condition: Condition, alone: bool = False) -> str:
    """A condition in words; in parentheses if it is made of others and does not stand alone."""
    if isinstance(condition, Term):
        return _format_term(condition)
    if isinstance(condition, Not):
        return f"-{_format(condition.part)}"
    between = " or " if isinstance(condition, Or) else " "
    nested = (_format(part, isinstance(condition, Or) and isinstance(part, And)) for part in condition.parts)
    words = between.join(nested)
    return words if alone else f"({words} )" if words.endswith("\\") else f"({words})"


def _format_term(term: Term) -> str:
    before = f"{term.field}:{'=' * term.exact}" if term.field else ""
    if term.regex:
        return f"{before}/{term.value}/"
    value = term.value
    is_plain = not re.search(rf"[\s(){QUOTES}]|^[{APOSTROPHES}/=]", value)
    if is_plain and (term.field or not (FIELD.match(value) or OPERATOR.fullmatch(value) or value[0] == "-")):
        return before + value
    return f"{before}'{value}'" if _BARE_QUOTE.search(value) else f'{before}"{value}"'


def toggled(query: str, term: str) -> str:
    """The query with a term added, or removed if it has it already."""
    (toggle,) = parse_query(term).terms
    before = parse_query(query)
    rest = tuple(condition for condition in before.terms if condition != toggle)
    return format_query(replace(before, terms=rest if len(rest) < len(before.terms) else (*before.terms, toggle)))
