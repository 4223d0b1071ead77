"""`interest`: what the reader is thought to like, and why; and papers scored before other commands find them."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from feedreader import config
from feedreader.cli.terminal import DONE, FAILED, opened, plural, progress_line, put, put_json, say, with_faults
from feedreader.errors import LibraryError
from feedreader.services.interest import MOST, bring_up_to_date, candidates, missing, uses_interest

if TYPE_CHECKING:
    from feedreader.cli.terminal import AddCommand
    from feedreader.library import Library
    from feedreader.model import Paper, Query
    from feedreader.rank.profile import Profile
    from feedreader.services.interest import Pinned

_WORDS, _NAMES = 20, 10  # how many are shown
_SILENT = 1.5  # seconds
_STEP = 1.0  # seconds between two words of progress
_LEAST = 0.005  # a weight that is shown
_OTHER_KINDS = {"noted": "with a note or tags", "opened": "opened", "dismissed": "dismissed"}
_LABELS = {"cat": "categories", "source": "sources"}
_PARTS = (  # heading, key in JSON, and the key there of what is weighed
    ("Words that speak for a paper", "words", "word"),
    ("Words that speak against it", "against", "word"),
    ("Authors, and how many of their papers you kept", "authors", "name"),
    ("Categories", "categories", "name"),
    ("Sources", "sources", "name"),
    ("Form", "form", "name"),
)
_HOW_TO_PIN = """\
Nothing is pinned or banned. To change that, write in {}:

[[pin]]
word = "score matching"

[[ban]]
author = "Ada Lovelace\""""


def add_commands(command: AddCommand) -> None:
    parser = command("interest", run_interest, "show what feedreader thinks you like, learned from your marks")
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.add_argument("--beside", action="store_true", help=argparse.SUPPRESS)  # for the reader: its rows stay
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--reset", action="store_true", help="forget it: learn only from marks you make from now on")
    which.add_argument("--relearn", action="store_true", help="learn from all marks again, also those before a reset")


# Before papers are found ---------------------------------------------------------------------------------------------


def apply_pins(library: Library, *, remembered: bool = False) -> Pinned | None:
    """Let the file of what is pinned or banned hold, and report faults in it; None if it cannot be read.

    Where there is no file, what was `remembered` holds.
    """
    from feedreader.services import interest

    return with_faults(lambda: interest.apply_pins(library, config.interest_place(), remembered=remembered))


def score_for(library: Library, query: Query, limit: int | None = None) -> None:
    """Before a query is asked: if it uses their interest, score the papers that it can find, or say what that lacks.
    Raises QueryError."""
    if uses_interest(query):
        score(library, lambda: candidates(library, query, MOST, limit=limit))
        if lacking := missing(library):
            say(lacking)


def find(library: Library, query: Query, limit: int | None = None, *, with_interest: bool = False) -> Iterator[Paper]:
    """What a query finds, whole. `with_interest`: scored even if the query does not use that. Raises QueryError."""
    score_for(library, query, limit)
    keys = [key for _, found in library.papers.matches(query) for key in found][:limit]
    if with_interest and not uses_interest(query):
        score(library, lambda: keys[:MOST])
    return library.papers.whole(keys)


def score(library: Library, keys: Callable[[], Iterable[int]]) -> None:
    """Learn from the marks as they are, and score these papers. If that fails, it is said, and their interest is as
    it was."""
    apply_pins(library)
    progress = _Progress()
    try:
        bring_up_to_date(library, keys, progress)
    except LibraryError as error:
        say(f"feedreader: {error} Interest is shown as it was.")
    finally:
        progress.end()


class _Progress:
    """Shows that papers are scored, if it takes long."""

    def __init__(self) -> None:
        self._is_shown = False
        self._start = time.monotonic()
        self._next = self._start + _SILENT

    def __call__(self) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _STEP
            self._is_shown = True
            progress_line(f"Working out the interest of papers: {now - self._start:.0f} s", False)

    def end(self) -> None:
        if self._is_shown:
            progress_line("", True)


# The profile ---------------------------------------------------------------------------------------------------------


def run_interest(arguments: argparse.Namespace) -> int:
    if arguments.beside and hasattr(os, "nice"):
        os.nice(10)  # the reader's screen goes first
    with opened(arguments.data_dir) as library:
        pinned = apply_pins(library)
        if pinned is None:
            return FAILED
        if arguments.reset:
            library.interest.reset()
            say("Your interests are reset. Your marks stay, but only those you make from now on count.")
            say("`feedreader interest --relearn` learns from all of them again.")
        if arguments.relearn:
            library.interest.relearn()
            say("All your marks count again.")
        library.interest.bring_up_to_date(in_order=not arguments.beside)
        profile = _profile(library, pinned)
    if arguments.json:
        put_json(profile)
    elif not arguments.reset:
        _put_profile(profile, pinned)
    return DONE


def _profile(library: Library, pinned: Pinned) -> dict[str, Any]:
    """The profile as JSON has it."""
    from feedreader.rank.profile import YOUNG_KEPT, Profile

    counts, since = library.interest.counts(), library.interest.since()
    profile = library.interest.learned().profile or Profile()
    return {
        "learned": profile.kept > 0,
        **{kind: counts[kind] for kind in ("kept", *_OTHER_KINDS)},
        "young": counts["kept"] < YOUNG_KEPT,
        "since": since.isoformat() if since else None,
        **_words(library, profile),
        "authors": [author._asdict() for author in islice(profile.authors.values(), _WORDS)],
        **{name: _labels(profile, kind) for kind, name in _LABELS.items()},
        "form": _form(profile),
        "pinned": {"words": pinned.pinned_words, "authors": pinned.pinned_authors},
        "banned": {"words": pinned.banned_words, "authors": pinned.banned_authors},
    }


def _words(library: Library, profile: Profile) -> dict[str, Any]:
    """Words that speak for a paper and against it, as papers write them."""
    from feedreader.rank.features import words_in

    words = {"words": profile.words(_WORDS), "against": profile.words(_NAMES, against=True)}
    compared = {word: " ".join(words_in(word)) for rows in words.values() for word, _ in rows}
    spelled = library.interest.spelled(compared.values())
    return {
        name: _weights("word", ((spelled.get(compared[word], word), weight) for word, weight in rows))
        for name, rows in words.items()
    }


def _weights(name: str, weights: Iterable[tuple[str, float]]) -> list[dict[str, object]]:
    return [{name: text, "weight": round(weight, 3)} for text, weight in weights]


def _labels(profile: Profile, kind: str) -> list[dict[str, object]]:
    """Categories or sources: those that speak for a paper, the strongest first, then those that speak against it."""
    against = profile.labelled(kind, _NAMES, against=True)
    return _weights("name", [*profile.labelled(kind, _NAMES), *reversed(against)])


def _form(profile: Profile) -> list[dict[str, object]]:
    """What of a paper's form speaks for it, then against it."""
    from feedreader.rank.features import FORM
    from feedreader.rank.profile import FORM_SCALE

    weights = [profile.slope * FORM_SCALE * weight for weight in profile.form]
    named = sorted(zip(FORM, weights, strict=True), key=lambda each: -each[1])
    return _weights("name", (each for each in named if each[1]))


def _put_profile(profile: dict[str, Any], pinned: Pinned) -> None:
    """The profile as text."""
    if profile["learned"]:
        put(f"Learned from {_made_from(profile)}.")
        if profile["young"]:
            put("That is still little, so it leans on single papers.")
    else:
        _say_missing(profile)
    for heading, key, name in _PARTS:
        rows = [row for row in profile[key] if abs(row.get("weight", 1)) >= _LEAST]
        if rows:
            put(f"\n{heading}")
        for row in rows:
            put(f"{row['kept']:>8}  {row['name']}" if key == "authors" else f"{row['weight']:>+8.2f}  {row[name]}")
    any_pins = False
    for done in ("pinned", "banned"):
        if names := [*profile[done]["words"], *profile[done]["authors"]]:
            put(f"{'' if any_pins else chr(10)}{done.capitalize()}: {', '.join(names)}")
            any_pins = True
    if not any_pins:
        say(f"\n{_HOW_TO_PIN.format(config.interest_place())}")


def _made_from(profile: dict[str, Any]) -> str:
    kept = plural(profile["kept"], "kept paper")
    others = [f"{profile[kind]} {words}" for kind, words in _OTHER_KINDS.items() if profile[kind]]
    since = f", all since the reset of {profile['since'][:10]}" if profile["since"] else ""
    return f"{', '.join([kept, *others])}{since}"


def _say_missing(profile: dict[str, Any]) -> None:
    """What is missing before anything can be learned."""
    from feedreader.rank.profile import LEAST_KEPT

    since = f" since the reset of {profile['since'][:10]}" if profile["since"] else ""
    say(f"feedreader learns what you like once you keep {LEAST_KEPT} papers: {profile['kept']} so far{since}.")
    say("Keep papers with s in the reader, or those of a list you have: `feedreader import --keep FILE`.")
    if since:
        say("`feedreader interest --relearn` counts all your marks again.")
