"""What the screen holds for a while: papers around the cursor, and marks that are on their way to the library."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

from feedreader.model import Changed, Interest, Marks, Paper
from feedreader.view.day_feed import DayFeed

AHEAD = 6  # papers on either side of the cursor
MOST = 200


class PaperCache:
    """Papers by key; None for one that is gone."""

    def __init__(self, papers: Mapping[int, Paper | None]) -> None:
        self._papers = dict(papers)
        self._asked: set[int] = set()

    def renew(self, papers: Mapping[int, Paper | None]) -> None:
        """Other papers instead of these: what was known may be out of date."""
        self._papers = dict(papers)
        self._asked.clear()

    def get(self, key: int | None) -> Paper | None:
        """A paper, if it is here."""
        return None if key is None else self._papers.get(key)

    def take(self, papers: Mapping[int, Paper | None]) -> None:
        """Papers that were asked for."""
        self._asked.difference_update(papers)
        if len(self._papers) > MOST:
            self._papers.clear()
        self._papers.update(papers)

    def refuse(self, keys: Mapping[int, Paper | None]) -> None:
        """Papers that came too late to be true; they can be asked for again."""
        self._asked.difference_update(keys)

    def forget_requests(self) -> None:
        """What was asked for may not come; it can be asked for again."""
        self._asked.clear()

    def missing(self, feed: DayFeed, row: int, key: int | None) -> Sequence[int]:
        """Papers to ask for now: nothing while only a few of the farther ones are missing."""
        rows = (feed.step(row, step) for distance in range(AHEAD + 1) for step in (distance, -distance))
        near = dict.fromkeys(feed.key(near) for near in rows)
        keys = [k for k in near if k is not None and k not in self._papers and k not in self._asked]
        if len(keys) <= AHEAD // 2 and key not in keys:
            return ()
        self._asked.update(keys)
        return keys

    def apply(self, changes: Iterable[Changed]) -> None:
        """Takes changes of marks."""
        for key, _, after in changes:
            paper = self._papers.get(key)
            if paper is not None:
                self._papers[key] = replace(paper, marks=after)

    def rate(self, papers: Iterable[tuple[int, Interest | None]]) -> bool:
        """Takes the interest of papers, by their keys; whether that of any changed."""
        changed = False
        for key, interest in papers:
            paper = self._papers.get(key)
            if paper is not None and paper.interest != interest:
                self._papers[key] = replace(paper, interest=interest)
                changed = True
        return changed


class PendingMarks:
    """Marks that were asked for and are not answered yet. A second key press starts from what the first intended."""

    def __init__(self) -> None:
        self._latest: dict[tuple[int, str], tuple[Any, int]] = {}

    def __len__(self) -> int:
        return len(self._latest)

    def add(self, key: int, values: Mapping[str, object]) -> None:
        """Marks of a paper were asked for."""
        for mark, value in values.items():
            _, number = self._latest.get((key, mark), (value, 0))
            self._latest[key, mark] = value, number + 1

    def over(self, key: int, marks: Marks) -> Marks:
        """A paper's marks when all that is under way has come about."""
        return marks._replace(**{mark: value for (paper, mark), (value, _) in self._latest.items() if paper == key})

    def reads(self) -> Mapping[int, bool]:
        """Of papers that are being marked read or unread, which."""
        return {paper: value for (paper, mark), (value, _) in self._latest.items() if mark == "read"}

    def answered(self, keys: Sequence[int], values: Mapping[str, object]) -> None:
        """Marks came about, one for each of these papers."""
        if not self._latest:
            return
        for pair in product(keys, values):
            value, number = self._latest.pop(pair, (None, 0))
            if number > 1:
                self._latest[pair] = value, number - 1

    def clear(self) -> None:
        """What was intended may not have come about."""
        self._latest.clear()
