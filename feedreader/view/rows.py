"""What the list says of a paper and of a day, in words that fit. Pure: no screen, no clock, no library.

Widths are terminal cells. How wide a text is, the caller says (`measure`), because only the
thing that draws knows; plain `len` is right for ASCII.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from feedreader.model import Group, Head

Measure = Callable[[str], int]

ELLIPSIS = "…"
UNREAD = "●"
KEPT = "★"
DISMISSED = "×"
NOTED = "✎"
HIGHLIGHTED, HIGHLIGHTED_READ = "◆", "◇"
NAMELESS = "Untitled"

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

_TEX = frozenset("\\$^_{}~`")
_BODIES = frozenset(("collaboration", "consortium", "team", "group", "project", "initiative", "lab", "labs"))
_SUFFIXES = frozenset(("jr", "sr", "ii", "iii", "iv"))
_PARTICLES = frozenset(
    (
        *("af", "al", "bin", "da", "das", "de", "del", "della", "den", "der", "di", "dos", "du", "el", "la", "le"),
        *("ten", "ter", "van", "vande", "vom", "von", "zu", "zum", "zur"),
    )
)


def day_name(day: date) -> str:
    """`Thursday 23 May 2019`"""
    return f"{_WEEKDAYS[day.weekday()]} {long_day(day)}"


def long_day(day: date) -> str:
    """`23 May 2019`"""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def short_day(day: date) -> str:
    """`Thu 23 May 2019`"""
    return f"{_WEEKDAYS[day.weekday()][:3]} {day.day} {_MONTHS[day.month - 1][:3]} {day.year}"


def dot(read: bool, dismissed: bool, highlighted: bool) -> str:
    """The first sign of a paper's row: what is unread, dismissed or highlighted has one."""
    if not read:
        return HIGHLIGHTED if highlighted else UNREAD
    return DISMISSED if dismissed else HIGHLIGHTED_READ if highlighted else " "


def group_title(group: Group, today: date) -> str:
    """The words of a group's header: its day, with Today or Yesterday before it, or its collection's title."""
    if group.day is None:
        collection = shown(group.collection or "Without a day")
        return f"{group.fold.capitalize()} in {collection}" if group.fold else collection
    if group.fold:
        return f"{group.fold.capitalize()} on {short_day(group.day)}"
    if group.day == today:
        return f"Today · {day_name(group.day)}"
    if group.day == today - timedelta(days=1):
        return f"Yesterday · {day_name(group.day)}"
    return day_name(group.day)


def group_counts(group: Group, room: int = 1000) -> str:
    """`2 highlighted · 2 unread / 14`; `3 kept of 14` or `14 read` when nothing is left.

    Behind it stands what is folded away: `· 3 replaced · 2 muted`. Shorter where there is no room (cells).
    """
    if group.fold:
        return counted(group.total, "paper")
    if group.unread:
        counts = f"{group.unread:,} unread / {group.total:,}"
    else:
        counts = f"{group.shortlisted:,} kept of {group.total:,}" if group.shortlisted else f"{group.total:,} read"
    away = [(number, fold) for number, fold in ((group.folded, "replaced"), (group.muted, "muted")) if number]
    behind = "".join(f" · {number:,} {fold}" for number, fold in away)
    lit, sign = ("", "")
    if group.highlighted:
        lit, sign = f"{group.highlighted:,} highlighted · ", f"{HIGHLIGHTED}{group.highlighted:,} · "
    short = f"{group.unread:,}/{group.total:,}"
    muted = f" · {group.muted:,} muted" if group.muted else ""
    ways = (f"{lit}{counts}{behind}", f"{sign}{counts}{behind}", f"{sign}{short}{muted}")
    return next((way for way in ways if len(way) <= room), short)


def group_name(group: Group) -> str:
    """A day or collection within a sentence: `Thu 23 May 2019`"""
    return short_day(group.day) if group.day else shown(group.collection or "Without a day")


def day_done(group: Group, dismissed: int) -> str:
    """What came of a day of which nothing is left: `Thursday 23 May 2019: 12 kept of 214, 150 dismissed.`"""
    name = day_name(group.day) if group.day else group_name(group)
    aside = f", {dismissed:,} dismissed" if dismissed else ""
    return f"{clip(name, 60)}: {group.shortlisted:,} kept of {group.total:,}{aside}."


def nothing_found(query: str, key: Callable[[str, str], str] = lambda id, usual: usual) -> tuple[str, ...]:
    """What an empty list says: that it is empty, and what to press.

    `key` names the key of a binding, which is usually this one.
    """
    if not query:
        return ("No papers.",)
    if query == "is:unread":
        return ("No unread papers.", "", f"{key('unread-only', 'U')} shows all papers.")
    if query == "is:shortlisted":
        return (
            "Nothing is on the shortlist.",
            "",
            f"{key('kept-only', 'S')} shows all papers, {key('toggle-kept', 's')} keeps one.",
        )
    return (
        f"No paper matches {safe(query)}",
        "",
        f"{key('back', 'esc')} shows all papers, {key('query', '/')} asks for others.",
    )


def counted(number: int, one: str, many: str = "") -> str:
    """`1 paper`, `2 papers`, `23,000 papers`"""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def safe(text: str) -> str:
    """The text without what could steer a terminal: control and format characters go, odd blanks become blanks."""
    if text.isprintable():
        return text
    return "".join(map(_safe_character, text))


def _safe_character(character: str) -> str:
    if character.isprintable() or character in "\u200c\u200d":  # the joiners shape Persian, Hindi and emoji
        return character
    category = unicodedata.category(character)
    return " " if category in ("Zs", "Zl", "Zp") or character in "\t\n\r\v\f\x85" else ""


def shown(text: str) -> str:
    """A source's text as the screen shows it: TeX as Unicode, and safe."""
    if not _TEX.isdisjoint(text):
        from feedreader.mathtext import to_unicode

        text = to_unicode(text)
    return safe(text)


def row_title(head: Head) -> tuple[str, bool]:
    """The title a row leads with, and whether it is a stand-in: `arXiv:1904.09925 · Convolutional networks have…`"""
    if head.title:
        return shown(head.title), False
    return stand_in(head.arxiv_id, head.opening), True


def stand_in(arxiv_id: str | None, opening: str | None) -> str:
    """What stands for a title where no source gives one."""
    parts = [f"arXiv:{arxiv_id}"] if arxiv_id else []
    if opening:
        parts.append(shown(opening))
    return safe(" · ".join(parts)) or NAMELESS


def surname(author: str) -> str:
    """`van den Oord` of "Aäron van den Oord"; a collaboration keeps its whole name."""
    name = shown(author).strip()
    family, comma, _ = name.partition(",")
    if comma and family.strip():
        return family.strip()
    words = name.split()
    while len(words) > 1 and words[-1].rstrip(".").lower() in _SUFFIXES:
        words.pop()
    if len(words) < 2 or words[-1].lower() in _BODIES:
        return " ".join(words)
    first = len(words) - 1
    while first and words[first - 1] in _PARTICLES:
        first -= 1
    return " ".join(words[first:])


def short_authors(authors: Sequence[str], width: int, measure: Measure = len) -> str:
    """As many surnames as fit: `Oh, Dekel, …`"""
    if not authors or width < 4:
        return ""
    text = surname(authors[0])
    more = f", {ELLIPSIS}"
    for place, author in enumerate(authors[1:], 2):
        longer = f"{text}, {surname(author)}"
        if measure(longer) + (len(more) if place < len(authors) else 0) > width:
            return (
                clip(text + more, width, measure) if measure(text) + len(more) <= width else clip(text, width, measure)
            )
        text = longer
    return clip(text, width, measure)


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
    """The end of the text, with an ellipsis before it: for paths, whose end tells most."""
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
    """The text in lines no wider than `width`; a word that is wider is cut. Paragraphs stand apart by an empty line."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, used = "", 0
        for word in paragraph.split():
            size = len(word) if word.isascii() else measure(word)
            if line and used + 1 + size <= width:
                line += " " + word
                used += 1 + size
                continue
            if line:
                lines.append(line)
            while size > width:
                start = _fitting(word, width, measure) or word[0]
                lines.append(start)
                word = word[len(start) :]
                size = measure(word)
            line, used = word, size
        if line or not paragraph:
            lines.append(line)
    return lines


def quoted(title: str) -> str:
    """A title within a sentence."""
    return f"“{clip(title, 60)}”"
