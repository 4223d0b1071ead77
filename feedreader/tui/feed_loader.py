"""Questions to the library whose answers fill the feed, asked on the thread `db_read`. No widget is touched here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from feedreader.errors import LibraryError
from feedreader.library import Library
from feedreader.model import BY_INTEREST, BY_SOURCE, SORTED, Group, Paper, PaperSummary, Query
from feedreader.view.day_feed import DayFeed, Page, PageRequest, merged

if TYPE_CHECKING:
    from datetime import date

ARRIVALS_COUNTED = 20_000  # papers at the most
_CHUNK = 500


class FeedRequest(NamedTuple):
    """What the list should show: a query, and the paper that the cursor is to stay on.

    `row` is where the cursor was; it counts if the paper is gone. `reach` is how many rows around to fetch.
    `keep` is the feed on the screen (`DayFeed.bare`) when it is to be brought up to date: then its rows stay.
    `expand` shows the sections at the days' ends. `back` is a paper to lead the cursor to if it is there.
    `top` puts the cursor on the first paper, `day_top` on the first of the day where it would be.
    """

    query: Query
    key: int | None = None
    row: int = 0
    reach: int = 60
    keep: DayFeed | None = None
    expand: bool = False
    back: int | None = None
    top: bool = False
    day_top: bool = False


class LoadedFeed(NamedTuple):
    """A feed, the row for the cursor (None: there are no papers), the library's counts, and the paper to show.

    `highest` is the highest key of a paper: those that come later have higher ones. `missing` is what an order by
    interest lacks, in words.
    """

    feed: DayFeed
    row: int | None
    counts: tuple[int, int, int]
    papers: Mapping[int, Paper | None]
    request: FeedRequest
    highest: int
    missing: str = ""


class Arrived(NamedTuple):
    """Groups that papers came into, `total` telling how many and all else left out, and the highest key of a paper."""

    groups: Sequence[Group]
    highest: int


class Target(NamedTuple):
    """A row to go to, and the pages around it."""

    row: int
    pages: Sequence[Page]


def load_feed(library: Library, request: FeedRequest) -> LoadedFeed:
    """Run the query and find the cursor's place in what it gives."""
    highest = library.papers.highest()  # before the feed: what comes meanwhile is new to it
    if request.query.everything:
        feed = DayFeed(library.papers.groups(request.query, expand=request.expand), order=request.query.sort)
    elif request.keep is not None and request.keep.snapshot is not None:
        feed = _brought_up_to_date(library, request.query, request.keep.groups, request.keep.snapshot)
    else:
        matches = library.papers.matches(request.query)
        feed = _snapshot_feed(library, request.query, matches)
    row = None
    papers: dict[int, Paper | None] = {}
    for target in (request.key,) if request.back is None else (request.back, request.key):
        if not feed.papers:
            break
        row = _row_for(library, feed, request._replace(key=target))
        row = feed.row(feed.place(row).group, 0) if request.day_top else row
        for page in load_pages(library, feed.requests(row - request.reach, row + request.reach)):
            feed.put(page)
        key = feed.key(row)
        if key is not None and (request.back is None or key == target or target == request.key):
            papers[key] = library.papers.get(key)
            break
    return LoadedFeed(feed, row, library.papers.counts(), papers, request, highest)


def load_scored(library: Library, request: FeedRequest) -> LoadedFeed:
    """The same, after what the query asks for by interest was scored and, unless rows are to stay, ordered."""
    if request.query.everything and request.query.sort != BY_INTEREST:
        return load_feed(library, request)
    from feedreader.services import interest  # not needed to show the whole feed

    if not interest.uses_interest(request.query):
        return load_feed(library, request)
    missing = ""
    with suppress(LibraryError):  # where nothing can be written, as it was scored last
        missing = interest.missing(library)
        interest.prepare(library, request.query, in_order=request.keep is None)
    if missing:
        request = request._replace(day_top=False)
    return load_feed(library, request)._replace(missing=missing)


def arrived(library: Library, after: int, seen: Mapping[int, int], top: tuple[int, int] | None, order: str) -> Arrived:
    """Unread papers with a higher key than `after`, and than `seen` says for their group; of the group at the `top`
    only those before its position there, in this order."""
    keys: dict[int, list[int]] = {}
    groups = {}
    found, highest = library.papers.arrived(after, ARRIVALS_COUNTED)
    for key, group in found:
        groups[group.key] = group
        if key > seen.get(group.key, 0):
            keys.setdefault(group.key, []).append(key)
    if top is not None and top[0] in keys:
        above = set(library.papers.keys(top[0], 0, min(top[1], ARRIVALS_COUNTED), order))
        keys[top[0]] = [key for key in keys[top[0]] if key in above]
    return Arrived([replace(group, total=len(keys.get(group.key, ()))) for group in groups.values()], highest)


def load_pages(library: Library, requests: Iterable[PageRequest]) -> list[Page]:
    """The pages a feed asks for."""
    keyed = [
        (each, library.papers.keys(each.key, each.offset, each.limit, each.order) if each.keys is None else each.keys)
        for each in requests
    ]
    summaries = library.papers.summaries([key for _, keys in keyed for key in keys])
    return [Page(request, keys, {key: summaries[key] for key in keys if key in summaries}) for request, keys in keyed]


def load_papers(library: Library, keys: Iterable[int]) -> dict[int, Paper | None]:
    """Whole papers; None for those that are gone."""
    return {key: library.papers.get(key) for key in keys}


def keys_of_group(library: Library, group: int) -> tuple[int, ...]:
    """All papers of a group of the whole feed."""
    keys: list[int] = []
    while chunk := library.papers.keys(group, len(keys), _CHUNK):
        keys += chunk
    return tuple(keys)


class FoundUnread(NamedTuple):
    """Unread papers of a feed, and whether they are all of one day."""

    keys: Sequence[int]
    one_day: bool


def unread_above(library: Library, feed: DayFeed, row: int) -> FoundUnread:
    """The unread papers above a row of a (bare) feed, without those of sections."""
    index, position = feed.place(row)
    whole = [number for number in range(index) if not feed.groups[number].section]
    keys = _unread_of(library, feed, whole)
    if position > 0 and not feed.groups[index].section:
        pages = load_pages(library, feed.requests(feed.row(index, 0), feed.row(index, position - 1)))
        above = [key for page in pages for key in page.keys][:position]
        keys += library.papers.unread(keys=above)
        whole.append(index)
    days = {feed.groups[number].day for number in whole if feed.groups[number].unread}
    return FoundUnread(keys, len(days) == 1 and None not in days)


def unread_before(library: Library, feed: DayFeed, day: date) -> FoundUnread:
    """The unread papers of a (bare) feed from before a day, without those of sections."""
    older = [number for number, group in enumerate(feed.groups) if not group.section and group.day and group.day < day]
    keys = _unread_of(library, feed, older)
    if feed.snapshot is not None and (index := feed.index_of(SORTED)) is not None:
        keys += library.papers.unread(keys=feed.snapshot[index], before=day)
    return FoundUnread(keys, one_day=False)


def _unread_of(library: Library, feed: DayFeed, indexes: Sequence[int]) -> list[int]:
    """The unread papers of whole groups, given by their places."""
    unread = [index for index in indexes if feed.groups[index].unread]
    if feed.snapshot is None:
        return library.papers.unread(groups=[feed.groups[index].key for index in unread])
    return library.papers.unread(keys=[key for index in unread for key in feed.snapshot[index]])


def find_unread(library: Library, feed: DayFeed, row: int, key: int, step: int, reach: int = 60) -> Target | None:
    """The next unread paper of a (bare) feed from a row and its paper on, whatever pages are at hand."""
    if feed.snapshot is not None:
        next_row = _unread_in_snapshot(library, feed, row, step)
    else:
        unread = library.papers.next_unread(key, step, feed.order)
        place = None if unread is None else library.papers.place(unread, feed.order)
        next_row = None if place is None else feed.row_of_place(*place)
    if next_row is None:
        return None
    return Target(next_row, load_pages(library, feed.requests(next_row - reach, next_row + reach)))


def _unread_in_snapshot(library: Library, feed: DayFeed, row: int, step: int) -> int | None:
    index, position = feed.place(row)
    ahead: Iterable[int] = range(position + step, -1 if step < 0 else feed.groups[index].total, step)
    while True:
        places = list(ahead) if feed.groups[index].unread else []
        keys = (feed.snapshot or ())[index]
        for start in range(0, len(places), _CHUNK):
            chunk = places[start : start + _CHUNK]
            summaries = library.papers.summaries([keys[place] for place in chunk])
            for place in chunk:
                summary = summaries.get(keys[place])
                if summary is not None and not summary.marks.read:
                    return feed.row(index, place)
        index += step
        if not 0 <= index < len(feed.groups):
            return None
        ahead = range(feed.groups[index].total)[::step]


def _row_for(library: Library, feed: DayFeed, request: FeedRequest) -> int:
    """The row of the cursor's paper; where it is not in the feed, of the one nearest to it."""
    place = None if request.key is None else library.papers.place(request.key, feed.order)
    if request.top or request.key is None or place is None:
        return feed.nearest(0 if request.top else request.row)
    if (index := feed.index_of(SORTED)) is not None:
        keys = (feed.snapshot or ((),))[index]
        return feed.row(index, list(keys).index(request.key)) if request.key in keys else feed.nearest(request.row)
    group, position = place
    index = feed.index_of(group)
    if index is None and (expanded := library.papers.expanded_place(request.key, feed.order)) is not None:
        index = feed.index_of(expanded[0])  # it was collapsed: to the one that comes next
        position = expanded[1]
    if index is None:
        return _row_beside(library, feed, group)
    if feed.snapshot is None:
        return feed.row(index, min(position, feed.groups[index].total - 1))
    rows = {key: feed.row(index, place) for place, key in enumerate(feed.snapshot[index])}
    if request.key in rows:
        return rows[request.key]
    while behind := library.papers.keys(group, position + 1, _CHUNK, feed.order):
        for key in behind:
            if key in rows:
                return rows[key]
        position += len(behind)
    return feed.row(index, feed.groups[index].total - 1)


def _row_beside(library: Library, feed: DayFeed, group: int) -> int:
    """The first paper behind a group that the feed does not have, or the last one."""
    behind = False
    for other in library.papers.groups(Query()):
        if behind and (index := feed.index_of(other.key)) is not None:
            return feed.row(index, 0)
        behind = behind or other.key == group
    return feed.rows - 1


def _brought_up_to_date(
    library: Library, query: Query, shown: Sequence[Group], snapshot: Sequence[Sequence[int]]
) -> DayFeed:
    """The query's feed of now, with the rows that no longer match left where they are."""
    now = {group.key: (group, keys) for group, keys in library.papers.matches(query)}
    before = {group.key: (group, keys) for group, keys in zip(shown, snapshot, strict=True)}
    matching = {key for _, keys in now.values() for key in keys}
    left = {group: [key for key in keys if key not in matching] for group, (_, keys) in before.items()}
    summaries = library.papers.summaries([key for keys in left.values() for key in keys])
    groups = {group.key: group for group, _ in (*before.values(), *now.values())}.values()
    together = []
    for group in sorted(groups, key=Group.feed_order):
        stay = [summaries[key] for key in left.get(group.key, ()) if key in summaries]
        stay = [summary for summary in stay if group.key in (summary.group, SORTED)]
        fresh, fresh_keys = now.get(group.key, (replace(group, unread=0, shortlisted=0, highlighted=0), ()))
        keys = merged(before.get(group.key, (group, ()))[1], fresh_keys, (summary.key for summary in stay))
        if keys:
            together.append((_with(fresh, stay, len(keys)), keys))
    return _snapshot_feed(library, query, together)


def _snapshot_feed(library: Library, query: Query, found: Sequence[tuple[Group, Sequence[int]]]) -> DayFeed:
    groups, keys = [group for group, _ in found], [keys for _, keys in found]
    return DayFeed(groups, keys, _days(library, query), query.sort if query.by_day else BY_SOURCE)


def _with(group: Group, summaries: Sequence[PaperSummary], total: int) -> Group:
    """A group with the counts of these papers, too."""
    return replace(
        group,
        total=total,
        unread=group.unread + sum(not summary.marks.read for summary in summaries),
        shortlisted=group.shortlisted + sum(summary.marks.shortlisted for summary in summaries),
        highlighted=group.highlighted + sum(summary.highlighted for summary in summaries),
    )


def _days(library: Library, query: Query) -> Mapping[int, str]:
    """The days of all groups, to be shown beside papers that do not stand under them."""
    if query.by_day:
        return {}
    return {group.key: group.day.isoformat() for group in library.papers.groups(Query()) if group.day}


def subscription_status(library: Library, backfill: str, refresh: str) -> Sequence[str]:
    """The status of the subscriptions for the top line, in longer and shorter words, with the keys that help."""
    subscribed = library.subscriptions.all()
    if not subscribed:
        return ()
    from feedreader.view.subscriptions import top_line

    return top_line(subscribed, library.now(), backfill, refresh)
