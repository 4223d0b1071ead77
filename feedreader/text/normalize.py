"""Text as plain words, for comparing and searching: no case, accents, TeX or punctuation. Pure.

`S$^4$L`, `S⁴L` and `s4l` are alike; so are `Poincaré` and `Poincar\\'e`, `Łukasz` and `lukasz`, `$\\Lambda$CDM` and
`ΛCDM` (Greek letters are spelled out). A letter with an accent is the letter, so ü and ø are u and o; who may mean ue
and oe asks for both `spellings`.

`search_words` are those words as search compares them. There, signs that make another word of one count (C++, A*),
and a script belongs to what it stands at, however it is written: `H_0`, `H_{0}`, `H₀` are h0; `B^0_s` and `B_s^0` are
bs 0. Only a power of ten stays apart, or it would be another number: `10^6` is 10 6.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Sequence

from feedreader.text.transliterate import GREEK_NAMES, latin_letter

WHOLE, BEGINNING, ANYWHERE = 0, 1, 2  # words as they are; the last one may go on; in the middle of a word too
PREFIX_FROM = 3  # letters from which a word also finds the words that begin with it


class _Normalizing(dict[int, str | None]):
    """A translation table for NFKD, casefolded text that fills itself in."""

    def __missing__(self, code: int) -> str | None:
        char = chr(code)
        folded: str | None
        if 0x3B1 <= code <= 0x3C9:
            folded = GREEK_NAMES[code - 0x3B1]
        elif unicodedata.combining(char):
            folded = None
        else:
            folded = (_letter(char) if code > 127 else char) if char.isalnum() else " "
        self[code] = folded
        return folded


def _letter(char: str) -> str:
    """A letter or digit in the letters a to z if it is Latin, else itself; " " for what only stands at letters: ʼ."""
    if char.isalpha() and unicodedata.category(char) == "Lm" and unicodedata.name(char).startswith("MODIFIER"):
        return " "
    letters = latin_letter(char)
    return char if letters is None else letters


_TABLE = _Normalizing()
_SEARCH_TABLE = _Normalizing({ord("√"): " sqrt "} | {code: chr(code) for code in range(0xE001, 0xE005)})  # signs
_ASCII = {code: (chr(code).lower() if chr(code).isalnum() else " ") for code in range(128)}

_BEYOND_ASCII = re.compile("[^\x00-\x7f]+")
_NO_QUOTES = dict.fromkeys(map(ord, '"“”„‟«»＂'), " ")
_UMLAUT = re.compile(r'\\"(?:\{\\?([A-Za-z])\}|\\?([A-Za-z]))')
_LOWER = bytes(range(256)).lower()
_NO_WORD = bytes(code for code in range(128) if not chr(code).isalnum())


def normalize(text: str) -> str:
    """The words of a text, each lower-case and bare, with one blank between them."""
    if "\\" in text or "$" in text:
        from feedreader.text.tex.to_unicode import to_unicode

        text = to_unicode(text)
    return " ".join(_folded(text, _TABLE).split())


def _folded(text: str, table: dict[int, str | None]) -> str:
    if text.isascii():
        return text.translate(_ASCII)
    pieces, done = list[str](), 0
    for match in _BEYOND_ASCII.finditer(text):  # what is between is folded far sooner; a blank ends all that matters
        if match.start() >= done:
            start = text.rfind(" ", done, match.start()) + 1 or done
            end = text.find(" ", match.end())
            word = unicodedata.normalize("NFKD", text[start : end if end >= 0 else None]).casefold()
            pieces += text[done:start].translate(_ASCII), unicodedata.normalize("NFKD", word).translate(table)
            done = end if end >= 0 else len(text)
    return "".join([*pieces, text[done:].translate(_ASCII)])


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


def search_words(text: str) -> str:
    """The words of a text as search compares them: with the signs that count, and each script at its word."""
    if is_plain_text(text):
        return " ".join(text.translate(_ASCII).split())
    from feedreader.text.scripts import pieces

    return " ".join(_folded("".join([piece for piece, _ in pieces(_without_tex(text))]), _SEARCH_TABLE).split())


def _without_tex(text: str) -> str:
    if "\\" not in text and "$" not in text and "{" not in text:
        return text
    from feedreader.text.tex.to_unicode import to_unicode

    return to_unicode(text)


def spellings(text: str) -> tuple[str, ...]:
    """A text, its TeX as Unicode; and with ü spelled ue, ø oe and so on, if such a letter is in it."""
    if is_plain_text(text):
        return (text,)
    text = _without_tex(text)
    if text.isascii():
        return (text,)
    from feedreader.text.scripts import spelled_out

    spelled = spelled_out(text)
    return (text,) if spelled == text else (text, spelled)


def normalize_in_place(text: str, *, spelled: bool = False) -> tuple[str, Sequence[int]]:
    """A text as it is shown, as `search_words` without closing its gaps; and where each character comes from.

    `spelled`: the second of its `spellings`.
    """
    if is_plain_text(text):
        return text.translate(_ASCII), range(len(text))
    from feedreader.text.scripts import SPELLED, pieces

    result: list[str] = []
    places = array("l")
    for piece, start in pieces(text):
        for place, character in enumerate(piece, start):
            if character.isascii():
                letters = _ASCII[ord(character)]
            else:
                letters = _folded(SPELLED.get(character, character) if spelled else character, _SEARCH_TABLE)
            result.append(letters)
            places.extend([place] * len(letters))
    return "".join(result), places


def is_plain_text(text: str) -> bool:
    """Whether a text is ASCII without TeX, scripts and signs, so that its words need no search."""
    return text.isascii() and not (
        "\\" in text
        or "$" in text
        or "{" in text
        or "_" in text
        or "^" in text
        or "*" in text
        or "#" in text
        or ("+" in text and "++" in text)
        or ".NET" in text
        or ".net" in text
    )
