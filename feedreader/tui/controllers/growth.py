"""What a query finds beyond the first rows: looked up behind them, a little at a time, so that what the cursor needs
comes between; more of it when the list is scrolled there. How many papers there are is counted in the same way."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from feedreader.errors import FeedreaderError
from feedreader.library.windows import START, Cursor, Window
from feedreader.text.display import counted
from feedreader.tui import feed_loader
from feedreader.tui.messages import Failed
from feedreader.view.rows import nothing_found, still_searching
from feedreader.view.run import Run

if TYPE_CHECKING:
    from feedreader.tui.context import Context
    from feedreader.tui.controllers.marks import MarksController
    from feedreader.tui.feed_view import FeedView

_SEARCHING = "searching"
_STEPS = {  # by their ids, keys that go beyond what the list has, and where to
    **dict.fromkeys(("next", "half-page-down", "page-down", "next-day", "abstract-next"), 1),
    **dict.fromkeys(("previous", "half-page-up", "page-up", "previous-day", "abstract-previous"), -1),
}
_DAYS = {"next-day", "previous-day"}


class GrowthController:
    """The feed screen's part that lets a run grow. `number` counts the feeds that were shown; what is on its way for
    another one is dropped. While another feed is awaited, nothing is looked up."""

    def __init__(self, context: Context, marks: MarksController) -> None:
        self._context = context
        self._marks = marks
        self._number = 0
        self._run = Run()
        self._under_way = False
        self._stopped = self._paused = False
        self._most = 0
        self._count_from: Cursor | None = None  # where counting goes on; None: it is done
        self._papers = 0  # that were counted
        self._has_looked = False  # whether it was counted for a moment
        self._in_vain = 0  # steps in a row that found next to nothing

    @property
    def _screen(self) -> FeedView:
        return self._context.feed

    @property
    def is_under_way(self) -> bool:
        """Whether more is being looked up."""
        return self._under_way

    @property
    def is_searching(self) -> bool:
        """Whether papers are being looked for, and few come."""
        return self._in_vain > 1

    def begin(self) -> None:
        """Another feed is shown: let it grow, when it has been drawn; after a pause while something is typed."""
        feed, screen = self._screen.day_feed, self._screen
        self._number += 1
        self._rest()
        self._stopped = self._paused = False
        if not isinstance(feed, Run) or feed.is_whole:
            return
        self._run, self._most, self._papers = feed, feed_loader.WINDOWS.window, 0
        self._count_from, self._has_looked = START, False
        self._in_vain = int(self._is_few(feed.papers))
        self._under_way = True
        go_on = partial(self._go_on, self._number)
        if screen.is_typing:
            self._context.after(feed_loader.WINDOWS.pause, go_on)
        else:
            screen.call_after_refresh(go_on)

    def pause(self) -> None:
        """Another feed is awaited: nothing more is looked up for this one."""
        self._paused = True

    def scrolled(self) -> None:
        """Other rows are on the screen: they may be near an end."""
        if not self._under_way and self._run is self._screen.day_feed and self._near():
            self._under_way = True
            self._go_on(self._number)

    def stop(self) -> None:
        """Look no further, if that takes long."""
        if not self.is_searching:
            return
        self._number += 1
        self._stopped = True
        self._rest()
        papers = self._run.papers
        self._screen.list.empty = () if papers else still_searching(stopped=True, key=self._context.key)
        self._screen.list.refresh()
        found = f"{counted(papers, 'paper')} found so far" if papers else "nothing was found so far"
        self._context.say(f"The search was stopped: {found}.")

    @property
    def is_at_end(self) -> bool:
        """Whether a key may go beyond what the list has, while more is there."""
        return self._is_beyond("next") or self._is_beyond("previous") or any(map(self._is_beyond, _DAYS))

    def _is_beyond(self, id: str) -> bool:
        step, papers = _STEPS[id], self._screen.list
        run, row = papers.feed, papers.cursor
        if row is None or not run.goes_on(step):
            return False
        if id in _DAYS:
            return run.is_cut(run.place(row).group)
        return (run.rows - 1 - row if step > 0 else row) <= papers.size.height

    def lacks(self, id: str | None) -> bool:
        """Whether a key goes beyond what the list has, while more is on its way."""
        if id not in _STEPS or not self._is_beyond(id):
            return False
        self.scrolled()
        return self._under_way

    # Step by step ----------------------------------------------------------------------------------------------

    def _rest(self) -> None:
        self._under_way = False
        self._in_vain = 0
        self._screen.busy("", _SEARCHING)
        self._context.type_ahead.release("lacking")

    def _near(self) -> int:
        """Where more is needed for what is on the screen: below (1), above (-1), or nowhere."""
        if self._stopped:
            return 0
        run, papers = self._run, self._screen.list
        margin = 2 * max(papers.size.height, 24)
        row = papers.top.row
        cursor = row if papers.cursor is None else papers.cursor
        if run.after is not None and run.rows - max(row, cursor) <= margin:
            return 1
        return -1 if run.before is not None and min(row, cursor) <= margin else 0

    def _go_on(self, number: int) -> None:
        """Ask for the next thing that is wanted."""
        if number != self._number:
            return
        job = None if self._paused else self._job()
        if job is None:
            self._rest()
            return
        then = partial(self._take, number, self._marks.seen)
        self._context.db_read.do(job, then, error=partial(self._failed, number), to=self._screen)

    def _job(self) -> Callable[[], tuple[int, Any]] | None:
        run, windows, step = self._run, feed_loader.WINDOWS, self._near()
        if not self._has_looked and not self._in_vain:  # often all are counted at once
            return self._count()
        if not step and run.papers < windows.loaded:
            step = 1 if run.after is not None else -1 if run.before is not None else 0
        if step:
            return self._window(step)
        return None if self._count_from is None or run.is_whole else self._count()

    def _window(self, step: int) -> Callable[[], tuple[int, Any]]:
        papers, query, windows = self._context.library.papers, self._screen.shown_query, feed_loader.WINDOWS
        most, place = self._most, self._run.after if step > 0 else self._run.before
        assert isinstance(place, Cursor)
        self._most = min(2 * most, windows.most)

        def look() -> tuple[int, tuple[Window, float | None]]:
            if step > 0:
                window = papers.window(query, after=place, most=most, seconds=windows.slice)
            else:
                window = papers.window(query, before=place, most=most, seconds=windows.slice)
            where = window.after if step > 0 else window.before
            part = papers.part_before(where) if where and query.by_day and self._is_few(window.papers) else None
            return step, (window, part if part is None or step > 0 else 1 - part)

        return look

    def _count(self) -> Callable[[], tuple[int, Any]]:
        papers, query, place = self._context.library.papers, self._screen.shown_query, self._count_from or START
        self._has_looked = True
        return lambda: (0, papers.count(query, after=place, seconds=feed_loader.WINDOWS.slice))

    def _take(self, number: int, seen: int, answer: tuple[int, Any]) -> None:
        if number != self._number:
            return
        step, what = answer
        if not step:
            papers, self._count_from = what
            self._papers += papers
            self._run.counted = self._count_from is None
            self._run.total = self._papers
            self._screen.show_counts()
        elif seen == self._marks.seen:  # else counts in it may be older than those shown
            self._grow(step, *what)
        self._context.type_ahead.release("lacking")
        self._go_on(number)

    def _grow(self, step: int, window: Window, part: float | None) -> None:
        run, screen = self._run, self._screen
        if step > 0:
            screen.list.grow(lambda: run.extend(window.found, window.after))
        else:
            screen.list.grow(lambda: run.prepend(window.found, window.before))
        is_few = self._is_few(window.papers) and run.goes_on(step)
        self._in_vain = self._in_vain + 1 if is_few else 0
        how_far = "" if part is None else f" {part:.0%}"
        screen.busy(f"Searching…{how_far}" if self.is_searching else "", _SEARCHING)
        if not run.papers:
            key = self._context.key
            more = not run.is_whole
            screen.list.empty = still_searching(key=key) if more else nothing_found(screen.query_text, key)
        screen.show_counts()

    def _is_few(self, papers: int) -> bool:
        """Whether a window has so few papers that time ran out."""
        return papers < min(feed_loader.WINDOWS.window, max(1, self._screen.list.size.height))

    def _failed(self, number: int, error: FeedreaderError) -> None:
        if number != self._number:
            return
        self._number += 1
        self._stopped = True
        self._rest()
        if not self._paused:  # what is awaited would not be any more
            self._context.post(Failed(error))

    def resume(self) -> None:
        """What was awaited does not come: go on."""
        self._paused = False
        if not self._under_way and not self._stopped and self._run is self._screen.day_feed:
            self._under_way = True
            self._go_on(self._number)
