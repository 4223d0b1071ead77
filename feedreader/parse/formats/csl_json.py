"""CSL-JSON, as Zotero, Pandoc, Mendeley and doi.org write it, and Zotero's own JSON (Better BibTeX, its web API).

Items stand in an array, in the `items` of an object, or one a line. Sources:
https://github.com/citation-style-language/schema, csl-data.json; https://www.zotero.org/support/dev/web_api/v3/types_and_fields
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from feedreader.model import Digest, Problem
from feedreader.parse.layout.json_records import JsonRecord, JsonText
from feedreader.parse.layout.references import Reference, digest_of, keywords_in, name_of, text_of, year_of
from feedreader.text.cleaning import clean
from feedreader.text.html_text import html_lines
from feedreader.text.identifiers import arxiv_id

NAME = "csl-json"

_LOOK = 20  # items that `matches` looks at
_OF_CSL = ("author", "issued", "container-title", "citation-key", "editor", "DOI", "URL", "abstract")
_NO_PAPERS = ("attachment", "note", "annotation")  # of Zotero: they belong to an item
_JATS_HEADING = re.compile(r"<jats:title>\s*(?:abstract|summary)\s*</jats:title>", re.IGNORECASE)
_EXTRA = re.compile(r"([\w. _-]{2,30}?)\s*:\s*(\S.*)")
_IDS = ("arxiv", "doi", "pmid", "pmcid", "issn", "isbn", "mag id", "s2id", "citation key", "_eprint", "type", "url")


def matches(text: str) -> bool:
    """Whether most of the first records are items of CSL or Zotero."""
    values = [record.value for record in islice(_records(text), _LOOK) if record.reason is None]
    return sum(map(_is_item, values)) * 2 > len(values)


def _records(text: str) -> Iterator[JsonRecord]:
    return JsonText(text, lists={"items"}).records()


def _is_item(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    data = value.get("data", value)
    if isinstance(data, dict) and isinstance(data.get("itemType"), str):
        return "title" in data or "creators" in data or data["itemType"] in _NO_PAPERS
    return isinstance(value.get("type"), str) and any(name in value for name in _OF_CSL)


def parse(text: str) -> Digest:
    """The items of a file. It never raises."""
    references, problems = [], []
    for record in _records(text):
        if record.reason is not None:
            problems.append(Problem(record.line, record.reason))
        elif not _is_item(record.value):
            problems.append(Problem(record.line, "This is not an item of a library."))
        else:
            data = record.value.get("data", record.value)
            if isinstance(data, dict) and "itemType" in data:
                if data["itemType"] not in _NO_PAPERS:
                    references.append(_of_zotero(record.line, data))
            else:
                references.append(_of_csl(record.line, record.value))
    return digest_of(NAME, references, problems)


# ── values ───────────────────────────────────────────────────────────────────────────────────────


def _said(item: dict[str, Any], *names: str) -> str:
    """The first of these fields that is a text, or a list that begins with one; safe, with its markup."""
    for name in names:
        value = item.get(name)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, (str, int)) and not isinstance(value, bool) and str(value).strip():
            return clean(str(value))
    return ""


def _text(item: dict[str, Any], *names: str) -> str:
    return text_of(_said(item, *names))


def _list(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _of_csl(line: int, item: dict[str, Any]) -> Reference:
    archive = _text(item, "archive_location", "archiveID")
    number, house = _text(item, "number"), _text(item, "publisher", "archive")
    kind = "PhD thesis" if item.get("type") == "thesis" else ""
    reference = Reference(
        line=line,
        title=_text(item, "title"),
        authors=[_person(each) for each in _list(item.get("author")) or _list(item.get("editor"))],
        abstract=text_of(_JATS_HEADING.sub("", _said(item, "abstract"))),  # as doi.org answers
        arxiv=next(
            (id for id in (number, archive) if "arxiv" in id.lower()), archive if "arxiv" in house.lower() else ""
        ),
        dois=[_said(item, "DOI", "doi")],
        urls=[_said(item, "URL", "url")],
        journal=_text(item, "container-title", "event-title"),
        volume=_text(item, "volume"),
        number=_text(item, "issue"),
        pages=_text(item, "page"),
        year=_year(item.get("issued")),
        publisher=", ".join(filter(None, (_text(item, "genre") or kind, house))),
        comments=[_text(item, "status")],
        keywords=[*keywords_in(_text(item, "keyword")), *_tags(item)],
        notes=_notes(item, "annote", "annotation"),
    )
    _take_extra(reference, _said(item, "note"))
    return reference


def _of_zotero(line: int, item: dict[str, Any]) -> Reference:
    people = _list(item.get("creators"))
    authors = [each for each in people if each.get("creatorType") == "author"] or people
    house = _text(item, "university", "institution", "repository", "publisher")
    archive = _text(item, "archiveID", "archiveLocation", "reportNumber")
    reference = Reference(
        line=line,
        title=_text(item, "title"),
        authors=[_person(each) for each in authors],
        abstract=_text(item, "abstractNote"),
        arxiv=archive if "arxiv" in f"{archive} {house}".lower() else "",
        dois=[_said(item, "DOI")],
        urls=[_said(item, "url")],
        journal=_text(item, "publicationTitle", "proceedingsTitle", "bookTitle", "conferenceName"),
        volume=_text(item, "volume"),
        number=_text(item, "issue"),
        pages=_text(item, "pages"),
        year=year_of(_text(item, "date")),
        publisher=", ".join(filter(None, (_text(item, "thesisType", "reportType"), house))),
        keywords=_tags(item),
        notes=_notes(item, "annote"),
    )
    _take_extra(reference, _said(item, "extra"))
    return reference


def _person(stated: dict[str, Any]) -> str:
    family, given = _text(stated, "family", "lastName"), _text(stated, "given", "firstName")
    if not family:
        return _text(stated, "literal", "name") or given
    particles = " ".join(filter(None, (_text(stated, "dropping-particle"), _text(stated, "non-dropping-particle"))))
    return name_of(family, given, particles, _text(stated, "suffix"))


def _year(stated: object) -> int | None:
    """The year of a date: in parts, or as a text."""
    if not isinstance(stated, dict):
        return year_of(str(stated)) if isinstance(stated, (str, int)) else None
    parts = stated.get("date-parts")
    first = parts[0] if isinstance(parts, list) and parts else None
    year = first[0] if isinstance(first, list) and first else None
    return year_of(str(year)) if isinstance(year, (str, int)) else year_of(_said(stated, "raw", "literal"))


def _tags(item: dict[str, Any]) -> list[str]:
    tags = item.get("tags")
    stated = tags if isinstance(tags, list) else []
    named = [tag.get("tag") if isinstance(tag, dict) else tag for tag in stated]
    return [text_of(clean(tag)) for tag in named if isinstance(tag, str)]


def _notes(item: dict[str, Any], *names: str) -> list[str]:
    """Annotations, and Zotero's notes, which are HTML."""
    notes = item.get("notes")
    stated = notes if isinstance(notes, list) else []
    html = [note.get("note") if isinstance(note, dict) else note for note in stated]
    lines = ["\n".join(html_lines(note)) for note in html if isinstance(note, str)]
    return [*filter(None, (_said(item, name) for name in names)), *lines]


def _take_extra(reference: Reference, extra: str) -> None:
    """Put in what `note` holds: Zotero writes there, a line each, what it has no field for; the rest is the note."""
    rest = []
    for line in extra.split("\n"):
        field = _EXTRA.fullmatch(line.strip())
        name = field[1].lower() if field else ""
        if found := arxiv_id(line):
            reference.arxiv = reference.arxiv or found[0] + (f"v{found[1]}" if found[1] else "")
        elif field and name == "doi":
            reference.dois.append(field[2])
        elif field and name == "comment":
            reference.comments.append(text_of(field[2]))
        elif not (name in _IDS or name.startswith("tex.")):
            rest.append(line)
    reference.notes.append("\n".join(rest))
