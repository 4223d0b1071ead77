"""Papers that one entry alone makes, as nearly all do: their rows, made of the entry's without merging."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from feedreader.library.entry_rows import QUOTES, PreparedEntry
from feedreader.library.rows import REPLACED, Row, lines, unlines
from feedreader.merge.precedence import is_replacement, url_of

LONE_COLUMNS = (
    *("name", "title", "authors", "arxiv_id", "version", "doi", "url", "tldr", "comment", "journal", "categories"),
    *("sources", "mentions", "revisions", "title_order"),
)


class LonePaper(NamedTuple):
    """A paper: the values of LONE_COLUMNS, where it stands, and its categories."""

    row: Row
    day: str | None
    section: str
    categories: tuple[str, ...]


def lone_paper(prepared: PreparedEntry, source: str) -> LonePaper:
    """What `feedreader.merge.precedence.compose` and `rows.paper_row` make of an entry of a source."""
    title, authors, abstract, tldr, comment, arxiv_id, version, doi, url, _, journal, *rest = prepared.row
    categories, day, _, announce_type, mentions, _, _, _ = rest
    replaced = is_replacement(announce_type)
    own_categories = distinct(categories)
    row = (
        prepared.name,
        title or None,
        authors,
        arxiv_id or None,
        version or None,
        doi or None,
        None if arxiv_id else url_of(None, url, doi),
        tldr or None,
        None if abstract else comment or None,
        journal,
        lines(own_categories),
        source,
        _said(mentions, source) if mentions else "",
        f"{version or 0} {day}" if replaced and day else "",
        prepared.title_order,
    )
    return LonePaper(row, day, REPLACED if replaced and day else "", own_categories)


@lru_cache(maxsize=4096)
def distinct(values: str) -> tuple[str, ...]:
    """The lines of a column, each once."""
    return tuple(dict.fromkeys(unlines(values)))


def _said(mentions: str, source: str) -> str:
    return lines(tuple(part for words in dict.fromkeys(unlines(mentions)) for part in (source, words)))


def lone(entries: Sequence[PreparedEntry], known: Iterable[int]) -> list[bool]:
    """Of each of these entries, whether it has keys, and none of them is known or another's; and quotes nothing."""
    holders: defaultdict[int, int] = defaultdict(int)
    for entry in entries:
        for key in set(entry.keys):
            holders[key] += 1
    shared = {key for key, number in holders.items() if number > 1}.union(known)
    return [bool(entry.keys) and not entry.row[QUOTES] and shared.isdisjoint(entry.keys) for entry in entries]
