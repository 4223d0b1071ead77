"""Subscriptions on the screen: the program's own commands run beside it, so that it never waits for the network.

`refresh` and `subscribe` are child processes of the program itself: fetching, parsing and merging happen
there, at a lower priority, and what they bring is found in the library when they are done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, time
from functools import partial
from typing import TYPE_CHECKING, Any

from feedreader.errors import hide_passwords
from feedreader.text.display import counted, safe
from feedreader.tui.feed_loader import subscription_status

if TYPE_CHECKING:
    from asyncio.subprocess import Process

    from feedreader.model import Subscription
    from feedreader.system.child_process import Outcome
    from feedreader.tui.context import Context
    from feedreader.tui.dialogs.sources import SourcesScreen

LOOK_SECONDS = 20.0  # between two looks at the clock
_TOLD = 3  # faults, and names for each


class SubscriptionsController:
    """One refresh at a time, others wait for it; a new subscription waits for none."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._looked = datetime.min
        self._refreshes: list[list[str]] = []  # the one under way, and those that wait
        self.children: list[Process] = []
        self._begun = False
        self._sources: SourcesScreen | None = None
        self._activity = ""

    @property
    def running(self) -> bool:
        """Whether anything is being refreshed, or is to be."""
        return bool(self._refreshes or self.children)

    # Their status ----------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Show the status of the subscriptions."""
        keys = self._context.key("backfill"), self._context.key("refresh")
        self._context.db_read.do(partial(subscription_status, self._context.library, *keys), self._show_status)

    def _show_status(self, wordings: Sequence[str]) -> None:
        self._context.feed.status.show_status(wordings)
        if wordings and not self._begun:
            self._begun = True
            self._begin()

    def _begin(self) -> None:
        """It is first known that there are subscriptions: refresh when that is set."""
        context, settings = self._context, self._context.settings
        if settings.refresh_hours:
            context.every(settings.refresh_hours * 3600, lambda: self.refresh(unasked=True))
        if settings.refresh_at:
            self._looked = context.library.now().astimezone()
            context.every(LOOK_SECONDS, lambda: self._look_at_clock(settings.refresh_at))
        if settings.refresh_at_start:
            self.refresh(unasked=True)

    def _look_at_clock(self, times: Sequence[time]) -> None:
        """Refresh if one of these times of the day has come; a machine that slept through it is late."""
        from feedreader.view.subscriptions import due

        since, self._looked = self._looked, self._context.library.now().astimezone()
        if due(times, since, self._looked):
            self.refresh(unasked=True)

    def show_sources(self, remove: Callable[[str], None]) -> None:
        """Open the list of subscriptions and digests; `remove` removes a digest by its name."""
        from feedreader.tui.dialogs.sources import SourcesScreen

        self._sources = SourcesScreen(key=self._context.key, change=self.change, remove=remove)
        self._sources.busy(self._activity)
        self._context.push_screen(self._sources, self._sources_closed)
        self.look_at_sources()

    def _sources_closed(self, _: None) -> None:
        self._sources = None

    def look_at_sources(self) -> None:
        """Show in the list, if it is open, what it is now."""
        if self._sources is not None:
            from feedreader.tui.source_list import list_sources

            library, settings, screen = self._context.library, self._context.settings, self._sources
            self._context.db_look.do(lambda: list_sources(library, settings), screen.show_sources, to=screen)

    # What can be done ------------------------------------------------------------------------------------------

    def refresh(self, names: Sequence[str] = (), *, backfill: bool = False, unasked: bool = False) -> None:
        """Refresh all, or some. `unasked` says nothing when nothing new came."""
        request = [*(["--backfill"] if backfill else []), *names]
        if request in self._refreshes or (unasked and self._refreshes):
            if not unasked:
                self._context.say(f"Already refreshing ({self._context.stop_key} to stop).")
            return
        self._refreshes.append(request)
        if len(self._refreshes) == 1:
            self._context.run(self._refresh_all(unasked), group="subscriptions")
        else:
            self._context.say("Queued after the current refresh.")

    def ask(self) -> None:
        """Ask what to subscribe to."""
        from feedreader.tui.dialogs.subscribe import SubscribeScreen

        self._context.push_screen(SubscribeScreen(), lambda target: self.subscribe(target) if target else None)

    def subscribe(self, target: str) -> None:
        """Subscribe to an arXiv category, a feed's address, or the path of a feed or a mailbox."""
        self._context.run(self._subscribe(target), group="subscriptions")

    def stop(self) -> None:
        """End what is under way; what had come is kept."""
        self._refreshes.clear()
        self._context.cancel("subscriptions")

    def change(self, subscription: Subscription, request: str, value: str = "") -> None:
        """Do something to a subscription: remove, pause, resume, rename, folder, refresh or backfill."""
        if request in ("refresh", "backfill"):
            self.refresh([hide_passwords(subscription.target)], backfill=request == "backfill")
        elif request == "rename":
            self._context.db_import.do(partial(self._rename, subscription, value), self._renamed)
        else:
            self._context.db_write.do(partial(self._change, subscription, request, value), self._changed)

    def _rename(self, subscription: Subscription, name: str) -> str:
        """On a thread: as the library is asked; the words for what was done."""
        from feedreader.services.removal import rename_source

        new = rename_source(self._context.library, subscription.source, name)
        return f"Renamed {safe(subscription.name)} to {new}."

    def _change(self, subscription: Subscription, request: str, value: str) -> str:
        """On a thread: as the library is asked; the words for what was done."""
        source, name = subscription.source, safe(subscription.name)
        with self._context.library.subscriptions.edit() as subscriptions:
            if request == "remove":
                subscriptions.remove(source)
                again = f"{self._context.key('subscribe')} to subscribe again"
                return f"Unsubscribed from {name}; its papers stay ({again})."
            if request == "folder":
                subscriptions.change(source, folder=value)
                return f"{name} is {f'now in {safe(value)}' if value else 'no longer in a folder'}."
            subscriptions.change(source, paused=request == "pause")
        return f"Paused {name} (p to resume)." if request == "pause" else f"Resumed {name}."

    def _changed(self, words: str) -> None:
        self._context.say(words)
        self.look()
        self.look_at_sources()

    def _renamed(self, words: str) -> None:
        self._changed(words)
        self._context.feed.bring_up_to_date()  # rows name their sources

    # Children --------------------------------------------------------------------------------------------------

    async def _refresh_all(self, unasked: bool) -> None:
        try:
            while self._refreshes:
                outcome = await self._run(["refresh", "--json", "--progress", *self._refreshes[0]])
                self._refreshes.pop(0)
                self._over()
                self._say_outcome(outcome, unasked=unasked)
                unasked = False
        except asyncio.CancelledError:
            self._refreshes.clear()
            self._over()
            self._context.say("Stopped. Papers fetched so far are kept.")
            raise

    async def _subscribe(self, target: str) -> None:
        try:
            done = await self._run(["subscribe", target])
        finally:
            self._over()
        if done.code:
            self._context.notify(safe(done.message), "Not subscribed")
        elif ("://" in target and not target.startswith("file:")) or not any(map(_wants_refresh, done.out)):
            self._context.say(f"Subscribed to {safe(hide_passwords(target))}.")
        else:
            self.refresh([target])

    async def _run(self, command: list[str]) -> Outcome:
        from feedreader.system.child_process import run_command

        activity = "Subscribing…" if command[0] == "subscribe" else "Refreshing…"
        self._busy(f"{activity} · {self._context.stop_key} stops", activity)
        return await run_command(command, self._context.library.path.parent, self.children, self._progress)

    # What is said ----------------------------------------------------------------------------------------------

    def _progress(self, step: dict[str, Any]) -> None:
        from feedreader.view.subscriptions import progress

        done, total, name = step["done"], step["total"], step["what"]
        self._busy(progress(done, total, name, self._context.stop_key), progress(done, total, name, ""))

    def _busy(self, text: str, activity: str) -> None:
        """Say what goes on: with the key that stops it on the feed screen, without in the list of sources."""
        self._activity = activity
        self._context.feed.busy(text, "subscriptions")
        if self._sources is not None:
            self._sources.busy(activity)

    def _over(self) -> None:
        """A child is done: what it brought is looked for."""
        if not self.running:
            self._busy("", "")
        self._context.feed.bring_up_to_date()
        self.look()
        self.look_at_sources()

    def _say_outcome(self, done: Outcome, *, unasked: bool) -> None:
        import json

        context = self._context
        results: list[dict[str, Any]] = [json.loads(line) for line in done.out if line.startswith("{")]
        failures = [result for result in results if result["error"]]
        if unasked and not any(result["new"] for result in results):
            return
        if not results:
            nothing = f"No subscriptions yet. {context.key('subscribe')} to add one."
            context.say(safe(done.err[-1]) if done.code and done.err else nothing)
            return
        not_asked = [result["not_asked"] for result in results if result["not_asked"]]
        if len(results) == 1 and not_asked and not failures:
            context.say(safe(not_asked[0]))
            return
        context.say(*summary(results, context.key("backfill")))
        if failures and not unasked:
            title, words = _told(failures)
            context.notify(words, title, "warning", 8)


def _wants_refresh(line: str) -> bool:
    """Whether `subscribe` says with this line that it has not read the papers yet."""
    return line.endswith("to fetch its papers.")


def _told(failures: Sequence[dict[str, Any]]) -> tuple[str, str]:
    """What went wrong, each thing once, with the names of the subscriptions that it went wrong for: title and words."""
    names: dict[str, list[str]] = {}
    for result in failures:
        words = " ".join(filter(None, (result["error"], result["not_asked"])))
        names.setdefault(safe(words), []).append(safe(result["source"]))
    told = [(_names(concerned), words) for words, concerned in names.items()]
    if len(told) == 1:
        return told[0]
    lines = [f"{who}: {words}" for who, words in told[:_TOLD]]
    more = [f"… and {len(told) - _TOLD:,} more"] * (len(told) > _TOLD)
    return "Not refreshed", "\n".join(lines + more)


def _names(names: Sequence[str]) -> str:
    """`cs.LG, cs.CL, cs.AI and 5 more`"""
    return ", ".join(names[:_TOLD]) + (f" and {len(names) - _TOLD:,} more" if len(names) > _TOLD else "")


def summary(results: Sequence[dict[str, Any]], backfill: str = "B") -> tuple[str, str]:
    """What came of a refresh, in a line and in a shorter one. `backfill` is the key that fetches missed days."""
    versions = sum(result["replaced"] for result in results)
    new = sum(result["new"] for result in results) - versions
    failed = [result for result in results if result["error"]]
    waiting = [result for result in results if result["not_asked"] and not result["error"]]
    missing = {day for result in results for day in result["missing_days"]}
    parts = [counted(new, "new paper") if new else "No new papers" if versions else "Nothing new"]
    parts += [counted(versions, "new version")] * (versions > 0)
    if failed:
        parts.append(f"{counted(len(failed), 'subscription')} failed")
    short = " · ".join(parts)
    if waiting:
        parts.append(f"{counted(len(waiting), 'subscription')} not due yet")
    if missing:
        parts.append(
            f"{counted(len(missing), 'missed day')} · {backfill} to fetch {'it' if len(missing) == 1 else 'them'}"
        )
    return " · ".join(parts) + ".", short + "."
