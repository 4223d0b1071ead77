"""OPML: lists of subscriptions, as feed readers exchange them. Read by listparser, which takes them as they come."""

from __future__ import annotations

import re
from typing import Any

from feedreader.model import Outline, Problem
from feedreader.parse.feeds.feed_item import address
from feedreader.parse.feeds.xml_text import read_document, sniff
from feedreader.text.html_text import from_plain

NAME = "opml"

_OUTLINE = re.compile(r"<(/?)outline\b[^<>]*?(/?)>", re.IGNORECASE)
_FEED_SCHEME = re.compile(r"\A(?:feed|pcast|itpc|rss):(?:(?://)?(?=https?:)|(?=//))", re.IGNORECASE)
_DEEPEST = 50
_LONGEST = 500  # characters of a title, or of a folder's name


def matches_bytes(data: bytes) -> bool:
    """Whether the document's root is that of OPML."""
    return sniff(data).local_name == "opml"


def parse_opml(data: bytes) -> tuple[tuple[Outline, ...], tuple[Problem, ...]]:
    """The subscriptions of a list, each address once, and what was not understood. It never raises."""
    document = read_document(data)
    problems = list(document.problems)
    if document.local_name != "opml":
        return (), (*problems, Problem(None, "This is not OPML."))
    if _depth(document.text) > _DEEPEST:
        problems.append(Problem(None, f"The list was skipped: its folders are nested more than {_DEEPEST} deep."))
        return (), tuple(problems)
    outlines: dict[str, Outline] = {}
    listed, damage = _stated(document.text)
    problems += damage
    for stated, path, commented_out in listed:
        title = (from_plain(stated.get("text", "")) or from_plain(stated.get("title", "")))[:_LONGEST]
        kind, other = stated.get("type", "").strip().lower(), stated.get("url", "")
        named = stated.get("xmlurl", "").strip()
        url = _web_address(named or (other if kind in ("rss", "atom") else ""))
        if url and commented_out:
            problems.append(Problem(None, f"Skipped, commented out: {title or url}"))
            continue
        if url is None:
            if named:
                problems.append(Problem(None, f"Not a web address: {from_plain(named)[:200]}"))
            elif kind in ("include", "link") and address(other):
                problems.append(Problem(None, f"Skipped a link to another list: {from_plain(other)[:200]}"))
            elif address(stated.get("htmlurl", "")):
                page = title or from_plain(stated["htmlurl"])
                problems.append(Problem(None, f"This has a page but no feed: {page}"))
            continue
        folder = tuple(name for part in path or _category(stated) if (name := from_plain(part)[:_LONGEST]))
        outlines.setdefault(url, Outline(title or url, url, address(stated.get("htmlurl", "")), folder))
    if not outlines and not problems:
        problems.append(Problem(None, "The list contains no subscriptions."))
    return tuple(outlines.values()), tuple(problems)


def _web_address(stated: str) -> str | None:
    """The address of a feed, also where it is only said to be one: "feed://example.org/", "feed:https://…"."""
    bare = _FEED_SCHEME.sub("", from_plain(stated))
    return address(f"http:{bare}" if bare.startswith("//") else bare)


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


def _category(stated: dict[str, str]) -> list[str]:
    """The first path among the categories, which newsboat writes instead of folders."""
    paths = (path.split("/") for path in stated.get("category", "").split(","))
    return next((parts for path in paths if (parts := [part for part in path if part.strip()])), [])


def _depth(text: str) -> int:
    depth = deepest = 0
    for match in _OUTLINE.finditer(text):
        if match[1]:
            depth = max(depth - 1, 0)
        elif not match[2]:
            depth += 1
            deepest = max(deepest, depth)
    return deepest
