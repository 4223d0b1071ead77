"""Scripts and signs at words, which to search are parts of them (see `feedreader.text.normalize`). Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from feedreader.text.transliterate import GREEK_NAMES

SIGNS = {"+": "\ue001", "#": "\ue002", "*": "\ue003", ".": "\ue004"}  # as letters of their own, which no text has

_LOWERED = "₀-₎ₐ-ₜᵢ-ᵪⱼ"
_RAISED = "²³¹⁰ⁱ⁴-ⁿʰ-ʸˡ-ˣᴬ-ᵡᵸᶛ-ᶿⱽªº"
_STARS = "*∗⋆＊⁎"
_MARK = re.compile(rf"[{_LOWERED}{_RAISED}{_STARS}_^#♯＃+＋]")  # what may be a script or a sign
_SCRIPT = re.compile(
    rf"(?P<low>[{_LOWERED}]+)|(?P<high>[{_RAISED}]+)|(?P<mark>[_^])"
    rf"(?:\{{(?P<braced>[^{{}}]{{1,40}})\}}|\((?P<bracketed>[^()]{{1,40}})\)|(?P<bare>[^\W_{_LOWERED}{_RAISED}]+))"
)
_SIGN = re.compile(rf"(?P<plus>\+\+|＋＋|⁺⁺)|(?P<hash>[#♯＃])(?![^\W_])|\^?(?P<star>[{_STARS}])(?![{_STARS}])")
SPELLED = dict(zip("äöüøåÄÖÜØÅ", ("ae", "oe", "ue", "oe", "aa", "Ae", "Oe", "Ue", "Oe", "Aa"), strict=True))
_SPELLABLE = (*SPELLED, "\u0308", "\u030a")
_SPELL = str.maketrans(SPELLED)
_DOT_NET = re.compile(r"(?<!\w)\.(?=(?:NET|net)\b)")
_BASE = re.compile(r"[^\W_]*\Z")
_LONGEST_BASE = 12  # characters before a script that are looked at


def spelled_out(text: str) -> str:
    """The text with ä, ö, ü, ø and å as ae, oe, ue, oe and aa."""
    is_spellable = any(map(text.__contains__, _SPELLABLE))  # sooner than `re` finds one of a set in a long text
    return unicodedata.normalize("NFC", text).translate(_SPELL) if is_spellable else text


def pieces(text: str) -> Iterator[tuple[str, int]]:
    """A text in pieces, and where each begins in it: without what marks a script, signs as letters of their own."""
    if ".NET" in text or ".net" in text:
        text = _DOT_NET.sub(SIGNS["."], text)
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
        while self._sign(self.end, len(text), raised=False) or self._script():
            pass

    def _sign(self, at: int, end: int, *, raised: bool) -> bool:
        match = _SIGN.match(self.text, at, end)
        if match is None or (match["star"] and not (raised or match[0][0] == "^" or self._has_star())):
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
            while self._sign(start, self.end, raised=True):
                start, self.end = self.end, match.end(kind)
        (self.low if is_low else self.high).append((start, match.end(kind)))
        self.end = match.end()
        return True

    def _is_script(self, word: str, after: str) -> bool:
        """Whether what stands behind a _ or ^, without braces, is a script: not so in snake_case and a_long_name."""
        if len(word) == 1 or word[0].isdigit():
            return True
        if after == "_":
            return False
        is_symbol = len(self.base) == 1 or self.base.lower() in GREEK_NAMES
        return is_symbol or (len(word) == 2 and (len(self.base) == 2 or word.isupper()))

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
