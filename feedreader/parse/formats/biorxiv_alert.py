"""The format "biorxiv-alert": what bioRxiv and medRxiv mail through HighWire: subject collections, keywords, citations.

In HTML a title is an element of the class `citation_title`, or a link to the paper
(`biorxiv.org/cgi/content/abstract/2026.01.05.697001v1?ct=ct`, `/content/early/…`, `/content/10.1101/…`); below it stand
authors, "bioRxiv posted 9 January 2026, 10.1101/2026.01.05.697001", and links "[Abstract] [PDF]". As plain text, and in
some HTML, titles are no links: title and authors stand above the line with the DOI.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from feedreader.model import Digest, Entry, Journal
from feedreader.parse.alerts.addresses import real_address
from feedreader.parse.alerts.items import (
    Item,
    digest_of,
    entry_of,
    facts_of,
    is_feed,
    is_html,
    items,
    numbered,
    told_by_doi,
)
from feedreader.parse.alerts.page import Element, Page, read_page
from feedreader.text.identifiers import doi

NAME = "biorxiv-alert"

_SERVER = re.compile(
    r"https?://(?:[\w-]+\.)?(bio|med)rxiv\.org/(?:cgi/content/|content/|cgi/reprint/)\S", re.IGNORECASE
)
_MARK = re.compile(
    r"rxiv\.org/cgi/content/|citation_title|alerts\.highwire\.org|\b(?:bio|med)Rxiv (?:posted\b|.{0,40}\balerts?\b)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"/((?:20\d\d\.\d\d\.\d\d\.)?\d{6,10})(?:v\d{1,3})?(?=[./?#]|\Z)")
_POSTED = re.compile(r"[Rr]xiv (?:first )?posted [^.:]{0,30}\b(20\d\d)\b")
_DATED = re.compile(r"20(\d\d)\.")
_STATED = re.compile(
    r"(?:\bdoi:?\s*(?:https?://(?:dx\.)?doi\.org/)?|https?://(?:dx\.)?doi\.org/|,\s)(?=10\.\d{4,9}/)", re.I
)
_TITLES = ("citation_title", "highwire-cite-title")
_FEWEST = 3  # words of a title that is a link
_NO_TITLE = re.compile(
    r"\W*(?:abstract|full text|pdf|view |read |download|supplement|unsubscribe|[a-z]+rxiv\W*\Z)", re.I
)
_LAST_OF_ONE = 24  # the last year in which all DOIs began with 10.1101


def matches(text: str) -> bool:
    if "rxiv" not in text.lower() or is_feed(text) or not _MARK.search(text):
        return False
    return any(entry.title for entry in _entries(text))


def parse(text: str) -> Digest:
    return digest_of(NAME, _entries(text))


def _entries(text: str) -> Iterator[Entry]:
    found = list(map(_entry, _items(text))) if is_html(text) else []
    yield from found or map(_in_its_place, told_by_doi(numbered(text), _STATED))


def _items(text: str) -> Iterator[Item]:
    page = read_page(text)
    titles = [each for each in page.elements if not each.classes.isdisjoint(_TITLES)]
    return items(page, titles or [link for link in page.elements if link.href and _is_title(page, link)])


def _is_title(page: Page, link: Element) -> bool:
    label = page.text(link.start, link.end)
    if len(label.split()) < _FEWEST or _NO_TITLE.match(label):
        return False
    return _SERVER.match(real_address(link.address) or "") is not None


def _entry(item: Item) -> Entry:
    addresses = (real_address(each.address) for each in item.page.links(item.element.start, item.end))
    address = next((each for each in addresses if each and _SERVER.match(each)), None)
    number = _NUMBER.search(address) if address else None
    facts = facts_of(item.lines())
    if not facts.doi and address:
        facts = replace(facts, doi=doi(address) or (_doi_of(number[1]) if number else None))
    posted = _POSTED.search(" ".join(item.lines()[:8])) if not facts.journal else None
    facts = replace(facts, journal=Journal(year=int(posted[1])) if posted else facts.journal)
    return _in_its_place(entry_of(item.title, address.partition("?")[0] if address else None, item.line, facts))


def _doi_of(number: str) -> str | None:
    """The DOI of the paper of this number, if there can be but one."""
    dated = _DATED.match(number)
    return None if dated and int(dated[1]) > _LAST_OF_ONE else f"10.1101/{number}"


def _in_its_place(entry: Entry) -> Entry:
    """The entry, printed where its address or what it says tells."""
    if entry.journal and entry.journal.name:
        return entry
    server = _SERVER.match(entry.url or "")
    name = {"bio": "bioRxiv", "med": "medRxiv"}[server[1].lower()] if server else None
    return replace(entry, journal=Journal(name, year=entry.journal.year if entry.journal else None)) if name else entry
