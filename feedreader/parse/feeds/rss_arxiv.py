"""What is particular to arXiv's feeds.

arXiv announces in three forms. RSS 2.0 and Atom (since 2024): the description starts with
"arXiv:2604.21935v1 Announce Type: new Abstract: …". RDF (before): the title ends with
". (arXiv:1805.06430v2 [nucl-th] UPDATED)", the authors are links.
Source: https://info.arxiv.org/help/rss_specifications.html, and the feeds themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from feedreader.arxiv.categories import is_in
from feedreader.text.html_text import from_html, from_plain
from feedreader.text.identifiers import arxiv_id

_TYPES = ("new", "cross", "replace", "replace-cross")
_PREAMBLE = re.compile(
    r"\s*(?:<p>\s*)?arXiv:\s?(\S{5,40})\s+Announce[ -]Type:\s*([a-z-]+)\s*(?:<br\s*/?>\s*)?(?:Abstract:\s*)?",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r"\.?\s*\(arXiv:\s?(\S{5,40})\s*\[([A-Za-z.-]{2,24})\]\s*((?:UPDATED|CROSS LISTED|\s)*)\)\s*\Z")
_CATEGORY = re.compile(
    r"[a-z]+(?:-[a-z]{2,4})?\.(?:[A-Z]{2}|[a-z]{2,6}(?:-[a-z]{2,4})?)|[a-z]+-[a-z]{2,4}|cs|math|physics|nlin|stat|econ|eess"
)
_LINKED = re.compile(r"<a\s[^<>]*>([^<>]*)</a>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Announcement:
    """The mark of an announcement by arXiv: what the item says of itself, and its title and abstract without that."""

    title: str
    abstract: str
    id: tuple[str, int | None] | None
    stated: str
    categories: tuple[str, ...] = ()

    def kind(self, feed_title: str) -> str | None:
        """The announce type. In RDF, a replacement is one of a cross-list if its primary category is another."""
        if self.stated in _TYPES:
            return self.stated
        if "CROSS" in self.stated:
            return "replace-cross" if "UPDATED" in self.stated else "cross"
        if "UPDATED" not in self.stated:
            return None if self.stated else "new"
        named, updates, _ = feed_title.partition(" updates on ")
        targets = re.split(r"[+,\s]+", named) if updates else []
        own = not targets or is_in(self.categories, targets)
        return "replace" if own else "replace-cross"


def announcement_in(title: str, summary: str, announce_type: str) -> Announcement | None:
    """How the item is marked as an announcement of arXiv's, if it is."""
    stated = announce_type.strip().lower()
    if preamble := _PREAMBLE.match(summary):
        stated = stated if stated in _TYPES else preamble[2].lower()
        return Announcement(title, summary[preamble.end() :], arxiv_id(preamble[1]), stated)
    if suffix := _SUFFIX.search(title[-200:]):
        bare = title[: len(title) - len(suffix[0])]
        return Announcement(bare, summary, arxiv_id(suffix[1]), " ".join(suffix[3].split()), (suffix[2],))
    return Announcement(title, summary, None, stated) if stated in _TYPES else None


def categories(stated: Iterable[str], primary: str = "") -> tuple[str, ...]:
    """The categories of arXiv among the terms stated (others are of MSC or ACM), the primary one first."""
    return tuple(dict.fromkeys(bare for term in (primary, *stated) if _CATEGORY.fullmatch(bare := term.strip())))


def linked_names(stated: Iterable[str]) -> tuple[str, ...]:
    """The authors of the RDF form: the texts of its links. What stands beside them are affiliations."""
    return tuple(name for raw in stated for text in _LINKED.findall(raw) if (name := from_html(text)))


def comment_with(comment: str, more: Mapping[str, str]) -> str | None:
    """The comment, and what else goes with it, each after its label."""
    labelled = (f"{label}: {text}" for label, raw in more.items() if raw and (text := from_plain(raw)))
    return "; ".join(filter(None, (from_plain(comment), *labelled))) or None
