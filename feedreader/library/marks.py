"""What the reader did, and the journal by which it is undone. The only writer of marks.

A mark stands under the paper's name at that time. A paper is read (kept, opened, dismissed) if any of the
names its entries give it is marked so: that unites the marks of two papers that turn out to be one. Their
tags are united too, and their notes follow one another, the older first. Taking a mark away takes it away
under all of the paper's names; a note or tags that are written take the place of all that stood there.

The columns of `papers` and the counts of a group repeat this for the list, and are kept in step here and
after each merge (`settle`).
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime

from feedreader.library import collapsed
from feedreader.library.connection import Part, placeholders
from feedreader.library.rows import lines, unlines
from feedreader.model import Step
from feedreader.text.notes import distinct_tags, tag_key

KINDS = ("read", "shortlisted", "opened", "dismissed")
_CHUNK = 400
_FACTS = "read, shortlisted, opened, dismissed, kept_at, tags, note"

_Change = tuple[str, str, str | None, str | None]  # name, kind, and what stood there before: value, time
_Said = tuple[str, str, str, str]  # a mark: time, name, kind, value
Wanted = tuple[str, bool, Sequence[int]]  # a kind, its value, and the papers that are to have it
Texts = tuple[str | None, tuple[str, ...]]  # a paper's note and tags


class MarksPart(Part):
    """What the reader does. Goes before the next piece of a running import, and is on the disk on return."""

    def set(self, keys: Sequence[int], kind: str, value: bool, *, label: str, step: bool = True) -> tuple[int, ...]:
        """Mark papers with one of KINDS; those that were not marked so before."""
        return self.set_all(keys, {kind: value}, label=label, step=step)[kind]

    def set_all(
        self, keys: Sequence[int], values: Mapping[str, bool], *, label: str, step: bool = True
    ) -> dict[str, tuple[int, ...]]:
        """Mark papers in several ways, as one step; by kind, those that were not marked so before.

        Dismissing marks read, too; when it is taken back, what was never opened is unread again.
        """
        for kind in values:
            if kind not in KINDS:
                raise ValueError(kind)
        with self._database.write(urgent=True) as connection:
            return mark(connection, wanted(connection, keys, values), self._now(), label, step)

    def annotate(self, key: int, note: str | None, tags: Sequence[str], *, label: str) -> bool:
        """Give a paper a note and tags in place of those it has, as one step; whether anything changed.

        A tag is one word. It counts once, however it is spelled (see `tag_key`).
        """
        return bool(self._annotate([key], lambda _: (note, tuple(tags)), label))

    def write_note(self, key: int, note: str | None, *, label: str) -> bool:
        """Give a paper a note in place of the one it has; whether anything changed."""
        return bool(self._annotate([key], lambda texts: (note, texts[1]), label))

    def tag(
        self, keys: Sequence[int], *, add: Sequence[str] = (), remove: Sequence[str] = (), label: str
    ) -> tuple[int, ...]:
        """Put tags to papers and take others away, as one step; the papers that changed."""
        gone = frozenset(map(tag_key, remove))

        def change(texts: Texts) -> Texts:
            note, tags = texts
            return note, (*(tag for tag in tags if tag_key(tag) not in gone), *add)

        return self._annotate(keys, change, label)

    def _annotate(self, keys: Sequence[int], change: Callable[[Texts], Texts], label: str) -> tuple[int, ...]:
        with self._database.write(urgent=True) as connection:
            return annotate(connection, keys, change, self._now(), label)

    def journal_rule(self, label: str, rule: str) -> None:
        """Note that a rule was made, as a step that can be undone (see `Step.rule`)."""
        with self._database.write(urgent=True) as connection:
            journal_rule(connection, label, self._now(), rule)


# yes or no ------------------------------------------------------------------------------------------------------------


def wanted(connection: sqlite3.Connection, papers: Sequence[int], values: Mapping[str, bool]) -> list[Wanted]:
    """What these values mean for each kind of mark.

    A paper that is dismissed is read with it. When that is taken back, it is unread again, unless it was opened.
    """
    papers = tuple(dict.fromkeys(papers))
    found: list[Wanted] = [(kind, value, papers) for kind, value in values.items()]
    if "dismissed" in values and "read" not in values:
        value = values["dismissed"]
        found.append(("read", value, papers if value else _dismissed_unopened(connection, papers)))
    return found


def _dismissed_unopened(connection: sqlite3.Connection, papers: Sequence[int]) -> list[int]:
    found: list[int] = []
    for start in range(0, len(papers), _CHUNK):
        chunk = papers[start : start + _CHUNK]
        rows = connection.execute(
            f"SELECT id FROM papers WHERE dismissed = 1 AND opened = 0 AND id IN ({placeholders(len(chunk))})", chunk
        )
        found += (key for (key,) in rows)
    return found


def mark(
    connection: sqlite3.Connection, marks: Iterable[Wanted], now: datetime, label: str, step: bool
) -> dict[str, tuple[int, ...]]:
    """Mark papers, as one step of the journal if `step`. By kind, the papers that were not marked so before."""
    changed: dict[str, tuple[int, ...]] = {}
    changes: list[_Change] = []
    for kind, value, papers in marks:
        found: list[int] = []
        for start in range(0, len(papers), _CHUNK):
            chunk = papers[start : start + _CHUNK]
            rows = connection.execute(
                f"SELECT id, name FROM papers WHERE {kind} <> ? AND id IN ({placeholders(len(chunk))})", (value, *chunk)
            ).fetchall()
            found += (key for key, _ in rows)
            names = [name for _, name in rows] if value else _names(connection, [key for key, _ in rows])
            changes += _set(connection, kind, {name: str(int(value)) for name in names}, now)
        _follow(connection, found, kind, value, now)
        if kind == "shortlisted" and value:
            collapsed.place(connection, found)
        changed[kind] = tuple(found)
    if step and changes:
        _journal(connection, label, now, changes)
    return changed


def _names(connection: sqlite3.Connection, papers: Sequence[int]) -> list[str]:
    """All names under which these papers go."""
    rows = connection.execute(
        f"SELECT DISTINCT name FROM entries WHERE paper IN ({placeholders(len(papers))})", tuple(papers)
    )
    return [name for (name,) in rows]


def _set(connection: sqlite3.Connection, kind: str, values: Mapping[str, str], now: datetime) -> Iterable[_Change]:
    """Write marks by name; what stood there before. Where nothing stood, nothing is taken away."""
    names = list(values)
    for start in range(0, len(names), _CHUNK):
        chunk = names[start : start + _CHUNK]
        before = {
            name: (said, at)
            for name, said, at in connection.execute(
                f"SELECT name, value, at FROM marks WHERE kind = ? AND name IN ({placeholders(len(chunk))})",
                (kind, *chunk),
            )
        }
        touched = [name for name in chunk if values[name] not in ("", "0") or name in before]
        connection.executemany(
            "INSERT OR REPLACE INTO marks (name, kind, value, at) VALUES (?, ?, ?, ?)",
            [(name, kind, values[name], _time(now)) for name in touched],
        )
        for name in touched:
            yield (name, kind, *before.get(name, (None, None)))


def _time(now: datetime) -> str:
    """A time such that later ones sort after it."""
    return now.astimezone(UTC).isoformat(timespec="microseconds")


def _follow(connection: sqlite3.Connection, papers: Sequence[int], kind: str, value: bool, now: datetime) -> None:
    """Keep the list's columns and counts in step with marks just written: work by the papers, not by the group."""
    moved: Counter[int] = Counter()
    for start in range(0, len(papers), _CHUNK):
        chunk = papers[start : start + _CHUNK]
        marks = placeholders(len(chunk))
        moved.update(
            dict(connection.execute(f"SELECT grp, count(*) FROM papers WHERE id IN ({marks}) GROUP BY grp", chunk))
        )
        connection.execute(f"UPDATE papers SET {kind} = ? WHERE id IN ({marks})", (value, *chunk))
        if kind == "shortlisted":
            since = _time(now) if value else None
            connection.execute(f"UPDATE papers SET kept_at = ? WHERE id IN ({marks})", (since, *chunk))
    column = {"read": "unread", "shortlisted": "shortlisted"}.get(kind)
    if column is not None:
        sign = 1 if value == (kind == "shortlisted") else -1
        connection.executemany(
            f"UPDATE groups SET {column} = {column} + ? WHERE id = ?",
            [(sign * number, group) for group, number in moved.items()],
        )


# notes and tags -------------------------------------------------------------------------------------------------------


def annotate(
    connection: sqlite3.Connection, papers: Sequence[int], change: Callable[[Texts], Texts], now: datetime, label: str
) -> tuple[int, ...]:
    """Give papers the notes and tags that `change` makes of those they have, as one step. The papers that changed."""
    changed: list[int] = []
    changes: list[_Change] = []
    for key in dict.fromkeys(papers):
        row = connection.execute("SELECT name, tags, note FROM papers WHERE id = ?", (key,)).fetchone()
        if row is None:
            continue
        name, before = row[0], {"tags": row[1], "note": row[2] or ""}
        note, tags = change((row[2], unlines(row[1])))
        after = {"tags": lines(_words(tags)), "note": note or ""}
        for kind in ("tags", "note"):
            if after[kind] != before[kind]:
                others = dict.fromkeys(_names(connection, [key]), "")
                changes += _set(connection, kind, others | {name: after[kind]}, now)
        if after != before:
            changed.append(key)
            connection.execute(
                "UPDATE papers SET tags = ?, note = ? WHERE id = ?", (after["tags"], after["note"] or None, key)
            )
    if changes:
        _journal(connection, label, now, changes)
    return tuple(changed)


def _words(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags in their order, each once. Raises ValueError where one is not a word."""
    tags = tuple(tags)
    for tag in tags:
        if tag.split() != [tag]:
            raise ValueError(tag)
    return distinct_tags(tags)


# what merging makes of it ---------------------------------------------------------------------------------------------


def settle(
    connection: sqlite3.Connection, papers: Iterable[int], groups: Iterable[int] = (), *, collapse: bool = False
) -> None:
    """Work out these papers' columns for the list from the marks, and the counts of these groups and theirs.

    Muted papers that are kept come out of their fold; those that are not go into it, if `collapse`.
    """
    papers = list(papers)
    touched = set(groups)
    marked = connection.execute("SELECT EXISTS (SELECT 1 FROM marks) OR EXISTS (SELECT 1 FROM steps)").fetchone()[0]
    for start in range(0, len(papers), _CHUNK):
        chunk = papers[start : start + _CHUNK]
        touched.update(
            g
            for (g,) in connection.execute(
                f"SELECT DISTINCT grp FROM papers WHERE id IN ({placeholders(len(chunk))})", chunk
            )
        )
        if marked:
            _settle_papers(connection, chunk)
        touched |= collapsed.place(connection, chunk, collapse=collapse)
    connection.executemany(
        """UPDATE groups SET (total, unread, shortlisted, highlighted) =
               (SELECT count(*), ifnull(sum(read = 0), 0), ifnull(sum(shortlisted), 0),
                       (SELECT count(*) FROM papers WHERE grp = groups.id AND highlighted = 1)
                FROM papers WHERE grp = groups.id)
           WHERE id = ?""",
        [(group,) for group in touched],
    )


def _settle_papers(connection: sqlite3.Connection, papers: Sequence[int]) -> None:
    marks = placeholders(len(papers))
    said: dict[int, list[_Said]] = defaultdict(list)
    for key, *one in connection.execute(
        f"""SELECT DISTINCT e.paper, m.at, m.name, m.kind, m.value FROM entries e JOIN marks m ON m.name = e.name
            WHERE e.paper IN ({marks})""",
        papers,
    ):
        said[key].append(tuple(one))
    stale = [
        (*facts, key)
        for key, *stands in connection.execute(f"SELECT id, {_FACTS} FROM papers WHERE id IN ({marks})", papers)
        if (facts := _facts(said.get(key, ()))) != tuple(stands)
    ]
    columns = ", ".join(f"{column} = ?" for column in _FACTS.split(", "))
    connection.executemany(f"UPDATE papers SET {columns} WHERE id = ?", stale)


def _facts(said: Iterable[_Said]) -> tuple[bool | str | None, ...]:
    """The values of _FACTS for a paper about whose names this is said."""
    values: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for at, _, kind, value in sorted(said):
        if value not in ("", "0"):
            values[kind].append((at, value))
    return (
        *(bool(values[kind]) for kind in KINDS),
        values["shortlisted"][0][0] if values["shortlisted"] else None,
        lines(_words(tag for _, value in values["tags"] for tag in unlines(value))),
        "\n\n".join(dict.fromkeys(value for _, value in values["note"])) or None,
    )


# the journal ----------------------------------------------------------------------------------------------------------


def _journal(connection: sqlite3.Connection, label: str, now: datetime, changes: Sequence[_Change]) -> int:
    cursor = connection.execute(
        "INSERT INTO steps (at, label, changes) VALUES (?, ?, ?)",
        (_time(now), label, json.dumps(changes, ensure_ascii=False)),
    )
    return int(cursor.lastrowid or 0)


def journal_rule(connection: sqlite3.Connection, label: str, now: datetime, rule: str) -> None:
    """A step of the journal for a rule that was made. The rule itself stands elsewhere."""
    connection.execute("UPDATE steps SET rule = ? WHERE id = ?", (rule, _journal(connection, label, now, ())))


def begin_forgetting(connection: sqlite3.Connection, label: str, now: datetime) -> int:
    """A step of the journal for taking papers out of the library; its number marks what was taken."""
    return _journal(connection, label, now, ())


def last_step(connection: sqlite3.Connection) -> Step | None:
    """The latest step that was not undone."""
    row = connection.execute(
        "SELECT id, label, at, changes, rule FROM steps WHERE undone_at IS NULL ORDER BY id DESC LIMIT 1"
    ).fetchone()
    if row is None:
        return None
    number, label, at, changes, rule = row
    names = tuple(dict.fromkeys(name for name, *_ in json.loads(changes)))
    return Step(number, label, names, datetime.fromisoformat(at), rule)


def undo_step(connection: sqlite3.Connection, step: Step, now: datetime) -> tuple[int, ...]:
    """Put the marks back as they were before a step. The papers that are concerned."""
    (changes,) = connection.execute("SELECT changes FROM steps WHERE id = ?", (step.number,)).fetchone()
    for name, kind, value, at in json.loads(changes):
        if value is None:
            connection.execute("DELETE FROM marks WHERE name = ? AND kind = ?", (name, kind))
        else:
            connection.execute("INSERT OR REPLACE INTO marks VALUES (?, ?, ?, ?)", (name, kind, value, at))
    connection.execute("UPDATE steps SET undone_at = ? WHERE id = ?", (_time(now), step.number))
    papers: list[int] = []
    for start in range(0, len(step.ids), _CHUNK):
        chunk = step.ids[start : start + _CHUNK]
        papers += (
            paper
            for (paper,) in connection.execute(
                f"""SELECT DISTINCT paper FROM entries
                    WHERE paper IS NOT NULL AND name IN ({placeholders(len(chunk))})""",
                chunk,
            )
        )
    settle(connection, papers)
    return tuple(papers)
