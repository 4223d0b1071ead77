"""Days as a query names them: `2019`, `2019-05`, `2019-05-09`, `today`, `7d`, and from one to another. Pure.

A span stays a text until it is known which day today is.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
_BACK = re.compile(r"([0-9]{1,5})([dw])")
_NAMED = {"today": 0, "yesterday": 1}
_BEGUN = re.compile(r"[0-9]{0,3}|[0-9]{4}-(?:[0-9]{1,2}-)?|[0-9]+")

Bounds = tuple[date | None, date | None]


def bounds(span: str, today: date) -> Bounds:
    """The first and the last day of a span, both included; None where it is open. Raises ValueError, saying why."""
    if ".." not in span:
        return _point(span, today)
    start, _, end = span.partition("..")
    if not start and not end:
        raise ValueError("A day is missing.")
    first = _point(start, today)[0] if start else None
    last = (_point(end, today)[1] or _point(end, today)[0]) if end else None
    if first and last and first > last:
        raise ValueError(f"“{span}” ends before it starts.")
    return first, last


def _point(text: str, today: date) -> Bounds:
    """The days that one name stands for. `7d` is today and the six days before it, and what is dated ahead."""
    if text in _NAMED:
        day = today - timedelta(days=_NAMED[text])
        return day, day
    if back := _BACK.fullmatch(text):
        days = int(back[1]) * (7 if back[2] == "w" else 1)
        if not days:
            raise ValueError(f"“{text}” is not a valid date.")
        return (today - timedelta(days=days - 1) if days < today.toordinal() else date.min), None
    if (match := _DATE.fullmatch(text)) is None:
        raise ValueError(f"“{text}” is not a valid date.")
    year, month, day_of_month = (int(part) if part else None for part in match.groups())
    try:
        first = date(year or 0, month or 1, day_of_month or 1)
        if day_of_month:
            return first, first
        last_month = month or 12
        return first, date(first.year, last_month, monthrange(first.year, last_month)[1])
    except ValueError:
        raise ValueError(f"“{text}” is not a valid date.") from None


def normal(span: str) -> str:
    """A span as it is written: lower case, two dots."""
    return re.sub(r"…|\.{2,}", "..", span.strip().lower())


def may_become_one(text: str) -> bool:
    """Whether what is still to be typed could make a span of it."""
    end = text.rpartition("..")[2]
    return bool(_BEGUN.fullmatch(end)) or any(name.startswith(end) for name in _NAMED)
