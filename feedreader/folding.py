"""Text as plain words, for comparing and searching: no case, accents, TeX or punctuation. Pure.

`S$^4$L`, `S⁴L` and `s4l` fold alike; so do `Poincaré` and `Poincar\\'e`, `$\\Lambda$CDM` and `ΛCDM`
(Greek letters are spelled out).
"""

from __future__ import annotations

import unicodedata

_GREEK = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu"),
    *("xi", "omicron", "pi", "rho", "sigma", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"),
)


class _Folding(dict[int, str | None]):
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


_TABLE = _Folding()
_ASCII = {code: (chr(code).lower() if chr(code).isalnum() else " ") for code in range(128)}

_LOWER = bytes(range(256)).lower()
_NO_WORD = bytes(code for code in range(128) if not chr(code).isalnum())


def fold(text: str) -> str:
    """The words of a text, each lower-case and bare, with one blank between them."""
    if "\\" in text or "$" in text:
        from feedreader.mathtext import to_unicode

        text = to_unicode(text)
    if text.isascii():
        return " ".join(text.translate(_ASCII).split())
    text = unicodedata.normalize("NFKD", text).casefold()
    return " ".join(unicodedata.normalize("NFKD", text).translate(_TABLE).split())


def compact(text: str) -> str:
    """`fold` without the blanks, so that `multi-task`, `multi -task` and `multitask` are alike."""
    if text.isascii() and "\\" not in text and "$" not in text:  # the same, faster
        return text.encode().translate(_LOWER, _NO_WORD).decode()
    return fold(text).replace(" ", "")
