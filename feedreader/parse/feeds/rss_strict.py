"""The fast path: well-formed RSS 2.0 and Atom without anything out of the ordinary, such as arXiv's.

It gives the very items that feedparser would, in a fraction of the time; whatever it does not know to the letter it
leaves to feedparser by answering None.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from types import MappingProxyType

from feedreader.parse.feeds.feed_item import Feed, FeedItem, FeedText, address, day_of, page_among
from feedreader.parse.feeds.prism import journal_of
from feedreader.parse.feeds.xml_text import XmlDocument
from feedreader.text.cleaning import mended

Result = tuple[Feed, list[FeedItem], dict[str, str]]

_DC = "{http://purl.org/dc/elements/1.1/}"
_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_PRISM = tuple(f"{{http://prismstandard.org/namespaces/basic/{version}/}}" for version in ("2.0", "2.1", "3.0"))
_OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"

_RSS_CHANNEL = MappingProxyType(
    {"title": "title", "link": "link", "description": "subtitle", "pubDate": "published", "lastBuildDate": "updated"}
    | dict.fromkeys(
        ("docs", "language", "managingEditor", "webMaster", "skipDays", "ttl", "generator", "copyright"), ""
    )
)
_RSS_ITEM = MappingProxyType(
    {"title": "title", "link": "link", "description": "summary", "guid": "guid", "pubDate": "published"}
    | {"category": "category", "author": "author", f"{_DC}creator": "creator", _CONTENT: "content"}
    | {f"{_ARXIV}announce_type": "announce_type", f"{_ARXIV}DOI": "doi", f"{_ARXIV}journal_reference": "journal_ref"}
    | dict.fromkeys(("comments", f"{_DC}rights"), "")
)
_ATOM_FEED = MappingProxyType(
    {f"{_ATOM}title": "title", f"{_ATOM}updated": "updated", f"{_ATOM}subtitle": "subtitle"}
    | {f"{_OPENSEARCH}totalResults": "totalresults", f"{_OPENSEARCH}startIndex": "startindex"}
    | dict.fromkeys((f"{_ATOM}id", f"{_ATOM}generator", f"{_ATOM}rights", f"{_OPENSEARCH}itemsPerPage"), "")
)
_ATOM_ENTRY = MappingProxyType(
    {f"{_ATOM}{name}": name for name in ("title", "summary", "content", "published", "updated", "category", "author")}
    | {
        f"{_ATOM}id": "guid",
        f"{_ATOM}link": "link",
        f"{_DC}creator": "creator",
        f"{_DC}rights": "",
        f"{_ATOM}rights": "",
    }
    | {f"{_ARXIV}{name}": name for name in ("announce_type", "comment", "journal_ref", "primary_category", "doi")}
    | {f"{_ARXIV}DOI": "doi", f"{_ARXIV}journal_reference": "journal_ref"}
    | {
        f"{prism}{name}": f"prism_{name.lower()}"
        for prism in _PRISM
        for name in ("doi", "publicationName", "volume", "number", "pageRange", "publicationDate")
    }
)
_NONE: frozenset[str] = frozenset()
_RSS_ATTRIBUTES = {"guid": frozenset(("isPermaLink",))}
_ATOM_ATTRIBUTES = dict.fromkeys(("title", "summary", "content"), frozenset(("type",)))
_TYPES = {"": False, "text": False, "html": True}
_C1 = re.compile("[\x80-\x9f]")  # feedparser takes these for Windows-1252
_ENTITY_LIKE = re.compile("&([A-Za-z0-9_]+);")


class _Unknown(Exception):
    """Something to be left to feedparser."""


def parse(document: XmlDocument) -> Result | None:
    """The feed and its items; None if feedparser must read it."""
    if document.name not in ("rss", "feed") or "xml:base" in document.text:
        return None
    try:
        root = ET.fromstring(document.text)
        return _rss(root) if root.tag == "rss" else _atom(root)
    except (ET.ParseError, _Unknown):
        return None


def _rss(root: ET.Element) -> Result:
    if len(root) != 1 or root[0].tag != "channel":
        raise _Unknown
    about: dict[str, str] = {}
    items = []
    for element in root[0]:
        if element.tag == "item":
            items.append(_item(element, _RSS_ITEM, False))
        elif element.tag == f"{_ATOM}link":
            if element.get("rel") != "self" or len(element):
                raise _Unknown
        else:
            _note(element, _RSS_CHANNEL, about)
    return _feed(about), items, about


def _atom(root: ET.Element) -> Result:
    if root.tag != f"{_ATOM}feed":
        raise _Unknown
    about: dict[str, str] = {}
    items = []
    for element in root:
        if element.tag == f"{_ATOM}entry":
            items.append(_item(element, _ATOM_ENTRY, True))
        elif element.tag == f"{_ATOM}link":
            if len(element) or element.text or (element.get("rel") or "alternate") not in ("self", "alternate"):
                raise _Unknown
        elif element.get("type", "text") not in ("text", "html"):
            raise _Unknown
        else:
            _note(element, _ATOM_FEED, about)
    return _feed(about), items, about


def _note(element: ET.Element, known: Mapping[str, str], about: dict[str, str]) -> None:
    name = known.get(element.tag)
    if name is None or name in about or (name and (len(element) or ("type" not in element.attrib and element.attrib))):
        raise _Unknown
    if name:
        about[name] = _text(element)


def _feed(about: Mapping[str, str]) -> Feed:
    return Feed(
        title=about.get("title", ""),
        link=about.get("link", ""),
        day=day_of(about.get("published", "")) or day_of(about.get("updated", "")),
    )


def _category(element: ET.Element, is_atom: bool) -> list[str]:
    text = _text(element)
    term = element.get("term", "") if is_atom else text
    if not term or (text if is_atom else element.attrib):
        raise _Unknown
    return [term]


def _author(element: ET.Element, _: bool) -> list[str]:
    text = _text(element)
    if element.tag != f"{_ATOM}author":
        if len(element) or element.attrib:
            raise _Unknown
        return [text] if text else []
    names = [_text(part) for part in element if part.tag == f"{_ATOM}name" and not len(part)]
    if text or len(names) != 1 or any(part.tag not in (f"{_ATOM}name", f"{_ARXIV}affiliation") for part in element):
        raise _Unknown
    return names if names[0] else []


def _link(element: ET.Element, is_atom: bool) -> list[str]:
    text = _text(element)
    if is_atom:
        if text or element.get("type", "text/html") not in ("text/html", "application/pdf"):
            raise _Unknown
        is_page = element.get("rel", "alternate") == "alternate" and "html" in element.get("type", "text/html")
        return [element.get("href", "")] if is_page else []
    if element.attrib or ":///" in text:
        raise _Unknown
    return [_ENTITY_LIKE.sub(r"&\g<1>", text.replace("&amp;", "&")) if "&" in text else text]


_MANY = {
    "category": _category,
    "author": _author,
    "creator": _author,
    "link": _link,
}  # what an item may have several of


def _item(element: ET.Element, known: Mapping[str, str], is_atom: bool) -> FeedItem:
    stated: dict[str, str] = {}
    is_html: dict[str, bool] = {}
    many: dict[str, list[str]] = {name: [] for name in _MANY}
    allowed = _ATOM_ATTRIBUTES if is_atom else _RSS_ATTRIBUTES
    if element.attrib:
        raise _Unknown
    for child in element:
        name = known.get(child.tag)
        if name is None or (len(child) and name != "author"):
            raise _Unknown
        if name in many:
            many[name] += _MANY[name](child, is_atom)
        elif name == "primary_category":
            stated[name] = child.get("term", "")
        elif name:
            kind = child.get("type", "") if child.attrib else ""
            if name in stated or kind not in _TYPES or not child.attrib.keys() <= allowed.get(name, _NONE):
                raise _Unknown
            stated[name] = _text(child)
            is_html[name] = not is_atom or _TYPES[kind]
    links = many["link"]
    has_none = is_atom and element.find(f"{_ATOM}link") is None  # as Atom allows, if the text is all there is
    if not (links or has_none) or not all(map(address, links)):
        raise _Unknown
    content = FeedText(stated.get("content", ""), is_html.get("content", True))
    summary = FeedText(stated["summary"], is_html["summary"]) if "summary" in stated else content
    return FeedItem(
        title=FeedText(stated.get("title", ""), is_html.get("title", True)),
        summary=summary,
        content=content,
        names=many["author"] if is_atom else [],
        authors=[group for group in (many["creator"], [] if is_atom else many["author"]) if group],
        link=page_among(links),
        guid=stated.get("guid", ""),
        published=stated.get("published", ""),
        updated=stated.get("updated", ""),
        categories=many["category"],
        primary_category=stated.get("primary_category", ""),
        announce_type=stated.get("announce_type", ""),
        comment=stated.get("comment", ""),
        journal_ref=stated.get("journal_ref", ""),
        journal=journal_of(lambda name: stated.get(name, "")),
        dois=[stated[name] for name in ("doi", "prism_doi") if name in stated],
    )


def _text(element: ET.Element) -> str:
    text = (element.text or "").strip()
    if text.isascii():
        return text
    if _C1.search(text):
        raise _Unknown
    return mended(text)
