"""Rules, applied: which papers are highlighted, and which are muted.

A rule is a query. It is asked once of the whole library when it is new, and later of the papers that were taken in
or changed since: those that `unruled` names with a higher number than `rules.applied`. One that names the interest of
papers is asked anew of all whenever that was written (see `schema.SCORES`). It runs beside everything else, on a
connection of its own; what comes of it is written a few hundred papers at a time, so that a mark never waits. It may
be broken off anywhere, and another process may do the same: what is left is done the next time.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from feedreader.errors import QueryError
from feedreader.library import collapsed
from feedreader.library.connection import Database, Part, placeholders
from feedreader.library.schema import SCORES, numbered_state, set_state, state
from feedreader.library.search.compiler import Compiler, Moment, bound_to
from feedreader.library.search.index import HIGHEST_DOCUMENT
from feedreader.library.search.regex_search import papers_with
from feedreader.model import Rule
from feedreader.query.language import names_interest

BATCH = 250  # papers a transaction
_STORED = "papers stored"  # the state that counts how often papers came or changed while there were rules
_ASKED = "scores when rules were asked"  # the state that holds SCORES as it was then

_RulesByQuery = Mapping[tuple[str, str], tuple[int, Rule]]  # rules and their positions, by effect and text


class Applied(NamedTuple):
    """The result of applying rules: whether any paper looks different now, and the rules that failed."""

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


class _Difference(NamedTuple):
    """Which papers a rule is about from now on, and which no longer."""

    rule: int
    added: frozenset[int]
    dropped: frozenset[int]


class RulesPart(Part):
    """The current rules and the papers they match."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        super().__init__(database, now)
        self.current: Sequence[Rule] | None = None  # None: none were given yet, not even that there are none

    def apply(self, rules: Sequence[Rule]) -> Applied:
        """From now on these rules hold, and no others: for all papers, and for those that `Library.index` adds.

        May take a while, during which all else can go on.
        """
        self.current = rules
        return self.apply_again()

    def apply_again(self) -> Applied:
        """Apply the rules that were given to what came or changed since."""
        if self.current is None or self._database.read_only:
            return Applied()
        rules = {(rule.effect, rule.text): (position, rule) for position, rule in enumerate(self.current)}
        with self._database.read() as connection:
            other_rules = _differ(_stored(connection), rules)
            if not other_rules and not _anything_new(connection) and not _other_scores(connection, rules):
                return Applied()
        if other_rules:
            with self._database.write(durable=False) as connection:
                _put(connection, rules)
        with self._database.snapshot() as connection:
            last, scores = _number(connection), state(connection, SCORES)
            differences, faults = _ask_all(connection, rules, self._now().astimezone().date())
        papers = _by_paper(differences)
        keys = sorted(papers)
        for start in range(0, len(keys), BATCH):
            with self._database.write(durable=False) as connection:
                _write(connection, {key: papers[key] for key in keys[start : start + BATCH]})
        with self._database.write(durable=False) as connection:
            _note_applied(connection, rules, last, scores)
        collapsed_any = self._collapse_seen()
        return Applied(other_rules or bool(papers) or collapsed_any, faults)

    def _collapse_seen(self) -> bool:
        """Put muted papers that are kept no longer back into their sections; whether there were any."""
        any_seen = False
        while True:
            with self._database.write(durable=False) as connection:
                keys = collapsed.seen_though_muted(connection, BATCH)
                collapsed.place(connection, keys, collapse=True)
            any_seen = any_seen or bool(keys)
            if len(keys) < BATCH:
                return any_seen

    def all(self) -> tuple[RuleInfo, ...]:
        """The rules that were last applied, in their order, and how many papers each is about."""
        with self._database.read() as connection:
            rows = connection.execute(
                """SELECT effect, query, name, (SELECT count(*) FROM ruled d WHERE d.rule = r.id)
                   FROM rules r ORDER BY position, id"""
            )
            return tuple(RuleInfo(*row) for row in rows)


def _stored(connection: sqlite3.Connection) -> list[_StoredRule]:
    rows = connection.execute("SELECT id, position, effect, query, name, applied FROM rules ORDER BY position, id")
    return [_StoredRule(*row) for row in rows]


def _differ(stored: Iterable[_StoredRule], rules: _RulesByQuery) -> bool:
    """Whether the library has other rules, or has them in another order or by other names."""
    before = {(rule.effect, rule.text): (rule.position, rule.name) for rule in stored}
    return before != {query: (position, rule.name) for query, (position, rule) in rules.items()}


def _put(connection: sqlite3.Connection, rules: _RulesByQuery) -> None:
    """Store the rules. Deleted ones stay until no paper refers to them."""
    connection.executemany(
        """INSERT INTO rules (position, effect, query, name) VALUES (?, ?, ?, ?)
           ON CONFLICT (effect, query) DO UPDATE SET position = excluded.position, name = excluded.name""",
        [(position, effect, text, rule.name) for (effect, text), (position, rule) in rules.items()],
    )


def _note_applied(connection: sqlite3.Connection, rules: _RulesByQuery, last: int, scores: str | None) -> None:
    """Note up to which number, and by which scores, the rules were applied, and drop deleted ones that no paper
    refers to."""
    if scores:
        set_state(connection, _ASKED, scores)
    for stored in _stored(connection):
        if (stored.effect, stored.text) in rules:
            connection.execute("UPDATE rules SET applied = max(applied, ?) WHERE id = ?", (last, stored.id))
        else:
            connection.execute(
                "DELETE FROM rules WHERE id = ? AND NOT EXISTS (SELECT 1 FROM ruled WHERE rule = rules.id)",
                (stored.id,),
            )
    connection.execute("DELETE FROM unruled WHERE number <= (SELECT ifnull(min(applied), number) FROM rules)")


def stored_anew(connection: sqlite3.Connection, papers: Iterable[int]) -> None:
    """Note that rules have to be asked of these papers, which came or changed."""
    if connection.execute("SELECT 1 FROM rules").fetchone():
        number = _number(connection) + 1
        connection.executemany("INSERT OR REPLACE INTO unruled VALUES (?, ?)", [(key, number) for key in papers])
        set_state(connection, _STORED, str(number))


def _number(connection: sqlite3.Connection) -> int:
    """How often papers came or changed."""
    return numbered_state(connection, _STORED) or 1


def _anything_new(connection: sqlite3.Connection) -> bool:
    """Whether papers came or changed since all rules were applied, or should be collapsed again."""
    (applied,) = connection.execute("SELECT min(applied) FROM rules").fetchone()
    if applied is None:
        return False
    return applied < _number(connection) or bool(collapsed.seen_though_muted(connection, 1))


def _other_scores(connection: sqlite3.Connection, rules: _RulesByQuery) -> bool:
    """Whether a rule names the interest of papers, and that was written since they were asked."""
    named = any(names_interest(rule.query) for _, rule in rules.values())
    return named and state(connection, SCORES) != state(connection, _ASKED)


def _ask_all(
    connection: sqlite3.Connection, rules: _RulesByQuery, today: date
) -> tuple[list[_Difference], tuple[tuple[Rule, QueryError], ...]]:
    """What all rules, old ones too, are about now that they were not; and those that could not be asked."""
    differences: list[_Difference] = []
    faults: list[tuple[Rule, QueryError]] = []
    other_scores = _other_scores(connection, rules)
    for stored in _stored(connection):
        _, rule = rules.get((stored.effect, stored.text), (0, None))
        if rule is None:
            differences.append(_Difference(stored.id, frozenset(), frozenset(_ruled(connection, stored.id))))
            continue
        try:
            anew = not stored.applied or (other_scores and names_interest(rule.query))
            differences.append(_ask(connection, stored, rule, today, anew=anew))
        except QueryError as error:
            faults.append((rule, error))
    return differences, tuple(faults)


def _ask(connection: sqlite3.Connection, stored: _StoredRule, rule: Rule, today: date, *, anew: bool) -> _Difference:
    """Ask a rule of all papers, if `anew`, or of those to which it was not applied yet. Raises QueryError if that takes
    too long."""
    among: list[int] | None = None
    if not anew:
        rows = connection.execute("SELECT paper FROM unruled WHERE number > ?", (stored.applied,))
        among = [key for (key,) in rows]
        if not among:
            return _Difference(stored.id, frozenset(), frozenset())
    now = _matches(connection, rule, among, today)
    before = _ruled(connection, stored.id, among)
    return _Difference(stored.id, frozenset(now - before), frozenset(before - now))


def _ruled(connection: sqlite3.Connection, rule: int, among: Sequence[int] | None = None) -> set[int]:
    """The papers (of some) that a rule was about until now."""
    where = "" if among is None else " AND paper IN (SELECT value FROM json_each(?))"
    parameters = () if among is None else (json.dumps(among),)
    rows = connection.execute(f"SELECT paper FROM ruled WHERE rule = ?{where}", (rule, *parameters))
    return {key for (key,) in rows}


def _matches(connection: sqlite3.Connection, rule: Rule, among: Sequence[int] | None, today: date) -> set[int]:
    """The papers (of some) that a rule's query finds. What the reader wrote on them counts for nothing."""
    compiler = Compiler(connection, Moment(today, 0), lambda term: papers_with(connection, term, among), own=False)
    where, parameters, _ = compiler.condition(rule.query.terms)
    lowest, highest = 0, HIGHEST_DOCUMENT
    if among is not None:
        keys = json.dumps(among)
        lowest, highest = connection.execute(
            """SELECT ifnull(min(abs(doc)), 0), ifnull(max(abs(doc)), 0) FROM papers
               WHERE id IN (SELECT value FROM json_each(?))""",
            (keys,),
        ).fetchone()
        where, parameters = f"p.id IN (SELECT value FROM json_each(?)) AND ({where})", (keys, *parameters)
    parameters = bound_to(parameters, lowest, highest)
    rows = connection.execute(f"SELECT p.id FROM papers p JOIN groups g ON g.id = p.grp WHERE {where}", parameters)
    return {key for (key,) in rows}


def _by_paper(differences: Iterable[_Difference]) -> dict[int, list[tuple[int, bool]]]:
    """Of each paper concerned the rules that are about it now (True), and those that are no longer."""
    papers: dict[int, list[tuple[int, bool]]] = defaultdict(list)
    for difference in differences:
        for keys, holds in ((difference.added, True), (difference.dropped, False)):
            for key in keys:
                papers[key].append((difference.rule, holds))
    return papers


def _write(connection: sqlite3.Connection, papers: dict[int, list[tuple[int, bool]]]) -> None:
    """Write what rules say of these papers; the list's columns, the sections and the counts follow."""
    keys = list(papers)
    marks = placeholders(len(keys))
    pairs = [(key, rule, holds) for key, rules in papers.items() for rule, holds in rules]
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
                       WHERE d.paper = papers.id AND r.effect = '{}')"""
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
