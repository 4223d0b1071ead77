"""The format "nature-alert": the tables of contents that Nature's journals mail (ealert@nature.com, e-alert).

A title is a link to `nature.com/articles/…`, mostly through one that counts clicks: `links.springernature.com/f/a/…`
(the address is in it, in Base64, or it can't be read), or a query `_L54AD1F204_=` with `target=/articles/…` in Base64.
Below it stand a sentence of what it is about, the authors, and "| doi:10.1038/…". In older ones, and as plain text,
titles are no links: title and authors stand above the line with the DOI.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from feedreader.model import Digest, Entry
from feedreader.parse.alerts.addresses import real_address
from feedreader.parse.alerts.items import (
    Item,
    digest_of,
    doi_in,
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

NAME = "nature-alert"

_MARK = re.compile(
    r"links\.springernature\.com|_L54AD1F204_|\be-?alerts?\b|(?:click|links?)\.[\w.]{0,20}nature\.com", re.I
)
_ARTICLE = re.compile(r"https?://(?:www\.)?nature\.com/(?:articles|doifinder)/(?:10\.1038/)?([\w.-]+)", re.IGNORECASE)
_COUNTED = re.compile(r"https?://[\w.-]*(?:springernature|nature)\.com/", re.IGNORECASE)
_STATED = re.compile(r"\bdoi:?\s*(?:https?://(?:dx\.)?doi\.org/)?(?=10\.\d{4,9}/)", re.IGNORECASE)
_PREFIX = "10.1038/"
_FEWEST = 3  # words of a title
_NO_TITLE = re.compile(
    r"\W*(?:abstract|full text|pdf|view (?:this|in|all|the)|read (?:more|the|this)|unsubscribe|manage |sign up"
    r"|subscribe|forward to|privacy|terms |contact |advertis|submit |table of contents|current issue|download|follow )",
    re.IGNORECASE,
)


def matches(text: str) -> bool:
    if "nature" not in text.lower() or is_feed(text) or not _MARK.search(text):
        return False
    return any(entry.title and (entry.doi or "").startswith(_PREFIX) for entry in _entries(text))


def parse(text: str) -> Digest:
    return digest_of(NAME, _entries(text))


def _entries(text: str) -> Iterator[Entry]:
    found = list(filter(None, map(_entry, _items(text)))) if is_html(text) else []
    yield from found or told_by_doi(numbered(text), _STATED)


def _items(text: str) -> Iterator[Item]:
    page = read_page(text)
    return items(page, [link for link in page.elements if link.href and _may_be_title(page, link)])


def _may_be_title(page: Page, link: Element) -> bool:
    label = page.text(link.start, link.end)
    if len(label.split()) < _FEWEST or doi_in(label) or _NO_TITLE.match(label):
        return False
    address = real_address(link.address) or ""
    return _COUNTED.match(address) is not None or (doi(address) or "").startswith(_PREFIX)


def _entry(item: Item) -> Entry | None:
    """The paper of a title; None if it is a link of another kind: nothing below it is a paper's."""
    facts = facts_of(item.lines())
    article = _ARTICLE.match(item.address or "")
    own = doi(_PREFIX + article[1]) if article else doi(item.address or "")
    if not (own or facts.doi or len(facts.authors) > 1):
        return None
    address = f"https://www.nature.com/articles/{article[1]}" if article else None
    return entry_of(item.title, address, item.line, replace(facts, doi=own or facts.doi))
