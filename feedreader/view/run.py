"""The feed of a query: a run of what it finds, of which more may be there above and below. Pure.

A run knows the keys of its papers as they were when its windows were looked up. So rows stay where they are while their
papers change, until the query is run again. It grows at both ends, window by window; a group that a window's end cuts
goes on with the next. Summaries are held by paper, those that were wanted last.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate

from feedreader.model import BY_SOURCE, SORTED, Group, PaperSummary
from feedreader.view.day_feed import PAGE, PAPERS_KEPT, DayFeed, Page, PageRequest

Found = Iterable[tuple[Group, Sequence[int]]]  # groups, each with the keys of its papers, in feed order


class Run(DayFeed):
    """`before` and `after` say where what a query finds goes on, in the library's terms; None: nowhere.

    `total` is how many papers the query finds, as far as they were counted; `counted`: that these are all.
    """

    def __init__(
        self,
        found: Found = (),
        before: object = None,
        after: object = None,
        order: str = BY_SOURCE,
        *,
        by_day: bool = True,
    ) -> None:
        pairs = list(found)
        super().__init__([group for group, _ in pairs], order)
        self.keys = [array("q", keys) for _, keys in pairs]
        self.before, self.after = before, after
        self.by_day = by_day
        self.total, self.counted = 0, False
        self._ahead: dict[int, int] = {}  # by group, how many of its papers came above the first ones
        self._held: OrderedDict[int, tuple[int, int]] = OrderedDict()  # by paper: group, place from its first ones on

    def bare(self) -> Run:
        """The same rows without any summary: for another thread to look at, and to let it grow."""
        bare = Run(zip(self.groups, self.keys, strict=True), self.before, self.after, self.order, by_day=self.by_day)
        bare.total, bare.counted, bare.above = self.total, self.counted, self.above
        return bare

    # Growing ---------------------------------------------------------------------------------------------------

    def goes_on(self, step: int) -> bool:
        return (self.after if step > 0 else self.before) is not None

    def is_cut(self, index: int) -> bool:
        return (index == 0 and self.before is not None) or (index == len(self.groups) - 1 and self.after is not None)

    @property
    def is_whole(self) -> bool:
        """Whether nothing more is there."""
        return self.before is None and self.after is None

    @property
    def size(self) -> tuple[int, bool]:
        if self.is_whole:
            return self.papers, False
        return max(self.papers, self.total), not self.counted

    def extend(self, found: Found, after: object) -> int:
        """Take a window from `self.after` on, which moves no row. Takes as long as the window is."""
        self.after = after
        for group, keys in found:
            index = self._index.get(group.key)
            if index is None:
                self._index[group.key] = len(self.groups)
                self.groups.append(group)
                self.keys.append(array("q", keys))
                self._starts.append(self._starts[-1] + 1 + len(keys))
            elif index == len(self.groups) - 1:
                self.groups[index] = self.groups[index].joined(group)
                self.keys[index].extend(keys)
                self._starts[-1] += len(keys)
        return 0

    def prepend(self, found: Found, before: object) -> int:
        """Take a window up to `self.before`; by how many rows papers move down for that."""
        self.before = before
        rows = self.rows
        pairs = [(group, array("q", keys)) for group, keys in found]
        if pairs and self.groups and pairs[-1][0].key == self.groups[0].key:
            group, keys = pairs.pop()
            self.groups[0] = self.groups[0].joined(group)
            self.keys[0][:0] = keys
            self._ahead[group.key] = self._ahead.get(group.key, 0) + len(keys)
        pairs = [pair for pair in pairs if pair[0].key not in self._index]
        self.groups[:0] = [group for group, _ in pairs]
        self.keys[:0] = [keys for _, keys in pairs]
        self._starts = list(accumulate((1 + group.total for group in self.groups), initial=0))
        self._index = {group.key: index for index, group in enumerate(self.groups)}
        self.above += self.rows - rows
        return self.rows - rows

    # Keys and summaries --------------------------------------------------------------------------------------------

    def find(self, key: int) -> int | None:
        """The row of a paper, whether its page is here or not."""
        for index, keys in enumerate(self.keys):
            if key in keys:
                return self.row(index, keys.index(key))
        return None

    def _key(self, index: int, position: int) -> int | None:
        return None if position < 0 else self.keys[index][position]

    def keys_of_group(self, index: int) -> tuple[int, ...] | None:
        return tuple(self.keys[index])

    def row_of(self, key: int) -> int | None:
        group, position = self._held.get(key, (None, 0))
        return None if group is None else self.row(self._index[group], position + self._ahead.get(group, 0))

    def _gone(self, index: int, position: int) -> bool:
        key = self._key(index, position)
        return key in self._held and key not in self._summaries

    def _request(self, index: int, number: int) -> PageRequest | None:
        group = self.groups[index]
        keys = tuple(self.keys[index][number * PAGE : (number + 1) * PAGE])
        lacking = False
        for key in keys:
            if key in self._held:
                self._held.move_to_end(key)
            else:
                lacking = True
        offset = number * PAGE - self._ahead.get(group.key, 0)
        return PageRequest(0, group.key, offset, len(keys), keys, self.order) if lacking else None

    def put(self, page: Page) -> None:
        for position, key in enumerate(page.keys, page.request.offset):
            self._held[key] = page.request.key, position
            self._held.move_to_end(key)
        self._summaries.update(page.summaries)
        while len(self._held) > PAPERS_KEPT:
            self._summaries.pop(self._held.popitem(last=False)[0], None)

    def _leaves_section(self, key: int) -> bool:
        return False


def brought_up_to_date(old: Run, now: Run, left: Mapping[int, PaperSummary]) -> Run:
    """The rows of `old`, with what `now` has in their range. `left` are the papers of `old` that `now` does not have;
    those that still stand in their groups stay where they are, though the query finds them no longer."""
    before = dict(zip((group.key for group in old.groups), old.keys, strict=True))
    fresh = dict(zip((group.key for group in now.groups), now.keys, strict=True))
    groups = {group.key: group for group in (*old.groups, *now.groups)}
    together = []
    for group in sorted(groups.values(), key=Group.feed_order):
        stay = [left[key] for key in before.get(group.key, ()) if key in left]
        stay = [summary for summary in stay if group.key in (summary.group, SORTED)]
        counts = group if group.key in fresh else replace(group, unread=0, shortlisted=0, highlighted=0)
        keys = merged(before.get(group.key, ()), fresh.get(group.key, ()), [summary.key for summary in stay])
        if keys:
            together.append((_with(counts, stay, len(keys)), keys))
    run = Run(together, now.before, now.after, now.order, by_day=now.by_day)
    run.total, run.counted = old.total, old.counted
    return run


def _with(group: Group, summaries: Sequence[PaperSummary], total: int) -> Group:
    """A group with the counts of these papers, too."""
    return replace(
        group,
        total=total,
        unread=group.unread + sum(not summary.marks.read for summary in summaries),
        shortlisted=group.shortlisted + sum(summary.marks.shortlisted for summary in summaries),
        highlighted=group.highlighted + sum(summary.highlighted for summary in summaries),
    )


def merged(old: Sequence[int], new: Sequence[int], stays: Iterable[int]) -> Sequence[int]:
    """A group's keys brought up to date: `old` in its order without what neither is in `new` nor `stays`,
    and what `new` adds, each behind the one it follows there."""
    if not old:
        return new
    known, keep = set(old), set(stays)
    keep.update(new)
    added: dict[int | None, list[int]] = {}
    before = None
    for key in new:
        if key in known:
            before = key
        else:
            added.setdefault(before, []).append(key)
    result = list(added.get(None, ()))
    for key in old:
        if key in keep:
            result.append(key)
        result += added.get(key, ())
    return result
