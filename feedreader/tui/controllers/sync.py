"""The folder that machines share: what is done here goes there, what comes from there is shown."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from feedreader.errors import FeedreaderError
from feedreader.text.display import counted, safe
from feedreader.tui.messages import LibraryChanged

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedreader.services.sync import SyncResult
    from feedreader.tui.context import Context

SECONDS = 0.8  # between two looks at the folder, which is cheap while nothing changed
_PATIENCE = 5  # seconds at the end


class SyncController:
    """It has a thread of its own: neither a key press nor a mark waits for a slow disk. `searches_changed` is called
    when saved searches came."""

    def __init__(self, context: Context, searches_changed: Callable[[], object]) -> None:
        self._context = context
        self._searches_changed = searches_changed
        self._seen: object = None  # by which it is known that nothing changed since
        self._problems: list[str] = []

    def begin(self) -> None:
        """Sync from now on, if a folder is set."""
        if not self._context.library.read_only:
            self._look()
            self._context.every(SECONDS, self._look)

    def _look(self) -> None:
        worker = self._context.db_sync
        if self._context.settings.sync_folder is not None and not worker.working:
            worker.do(self._sync, self._show, error=lambda error: self._tell([str(error)], error.title))

    def _sync(self, *, create: bool = False) -> SyncResult | None:
        """On the thread: sync, if anything changed since the last time."""
        from feedreader import config
        from feedreader.services.sync import Places, signature, synchronize

        library, folder = self._context.library, self._context.settings.sync_folder
        places = Places(config.rules_place(), config.views_place(), config.interest_place())
        if folder is None:
            return None
        before = signature(library, folder, places)  # what comes meanwhile is for the next time
        if before == self._seen and not create:
            return None
        result = synchronize(library, folder, places, create=create)
        if result is not None:
            self._seen = before
        return result

    def _show(self, result: SyncResult | None) -> None:
        if result is None:
            return
        self._tell([each.place + each.reason for each in result.problems], "Sync")
        if result.taken or result.papers or result.kinds:
            self._context.post(LibraryChanged())
        if "search" in result.kinds:
            self._searches_changed()
        if result.taken:
            came = f", and {counted(result.papers, 'paper')}" if result.papers else ""
            self._context.say(f"{counted(result.taken, 'change')} from your other machines{came}.")

    def _tell(self, problems: list[str], title: str) -> None:
        """Say what was not said the last time."""
        for problem in problems:
            if problem not in self._problems:
                self._context.notify(problem, title)
        self._problems = problems

    def now(self) -> None:
        """Sync at once, and say what came of it."""
        if self._context.settings.sync_folder is None:
            self._context.say("To sync, set a folder under [sync] in config.toml, and reload the settings.")
            return
        self._context.db_sync.do(lambda: self._sync(create=True), self._say, error=self._context.show_error)

    def _say(self, result: SyncResult | None) -> None:
        self._show(result)
        if result is None:
            self._context.say("Another program is syncing this library.")
        elif not result.taken:
            sent = f"{counted(result.sent, 'change')} sent" if result.sent else "nothing new"
            self._context.say(f"Synced: {sent}.")

    def finish(self) -> None:
        """Send what was done last, and come to an end."""
        if not self._context.db_sync.close(timeout=_PATIENCE) or self._context.settings.sync_folder is None:
            return
        try:
            if not self._context.library.read_only:
                self._sync()
        except FeedreaderError as error:
            if str(error) not in self._problems:
                print(safe(f"feedreader: {error}"), file=sys.stderr)
