"""The order in which papers are shown: a word of the query, or else the order that days were last given. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from feedreader.model import BY_SOURCE, Query
from feedreader.query.fields import FIELDS

_SORT = re.compile(  # what stands in quotes is text
    r"""  "[^"]*" | (?<!\S)'[^']*'(?!\S) | (?<!\S)sort:(?P<order>\S*) """, re.IGNORECASE | re.VERBOSE
)


def in_order(query: Query, text: str, day_order: str) -> Query:
    """A query with its papers in `day_order` within their days, where its text says nothing else."""
    if day_order == BY_SOURCE or query.sort or query.top or _words(text):
        return query
    return replace(query, sort=day_order)


def next_order(text: str, day_order: str) -> tuple[str, str, str]:
    """The query and the order of days that come next, all else as it was written; and what is said then."""
    orders = {choice.name: choice for choice in FIELDS["sort"].choices if choice.message}
    names, words = list(orders), _words(text)
    current = words[0]["order"].lower() if words else day_order or names[0]
    following = orders[names[(names.index(current) + 1) % len(names)] if current in names else names[0]]
    for word in reversed(words):
        text = text[: word.start()].rstrip() + text[word.end() :]
    if following.heading:
        return f"{text.strip()} sort:{following.name}".strip(), day_order, following.message
    return text.strip(), following.name if following.name != names[0] else BY_SOURCE, following.message


def _words(text: str) -> list[re.Match[str]]:
    """Where the query states an order."""
    return [match for match in _SORT.finditer(text) if match["order"] is not None]
