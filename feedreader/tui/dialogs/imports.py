"""Asks which file or folder to import, and completes names as a shell does."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence

from rich.cells import cell_len
from textual import on, work
from textual.message import Message

from feedreader.sources.files import expanded
from feedreader.text.display import clip, safe
from feedreader.tui.dialogs.dialog import Answer
from feedreader.tui.dialogs.filter_list import CompletingList
from feedreader.tui.widgets.lines import Piece

SHOWN = 200  # completions at most


class Completions(Message):
    """What a path may go on with. `number` tells which typing it answers."""

    def __init__(self, number: int, folder: str, names: Sequence[str]) -> None:
        super().__init__()
        self.number = number
        self.folder = folder
        self.names = names


class PathList(CompletingList[Answer]):
    """Completes names of files and folders. A subclass takes what is typed."""

    TALL = True

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._number = 0
        self._folder = ""
        self._names: Sequence[str] = ()

    def narrow(self, text: str) -> None:
        self._number += 1
        self._complete(text, self._number)

    @work(thread=True, group="complete", exclusive=True, exit_on_error=False)
    def _complete(self, text: str, number: int) -> None:
        folder, names = completions(text)
        self.post_message(Completions(number, folder, names))

    @on(Completions)
    def _completed(self, message: Completions) -> None:
        if message.number != self._number:
            return
        self._folder, self._names = message.folder, message.names
        lines: list[list[Piece]] = [
            [("key" if name.endswith("/") else "text", f" {clip(safe(name), 200, cell_len)}")] for name in message.names
        ]
        self.show(lines, "No matches.")

    def action_complete(self) -> None:
        """Go on as far as all names agree; from there, take the one that is chosen."""
        if self._names:
            common = self._folder + _common_start(self._names)
            self.write(common if len(common) > len(self.box.value) else self._folder + self._names[self.lines.choice])


class ImportScreen(PathList[Sequence[str]]):
    """Answers with the paths to import, or None."""

    HEADING = "Import"
    PLACEHOLDER = "a file or folder; ~ is your home folder"
    ENTER = "import"
    BOX, LINES = "import-path", "import-names"

    def __init__(self) -> None:
        super().__init__(id="import")

    def take(self) -> None:
        paths = given_paths(self.box.value)
        if self.box.value.strip().startswith(("http://", "https://")):
            self.hints.say("This is a web address: subscribe to it instead.", error=True)
        elif missing := next((path for path in paths if not os.path.lexists(path)), ""):
            self.hints.say(f"No such file or folder: {safe(missing)}", "No such file or folder.", error=True)
        elif paths:
            self.dismiss(paths)


def _common_start(names: Sequence[str]) -> str:
    first, last = min(names), max(names)
    alike = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    return first[:alike]


def completions(text: str) -> tuple[str, list[str]]:
    """The folder as it was typed, and the names in it that go on from what was typed; folders end in a slash."""
    folder, _, start = text.rpartition("/")
    folder = f"{folder}/" if "/" in text else "~/" if text == "~" else ""
    start = "" if text == "~" else start
    try:
        with os.scandir(expanded(folder or ".")) as folder_entries:
            entries = [(entry.name, entry.is_dir()) for entry in folder_entries if entry.name.startswith(start)]
    except (OSError, ValueError):
        return folder, []
    hidden = start.startswith(".")
    names = [f"{name}/" if is_folder else name for name, is_folder in entries if hidden or not name.startswith(".")]
    return folder, sorted(names, key=lambda name: (not name.endswith("/"), name.casefold()))[:SHOWN]


def given_paths(text: str) -> list[str]:
    """The paths that a typed, pasted or dropped text means: as it stands, or as a shell would read it."""
    text = text.strip()
    if not text:
        return []
    whole = str(expanded(text))
    if os.path.exists(whole):  # noqa: PTH110 - is false where that fails
        return [whole]
    try:
        words = shlex.split(text)
    except ValueError:
        words = [text]
    paths = [str(expanded(word.removeprefix("file://"))) for word in words]
    if len(paths) > 1 and not all(map(os.path.exists, paths)):
        return [whole]
    return paths
