"""EndNote's tagged format, also called Refer: a percent sign, a letter and a value a line; a blank line ends a record.

Source: https://en.wikipedia.org/wiki/Refer_(software), and what EndNote and Google Scholar export.
"""

from __future__ import annotations

import re

from feedreader.model import Digest
from feedreader.parse.layout.references import Reference, digest_of, keywords_in, name_in_order, text_of, year_of
from feedreader.parse.layout.tagged import Record, begins, records

NAME = "endnote"

_TAG = re.compile(r"(%[0A-Z1-9@!#$&(^*<>?])(?:[ \t]|$)")


def matches(text: str) -> bool:
    return begins(text, _TAG, ("%0",))


def parse(text: str) -> Digest:
    """The records of a file. It never raises."""
    return digest_of(NAME, map(_reference, records(text, _TAG, "%0")), ())


def _reference(record: Record) -> Reference:
    return Reference(
        line=record.line,
        title=text_of(record.get("%T")),
        authors=[name_in_order(text_of(name).rstrip(",")) for name in record.all("%A") or record.all("%E")],
        abstract=text_of(record.get("%X")),
        arxiv=next((value for value in record.all("%M") if "arxiv" in value.lower()), ""),
        dois=record.all("%R"),
        urls=record.all("%U", "%>"),
        journal=text_of(record.get("%J", "%B")),
        volume=text_of(record.get("%V")),
        number=text_of(record.get("%N")),
        pages=text_of(record.get("%P")),
        year=year_of(record.get("%D", "%8")),
        publisher=text_of(record.get("%I")),
        keywords=[
            word for value in record.texts("%K") for line in value.split("\n") for word in keywords_in(text_of(line))
        ],
        notes=["\n".join(text_of(line) for line in value.split("\n")) for value in record.texts("%Z")],
    )
