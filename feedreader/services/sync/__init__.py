"""Several machines that share a folder: what was done here is written there, what was done elsewhere is taken.

    result = synchronize(library, folder, places)

Marks, notes, tags, citation keys, subscriptions, rules, saved searches and preferences go through one file a machine
(see `folder`); which of two changes holds, `feedreader.sync.records` says. Whatever tool copies the files may do so in
any order, at any time, twice, or halfway. Nothing here is a step that undo takes back: that is for what this machine
did.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from feedreader.errors import FeedreaderError, SyncError, os_reason
from feedreader.library import Library
from feedreader.library.sync import SyncEditor
from feedreader.model import Digest, Problem
from feedreader.services.ingest import import_into, prepare_entries
from feedreader.services.sync.carried import carried, entry_of
from feedreader.services.sync.folder import OwnFile, Piece, Reading, prepared, stamps
from feedreader.services.sync.shared import Places, Shared, all_kinds
from feedreader.sources.rate_limit import try_lock
from feedreader.sync.lines import Newer
from feedreader.sync.records import PREFERENCE, RULE, Record, differences

_TOGETHER = 1000  # marks that are told at a time
_SOURCE, _COLLECTION = "other machines", "Kept on other machines"
_MOST_PROBLEMS = 20


class FileProblem(NamedTuple):
    """What is wrong in a file of the folder, and on which line (None: with all of it), or with something here."""

    file: str
    line: int | None
    reason: str

    @property
    def place(self) -> str:
        """Where it is, before the reason."""
        return f"{self.file}, line {self.line}: " if self.line else f"{self.file}: " if self.file else ""


class SyncResult(NamedTuple):
    """What came of it: how many records were sent and taken, how many other files there are, papers that came with
    them, kinds of what is no paper that changed here, records of a newer program, which wait, and what is wrong."""

    sent: int = 0
    taken: int = 0
    files: int = 0
    papers: int = 0
    kinds: frozenset[str] = frozenset()
    newer: int = 0
    problems: tuple[FileProblem, ...] = ()


def synchronize(
    library: Library,
    folder: Path,
    places: Places,
    *,
    create: bool = False,
    progress: Callable[[int], object] = lambda _: None,
) -> SyncResult | None:
    """Write to the folder what was done here, and take what other machines did; None if another process does so now.

    `create` makes the folder if it is missing. `progress` is told how many records were read. It may be stopped at any
    time, and goes on the next time. Raises SyncError if the folder cannot be used, LibraryError if the library's file
    was deleted or replaced.
    """
    if library.read_only:
        raise SyncError("The library is read-only.", "Nothing can be taken from other machines.")
    library.check()
    folder = prepared(folder, create=create)
    with _alone(library) as is_alone:
        return _Sync(library, folder, places, progress).run() if is_alone else None


def signature(library: Library, folder: Path, places: Places) -> object:
    """What is equal as long as there is nothing to sync."""
    return library.sync.fingerprint(), stamps(folder), [_stamp(path) for path in places]


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


@contextmanager
def _alone(library: Library) -> Iterator[bool]:
    """Whether no other process of this library is at it."""
    path = library.path.with_name(f"{library.path.name}.sync")
    try:
        with path.open("ab") as file:
            path.chmod(0o600)
            yield try_lock(file)
    except OSError as error:
        raise SyncError(f"{path} cannot be written: {os_reason(error)}.") from error


class _Sync:
    """One run."""

    def __init__(self, library: Library, folder: Path, places: Places, progress: Callable[[int], object]) -> None:
        self._library = library
        self._folder = folder
        self._own = OwnFile(library, folder, carried)
        self._kinds = all_kinds(library, places)
        self._progress = progress
        self._problems: list[FileProblem] = []
        self._read = self._taken = self._papers = self._newer = 0

    def run(self) -> SyncResult:
        own = self._own
        own.open()
        self._tell_shared()
        self._tell_marks()
        own.compact()
        reading = Reading(self._library.sync.reading(), self._folder)
        files: set[str] = set()
        try:
            for piece in reading.pieces(own.path.name):
                if isinstance(piece, Piece):
                    self._take(piece)
                    with self._library.sync.edit(carried) as editor:
                        editor.set_reading(reading.state())
                    files.add(piece.name)
                else:
                    self._problems.append(FileProblem(piece[0], None, piece[1]))
        finally:
            if self._papers:
                self._library.index()
        kinds = self._take_shared()
        self._tell_marks()  # that were made meanwhile
        return SyncResult(
            own.sent,
            self._taken,
            len(reading.files - {own.path.name}),
            self._papers,
            kinds,
            self._newer,
            tuple(self._problems[:_MOST_PROBLEMS]),
        )

    # papers

    def _tell_marks(self) -> None:
        while self._own.send(lambda editor: editor.collect(_TOGETHER)):
            pass

    def _take(self, piece: Piece) -> None:
        records = [part for part in piece.parts if isinstance(part, Record)]
        for part in piece.parts:
            if isinstance(part, Problem):
                self._problems.append(FileProblem(piece.name, part.line, part.reason))
        self._newer += sum(isinstance(part, Newer) for part in piece.parts)
        if records:
            received = None
            while received is None:
                with self._library.sync.edit(carried) as editor:
                    received = editor.receive(records)
                if received is None:
                    self._tell_marks()
            self._taken += received.records
            self._bring(received.kept)
        self._read += len(piece.parts)
        self._progress(self._read)

    def _bring(self, kept: Sequence[Record]) -> None:
        """Store kept papers that are not here."""
        known = self._library.sync.has_papers(name for record in kept for name in record.names)
        by_machine: dict[str, list[Record]] = {}
        for record in kept:
            if known.isdisjoint(record.names):
                by_machine.setdefault(record.machine, []).append(record)
        for machine, records in by_machine.items():
            entries = [entry for record in records if (entry := entry_of(record.says or {}))]
            if not entries:
                continue
            digest = Digest(format="sync", title=_COLLECTION)
            with self._library.intake() as intake:
                result = import_into(intake, digest, prepare_entries(entries), name=_SOURCE, path=f"sync:{machine}")
            self._papers += result.new

    # what is no paper

    def _tell_shared(self) -> None:
        here = {shared.kind: now for shared in self._kinds if (now := self._now(shared)) is not None}
        there = {shared.kind for shared in self._kinds if shared.is_there}

        def collect(editor: SyncEditor) -> list[Record]:
            records: list[Record] = []
            for kind, now in here.items():
                seen = editor.seen(kind)
                if kind in there or not seen:  # a file that is gone does not say that all in it was removed
                    records += editor.tell(kind, differences(seen, now, editor.known(kind), self._library.now()))
                    editor.set_seen(kind, now)
            return records

        self._own.send(collect)

    def _now(self, shared: Shared) -> dict[str, object] | None:
        try:
            return dict(shared.now())
        except FeedreaderError:
            return None  # who uses the file says what is wrong there

    def _take_shared(self) -> frozenset[str]:
        changed = set[str]()
        for shared in self._kinds:
            now = self._now(shared)
            if now is None:
                continue
            with self._library.sync.edit(carried) as editor:
                known = editor.known(shared.kind)
            for name, told in known.items():
                self._put(shared, name, json.loads(told.value), now, changed)
            with self._library.sync.edit(carried) as editor:
                editor.set_seen(shared.kind, self._now(shared) or {})
        return frozenset(changed)

    def _put(self, shared: Shared, name: str, told: object, now: dict[str, object], changed: set[str]) -> None:
        thing = shared.read(name, told) if isinstance(told, dict) else None
        if thing == now.get(name) or (told is not None and thing is None):
            return  # it is so, or nothing of this kind
        try:
            shared.put(name, thing)
            changed.add(shared.kind)
        except FeedreaderError as error:
            self._problems.append(FileProblem("", None, str(error)))


__all__ = ["PREFERENCE", "RULE", "FileProblem", "Places", "SyncResult", "signature", "synchronize"]
