"""RIS, as Zotero, EndNote, Mendeley and publishers write it: two letters, two blanks, a hyphen and a value a line.

Source: https://en.wikipedia.org/wiki/RIS_(file_format), after Research Information Systems' own description.
"""

from __future__ import annotations

import re

from feedreader.model import Digest, Problem
from feedreader.parse.layout.references import Reference, digest_of, keywords_in, name_in_order, text_of, year_of
from feedreader.parse.layout.tagged import Record, begins, records

NAME = "ris"

_TAG = re.compile(r"[ \t]{0,4}([A-Z][A-Z0-9]) {1,3}-(?:[ \t]|$)")
_FIRST = ("TY", "T1", "TI", "AU", "A1", "JF", "JO", "DO", "ID")  # of a record without its type
_PAPER_NUMBER = ("C7", "AR", "M1")
_BLANKS = re.compile(r"[ \t]+")


def matches(text: str) -> bool:
    return begins(text, _TAG, _FIRST) and re.search(r"(?m)^[ \t]{0,4}TY {1,3}- ?[A-Z]|^ER {1,3}-", text) is not None


def parse(text: str) -> Digest:
    """The records of a file; one without type or end is read as well, and reported. It never raises."""
    references, problems = [], []
    for record in records(text, _TAG, "TY", "ER"):
        references.append(_reference(record))
        if record.fields[:1] and record.fields[0][0] != "TY":
            problems.append(Problem(record.line, "This record does not begin with its type (TY); it was read."))
        elif not record.whole:
            problems.append(Problem(record.line, "This record has no end (ER); it was read."))
    return digest_of(NAME, references, problems)


def _reference(record: Record) -> Reference:
    first, last = text_of(record.get("SP")), text_of(record.get("EP"))
    number = text_of(record.get("IS"))
    kind, title = record.get("TY"), record.get("TI", "T1", "CT")
    journal = record.get("T2", "JF", "JO", "JA", "J2", "BT") if title else ""
    house = text_of(record.get("PB", "ET"))
    return Reference(
        line=record.line,
        title=text_of(title or record.get("BT", "T2")),
        authors=[name_in_order(text_of(name)) for name in record.all("AU", "A1") or record.all("A2", "ED")],
        abstract=text_of(record.get("AB", "N2")),
        arxiv=_arxiv(record),
        dois=[*record.all("DO"), *record.all("M3")],
        urls=record.all("UR", "L1", "L2", "LK"),
        journal=text_of(journal),
        volume=text_of(record.get("VL")),
        number=number,
        pages=(f"{first}-{last}" if first and last and last != first else first or last)
        or text_of(record.get(*_PAPER_NUMBER[:2])),
        year=year_of(record.get("PY", "Y1", "DA")),
        publisher=f"PhD thesis, {house}".rstrip(", ") if kind == "THES" else house,
        comments=[text_of(value) for value in record.all("C1") if "rxiv" in value.lower()],
        keywords=[word for value in record.texts("KW") for line in value.split("\n") for word in _keywords(line)],
        notes=[_note(value) for value in record.texts("N1", "RN")],
    )


def _keywords(line: str) -> list[str]:
    return keywords_in(text_of(line)) if ";" in line else [text_of(line)]


def _note(value: str) -> str:
    return "\n".join(text_of(line) for line in value.split("\n"))


def _arxiv(record: Record) -> str:
    """The arXiv id among the numbers that archives give; a mere number counts only if arXiv is named."""
    numbers = record.all("AN", "M1", "C1", "ID")
    return next((value for value in numbers if "arxiv" in value.lower()), "")
