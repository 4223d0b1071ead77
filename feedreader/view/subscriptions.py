"""How what is followed stands, in words: for the top line, for a hint at the start, and line by line.

Pure. Times are told in the zone of `now`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from feedreader.arxiv.calendar import missing_days, state_of
from feedreader.model import Subscription
from feedreader.text.display import Measure, clip, counted, fill, safe, short_day

Piece = tuple[str, str]  # a look and its text

MARKS = {"fresh": "✓", "quiet": "–", "waiting": "…", "stale": "late", "failed": "✗", "new": "new"}
_SIGNS = {**MARKS, "stale": "!", "new": "+", "paused": "‖"}
_BAR = 6  # cells
_STATE_WIDTH = max(map(len, ("waiting", "paused", "failed")))


def status_of(one: Subscription, now: datetime) -> str:
    """paused, new (not asked yet), or its state: fresh, waiting, quiet, stale, failed."""
    if one.paused:
        return "paused"
    state = state_of(one, now)
    return state if one.last_success or state == "failed" else "new"


def missing(one: Subscription, now: datetime) -> Sequence[date]:
    """The days that were missed; a feed has none."""
    return missing_days(one, now) if one.kind == "arxiv" else ()


def top_line(subscriptions: Sequence[Subscription], now: datetime) -> tuple[str, ...]:
    """`cs.LG ✓  hep-ph … 2 missing`, or, of many, only those that are not well; then shorter ways to say it."""
    words = []
    for one in subscriptions:
        if not one.paused:
            days = len(missing(one, now))
            words.append(f"{safe(one.name)} {MARKS[status_of(one, now)]}" + (f" {days:,} missing" if days else ""))
    if not words:
        return ()
    wrong = [word for word in words if not word.endswith(("✓", "–"))]
    few = "  ".join(words[:3])
    many = "  ".join([f"{len(words)} followed", *wrong[:2]]) + (" …" if len(wrong) > 2 else "")
    failed = sum(status_of(one, now) == "failed" for one in subscriptions if not one.paused)
    days = len({day for one in subscriptions if not one.paused for day in missing(one, now)})
    short = " · ".join(
        [*([f"{failed} failed"] if failed else []), *([f"{counted(days, 'day')} missing"] if days else [])]
    )
    return tuple(filter(None, (few if len(words) <= 3 else many, short)))


def progress(done: int, total: int, what: str, stop: str = "esc") -> str:
    """`━━━━╌╌ 2 of 3 · esc stops · cs.LG`; `stop` is the key for it."""
    full = _BAR * min(done, total) // total if total else 0
    return f"{'━' * full}{'╌' * (_BAR - full)} {done} of {total} · {stop} stops · {safe(what)}"


def missing_hint(subscriptions: Sequence[Subscription], now: datetime) -> str:
    """`3 days of cs.LG missing`; "" when none are."""
    gaps = [(one, len(days)) for one in subscriptions if not one.paused and (days := missing(one, now))]
    if not gaps:
        return ""
    if len(gaps) == 1:
        return f"{counted(gaps[0][1], 'day')} of {safe(gaps[0][0].name)} missing"
    if len(gaps) == 2:
        return " and ".join(f"{counted(number, 'day')} of {safe(one.name)}" for one, number in gaps) + " missing"
    return f"Days of {len(gaps)} subscriptions missing"


def due(times: Iterable[time], since: datetime, now: datetime) -> bool:
    """Whether one of these times of the day has come since; all of it is local time."""
    if now - since >= timedelta(days=1):
        return any(True for _ in times)
    days = {since.date(), now.date()}
    return any(since < datetime.combine(day, one, now.tzinfo) <= now for one in times for day in days)


def ago(then: datetime, now: datetime) -> str:
    """`5 min ago`, `2 h ago`, `yesterday`, `Tue 17 Nov`"""
    passed = now - then
    if passed < timedelta(minutes=1):
        return "just now"
    if passed < timedelta(hours=1):
        return f"{passed // timedelta(minutes=1)} min ago"
    if passed < timedelta(hours=12) or then.astimezone(now.tzinfo).date() == now.date():
        return f"{passed // timedelta(hours=1)} h ago"
    return "yesterday" if then.astimezone(now.tzinfo).date() == now.date() - timedelta(days=1) else _day(then, now)


def at(then: datetime, now: datetime) -> str:
    """`14:30` of today, `Tue 17 Nov 14:30` of another day."""
    local = then.astimezone(now.tzinfo)
    return f"{local:%H:%M}" if local.date() == now.date() else f"{_day(then, now)} {local:%H:%M}"


def _day(then: datetime, now: datetime) -> str:
    return short_day(then.astimezone(now.tzinfo), now.year)


def lines(
    subscriptions: Sequence[Subscription],
    allowed: Mapping[int, datetime],
    now: datetime,
    width: int,
    measure: Measure = len,
) -> list[list[list[Piece]]]:
    """The lines of each subscription: its name, state and times; of one that fails, below, since when and why.

    `allowed` says, by source, when a server wants to be asked again.
    """
    states = [status_of(one, now) for one in subscriptions]
    tails = [_tail(one, allowed.get(one.source), now) for one in subscriptions]
    names = [(f"{safe(one.folder)} / " if one.folder else "", safe(one.name)) for one in subscriptions]
    longest = max((measure(folder + name) for folder, name in names), default=0)
    tail_width = max((measure("".join(text for _, text in tail)) for tail in tails), default=0)
    name_width = max(12, min(longest, width - 3 - 2 - _STATE_WIDTH - 2 - tail_width, width // 2))
    result = []
    for one, state, tail, (folder, name) in zip(subscriptions, states, tails, names, strict=True):
        if measure(folder) > name_width - min(measure(name), 12):
            folder = clip(folder, max(0, name_width - min(measure(name), 12)), measure)
        look = "fault" if state == "failed" else "quiet" if state in ("paused", "quiet") else "text"
        line = [
            (
                "fault" if state == "failed" else "key" if state in ("new", "stale", "waiting") else look,
                f" {_SIGNS[state]} ",
            ),
            ("quiet", folder),
            ("quiet" if one.paused else "text", fill(name, name_width - measure(folder), measure)),
            (look, f"  {state:<{_STATE_WIDTH}}  "),
            *tail,
        ]
        result.append([line])
        if one.error and one.failing_since and not one.paused:
            why = clip(f"since {at(one.failing_since, now)}: {safe(one.error)}", width - 3, measure)
            result[-1].append([("quiet", f"   {why}")])
    return result


def _tail(one: Subscription, allowed: datetime | None, now: datetime) -> list[Piece]:
    """The times of a line; what comes last is cut first."""
    pieces = [("quiet", ago(one.last_success, now) if one.last_success else "never fetched")]
    if days := missing(one, now):
        pieces += [("quiet", " · "), ("key", f"{counted(len(days), 'day')} missing")]
    if allowed and allowed > now and not one.paused:
        pieces.append(("quiet", f" · next {at(allowed, now)}"))
    return pieces
