"""Text as plain words, for comparing and searching: no case, accents, TeX or punctuation. Pure.

`S$^4$L`, `S⁴L` and `s4l` are alike; so are `Poincaré` and `Poincar\\'e`, `Łukasz` and `lukasz`, `$\\Lambda$CDM` and
`ΛCDM` (Greek letters are spelled out). A letter with an accent is the letter, so ü and ø are u and o; who may mean ue
and oe asks for both `spellings`.

`search_words` are those words as search compares them. There, signs that make another word of one count (`SIGNS`),
and a script belongs to what it stands at, however it is written: `H_0`, `H_{0}`, `H₀` are h0; `B^0_s` and `B_s^0` are
bs 0. Only a power of ten stays apart, or it would be another number: `10^6` is 10 6.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterator, Sequence

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
            folded = (_letter(char) if code > 127 else char) if char.isalnum() else " "
        self[code] = folded
        return folded


def _letter(char: str) -> str:
    """A letter or digit in the letters a to z if it is Latin, else itself; " " for what only stands at letters: ʼ."""
    from feedreader.text.transliterate import latin_letter

    if char.isalpha() and unicodedata.category(char) == "Lm" and unicodedata.name(char).startswith("MODIFIER"):
        return " "
    letters = latin_letter(char)
    return char if letters is None else letters


SIGNS = {"+": "\ue001", "#": "\ue002", "*": "\ue003"}  # as letters of their own, which no text has
_TABLE = _Normalizing()
_SEARCH_TABLE = _Normalizing({ord("√"): " sqrt "} | {ord(letter): letter for letter in SIGNS.values()})
_ASCII = {code: (chr(code).lower() if chr(code).isalnum() else " ") for code in range(128)}

_NO_QUOTES = dict.fromkeys(map(ord, '"“”„‟«»＂'), " ")
_UMLAUT = re.compile(r'\\"(?:\{\\?([A-Za-z])\}|\\?([A-Za-z]))')
_LOWER = bytes(range(256)).lower()
_NO_WORD = bytes(code for code in range(128) if not chr(code).isalnum())

_LOWERED = "₀-₎ₐ-ₜᵢ-ᵪⱼ"
_RAISED = "²³¹⁰ⁱ⁴-ⁿʰ-ʸˡ-ˣᴬ-ᵡᵸᶛ-ᶿⱽªº"
_STARS = "*∗⋆＊⁎"
_MARK = re.compile(rf"[{_LOWERED}{_RAISED}{_STARS}_^#♯＃+＋]")  # what may be a script or a sign
_SCRIPT = re.compile(
    rf"(?P<low>[{_LOWERED}]+)|(?P<high>[{_RAISED}]+)|(?P<mark>[_^])"
    rf"(?:\{{(?P<braced>[^{{}}]{{1,40}})\}}|\((?P<bracketed>[^()]{{1,40}})\)|(?P<bare>[^\W_{_LOWERED}{_RAISED}]+))"
)
_SIGN = re.compile(rf"(?P<plus>\+\+|＋＋|⁺⁺)|(?P<hash>[#♯＃])(?![^\W_])|\^?(?P<star>[{_STARS}])(?![{_STARS}])")
_SPELLED = {
    "ä": "ae",
    "ö": "oe",
    "ü": "ue",
    "ø": "oe",
    "å": "aa",
    "Ä": "Ae",
    "Ö": "Oe",
    "Ü": "Ue",
    "Ø": "Oe",
    "Å": "Aa",
}
_UMLAUT = re.compile(f"[{''.join(_SPELLED)}\u0308\u030a]")
_SPELL = str.maketrans(_SPELLED)
_BASE = re.compile(r"[^\W_]*\Z")
_LONGEST_BASE = 12  # characters before a script that are looked at
_SHORT = 2  # letters of a script without braces; a longer one is a word (snake_case), but behind a single letter


def normalize(text: str) -> str:
    """The words of a text, each lower-case and bare, with one blank between them."""
    if "\\" in text or "$" in text:
        from feedreader.text.tex.to_unicode import to_unicode

        text = to_unicode(text)
    return " ".join(_folded(text, _TABLE).split())


def _folded(text: str, table: dict[int, str | None]) -> str:
    if text.isascii():
        return text.translate(_ASCII)
    return unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()).translate(table)


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
    if text.isascii() and has_no_marks(text):
        return " ".join(text.translate(_ASCII).split())
    if "\\" in text or "$" in text or "{" in text:
        from feedreader.text.tex.to_unicode import to_unicode

        text = to_unicode(text)
    return " ".join(_folded("".join([piece for piece, _ in _pieces(text)]), _SEARCH_TABLE).split())


def spellings(text: str) -> tuple[str, ...]:
    """A text, its TeX as Unicode; and with ü spelled ue, ø oe and so on, if such a letter is in it."""
    if "\\" in text or "$" in text or "{" in text:
        from feedreader.text.tex.to_unicode import to_unicode

        text = to_unicode(text)
    if text.isascii() or _UMLAUT.search(text) is None:
        return (text,)
    spelled = unicodedata.normalize("NFC", text).translate(_SPELL)
    return (text, spelled) if spelled != text else (text,)


def has_no_marks(text: str) -> bool:
    """Whether there is no TeX, script or sign in a text: its words are plain words."""
    if "\\" in text or "$" in text or "{" in text:
        return False
    if text.isascii():
        return not ("_" in text or "^" in text or "*" in text or "#" in text or "++" in text)
    return _MARK.search(text) is None


def normalize_in_place(text: str, *, spelled: bool = False) -> tuple[str, Sequence[int]]:
    """A text as it is shown, as `search_words` without closing its gaps; and where each character comes from.

    `spelled`: the second of its `spellings`.
    """
    if text.isascii() and has_no_marks(text):
        return text.translate(_ASCII), range(len(text))
    folded: list[str] = []
    places = array("l")
    for piece, start in _pieces(text):
        for place, character in enumerate(piece, start):
            letters = _piece(_SPELLED.get(character, character) if spelled else character)
            folded.append(letters)
            places.extend([place] * len(letters))
    return "".join(folded), places


def _piece(character: str) -> str:
    return character.translate(_ASCII) if character.isascii() else _folded(character, _SEARCH_TABLE)


def _pieces(text: str) -> Iterator[tuple[str, int]]:
    """A text in pieces, and where each begins in it: without what marks a script, signs as letters of their own."""
    done = leading = 0
    for mark in _MARK.finditer(text):
        start = mark.start()
        before = text[start - 1 : start]
        if start < done:
            continue
        if (start and start == leading) or not (before.isalnum() or (before and unicodedata.combining(before))):
            leading = start + 1  # ⁷⁶Ge
            continue
        scripts = _Scripts(text, start)
        if scripts.end > start:
            yield text[done:start], done
            yield from scripts.pieces()
            done = scripts.end
    yield text[done:], done


class _Scripts:
    """The scripts and signs at a word, which ends at `start`: what is low, then signs, then what is high."""

    def __init__(self, text: str, start: int) -> None:
        self.text, self.start = text, start
        self.base = _BASE.search(text, max(0, start - _LONGEST_BASE), start)[0]  # type: ignore[index]
        self.low: list[tuple[int, int]] = []
        self.high: list[tuple[int, int]] = []
        self.signs: list[tuple[str, int]] = []
        self.end = start
        while self._sign(self.end, len(text)) or self._script():
            pass

    def _sign(self, at: int, end: int) -> bool:
        match = _SIGN.match(self.text, at, end)
        if match is None or (match["star"] and not (match[0][0] == "^" or end < len(self.text) or self._has_star())):
            return False
        self.signs.append((SIGNS["+" if match["plus"] else "#" if match["hash"] else "*"], at))
        self.end = match.end()
        return True

    def _has_star(self) -> bool:
        """Whether a star behind the base is a sign (A*, RRT*), and no emphasis, multiplication sign or wildcard."""
        before = self.text[self.start - len(self.base) - 1 : self.start - len(self.base)]
        return (len(self.base) == 1 or self.base.isupper()) and not (before and before in _STARS)

    def _script(self) -> bool:
        match = _SCRIPT.match(self.text, self.end)
        if match is None:
            return False
        kind = match.lastgroup or ""
        if kind == "bare" and not self._is_script(match["bare"], self.text[match.end() : match.end() + 1]):
            return False
        is_low = bool(match["low"]) or match["mark"] == "_"
        start, self.end = match.span(kind)
        if not is_low:
            while self._sign(start, self.end):
                start, self.end = self.end, match.end(kind)
        (self.low if is_low else self.high).append((start, match.end(kind)))
        self.end = match.end()
        return True

    def _is_script(self, word: str, after: str) -> bool:
        """Whether what stands behind a _ or ^, without braces, is a script: not so in snake_case and a_long_name."""
        if len(word) <= _SHORT or word[0].isdigit():
            return True
        return (len(self.base) == 1 or self.base.lower() in _GREEK) and after != "_"

    def pieces(self) -> Iterator[tuple[str, int]]:
        behind = self.start
        for start, end in self.low:
            yield self.text[start:end], start
            behind = end
        yield from self.signs
        if self.signs:
            yield " ", self.end if not self.high else max(behind, self.signs[-1][1] + 1)
        elif self.high and (self.low or (self.base[-1:].isdigit() and self.text[self.high[0][0]].isdigit())):
            yield " ", behind
        for start, end in self.high:
            bare = self.text[start:end].lstrip("⁽")
            yield bare.rstrip("⁾"), end - len(bare)
