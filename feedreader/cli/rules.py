"""`highlight`, `mute`, `rules`: what the reader wants to see, and what not."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from feedreader import config
from feedreader.cli.terminal import DONE, FAILED, USAGE, count, opened, plural, put, put_json, say, with_faults

if TYPE_CHECKING:
    import argparse

    from feedreader.cli.terminal import AddCommand
    from feedreader.library import Library
    from feedreader.services.rules import RulesApplied


def add_commands(command: AddCommand) -> None:
    parser = command("highlight", partial(run_add, effect="highlight"), "highlight papers that match a query")
    parser.add_argument(
        "query", nargs="+", metavar="QUERY", help='for example author:"Ada Lovelace", "two words" or /regex/'
    )

    parser = command(
        "mute",
        partial(run_add, effect="mute"),
        "mute papers that match a query (they collapse at the end of their day)",
    )
    parser.add_argument(
        "query", nargs="+", metavar="QUERY", help="for example title:survey or cat:cs.CR -author:Lovelace"
    )

    parser = command("rules", run_rules, "list the rules for highlighting and muting")
    parser.add_argument("--remove", type=count, metavar="N", help="remove rule number N, if feedreader made it")
    parser.add_argument("--json", action="store_true", help="print a JSON object per rule")


def apply_rules(library: Library, *, remembered: bool = False) -> RulesApplied | None:
    """Apply the rules to this library and report faults in them; None if their file cannot be read. Before that, the
    same of what is pinned or banned.

    What is `remembered` holds where there is no file.
    """
    from feedreader.cli.interest import apply_pins
    from feedreader.services import rules

    apply_pins(library, remembered=remembered)
    return with_faults(lambda: rules.apply_rules(library, config.rules_place(), remembered=remembered))


def apply_rules_for(library: Library, query: str) -> None:
    """Apply the rules if a query depends on them."""
    if "highlighted" in query or "muted" in query:
        apply_rules(library)


def run_add(arguments: argparse.Namespace, effect: str) -> int:
    with opened(arguments.data_dir) as library:
        done, message = add_rule(library, effect, " ".join(arguments.query), "`feedreader undo` removes the rule")
    say(message)
    return DONE if done else FAILED


def add_rule(library: Library, effect: str, query: str, undo: str) -> tuple[bool, str]:
    """Add a rule; whether it holds, and a sentence that says so and how to undo it. Raises QueryError, ConfigError."""
    from feedreader.services import rules

    path, text = config.rules_place(), " ".join(query.split())
    known = rules.add(library, path, effect, text)
    done = apply_rules(library)
    papers = next((info.papers for info in library.rules.all() if (info.effect, info.text) == (effect, text)), 0)
    state = rules.DONE[effect]
    if known is not None:
        return True, f"Already {state}: {path}, line {known.line}."
    return done is not None, f"{plural(papers, 'paper')} {state} ({undo}). Saved in {path}."


def run_rules(arguments: argparse.Namespace) -> int:
    from feedreader.services import rules

    path = config.rules_place()
    with opened(arguments.data_dir) as library:
        done = apply_rules(library)
        if done is None:
            return FAILED
        entries = done.rules.entries
        if arguments.remove is not None:
            if not 1 <= arguments.remove <= len(entries):
                say(f"feedreader rules: no rule {arguments.remove}. `feedreader rules` lists them.")
                return USAGE
            rule = entries[arguments.remove - 1].rule
            rules.remove(path, rule.effect, rule.text)
            apply_rules(library)
            say(f"No longer {rules.describe(rule)}.")
            return DONE
        papers = {(info.effect, info.text): info.papers for info in library.rules.all()}
    if not entries:
        say("No rules yet. Add one: `feedreader highlight 'author:\"Ada Lovelace\"'`.")
    for number, (rule, line, created) in enumerate(entries, 1):
        count = papers.get((rule.effect, rule.text), 0)
        if arguments.json:
            put_json(
                {
                    "number": number,
                    "effect": rule.effect,
                    "deed": rule.effect,  # as scripts know it
                    "query": rule.text,
                    "name": rule.name,
                    "papers": count,
                    "line": line,
                    "made": created.isoformat() if created else None,
                }
            )
        else:
            named = "" if rule.name == rule.text else f"{rule.name}: "
            put(f"{number:>3}  {rule.effect:<9}  {count:>6}  {named}{rule.text}")
    return DONE
