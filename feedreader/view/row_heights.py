"""How many lines the rows of a feed take. Pure. Titles are wrapped when they come near the screen."""

from __future__ import annotations

from feedreader.model import PaperSummary
from feedreader.text.display import Measure
from feedreader.view.columns import LINES, title_lines
from feedreader.view.day_feed import DayFeed
from feedreader.view.rows import row_title

_TITLES_KEPT = 2000
_TITLE = 85  # cells of an average title


class RowHeights:
    """A header takes one line, a paper `each` of them; or if that is None, those that its title needs."""

    def __init__(self, each: int | None, measure: Measure = len) -> None:
        self.each = each
        self.width = 0
        self._measure = measure
        self._titles: dict[int, list[str]] = {}

    def lay_out(self, each: int | None, width: int) -> None:
        """Other lines a paper, another width for titles, or titles that may have changed."""
        self.each, self.width = each, width
        self._titles.clear()

    def height(self, feed: DayFeed, row: int) -> int:
        """The lines of a row; of one whose page is not here, those of an average one."""
        if feed.place(row).position < 0:
            return 1
        if self.each is not None:
            return self.each
        summary = feed.summary(row)
        return self.average if summary is None else len(self.lines(summary))

    @property
    def average(self) -> int:
        """The lines of a paper of which nothing is known yet."""
        return self.each or max(1, min(LINES, -(-_TITLE // max(1, self.width))))

    def lines(self, summary: PaperSummary) -> list[str]:
        """A paper's title on its lines."""
        lines = self._titles.get(summary.key)
        if lines is None:
            if len(self._titles) >= _TITLES_KEPT:
                self._titles.clear()
            lines = self._titles[summary.key] = title_lines(row_title(summary)[0], self.width, self._measure)
        return lines
