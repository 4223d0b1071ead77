"""What a web page links to: the feeds that it names, and the PDF of its paper."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

_FEED_TYPES = ("application/atom+xml", "application/rss+xml", "application/feed+json", "application/rdf+xml")
_PDF_NAMES = ("citation_pdf_url", "eprints.document_url", "bepress_citation_pdf_url")  # as search engines are told


def feeds_of_page(html: str, address: str) -> tuple[str, ...]:
    """The addresses (http or https) of the feeds that a page links to, in its order."""
    links = _links(html)
    return tuple(dict.fromkeys(_absolute(links.feeds, links.base_at(address))))


def pdf_of_page(html: str, address: str) -> str | None:
    """The address (http or https) of the PDF that a page names for its paper."""
    links = _links(html)
    return next(_absolute(links.pdfs, links.base_at(address)), None)


def _absolute(links: list[str], base: str) -> Iterator[str]:
    for link in links:
        try:
            url = urljoin(base, link)
            if urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname:
                yield url
        except ValueError:
            continue


def _links(html: str) -> _Links:
    links = _Links()
    links.feed(html)
    links.close()
    return links


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.feeds: list[str] = []
        self.pdfs: list[str] = []
        self.base = ""

    def base_at(self, address: str) -> str:
        """What the page's links are relative to, at its address."""
        return next(_absolute([self.base], address), address)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        stated = {name: (value or "").strip() for name, value in attrs}
        if tag == "base" and not self.base:
            self.base = stated.get("href", "")
        elif tag == "link" and _is_feed(stated):
            self.feeds.append(stated["href"])
        elif tag == "meta" and (stated.get("name") or stated.get("property", "")).lower() in _PDF_NAMES:
            self.pdfs += filter(None, [stated.get("content")])


def _is_feed(link: dict[str, str]) -> bool:
    media_type = link.get("type", "").partition(";")[0].strip().lower()
    return bool(link.get("href")) and "alternate" in link.get("rel", "").lower().split() and media_type in _FEED_TYPES
