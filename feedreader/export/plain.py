"""Text as programs without TeX take it: mathematics as Unicode, on one line, without control characters. Pure."""

from __future__ import annotations

import re

from feedreader.arxiv.addresses import abs_url
from feedreader.model import Paper
from feedreader.text.author_names import is_others, is_plain
from feedreader.text.citation_key import year_and_month
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


def any_doi(paper: Paper) -> str | None:
    """The paper's DOI, or the one that arXiv has given to each of its papers."""
    return paper.doi or (_ARXIV_DOI + paper.arxiv_id if paper.arxiv_id else None)


def year_of(paper: Paper) -> int | None:
    """The year in which the paper was printed, else that in which it came out."""
    when = year_and_month(paper)
    return (paper.journal and paper.journal.year) or (when[0] if when else None)


def in_journal(paper: Paper) -> bool:
    """Whether the paper came out in a journal, as it says or its DOI tells: not on arXiv, bioRxiv or their like."""
    if paper.doi and paper.doi.lower().startswith(_PREPRINTS):
        return False
    return bool(paper.journal and paper.journal.name) or (paper.doi is not None and paper.arxiv_id is None)


def first_and_last(pages: str) -> tuple[str, str]:
    """The pages from … to …; there is no last one in "e1004", nor in "1-3, 7"."""
    match = _PAGES.fullmatch(pages.strip())
    return (match[1], match[2]) if match else (pages.strip(), "")


PREPRINT_SERVERS = {  # by what their DOIs begin with; medRxiv has the same as bioRxiv
    "10.48550/": "arXiv",
    "10.1101/": "bioRxiv",
    "10.64898/": "bioRxiv",
    "10.31234/": "PsyArXiv",
    "10.31219/": "OSF Preprints",
    "10.2139/": "SSRN",
    "10.21203/": "Research Square",
    "10.20944/": "Preprints.org",
}
_PREPRINTS = tuple(PREPRINT_SERVERS)
_PAGES = re.compile(r"([A-Za-z]{0,3}\d+[A-Za-z]?)\s*[-–—]{1,3}\s*([A-Za-z]{0,3}\d+[A-Za-z]?)")
