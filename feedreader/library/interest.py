"""The reader's interest: what is learned from her marks, and what it makes of papers.

A profile (see `rank`) is learned from the papers that she kept, wrote on, opened or dismissed, beside a sample of the
others. A few changed marks are put into it one by one; when there are many, or many new papers, all is learned anew.
Every profile has a higher number than the one before, and `papers.scored` tells which one a paper's interest is by.
The newest papers are scored when they come and when the profile changes, older ones when a query lists them.

A list in order of interest comes from `interest_order`, an index. That follows the interest only by `order`, so that no
row moves while somebody looks at it.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from feedreader.library.connection import Database, Part, chunks, placeholders
from feedreader.library.examples import (
    SINCE,
    as_examples,
    documents,
    examples,
    newest,
    of_text,
    others,
    since,
    to_text,
)
from feedreader.library.rows import interest_row, time_text
from feedreader.library.schema import count_scores, set_state
from feedreader.model import Interest
from feedreader.rank.learn import learn
from feedreader.rank.profile import KEPT, LEAST_KEPT, LEAST_TOLD, Pins, Profile
from feedreader.rank.reasons import spelled

NEWEST = 2000  # papers that are scored again whenever the profile changes
_BATCH = 250  # papers a transaction
_SPELLING = 300  # papers that words are looked for in, to write them as they do
_FEW = 0.05  # of the papers kept: so many changed marks are put into a profile one by one
_GROWN = 1.5, 200  # times as many papers, and so many more: then all is learned anew

_PinnedNames = tuple[Sequence[str], Sequence[str], Sequence[str], Sequence[str]]  # as `Pins.of` takes them


class Learned(NamedTuple):
    """What was learned last: the profile, if there is one; its number; whether it should be learned anew from all."""

    number: int = 0
    profile: Profile | None = None
    is_outdated: bool = False


class _Stored(NamedTuple):
    """The row of `profile` without its data: examples by their keys, marks that changed since all was learned, the
    highest key of a paper then, and what was pinned or banned."""

    number: int = 0
    examples: Mapping[int, str] = {}
    changed: int = 0
    highest: int = 0
    pins: str = ""


class InterestPart(Part):
    """The profile, and the interest of papers by it. Nothing is learned in a library that may only be read."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        super().__init__(database, now)
        self._known = Learned()
        self._scored: set[int] = set()  # whose order may have to follow
        self.names: _PinnedNames | None = None  # what is pinned or banned; None: as it was given last

    # learning

    def learned(self) -> Learned:
        """What was learned last."""
        with self._database.read() as connection:
            row = connection.execute("SELECT number FROM profile ORDER BY number DESC LIMIT 1").fetchone()
            if row is None:
                self._known = Learned()
            elif row[0] != self._known.number:
                (data,) = connection.execute("SELECT data FROM profile WHERE number = ?", row[:1]).fetchone()
                self._known = Learned(row[0], Profile.from_bytes(data) if data else None)
        return self._known

    def learn(self, *, thorough: bool = True) -> Learned:
        """Learn from the marks as they are. Unless `thorough`, what takes long is left undone (`is_outdated`)."""
        learned = self.learned()
        if self._database.read_only:
            return learned
        with self._database.read() as connection:
            stored, now = _stored(connection), examples(connection)
            (highest,) = connection.execute("SELECT ifnull(max(id), 0) FROM papers").fetchone()
        pins = stored.pins if self.names is None else json.dumps(self.names) if any(self.names) else ""
        differing = {key for key, _ in now.items() ^ stored.examples.items()}
        changed = stored.changed + len(differing)
        profile = learned.profile
        few = max(1, int(_FEW * profile.kept)) if profile else 0
        has_grown = highest > _GROWN[0] * stored.highest + _GROWN[1]
        can_learn = sum(kind == KEPT for kind in now.values()) >= LEAST_KEPT
        outdated = can_learn and (profile is None or not profile.kept or changed > few or has_grown)
        if not differing and pins == stored.pins and not (outdated and thorough):
            return learned._replace(is_outdated=outdated)
        if outdated and thorough:
            with self._database.snapshot() as connection:
                profile = learn(as_examples(connection, now, self._now()), others(connection, now))
            changed, outdated = 0, False
        elif not can_learn:
            profile, changed, highest = (Profile() if pins else None), 0, 0
        elif profile is None or not profile.kept:
            return learned._replace(is_outdated=True)
        else:
            profile, highest = self._with_changes(profile, stored.examples, now, differing), stored.highest
        number = self._put(profile, _Stored(0, now, changed, highest, pins))
        self._known = Learned(number, profile)
        return self._known._replace(is_outdated=outdated)

    def _with_changes(
        self, profile: Profile, before: Mapping[int, str], now: Mapping[int, str], differing: Iterable[int]
    ) -> Profile:
        with self._database.read() as connection:
            gone = as_examples(connection, {key: before[key] for key in differing if key in before}, self._now())
            new = as_examples(connection, {key: now[key] for key in differing if key in now}, self._now())
        return profile.with_changes(new, gone)

    def _put(self, profile: Profile | None, row: _Stored) -> int:
        """Store the profile; its number."""
        data = profile.to_bytes() if profile else None
        with self._database.write(durable=False) as connection:
            cursor = connection.execute(
                "INSERT INTO profile (examples, changed, highest, pins, data) VALUES (?, ?, ?, ?, ?)",
                (to_text(row.examples), row.changed, row.highest, row.pins, data),
            )
            connection.execute("DELETE FROM profile WHERE number < ?", (cursor.lastrowid,))
        if profile is None:
            self._clear()
        return int(cursor.lastrowid or 0)

    def _clear(self) -> None:
        """No paper has an interest any more; the order follows by `order`."""
        with self._database.read() as connection:
            keys = [key for (key,) in connection.execute("SELECT id FROM papers WHERE interest IS NOT NULL")]
        self._scored.update(keys)
        for chunk in chunks(keys):
            with self._database.write(durable=False) as connection:
                connection.execute(
                    f"""UPDATE papers SET interest = NULL, why = '', kept_author = NULL, scored = 0
                        WHERE id IN ({placeholders(len(chunk))})""",
                    chunk,
                )
                count_scores(connection)

    def reset(self) -> None:
        """Forget what was learned: only what is done from now on counts. The marks stay."""
        with self._database.write() as connection:
            set_state(connection, SINCE, time_text(self._now()))
        self.learn()

    def relearn(self) -> None:
        """Learn from all marks again, also from those made before a reset."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM settings WHERE name = ?", (SINCE,))
        self.learn()

    def since(self) -> datetime | None:
        """When it was last reset; None: all marks count."""
        with self._database.read() as connection:
            return since(connection)

    def counts(self) -> Counter[str]:
        """How many papers of each kind (see `rank.profile.Example`) there are to learn from, as the marks are now."""
        with self._database.read() as connection:
            return Counter(examples(connection).values())

    def spelled(self, words: Iterable[str]) -> dict[str, str]:
        """Words of the profile as papers write them, by what they are compared as; without those that few have."""
        with self._database.read() as connection:
            keys = [*islice(examples(connection), _SPELLING), *newest(connection, _SPELLING)]
            return spelled(words, (document for _, document in documents(connection, keys)))

    # scoring

    def score(self, keys: Iterable[int], *, pause: Callable[[], object] = lambda: None, explained: bool = True) -> int:
        """Score those of these papers that were not scored by this profile, then, if they are to be `explained`, give
        the reasons of those that have some; how many were scored. `pause` is called again and again meanwhile."""
        number, profile, _ = self.learned()
        if profile is None or self._database.read_only:
            return 0
        keys, pins = list(keys), self._pins()

        def interests(chunk: Sequence[int], which: str, *, explained: bool) -> Iterator[tuple[int, Interest]]:
            with self._database.read() as connection:
                chosen = list(documents(connection, chunk, which))
            for key, document in chosen:
                yield key, profile.interest(document, pins, explained=explained)
                pause()

        count = 0
        for chunk in _batches(keys):
            rows = []
            for key, interest in interests(chunk, f"abs(p.scored) <> {number}", explained=False):
                score, why, author = interest_row(interest)
                may_have_reasons = score >= LEAST_TOLD or any(pins)
                rows.append((score, author, -number if may_have_reasons else number, why, may_have_reasons, key))
            self._write(
                """UPDATE papers SET interest = ?1, kept_author = ?2, scored = ?3,
                   why = CASE WHEN ?5 THEN why ELSE ?4 END WHERE id = ?6""",
                rows,
            )
            self._scored.update(row[-1] for row in rows)
            count += len(rows)
        for chunk in _batches(keys) if explained else ():
            found = interests(chunk, f"p.scored = -{number}", explained=True)
            self._write(
                f"UPDATE papers SET why = ?, scored = {number} WHERE id = ? AND scored = -{number}",
                [(interest_row(interest)[1], key) for key, interest in found],
            )
        return count

    def _write(self, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
        if rows:
            with self._database.write(durable=False) as connection:
                connection.executemany(statement, rows)
                count_scores(connection)

    def score_newest(self, most: int = NEWEST, *, pause: Callable[[], object] = lambda: None) -> int:
        """Score the newest papers; how many were not scored by this profile."""
        with self._database.read() as connection:
            keys = newest(connection, most)
        return self.score(keys, pause=pause)

    def order(self) -> bool:
        """Let the order of the papers scored since follow their interest; whether that moved any."""
        moved = 0
        with self._database.read() as connection:
            keys = sorted(self._scored.union(newest(connection, NEWEST)))
        for chunk in _batches(keys):
            with self._database.read() as connection:
                rows = connection.execute(
                    f"""SELECT -CAST(round(ifnull(interest, 0) * 1000) AS INTEGER) AS wanted, id FROM papers
                        WHERE id IN ({placeholders(len(chunk))}) AND interest_order <> wanted""",
                    chunk,
                ).fetchall()
            if rows and not self._database.read_only:
                with self._database.write(durable=False) as connection:
                    connection.executemany("UPDATE papers SET interest_order = ? WHERE id = ?", rows)
                moved += len(rows)
        self._scored.clear()
        return moved > 0

    def bring_up_to_date(self, *, learns: bool = True, thorough: bool = True, in_order: bool = True) -> None:
        """Learn from the marks (see `learn`), score the newest papers and order them, unless rows are to stay."""
        if not self._database.read_only:
            learned = self.learn(thorough=thorough) if learns else self.learned()
            if learned.profile is not None:
                self.score_newest()
            if in_order:
                self.order()

    def _pins(self) -> Pins:
        with self._database.read() as connection:
            stored = _stored(connection)
        return Pins.of(*json.loads(stored.pins)) if stored.pins else Pins()


def _batches(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    return (keys[start : start + _BATCH] for start in range(0, len(keys), _BATCH))


def _stored(connection: sqlite3.Connection) -> _Stored:
    row = connection.execute(
        "SELECT number, examples, changed, highest, pins FROM profile ORDER BY number DESC LIMIT 1"
    ).fetchone()
    return _Stored(row[0], of_text(row[1]), *row[2:]) if row else _Stored()
