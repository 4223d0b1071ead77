"""The library: sources, papers and marks in one SQLite file, composed of parts.

All methods are synchronous and may be called from any thread. Reads do not wait for writes. Marks and state go
before the next batch of a running import, and are on disk when a method returns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from feedreader.errors import LibraryError
from feedreader.library.connection import Database, chunks
from feedreader.library.papers import PapersPart
from feedreader.library.schema import has_index, is_index_to_renew

if TYPE_CHECKING:
    from feedreader.library.citations import CitationsPart
    from feedreader.library.entry_rows import IndexText
    from feedreader.library.facets import FacetsPart
    from feedreader.library.health import HealthPart
    from feedreader.library.intake import Intake
    from feedreader.library.interest import InterestPart
    from feedreader.library.marks import MarksPart
    from feedreader.library.pdfs import PdfsPart
    from feedreader.library.rules import RulesPart
    from feedreader.library.subscriptions import SubscriptionsPart
    from feedreader.library.sync import SyncPart
    from feedreader.library.zotero import ZoteroPart

RENEWED_AT_ONCE = 2000  # papers whose index, if it is of an older version, is renewed before the library is shown


class Library:
    """Raises LibraryError from any method, of its parts too, when the file cannot be used."""

    def __init__(
        self,
        path: Path,
        now: Callable[[], datetime],
        on_wait: Callable[[], object] = lambda: None,
        on_update: Callable[[], object] = lambda: None,
    ) -> None:
        self.path = path
        self.now = now
        self.learns = True  # whether `index` learns from the marks, too; the reader does that when she pauses
        self._database = Database(path, on_wait, on_update)
        self._waiting: dict[int, IndexText] = {}  # for the index, of papers that this process took in
        self.papers = PapersPart(self._database, now)

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        now: Callable[[], datetime],
        on_wait: Callable[[], object] = lambda: None,
        on_update: Callable[[], object] = lambda: None,
        indexed: bool = True,
    ) -> Library:
        """Open the file; create it if it is missing, migrate it if it is old. `now` gives aware times.

        If not `indexed`, that is left to `ensure_index`: what is wrong should be mended before.
        `on_wait` is called, on the thread that waits, when another program has held the file for two seconds;
        `on_update` before an old file is migrated.
        """
        library = cls(path, now, on_wait, on_update)
        try:
            if indexed:
                library.ensure_index()
        except BaseException:
            library.close()
            raise
        return library

    def close(self) -> None:
        self._database.close()

    # the file

    @property
    def read_only(self) -> bool:
        """Whether it may only be read. Marks and papers are errors then; what is merely remembered is not."""
        return self._database.read_only

    @property
    def was_empty(self) -> bool:
        """Whether it began anew in a file without a byte, which may have been a library once."""
        return self._database.was_empty

    def on_wait(self, call: Callable[[], object]) -> None:
        """Call something else from now on when another program holds the file."""
        self._database.on_wait = call

    def check(self) -> None:
        """Raises LibraryError if the file was deleted (LibraryGone), replaced or made read-only meanwhile."""
        self._database.check()

    def put_back(self) -> None:
        """Write the file anew after it was deleted. Raises LibraryError, also if there is one again."""
        self._database.put_back()

    def give_up(self, seconds: float) -> None:
        """Wait for other programs only so long from now on."""
        self._database.give_up(seconds)

    def spare_memory(self) -> None:
        """Keep less of the file in memory from now on: this process runs beside another one for long."""
        self._database.spare_memory()

    # parts that are not needed to show the feed

    @cached_property
    def marks(self) -> MarksPart:
        from feedreader.library.marks import MarksPart

        return MarksPart(self._database, self.now)

    @cached_property
    def rules(self) -> RulesPart:
        from feedreader.library.rules import RulesPart

        # of two threads that come first, both get the same: it keeps the rules that were given
        rules: RulesPart = self.__dict__.setdefault("rules", RulesPart(self._database, self.now))
        return rules

    @cached_property
    def interest(self) -> InterestPart:
        from feedreader.library.interest import InterestPart

        # as above: it keeps the profile
        part: InterestPart = self.__dict__.setdefault("interest", InterestPart(self._database, self.now))
        return part

    @cached_property
    def facets(self) -> FacetsPart:
        from feedreader.library.facets import FacetsPart

        return FacetsPart(self._database, self.now)

    @cached_property
    def subscriptions(self) -> SubscriptionsPart:
        from feedreader.library.subscriptions import SubscriptionsPart

        return SubscriptionsPart(self._database, self.now)

    @cached_property
    def citations(self) -> CitationsPart:
        from feedreader.library.citations import CitationsPart

        return CitationsPart(self._database, self.now)

    @cached_property
    def pdfs(self) -> PdfsPart:
        from feedreader.library.pdfs import PdfsPart

        return PdfsPart(self._database, self.now)

    @cached_property
    def zotero(self) -> ZoteroPart:
        from feedreader.library.zotero import ZoteroPart

        return ZoteroPart(self._database, self.now)

    @cached_property
    def sync(self) -> SyncPart:
        from feedreader.library.sync import SyncPart

        return SyncPart(self._database, self.now)

    @cached_property
    def health(self) -> HealthPart:
        from feedreader.library.health import HealthPart

        return HealthPart(self._database, self.now)

    # taking papers in

    @contextmanager
    def intake(self, *, urgent: bool = False, indexing: bool = False) -> Iterator[Intake]:
        """One transaction of an import. What it takes in waits for the index (see `index`), unless it is `indexing`,
        which costs less for many papers and more for few: then only papers made of several entries wait."""
        from feedreader.library.intake import Intake

        with self._database.write(urgent=urgent, durable=urgent) as connection:
            intake = Intake(connection, self.now(), self._waiting, indexing=indexing)
            yield intake
            intake.finish()

    def index(self, *, most: int = 0) -> None:
        """Make findable what was taken in, by any process, unless only so many papers of this one wait.

        Rules that were given are then applied to it. An index of an older version is renewed first.
        """
        if self.read_only or (most and len(self._waiting) <= most):
            return
        with self._database.read() as connection:
            written = connection.execute("SELECT EXISTS (SELECT 1 FROM papers WHERE doc < 0)").fetchone()[0]
        while written and not (most and len(self._waiting) <= most):
            with self.intake() as intake:
                written = intake.write_index()
        if not most:
            self._renew_index()
            self.order_days()
            self.interest.bring_up_to_date(learns=self.learns)
        self.rules.apply_again()

    def _renew_index(self) -> None:
        with self._database.read() as connection:
            outdated = not self.read_only and is_index_to_renew(connection)
        while outdated:
            with self.intake() as intake:
                outdated = intake.renew_index() > 0
        from feedreader.library.search.index import lacks_newest

        with self._database.read() as connection:
            lacking = not self.read_only and lacks_newest(connection)
        while lacking:
            with self.intake() as intake:
                lacking = intake.write_newest() > 0

    def order_days(self) -> bool:
        """Order the papers of days by category as the subscriptions are now; whether that moved any."""
        from feedreader.library import order

        if self.read_only:
            return False
        with self._database.read() as connection:
            ranks, moves = order.moves(connection)
        for (stored, wanted), papers in moves.items():
            for keys in chunks(papers):
                with self._database.write(durable=False) as connection:
                    order.move(connection, keys, stored, wanted)
        if ranks is not None:
            with self._database.write(durable=False) as connection:
                order.moved(connection, ranks)
        return bool(moves)

    def ensure_index(self) -> None:
        """Create and fill the search index of a library that has none; renew one of an older version if that is soon
        done. Else `index` does it, beside all that goes on."""
        if self.read_only:
            return
        with self._database.read() as connection:
            indexed = has_index(connection)
            (last,) = connection.execute("SELECT max(id) FROM papers").fetchone()
        if indexed:
            if (last or 0) <= RENEWED_AT_ONCE:
                with suppress(LibraryError):  # the old one serves, too
                    self._renew_index()
            return
        from feedreader.library.search.index import ensure_index

        with self._database.write() as connection:
            is_new = ensure_index(connection)
        if is_new:
            self.index()

    # what is remembered between runs

    def state(self, name: str) -> str | None:
        return self._database.state(name)

    def set_state(self, name: str, value: str | None) -> None:
        """Remember something between runs; None forgets it."""
        self._database.set_state(name, value)

    def identity(self) -> str:
        """By which this library is told from any other."""
        return self._database.identity()

    def data_version(self) -> int:
        """A number that changes when another window or a command writes to the file."""
        return self._database.foreign_version()
