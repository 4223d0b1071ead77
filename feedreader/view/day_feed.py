"""The feed as rows: a header for every day or collection, then its papers. Pure: what is missing it asks for.

Nothing here takes longer in a larger library than in a small one, except that a feed of G groups is
searched by bisection and keeps G numbers. Keys and summaries of papers are held by page, the latest pages
only; `wanted` says which pages are missing, `put` takes them. A row of a page that is not there yet has
no key and no summary.

The whole feed knows how many papers a group has and asks for their keys by place. What a query finds is a `Run`
(`view/run.py`): it knows the keys of its papers.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import NamedTuple

from feedreader.model import BY_SOURCE, SORTED, Changed, Group, PaperSummary

PAGE = 64
PAPERS_KEPT = 3000


class Place(NamedTuple):
    """Where a row is: the group's place among the groups, and the paper's in the group (-1: the header)."""

    group: int
    position: int


class PageRequest(NamedTuple):
    """A page to be fetched: the group's place and key, which of its papers, and their keys if the feed knows them.

    `order` is that of the group's papers, as in `Query.sort`.
    """

    group: int
    key: int
    offset: int
    limit: int
    keys: tuple[int, ...] | None
    order: str = BY_SOURCE


class Page(NamedTuple):
    """A page that was fetched. A paper that is gone has a key and no summary."""

    request: PageRequest
    keys: tuple[int, ...]
    summaries: Mapping[int, PaperSummary]


class Unread(NamedTuple):
    """An answer to `next_unread`: its row; or None and whether that is certain, or hangs on what is not here."""

    row: int | None
    certain: bool


class DayFeed:
    """Rows of the whole feed. `order` is that of the papers within their days, as in `Query.sort`.

    Mutable: pages come and go, marks change summaries and counts. Owned by one thread at a time."""

    by_day = True  # whether papers stand under their days
    above = 0  # rows that came above the first ones since: a row that is kept while the feed grows moves down with them

    def __init__(self, groups: Sequence[Group] = (), order: str = BY_SOURCE) -> None:
        self.groups = list(groups)
        self.order = order
        self._starts = list(accumulate((1 + group.total for group in groups), initial=0))
        self._pages: OrderedDict[tuple[int, int], tuple[int, ...]] = OrderedDict()
        self._summaries: dict[int, PaperSummary] = {}
        self._rows: dict[int, int] = {}
        self._index = {group.key: index for index, group in enumerate(groups)}

    def bare(self) -> DayFeed:
        """The same rows without any page: for another thread to look at."""
        return DayFeed(self.groups, self.order)

    # Rows and places -------------------------------------------------------------------------------------------

    @property
    def rows(self) -> int:
        """How many rows there are, headers too."""
        return self._starts[-1]

    @property
    def papers(self) -> int:
        """How many papers there are."""
        return self._starts[-1] - len(self.groups)

    @property
    def size(self) -> tuple[int, bool]:
        """How many papers are found, and whether there may be more than so many."""
        return self.papers, False

    def goes_on(self, step: int) -> bool:
        """Whether more papers are there than the feed has, below (`step` 1) or above it (-1)."""
        return False

    def is_cut(self, index: int) -> bool:
        """Whether a group may have more papers than the feed has of it."""
        return False

    def place(self, row: int) -> Place:
        """Where a row is."""
        index = bisect_right(self._starts, row) - 1
        return Place(index, row - self._starts[index] - 1)

    def row(self, index: int, position: int) -> int:
        """The row of a place."""
        return self._starts[index] + 1 + position

    def index_of(self, group_key: int) -> int | None:
        """The group's place among the groups."""
        return self._index.get(group_key)

    def row_of_place(self, group_key: int, position: int) -> int | None:
        """The row of a paper that the library says stands there."""
        index = self._index.get(group_key)
        return None if index is None else self.row(index, min(position, self.groups[index].total - 1))

    def step(self, row: int, papers: int) -> int:
        """The row of the paper so many papers on, or the first or last there is."""
        index, position = self.place(row)
        ordinal = row - index - 1 + papers if position >= 0 else row - index + (papers - 1 if papers > 0 else papers)
        return self._row_of_ordinal(max(0, min(self.papers - 1, ordinal)))

    def nearest(self, row: int) -> int:
        """The row itself if it is a paper's, else that of the paper below its header."""
        row = max(1, min(self.rows - 1, row))
        return row + 1 if self.place(row).position < 0 else row

    def next_group(self, row: int, step: int) -> int:
        """The first paper of the next group; going back, of this group, or from there of the one before."""
        index, position = self.place(row)
        if step > 0:
            index = min(index + 1, len(self.groups) - 1)
        elif position <= 0:
            index = max(0, index - 1)
        return self.row(index, 0)

    def _row_of_ordinal(self, ordinal: int) -> int:
        low, high = 0, len(self.groups) - 1
        while low < high:
            middle = (low + high + 1) // 2
            if self._starts[middle] - middle <= ordinal:
                low = middle
            else:
                high = middle - 1
        return ordinal + low + 1

    # Keys and summaries --------------------------------------------------------------------------------------------

    def key(self, row: int) -> int | None:
        """The key of a row's paper, if its page is here."""
        return self._key(*self.place(row))

    def _key(self, index: int, position: int) -> int | None:
        if position < 0:
            return None
        keys = self._pages.get((index, position // PAGE))
        return keys[position % PAGE] if keys and position % PAGE < len(keys) else None

    def summary(self, row: int) -> PaperSummary | None:
        """The summary of a row's paper, if its page is here."""
        key = self.key(row)
        return None if key is None else self._summaries.get(key)

    def summary_of(self, key: int) -> PaperSummary | None:
        """The summary of a paper, if it is here."""
        return self._summaries.get(key)

    def row_of(self, key: int) -> int | None:
        """The row of a paper, if its page is here."""
        return self._rows.get(key)

    def gone(self, row: int) -> bool:
        """Whether the row's page is here and its paper is not: it left the library."""
        return self._gone(*self.place(row))

    def _gone(self, index: int, position: int) -> bool:
        return (index, position // PAGE) in self._pages and self._key(index, position) not in self._summaries

    def keys_of_group(self, index: int) -> tuple[int, ...] | None:
        """All keys of a group, if they are known."""
        pages = [self._pages.get((index, number)) for number in range(_pages(self.groups[index].total))]
        return None if None in pages else tuple(key for page in pages for key in page or ())

    def requests(self, first: int, last: int) -> tuple[PageRequest, ...]:
        """The pages that rows `first` to `last` (both included) need and that are not here."""
        if not self.groups:
            return ()
        first, last = max(0, first), min(self.rows - 1, last)
        requests: list[PageRequest | None] = []
        start, end = self.place(first), self.place(last)
        for index in range(start.group, end.group + 1):
            total = self.groups[index].total
            low = max(0, start.position) if index == start.group else 0
            high = end.position if index == end.group else total - 1
            numbers = range(low // PAGE, min(high, total - 1) // PAGE + 1 if high >= 0 else 0)
            requests += [self._request(index, number) for number in numbers]
        return tuple(request for request in requests if request is not None)

    def _request(self, index: int, number: int) -> PageRequest | None:
        """How to ask for a page; None: it is here, and will stay a while."""
        if (index, number) in self._pages:
            self._pages.move_to_end((index, number))
            return None
        group, offset = self.groups[index], number * PAGE
        return PageRequest(index, group.key, offset, min(PAGE, group.total - offset), None, self.order)

    def put(self, page: Page) -> None:
        """Takes a page that was fetched for this feed, and lets the oldest go when there are many."""
        request = page.request
        self._pages[request.group, request.offset // PAGE] = page.keys
        self._summaries.update(page.summaries)
        first = self.row(request.group, request.offset)
        for place, key in enumerate(page.keys):
            self._rows[key] = first + place
        while len(self._rows) > PAPERS_KEPT:
            for key in self._pages.popitem(last=False)[1]:
                self._summaries.pop(key, None)
                self._rows.pop(key, None)

    # What the reader did ---------------------------------------------------------------------------------------

    def apply(self, changes: Iterable[Changed]) -> bool:
        """Takes changes of marks: summaries and the groups' counts follow. False if the feed must be looked at again:
        counts hang on papers that are not here, or a muted paper that is kept comes out of its section."""
        certain = True
        for key, before, after in changes:
            if (summary := self._summaries.get(key)) is None:
                certain = certain and (before.read, before.shortlisted) == (after.read, after.shortlisted)
                continue
            self._summaries[key] = summary._replace(marks=after)
            shown = summary.marks  # what is counted: a change that was known already counts no more
            unread, shortlisted = shown.read - after.read, after.shortlisted - shown.shortlisted
            if unread or shortlisted:
                self._count(summary.group, unread, shortlisted)
            certain = certain and not (shortlisted > 0 and self._leaves_section(key))
        return certain

    def _leaves_section(self, key: int) -> bool:
        """Whether a paper that is kept now stands elsewhere for that."""
        return self.section_of(key) == "muted"

    def rate(self, summaries: Iterable[PaperSummary]) -> bool:
        """Takes the interest of papers that are here; whether that of any changed. No row moves."""
        changed = False
        for new in summaries:
            old = self._summaries.get(new.key)
            if old is not None and (old.interest, old.by_kept_author) != (new.interest, new.by_kept_author):
                self._summaries[new.key] = old._replace(interest=new.interest, by_kept_author=new.by_kept_author)
                changed = True
        return changed

    def place_of_group(self, key: int) -> int | None:
        """Where the group of a paper stands among the groups, if the paper is here."""
        summary = self._summaries.get(key)
        return None if summary is None else self._index.get(summary.group)

    def section_of(self, key: int) -> str:
        """The section that a paper stands in ("replaced", "muted"); "" for the day itself, or a paper not here."""
        index = self.place_of_group(key)
        return "" if index is None else self.groups[index].section

    def _count(self, group_key: int, unread: int, shortlisted: int) -> None:
        index = self._index.get(group_key, self._index.get(SORTED))
        if index is not None:
            group = self.groups[index]
            unread = 0 if group.section else unread
            self.groups[index] = replace(
                group, unread=max(0, group.unread + unread), shortlisted=max(0, group.shortlisted + shortlisted)
            )

    def next_unread(self, row: int, step: int, reads: Mapping[int, bool] | None = None) -> Unread:
        """The next row down (step 1) or up (-1) whose paper is unread, as far as the pages here can tell.

        `reads` says of papers whose marks are on their way whether they will be read.
        """
        reads = reads or {}
        uncounted = False in reads.values()  # papers that the groups do not count as unread yet
        if not self.groups:
            return Unread(None, not self.goes_on(step))
        index, position = self.place(row)
        position += step
        while 0 <= index < len(self.groups):
            group = self.groups[index]
            while (group.unread or uncounted) and 0 <= position < group.total:
                key = self._key(index, position)
                summary = None if key is None else self._summaries.get(key)
                if summary is None and not self._gone(index, position):
                    return Unread(None, False)
                if summary is not None and not reads.get(summary.key, summary.marks.read):
                    return Unread(self.row(index, position), True)
                position += step
            index += step
            if 0 <= index < len(self.groups):
                position = 0 if step > 0 else self.groups[index].total - 1
        return Unread(None, not self.goes_on(step))


def _pages(total: int) -> int:
    return (total + PAGE - 1) // PAGE
