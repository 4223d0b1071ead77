"""OPML: lists of subscriptions, as feed readers exchange them. Read by listparser, which takes them as they come."""

from __future__ import annotations

import re
from typing import Any

from feedreader.model import Problem
from feedreader.parse.feeds.feed_item import address, feed_address
from feedreader.parse.feeds.xml_text import read_document, sniff
from feedreader.parse.lists.collector import Collector, SubscriptionList, short, shown

NAME = "opml"

_OUTLINE = re.compile(r"<(/?)outline\b[^<>]*?(/?)>", re.IGNORECASE)
_DEEPEST = 50


def matches_bytes(data: bytes) -> bool:
    """Whether the document's root is that of OPML."""
    return sniff(data).local_name == "opml"


def parse_list(data: bytes) -> SubscriptionList:
    """The subscriptions of a list, each address once, and what was not understood. It never raises."""
    document, collector = read_document(data), Collector()
    collector.problems += document.problems
    if document.local_name != "opml":
        collector.problem("This is not OPML.")
    elif _depth(document.text) > _DEEPEST:
        collector.problem(f"The list was skipped: its folders are nested more than {_DEEPEST} deep.")
    else:
        listed, damage = _stated(document.text)
        collector.problems += damage
        for stated, path, commented_out in listed:
            _take(stated, path, commented_out, collector)
    return collector.finish(NAME)


def _take(stated: dict[str, str], path: tuple[str, ...], commented_out: bool, collector: Collector) -> None:
    """Put down what an outline says. `path` are the folders around it."""
    title = short(stated.get("text", "")) or short(stated.get("title", ""))
    kind, other = stated.get("type", "").strip().lower(), stated.get("url", "")
    feed = stated.get("xmlurl", "").strip() or (other if kind in ("rss", "atom") else "")
    page = address(stated.get("htmlurl", ""))
    if commented_out and feed_address(feed):
        collector.problem(f"Skipped, commented out: {title or shown(feed)}")
    elif feed_address(feed) or stated.get("xmlurl", "").strip():
        categories = _categories(stated)
        folder = path or (categories[0] if categories else ())
        collector.add(feed, None, title, folder, ["/".join(parts) for parts in categories], page)
    elif kind in ("include", "link") and address(other):
        collector.problem(f"Skipped a link to another list: {shown(other)}")
    elif page:
        collector.problem(f"This has a page but no feed: {title or shown(page)}")


_LONE = re.compile(
    r"<(?!!|\?|/?(?:outline|opml)\b)(?=[^<>]*+(?:<|\Z))", re.IGNORECASE
)  # for html.parser is slow with many


def _stated(text: str) -> tuple[list[tuple[dict[str, str], tuple[str, ...], bool]], list[Problem]]:
    """The attributes of each outline, by lower-case name, the path to it, and whether it is commented out."""
    import listparser

    outlines: list[tuple[dict[str, str], tuple[str, ...], bool]] = []
    handler_type: Any = listparser.Handler

    class Collector(handler_type):  # type: ignore[misc]
        """listparser's own reading drops the address of the page and the order of folders and categories."""

        commented_out: int | None = None  # the depth from which on all is

        def start_opml_outline(self, attributes: dict[str, str]) -> None:
            attributes = {name: value or "" for name, value in attributes.items()}
            depth = len(self.hierarchy)
            if self.commented_out is None or depth <= self.commented_out:
                is_comment = attributes.get("iscomment", "").strip().lower() == "true"
                self.commented_out = depth if is_comment else None
            outlines.append((attributes, tuple(self.hierarchy), self.commented_out is not None))
            super().start_opml_outline(attributes)

    collector = Collector()
    collector.harvest.update(feeds=[], lists=[], opportunities=[], meta={}, bozo=False, bozo_exception=None, version="")
    try:
        collector.feed(_LONE.sub("&lt;", text))
        collector.close()
    except Exception:  # whatever listparser stumbles over
        return outlines, [Problem(None, "The rest of the list was skipped: it is damaged.")]
    return outlines, []


def _categories(stated: dict[str, str]) -> list[list[str]]:
    """The paths among the categories, which newsboat writes instead of folders."""
    paths = (path.split("/") for path in stated.get("category", "").split(","))
    return [parts for path in paths if (parts := [part for part in path if part.strip()])]


def _depth(text: str) -> int:
    depth = deepest = 0
    for match in _OUTLINE.finditer(text):
        if match[1]:
            depth = max(depth - 1, 0)
        elif not match[2]:
            depth += 1
            deepest = max(deepest, depth)
    return deepest
