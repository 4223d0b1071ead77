"""What a paper says where its entries disagree, by the rules of precedence that `feedreader.merge.identity` states."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from feedreader.arxiv.addresses import abs_url
from feedreader.merge.matching import breaks_off, entry_name, is_talk
from feedreader.model import Entry, Journal, Mention, MergedPaper, Paper, PlacedEntry, Revision
from feedreader.text.author_names import is_others
from feedreader.text.identifiers import unversioned
from feedreader.text.journal_reference import fullest
from feedreader.text.normalize import normalize_compact


def compose(entries: Sequence[PlacedEntry]) -> MergedPaper:
    """One paper from all its entries, by the rules of precedence above."""
    return _of_one(entries[0]) if len(entries) == 1 else _of_several(entries)


def _of_one(placed: PlacedEntry) -> MergedPaper:
    """What `_of_several` makes of one entry, at a tenth of the work: nearly all papers have but one."""
    entry = placed.entry
    replaced = is_replacement(entry.announce_type)
    paper = Paper(
        id=entry_name(entry),
        title=entry.title or None,
        authors=entry.authors,
        abstract=entry.abstract or None,
        tldr=entry.tldr or None,
        comment=entry.comment or None,
        arxiv_id=entry.arxiv_id or None,
        version=entry.version or None,
        doi=entry.doi or None,
        preprint_doi=entry.preprint_doi or None,
        url=url_of(entry.arxiv_id, entry.url, entry.doi),
        journal=entry.journal,
        categories=tuple(dict.fromkeys(entry.categories)),
        day=entry.day,
        collection=None if entry.day else placed.collection,
        sources=(placed.source,),
        mentions=tuple(dict.fromkeys(Mention(placed.source, words) for words in entry.mentions)),
        revisions=_revisions([entry]) if replaced else (),
        replaced=replaced,
    )
    abstract_ref = placed.ref if entry.abstract else None
    return MergedPaper((placed.ref,), paper, placed, abstract_ref)


def _of_several(members: Sequence[PlacedEntry]) -> MergedPaper:
    members = sorted(members, key=lambda each: (*_place(each), entry_name(each.entry)))
    entries = [each.entry for each in members]
    by_authority = sorted(entries, key=_authority)
    whole = [each for each in members if not breaks_off(each.entry.abstract or "")]
    abstract = _best(whole, "abstract") or _best(members, "abstract")
    arxiv = min(filter(None, (entry.arxiv_id for entry in entries)), default=None)
    doi, preprint_doi = _published_doi(members), _stated(members, "preprint_doi")
    firsts = [entry for entry in entries if not is_replacement(entry.announce_type) and not is_talk(entry)]
    day = _day(firsts or entries)
    first = _first(members, day)
    paper = Paper(
        id=arxiv or doi or min(map(entry_name, entries)),
        title=_stated(members, "title"),
        authors=_stated(members, "authors") or (),
        abstract=abstract.entry.abstract if abstract else None,
        tldr=_stated(members, "tldr"),
        comment=_stated(members, "comment"),
        arxiv_id=arxiv,
        version=max(filter(None, (entry.version for entry in entries)), default=None),
        doi=doi,
        preprint_doi=preprint_doi,
        journal=_journal(members),
        url=url_of(arxiv, _stated(members, "url"), doi),
        categories=tuple(dict.fromkeys(category for entry in by_authority for category in entry.categories)),
        day=day,
        collection=None if day else first.collection,
        sources=tuple(dict.fromkeys(each.source for each in members)),
        mentions=tuple(dict.fromkeys(Mention(each.source, text) for each in members for text in each.entry.mentions)),
        revisions=_revisions(entries),
        replaced=not firsts and any(is_replacement(entry.announce_type) for entry in entries),
    )
    refs = tuple(sorted(each.ref for each in members))
    return MergedPaper(refs, paper, first, abstract.ref if abstract else None)


def _best(members: Iterable[PlacedEntry], field: str) -> PlacedEntry | None:
    """Of those whose entries state a field, the one that counts."""
    stating = [each for each in members if getattr(each.entry, field)]
    if len(stating) < 2:
        return stating[0] if stating else None
    return min(stating, key=lambda each: (*_authority(each.entry), *_brevity(getattr(each.entry, field))))


def _brevity(statement: Any) -> tuple[int, int]:
    """Sorts statements: the longest first; of lists that with the most parts."""
    if isinstance(statement, tuple):
        parts = [str(part) for part in statement if part and not is_others(str(part))]
        return -len(parts), -sum(map(len, parts))
    return -len(statement) if isinstance(statement, str) else 0, 0


def _stated(members: Iterable[PlacedEntry], field: str) -> Any:
    best = _best(members, field)
    return getattr(best.entry, field) if best else None


def _published_doi(members: Sequence[PlacedEntry]) -> str | None:
    """The DOI of what was published, if an entry states it beside that of the preprint; in its newest version."""
    preprints = {unversioned(each.entry.preprint_doi) for each in members if each.entry.preprint_doi}
    stating = [each for each in members if each.entry.doi and unversioned(each.entry.doi) not in preprints]
    doi = _stated(stating or members, "doi")
    versions = [each.entry.doi for each in members if doi and unversioned(each.entry.doi or "") == unversioned(doi)]
    return max(filter(None, versions), key=lambda version: (len(version), version), default=None)


def _journal(members: Sequence[PlacedEntry]) -> Journal | None:
    """Where it was published: as told in most parts, with what others know of the same place; preprints count last."""
    stating = sorted((each for each in members if each.entry.journal), key=lambda each: _authority(each.entry))
    return fullest(each.entry.journal for each in stating if each.entry.journal)


def _day(entries: Iterable[Entry]) -> date | None:
    """The earliest day on which one was announced, else the earliest given."""
    dated = [(not entry.announced, entry.day) for entry in entries if entry.day]
    return min(dated)[1] if dated else None


def _first(members: Sequence[PlacedEntry], day: date | None) -> PlacedEntry:
    """The first of those that give the day; without a day, the first in the first collection, before talk."""
    if day:
        return min((each for each in members if each.entry.day == day), key=_feed_order)
    undated = [each for each in members if not each.entry.day and not is_talk(each.entry)] or members
    return min(undated, key=lambda each: (each.collection.casefold(), each.collection, *_feed_order(each)))


def _place(placed: PlacedEntry) -> tuple[str, str, int]:
    return placed.source, placed.path, placed.position


def _feed_order(placed: PlacedEntry) -> tuple[bool, int, str, str, int]:
    """The reader's subscriptions as she made them, then files by name; each in its own order."""
    return placed.rank is None, placed.rank or 0, *_place(placed)


def url_of(arxiv_id: str | None, url: str | None, doi: str | None) -> str | None:
    return abs_url(arxiv_id) if arxiv_id else url or (f"https://doi.org/{doi}" if doi else None)


def _authority(entry: Entry) -> tuple[bool, bool, bool, int]:
    """Sorts entries: who is believed first."""
    has_id = bool(entry.arxiv_id or entry.doi)
    return (is_talk(entry), not has_id, not entry.authors, -(entry.version or 0))


def _revisions(entries: Sequence[Entry]) -> tuple[Revision, ...]:
    """The new versions announced, in order, each with what it changed of the one before it."""
    revisions = []
    for entry in entries:
        if is_replacement(entry.announce_type) and entry.day:
            older = [e for e in entries if (e.version or 1) < (entry.version or 2) and not is_talk(e)]
            before = max(older, key=lambda e: (e.version or 1, bool(e.title), bool(e.abstract)), default=None)
            revisions.append(Revision(entry.version, entry.day, _changes(before, entry) if before else ()))
    return tuple(sorted(dict.fromkeys(revisions), key=lambda revision: (revision.version or 0, revision.day)))


def _changes(before: Entry, after: Entry) -> tuple[str, ...]:
    pairs = {"title": (before.title, after.title), "abstract": (before.abstract, after.abstract)}
    return tuple(
        name for name, (old, new) in pairs.items() if old and new and normalize_compact(old) != normalize_compact(new)
    )


def is_replacement(announce_type: str | None) -> bool:
    """Whether what arXiv calls an announcement is that of a new version."""
    return (announce_type or "").startswith("replace")
