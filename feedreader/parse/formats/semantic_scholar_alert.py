"""The format "semantic-scholar-alert": what Semantic Scholar mails: new papers for a feed, by an author, citations.

A title is a link of the class `paper-link` to `semanticscholar.org/paper/…`, whose address tells who was mailed
(`?utm_source=alert_email&utm_campaign=AlertEmails_…`): that is left out. Below it stand authors ("A Lovel, +3
authors"), venue and year, and often a summary behind "TLDR".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from feedreader.model import Digest
from feedreader.parse.alerts.addresses import real_address
from feedreader.parse.alerts.items import Item, digest_of, entry_of, facts_of, is_html, items
from feedreader.parse.alerts.page import Element, Page, read_page

NAME = "semantic-scholar-alert"

_PAPER = re.compile(r"https?://(?:www\.|link\.)?semanticscholar\.org/paper/[^\s?#]+", re.IGNORECASE)
_CLASS = "paper-link"
_MARK = re.compile(rf"{_CLASS}\b|alert_email|AlertEmails", re.IGNORECASE)
_FEWEST = 3  # words of a title that only its address gives away


def matches(text: str) -> bool:
    if "semanticscholar" not in text or not is_html(text) or not _MARK.search(text):
        return False
    return any(item.title for item in _items(text))


def parse(text: str) -> Digest:
    entries = (entry_of(item.title, _page_of(item.element), item.line, facts_of(item.lines())) for item in _items(text))
    return digest_of(NAME, entries)


def _page_of(link: Element) -> str | None:
    """The page of a paper, if the link leads to one."""
    address = real_address(link.address)
    paper = _PAPER.match(address) if address else None
    return paper[0] if paper else None


def _items(text: str) -> Iterator[Item]:
    page = read_page(text)
    leading = [link for link in page.elements if "semanticscholar" in link.href and _page_of(link)]
    classed = [link for link in leading if _CLASS in link.classes]
    return items(page, classed or list(_first_of_each(page, leading)))


def _first_of_each(page: Page, links: list[Element]) -> Iterator[Element]:
    """Of the links to each paper the first that may be its title."""
    known = set()
    for link in links:
        address = _page_of(link)
        if address not in known and len(page.text(link.start, link.end).split()) >= _FEWEST:
            known.add(address)
            yield link
