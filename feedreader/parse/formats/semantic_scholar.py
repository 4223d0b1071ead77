"""Semantic Scholar: searches, batches, recommendations, an author's papers, citations and references.

    {"total": 12, "offset": 0, "next": 2, "data": [{"paperId": …, "externalIds": {"ArXiv": …, "DOI": …}, …}]}

Source: https://api.semanticscholar.org/api-docs/graph
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from feedreader.model import Digest, Entry, Journal
from feedreader.parse.feeds import services
from feedreader.parse.feeds.services import MORE, Fields, Service, ids_in, journal, page_of, titled, with_year
from feedreader.parse.layout.author_lists import whole_names

NAME = "semantic-scholar"

_AROUND = ("citingPaper", "citedPaper")
_PATH = ("graph", "recommendations", "v1", "paper", "papers", "search", "bulk", "match", "batch", "forpaper")


def _unwrapped(value: Any) -> Iterator[Any]:
    """The paper of a citation, the papers of an author."""
    if isinstance(value, dict) and "authorId" in value and isinstance(value.get("papers"), list):
        yield from value["papers"]
        return
    inner = (value[name] for name in _AROUND if isinstance(value, dict) and isinstance(value.get(name), dict))
    yield next(inner, value)


def _entry(paper: Fields) -> Entry:
    ids = paper.inner("externalIds")
    pdf = paper.inner("openAccessPdf").raw("url")
    arxiv, version, doi = ids_in(ids.raw("ArXiv"), ids.doi("DOI"), pdf)
    day = paper.day("publicationDate")
    return Entry(
        title=paper.title("title"),
        authors=whole_names([author.text("name") for author in paper.objects("authors")]),
        abstract=paper.abstract("abstract"),
        tldr=paper.inner("tldr").text("text") or None,
        arxiv_id=arxiv,
        version=version,
        doi=doi,
        url=page_of(paper.raw("url"), pdf),
        guid=paper.raw("paperId") or None,
        journal=with_year(_journal(paper), paper.number("year"), bool(day or arxiv)),
        day=day,
        line=paper.line,
    )


def _journal(paper: Fields) -> Journal | None:
    stated, venue = paper.inner("journal"), paper.text("venue")
    name = stated.text("name") or venue
    return journal(name, stated.raw("volume"), "", stated.raw("pages"), paper.number("year"))


def _total(about: Mapping[str, Any]) -> int:
    total = about.get("total")
    return total if type(total) is int else MORE if about.get("next") or about.get("token") else 0


_SERVICE = Service(
    name=NAME,
    lists=("data", "recommendedPapers", "papers"),
    is_own=lambda paper: "paperId" in paper,
    is_answer=lambda about, listed: "recommendedPapers" in listed or ("offset" in about and "total" in about),
    unwrapped=_unwrapped,
    entry=_entry,
    total=_total,
    title=lambda address, entries: titled("Semantic Scholar", address, _PATH),
)


def matches_bytes(data: bytes) -> bool:
    """Whether it is an answer of Semantic Scholar's, or a list of its papers."""
    return services.matches(data, _SERVICE)


def parse_bytes(data: bytes, address: str = "") -> Digest:
    """The papers as a digest. It never raises: what is wrong becomes a problem."""
    return services.read(data, address, _SERVICE)
