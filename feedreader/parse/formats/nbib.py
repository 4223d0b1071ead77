"""PubMed's format (nbib, Medline): a tag of up to four letters, a hyphen and a value a line, continued by six blanks.

Source: https://www.nlm.nih.gov/bsd/mms/medlineelements.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from feedreader.model import Digest
from feedreader.parse.layout.references import Reference, digest_of, name_in_order, text_of, year_of
from feedreader.parse.layout.tagged import Record, begins, records

NAME = "nbib"

_TAG = re.compile(r"([A-Z]{2,4}) {0,2}-(?:[ \t]|$)")
_GENERATION = re.compile(r" (Jr|Sr|2nd|3rd|4th|II|III|IV)\Z")  # behind the given name, as PubMed puts it
_STARS = str.maketrans(dict.fromkeys("*"))
_OF_AN_ID = re.compile(r"\s*\[(?:doi|pii)\]\s*\Z")


def matches(text: str) -> bool:
    return begins(text, _TAG, ("PMID",))


def parse(text: str) -> Digest:
    """The records of a file. It never raises."""
    return digest_of(NAME, map(_reference, records(text, _TAG, "PMID")), ())


def _reference(record: Record) -> Reference:
    pmid = text_of(record.get("PMID"))
    return Reference(
        line=record.line,
        title=_title(text_of(record.get("TI", "BTI", "TT"))),
        authors=[*_authors(record)],
        abstract=text_of(record.get("AB", "OAB")),
        dois=[_OF_AN_ID.sub("", value) for value in record.all("LID", "AID") if value.endswith("[doi]")],
        urls=[f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/"] if pmid.isdecimal() else [],
        journal=text_of(record.get("JT", "TA", "CTI")),
        volume=text_of(record.get("VI")),
        number=text_of(record.get("IP")),
        pages=text_of(record.get("PG")),
        year=year_of(record.get("DP", "DEP", "EDAT")),
        comments=[text_of(value) for value in record.all("GN")],
        keywords=[text_of(value.translate(_STARS)) for value in record.all("OT") or record.all("MH")],
    )


def _authors(record: Record) -> Iterator[str]:
    """The authors in their order: the full form of a name where there is one, and bodies."""
    full = any(tag == "FAU" for tag, _ in record.fields)
    for tag, lines in record.fields:
        if tag == ("FAU" if full else "AU"):
            yield name_in_order(_GENERATION.sub(r", \1", text_of(" ".join(lines))))
        elif tag == "CN":
            yield text_of(" ".join(lines))


def _title(stated: str) -> str:
    """A title without the full stop; one that was translated stands in brackets."""
    title = stated if stated.endswith("..") else stated.removesuffix(".").rstrip()
    return title[1:-1].strip() if title.startswith("[") and title.endswith("]") else title
