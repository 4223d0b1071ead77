"""Numbers and units as siunitx sets them: `\\SI{3.5}{\\giga\\hertz}` is 3.5 GHz. Pure.

Source: the manual of siunitx, https://ctan.org/pkg/siunitx. Numbers stay as they are typed, but for their exponents.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from feedreader.text.tex.symbols import script

LONGEST = 200  # characters; what is longer is no number and no unit


def _table(rows: str) -> dict[str, str]:
    words = rows.split()
    return dict(zip(words[::2], words[1::2], strict=True))


_PREFIXES = _table("""
    quecto q ronto r yocto y zepto z atto a femto f pico p nano n micro μ milli m centi c deci d deca da deka da hecto h
    kilo k mega M giga G tera T peta P exa E zetta Z yotta Y ronna R quetta Q kibi Ki mebi Mi gibi Gi tebi Ti
    mu μ upmu μ textmu μ
""")
_UNITS = _table("""
    meter m metre m second s gram g kilogram kg ampere A amp A kelvin K mole mol candela cd hertz Hz newton N pascal Pa
    joule J watt W coulomb C volt V farad F ohm Ω siemens S weber Wb tesla T henry H lumen lm lux lx becquerel Bq gray
    Gy
    sievert Sv katal kat radian rad steradian sr celsius °C degreeCelsius °C degree ° arcminute ′ arcsecond ″ arcmin ′
    arcsec ″ minute min hour h day d year yr hectare ha liter L litre L tonne t electronvolt eV dalton Da
    atomicmassunit u astronomicalunit au parsec pc lightyear ly neper Np bel B decibel dB angstrom Å bar bar barn b
    knot kn mmHg mmHg bit bit byte B gauss G erg erg dyne dyn molar M curie Ci rpm rpm jansky Jy percent % permille ‰
    clight c bohr a₀ electronmass mₑ elementarycharge e planckbar ħ hbar ħ hartree Eₕ
    Omega Ω AA Å
""")
_SHORT = re.compile(  # \kg, \uJ, \GHz, \keV
    "(da|[qryzafpnumcdhkMGTPEZYRQ])?(bar|bit|min|mol|ohm|rad|yr|cd|Hz|Pa|eV|Da|dB|Wh|Bq|Gy|Sv|pc|Jy|lm|lx|sr"
    "|[msgAKNJWCVFHTLluBbhdMG])"
)
_POWERS = {"square": "2", "squared": "2", "cubic": "3", "cubed": "3"}
_NAMED = re.compile(
    r"\\(?P<name>[A-Za-z]+)\s*(?:(?<=of|he|to)\{(?P<group>[^{}]*)\})?|\^\{?(?P<power>-?\w+)\}?|(?P<literal>[^\\^{}~.\s]+)|~|\.|\s+|\\,"
)
_LITERAL = re.compile(r"\^\{([^{}]*)\}|\^(.)|[.~]|\\,")
_NUMBER = re.compile(
    r"([<>≤≥≈~]? ?[+\-−±]?) ?(\d[\d., ]*)?(\(\d[\d.]*\))? ?"  # sign, digits, uncertainty
    r"(?:(?:\+-|\\pm|±) ?(\d[\d.,]*))? ?(?:[eEdD] ?([+\-−]?\d+))?"
)
_BY = re.compile(r" ?(?:x|×|\\times) ?")
_TOUCHING = ("°", "′", "″")


def number(text: str) -> str | None:
    """A number as it is set; None if it is none: `1e-5` is 1 × 10⁻⁵, `3 +- 1` is 3 ± 1, `2 x 3` is 2 × 3."""
    if len(text) > LONGEST:
        return None
    factors = [_factor(part) for part in _BY.split(" ".join(text.split()))]
    return None if None in factors else " × ".join(filter(None, factors))


def _factor(text: str) -> str | None:
    match = _NUMBER.fullmatch(text)
    if not match or not (match[2] or match[5]):
        return None
    sign, digits, error, more, exponent = (part.strip() for part in match.groups(""))
    mantissa = sign + digits + error + (f" ± {more}" if more else "")
    if not exponent:
        return mantissa
    power = "10" + script("^", exponent.removeprefix("+"))
    if not digits:
        return mantissa + power
    return f"({mantissa}) × {power}" if more else f"{mantissa} × {power}"


def unit(text: str, slash: bool = False) -> str | None:
    """A unit as it is set, `m s⁻²`, or, with `slash`, `m/s²`; None if it is more than names, signs and powers."""
    if len(text) > LONGEST or "$" in text:
        return None
    if "\\" not in text.replace("\\,", ""):  # it says how it is to look
        return _LITERAL.sub(
            lambda power: script("^", power[1] or power[2]) if power[0][0] == "^" else " ", text
        ).strip()
    factors: list[_Factor] = []
    coming = _Factor()
    at = 0
    while at < len(text):
        match = _NAMED.match(text, at)
        if match is None:
            return None
        if match["power"] and factors:
            factors[-1].power = match["power"]
        elif match["name"] or match["literal"]:
            coming = _taken(match, coming, factors)
        at = match.end()
    return _joined(factors, slash) if not coming.prefix else None


@dataclass
class _Factor:
    symbol: str = ""
    prefix: str = ""
    power: str = ""
    under: bool = False

    def shown(self, sign: str = "") -> str:
        power = sign + (self.power or "1" * bool(sign))
        return self.prefix + self.symbol + (script("^", power) if power else "")


def _taken(token: re.Match[str], coming: _Factor, factors: list[_Factor]) -> _Factor:
    """Put a token to the factors, or to the one that is coming; that one is returned."""
    name = token["name"] or ""
    power = _POWERS.get(name) or token["group"] or ""
    if name == "per":
        coming.under = True
    elif name in _PREFIXES:
        coming.prefix += _PREFIXES[name]
    elif name in ("square", "cubic", "raiseto"):
        coming.power = power
    elif name in ("squared", "cubed", "tothe") and factors:
        factors[-1].power = power
    elif name == "of" and factors:
        factors[-1].symbol += script("_", power)
    else:
        coming.symbol = _UNITS.get(name) or _short(name) or token[0].strip()
        factors.append(coming)
        return _Factor()
    return coming


def _short(name: str) -> str:
    """What a short name stands for: \\um is μm."""
    match = _SHORT.fullmatch(name)
    prefix, symbol = match.groups("") if match else ("", "")
    return prefix.replace("u", "μ") + _UNITS.get(symbol, symbol)


def _joined(factors: Sequence[_Factor], slash: bool) -> str:
    if not slash:
        return " ".join(factor.shown("-" * factor.under) for factor in factors)
    over = " ".join(factor.shown() for factor in factors if not factor.under) or "1"
    under = [factor.shown() for factor in factors if factor.under]
    return over + (f"/({' '.join(under)})" if len(under) > 1 else "".join(f"/{part}" for part in under))


def numbers(text: str) -> str | None:
    """A list of numbers, parted by semicolons, that stays one; None if one of them is no number."""
    read = [number(part) for part in text.split(";")]
    return None if None in read else ";".join(filter(None, read))


def quantities(numbers: Sequence[str], unit: str, command: str) -> str:
    """A number, a list of them or a range, each with its unit."""
    each = [_quantity(number, unit) for part in numbers for number in part.split(";")] or [unit]
    if command.endswith("range"):
        return " to ".join(each)
    return " and ".join(filter(None, (", ".join(each[:-1]), each[-1])))


def _quantity(number: str, unit: str) -> str:
    """A number with its unit behind a blank; marks of degrees touch it. What is made of parts stands in brackets."""
    if not unit or not number:
        return number or unit
    number = f"({number})" if " ± " in number and number[0] != "(" else number
    return number + " " * (unit not in _TOUCHING) + unit


def angle(text: str) -> str | None:
    """An angle, in degrees or as degrees, minutes and seconds: `12;30` is 12°30′."""
    parts = [number(part) if part.strip() else "" for part in text.split(";")]
    if len(parts) > 3 or None in parts or not any(parts):
        return None
    return "".join(f"{part}{mark}" for part, mark in zip(parts, "°′″", strict=False) if part)
