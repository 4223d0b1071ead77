"""Text as plain words, for comparing and searching: no case, accents, TeX or punctuation. Pure.

`S$^4$L`, `S⁴L` and `s4l` are alike; so do `Poincaré` and `Poincar\\'e`, `$\\Lambda$CDM` and `ΛCDM`
(Greek letters are spelled out).
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Sequence

WHOLE, BEGINNING, ANYWHERE = 0, 1, 2  # words as they are; the last one may go on; in the middle of a word too
PREFIX_FROM = 3  # letters from which a word also finds the words that begin with it

_GREEK = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu"),
    *("xi", "omicron", "pi", "rho", "sigma", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"),
)


class _Normalizing(dict[int, str | None]):
    """A translation table for NFKD, casefolded text that fills itself in."""

    def __missing__(self, code: int) -> str | None:
        char = chr(code)
        folded: str | None
        if 0x3B1 <= code <= 0x3C9:
            folded = _GREEK[code - 0x3B1]
        elif unicodedata.combining(char):
            folded = None
        else:
            folded = char if char.isalnum() else " "
        self[code] = folded
        return folded


_TABLE = _Normalizing()
_ASCII = {code: (chr(code).lower() if chr(code).isalnum() else " ") for code in range(128)}

_NO_QUOTES = dict.fromkeys(map(ord, '"“”„‟«»＂'), " ")
_UMLAUT = re.compile(r'\\"(?:\{\\?([A-Za-z])\}|\\?([A-Za-z]))')
_LOWER = bytes(range(256)).lower()
_NO_WORD = bytes(code for code in range(128) if not chr(code).isalnum())


def normalize(text: str) -> str:
    """The words of a text, each lower-case and bare, with one blank between them."""
    if "\\" in text or "$" in text:
        from feedreader.text.tex.to_unicode import to_unicode

        text = to_unicode(text)
    if text.isascii():
        return " ".join(text.translate(_ASCII).split())
    text = unicodedata.normalize("NFKD", text).casefold()
    return " ".join(unicodedata.normalize("NFKD", text).translate(_TABLE).split())


def normalize_compact(text: str) -> str:
    """`normalize` without the blanks, so that `multi-task`, `multi -task` and `multitask` are alike."""
    if text.isascii() and "\\" not in text and "$" not in text:  # the same, faster
        return text.encode().translate(_LOWER, _NO_WORD).decode()
    return normalize(text).replace(" ", "")


def quotable(text: str) -> str:
    """A text as it can stand between quotes: blanks for such, and no backslash at its end. TeX's \\"o is an ö."""
    if '\\"' in text:
        text = _UMLAUT.sub(lambda match: unicodedata.normalize("NFC", f"{match[1] or match[2]}\u0308"), text)
    return " ".join(text.translate(_NO_QUOTES).split()).rstrip("\\ ")


def match_mode(words: str) -> int:
    """How folded words are looked for: those of scripts that put no blanks between words, anywhere."""
    if not words.isascii() and any(_is_unspaced(ord(character)) for character in words):
        return ANYWHERE
    return BEGINNING if len(words.rpartition(" ")[2]) >= PREFIX_FROM else WHOLE


def _is_unspaced(code: int) -> bool:
    """Whether a character is Thai, Lao, Burmese, Khmer, Chinese or Japanese."""
    return code >= 0x0E00 and (
        code <= 0x0EFF
        or 0x1000 <= code <= 0x109F
        or 0x1780 <= code <= 0x17FF
        or 0x3005 <= code <= 0x30FF
        or 0x31F0 <= code <= 0x9FFF
        or 0xF900 <= code <= 0xFAFF
        or 0x20000 <= code <= 0x3FFFF
    )


def normalize_in_place(text: str) -> tuple[str, Sequence[int]]:
    """A text as it is shown, folded without closing its gaps; and for each character of that, where it comes from."""
    if text.isascii():
        return text.translate(_ASCII), range(len(text))
    pieces = [_piece(character) for character in text]
    places = array("l", (place for place, piece in enumerate(pieces) for _ in piece))
    return "".join(pieces), places


def _piece(character: str) -> str:
    if character.isascii():
        return _ASCII[ord(character)]
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    return folded.translate(_TABLE)
