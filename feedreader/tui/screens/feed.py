"""The main screen: the list, the abstract beside it, and what its keys do to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.messages import Update
from textual.screen import Screen

from feedreader.model import BY_INTEREST, Paper, PaperSummary, Query
from feedreader.tui import keys, messages
from feedreader.tui.controllers.arrivals import ArrivalsController
from feedreader.tui.controllers.growth import GrowthController
from feedreader.tui.controllers.interest import InterestController
from feedreader.tui.controllers.layout import LayoutController
from feedreader.tui.controllers.loading import LoadingController
from feedreader.tui.controllers.marks import MarksController
from feedreader.tui.controllers.navigation import NavigationController
from feedreader.tui.controllers.search import SearchController
from feedreader.tui.controllers.triage import TriageController
from feedreader.tui.feed_loader import LoadedFeed
from feedreader.tui.history import FeedSnapshot
from feedreader.tui.paper_cache import PaperCache
from feedreader.tui.session import Position, Start
from feedreader.tui.widgets.body import Body
from feedreader.tui.widgets.key_hints import KeyHints, hints_for
from feedreader.tui.widgets.paper_list import PaperList
from feedreader.tui.widgets.paper_pane import PaperPane
from feedreader.tui.widgets.selection import SelectingScreen
from feedreader.tui.widgets.status_bar import StatusBar
from feedreader.view.panes import ABSTRACT
from feedreader.view.rows import papers_found, shown_words

if TYPE_CHECKING:
    from textual.widget import Widget

    from feedreader.model import Changed
    from feedreader.tui.context import Context
    from feedreader.view.day_feed import DayFeed
    from feedreader.view.run import Run
    from feedreader.view.scroll import Top


class FeedScreen(SelectingScreen, Screen[None]):
    """Knows the query, the cursor's paper and which paper is open; the facts themselves come from the library."""

    AUTO_FOCUS = "PaperList"
    BINDINGS: ClassVar[list[BindingType]] = [*keys.SCREEN_KEYS, *keys.SAVED_SEARCH_KEYS]

    def __init__(self, context: Context, start: Start, *, today: date, has_samples: bool) -> None:
        super().__init__(id="feed")
        self._services = context  # Screen has a _context of its own
        loaded = start.loaded
        self.query_text = start.query
        self.day_order = start.day_order
        self.counts = loaded.counts
        self.expand = loaded.request.expand
        self._has_samples = has_samples
        self.shown_query = loaded.request.query
        self._names: Mapping[str, str] = {}
        self._cache = PaperCache(loaded.papers)
        self.current: int | None = None
        self.marks = MarksController(context, self._cache)
        self.arrivals = ArrivalsController(context, loaded)
        self.growth = GrowthController(context, self.marks)
        self.loader = LoadingController(context, self.marks, self._cache, self.arrivals, self.growth)
        self.navigation = NavigationController(context, self.loader)
        self.triage = TriageController(context, self.marks, self.navigation)
        self.interest = InterestController(context, self._cache)
        self.search = SearchController(context)
        self.jump, self.jump_within = self.navigation.jump, self.navigation.jump_within
        self.status = StatusBar(id="status")
        self.list = PaperList(today=today, load=self.loader.load_pages, scrolled=self.growth.scrolled, id="list")
        self.pane = PaperPane(id="pane")
        self.hints = KeyHints(id="hints")
        self._body = Body(self.list, self.pane, panes=start.panes, welcome=self._make_welcome, id="body")
        self.layouts = LayoutController(context, self._body)
        self._said_when_shown = ""
        self.unused_keys = start.unused_keys
        self.list.show(loaded.feed, loaded.row, start.line)

    def compose(self) -> ComposeResult:
        yield self.status
        yield self._body
        yield self.hints

    def on_mount(self) -> None:
        self.watch(self.list, "cursor", self._cursor_moved, init=False)
        self._mark_hits()
        self._show_facts()
        self._cursor_moved()
        self.growth.begin()
        if self._body.panes.layout == ABSTRACT and self.counts[0]:
            self.focus_pane()

    # What is shown; `FeedView` says what these are --------------------------------------------------------------

    @property
    def day_feed(self) -> DayFeed:
        return self.list.feed

    @property
    def summary(self) -> PaperSummary | None:
        return self.list.summary

    @property
    def key(self) -> int | None:
        return self.list.key

    @property
    def paper(self) -> Paper | None:
        return self._cache.get(self.list.key)

    @property
    def takes_keys(self) -> bool:
        """Whether keys are not meant for something that is still opening."""
        return not self.search.opening and (self.search.origin is not None or not self._services.type_ahead.waits)

    @property
    def only_binds(self) -> bool:
        return self.search.origin is None

    def lacks(self, key: str) -> bool:
        """Whether a key is meant for what is not here yet; none is that goes to the query bar."""
        return self.search.origin is None and self.loader.lacks(lambda: self.active_bindings.get(key))

    @property
    def is_typing(self) -> bool:
        return self.search.origin is not None

    @property
    def in_abstract(self) -> bool:
        return self.focused is self.pane  # known at once, unlike `has_focus` of a widget

    def focus_list(self) -> None:
        self.set_focus(self._body.welcome or self.list)

    def focus_pane(self) -> None:
        self.set_focus(self.pane)  # at once: the next key is meant for it

    def run_query(self, text: str, *, top: bool = False, day_top: bool = False, words: str = "") -> None:
        """Show what a query finds, if `top` from the first paper on, if `day_top` from the first of this day on, and
        say `words` with it. Raises QueryError."""
        query = self._parsed(text)
        self._services.stop_looking()
        self.query_text = text.strip()
        self._said_when_shown = words
        self.loader.load(query, top=top, day_top=day_top)

    def _parsed(self, text: str) -> Query:
        from feedreader.query.language import parse_query  # not needed to show the whole feed
        from feedreader.query.sorting import in_order

        return in_order(parse_query(text), text, self.day_order)

    def show_all(self) -> None:
        """Show all papers, with no way back."""
        self.navigation.forget()
        self.focus_list()
        if self.query_text:
            self.run_query("")
        else:
            self.say("Showing all papers.")

    def bring_up_to_date(self, *, awaited: bool = False) -> None:
        """Look at the library again; the rows that are shown stay. If `awaited`, keys wait for what comes of it."""
        self.loader.bring_up_to_date(awaited=awaited)

    def undone(self, changes: Sequence[Changed], papers: Sequence[int]) -> None:
        """A step was undone, and `papers` are back: look at the library again; to the paper, if it was one and is in
        the list."""
        self._apply(changes)
        self.arrivals.came_back(papers)
        back = [changed.key for changed in changes] or papers
        if len(back) != 1:
            self.bring_up_to_date(awaited=True)
            return
        self.triage.stop()
        request = self.loader.pending
        query, keep = (self.shown_query, True) if request is None else (request.query, request.keep is not None)
        self.loader.load(query, keep=keep, back=back[0])

    def show_loaded(self, loaded: LoadedFeed, row: int | None) -> None:
        """Show a feed that was asked for, with the cursor on a row."""
        self.counts = loaded.counts
        request = loaded.request
        line, top = 1 if request.day_top else None, None  # below the day
        if row is not None and request.back is not None:
            line = self.list.line_in(loaded.feed, row)
        elif row is not None and request.keep is not None:
            top = self.list.top_out_of_sight(loaded.feed, row)
        self._show_feed(request.query, loaded.feed, row, line=line, top=top, back=request.back is not None)
        words, self._said_when_shown = self._said_when_shown, ""
        if words:
            self.say(loaded.missing or words)
        self.arrivals.loaded(loaded.highest)

    def _show_feed(
        self,
        query: Query,
        feed: DayFeed,
        row: int | None,
        *,
        line: int | None = None,
        top: Top | None = None,
        back: bool = False,
    ) -> None:
        if query != self.shown_query:
            self.hints.hush_old()
        self.shown_query = query
        self._mark_hits()
        self.list.show(feed, row, self.list.line if line is None else line, top)
        self._show_facts()
        if back:
            self.triage.lead_back()
        self._cursor_moved()
        self.search.shown()
        self.growth.begin()

    def show_part(self, run: Run, row: int) -> None:
        """Show another part of what the query finds."""
        self.loader.drop()
        self._show_feed(self.shown_query, run, row, line=self.list.size.height // 3)

    def _mark_hits(self) -> None:
        """What the query looks for is marked in list and abstract."""
        hits = None
        if self.shown_query.terms:
            from feedreader.query.hits import hit_patterns

            hits = hit_patterns(self.shown_query)
        self.list.hits = hits
        self.pane.mark_hits(hits)

    def _show_facts(self) -> None:
        empty = not self.counts[0]
        if empty != (self._body.welcome is not None):
            self._body.show_welcome(empty)
            if self.search.origin is None:
                self.focus_list()
        self.show_counts()
        self.show_hints()

    def show_counts(self) -> None:
        """Say how many papers there are: in all, and of those that the query finds."""
        found = "" if self.shown_query.everything else papers_found(*self.list.feed.size)
        name = self._names.get(self.query_text, self.query_text)
        self.status.show(shown_words(self.shown_query, self.query_text, name), found, self.counts)
        if self.is_typing and self.loader.pending is None:
            self.search.shown()

    def name_queries(self, names: Mapping[str, str]) -> None:
        """These are the names of saved searches, by their queries."""
        self._names = names
        self.show_counts()

    def _make_welcome(self) -> Widget:
        from feedreader.tui.widgets.welcome import Welcome

        return Welcome(key=self._services.key, has_samples=self._has_samples, id="welcome")

    # The cursor ------------------------------------------------------------------------------------------------

    def _cursor_moved(self) -> None:
        key = self.list.key
        another = key != self.current
        if another:
            self.hints.hush_old()
            self.marks.leave()
            self.current = key
            if self.in_abstract:
                self.marks.opens(key)
        self.triage.moved(another)
        self._show_left()
        self.show_paper()
        for widget in (self.list, self.pane):  # at once, so that both come with one frame
            self.post_message(Update(widget))
        self.loader.load_papers()
        self.post_message(messages.PositionChanged())

    def pages_came(self) -> None:
        """Pages of the list came: the paper under the cursor may be among them."""
        if self.current != self.list.key or (self.current is not None and self.pane.paper is None):
            self._cursor_moved()

    def show_paper(self) -> None:
        if self.list.cursor is None:
            self.pane.show(None)
            return
        paper = self._cache.get(self.current)
        if paper is not None:
            self.pane.show(paper)
        elif self.list.summary is not None:
            self.pane.show_summary(self.list.summary)

    @property
    def position(self) -> Position | None:
        """Where the cursor is, to be remembered; while a search goes on, where it was before."""
        if self.search.origin is not None:
            return self.search.origin.position
        summary = self.list.summary
        return (
            None
            if summary is None
            else Position(summary.id, max(0, self.list.line), self.counts[0] - self.arrivals.unseen)
        )

    @property
    def settled_query(self) -> str:
        """The query to be remembered; while a search goes on, the one before."""
        return self.query_text if self.search.origin is None else self.search.origin.text

    # To and fro ------------------------------------------------------------------------------------------------

    def snapshot(self) -> FeedSnapshot:
        """What is shown, and where the cursor is."""
        feed, papers = self.list.feed, self.list
        return FeedSnapshot(
            self.query_text, self.shown_query, feed, papers.cursor, papers.top, self.position, feed.above
        )

    def restore(self, snapshot: FeedSnapshot) -> None:
        """Show again what was on the screen; it may not be up to date."""
        self.loader.drop()
        self.query_text = snapshot.text
        row, top = snapshot.now
        self._show_feed(snapshot.query, snapshot.feed, row, top=top)
        if snapshot.query.by_day and snapshot.query.sort != self.day_order:  # days were given another order since
            self.loader.load(self._parsed(snapshot.text))
        self.arrivals.moved()

    # Marks -----------------------------------------------------------------------------------------------------

    def forget_requests(self) -> None:
        """Something failed: what was asked for may not come about, and can be asked for again."""
        self.marks.intended.clear()
        self.triage.stop()
        self.loader.forget_requests()
        self.growth.resume()

    def on_papers_changed(self, message: messages.PapersChanged) -> None:
        certain = self._apply(message.changes)
        self.marks.answered(message)
        if not certain:
            self.bring_up_to_date(awaited=True)
        self.arrivals.count()

    def _apply(self, changes: Sequence[Changed]) -> bool:
        """Takes changes of marks: all that is shown follows. False if the feed must be looked at again."""
        certain = self.marks.apply(changes)
        self.show_counts()
        self._show_left()
        self.show_paper()
        return certain

    def set_open(self, key: int | None) -> None:
        """This paper is being read, here or in another program; None: no one."""
        self.marks.open = key

    @on(PaperList.Opened)
    def _double_clicked(self) -> None:
        self.action_open()

    @on(events.DescendantFocus)
    def _focus_moved(self) -> None:
        if self.in_abstract:
            self.marks.opens(self.current)
        self._body.focus_moved(reading=self.in_abstract)
        self.show_hints()

    # What is said ----------------------------------------------------------------------------------------------

    def say(self, *wordings: str) -> None:
        """Say something in the bottom line, in the first of these wordings that fits."""
        self.hints.say(*wordings)

    def busy(self, text: str, who: str) -> None:
        """Say in the status bar what goes on, and whose it is; "" when it is over."""
        self.status.busy(text, who)

    def pressed(self, key: str = "") -> None:
        """A key (or the mouse) was pressed, whatever comes of it."""
        self.hints.pressed()
        self.arrivals.pressed()
        if self.unused_keys and self.is_current and (active := self.active_bindings.get(key)):
            used = self.unused_keys & {active.binding.id}
            self.unused_keys -= used
            if used and self._body.welcome is None:
                self.show_hints()
                self.post_message(messages.PositionChanged())

    def _show_left(self) -> None:
        self.hints.lead(self.triage.left)

    def show_hints(self) -> None:
        """The keys that matter now."""
        self._show_left()
        hints = keys.feed_hints(
            welcome=self._body.welcome is not None,
            in_abstract=self.in_abstract,
            empty=self.list.cursor is None,
            flow=self.triage.flow,
            filtered=bool(self.query_text),
            leads_back=self.navigation.leads_back,
        )
        self.hints.show(*hints_for(self, hints, self.unused_keys))

    # Keys: marks -----------------------------------------------------------------------------------------------

    def action_mark(self, name: str) -> None:
        self.triage.press(lambda: self.marks.toggle(name))

    def action_toggle_kept(self) -> None:
        self.triage.press(self.triage.keep)

    def action_toggle_dismissed(self) -> None:
        self.triage.press(self.triage.dismiss)

    def action_read_day(self) -> None:
        self.marks.read_day()

    # Keys: moving and reading ----------------------------------------------------------------------------------

    def action_move(self, papers: int) -> None:
        self.list.action_move(papers)

    def action_day(self, step: int) -> None:
        cursor = self.list.cursor
        if cursor is not None:
            self.list.move_to(self.list.feed.next_group(cursor, step), far=True)

    def action_end(self, step: int) -> None:
        self.navigation.end(step)

    def action_newest(self) -> None:
        self.navigation.newest()

    def action_unread(self, step: int) -> None:
        self.triage.unread(step)

    def action_read_on(self) -> None:
        self.triage.press(self.action_open if self._body.hides_abstract else self.triage.read_on)

    def action_open(self) -> None:
        if self.list.key is not None:
            self.focus_pane()

    async def action_back(self) -> None:
        if self.in_abstract:
            self.focus_list()
        elif self.status.is_busy:
            await self.run_action("app.stop")
        else:
            self.navigation.back()

    async def action_leave(self) -> None:
        if self.in_abstract:
            self.focus_list()
        elif not self.navigation.level_up():
            await self.run_action("app.quit")

    def action_layout(self) -> None:
        self.layouts.next()

    def action_split(self, step: int) -> None:
        self.layouts.move(step)

    def action_toggle_raw(self) -> None:
        self.say("Showing the text as the source wrote it." if self.pane.toggle_raw() else "Showing TeX as Unicode.")

    # Keys: queries ---------------------------------------------------------------------------------------------

    def action_query(self) -> None:
        self.search.begin()

    def action_toggle_term(self, term: str) -> None:
        from feedreader.query.language import toggled

        self.run_query(toggled(self.query_text, term))

    def action_order(self) -> None:
        from feedreader.query.sorting import next_order

        query, self.day_order, words = next_order(self.query_text, self.day_order)
        self.run_query(query, day_top=not self.in_abstract and self._parsed(query).sort == BY_INTEREST, words=words)

    def action_toggle_sections(self) -> None:
        self.expand = not self.expand
        state = "expanded" if self.expand else "collapsed"
        self._said_when_shown = f"Replaced and muted papers {state}."
        self.loader.load(self.shown_query)
