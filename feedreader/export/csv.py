"""CSV as RFC 4180 has it, in UTF-8 without a mark at its front: a line of names, then a line a paper.

Mathematics is Unicode; several values in a cell are parted by "; ". A cell that a spreadsheet would take for a formula
(it begins with =, +, - or @) gets an apostrophe before it, and so does one that begins with an apostrophe: taking one
apostrophe off the front of a cell gives back what was there.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping

from feedreader.export.plain import address, line, shown, year_of
from feedreader.model import Journal, Paper

COLUMNS = (
    *("id", "key", "arxiv_id", "doi", "title", "authors", "abstract", "tldr", "comment", "categories", "day"),
    *("journal", "volume", "number", "pages", "year"),
    *("collection", "sources", "url", "read", "shortlisted", "tags", "note"),
)
_FORMULAS = tuple("=+-@'＝＋－＠")


def export(papers: Iterable[Paper], keys: Mapping[str, str]) -> Iterator[str]:
    yield _row(COLUMNS)
    for paper in papers:
        yield _row(map(guarded, _cells(paper, keys[paper.id])))


def _row(cells: Iterable[str]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue()


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULAS) else cell


def _cells(paper: Paper, key: str) -> Iterator[str]:
    yield from (paper.id, key, paper.arxiv_id or "", paper.doi or "", shown(paper.title or ""))
    yield "; ".join(map(shown, paper.authors))
    yield from (shown(text or "") for text in (paper.abstract, paper.tldr, paper.comment))
    yield "; ".join(map(line, paper.categories))
    yield paper.day.isoformat() if paper.day else ""
    yield from (shown(text or "") for text in (paper.journal or Journal())[:4])
    yield str(year_of(paper) or "")
    yield line(paper.collection or "")
    yield "; ".join(map(line, paper.sources))
    yield line(address(paper) or "")
    yield from ("yes" if mark else "no" for mark in (paper.marks.read, paper.marks.shortlisted))
    yield "; ".join(map(line, paper.marks.tags))
    yield line(paper.marks.note or "")
