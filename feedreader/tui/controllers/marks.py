"""What the reader does to papers on the feed screen: marks on their way to the library, and back as changed rows.

A key press is answered from what was intended last, so that quick ones add up; the facts come from the library.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from feedreader.config.values import ON_MOVING_ON, ON_OPEN
from feedreader.model import Group, Paper, PaperSummary
from feedreader.text.display import counted, quoted
from feedreader.tui import messages
from feedreader.tui.feed_loader import keys_of_group
from feedreader.tui.paper_cache import PendingMarks
from feedreader.view.rows import day_done, group_name, row_title

if TYPE_CHECKING:
    from feedreader.tui.context import Context
    from feedreader.tui.feed_view import FeedView
    from feedreader.tui.paper_cache import PaperCache


class MarksController:
    """The feed screen's part that marks. `open` is the paper being read, `seen` how many changes of marks came back,
    `rule` when an open paper becomes read (see `feedreader.config.values`)."""

    def __init__(self, context: Context, cache: PaperCache) -> None:
        self._context = context
        self._cache = cache
        self.intended = PendingMarks()
        self.open: int | None = None
        self.seen = 0
        self.rule = ON_MOVING_ON

    @property
    def _screen(self) -> FeedView:
        return self._context.feed

    def _mark(self, key: int, values: Mapping[str, bool], label: str, *, step: bool = True) -> None:
        for kind, value in values.items():
            self.intended.add(key, kind, value)
        self._write((key,), values, label, step=step)

    def _write(
        self,
        keys: Sequence[int],
        values: Mapping[str, bool],
        label: str,
        *,
        step: bool = True,
        group: int | None = None,
    ) -> None:
        """Write marks by kind, with the words that undo says. `step` is False for reading by itself.

        Without `keys`, all papers of the group `group` of the whole feed are meant.
        """
        library, feed = self._context.library, self._screen

        def write() -> messages.PapersChanged:
            marked = keys if group is None else keys_of_group(library, group)
            changed = library.mark_all(marked, values, label=label, step=step)
            return messages.PapersChanged(marked, values, changed, label, step)

        self._context.db_write.do(write, feed.post_message, to=feed)

    def opens(self, key: int | None) -> None:
        """A paper is being read."""
        fresh, self.open = key != self.open, key
        if fresh and self.rule == ON_OPEN:
            self._was_open(key, ("read", "opened"))

    def leave(self) -> None:
        """Going on from an open paper says that it was opened, and marks it read if that is the rule."""
        key, self.open = self.open, None
        self._was_open(key, ("read", "opened") if self.rule == ON_MOVING_ON else ("opened",))

    def _was_open(self, key: int | None, kinds: Sequence[str]) -> None:
        if key is None:
            return
        known: PaperSummary | Paper | None = self._screen.list.feed.summary_of(key) or self._cache.get(key)
        stands = {"read": known is None or known.read, "opened": known is not None and known.opened}
        values = {kind: True for kind in kinds if not self.intended.get(key, kind, stands[kind])}
        if values:
            self._mark(key, values, "read", step=False)

    def toggle_read(self) -> None:
        if (summary := self._screen.list.summary) is not None:
            value = not self._now(summary, "read")
            self._mark(summary.key, {"read": value}, f"{'read' if value else 'unread'} {_name(summary)}")
            if not value and self.open == summary.key:
                self.open = None

    def toggle_kept(self) -> bool:
        """Keep the paper under the cursor, or take it off the shortlist; whether it is kept now."""
        summary = self._screen.list.summary
        if summary is None:
            return False
        value = not self._now(summary, "shortlisted")
        self._mark(summary.key, {"shortlisted": value}, f"{'kept' if value else 'no longer kept'} {_name(summary)}")
        return value

    def toggle_dismissed(self) -> bool:
        """Dismiss the paper under the cursor: read, and not opened; or take that back. Whether it is dismissed now."""
        summary = self._screen.list.summary
        if summary is None:
            return False
        value = not (self._now(summary, "dismissed") and self._now(summary, "read"))
        if self.open == summary.key:
            self.open = None
        label = f"{'dismissed' if value else 'no longer dismissed'} {_name(summary)}"
        read = value or self._now(summary, "opened")
        self._mark(summary.key, {"dismissed": value, "read": read}, label)
        return value

    def _now(self, summary: PaperSummary, kind: str) -> bool:
        """How a paper is marked when all that is under way has come about."""
        stands: bool = getattr(summary, kind)
        return self.intended.get(summary.key, kind, stands)

    def read_day(self) -> None:
        papers = self._screen.list
        group, cursor = papers.group, papers.cursor
        if group is None or cursor is None:
            return
        what = group_name(group)
        if not group.unread:
            self._screen.hints.say(f"Nothing is unread in {what}.")
            return
        label = f"marked {counted(group.unread, 'paper')} of {what} read"
        keys = papers.feed.keys_of_group(papers.feed.place(cursor).group)
        self._write(keys or (), {"read": True}, label, group=group.key if keys is None else None)

    def annotated(self, key: int, note: str | None, tags: Sequence[str]) -> None:
        """A note and tags are on the disk: the row and the paper at hand follow."""
        screen = self._screen
        self.seen += 1
        screen.list.marks = self.seen
        screen.list.feed.annotate(key, bool(note))
        self._cache.annotate(key, note, tags)
        screen.list.redraw([key])

    def changed(self, message: messages.PapersChanged) -> bool:
        """Marks are on the disk: rows, counts and papers at hand follow. False if the feed must be looked at again."""
        screen, feed = self._screen, self._screen.list.feed
        self.seen += 1
        screen.list.marks = self.seen
        certain = True
        for kind, value, keys in message.changes:
            certain = feed.mark(keys, kind, value) and certain
            papers, unread, kept = screen.counts
            if kind == "read":
                unread += -feed.counting(keys) if value else feed.counting(keys)
            elif kind == "shortlisted":
                kept += len(keys) if value else -len(keys)
            screen.counts = (papers, unread, kept)
            self._cache.mark(keys, kind, value)
            self.intended.answered(message.asked, kind)
            screen.list.redraw(keys)
            if kind == "read" and value and len(keys) == 1:
                self._day_done(keys[0])
        if feed.snapshot is None and any(
            kind == "shortlisted" and value and any(map(self._is_muted, keys)) for kind, value, keys in message.changes
        ):
            certain = False  # what is kept comes out of its fold
        most = max((len(keys) for _, _, keys in message.changes), default=0)
        if message.step and most > 1:
            screen.hints.say(
                f"{message.label[:1].upper()}{message.label[1:]}. {self._context.key('undo', 'u')} undoes it."
            )
        return certain

    def _is_muted(self, key: int) -> bool:
        """Whether a paper stands among the muted ones at the end of its day."""
        feed = self._screen.list.feed
        summary = feed.summary_of(key)
        index = None if summary is None else feed.index_of(summary.group)
        return index is not None and feed.groups[index].section == "muted"

    def _day_done(self, key: int) -> None:
        """The last unread paper of a day was dealt with: say what came of it."""
        feed = self._screen.list.feed
        summary = feed.summary_of(key)
        index = None if summary is None else feed.index_of(summary.group)
        if index is not None and not feed.groups[index].unread and not feed.groups[index].section:
            keys: Sequence[int] | None = None if feed.snapshot is None else feed.snapshot[index]
            group, library = feed.groups[index], self._context.library
            self._context.db_read.do(
                lambda: library.dismissed(group.key, keys), partial(self._say_day_done, group), to=self._screen
            )

    def _say_day_done(self, group: Group, dismissed: int) -> None:
        anywhere = "" if self._screen.counts[1] else " All is read."
        self._screen.hints.say(f"{day_done(group, dismissed)}{anywhere}")


def _name(summary: PaperSummary) -> str:
    return quoted(row_title(summary)[0])
