"""Scrolling through rows that take one line or several. Pure: how high a row is, the caller says.

Only rows near the screen are asked for their height: a place in the list is a row and one of its lines, never a number
of lines from the top. So a list of millions scrolls like one of hundreds, and rows that turn out higher than they were
taken for move nothing on the other side of the line that is held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple


class Top(NamedTuple):
    """What is on the first line of the screen: a row, and which of its lines, from 0."""

    row: int = 0
    part: int = 0


class Scroll(NamedTuple):
    """A list of so many rows on a screen of so many lines. The first line of the screen is covered by a header, so that
    rows are seen from the second one on."""

    rows: int
    screen: int
    height: Callable[[int], int]

    def step(self, top: Top, lines: int) -> Top:
        """So many lines on, or back; not beyond the first or the last line there is."""
        row, part = top.row, top.part + lines
        while part < 0 and row > 0:
            row -= 1
            part += self.height(row)
        while row < self.rows - 1 and part >= (height := self.height(row)):
            part -= height
            row += 1
        return Top(row, max(0, min(part, self.height(row) - 1))) if self.rows else Top()

    def line(self, top: Top, row: int, within: int) -> int:
        """The line of the screen on which a row begins; one that is `within` lines away or more is said to be there."""
        line = -top.part
        for above in range(top.row, row):
            if line >= within:
                return within
            line += self.height(above)
        line = min(line, within)
        for above in range(top.row - 1, row - 1, -1):
            if line <= -within:
                return -within
            line -= self.height(above)
        return max(line, -within)

    def at(self, row: int, line: int) -> Top:
        """What is on the first line when a row begins on this one."""
        return self.clamped(self.step(Top(row), -line))

    @property
    def furthest(self) -> Top:
        """How far it scrolls: the last line there is, on the last one of the screen."""
        last = self.rows - 1
        return self.aligned(self.step(Top(last, self.height(last) - 1), 1 - self.screen)) if self.rows else Top()

    def clamped(self, top: Top) -> Top:
        """The place, or the furthest one; a row that has become lower has other lines."""
        if top.row < self.rows:
            top = Top(top.row, min(top.part, self.height(top.row) - 1))
            if top.row + self.screen <= self.rows:  # even rows of one line fill the screen
                return top
        return min(top, self.furthest)

    def aligned(self, top: Top, *, up: bool = False) -> Top:
        """A little further, or back, so that a row begins under the header. At the end some lines stay empty for it."""
        second = self.step(top, 1)
        if top == Top() or not second.part:
            return top
        return self.step(top, -second.part if up else self.height(second.row) - second.part)

    def shown(self, top: Top) -> Iterator[tuple[int, int]]:
        """The rows and their lines from the first line of the screen on, at most as many as fit."""
        row, part = top
        for _ in range(self.screen):
            if row >= self.rows:
                return
            yield row, part
            part += 1
            if part >= self.height(row):
                row, part = row + 1, 0
