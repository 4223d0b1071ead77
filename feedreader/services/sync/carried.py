"""Kept papers as other machines are told of them, so that they stand where no source brought them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from feedreader.export.jsonl import paper_object
from feedreader.library.sync import Carried
from feedreader.merge.identity import entry_name
from feedreader.model import UNMARKED, Entry, Marks, Paper
from feedreader.parse.formats import arxiv_jsonl
from feedreader.text.identifiers import doi

_LEFT_OUT = {"id", "collection", "sources", "mentions", "interest", "why", *Marks._fields}
_NEEDED: Mapping[str, Any] = {"id": None, "title": None, "authors": [], "day": None, "sources": [], "mentions": []}
_REPLACED = "replace"


def carried(paper: Paper) -> Carried | None:
    """What a paper says, and the name that this gives it."""
    says = {name: value for name, value in paper_object(paper).items() if value and name not in _LEFT_OUT}
    if paper.preprint_doi:
        says["preprint_doi"] = paper.preprint_doi
    if paper.replaced:
        says["announce_type"] = _REPLACED
    entry = entry_of(says)
    return Carried(says, entry_name(entry)) if entry else None


def entry_of(says: Mapping[str, Any]) -> Entry | None:
    """The entry that another machine's paper makes; None: it says nothing."""
    entries = arxiv_jsonl.parse(json.dumps({**_NEEDED, **says, "mentions": []}) + "\n").entries
    if not entries:
        return None
    entry, preprint, replaced = entries[0], says.get("preprint_doi"), says.get("announce_type") == _REPLACED
    if not (entry.title or entry.abstract or entry.arxiv_id or entry.doi):
        return None
    return replace(
        entry,
        announced=entry.day is not None,
        announce_type=_REPLACED if replaced else None,
        preprint_doi=doi(preprint) if isinstance(preprint, str) else None,
        marks=UNMARKED,
        line=None,
    )
