"""The rules as a text that people write and the program adds to: TOML, a table a rule. Pure.

    [[highlight]]
    query = 'author:"Ada Lovelace"'

    [[mute]]
    name = "surveys"
    query = "title:survey -cat:cs.CR"

A rule that the program wrote has a line `made = …` with the day. Only such a rule is ever taken out by the program,
and nothing but its own lines; comments stay.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from feedreader.config import toml
from feedreader.config.kinds import nearest
from feedreader.config.locating import Piece, Table, tables_of
from feedreader.config.reading import parsed
from feedreader.errors import QueryError
from feedreader.model import Condition, Not, Query, Rule, Term
from feedreader.query.date_range import bounds
from feedreader.query.fields import ANYWHERE, FIELDS
from feedreader.query.language import parse_query

DEEDS = ("highlight", "mute")
_KEYS = ("query", "name", "made")
_BEGINNING = """\
# What feedreader highlights and mutes. A rule is a query, as in the search bar.
# Rules with a day they were `made` were written by the reader, which can take them away again.
"""


class Placed(NamedTuple):
    """A rule with its line in the file, and the day on which the program wrote it, if it did."""

    rule: Rule
    line: int
    made: date | None = None


class Fault(NamedTuple):
    """What is wrong in the file, and on which line; where it is within a query, at `position` in that."""

    line: int
    problem: str
    remedy: str
    query: str = ""
    position: int = 0

    def said(self, path: Path) -> str:
        """In one line."""
        return f"{path}, line {self.line}: {self.problem} {self.remedy}".strip()


class Rules(NamedTuple):
    """The rules of a file in their order, and what is wrong there. What is wrong is no rule; the others hold."""

    placed: tuple[Placed, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def rules(self) -> tuple[Rule, ...]:
        return tuple(placed.rule for placed in self.placed)

    def find(self, effect: str, text: str) -> Placed | None:
        """The rule that says so, if there is one."""
        return next((one for one in self.placed if (one.rule.effect, one.rule.text) == (effect, text)), None)


def read(text: str, path: Path) -> Rules:
    """The rules in a text. `path` is only named. Raises ConfigError if it is no TOML."""
    said = parsed(path, text)
    headings = [table for table in tables_of(text) if table.heading.keys[:1] in (("highlight",), ("mute",))]
    placed: list[Placed] = []
    faults = list(_strangers(said, text))
    for effect in DEEDS:
        tables = said.get(effect, [])
        if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
            line = _line_of(text, effect)
            faults.append(Fault(line, f"“{effect}” is no list of rules.", f"Write [[{effect}]] in double brackets."))
            continue
        here = [table for table in headings if table.heading.keys == (effect,)]
        for number, values in enumerate(tables):
            table = here[number] if len(here) == len(tables) else None
            faults += _read_rule(effect, values, table, _line_of(text, effect), placed)
    placed.sort(key=lambda one: one.line)
    faults.sort(key=lambda one: one.line)
    return Rules(tuple(placed), tuple(faults))


def rule_query(text: str) -> Query:
    """A rule's query. Raises QueryError, also where it asks for what may be otherwise tomorrow."""
    query = parse_query(text)
    try:
        if not query.terms:
            raise QueryError("A rule wants a query that is not empty.", "Write what is to be found.", 0)
        if query.sort:
            raise QueryError("A rule has no order.", "Take sort: out.", max(0, text.find("sort:")))
        for term in _terms(query.terms):
            _check(term)
    except QueryError as error:
        error.query = text
        raise
    return query


def added(text: str, effect: str, query: str, made: date) -> str:
    """What is to be put at the end of a text, so that it has one more rule."""
    before = _BEGINNING if not text.strip() else "" if text.endswith("\n") else "\n"
    return f"{before}\n[[{effect}]]\nquery = {toml.quoted(query)}\nmade = {made.isoformat()}\n"


def removed(text: str, effect: str, query: str) -> str | None:
    """The text without a rule that the program wrote; None if it has none such. Lines end as they did."""
    plain = toml.plain(text)
    said = tomllib.loads(plain)
    tables = [table for table in tables_of(plain) if table.heading.keys == (effect,)]
    rules = said.get(effect, [])
    if not isinstance(rules, list) or len(tables) != len(rules):
        return None
    for table, values in zip(tables, rules, strict=True):
        if "made" in values and str(values.get("query", "")).strip() == query:
            left = _without(text, table)
            others = [one for one in rules if one is not values]
            expected = {**said, effect: others} if others else {key: said[key] for key in said if key != effect}
            return left if tomllib.loads(toml.plain(left)) == expected else None
    return None


def _without(text: str, table: Table) -> str:
    """The text without the lines of a table; comments stay, and the blank line before the heading goes."""
    lines = text.split("\n")
    gone: dict[int, str] = {}
    for piece in (table.heading, *table.pairs):
        gone |= dict.fromkeys(range(piece.first, piece.last + 1), "")
        gone[piece.last] = piece.comment
    first = table.heading.first
    if first > 1 and not lines[first - 2].strip() and not _kept_comment(table):
        gone[first - 1] = ""
    kept = []
    for number, line in enumerate(lines, 1):
        if number not in gone:
            kept.append(line)
        elif gone[number]:
            kept.append(gone[number] + ("\r" if line.endswith("\r") else ""))
    return "\n".join(kept)


def _kept_comment(table: Table) -> bool:
    pieces: tuple[Piece, ...] = (table.heading, *table.pairs)
    return any(piece.comment for piece in pieces)


# What the text says --------------------------------------------------------------------------------------------------


def _read_rule(
    effect: str, values: Mapping[str, Any], table: Table | None, line: int, placed: list[Placed]
) -> Iterator[Fault]:
    """Put a rule to the others, if it is one; what is wrong with it."""
    lines = {piece.keys[-1]: piece.first for piece in table.pairs} if table else {}
    start = table.heading.first if table else line
    for key in values:
        if key not in _KEYS:
            yield Fault(lines.get(key, start), f"A rule has no “{key}”.", nearest(key, _KEYS))
    said, name, made = values.get("query"), values.get("name"), values.get("made")
    if said is None:
        yield Fault(start, "This rule has no query.", 'Write query = "…" under it.')
        return
    here = lines.get("query", start)
    if not isinstance(said, str):
        yield Fault(here, f"“query” is {toml.shown(said)}.", 'It should be a query in quotes: query = "survey".')
        return
    text = said.strip()
    try:
        query = rule_query(text)
    except QueryError as error:
        yield Fault(here, error.message, error.remedy, text, error.position)
        return
    if any((one.rule.effect, one.rule.text) == (effect, text) for one in placed):
        yield Fault(here, "This rule stands there twice.", "Take one out.")
        return
    if name is not None and (not isinstance(name, str) or not name.strip() or not name.isprintable()):
        yield Fault(
            lines.get("name", start), f"“name” is {toml.shown(name)}.", 'It should be a name: name = "surveys".'
        )
        name = None
    given = name.strip() if name else " ".join(text.split())
    placed.append(Placed(Rule(effect, text, given, query), start, made if isinstance(made, date) else None))


def _strangers(said: Mapping[str, Any], text: str) -> Iterator[Fault]:
    """What is neither highlighted nor muted."""
    for key in said:
        if key not in DEEDS:
            remedy = "It belongs under [[highlight]] or [[mute]]." if key in _KEYS else nearest(key, DEEDS, "[[{}]]")
            yield Fault(_line_of(text, key), f"“{key}” is no kind of rule.", remedy)


def _line_of(text: str, key: str) -> int:
    from feedreader.config.locating import lines_of

    return lines_of(text).get((key,), 1)


def _terms(conditions: tuple[Condition, ...]) -> Iterator[Term]:
    for condition in conditions:
        if isinstance(condition, Term):
            yield condition
        else:
            yield from _terms((condition.part,) if isinstance(condition, Not) else condition.parts)


def _check(term: Term) -> None:
    """Raises QueryError where the answer hangs on the reader or on the clock."""
    field, value = FIELDS.get(term.field, ANYWHERE), term.value
    if not field.in_rules or any(choice.name == value and not choice.in_rules for choice in field.choices):
        if field.kind == "date":
            raise QueryError("A rule cannot ask when you were here.", "Name a day: since:2019-05-09.", term.at)
        raise QueryError(
            "A rule cannot ask what you did with a paper.",
            f"It can ask what the paper says. `{field.name}:` is for searching.",
            term.at,
        )
    if field.kind in ("date", "dates") and bounds(value, date(2000, 1, 1)) != bounds(value, date(2001, 1, 1)):
        raise QueryError("A rule cannot ask for days that go on.", "Name them: day:2019-05.", term.at)
