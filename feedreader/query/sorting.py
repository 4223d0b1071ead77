"""The next order in which papers are shown, as a word of the query. Pure."""

from __future__ import annotations

import re

from feedreader.query.fields import FIELDS

_SORT = re.compile(  # what stands in quotes is text
    r"""  "[^"]*" | (?<!\S)'[^']*'(?!\S) | (?<!\S)sort:(?P<order>\S*) """, re.IGNORECASE | re.VERBOSE
)


def next_order(query: str) -> tuple[str, str]:
    """The query in the next order that has a message, all else as it was written; and that message."""
    messages = {choice.name: choice.message for choice in FIELDS["sort"].choices if choice.message}
    orders = list(messages)
    matches = [match for match in _SORT.finditer(query) if match["order"] is not None]
    current = matches[0]["order"].lower() if matches else orders[0]
    following = orders[(orders.index(current) + 1) % len(orders)] if current in orders else orders[0]
    for match in reversed(matches):
        query = query[: match.start()].rstrip() + query[match.end() :]
    words = query.strip() if following == orders[0] else f"{query.strip()} sort:{following}".strip()
    return words, messages[following]
