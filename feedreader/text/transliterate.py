"""Words in the letters a to z: for names that must do without all others, and for searching. Pure."""

from __future__ import annotations

import unicodedata

GREEK_NAMES = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu"),
    *("xi", "omicron", "pi", "rho", "sigma", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"),
)


def _pairs(text: str) -> dict[str, str]:
    words = text.split()
    return dict(zip(words[::2], words[1::2], strict=True))


_LETTERS = _pairs(
    "ß ss ẞ SS æ ae Æ AE œ oe Œ OE ø o Ø O ł l Ł L đ d Đ D ð d Ð D þ th Þ Th ı i ȷ j ŋ ng Ŋ Ng ħ h Ħ H ŧ t Ŧ T ĸ k ſ s "
    "ə e Ə E ’ ' ‘ ' ʻ ' ʼ '"
)
_NAMED = _pairs(  # Latin letters that Unicode names by a word
    "alpha a beta b gamma g delta d lambda l iota i upsilon u phi ph chi ch omega o eng ng eth d thorn th wynn w yogh "
    "y hwair hv esh sh ezh zh lezh lzh dezh dzh tesh tsh heng h feng fn schwa e longa i horn o bar u rotunda r loop sh "
    "reversed zh two 2 five 5 six 6"
) | dict.fromkeys(("stop", "click", "percussive", "fricative", "spirant", "dot", "ain", "alef", "saltillo"), "")
_GREEK = _pairs(
    "α a β b γ g δ d ε e ζ z η e θ th ι i κ k λ l μ m ν n ξ x ο o π p ρ r σ s ς s τ t υ y φ f χ ch ψ ps ω o"
)
_CYRILLIC = _pairs(
    "а a б b в v г g д d е e ж zh з z и i й y к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts ч ch ш sh щ shch "
    "ы y э e ю yu я ya ё yo і i ї yi є ye ґ g ў u ј j"
) | {"ъ": "", "ь": ""}
_SMALL = _GREEK | _CYRILLIC
_TABLE = _LETTERS | _SMALL | {letter.upper(): latin.capitalize() for letter, latin in _SMALL.items() if letter != "ς"}


def to_ascii(text: str) -> str:
    """The text in ASCII: accents dropped, Greek and Cyrillic spelled, "" for what has no such spelling."""
    if text.isascii():
        return text
    return "".join(_of(char) for char in unicodedata.normalize("NFC", text))


def _of(char: str) -> str:
    if char.isascii():
        return char
    if (known := _TABLE.get(char)) is not None:
        return known
    plain = unicodedata.normalize("NFKD", char)
    return "".join(_TABLE.get(part, part if part.isascii() else _latin(part)) for part in plain)


def _latin(char: str) -> str:
    letters = latin_letter(char) or ""
    return letters.capitalize() if char.isupper() else letters


def latin_letter(char: str) -> str | None:
    """A Latin letter that does not decompose in the letters a to z: `ł` is l, `ɖ` d, `ꜳ` aa. None if it is no such.

    Few are in the table. All others say what they are in their names: LATIN SMALL LETTER D WITH TAIL.
    """
    if (known := _LETTERS.get(char)) is not None:
        return known
    name = unicodedata.name(char, "")
    if not name.startswith("LATIN "):
        return None
    word = name.partition(" WITH")[0].removesuffix(" DIGRAPH").rpartition(" ")[2].lower()
    return _NAMED.get(word, word.rpartition("-")[2])
