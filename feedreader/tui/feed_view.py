"""The feed screen, as the controllers see it. For the type checker only: it is not imported when the program runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from textual.message import Message
from textual.widget import Widget

from feedreader.model import Paper, PaperSummary, Query
from feedreader.tui.feed_loader import LoadedFeed
from feedreader.tui.feed_lookup import Target
from feedreader.tui.history import FeedSnapshot
from feedreader.tui.widgets.key_hints import KeyHints
from feedreader.tui.widgets.paper_list import PaperList
from feedreader.tui.widgets.paper_pane import PaperPane
from feedreader.tui.widgets.status_bar import StatusBar
from feedreader.tui.workers import Queue
from feedreader.view.day_feed import DayFeed
from feedreader.view.run import Run


class FeedView(Queue, Protocol):
    """What controllers need of the feed screen. `counts` are the library's papers, unread and shortlisted ones.
    `current` is the key of the paper that is shown, `expand` whether sections are expanded; `day_order` orders papers
    within their days, as `Query.sort` does, where the query says nothing else."""

    list: PaperList
    pane: PaperPane
    hints: KeyHints
    status: StatusBar
    counts: tuple[int, int, int]
    query_text: str
    day_order: str
    shown_query: Query
    current: int | None
    expand: bool

    @property
    def summary(self) -> PaperSummary | None:
        """The paper under the cursor, if its page is here."""

    @property
    def key(self) -> int | None:
        """The key of the paper under the cursor."""

    @property
    def paper(self) -> Paper | None:
        """The whole paper under the cursor, if it is here."""

    @property
    def day_feed(self) -> DayFeed:
        """The papers that are shown."""

    @property
    def is_active(self) -> bool:
        """Whether nothing is open over the feed."""

    @property
    def in_abstract(self) -> bool:
        """Whether keys go to the abstract."""

    @property
    def is_typing(self) -> bool:
        """Whether a query is being typed."""

    def focus_list(self) -> None: ...
    def focus_pane(self) -> None: ...
    def post_message(self, message: Message) -> bool: ...
    def call_after_refresh(self, callback: Callable[[], object]) -> bool: ...
    def say(self, *wordings: str) -> None: ...
    def busy(self, text: str, who: str) -> None: ...
    def show_hints(self) -> None: ...
    def name_queries(self, names: Mapping[str, str]) -> None: ...
    def set_open(self, key: int | None) -> None: ...
    def bring_up_to_date(self, *, awaited: bool = False) -> None: ...
    def show_loaded(self, loaded: LoadedFeed, row: int | None) -> None: ...
    def show_part(self, run: Run, row: int) -> None: ...
    def show_counts(self) -> None: ...
    def show_paper(self) -> None: ...
    def pages_came(self) -> None: ...
    def run_query(self, text: str, *, top: bool = False, words: str = "") -> None: ...
    def jump(self, query: str, by: str = "", words: str = "") -> None: ...
    def jump_within(self, target: Target, by: str) -> None: ...
    def show_all(self) -> None: ...
    def snapshot(self) -> FeedSnapshot: ...
    def restore(self, snapshot: FeedSnapshot) -> None: ...
    def mount(self, *widgets: Widget) -> object: ...
