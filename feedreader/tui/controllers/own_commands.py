"""The user's own commands: chosen, run beside all else, and what they wrote shown."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from feedreader.view.rows import papers_found

if TYPE_CHECKING:
    from asyncio.subprocess import Process

    from feedreader.config.values import OwnCommand
    from feedreader.model import Paper
    from feedreader.tui.context import Context
    from feedreader.tui.dialogs.own_commands import CommandChoice

SECONDS = 600.0  # that a command may take
_MOST = 200_000  # bytes of its output that are kept

_HOW_TO = """\
You have no commands yet. Add one in {file}:

[commands]
summarise = "llm -s 'Summarise this paper'"
mail = {{ run = "~/bin/mail-papers me@example.org", key = "m", output = "ignore" }}

A command gets the paper as a line of JSON on its standard input; tab in the menu hands it all papers shown.
Then choose “{reload}” in the palette."""


class OwnCommandsController:
    """One command at a time. `running` is its process."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._name = ""
        self._last: tuple[str, str] | None = None  # the last that wrote anything, and what
        self.running: list[Process] = []

    def ask(self) -> None:
        """Ask which command is to be run, and on what."""
        from feedreader.tui.dialogs.own_commands import CommandsScreen

        feed, commands = self._context.feed, self._context.settings.commands
        if not commands:
            from feedreader import config

            self._show("Commands", _HOW_TO.format(file=config.settings_place(), reload="Reload the settings"))
            return
        if feed.summary is None:
            self._context.say("No papers here.")
            return
        key, query = feed.summary.key, feed.query_text
        screen = CommandsScreen(commands, papers_found(*feed.day_feed.size), has_output=self._last is not None)
        self._context.push_screen(screen, partial(self._chosen, key, query))

    def _chosen(self, key: int, query: str, choice: CommandChoice | None) -> None:
        if choice is None:
            return
        if choice.command is None:
            if self._last is not None:
                self._show(*self._last)
        elif self._name:
            self._context.say(f"{self._name} is still running ({self._context.stop_key} to stop).")
        else:
            self._context.run(self._run(choice.command, key, query if choice.shown else None), group="command")

    def stop(self) -> None:
        """End the command that runs."""
        self._context.cancel("command")

    @property
    def is_starting(self) -> bool:
        """Whether a command was asked for that `finish` could not end yet."""
        return bool(self._name) and not self.running

    def finish(self) -> None:
        """The reader is being left: nothing that it started goes on."""
        from feedreader.system.child_process import kill_session

        for process in self.running:
            if process.returncode is None:
                kill_session(process)

    async def _run(self, command: OwnCommand, key: int, query: str | None) -> None:
        """Run a command on one paper, or on what a query finds."""
        from feedreader.services import own_commands
        from feedreader.system.child_process import run_with_input

        self._name = command.name
        feed, pieces = self._context.feed, own_commands.pieces(self._papers(key, query))
        feed.busy(f"{command.name}… · {self._context.stop_key} to stop", "command")
        try:
            ran = await run_with_input(
                command.run, lambda: next(pieces, b""), self.running, seconds=SECONDS, most=_MOST
            )
        except asyncio.CancelledError:
            self._context.say(f"{command.name}: stopped.")
            raise
        except (OSError, ValueError) as error:
            self._context.show_error(own_commands.cannot_start(command, error))
            return
        finally:
            self._name = ""
            feed.busy("", "command")
        if ran.code is None:
            self._context.notify(f"{command.name} took more than {SECONDS / 60:.0f} minutes.", "Command stopped")
        elif ran.code:
            self._context.show_error(own_commands.failure(command, ran.code, _text(ran.err)))
        else:
            self._succeeded(command, _text(ran.out).strip("\n"), whole=ran.whole)

    def _papers(self, key: int, query: str | None) -> Iterator[Paper]:
        """On a thread: what the command is to get."""
        from feedreader.query.language import parse_query

        papers = self._context.library.papers
        found: Iterable[Paper | None] = [papers.get(key)] if query is None else papers.find(parse_query(query))
        return (paper for paper in found if paper is not None)

    def _succeeded(self, command: OwnCommand, text: str, *, whole: bool) -> None:
        if not command.show or not text.strip():
            self._context.say(f"{command.name}: done.")
            return
        if not whole:
            text += f"\n… only the first {_MOST // 1000:,} kB are shown."
        self._last = command.name, text
        if self._context.feed.is_active and self._context.feed.hints.display:
            self._show(*self._last)
        else:  # something else is open, or being typed
            menu = self._context.key("run-command", "!")
            self._context.notify(f"{menu} o shows what it wrote.", f"{command.name}: done", "information")

    def _show(self, heading: str, text: str) -> None:
        from feedreader.tui.dialogs.own_commands import OutputScreen

        context = self._context

        def copy(text: str) -> None:
            context.db_export.do(lambda: context.copy(text, f"all of {heading}"), context.say)

        context.push_screen(OutputScreen(heading, text, copy=copy))


def _text(data: bytes) -> str:
    """What a program wrote, cleaned."""
    from feedreader.text.cleaning import clean, decode

    return "\n".join(clean(line.expandtabs()) for line in decode(data)[0].split("\n"))
