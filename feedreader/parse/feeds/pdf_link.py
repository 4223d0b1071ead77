"""The PDF that a paper's web page names, as publishers tell it to search engines (`citation_pdf_url`)."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

_NAMES = ("citation_pdf_url", "eprints.document_url", "bepress_citation_pdf_url")


def pdf_of_page(html: str, address: str) -> str | None:
    """The address (http or https) of the PDF that a page names for its paper."""
    finder = _Finder()
    finder.feed(html)
    finder.close()
    for link in finder.links:
        try:
            url = urljoin(address, link)
            if urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname:
                return url
        except ValueError:
            continue
    return None


class _Finder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        stated = {name: (value or "").strip() for name, value in attrs}
        content = stated.get("content", "")
        if tag == "meta" and content and (stated.get("name") or stated.get("property", "")).lower() in _NAMES:
            self.links.append(content)
