"""The feeds that a web page names, for subscribing to it by its own address."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

_TYPES = ("application/atom+xml", "application/rss+xml", "application/feed+json", "application/rdf+xml")


def feeds_of_page(html: str, address: str) -> tuple[str, ...]:
    """The addresses (http or https) of the feeds that a page links to, in its order."""
    finder = _Finder()
    finder.feed(html)
    finder.close()
    links = (urljoin(finder.base or address, link) for link in finder.links)
    return tuple(dict.fromkeys(link for link in links if urlsplit(link).scheme in ("http", "https")))


class _Finder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.base = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        stated = {name: (value or "").strip() for name, value in attrs}
        if tag == "base" and not self.base and urlsplit(stated.get("href", "")).scheme in ("http", "https"):
            self.base = stated["href"]
        is_alternate = tag == "link" and "alternate" in stated.get("rel", "").lower().split()
        if is_alternate and stated.get("href") and stated.get("type", "").lower().split(";")[0].strip() in _TYPES:
            self.links.append(stated["href"])
