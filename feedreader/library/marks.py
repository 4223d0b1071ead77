"""What the reader did, and how it is undone. The only writer of marks.

A mark stands under the paper's name at that time. A paper is read (kept, opened, dismissed) if any of the
names its entries give it is marked so: that unites the marks of two papers that turn out to be one. Their
tags are united too, and their notes follow one another, the older first. Taking a mark away takes it away
under all of the paper's names; a note or tags that are written take the place of all that stood there.

The columns of `papers` and the counts of a group repeat this for the list, and are kept in step here and
after each merge (`settle`).
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from heapq import merge
from operator import itemgetter
from typing import Any, overload

from feedreader.library import collapsed, journal, unsent
from feedreader.library.connection import Part, chunks, placeholders
from feedreader.library.journal import Before
from feedreader.library.rows import KINDS, MARK_COLUMNS, distinct, marks_of, time_text
from feedreader.model import MARKS, UNMARKED, Changed, Marks
from feedreader.text.notes import tag_key

_PIECE = 4000  # papers that are marked at a time, in one step of the journal
_COUNTS = {"read": ("unread", -1), "shortlisted": ("shortlisted", 1)}  # a group's counts, and how a flag changes them

_Stored = tuple[str, str, str, str]  # time, name, mark, value
Change = Callable[[Marks], Marks]
Label = str | Callable[[int], str]  # what a step is called, or what it is by the number of papers that changed


class Changes(Sequence[Changed]):
    """Changes of marks, in the order of the papers' keys. Those that are alike are held once, with the keys."""

    def __init__(self) -> None:
        self._keys: defaultdict[tuple[Marks, Marks], array[int]] = defaultdict(lambda: array("q"))

    def add(self, changes: Iterable[Changed]) -> None:
        for key, *marks in changes:
            self._keys[marks[0], marks[1]].append(key)

    def __len__(self) -> int:
        return sum(map(len, self._keys.values()))

    def __iter__(self) -> Iterator[Changed]:
        return merge(*(self._alike(*marks) for marks in self._keys), key=itemgetter(0))

    def _alike(self, before: Marks, after: Marks) -> Iterator[Changed]:
        return (Changed(key, before, after) for key in sorted(self._keys[before, after]))

    @overload
    def __getitem__(self, place: int) -> Changed: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Changed]: ...
    def __getitem__(self, place: int | slice) -> Changed | Sequence[Changed]:
        return tuple(self)[place]


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
    ) -> Sequence[Changed]:
        """Set marks of papers, by the names of `Marks`, and add tags, as one step if `step`; the papers that changed.

        Dismissing marks read, too; when it is taken back, what was never opened is unread again.
        Raises ValueError where a tag is not a word; it counts once, however it is spelled (see `tag_key`).
        """
        set_values, tag = setting(values), retagging(add_tags, ())
        return self._change(keys, lambda marks: tag(set_values(marks)) if add_tags else set_values(marks), label, step)

    def tag(
        self, keys: Sequence[int], *, add: Sequence[str] = (), remove: Sequence[str] = (), label: Label
    ) -> Sequence[Changed]:
        """Add tags to papers and remove others, as one step; the papers that changed."""
        return self._change(keys, retagging(add, remove), label, True)

    def take(
        self,
        given: Mapping[int, Marks],
        values: Mapping[str, object] = {},
        *,
        add_tags: Sequence[str] = (),
        label: Label,
    ) -> Sequence[Changed]:
        """Add to papers (by key) the marks that a document gives them, then set marks and add tags of all, as one step;
        the papers that changed. What is marked stays so (see `taking`)."""
        of_all, tag = setting(values), retagging(add_tags, ())

        def both(marks: Marks) -> Change:
            take = taking(marks)
            return lambda before: tag(of_all(take(before)))

        alike = {marks: both(marks) for marks in set(given.values())}
        with self._database.write(urgent=True) as connection:
            return mark(connection, given, lambda key: alike[given[key]], self._now(), label)

    def _change(self, keys: Sequence[int], change: Change, label: Label, step: bool) -> Sequence[Changed]:
        with self._database.write(urgent=True) as connection:
            return mark(connection, keys, lambda _: change, self._now(), label, step)

    def journal_rule(self, label: str, rule: str, make: Callable[[], object]) -> None:
        """Make a rule, and note it as a step that can be undone (see `Step.rule`): both or neither."""
        with self._database.write(urgent=True) as connection:
            journal.add_rule(connection, label, self._now(), rule)
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
    change: Callable[[int], Change],
    now: datetime,
    label: Label,
    step: bool = True,
) -> Sequence[Changed]:
    """Change the marks of papers, each as `change` says, as one step of the journal if `step`. Those that are not as
    they were before."""
    known: dict[tuple[Marks, Change], Marks] = {}
    every, number = Changes(), None
    for piece in chunks(papers, _PIECE):
        changes: list[Changed] = []
        names: dict[int, str] = {}
        for chunk in chunks(dict.fromkeys(piece)):
            for key, name, *stored in connection.execute(
                f"SELECT p.id, p.name, {MARK_COLUMNS} FROM papers p WHERE p.id IN ({placeholders(len(chunk))})", chunk
            ):
                before, wanted = marks_of(tuple(stored)), change(key)
                after = known.get((before, wanted))
                if after is None:
                    after = known[before, wanted] = _dated(before, wanted(before), now.astimezone(UTC))
                if after != before:
                    changes.append(Changed(key, before, after))
                    names[key] = name
        every.add(changes)
        written = [what for field in MARKS for what in _write(connection, field, changes, names, now)]
        if kept := [key for key, before, after in changes if after.shortlisted and not before.shortlisted]:
            collapsed.place(connection, kept)
        if step and written:
            part = journal.add(connection, "", now, written, number)
            number = number or part
    if number is not None:
        journal.name(connection, number, label if isinstance(label, str) else label(len(every)))
    return every


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
) -> Iterable[Before]:
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
        unsent.note(connection, mark, gone | values, now)
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
    for chunk in chunks(papers):
        rows = connection.execute(
            f"SELECT DISTINCT name FROM entries WHERE paper IN ({placeholders(len(chunk))})", chunk
        )
        names += (name for (name,) in rows)
    return names


def _set(connection: sqlite3.Connection, mark: str, values: Mapping[str, tuple[str, datetime]]) -> Iterable[Before]:
    """Write a mark by name, with its time; what stood there before. Where nothing stood, nothing is taken away."""
    for chunk in chunks(values):
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
    for chunk in chunks(papers):
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
) -> Sequence[Changed]:
    """Work out these papers' columns for the list from the marks, and the counts of these groups and theirs.

    Muted papers that are kept come out of their section; those that are not go into it, if `collapse`.
    The papers, with their marks as they were, and are now.
    """
    touched = set(groups)
    changes = Changes()
    marked = connection.execute("SELECT EXISTS (SELECT 1 FROM marks) OR EXISTS (SELECT 1 FROM steps)").fetchone()[0]
    for chunk in chunks(papers):
        touched.update(
            g
            for (g,) in connection.execute(
                f"SELECT DISTINCT grp FROM papers WHERE id IN ({placeholders(len(chunk))})", chunk
            )
        )
        if marked:
            changes.add(_settle_papers(connection, chunk))
        touched |= collapsed.place(connection, chunk, collapse=collapse)
    connection.executemany(
        """UPDATE groups SET (total, unread, shortlisted, highlighted) =
               (SELECT count(*), ifnull(sum(read = 0), 0), ifnull(sum(shortlisted), 0),
                       (SELECT count(*) FROM papers WHERE grp = groups.id AND highlighted = 1)
                FROM papers WHERE grp = groups.id)
           WHERE id = ?""",
        [(group,) for group in touched],
    )
    return changes


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
            marked[old] = new
            unsent.note_all(connection, new)
    if marked:
        journal.rename(connection, marked)


def undo_step(connection: sqlite3.Connection, step: int, now: datetime) -> Sequence[Changed]:
    """Put the marks back as they were before a step, but for what other machines changed since. The papers that are
    concerned."""
    for changes in journal.changes_of(connection, step):
        changes = unsent.without_others(connection, changes)
        gone = [(name, mark) for name, mark, value, _ in changes if value is None]
        connection.executemany("DELETE FROM marks WHERE name = ? AND kind = ?", gone)
        there = [change for change in changes if change[2] is not None]
        connection.executemany("INSERT OR REPLACE INTO marks VALUES (?, ?, ?, ?)", there)
        for mark in MARKS:
            unsent.note(connection, mark, [name for name, kind, *_ in changes if kind == mark], now)
    journal.end(connection, step, now)
    return settle(connection, _papers_of(connection, step))


def receive(connection: sqlite3.Connection, marks: Iterable[Before]) -> None:
    """Write marks as another machine told them; `settle` comes next."""
    connection.executemany("INSERT OR REPLACE INTO marks (name, kind, value, at) VALUES (?, ?, ?, ?)", marks)


def _papers_of(connection: sqlite3.Connection, step: int) -> Iterator[int]:
    """The papers whose marks a step changed."""
    for changes in journal.changes_of(connection, step):
        papers: set[int] = set()
        for chunk in chunks(dict.fromkeys(name for name, *_ in changes)):
            among = f"name IN ({placeholders(len(chunk))})"
            rows = connection.execute(f"SELECT paper FROM entries WHERE paper IS NOT NULL AND {among}", chunk)
            papers.update(paper for (paper,) in rows)
        yield from papers
