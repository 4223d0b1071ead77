"""bioRxiv and medRxiv: the preprints of some days, or all versions of one; and those that journals have published.

    {"messages": [{"status": "ok", "total": "2"}], "collection": [{"doi": …, "version": "1", "published": "NA", …}]}

A version after the first is a new version of the paper. Where a journal has published it, the DOI is the journal's.
Source: https://api.biorxiv.org/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from feedreader.model import Digest, Entry
from feedreader.parse.feeds import services
from feedreader.parse.feeds.feed_item import TEXT_LIMIT
from feedreader.parse.feeds.services import Fields, Service, abstract_of, asked_for, ids_in, journal
from feedreader.parse.layout.author_lists import author_names
from feedreader.text.html_text import from_plain

NAME = "biorxiv"

_HEADING = re.compile(r"O_ST_ABS(.{0,80}?)C_ST_ABS", re.DOTALL)
_FIGURE = re.compile(r"O_(FIG|TBL)\b(?:(?!O_(?:FIG|TBL)\b).)*?C_\1\b", re.DOTALL)  # and what its page says below it
_MARK = re.compile(
    r"[OC]_(?:LINKSMALLFIG|SCPCAP|SCPLOW|ST_ABS|LI|FIG|TBL|QD|TEXTBOX|MATH)"
)  # what was small capitals, an item …
_NAMES = {"biorxiv": "bioRxiv", "medrxiv": "medRxiv"}
_PATH = ("details", "pubs", "pub", "json", "na", "0", *_NAMES)


def _is_own(paper: Mapping[str, Any]) -> bool:
    if "preprint_title" in paper:
        return "preprint_doi" in paper or "biorxiv_doi" in paper
    return "doi" in paper and "title" in paper and ("server" in paper or "jatsxml" in paper)


def _entry(paper: Fields) -> Entry:
    return _published(paper) if "preprint_title" in paper.values else _posted(paper)


def _posted(paper: Fields) -> Entry:
    own, published = ids_in(paper.doi("doi")).doi, ids_in(paper.doi("published")).doi
    version = paper.number("version")
    day = paper.day("date")
    kind = paper.raw("type")
    return Entry(
        title=paper.title("title"),
        authors=author_names([paper.text("authors")]),
        abstract=_abstract(paper, "abstract"),
        comment=kind.capitalize() if "withdraw" in kind.lower() else None,
        version=version if version and version < 1000 else None,
        doi=published or own,
        preprint_doi=own if published and published != own else None,
        url=_page(paper.raw("server"), own, version),
        categories=_categories(paper.text("category")),
        day=day,
        announced=day is not None,
        announce_type=("replace" if version and version > 1 else "new") if day else None,
        line=paper.line,
    )


def _published(paper: Fields) -> Entry:
    """A preprint that a journal has published."""
    own = ids_in(paper.doi("preprint_doi"), paper.doi("biorxiv_doi")).doi
    published = ids_in(paper.doi("published_doi")).doi
    day = paper.day("published_date")
    return Entry(
        title=paper.title("preprint_title"),
        authors=author_names([paper.text("preprint_authors")]),
        abstract=_abstract(paper, "preprint_abstract"),
        doi=published or own,
        preprint_doi=own if published and published != own else None,
        url=_page(paper.raw("preprint_platform"), own, None) if not published else None,
        journal=journal(paper.text("published_journal"), year=day.year if day else None),
        categories=_categories(paper.text("preprint_category")),
        day=day or paper.day("preprint_date"),
        line=paper.line,
    )


def _abstract(paper: Fields, name: str) -> str | None:
    """The abstract, with its headings, and without the marks that stand for what its type was like."""
    stated = paper.values.get(name)
    if not isinstance(stated, str) or "O_" not in stated:
        return paper.abstract(name)
    text = _HEADING.sub(r" \1: ", _FIGURE.sub(" ", stated[: 2 * TEXT_LIMIT]))
    abstract = abstract_of(_MARK.sub("", text))
    return from_plain(abstract) if abstract else None


def _categories(category: str) -> tuple[str, ...]:
    return (category.replace("_", " ").lower(),) if category else ()


def _page(server: str, doi: str | None, version: int | None) -> str | None:
    if not doi:
        return None
    site = "medrxiv" if server.lower() == "medrxiv" else "biorxiv"
    return f"https://www.{site}.org/content/{quote(doi)}" + (f"v{version}" if version else "")


def _message(about: Mapping[str, Any]) -> Fields:
    messages = about.get("messages")
    first = messages[0] if isinstance(messages, list) and messages else None
    return Fields(first if isinstance(first, dict) else {})


def _said(about: Mapping[str, Any]) -> str:
    status = _message(about).raw("status").rstrip(".")
    return "" if status.lower() == "ok" else status


def _title(address: str, entries: tuple[Entry, ...]) -> str | None:
    if not address:
        return None
    name = next((name for part, name in _NAMES.items() if f"/{part}/" in address.lower()), "bioRxiv")
    published = ", published" if "/pubs/" in address else ""
    asked = asked_for(address, _PATH).removeprefix("category ").replace("_", " ")
    return f"{name}{published}: {asked}" if asked else name + published


_SERVICE = Service(
    name=NAME,
    lists=("collection",),
    is_own=_is_own,
    is_answer=lambda about, listed: "collection" in listed and "messages" in about,
    entry=_entry,
    total=lambda about: _message(about).number("total") or 0,
    said=_said,
    title=_title,
)


def matches_bytes(data: bytes) -> bool:
    """Whether it is an answer of bioRxiv's or medRxiv's, or preprints from one."""
    return services.matches(data, _SERVICE)


def parse_bytes(data: bytes, address: str = "") -> Digest:
    """The preprints as a digest. It never raises: what is wrong becomes a problem."""
    return services.read(data, address, _SERVICE)
