"""OpenAlex: lists of works, and single ones.

    {"meta": {"count": 3, …}, "results": [{"id": "https://openalex.org/W1", "doi": …, "display_name": …, …}]}

Abstracts come as an index of words with their places. New Year's Day stands for dates of which only the year is known.
Source: https://developers.openalex.org/api-reference/works
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from feedreader.model import Digest, Entry, Journal
from feedreader.parse.feeds import services
from feedreader.parse.feeds.feed_item import TEXT_LIMIT
from feedreader.parse.feeds.services import (
    Fields,
    Service,
    abstract_of,
    ids_in,
    journal,
    keywords,
    page_of,
    titled,
    with_year,
)
from feedreader.parse.layout.author_lists import whole_names
from feedreader.parse.layout.authors import ET_AL

NAME = "openalex"

_WORK = ("https://openalex.org/W", "http://openalex.org/W", "https://api.openalex.org/W")


def _is_own(work: Mapping[str, Any]) -> bool:
    return str(work.get("id")).startswith(_WORK) or (
        "authorships" in work and work.keys() & {"title", "display_name"} != set()
    )


def _entry(work: Fields) -> Entry:
    main = work.inner("primary_location")
    places = work.objects("locations")
    pages = [place.raw(name) for place in places for name in ("landing_page_url", "pdf_url")]
    page = main.raw("landing_page_url", "pdf_url")
    arxiv, version, doi = ids_in(work.doi("doi"), work.inner("ids").raw("doi"), page, *pages)
    day = _day(work.day("publication_date"))
    topics = work.objects("keywords") or work.objects("topics")
    return Entry(
        title=work.title("title", "display_name"),
        authors=_authors(work),
        abstract=_abstract(work),
        comment="Retracted" if work.says("is_retracted") else None,
        arxiv_id=arxiv,
        version=version,
        doi=doi,
        preprint_doi=_preprint(places, doi),
        url=page_of(page),
        guid=work.raw("id") or None,
        journal=with_year(_journal(work, main), work.number("publication_year"), bool(day or arxiv)),
        day=day,
        keywords=keywords(topic.text("display_name", "keyword") for topic in topics),
        line=work.line,
    )


def _preprint(places: Iterable[Fields], doi: str | None) -> str | None:
    """The DOI that a server of preprints gave, beside that of what was published."""
    submitted = (
        place.raw("landing_page_url")
        for place in places
        if place.inner("source").raw("type") == "repository" and place.raw("version") == "submittedVersion"
    )
    preprint = ids_in(*submitted).doi
    return preprint if doi and preprint != doi else None


def _authors(work: Fields) -> tuple[str, ...]:
    """The authors; lists of works have the first 100 of each."""
    authorships = work.objects("authorships")
    names = whole_names(
        [each.inner("author").text("display_name") or each.text("raw_author_name") for each in authorships]
    )
    return (*names, ET_AL) if names and work.says("is_authors_truncated") else names


def _abstract(work: Fields) -> str | None:
    """The abstract put together from the index of its words, as long as an abstract can be."""
    places: list[tuple[int, str]] = []
    for word, stated in work.inner("abstract_inverted_index").values.items():
        if not isinstance(stated, list) or not all(type(place) is int for place in stated):
            work.odd.append("abstract_inverted_index")
            return None
        places += ((place, word) for place in stated)
    return abstract_of(" ".join(word for _, word in sorted(places)[:TEXT_LIMIT]))


def _journal(work: Fields, main: Fields) -> Journal | None:
    source, biblio = main.inner("source"), work.inner("biblio")
    if source.raw("type") == "repository":
        return None
    first, last = biblio.raw("first_page"), biblio.raw("last_page")
    pages = f"{first}-{last}" if first and last and first != last else first
    name = source.text("display_name")
    return journal(name, biblio.raw("volume"), biblio.raw("issue"), pages, work.number("publication_year"))


def _day(day: date | None) -> date | None:
    return None if day and (day.month, day.day) == (1, 1) else day


def _total(about: Mapping[str, Any]) -> int:
    meta = about.get("meta")
    count = meta.get("count") if isinstance(meta, dict) else None
    return count if type(count) is int else 0


_SERVICE = Service(
    name=NAME,
    lists=("results",),
    is_own=_is_own,
    is_answer=lambda about, listed: (
        "results" in listed and isinstance(meta := about.get("meta"), dict) and "count" in meta
    ),
    entry=_entry,
    total=_total,
    title=lambda address, entries: titled("OpenAlex", address, ("works",)),
)


def matches_bytes(data: bytes) -> bool:
    """Whether it is an answer of OpenAlex's with works, or works from one."""
    return services.matches(data, _SERVICE)


def parse_bytes(data: bytes, address: str = "") -> Digest:
    """The works as a digest. It never raises: what is wrong becomes a problem."""
    return services.read(data, address, _SERVICE)
