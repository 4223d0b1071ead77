"""The library: sources, papers and marks in one SQLite file. The public face; the work is in the modules beside it.

All methods are synchronous and may be called from any thread. Reads do not wait for writes. `mark`, `undo`
and settings go before the next piece of a running import, and are on the disk when they return.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from feedreader.library import papers
from feedreader.library.connection import Database
from feedreader.library.schema import has_index
from feedreader.model import Changed, FacetCount, Group, Paper, PaperSummary, Query, Rule, SourceInfo, Subscription

if TYPE_CHECKING:
    from feedreader.library.entry_rows import Document
    from feedreader.library.intake import Intake
    from feedreader.library.marks import Change
    from feedreader.library.rules import Applied, RuleInfo
    from feedreader.library.search.finder import Finder
    from feedreader.library.subscriptions import Address, Subscriptions
    from feedreader.library.vocabulary import Names

_CHUNK = 500


class Library:
    """Raises LibraryError from any method when the file cannot be used."""

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        self.path = path
        self.now = now
        self._database = Database(path)
        self._counted: dict[str, tuple[int, tuple[FacetCount, ...]]] = {}
        self._waiting: dict[int, Document] = {}  # for the index, of papers that this process took in
        self._rules: Sequence[Rule] | None = None

    @classmethod
    def open(cls, path: Path, *, now: Callable[[], datetime]) -> Library:
        """Open the file, made if it is not there and brought up to date if it is old. `now` gives aware times."""
        library = cls(path, now)
        try:
            library._ensure_index()
        except BaseException:
            library.close()
            raise
        return library

    def close(self) -> None:
        self._database.close()

    # reading the feed

    def groups(self, query: Query = Query(), *, expand: bool = True) -> tuple[Group, ...]:  # noqa: B008
        """Days, newest first, then collections by title, with counts of what the query finds in them.

        Without `expand`, what is folded away at a day's end is only counted, in `Group.folded`.
        """
        if not query.everything:
            found = [group for group, _ in self.matches(query)]
            return tuple(found if expand else papers.folded(found))
        with self._database.read() as connection:
            return papers.groups(connection, expand)

    def keys(self, group: int, offset: int, limit: int) -> tuple[int, ...]:
        """A window of one group of the whole feed."""
        with self._database.read() as connection:
            return papers.keys(connection, group, offset, limit)

    def matches(self, query: Query) -> tuple[tuple[Group, array[int]], ...]:
        """All that a query finds, by group, in feed order, as it is now; if it asks for another order, in one group.

        Raises QueryError if a regular expression takes too long.
        """
        with self._database.read() as connection:
            return self._finder.matches(connection, query)

    def begin_visit(self) -> None:
        """From now on `since:visit` means what came since the reader was opened before; that it is open is noted."""
        from feedreader.library.search.finder import VISIT, highest_key

        before = self.state(VISIT)
        self._finder.visit = int(before) if before and before.isdecimal() else 0
        with self._database.read() as connection:
            last = highest_key(connection)
        self.set_state(VISIT, str(last))

    @cached_property
    def _finder(self) -> Finder:
        from feedreader.library.search.finder import Finder  # not needed to show the whole feed

        return Finder(self.now)

    def summaries(self, keys: Sequence[int]) -> dict[int, PaperSummary]:
        with self._database.read() as connection:
            return papers.summaries(connection, keys)

    def paper(self, key: int) -> Paper | None:
        with self._database.read() as connection:
            return papers.paper(connection, key)

    def papers(self, query: Query, limit: int | None = None) -> Iterator[Paper]:
        """What a query finds, whole, in feed order."""
        wanted = [key for _, found in self.matches(query) for key in found][:limit]
        for start in range(0, len(wanted), _CHUNK):
            with self._database.read() as connection:
                chunk = papers.papers(connection, wanted[start : start + _CHUNK])
            yield from chunk

    def key_of(self, id: str) -> int:
        """The paper with this arXiv id, DOI, address of either, or name. Raises UnknownPaper."""
        with self._database.read() as connection:
            return papers.key_of(connection, id)

    def place(self, key: int) -> tuple[int, int] | None:
        """The group of a paper and its index there, in the whole feed."""
        with self._database.read() as connection:
            return papers.place(connection, key)

    def expanded_place(self, key: int) -> tuple[int, int] | None:
        """Of a paper that stands in a fold: the group it is folded away from, and the index it would have there."""
        with self._database.read() as connection:
            return papers.expanded_place(connection, key)

    def next_unread(self, key: int, step: int) -> int | None:
        """The unread paper after (`step` 1) or before (-1) this one, in the whole feed."""
        with self._database.read() as connection:
            return papers.next_unread(connection, key, step)

    def counts(self) -> tuple[int, int, int]:
        """Papers, unread papers, papers on the shortlist."""
        with self._database.read() as connection:
            return papers.counts(connection)

    def tags(self) -> tuple[tuple[str, int], ...]:
        """The tags in use and how many papers have each, by name."""
        with self._database.read() as connection:
            return papers.tags(connection)

    def sources(self) -> tuple[SourceInfo, ...]:
        with self._database.read() as connection:
            return papers.sources(connection)

    def dismissed(self, group: int, keys: Sequence[int] | None = None) -> int:
        """How many papers of a group were dismissed; or of `keys`, where the group is shown in part."""
        with self._database.read() as connection:
            return papers.dismissed(connection, group, keys)

    def names(self) -> Names:
        """What can be named in a query."""
        from feedreader.library.vocabulary import names

        with self._database.read() as connection:
            return names(connection)

    def facets(self, what: str) -> tuple[FacetCount, ...]:
        """The `categories`, `sources`, `authors` or `tags` and how many papers each has, the most papers first.

        A query for exactly one of them finds as many. They are counted once as long as nobody writes to the library.
        """
        from feedreader.library.facets import count_facet

        with self._database.read() as connection:
            (version,) = connection.execute("PRAGMA data_version").fetchone()
            counted = self._counted.get(what)
            if counted is None or counted[0] != version:
                counted = self._counted[what] = version, count_facet(connection, what)
            return counted[1]

    def random_unread(self, pick: float, keys: Sequence[int] | None = None) -> int | None:
        """An unread paper that is not folded away, of all or of `keys`; `pick` (0 ≤ pick < 1) says which one."""
        from feedreader.library.facets import random_unread

        with self._database.read() as connection:
            return random_unread(connection, pick, keys)

    def data_version(self) -> int:
        """A number that changes when anybody else wrote to the file: another window, or a command."""
        return self._database.foreign_version()

    # what the reader does

    def mark(
        self, keys: Sequence[int], values: Mapping[str, object], *, label: str, step: bool = True
    ) -> tuple[Changed, ...]:
        """Set marks of papers, by the names of `Marks`, as one step if `step`; the papers that changed. On the disk
        on return. Raises ValueError where a tag is not a word; it counts once, whatever its case.

        Dismissing marks read, too; when it is taken back, what was never opened is unread again.
        """
        from feedreader.library import marks

        return self._mark(keys, marks.setting(values), label, step)

    def tag(
        self, keys: Sequence[int], *, add: Sequence[str] = (), remove: Sequence[str] = (), label: str
    ) -> tuple[Changed, ...]:
        """Put tags to papers and take others away, as one step; the papers that changed."""
        from feedreader.library import marks

        return self._mark(keys, marks.retagging(add, remove), label, True)

    def _mark(self, keys: Sequence[int], change: Change, label: str, step: bool) -> tuple[Changed, ...]:
        from feedreader.library import marks

        with self._database.write(urgent=True) as connection:
            return marks.mark(connection, keys, change, self.now(), label, step)

    def state(self, name: str) -> str | None:
        with self._database.read() as connection:
            row = connection.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
            return row[0] if row else None

    def set_state(self, name: str, value: str | None) -> None:
        """Remember something between runs; None forgets it."""
        with self._database.write(urgent=True) as connection:
            if value is None:
                connection.execute("DELETE FROM settings WHERE name = ?", (name,))
            else:
                connection.execute("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", (name, value))

    # what the reader wants to see, and what not

    def apply_rules(self, rules: Sequence[Rule]) -> Applied:
        """From now on these rules hold, and no others: for all papers, and for those that `index` makes findable.

        May take a while, during which all else can go on.
        """
        self._rules = rules
        return self._apply_rules()

    def _apply_rules(self) -> Applied:
        from feedreader.library.rules import apply

        return apply(self._database, self._rules or (), self.now().astimezone().date())

    def rules(self) -> tuple[RuleInfo, ...]:
        """The rules that were last applied, and how many papers each is about."""
        from feedreader.library import rules

        with self._database.read() as connection:
            return rules.rules(connection)

    def journal_rule(self, label: str, rule: str) -> None:
        """Note that a rule was made, as a step that can be undone (see `Step.rule`)."""
        from feedreader.library import marks

        with self._database.write(urgent=True) as connection:
            marks.journal_rule(connection, label, self.now(), rule)

    # PDFs that were fetched

    def pdf(self, key: int) -> Path | None:
        """The file of a paper's PDF, if one was fetched and is still there."""
        from feedreader.library import pdfs

        with self._database.read() as connection:
            files = pdfs.files_of(connection, key)
        return next((path for file in files if (path := self.path.parent.absolute() / file).is_file()), None)

    def put_pdf(self, key: int, file: Path | None) -> None:
        """A paper's PDF is this file from now on; None: it has none any more."""
        from feedreader.library import pdfs

        with self._database.write(urgent=True) as connection:
            if file is None:
                pdfs.drop(connection, key)
            else:
                folder, file = self.path.parent.absolute(), file.absolute()
                kept = file.relative_to(folder) if file.is_relative_to(folder) else file
                pdfs.put(connection, key, str(kept), self.now())

    # what is cited

    def citation_keys(self, papers: Sequence[Paper]) -> dict[str, str]:
        """The papers' citation keys by id: given out once, on the disk on return, and never changed."""
        from feedreader.library import citations

        ids = [paper.id for paper in papers]
        with self._database.read() as connection:
            known = citations.known_keys(connection, ids)
        if known is not None:
            return known
        from feedreader.text.citation_key import key_stem

        stems = {paper.id: key_stem(paper) for paper in papers}
        with self._database.write(urgent=True) as connection:
            return citations.give_keys(connection, stems)

    def identity(self) -> str:
        """By which this library is told from any other."""
        name = "identity"
        if (known := self.state(name)) is None:
            import secrets

            with self._database.write(urgent=True) as connection:
                connection.execute(
                    "INSERT OR IGNORE INTO settings (name, value) VALUES (?, ?)", (name, secrets.token_hex(4))
                )
            known = self.state(name) or ""
        return known

    # what is followed

    def subscriptions(self) -> tuple[Subscription, ...]:
        """What is followed, in order of folder and name."""
        from feedreader.library.subscriptions import Subscriptions

        with self._database.read() as connection:
            return Subscriptions(connection, self.now()).all()

    def subscription(self, source: int) -> Subscription | None:
        from feedreader.library.subscriptions import Subscriptions

        with self._database.read() as connection:
            return Subscriptions(connection, self.now()).one(source)

    def address(self, url: str) -> Address:
        """What a server said of an address when it was last asked."""
        from feedreader.library.subscriptions import Subscriptions

        with self._database.read() as connection:
            return Subscriptions(connection, self.now()).address(url)

    @contextmanager
    def followed(self) -> Iterator[Subscriptions]:
        """One transaction on subscriptions, durable at its end."""
        from feedreader.library.subscriptions import Subscriptions

        with self._database.write() as connection:
            yield Subscriptions(connection, self.now())

    # taking papers in

    @contextmanager
    def intake(self, *, urgent: bool = False) -> Iterator[Intake]:
        """One transaction of an import. What it takes in waits for the index (see `index`)."""
        from feedreader.library.intake import Intake

        with self._database.write(urgent=urgent, durable=urgent) as connection:
            intake = Intake(connection, self.now(), self._waiting)
            yield intake
            intake.finish()

    def index(self, *, most: int = 0) -> None:
        """Make findable what was taken in, by any process, unless only so many papers of this one wait.

        Rules that hold are then applied to it.
        """
        if most and len(self._waiting) <= most:
            return
        with self._database.read() as connection:
            written = connection.execute("SELECT EXISTS (SELECT 1 FROM papers WHERE doc < 0)").fetchone()[0]
        while written:
            with self.intake() as intake:
                written = intake.write_index()
        if self._rules is not None:
            self._apply_rules()

    def _ensure_index(self) -> None:
        """Make the search index of a library that has none yet, and fill it."""
        with self._database.read() as connection:
            if has_index(connection):
                return
        from feedreader.library.search.index import ensure_index

        with self._database.write() as connection:
            made = ensure_index(connection)
        if made:
            self.index()
