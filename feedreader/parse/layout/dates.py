"""Lines that are wholly a date, in the spellings people and programs use. English, whatever the locale.

The names of the months are also known in German, French, Spanish, Italian, Portuguese, Dutch and Scandinavian.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Literal

from feedreader.text.display import MONTHS, WEEKDAYS

Order = Literal["day first", "month first"]

_NAMES = tuple(map(str.lower, MONTHS))
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
_MONTHS |= {name[:3]: number for number, name in enumerate(_NAMES, 1)} | {"sept": 9}
_MONTH_NAMES = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAYS = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b"

_MONTH = rf"(?P<name>{_MONTH_NAMES})\b\.?"
_WEEKDAY = rf"{_DAYS}\.?\s*[,:]?\s*"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\b\.?"
_YEAR = r"(?P<year>(?:19|20|21)\d\d)"
_AFTER = (  # a time, a zone, a weekday
    r"(?:t?\d{4}(?:\d\d)?(?:[.,]\d+)?(?:z|[+-]\d\d:?\d\d)?"
    r"|(?:(?:[ ,]+(?:at )?|t)\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?\s*(?:[ap]\.?m\.?)?\s*(?:z|[a-z]{3,4}|[+-]\d\d:?\d\d)?"
    rf"(?:\s*\([a-z ]{{2,30}}\)?)?|[ ,]+\(?{_DAYS})?)"
)
_FORMS = tuple(
    re.compile(rf"(?:{_WEEKDAY})?(?:{form}){_AFTER}")
    for form in (
        rf"{_YEAR}\s?(?P<sep>[-/.])\s?(?P<month>\d\d?)\s?(?P=sep)\s?(?P<day>\d\d?)",
        rf"{_YEAR}(?P<month>\d\d)(?P<day>\d\d)",
        rf"{_YEAR}\s?年\s?(?P<month>\d\d?)\s?月\s?(?P<day>\d\d?)\s?日?",
        rf"{_MONTH}[\s.-]{{0,2}}(?:the )?{_DAY}[\s,/.-]{{1,3}}{_YEAR}",
        rf"(?:the )?{_DAY}[\s/.-]{{0,3}}(?:of )?{_MONTH}[\s,/.-]{{0,3}}{_YEAR}",
        rf"{_YEAR}[\s,/.-]{{1,3}}{_MONTH}[\s/.-]{{1,3}}{_DAY}",
        rf"(?P<day>\d\d?)\.\s?(?P<month>\d\d?)\.\s?{_YEAR}",
    )
)
_SHORT_YEAR = re.compile(rf"{_WEEKDAY}(?P<day>\d\d?) {_MONTH} (?P<year>\d\d){_AFTER}")  # as in RFC 822
_SLASHED = re.compile(rf"(?:{_WEEKDAY})?(?P<first>\d\d?)(?P<sep>[/-])(?P<second>\d\d?)(?P=sep){_YEAR}{_AFTER}")

# Names that are no English ones, by month, without accents; and the weekdays that may stand before them.
_FOREIGN = (
    "januar januari janner janvier janv enero ene gennaio gen janeiro",
    "februar februari feber fevrier fevr fev febrero febbraio febb fevereiro",
    "marz maerz marts mars marzo marco maart mrt mrz",
    "avril avr abril abr aprile",
    "mai maj mei mayo maggio mag maio",
    "juni juin junio giugno giu junho",
    "juli juillet juil julio luglio lug julho",
    "aout agosto ago augustus augusti",
    "septembre septiembre settembre sett setembro set",
    "oktober okt octobre octubre ottobre ott outubro out",
    "novembre noviembre novembro",
    "dezember dez desember des decembre diciembre dic dicembre dezembro december",
)
_ENGLISH = {name[:3]: name for name in _NAMES}
_ENGLISH |= {name: _NAMES[month] for month, names in enumerate(_FOREIGN) for name in names.split()}
_FOREIGN_DAYS = (
    "montags?|dienstags?|mittwochs?|donnerstags?|freitags?|samstags?|sonnabends?|sonntags?|mo|di|mi|do|fr|sa|so|"
    "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lun|mar|mer|jeu|ven|sam|dim|"
    "lunes|martes|miercoles|jueves|viernes|sabado|domingo|mie|jue|vie|sab|dom|"
    "lunedi|martedi|mercoledi|giovedi|venerdi|domenica|gio|(?:segunda|terca|quarta|quinta|sexta)(?:-feira)?|seg|ter|"
    "qua|qui|sex|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|ma|wo|vr|za|zo|"
    "mandag|tirsdag|onsdag|torsdag|fredag|lordag|sondag|tisdag|man|tir|ons|tor|fre|lor|son|tis"
)
_FOREIGN_DATE = re.compile(
    rf"(?:(?:{_FOREIGN_DAYS})\b\.?,?\s*)?(?:(?:am|le|el|den|de|il|em)\s)?"
    r"(?P<day>\d\d?)(?:er|º|°)?\b\.?[\s-]?(?:de\s|di\s)?"
    rf"(?P<name>{'|'.join(sorted(_ENGLISH, key=len, reverse=True))})\b\.?[\s,-]{{0,2}}(?:del?\s)?"
    r"(?P<year>(?:19|20)\d\d)\b(?:,?\s(?:a|um|kl|om|alle|as|a las)\b\.?(?=\s\d))?(?P<rest>.*)"
)

_DECORATION = re.compile(r"\A[\W_]+|[\W_]+\Z")
_LEAD = re.compile(  # "Showing new listings for …"
    r"(?:(?:showing|all|new|today'?s|latest|daily|arxiv) )*"
    r"(?:listings?|submissions?|papers?|articles?|entries|updates?)? ?(?:for|of|from|on|as of)?:? "
)
_TAIL = re.compile(  # "… (showing 5 of 25 entries"
    r"\s*[\[(](?:\s|showing|total|of|new|\d+|papers?|entries|entry|articles?|submissions?|items?|results?|[,/:])+\Z"
)
_WORDS = re.compile(
    rf"(?:week of |the )?(?:{_DAYS}[.,]*|(?:{_MONTH_NAMES})\b\.?|\d{{1,4}}(?:st|nd|rd|th)?\b|"
    r"of\b|to\b|[\s,./–-])+"
)
_STARTS = {name[:3].lower() for name in (*MONTHS, *WEEKDAYS)}
_STARTS.add("the")
_LONGEST = 90


def _bare(text: str) -> str:
    """The text in lower case without the decoration of a heading."""
    return _TAIL.sub("", _DECORATION.sub("", " ".join(text.lower().split())))


def slash_order(lines: Iterable[str]) -> Order | None:
    """What 05/06/2019 means in a document, judged by its lines that are a date with a number above 12."""
    slashed = (_SLASHED.fullmatch(_bare(line)) for line in lines if len(line) < 50 and ("/" in line or "-" in line))
    orders = {order for match in slashed if match and (order := _evident_order(match))}
    return orders.pop() if len(orders) == 1 else None


def _evident_order(slashed: re.Match[str]) -> Order | None:
    return "day first" if int(slashed["first"]) > 12 else "month first" if int(slashed["second"]) > 12 else None


def _in_english(bare: str) -> str:
    """A date that names its month in another language, as an English one; any other text as it is."""
    plain = bare
    if not bare.isascii():
        letters = unicodedata.normalize("NFD", bare.replace("ø", "o"))
        plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    if foreign := _FOREIGN_DATE.fullmatch(plain):
        rest = re.sub(r"\A(\s\d\d?)\s?h\s?(\d\d)\b", r"\1:\2", foreign["rest"])
        return f"{foreign['day']} {_ENGLISH[foreign['name']]} {foreign['year']}{rest}"
    return bare


def read_date(text: str, order: Order | None = None) -> date | None:
    """The day, if the line is nothing but a date (with a weekday, a time, the marks of a heading).

    None for what leaves the day open: 05/06/2019 (unless `order` says how to read it), a month
    without a day, a day without a year; and for days that are none, such as 30 February.
    """
    if len(text) > _LONGEST:
        return None
    bare = _in_english(_bare(text))
    if not bare or not any(c.isdecimal() for c in bare):
        return None
    if not bare[0].isdecimal() and bare[:3] not in _STARTS:
        lead = _LEAD.match(bare)
        if not lead:
            return None
        bare = bare[lead.end() :]
    for form in (*_FORMS, _SHORT_YEAR):
        if match := form.fullmatch(bare):
            parts = match.groupdict()
            month = _MONTHS[parts["name"]] if parts.get("name") else int(parts["month"])
            year = int(parts["year"])
            return _day(year if year > 99 else year + (1900 if year > 80 else 2000), month, int(parts["day"]))
    if match := _SLASHED.fullmatch(bare):
        first, second = int(match["first"]), int(match["second"])
        order = _evident_order(match) or order
        if order or first == second:
            return _day(int(match["year"]), *((second, first) if order == "day first" else (first, second)))
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def is_unreadable_date(text: str) -> bool:
    """Whether the line is made like a date, but does not say which day: "May 2019", "05/06/2019", "30 Feb 2019"."""
    if len(text) > _LONGEST or read_date(text) is not None:
        return False
    bare = _bare(text)
    numbers = re.findall(r"\d+", bare)
    if not numbers or not _WORDS.fullmatch(bare):
        return False
    return bool(re.search(rf"\b{_MONTH}", bare)) or (len(numbers) == 3 and any(len(n) == 4 for n in numbers))


_PLAIN_MOMENT = re.compile(r"[A-Z][a-z]{2}, (\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT", re.ASCII)


def plain_moment(text: str) -> datetime | None:
    """What `moment_of` and `read_date` make of "Mon, 2 Apr 2007 19:18:42 GMT", soon; None for any other form."""
    match = _PLAIN_MOMENT.fullmatch(text)
    if match is None:
        return None
    day, month, *rest = match.groups()
    year, hour, minute, second = map(int, rest)
    try:
        return datetime(year, _MONTHS[month.lower()], int(day), hour, minute, second, tzinfo=UTC)
    except (KeyError, ValueError):
        return None


def moment_of(text: str) -> datetime | None:
    """The moment that a date in the form of e-mail states; aware if it has its zone."""
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
