"""Text as programs without TeX take it: mathematics as Unicode, on one line, without control characters. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from urllib.parse import quote

from feedreader.arxiv.addresses import abs_url
from feedreader.errors import hide_passwords
from feedreader.model import Paper
from feedreader.text.author_names import is_others, is_plain
from feedreader.text.citation_key import year_and_month
from feedreader.text.preprint_servers import is_server, server_of
from feedreader.text.tex.to_unicode import to_unicode

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_OTHERS = re.compile(r"(?<=[\w.)}])[\s,]+(?:et\.?\s?al\.?|and others)(\s*[(\[][^][()]*[)\]]|)\s*\Z", re.IGNORECASE)
_ARXIV_DOI = "10.48550/arXiv."


def line(text: str) -> str:
    """The text on one line."""
    return " ".join(_CONTROLS.sub(" ", text).split())


def shown(text: str) -> str:
    """The text on one line, its TeX as Unicode."""
    return line(to_unicode(text))


def authors_of(paper: Paper) -> tuple[list[str], bool]:
    """The names of the authors, and whether there are others: "et al." by itself or behind a name."""
    names: list[str] = []
    others = False
    for name in paper.authors:
        known = name if is_plain(name) else "" if is_others(name) else _OTHERS.sub(r"\1", name)
        others |= known != name
        names += [known] if known.strip() else []
    return names, others


def address(paper: Paper) -> str | None:
    """The address of the paper's page."""
    return paper.url or (abs_url(paper.arxiv_id) if paper.arxiv_id else None)


def web_address(paper: Paper) -> str | None:
    """The address of the paper's page on the web, or of its DOI, as others may read it: without passwords, and without
    characters that no address has."""
    url = hide_passwords(line(address(paper) or "")).replace("://***@", "://")
    if paper.doi and not _WEB.match(url):
        return permanent_id(paper)
    return _NOT_IN_ADDRESSES.sub(lambda match: quote(match[0]), url) if _WEB.match(url) else None


def any_doi(paper: Paper) -> str | None:
    """The paper's DOI, or the one that arXiv has given to each of its papers."""
    return paper.doi or (_ARXIV_DOI + paper.arxiv_id if paper.arxiv_id else None)


def year_of(paper: Paper) -> int | None:
    """The year in which the paper was printed, else that in which it came out."""
    when = year_and_month(paper)
    return (paper.journal and paper.journal.year) or (when[0] if when else None)


def in_journal(paper: Paper) -> bool:
    """Whether the paper came out in a journal, as it says or its DOI tells: not on arXiv, bioRxiv or their like."""
    if server_of(paper.doi):
        return False
    name = paper.journal.name if paper.journal and not is_server(paper.journal.name) else None
    return bool(name) or (paper.doi is not None and paper.arxiv_id is None)


def moment(paper: Paper) -> datetime | None:
    """When the paper was kept, else the start of its day (UTC); None where it has neither."""
    if paper.marks.shortlisted and paper.marks.shortlisted_at:
        return paper.marks.shortlisted_at
    return datetime.combine(paper.day, time(), UTC) if paper.day else None


def stamp(moment: datetime) -> str:
    """A moment to the second, in its own offset (which tells its day), as RFC 3339 writes it."""
    if (moment.utcoffset() or _MINUTE) % _MINUTE:  # of times before there were time zones
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def permanent_id(paper: Paper) -> str:
    """An address or a URN that names the paper, the same in every feed that was ever written."""
    if paper.arxiv_id:
        return abs_url(line(paper.arxiv_id))
    return f"https://doi.org/{quote(line(paper.doi))}" if paper.doi else urn(f"paper {paper.id}")


def urn(name: str) -> str:
    """A URN made from a name."""
    from uuid import NAMESPACE_URL, uuid5

    return uuid5(NAMESPACE_URL, f"feedreader {line(name)}").urn


def first_and_last(pages: str) -> tuple[str, str]:
    """The pages from … to …; there is no last one in "e1004", nor in "1-3, 7"."""
    match = _PAGES.fullmatch(pages.strip())
    return (match[1], match[2]) if match else (pages.strip(), "")


_MINUTE = timedelta(minutes=1)
_WEB = re.compile(r"https?://[^\s/?#\[\]]", re.IGNORECASE)
_NOT_IN_ADDRESSES = re.compile(r"[\x00-\x20\x7f-\xa0\"<>\\^`{|}]")
_PAGES = re.compile(r"([A-Za-z]{0,3}\d+[A-Za-z]?)\s*[-–—]{1,3}\s*([A-Za-z]{0,3}\d+[A-Za-z]?)")
