"""RIS, for reference managers: two letters, two blanks, a hyphen and a value a line; lines end in CR LF.

Mathematics is Unicode. A preprint is UNPB, what has a publisher's DOI JOUR.
Source: https://en.wikipedia.org/wiki/RIS_(file_format), after Research Information Systems' own description.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from feedreader.export.plain import address, any_doi, authors_of, first_and_last, in_journal, line, shown, year_of
from feedreader.model import Journal, Paper
from feedreader.text.author_names import parse_name
from feedreader.text.citation_key import year_and_month


def export(papers: Iterable[Paper], keys: Mapping[str, str]) -> Iterator[str]:
    for paper in papers:
        yield "".join(f"{tag}  - {value}\r\n" for tag, value in _fields(paper, keys[paper.id]) if value or tag == "ER")
        yield "\r\n"


def _fields(paper: Paper, key: str) -> Iterator[tuple[str, str]]:
    yield "TY", "JOUR" if in_journal(paper) else "UNPB"
    yield "ID", key
    yield "TI", shown(paper.title or "")
    for name in authors_of(paper)[0]:
        yield "AU", line(parse_name(name).sorted)
    yield from _journal_fields(paper.journal or Journal())
    if year := year_of(paper):
        yield "PY", f"{year:04}"
    if (when := year_and_month(paper)) and when[0] == year:
        yield "DA", date_of(paper, when)
    yield "DO", line(any_doi(paper) or "")
    yield "UR", line(address(paper) or "")
    if paper.arxiv_id:
        yield "AN", f"arXiv:{line(paper.arxiv_id)}"
    if paper.arxiv_id and not in_journal(paper):
        yield "PB", "arXiv"
    yield "AB", shown(paper.abstract or "")
    for tag in paper.marks.tags:
        yield "KW", line(tag)
    yield "N1", line(paper.marks.note or "")
    yield "ER", ""


def _journal_fields(journal: Journal) -> Iterator[tuple[str, str]]:
    """Its name both as a full one and as an abbreviation: it may be either, and programs read one of them."""
    name, volume, number, pages = (shown(text or "") for text in journal[:4])
    first, last = first_and_last(pages)
    yield from (("JF", name), ("JO", name), ("VL", volume), ("IS", number), ("SP", first), ("EP", last))


def date_of(paper: Paper, when: tuple[int, int]) -> str:
    """YYYY/MM/DD/, the day left out where only the month is known."""
    day = paper.day.day if paper.day and (paper.day.year, paper.day.month) == when else None
    return f"{when[0]:04}/{when[1]:02}/{f'{day:02}' if day else ''}/"
