"""Entries to table rows and back."""

from __future__ import annotations

import hashlib
from datetime import date

from feedreader.library.rows import Row, lines, unlines
from feedreader.model import Entry

ENTRY_COLUMNS = (
    "title, authors, abstract, tldr, comment, arxiv_id, version, doi, url, categories, day, announced, "
    "announce_type, mentions, quotes, line"
)


def entry_row(entry: Entry) -> Row:
    """The values of ENTRY_COLUMNS."""
    return (
        entry.title,
        lines(entry.authors),
        entry.abstract,
        entry.tldr,
        entry.comment,
        entry.arxiv_id,
        entry.version,
        entry.doi,
        entry.url,
        lines(entry.categories),
        entry.day.isoformat() if entry.day else None,
        int(entry.announced),
        entry.announce_type,
        lines(entry.mentions),
        lines(entry.quotes),
        entry.line,
    )


def entry_of(row: Row) -> Entry:
    title, authors, abstract, tldr, comment, arxiv_id, version, doi, url, categories, *rest = row
    day, announced, announce_type, said, quotes, line = rest
    return Entry(
        title=title,
        authors=unlines(authors),
        abstract=abstract,
        tldr=tldr,
        comment=comment,
        arxiv_id=arxiv_id,
        version=version,
        doi=doi,
        url=url,
        categories=unlines(categories),
        day=date.fromisoformat(day) if day else None,
        announced=bool(announced),
        announce_type=announce_type,
        mentions=unlines(said),
        quotes=unlines(quotes),
        line=line,
    )


def fingerprint(row: Row) -> int:
    """64 bits that tell whether an entry says the same as before."""
    return int.from_bytes(hashlib.blake2b(repr(row).encode("utf-8", "replace"), digest_size=8).digest(), signed=True)
