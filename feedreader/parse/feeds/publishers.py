"""What publishers of journals put into their feeds where others put titles and abstracts."""

from __future__ import annotations

import re

from feedreader.parse.layout.author_lists import listed_names

_VOLUME = re.compile(r"[^:]{3,100}, Vol\. \d+, Pages? [\w–-]+: (?=\S)")  # MDPI
_ELSEVIER = re.compile(r"Publication date: (.{3,60}?) Source: (.{3,200}?)(?: Author\(s\):(.*))?", re.DOTALL)
_NATURE = re.compile(r"[^;]{3,100}, Published online: \d\d? [A-Z][a-z]+ \d{4}; doi:\S+ ?")


def without_volume(title: str) -> str:
    """A title without the journal, volume and pages before it."""
    return title[match.end() :] if (match := _VOLUME.match(title)) else title


def from_publisher(text: str, title: str) -> tuple[str | None, tuple[str, ...], str | None]:
    """Abstract, authors and comment, where what stands for an abstract is a citation."""
    if text.startswith("Publication date: ") and (match := _ELSEVIER.fullmatch(text)):
        return None, listed_names([match[3] or ""]), f"{match[2]}, {match[1]}"
    if match := _NATURE.match(text):
        text = text[match.end() :]
        return (text if text and text != title else None), (), None
    return text or None, (), None
