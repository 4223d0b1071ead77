"""Names of authors as sources write them, taken apart: family, given, particles, suffix. Pure.

No rule knows all names of the world. These are the ones that hold for most papers: the last word is the family, with
the small words before it ("van der") as its particle; a comma puts the family first; what is written in Chinese,
Japanese or Korean begins with it; a group of people, and a name of one word, is not taken apart.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Name(NamedTuple):
    """A name's parts; a `literal` is not to be taken apart, and stands in `family`."""

    family: str
    given: str = ""
    particle: str = ""
    suffix: str = ""
    literal: bool = False

    @property
    def sorted(self) -> str:
        """Family first, as an index has it: "van Beethoven, Ludwig"."""
        family = f"{self.particle} {self.family}" if self.particle else self.family
        return ", ".join(part for part in (family, self.given, self.suffix) if part)


_GROUP = re.compile(
    r"\b(?:collaborations?|consorti(?:um|a)|teams?|group|initiative|task force|project|institute|university|"
    r"laborator(?:y|ies)|foundation|committee|council|association|society|network|alliance|observatory|inc|ltd|llc)\b"
    r"|\A(?:the|for the|on behalf of)\s",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"(?:[A-Z][A-Za-z.-]* )+[A-Z][a-z][A-Za-z-]*")
_OTHERS = re.compile(
    r"(?:and\s+)?(?:et\.?\s*al(?:ii|ia)?\.?|(?:\d+\s+|many\s+)?(?:others|more authors)|…|\.{3,9})[\s.,]*", re.I
)
_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv|ph\.?\s?d|m\.?d|esq)\.?", re.IGNORECASE)
_BARE_SUFFIX = re.compile(r"(?:[JS]r\.?|II|III|IV)")  # behind a name, without a comma
_INITIALS = re.compile(r"(?:[^\W\d_]\.-?){1,4}")
_CAPITAL_PARTICLES = frozenset(("Van", "Von", "De", "Del", "Della", "Der", "Den", "Di", "Dos", "Ter", "Ten"))
_EASTERN = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+")
_ASIDE = re.compile(r"\s*(\([^()]*\))\Z")


def is_plain(text: str) -> bool:
    """Whether this is a name in ASCII whose last word is the family, and all before it given, beyond question."""
    return (
        _PLAIN.fullmatch(text) is not None
        and _GROUP.search(text) is None
        and not any(word in _CAPITAL_PARTICLES or word == "And" or _SUFFIX.fullmatch(word) for word in text.split())
    )


def is_others(text: str) -> bool:
    """Whether this stands for authors that are not named: "et al."."""
    return _OTHERS.fullmatch(text.strip()) is not None


def parse_name(text: str) -> Name:
    """The parts of a name, "First Last" or "Last, First"; all that is in it is in one of them."""
    text = " ".join(text.split()).strip(" ,;")
    if " " not in text or _GROUP.search(text):
        return Name(text, literal=True)
    if aside := _ASIDE.search(text):  # the name in another script, say
        name = parse_name(text[: aside.start()])
        together = name.family if name.literal else name.given
        together = f"{together} {aside[1]}".strip()
        return name._replace(family=together) if name.literal else name._replace(given=together)
    if "," in text:
        return _with_commas([part.strip() for part in text.split(",")]) or Name(text, literal=True)
    words = text.split()
    if all(_EASTERN.fullmatch(word) for word in words):
        return Name(words[0], " ".join(words[1:]))
    suffix = ""
    if len(words) > 2 and _BARE_SUFFIX.fullmatch(words[-1]):
        suffix = words.pop()
    if len(words[0]) > 2 and all(map(_INITIALS.fullmatch, words[1:])):
        return Name(words[0], " ".join(words[1:]), suffix=suffix)
    start = len(words) - 1
    while start > 1 and (words[start - 1][0].islower() or words[start - 1] in _CAPITAL_PARTICLES):
        start -= 1
    particle, family = _particle(words[start:])
    return Name(family, " ".join(words[:start]), particle, suffix)


def _with_commas(parts: list[str]) -> Name | None:
    """ "Last, First", "Last, Jr., First", "Last, First, Jr." or "First Last, Jr."; None if it is none of them."""
    suffixes = [part for part in parts[1:] if _SUFFIX.fullmatch(part)]
    others = [part for part in parts[1:] if not _SUFFIX.fullmatch(part)]
    if len(suffixes) > 1 or len(others) > 1 or not all(parts):
        return None
    suffix = suffixes[0] if suffixes else ""
    if not others:
        name = parse_name(parts[0])
        return name._replace(suffix=suffix) if not name.literal else None
    particle, family = _particle(parts[0].split())
    return Name(family, others[0], particle, suffix)


def _particle(words: list[str]) -> tuple[str, str]:
    """The small words at the front, and the family behind them, which has at least one word."""
    small = 0
    while small < len(words) - 1 and words[small][0].islower():
        small += 1
    return " ".join(words[:small]), " ".join(words[small:])
