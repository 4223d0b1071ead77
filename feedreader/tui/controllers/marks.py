"""What the reader does to papers on the feed screen: marks on their way to the library, and back as changed rows.

A key press is answered from what was intended last, so that quick ones add up; the facts come from the library.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from feedreader.config.values import ON_MOVING_ON, ON_OPEN
from feedreader.library.marks import setting
from feedreader.model import MARKS, Changed, Group, Marks, Paper, PaperSummary
from feedreader.text.display import counted, quoted, short_day
from feedreader.tui import messages
from feedreader.tui.feed_loader import keys_of_group
from feedreader.tui.feed_lookup import FoundUnread, unread_above, unread_before, unread_of_group
from feedreader.tui.keys import READ_KEYS
from feedreader.tui.paper_cache import PendingMarks
from feedreader.view.rows import ALL_READ, day_done, row_title, when
from feedreader.view.run import Run

if TYPE_CHECKING:
    from datetime import date

    from feedreader.tui.context import Context
    from feedreader.tui.feed_view import FeedView
    from feedreader.tui.paper_cache import PaperCache
    from feedreader.tui.widgets.paper_list import PaperList

_MANY = 2000  # papers from which the list is loaded again rather than changed one by one


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
        self._awaited: Mapping[str, object] | None = None  # the values of the marks that keys wait for

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
        library, feed, context = self._context.library, self._screen, self._context

        def write() -> messages.PapersChanged:
            marked = keys if group is None else keys_of_group(library, group)
            if len(marked) > _MANY:
                context.post(messages.Busy(f"Marking {len(marked):,} papers…", "marking"))
            try:
                changes = library.marks.set(marked, values, label=label, step=step)
            finally:
                if len(marked) > _MANY:
                    context.post(messages.Busy("", "marking"))
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
        """Give the paper under the cursor the next value of a mark; which one it has now. None: it stays as it is.

        A kept paper is not dismissed; a dismissed one that is kept is dismissed no longer.
        """
        if (summary := self._screen.list.summary) is None:
            return None
        marks = self.intended.over(summary.key, summary.marks)
        value, done = _next(name, marks)
        if value and name == "dismissed" and marks.shortlisted:
            key = self._context.key("toggle-kept", "s")
            self._screen.hints.say(f"This paper is kept. To dismiss it, press {key} first.")
            return None
        after = setting({name: value})(marks)
        values = {field: new for field, old, new in zip(Marks._fields, marks, after, strict=True) if old != new}
        if self.open == summary.key and (name == "dismissed" or (name == "read" and not value)):
            self.open = None
        self._mark(summary.key, values, f"{done} {quoted(row_title(summary)[0])}")
        return value

    def read_day(self) -> None:
        """Mark the papers shown of the day read; ask first where they are not those of one day."""
        papers = self._screen.list
        group, cursor = papers.group, papers.cursor
        if group is None or cursor is None:
            return
        index, library = papers.feed.place(cursor).group, self._context.library
        if not group.unread and not papers.feed.is_cut(index):
            self._screen.hints.say(f"No unread papers {when(group, papers.today)}.")
            return
        if papers.feed.is_cut(index):
            find = partial(unread_of_group, library, self._screen.shown_query, papers.feed.bare(), index)
            self._context.look_through(
                find, partial(self._found_unread, when(group, papers.today) if papers.feed.by_day else "shown")
            )
            return
        keys = papers.feed.keys_of_group(index)
        count = counted(group.unread, "paper")
        read = partial(self._read, keys or (), count, group=group.key if keys is None else None)
        if group.day is not None:
            read()
        else:
            self._ask(f"Mark {count} as read?", read)

    def _read(self, keys: Sequence[int], count: str, *, group: int | None = None) -> None:
        """Mark papers read as one step: `keys`, or all of a group; `count` says how many that are."""
        values = {"read": True}
        if len(keys) <= _MANY:
            self._awaited = values
            self._context.type_ahead.hold("marks")
        self._write(keys, values, f"marked {count} as read", group=group)

    def ask_which_read(self) -> None:
        """Wait for the second key: which papers are to be marked read."""
        from feedreader.tui.dialogs.prefix_menu import PrefixMenu

        menu = PrefixMenu(READ_KEYS, self._context.keys, id="read-many", lead="Mark as read")
        self._context.push_screen(menu, lambda choice: self.read_many(choice.value) if choice else None)

    def read_many(self, which: str) -> None:
        """Mark read what stands "above" the cursor in the list; or, of the papers shown, what is older than so many
        days ("1"), or than the "day" of the cursor's paper. Asks first where that is more than one day."""
        papers = self._screen.list
        group, row, today = papers.group, papers.cursor, papers.today
        if group is None or row is None:
            self._screen.hints.say("No papers here.")
            return
        feed, library, query = papers.feed.bare(), self._context.library, self._screen.shown_query
        if which == "above":
            find, what = partial(unread_above, library, query, feed, row), "above"
        elif (day := _day_of(papers) if which == "day" else today - timedelta(days=int(which))) is not None:
            find, what = partial(unread_before, library, query, feed, day), f"from before {short_day(day, today.year)}"
        else:
            self._screen.hints.say("This paper has no day.")
            return
        self._context.look_through(find, partial(self._found_unread, what))

    def _found_unread(self, what: str, found: FoundUnread) -> None:
        if not found.keys:
            self._screen.hints.say(f"No unread papers {what}.")
            return
        count = counted(len(found.keys), "paper")
        read = partial(self._read, found.keys, count)
        if found.one_day:
            read()
        else:
            self._ask(f"Mark {count} {what} as read?", read)

    def _ask(self, question: str, do: Callable[[], None]) -> None:
        from feedreader.tui.dialogs.confirm import Confirm

        self._context.push_screen(Confirm(question, "Mark as read"), lambda yes: do() if yes else None)

    def answered(self, message: messages.PapersChanged) -> None:
        """What was asked for has come about."""
        self.intended.answered(message.marked, message.values)
        if not self.intended:
            self._context.type_ahead.release("lacking")
        if message.values is self._awaited:
            self._context.type_ahead.release("marks")
        changes = message.changes
        if len(changes) == 1 and changes[0].after.read and not changes[0].before.read:
            self._day_done(changes[0].key)
        if message.step and len(changes) > 1:
            label, undo = message.label, self._context.key("undo", "u")
            self._screen.hints.say(f"{label[:1].upper()}{label[1:]} ({undo} to undo).")

    def apply(self, changes: Sequence[Changed]) -> bool:
        """Apply changes of marks to rows, counts and papers at hand. False if the feed must be looked at again."""
        screen = self._screen
        self.seen += 1
        screen.list.marks_seen = self.seen
        if len(changes) > _MANY:
            return False
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
        if index is None or feed.is_cut(index):
            return
        if not feed.groups[index].unread and not feed.groups[index].section:
            keys = feed.keys_of_group(index) if isinstance(feed, Run) else None
            group, library = feed.groups[index], self._context.library
            self._context.db_read.do(
                lambda: library.papers.dismissed(group.key, keys), partial(self._say_day_done, group), to=self._screen
            )

    def _say_day_done(self, group: Group, dismissed: int) -> None:
        done = day_done(group, dismissed, self._screen.list.today)
        words = [done] * bool(done) + [ALL_READ] * (not self._screen.counts[1])
        if words:
            self._screen.hints.say(" ".join(words), words[0])


def _day_of(papers: PaperList) -> date | None:
    """The day under which the cursor's paper stands."""
    summary, group = papers.summary, papers.group
    return group.day if group is not None and group.day else summary.day if summary is not None else None


def _next(name: str, marks: Marks) -> tuple[object, str]:
    """The value that a key gives a mark next, and what undo calls that."""
    if name == "dismissed" and not marks.read and marks.dismissed:
        marks = marks._replace(dismissed=False)  # what is unread again can be dismissed once more
    _, value, done = MARKS[name].next_value(getattr(marks, name))
    return value, done
