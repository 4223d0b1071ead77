"""The reader's desks: what each kind of work is done at, made when it is first needed, and the messages for it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from textual.app import App

from feedreader.tui import messages
from feedreader.tui.feed_loader import list_sources, subscription_status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from feedreader.config import Settings
    from feedreader.library import Library
    from feedreader.services.ingest import ImportResult
    from feedreader.tui import messages_of_ways
    from feedreader.tui.controllers.browse import BrowseController
    from feedreader.tui.controllers.documents import DocumentsController
    from feedreader.tui.controllers.exports import ExportsController
    from feedreader.tui.controllers.imports import ImportsController
    from feedreader.tui.controllers.notes import NotesController
    from feedreader.tui.controllers.rules import RuleMade, RulesApplied, RulesController, RuleTaken
    from feedreader.tui.controllers.saved_searches import SavedSearchesController
    from feedreader.tui.controllers.subscriptions import SubscriptionsController
    from feedreader.tui.screens.feed import FeedScreen
    from feedreader.tui.workers import WorkerThread


class Desks(App[int]):
    """The part of `FeedreaderApp` that hands on."""

    library: Library
    settings: Settings | None
    rules: Path | None
    reader: WorkerThread
    writer: WorkerThread
    importer: WorkerThread
    feed: FeedScreen
    report: Sequence[ImportResult]
    keys: dict[str, tuple[str, ...]]
    view_names: Mapping[str, str] = {}

    def say(self, words: str) -> None:
        """Say something in the bottom line of the screen on top."""
        hints = getattr(self.screen, "hints", self.feed.hints)
        hints.say(words)

    def key(self, id: str, prefer: str = "") -> str:
        """The key that a binding has, to be named in a sentence (see `keymap.key_of`)."""
        from feedreader.tui.keymap import key_of

        return key_of(self, id, prefer)

    # Notes and tags --------------------------------------------------------------------------------------------

    @cached_property
    def annotating(self) -> NotesController:
        from feedreader.tui.controllers.notes import NotesController

        return NotesController(self)

    # Papers in and out -----------------------------------------------------------------------------------------

    @cached_property
    def importing(self) -> ImportsController:
        from feedreader.tui.controllers.imports import ImportsController

        return ImportsController(self)

    def on_import_wanted(self, message: messages.ImportWanted) -> None:
        self.importing.start(message.paths)

    def on_import_progressed(self, message: messages.ImportProgressed) -> None:
        self.importing.progressed(message)

    def on_import_done(self, message: messages.ImportDone) -> None:
        self.importing.done(message.results)
        self.keep_in_step()

    def on_welcome_samples_wanted(self) -> None:
        if self.feed.samples is not None:
            self.importing.start([str(self.feed.samples)])

    def on_forget_wanted(self, message: messages.ForgetWanted) -> None:
        self.importing.forget(message.source, message.ids)

    def on_forget_done(self, message: messages.ForgetDone) -> None:
        self.importing.forgotten(message.what, message.papers)
        self.keep_in_step()

    # Elsewhere -------------------------------------------------------------------------------------------------

    @cached_property
    def opening(self) -> DocumentsController:
        from feedreader.tui.controllers.documents import DocumentsController

        return DocumentsController(self)

    def action_open_page(self) -> None:
        self.opening.page()

    def action_pdf(self) -> None:
        self.opening.pdf()

    # Export and copy -------------------------------------------------------------------------------------------

    @cached_property
    def exporting(self) -> ExportsController:
        from feedreader.tui.controllers.exports import ExportsController

        return ExportsController(self)

    def action_export(self) -> None:
        self.exporting.ask()

    def action_copy(self) -> None:
        self.exporting.ask_what_to_copy()

    def keep_in_step(self) -> None:
        """Kept papers, or what is said of them, may have changed: so may the file that follows them."""
        if self.settings is not None and self.settings.export_file is not None:
            self.exporting.keep_in_step()

    on_papers_changed = keep_in_step

    def on_said(self, message: messages.Said) -> None:
        if message.title:
            self.notify(message.words, title=message.title, severity="error", markup=False, timeout=10)
        else:
            self.say(message.words)

    def on_busy(self, message: messages.Busy) -> None:
        self.feed.busy(message.text, message.who)

    # Browse ------------------------------------------------------------------------------------------------------

    @cached_property
    def ways(self) -> BrowseController:
        from feedreader.tui.controllers.browse import BrowseController

        return BrowseController(self)

    def on_names_wanted(self, message: messages_of_ways.NamesWanted) -> None:
        self.ways.count(message)

    def on_surprise_wanted(self, message: messages_of_ways.SurpriseWanted) -> None:
        self.ways.surprise(message)

    # Views -----------------------------------------------------------------------------------------------------

    @cached_property
    def viewing(self) -> SavedSearchesController:
        from feedreader.tui.controllers.saved_searches import SavedSearchesController

        return SavedSearchesController(self)

    def load_views(self) -> None:
        """Read the views, if there are any, to know their names."""
        from feedreader import config

        settings = self.settings
        if not (settings and settings.views) and not config.views_place().exists():
            return

        def read() -> messages_of_ways.ViewsReady:
            from feedreader.tui.controllers.saved_searches import (
                views_ready,  # on the lane: its modules are not needed before
            )

            return views_ready(settings)

        self.reader.do(read)

    def name_of(self, query: str) -> str:
        """What is shown of a query: the name of the view that it is, else itself."""
        return self.view_names.get(query, query)

    def action_views(self) -> None:
        self.viewing.ask()

    def action_view(self, number: int) -> None:
        self.viewing.show(number)

    def on_views_ready(self, message: messages_of_ways.ViewsReady) -> None:
        self.viewing.ready(message)

    # What is highlighted and muted -----------------------------------------------------------------------------

    @cached_property
    def rules_controller(self) -> RulesController:
        from feedreader.tui.controllers.rules import RulesController

        return RulesController(self)

    def action_make_rule(self, deed: str) -> None:
        self.rules_controller.ask(deed)

    def action_rules(self) -> None:
        self.rules_controller.show()

    def on_rule_made(self, message: RuleMade) -> None:
        self.rules_controller.made(message)

    def on_rule_taken(self, message: RuleTaken) -> None:
        self.rules_controller.apply(message.words)

    def on_rules_applied(self, message: RulesApplied) -> None:
        self.rules_controller.applied(message)
        self.keep_in_step()

    # What is followed ------------------------------------------------------------------------------------------

    @cached_property
    def following(self) -> SubscriptionsController:
        from feedreader.tui.controllers.subscriptions import SubscriptionsController

        return SubscriptionsController(self)

    def action_subscribe(self) -> None:
        from feedreader.tui.dialogs.subscribe import SubscribeScreen

        self.push_screen(SubscribeScreen(), lambda target: self.following.subscribe(target) if target else None)

    def action_refresh(self) -> None:
        self.following.refresh()

    def action_backfill(self) -> None:
        self.following.refresh(backfill=True)

    def stop_import(self) -> None:
        """Let a running import end with the file at hand."""
        if "importing" in self.__dict__:
            self.importing.stop()

    def on_stop_wanted(self) -> None:
        self.stop_import()
        if "exporting" in self.__dict__:
            self.exporting.stop()
        if "following" in self.__dict__:
            self.following.cancel()
        if "opening" in self.__dict__:
            self.opening.cancel()

    def on_subscription_wish(self, message: messages.SubscriptionWish) -> None:
        self.following.fulfil(message)

    def on_subscription_changed(self, message: messages.SubscriptionChanged) -> None:
        self.following.changed(message)

    def on_standing_wanted(self) -> None:
        self.reader.do(lambda: messages.StandingReady(*subscription_status(self.library)))

    def on_standing_ready(self, message: messages.StandingReady) -> None:
        self.feed.standing(message.words)
        if message.words:
            self.following.begin(self.settings, message.missing)

    def action_import(self) -> None:
        from feedreader.tui.dialogs.imports import ImportScreen

        self.push_screen(ImportScreen(), lambda paths: self.importing.start(paths) if paths else None)

    def action_sources(self) -> None:
        from feedreader.tui.dialogs.sources import SourcesScreen

        self.push_screen(SourcesScreen())

    def on_sources_wanted(self) -> None:
        screen = next((one for one in self.screen_stack if one.id == "sources"), self.screen)
        self.reader.do(lambda: list_sources(self.library, self.settings), screen)

    def action_report(self) -> None:
        from feedreader.tui.dialogs.report import ReportScreen

        self.push_screen(ReportScreen(self.report))
