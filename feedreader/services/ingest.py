"""Digests into the library: merge → store. Imports, refreshes and backfills all end here.

result = import_digest(library, digest, name="monday.txt", path="/home/ada/monday.txt")
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from feedreader.errors import FeedreaderError, UnknownSource
from feedreader.library.entry_rows import PreparedEntry, prepared_entry
from feedreader.library.marks import taking
from feedreader.merge import identity
from feedreader.model import UNMARKED, Digest, Entry, Marks, PlacedEntry, Problem
from feedreader.text.lines import squash
from feedreader.text.notes import distinct_tags, keyword_tags, keyword_words

if TYPE_CHECKING:
    from feedreader.library import Library
    from feedreader.library.intake import Intake
    from feedreader.library.known_entries import Known, Occasion, Stored
    from feedreader.library.subscriptions import SubscriptionEditor

UNINDEXED = 4000  # papers at the most that are in and cannot be found by their words yet
BATCH = 250  # entries a transaction: a mark made meanwhile waits for one of these at the most


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The result of one file. `entries` = `new` (papers made) + `merged` (joined a paper) + `known` (given before).

    `replaced` are the papers that are listed as new versions of older ones now, less those that no longer are.
    Of papers that were there before, `separated` were one paper and are several now, `united` are part of another one.
    `subscriptions` and saved `searches` are the new ones that a list of subscriptions brought: it has no entries.
    `error` is set where the file could not be read, or not to its end: then there are `entries`.
    A file that merely lies in an imported folder and is no digest is `skipped`, which is no failure.
    `refs` are the library's handles of all its entries, `marks` what the document's owner did with their papers.
    `passed` are the entries of a large file that an import which was broken off had stored, and that were passed over.
    `is_incomplete`: the end of a packed file is missing or damaged (`problems` say so).
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
    searches: int = 0
    problems: tuple[Problem, ...] = ()
    error: FeedreaderError | None = None
    skipped: bool = False
    refs: Sequence[int] = field(default=(), repr=False, compare=False)
    marks: Mapping[int, Marks] = field(default_factory=dict, repr=False, compare=False)
    passed: int = 0
    is_incomplete: bool = False

    @property
    def failed(self) -> bool:
        """Whether a command that imports it fails, whatever it brought."""
        return self.error is not None or (self.is_incomplete and not self.skipped)


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far the import of one file is, in entries. Of a mailbox, `total` is what was read so far, `messages` how many
    messages were, and `share` how much of the whole that is, from 0 to 1 (None: nobody knows). So it is of a large
    file, which also has a `rate` (entries a second) and, once it can be told, how many seconds are `left`."""

    source: str
    done: int
    total: int
    messages: int = 0
    share: float | None = None
    rate: float = 0.0
    left: float | None = None


def import_digest(
    library: Library,
    digest: Digest,
    *,
    name: str,
    path: str,
    progress: Callable[[ImportProgress], None] = lambda _: None,
    note: Callable[[SubscriptionEditor], None] = lambda _: None,
    marks_apart: bool = False,
) -> ImportResult:
    """Merge a digest into the library, in transactions of a few hundred entries; `note` belongs to the last.

    `marks_apart`: see `prepare_entries`.
    """
    digest = identity.told_apart(digest)
    job = _Import(digest, name, path)
    total = len(digest.entries)
    for start in range(0, max(total, 1), BATCH):
        end = min(start + BATCH, total)
        with library.intake() as intake:
            job.take(intake, start, prepare_entries(digest.entries[start:end], marks_apart=marks_apart))
            if end == total:
                result = job.result(intake)
                note(intake.subscriptions)
        library.index(most=UNINDEXED)
        progress(ImportProgress(name, end, total))
    library.index()
    return result


def import_into(
    intake: Intake, digest: Digest, prepared: Sequence[PreparedEntry], *, name: str, path: str
) -> ImportResult:
    """Merge the prepared entries of a digest, which itself may have none, within a transaction; `Library.index` makes
    them findable later."""
    job = _Import(digest, name, path, prepared)
    for start in range(0, max(len(prepared), 1), BATCH):
        job.take(intake, start, prepared[start : start + BATCH])
    return job.result(intake)


class Importing:
    """Entries of one source on their way into the library, batch by batch."""

    def __init__(self, name: str, path: str) -> None:
        self._name = name
        self._path = path
        self._collection = ""
        self._source = 0
        self._tally = _ImportCounts()
        self._last = 0  # the ref of the entry that was stored last, by whomever, when this import last stored any

    def _is_alone(self, intake: Intake) -> bool:
        """Whether nobody else stored entries of this source since."""
        return not intake.has_newer(self._source, self._last)

    def _merge(
        self,
        intake: Intake,
        start: int,
        prepared_entries: Sequence[PreparedEntry],
        stored: dict[Occasion, list[Stored]],
    ) -> None:
        """Store the entries from a position on, and merge them. Raises UnknownSource if their source was removed."""
        if intake.is_forgotten(self._source):
            raise UnknownSource(
                f"{self._name} was removed from the library while it was being imported.",
                "`feedreader undo` brings back what was in. Import it again for the rest.",
            )
        before = intake.separated, intake.united, intake.replaced
        touched = _take_in(intake, self._source, start, prepared_entries, stored, self._tally)
        self._last = intake.newest_ref()
        if touched:
            place, rank = (self._name, self._path, self._collection), intake.rank(self._source)
            placed_entries = [PlacedEntry(ref, *place, at, placed.entry, rank) for ref, at, placed in touched]
            settle(intake, placed_entries, {ref: placed.keys for ref, _, placed in touched})
        self._tally.separated += intake.separated - before[0]
        self._tally.united += intake.united - before[1]
        self._tally.replaced += intake.replaced - before[2]

    def _result(
        self, intake: Intake, format: str | None, problems: Sequence[Problem], line_of: Callable[[int], int | None]
    ) -> ImportResult:
        """What came of it since the last result; `line_of` gives the line of the entry at a position."""
        tally, self._tally = self._tally, _ImportCounts()
        made = intake.tally(tally.fresh)
        return ImportResult(
            source=self._name,
            path=self._path,
            format=format,
            entries=made.new + made.joined + len(tally.known_refs),
            new=made.new,
            replaced=tally.replaced,
            merged=made.joined,
            known=len(tally.known_refs),
            separated=tally.separated,
            united=tally.united,
            problems=(*problems, *_problems(tally, made.unplaced, line_of)),
            refs=(*tally.known_refs, *tally.fresh),
            marks=tally.marks,
        )


class _Import(Importing):
    """A digest that is being imported. Its entries are in it, unless they are all `prepared`."""

    def __init__(self, digest: Digest, name: str, path: str, prepared: Sequence[PreparedEntry] | None = None) -> None:
        super().__init__(name, path)
        self._digest = digest
        self._prepared = prepared
        self._collection = digest.title or Path(name).stem
        self._stored: dict[Occasion, list[Stored]] = {}
        self._names: set[str] = set()
        self._is_known = False  # whether the source gave something before

    def take(self, intake: Intake, start: int, prepared_entries: Sequence[PreparedEntry]) -> None:
        """Store the entries from a position on."""
        if start == 0:
            digest = self._digest
            self._source = intake.put_source(
                self._path, self._name, digest.format, digest.title, self._collection, partial=True
            )
            self._names = (
                {identity.entry_name(entry) for entry in digest.entries}
                if self._prepared is None
                else {entry.name for entry in self._prepared}
            )
            self._stored = intake.stored_before(self._source, self._names)
            self._is_known = intake.has_entries(self._source)
        elif not self._is_alone(intake):
            own = {*self._tally.fresh, *self._tally.known_refs}
            self._stored = intake.stored_before(self._source, self._names)
            for before in self._stored.values():
                before[:] = [each for each in before if each.ref not in own]
        if self._is_known:
            _find_continued(intake, self._source, prepared_entries, self._entries, self._names, self._stored)
        self._merge(intake, start, prepared_entries, self._stored)

    def result(self, intake: Intake) -> ImportResult:
        intake.complete(self._source)
        return self._result(intake, self._digest.format, self._digest.problems, lambda at: self._entries()[at].line)

    def _entries(self) -> Sequence[Entry]:
        """All that the document has."""
        return self._digest.entries if self._prepared is None else [each.entry for each in self._prepared]


@dataclass(slots=True)
class _ImportCounts:
    """Counts of an import so far: the new entries (by ref, with their positions), the known ones, the marks in them,
    and what became of papers that were there before."""

    fresh: dict[int, int] = field(default_factory=dict)
    known_refs: list[int] = field(default_factory=list)
    marks: dict[int, Marks] = field(default_factory=dict)
    left_out: int = 0
    separated: int = 0
    united: int = 0
    replaced: int = 0


def prepare_entries(entries: Iterable[Entry], *, marks_apart: bool = False) -> tuple[PreparedEntry, ...]:
    """Prepare entries for the library. Pure, and half the work of an import.

    Keywords, tags and notes in them become the source's words, unless they are kept apart to be taken as marks.
    """
    marked = (((entry if marks_apart else _with_marks_as_words(entry)), _marks_in(entry)) for entry in entries)
    return tuple(
        prepared_entry(entry, identity.entry_name(entry), identity.keys_of(entry), marks) for entry, marks in marked
    )


def _with_marks_as_words(entry: Entry) -> Entry:
    words = keyword_words((*entry.keywords, *entry.marks.tags)), squash(entry.marks.note or "")
    return (
        replace(entry, mentions=tuple(dict.fromkeys((*entry.mentions, *filter(None, words))))) if any(words) else entry
    )


def _marks_in(entry: Entry) -> Marks:
    """What a document says that the reader may take as her marks: its keywords are tags."""
    if not entry.keywords:
        return entry.marks
    return entry.marks._replace(tags=distinct_tags((*entry.marks.tags, *keyword_tags(entry.keywords))))


def _find_continued(
    intake: Intake,
    source: int,
    prepared_entries: Iterable[PreparedEntry],
    document: Callable[[], Sequence[Entry]],
    names: Collection[str],
    occasions: dict[Occasion, list[Stored]],
) -> None:
    """Let what a source gives in other words than before take the place of what it gave then.

    `document` gives all that it gives now, `names` are those of its papers.
    """
    now = [each for each in prepared_entries if intake.occasion(each) not in occasions]
    keys = {key for each in now for key in (*each.keys, *identity.title_keys(each.entry))}
    keys -= intake.crowded_keys(keys)
    before = intake.given_before(source, keys, names) if now else []
    if not before:
        return
    earlier, entries = [entry for _, entry in before], [each.entry for each in now]
    for at, place in identity.successors(earlier, entries, identity.shared_pages(document())).items():
        occasions[intake.occasion(now[at])] = [before[place][0]]


def _take_in(
    intake: Intake,
    source: int,
    start: int,
    prepared_entries: Sequence[PreparedEntry],
    occasions: dict[Occasion, list[Stored]],
    tally: _ImportCounts,
) -> list[tuple[int, int, PreparedEntry]]:
    """Store entries, or update those that the source gave before.

    Returns those to be merged (again), their refs, positions and contents: not those that are papers already.
    """
    known: list[Known] = []
    fresh = []
    for position, prepared in enumerate(prepared_entries, start):
        before = occasions.get(intake.occasion(prepared))
        if before:
            stored = before.pop(0)
            tally.known_refs.append(stored.ref)
            if prepared.marks != UNMARKED:
                tally.marks[stored.ref] = prepared.marks
            if stored.forgotten:
                tally.left_out += 1
            known.append((stored, position, prepared))
        else:
            fresh.append((position, prepared))
    again = intake.renew(source, known)
    touched = [(stored.ref, position, prepared) for stored, position, prepared in known if stored.ref in again]
    refs, settled = intake.add(source, fresh)
    added = [(ref, position, prepared) for ref, (position, prepared) in zip(refs, fresh, strict=True)]
    tally.marks |= {ref: prepared.marks for ref, _, prepared in added if prepared.marks != UNMARKED}
    tally.fresh |= {ref: position for ref, position, _ in added}
    return touched + [each for each in added if each[0] not in settled]


def _problems(tally: _ImportCounts, unplaced: Iterable[int], line_of: Callable[[int], int | None]) -> Iterator[Problem]:
    for ref in unplaced:
        yield Problem(line_of(tally.fresh[ref]), "This post names no paper and quotes no post in the library.")
    yield from left_out(tally.left_out)


def left_out(number: int) -> Iterator[Problem]:
    """That so many papers were left out; nothing if there are none."""
    if number:
        yield Problem(None, f"Skipped papers that you removed from the library: {number}.")


def left_marks(entries: Iterable[Entry]) -> Iterator[Problem]:
    """That marks other than tags and notes, which are shown as words, were not taken; nothing if there are none."""
    for entry in entries:
        if entry.marks._replace(tags=(), note=None) != UNMARKED:
            words = "Marks were not imported (the first is on this line)."
            yield Problem(entry.line, f"{words} To take them: `feedreader import --marks FILE`.")
            return


def imported_papers(library: Library, results: Sequence[ImportResult]) -> dict[int, Marks]:
    """The keys of the papers that imports brought, new and known ones, with the marks that the documents give them."""
    with library.intake() as intake:
        papers = intake.papers_of({ref for result in results for ref in result.refs})
    marks = dict.fromkeys(sorted(set(papers.values())), UNMARKED)
    for ref, given in (each for result in results for each in result.marks.items()):
        if (key := papers.get(ref)) is not None:
            marks[key] = taking(given)(marks[key])
    return marks


# --- merging -----------------------------------------------------------------------------------------------------


def settle(intake: Intake, entries: Sequence[PlacedEntry], keys: Mapping[int, Sequence[int]] | None = None) -> None:
    """Merge entries (with their keys, by ref) with all that may be the same paper, and store the outcome."""
    keys = keys or {placed.ref: identity.identity_keys(placed.entry) for placed in entries}
    alone, others = _split(intake, entries, keys)
    together = neighbourhood(intake, others) if others else []
    merged = [identity.compose([placed]) for placed in alone] + (identity.merge(together) if together else [])
    intake.store([*alone, *together], merged)


def _split(
    intake: Intake, entries: Sequence[PlacedEntry], keys: Mapping[int, Sequence[int]]
) -> tuple[list[PlacedEntry], list[PlacedEntry]]:
    """Those that nothing else can be the same paper as, which is nearly all; and the others."""
    shared = intake.shared_keys({key for group in keys.values() for key in group})
    sharing = (placed.entry for placed in entries if not shared.isdisjoint(keys[placed.ref]))
    shared = shared - _crowded(intake, sharing, shared)
    quoted = identity.Quoted(intake.quotes())
    alone: list[PlacedEntry] = []
    others: list[PlacedEntry] = []
    merged = intake.refs_in_company(keys)
    for placed in entries:
        is_alone = keys[placed.ref] and not placed.entry.quotes and shared.isdisjoint(keys[placed.ref])
        is_alone = is_alone and placed.ref not in merged
        (alone if is_alone and not quoted.by(placed.entry.abstract) else others).append(placed)
    return alone, others


def neighbourhood(intake: Intake, entries: Iterable[PlacedEntry]) -> list[PlacedEntry]:
    """These entries and, from each to the next, all that share a key with one or quote one or are quoted."""
    quoted = identity.Quoted(intake.quotes())
    related: dict[int, PlacedEntry] = {}
    frontier = list(entries)
    while frontier:
        related |= {placed.ref: placed for placed in frontier}
        keys = {key for placed in frontier for key in identity.identity_keys(placed.entry)}
        near = intake.refs_by_key(keys - _crowded(intake, (placed.entry for placed in frontier), keys))
        near |= intake.refs_with_passage(
            {run for placed in frontier for quote in placed.entry.quotes for run in identity.shingles(quote)}
        )
        near |= {ref for placed in frontier for ref in quoted.by(placed.entry.abstract)}
        near |= intake.refs_in_company(placed.ref for placed in frontier)  # they may have to part
        frontier = list(intake.placed_entries(near - related.keys()))
    return list(related.values())


def _crowded(intake: Intake, entries: Iterable[Entry], keys: Collection[int]) -> set[int]:
    """Those of the keys that say nothing: what so many have is a notice, or the title of a column."""
    return intake.crowded_keys({key for entry in entries for key in identity.weak_keys(entry)}.intersection(keys))
