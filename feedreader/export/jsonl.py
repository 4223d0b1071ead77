"""JSON Lines: one paper a line, its text as the source said it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from feedreader.model import Interest, Paper


def paper_object(paper: Paper) -> dict[str, Any]:
    """A paper as JSON has it: absent is null or []."""
    return {
        "id": paper.id,
        "arxiv_id": paper.arxiv_id,
        "version": paper.version,
        "doi": paper.doi,
        "title": paper.title,
        "authors": list(paper.authors),
        "abstract": paper.abstract,
        "tldr": paper.tldr,
        "comment": paper.comment,
        "journal": paper.journal._asdict() if paper.journal else None,
        "categories": list(paper.categories),
        "day": paper.day.isoformat() if paper.day else None,
        "collection": paper.collection,
        "sources": list(paper.sources),
        "url": paper.url,
        **{name: _plain(value) for name, value in paper.marks._asdict().items()},
        "mentions": [{"source": mention.source, "text": mention.text} for mention in paper.mentions],
        "interest": round(paper.interest.score, 3) if paper.interest else None,
        "why": why(paper.interest) if paper.interest else [],
    }


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else list(value) if isinstance(value, tuple) else value


def why(interest: Interest) -> list[str]:
    """What speaks for a paper, in words: "score matching", "by Ada Lovelace, kept 3 times"."""
    if not (author := interest.author):
        return list(interest.words)
    known = {0: "pinned", 1: "kept once", 2: "kept twice"}.get(author.kept, f"kept {author.kept} times")
    return [*interest.words, f"by {author.name}, {known}"]


def paper_line(paper: Paper) -> str:
    return json.dumps(paper_object(paper), ensure_ascii=False)


def export(papers: Iterable[Paper], keys: Mapping[str, str]) -> Iterator[str]:
    """A line a paper. It has no citation keys: it is what `list --json` prints."""
    return (paper_line(paper) + "\n" for paper in papers)
