"""Which papers Zotero has already, by the rules by which entries are one paper (`feedreader.merge.identity`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from feedreader.export.zotero import entry_of, item
from feedreader.merge.identity import identity_keys, merge
from feedreader.model import Entry, Paper, PlacedEntry
from feedreader.text.preprint_servers import server_of


def is_paper(object: Mapping[str, Any]) -> bool:
    """Whether an object that Zotero has is an item of its own that is not in the trash."""
    data = object.get("data")
    apart = ("attachment", "note", "annotation")
    return isinstance(data, dict) and data.get("itemType") not in apart and not data.get("deleted")


def matches(papers: Sequence[Paper], objects: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The papers, by their ids, that are among the items, with the keys of these."""
    wanted = {paper.id: replace(entry_of(item(paper)), preprint_doi=paper.preprint_doi) for paper in papers}
    by_key: dict[int, list[str]] = defaultdict(list)
    for id, entry in wanted.items():
        for key in identity_keys(entry):
            by_key[key].append(id)
    found: dict[str, str] = {}
    for object in objects:
        if not is_paper(object):
            continue
        theirs = entry_of(object["data"])
        for id in dict.fromkeys(id for key in identity_keys(theirs) for id in by_key.get(key, ())):
            if id not in found and _are_one(wanted[id], theirs):
                found[id] = str(object.get("key", ""))
    return found


def _are_one(mine: Entry, theirs: Entry) -> bool:
    """Whether an item is the paper. The DOI of a preprint says nothing against that of what was published."""
    if theirs.doi and theirs.doi == mine.preprint_doi:
        return True
    if mine.doi and theirs.doi and mine.doi != theirs.doi:
        mine, theirs = (replace(e, doi=None) if server_of(e.doi) else e for e in (mine, theirs))
    both = [PlacedEntry(0, "mine", "", "", 0, mine), PlacedEntry(1, "theirs", "", "", 0, theirs)]
    return any(len(paper.refs) == 2 for paper in merge(both))
