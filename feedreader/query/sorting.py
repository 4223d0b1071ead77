"""In which order papers are shown, as a word of the query: by day, the last kept first, by title. Pure."""

from __future__ import annotations

import re

ORDERS = {
    "day": "By day, as in the feed.",
    "kept": "The last kept first.",
    "title": "By title.",
}
_SORT = re.compile(  # what stands in quotes is text
    r"""  "[^"]*" | (?<!\S)'[^']*'(?!\S) | (?<!\S)sort:(?P<order>\S*) """, re.IGNORECASE | re.VERBOSE
)


def next_order(query: str) -> tuple[str, str]:
    """The query in the next of ORDERS, all else as it was written; and that order in words."""
    found = [match for match in _SORT.finditer(query) if match["order"] is not None]
    names = list(ORDERS)
    now = found[0]["order"].lower() if found else "day"
    following = names[(names.index(now) + 1) % len(names)] if now in names else "day"
    for match in reversed(found):
        query = query[: match.start()].rstrip() + query[match.end() :]
    words = query.strip() if following == "day" else f"{query.strip()} sort:{following}".strip()
    return words, ORDERS[following]
