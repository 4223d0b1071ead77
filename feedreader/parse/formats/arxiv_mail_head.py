"""The head of arXiv's mailings: on which day they announced their papers, and what they are called. PURE.

The day that counts is the one after the last on which the mailing received papers, at weekends the Monday. (It goes
out at 20:00 in New York; by GMT, and on arXiv's own pages, that is the next day.) If the mail itself is dated up to
five days later, the day between was a holiday. A mail without "received from … to …" tells by its own date.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

from feedreader.parse.layout.dates import read_date
from feedreader.text.lines import squash

HEAD = re.compile(
    r"(?:date|sent|subject|received|from|to|cc|reply-to|message-id|return-path|mime-version|(?:content|list|x)-[a-z-]+):\s|"
    r"from \S+@|-+ ?(?:forwarded|original) message|begin forwarded|send any comments|archives at |to unsubscribe|"
    r"submissions to:|received from |papers received|\(to retrieve|get \d|for (?:general|subscribe|help)|"
    r"keyword subject|e-mail to:|.{0,200}\bmailing\b",
    re.IGNORECASE,
)
_MAIL_DATE = re.compile(r"(?:date|sent):\s*(.{8,80})\Z", re.IGNORECASE)
_SUBJECT = re.compile(r"subject:\s*(?:(?:fwd?|re|aw|wg):\s*)*(.+)\Z", re.IGNORECASE)
_RECEIVED = re.compile(r"received from\s+(.{8,60}?)\s+to\s+(.{8,60})\Z", re.IGNORECASE)
LISTING = re.compile(r"received from |papers received|\bdaily\b.{0,40}\bmailing\b|submissions to:", re.IGNORECASE)


def moment_of(text: str) -> datetime | None:
    """The moment that a date in the form of e-mail states; aware if it has its zone."""
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _day_by_gmt(text: str) -> date | None:
    moment = moment_of(text)
    try:
        return (moment.astimezone(UTC) if moment.tzinfo else moment).date() if moment else read_date(text)
    except OverflowError:
        return None


def announcement_day(head: Sequence[str]) -> date | None:
    """The day on which a mailing announced its papers, as its head tells (see the top), or None."""
    windows = [match for line in head if (match := _RECEIVED.search(line))]
    dated = [day for line in head if (match := _MAIL_DATE.match(line)) and (day := _day_by_gmt(match[1]))]
    end = read_date(windows[-1][2]) if windows else None
    if end is None or end > date(9990, 1, 1):
        return dated[-1] if dated else None
    due = end + timedelta(days=7 - end.weekday() if end.weekday() > 3 else 1)
    if any(timedelta(days=-1) <= day - due <= timedelta(0) for day in dated):
        return due
    return min((day for day in dated if timedelta(0) < day - due <= timedelta(days=5)), default=due)


def title_of_mailing(head: Sequence[str]) -> str | None:
    """What the mail is about: its subject, else the archives it lists."""
    for line in head:
        if match := _SUBJECT.match(line):
            return squash(match[1])
    try:
        first = next(i for i, line in enumerate(head) if line.lower().startswith("submissions to:")) + 1
    except StopIteration:
        return None
    names: list[str] = []
    for line in head[first:]:
        if HEAD.match(line) or not line[0].isalpha():
            break
        names.append(squash(line))
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "") if names else None
