"""Text as a terminal shows it: TeX as Unicode, without control characters, cut and wrapped to fit. Pure.

Widths are terminal cells. How wide a text is, the caller says (`measure`), because only the thing that draws knows;
plain `len` is right for ASCII.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from feedreader.model import Journal

Measure = Callable[[str], int]
ELLIPSIS = "…"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_JOINS_NOTHING = re.compile(r"[\u200c\u200d]+(?=[\x00-\xa0]|\Z)")  # a blank behind it would count as no cell
_UNITS = ("kB", "MB", "GB", "TB")
_TEX = frozenset("\\$^_{}~`")


def day_name(day: date) -> str:
    """`Thursday 23 May 2019`"""
    return f"{WEEKDAYS[day.weekday()]} {long_day(day)}"


def long_day(day: date) -> str:
    """`23 May 2019`"""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def middle_day(day: date) -> str:
    """`23 Nov 2019`"""
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"


def short_day(day: date, this_year: int | None = None) -> str:
    """`Thu 23 May 2019`; in this year `Thu 23 May`"""
    year = "" if day.year == this_year else f" {day.year}"
    return f"{WEEKDAYS[day.weekday()][:3]} {day.day} {MONTHS[day.month - 1][:3]}{year}"


def day_range(first: date, last: date) -> str:
    """`3 Dec`, `1–4 Dec`, `30 Nov – 2 Dec`"""
    start, end = (f"{day.day} {MONTHS[day.month - 1][:3]}" for day in (first, last))
    if first == last:
        return end
    return f"{first.day}–{end}" if (first.year, first.month) == (last.year, last.month) else f"{start} – {end}"


def counted(number: int, noun: str, many: str = "", *, group: str = ",") -> str:
    """`1 paper`, `2 papers`, `23,000 papers`"""
    return f"{number:{group}} {noun if number == 1 else many or noun + 's'}"


def size_text(count: float) -> str:
    """Bytes as people read them, thousand by thousand: `1.5 MB`"""
    if count < 1000:
        return f"{count:.0f} B"
    for unit in _UNITS:
        count /= 1000
        if count < 999.95 or unit == _UNITS[-1]:
            break
    return f"{count:.1f} {unit}"


def safe(text: str) -> str:
    """The text without what could steer a terminal: control and format characters go, odd blanks become blanks."""
    if text.isprintable():
        return text
    return _JOINS_NOTHING.sub("", "".join(map(_safe_character, text)))


def _safe_character(character: str) -> str:
    if character.isprintable() or character in "\u200c\u200d":  # the joiners shape Persian, Hindi and emoji
        return character
    category = unicodedata.category(character)
    if category == "Cs":  # a byte of a file's name, say
        return "\ufffd"
    return " " if category in ("Zs", "Zl", "Zp") or character in "\t\n\r\v\f\x85" else ""


def printed_in(journal: Journal) -> str:
    """Where a paper was printed: `Phys. Rev. B 109 (14), 144501 (2024)`"""
    issue = f"({journal.number})" if journal.number else None
    place = " ".join(part for part in (journal.name, journal.volume, issue) if part)
    text = ", ".join(part for part in (place, journal.pages) if part)
    if not text:
        return str(journal.year or "")
    return f"{text} ({journal.year})" if journal.year else text


def shown(text: str) -> str:
    """A source's text as the screen shows it: TeX as Unicode, and safe."""
    if not _TEX.isdisjoint(text):
        from feedreader.text.tex.to_unicode import to_unicode

        text = to_unicode(text)
    return safe(text)


def clip(text: str, width: int, measure: Measure = len) -> str:
    """The text cut to `width` cells, with an ellipsis where something was cut."""
    if measure(text) <= width:
        return text
    if width < 1:
        return ""
    return _fitting(text, width - 1, measure).rstrip(" ,;:-–—") + ELLIPSIS


def fill(text: str, width: int, measure: Measure = len) -> str:
    """The text cut or padded to exactly `width` cells."""
    text = clip(text, width, measure)
    return text + " " * (width - measure(text))


def clip_start(text: str, width: int, measure: Measure = len) -> str:
    """The end of the text, with an ellipsis before it: for paths, whose end matters most."""
    if measure(text) <= width:
        return text
    return ELLIPSIS + _fitting(text[::-1], width - 1, measure)[::-1] if width > 0 else ""


def _fitting(text: str, width: int, measure: Measure) -> str:
    """The longest start of the text that is no wider than `width`."""
    if text.isascii():
        return text[: max(0, width)]
    used = 0
    for place, character in enumerate(text):
        used += measure(character)
        if used > width:
            return text[:place].removesuffix("\u200d")
    return text


def wrap(text: str, width: int, measure: Measure = len) -> list[str]:
    """The text in lines of at most `width`; wider words are cut. Paragraphs are separated by an empty line."""
    return [line for line, _ in wrap_joined(text, width, measure)]


def wrap_joined(text: str, width: int, measure: Measure = len) -> list[tuple[str, str | None]]:
    """The lines of `wrap`, each with what was between it and the line before: a blank, nothing where a word was cut,
    None where a paragraph starts.
    """
    lines: list[tuple[str, str | None]] = []
    reach = 4 * max(width, 1) + 64  # characters: some are no cell wide
    for paragraph in text.split("\n"):
        line, used, joint = "", 0, None
        for word in paragraph.split():
            size = len(word) if word.isascii() else measure(word)
            if line and used + 1 + size <= width:
                line += " " + word
                used += 1 + size
                continue
            if line:
                lines.append((line, joint))
                joint = " "
            at = 0
            while size > width:  # of a word that fills lines, only as much is looked at as one of them could take
                start = _fitting(word[at : at + reach], width, measure) or word[at]
                lines.append((start, joint))
                joint = ""
                at += len(start)
                rest = word[at : at + reach + 1]
                size = measure(rest) if len(rest) <= reach else width + 1
            line, used = word[at:], size
        if line or not paragraph:
            lines.append((line, joint))
    return lines


def quoted(title: str) -> str:
    """A title in quotation marks, cut to 60 characters."""
    return f"“{clip(title, 60)}”"
