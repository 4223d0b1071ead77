"""The reader on the screen: the App puts the parts together, owns the threads, and hands keys and messages on."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import sys
from _thread import start_new_thread
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from time import sleep
from types import FrameType
from typing import TYPE_CHECKING

from textual import events
from textual.binding import Binding

from feedreader.config.values import Settings
from feedreader.errors import LibraryGone, QueryError
from feedreader.library import Library
from feedreader.model import BY_INTEREST
from feedreader.text.display import safe
from feedreader.tui import messages, session, themes
from feedreader.tui.context import Context
from feedreader.tui.controllers.browse import BrowseController
from feedreader.tui.controllers.documents import DocumentsController
from feedreader.tui.controllers.exports import ExportsController
from feedreader.tui.controllers.imports import ImportsController
from feedreader.tui.controllers.library_file import LibraryFileController
from feedreader.tui.controllers.notes import NotesController
from feedreader.tui.controllers.own_commands import OwnCommandsController
from feedreader.tui.controllers.rules import RulesController
from feedreader.tui.controllers.saved_searches import SavedSearchesController
from feedreader.tui.controllers.subscriptions import SubscriptionsController
from feedreader.tui.controllers.sync import SyncController
from feedreader.tui.controllers.zotero import ZoteroController
from feedreader.tui.keys import APP_KEYS
from feedreader.tui.screens.feed import FeedScreen
from feedreader.tui.themed_app import ThemedApp
from feedreader.tui.type_ahead import TypeAhead

if TYPE_CHECKING:
    from feedreader.services.ingest import ImportResult
    from feedreader.services.removal import Undone

POLL_SECONDS = 1.0
SAVE_SECONDS = 0.5
UNDO_SECONDS = 0.5  # after which undoing says that it goes on
PATIENCE = 1.5  # seconds that the end of the reader waits for another program
_KEY_NAMES = {"enter": "enter", "escape": "esc", "pagedown": "pgdn", "pageup": "pgup", "delete": "del"}
COLLECT_AFTER = 0.3  # seconds after the first frame from which garbage is collected again


class FeedreaderApp(ThemedApp):
    """Composition root. The library is touched on the worker threads only, and before the first frame."""

    CSS_PATH = "styles/feedreader.tcss"
    TITLE = "feedreader"
    BINDINGS = APP_KEYS

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
        terminal: themes.Terminal | None = None,
    ) -> None:
        settings = settings or Settings()
        super().__init__(terminal or themes.Terminal(), settings.theme, session.chosen_theme(library))
        self.library = library
        library.learns = False  # the feed screen sees to that
        self.context = context = Context(self, library, settings, rules)
        self._recent_commands: list[str] = []
        self._save_due = False
        self._type_ahead = context.type_ahead = TypeAhead(self)
        self.has_lost_changes = False  # known at the end
        self._written = False  # whether the screen has been left, and all is written
        self._signals: set[int] = set()  # that asked for the end
        start = session.start(library, query, reach=2 * shutil.get_terminal_size().lines)
        unused = None if start.unused_keys else ""
        self._saved: dict[str, str | None] = {session.ORDER: start.day_order or None, session.UNUSED_KEYS: unused}
        self.feed = context.feed = FeedScreen(context, start, today=today(), has_samples=samples is not None)
        self.saved_searches = SavedSearchesController(context, changed=lambda: self.exports.sync())
        self.exports = ExportsController(context, self.saved_searches.read)
        self.imports = ImportsController(context, imported, samples)
        self.library_file = LibraryFileController(context)
        self.notes = NotesController(context)
        self.own_commands = OwnCommandsController(context)
        self.rules = RulesController(context, applied=self.exports.sync, pinned=lambda: self.feed.interest.learn())
        self.documents = DocumentsController(context)
        self.browse = BrowseController(context)
        self.subscriptions = SubscriptionsController(context)
        self.sync = SyncController(context, searches_changed=self.saved_searches.load)
        self.zotero = ZoteroController(context)
        self._apply_settings()

    def get_default_screen(self) -> FeedScreen:
        return self.feed

    def get_key_display(self, binding: Binding) -> str:
        return _KEY_NAMES.get(binding.key) or super().get_key_display(binding)

    def on_ready(self) -> None:
        context = self.context
        self.set_timer(COLLECT_AFTER, _collect_garbage_again)
        self.library_file.begin(POLL_SECONDS)
        self.set_timer(POLL_SECONDS, self.exports.sync)
        self.subscriptions.look()
        self.set_timer(COLLECT_AFTER, self._catch_up)
        self.set_timer(
            COLLECT_AFTER, lambda: context.db_write.do(self.library.papers.begin_visit, error=lambda _: None)
        )
        self.set_timer(COLLECT_AFTER, self.saved_searches.load)
        self.set_timer(COLLECT_AFTER, self.imports.look_for_partial)
        self.set_timer(COLLECT_AFTER, self.sync.begin)
        self.set_timer(COLLECT_AFTER, lambda: self.rules.begin(POLL_SECONDS))
        if self.imports.report:
            self.imports.show_outcome()

    def _catch_up(self) -> None:
        """Do what another process left to be done."""

        def ordered(moved: bool) -> None:
            if moved:
                self.on_library_changed()

        def catch_up() -> None:
            self.library.index()
            self.library.interest.bring_up_to_date(thorough=False)

        def caught_up(_: None) -> None:
            if self.feed.shown_query.sort == BY_INTEREST:  # its order may have followed
                self.feed.bring_up_to_date()
            self.feed.interest.learn()

        self.context.db_import.do(self.library.order_days, ordered)
        self.context.db_import.do(catch_up, caught_up)

    # What changed ----------------------------------------------------------------------------------------------

    def on_library_changed(self) -> None:
        self.feed.bring_up_to_date()
        self.feed.interest.library_changed()
        self.subscriptions.look_at_sources()
        self.exports.sync()

    def on_papers_changed(self) -> None:
        self.feed.interest.marked()
        self.exports.sync()

    def on_import_progressed(self, message: messages.ImportProgressed) -> None:
        self.imports.progressed(message)

    def on_busy(self, message: messages.Busy) -> None:
        self.feed.busy(message.text, message.who)

    def on_failed(self, message: messages.Failed) -> None:
        self.feed.forget_requests()
        self._type_ahead.release()
        if isinstance(message.error, QueryError) and self.feed.search.stopped(message.error):
            return
        if isinstance(message.error, LibraryGone):
            self.library_file.refused(message.error)
        else:
            self.context.show_error(message.error)

    def on_crashed(self, message: messages.Crashed) -> None:
        raise message.error

    def _fatal_error(self) -> None:
        """In place of Textual's, which shows a person where the program's mistake is."""
        error = sys.exc_info()[1]
        if self.is_headless or error is None:
            super()._fatal_error()
            return
        from rich.text import Text

        from feedreader.services import doctor
        from feedreader.system.crash import note_crash

        failure = doctor.failure(self.library.path, self.library.now)
        self.panic(Text(f"feedreader: {failure}" if failure else note_crash(error)))

    # Undo ------------------------------------------------------------------------------------------------------

    def action_undo(self) -> None:
        def undo() -> Undone | None:
            from feedreader.services import removal

            return removal.undo(self.library, self.context.rules_file)

        self._type_ahead.hold("undo")
        takes_long = self.set_timer(UNDO_SECONDS, self._say_undoing)

        def ended(then: Callable[[], None]) -> None:
            takes_long.stop()
            self.feed.busy("", "undo")
            self._type_ahead.release("undo")
            then()

        self.context.db_write.do(  # in turn with marks
            undo,
            lambda undone: ended(lambda: self._undone(undone)),
            error=lambda error: ended(lambda: self.on_failed(messages.Failed(error))),
            to=self.feed,
        )

    def _say_undoing(self) -> None:
        self._type_ahead.release("undo")
        self.feed.busy("Undoing…", "undo")

    def _undone(self, undone: Undone | None) -> None:
        if undone is None:
            self.feed.say("Nothing to undo.")
            return
        from feedreader.view.rows import undid

        self.feed.say(undid(undone.label))
        self.exports.sync()
        if undone.rule:
            self.rules.apply()
        self.feed.undone(undone.changes, undone.papers)
        self.feed.interest.marked()

    def copy_to_clipboard(self, text: str) -> None:
        """By the terminal: Textual's own knows nothing of tmux and screen."""
        from feedreader.system.clipboard import terminal_sequence

        self._clipboard = text
        if self._driver is not None:
            self._driver.write(terminal_sequence(text))

    # Keys ------------------------------------------------------------------------------------------------------

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            self._type_ahead.pressed(event)
            await self.on_takes_keys()
        else:
            await super().on_event(event)

    async def on_takes_keys(self) -> None:
        while (event := self._type_ahead.due()) is not None:
            self._type_ahead.sent(is_done=await self._send(event))

    async def _send(self, event: events.Key | events.Paste) -> bool:
        """Do at once what a key is bound to. False: it is on its way from widget to widget; one of them may take it."""
        if isinstance(event, events.Paste) or not self._type_ahead.only_binds:
            await super().on_event(event)
            return False
        self.app_focus = True
        if not await self._check_bindings(event.key, priority=True):
            await self.screen.handle_key(event)
            event._set_forwarded()
            await super().on_event(event)
        return True

    def on_key(self, event: events.Key) -> None:
        self.feed.pressed(event.key)

    def action_write(self) -> None:
        self.feed.triage.press(self.notes.edit)

    def action_read_many(self, which: str = "") -> None:
        if which:
            self.feed.marks.read_many(which)
        else:
            self.feed.triage.press(self.feed.marks.ask_which_read)

    def action_run_command(self) -> None:
        self.own_commands.ask()

    def action_open_page(self) -> None:
        self.documents.page()

    def action_links(self) -> None:
        self.documents.links()

    def action_pdf(self) -> None:
        self.documents.pdf()

    def action_export(self) -> None:
        self.exports.ask()

    def action_zotero(self, what: str) -> None:
        zotero = self.zotero
        {"paper": zotero.send_paper, "shortlist": zotero.send_shortlist, "collection": zotero.choose}[what]()

    def action_copy(self) -> None:
        self.exports.ask_what_to_copy()

    def action_browse(self) -> None:
        self.browse.browse()

    def action_go_to_day(self) -> None:
        self.browse.ask_for_day()

    def action_by_author(self) -> None:
        self.browse.by_author()

    def action_random(self) -> None:
        self.browse.random_unread()

    def action_saved_searches(self) -> None:
        self.saved_searches.ask()

    def action_saved_search(self, number: int) -> None:
        self.saved_searches.show(number)

    def action_make_rule(self, effect: str) -> None:
        self.rules.ask(effect)

    def action_rules(self) -> None:
        self.rules.show()

    def action_import(self) -> None:
        self.imports.ask()

    def action_load_samples(self) -> None:
        self.imports.load_samples()

    def action_report(self) -> None:
        self.imports.show_report()

    def action_remove(self) -> None:
        self.imports.remove_paper()

    def action_sources(self) -> None:
        self.subscriptions.show_sources(self.imports.remove_source)

    def action_subscribe(self) -> None:
        self.subscriptions.ask()

    def action_refresh(self) -> None:
        self.subscriptions.refresh()

    def action_backfill(self) -> None:
        self.subscriptions.refresh(backfill=True)

    def action_sync(self) -> None:
        self.sync.now()

    def action_stop(self) -> None:
        if self.context.stop_looking():
            self.context.say("Stopped.")
        others = (self.exports, self.subscriptions, self.documents, self.own_commands, self.zotero, self.feed.growth)
        for controller in (self.imports, *others):
            controller.stop()

    def action_command_palette(self) -> None:
        from feedreader.tui.dialogs.palette import PaletteScreen, commands_of

        searches, file = self.saved_searches, self.library_file
        put_back = file.put_back if isinstance(file.trouble, LibraryGone) else None
        screen = PaletteScreen(
            [*commands_of(self, self.context, put_back)], searches.known_commands(), self._recent_commands
        )
        self.context.push_screen(screen, lambda command: self.context.later(command.run) if command else None)
        searches.offer(screen)

    def action_help(self) -> None:
        from feedreader.tui.dialogs.help import HelpScreen, entries_of

        feed = self.feed
        self.push_screen(HelpScreen(entries_of(feed, (feed.list, feed.pane, feed, self))))

    def action_help_quit(self) -> None:
        self.context.say("Press ctrl+q to quit.")

    # Settings --------------------------------------------------------------------------------------------------

    def action_read_settings(self) -> None:
        from feedreader.tui.setup import read_settings

        self.context.db_read.do(read_settings, self._settings_read)

    def _settings_read(self, settings: Settings) -> None:
        self.context.settings = settings
        self._apply_settings()
        self.feed.bring_up_to_date()
        self.exports.sync()
        self.context.say("Settings reloaded; refresh times apply after restart.")

    def _apply_settings(self) -> None:
        """The look, the list and the keys."""
        settings, feed = self.context.settings, self.feed
        self.set_theme(settings.theme)
        feed.marks.mark_read = settings.mark_read
        if (settings.lines, settings.columns) != (feed.list.density, tuple(feed.list.columns)):
            feed.list.lay_out(settings.lines, settings.columns)
        if settings.keys or self.context.keys:
            from feedreader.tui.keymap import keymap, rebind

            self.context.keys = keymap(settings)
            for node in (self, feed, feed.list, feed.pane):
                rebind(node, self.context.keys)

    # What is remembered ----------------------------------------------------------------------------------------

    def on_mouse_down(self) -> None:
        self.feed.pressed()

    def on_position_changed(self) -> None:
        self.feed.arrivals.moved()
        self.feed.interest.moved()
        if not self._save_due:
            self._save_due = True
            self.set_timer(SAVE_SECONDS, self.save_position)

    def save_position(self) -> None:
        """Remember where the reader is, if that is not what is remembered."""
        self._save_due = False
        position = self.feed.position
        if position is not None:
            self.remember(session.POSITION, position.text())
        self.remember(session.QUERY, self.feed.settled_query or None)
        self.remember(session.UNUSED_KEYS, " ".join(sorted(self.feed.unused_keys)))
        self.remember(session.ORDER, self.feed.day_order or None)

    def remember(self, name: str, value: str | None) -> None:
        if self._saved.get(name, "") != value:
            self._saved[name] = value
            self.context.db_write.do(lambda: self.library.set_state(name, value), error=lambda _: None)

    # The end ---------------------------------------------------------------------------------------------------

    async def action_quit(self) -> None:
        self._quit(0)

    def leave(self, number: int, frame: FrameType | None = None) -> None:
        """A signal asks for the end. It comes anywhere, so a thread of its own does the work: it can wait for a lock
        that is held here."""
        if self._written:
            os._exit(128 + number)  # nothing is waited for but an import
        if number not in self._signals:
            self._signals.add(number)
            start_new_thread(self._leave, (number,))

    def _leave(self, number: int) -> None:
        while self.own_commands.is_starting:
            sleep(0.01)
        self.own_commands.finish()
        from feedreader.tui.terminal import has_terminal

        if number != signal.SIGHUP or has_terminal():
            self.call_later(self._quit, 128 + number)
            return
        self.save_position()  # there is nothing to put back in order: what is to be remembered is written, that is all
        self._end_writing()
        os._exit(128 + number)

    def _quit(self, code: int) -> None:
        self.save_position()
        self.exit(code)

    def _end_writing(self) -> None:
        """Write what is still to be written; of what another program keeps from being written, say so."""
        writer = self.context.db_write
        if not writer.close(timeout=PATIENCE):
            self.library.give_up(PATIENCE)
            writer.close()
        self._written = True

    def finish(self) -> None:
        """Let the threads come to their ends; a running import stops after the file at hand."""
        context = self.context
        self.imports.end()
        self.own_commands.finish()
        self._end_writing()
        errors = [self.library_file.trouble, *context.db_write.late_errors]
        self.has_lost_changes = any(errors)
        for words in dict.fromkeys(safe(str(error)) for error in errors if error):
            print(f"feedreader: {words} Your last change may be lost.", file=sys.stderr)
        self.exports.finish()
        self.sync.finish()
        context.stop_looking()
        context.db_look.close(timeout=5)
        context.db_read.close(timeout=5)
        if not context.db_import.close(timeout=0.3):
            print("Finishing the import of the current file…", file=sys.stderr)
            context.db_import.close()
        self.feed.interest.finish()


def _collect_garbage_again() -> None:
    gc.freeze()
    gc.enable()
