"""Subscriptions as they are met in a list: each address once, in one folder, and what that leaves out. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from feedreader.errors import hide_passwords
from feedreader.model import Outline, Problem
from feedreader.parse.feeds.feed_item import feed_address
from feedreader.text.html_text import from_plain

_LONGEST = 500  # characters of a title, or of a folder's name
_SHOWN = 200  # characters of an address
_NAMED = 12  # tags at the most that a problem names


class ListedSearch(NamedTuple):
    """A saved search in a list of subscriptions: its name, its query in words of this program, its line, and how the
    other program has it.
    """

    name: str
    query: str
    line: int
    stated: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionList:
    """One parsed list of subscriptions: the format it was read as, what it holds, and what was not taken."""

    format: str
    outlines: tuple[Outline, ...] = ()
    searches: tuple[ListedSearch, ...] = ()
    problems: tuple[Problem, ...] = ()


class Collector:
    """What a list holds so far."""

    def __init__(self) -> None:
        self._outlines: dict[str, Outline] = {}
        self._left: dict[str, None] = {}  # tags that were not taken
        self.problems: list[Problem] = []

    def problem(self, reason: str, line: int | None = None) -> None:
        self.problems.append(Problem(line, reason))

    def add(
        self,
        stated: str,
        line: int | None,
        title: str = "",
        folder: Iterable[str] = (),
        tags: Sequence[str] = (),
        page: str | None = None,
    ) -> Outline | None:
        """Put a feed down; None if that is no web address. Without a folder, it is in that of its first tag."""
        url = feed_address(stated)
        if url is None:
            self.problem(f"Not a web address: {shown(stated)}", line)
            return None
        path = tuple(name for part in folder or tags[:1] if (name := short(part)))
        known = self._outlines.setdefault(url, Outline(short(title) or url, url, page, path))
        self.leave(tags, known.folder)
        return known

    def leave(self, tags: Iterable[str], folder: Sequence[str] = ()) -> None:
        """Note tags that are not taken, but for those that the folder bears."""
        taken = {name.casefold() for name in (*folder, "/".join(folder))}
        self._left |= {name: None for tag in tags if (name := short(tag)) and name.casefold() not in taken}

    def finish(self, format: str, searches: Sequence[ListedSearch] = ()) -> SubscriptionList:
        """The list, with the problems in the order of their lines."""
        problems = sorted(self.problems, key=lambda problem: (problem.line is None, problem.line or 0))
        if not self._outlines and not searches and not problems:
            problems.append(Problem(None, "The list contains no subscriptions."))
        if self._left:
            problems.append(Problem(None, tags_not_taken(tuple(self._left))))
        return SubscriptionList(
            format=format, outlines=tuple(self._outlines.values()), searches=tuple(searches), problems=tuple(problems)
        )


def tags_not_taken(tags: Sequence[str]) -> str:
    """What is said of tags for which there is no folder."""
    more = f" and {len(tags) - _NAMED:,} more" if len(tags) > _NAMED else ""
    return f"Tags not imported, because a subscription has only one folder: {', '.join(tags[:_NAMED])}{more}"


def short(stated: str) -> str:
    """A title, or the name of a folder, as it is kept."""
    return from_plain(stated)[:_LONGEST]


def shown(stated: str) -> str:
    """An address or a line, as a problem shows it."""
    plain = hide_passwords(from_plain(stated))
    return plain if len(plain) <= _SHOWN else f"{plain[:_SHOWN]}…"
