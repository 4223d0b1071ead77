"""What the index finds of a query, day by day, and which of it has to be read.

The beginning of a word takes the index as long as all words that begin so have documents, however rare the words beside
it are. So it is asked once, and what it finds is listed; or rare words are looked up alone, and what they find is read.
Whether that is sooner done, the index of the newest documents tells, which has documents of every kind.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Container, Iterable, Sequence
from typing import NamedTuple

from feedreader.library.search.compiler import Part, Sql, all_of, among_documents, of_newest, sql_of, with_documents
from feedreader.library.search.index import FIRST_DAY, bucket_of, newest_from, span
from feedreader.model import Condition

_READ = 800  # papers at the most that are read where the index could be asked for all
_READING = 0.00015  # seconds a paper
_SOON = 0.01  # seconds
_COMPARED = 3  # of what conditions need, the longest, which mostly is the rarest
_MORE = 1000  # documents that are listed, more than are wanted
_LISTED = 16_000  # documents that are listed at the most


class Asked(NamedTuple):
    """Conditions that all hold: what each is to the index, what is `likely` of them all, what they are as SQL; and what
    makes SQL of some of them by which papers are read."""

    connection: sqlite3.Connection
    parts: Sequence[tuple[Condition, Part]]
    likely: str
    sql: Sql
    reading: Callable[[Iterable[Condition]], Sql]


class _Listing(NamedTuple):
    """What `match` finds, if `sql` holds, is what all conditions find. Without it they have to be asked again."""

    match: str
    sql: Sql | None


class _Sample(NamedTuple):
    """How many of the newest documents the index finds, and how long it takes: processor seconds."""

    found: int
    seconds: float


class Hits:
    """What the index finds from a day on, on older days (`step` 1) or on later ones (-1), to the last one."""

    def __init__(self, asked: Asked, last: int, step: int) -> None:
        self._asked = asked
        self._last, self._step = last, step
        self._newest = newest_from(asked.connection)
        self._newest_day = bucket_of(self._newest or 0)
        self._listing = _all_listed(asked)
        self._may_read = '"*' in asked.likely and self._newest is not None and step > 0
        self._ahead: list[int] = []  # what is listed of these days and of the next
        self._are_all = False  # whether there are no others
        self._listed: list[int] | None = None  # what is listed of these days
        self._sample: _Sample | None = None

    def day_with(self, wanted: int, border: int, *, counting: bool) -> int:
        """The day (as its ordinal number) to which one has to go from this one for so many, of the newest days or of
        all; the last if there are not so many."""
        limits = documents_of(min(border, self._last), max(border, self._last))
        newest = self._newest is not None and limits[self._step > 0] >= self._newest
        hits = f"""SELECT rowid FROM search WHERE search MATCH ? AND rowid BETWEEN ? AND ?
                   ORDER BY rowid {"DESC" if self._step > 0 else "ASC"} LIMIT """
        begun = time.thread_time()
        if newest:
            hits = of_newest(hits)
        elif self._may_read and not counting and wanted <= _READ:
            sample = self._sample or _sample(self._asked.connection, self._asked.likely)
            self._listing, self._may_read = _few_to_read(self._asked, sample, wanted) or self._listing, False
        self._listed = None
        day = None if counting or wanted > _LISTED else self._list(hits, limits, wanted)
        if day is None:
            row = self._asked.connection.execute(f"{hits} 1 OFFSET ?", (self._asked.likely, *limits, wanted)).fetchone()
            day = self._last if row is None else self._day_of(row[0])
        if newest and self._step > 0:
            if self._are_all:
                self._sample = _Sample(len(self._ahead), time.thread_time() - begun)
            self._are_all = False
            return max(day, self._newest_day)
        return day

    def _list(self, hits: str, limits: tuple[int, int], wanted: int) -> int | None:
        """The same, with what is found listed; None if it is all of one day."""
        documents = [doc for doc in self._ahead if limits[0] <= doc <= limits[1]]
        if len(documents) <= wanted and not self._are_all:
            rows = self._asked.connection.execute(f"{hits} ?", (self._listing.match, *limits, wanted + _MORE))
            documents = [doc for (doc,) in rows]
            self._are_all = len(documents) < wanted + _MORE
        self._ahead = documents
        if len(documents) <= wanted:
            self._listed = documents
            return self._last
        bucket = bucket_of(documents[wanted])
        if not self._are_all and bucket == bucket_of(documents[-1]):  # more of this day may follow
            if bucket == bucket_of(documents[0]):
                return None
            bucket += self._step
        self._listed = [doc for doc in documents if (bucket_of(doc) - bucket) * self._step >= 0]
        return self._day_of(self._listed[-1])

    def _day_of(self, document: int) -> int:
        """The day of a document; of the bucket that many days share, the last of them."""
        day = bucket_of(document)
        return self._last if day <= FIRST_DAY and self._step > 0 else day

    @property
    def sql(self) -> Sql:
        """The conditions, asked of these days."""
        if self._listed is None:
            return self._asked.sql
        if self._listing.sql:
            return among_documents(self._listing.sql, self._listed)
        return with_documents(self._asked.sql, self._asked.likely, self._listed) or self._asked.sql

    def next_wanted(self, day: int, wanted: int, found: int, left: int) -> int:
        """How many to look at next, if on the way to a day so many of those that were wanted passed."""
        reads = self._listing.match != self._asked.likely
        if reads and not self._are_all and found * _READ < left * wanted:  # there would be too many to read
            self._listing, self._ahead, reads = _all_listed(self._asked), [], False
        if day == self._newest_day or found * 4 >= wanted:
            return left
        return max(left, min(_READ, left * wanted // max(found, 1)) if reads else wanted * 4)


def documents_of(first: int, last: int) -> tuple[int, int]:
    """The lowest and the highest number of documents of these days (given by their ordinal numbers)."""
    return span(max(first, FIRST_DAY), max(last, FIRST_DAY))


def _all_listed(asked: Asked) -> _Listing:
    parts = [part for _, part in asked.parts]
    has_all = all(part.need == part.likely for part in parts)
    return _Listing(asked.likely, _untold(asked, {part.need for part in parts}) if has_all else None)


def _few_to_read(asked: Asked, sample: _Sample, most: int) -> _Listing | None:
    """The rarest of what the conditions need, if reading what it finds takes less long, for `most` papers that pass,
    than the index takes for all; None if it does not."""
    (papers,) = asked.connection.execute("SELECT ifnull(sum(total), 0) FROM groups").fetchone()
    newest = _newest(asked.connection)
    seconds = sample.seconds * papers / newest
    if seconds < _SOON:
        return None
    needs = sorted({part.need for _, part in asked.parts if part.need}, key=len)[-_COMPARED:]
    counts = {need: _sample(asked.connection, need).found for need in needs}
    chosen: list[str] = []
    share = 1.0
    for need in sorted(counts, key=lambda need: counts[need]):
        chosen.append(need)
        share *= max(counts[need], 0.5) / newest  # where there is none there may be some
        to_read = min(share * papers, most * share * newest / max(sample.found, 0.5))
        if to_read < min(_READ, seconds / _READING):
            return _Listing(" AND ".join(f"({need})" for need in chosen), _untold(asked, chosen))
    return None


def estimate(connection: sqlite3.Connection, match: str, papers: int) -> float:
    """How many of so many papers the index finds, if they are like the newest, of which there is an index."""
    return _sample(connection, match).found * papers / _newest(connection)


def _newest(connection: sqlite3.Connection) -> int:
    """How many documents the index of the newest has; 1 if it has none."""
    return int(connection.execute("SELECT max(count(*), 1) FROM newest_docsize").fetchone()[0])


def _untold(asked: Asked, needs: Container[str]) -> Sql:
    """What has to be asked of documents that have what is needed: to be read, as far as words are."""
    untold = [(term, part) for term, part in asked.parts if not (part.need in needs and part.is_whole)]
    words = [term for term, part in untold if part.need]
    read = [Part(others=(asked.reading(words),))] if words else []
    return sql_of(all_of([*read, *(part for _, part in untold if not part.need)]))


def _sample(connection: sqlite3.Connection, match: str) -> _Sample:
    begun = time.thread_time()
    (found,) = connection.execute("SELECT count(*) FROM newest WHERE newest MATCH ?", (match,)).fetchone()
    return _Sample(found, time.thread_time() - begun)
