"""Questions to the library whose answers fill the feed, asked on the thread `db_read`. No widget is touched here."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from time import monotonic
from typing import NamedTuple

from feedreader.errors import LibraryError
from feedreader.library import Library
from feedreader.library.windows import END, Cursor, Window
from feedreader.model import BY_INTEREST, BY_SOURCE, SORTED, Group, Paper, Query
from feedreader.view.day_feed import DayFeed, Page, PageRequest
from feedreader.view.run import Run, brought_up_to_date

ARRIVALS_COUNTED = 20_000  # papers at the most
_CHUNK = 500


class Windows(NamedTuple):
    """How much of what a query finds is looked up at once, in papers: for the first rows at the most, behind them to
    begin with and at the most, in all unless the list is scrolled further; and for the cursor's paper to be among them
    in an order that is not by day. And the seconds that the first rows may take, and a step behind them; those without
    anything typed before that begins; and those for looking at all again that is there."""

    first: int = 400
    window: int = 200
    most: int = 5_000
    loaded: int = 20_000
    near: int = 2_000
    patience: float = 0.25
    slice: float = 0.03
    again: float = 1.0
    pause: float = 0.3


WINDOWS = Windows()


class FeedRequest(NamedTuple):
    """What the list should show: a query, and the paper that the cursor is to stay on.

    `row` is where the cursor was; it counts if the paper is gone. `reach` is how many rows around to fetch.
    `keep` is the feed on the screen (`DayFeed.bare`) when it is to be brought up to date: then its rows stay.
    `expand` shows the sections at the days' ends. `back` is a paper to lead the cursor to if it is there.
    `top` puts the cursor on the first paper, `bottom` on the last, `day_top` on the first of the day where it would be.
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
    bottom: bool = False


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


def load_feed(library: Library, request: FeedRequest) -> LoadedFeed:
    """Run the query and find the cursor's place in what it gives."""
    highest = library.papers.highest()  # before the feed: what comes meanwhile is new to it
    if request.query.everything:
        feed = DayFeed(library.papers.groups(request.query, expand=request.expand), order=request.query.sort)
    elif isinstance(request.keep, Run):
        feed = _looked_at_again(library, request.query, request.keep)
    else:
        feed = _first_rows(library, request)
    row = None
    papers: dict[int, Paper | None] = {}
    for target in (request.key,) if request.back is None else (request.back, request.key):
        if not feed.papers:
            break
        if target is not None and target == request.back:
            feed = _with_paper(library, request, feed, target)
        row = _row_for(library, feed, request._replace(key=target))
        row = feed.row(feed.place(row).group, 0) if request.day_top else row
        for page in load_pages(library, feed.requests(row - request.reach, row + request.reach)):
            feed.put(page)
        key = feed.key(row)
        if key is not None and (request.back is None or key == target or target == request.key):
            papers[key] = library.papers.get(key)
            break
    return LoadedFeed(feed, row, library.papers.counts(), papers, request, highest)


def _with_paper(library: Library, request: FeedRequest, feed: DayFeed, key: int) -> DayFeed:
    """The feed; or another part of what the query finds, if only that has a paper."""
    if not isinstance(feed, Run) or feed.is_whole or feed.find(key) is not None:
        return feed
    around = run_with(library, request.query, key, request.reach)
    return feed if around.find(key) is None else around


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


def keys_of_group(library: Library, group: int) -> array[int]:
    """All papers of a group of the whole feed."""
    keys = array("q")
    while chunk := library.papers.keys(group, len(keys), _CHUNK):
        keys.extend(chunk)
    return keys


def _row_for(library: Library, feed: DayFeed, request: FeedRequest) -> int:
    """The row of the cursor's paper; where it is not in the feed, of the one nearest to it."""
    if request.bottom or request.top:
        return feed.nearest(feed.rows - 1 if request.bottom else 0)
    row = feed.find(request.key) if isinstance(feed, Run) and request.key is not None else None
    place = None if request.key is None else library.papers.place(request.key, feed.order)
    if row is not None:
        return row
    if request.key is None or place is None or feed.index_of(SORTED) is not None:
        return feed.nearest(request.row)
    group, position = place
    index = feed.index_of(group)
    if index is None and (expanded := library.papers.expanded_place(request.key, feed.order)) is not None:
        index = feed.index_of(expanded[0])  # it was collapsed: to the one that comes next
        position = expanded[1]
    if index is None:
        return _row_beside(library, feed, group)
    if not isinstance(feed, Run):
        return feed.row(index, min(position, feed.groups[index].total - 1))
    rows = {key: feed.row(index, place) for place, key in enumerate(feed.keys[index])}
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


# Runs ----------------------------------------------------------------------------------------------------------------


def _run(query: Query, window: Window) -> Run:
    order = query.sort if query.by_day else BY_SOURCE
    return Run(window.found, window.before, window.after, order, by_day=query.by_day)


def _first_rows(library: Library, request: FeedRequest) -> Run:
    query, most = request.query, min(request.reach, WINDOWS.first)
    if request.bottom:
        return _run(query, library.papers.window(query, before=END, most=most, seconds=WINDOWS.patience))
    run = _run(query, library.papers.window(query, most=most, seconds=WINDOWS.patience))
    key = request.key if request.back is None else request.back
    if key is None or request.top or run.is_whole or run.find(key) is not None:
        return run
    return run_with(library, query, key, most, run, WINDOWS.patience)


def run_with(
    library: Library, query: Query, key: int, most: int, begun: Run | None = None, seconds: float | None = None
) -> Run:
    """A run with the place of a paper in it, and about `most` papers around it. `begun` is what is there of it already,
    from the first paper on. In an order that is not by day, a place far from the first paper is not reached; nor is
    one that takes longer than so many seconds a window."""
    cursor = library.papers.cursor_at(query, key)
    place = None if cursor is None else library.papers.place(key)
    if cursor is not None:
        run = run_from(library, query, cursor, most, seconds)
    else:
        run = begun or _run(query, library.papers.window(query, most=most, seconds=seconds))

    def is_there() -> bool:
        passed = place is not None and run.groups and run.groups[-1].key != place[0]
        return bool(passed) or run.find(key) is not None

    extend(library, query, run, is_there, WINDOWS.loaded if query.by_day else WINDOWS.near, seconds)
    return run


def run_from(library: Library, query: Query, cursor: Cursor, most: int, seconds: float | None = None) -> Run:
    """A run around a place: as many papers below it, half as many above."""
    run = _run(query, library.papers.window(query, after=cursor, most=most, seconds=seconds))
    above = library.papers.window(query, before=cursor, most=most if not run.papers else most // 2, seconds=seconds)
    run.prepend(above.found, above.before)
    return run


def extend(
    library: Library,
    query: Query,
    run: Run,
    is_enough: Callable[[], bool],
    papers: int,
    seconds: float | None = None,
) -> None:
    """Let a run go on until it is enough, by so many papers at the most; or until a window finds none in so many
    seconds."""
    most, end = WINDOWS.window, run.papers + papers
    while isinstance(run.after, Cursor) and not is_enough() and run.papers < end:
        window = library.papers.window(query, after=run.after, most=most, seconds=seconds)
        run.extend(window.found, window.after)
        if not window.papers:
            break
        most = min(2 * most, WINDOWS.most)


def _looked_at_again(library: Library, query: Query, shown: Run) -> Run:
    """The range of a run as it is now, with the rows that no longer match left where they are."""
    now = _range_by_day(library, query, shown) if query.by_day else _range_sorted(library, query, shown)
    if now is None:  # it takes too long: what is shown stays, and what came is found when the query is run again
        now = Run((), shown.before, shown.after, shown.order, by_day=shown.by_day)
    left = {key for keys in shown.keys for key in keys}
    for keys in now.keys:
        left.difference_update(keys)
    return brought_up_to_date(shown, now, library.papers.summaries(list(left)))


def _range_by_day(library: Library, query: Query, shown: Run) -> Run | None:
    """What there is now up to where a run ends, from the first day that it has; None: that takes too long."""
    now = Run(after=shown.after, order=shown.order)
    first = shown.groups[0].feed_order() if shown.groups and shown.before is not None else None
    cursor: object = shown.after or END
    end = monotonic() + WINDOWS.again
    while isinstance(cursor, Cursor) and (first is None or not now.groups or now.groups[0].feed_order() >= first):
        window = library.papers.window(query, before=cursor, most=WINDOWS.most, seconds=WINDOWS.patience)
        now.prepend(window.found, window.before)
        cursor = window.before
        if monotonic() > end and cursor is not None:
            return None
    return now


def _range_sorted(library: Library, query: Query, shown: Run) -> Run | None:
    """The same where there is no way but from the first paper on: until the last one comes that the run has; or when
    there are as many, and then none of its papers."""
    known = {key for keys in shown.keys for key in keys}
    last = shown.keys[-1][-1] if shown.groups else None

    def is_enough(window: Window) -> bool:
        found = {key for _, keys in window.found for key in keys}
        return shown.after is not None and (last in found or (now.papers >= shown.papers and not known & found))

    end = monotonic() + WINDOWS.again
    window = library.papers.window(query, most=WINDOWS.most, seconds=WINDOWS.patience)
    now = _run(query, window)
    while isinstance(now.after, Cursor) and not is_enough(window):
        if monotonic() > end:
            return None
        window = library.papers.window(query, after=now.after, most=WINDOWS.most, seconds=WINDOWS.patience)
        now.extend(window.found, window.after)
    return now


def subscription_status(library: Library, backfill: str, refresh: str) -> Sequence[str]:
    """The status of the subscriptions for the top line, in longer and shorter words, with the keys that help."""
    subscribed = library.subscriptions.all()
    if not subscribed:
        return ()
    from feedreader.view.subscriptions import top_line

    return top_line(subscribed, library.now(), backfill, refresh)
