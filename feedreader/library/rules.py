"""Rules, applied: which papers are highlighted, and which are muted.

A rule is a query. It is asked once of the whole library when it is new, and later of the papers that were taken in
or changed since: `rules.applied` is the highest number that a document had then. Asking goes on beside all else, on
a connection of its own; what comes of it is written a few hundred papers at a time, so that a mark never waits.
It may be broken off anywhere, and another process may do the same: what is left is done the next time.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from feedreader.errors import QueryError
from feedreader.library import collapsed
from feedreader.library.connection import Database, placeholders
from feedreader.library.search.compiler import Compiler, Moment
from feedreader.library.search.regex_search import papers_with
from feedreader.model import Rule

BATCH = 250  # papers a transaction


class Applied(NamedTuple):
    """What came of applying rules: whether any paper is shown otherwise now, and the rules that could not be asked."""

    changed: bool = False
    faults: tuple[tuple[Rule, QueryError], ...] = ()


class RuleInfo(NamedTuple):
    """A rule as it was applied last, and how many papers it is about."""

    effect: str
    text: str
    name: str
    papers: int


class _StoredRule(NamedTuple):
    """A rule as the library has it."""

    id: int
    position: int
    effect: str
    text: str
    name: str
    applied: int


class _Verdict(NamedTuple):
    """What a rule says: which papers it is about from now on, and which no longer."""

    rule: int
    added: frozenset[int]
    dropped: frozenset[int]


def apply(database: Database, rules: Sequence[Rule], today: date) -> Applied:
    """Bring the papers in step with these rules, and with no others."""
    wanted = {(rule.effect, rule.text): (place, rule) for place, rule in enumerate(rules)}
    with database.read() as connection:
        changed = _differ(_all(connection), wanted)
        if not changed and not _anything_new(connection):
            return Applied()
    if changed:
        with database.write(durable=False) as connection:
            _put(connection, wanted)
    verdicts: list[_Verdict] = []
    faults: list[tuple[Rule, QueryError]] = []
    with database.aside() as connection:
        last = _last_document(connection)
        for stands in _all(connection):
            rule = wanted.get((stands.effect, stands.text), (0, None))[1]
            try:
                verdicts.append(_verdict(connection, stands, rule, today))
            except QueryError as error:
                assert rule is not None
                faults.append((rule, error))
    papers = _by_paper(verdicts)
    keys = sorted(papers)
    for start in range(0, len(keys), BATCH):
        with database.write(durable=False) as connection:
            _write(connection, {key: papers[key] for key in keys[start : start + BATCH]})
    with database.write(durable=False) as connection:
        for stands in _all(connection):
            if (stands.effect, stands.text) in wanted:
                connection.execute("UPDATE rules SET applied = max(applied, ?) WHERE id = ?", (last, stands.id))
            elif not connection.execute("SELECT EXISTS (SELECT 1 FROM ruled WHERE rule = ?)", (stands.id,)).fetchone()[
                0
            ]:
                connection.execute("DELETE FROM rules WHERE id = ?", (stands.id,))
    folded = False
    while True:
        with database.write(durable=False) as connection:
            left = collapsed.seen_though_muted(connection, BATCH)
            collapsed.place(connection, left, collapse=True)
        folded = folded or bool(left)
        if len(left) < BATCH:
            return Applied(changed or bool(papers) or folded, tuple(faults))


def rules(connection: sqlite3.Connection) -> tuple[RuleInfo, ...]:
    """The rules as they were last applied, in their order, and how many papers each is about."""
    return tuple(
        RuleInfo(effect, text, name, papers)
        for effect, text, name, papers in connection.execute(
            """SELECT deed, query, name, (SELECT count(*) FROM ruled d WHERE d.rule = r.id)
               FROM rules r ORDER BY position, id"""
        )
    )


def _all(connection: sqlite3.Connection) -> list[_StoredRule]:
    rows = connection.execute("SELECT id, position, deed, query, name, applied FROM rules ORDER BY position, id")
    return [_StoredRule(*row) for row in rows]


def _differ(stand: Iterable[_StoredRule], wanted: dict[tuple[str, str], tuple[int, Rule]]) -> bool:
    """Whether the library has other rules, or has them in another order or by other names."""
    there = {(one.effect, one.text): (one.position, one.name) for one in stand}
    return there != {asked: (place, rule.name) for asked, (place, rule) in wanted.items()}


def _put(connection: sqlite3.Connection, wanted: dict[tuple[str, str], tuple[int, Rule]]) -> None:
    """Put the rules down. Those that are gone stay until no paper hangs on them."""
    for (effect, text), (place, rule) in wanted.items():
        connection.execute(
            """INSERT INTO rules (position, deed, query, name) VALUES (?, ?, ?, ?)
               ON CONFLICT (deed, query) DO UPDATE SET position = excluded.position, name = excluded.name""",
            (place, effect, text, rule.name),
        )


def _last_document(connection: sqlite3.Connection) -> int:
    row = connection.execute("SELECT value FROM settings WHERE name = 'last document'").fetchone()
    return int(row[0]) if row else 0


def _anything_new(connection: sqlite3.Connection) -> bool:
    """Whether papers came or changed since all rules were applied, or should be folded away again."""
    (applied,) = connection.execute("SELECT min(applied) FROM rules").fetchone()
    if applied is None:
        return False
    return applied < _last_document(connection) or bool(collapsed.seen_though_muted(connection, 1))


def _verdict(connection: sqlite3.Connection, stands: _StoredRule, rule: Rule | None, today: date) -> _Verdict:
    """Ask a rule of the papers to which it was not applied yet. Raises QueryError if that takes too long."""
    if rule is None:
        return _Verdict(stands.id, frozenset(), frozenset(_ruled(connection, stands.id)))
    if not stands.applied:
        found = _matches(connection, rule, None, today)
        before = _ruled(connection, stands.id)
        return _Verdict(stands.id, frozenset(found - before), frozenset(before - found))
    rows = connection.execute(
        "SELECT id FROM papers WHERE doc > ? UNION ALL SELECT id FROM papers WHERE doc < ?",
        (stands.applied, -stands.applied),
    )
    new = [key for (key,) in rows]
    if not new:
        return _Verdict(stands.id, frozenset(), frozenset())
    found = _matches(connection, rule, new, today)
    before = {
        key
        for (key,) in connection.execute(
            "SELECT paper FROM ruled WHERE rule = ? AND paper IN (SELECT value FROM json_each(?))",
            (stands.id, json.dumps(new)),
        )
    }
    return _Verdict(stands.id, frozenset(found - before), frozenset(before - found))


def _ruled(connection: sqlite3.Connection, rule: int) -> set[int]:
    return {key for (key,) in connection.execute("SELECT paper FROM ruled WHERE rule = ?", (rule,))}


def _matches(connection: sqlite3.Connection, rule: Rule, among: Sequence[int] | None, today: date) -> set[int]:
    """The papers (of some) that a rule's query finds. What the reader wrote on them counts for nothing."""
    compiler = Compiler(
        connection, Moment(today, 0), lambda term: papers_with(connection, term, among), among=among, own=False
    )
    where, parameters = compiler.condition(rule.query.terms)
    if among is not None:
        where, parameters = f"p.id IN (SELECT value FROM json_each(?)) AND ({where})", (json.dumps(among), *parameters)
    return {
        key
        for (key,) in connection.execute(
            f"SELECT p.id FROM papers p JOIN groups g ON g.id = p.grp WHERE {where}", parameters
        )
    }


def _by_paper(verdicts: Iterable[_Verdict]) -> dict[int, list[tuple[int, bool]]]:
    """Of each paper concerned the rules that are about it now (True), and those that are no longer."""
    papers: dict[int, list[tuple[int, bool]]] = defaultdict(list)
    for verdict in verdicts:
        for keys, holds in ((verdict.added, True), (verdict.dropped, False)):
            for key in keys:
                papers[key].append((verdict.rule, holds))
    return papers


def _write(connection: sqlite3.Connection, papers: dict[int, list[tuple[int, bool]]]) -> None:
    """Write what rules say of these papers; the list's columns, the folds and the counts follow."""
    keys = list(papers)
    marks = placeholders(len(keys))
    pairs = [(key, rule, holds) for key, said in papers.items() for rule, holds in said]
    connection.executemany(
        """INSERT OR IGNORE INTO ruled (paper, rule)
           SELECT p.id, r.id FROM papers p, rules r WHERE p.id = ? AND r.id = ?""",
        [(key, rule) for key, rule, holds in pairs if holds],
    )
    connection.executemany(
        "DELETE FROM ruled WHERE paper = ? AND rule = ?", [(key, rule) for key, rule, holds in pairs if not holds]
    )
    before = dict(
        connection.execute(f"SELECT grp, sum(highlighted) FROM papers WHERE id IN ({marks}) GROUP BY grp", keys)
    )
    effects = """EXISTS (SELECT 1 FROM ruled d JOIN rules r ON r.id = d.rule
                       WHERE d.paper = papers.id AND r.deed = '{}')"""
    connection.execute(
        f"""UPDATE papers SET highlighted = {effects.format("highlight")}, muted = {effects.format("mute")}
            WHERE id IN ({marks})""",
        keys,
    )
    after = connection.execute(
        f"SELECT grp, sum(highlighted) FROM papers WHERE id IN ({marks}) GROUP BY grp", keys
    ).fetchall()
    connection.executemany(
        "UPDATE groups SET highlighted = highlighted + ? WHERE id = ?",
        [(number - before[group], group) for group, number in after if number != before[group]],
    )
    collapsed.place(connection, keys, collapse=True)
