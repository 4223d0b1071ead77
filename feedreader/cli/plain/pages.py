"""Where the plain reader is: in a day of the feed or in what a query found, and on which page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

from feedreader.cli.interest import score, score_for
from feedreader.cli.plain.lines import Lines, UsageError
from feedreader.cli.plain.listing import Listing, Numbered, described, found
from feedreader.errors import QueryError
from feedreader.library import Library
from feedreader.model import BY_INTEREST, SORTED, Group
from feedreader.query.language import parse_query
from feedreader.query.sorting import in_order, next_order
from feedreader.text.display import counted, safe
from feedreader.tui.session import ORDER, remembered_order
from feedreader.view.rows import group_title, row_title

PAGE = 20  # papers
_EMPTY = {"is:unread": "No unread papers.", "is:shortlisted": "Your shortlist is empty. s and a number keep a paper."}


class Pages:
    """The list, and the page of it that is shown. `current` is the paper of it that was read last."""

    def __init__(self, library: Library, lines: Lines, samples: Path | None) -> None:
        self.list = Listing(library, ())
        self.query = ""
        self.current: Numbered | None = None
        self.first = 1
        self._library = library
        self._lines = lines
        self._samples = samples
        self._expand = False
        self._order = remembered_order(library)

    def search(self, text: str = "") -> None:
        """List what a query finds; without one, the newest day of the feed. Raises QueryError."""
        query = in_order(parse_query(text), text, self._order)
        if query.everything:
            self._order = query.sort
            self._open_day(0)
            return
        try:
            score_for(self._library, query)
            listing = found(self._library, query)
        except QueryError as error:
            error.query = error.query or text
            raise
        self.query = text
        self._open(listing)

    def only(self, query: str) -> None:
        """A query that a letter turns on and off."""
        self.search("" if self.query == query else query)

    def _open_day(self, place: int, *, at_end: bool = False) -> None:
        groups = self._library.papers.groups(expand=self._expand)
        self.query = ""
        if self._order == BY_INTEREST:
            self._score(groups[place : place + 1])
        self._open(Listing(self._library, groups[place : place + 1], order=self._order), at_end=at_end)

    def _score(self, groups: Sequence[Group]) -> None:
        papers = self._library.papers
        score(self._library, lambda: [key for group in groups for key in papers.keys(group.key, 0, group.total)])

    def _open(self, listing: Listing, *, at_end: bool = False) -> None:
        self.list, self.current = listing, None
        self.first = max(0, len(listing) - 1) // PAGE * PAGE + 1 if at_end else 1
        if self.query and len(listing):
            self._lines.put(f"{counted(len(listing), 'paper')} found.")
        self.show()

    def show(self) -> None:
        """The page of the list that one is at."""
        papers = self.list.papers(self.first, PAGE)
        summaries = self._library.papers.summaries([paper.key for paper in papers])
        if not papers:
            self._lines.put(self._nothing())
            return
        for place, together in groupby(papers, key=lambda paper: paper.group):
            if header := self._header(self.list.groups[place]):
                self._lines.put(header)
            for paper in together:
                summary, number = summaries.get(paper.key), f"{paper.number}. "
                self._lines.put(
                    described(row_title(summary)[0], summary) if summary else "Removed from the library.",
                    number,
                )
        self._lines.put(self._footer(papers[-1].number))

    def _nothing(self) -> str:
        if self.query:
            nothing = _EMPTY.get(self.query) or f"No papers match {safe(self.query)}."
            return f"{nothing} Type / to show all papers."
        return "No papers yet. Type “a cs.LG” and then “f” for arXiv, or “i” and a file name. " + (
            "Type “i” to import the samples." if self._samples else ""
        )

    def _header(self, group: Group) -> str:
        if group.key == SORTED:
            return ""
        title = group_title(group, self._library.now().astimezone().date()).replace(" · ", ", ")
        if self.query:
            return f"{title}:"
        now = next((new for new in self._library.papers.groups(expand=self._expand) if new.key == group.key), group)
        counts = [f"{now.unread:,} unread", f"{now.shortlisted:,} kept"]
        hidden = [f"{number:,} {name}" for number, name in ((now.replaced, "replaced"), (now.muted, "muted")) if number]
        more = f" {' and '.join(hidden)} (z lists them)." if hidden else ""
        return f"{title}: {counted(now.total, 'paper')}, {', '.join(counts)}.{more}"

    def _footer(self, last: int) -> str:
        if last < len(self.list):
            return f"{self.first} to {last} of {len(self.list)}. n for the next page."
        return "End of the list." if self.query else "End of the day. n for the day before."

    def turn(self, pages: int) -> None:
        """A page on (1) or back (-1); in the feed, from day to day."""
        first = self.first + PAGE * pages
        if 1 <= first <= len(self.list) or (pages < 0 and self.first > 1):
            self.first = max(1, first)
            self.show()
        elif not self.query:
            self.go(pages, at_end=pages < 0)
        else:
            raise UsageError("This is the last page." if pages > 0 else "This is the first page.")

    def go(self, days: int, *, at_end: bool = False) -> None:
        """To a day (or collection) further down the feed (1), or up (-1): its first page, or its last."""
        if self.query:
            place = self.list.group_at(self.first) + days
            if not 0 <= place < len(self.list.groups):
                raise UsageError("No more days in this direction.")
            self.first = self.list.start_of(place)
            self.show()
            return
        groups = self._library.papers.groups(expand=self._expand)
        place = self._place(groups)
        is_here = place < len(groups) and groups[place].feed_order() == self.list.groups[0].feed_order()
        place += days if days < 0 or is_here else 0
        if not 0 <= place < len(groups):
            raise UsageError("This is the oldest day." if days > 0 else "This is the newest day.")
        self._open_day(place, at_end=at_end)

    def go_to_day(self, text: str) -> None:
        """To a day of the feed, as `day:` names it, or the nearest that there is. Raises UsageError."""
        from feedreader.query.date_range import bounds, normal

        try:
            first, last = bounds(normal(text), self._library.now().astimezone().date())
        except ValueError as error:
            raise UsageError(str(error), "Write 2026-11-20, 2026-11, yesterday or 7d.") from error
        first, last = first or last or date.min, last or date.max
        groups = self._library.papers.groups(expand=self._expand)
        days = [(max(first - group.day, group.day - last), at) for at, group in enumerate(groups) if group.day]
        if not days:
            raise UsageError("No days yet.")
        distance, place = min((max(distance, timedelta()), at) for distance, at in days)
        if distance:
            self._lines.put(f"No papers on {safe(text)}. The nearest day:")
        self._open_day(place)

    def _place(self, groups: Sequence[Group]) -> int:
        """The place in the feed of the day that is shown, or of the one after it if it is no more."""
        return sum(group.feed_order() < self.list.groups[0].feed_order() for group in groups) if self.list.groups else 0

    def reorder(self) -> None:
        """Give the list the next order. That of days is remembered."""
        text, self._order, message = next_order(self.query, self._order)
        self._library.set_state(ORDER, self._order or None)
        query = in_order(parse_query(text), text, self._order)
        if query.everything and query.sort == BY_INTEREST:
            from feedreader.services.interest import missing

            score(self._library, lambda: ())  # which learns, first
            message = missing(self._library) or message
        self._lines.put(message)
        self.search(text)

    def toggle_sections(self) -> None:
        """List replaced and muted papers after their day, or do so no longer."""
        self._expand = not self._expand
        where = "listed after their day: ] goes there" if self._expand else "hidden"
        self._lines.put(f"Replaced and muted papers are {where}.")

    def again(self) -> None:
        """The list anew, as the library is now."""
        if self.query:
            self.search(self.query)
        else:
            self._open_day(self._place(self._library.papers.groups(expand=self._expand)))
