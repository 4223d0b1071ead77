"""What the keys of the feed screen do: each hands on to what does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.screen import Screen

from feedreader.tui import messages
from feedreader.tui.keys import SCREEN_KEYS, VIEW_KEYS

if TYPE_CHECKING:
    from feedreader.tui.app import FeedreaderApp
    from feedreader.tui.controllers.marks import MarksController
    from feedreader.tui.controllers.triage import TriageController
    from feedreader.tui.history import NavigationHistory
    from feedreader.tui.messages_of_ways import ChanceReady
    from feedreader.tui.widgets.key_hints import KeyHints
    from feedreader.tui.widgets.paper_list import PaperList
    from feedreader.tui.widgets.paper_pane import PaperPane


class FeedActions(Screen[None]):
    """The actions of `FeedScreen`, which has the rest."""

    BINDINGS: ClassVar[list[BindingType]] = [*SCREEN_KEYS, *VIEW_KEYS]
    app: FeedreaderApp
    list: PaperList
    pane: PaperPane
    hints: KeyHints
    marking: MarksController
    triage: TriageController
    trail: NavigationHistory
    query_text: str
    expand: bool

    if TYPE_CHECKING:

        def run_query(self, text: str, *, top: bool = False) -> None: ...
        def run_again(self) -> None: ...
        def search(self) -> None: ...
        def show_hints(self) -> None: ...
        @property
        def is_busy(self) -> bool: ...

    # Marks -----------------------------------------------------------------------------------------------------

    def action_mark(self, name: str) -> None:
        self.triage.press(lambda: self.marking.toggle(name))

    def action_toggle_kept(self) -> None:
        self.triage.press(self.triage.keep)

    def action_toggle_dismissed(self) -> None:
        self.triage.press(self.triage.dismiss)

    def action_write(self) -> None:
        self.triage.press(self.marking.write)

    def action_read_day(self) -> None:
        self.marking.read_day()

    def action_undo(self) -> None:
        self.post_message(messages.UndoWanted())

    def action_forget(self) -> None:
        if (summary := self.list.summary) is not None:
            self.marking.open = None
            self.post_message(messages.ForgetWanted(ids=(summary.id,)))

    # Moving and reading ----------------------------------------------------------------------------------------

    def action_move(self, papers: int) -> None:
        self.list.action_move(papers)

    def action_day(self, step: int) -> None:
        cursor = self.list.cursor
        if cursor is not None:
            self.list.move_to(self.list.feed.next_group(cursor, step), far=True)

    def action_unread(self, step: int) -> None:
        self.triage.unread(step)

    def action_read_on(self) -> None:
        self.triage.press(self.triage.read_on)

    def action_open(self) -> None:
        if self.list.key is not None:
            self.pane.focus()

    def action_back(self) -> None:
        if self.pane.has_focus:
            self.list.focus()
        elif self.is_busy:
            self.post_message(messages.StopWanted())
        elif not self.trail.back() and self.query_text:
            self.run_query("")

    def action_toggle_raw(self) -> None:
        self.hints.say("Text as the source wrote it." if self.pane.toggle_raw() else "TeX as Unicode.")

    # Queries ---------------------------------------------------------------------------------------------------

    def action_query(self) -> None:
        self.search()

    def action_toggle_term(self, term: str) -> None:
        from feedreader.query.language import toggled

        self.run_query(toggled(self.query_text, term))

    def action_order(self) -> None:
        from feedreader.query.sorting import next_order

        query, words = next_order(self.query_text)
        self.run_query(query)
        self.hints.say(words)

    # Ways in ---------------------------------------------------------------------------------------------------

    def action_browse(self) -> None:
        self.app.ways.browse()

    def action_by_author(self) -> None:
        self.app.ways.by_author()

    def action_random(self) -> None:
        if self.list.cursor is not None:
            self.app.ways.random_unread()

    def on_chance_ready(self, message: ChanceReady) -> None:
        if message.feed is not self.list.feed:
            return
        if message.jump is None:
            self.hints.say("Nothing is unread here." if self.query_text else "Nothing is unread.")
            return
        self.trail.leave("chance")
        self.list.take(message.jump.pages)
        self.list.move_to(message.jump.row, far=True)
        self.show_hints()

    def action_toggle_sections(self) -> None:
        self.expand = not self.expand
        where = "shown after" if self.expand else "folded away at"
        self.hints.say(f"Replaced and muted papers are {where} the end of their day.")
        self.run_again()
