"""OpenReview: the notes that either version of its API gives, and the lists of papercopilot.

    {"notes": [{"id": …, "forum": …, "pdate": 1767225600000, "content": {"title": {"value": …}, …}}], "count": 3000}

Version 1 has the values themselves where version 2 has {"value": …}. Reviews and comments are notes, too: those are no
papers. The day is that of publication, else that on which the paper was made public, else that of its submission.
Source: https://docs.openreview.net/reference/api-v2/entities/note, https://github.com/papercopilot/paperlists
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from feedreader.model import Digest, Entry
from feedreader.parse.feeds import services
from feedreader.parse.feeds.feed_item import address as address_of
from feedreader.parse.feeds.services import Fields, Service, full_day, ids_in, keywords, moment_of_millis, titled
from feedreader.parse.layout.author_lists import author_names, whole_names

NAME = "openreview"

_SITE = "https://openreview.net/"
_LISTED = {"id", "title", "track", "status", "author"}  # what every record of a list of papercopilot's has
_STATES = ("Withdrawn", "Desk_Rejected", "Rejected")  # in the id of the venue that a paper was moved to


def _is_own(note: Mapping[str, Any]) -> bool:
    content = note.get("content")
    if isinstance(content, dict):
        is_note = "forum" in note or "invitation" in note or "invitations" in note
        return is_note or isinstance(content.get("title"), dict)
    return note.keys() >= _LISTED


def _other(note: Mapping[str, Any]) -> str:
    id, forum = note.get("id"), note.get("forum")
    is_reply = isinstance(note.get("content"), dict) and isinstance(forum, str) and isinstance(id, str) and forum != id
    return "reviews and comments" if is_reply or note.get("replyto") else ""


def _entry(note: Fields) -> Entry:
    return _note(note) if isinstance(note.values.get("content"), dict) else _listed(note)


def _note(note: Fields) -> Entry:
    stated = note.inner("content").values
    content = Fields({name: _value(value) for name, value in stated.items()}, note.odd)
    links = [link for name in ("html", "pdf", "arxiv", "doi", "DOI") if (link := content.raw(name))]
    arxiv, version, doi = ids_in(*links)
    moments = [moment_of_millis(note.values.get(name)) for name in ("pdate", "odate", "cdate", "tcdate")]
    forum = note.raw("forum", "id")
    return Entry(
        title=content.title("title"),
        authors=_authors(content),
        abstract=content.abstract("abstract"),
        tldr=content.text("TL;DR", "TLDR", "one-sentence_summary") or None,
        comment=_comment(content),
        arxiv_id=arxiv,
        version=version,
        doi=doi,
        url=f"{_SITE}forum?id={quote(forum)}" if forum else next(filter(None, map(_on_site, links)), None),
        guid=note.raw("id") or None,
        day=next(filter(None, map(full_day, moments)), None),
        submitted=moment_of_millis(note.values.get("tcdate")) or moments[2],
        keywords=keywords(_keywords(content)),
        line=note.line,
    )


def _value(stated: object) -> object:
    return stated.get("value") if isinstance(stated, dict) else stated


def _on_site(link: str) -> str | None:
    return address_of(link, _SITE)


def _authors(content: Fields) -> tuple[str, ...]:
    """The authors: names, objects with a name, or one string. Nobody where they are not told."""
    stated = content.values.get("authors")
    if isinstance(stated, list) and any(isinstance(author, dict) for author in stated):
        return whole_names([author.text("fullname", "name") for author in content.objects("authors")])
    listed = content.texts("authors")
    names = whole_names(listed) if isinstance(stated, list) else author_names(listed)
    return tuple(name for name in names if name.lower() not in ("anonymous", "anonymous authors"))


def _comment(content: Fields) -> str | None:
    """Where the paper was accepted, or what became of it: "ICLR 2026 oral"."""
    venue, place = content.text("venue"), content.raw("venueid")
    state = next((state.replace("_", " ").lower() for state in _STATES if state in place), "")
    if not state and content.raw("withdrawal").lower() == "confirmed":
        state = "withdrawn"
    told = [venue] if not state or state.split()[-1][:6] in venue.lower() else [venue, state]
    return "; ".join(filter(None, told)) or None


def _keywords(content: Fields) -> list[str]:
    return [word for text in content.texts("keywords") for word in text.replace(",", ";").split(";")]


def _listed(paper: Fields) -> Entry:
    """A record of a list of papercopilot's: its authors and keywords are strings with semicolons."""
    links = [link for name in ("arxiv", "pdf", "openreview", "site") if (link := paper.raw(name))]
    arxiv, version, doi = ids_in(*links, paper.raw("doi"))
    page = paper.raw("openreview", "site") or f"{_SITE}forum?id={quote(paper.raw('id'))}"
    return Entry(
        title=paper.title("title"),
        authors=whole_names([name.strip() for name in paper.text("author").split(";")]),
        abstract=paper.abstract("abstract"),
        tldr=paper.text("tldr") or None,
        comment=paper.text("status") or None,
        arxiv_id=arxiv,
        version=version,
        doi=doi,
        url=address_of(page, _SITE),
        guid=paper.raw("id") or None,
        keywords=keywords(_keywords(paper)),
        line=paper.line,
    )


def _total(about: Mapping[str, Any]) -> int:
    count = about.get("count")
    return count if type(count) is int else 0


_SERVICE = Service(
    name=NAME,
    lists=("notes",),
    is_own=_is_own,
    is_answer=lambda about, listed: "notes" in listed and about.keys() <= {"count"},
    other=_other,
    entry=_entry,
    total=_total,
    title=lambda address, entries: titled("OpenReview", address, ("notes", "search")),
)


def matches_bytes(data: bytes) -> bool:
    """Whether it is an answer of OpenReview's, or a list of its papers."""
    return services.matches(data, _SERVICE)


def parse_bytes(data: bytes, address: str = "") -> Digest:
    """The papers as a digest. It never raises: what is wrong becomes a problem."""
    return services.read(data, address, _SERVICE)
