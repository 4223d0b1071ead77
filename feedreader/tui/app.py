"""The reader on the screen: the App puts the parts together, owns the threads, and is where requests become work."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import Binding

from feedreader.config.values import Settings
from feedreader.errors import QueryError
from feedreader.library import Library
from feedreader.tui import messages, session
from feedreader.tui.desks import Desks
from feedreader.tui.feed_loader import (
    answer,
    find_unread,
    keys_of_group,
    load_pages,
    load_papers,
)
from feedreader.tui.keys import APP_KEYS
from feedreader.tui.screens.feed import FeedScreen
from feedreader.tui.setup import read_again, set_up
from feedreader.tui.workers import WorkerThread

if TYPE_CHECKING:
    from textual.command import Provider

    from feedreader.services.ingest import ImportResult

POLL_SECONDS = 2.0
SAVE_SECONDS = 0.5
SWITCH_SECONDS = 0.0002  # how long the screen waits for its turn while a lane computes
_KEY_NAMES = {"enter": "enter", "escape": "esc", "pagedown": "pgdn", "pageup": "pgup", "delete": "del"}
COLLECT_AFTER = 0.3  # seconds after the first frame from which garbage is collected again


def _commands() -> type[Provider]:
    from feedreader.tui.commands import ReaderCommands

    return ReaderCommands


def _views() -> type[Provider]:
    from feedreader.tui.commands import ViewCommands

    return ViewCommands


class FeedreaderApp(Desks):
    """Composition root. The library is touched on its lanes only, and before the first frame."""

    CSS_PATH = "styles/feedreader.tcss"
    TITLE = "feedreader"
    BINDINGS = APP_KEYS
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {_commands, _views}

    def __init__(
        self,
        library: Library,
        *,
        query: str | None = None,
        samples: Path | None = None,
        imported: Sequence[ImportResult] = (),
        today: Callable[[], date] = date.today,
        settings: Settings | None = None,
        rules: Path | None = None,
    ) -> None:
        super().__init__()
        self.library = library
        self.rules = rules
        self.settings = settings
        self.reader = WorkerThread("reader", self)
        self.writer = WorkerThread("writer", self)
        self.importer = WorkerThread("importer", self)
        self.report: Sequence[ImportResult] = imported
        self._saved: dict[str, str | None] = {}
        self._save_due = False
        begin = session.start(library, query, reach=2 * shutil.get_terminal_size().lines)
        self.feed = FeedScreen(begin.view, begin.query, today=today(), samples=samples, line=begin.line)
        self.keys = {}
        set_up(self, settings or Settings(), library.state(session.THEME))
        self._version = library.data_version()

    def get_default_screen(self) -> FeedScreen:
        return self.feed

    def get_key_display(self, binding: Binding) -> str:
        return _KEY_NAMES.get(binding.key) or super().get_key_display(binding)

    def on_ready(self) -> None:
        self.set_timer(COLLECT_AFTER, _collect_garbage_again)
        self.set_interval(POLL_SECONDS, lambda: self.reader.do(self._look_for_changes))
        self.set_timer(POLL_SECONDS, self.keep_in_step)
        self.on_standing_wanted()
        self.set_timer(COLLECT_AFTER, lambda: self.importer.do(self.library.index))  # what a killed process left
        self.set_timer(COLLECT_AFTER, lambda: self.writer.do(self.library.papers.begin_visit))
        self.set_timer(COLLECT_AFTER, self.load_views)
        if self.rules is not None:
            self.set_timer(COLLECT_AFTER, lambda: self.rules_controller.begin(POLL_SECONDS))
        if self.report:
            self.importing.show_outcome(self.report)

    # Reading ---------------------------------------------------------------------------------------------------

    def on_view_wanted(self, message: messages.ViewWanted) -> None:
        self.reader.do(lambda: answer(self.library, message, self.feed.is_latest), self.feed)

    def on_pages_wanted(self, message: messages.PagesWanted) -> None:
        self.reader.do(
            lambda: messages.PagesReady(message.feed, load_pages(self.library, message.wanted), message.marks),
            self.feed,
        )

    def on_papers_wanted(self, message: messages.PapersWanted) -> None:
        self.reader.do(lambda: messages.PapersReady(load_papers(self.library, message.keys), message.marks), self.feed)

    def on_unread_wanted(self, message: messages.UnreadWanted) -> None:
        feed = message.feed.bare()

        def look() -> messages.JumpReady:
            jump = find_unread(self.library, feed, message.row, message.key, message.step)
            return messages.JumpReady(message.feed, jump, message.step, message.number)

        self.reader.do(look, self.feed)

    def _look_for_changes(self) -> messages.LibraryChanged | None:
        before, self._version = self._version, self.library.data_version()
        return messages.LibraryChanged() if self._version != before else None

    def on_library_changed(self) -> None:
        self.feed.bring_up_to_date()
        self.keep_in_step()

    # Marks -----------------------------------------------------------------------------------------------------

    def on_mark_wanted(self, message: messages.MarkWanted) -> None:
        values, label, step = message.values, message.label, message.step

        def mark() -> messages.PapersChanged:
            keys = message.keys if message.group is None else keys_of_group(self.library, message.group)
            changes = self.library.marks.set(keys, values, label=label, step=step)
            return messages.PapersChanged(changes, label, step=step, asked=keys, values=values)

        self.writer.do(mark, self.feed)

    def on_day_wanted(self, message: messages.DayWanted) -> None:
        group, keys = message.group, message.keys
        self.reader.do(lambda: messages.DayReady(group, self.library.papers.dismissed(group.key, keys)), self.feed)

    def on_key(self, event: events.Key) -> None:
        """Keys pressed while an editor opens are typed into it."""
        take = getattr(self.screen, "type_ahead", None)
        if take is not None and take(event):
            event.prevent_default()

    def on_undo_wanted(self) -> None:
        from feedreader.services import ingest

        self.writer.do(lambda: messages.UndoDone(ingest.undo(self.library)), self.feed)  # behind the marks before it

    def on_undo_done(self, message: messages.UndoDone) -> None:
        if message.undone is None:
            self.feed.hints.say("There is nothing to undo.")
            return
        self.feed.hints.say(f"Undone: {message.undone.label}")
        self.keep_in_step()
        if message.undone.rule:
            self.rules_controller.take_back(message.undone.rule)
        self.feed.undone(message.undone.changes)

    # What cannot be done ---------------------------------------------------------------------------------------

    def on_failed(self, message: messages.Failed) -> None:
        self.feed.forget_intentions()
        if isinstance(message.error, QueryError) and self.feed.search_stopped(message.error):
            return
        self.notify(str(message.error), title=message.error.title, severity="error", markup=False, timeout=10)

    def on_crashed(self, message: messages.Crashed) -> None:
        raise message.error

    # Screens ---------------------------------------------------------------------------------------------------

    def action_help(self) -> None:
        from feedreader.tui.dialogs.help import HelpScreen, entries_of

        feed = self.feed
        self.push_screen(HelpScreen(entries_of(feed, (feed.list, feed.pane, feed, self))))

    def action_help_quit(self) -> None:
        self.feed.hints.say(f"{self.key('quit')} quits.")

    def action_read_settings(self) -> None:
        self.reader.do(read_again)

    def on_settings_read(self, message: messages.SettingsRead) -> None:
        self.settings = message.settings
        set_up(self, message.settings)
        self.feed.bring_up_to_date()
        self.say("The settings hold as they are now; times of refreshing, from the next start on.")

    # What is remembered ----------------------------------------------------------------------------------------

    def wear(self, theme: str) -> None:
        """Put on a theme that need not be remembered."""
        self._saved[session.THEME] = theme
        self.theme = theme

    def watch_theme(self, theme: str) -> None:
        self._remember(session.THEME, theme)

    def on_position_changed(self) -> None:
        if not self._save_due:
            self._save_due = True
            self.set_timer(SAVE_SECONDS, self.save_position)

    def save_position(self) -> None:
        """Remember where the reader is, if that is not what is remembered."""
        self._save_due = False
        position = self.feed.position
        if position is not None:
            self._remember(session.POSITION, position.text())
        self._remember(session.QUERY, self.feed.settled_query or None)

    def _remember(self, name: str, value: str | None) -> None:
        if self._saved.get(name, "") != value:
            self._saved[name] = value
            self.writer.do(lambda: self.library.set_state(name, value))

    # The end ---------------------------------------------------------------------------------------------------

    async def action_quit(self) -> None:
        self.save_position()
        self.exit(0)

    def leave(self, number: int, frame: FrameType | None = None) -> None:
        """A signal asks for the end. Without a terminal there is nothing to put back in order: what is to be
        remembered is written, and that is all."""
        self.save_position()
        if number == signal.SIGHUP:
            self.writer.close(timeout=3)
            os._exit(128 + number)
        self.call_later(self.exit, 128 + number)

    def finish(self) -> None:
        """Let the lanes come to their ends; a running import stops after the file at hand."""
        self.stop_import()
        self.writer.close()
        if "exporting" in self.__dict__:
            self.exporting.finish()
        self.reader.close(timeout=5)
        if not self.importer.close(timeout=0.3):
            print("Finishing the file that is being imported…", file=sys.stderr)
            self.importer.close()


def run(
    library: Library,
    *,
    query: str | None = None,
    samples: Path | None = None,
    imported: Sequence[ImportResult] = (),
    today: Callable[[], date] = date.today,
    settings: Settings | None = None,
    rules: Path | None = None,
) -> int:
    """Open the reader; returns the exit code: 0, 2 without a terminal, 129 or 143 after SIGHUP or SIGTERM.

    Raises QueryError if `query` is not understood.
    """
    if os.environ.get("TERM", "dumb") in ("dumb", "") or not all(
        stream is not None and stream.isatty() for stream in (sys.__stdin__, sys.__stdout__, sys.__stderr__)
    ):
        print("The reader needs a terminal. `feedreader list` and `feedreader show` work without one.", file=sys.stderr)
        return 2
    gc.disable()  # until the first frame is painted: nothing is garbage yet
    interval = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    if os.environ.get("NO_COLOR") == "":
        del os.environ["NO_COLOR"]  # it counts only when it is not empty (no-color.org); Textual counts it always
    app = FeedreaderApp(
        library, query=query, samples=samples, imported=imported, today=today, settings=settings, rules=rules
    )
    signals = (signal.SIGHUP, signal.SIGTERM)
    before = [signal.signal(number, app.leave) for number in signals]
    try:
        code = app.run()
    finally:
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)
        app.finish()
        sys.setswitchinterval(interval)
        gc.enable()
    return app.return_code or 0 if code is None else code


def _collect_garbage_again() -> None:
    gc.freeze()
    gc.enable()
