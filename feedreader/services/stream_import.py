"""Large documents into the library, block by block: arXiv's metadata, dumps of OAI-PMH (`feedreader.parse.streams`).

Blocks are read beside the storing, by processes of their own. What is kept in memory is a few blocks. How far the
document was read is stored with what it brought: the next import of the same file goes on from there.
"""

from __future__ import annotations

import gc
import hashlib
import json
import time
from array import array
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from feedreader.errors import UnknownSource, UnreadableSource
from feedreader.library.entry_rows import LINE
from feedreader.model import Problem
from feedreader.parse import streams
from feedreader.services.block_readers import BlockReaders, ReadBlock
from feedreader.services.ingest import UNINDEXED, Importing, ImportProgress, ImportResult, left_out
from feedreader.sources import files

if TYPE_CHECKING:
    from feedreader.library import Library
    from feedreader.library.entry_rows import PreparedEntry
    from feedreader.library.intake import Intake

BLOCK = 1 << 21  # bytes: a thousand papers, about
TOGETHER = 500  # entries, about, that are stored in one transaction: a mark made meanwhile waits for that, 0.1 s
_OBJECTS = 100_000  # made between two looks of the garbage collector
_TELL_SECONDS = 0.5  # between two words on how far it is, while it looks for where to go on
_LEFT_FROM = 2.0  # seconds after which it can be told how long the rest takes


@dataclass(frozen=True, slots=True)
class _Place:
    """How far a document was read: its stamp, a hash of its beginning, bytes, lines and entries (all from 0).

    `is_new`: the source has no entries but this import's, so nothing is looked up. `own`: so it was up to this
    position; what stands before is this import's, and nothing that comes later takes its place.
    """

    stamp: str
    head: str
    end: int
    lines: int
    entries: int
    is_new: bool
    own: int = 0

    def text(self) -> str:
        return json.dumps([self.stamp, self.head, self.end, self.lines, self.entries, self.is_new, self.own])

    @classmethod
    def of(cls, text: str | None) -> _Place | None:
        return cls(*json.loads(text)) if text else None


class StreamImport(Importing):
    """A large document that is being read into the library."""

    def __init__(
        self,
        library: Library,
        file: files.OpenFile,
        stream: streams.Stream,
        *,
        name: str,
        path: str,
        progress: Callable[[ImportProgress], None] = lambda _: None,
        stopped: Callable[[], bool] = lambda: False,
        with_refs: bool = False,
        block_size: int,
    ) -> None:
        """`with_refs`: the result has the handles of all entries, so all are looked at, whatever was stored before."""
        super().__init__(name, path)
        self._library = library
        self._file = file
        self._stream = stream
        self._progress = progress
        self._stopped = stopped
        self._with_refs = with_refs
        self._block_size = block_size
        self._collection = stream.title or Path(name).stem
        self._problems: list[Problem] = []
        self._refs = array("q")
        self._left_out = 0
        self._unruled = 0  # entries of which rules may not have been asked yet
        self._last_line = 0  # on which an entry begins
        self._met = bytearray()  # by ref, whether an entry that was looked for is one that this import gave
        self._sum = ImportResult(name, path, stream.format)
        self._began = time.monotonic()
        self._began_at = 0.0
        self._place = _Place(file.stamp or "", hashlib.sha256(file.head).hexdigest()[:16], 0, 0, 0, True)

    def run(self, readers: BlockReaders) -> ImportResult:
        """Read it, as far as it was not read by an import that was broken off. Stopped, it keeps what is stored."""
        with self._library.intake() as intake:
            self._begin(intake)
        passed = self._place.entries
        self._tell(self._share())
        try:
            for block in readers.read(self._blocks()):
                self._store(block)
                if self._stopped():
                    break
        except UnknownSource as error:
            self._sum = replace(self._sum, error=error)
        if self._sum.error:
            behind = [each for each in self._problems if (each.line or 0) > self._last_line]
            garbage = set(behind[1:])
            self._problems = [each for each in self._problems if each not in garbage]  # of what is damaged, one line
        else:
            if self._file.has_changed():
                self._problems.append(Problem(None, "The file changed while it was being read. Import it again."))
            elif not (self._stopped() or self._file.is_incomplete):
                with self._library.intake() as intake:
                    intake.complete(self._source)
        self._library.index()
        self._tell(1.0)
        problems = (*self._file.problems, *self._problems, *left_out(self._left_out))
        return replace(self._sum, problems=problems, passed=passed, refs=self._refs)

    def _begin(self, intake: Intake) -> None:
        before = _Place.of(intake.place_come_to(self._path))
        here = self._place
        self._source = intake.put_source(
            self._path, self._name, self._stream.format, self._stream.title, self._collection, partial=True
        )
        is_same = before is not None and (before.stamp, before.head) == (here.stamp, here.head) and bool(here.stamp)
        if before and is_same and not self._with_refs:
            self._place = before
            if before.is_new and intake.number_of(self._source) != before.entries:  # it was killed within a block
                self._place = replace(before, is_new=False, own=before.entries)
        else:
            self._place = replace(here, is_new=not intake.has_entries(self._source))
        self._last = intake.newest_ref()

    def _blocks(self) -> Iterator[streams.Block]:
        place = self._place
        return streams.blocks(self._stream, self._pieces(), self._block_size, files.LARGEST, place.lines + 1, place.end)

    def _pieces(self) -> Iterator[bytes]:
        """The document from its place on. What stands before may take long to unpack."""
        told = time.monotonic()
        pieces = self._whole_pieces()
        for piece in pieces:
            if piece:
                self._began, self._began_at = time.monotonic(), self._share()
                yield piece
                break
            if self._stopped():
                return
            if (now := time.monotonic()) - told > _TELL_SECONDS:
                told = now
                self._tell(self._share())
        yield from pieces

    def _whole_pieces(self) -> Iterator[bytes]:
        try:
            yield from self._file.pieces(self._place.end)
        except UnreadableSource as error:  # what came before it is still to be stored
            self._sum = replace(self._sum, error=error)

    def _store(self, block: ReadBlock) -> None:
        self._problems += block.problems
        self._last_line = block.prepared[-1].row[LINE] if block.prepared else self._last_line
        total = len(block.prepared)
        start = self._place.entries
        size = ceil(total / max(1, round(total / TOGETHER))) or 1  # parts of one size: the index writes each by itself
        for at in range(0, max(total, 1), size):
            entries = block.prepared[at : at + size]
            with self._library.intake(indexing=True) as intake:
                self._take(intake, start + at, entries)
                if at + size >= total:
                    self._place = replace(self._place, end=block.end, lines=block.line - 1, entries=start + total)
                    intake.come_to(self._source, self._place.text())
            self._library.index(most=UNINDEXED)
            self._tell(self._share())
        self._unruled += total
        if self._unruled > UNINDEXED:
            self._library.rules.apply_again()
            self._unruled = 0

    def _take(self, intake: Intake, start: int, prepared: Sequence[PreparedEntry]) -> None:
        """Store entries, and add what came of it up."""
        if self._place.is_new and not self._is_alone(intake):
            self._place = replace(self._place, is_new=False, own=start)
        stored = {} if self._place.is_new else intake.stored_before(self._source, {each.name for each in prepared})
        for before in stored.values():
            before[:] = [each for each in before if each.position >= self._place.own and not self._was_met(each.ref)]
        self._merge(intake, start, prepared, stored)
        if not self._place.is_new:
            self._note_met((*self._tally.known_refs, *self._tally.fresh))
        self._left_out += self._tally.left_out
        self._tally.left_out = 0
        result = self._result(intake, self._stream.format, (), lambda at: prepared[at - start].row[LINE])
        self._problems += result.problems
        total = self._sum
        self._sum = replace(
            total,
            entries=total.entries + result.entries,
            new=total.new + result.new,
            replaced=total.replaced + result.replaced,
            merged=total.merged + result.merged,
            known=total.known + result.known,
            separated=total.separated + result.separated,
            united=total.united + result.united,
        )
        if self._with_refs:
            self._refs.extend(result.refs)

    def _was_met(self, ref: int) -> bool:
        return ref < len(self._met) and bool(self._met[ref])

    def _note_met(self, refs: Collection[int]) -> None:
        self._met += bytes(max(0, max(refs, default=0) + 1 - len(self._met)))
        for ref in refs:
            self._met[ref] = 1

    def _share(self) -> float:
        return self._file.share(self._place.end)

    def _tell(self, share: float) -> None:
        took = time.monotonic() - self._began
        done = self._sum.entries
        rate, left = (done / took if took else 0.0), None
        if took > _LEFT_FROM and self._began_at < share <= 1:
            left = took * (1 - share) / (share - self._began_at)
        self._progress(ImportProgress(self._name, done, done, share=share, rate=rate, left=left))


def import_stream(
    library: Library,
    file: files.OpenFile,
    stream: streams.Stream,
    *,
    name: str,
    path: str,
    progress: Callable[[ImportProgress], None],
    stopped: Callable[[], bool],
    with_refs: bool,
    polite: bool,
) -> ImportResult:
    """Read a large document that is open. `polite`: somebody works at the screen meanwhile."""
    job = StreamImport(
        library,
        file,
        stream,
        name=name,
        path=path,
        progress=progress,
        stopped=stopped,
        with_refs=with_refs,
        block_size=BLOCK,
    )
    with BlockReaders(polite=polite) as readers, _few_collections():
        return job.run(readers)


@contextmanager
def _few_collections() -> Iterator[None]:
    """Let the garbage collector look seldom: it would go through a block's many objects again and again, a tenth of the
    time, and hardly any is in a cycle."""
    before = gc.get_threshold()
    gc.set_threshold(_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
