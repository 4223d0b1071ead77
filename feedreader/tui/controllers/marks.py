"""What the reader does to papers on the feed screen: marks on their way to the library, and back as changed rows.

A key press is answered from what was intended last, so that quick ones add up; the facts come from the library.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from feedreader.config.values import ON_MOVING_ON, ON_OPEN
from feedreader.model import MARKS, Changed, Group, Marks, Paper, PaperSummary
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
    `mark_read` when an open paper becomes read (see `feedreader.config.values`)."""

    def __init__(self, context: Context, cache: PaperCache) -> None:
        self._context = context
        self._cache = cache
        self.intended = PendingMarks()
        self.open: int | None = None
        self.seen = 0
        self.mark_read = ON_MOVING_ON

    @property
    def _screen(self) -> FeedView:
        return self._context.feed

    def _mark(self, key: int, values: Mapping[str, object], label: str, *, step: bool = True) -> None:
        self.intended.add(key, values)
        self._write((key,), values, label, step=step)

    def _write(
        self,
        keys: Sequence[int],
        values: Mapping[str, object],
        label: str,
        *,
        step: bool = True,
        group: int | None = None,
    ) -> None:
        """Write marks, with the words that undo says. `step` is False for reading by itself.

        Without `keys`, all papers of the group `group` of the whole feed are meant.
        """
        library, feed = self._context.library, self._screen

        def write() -> messages.PapersChanged:
            marked = keys if group is None else keys_of_group(library, group)
            changes = library.marks.set(marked, values, label=label, step=step)
            return messages.PapersChanged(changes, label, step=step, marked=marked, values=values)

        self._context.db_write.do(write, feed.post_message, to=feed)

    def opens(self, key: int | None) -> None:
        """A paper is being read."""
        fresh, self.open = key != self.open, key
        if fresh and self.mark_read == ON_OPEN:
            self._was_open(key, ("read", "opened"))

    def leave(self) -> None:
        """Going on from an open paper says that it was opened, and marks it read if that is the rule."""
        key, self.open = self.open, None
        self._was_open(key, ("read", "opened") if self.mark_read == ON_MOVING_ON else ("opened",))

    def _was_open(self, key: int | None, flags: Sequence[str]) -> None:
        if key is None:
            return
        known: PaperSummary | Paper | None = self._screen.list.feed.summary_of(key) or self._cache.get(key)
        marks = self.intended.over(key, known.marks if known else Marks(read=True))
        values = {flag: True for flag in flags if not getattr(marks, flag)}
        if values:
            self._mark(key, values, "read", step=False)

    def toggle(self, name: str) -> object:
        """Give the paper under the cursor the next value of a mark; which one it has now."""
        if (summary := self._screen.list.summary) is None:
            return None
        marks = self.intended.over(summary.key, summary.marks)
        if not marks.read:
            marks = marks._replace(dismissed=False)  # what is unread again can be dismissed once more
        _, value, done = MARKS[name].next_value(getattr(marks, name))
        values = {name: value}
        if name == "dismissed":
            values["read"] = value or marks.opened
        if self.open == summary.key and (name == "dismissed" or (name == "read" and not value)):
            self.open = None
        self._mark(summary.key, values, f"{done} {quoted(row_title(summary)[0])}")
        return value

    def read_day(self) -> None:
        papers = self._screen.list
        group, cursor = papers.group, papers.cursor
        if group is None or cursor is None:
            return
        label = group_name(group)
        if not group.unread:
            self._screen.hints.say(f"Nothing is unread in {label}.")
            return
        label = f"marked {counted(group.unread, 'paper')} of {label} read"
        keys = papers.feed.keys_of_group(papers.feed.place(cursor).group)
        self._write(keys or (), {"read": True}, label, group=group.key if keys is None else None)

    def answered(self, message: messages.PapersChanged) -> None:
        """What was asked for has come about."""
        self.intended.answered(message.marked, message.values)
        changes = message.changes
        if len(changes) == 1 and changes[0].after.read and not changes[0].before.read:
            self._day_done(changes[0].key)
        if message.step and len(changes) > 1:
            label, undo = message.label, self._context.key("undo", "u")
            self._screen.hints.say(f"{label[:1].upper()}{label[1:]}. {undo} undoes it.")

    def apply(self, changes: Sequence[Changed]) -> bool:
        """Apply changes of marks to rows, counts and papers at hand. False if the feed must be looked at again."""
        screen = self._screen
        self.seen += 1
        screen.list.marks_seen = self.seen
        certain = screen.list.apply(changes)
        self._cache.apply(changes)
        papers, unread, shortlisted = screen.counts
        for key, before, after in changes:
            unread += 0 if screen.list.feed.section_of(key) else before.read - after.read
            shortlisted += after.shortlisted - before.shortlisted
        screen.counts = (papers, unread, shortlisted)
        return certain

    def _day_done(self, key: int) -> None:
        """The last unread paper of a day was dealt with: say what came of it."""
        feed = self._screen.list.feed
        index = feed.place_of_group(key)
        if index is not None and not feed.groups[index].unread and not feed.groups[index].section:
            keys: Sequence[int] | None = None if feed.snapshot is None else feed.snapshot[index]
            group, library = feed.groups[index], self._context.library
            self._context.db_read.do(
                lambda: library.papers.dismissed(group.key, keys), partial(self._say_day_done, group), to=self._screen
            )

    def _say_day_done(self, group: Group, dismissed: int) -> None:
        anywhere = "" if self._screen.counts[1] else " All is read."
        self._screen.hints.say(f"{day_done(group, dismissed)}{anywhere}")
