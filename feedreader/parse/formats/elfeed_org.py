"""elfeed-org: the list of elfeed-org, an outline in Org: feeds are headings under one with the tag `:elfeed:`.

    * Feeds                                              :elfeed:
    ** Biology                                           :daily:
    *** [[https://example.org/feed][Notes on snails]]    :snails:

The headings above a feed are its folder; where there are none, its first tag is, also one of a heading above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from feedreader.parse.lists.collector import Collector, SubscriptionList, shown

NAME = "elfeed-org"

_TREE = "elfeed"
_IGNORED = "ignore"  # the tag of feeds that elfeed-org passes over
_HEADING = re.compile(r"(\*+)[ \t]+(.*)")
_TAGS = re.compile(r"(?:\A|[ \t]):((?:[\w@#%-]+:)+)[ \t]*\Z")
_KEYWORD = re.compile(r"(?:(?:TODO|DONE|COMMENT)[ \t]+)?+(?:\[#\w\][ \t]*)?+")
_LINK = re.compile(r"\[\[([^\[\]]*)\](?:\[([^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)?)\])?\]")
_ADDRESS = re.compile(r"(?<!\[)<?((?:https?|feed|file|gopher):[^\s<>]+)>?", re.IGNORECASE)
_ID = re.compile(r"[ \t]*:ID:[ \t]+(\S+)", re.IGNORECASE)


class _Heading(NamedTuple):
    """A heading within a tree of feeds: what is above it (names of folders, and tags), its text and its own tags."""

    line: int
    text: str
    tags: tuple[str, ...]
    folders: tuple[str, ...]
    above: tuple[str, ...]


def matches(text: str) -> bool:
    """Whether a heading has the tag, or the id, of elfeed's trees."""
    if _TREE not in text:
        return False
    rows = text.split("\n")
    return any(_is_tree(rows, at) for at, row in enumerate(rows) if row.startswith("*"))


def _is_tree(rows: list[str], at: int) -> bool:
    heading = _HEADING.match(rows[at])
    if heading is None:
        return False
    _, tags = _parted(heading[2])
    return _TREE in tags or any(_id(row) == _TREE for row in rows[at + 1 : at + 4])


def _id(row: str) -> str:
    match = _ID.match(row)
    return match[1] if match else ""


def _parted(text: str) -> tuple[str, tuple[str, ...]]:
    """A heading without its tags and keywords; and its tags."""
    found = _TAGS.search(text)
    tags = tuple(found[1].strip(":").split(":")) if found else ()
    text = text[: found.start()] if found else text
    keyword = _KEYWORD.match(text)
    return (text[keyword.end() :] if keyword else text).strip(), tags


def parse_list(text: str) -> SubscriptionList:
    """The feeds, and what was not taken. It never raises."""
    collector = Collector()
    for heading in _headings(text):
        if heading.text.startswith("entry-title:"):
            rule = shown(heading.text)
            collector.problem(f"Rule not imported: {rule}. To make one here: `feedreader highlight`", heading.line)
        elif (found := _feed(heading.text)) is None:
            continue
        elif _IGNORED in (*heading.tags, *heading.above):
            collector.problem(f"Skipped, tagged {_IGNORED}: {shown(found[0])}", heading.line)
        else:
            own = [tag for tag in (*heading.tags, *heading.above) if tag != _TREE]
            collector.add(found[0], heading.line, found[1], heading.folders, own)
    return collector.finish(NAME)


def _feed(text: str) -> tuple[str, str] | None:
    """The address and the title in a heading; None if it has no address."""
    link = _LINK.search(text)
    if link and _ADDRESS.match(link[1]):
        return link[1], link[2] or _LINK.sub(" ", text).strip()
    bare = _ADDRESS.search(text)
    return (bare[1], _ADDRESS.sub(" ", text).strip()) if bare and not link else None


def _headings(text: str) -> Iterator[_Heading]:
    """The headings of all trees of feeds, in their order, without those that are merely folders left out."""
    rows = text.split("\n")
    above: list[tuple[int, str, tuple[str, ...]]] = []  # levels, names of folders ("" if none), tags
    root = 0  # the level of the tree's first heading; 0 outside of trees
    for at, row in enumerate(rows):
        match = _HEADING.match(row) if row.startswith("*") else None
        if match is None:
            continue
        level = len(match[1])
        while above and above[-1][0] >= level:
            above.pop()
        root = root if root and level > root else 0
        name, tags = _parted(match[2])
        starts = not root and _is_tree(rows, at)
        if starts:
            root, above = level, []
        if root:
            folders = tuple(folder for _, folder, _ in above if folder)
            inherited = tuple(tag for _, _, each in above for tag in each)
            yield _Heading(at + 1, name, tags, folders, inherited)
            above.append((level, "" if starts or _feed(name) else name, tags))
