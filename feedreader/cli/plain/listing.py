"""What the plain reader lists: papers by number, and each paper in words instead of signs."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

from feedreader.cli.terminal import cells
from feedreader.errors import FeedreaderError
from feedreader.library import Library
from feedreader.model import BY_SOURCE, DISMISSED, KEPT, MARKS, Group, Marks, Paper, PaperSummary, Query
from feedreader.text.author_names import surname
from feedreader.text.display import safe, shown
from feedreader.view.page import SEPARATOR, page
from feedreader.view.rows import HIGHLIGHTED, HIGHLIGHTED_READ, NOTED, UNREAD, interest_words
from feedreader.view.spans import Line
from feedreader.view.versions import WORDS

_CHUNK = 500
_SIGN = re.compile(f"[{UNREAD}{HIGHLIGHTED}{HIGHLIGHTED_READ}{NOTED}{KEPT}{DISMISSED}] ?")
_QUOTED = "│ "  # before what people say
_OURS = frozenset(("fact", "mark", "margin", "more"))  # roles of spans that hold signs of the program's own
_NAMED = 3  # authors of a paper in a list
_NUMBERS = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?", re.ASCII)


class ListError(FeedreaderError):
    """A number that the list does not have, or that is none."""

    title = "No such paper"


class Numbered(NamedTuple):
    """A paper of a list: its number, the place of its group among the list's groups, and the library's key of it."""

    number: int
    group: int
    key: int


class Listing:
    """Papers numbered from 1: those of one day of the feed, or all that a query found. Numbers never change.

    The papers of a day are asked for, in an `order`, as far as they are needed.
    """

    def __init__(
        self,
        library: Library,
        groups: Sequence[Group],
        keys: Iterable[Sequence[int]] | None = None,
        order: str = BY_SOURCE,
    ) -> None:
        self.groups = groups
        self._order = order
        self._library = library
        self._starts = list(accumulate((group.total for group in groups), initial=0))
        self._keys = array("q")
        for some in keys or ():
            self._keys.extend(some)
        self._is_found = keys is not None

    def __len__(self) -> int:
        return len(self._keys) if self._is_found else self._starts[-1]

    def papers(self, first: int, count: int) -> list[Numbered]:
        """So many papers from a number on; fewer at the end."""
        self._reach(first + count - 1)
        return [
            Numbered(number, bisect_right(self._starts, number - 1) - 1, self._keys[number - 1])
            for number in range(first, min(first + count - 1, len(self._keys)) + 1)
        ]

    def start_of(self, group: int) -> int:
        """The number of a group's first paper."""
        return self._starts[group] + 1

    def group_at(self, number: int) -> int:
        """The place of a paper's group among the groups."""
        return max(0, min(bisect_right(self._starts, number - 1) - 1, len(self.groups) - 1))

    def all_keys(self, group: int) -> Sequence[int]:
        """The keys of all papers of a group."""
        return [paper.key for paper in self.papers(self.start_of(group), self.groups[group].total)]

    def named(self, text: str) -> list[Numbered]:
        """The papers that words such as `3 5 7-9` name, each once. Raises ListError, and then none counts."""
        numbers: dict[int, None] = {}
        for word in text.replace(",", " ").split():
            match = _NUMBERS.fullmatch(word)
            if match is None:
                raise ListError(f"“{word}” is not a number.", "Write 3, or 3 5 7-9.")
            first, last = int(match[1]), int(match[2] or match[1])
            for number in (first, last):
                if not 1 <= number <= len(self):
                    raise ListError(f"No paper {number} here.", self.range)
            numbers.update(dict.fromkeys(range(min(first, last), max(first, last) + 1)))
        return [paper for number in numbers for paper in self.papers(number, 1)]

    @property
    def range(self) -> str:
        """A sentence that says which numbers there are."""
        return f"Papers are numbered 1 to {len(self)}." if len(self) else "The list is empty."

    def _reach(self, number: int) -> None:
        while not self._is_found and len(self._keys) < min(number, self._starts[-1]):
            chunk = self._library.papers.keys(self.groups[0].key, len(self._keys), _CHUNK, self._order)
            if not chunk:  # they left the library meanwhile
                self._is_found = True
            self._keys.extend(chunk)


def found(library: Library, query: Query) -> Listing:
    """What a query finds."""
    matches = library.papers.matches(query)
    return Listing(library, [group for group, _ in matches], [keys for _, keys in matches])


def described(title: str, paper: Paper | PaperSummary) -> str:
    """A paper in a line: `Gliders in Wide Valleys. Lee, Chan and 3 others. Unread, kept, high interest.`"""
    if isinstance(paper, Paper):
        highlighted, interest = bool(paper.highlighted_by), paper.interest and paper.interest.score
        by_kept_author = bool(paper.interest and paper.interest.author)
    else:
        highlighted, interest, by_kept_author = paper.highlighted, paper.interest, paper.by_kept_author
    words = [*state_words(paper.marks, highlighted), *interest_words(interest, by_kept_author)]
    words[0] = words[0].capitalize()
    sentences = (title, _authors(paper.authors), ", ".join(words))
    return " ".join(text if text[-1] in ".?!…" else f"{text}." for text in sentences if text)


def _authors(authors: Sequence[str]) -> str:
    named = authors if len(authors) <= _NAMED + 1 else authors[:_NAMED]
    names = ", ".join(shown(surname(author)) for author in named)
    return names if named is authors else f"{names} and {len(authors) - _NAMED} others"


def state_words(marks: Marks, highlighted: bool) -> list[str]:
    """What the reader did with a paper, without signs: `unread`, `kept`, `highlighted`, `has a note`, `#rl`"""
    words = ["read" if marks.read else "unread"]
    for mark, value in zip(MARKS.values(), marks, strict=True):
        if mark.label and value:
            words.append(_SIGN.sub("", mark.label.format(value)))
    if highlighted:
        words.append("highlighted")
    if marks.note:
        words.append("has a note")
    return [*words, *(safe(f"#{tag}") for tag in marks.tags)]


def page_words(paper: Paper, width: int) -> list[str]:
    """What the abstract pane says of a paper, without its signs."""
    return [_words(line).rstrip() for line in page(paper, width, measure=cells, signs=WORDS)]


def _words(line: Line) -> str:
    signs = {SEPARATOR: ", ", _QUOTED: "> "}
    return "".join(signs.get(text) or _SIGN.sub("", text) if role in _OURS else text for text, role, *_ in line)
