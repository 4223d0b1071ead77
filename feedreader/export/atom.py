"""Atom 1.0: papers as a feed that others subscribe to, as text without markup. Mathematics is Unicode.

A kept paper is news of the moment it was kept, any other of its day. What is the reader's own stays out: her notes and
tags, and what she has read. DOI and journal stand where publishers' feeds have them (PRISM), arXiv's comment where
arXiv has it.
Sources: RFC 4287; PRISM 2.0, https://www.w3.org/submissions/2020/SUBM-prism-20200910/prism-basic.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from feedreader.export.plain import line, moment, permanent_id, shown, stamp, urn, web_address
from feedreader.model import Journal, Paper

DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
_ARXIV, _PRISM = "http://arxiv.org/schemas/atom", "http://prismstandard.org/namespaces/basic/2.0/"
_NO_DATE = datetime(1970, 1, 1, tzinfo=UTC)  # Atom wants one of every entry; this one tells that it is not known
_NOT_IN_XML = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff\\ufffe\\uffff]")


def export(papers: Iterable[Paper], keys: Mapping[str, str], title: str = "Papers", name: str = "") -> Iterator[str]:
    """The feed. `name` is what tells it from other feeds. It was changed when its latest paper came to it."""
    yield f'{DECLARATION}<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="{_ARXIV}" xmlns:prism="{_PRISM}">\n'
    yield f"{_element('id', urn(f'feed {name or title}'))}{_element('title', line(title))}"
    yield _element("generator", "feedreader")
    latest = _NO_DATE
    for paper in papers:
        latest = max(latest, moment(paper) or _NO_DATE)
        yield f"<entry>\n{''.join(_entry(paper))}</entry>\n"
    yield f"{_element('updated', stamp(latest))}</feed>\n"


def _entry(paper: Paper) -> Iterator[str]:
    when, url, abstract = moment(paper), web_address(paper), shown(paper.abstract or "")
    yield _element("id", permanent_id(paper))
    yield _element("title", shown(paper.title or ""))
    for name in [known for author in paper.authors if (known := shown(author))] or [""]:
        yield f"<author>{_element('name', name).rstrip()}</author>\n"
    if when:
        yield _element("published", stamp(when))
    yield _element("updated", stamp(when or _NO_DATE))
    if url:
        yield f"<link href={quoteattr(_legal(url))}/>\n"
    if abstract or not url:
        yield _element("summary" if url else "content", abstract)
    for category in filter(None, map(line, paper.categories)):
        scheme = f' scheme="{_ARXIV}"' if paper.arxiv_id else ""
        yield f"<category term={quoteattr(_legal(category))}{scheme}/>\n"
    for kind, text in _facts(paper):
        yield _element(kind, text) if text else ""


def _facts(paper: Paper) -> Iterator[tuple[str, str]]:
    yield "arxiv:comment", shown(paper.comment or "")
    yield "prism:doi", line(paper.doi or "")
    journal = paper.journal or Journal()
    for kind, part in zip(("publicationName", "volume", "number", "pageRange"), journal[:4], strict=True):
        yield f"prism:{kind}", shown(part or "")
    yield "prism:publicationDate", str((journal.year if paper.journal else paper.day) or "")


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(_legal(text))}</{name}>\n"


def _legal(text: str) -> str:
    """The text without what XML 1.0 cannot hold in any form."""
    return _NOT_IN_XML.sub("", text)
