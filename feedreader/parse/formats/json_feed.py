"""JSON Feed, versions 1 and 1.1, and what feedreader's own say more of papers, in `_feedreader`.

Source: https://jsonfeed.org/version/1.1
"""

from __future__ import annotations

import re
from typing import Any

from feedreader.model import Digest, Journal, Problem
from feedreader.parse.feeds.feed_item import TITLE_LIMIT, Feed, FeedItem, FeedText, base_of, entries_of
from feedreader.parse.layout.json_records import STRINGS, JsonText
from feedreader.text.cleaning import decode
from feedreader.text.html_text import from_plain

NAME = "json-feed"

_VERSION = re.compile(rb"\"version\"\s*:\s*\"https?:\\?/\\?/jsonfeed\.org\\?/version\\?/")
_YEAR = re.compile(r"[12][0-9]{3}")


def matches_bytes(data: bytes) -> bool:
    """Whether it is a JSON object that calls itself a JSON Feed."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:4]:  # UTF-16 or UTF-32
        data = decode(data)[0].encode()
    start = data[:1000].removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith(b"{") and _VERSION.search(data) is not None


def parse_bytes(data: bytes, address: str = "") -> Digest:
    """The feed, fetched at an address, as a digest. It never raises: what is wrong becomes a problem."""
    text, decoding = decode(data)
    problems = [problem for problem in decoding if "control" not in problem.reason]  # those were invisible
    document = JsonText(text, lists=("items",), decoder=STRINGS)
    records = tuple(document.records())
    problems += [
        Problem(record.line, "Invalid JSON from here on; the items before it were read.")
        for record in records
        if record.reason
    ]
    items = [record.value for record in records if not record.reason]
    about = document.about
    if not document.listed:  # then it is no item that was read
        about, items = next((item for item in items if isinstance(item, dict)), {}), []
        if about.get("items") is not None:
            problems.append(Problem(None, "“items” is not a list."))
        elif not about and not document.breaks_off:
            problems.append(Problem(None, "This is not a JSON Feed."))
    if odd := sum(not isinstance(item, dict) for item in items):
        problems.append(Problem(None, f"Skipped {odd} of {len(items)} items that are not objects."))
    base = base_of(address) or _text(about, "home_page_url", "feed_url")
    feed = Feed(title=_text(about, "title"), link=base, **_authors(about))
    entries, empty = entries_of((_item(item) for item in items if isinstance(item, dict)), feed)
    return Digest(
        format=NAME,
        title=FeedText(feed.title, False).text(TITLE_LIMIT) or None,
        entries=entries,
        problems=(*problems, *empty),
        breaks_off=document.breaks_off,
    )


def _item(stated: dict[str, Any]) -> FeedItem:
    html, more = _text(stated, "content_html"), _dict(stated, "_feedreader")
    return FeedItem(
        title=FeedText(_text(stated, "title"), False),
        summary=FeedText(_text(stated, "summary"), False),
        content=FeedText(html) if html else FeedText(_text(stated, "content_text"), False),
        **_authors(stated),
        link=_text(stated, "url", "external_url"),
        guid=_text(stated, "id"),
        published=_text(stated, "date_published"),
        updated=_text(stated, "date_modified"),
        categories=[tag for tag in _list(stated, "tags") if isinstance(tag, str)],
        comment=_text(more, "comment"),
        journal=_journal(_dict(more, "journal")),
        dois=[_text(more, "doi")],
    )


def _journal(stated: dict[str, Any]) -> Journal | None:
    name, volume, number, pages = (from_plain(_text(stated, part)) or None for part in Journal._fields[:4])
    year = _text(stated, "year")
    journal = Journal(name, volume, number, pages, int(year) if _YEAR.fullmatch(year) else None)
    return journal if any(journal) else None


def _authors(stated: dict[str, Any]) -> dict[str, Any]:
    """The authors, one in each name; or what version 1 has room for: one author, or several in one name."""
    if authors := _list(stated, "authors"):
        return {"names": [_text(author, "name") for author in authors if isinstance(author, dict)]}
    author = stated.get("author")
    return {"authors": [[_text(author, "name")]] if isinstance(author, dict) else []}


def _list(stated: dict[str, Any], key: str) -> list[Any]:
    value = stated.get(key)
    return value if isinstance(value, list) else []


def _dict(stated: dict[str, Any], key: str) -> dict[str, Any]:
    value = stated.get(key)
    return value if isinstance(value, dict) else {}


def _text(stated: dict[str, Any], *keys: str) -> str:
    """The first of the values that is a string with something in it."""
    return next((value for key in keys if isinstance(value := stated.get(key), str) and value.strip()), "")
