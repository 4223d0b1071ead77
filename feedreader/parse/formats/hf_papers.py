"""Hugging Face: the daily papers, the answer of its search for papers, and single papers.

    [{"paper": {"id": "2606.01234", "title": …, "summary": …, "authors": [{"name": …}], "upvotes": 7,
                "submittedOnDailyAt": …, "publishedAt": …, "ai_summary": …, "ai_keywords": […]}, "numComments": 2}, …]

The day is that of the daily list, else that of the first version. Source: https://huggingface.co/docs/hub/api
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from feedreader.arxiv.addresses import abs_url
from feedreader.model import Digest, Entry
from feedreader.parse.feeds import services
from feedreader.parse.feeds.services import Fields, Service, asked_for, ids_in, keywords
from feedreader.parse.layout.author_lists import whole_names

NAME = "hf-papers"

_PAPER = {"summary", "authors", "publishedAt", "upvotes", "discussionId"}  # what a paper has beside id and title


def _unwrapped(value: Any) -> Iterator[Any]:
    paper = value.get("paper") if isinstance(value, dict) else None
    yield {**value, **paper} if isinstance(paper, dict) else value


def _is_own(paper: Mapping[str, Any]) -> bool:
    return "id" in paper and len(_PAPER & paper.keys()) > 2 and ("upvotes" in paper or "submittedOnDailyAt" in paper)


def _entry(paper: Fields) -> Entry:
    id = paper.raw("id")
    arxiv, version, _ = ids_in(id)
    abstract = paper.abstract("summary")
    places = (("Code", paper.raw("githubRepo")), ("Project", paper.raw("projectPage")))
    upvotes = paper.number("upvotes")
    return Entry(
        title=paper.title("title"),
        authors=whole_names([author.text("name") for author in paper.objects("authors")]),
        abstract=abstract,
        tldr=paper.text("ai_summary") or None,
        comment="; ".join(f"{label}: {page}" for label, page in places if page) or None,
        arxiv_id=arxiv,
        version=version,
        url=abs_url(arxiv) if arxiv else f"https://huggingface.co/papers/{quote(id)}" if id else None,
        day=paper.day("submittedOnDailyAt", "publishedAt"),
        mentions=(f"{upvotes} upvote{'s' * (upvotes > 1)}",) if upvotes and abstract else (),
        keywords=keywords(paper.texts("ai_keywords")),
        line=paper.line,
    )


def _title(address: str, entries: tuple[Entry, ...]) -> str | None:
    asked = asked_for(address, ("api", "papers", "daily_papers", "search"))
    if "/papers" in address and "/daily_papers" not in address:
        return f"Hugging Face: {asked}" if asked else "Hugging Face papers"
    return f"Hugging Face daily papers, {asked}" if asked else "Hugging Face daily papers"


_SERVICE = Service(
    name=NAME,
    lists=(),
    is_own=_is_own,
    is_answer=lambda about, listed: False,
    unwrapped=_unwrapped,
    entry=_entry,
    title=_title,
)


def matches_bytes(data: bytes) -> bool:
    """Whether it is a list of papers, or one, as Hugging Face has them."""
    return services.matches(data, _SERVICE)


def is_empty_list(data: bytes, address: str) -> bool:
    """Whether it is the answer for a day without papers: an empty list, which only its address tells from others."""
    return data.strip() == b"[]" and "papers" in address.partition("?")[0].rpartition("/api/")[2].split("/")[0]


def parse_bytes(data: bytes, address: str = "") -> Digest:
    """The papers as a digest. It never raises: what is wrong becomes a problem."""
    return services.read(data, address, _SERVICE)
