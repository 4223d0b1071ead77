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
from typing import Any

from feedreader.library import collapsed
from feedreader.library.connection import Part, placeholders
from feedreader.library.rows import KINDS, MARK_COLUMNS, distinct, marks_of, time_text
from feedreader.model import MARKS, UNMARKED, Changed, Marks, Step
from feedreader.text.notes import tag_key

_CHUNK = 400
_UNDOABLE = 200  # steps whose names are kept up to date
_COUNTS = {"read": ("unread", -1), "shortlisted": ("shortlisted", 1)}  # a group's counts, and how a flag changes them

_Before = tuple[str, str, str | None, str | None]  # name, mark, and what stood there before: value, time
_Stored = tuple[str, str, str, str]  # time, name, mark, value
Change = Callable[[Marks], Marks]
Label = str | Callable[[int], str]  # what a step is called, or what it is by the number of papers that changed


class MarksPart(Part):
    """What the reader does. Goes before the next piece of a running import, and is on the disk on return."""

    def set(
        self,
        keys: Sequence[int],
        values: Mapping[str, object],
        *,
        add_tags: Sequence[str] = (),
        label: Label,
        step: bool = True,
    ) -> tuple[Changed, ...]:
        """Set marks of papers, by the names of `Marks`, and add tags, as one step if `step`; the papers that changed.

        Dismissing marks read, too; when it is taken back, what was never opened is unread again.
        Raises ValueError where a tag is not a word; it counts once, however it is spelled (see `tag_key`).
        """
        set_values, tag = setting(values), retagging(add_tags, ())
        return self._change(keys, lambda marks: tag(set_values(marks)) if add_tags else set_values(marks), label, step)

    def tag(
        self, keys: Sequence[int], *, add: Sequence[str] = (), remove: Sequence[str] = (), label: Label
    ) -> tuple[Changed, ...]:
        """Add tags to papers and remove others, as one step; the papers that changed."""
        return self._change(keys, retagging(add, remove), label, True)

    def take(
        self,
        given: Mapping[int, Marks],
        values: Mapping[str, object] = {},
        *,
        add_tags: Sequence[str] = (),
        label: Label,
    ) -> tuple[Changed, ...]:
        """Add to papers (by key) the marks that a document gives them, then set marks and add tags of all, as one step;
        the papers that changed. What is marked stays so (see `taking`)."""
        of_all, tag = setting(values), retagging(add_tags, ())

        def both(marks: Marks) -> Change:
            take = taking(marks)
            return lambda before: tag(of_all(take(before)))

        alike = {marks: both(marks) for marks in set(given.values())}
        with self._database.write(urgent=True) as connection:
            changes = {key: alike[marks] for key, marks in given.items()}
            return mark_each(connection, changes, self._now(), label)

    def _change(self, keys: Sequence[int], change: Change, label: Label, step: bool) -> tuple[Changed, ...]:
        with self._database.write(urgent=True) as connection:
            return mark(connection, keys, change, self._now(), label, step)

    def journal_rule(self, label: str, rule: str, make: Callable[[], object]) -> None:
        """Make a rule, and note it as a step that can be undone (see `Step.rule`): both or neither."""
        with self._database.write(urgent=True) as connection:
            journal_rule(connection, label, self._now(), rule)
            make()


# what is asked for ----------------------------------------------------------------------------------------------------


def setting(values: Mapping[str, Any]) -> Change:
    """The change that sets these marks. Raises ValueError where there is no such mark, or a tag is not a word.

    A paper that is dismissed is read with it. When that is taken back, it is unread again, unless it was opened.
    None is both kept and dismissed: to keep it takes its dismissal back, and a kept one stays as it is.
    """
    if any(name not in MARKS or MARKS[name].since for name in values):
        raise ValueError(", ".join(values))
    kinds = {name: KINDS[MARKS[name].kind] for name in values}
    values = {name: kind.read(kind.write(values[name])) for name, kind in kinds.items()}
    keeping = values.get("shortlisted")
    if keeping:
        values.pop("dismissed", None)
    dismissing = values.get("dismissed")

    def change(marks: Marks) -> Marks:
        if dismissing and marks.shortlisted:
            return marks
        taken_back = marks.dismissed and (keeping or dismissing is False)
        if dismissing or (taken_back and not marks.opened):
            marks = marks._replace(read=bool(dismissing))
        if keeping or marks.shortlisted:
            marks = marks._replace(dismissed=False)
        return marks._replace(**values)

    return change


def retagging(add: Sequence[str], remove: Sequence[str]) -> Change:
    """The change that adds tags and removes others. Raises ValueError where one is not a word."""
    gone = frozenset(map(tag_key, remove))
    return lambda marks: marks._replace(tags=distinct((*(tag for tag in marks.tags if tag_key(tag) not in gone), *add)))


def taking(given: Marks) -> Change:
    """The change that adds marks to those that stand: nothing is unread, no longer kept or overwritten. A note goes
    behind the one that stands, unless it is in it. A paper that was not kept is so since the time that is given.
    """
    keep = setting({"shortlisted": True})
    words = " ".join((given.note or "").split())

    def change(marks: Marks) -> Marks:
        if given.shortlisted and not marks.shortlisted:
            marks = keep(marks)._replace(shortlisted_at=given.shortlisted_at)
        dismissed = marks.dismissed or (given.dismissed and not marks.shortlisted)
        note = marks.note
        if words and words not in " ".join((note or "").split()):
            note = f"{note}\n\n{given.note}" if note else given.note
        return marks._replace(
            read=marks.read or given.read or (dismissed and not marks.dismissed),
            opened=marks.opened or given.opened,
            dismissed=dismissed,
            tags=distinct((*marks.tags, *given.tags)),
            note=note,
        )

    return change


# writing --------------------------------------------------------------------------------------------------------------


def mark(
    connection: sqlite3.Connection,
    papers: Iterable[int],
    change: Change,
    now: datetime,
    label: Label,
    step: bool = True,
) -> tuple[Changed, ...]:
    """Change the marks of papers, as one step of the journal if `step`. Those that are not as they were before."""
    return mark_each(connection, dict.fromkeys(papers, change), now, label, step)


def mark_each(
    connection: sqlite3.Connection, wanted: Mapping[int, Change], now: datetime, label: Label, step: bool = True
) -> tuple[Changed, ...]:
    """The same, with a change for each paper."""
    known: dict[tuple[Marks, Change], Marks] = {}
    changes: list[Changed] = []
    names: dict[int, str] = {}
    papers = tuple(wanted)
    for start in range(0, len(papers), _CHUNK):
        chunk = papers[start : start + _CHUNK]
        for key, name, *stored in connection.execute(
            f"SELECT p.id, p.name, {MARK_COLUMNS} FROM papers p WHERE p.id IN ({placeholders(len(chunk))})", chunk
        ):
            before, change = marks_of(tuple(stored)), wanted[key]
            after = known.get((before, change))
            if after is None:
                after = known[before, change] = _dated(before, change(before), now.astimezone(UTC))
            if after != before:
                changes.append(Changed(key, before, after))
                names[key] = name
    written: list[_Before] = []
    for field in MARKS:
        written += _write(connection, field, changes, names, now)
    if kept := [key for key, before, after in changes if after.shortlisted and not before.shortlisted]:
        collapsed.place(connection, kept)
    if step and written:
        _journal(connection, label if isinstance(label, str) else label(len(changes)), now, written)
    return tuple(sorted(changes))


def _dated(before: Marks, after: Marks, now: datetime) -> Marks:
    """Marks with the time at which those changed that have one: now, or the earlier one that was given."""
    times: dict[str, Any] = {
        name: min(getattr(after, name) or now, now) if getattr(after, mark.since) else None
        for name, mark in MARKS.items()
        if mark.since and getattr(after, mark.since) != getattr(before, mark.since)
    }
    return after._replace(**times)


def _write(
    connection: sqlite3.Connection, mark: str, changes: Sequence[Changed], names: Mapping[int, str], now: datetime
) -> Iterable[_Before]:
    """Write one mark of the papers in which it changed: under their names, and in the list's columns and counts. What
    stood there."""
    unmarked = getattr(UNMARKED, mark)
    alike: defaultdict[object, list[int]] = defaultdict(list)
    marked: list[int] = []  # it may stand under other names, too
    values: dict[str, tuple[str, datetime]] = {}
    for key, before, after in changes:
        value = getattr(after, mark)
        hidden = mark == "dismissed" and before.shortlisted and not after.shortlisted  # by keeping
        if getattr(before, mark) == value and not hidden:
            continue
        alike[value].append(key)
        if getattr(before, mark) != unmarked or hidden:
            marked.append(key)
        values[names[key]] = _text(mark, value), (value and getattr(after, _TIMES.get(mark, ""), None)) or now
    if not MARKS[mark].since:
        gone = dict.fromkeys(_names(connection, marked), (_text(mark, unmarked), now))
        yield from _set(connection, mark, gone | values)
    for value, keys in alike.items():
        _follow(connection, keys, mark, value)


_TIMES = {mark.since: name for name, mark in MARKS.items() if mark.since}  # of the marks that have one


def _text(name: str, value: object) -> str:
    """A mark's value as it is stored under a paper's name."""
    stored = KINDS[MARKS[name].kind].write(value)
    return "" if stored is None else str(stored)


def _names(connection: sqlite3.Connection, papers: Sequence[int]) -> list[str]:
    """All names under which these papers go."""
    names: list[str] = []
    for start in range(0, len(papers), _CHUNK):
        chunk = papers[start : start + _CHUNK]
        rows = connection.execute(
            f"SELECT DISTINCT name FROM entries WHERE paper IN ({placeholders(len(chunk))})", chunk
        )
        names += (name for (name,) in rows)
    return names


def _set(connection: sqlite3.Connection, mark: str, values: Mapping[str, tuple[str, datetime]]) -> Iterable[_Before]:
    """Write a mark by name, with its time; what stood there before. Where nothing stood, nothing is taken away."""
    names = list(values)
    for start in range(0, len(names), _CHUNK):
        chunk = names[start : start + _CHUNK]
        before = {
            name: (value, at)
            for name, value, at in connection.execute(
                f"SELECT name, value, at FROM marks WHERE kind = ? AND name IN ({placeholders(len(chunk))})",
                (mark, *chunk),
            )
        }
        touched = [name for name in chunk if values[name][0] not in ("", "0") or name in before]
        connection.executemany(
            "INSERT OR REPLACE INTO marks (name, kind, value, at) VALUES (?, ?, ?, ?)",
            [(name, mark, values[name][0], time_text(values[name][1])) for name in touched],
        )
        for name in touched:
            yield (name, mark, *before.get(name, (None, None)))


def _follow(connection: sqlite3.Connection, papers: Sequence[int], name: str, value: object) -> None:
    """Keep the list's columns and counts in step with a mark just written: work by the papers, not by the group."""
    mark = MARKS[name]
    stored = KINDS[mark.kind].write(value)
    moved: Counter[int] = Counter()
    for start in range(0, len(papers), _CHUNK):
        chunk = papers[start : start + _CHUNK]
        among = f"id IN ({placeholders(len(chunk))})"
        connection.execute(f"UPDATE papers SET {mark.column} = ? WHERE {among}", (stored, *chunk))
        if name in _COUNTS:
            moved.update(
                dict(
                    connection.execute(f"SELECT grp, count(*) FROM papers WHERE {among} GROUP BY grp", chunk).fetchall()
                )
            )
    if moved:
        column, sign = _COUNTS[name]
        connection.executemany(
            f"UPDATE groups SET {column} = {column} + ? WHERE id = ?",
            [(sign * number if value else -sign * number, group) for group, number in moved.items()],
        )


# what merging makes of it ---------------------------------------------------------------------------------------------


def settle(
    connection: sqlite3.Connection, papers: Iterable[int], groups: Iterable[int] = (), *, collapse: bool = False
) -> tuple[Changed, ...]:
    """Work out these papers' columns for the list from the marks, and the counts of these groups and theirs.

    Muted papers that are kept come out of their section; those that are not go into it, if `collapse`.
    The papers, with their marks as they were, and are now.
    """
    papers = list(papers)
    touched = set(groups)
    changes: list[Changed] = []
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
            changes += _settle_papers(connection, chunk)
        touched |= collapsed.place(connection, chunk, collapse=collapse)
    connection.executemany(
        """UPDATE groups SET (total, unread, shortlisted, highlighted) =
               (SELECT count(*), ifnull(sum(read = 0), 0), ifnull(sum(shortlisted), 0),
                       (SELECT count(*) FROM papers WHERE grp = groups.id AND highlighted = 1)
                FROM papers WHERE grp = groups.id)
           WHERE id = ?""",
        [(group,) for group in touched],
    )
    return tuple(changes)


def _settle_papers(connection: sqlite3.Connection, papers: Sequence[int]) -> list[Changed]:
    among = f"IN ({placeholders(len(papers))})"
    by_paper: dict[int, list[_Stored]] = defaultdict(list)
    for key, *stored in connection.execute(
        f"""SELECT DISTINCT e.paper, m.at, m.name, m.kind, m.value FROM entries e JOIN marks m ON m.name = e.name
            WHERE e.paper {among}""",
        papers,
    ):
        by_paper[key].append(tuple(stored))
    changes = [
        Changed(key, marks_of(tuple(columns)), united(by_paper[key]) if key in by_paper else UNMARKED)
        for key, *columns in connection.execute(f"SELECT p.id, {MARK_COLUMNS} FROM papers p WHERE p.id {among}", papers)
    ]
    columns = ", ".join(f"{mark.column} = ?" for mark in MARKS.values())
    connection.executemany(
        f"UPDATE papers SET {columns} WHERE id = ?",
        [
            (*(KINDS[mark.kind].write(value) for mark, value in zip(MARKS.values(), after, strict=True)), key)
            for key, before, after in changes
            if after != before
        ],
    )
    return changes


def united(stored: Iterable[_Stored]) -> Marks:
    """The marks of a paper whose names are marked so."""
    values: dict[str, list[Any]] = defaultdict(list)
    for at, _, name, value in sorted(stored):
        if value not in ("", "0"):
            values[name].append((at, value))
    marks: dict[str, Any] = {}
    for name, mark in MARKS.items():
        kind = KINDS[mark.kind]
        if together := [kind.read(at if mark.since else value) for at, value in values[mark.since or name]]:
            marks[name] = kind.unite(together)
    if marks.get("shortlisted"):
        marks.pop("dismissed", None)  # kept under one name and dismissed under another
    return Marks(**marks)


def record_shown(connection: sqlite3.Connection, name: str, where: str, now: str) -> None:
    """Write a mark that only the list shows, of the papers p for which something holds, under one of their names."""
    at = "ifnull(p.shortlisted_at, ?1)" if name == "shortlisted" else "?1"
    connection.execute(
        f"""INSERT OR IGNORE INTO marks (name, kind, value, at)
            SELECT CASE WHEN EXISTS (SELECT 1 FROM entries e WHERE e.paper = p.id AND e.name = p.name) THEN p.name
                   ELSE ifnull((SELECT min(e.name) FROM entries e WHERE e.paper = p.id), p.name) END,
                ?2, CAST(p.{MARKS[name].column} AS TEXT), {at}
            FROM papers p WHERE {where}""",
        (now, name),
    )


def pass_over(connection: sqlite3.Connection, which: str, now: str) -> None:
    """Let undo pass over steps that cannot be read: those with the keys that a query gives."""
    connection.execute(f"UPDATE steps SET undone_at = ? WHERE id IN ({which})", (now,))


def rename(connection: sqlite3.Connection, names: Mapping[str, str]) -> None:
    """Let marks made under some names stand under others, and the latest steps of the journal speak of these.

    What stands under the other name already, and marks something, stays.
    """
    marked: dict[str, str] = {}
    for old, new in names.items():
        connection.execute(
            """DELETE FROM marks WHERE name = ? AND value IN ('', '0')
               AND kind IN (SELECT kind FROM marks WHERE name = ?)""",
            (new, old),
        )
        if connection.execute("UPDATE OR IGNORE marks SET name = ? WHERE name = ?", (new, old)).rowcount:
            marked[json.dumps(old, ensure_ascii=False)] = json.dumps(new, ensure_ascii=False)
    if marked:
        latest = "SELECT id, changes FROM steps WHERE undone_at IS NULL ORDER BY id DESC LIMIT ?"
        for step, changes in connection.execute(latest, (_UNDOABLE,)).fetchall():
            renamed = changes
            for old, new in marked.items():
                renamed = renamed.replace(old, new)
            if renamed != changes:
                connection.execute("UPDATE steps SET changes = ? WHERE id = ?", (renamed, step))


# the journal ----------------------------------------------------------------------------------------------------------


def _journal(connection: sqlite3.Connection, label: str, now: datetime, changes: Sequence[_Before]) -> int:
    cursor = connection.execute(
        "INSERT INTO steps (at, label, changes) VALUES (?, ?, ?)",
        (time_text(now), label, json.dumps(changes, ensure_ascii=False)),
    )
    return int(cursor.lastrowid or 0)


def journal_rule(connection: sqlite3.Connection, label: str, now: datetime, rule: str) -> None:
    """A step of the journal for a rule that was made. The rule itself is in the rules file."""
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


def undo_step(connection: sqlite3.Connection, step: Step, now: datetime) -> tuple[Changed, ...]:
    """Put the marks back as they were before a step. The papers that are concerned."""
    (changes,) = connection.execute("SELECT changes FROM steps WHERE id = ?", (step.number,)).fetchone()
    for name, mark, value, at in json.loads(changes):
        if value is None:
            connection.execute("DELETE FROM marks WHERE name = ? AND kind = ?", (name, mark))
        else:
            connection.execute("INSERT OR REPLACE INTO marks VALUES (?, ?, ?, ?)", (name, mark, value, at))
    connection.execute("UPDATE steps SET undone_at = ? WHERE id = ?", (time_text(now), step.number))
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
    return settle(connection, papers)
