"""Where an item was published, as PRISM states it part by part, and the elements that IEEE and JOSS made up.

Source: https://www.w3.org/submissions/2020/SUBM-prism-20200910/
"""

from __future__ import annotations

import re
from collections.abc import Callable

from feedreader.model import Journal
from feedreader.text.html_text import from_html

_PARTS = {
    "name": ("prism_publicationname",),
    "volume": ("prism_volume", "volume"),
    "number": ("prism_number", "prism_issueidentifier", "issue"),
    "pages": ("prism_pagerange",),
    "first": ("prism_startingpage", "prism_elocationid", "prism_articlenumber", "startpage", "page"),
    "last": ("prism_endingpage", "endpage"),
    "date": ("prism_publicationdate", "prism_coverdate", "prism_coverdisplaydate", "publicationyear"),
}
_UNKNOWN = re.compile(r"n/?a|0+|-+|ahead.of.print|in press|ja", re.IGNORECASE)  # in place of a number
_NUMBERED = re.compile(r"(?:volume|vol|issue|number|no|pages?|pp)\b\.?\s*(?=\d)", re.IGNORECASE)


def journal_of(stated: Callable[[str], str]) -> Journal | None:
    """The journal, from what an item says in each element ("" where it has none), by feedparser's names for them."""

    def said(part: str) -> str:
        raw = (stated(key) for key in _PARTS[part])
        return next((text for each in raw if each and (text := from_html(each))), "")

    name, volume = said("name") or None, _numbered(said("volume"))
    if not (name or volume):
        return None
    number, pages, first, last = map(_numbered, map(said, ("number", "pages", "first", "last")))
    pages = pages or (f"{first}-{last}" if first and last and first != last else first)
    year = re.search(r"\b(?:1[89]|20)\d\d\b", said("date"))
    return Journal(name, volume, number, pages, int(year[0]) if year else None)


def _numbered(text: str) -> str | None:
    """A volume, an issue or pages, without what such are called."""
    return None if _UNKNOWN.fullmatch(text) else _NUMBERED.sub("", text, count=1).replace("–", "-") or None
