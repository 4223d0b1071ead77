"""Regular expressions that a reader writes: what they may be, and matching that cannot hang the program. Pure.

They are Python's. Capitals in one make case count. Python's engine can take for ever over a pattern such as
`(a+)+$`, and nothing in the same process can stop it; so papers are searched by `serve` in a process of its own,
which the system ends after some seconds of work. To mark on the screen what was found (`spans`), only those are
used that cannot take long (`is_tame`).
"""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any

MAX_LENGTH = 400
MAX_SECONDS = 5.0  # of work: a library of 23,000 papers takes half a second
RECORD, FIELD = "\x1e", "\x1f"
_MARKED = 3000  # characters of a text that is looked through on the screen
_LONGEST_WORD = 60


class PatternError(ValueError):
    """What is wrong with a pattern, and where in it, from 0."""

    def __init__(self, message: str, position: int = 0) -> None:
        super().__init__(message)
        self.position = position


def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, ready for use. Raises PatternError."""
    if len(pattern) > MAX_LENGTH:
        raise PatternError(f"it is longer than {MAX_LENGTH} characters", MAX_LENGTH)
    flags = re.NOFLAG if _minds_case(pattern) else re.IGNORECASE
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return re.compile(pattern, flags)
        except re.error as error:
            raise PatternError(error.msg, min(error.pos or 0, len(pattern))) from None
        except (OverflowError, RecursionError, ValueError) as error:
            raise PatternError(str(error) or "it is not valid") from None


def _minds_case(pattern: str) -> bool:
    """Whether it has capitals, other than those that name a class (`\\W`) or a group."""
    bare = re.sub(r"\\N\{[^}]*\}|\\.|\(\?P[<=]\w*", "", pattern)
    return any(character.isupper() for character in bare)


def serve(seconds: float) -> None:
    """Read a pattern and texts from standard input; write the keys of those in which it is found.

    The input is records: the pattern, then for each paper its key and texts. TeX is tried as Unicode, too.
    After so many seconds of work the system ends this process.
    """
    _limit(seconds)
    pattern, *records = sys.stdin.buffer.read().decode("utf-8", "replace").split(RECORD)
    sys.stdout.write("\n".join(dict.fromkeys(_matching_keys(pattern, records))))


def _matching_keys(pattern: str, records: list[str]) -> Iterator[str]:
    from feedreader.text.tex.to_unicode import to_unicode

    search, lower = _searching(pattern)
    for record in records:
        key, *texts = record.split(FIELD)
        for text in texts:
            if search(text.lower() if lower else text):
                yield key
                break
            if "\\" in text or "$" in text:
                shown = to_unicode(text)
                if search(shown.lower() if lower else shown):
                    yield key
                    break


def _searching(pattern: str) -> tuple[Callable[[str], object], bool]:
    """A fast way to search for it, and whether in lower-case text: three times as fast as minding no case."""
    if "|" not in pattern:
        pattern = re.sub(r"\A\^?\.\*\??(?![?+*{])", "", pattern)  # it finds the same without, in less time
    lower = not _minds_case(pattern) and re.search(r"\\[xuUN0-9]|\(\?[a-zA-Z-]*i", pattern) is None
    return (re.compile(pattern) if lower else compiled(pattern)).search, lower


def _limit(seconds: float) -> None:
    """Let the system end this process when it has worked for so long."""
    import signal

    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


def spans(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    """Where a tame pattern is found in a text that is shown; nowhere, if looking could take long."""
    if len(text) > _MARKED or max(map(len, text.split()), default=0) > _LONGEST_WORD:
        return
    for match in pattern.finditer(text):
        if match.end() > match.start():
            yield match.span()


def is_tame(pattern: str) -> bool:
    """Whether it has so few and so plain repeats that it cannot take long over a text of ordinary words."""
    try:
        from re import _parser  # type: ignore[attr-defined]

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            wide, narrow = _repeats(_parser.parse(pattern), False)
    except Exception:  # the parser is Python's own affair, and may change
        return False
    return bool(wide <= 1 and wide + narrow <= 2)


class _Many(Exception):
    """A repeat stands in another, or what is repeated can be found in several ways."""


def _repeats(parsed: Any, repeated: bool) -> tuple[int, int]:
    """How many repeats there are over what can be blanks, and how many over words. Raises _Many."""
    wide = narrow = 0
    for operation, argument in parsed:
        name = str(operation)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            counts = [_repeat(argument, repeated)]
        elif name == "BRANCH":
            if repeated:
                raise _Many
            counts = [_repeats(branch, repeated) for branch in argument[1]]
        elif name in ("SUBPATTERN", "ATOMIC_GROUP", "ASSERT", "ASSERT_NOT"):
            counts = [_repeats(argument if name == "ATOMIC_GROUP" else argument[-1], repeated)]
        elif name.startswith("GROUPREF"):
            raise _Many
        else:
            continue
        wide, narrow = wide + sum(count for count, _ in counts), narrow + sum(count for _, count in counts)
    return wide, narrow


def _repeat(argument: Any, repeated: bool) -> tuple[int, int]:
    """The same of a repeat with what is in it."""
    low, high, body = argument
    wide, narrow = _repeats(body, repeated or high > 1)
    varies = high > low
    if (repeated and varies) or (high > 1 and wide + narrow):
        raise _Many
    if not (varies and high > 1):
        return wide, narrow
    return (wide, narrow + 1) if len(body) == 1 and _within_words(*body[0]) else (wide + 1, narrow)


def _within_words(operation: Any, argument: Any) -> bool:
    """Whether a single character, as parsed, can be no blank between words."""
    name = str(operation)
    if name == "LITERAL":
        return bool(argument != 32)
    if name != "IN":
        return False
    narrow = ("CATEGORY_WORD", "CATEGORY_DIGIT", "CATEGORY_NOT_SPACE", "CATEGORY_SPACE")
    for kind, value in argument:
        member = str(kind)
        if member == "NEGATE" or (member == "CATEGORY" and str(value) not in narrow):
            return False
        if (member == "LITERAL" and value == 32) or (member == "RANGE" and value[0] <= 32 <= value[1]):
            return False
    return True
