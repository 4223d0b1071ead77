"""The format "scholar-alert": what Google Scholar mails: new articles, citations, related research, recommendations.

A title is a link of the class `gse_alrt_title` within `<h3>`, through `scholar_url?url=`; "[PDF]" or the like stands
before it. The next block is the byline: "A Lovel, B Kites… - Journal of Kites, 2026", where journal, year, or both may
be absent, and what is too long is cut with "…". Then an excerpt of the text (`gse_alrt_sni`), with a line break where
it was wrapped; last, for new citations, what is cited. As plain text the address stands in angle brackets on a line of
its own, between title and byline.

The excerpt is no whole abstract. It is given as one that ends in "…", and any other abstract goes before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from feedreader.model import Digest, Entry, Journal
from feedreader.parse.alerts.addresses import real_address
from feedreader.parse.alerts.items import Item, authors_of, digest_of, entry_of, excerpt, is_html, items, title_of
from feedreader.parse.alerts.page import Element, Page, read_page
from feedreader.parse.layout.authors import looks_like_authors
from feedreader.text.identifiers import find_arxiv_ids
from feedreader.text.lines import squash

NAME = "scholar-alert"

_TITLE, _EXCERPT = "gse_alrt_title", "gse_alrt_sni"
_LINK = re.compile(r"scholar\.google\.[a-z.]{2,6}(?:/|%2F)scholar_url(?:\?|%3F)", re.IGNORECASE)
_CLASSED = re.compile(rf"class\s*=\s*[\"'][^\"'<>]{{0,80}}{_TITLE}", re.IGNORECASE)
_ADDRESS = re.compile(r"[ \t>]*<(https?://[^<>\s]+)>[ \t]*\Z")
_YEAR = re.compile(r"(?:\A|,\s*|\s)((?:18|19|20)\d\d)\Z")
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_ARXIV = re.compile(r"arxiv\b", re.IGNORECASE)
_CITES = re.compile(r"\W*(Cites:\s.+)\Z")
_CUT = ("…", "...")
_OF_SCHOLAR = re.compile(r"Google Scholar|scholar\.google\.")
_SHORTEST = 40  # characters of an excerpt that nothing but its place gives away


def matches(text: str) -> bool:
    if not _LINK.search(text) and _TITLE not in text:
        return False
    if is_html(text) and _CLASSED.search(text):
        return True
    return any(entry.title for entry in _entries(text))


def parse(text: str) -> Digest:
    return digest_of(NAME, _entries(text))


def _entries(text: str) -> Iterator[Entry]:
    found = list(map(_entry, _items(text))) if is_html(text) else []
    yield from found or _plain_items(text.split("\n"))


def _items(text: str) -> Iterator[Item]:
    page = read_page(text)
    titles = [each for each in page.elements if _TITLE in each.classes or _is_title(page, each)]
    return items(page, titles)


def _is_title(page: Page, link: Element) -> bool:
    """Whether a link leads to a paper, and not to where one shares it."""
    if "scholar_url" not in link.href or not _LINK.search(link.address):
        return False
    return any(piece.strip() for piece in page.pieces[link.start : link.start + 4])


def _entry(item: Item) -> Entry:
    part = item.part(_EXCERPT)
    said: Sequence[str]
    if part:
        above = item.page.paragraphs(min(item.element.end, item.end), part.start)
        byline, said = above[0] if above else "", item.page.lines(part.start, min(part.end, item.end))
    else:
        byline, said = _by_place(item.page.blocks(min(item.element.end, item.end), item.end))
    below = item.paragraphs() if item.says("Cites:") else ()
    cites = next((match[1] for text in below if (match := _CITES.match(text))), None)
    return entry_of(item.title, item.address, item.line, _facts(byline, said, cites))


def _by_place(blocks: Sequence[Sequence[str]]) -> tuple[str, Sequence[str]]:
    """Byline and excerpt where nothing but their place tells them: two blocks; before 2017, the lines of one."""
    first, second = ([*filter(_is_of_paper, blocks[:2]), (), ()])[:2]
    if len(first) > 1:
        return first[0], first[1:]
    return "".join(first), second if sum(map(len, second)) >= _SHORTEST else ()


def _is_of_paper(block: Sequence[str]) -> bool:
    return not _OF_SCHOLAR.search(block[0])


def _facts(byline: str, said: Sequence[str], cites: str | None) -> Entry:
    """What the line below a title says, and the excerpt."""
    authors, venue = _parted(byline)
    year = _YEAR.search(venue)
    name = venue[: year.start()].strip(" ,") if year else venue.strip(" ,")
    arxiv = find_arxiv_ids(venue)
    is_cut = name.startswith(_CUT) or name.endswith(_CUT)
    comments = [f"In: {venue}"] if is_cut and not _ARXIV.match(name) else []
    whole = None if is_cut or arxiv or _ARXIV.match(name) else name or None
    published = not (arxiv or _ARXIV.match(name)) and (whole or year)
    return Entry(
        authors=authors_of(authors),
        abstract=excerpt(said),
        comment="; ".join([*comments, *([cites] if cites else [])]) or None,
        arxiv_id=arxiv[0][0] if len(arxiv) == 1 else None,
        version=arxiv[0][1] if len(arxiv) == 1 else None,
        journal=Journal(whole, year=int(year[1]) if year else None) if published else None,
    )


def _parted(byline: str) -> tuple[str, str]:
    """Authors, and where and when it was published: the parts between dashes, without the publisher's address."""
    parts = [squash(part) for part in re.split(r"\s[-–]\s", f" {byline} ")]
    end = next((at for at in range(len(parts) - 1, 0, -1) if _YEAR.search(parts[at])), None)
    if end is not None:
        parts = parts[: end + 1]
    elif len(parts) > 1 and _HOST.fullmatch(parts[-1]):
        parts = parts[:-1]
    if len(parts) == 1 and _YEAR.search(parts[0]) and not looks_like_authors(parts[0]):
        return "", parts[0]
    return parts[0], " - ".join(parts[1:])


# ── plain text ───────────────────────────────────────────────────────────────────────────────────


def _plain_items(lines: Sequence[str]) -> Iterator[Entry]:
    """The papers of an alert in plain text: title, address, byline, excerpt, and a blank line."""
    lines = [line.lstrip("> ") if line[:1] == ">" else line for line in lines]
    for at, line in enumerate(lines):
        if not (address := _ADDRESS.match(line)) or not _LINK.search(address[1]):
            continue
        first = at
        while first and lines[first - 1].strip() and at - first < 8:
            first -= 1
        below = []
        for text in lines[at + 1 : at + 30]:
            if not text.strip():
                break
            below.append(squash(text))
        title = title_of(" ".join(lines[first:at]).replace("*", ""))
        if title:
            end = next((i for i, text in enumerate(below[:3], 1) if _YEAR.search(text)), min(1, len(below)))
            said = [text for text in below[end:] if not _CITES.match(text)]
            cites = next((match[1] for text in below[end:] if (match := _CITES.match(text))), None)
            facts = _facts(" ".join(below[:end]), said, cites)
            yield entry_of(title, real_address(address[1]), first + 1, facts)
