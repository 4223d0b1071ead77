"""Papers sent to Zotero, by a child process, `feedreader zotero`; the collection is chosen once, and remembered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from feedreader.text.display import clip, quoted, shown

if TYPE_CHECKING:
    from asyncio.subprocess import Process

    from feedreader.system.child_process import Outcome
    from feedreader.tui.context import Context

COLLECTION = "zotero collection"  # the state that has the id of the collection or library that was chosen
_TITLE = 40


class _Task(NamedTuple):
    """Arguments of the command, and what it is said to send."""

    arguments: tuple[str, ...]
    words: str


class ZoteroController:
    """One sending at a time, others wait for it."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._waiting: list[_Task] = []  # the one under way, too
        self._busy = False
        self.children: list[Process] = []

    def send_paper(self) -> None:
        """Send the selected paper."""
        summary = self._context.feed.summary
        if summary is None:
            self._context.say("No papers here.")
            return
        title = quoted(clip(shown(summary.title or summary.id), _TITLE))
        self._send(_Task(("--id", summary.id), title))

    def send_shortlist(self) -> None:
        if not self._context.feed.counts[2]:
            self._context.say("Your shortlist is empty.")
            return
        self._send(_Task((), "the shortlist"))

    def choose(self) -> None:
        """Choose the collection for what is sent from now on."""
        if self._busy:
            self._context.say(f"Still sending to Zotero ({self._context.stop_key} to stop).")
        else:
            self._run(ask=True)

    def stop(self) -> None:
        """Send no more. What Zotero has stays there."""
        self._waiting.clear()
        self._context.cancel("zotero")

    def _send(self, task: _Task) -> None:
        if task in self._waiting:
            self._context.say(f"Already sending {task.words} ({self._context.stop_key} to stop).")
            return
        self._waiting.append(task)
        if self._busy:
            self._context.say(f"{task.words} is next.")
        else:
            self._run()

    def _run(self, *, ask: bool = False) -> None:
        self._busy = True
        self._context.run(self._work(ask=ask), group="zotero")

    async def _work(self, *, ask: bool) -> None:
        """Send all that waits, once it is known where to; else ask, and go on from there."""
        try:
            place = None if ask else await self._chosen()
            if place is None:
                await self._ask()
                return
            while self._waiting:
                if not await self._send_one(self._waiting[0], place):
                    return
                self._waiting.pop(0)
        except asyncio.CancelledError:
            self._waiting.clear()
            self._context.say("Stopped. What Zotero has already stays there.")
            raise
        finally:
            self._busy = False
            self._context.feed.busy("", "zotero")

    # Where to --------------------------------------------------------------------------------------------------

    async def _chosen(self) -> str | None:
        return await asyncio.to_thread(self._context.library.state, COLLECTION)

    async def _ask(self) -> None:
        """Ask which collection is meant."""
        self._context.feed.busy(f"Asking Zotero… · {self._context.stop_key} to stop", "zotero")
        places, done = await self._places()
        feed = self._context.feed
        if not places:
            self._waiting.clear()
            self._context.notify(done.message, "Zotero")
        elif not (feed.is_active and feed.hints.display):  # something else was opened meanwhile, or is being typed
            self._waiting.clear()
            key = self._context.key("zotero", "Z")
            self._context.notify(f"Press {key} again to choose a collection.", "Zotero", "information")
        else:
            from feedreader.tui.dialogs.filter_list import FilteredPickList

            chosen = next((number for number, place in enumerate(places) if place["selected"]), 0)
            names = [place["name"] for place in places]
            picker = FilteredPickList("Send to Zotero: which collection?", names, chosen=chosen)
            self._context.push_screen(picker, partial(self._picked, places))

    async def _places(self) -> tuple[list[dict[str, Any]], Outcome]:
        """The collections and libraries that Zotero has; none if it does not answer."""
        import json

        done = await self._command("--collections", "--json")
        return (json.loads(done.out[0])["collections"] if done.out and not done.code else []), done

    async def _command(
        self, *arguments: str, progress: Callable[[dict[str, Any]], object] = lambda told: None
    ) -> Outcome:
        from feedreader.system.child_process import run_command

        folder = self._context.library.path.parent
        return await run_command(["zotero", *arguments], folder, self.children, progress)

    def _picked(self, places: Sequence[dict[str, Any]], number: int | None) -> None:
        if number is None:
            self._waiting.clear()
            return
        place, context = places[number], self._context
        if not self._waiting:
            context.say(f"Papers go to {place['name']} from now on.")

        def remembered(_: None) -> None:
            if self._waiting and not self._busy:
                self._run()

        context.db_write.do(lambda: context.library.set_state(COLLECTION, place["id"]), remembered, to=context.feed)

    # Sending ---------------------------------------------------------------------------------------------------

    async def _send_one(self, task: _Task, place: str) -> bool:
        """Send papers, and say what became of them. False: the collection is gone, and another is asked for."""
        busy, stop = partial(self._context.feed.busy, who="zotero"), f"{self._context.stop_key} to stop"
        busy(f"Sending {task.words} to Zotero… · {stop}")

        def progress(told: dict[str, Any]) -> None:
            if not told["total"]:
                busy(f"{told['words']} · {stop}")
            elif told["done"]:
                busy(f"{told['words']} {told['done']:,} of {told['total']:,} · {stop}")

        done = await self._command("--progress", "--collection", place, *task.arguments, progress=progress)
        if done.code and not done.out and await self._is_gone(place):
            await asyncio.to_thread(self._context.library.set_state, COLLECTION, None)
            await self._ask()
            return False
        if done.out:
            self._context.say(done.out[-1])
        if done.err:
            self._context.notify("\n".join(done.err), "Zotero", "error" if done.code else "warning")
        return True

    async def _is_gone(self, place: str) -> bool:
        places, _ = await self._places()
        return bool(places) and all(each["id"] != place for each in places)
