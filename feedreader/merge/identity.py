"""Which entries are one paper, and what that paper says. Pure: a function of the set of entries.

Identity
    Two entries are the same paper if their arXiv ids (without version) agree, or their DOIs, or their
    titles, or their abstracts, all compared as plain words (`feedreader.text.normalize`); and no id of the same
    kind differs. Titles agree only if the authors do, where both entries have authors; where neither
    has any, the abstracts must be nearly alike. An agreeing arXiv id outweighs two different DOIs.

    Papers are gathered from the lowest id upwards (arXiv ids, then DOIs, then entries without either),
    so that an entry which fits two papers with different ids joins the lowest. An entry never joins a
    paper one of whose entries it cannot be: another id of the same kind, or the same title by others.

    Weak evidence comes last, so that it can't bridge two papers: an entry without a title joins a paper
    whose abstract starts as its own does; then talk (an entry without abstract that quotes one) joins
    the paper whose abstract it quotes. Talk that names nothing and fits nothing is no paper.

Precedence
    Of several statements the one counts that comes from an entry with an id, then from one with authors,
    then of the newest version, then the longest; talk counts last. The day is the earliest announcement as
    new or cross-listed, else the earliest day given; a new version's day counts only where a paper is met in
    no other way, and such a paper is marked as replaced. Within its day a paper stands where the first of the sources
    that give that day (by name, then path) has it. Everything that was said of it is kept as mentions.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from feedreader.arxiv.addresses import abs_url
from feedreader.merge.matching import Candidate, Order, is_quoted, is_same, must_differ, name_order
from feedreader.merge.matching import entry_name as entry_name
from feedreader.merge.matching import shared_shingles as shared_shingles
from feedreader.merge.matching import shingles as shingles
from feedreader.model import Entry, Mention, MergedPaper, Paper, PlacedEntry, Revision
from feedreader.text.normalize import normalize_compact

_RECENT = 1024  # entries whose keys are remembered: an import needs them several times


@lru_cache(maxsize=_RECENT)
def identity_keys(entry: Entry) -> tuple[int, ...]:
    """The 64-bit keys by which entries that may be one paper find each other, in any number and order."""
    node = Candidate(PlacedEntry(0, "", "", "", 0, entry))
    return tuple(
        int.from_bytes(hashlib.blake2b(f"{kind}:{value}".encode(), digest_size=8).digest(), signed=True)
        for kind, value in node.buckets
    )


def merge(announcements: Iterable[PlacedEntry]) -> list[MergedPaper]:
    """The papers that these entries make. Entries that are no paper (talk that fits nothing) are in none.

    The entries must be complete: with an entry come all others that share a key with it, or quote it.
    """
    clusters = _gather(_share_an_id(Candidate(announcement) for announcement in announcements))
    _attach_nameless(clusters)
    _attach_talk(clusters)
    return [compose([node.said for node in cluster.nodes]) for cluster in clusters if cluster.is_paper]


def compose(announcements: Sequence[PlacedEntry]) -> MergedPaper:
    """One paper from all its entries, by the rules of precedence above."""
    return _of_one(announcements[0]) if len(announcements) == 1 else _of_several(announcements)


def _of_one(said: PlacedEntry) -> MergedPaper:
    """What `_of_several` says of one entry, at a tenth of the work: nearly all papers have but one."""
    entry, name = said.entry, entry_name(said.entry)
    replaced = _is_replacement(entry)
    paper = Paper(
        id=name,
        title=entry.title or None,
        authors=entry.authors,
        abstract=entry.abstract or None,
        tldr=entry.tldr or None,
        comment=entry.comment or None,
        arxiv_id=entry.arxiv_id or None,
        version=entry.version or None,
        doi=entry.doi or None,
        url=abs_url(entry.arxiv_id)
        if entry.arxiv_id
        else entry.url or (f"https://doi.org/{entry.doi}" if entry.doi else None),
        categories=tuple(dict.fromkeys(entry.categories)),
        day=entry.day,
        collection=None if entry.day else said.collection,
        sources=(said.source,),
        mentions=tuple(dict.fromkeys(Mention(said.source, words) for words in entry.mentions)),
        revisions=_revisions([entry]) if replaced else (),
        replaced=replaced,
    )
    place = (said.source, said.path, said.position)
    return MergedPaper((said.ref,), paper, place, said.ref if entry.abstract else None)


def _of_several(announcements: Sequence[PlacedEntry]) -> MergedPaper:
    said = sorted(announcements, key=lambda a: (a.source, a.path, a.position, entry_name(a.entry)))

    def best(get: Callable[[Entry], str | tuple[str, ...] | None]) -> PlacedEntry | None:
        having = [a for a in said if get(a.entry)]
        if len(having) == 1:
            return having[0]
        return min(having, key=lambda a: (*_authority(a.entry), -len(get(a.entry) or "")), default=None)

    def text(get: Callable[[Entry], str | None]) -> str | None:
        chosen = best(get)
        return get(chosen.entry) if chosen else None

    authors = best(lambda e: e.authors)
    abstract = best(lambda e: e.abstract)
    arxiv_id = min((a.entry.arxiv_id for a in said if a.entry.arxiv_id), default=None)
    doi = text(lambda e: e.doi)
    firsts = [a for a in said if not _is_replacement(a.entry) and not _is_talk(a.entry)]
    dated = [a.entry for a in firsts or said if a.entry.day]
    announced = [entry for entry in dated if entry.announced]
    day = min((entry.day for entry in announced or dated if entry.day), default=None)
    standing = [a for a in said if a.entry.day == day and (day or not _is_talk(a.entry))] or said
    if not day:
        collection = min((a.collection for a in standing), key=lambda title: (title.casefold(), title))
        standing = [a for a in standing if a.collection == collection]
    by_authority = sorted(said, key=lambda a: _authority(a.entry))
    paper = Paper(
        id=min((entry_name(a.entry) for a in said), key=name_order),
        title=text(lambda e: e.title),
        authors=authors.entry.authors if authors else (),
        abstract=abstract.entry.abstract if abstract else None,
        tldr=text(lambda e: e.tldr),
        comment=text(lambda e: e.comment),
        arxiv_id=arxiv_id,
        version=max((a.entry.version for a in said if a.entry.version), default=None),
        doi=doi,
        url=abs_url(arxiv_id) if arxiv_id else text(lambda e: e.url) or (f"https://doi.org/{doi}" if doi else None),
        categories=tuple(dict.fromkeys(category for a in by_authority for category in a.entry.categories)),
        day=day,
        collection=None if day else collection,
        sources=tuple(dict.fromkeys(a.source for a in said)),
        mentions=tuple(dict.fromkeys(Mention(a.source, words) for a in said for words in a.entry.mentions)),
        revisions=_revisions([a.entry for a in said]),
        replaced=not firsts and any(_is_replacement(a.entry) for a in said),
    )
    first = min(standing, key=lambda a: (a.source, a.path, a.position))
    return MergedPaper(
        refs=tuple(sorted(a.ref for a in said)),
        paper=paper,
        place=(first.source, first.path, first.position),
        abstract_ref=abstract.ref if abstract else None,
    )


def _authority(entry: Entry) -> tuple[bool, bool, bool, int]:
    """Sorts entries: who is believed first."""
    has_id = bool(entry.arxiv_id or entry.doi)
    return (_is_talk(entry), not has_id, not entry.authors, -(entry.version or 0))


def _revisions(entries: Sequence[Entry]) -> tuple[Revision, ...]:
    """The new versions announced, in order, each with what it changed of the one before it."""
    found = []
    for entry in entries:
        if _is_replacement(entry) and entry.day:
            older = [e for e in entries if (e.version or 1) < (entry.version or 2) and not _is_talk(e)]
            before = max(older, key=lambda e: (e.version or 1, bool(e.title), bool(e.abstract)), default=None)
            found.append(Revision(entry.version, entry.day, _changes(before, entry) if before else ()))
    return tuple(sorted(dict.fromkeys(found), key=lambda revision: (revision.version or 0, revision.day)))


def _changes(before: Entry, after: Entry) -> tuple[str, ...]:
    pairs = {"title": (before.title, after.title), "abstract": (before.abstract, after.abstract)}
    return tuple(
        name for name, (old, new) in pairs.items() if old and new and normalize_compact(old) != normalize_compact(new)
    )


def _is_replacement(entry: Entry) -> bool:
    return (entry.announce_type or "").startswith("replace")


def _is_talk(entry: Entry) -> bool:
    return not entry.abstract and bool(entry.mentions or entry.quotes)


# --- gathering entries into papers -----------------------------------------------------------------------------------


class _Cluster:
    """Entries that are one paper: at first those that share an id, later all that joined them."""

    def __init__(self, nodes: Sequence[Candidate]) -> None:
        self.nodes = list(nodes)

    @property
    def order(self) -> Order:
        return min(node.order for node in self.nodes)

    @property
    def has_title(self) -> bool:
        return any(node.entry.title for node in self.nodes)

    @property
    def has_abstract(self) -> bool:
        return any(node.entry.abstract for node in self.nodes)

    @property
    def is_paper(self) -> bool:
        return any(node.buckets for node in self.nodes)

    def is_like(self, other: _Cluster) -> bool:
        return any(is_same(mine, theirs) for mine in self.nodes for theirs in other.nodes)

    def fits(self, other: _Cluster) -> bool:
        return not any(must_differ(mine, theirs) for mine in self.nodes for theirs in other.nodes)


def _share_an_id(nodes: Iterable[Candidate]) -> list[_Cluster]:
    """Entries with the same arXiv id (without one: the same DOI) together, every other by itself; lowest first."""
    together: dict[object, list[Candidate]] = defaultdict(list)
    for node in nodes:
        together[node.arxiv_id or node.doi or node].append(node)
    return sorted(map(_Cluster, together.values()), key=lambda cluster: cluster.order)


def _gather(atoms: Sequence[_Cluster]) -> list[_Cluster]:
    """Strong evidence: from the lowest id upwards, each paper takes all that leads to it and fits it."""
    buckets: dict[tuple[str, str], list[_Cluster]] = defaultdict(list)
    for atom in atoms:
        for bucket in dict.fromkeys(bucket for node in atom.nodes for bucket in node.buckets):
            buckets[bucket].append(atom)
    claimed: set[_Cluster] = set()
    clusters = []
    for seed in atoms:
        if seed in claimed:
            continue
        cluster = _Cluster(())
        frontier = [seed]
        while frontier:
            atom = frontier.pop(0)
            if atom in claimed or not cluster.fits(atom):
                continue
            claimed.add(atom)
            cluster.nodes += atom.nodes
            near = {other for node in atom.nodes for bucket in node.buckets for other in buckets[bucket]} - claimed
            frontier += sorted((other for other in near if atom.is_like(other)), key=lambda other: other.order)
        clusters.append(cluster)
    return clusters


def _attach(loose: _Cluster, targets: Iterable[_Cluster], clusters: list[_Cluster]) -> _Cluster | None:
    """Put a loose cluster into the lowest of those that it fits, if any."""
    fitting = [target for target in targets if target is not loose and target.nodes and target.fits(loose)]
    if not fitting:
        return None
    lowest = min(fitting, key=lambda cluster: cluster.order)
    lowest.nodes += loose.nodes
    loose.nodes = []
    clusters.remove(loose)
    return lowest


def _attach_nameless(clusters: list[_Cluster]) -> None:
    nameless = [cluster for cluster in clusters if not cluster.has_title]
    if not nameless:
        return
    by_start: dict[str, list[_Cluster]] = defaultdict(list)
    for cluster in clusters:
        for start in dict.fromkeys(node.start for node in cluster.nodes if node.start):
            by_start[start].append(cluster)
    for loose in nameless:
        starts = dict.fromkeys(node.start for node in loose.nodes if node.start)
        joined = _attach(loose, [target for start in starts for target in by_start[start]], clusters)
        if joined:
            for start in starts:
                by_start[start].append(joined)


def _attach_talk(clusters: list[_Cluster]) -> None:
    talk = [c for c in clusters if not c.has_abstract and any(node.entry.quotes for node in c.nodes)]
    if not talk:
        return
    abstracts = {c: [shingles(n.entry.abstract) for n in c.nodes if n.entry.abstract] for c in clusters}
    for loose in talk:
        quotes = [shingles(quote) for node in loose.nodes for quote in node.entry.quotes]
        quoted = [c for c in clusters if any(is_quoted(quote, text) for quote in quotes for text in abstracts[c])]
        _attach(loose, quoted, clusters)
