"""Keyboards with other letters than Latin: the key that a press of one of their letters means. Pure.

What a terminal sends is a letter, not a place on the keyboard. So a letter stands for the key on which the usual layout
of its script has it.
"""

from __future__ import annotations

import unicodedata

_LOWER = "qwertyuiop[]asdfghjkl;'zxcvbnm,."
_UPPER = 'QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>'
# What these keys have in other layouts, "." for none of their letters. Of two that share one, the first counts.
_LAYOUTS = (
    "йцукенгшщзхъфывапролджэячсмитьбю",  # Russian
    "йцукенгшщзхїфівапролджєячсмитьбю",  # Ukrainian
    "йцукенгшўзх.фывапролджэячсмітьбю",  # Belarusian
    ".ςερτυθιοπ..ασδφγηξκλ..ζχψωβνμ..",  # Greek
    "..קראטוןםפ..שדגכעיחלךף.זסבהנמצתץ",  # Hebrew
)


def _table() -> dict[str, str]:
    table: dict[str, str] = {}
    for layout in _LAYOUTS:
        for letter, lower, upper in zip(layout, _LOWER, _UPPER, strict=True):
            if letter != ".":
                table.setdefault(letter, lower)
                if letter.upper().lower() == letter:  # Σ is that of σ, not of ς
                    table.setdefault(letter.upper(), upper)
    return table


_KEYS = _table()


def latin(letter: str) -> str | None:
    """The character that the key of a letter has on a Latin keyboard; None for a letter of no known layout."""
    return _KEYS.get(letter) or _KEYS.get(unicodedata.normalize("NFD", letter)[:1])


def latin_key(key: str) -> str | None:
    """The same for a key with modifiers, as Textual calls it: `ctrl+в` is `ctrl+d`."""
    *modifiers, letter = key.split("+")
    character = latin(letter) if len(letter) == 1 else None
    return None if character is None else "+".join((*modifiers, character))
