"""The format "pubmed-alert": what My NCBI mails of a saved search ("What's new for … in PubMed").

A title is a link to `pubmed.ncbi.nlm.nih.gov/PMID` (of the class `docsum-title`, before 2020 with an attribute `ref`).
Below it stand authors ("Lovel A, Kites B.") and the citation ("J Kites. 2026 Jan 3;5(2):1-9. doi: 10.1000/j.5."), once
in full and once short. As plain text a paper is numbered: the citation, title, authors and abstract with a blank line
between them and "PMID: 12345678" at the end, or all of that in one paragraph, the authors first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from feedreader.model import Digest, Entry, Journal
from feedreader.parse.alerts.addresses import real_address
from feedreader.parse.alerts.items import Item, authors_of, digest_of, doi_in, entry_of, excerpt, is_html, items
from feedreader.parse.alerts.page import read_page
from feedreader.text.lines import join_wrapped, squash

NAME = "pubmed-alert"

_PAGE = re.compile(
    r"https?://(?:pubmed\.ncbi\.nlm\.nih\.gov|(?:www\.)?ncbi\.nlm\.nih\.gov/pubmed)/(\d+)(?![\w.])", re.I
)
_MARK = re.compile(
    r"docsum-title|\bmy ?ncbi\b|National Center for Biotechnology|What.s new for .{1,200} in PubMed", re.I
)
_FEWEST = 2  # words of a title
_NO_TITLE = re.compile(
    r"(?:similar articles?|related |free |full text|see (?:all|more)|pmid|view |cite\b|share\b)", re.I
)
_CITED = re.compile(
    r"(?P<name>[^.;]{2,160}?)(?: \[Preprint\])?\. (?P<year>(?:18|19|20)\d\d)\b(?:[ -][A-Za-z]{3,6}){0,2}(?: \d\d?)?"
    r"(?:;(?P<volume>[^():;.]{1,24})?(?:\((?P<number>[^()]{1,40})\))?)?(?::(?P<pages>[^.;\s]{1,60}))?[.;]"
)
_PMID = re.compile(r"\bPMID:?\s*(\d{1,9})\b")
_NUMBER = re.compile(r"\d{1,5}[.:]\s+(?=\S)")
_SUMMARY = re.compile(
    r"(?P<authors>[^.]{2,4000})\.\s(?P<title>.{5,600}?[.?!])\s(?=(?P<rest>[^.;]{2,160}\. (?:19|20)\d\d\b))"
)
_LABEL = re.compile(
    r"(?:doi|pmid|pmcid|author information|conflict of interest|comment (?:in|on)|erratum|©|copyright)\b", re.I
)


def matches(text: str) -> bool:
    if is_html(text):
        return "ncbi" in text and _MARK.search(text) is not None and any(item.title for item in _items(text))
    return "PMID" in text and _MARK.search(text) is not None and any(_records(text))


def parse(text: str) -> Digest:
    if is_html(text):
        return digest_of(NAME, map(_entry, _items(text)))
    return digest_of(NAME, _records(text))


def _items(text: str) -> Iterator[Item]:
    page = read_page(text)
    links = [(link, real_address(link.address)) for link in page.elements if "ncbi" in link.href]
    leading = [link for link, address in links if address and _PAGE.match(address)]
    titles = [link for link in leading if "docsum-title" in link.classes] or leading
    labels = {link.start: page.text(link.start, link.end) for link in titles}
    fits = [
        link for link in titles if len((label := labels[link.start]).split()) >= _FEWEST and not _NO_TITLE.match(label)
    ]
    return items(page, fits)


def _entry(item: Item) -> Entry:
    lines = item.lines()
    authors = item.text_of("full-authors", "docsum-authors", "authors")
    citation = item.text_of("full-journal-citation", "docsum-journal-citation", "jrnl-citation")
    at = next((i for i, line in enumerate(lines) if _CITED.match(line)), None)
    citation = citation or (lines[at] if at is not None else "")
    authors = authors or (lines[0] if at and lines[0] != citation else "")
    abstract = item.text_of("full-view-snippet", "abstract-content", "abstract")
    page = _PAGE.match(item.address or "")
    citation = citation or " ".join(lines[:12])  # what parted it from the rest is gone: its DOI can be found
    return _paper(item.title, authors, citation, abstract, page[1] if page else None, item.line)


def _paper(title: str, authors: str, citation: str, abstract: str, pmid: str | None, line: int) -> Entry:
    text = re.sub(r"\AAbstract\b\W*", "", abstract)
    facts = Entry(
        authors=authors_of(re.sub(r"\(\d+(?:,\d+)*\)", "", authors).replace(";", ",").strip().removesuffix(".")),
        abstract=excerpt([text]) if text else None,
        doi=doi_in(citation),
        journal=_journal(citation),
    )
    title = title.removesuffix(".") if not title.endswith("..") else title
    title = title[1:-1].removesuffix(".") if title[:1] == "[" and title[-1:] == "]" else title  # it was translated
    return entry_of(title, f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" if pmid else None, line, facts)


def _journal(citation: str) -> Journal | None:
    match = _CITED.match(citation)
    if match is None:
        return None
    volume, pages = (match["volume"] or "").strip() or None, match["pages"]
    return Journal(match["name"], volume, match["number"], pages if volume else None, int(match["year"]))


# ── plain text ───────────────────────────────────────────────────────────────────────────────────


def _records(text: str) -> Iterator[Entry]:
    """The papers of a mail in plain text, which are numbered; each ends with its PMID."""
    block: list[tuple[int, list[str]]] = []  # paragraphs of the paper that is read
    for line, paragraph in _paragraphs(text):
        if _NUMBER.match(paragraph[0]):
            block = []
        if block or _NUMBER.match(paragraph[0]):
            block.append((line, paragraph))
            if pmid := _PMID.search(" ".join(paragraph)):
                if entry := _record(block, pmid[1]):
                    yield entry
                block = []


def _paragraphs(text: str) -> Iterator[tuple[int, list[str]]]:
    paragraph: list[str] = []
    first = 1
    for number, raw in enumerate([*text.split("\n"), ""], 1):
        if line := squash(raw.lstrip("> ")):
            first = first if paragraph else number
            paragraph.append(line)
        elif paragraph:
            yield first, paragraph
            paragraph = []


def _record(block: Sequence[tuple[int, list[str]]], pmid: str) -> Entry | None:
    line = block[0][0]
    texts = [join_wrapped(paragraph) for _, paragraph in block]
    texts[0] = texts[0][_NUMBER.match(texts[0]).end() :]  # type: ignore[union-attr]
    if len(texts) == 1:
        if match := _SUMMARY.match(texts[0]):
            return _paper(match["title"], match["authors"], texts[0][match.end() :], "", pmid, line)
        return None
    if len(texts) < 3 or not _CITED.match(texts[0]):
        return None
    abstract = " ".join(text for text in texts[3:] if not _LABEL.match(text))
    return _paper(texts[1], texts[2] if not _PMID.search(texts[2]) else "", texts[0], abstract, pmid, line)
