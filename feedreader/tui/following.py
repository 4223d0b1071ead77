"""Subscriptions on the screen: the program's own commands run beside it, so that it never waits for the network.

`refresh` and `subscribe` are child processes of the program itself: fetching, parsing and merging happen
there, at a lower priority, and what they bring is found in the library when they are done.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from feedreader.tui import messages as says
from feedreader.view.rows import counted, safe

if TYPE_CHECKING:
    from feedreader.tui.app import FeedreaderApp


class Following:
    """One child at a time; a new one ends the one before it."""

    def __init__(self, app: FeedreaderApp) -> None:
        self._app = app
        self.running = False

    def refresh(self, names: Sequence[str] = (), *, backfill: bool = False) -> None:
        options = ["--backfill"] if backfill else []
        self._start(["refresh", "--json", "--progress", *options, *names], self._refreshed)

    def subscribe(self, target: str) -> None:
        self._start(["subscribe", target], lambda code, out, err: self._subscribed(target, code, err))

    def cancel(self) -> None:
        self._app.workers.cancel_group(self._app, "following")

    def _start(self, command: list[str], done: Callable[[int, list[str], list[str]], None]) -> None:
        self._app.run_worker(self._run(command, done), group="following", exclusive=True)

    async def _run(self, command: list[str], done: Callable[[int, list[str], list[str]], None]) -> None:
        folder = str(self._app.library.path.parent)
        argv = [sys.executable, "-m", "feedreader", *command[:1], "--data-dir", folder, *command[1:]]
        self.running = True
        self._app.feed.busy("Asking for news… esc stops")
        process = await asyncio.create_subprocess_exec(
            *argv, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        assert process.stdout and process.stderr
        try:
            out, err = await asyncio.gather(self._lines(process.stdout), self._lines(process.stderr))
            code = await process.wait()
        except asyncio.CancelledError:
            process.terminate()
            await process.wait()
            self._app.feed.hints.say("Stopped. What had come is kept.")
            self._app.feed.bring_up_to_date()
            raise
        finally:
            self.running = False
            self._app.feed.busy("")
        self._app.feed.bring_up_to_date()
        self._app.post_message(says.StandingWanted())
        done(code, out, err)

    async def _lines(self, stream: asyncio.StreamReader) -> list[str]:
        """The lines of a stream, but for those that tell of progress, which are shown."""
        lines = []
        async for raw in stream:
            line = raw.decode("utf-8", "replace").rstrip("\n")
            if line.startswith('{"progress"'):
                progress = json.loads(line)["progress"]
                what = safe(str(progress["what"]))
                self._app.feed.busy(f"{progress['done']} of {progress['total']} · {what} · esc stops")
            else:
                lines.append(line)
        return lines

    def _refreshed(self, code: int, out: list[str], err: list[str]) -> None:
        results: list[dict[str, Any]] = [json.loads(line) for line in out if line.startswith("{")]
        if not results:
            self._app.feed.hints.say(safe(err[-1]) if err else "Nothing is followed yet. a follows something.")
            return
        self._app.feed.hints.say(outcome(results))
        for result in [one for one in results if one["error"]][:3]:
            self._app.notify(
                safe(result["error"]), title=safe(result["source"]), severity="warning", markup=False, timeout=8
            )

    def _subscribed(self, target: str, code: int, err: list[str]) -> None:
        if code:
            message = safe(" ".join(err)).removeprefix("feedreader: ")
            self._app.notify(message, title="Not followed", severity="error", markup=False, timeout=10)
        elif "://" in target:
            self._app.feed.hints.say(f"Following {safe(target)}.")
        else:
            self.refresh([target])


def outcome(results: Sequence[dict[str, Any]]) -> str:
    """What came of a refresh, in a line."""
    new, merged = (sum(result[what] for result in results) for what in ("new", "merged"))
    failed = [result for result in results if result["error"]]
    missing = {day for result in results for day in result["missing_days"]}
    said = [
        f"{counted(new, 'new paper')}" + (f", {merged:,} met before" if merged else "") if new or merged else "No news"
    ]
    if failed:
        said.append(f"{counted(len(failed), 'subscription')} failed")
    if missing:
        said.append(f"{counted(len(missing), 'day')} missing: B fetches")
    return " · ".join(said) + "."
