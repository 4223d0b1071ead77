"""The straight line: retrieve → parse → merge → store. The command line and the reader both call it.

    for result in import_paths(library, ["~/digests"]):
        ...                                     # one result a file; an error is a value in it

What removes papers again, and puts them back, runs along the same line: the entries concerned are
looked at together with all that may be the same paper, and what merging decides is stored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from feedreader import parse
from feedreader.arxiv import addresses as arxiv
from feedreader.errors import DigestError, FeedreaderError, SubscriptionError, hide_passwords
from feedreader.library.entry_rows import PreparedEntry, prepared_entry
from feedreader.merge import identity
from feedreader.model import Changed, Digest, Entry, Outline, PlacedEntry, Problem
from feedreader.sources import files
from feedreader.text.cleaning import clean, squash
from feedreader.text.display import counted

if TYPE_CHECKING:
    from feedreader.library import Library
    from feedreader.library.intake import Intake, Occasion, Stored
    from feedreader.library.subscriptions import SubscriptionEditor

_UNINDEXED = 4000  # papers at the most that are in and cannot be found by their words yet
SUBSCRIPTION_LIST = "opml"  # the format of a file whose entries are subscriptions
_BATCH = 250  # entries a transaction: a mark made meanwhile waits for one of these at the most


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The result of one file. `entries` = `new` (papers made) + `merged` (joined a paper) + `known` (given before).

    Of the new, `replaced` are new versions of older papers (less those known as such that turn out to be new).
    Of papers that were there before, `separated` were one paper and are several now, `united` are part of another one.
    `subscriptions` are the new ones that a list of subscriptions brought: it has no entries. `error` is set where the
    file could not be read at all.
    A file that merely lies in an imported folder and is no digest is `skipped`, which is no failure.
    `refs` are the library's handles of all its entries.
    """

    source: str
    path: str
    format: str | None = None
    entries: int = 0
    new: int = 0
    merged: int = 0
    known: int = 0
    replaced: int = 0
    separated: int = 0
    united: int = 0
    subscriptions: int = 0
    problems: tuple[Problem, ...] = ()
    error: FeedreaderError | None = None
    skipped: bool = False
    refs: tuple[int, ...] = field(default=(), repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far the import of one file is, in entries."""

    source: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Undone:
    """What was undone: in words, and the papers whose marks are concerned.

    `papers` are the keys of those that came back. `rule` is one that was made (see `Step.rule`); to apply the rules
    that are left is up to the caller.
    """

    label: str
    changes: tuple[Changed, ...]
    papers: tuple[int, ...] = ()
    rule: str = ""


def brought(results: Sequence[ImportResult]) -> str:
    """What imports changed in the library: `12 new papers`; of a file alone `20 papers, 12 new, 2 separated`."""
    digests = [result for result in results if result.format != SUBSCRIPTION_LIST]
    added = sum(result.subscriptions for result in results)
    subscribed = [counted(added, "new subscription") if added else "no new subscriptions"]
    if not digests:
        return subscribed[0]
    papers, versions = sum(result.entries for result in digests), sum(result.replaced for result in digests)
    new = sum(result.new for result in digests) - versions
    parts = [counted(new, "new paper") if new else "no new papers" if papers else "no papers"]
    if len(digests) == 1 and papers > new:
        parts = [counted(papers, "paper"), f"{new:,} new" if new else "none new"]
    separated, united = sum(result.separated for result in digests), sum(result.united for result in digests)
    parts += [counted(versions, "new version")] * (versions > 0)
    parts += subscribed * bool(added)
    parts += [f"{separated:,} papers separated"] * bool(separated)
    parts += [f"{counted(united, 'duplicate')} merged"] * bool(united)
    return ", ".join(parts)


def import_paths(
    library: Library, paths: Sequence[str], *, progress: Callable[[ImportProgress], None] = lambda _: None
) -> Iterator[ImportResult]:
    """Import files and folders, one result a file. Stopping half-way loses nothing: what is in stays in."""
    for path in paths:
        try:
            for file in files.find([path]):
                yield _import_file(library, file, progress)
        except FeedreaderError as error:
            name = files.path_text(path)
            yield ImportResult(squash(clean(name)), name, error=error)


def _import_file(library: Library, file: files.InputFile, progress: Callable[[ImportProgress], None]) -> ImportResult:
    name, problems = squash(clean(file.name)), tuple[Problem, ...]()
    try:
        data, problems = files.read(file.path)
        if parse.is_subscription_list(data):
            listed = _import_subscriptions(library, data, file, name)
            return replace(listed, problems=(*problems, *listed.problems))
        digest = parse.parse(data)
    except DigestError as error:
        if file.asked_for:
            return ImportResult(name, file.key, problems=problems, error=error)
        problem = Problem(None, f"Skipped: {error.message}")
        return ImportResult(name, file.key, problems=(*problems, problem), skipped=True)
    digest = replace(digest, problems=(*problems, *digest.problems))
    return import_digest(library, digest, name=name, path=file.key, progress=progress)


def _import_subscriptions(library: Library, data: bytes, file: files.InputFile, name: str) -> ImportResult:
    """Subscribe to the feeds of a list that was asked for by name; one that lies in a folder is only named."""
    if not file.asked_for:
        problem = Problem(None, "Skipped: a list of subscriptions. To subscribe to them, import this file by name.")
        return ImportResult(name, file.key, problems=(problem,), skipped=True)
    outlines, problems = parse.subscription_list(data)
    new = add_outlines(library, outlines)
    return ImportResult(name, file.key, SUBSCRIPTION_LIST, subscriptions=new, problems=problems)


def add_outlines(library: Library, outlines: Iterable[Outline]) -> int:
    """Subscribe without fetching: the next refresh does that. How many are new."""
    new = 0
    with library.subscriptions.edit() as subscriptions:
        for outline in outlines:
            categories = arxiv.categories_of_feed(outline.xml_url)
            name = categories or outline.title or urlsplit(outline.xml_url).hostname or outline.xml_url
            name = hide_passwords(name)
            kind = "arxiv" if categories else "feed"
            with suppress(SubscriptionError):  # it is known
                subscriptions.add(kind, categories or outline.xml_url, name, "/".join(outline.folder) or None)
                new += 1
    return new


def import_digest(
    library: Library,
    digest: Digest,
    *,
    name: str,
    path: str,
    progress: Callable[[ImportProgress], None] = lambda _: None,
    note: Callable[[SubscriptionEditor], None] = lambda _: None,
) -> ImportResult:
    """Merge a digest into the library, in transactions of a few hundred entries; `note` belongs to the last."""
    digest = identity.told_apart(digest)
    job = _Import(digest, name, path)
    total = len(digest.entries)
    for start in range(0, max(total, 1), _BATCH):
        end = min(start + _BATCH, total)
        with library.intake() as intake:
            job.take(intake, start, prepare_entries(digest.entries[start:end]))
            if end == total:
                result = job.result(intake)
                note(intake.subscriptions)
        library.index(most=_UNINDEXED)
        progress(ImportProgress(name, end, total))
    library.index()
    return result


def import_into(
    intake: Intake, digest: Digest, prepared: Sequence[PreparedEntry], *, name: str, path: str
) -> ImportResult:
    """Merge a digest, whose entries are prepared, within a transaction; `Library.index` makes them findable later."""
    job = _Import(digest, name, path)
    for start in range(0, max(len(prepared), 1), _BATCH):
        job.take(intake, start, prepared[start : start + _BATCH])
    return job.result(intake)


class _Import:
    """A digest that is being imported, batch by batch."""

    def __init__(self, digest: Digest, name: str, path: str) -> None:
        self._digest = digest
        self._name = name
        self._path = path
        self._collection = digest.title or Path(name).stem
        self._source = 0
        self._stored: dict[Occasion, list[Stored]] = {}
        self._names: set[str] = set()
        self._is_known = False  # whether the source gave something before
        self._tally = _ImportCounts()

    def take(self, intake: Intake, start: int, prepared_entries: Sequence[PreparedEntry]) -> None:
        """Store the entries from a position on."""
        if start == 0:
            digest = self._digest
            self._source = intake.put_source(
                self._path, self._name, digest.format, digest.title, self._collection, partial=True
            )
            self._names = {identity.entry_name(entry) for entry in digest.entries}
            self._stored = intake.stored_before(self._source, self._names)
            self._is_known = intake.has_entries(self._source)
        if self._is_known:
            _find_continued(intake, self._source, prepared_entries, self._digest.entries, self._names, self._stored)
        before = intake.separated, intake.united, intake.announced
        touched = _take_in(intake, self._source, start, prepared_entries, self._stored, self._tally)
        place, rank = (self._name, self._path, self._collection), intake.rank(self._source)
        placed_entries = [PlacedEntry(ref, *place, at, placed.entry, rank) for ref, at, placed in touched]
        _settle(intake, placed_entries, {ref: placed.keys for ref, _, placed in touched})
        self._tally.separated += intake.separated - before[0]
        self._tally.united += intake.united - before[1]
        self._tally.announced += intake.announced - before[2]

    def result(self, intake: Intake) -> ImportResult:
        intake.complete(self._source)
        tally = intake.tally(self._tally.fresh)
        return ImportResult(
            source=self._name,
            path=self._path,
            format=self._digest.format,
            entries=tally.new + tally.joined + len(self._tally.known_refs),
            new=tally.new,
            replaced=tally.replaced - self._tally.announced,
            merged=tally.joined,
            known=len(self._tally.known_refs),
            separated=self._tally.separated,
            united=self._tally.united,
            problems=(*self._digest.problems, *_problems(self._tally, tally.unplaced, self._digest.entries)),
            refs=(*self._tally.known_refs, *self._tally.fresh),
        )


@dataclass(slots=True)
class _ImportCounts:
    """Counts of an import so far: the new entries (by ref, with their positions), the known ones, and what became of
    papers that were there before."""

    fresh: dict[int, int] = field(default_factory=dict)
    known_refs: list[int] = field(default_factory=list)
    left_out: int = 0
    separated: int = 0
    united: int = 0
    announced: int = 0


def prepare_entries(entries: Iterable[Entry]) -> tuple[PreparedEntry, ...]:
    """Prepare entries for the library. Pure, and half the work of an import."""
    return tuple(prepared_entry(entry, identity.entry_name(entry), identity.identity_keys(entry)) for entry in entries)


def _find_continued(
    intake: Intake,
    source: int,
    prepared_entries: Iterable[PreparedEntry],
    document: Sequence[Entry],
    names: Collection[str],
    occasions: dict[Occasion, list[Stored]],
) -> None:
    """Let what a source gives in other words than before take the place of what it gave then.

    `document` is all that it gives now, `names` are those of its papers.
    """
    now = [each for each in prepared_entries if intake.occasion(each.name, each.entry) not in occasions]
    keys = {key for each in now for key in (*each.keys, *identity.title_keys(each.entry))}
    keys -= intake.crowded_keys(keys)
    before = intake.given_before(source, keys, names) if now else []
    if not before:
        return
    earlier, entries = [entry for _, entry in before], [each.entry for each in now]
    for at, place in identity.successors(earlier, entries, identity.shared_pages(document)).items():
        occasions[intake.occasion(now[at].name, now[at].entry)] = [before[place][0]]


def _take_in(
    intake: Intake,
    source: int,
    start: int,
    prepared_entries: Sequence[PreparedEntry],
    occasions: dict[Occasion, list[Stored]],
    tally: _ImportCounts,
) -> list[tuple[int, int, PreparedEntry]]:
    """Store entries, or update those that the source gave before.

    Returns those to be merged (again): their refs, positions and contents.
    """
    touched = []
    fresh = []
    for position, prepared in enumerate(prepared_entries, start):
        before = occasions.get(intake.occasion(prepared.name, prepared.entry))
        if before:
            stored = before.pop(0)
            tally.known_refs.append(stored.ref)
            if stored.forgotten:
                tally.left_out += 1
            if intake.renew(stored, position, prepared) and not stored.forgotten:
                touched.append((stored.ref, position, prepared))
        else:
            fresh.append((position, prepared))
    added = [
        (ref, position, prepared) for ref, (position, prepared) in zip(intake.add(source, fresh), fresh, strict=True)
    ]
    tally.fresh |= {ref: position for ref, position, _ in added}
    return touched + added


def _problems(tally: _ImportCounts, unplaced: Iterable[int], entries: Sequence[Entry]) -> Iterator[Problem]:
    for ref in unplaced:
        entry = entries[tally.fresh[ref]]
        yield Problem(entry.line, "This post names no paper and quotes no post in the library.")
    if tally.left_out:
        yield Problem(None, f"Skipped papers that you removed from the library: {tally.left_out}.")


def imported_papers(library: Library, results: Sequence[ImportResult]) -> list[int]:
    """The keys of the papers that imports brought, new and known ones."""
    with library.intake() as intake:
        papers = intake.papers_of({ref for result in results for ref in result.refs})
    return sorted(set(papers.values()))


# --- merging -----------------------------------------------------------------------------------------------------


def _settle(intake: Intake, entries: Sequence[PlacedEntry], keys: Mapping[int, Sequence[int]] | None = None) -> None:
    """Merge entries (with their keys, by ref) with all that may be the same paper, and store the outcome."""
    keys = keys or {placed.ref: identity.identity_keys(placed.entry) for placed in entries}
    alone, others = _split(intake, entries, keys)
    together = _neighbourhood(intake, others) if others else []
    merged = [identity.compose([placed]) for placed in alone] + (identity.merge(together) if together else [])
    intake.store([*alone, *together], merged)


def _split(
    intake: Intake, entries: Sequence[PlacedEntry], keys: Mapping[int, Sequence[int]]
) -> tuple[list[PlacedEntry], list[PlacedEntry]]:
    """Those that nothing else can be the same paper as, which is nearly all; and the others."""
    shared = intake.shared_keys({key for group in keys.values() for key in group})
    sharing = (placed.entry for placed in entries if not shared.isdisjoint(keys[placed.ref]))
    shared = shared - _crowded(intake, sharing, shared)
    quoted = _Quoted(intake.quotes())
    alone: list[PlacedEntry] = []
    others: list[PlacedEntry] = []
    merged = intake.refs_in_company(keys)
    for placed in entries:
        is_alone = keys[placed.ref] and not placed.entry.quotes and shared.isdisjoint(keys[placed.ref])
        is_alone = is_alone and placed.ref not in merged
        (alone if is_alone and not quoted.by(placed.entry) else others).append(placed)
    return alone, others


def _neighbourhood(intake: Intake, entries: Iterable[PlacedEntry]) -> list[PlacedEntry]:
    """These entries and, from each to the next, all that share a key with one or quote one or are quoted."""
    quoted = _Quoted(intake.quotes())
    related: dict[int, PlacedEntry] = {}
    frontier = list(entries)
    while frontier:
        related |= {placed.ref: placed for placed in frontier}
        keys = {key for placed in frontier for key in identity.identity_keys(placed.entry)}
        near = intake.refs_by_key(keys - _crowded(intake, (placed.entry for placed in frontier), keys))
        near |= intake.refs_with_passage(
            {run for placed in frontier for quote in placed.entry.quotes for run in identity.shingles(quote)}
        )
        near |= {ref for placed in frontier for ref in quoted.by(placed.entry)}
        near |= intake.refs_in_company(placed.ref for placed in frontier)  # they may have to part
        frontier = list(intake.placed_entries(near - related.keys()))
    return list(related.values())


def _crowded(intake: Intake, entries: Iterable[Entry], keys: Collection[int]) -> set[int]:
    """Those of the keys that say nothing: what so many have is a notice, or the title of a column."""
    return intake.crowded_keys({key for entry in entries for key in identity.weak_keys(entry)}.intersection(keys))


class _Quoted:
    """The passages that entries of the library quote, by which to find those that quote a text."""

    def __init__(self, quotes: Mapping[int, Iterable[str]]) -> None:
        self._refs: dict[str, set[int]] = defaultdict(set)
        for ref, passages in quotes.items():
            for passage in passages:
                for run in identity.shingles(passage):
                    self._refs[run].add(ref)
        self._openings = {run.partition(" ")[0] for run in self._refs}

    def by(self, entry: Entry) -> set[int]:
        """The entries that quote from this one's abstract."""
        if not self._refs or not entry.abstract:
            return set()
        runs = identity.shared_shingles(entry.abstract, self._refs.keys(), self._openings)
        return {ref for run in runs for ref in self._refs[run]}


# --- removing and putting back --------------------------------------------------------------------------------------


def forget_papers(library: Library, ids: Sequence[str]) -> int:
    """Remove papers from the library, as one step that can be undone; how many. Raises UnknownPaper."""
    keys = tuple(dict.fromkeys(library.papers.key_of(id) for id in ids))
    papers = [library.papers.get(key) for key in keys]
    titles = [paper.title or paper.id for paper in papers if paper]
    label = f"removed “{titles[0]}”" if len(titles) == 1 else f"removed {len(titles)} papers"
    with library.intake(urgent=True) as intake:
        step = intake.begin_forgetting(label)
        _forget(intake, intake.refs_of_papers(keys), step)
    library.index()
    return len(keys)


def forget_source(library: Library, name: str) -> int:
    """Remove a source and what only it brought, as one step; how many papers. Raises UnknownSource."""
    before, file = library.papers.counts()[0], files.InputFile(str(files.expanded(name).absolute()), asked_for=True)
    name = squash(clean(files.name_text(name)))
    with library.intake(urgent=True) as intake:
        (source,) = intake.find_sources(name, file.key)
        step = intake.begin_forgetting(f"removed the source {name}", source)
        _forget(intake, intake.refs_of_source(source), step)
    library.index()
    return before - library.papers.counts()[0]


def rename_source(library: Library, source: int, name: str) -> str:
    """Give a subscription another name, and its papers with it, a few hundred at a time; the name as it is kept.

    Raises SubscriptionError if that is no name, or another subscription's.
    """
    name = squash(clean(name))
    with library.subscriptions.edit() as subscriptions:
        subscriptions.rename(source, name)
    with library.intake() as intake:
        refs = intake.refs_of_source(source)
    for start in range(0, len(refs), _BATCH):
        with library.intake() as intake:
            _settle(intake, [*intake.placed_entries(refs[start : start + _BATCH])])
    library.index()
    return name


def _forget(intake: Intake, refs: Sequence[int], step: int) -> None:
    together = _neighbourhood(intake, intake.placed_entries(refs))
    gone = set(refs)
    intake.store(together, identity.merge(a for a in together if a.ref not in gone))
    intake.forget(refs, step)


def undo(library: Library, rules_file: Path | None = None) -> Undone | None:
    """Undo the latest step, whoever made it. None: there is nothing to undo.

    A rule that was made is removed from `rules_file`. Raises ConfigError or ExportError if that cannot be read or
    written, and the step stays; NotRemovable if the rule is no more there, and the step is undone.
    """
    gone = None
    with library.intake(urgent=True) as intake:
        step = intake.last_step()
        if step is None:
            return None
        if step.rule and rules_file is not None:
            from feedreader.services import rules

            gone = rules.undo(rules_file, step.rule)
        changes = intake.undo_step(step)
        refs = intake.remember(step.number)
        if refs:
            _settle(intake, [*intake.placed_entries(refs)])
        papers = intake.papers_of(refs)
    if refs:
        library.index()
    if gone is not None:
        raise gone
    return Undone(step.label, changes, tuple(sorted(set(papers.values()))), step.rule)
