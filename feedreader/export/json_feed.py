"""JSON Feed 1.1: papers as a feed that others subscribe to. Mathematics is Unicode.

It says what the Atom feed says (see `atom`): a kept paper is news of the moment it was kept, and what is the reader's
own stays out. What JSON Feed has no place for stands in `_feedreader`, as JSON Lines have it.
Source: https://jsonfeed.org/version/1.1
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from feedreader.export.plain import line, moment, permanent_id, shown, stamp, web_address
from feedreader.model import Journal, Paper

BRACE = "{\n"


def export(papers: Iterable[Paper], keys: Mapping[str, str], title: str = "Papers", name: str = "") -> Iterator[str]:
    """The feed, an item a line."""
    yield f'{BRACE}"version": "https://jsonfeed.org/version/1.1",\n"title": {_json(line(title))},\n"items": ['
    between = ""
    for paper in papers:
        yield f"{between}\n{_json(_item(paper))}"
        between = ","
    yield "\n]\n}\n"


def _item(paper: Paper) -> dict[str, Any]:
    when = moment(paper)
    more = {
        "doi": line(paper.doi or ""),
        "comment": shown(paper.comment or ""),
        "day": paper.day.isoformat() if paper.day else None,
        "journal": _journal(paper.journal) if paper.journal else None,
    }
    item = {
        "id": permanent_id(paper),
        "url": web_address(paper),
        "title": shown(paper.title or ""),
        "date_published": stamp(when) if when else None,
        "authors": [{"name": name} for author in paper.authors if (name := shown(author))],
        "tags": [tag for category in paper.categories if (tag := line(category))],
        "_feedreader": {name: value for name, value in more.items() if value},
    }
    return {name: value for name, value in item.items() if value} | {"content_text": shown(paper.abstract or "")}


def _journal(journal: Journal) -> dict[str, Any]:
    parts = {part: shown(text) if isinstance(text, str) else text for part, text in journal._asdict().items()}
    return {part: value for part, value in parts.items() if value}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
