"""OAI-PMH: pages of records as arXiv hands them out in bulk. Prefixes arXiv, arXivRaw and oai_dc, of others the last.

The day of a record is that of its first version (or its first date): not when it was announced.
Source: https://www.openarchives.org/OAI/openarchivesprotocol.html, https://info.arxiv.org/help/oa/index.html
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parsedate_to_datetime

from feedreader.arxiv.addresses import abs_url
from feedreader.model import Digest, Entry, Problem
from feedreader.parse.feeds.feed_item import address, day_of, moment_of
from feedreader.parse.feeds.rss_arxiv import categories, comment_with
from feedreader.parse.feeds.xml_text import XmlDocument, read_document, sniff
from feedreader.parse.layout.author_lists import author_names, listed_names
from feedreader.text.html_text import from_plain
from feedreader.text.identifiers import arxiv_id, doi
from feedreader.text.journal_reference import combined, journal_of, journal_of_source

NAME = "oai-pmh"

_ARXIV_SPEC = re.compile(r"(?:[a-z-]+:)?([a-z-]+):([A-Za-z-]+)\Z")
_TITLE = "OAI-PMH"
_CUT_OFF = "The page is cut off. The records before it were read."
_DAMAGED = "This record is damaged: invalid XML."
_INVALID = "Invalid XML. The records before it were read."
_ROOT = re.compile(rb"\s*(<\?xml\s[^>]*\?>|)\s*(<OAI-PMH[\s>][^>]*>|<OAI-PMH>)")
_RECORD = re.compile(rb"<record[\s>]")
_RECORD_END = re.compile(rb"</record\s*>")
_ERROR = re.compile(rb"<error\s[^>]*?code\s*=\s*[\"']([A-Za-z]{1,40})[\"'][^>]*>([^<]{0,500})")
_COMMENT = re.compile(r"Comment: ")
_MORE = {"journal-ref": "Journal-ref", "report-no": "Report-no", "msc-class": "Msc-class", "acm-class": "Acm-class"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OaiPage:
    """One page. `token` asks for the next; None: there is none.

    `error` is the server's code and message ("noRecordsMatch": there is nothing to be had).
    `size` is how many records the whole list has, `cursor` how many came before this page.
    """

    entries: tuple[Entry, ...] = ()
    token: str | None = None
    error: tuple[str, str] | None = None
    size: int | None = None
    cursor: int | None = None
    problems: tuple[Problem, ...] = ()
    breaks_off: bool = False


def matches_bytes(data: bytes) -> bool:
    """Whether the root is that of OAI-PMH, or of a single record."""
    head = sniff(data)
    return head.local_name == "oai-pmh" or (head.local_name in ("record", "dc") and "/OAI/" in head.text[:5000])


def parse_bytes(data: bytes, address: str = "") -> Digest:
    """The page, fetched at an address, as a digest. It never raises: what is wrong becomes a problem."""
    if data.count(b"<OAI-PMH") > 1 and (root := _ROOT.match(data)):
        return read_records(data, root[1] + root[2])
    page = read_page(data)
    problems = page.problems
    if page.error and page.error[0] != "noRecordsMatch":
        problems = (*problems, Problem(None, f"The server answered with an error: {page.error[1] or page.error[0]}"))
    return Digest(format=NAME, title=_TITLE, entries=page.entries, problems=problems, breaks_off=page.breaks_off)


def read_records(data: bytes, opening: bytes, line: int = 1, *, is_last: bool = True) -> Digest:
    """Records of several answers, one behind the other: a part of a file that begins at a line. `opening` is the root's
    start, with the XML declaration. It never raises."""
    spans, unclosed = _records(data)
    entries, problems = _entries_of(data, opening, spans)
    for start, end in zip([0, *(end for _, end in spans)], [*(start for start, _ in spans), len(data)], strict=True):
        problems += _errors(data, start, end)
    breaks_off = is_last and bool(unclosed) and unclosed[-1] >= (spans[-1][1] if spans else 0)
    for start in unclosed:
        is_end = breaks_off and start == unclosed[-1]
        problems.append(Problem(data.count(b"\n", 0, start) + 1, _CUT_OFF if is_end else _DAMAGED))
    placed = tuple(Problem(each.line and each.line + line - 1, each.reason) for each in problems)
    return Digest(format=NAME, title=_TITLE, entries=tuple(entries), problems=placed, breaks_off=breaks_off)


def _records(data: bytes) -> tuple[list[tuple[int, int]], list[int]]:
    """Where records begin and end, and where some begin that do not end before the next."""
    spans: list[tuple[int, int]] = []
    unclosed: list[int] = []
    start = _RECORD.search(data)
    while start:
        following = _RECORD.search(data, start.end())
        end = _RECORD_END.search(data, start.end(), following.start() if following else len(data))
        if end:
            spans.append((start.start(), end.end()))
        else:
            unclosed.append(start.start())
        start = following
    return spans, unclosed


def _entries_of(data: bytes, opening: bytes, spans: Sequence[tuple[int, int]]) -> tuple[list[Entry], list[Problem]]:
    """The entries of records that stand at these places. What is damaged is a problem, and ends none of the others."""
    records, at = bytearray(), 0
    for start, end in spans:
        records += b"\n" * data.count(b"\n", at, start) + data[start:end]
        at = end
    page = read_page(_wrapped(opening, records))
    if not any(problem.reason in (_CUT_OFF, _INVALID) for problem in page.problems):
        return list(page.entries), list(page.problems)
    entries: list[Entry] = []
    problems: list[Problem] = []
    line = at = 0
    for start, end in spans:
        line += data.count(b"\n", at, start)
        at = start
        page = read_page(_wrapped(opening, data[start:end]))
        entries += page.entries
        for problem in page.problems:
            reason = _DAMAGED if problem.reason in (_CUT_OFF, _INVALID) else problem.reason
            problems.append(Problem((problem.line or 1) + line, reason))
    return entries, problems


def _wrapped(opening: bytes, records: bytes | bytearray) -> bytes:
    return opening + records + b"</OAI-PMH>"


def _errors(data: bytes, start: int, end: int) -> Iterator[Problem]:
    """What the server says is wrong, between its records."""
    for match in _ERROR.finditer(data, start, end):
        if match[1] != b"noRecordsMatch":
            said = from_plain((match[2] or match[1]).decode("utf-8", "replace"))
            yield Problem(data.count(b"\n", 0, match.start()) + 1, f"The server answered with an error: {said}")


def read_page(data: bytes) -> OaiPage:
    """The records of a page, and what is needed to ask for the next. It never raises."""
    document = read_document(data)
    problems = list(document.problems)
    entries: list[Entry] = []
    token, error, size, cursor, breaks_off = None, None, None, None, False
    try:
        for element in _elements(document):
            name = _local(element)
            if name in ("record", "dc"):
                entry = _entry(element)
                if entry is not None:
                    entries.append(entry)
                    if entry.arxiv_id is None and (bad := _bad_id(element)):
                        line = document.line_at(max(document.text.find(bad), 0))
                        problems.append(Problem(line, f"Invalid arXiv id: {from_plain(bad)[:60]}"))
            elif name == "resumptionToken":
                token = _text(element) or None
                size, cursor = _number(element, "completeListSize"), _number(element, "cursor")
            elif name == "error":
                error = (from_plain(element.get("code", "")), _text(element))
    except ET.ParseError as fault:
        reason = str(fault).partition(":")[0]
        breaks_off = reason in ("no element found", "unclosed token")
        problems.append(Problem(fault.position[0], _CUT_OFF if breaks_off else _INVALID))
    return OaiPage(
        entries=tuple(entries),
        token=token,
        error=error,
        size=size,
        cursor=cursor,
        problems=tuple(problems),
        breaks_off=breaks_off,
    )


def _elements(document: XmlDocument) -> Iterator[ET.Element]:
    """The elements of interest, each when it is whole. Raises ParseError where the XML is damaged."""
    parser: ET.XMLPullParser[ET.Element] = ET.XMLPullParser(("start", "end"))
    parser.feed(document.text)
    events: Iterator[tuple[str, ET.Element]] = parser.read_events()  # type: ignore[assignment]  # no other was asked for
    outer: ET.Element | None = None
    for event, element in events:
        name = _local(element)
        if event == "start" and outer is None and name in ("record", "dc"):
            outer = element
        elif event == "end" and (element is outer or (outer is None and name in ("resumptionToken", "error"))):
            yield element
            element.clear()
            outer = None
    parser.close()


# ── records ──────────────────────────────────────────────────────────────────────────────────────


def _entry(record: ET.Element) -> Entry | None:
    """The entry of a record; None for one that is deleted or says nothing."""
    metadata = next((e for e in record.iter() if _local(e) in ("arXiv", "arXivRaw", "dc")), None)
    if metadata is None:
        return None
    fields: dict[str, list[ET.Element]] = {}
    for element in metadata:
        fields.setdefault(_local(element), []).append(element)
    entry = _dublin_core(record, fields) if _local(metadata) == "dc" else _arxiv(fields)
    guid = next(
        (_text(e) for header in record if _local(header) == "header" for e in header if _local(e) == "identifier"), ""
    )
    return replace(entry, guid=guid or None) if entry.title or entry.abstract else None


def _arxiv(fields: dict[str, list[ET.Element]]) -> Entry:
    arxiv = arxiv_id(_first(fields, "id"))
    moment = version = None
    if versions := fields.get("version"):
        numbers = [int(n[1]) for e in versions if (n := re.fullmatch(r"v([1-9]\d{0,2})", e.get("version", "")))]
        stated = next((e.text or "" for e in versions[0] if _local(e) == "date"), "")
        moment = _moment(stated)
        version = max(numbers, default=None)
        authors = listed_names([_first(fields, "authors")])
    else:
        stated = _first(fields, "created")
        people = (e for group in fields.get("authors", ()) for e in group)
        authors = tuple(name for person in people if (name := _person(person)))
    return Entry(
        title=_first(fields, "title") or None,
        authors=authors,
        abstract=_first(fields, "abstract") or None,
        comment=comment_with(_first(fields, "comments"), {label: _first(fields, key) for key, label in _MORE.items()}),
        arxiv_id=arxiv[0] if arxiv else None,
        version=version,
        doi=next(filter(None, map(doi, _first(fields, "doi").split())), None),
        url=abs_url(arxiv[0]) if arxiv else None,
        journal=journal_of(_first(fields, "journal-ref")),
        categories=categories(_first(fields, "categories").split()),
        day=day_of(stated),
        submitted=moment,
    )


def _dublin_core(record: ET.Element, fields: dict[str, list[ET.Element]]) -> Entry:
    own = _all(fields, "identifier")
    identifiers = [*own, *_all_within(record, "identifier")]  # the record's header has one, too
    arxiv = next(filter(None, map(arxiv_id, identifiers)), None)
    described = _all(fields, "description")
    comment = next(filter(_COMMENT.match, described), "")
    sets = map(_category, _all_within(record, "setSpec"))
    references = [text for text in own if arxiv and _is_reference(text)]
    own_doi = next((d for text in identifiers if not arxiv_id(text) and (d := doi(text))), None)
    sources = (journal_of_source(text, own_doi is not None) for text in _all(fields, "source"))
    urls = (url for text in own if (url := address(text)) and not doi(text))
    return Entry(
        title=next(iter(_all(fields, "title")), None),
        authors=author_names(_all(fields, "creator")),
        abstract=next((text for text in described if text != comment), None),
        comment=comment_with(_COMMENT.sub("", comment), {"Journal-ref": "; ".join(references)}),
        arxiv_id=arxiv[0] if arxiv else None,
        doi=own_doi,
        url=abs_url(arxiv[0]) if arxiv else next(urls, None),
        journal=combined([*map(journal_of, references[:1]), *sources]),
        categories=categories(sets) if arxiv else tuple(dict.fromkeys(_all(fields, "subject")))[:30],
        day=next(filter(None, map(day_of, _all(fields, "date"))), None),
    )


def _is_reference(text: str) -> bool:
    """Whether an identifier says in words where the paper was published."""
    return not (address(text) or doi(text) or arxiv_id(text))


def _category(spec: str) -> str:
    """The category that a set of arXiv's is: "cs:cs:LG", "physics:hep-ph"; "" where the set is a whole archive."""
    match = _ARXIV_SPEC.match(spec)
    if match and match[2][:1].isupper() and len(match[2]) == 2:
        return f"{match[1]}.{match[2]}"
    return match[2] if match and "-" in match[2] else ""


def _person(author: ET.Element) -> str:
    parts = {_local(part): _text(part) for part in author}
    return " ".join(filter(None, (parts.get("forenames"), parts.get("keyname"), parts.get("suffix"))))


def _bad_id(record: ET.Element) -> str:
    """What a record of arXiv's own has for an arXiv id."""
    metadata = next((e for e in record.iter() if _local(e) in ("arXiv", "arXivRaw")), None)
    return next((e.text or "" for e in metadata if _local(e) == "id"), "") if metadata is not None else ""


def _moment(stated: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(stated)
    except (ValueError, TypeError, IndexError, OverflowError):
        return moment_of(stated)
    return moment if moment.tzinfo else None


# ── elements ─────────────────────────────────────────────────────────────────────────────────────


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _text(element: ET.Element) -> str:
    return from_plain("".join(element.itertext()))


def _all(fields: dict[str, list[ET.Element]], name: str) -> list[str]:
    return [text for element in fields.get(name, ()) if (text := _text(element))]


def _all_within(record: ET.Element, name: str) -> list[str]:
    return [text for element in record.iter() if _local(element) == name and (text := _text(element))]


def _first(fields: dict[str, list[ET.Element]], name: str) -> str:
    return next(iter(_all(fields, name)), "")


def _number(element: ET.Element, name: str) -> int | None:
    stated = element.get(name, "")
    return int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 10 else None
