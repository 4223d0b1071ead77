"""The reader's interest on the screen: learned from her marks while she reads, and shown on the rows that she sees.

All of it waits until she pauses, and works on the thread `db_rank`, a few papers at a time. What takes long, learning
from all papers anew, runs in a child process. No row moves: the order of days follows when a list is asked for in it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from feedreader.errors import FeedreaderError, LibraryError
from feedreader.model import BY_INTEREST
from feedreader.text.display import counted

if TYPE_CHECKING:
    from asyncio.subprocess import Process

    from feedreader.library.interest import Learned
    from feedreader.library.rules import Applied
    from feedreader.model import Interest, PaperSummary
    from feedreader.tui.context import Context
    from feedreader.tui.feed_view import FeedView
    from feedreader.tui.paper_cache import PaperCache

PAUSE = 0.5  # seconds without a mark after which they are learned from
LONG_PAUSE = 1.5  # seconds more after which all is learned anew
LOOK = 0.2  # seconds after which papers that came on the screen are looked at
ORDER_SECONDS = 0.1  # that leaving waits for another program
_AT_ONCE = 4  # papers scored before the screen has its turn
_BREATH = 0.001  # seconds

T = TypeVar("T")
_Rated = tuple[Sequence["PaperSummary"], Sequence[tuple[int, "Interest | None"]]]


class _Interrupted(Exception):
    """What goes on is of no use any more."""


class InterestController:
    """The feed screen's part that learns. `children` are the processes that learn anew, one at the most."""

    def __init__(self, context: Context, cache: PaperCache) -> None:
        self._context = context
        self._cache = cache
        self._changes = 0  # of marks
        self._number = 0  # of the profile that is shown; 0: nothing was learned
        self._rated: set[int] = set()  # papers that were looked at since that came
        self._feed: object = None  # which these were on
        self._is_waiting = self._is_looking = self._is_learning = self._is_ending = False
        self._anew_at: int | None = None  # `_changes` when all was last learned anew
        self._has_failed = False
        self._has_scored = False
        self._is_behind = False  # whether the newest papers were not all scored by it
        self.children: list[Process] = []

    @property
    def _screen(self) -> FeedView:
        return self._context.feed

    # Learning --------------------------------------------------------------------------------------------------

    def library_changed(self) -> None:
        """Another profile may have come, or papers to learn from."""
        self._anew_at = None
        self.learn()

    def marked(self) -> None:
        """Marks changed: learn from them when no more come."""
        self._changes += 1
        if not self._is_waiting:
            self._wait()

    def _wait(self) -> None:
        self._is_waiting = True
        self._context.after(PAUSE, partial(self._paused, self._changes))

    def _paused(self, changes: int) -> None:
        if changes != self._changes:
            self._wait()
        else:
            self._is_waiting = False
            self.learn()

    def learn(self) -> None:
        """Learn from the marks as they are."""
        learn = partial(self._context.library.interest.learn, thorough=False)
        self._do(learn, partial(self._learned_from, self._changes))

    def _learned_from(self, changes: int, learned: Learned) -> None:
        is_new = self._learned(learned)
        if learned.is_outdated and not self._has_failed and changes != self._anew_at:  # which scores the newest, too
            self._context.after(LONG_PAUSE, partial(self._learn_anew, changes))
        elif is_new or self._is_behind:
            self._do(partial(self._score_newest, changes), lambda _: self._apply_rules())

    def _learned(self, learned: Learned) -> bool:
        """Show another profile; whether it is one."""
        number = learned.number if learned.profile is not None else 0
        if number == self._number:
            return False
        if learned.profile and not self._number and self._changes:
            kept = counted(learned.profile.kept, "kept paper")
            self._context.say(f"Learned from {kept}: {self._what_sorts()}.")
        self._has_scored = self._has_scored or not number  # or none has a score now
        self._number = number
        self._rated.clear()
        self._look_at_rows()
        return True

    def _what_sorts(self) -> str:
        from feedreader.query.sorting import next_order

        if self._screen.day_order == BY_INTEREST:  # chosen before anything was known
            return "the next list you ask for is sorted by interest"
        if next_order(self._screen.query_text, self._screen.day_order)[1] == BY_INTEREST:
            return f"{self._context.key('order', 'O')} sorts by interest"
        return "search for sort:interest to see the best first"

    def _score_newest(self, changes: int) -> None:
        """On the thread."""

        def is_of_no_use() -> bool:
            return self._is_ending or changes != self._changes

        self._has_scored = self._is_behind = True
        with suppress(_Interrupted):
            self._context.library.interest.score_newest(pause=_breathing(is_of_no_use))
            self._is_behind = False

    def _apply_rules(self) -> None:
        """Let rules by interest follow."""
        self._context.db_import.do(self._context.library.rules.apply_again, self._show_rules, to=self._screen)

    def _show_rules(self, applied: Applied) -> None:
        if applied.changed:
            self._screen.bring_up_to_date()

    def _learn_anew(self, changes: int) -> None:
        """Learn from all, unless marks came since: then it will be asked for again."""
        if changes == self._changes != self._anew_at and not self._is_learning:
            self._anew_at, self._is_learning = changes, True
            self._context.run(self._run(), group="interest")

    async def _run(self) -> None:
        from feedreader.system.child_process import run_command

        folder = self._context.library.path.parent
        try:
            outcome = await run_command(["interest", "--beside"], folder, self.children, lambda _: None)
        finally:
            self._is_learning = False
        self._has_failed = outcome.code != 0
        self._has_scored = True
        self.learn()
        self._apply_rules()

    # What is on the screen -------------------------------------------------------------------------------------

    def moved(self) -> None:
        """Other rows came on the screen: look at them soon."""
        if not self._is_looking:
            self._is_looking = True
            self._context.after(LOOK, self._look_at_rows)

    def _look_at_rows(self) -> None:
        """Score the papers on the screen that this profile has not scored, and show that."""
        self._is_looking = False
        papers = self._screen.list
        if papers.feed is not self._feed:
            self._feed = papers.feed
            self._rated.clear()
        rows = dict.fromkeys(row for row, _ in papers.shown if papers.feed.place(row).position >= 0)
        keys = {papers.feed.key(row) for row in rows}
        if None in keys and self._number:
            self.moved()  # a page is still to come
        new = [key for key in keys if key is not None and key not in self._rated]
        if new and (self._number or self._changes):
            self._rated.update(new)
            self._do(partial(self._rate, new, [key for key in new if self._cache.get(key)]), self._show)

    def _rate(self, keys: Sequence[int], whole: Sequence[int]) -> _Rated:
        """On the thread: the interest of papers, of some with its reasons."""
        library = self._context.library
        with suppress(LibraryError):  # where nothing can be written, as it was scored last
            self._has_scored = library.interest.score(keys, pause=_breathing(lambda: False)) > 0 or self._has_scored
        papers = [(key, paper.interest) for key in whole if (paper := library.papers.get(key))]
        return list(library.papers.summaries(keys).values()), papers

    def _show(self, rated: _Rated) -> None:
        summaries, papers = rated
        if self._screen.list.feed.rate(summaries):
            self._screen.list.refresh()
        if self._cache.rate(papers):
            self._screen.show_paper()

    # The end ---------------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """Let the order of days follow, for the next time; unless another program keeps it from being written."""
        self._is_ending = True
        library, thread = self._context.library, self._context.db_rank
        if thread.working or self._has_scored:
            library.give_up(ORDER_SECONDS)
        if thread.close(timeout=1) and self._has_scored:
            with suppress(LibraryError):
                library.interest.order()

    def _do(self, job: Callable[[], T], then: Callable[[T], object] | None = None) -> None:
        """Do it on the thread; of what fails nothing is said: it is tried again when marks change."""
        self._context.db_rank.do(job, then, error=_say_nothing, to=self._screen)


def _say_nothing(error: FeedreaderError) -> None:
    pass


def _breathing(is_of_no_use: Callable[[], bool]) -> Callable[[], None]:
    """Called after each paper: gives the screen its turn, or ends the work."""
    papers = 0

    def pause() -> None:
        nonlocal papers
        papers += 1
        if papers % _AT_ONCE == 0:
            if is_of_no_use():
                raise _Interrupted
            time.sleep(_BREATH)

    return pause
