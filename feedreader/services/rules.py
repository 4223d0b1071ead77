"""What is highlighted and muted: the file of rules, and the library in step with it. The command line and the reader
both call this; they say where the file is.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from feedreader.errors import ConfigError, QueryError
from feedreader.model import Rule
from feedreader.system.atomic_write import write_atomically

if TYPE_CHECKING:
    from feedreader.library import Library
    from feedreader.services.rule_file import Placed, Rules

DONE = {"highlight": "highlighted", "mute": "muted"}


class RulesApplied(NamedTuple):
    """What came of bringing a library in step with its rules: whether papers are shown otherwise now, the rules, and
    what is wrong with some of them, a sentence each and with the query and the place in it, where it is in one.
    """

    changed: bool
    rules: Rules
    faults: tuple[tuple[str, str, int], ...]


def load(path: Path) -> Rules:
    """The rules of a file; none if it is not there. Raises ConfigError if it cannot be read or is no TOML."""
    if not path.exists() and not path.is_symlink():
        return _none()
    from feedreader.config.reading import text_of
    from feedreader.services.rule_file import read

    return read(text_of(path), path)


def _none() -> Rules:
    from feedreader.services.rule_file import Rules

    return Rules()


def apply_rules(library: Library, path: Path, *, remembered: bool = False) -> RulesApplied:
    """From now on the rules of this file hold. Raises ConfigError; then those hold that were applied last.

    So they do where they are `remembered` and there is no file: a cron job may know of another folder for it.
    """
    rules = load(path)
    if remembered and not path.exists():
        rules = rules._replace(placed=tuple(_remembered(library)))
    done = library.rules.apply(rules.rules)
    faults = [(fault.said(path), fault.query, fault.position) for fault in rules.faults]
    for rule, error in done.faults:
        found = rules.find(rule.effect, rule.text)
        where = f"{path}, line {found.line}: " if found else ""
        faults.append((f"{where}{error}", rule.text, error.position))
    return RulesApplied(done.changed, rules, tuple(faults))


def _remembered(library: Library) -> Iterator[Placed]:
    """The rules that were applied last."""
    from feedreader.services.rule_file import Placed, rule_query

    for number, one in enumerate(library.rules.all(), 1):
        with suppress(QueryError):
            yield Placed(Rule(one.effect, one.text, one.name, rule_query(one.text)), number)


def add(library: Library, path: Path, effect: str, text: str) -> Placed | None:
    """Write one more rule at the end of the file, as a step that can be undone; to apply it is the next thing.

    The rule that says so already, if there is one. Raises QueryError and ConfigError.
    """
    from feedreader.services.rule_file import added, rule_query

    text = " ".join(text.split())
    try:
        rule_query(text)
    except QueryError as error:
        error.query = text
        raise
    if (known := load(path).find(effect, text)) is not None:
        return known
    before = _raw(path) if path.exists() else ""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8", newline="") as file:
            file.write(_like(before, added(before, effect, text, _today(library))))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise _unwritten(path, error) from error
    library.marks.journal_rule(f"{DONE[effect]} {text}", f"{effect} {text}")
    return None


def remove(path: Path, effect: str, text: str) -> None:
    """Take a rule that the program wrote out of the file.

    Raises ConfigError if it is not there or somebody's own, ExportError if the file cannot be written.
    """
    from feedreader.services.rule_file import removed

    rules = load(path)
    left = removed(_raw(path), effect, text) if path.exists() else None
    if left is None:
        found = rules.find(effect, text)
        if found is None:
            raise ConfigError(f"{path} has no rule to {effect} {text}.", "It was taken out already.")
        raise ConfigError(f"{path}, line {found.line}: you wrote this rule.", "Take it out there yourself.")
    write_atomically(path, [left])


def undo(path: Path, rule: str) -> None:
    """Take back the rule of a step (see `Step.rule`). Raises what `remove` does."""
    effect, _, text = rule.partition(" ")
    remove(path, effect, text)


def describe(rule: Rule) -> str:
    """`muted surveys`"""
    return f"{DONE[rule.effect]} {rule.name}"


def _today(library: Library) -> date:
    return library.now().astimezone().date()


def _raw(path: Path) -> str:
    """The text with its own line ends."""
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise ConfigError(f"{path} cannot be read: {reason}.", "Mend it or move it away.") from None


def _like(before: str, text: str) -> str:
    """The text with line ends like those before it."""
    return text.replace("\n", "\r\n") if "\r\n" in before else text


def _unwritten(path: Path, error: OSError) -> ConfigError:
    return ConfigError(f"{path} cannot be written: {error.strerror or error}.", "Is the folder yours to write?")
