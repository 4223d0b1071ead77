"""Which entries are one paper, and what that paper says. Pure: a function of the set of entries.

Identity
    Texts are compared as plain words (`feedreader.text.normalize`), addresses without scheme, "www.", session and
    tracking. That two entries are one paper needs evidence, and nothing against it.

    Evidence, each enough by itself:
    - one arXiv id (without version), or one DOI;
    - one title and one guid in one source; one title and one page, but a title of a column (see below) on one day;
    - one telling title, where not both name authors, and no site has it at two pages: not "Kites";
    - one title and authors that agree, or abstracts that are nearly alike and long enough not to be a notice. But a
      common title of one author on two days may be that of a column, as may be one that a site has at two pages;
    - one title, if one of the entries is talk: it is no paper by itself;
    - one generic title (see `feedreader.merge.titles`), one long abstract and one day: every journal prints an
      "Editorial" and a "Part II";
    - one long abstract, if it speaks of what one of the titles says, and the titles are nearly the same, or two
      documents give it to the same authors. Titles that differ in a number, or in a word as "reply" or "erratum", are
      parts of a series. An abstract that stands with three titles or more is a notice, a citation or the journal's
      description, and nobody's own;
    - all that they say.

    Against it, whatever else agrees but an id:
    - two ids of one kind; of two arXiv ids even an agreeing DOI makes no one paper, but an agreeing arXiv id outweighs
      two DOIs;
    - two pages or two guids in one document: it knows its papers apart; there, two days of a generic title too;
    - one title by others, or by namesakes with another abstract or, in one document, without abstracts; or by nobody
      named, or in one document, with another abstract.

    A guid, DOI or arXiv id that a document gives to several papers is none of theirs (`told_apart`). What more entries
    have in common than a library looks through (see `weak_keys`) tells nothing either.

    Papers are gathered from the lowest id upwards (arXiv ids, then DOIs, then entries without either),
    so that an entry which fits two papers with different ids joins the lowest. An entry never joins a
    paper one of whose entries it cannot be.

    Weak evidence comes last, so that it can't bridge two papers: an entry without a title joins the paper
    whose abstract starts as its own does, if only one does; then talk (an entry without abstract that quotes one)
    joins the paper whose abstract it quotes. Talk that names nothing and fits nothing is no paper.

Precedence
    Where entries disagree, those with an id count first, then those with authors, then the newest version, then the
    longest statement (of authors: the most names, in full); talk counts last, and an abstract that breaks off ("…")
    after any that does not. The day is the earliest announcement as new or cross-listed, else the earliest day given. A
    new version's day counts only if the paper is known from nothing else, and such a paper is marked as replaced.
    Within its day a paper stands where the first source that gives that day (by name, then path) has it. Everything
    said of it is kept as mentions.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import Any

from feedreader.arxiv.addresses import abs_url
from feedreader.merge import titles
from feedreader.merge.matching import (
    Comparable,
    Order,
    authors_agree,
    breaks_off,
    continues,
    is_quoted,
    is_recognisable,
    is_same,
    is_talk,
    must_differ,
    name_order,
    page_of,
)
from feedreader.merge.matching import entry_name as entry_name
from feedreader.merge.matching import shared_shingles as shared_shingles
from feedreader.merge.matching import shingles as shingles
from feedreader.model import Digest, Entry, Mention, MergedPaper, Paper, PlacedEntry, Problem, Revision
from feedreader.text.author_names import is_others
from feedreader.text.normalize import normalize_compact

_TOO_MANY_TITLES = 3
_MOST_ALIKE = 200  # entries of one title or guid that are looked through
_RECENT = 1024  # entries whose keys are remembered: an import needs them several times


@lru_cache(maxsize=_RECENT)
def identity_keys(entry: Entry) -> tuple[int, ...]:
    """The 64-bit keys by which entries that may be one paper find each other, in any number and order."""
    return tuple(_key(kind, value) for kind, value in _comparable(entry).buckets)


def weak_keys(entry: Entry) -> tuple[int, ...]:
    """Those of the keys that are no id. What very many entries have (a notice, the title of a column) tells nothing."""
    return tuple(_key(kind, value) for kind, value in _comparable(entry).buckets if kind not in ("arxiv", "doi"))


def title_keys(entry: Entry) -> tuple[int, ...]:
    """The key of the title alone. Entries with a generic title have it only from older programs."""
    title = _comparable(entry).title
    return (_key("title", title),) if title else ()


def _key(kind: str, value: str) -> int:
    return int.from_bytes(hashlib.blake2b(f"{kind}:{value}".encode(), digest_size=8).digest(), signed=True)


def _comparable(entry: Entry, without: Collection[str] = ()) -> Comparable:
    node = Comparable(PlacedEntry(0, "", "", "", 0, entry))
    if without and node.page in without:
        node.page = ""
    return node


def told_apart(digest: Digest) -> Digest:
    """A document without the ids that it gives to several of its entries: they are no entry's own."""
    collective = {
        "guid": _shared(digest.entries, attrgetter("guid"), _are_several),
        "doi": _shared(digest.entries, attrgetter("doi"), _are_of_several_papers),
        "arxiv_id": _shared(digest.entries, attrgetter("arxiv_id"), _are_of_several_papers),
    }
    if not any(collective.values()):
        return digest
    problems = (
        Problem(None, f"Ignored the id {id}: papers with other titles and authors have it too.")
        for field in ("arxiv_id", "doi")
        for id in sorted(collective[field])
    )
    entries = tuple(_without(entry, collective) for entry in digest.entries)
    return replace(digest, entries=entries, problems=(*digest.problems, *problems))


def shared_pages(entries: Iterable[Entry]) -> Collection[str]:
    """The pages that several of a document's entries have: that of an issue, say, and no entry's own."""
    return _shared(entries, lambda entry: page_of(entry.url), _are_several)


def _shared(
    entries: Iterable[Entry],
    fact: Callable[[Entry], str | None],
    is_shared: Callable[[Sequence[Comparable]], bool],
) -> set[str]:
    by_value: dict[str | None, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_value[fact(entry)].append(entry)
    return {
        value
        for value, sharing in by_value.items()
        if value and len(sharing) > 1 and is_shared([_comparable(entry) for entry in sharing])
    }


def _are_several(nodes: Sequence[Comparable]) -> bool:
    """Whether entries are not one that a document has several times."""
    return len({node.arxiv_id or (node.title, node.page, _occasion(node)) for node in nodes}) > 1


def _occasion(node: Comparable) -> str | date | None:
    """What tells entries of one title and page apart: a text long enough, or the day, which a column has of each."""
    return node.abstract if node.has_abstract and node.weight > titles.GENERIC else node.entry.day


def _are_of_several_papers(nodes: Sequence[Comparable]) -> bool:
    """Whether entries with one id are so unlike that it is none of theirs: it may be that of the volume they are in."""
    by_title = {node.title: node for node in nodes if node.title}
    if len(by_title) < 2:
        return False
    first, *others = by_title.values()
    if any(titles.are_alike(first.entry.title or "", node.entry.title or "") for node in others):
        return False
    if all(node.surnames for node in nodes):
        return not all(authors_agree(first, node) for node in others)
    return len(by_title) >= _TOO_MANY_TITLES


def _without(entry: Entry, collective: Mapping[str, Collection[str]]) -> Entry:
    gone: dict[str, Any] = {field: None for field, values in collective.items() if getattr(entry, field) in values}
    if not gone:
        return entry
    lost = {field: getattr(entry, field) if field in gone else None for field in ("arxiv_id", "doi")}
    return replace(entry, url=entry.url or _url(lost["arxiv_id"], None, lost["doi"]), **gone)


def successors(before: Sequence[Entry], now: Sequence[Entry], shared: Collection[str] = ()) -> dict[int, int]:
    """Which of the entries that a source gives now continue which that it gave before, by their places.

    `shared` are pages that are no entry's own.
    """
    by_fact: dict[tuple[str, str], list[int]] = defaultdict(list)
    earlier = [_comparable(entry, shared) for entry in before]
    for number, node in enumerate(earlier):
        for fact in _facts(node):
            by_fact[fact].append(number)
    taken: dict[int, int] = {}
    for at, entry in enumerate(now):
        node = _comparable(entry, shared)
        places = dict.fromkeys(place for fact in _facts(node) for place in by_fact[fact][:_MOST_ALIKE])
        place = next((place for place in places if place not in taken and continues(earlier[place], node)), None)
        if place is not None:
            taken[place] = at
    return {at: place for place, at in taken.items()}


def _facts(node: Comparable) -> Iterator[tuple[str, str]]:
    """What an entry has in common with the one that it continues: the guid, or the title."""
    yield from (fact for fact in (("guid", node.entry.guid or ""), ("title", node.title)) if fact[1])


def merge(entries: Iterable[PlacedEntry]) -> list[MergedPaper]:
    """The papers that these entries make. Entries that are no paper (talk that fits nothing) are in none.

    The entries must be complete: with an entry come all others that share a key with it, or quote it.
    """
    nodes = [Comparable(placed) for placed in entries]
    _find_shared_abstracts(nodes)
    clusters = _gather(_share_an_id(nodes))
    _attach_nameless(clusters)
    _attach_talk(clusters)
    return [compose([node.placed for node in cluster.nodes]) for cluster in clusters if cluster.is_paper]


def compose(entries: Sequence[PlacedEntry]) -> MergedPaper:
    """One paper from all its entries, by the rules of precedence above."""
    return _of_one(entries[0]) if len(entries) == 1 else _of_several(entries)


def _of_one(placed: PlacedEntry) -> MergedPaper:
    """What `_of_several` makes of one entry, at a tenth of the work: nearly all papers have but one."""
    entry = placed.entry
    replaced = _is_replacement(entry)
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
        url=_url(entry.arxiv_id, entry.url, entry.doi),
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
    arxiv_id = min(filter(None, (entry.arxiv_id for entry in entries)), default=None)
    doi = _stated(members, "doi")
    firsts = [entry for entry in entries if not _is_replacement(entry) and not is_talk(entry)]
    day = _day(firsts or entries)
    first = _first(members, day)
    paper = Paper(
        id=min(map(entry_name, entries), key=name_order),
        title=_stated(members, "title"),
        authors=_stated(members, "authors") or (),
        abstract=abstract.entry.abstract if abstract else None,
        tldr=_stated(members, "tldr"),
        comment=_stated(members, "comment"),
        arxiv_id=arxiv_id,
        version=max(filter(None, (entry.version for entry in entries)), default=None),
        doi=doi,
        journal=_stated(members, "journal"),
        url=_url(arxiv_id, _stated(members, "url"), doi),
        categories=tuple(dict.fromkeys(category for entry in by_authority for category in entry.categories)),
        day=day,
        collection=None if day else first.collection,
        sources=tuple(dict.fromkeys(each.source for each in members)),
        mentions=tuple(dict.fromkeys(Mention(each.source, text) for each in members for text in each.entry.mentions)),
        revisions=_revisions(entries),
        replaced=not firsts and any(map(_is_replacement, entries)),
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


def _url(arxiv_id: str | None, url: str | None, doi: str | None) -> str | None:
    return abs_url(arxiv_id) if arxiv_id else url or (f"https://doi.org/{doi}" if doi else None)


def _authority(entry: Entry) -> tuple[bool, bool, bool, int]:
    """Sorts entries: who is believed first."""
    has_id = bool(entry.arxiv_id or entry.doi)
    return (is_talk(entry), not has_id, not entry.authors, -(entry.version or 0))


def _revisions(entries: Sequence[Entry]) -> tuple[Revision, ...]:
    """The new versions announced, in order, each with what it changed of the one before it."""
    revisions = []
    for entry in entries:
        if _is_replacement(entry) and entry.day:
            older = [e for e in entries if (e.version or 1) < (entry.version or 2) and not is_talk(e)]
            before = max(older, key=lambda e: (e.version or 1, bool(e.title), bool(e.abstract)), default=None)
            revisions.append(Revision(entry.version, entry.day, _changes(before, entry) if before else ()))
    return tuple(sorted(dict.fromkeys(revisions), key=lambda revision: (revision.version or 0, revision.day)))


def _changes(before: Entry, after: Entry) -> tuple[str, ...]:
    pairs = {"title": (before.title, after.title), "abstract": (before.abstract, after.abstract)}
    return tuple(
        name for name, (old, new) in pairs.items() if old and new and normalize_compact(old) != normalize_compact(new)
    )


def _is_replacement(entry: Entry) -> bool:
    return (entry.announce_type or "").startswith("replace")


# --- gathering entries into papers -----------------------------------------------------------------------------------


class _Cluster:
    """Entries that are one paper: at first those that share an id, later all that joined them."""

    def __init__(self, nodes: Sequence[Comparable]) -> None:
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


def _find_shared_abstracts(nodes: Iterable[Comparable]) -> None:
    """What stands as the abstract of several titles (a notice, a citation) is no paper's own."""
    by_start: dict[str, list[Comparable]] = defaultdict(list)
    for node in nodes:
        if node.start:
            by_start[node.start].append(node)
    for sharing in by_start.values():
        if len({node.title for node in sharing} - {""}) >= _TOO_MANY_TITLES:
            for node in sharing:
                node.is_shared = True


def _share_an_id(nodes: Iterable[Comparable]) -> list[_Cluster]:
    """Entries with the same arXiv id (without one: the same DOI) together, every other by itself; lowest first."""
    together: dict[object, list[Comparable]] = defaultdict(list)
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


def _fitting(loose: _Cluster, targets: Iterable[_Cluster]) -> list[_Cluster]:
    """Those of the targets, the lowest first, that a loose cluster may join."""
    fitting = {target for target in targets if target is not loose and target.nodes and target.fits(loose)}
    return sorted(fitting, key=lambda cluster: cluster.order)


def _join(loose: _Cluster, target: _Cluster, clusters: list[_Cluster]) -> None:
    target.nodes += loose.nodes
    loose.nodes = []
    clusters.remove(loose)


def _attach_nameless(clusters: list[_Cluster]) -> None:
    nameless = [cluster for cluster in clusters if not cluster.has_title]
    if not nameless:
        return
    by_start: dict[str, list[_Cluster]] = defaultdict(list)
    for cluster in clusters:
        for start in {node.start for node in cluster.nodes if is_recognisable(node)}:
            by_start[start].append(cluster)
    for loose in nameless:
        starts = {node.start for node in loose.nodes if is_recognisable(node)}
        fitting = _fitting(loose, [target for start in starts for target in by_start[start]])
        if fitting and sum(target.has_title for target in fitting) <= 1:  # not if two papers begin like that
            _join(loose, fitting[0], clusters)
            for start in starts:
                by_start[start].append(fitting[0])


def _attach_talk(clusters: list[_Cluster]) -> None:
    talk = [c for c in clusters if not c.has_abstract and any(node.entry.quotes for node in c.nodes)]
    if not talk:
        return
    abstracts = {c: [shingles(n.entry.abstract) for n in c.nodes if n.entry.abstract] for c in clusters}
    for loose in talk:
        quotes = [shingles(quote) for node in loose.nodes for quote in node.entry.quotes]
        quoted = [c for c in clusters if any(is_quoted(quote, text) for quote in quotes for text in abstracts[c])]
        for target in _fitting(loose, quoted)[:1]:
            _join(loose, target, clusters)
