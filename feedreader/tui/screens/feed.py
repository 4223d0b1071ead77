"""The main screen: the list, the abstract beside it, and what the reader does to them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.messages import Update

from feedreader.model import Query
from feedreader.tui import messages
from feedreader.tui.controllers.marks import MarksController
from feedreader.tui.controllers.triage import TriageController
from feedreader.tui.feed_loader import FeedRequest, FeedSnapshot, LoadedFeed
from feedreader.tui.history import NavigationHistory
from feedreader.tui.keys import (
    EMPTY_HINTS,
    FILTERED_HINTS,
    LIST_HINTS,
    PANE_HINTS,
    RETURN_HINTS,
    TRIAGE_HINTS,
    WELCOME_HINTS,
)
from feedreader.tui.paper_cache import PaperCache
from feedreader.tui.screens.feed_actions import FeedActions
from feedreader.tui.session import Position
from feedreader.tui.widgets.body import WIDE, Body
from feedreader.tui.widgets.key_hints import Hints, KeyHints, hints_for
from feedreader.tui.widgets.paper_list import PaperList
from feedreader.tui.widgets.paper_pane import PaperPane
from feedreader.tui.widgets.status_bar import StatusBar
from feedreader.view.rows import day_done, nothing_found

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedreader.errors import QueryError
    from feedreader.model import Changed
    from feedreader.tui.controllers.search import SearchController
    from feedreader.tui.widgets.welcome import Welcome
    from feedreader.view.day_feed import DayFeed


class FeedScreen(FeedActions):
    """Knows the query, the cursor's paper and which paper is open; the facts themselves come from the library."""

    AUTO_FOCUS = "PaperList"

    def __init__(
        self, view: LoadedFeed, query_text: str, *, today: date, samples: Path | None, line: int | None = None
    ) -> None:
        super().__init__(id="feed")
        self.query_text = query_text
        self.counts = view.counts
        self.samples = samples
        self.expand = view.wish.expand
        self._asked = view.wish.query
        self._shelf = PaperCache(view.papers)
        self._current: int | None = None
        self.marking = MarksController(self, self._shelf)
        self.triage = TriageController(self, self.marking)
        self.trail = NavigationHistory(self)
        self._number = 0
        self._pending: tuple[int, FeedRequest] | None = None
        self._stale = False
        self._status = StatusBar(id="status")
        self.list = PaperList(today=today, id="list")
        self.pane = PaperPane(id="pane")
        self.hints = KeyHints(id="hints")
        self._body = Body(self.list, self.pane, id="body")
        self._welcome: Welcome | None = None
        self._searching: SearchController | None = None
        self.list.show(view.feed, view.row, line)

    def compose(self) -> ComposeResult:
        yield self._status
        yield self._body
        yield self.hints

    def on_mount(self) -> None:
        self.watch(self.list, "cursor", self._cursor_moved, init=False)
        self._mark_sought()
        self._show_facts()
        self._cursor_moved()

    # What is shown ---------------------------------------------------------------------------------------------

    def run_query(self, text: str, *, top: bool = False) -> None:
        """Show what a query finds, if `top` from the first paper on. Raises QueryError."""
        from feedreader.query.language import parse_query  # not needed to show the whole feed

        query = parse_query(text)
        self.query_text = text.strip()
        self._ask_for_view(query, top=top)

    def run_again(self) -> None:
        """Show anew what the query finds now."""
        self._ask_for_view(self._asked)

    def views_known(self) -> None:
        """The names of the views are known, or others."""
        self._show_counts()

    def bring_up_to_date(self) -> None:
        """Look at the library again; the rows that are shown stay."""
        if self._pending is not None:
            self._stale = True
        else:
            self._ask_for_view(self._asked, keep=True)

    def undone(self, changes: Sequence[Changed]) -> None:
        """A step was undone: look at the library again; to the paper, if it was one and stands in the list."""
        self.apply(changes)
        if len(changes) != 1:
            self.bring_up_to_date()
            return
        self.triage.stop()
        wish = None if self._pending is None else self._pending[1]
        query, keep = (self._asked, True) if wish is None else (wish.query, wish.keep is not None)
        self._ask_for_view(query, keep=keep, back=changes[0].key)

    def is_latest(self, number: int) -> bool:
        """Whether no other view was asked for since."""
        return number == self._number

    def _ask_for_view(self, query: Query, *, keep: bool = False, top: bool = False, back: int | None = None) -> None:
        self._number += 1
        self._stale = False
        feed, height = self.list.feed, max(self.list.size.height, 24)
        row = 0 if self.list.cursor is None else self.list.cursor
        keeping = feed.bare() if keep else None
        wish = FeedRequest(query, self._current, row, 2 * height, keeping, self.expand, back, top)
        self._pending = (self.marking.seen, wish)
        self.post_message(messages.ViewWanted(wish, self._number))

    def on_view_ready(self, message: messages.ViewReady) -> None:
        view = message.view
        if message.number != self._number or self._pending is None:
            return
        marks, wish = self._pending
        self._pending = None
        row = view.row
        if row is not None and self._current != wish.key and not wish.top:
            row = None if self._current is None else view.feed.row_of(self._current)
        if marks != self.marking.seen or (row is None and view.row is not None):
            self._ask_for_view(wish.query, keep=wish.keep is not None, top=wish.top, back=wish.back)
            return
        self.counts = view.counts
        self._shelf.renew(view.papers)
        self.list.empty = nothing_found(self.query_text, self.key) if row is None else ()
        line = None
        if wish.back is not None and row is not None:
            place = view.feed.line(row, self.list.each) - self.list.top
            if 0 < place <= self.list.size.height - self.list.each:
                line = place  # it is in sight: nothing scrolls
        self._show_feed(wish.query, view.feed, row, line=line, back=wish.back is not None)
        if self._stale:
            self.bring_up_to_date()

    def _show_feed(
        self,
        query: Query,
        feed: DayFeed,
        row: int | None,
        *,
        line: int | None = None,
        top: int | None = None,
        back: bool = False,
    ) -> None:
        self._asked = query
        self._mark_sought()
        self.list.show(feed, row, self.list.line if line is None else line, top)
        self._show_facts()
        if back:
            self.triage.lead_back()
        self._cursor_moved()
        if self._searching is not None:
            self._searching.shown()

    def where(self) -> FeedSnapshot:
        """What is shown, and where the cursor is."""
        return FeedSnapshot(
            self.query_text, self._asked, self.list.feed, self.list.cursor, self.list.top, self.position
        )

    def go_back_to(self, before: FeedSnapshot) -> None:
        """Show again what was on the screen before a search, and what has changed in it."""
        self._number += 1
        self._pending = None
        self.query_text = before.text
        self._show_feed(before.query, before.feed, before.row, top=before.top)
        self.bring_up_to_date()

    def _mark_sought(self) -> None:
        """What the query looks for is marked in list and abstract."""
        wanted = None
        if self._asked.terms:
            from feedreader.query.hits import hit_patterns

            wanted = hit_patterns(self._asked)
        self.list.sought = wanted
        self.pane.mark(wanted)

    def key(self, id: str, usual: str) -> str:
        """The key that a binding has (see `keymap.key_of`)."""
        return self.app.key(id, {"esc": "escape"}.get(usual, usual))

    def on_pages_ready(self, message: messages.PagesReady) -> None:
        if message.feed is not self.list.feed:
            return
        if message.marks != self.marking.seen:
            self.list.ask_again()
            return
        self.list.take(message.pages)
        if self._current != self.list.key or not self._is_shown():
            self._cursor_moved()

    def on_papers_ready(self, message: messages.PapersReady) -> None:
        if message.marks != self.marking.seen:
            self._shelf.refuse(message.papers)
            self._fetch_papers()
            return
        self._shelf.take(message.papers)
        if self._current in message.papers:
            self._show_paper()

    def _show_facts(self) -> None:
        empty = not self.counts[0]
        if empty != (self._welcome is not None and self._welcome.display):
            self._show_welcome(empty)
        self._show_counts()
        self.show_hints()

    def _show_counts(self) -> None:
        found = None if self._asked.everything else self.list.feed.papers
        self._status.show(self.app.name_of(self.query_text), found, self.counts)

    def _show_welcome(self, show: bool) -> None:
        if self._welcome is None and show:
            from feedreader.tui.widgets.welcome import Welcome

            self._welcome = Welcome(samples=self.samples, id="welcome")
            self._body.mount(self._welcome)
        self.list.display = self.pane.display = not show
        if self._welcome is not None:
            self._welcome.display = show
            (self._welcome if show else self.list).focus()

    # The cursor ------------------------------------------------------------------------------------------------

    def _cursor_moved(self) -> None:
        key = self.list.key
        another = key != self._current
        if another:
            self.marking.leave()
            self._current = key
            if self.pane.has_focus:
                self.marking.opens(key)
        self.triage.moved(another)
        self._show_left()
        self._show_paper()
        for widget in (self.list, self.pane):  # at once, so that both come with one frame
            self.post_message(Update(widget))
        self._fetch_papers()
        self.post_message(messages.PositionChanged())

    def _is_shown(self) -> bool:
        return self._current is None or self.pane.paper is not None

    def _show_paper(self) -> None:
        if self.list.cursor is None:
            self.pane.show(None)
            return
        paper = self._shelf.get(self._current)
        if paper is not None:
            self.pane.show(paper)
        elif self.list.summary is not None:
            self.pane.show_head(self.list.summary)

    def _fetch_papers(self) -> None:
        if self.list.cursor is not None:
            keys = self._shelf.missing(self.list.feed, self.list.cursor, self._current)
            if keys:
                self.post_message(messages.PapersWanted(keys, self.marking.seen))

    # Marks -----------------------------------------------------------------------------------------------------

    def forget_intentions(self) -> None:
        """Something failed: what was asked for may not come about, and can be asked for again."""
        self.marking.intended.clear()
        self._pending = None
        self._shelf.forget_wishes()
        self.list.forget_wishes()

    def on_papers_changed(self, message: messages.PapersChanged) -> None:
        certain = self.apply(message.changes)
        self.marking.answered(message)
        if not certain:
            self.bring_up_to_date()

    def apply(self, changes: Sequence[Changed]) -> bool:
        """Takes changes of marks: all that is shown follows. False if the feed must be looked at again."""
        certain = self.marking.apply(changes)
        self._show_counts()
        self._show_left()
        self._show_paper()
        return certain

    def on_day_ready(self, message: messages.DayReady) -> None:
        anywhere = "" if self.counts[1] else " All is read."
        self.hints.say(f"{day_done(message.group, message.dismissed)}{anywhere}")

    # Moving and reading ----------------------------------------------------------------------------------------

    def on_jump_ready(self, message: messages.JumpReady) -> None:
        self.triage.jumped(message)

    @on(PaperList.Opened)
    def _double_clicked(self) -> None:
        self.action_open()

    @on(events.DescendantFocus)
    def _focus_moved(self) -> None:
        if self.pane.has_focus:
            self.marking.opens(self._current)
        if self.size.width < WIDE:
            self.pane.refresh(layout=True)
        self.show_hints()

    @property
    def is_busy(self) -> bool:
        """Whether something goes on that can be stopped."""
        return self._status.is_busy

    def busy(self, text: str, who: str = "") -> None:
        """Say in the status bar what goes on, and whose it is; "" when it is over."""
        self._status.busy(text, who)

    def opened(self) -> None:
        """The paper under the cursor is being read in another program."""
        self.marking.open = self._current

    def standing(self, ways: Sequence[str]) -> None:
        """Say in the status bar how the subscriptions stand, in the first of these ways that fits."""
        self._status.standing(ways)

    @property
    def position(self) -> Position | None:
        """Where the reader is, to be remembered; while a search goes on, where it was before."""
        if self._searching is not None and self._searching.before is not None:
            return self._searching.before.position
        summary = self.list.summary
        return None if summary is None else Position(summary.id, self.list.line, self.counts[0])

    def search(self) -> None:
        """Open the query bar."""
        if self._searching is None:
            from feedreader.tui.controllers.search import SearchController

            self._searching = SearchController(self)
            self.mount(self._searching)
        self._searching.begin()

    def search_stopped(self, error: QueryError) -> bool:
        """The library gave a query up. Whether the query bar is open, and says so."""
        return self._searching is not None and self._searching.stopped(error)

    @property
    def settled_query(self) -> str:
        """The query to be remembered."""
        before = self._searching.before if self._searching is not None else None
        return self.query_text if before is None else before.text

    # Hints -----------------------------------------------------------------------------------------------------

    def _show_left(self) -> None:
        self.hints.lead(self.triage.left)

    def show_hints(self) -> None:
        """The keys that matter now."""
        self._show_left()
        wanted: Hints = TRIAGE_HINTS if self.triage.flow else FILTERED_HINTS if self.query_text else LIST_HINTS
        if self.trail.leads_back and not self.triage.flow:
            wanted = RETURN_HINTS
        if self._welcome is not None and self._welcome.display:
            wanted = WELCOME_HINTS
        elif self.pane.has_focus:
            wanted = PANE_HINTS
        elif self.list.cursor is None:
            wanted = ((("back",), "back"), *EMPTY_HINTS[1:]) if self.trail.leads_back else EMPTY_HINTS
        self.hints.show(*hints_for(self, wanted))
