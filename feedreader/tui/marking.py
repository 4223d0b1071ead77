"""What the reader does to papers on the feed screen: marks on their way to the library, and back as changed rows.

A key press is answered from what was intended last, so that quick ones add up; the facts come from the library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedreader.tui import messages as says
from feedreader.tui.shelf import Intentions
from feedreader.view.rows import counted, quoted, row_title, short_day

if TYPE_CHECKING:
    from feedreader.tui.screens.feed import FeedScreen
    from feedreader.tui.shelf import Shelf


class Marking:
    """The feed screen's part that marks. `open` is the paper being read, `seen` how many changes of marks came back."""

    def __init__(self, screen: FeedScreen, shelf: Shelf) -> None:
        self._screen = screen
        self._shelf = shelf
        self.intended = Intentions()
        self.open: int | None = None
        self.seen = 0

    def _mark(self, key: int, kind: str, value: bool, label: str, *, step: bool = True) -> None:
        self.intended.add(key, kind, value)
        self._screen.post_message(says.MarkWanted((key,), kind, value, label, step=step))

    def leave(self) -> None:
        """Going on from an open paper marks it read."""
        key, self.open = self.open, None
        if key is None:
            return
        head = self._screen.list.feed.head_of(key)
        paper = self._shelf.get(key)
        read = head.read if head is not None else paper is None or paper.read
        if not self.intended.get(key, "read", read):
            self._mark(key, "read", True, "read", step=False)

    def toggle_read(self) -> None:
        if (head := self._screen.list.head) is not None:
            value = not self.intended.get(head.key, "read", head.read)
            self._mark(head.key, "read", value, f"{'read' if value else 'unread'} {quoted(row_title(head)[0])}")
            if not value and self.open == head.key:
                self.open = None

    def toggle_kept(self) -> None:
        if (head := self._screen.list.head) is not None:
            value = not self.intended.get(head.key, "shortlisted", head.shortlisted)
            label = f"{'kept' if value else 'no longer kept'} {quoted(row_title(head)[0])}"
            self._mark(head.key, "shortlisted", value, label)

    def read_day(self) -> None:
        papers = self._screen.list
        group, cursor = papers.group, papers.cursor
        if group is None or cursor is None:
            return
        what = short_day(group.day) if group.day else group.collection or ""
        if not group.unread:
            self._screen.hints.say(f"Nothing is unread in {what}.")
            return
        label = f"marked {counted(group.unread, 'paper')} of {what} read"
        keys = papers.feed.keys_of_group(papers.feed.place(cursor).group)
        self._screen.post_message(
            says.MarkWanted(keys or (), "read", True, label, group=group.key if keys is None else None)
        )

    def changed(self, message: says.PapersChanged) -> bool:
        """Marks are on the disk: rows, counts and papers at hand follow. False if the feed must be looked at again."""
        screen, feed = self._screen, self._screen.list.feed
        self.seen += 1
        screen.list.marks = self.seen
        certain = feed.mark(message.keys, message.kind, message.value)
        papers, unread, kept = screen.counts
        number = feed.counting(message.keys) if message.kind == "read" else len(message.keys)
        change = number if message.value else -number
        screen.counts = (papers, unread - change, kept) if message.kind == "read" else (papers, unread, kept + change)
        self._shelf.mark(message.keys, message.kind, message.value)
        self.intended.answered(message.asked, message.kind)
        screen.list.redraw(message.keys)
        if message.step and len(message.keys) > 1:
            screen.hints.say(f"{message.label[:1].upper()}{message.label[1:]}. u undoes it.")
        return certain
