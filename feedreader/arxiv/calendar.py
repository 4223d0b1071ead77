"""When arXiv announces: which batch is due, and in which one a submission stands. Pure.

Eastern time. The feed is renewed at midnight, Monday to Friday. What was submitted up to 14:00 on Monday
(from Friday 14:00), Tuesday, Wednesday, Thursday stands in the feed of Tuesday, Wednesday, Thursday,
Friday; Thursday 14:00 to Friday 14:00 in Monday's. Moderation makes it inexact, holidays are not known.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from feedreader.model import Subscription

EASTERN = ZoneInfo("America/New_York")
CUTOFF = time(14)
WAITING = timedelta(hours=12)  # for as long a batch that is due is merely late
_DAY = timedelta(days=1)


def announcement_day(submitted: datetime) -> date:
    """The day whose feed contains a submission, from its (aware) time."""
    local = submitted.astimezone(EASTERN)
    cutoff = local.date() if local.time() < CUTOFF else local.date() + _DAY
    while cutoff.weekday() > 4:
        cutoff += _DAY
    return _next_weekday(cutoff)


def _next_weekday(day: date) -> date:
    day += _DAY
    while day.weekday() > 4:
        day += _DAY
    return day


def due_day(now: datetime) -> date:
    """The day of the batch that should be in the feed at this (aware) time."""
    day = now.astimezone(EASTERN).date()
    while day.weekday() > 4:
        day -= _DAY
    return day


def due_since(now: datetime) -> datetime:
    """When the batch that is due now was due."""
    return datetime.combine(due_day(now), time(), EASTERN)


def days_between(first: date, last: date) -> Iterator[date]:
    """The announcement days from one to another, both included."""
    day = first
    while day <= last:
        if day.weekday() < 5:
            yield day
        day += _DAY


def submissions_of(day: date) -> tuple[datetime, datetime]:
    """The (aware) times between which the submissions of a batch were made: from, and up to."""
    end = day - _DAY
    while end.weekday() > 4:
        end -= _DAY
    start = end - _DAY
    while start.weekday() > 4:
        start -= _DAY
    return datetime.combine(start, CUTOFF, EASTERN), datetime.combine(end, CUTOFF, EASTERN)


def state_of(subscription: Subscription, now: datetime) -> str:
    """A subscription's state: fresh, waiting, quiet, stale or failed.

    The calendar says what is due; whether it is here is judged by papers not seen before, since the
    dates in a feed may lag behind what it holds, or run ahead of it.
    """
    if subscription.failing_since:
        return "failed"
    if subscription.kind != "arxiv":
        return "quiet" if subscription.empty else "fresh"
    if now.astimezone(EASTERN).weekday() > 4:
        return "quiet"
    since = due_since(now)
    dated = bool(subscription.days) and subscription.days[-1] >= due_day(now)
    unseen = bool(subscription.last_news and subscription.last_news >= since > subscription.added_at)
    if dated or unseen:
        return "fresh"
    if subscription.empty:
        return "quiet"
    return "waiting" if now - since < WAITING else "stale"


def missing_days(subscription: Subscription, now: datetime) -> tuple[date, ...]:
    """The announcement days since the first one had that the library has not, but for the one that is due."""
    if not subscription.days:
        return ()
    last = due_day(now)
    if now.astimezone(EASTERN).weekday() < 5:
        last -= _DAY
    had = set(subscription.days)
    return tuple(day for day in days_between(subscription.days[0], last) if day not in had)
