"""A text with TeX in it, a place in it, and what can be told from the characters around that place.

Much that looks like TeX is plain text: a price, a path, an option of a command line, a set in braces. Those
questions are answered here, each in a time that does not grow with the text.
"""

from __future__ import annotations

import re

MAX_DEPTH = 32  # what is nested deeper stays as typed
REACH = 200  # how far around itself a question looks

_BLANKS = re.compile(r"\s*")
_COMMAND = re.compile(r"\\([A-Za-z]+|.)?", re.DOTALL)
# `re` finds one of a set of characters fast, so the pattern begins with one and then looks back at it.
_PAIRED = re.compile(r"[\\{}$](?:(?<=\\).|(?<=\$)\$)?", re.DOTALL)
_CLOSED_BY = {"$": "$", "$$": "$$", "\\(": "\\)", "\\[": "\\]"}
_WORD = re.compile(r"\s[A-Za-z]{2,}(?=[\s,.;:)])")
_DRIVE_PATH = re.compile(r"\\[\w.\\-]+(?![\w.\\{-])")
_DRAWN_FROM = re.compile(r"(?<![A-Za-z])[A-Za-z]~[A-Za-z]\w{0,8}\(")
_SIGNS = re.compile(r"[\\^_{~=<>+*]")
_LATIN = re.compile(r"[0-9A-Za-z]")
_ONE_WORD = re.compile(r"[^\s,;:{}]*|[,.]")


class Cursor:
    """A place `pos` in a text that is read as far as `end`, and how deep in braces and commands it stands."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.pos = 0
        self.end = len(text)
        self.depth = 0
        self.partner = _partners(text)

    def char(self, index: int) -> str:
        """The character at `index`, "" beyond either end of the text."""
        return self.text[index : index + 1]

    def typed(self, count: int = 1) -> str:
        """The next `count` characters, as they are. This and what follows go on behind what they return."""
        start, self.pos = self.pos, self.pos + count
        return self.text[start : self.pos]

    def run_of(self, mark: str) -> str:
        """All the `mark`s that follow one another here."""
        start = self.pos
        while self.char(self.pos) == mark:
            self.pos += 1
        return self.text[start : self.pos]

    def skip_blanks(self) -> None:
        if match := _BLANKS.match(self.text, self.pos, self.end):
            self.pos = match.end()

    def skip_terminator(self) -> None:
        """`{}` behind a name ends it and is nothing else."""
        if self.text.startswith("{}", self.pos):
            self.pos += 2

    def name(self) -> str:
        """The name of the command here, which is not passed; "" if there is none."""
        match = _COMMAND.match(self.text, self.pos, self.end)
        return (match and match[1]) or ""

    def closing(self) -> int | None:
        """Where the group or formula that opens here closes: within what is being read, and not too deep."""
        close = self.partner.get(self.pos, self.end)
        return close if close < self.end and self.depth < MAX_DEPTH else None

    def raw_group(self) -> str | None:
        """The group here as it was typed, without its braces; None if there is none."""
        close = self.closing() if self.char(self.pos) == "{" else None
        return None if close is None else self.typed(close + 1 - self.pos)[1:-1]

    def option(self) -> str:
        """`[…]` here, without its brackets; "" if there is none."""
        close = self.text.find("]", self.pos, min(self.end, self.pos + REACH)) if self.char(self.pos) == "[" else -1
        return "" if close < 0 else self.typed(close + 1 - self.pos)[1:-1]


def _partners(text: str) -> dict[int, int]:
    """Where each group and each formula closes, by where it opens. A formula closes in the group it opens in."""
    partners: dict[int, int] = {}
    braces: list[int] = []
    formulas: list[tuple[int, str]] = [(-1, "")]  # on each level of braces, the formula that is open and how it closes
    for match in _PAIRED.finditer(text):
        mark, at = match[0], match.start()
        opened, closing = formulas[-1]
        if mark == "{":
            braces.append(at)
            formulas.append((-1, ""))
        elif mark == "}":
            if braces:
                partners[braces.pop()] = at
                formulas.pop()
        elif mark == closing and (mark != "$" or _is_formula(text, opened + 1, at)):
            partners[opened] = at
            formulas[-1] = (-1, "")
        elif mark == "$$" and closing == "$":  # $a$$b$: one closes, one opens
            partners[opened] = at
            formulas[-1] = (at + 1, "$")
        elif mark in _CLOSED_BY:
            formulas[-1] = (at, _CLOSED_BY[mark])
    return partners


def _is_formula(text: str, start: int, stop: int) -> bool:
    """Whether a formula stands between two dollar signs, and not what lies between two prices."""
    content = text[start : min(stop, start + REACH)]
    first, last, after = text[start], text[stop - 1], text[stop + 1 : stop + 2]
    has_signs = _SIGNS.search(content) is not None
    if _WORD.search(content) is None:
        price_follows = after.isdigit() and (last.isspace() or last in "-–—/(~<>≈,")
        return not (first.isdigit() and (price_follows or (last.isspace() and not has_signs)))
    if first.isspace() != last.isspace() or first in ",.;:)" or (first.isdigit() and after.isdigit()):
        return False
    return has_signs


def is_grouping(text: str, start: int, stop: int) -> bool:
    """Whether braces in plain text, from `start` to `stop`, only group: {\\it so}, {M}any, 10{,}000; not {a, b}."""
    content = text[start + 1 : stop - 1]
    before, after = text[start - 1 : start], text[stop : stop + 1]
    if before in ("^", "_"):
        return False
    if content.lstrip("{").startswith("\\"):
        name, comma, _ = content.partition(",")
        return content[1:2] not in ("{", "}") and (not comma or " " in name)
    if not content:
        return bool(before.strip()) and (after.isalnum() or after in ("\\", "$", "-"))
    if _ONE_WORD.fullmatch(content) is None:
        return False
    touches = before == "}" or after == "{" or _LATIN.match(before) is not None or _LATIN.match(after) is not None
    return touches or "\\" in content or "$" in content or sum(map(str.isupper, content)) > 1


def drive_path(text: str, start: int) -> str:
    """The path that goes on at `start`, as in `C:\\new`; "" if there is none."""
    drive = text[max(0, start - 3) : start]
    match = _DRIVE_PATH.match(text, start) if drive[-1:] == ":" and drive[-2:-1].isalpha() else None
    return match[0] if match and not drive[:-2].isalnum() else ""


def ties(text: str, at: int) -> bool:
    """Whether the `~` at `at` is a blank that does not break (Fig.~3); it may be "about" (~10), "to", "drawn from"."""
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if not before or before.isspace() or before in "(/[<>=~|≈" or not after or after.isspace() or after in "~/=|.,;)":
        return False
    number_follows = text[at + 1 : at + 3].lstrip("$")[:1].isdigit()
    if number_follows and (before.isdigit() or before in "$%×"):
        return False
    return _DRAWN_FROM.match(text, at - 1) is None and not _in_url(text, at)


def dash(text: str, start: int, stop: int) -> str:
    """What the hyphens from `start` to `stop` stand for; "" where they are meant: `--flag`, `-->`, a ruled line."""
    before, after = text[start - 1 : start], text[stop : stop + 1]
    if not 2 <= stop - start <= 3 or not before or not after or after in ">|;,)]}" or _in_url(text, start):
        return ""
    if before in "([{\"'`=<!|" or (before.isspace() and not after.isspace()):
        return ""
    return "–" if stop - start == 2 else "—"


def _in_url(text: str, at: int) -> bool:
    word = text[max(0, at - REACH) : at].rpartition(" ")[2]
    return "://" in word or word.startswith("www.")
