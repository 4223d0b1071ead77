"""RSS and Atom of any kind, by way of feedparser: what `rss` and `atom` have in common.

A well-formed feed of the common kind is read by `rss_strict`, many times faster; all else by feedparser (`lenient`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from feedreader.model import Digest, Problem
from feedreader.parse.feeds import rss_strict
from feedreader.parse.feeds.feed_item import (
    TITLE_LIMIT,
    Feed,
    FeedItem,
    FeedText,
    address,
    base_of,
    day_of,
    entries_of,
    page_among,
)
from feedreader.parse.feeds.prism import journal_of
from feedreader.parse.feeds.xml_text import XmlDocument, read_document
from feedreader.text.cleaning import mended
from feedreader.text.html_text import from_html

_ITEM = re.compile(r"<(/?)(?:[\w.-]+:)?(?:item|entry)(?=[\s/>])[^<>]*?(/?)>")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """A feed as it was read.

    `total` and `start` are what an answer of a search says: how many results there are, and which (from 0) is first.
    `error` is what the server says went wrong, if the feed is an answer that says so.
    """

    digest: Digest
    total: int | None = None
    start: int | None = None
    error: str | None = None


def is_feed(head: XmlDocument, kind: str) -> bool:
    """Whether a document that starts so is a feed of the kind: "rss" or "atom"."""
    if kind == "atom":
        return head.local_name == "feed" or (head.local_name == "entry" and "www.w3.org/2005/Atom" in head.text[:4000])
    if head.local_name == "rdf":
        return any(mark in head.text for mark in ("purl.org/rss/1.0/", "my.netscape.com/rdf", "<channel", "<item"))
    return head.local_name == "rss"


def read(data: bytes, name: str, address: str = "") -> ParsedFeed:
    """The feed in the bytes, fetched at an address, under the name of its format. It never raises."""
    document = read_document(data)
    problems = list(document.problems)
    if not (is_feed(document, "rss") or is_feed(document, "atom")):
        reason = f"it starts with <{document.name[:40]}>" if document.name else "not XML"
        problems.append(Problem(None, f"This is not a feed ({reason})."))
        return ParsedFeed(digest=Digest(format=name, problems=tuple(problems)))
    parsed = rss_strict.parse(document) or read_leniently(document, problems, base_of(address))
    return assemble(name, *parsed, problems)


def assemble(
    name: str, feed: Feed, items: list[FeedItem], about: dict[str, str], problems: list[Problem]
) -> ParsedFeed:
    """`feed` and `items` as a parsed feed; `about` holds what else the feed says of itself."""
    error = _error(feed, items, about)
    if error is not None:
        problems.append(Problem(None, f"The server answered with an error: {error}"))
        items = []
    entries, empty = entries_of(items, feed)
    title = FeedText(feed.title).text(TITLE_LIMIT) or None
    return ParsedFeed(
        digest=Digest(
            format=name, title=title, entries=entries, problems=(*problems, *empty), breaks_off=feed.breaks_off
        ),
        total=_number(about.get("totalresults", "")),
        start=_number(about.get("startindex", "")),
        error=error,
    )


def _error(feed: Feed, items: list[FeedItem], about: dict[str, str]) -> str | None:
    """What arXiv says is wrong: in a feed of its own, or as the only result of a search."""
    if not items and feed.title.startswith("Feed error for query"):
        return from_html(about.get("subtitle", "")) or from_html(feed.title)
    if len(items) == 1 and "arxiv.org/api/errors" in items[0].guid:
        return items[0].summary.text() or from_html(items[0].title.value)
    return None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


# ── feedparser ───────────────────────────────────────────────────────────────────────────────────


def read_leniently(
    document: XmlDocument, problems: list[Problem], base: str = ""
) -> tuple[Feed, list[FeedItem], dict[str, str]]:
    """Read with feedparser, which copes with broken XML, too."""
    from feedreader.parse.feeds import lenient

    text, cut = _without_rest(document)
    parsed = lenient.parse(text, base)
    if cut:
        problems.append(cut)
    elif parsed.error:
        problems.append(Problem(*parsed.error))
    about = {"subtitle": _text(parsed.feed, "subtitle")}
    about |= {key: _text(parsed.feed, f"opensearch_{key}") for key in ("totalresults", "startindex")}
    is_atom = parsed.version.startswith("atom")
    feed = Feed(
        title=_text(parsed.feed, "title"),
        link=_base(parsed.feed),
        names=[*_names(parsed.feed)] if is_atom else [],
        day=day_of(_text(parsed.feed, "published")) or day_of(_text(parsed.feed, "updated")),
        is_rdf=parsed.version in ("rss10", "rss090"),
        breaks_off=cut is not None,
    )
    return feed, [_item(entry, is_atom) for entry in parsed.entries], about


def _without_rest(document: XmlDocument) -> tuple[str, Problem | None]:
    """The text without an item that the end of the file cuts off."""
    text = document.text
    if f"</{document.name}" in text[-1000:]:
        return text, None
    opened = end = 0
    count = 0
    for match in _ITEM.finditer(text):
        if match[1]:
            opened, end = 0, match.end()
            count += 1
        elif not match[2]:
            opened = opened or match.start()
    if not opened:
        if f"</{document.name}" in text[end:]:
            return text, None
        return text, Problem(document.line_at(len(text)), "The feed is cut off.")
    items_are = "1 item before is" if count == 1 else f"{count} items before are"
    where = text[:end] if end else text[:opened]
    closing = "</channel></rss>" if document.local_name == "rss" else f"</{document.name}>"
    return where + closing, Problem(
        document.line_at(opened), f"The feed is cut off in this item; the {items_are} complete."
    )


def _item(entry: dict[str, Any], is_atom: bool) -> FeedItem:
    contents = _dicts(entry, "content")
    texts = [_text_of(each, is_atom) for each in contents]
    content = max(texts, key=lambda text: len(text.value), default=FeedText())
    summary = FeedText(_text(entry, "summary"), not is_atom)
    detail = dict.get(entry, "summary_detail")
    if isinstance(detail, dict) and _text(detail, "value") == summary.value:
        summary = _text_of(detail, is_atom)
    elif content.value == summary.value:
        summary = content
    if not summary.value:
        summary = FeedText(next(iter(_texts(entry, "media_descriptions")), ""))
    title = FeedText(_text(entry, "title"), not is_atom)
    title_detail = dict.get(entry, "title_detail")
    if isinstance(title_detail, dict) and _text(title_detail, "value") == title.value:
        title = _text_of(title_detail, is_atom)
    tags = [_text(tag, "term") or _text(tag, "label") for tag in _dicts(entry, "tags")]
    primary = dict.get(entry, "arxiv_primary_category")
    return FeedItem(
        title=title,
        summary=summary,
        content=content,
        names=[*_names(entry)],
        authors=[group for group in _listed_authors(entry) if group],
        link=_link(entry),
        guid=_text(entry, "id"),
        published=_text(entry, "published"),
        updated=_text(entry, "updated"),
        categories=[tag for tag in tags if tag],
        primary_category=_text(primary, "term") if isinstance(primary, dict) else "",
        announce_type=_text(entry, "arxiv_announce_type") or _text(entry, "announce_type"),
        comment=_text(entry, "arxiv_comment"),
        journal=journal_of(partial(_text, entry)),
        sources=_texts(entry, "sources"),
        journal_ref=_text(entry, "arxiv_journal_ref") or _text(entry, "arxiv_journal_reference"),
        dois=[*(_text(entry, key) for key in ("arxiv_doi", "prism_doi", "doi")), *_texts(entry, "identifiers")],
    )


def _text_of(detail: dict[str, Any], is_atom: bool) -> FeedText:
    kind = _text(detail, "type")
    return FeedText(_text(detail, "value"), not is_atom or "html" in kind)


def _link(entry: dict[str, Any]) -> str:
    """The address of the item's page: of the alternates one in HTML, else the first link that is no enclosure."""
    links = _dicts(entry, "links")
    pages = [
        _text(link, "href") for link in links if _text(link, "rel") == "alternate" and "html" in _text(link, "type")
    ]
    others = (_text(link, "href") for link in links if _text(link, "rel") in ("alternate", "related", "via"))
    return page_among(pages) or _text(entry, "link") or next(others, "")


def _base(about: dict[str, Any]) -> str:
    """What relative addresses are relative to: the feed's page, else its own address."""
    stated = [_text(about, "link"), *(_text(link, "href") for link in _dicts(about, "links"))]
    return next((link for link in stated if address(link)), "")


def _names(about: dict[str, Any]) -> Iterator[str]:
    """The authors that the feed states in an element of their own each."""
    for person in _dicts(about, "full_names") or _dicts(about, "authors"):
        if name := _text(person, "name"):
            yield mended(name)


def _listed_authors(about: dict[str, Any]) -> Iterator[list[str]]:
    """What else states the authors, by the kind of element: any of them may name one, or several in a list."""
    yield _texts(about, "creators")
    stated = [_text(person, "stated") for person in _dicts(about, "authors")]
    yield [mended(text) for text in (*stated, _text(about, "authors"), _text(about, "creator")) if text]
    yield _texts(about, "hosts")


def _text(about: dict[str, Any], key: str) -> str:
    """A string, if it is one. By way of `dict`: feedparser's own dictionaries answer for absent keys with others."""
    value = dict.get(about, key)
    return value if isinstance(value, str) else ""


def _texts(about: dict[str, Any], key: str) -> list[str]:
    value = dict.get(about, key)
    return [mended(each) for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _dicts(about: dict[str, Any], key: str) -> list[dict[str, Any]]:
    value = dict.get(about, key)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
