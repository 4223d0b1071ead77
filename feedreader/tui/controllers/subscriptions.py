"""Subscriptions on the screen: the program's own commands run beside it, so that it never waits for the network.

`refresh` and `subscribe` are child processes of the program itself: fetching, parsing and merging happen
there, at a lower priority, and what they bring is found in the library when they are done.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from feedreader.text.display import counted, safe
from feedreader.tui import messages
from feedreader.tui.children import Outcome, run_command
from feedreader.view.subscriptions import due, progress

if TYPE_CHECKING:
    from asyncio.subprocess import Process

    from feedreader.config import Settings
    from feedreader.model import Subscription
    from feedreader.tui.desks import Desks

LOOK_SECONDS = 20.0  # between two looks at the clock


class SubscriptionsController:
    """One refresh at a time, others wait for it; following something new waits for none."""

    def __init__(self, app: Desks) -> None:
        self._app = app
        self._looked = datetime.min
        self._refreshes: list[list[str]] = []  # the one under way, and those that wait
        self.children: list[Process] = []
        self._begun = False

    @property
    def running(self) -> bool:
        """Whether anything is being asked, or is to be."""
        return bool(self._refreshes or self.children)

    def begin(self, settings: Settings | None, missing: str) -> None:
        """When it is first known that something is followed: ask for news if that is set, or say what is missing."""
        if self._begun:
            return
        self._begun = True
        app = self._app
        if settings and settings.refresh_hours:
            app.set_interval(settings.refresh_hours * 3600, lambda: self.refresh(unasked=True))
        if settings and settings.refresh_at:
            self._looked = app.library.now().astimezone()
            app.set_interval(LOOK_SECONDS, lambda: self._look_at_clock(settings.refresh_at))
        if settings and settings.refresh_at_start:
            self.refresh(unasked=True)
        elif missing and not self.running and app.screen is app.feed and not app.feed.hints.message:
            app.say(f"{missing} · {app.key('backfill')} fetches them")

    def _look_at_clock(self, times: Sequence[time]) -> None:
        """Ask for news if one of these times of the day has come; a machine that slept through it is late."""
        since, self._looked = self._looked, self._app.library.now().astimezone()
        if due(times, since, self._looked):
            self.refresh(unasked=True)

    @property
    def _stop(self) -> str:
        return self._app.key("back", "escape")

    # What can be done ------------------------------------------------------------------------------------------

    def refresh(self, names: Sequence[str] = (), *, backfill: bool = False, unasked: bool = False) -> None:
        """Ask all, or some, for news. `unasked` says nothing when there is none."""
        wanted = [*(["--backfill"] if backfill else []), *names]
        if wanted in self._refreshes or (unasked and self._refreshes):
            if not unasked:
                self._app.say(f"That is being asked for already. {self._stop} stops it.")
            return
        self._refreshes.append(wanted)
        if len(self._refreshes) == 1:
            self._app.run_worker(self._refresh_all(unasked), group="following")
        else:
            self._app.say("That is next.")

    def subscribe(self, target: str) -> None:
        """Follow a category of arXiv, or what stands at an address."""
        self._app.run_worker(self._subscribe(target), group="following")

    def cancel(self) -> None:
        """End what is under way; what had come is kept."""
        self._refreshes.clear()
        self._app.workers.cancel_group(self._app, "following")

    def fulfil(self, wish: messages.SubscriptionWish) -> None:
        """Do to a subscription what was wished for on the screen."""
        one, name = wish.subscription, safe(wish.subscription.name)
        if wish.what in ("refresh", "backfill"):
            self.refresh([one.target], backfill=wish.what == "backfill")
            return
        lane = self._app.importer if wish.what == "rename" else self._app.writer
        lane.do(lambda: self._change(one, name, wish.what, wish.value))

    def _change(self, one: Subscription, name: str, what: str, value: str) -> messages.SubscriptionChanged:
        """On a lane: as the library is asked."""
        if what == "rename":
            from feedreader.services.ingest import rename_source

            new = rename_source(self._app.library, one.source, value)
            return messages.SubscriptionChanged(f"{name} is called {new} now.", papers=True)
        with self._app.library.subscriptions.edit() as subscriptions:
            if what == "remove":
                subscriptions.remove(one.source)
                return messages.SubscriptionChanged(
                    f"No longer following {name}. Its papers stay; {self._app.key('subscribe')} follows it again."
                )
            if what == "folder":
                subscriptions.change(one.source, folder=value)
                where = f"in {safe(value)}" if value else "in no folder"
                return messages.SubscriptionChanged(f"{name} is {where} now.")
            subscriptions.change(one.source, paused=what == "pause")
        words = f"{name} is paused; p resumes it." if what == "pause" else f"{name} is asked for news again."
        return messages.SubscriptionChanged(words)

    def changed(self, message: messages.SubscriptionChanged) -> None:
        """A wish was fulfilled: say so, and look at how things stand now."""
        app = self._app
        app.say(message.words)
        app.on_standing_wanted()
        app.on_sources_wanted()
        if message.papers:
            app.feed.bring_up_to_date()

    # Children --------------------------------------------------------------------------------------------------

    async def _refresh_all(self, unasked: bool) -> None:
        try:
            while self._refreshes:
                code, out, err = await self._run(["refresh", "--json", "--progress", *self._refreshes[0]])
                self._refreshes.pop(0)
                self._over()
                self._refreshed(code, out, err, unasked=unasked)
                unasked = False
        except asyncio.CancelledError:
            self._refreshes.clear()
            self._over()
            self._app.say("Stopped. What had come is kept.")
            raise

    async def _subscribe(self, target: str) -> None:
        try:
            done = await self._run(["subscribe", target])
        finally:
            self._over()
        if done.code:
            self._app.notify(safe(done.message), title="Not followed", severity="error", markup=False, timeout=10)
        elif "://" in target:
            self._app.say(f"Following {safe(target)}.")
        else:
            self.refresh([target])

    async def _run(self, command: list[str]) -> Outcome:
        self._busy(f"Asking for news… {self._stop} stops")
        folder = self._app.library.path.parent
        return await run_command(
            command,
            folder,
            self.children,
            lambda step: self._busy(progress(step["done"], step["total"], step["what"], self._stop)),
        )

    # What is said ----------------------------------------------------------------------------------------------

    def _busy(self, text: str) -> None:
        self._app.feed.busy(text, "following")
        for screen in self._app.screen_stack:
            if screen.id == "sources":
                screen.busy(text.replace(f" · {self._stop} stops", "").replace(f" {self._stop} stops", ""))  # type: ignore[attr-defined]

    def _over(self) -> None:
        """A child is done: what it brought is looked for."""
        if not self.running:
            self._busy("")
        self._app.feed.bring_up_to_date()
        self._app.on_standing_wanted()
        self._app.on_sources_wanted()

    def _refreshed(self, code: int, out: list[str], err: list[str], *, unasked: bool) -> None:
        results: list[dict[str, Any]] = [json.loads(line) for line in out if line.startswith("{")]
        if unasked and not any(result["new"] or result["merged"] for result in results):
            return
        if not results:
            nothing = f"Nothing is followed yet. {self._app.key('subscribe')} follows something."
            self._app.say(safe(err[-1]).removeprefix("feedreader: ") if code and err else nothing)
            return
        self._app.say(outcome(results, self._app.key("backfill")))
        for result in [one for one in results if one["error"] and not unasked][:3]:
            self._app.notify(
                safe(result["error"]), title=safe(result["source"]), severity="warning", markup=False, timeout=8
            )


def outcome(results: Sequence[dict[str, Any]], backfill: str = "B") -> str:
    """What came of a refresh, in a line. `backfill` is the key that fetches missed days."""
    new, merged = (sum(result[what] for result in results) for what in ("new", "merged"))
    failed = [result for result in results if result["error"]]
    missing = {day for result in results for day in result["missing_days"]}
    said = [
        f"{counted(new, 'new paper')}" + (f", {merged:,} met before" if merged else "") if new or merged else "No news"
    ]
    if failed:
        said.append(f"{counted(len(failed), 'subscription')} failed")
    if missing:
        said.append(f"{counted(len(missing), 'day')} missing: {backfill} fetches")
    return " · ".join(said) + "."
