"""Text as programs without TeX take it: mathematics as Unicode, on one line, without control characters. Pure."""

from __future__ import annotations

import re

from feedreader.arxiv.addresses import abs_url
from feedreader.model import Paper
from feedreader.text.tex.to_unicode import to_unicode

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_ARXIV_DOI = "10.48550/arXiv."


def line(text: str) -> str:
    """The text on one line."""
    return " ".join(_CONTROLS.sub(" ", text).split())


def shown(text: str) -> str:
    """The text on one line, its TeX as Unicode."""
    return line(to_unicode(text))


def address(paper: Paper) -> str | None:
    """The address of the paper's page."""
    return paper.url or (abs_url(paper.arxiv_id) if paper.arxiv_id else None)


def any_doi(paper: Paper) -> str | None:
    """The paper's DOI, or the one that arXiv has given to each of its papers."""
    return paper.doi or (_ARXIV_DOI + paper.arxiv_id if paper.arxiv_id else None)


def in_journal(paper: Paper) -> bool:
    """Whether the paper came out with a publisher, as far as its DOI tells: not on arXiv, bioRxiv or their like."""
    return paper.doi is not None and paper.arxiv_id is None and not paper.doi.startswith(_PREPRINTS)


_PREPRINTS = ("10.48550/", "10.1101/", "10.64898/", "10.31234/", "10.31219/", "10.2139/", "10.21203/", "10.20944/")
