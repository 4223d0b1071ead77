"""Where the papers are that a key asks for: in what the list has of a query, or beyond. Asked on the thread `db_look`.

What the list does not have is looked up with the query that also says `is:unread`, window by window; nothing but its
keys is taken from there. A paper found beyond is shown in a run of its own, around it.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain
from time import sleep
from typing import NamedTuple

from feedreader.library import Library
from feedreader.library.windows import START, Cursor
from feedreader.model import Group, Query, Term
from feedreader.tui import feed_loader
from feedreader.tui.feed_loader import load_pages, run_from, run_with
from feedreader.view.day_feed import DayFeed, Page
from feedreader.view.run import Run

_CHUNK = 500
_REACH = 60  # rows around a place to go to
_TURN = 0.001  # seconds after each window, for what waits for the library

IsWanted = Callable[[], bool]  # whether the answer is still awaited; where not, what there is of it is given


def _always() -> bool:
    return True


class Target(NamedTuple):
    """A row to go to, and the pages around it; in another feed, where that is given. `above` is what the feed's was
    when it was looked for."""

    row: int
    pages: Sequence[Page] = ()
    feed: Run | None = None
    above: int = 0


class FoundUnread(NamedTuple):
    """Unread papers of a feed, and whether they are all of one day."""

    keys: Sequence[int]
    one_day: bool


# Beyond the run ------------------------------------------------------------------------------------------------------


def _unread(query: Query) -> Query:
    return replace(query, terms=(*query.terms, Term("is", "unread")))


def _beyond(
    library: Library, query: Query, run: DayFeed, step: int, is_wanted: IsWanted = _always
) -> Iterator[tuple[Group, Sequence[int]]]:
    """What a query finds below a run (`step` 1) or above it, group by group, those next to the run first; as long as it
    is wanted."""
    cursor = (run.after if step > 0 else run.before) if isinstance(run, Run) else None
    most, seconds = feed_loader.WINDOWS.window, feed_loader.WINDOWS.slice
    while isinstance(cursor, Cursor) and is_wanted():
        sleep(_TURN)
        if step > 0:
            window = library.papers.window(query, after=cursor, most=most, seconds=seconds)
            yield from window.found
            cursor = window.after
        else:
            window = library.papers.window(query, before=cursor, most=most, seconds=seconds)
            yield from reversed(window.found)
            cursor = window.before
        most = min(2 * most, feed_loader.WINDOWS.most)


def _target(library: Library, query: Query, run: Run, key: int) -> Target | None:
    """Where a paper of a query is: in a run, or else in one of its own."""
    row, feed = run.find(key), None
    if row is None:
        feed = run_with(library, query, key, _REACH)
        row = feed.find(key)
    return None if row is None else _with_pages(library, feed or run, row, feed)


def _with_pages(library: Library, feed: DayFeed, row: int, other: Run | None = None) -> Target:
    return Target(row, load_pages(library, feed.requests(row - _REACH, row + _REACH)), other, feed.above)


# Unread papers to be marked ------------------------------------------------------------------------------------------


def unread_above(library: Library, query: Query, feed: DayFeed, row: int, is_wanted: IsWanted = _always) -> FoundUnread:
    """The unread papers above a row of a (bare) feed, without those of sections."""
    index, position = feed.place(row)
    whole = [number for number in range(index) if not feed.groups[number].section]
    keys = _unread_of(library, feed, whole)
    if position > 0 and not feed.groups[index].section:
        pages = load_pages(library, feed.requests(feed.row(index, 0), feed.row(index, position - 1)))
        above = [key for page in pages for key in page.keys][:position]
        keys.extend(library.papers.unread(keys=above))
        whole.append(index)
    days = {feed.groups[number].day for number in whole if feed.groups[number].unread}
    for group, more in _beyond(library, _unread(query), feed, -1, is_wanted):
        if not group.section:
            keys.extend(more)
            days.add(group.day)
    return FoundUnread(keys, len(days) == 1 and None not in days)


def unread_before(
    library: Library, query: Query, feed: DayFeed, day: date, is_wanted: IsWanted = _always
) -> FoundUnread:
    """The unread papers of a (bare) feed from before a day, without those of sections."""
    if isinstance(feed, Run) and not feed.by_day:
        keys = array("q", chain.from_iterable(feed.keys))
        for _, more in _beyond(library, _unread(query), feed, 1, is_wanted):
            keys.extend(more)
        return FoundUnread(library.papers.unread(keys=keys, before=day), one_day=False)
    older = [number for number, group in enumerate(feed.groups) if _is_before(group, day)]
    keys = _unread_of(library, feed, older)
    for group, more in _beyond(library, _unread(query), feed, 1, is_wanted):
        keys.extend(more if _is_before(group, day) else ())
    for group, more in _beyond(library, _unread(query), feed, -1, is_wanted):
        if group.day is not None and group.day >= day:
            break
        keys.extend(more if _is_before(group, day) else ())
    return FoundUnread(keys, one_day=False)


def _is_before(group: Group, day: date) -> bool:
    return not group.section and group.day is not None and group.day < day


def unread_of_group(
    library: Library, query: Query, feed: DayFeed, index: int, is_wanted: IsWanted = _always
) -> FoundUnread:
    """The unread papers of a group that a (bare) run may have in part."""
    group = feed.groups[index]
    keys = _unread_of(library, feed, [index])
    for step in (1, -1):
        for other, more in _beyond(library, _unread(query), feed, step, is_wanted) if feed.is_cut(index) else ():
            if other.key != group.key:
                break
            keys.extend(more)
    return FoundUnread(keys, group.day is not None)


def _unread_of(library: Library, feed: DayFeed, indexes: Sequence[int]) -> array[int]:
    """The unread papers of whole groups, given by their places."""
    unread = [index for index in indexes if feed.groups[index].unread]
    if not isinstance(feed, Run):
        return library.papers.unread(groups=[feed.groups[index].key for index in unread])
    return library.papers.unread(keys=array("q", chain.from_iterable(feed.keys[index] for index in unread)))


# Unread papers to go to ----------------------------------------------------------------------------------------------


def find_unread(
    library: Library, query: Query, feed: DayFeed, row: int, key: int, step: int, is_wanted: IsWanted
) -> Target | None:
    """The next unread paper of a (bare) feed from a row and its paper on, whatever is at hand; None if there is none,
    or when it is not wanted any more."""
    if isinstance(feed, Run):
        next_row = _unread_in_run(library, feed, row, step)
        if next_row is None:
            return _unread_beyond(library, query, feed, step, is_wanted)
        return _with_pages(library, feed, next_row)
    unread = library.papers.next_unread(key, step, feed.order)
    place = None if unread is None else library.papers.place(unread, feed.order)
    next_row = None if place is None else feed.row_of_place(*place)
    return None if next_row is None else _with_pages(library, feed, next_row)


def _unread_in_run(library: Library, run: Run, row: int, step: int) -> int | None:
    index, position = run.place(row)
    ahead: Iterable[int] = range(position + step, -1 if step < 0 else run.groups[index].total, step)
    while True:
        places = list(ahead) if run.groups[index].unread else []
        keys = run.keys[index]
        for start in range(0, len(places), _CHUNK):
            chunk = places[start : start + _CHUNK]
            summaries = library.papers.summaries([keys[place] for place in chunk])
            for place in chunk:
                summary = summaries.get(keys[place])
                if summary is not None and not summary.marks.read:
                    return run.row(index, place)
        index += step
        if not 0 <= index < len(run.groups):
            return None
        ahead = range(run.groups[index].total)[::step]


def _unread_beyond(library: Library, query: Query, run: Run, step: int, is_wanted: IsWanted = _always) -> Target | None:
    found = _beyond(library, _unread(query), run, step, is_wanted)
    beyond = (keys for group, keys in found if keys and not group.section)
    if (keys := next(beyond, None)) is None:
        return None
    key = keys[0 if step > 0 else -1]
    if query.by_day:
        return _target(library, query, run, key)
    _go_on(library, query, run, lambda: run.find(key) is None and is_wanted())
    row = run.find(key)
    return None if row is None else _with_pages(library, run, row, run)


def _go_on(library: Library, query: Query, run: Run, is_wanted: IsWanted) -> None:
    """Let a (bare) run grow below, as long as that is wanted."""
    most = feed_loader.WINDOWS.window
    while isinstance(run.after, Cursor) and is_wanted():
        sleep(_TURN)
        window = library.papers.window(query, after=run.after, most=most, seconds=feed_loader.WINDOWS.slice)
        run.extend(window.found, window.after)
        most = min(2 * most, feed_loader.WINDOWS.most)


def find_end(library: Library, query: Query, run: DayFeed, is_wanted: IsWanted = _always) -> Target | None:
    """The last paper of a (bare) run in an order that is not by day, which has no way there but through all others;
    None when it is not wanted any more. Of these only the keys are held."""
    if isinstance(run, Run):
        _go_on(library, query, run, is_wanted)
    if not run.papers or not is_wanted():
        return None
    return _with_pages(library, run, run.rows - 1, run if isinstance(run, Run) else None)


def find_random(
    library: Library, query: Query, feed: DayFeed, pick: float, is_wanted: IsWanted = _always
) -> Target | None:
    """Where an unread paper of a (bare) feed is; None if there is none. `pick` (0 ≤ pick < 1) says which one.

    Of a long list that is not sorted by day, it is one of those that the list has, if one of them is unread.
    """
    if not isinstance(feed, Run):
        key = library.papers.random_unread(pick)
        place = None if key is None else library.papers.place(key, feed.order)
        row = None if place is None else feed.row_of_place(*place)
        return None if row is None else _with_pages(library, feed, row)
    if feed.by_day and not feed.is_whole:
        key = _random_of(library, _unread(query), pick, is_wanted)
    else:
        shown = [keys for group, keys in zip(feed.groups, feed.keys, strict=True) if not group.section]
        key = library.papers.random_unread(pick, [key for keys in shown for key in keys])
    if key is None:
        return None if feed.by_day else _unread_beyond(library, query, feed, 1, is_wanted)
    return _target(library, query, feed, key)


def _random_of(library: Library, query: Query, pick: float, is_wanted: IsWanted) -> int | None:
    """One of the papers that a query finds."""
    left = int(pick * library.papers.count_in_turns(query, is_wanted))
    everything = Run(after=START)
    for _, keys in _beyond(library, query, everything, 1, is_wanted):
        if left < len(keys):
            return keys[left]
        left -= len(keys)
    return None


# Days ----------------------------------------------------------------------------------------------------------------


class FoundDay(NamedTuple):
    """Where a day begins, and which it is."""

    target: Target
    day: date


def find_day(
    library: Library,
    query: Query,
    feed: DayFeed,
    first: date | None,
    last: date | None,
    is_wanted: IsWanted = _always,
) -> FoundDay | None:
    """The first paper of the newest day from `first` to `last`, else of the day nearest to `last`; without that, of the
    one nearest to `first`. None: a (bare) feed has no days."""
    if not isinstance(feed, Run) or feed.is_whole:
        index = nearest_day([group.day if not group.section else None for group in feed.groups], first, last)
        day = None if index is None else feed.groups[index].day
        return None if index is None or day is None else FoundDay(_with_pages(library, feed, feed.row(index, 0)), day)
    cursor = library.papers.cursor_of_day(query, last or first or date.min)
    if cursor is None:
        return None
    around = Run(before=cursor, after=cursor)
    beside = [_next_day(library, query, around, step, is_wanted) for step in (-1, 1)]
    index = nearest_day([group.day if group else None for group in beside], first, last)
    group = None if index is None else beside[index]
    if group is None or group.day is None:
        return None
    index = feed.index_of(group.key)
    if index is not None and not (index == 0 and feed.before is not None):
        return FoundDay(_with_pages(library, feed, feed.row(index, 0)), group.day)
    cursor = library.papers.cursor_of_day(query, group.day) or cursor
    run = run_from(library, query, cursor, _REACH)
    index = run.index_of(group.key)
    return None if index is None else FoundDay(_with_pages(library, run, run.row(index, 0), run), group.day)


def _next_day(library: Library, query: Query, around: Run, step: int, is_wanted: IsWanted) -> Group | None:
    for group, _ in _beyond(library, query, around, step, is_wanted):
        if group.day is not None and not group.section:
            return group
        if group.day is None and step > 0:  # only collections are left
            break
    return None


def nearest_day(days: Sequence[date | None], first: date | None, last: date | None) -> int | None:
    """The place of the first of these days (the newest) that is from `first` to `last`, else of the one nearest to
    `last`; without that, of the one nearest to `first`. None: there is none."""
    known = [(day, index) for index, day in enumerate(days) if day]
    if last and (within := [index for day, index in known if (first or day) <= day <= last]):
        return within[0]
    wanted = last or first or date.min
    return min(known, key=lambda item: abs(item[0] - wanted), default=(None, None))[1]
