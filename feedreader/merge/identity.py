"""Which entries are one paper, and what that paper says. Pure: a function of the set of entries.

Identity
    Texts are compared as plain words (`feedreader.text.normalize`), addresses without scheme, "www.", session and
    tracking. That two entries are one paper needs evidence, and nothing against it.

    Evidence, each enough by itself:
    - one arXiv id (without version), or one DOI (of which the version is left out where a server of preprints gives
      each version its own). The DOI of a preprint counts as that of what was published, as soon as an entry states
      both, and so on from one to the next; where several were published, as the lowest of these;
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
      two DOIs: of the entries with one of these, those with nearly its title are that paper, and an erratum is not;
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
    after any that does not. A paper is called by its arXiv id, else by its DOI; that is the DOI of what was
    published, if an entry states it beside that of the preprint. The journal is what is told of it in most parts, a
    server of preprints last. The day is the earliest announcement as new or cross-listed, else the earliest
    day given. A new version's day counts only if the paper is known from nothing else, and such a paper is marked as
    replaced. Within its day a paper stands where the first source that gives that day (by name, then path) has it.
    Everything said of it is kept as mentions.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from itertools import product
from operator import attrgetter
from typing import Any

from feedreader.merge import titles
from feedreader.merge.matching import (
    Comparable,
    Order,
    authors_agree,
    continues,
    differ_in_doi,
    dois_of,
    is_quoted,
    is_recognisable,
    is_same,
    must_differ,
    normalized,
    page_of,
    published_of,
)
from feedreader.merge.matching import entry_name as entry_name
from feedreader.merge.matching import shared_shingles as shared_shingles
from feedreader.merge.matching import shingles as shingles
from feedreader.merge.precedence import compose as compose
from feedreader.merge.precedence import url_of
from feedreader.model import Digest, Entry, MergedPaper, PlacedEntry, Problem
from feedreader.text.identifiers import arxiv_id

_TOO_MANY_TITLES = 3
_MOST_ALIKE = 200  # entries of one title or guid that are looked through
_RECENT = 1024  # entries whose keys are remembered: an import needs them several times


def keys_of(entry: Entry) -> tuple[int, ...]:
    """The 64-bit keys by which entries that may be one paper find each other, in any number and order."""
    return tuple([_key(kind, value) for kind, value in buckets_of(entry)])


identity_keys = lru_cache(maxsize=_RECENT)(keys_of)  # the same, of entries that are asked for several times


def weak_keys(entry: Entry) -> tuple[int, ...]:
    """Those of the keys that are no id. What very many entries have (a notice, the title of a column) tells nothing."""
    return tuple(_key(kind, value) for kind, value in _comparable(entry).buckets if kind not in ("arxiv", "doi"))


def doi_keys(doi: str) -> tuple[int, ...]:
    """The keys of entries that have a DOI, with another version too, or whose preprint has it."""
    return identity_keys(Entry(doi=doi))


def arxiv_key(arxiv_id: str) -> int:
    """The key of entries that have an arXiv id."""
    return _key("arxiv", arxiv_id)


def title_keys(entry: Entry) -> tuple[int, ...]:
    """The key of the title alone. Entries with a generic title have it only from older programs."""
    title = _comparable(entry).title
    return (_key("title", title),) if title else ()


def buckets_of(entry: Entry) -> tuple[tuple[str, str], ...]:
    """`Comparable.buckets` of an entry, of one of arXiv (nearly all of a large import) in half the time."""
    if not entry.arxiv_id:
        return _comparable(entry).buckets
    title, start = normalized(entry)
    keys = [("arxiv", entry.arxiv_id), ("abstract", start), ("title", title)]
    if entry.doi or entry.preprint_doi:
        keys[2:2] = [("doi", doi) for doi in dois_of(entry)]
    return tuple([key for key in keys if key[1]])


def _key(kind: str, value: str) -> int:
    return int.from_bytes(hashlib.blake2b(f"{kind}:{value}".encode(), digest_size=8).digest(), signed=True)


def _comparable(entry: Entry, without: Collection[str] = ()) -> Comparable:
    node = Comparable(PlacedEntry(0, "", "", "", 0, entry))
    if without and node.page in without:
        node.page = ""
    return node


def told_apart(digest: Digest) -> Digest:
    """A document without the ids that it gives to several of its entries, which are no entry's own; arXiv's DOIs, and
    DOIs of preprints of which nothing was published, are where they belong."""
    if any(entry.preprint_doi or (entry.doi and arxiv_id(entry.doi)) for entry in digest.entries):
        digest = replace(digest, entries=tuple(map(_with_ids_in_place, digest.entries)))
    collective = {
        "guid": _shared(digest.entries, attrgetter("guid"), _are_several),
        "doi": _shared(digest.entries, attrgetter("doi"), _are_of_several_papers),
        "preprint_doi": _shared(digest.entries, attrgetter("preprint_doi"), _are_of_several_papers),
        "arxiv_id": _shared(digest.entries, attrgetter("arxiv_id"), _are_of_several_papers),
    }
    if not any(collective.values()):
        return digest
    problems = (
        Problem(None, f"Ignored the id {id}: papers with other titles and authors have it too.")
        for field in ("arxiv_id", "doi", "preprint_doi")
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


def _with_ids_in_place(entry: Entry) -> Entry:
    """An entry whose `doi` and `preprint_doi` are no DOIs of arXiv, and which has the second only beside the first."""
    ids: dict[str, Any] = {"doi": entry.doi, "preprint_doi": entry.preprint_doi, "arxiv_id": entry.arxiv_id}
    for field in ("doi", "preprint_doi"):
        arxiv = arxiv_id(ids[field] or "")
        if arxiv and ids["arxiv_id"] in (None, arxiv[0]):
            ids |= {field: None, "arxiv_id": arxiv[0]}
    if ids["preprint_doi"] and ids["doi"] in (None, ids["preprint_doi"]):
        ids |= {"doi": ids["preprint_doi"], "preprint_doi": None}
    return replace(entry, **ids)


def _without(entry: Entry, collective: Mapping[str, Collection[str]]) -> Entry:
    gone: dict[str, Any] = {field: None for field, values in collective.items() if getattr(entry, field) in values}
    if not gone:
        return entry
    lost = {field: getattr(entry, field) if field in gone else None for field in ("arxiv_id", "doi")}
    return replace(entry, url=entry.url or url_of(lost["arxiv_id"], None, lost["doi"]), **gone)


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


class Quoted:
    """The passages that entries of the library quote, by which to find those that quote a text."""

    def __init__(self, quotes: Mapping[int, Iterable[str]]) -> None:
        self._refs: dict[str, set[int]] = defaultdict(set)
        for ref, passages in quotes.items():
            for passage in passages:
                for run in shingles(passage):
                    self._refs[run].add(ref)
        self._openings = {run.partition(" ")[0] for run in self._refs}

    def by(self, abstract: str | None) -> set[int]:
        """The entries that quote from this abstract."""
        if not self._refs or not abstract:
            return set()
        runs = shared_shingles(abstract, self._refs.keys(), self._openings)
        return {ref for run in runs for ref in self._refs[run]}


def merge(entries: Iterable[PlacedEntry]) -> list[MergedPaper]:
    """The papers that these entries make. Entries that are no paper (talk that fits nothing) are in none.

    The entries must be complete: with an entry come all others that share a key with it, or quote it.
    """
    nodes = [Comparable(placed) for placed in entries]
    published = published_of(node.entry for node in nodes)
    for node in nodes if published else ():
        node.doi = published.get(node.doi or "", node.doi)
    _find_shared_abstracts(nodes)
    clusters = _gather(_share_an_id(nodes))
    _attach_nameless(clusters)
    _attach_talk(clusters)
    return [compose([node.placed for node in cluster.nodes]) for cluster in clusters if cluster.is_paper]


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
        pairs = (pair for pair in product(self.nodes, other.nodes) if must_differ(*pair))
        against = next(pairs, None)
        return against is None or (self._has_doi_of(other) and all(differ_in_doi(*pair) for pair in (against, *pairs)))

    def _has_doi_of(self, other: _Cluster) -> bool:
        """Whether the arXiv id was once said to have the DOI of these entries, and the title is theirs."""
        return any(
            mine.arxiv_id and mine.doi and mine.doi == theirs.doi and _titles_are_alike(mine.entry, theirs.entry)
            for mine, theirs in product(self.nodes, other.nodes)
        )


def _titles_are_alike(a: Entry, b: Entry) -> bool:
    """Whether two titles may be one paper's: not that of an erratum, though all its other words are the same."""
    words = a.title or "", b.title or ""
    return all(words) and titles.are_alike(*words) and not titles.are_numbered(*words)


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
