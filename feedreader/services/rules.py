"""What is highlighted and muted: the file of rules, and the library in step with it. The command line and the reader
both call this; they say where the file is. It is TOML, a table a rule:

    [[highlight]]
    query = 'author:"Ada Lovelace"'

    [[mute]]
    name = "surveys"
    query = "title:survey -cat:cs.CR"

A rule that the program wrote has a line `made = …` with the day. Only such a rule is ever removed by the program,
and nothing but its own lines; comments stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from feedreader.errors import ConfigError, Fault, QueryError
from feedreader.model import Query, Rule, Term
from feedreader.query.language import names_interest, parse_query, terms_of
from feedreader.services.user_toml import Listed, UserToml
from feedreader.text import toml

if TYPE_CHECKING:
    from feedreader.library import Library

DONE = {"highlight": "highlighted", "mute": "muted"}
EFFECTS = tuple(DONE)
_KEYS = ("query", "name", "made")
_BEGINNING = """\
# What feedreader highlights and mutes. Each rule is a query, as in the search bar.
# Rules with a `made` date were added in the reader, which can remove them.
"""


class RuleEntry(NamedTuple):
    """A rule with its line in the file, and the day on which the program wrote it, if it did."""

    rule: Rule
    line: int
    created: date | None = None


class Rules(NamedTuple):
    """The rules of a file in their order, and what is wrong there. What is wrong is no rule; the others hold."""

    entries: tuple[RuleEntry, ...] = ()
    faults: tuple[Fault, ...] = ()

    def find(self, effect: str, text: str) -> RuleEntry | None:
        """The rule that says so, if there is one."""
        return next((entry for entry in self.entries if _says(entry.rule, effect, text)), None)


class RulesApplied(NamedTuple):
    """What came of bringing a library in step with its rules: whether papers are shown otherwise now, the rules, and
    what is wrong with some of them.
    """

    changed: bool
    rules: Rules
    faults: tuple[Fault, ...]


class NotRemovable(ConfigError):
    """A rule is not in the file, or somebody's own."""


def _says(rule: Rule, effect: str, text: str) -> bool:
    return (rule.effect, rule.text) == (effect, text)


# The library ---------------------------------------------------------------------------------------------------------


def load(path: Path) -> Rules:
    """The rules of a file; none if it is not there. Raises ConfigError if it cannot be read or is no TOML."""
    return read(UserToml.read(path))


def apply_rules(library: Library, path: Path, *, remembered: bool = False) -> RulesApplied:
    """From now on the rules of this file hold. Raises ConfigError; then those hold that were applied last.

    So they do where they are `remembered` and there is no file: a cron job may know of another folder for it.
    The interest of papers is brought up to date, if a rule names it.
    """
    rules = load(path)
    if remembered and not path.exists():
        rules = rules._replace(entries=tuple(_remembered(library)))
    if any(names_interest(entry.rule.query) for entry in rules.entries):
        library.interest.learn()
        library.interest.score_newest()
    applied = library.rules.apply(tuple(entry.rule for entry in rules.entries))
    faults = list(rules.faults)
    for rule, error in applied.faults:
        entry = rules.find(rule.effect, rule.text)
        fault = Fault(error.message.removesuffix("."), error.remedy, query=rule.text, position=error.position)
        faults.append(fault._replace(path=path, line=entry.line) if entry else fault)
    return RulesApplied(applied.changed, rules, tuple(faults))


def _remembered(library: Library) -> Iterator[RuleEntry]:
    """The rules that were applied last."""
    for number, info in enumerate(library.rules.all(), 1):
        with suppress(QueryError):
            yield RuleEntry(Rule(info.effect, info.text, info.name, rule_query(info.text, info.effect)), number)


def add(library: Library, path: Path, effect: str, text: str) -> RuleEntry | None:
    """Write one more rule at the end of the file, as a step that can be undone; to apply it is the next thing.

    The rule that says so already, if there is one. Raises QueryError, ConfigError and ExportError.
    """
    text = " ".join(text.split())
    rule_query(text, effect)
    file = UserToml.read(path)
    if (known := read(file).find(effect, text)) is not None:
        return known
    more = added(file, effect, text, library.now().astimezone().date())
    library.marks.journal_rule(f"{DONE[effect]} {text}", f"{effect} {text}", more.write)
    return None


def remove(path: Path, effect: str, text: str) -> None:
    """Remove a rule that the program wrote from the file.

    Raises NotRemovable, ConfigError if the file cannot be read, ExportError if it cannot be written.
    """
    file = UserToml.read(path)
    left = removed(file, effect, text)
    if left is not None:
        left.write()
    elif (entry := (rules := read(file)).find(effect, text)) is None:
        if rules.faults:  # it may stand where something is wrong
            raise ConfigError(rules.faults[0].message, rules.faults[0].remedy)
        raise NotRemovable(f"There is no rule to {effect} {text} in {path}.", "It has already been removed.")
    else:
        raise NotRemovable(f"{path}, line {entry.line}: you wrote this rule in the file.", "Remove it there.")


def undo(path: Path, rule: str) -> NotRemovable | None:
    """Take back the rule of a step (see `Step.rule`). What is to be said if it is no more there, or somebody's own.

    Raises ConfigError if the file cannot be read, ExportError if it cannot be written.
    """
    effect, _, text = rule.partition(" ")
    try:
        remove(path, effect, text)
    except NotRemovable as error:
        return error
    except ConfigError as error:
        raise ConfigError(error.message, f"{error.remedy} Then undo again.") from None
    return None


def describe(rule: Rule) -> str:
    """`muted surveys`"""
    return f"{DONE[rule.effect]} {rule.name}"


# The file ------------------------------------------------------------------------------------------------------------


def added(file: UserToml, effect: str, query: str, created: date, *, name: str = "") -> UserToml:
    """The file with one more rule at its end."""
    named = f"name = {toml.quoted(name)}\n" if name else ""
    lines = f"\n[[{effect}]]\n{named}query = {toml.quoted(query)}\nmade = {created.isoformat()}\n"
    return file.added(lines, _BEGINNING)


def removed(file: UserToml, effect: str, query: str, *, anyone: bool = False) -> UserToml | None:
    """The file without a rule that the program wrote, or `anyone`; None if it has none such."""
    rules = file.values.get(effect, [])
    tables = [table for table in file.tables if table.heading.keys == (effect,)]
    if not isinstance(rules, list) or len(tables) != len(rules):
        return None
    for place, values in enumerate(rules):
        if (anyone or "made" in values) and str(values.get("query", "")).strip() == query:
            return file.without_table(tables[place], effect, place)
    return None


def read(file: UserToml) -> Rules:
    """The rules that stand in a file. Raises ConfigError if it is no TOML."""
    entries: dict[tuple[str, str], RuleEntry] = {}
    tables, faults = file.listed(EFFECTS, _KEYS, "rule")
    for table in tables:
        faults += _read_rule(file, table, entries)
    faults.sort(key=lambda fault: fault.line or 0)
    return Rules(tuple(sorted(entries.values(), key=lambda entry: entry.line)), tuple(faults))


def _read_rule(file: UserToml, table: Listed, entries: dict[tuple[str, str], RuleEntry]) -> Iterator[Fault]:
    """Put a rule to the others, which are here by what they say, if it is one; what is wrong with it."""
    effect, text, line = table.kind, table.values.get("query"), table.line("query")
    if text is None:
        yield file.fault(line, "This rule has no query", 'Add a line query = "…".')
        return
    if not isinstance(text, str):
        remedy = 'It should be a query in quotes: query = "survey".'
        yield file.fault(line, f"“query” is {toml.shown(text)}", remedy)
        return
    text = text.strip()
    try:
        query = rule_query(text, effect)
    except QueryError as error:
        yield file.query_fault(line, text, error)
        return
    if (effect, text) in entries:
        yield file.fault(line, "This rule appears twice", "Remove one.")
        return
    name, created = table.values.get("name"), table.values.get("made")
    if name is not None and (not isinstance(name, str) or not name.strip() or not name.isprintable()):
        remedy = 'It should be a name: name = "surveys".'
        yield file.fault(table.line("name"), f"“name” is {toml.shown(name)}", remedy)
        name = None
    rule = Rule(effect, text, name.strip() if name else " ".join(text.split()), query)
    entries[effect, text] = RuleEntry(rule, table.heading, created if isinstance(created, date) else None)


# Queries -------------------------------------------------------------------------------------------------------------


def rule_query(text: str, effect: str = "highlight") -> Query:
    """The query of a rule with this effect. Raises QueryError, also where it asks for what may be otherwise tomorrow;
    except for the interest of papers, which highlighting follows. Nothing is muted for that."""
    try:
        query = parse_query(text)
        if query.top:
            remedy = "Remove top:. To highlight by interest, write interest:>0.7."
            raise QueryError("A rule cannot pick the most interesting papers.", remedy, max(0, text.find("top:")))
        if not query.terms:
            raise QueryError("A rule needs a query.", "Write what it should find.", 0)
        if query.sort:
            raise QueryError("A rule cannot be sorted.", "Remove sort:.", max(0, text.find("sort:")))
        for term in terms_of(query.terms):
            if term.field == "interest" and effect == "mute":
                remedy = "Highlight by interest instead, or sort by it."
                raise QueryError("No paper is hidden for its interest.", remedy, term.at)
            _check(term)
    except QueryError as error:
        error.query = text
        raise
    return query


def _check(term: Term) -> None:
    """Raises QueryError where the answer hangs on the reader or on the clock."""
    from feedreader.query.date_range import bounds
    from feedreader.query.fields import ANYWHERE, FIELDS

    field, value = FIELDS.get(term.field, ANYWHERE), term.value
    if not field.in_rules or any(choice.name == value and not choice.in_rules for choice in field.choices):
        if field.kind == "date":
            raise QueryError("A rule cannot depend on your last visit.", "Give a day: since:2019-05-09.", term.at)
        raise QueryError(
            "A rule cannot depend on your marks.",
            f"Use `{field.name}:` in a search instead.",
            term.at,
        )
    if field.kind in ("date", "dates") and bounds(value, date(2000, 1, 1)) != bounds(value, date(2001, 1, 1)):
        raise QueryError("A rule cannot use days that change.", "Give fixed ones: day:2019-05.", term.at)
