"""The status of subscriptions in words: for the top line, for a hint at the start, and line by line.

Pure. Times are told in the zone of `now`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from feedreader.arxiv.calendar import missing_days, state_of
from feedreader.errors import hide_passwords
from feedreader.model import Subscription
from feedreader.text.display import Measure, clip, counted, fill, safe, short_day

Piece = tuple[str, str]  # a look and its text

_SIGNS = {"fresh": "✓", "quiet": "–", "waiting": "…", "stale": "!", "failed": "✗", "new": "+", "paused": "‖"}
_SIGN_LOOKS = {"failed": "fault", "paused": "quiet", "quiet": "quiet", "new": "key", "stale": "key", "waiting": "key"}
_BAR = 6  # cells
_LEAST_ADDRESS = 12  # cells
_STATUS_WIDTH = max(map(len, ("waiting", "paused", "failed")))


def status_of(subscription: Subscription, now: datetime) -> str:
    """paused, new (not asked yet), or its state: fresh, waiting, quiet, stale, failed."""
    if subscription.paused:
        return "paused"
    state = state_of(subscription, now)
    return state if subscription.last_success or state == "failed" else "new"


def missing(subscription: Subscription, now: datetime) -> Sequence[date]:
    """The days that were missed; a feed has none."""
    return missing_days(subscription, now) if subscription.kind == "arxiv" else ()


def top_line(
    subscriptions: Sequence[Subscription], now: datetime, backfill: str = "B", refresh: str = "r"
) -> tuple[str, ...]:
    """`cs.LG cs.CL … ✓ today`, or what is wrong, each thing said once; then shorter ways to say it. `backfill` and
    `refresh` are the keys that help."""
    active = [subscription for subscription in subscriptions if not subscription.paused]
    if not active:
        return ()
    failed = [each for each in active if status_of(each, now) == "failed"]
    unasked = [each for each in active if status_of(each, now) == "new"]
    gaps = missing_hint(active, now)
    if not failed and not gaps and not unasked:
        names = [safe(subscription.name) for subscription in active]
        times = [subscription.last_success for subscription in active if subscription.last_success]
        when = f"✓ {day_of(min(times), now)}" if times else "✓"
        few = " ".join(names[:2]) + (" …" if len(names) > 2 else "")
        return tuple(dict.fromkeys((f"{' '.join(names[:4])}{' …' * (len(names) > 4)} {when}", f"{few} {when}", when)))
    long, short = [], []
    if failed:
        long.append(f"{_who(failed)} failed")
        short.append(f"{len(failed):,} failed")
    if gaps:
        long.append(f"{gaps} · {backfill} to fetch them")
        short.append(f"missed days · {backfill} to fetch")
    if unasked:
        long.append(f"{_who(unasked)} not fetched yet · {refresh} to refresh")
        short.append(f"{refresh} to refresh")
    return " · ".join(long), " · ".join(short), short[0]


def _who(subscriptions: Sequence[Subscription]) -> str:
    """`cs.LG`, `2 subscriptions`"""
    if len(subscriptions) == 1:
        return clip(safe(subscriptions[0].name), 24)
    return counted(len(subscriptions), "subscription")


def progress(done: int, total: int, activity: str, stop: str = "esc") -> str:
    """`━━━━╌╌ 2 of 3 · cs.LG · esc stops`; `stop` is the key for it, "" leaves it out."""
    full = _BAR * min(done, total) // total if total else 0
    stops = f" · {stop} stops" if stop else ""
    return f"{'━' * full}{'╌' * (_BAR - full)} {done} of {total} · {clip(safe(activity), 30)}{stops}"


def missing_hint(subscriptions: Sequence[Subscription], now: datetime) -> str:
    """`cs.LG missed 3 days`, `8 subscriptions have missed days`; "" when none have."""
    gaps = [(each, len(days)) for each in subscriptions if not each.paused and (days := missing(each, now))]
    if not gaps:
        return ""
    first, missed = gaps[0]
    many = f"{_who([each for each, _ in gaps])} have missed days"
    return many if len(gaps) > 1 else f"{_who([first])} missed {counted(missed, 'day')}"


def due(times: Iterable[time], since: datetime, now: datetime) -> bool:
    """Whether one of these times of the day has come since; all of it is local time."""
    if now - since >= timedelta(days=1):
        return any(True for _ in times)
    days = {since.date(), now.date()}
    return any(since < datetime.combine(day, at_time, now.tzinfo) <= now for at_time in times for day in days)


def unfetched(subscription: Subscription) -> str:
    """What is said of one that was never fetched with success: it may have brought papers before it broke off."""
    return "never fetched completely" if subscription.last_news else "never fetched"


def ago(then: datetime, now: datetime) -> str:
    """`5 min ago`, `2 h ago`, `yesterday`, `Tue 17 Nov`"""
    passed = now - then
    if passed < timedelta(minutes=1):
        return "just now"
    if passed < timedelta(hours=1):
        return f"{passed // timedelta(minutes=1)} min ago"
    if passed < timedelta(hours=12) or then.astimezone(now.tzinfo).date() == now.date():
        return f"{passed // timedelta(hours=1)} h ago"
    return day_of(then, now)


def day_of(then: datetime, now: datetime) -> str:
    """`today`, `yesterday`, `Tue 17 Nov`"""
    days = (now.date() - then.astimezone(now.tzinfo).date()).days
    return ("today", "yesterday")[days] if days in (0, 1) else _day(then, now)


def at(then: datetime, now: datetime) -> str:
    """`14:30` of today, `Tue 17 Nov 14:30` of another day."""
    local = then.astimezone(now.tzinfo)
    return f"{local:%H:%M}" if local.date() == now.date() else f"{_day(then, now)} {local:%H:%M}"


def _day(then: datetime, now: datetime) -> str:
    return short_day(then.astimezone(now.tzinfo).date()).removesuffix(f" {now.year}")


def lines(
    subscriptions: Sequence[Subscription],
    allowed: Mapping[int, datetime],
    now: datetime,
    width: int,
    measure: Measure = len,
) -> list[list[list[Piece]]]:
    """The lines of each subscription: its name, status, times and address; below, since when and why one fails.

    `allowed` says, by source, when a server wants to be asked again.
    """
    times = [_times(subscription, allowed.get(subscription.source), now) for subscription in subscriptions]
    names = [(f"{safe(each.folder)} / " if each.folder else "", safe(each.name)) for each in subscriptions]
    longest = max((measure(folder + name) for folder, name in names), default=0)
    times_width = max((measure("".join(text for _, text in pieces)) for pieces in times), default=0)
    name_width = max(12, min(longest, width - 3 - 2 - _STATUS_WIDTH - 2 - times_width, width // 2))
    blocks = []
    for subscription, (folder, name), pieces in zip(subscriptions, names, times, strict=True):
        folder_width = name_width - min(measure(name), 12)
        folder = folder if measure(folder) <= folder_width else clip(folder, max(0, folder_width), measure)
        name = fill(name, name_width - measure(folder), measure)
        block = [[*_status_and_name(subscription, now, folder, name), *pieces]]
        room = width - sum(measure(text) for _, text in block[0]) - 3
        if subscription.kind != "arxiv" and room >= _LEAST_ADDRESS:
            address = safe(hide_passwords(subscription.target))
            block[0].append(("quiet", f" · {clip(address.partition('://')[2] or address, room, measure)}"))
        if subscription.error and subscription.failing_since and not subscription.paused:
            why = f"since {at(subscription.failing_since, now)}: {safe(hide_passwords(subscription.error))}"
            block.append([("quiet", f"   {clip(why, width - 3, measure)}")])
        blocks.append(block)
    return blocks


def _status_and_name(subscription: Subscription, now: datetime, folder: str, name: str) -> list[Piece]:
    status = status_of(subscription, now)
    sign_look = _SIGN_LOOKS.get(status, "text")
    return [
        (sign_look, f" {_SIGNS[status]} "),
        ("quiet", folder),
        ("quiet" if subscription.paused else "text", name),
        ("text" if sign_look == "key" else sign_look, f"  {status:<{_STATUS_WIDTH}}  "),
    ]


def _times(subscription: Subscription, allowed: datetime | None, now: datetime) -> list[Piece]:
    """The times of a line; what comes last is cut first."""
    pieces = [("quiet", ago(subscription.last_success, now) if subscription.last_success else unfetched(subscription))]
    if days := missing(subscription, now):
        pieces += [("quiet", " · "), ("key", f"{counted(len(days), 'day')} missing")]
    if allowed and allowed > now and not subscription.paused:
        pieces.append(("quiet", f" · next {at(allowed, now)}"))
    return pieces
