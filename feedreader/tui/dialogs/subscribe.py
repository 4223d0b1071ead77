"""Asks what to subscribe to: a category of arXiv, found by code or name as one types, an address, or a path."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.cells import cell_len

from feedreader.arxiv.categories import CATEGORIES, looks_like_categories, read_categories
from feedreader.errors import UnknownCategory
from feedreader.text.display import clip
from feedreader.tui.dialogs.imports import PathList
from feedreader.tui.widgets.lines import Piece

_SEPARATORS = re.compile(r"[+,;\s]+")


_PATHS = ("/", "~", "./", "../", "file:")  # what begins like this is the path of a feed or a mailbox


class SubscribeScreen(PathList[str]):
    """Answers with what to subscribe to, or None."""

    HEADING = "Subscribe"
    PLACEHOLDER = "machine learning, cs.LG+cs.CL, https://…, or ~/Mail/alerts"
    ENTER = "subscribe"
    BOX, LINES = "target", "categories"

    def __init__(self) -> None:
        super().__init__(id="subscribe")
        self._codes: Sequence[str] = ()

    def narrow(self, text: str) -> None:
        if text.startswith(_PATHS):
            super().narrow(text)
            return
        self._number += 1  # what comes of completing a path is late
        self._codes = matching(text)
        lines: list[list[Piece]] = [
            [("key", f" {code:<19}"), ("text", clip(CATEGORIES[code], 60, cell_len))] for code in self._codes
        ]
        address = "://" in text
        self.show(
            lines,
            "Press enter to subscribe to this address."
            if address
            else "No matches. Enter a category, a web address, or the path of a feed or a mailbox.",
        )

    def action_complete(self) -> None:
        """Put the category chosen in the place of the last word typed; more can follow behind a +. Or go on with a
        path."""
        if self.box.value.startswith(_PATHS):
            super().action_complete()
        elif self._codes and "://" not in self.box.value:
            before = self.box.value[: len(self.box.value) - len(_last(self.box.value))]
            self.write(before + self._codes[self.lines.choice])

    def take(self) -> None:
        if "://" in self.box.value or self.box.value.startswith(_PATHS):
            self.dismiss(self.box.value.strip())
            return
        if _last(self.box.value) or self.lines.choice:  # enter in an empty line is not meant for the first category
            self.action_complete()
        text = "+".join(filter(None, _SEPARATORS.split(self.box.value)))
        if not text:
            return
        if not looks_like_categories(text):
            self.hints.say("Write addresses in full: https://…", error=True)
            return
        try:
            self.dismiss("+".join(read_categories(text)))
        except UnknownCategory as error:
            self.hints.say(str(error), error.message, error=True)


def matching(text: str) -> list[str]:
    """The categories that what was typed (behind the last + or comma) may mean: by code, then by name."""
    prefix = _last(text).strip().lower()
    if "://" in text:
        return []
    by_code = [code for code in CATEGORIES if code.lower().startswith(prefix)]
    words = prefix.split()
    by_name = [code for code, name in CATEGORIES.items() if words and all(word in name.lower() for word in words)]
    exact = [code for code in by_code if code.lower() == prefix]
    return list(dict.fromkeys([*exact, *by_code, *by_name]))


def _last(text: str) -> str:
    """What is typed of the last category."""
    return re.split(r"[+,;]\s*", text.lstrip())[-1]
