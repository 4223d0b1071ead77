"""Crossref: lists of works, single ones, and bare ones.

    {"status": "ok", "message-type": "work-list", "message": {"total-results": 2, "items": [{"DOI": …, …}]}}

CSL-JSON has the same fields, but its titles are no lists. The day is that of publication online, else the earliest of
those stated; the cover of an issue often names one that is to come. Where the work is a preprint of another, the DOI is
that of the other. Source: https://api.crossref.org/swagger-ui/index.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from feedreader.model import Digest, Entry
from feedreader.parse.feeds import services
from feedreader.parse.feeds.services import Fields, Service, ids_in, journal, keywords, page_of, titled, with_year
from feedreader.parse.layout.author_lists import whole_names

NAME = "crossref"

_OTHERS = {
    "journal": "journals", "journal-issue": "issues", "journal-volume": "volumes", "component": "components",
    "book-series": "series", "book-set": "sets of books", "proceedings-series": "series", "report-series": "series",
    "standard-series": "series", "peer-review": "peer reviews", "grant": "grants", "database": "databases",
}  # fmt: skip
_PATH = ("v1", "works")


def _is_own(work: Mapping[str, Any]) -> bool:
    """CSL-JSON has an id, or its title is no list; an answer about an agency is no work."""
    return "DOI" in work and not ({"id", "agency"} & work.keys() or isinstance(work.get("title"), str))


def _entry(work: Fields) -> Entry:
    own = work.doi("DOI")
    related = work.inner("relation")
    published, preprints = [*_dois(related, "is-preprint-of")], [*_dois(related, "has-preprint")]
    arxiv, version, doi = ids_in(*published, own, *preprints)
    preprint = ids_in(*([own] if published else preprints)).doi
    year, day = _dates(work)
    names = work.texts("container-title")
    return Entry(
        title=_title(work),
        authors=_authors(work),
        abstract=work.abstract("abstract"),
        comment="; ".join(_notices(work)) or None,
        arxiv_id=arxiv,
        version=version,
        doi=doi,
        preprint_doi=preprint if preprint != doi else None,
        url=page_of(work.raw("URL")),
        journal=with_year(
            journal(
                names[0] if names else "",
                work.raw("volume"),
                work.raw("issue"),
                work.raw("page", "article-number"),
                year,
            ),
            year,
            bool(day or arxiv),
        ),
        day=day,
        keywords=keywords(work.texts("subject")),
        line=work.line,
    )


def _title(work: Fields) -> str | None:
    titles, subtitles = work.texts("title"), work.texts("subtitle")
    title = Fields({"title": titles[0]}).title("title") if titles else None
    if not title or not subtitles or subtitles[0].lower() in title.lower():
        return title
    return f"{title}{' ' if title[-1] in '?!:' else ': '}{subtitles[0]}"


def _authors(work: Fields) -> tuple[str, ...]:
    """The authors: persons in their parts, or bodies with a name."""
    names = (
        " ".join(filter(None, (person.text("given"), person.text("family"), person.text("suffix"))))
        or person.text("name")
        for person in work.objects("author")
    )
    return whole_names([*names])


def _dois(of: Fields, name: str) -> Iterator[str]:
    return (related.raw("id") for related in of.objects(name) if related.raw("id-type").lower() in ("doi", ""))


def _notices(work: Fields) -> Iterator[str]:
    """What the work corrects or retracts, or what corrects or retracts it."""
    for update in work.objects("update-to"):
        yield f"{update.text('label', 'type').capitalize() or 'Update'} of doi:{update.raw('DOI')}"
    for update in work.objects("updated-by"):
        kind = update.text("label", "type").lower()
        done = "retracted" if "retract" in kind or "withdraw" in kind else f"has a {kind or 'notice'}"
        yield f"{done.capitalize()}: doi:{update.raw('DOI')}"


def _dates(work: Fields) -> tuple[int | None, date | None]:
    """The year and the day of publication. That of registration counts within the same year."""
    stated = {
        name: _parts(work, name) for name in ("published-online", "posted", "published", "published-print", "issued")
    }
    years = [parts[0] for parts in stated.values() if parts]
    year = years[0] if years else None
    online = _day(stated["published-online"]) or _day(stated["posted"])
    created = _parts(work, "created")
    days = [_day(parts) for parts in stated.values()] + ([_day(created)] if created and created[0] in years else [])
    return year, online or min(filter(None, days), default=None)


def _parts(work: Fields, name: str) -> list[int]:
    """Year, month and day of a date, as many as are stated."""
    stated = work.inner(name).values.get("date-parts")
    first = stated[0] if isinstance(stated, list) and stated else None
    parts = first if isinstance(first, list) else []
    numbers = [int(part) for part in map(str, parts[:3]) if part.isascii() and part.isdigit() and len(part) < 5]
    return numbers if len(numbers) == len(parts[:3]) and numbers and numbers[0] > 0 else []


def _day(parts: list[int]) -> date | None:
    try:
        return date(*parts) if len(parts) == 3 else None
    except ValueError:
        return None


def _total(about: Mapping[str, Any]) -> int:
    total = about.get("total-results")
    return total if type(total) is int else 0


def _named(address: str, entries: tuple[Entry, ...]) -> str | None:
    names = {entry.journal.name if entry.journal else None for entry in entries}
    if "/journals/" in address and len(names) == 1 and (name := names.pop()):
        return f"Crossref: {name}"
    return titled("Crossref", address, _PATH)


_SERVICE = Service(
    name=NAME,
    lists=("items",),
    inside=("message",),
    is_own=_is_own,
    is_answer=lambda about, listed: about.get("message-type") == "work-list",
    other=lambda work: _OTHERS.get(str(work.get("type")), ""),
    entry=_entry,
    total=_total,
    title=_named,
)


def matches_bytes(data: bytes) -> bool:
    """Whether it is an answer of Crossref's with works, or works from one."""
    return services.matches(data, _SERVICE)


def parse_bytes(data: bytes, address: str = "") -> Digest:
    """The works as a digest. It never raises: what is wrong becomes a problem."""
    return services.read(data, address, _SERVICE)
