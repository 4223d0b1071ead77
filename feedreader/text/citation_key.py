"""By what a paper is cited: the year and month it came out, and the stem of its citation key. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from feedreader.text.author_names import is_others, parse_name, without_remark
from feedreader.text.identifiers import arxiv_month
from feedreader.text.normalize import normalize
from feedreader.text.transliterate import to_ascii

if TYPE_CHECKING:
    from feedreader.model import Paper

_SKIPPED = re.compile(
    "(?:a|an|and|are|as|at|be|by|can|do|does|for|from|has|how|in|into|is|it|its|not|of|on|or|our|that|the|their|there|"
    "these|this|to|towards?|under|upon|using|via|was|we|what|when|where|which|who|why|will|with|without)"
)
_KEY_CHARACTERS = re.compile(r"[^a-z0-9]+")
_LONGEST = 40


def year_and_month(paper: Paper) -> tuple[int, int] | None:
    """When the paper came out: as its arXiv id says, which a new version does not change, else its day."""
    numbered = arxiv_month(paper.arxiv_id or "")
    return numbered or ((paper.day.year, paper.day.month) if paper.day else None)


def key_stem(paper: Paper) -> str:
    """The citation key that a paper would have if no other had it: `beyer2019s4l`. Never empty."""
    family = next((word for name in paper.authors[:1] if (word := _family(name))), "")
    word = next(iter(_title_words(paper.title or "")), "")
    when = year_and_month(paper)
    if not family and not word:
        return _plain(paper.id if paper.arxiv_id is None else f"arxiv{paper.arxiv_id}") or "paper"
    return (family or "anonymous") + (str(when[0]) if when else "") + word


def _family(author: str) -> str:
    return "" if is_others(author) else _plain(to_ascii(parse_name(without_remark(author)).family))


def _title_words(title: str) -> list[str]:
    words = [_plain(to_ascii(word)) for word in normalize(title).split()]
    return [word for word in words if word and not _SKIPPED.fullmatch(word)] or [word for word in words if word]


def _plain(text: str) -> str:
    return _KEY_CHARACTERS.sub("", text.lower())[:_LONGEST]
