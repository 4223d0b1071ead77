"""What is said of subscriptions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from feedreader.model import Subscription
from feedreader.view.subscriptions import ago, at, lines, missing_hint, progress, top_line

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=timezone(timedelta(hours=-5)))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def subscription(name: str, **more: object) -> Subscription:
    defaults: dict[str, object] = {
        "source": hash(name) % 1000,
        "kind": "arxiv",
        "target": name,
        "added_at": NOW - 9 * DAY,
        "last_success": NOW - 2 * HOUR,
        "days": (date(2026, 11, 19), date(2026, 11, 20)),
    }
    return Subscription(name=name, **{**defaults, **more})  # type: ignore[arg-type]


FRESH, GAP = subscription("cs.LG"), subscription("cs.CL", days=(date(2026, 11, 17), date(2026, 11, 20)))
FAILING = subscription(
    "Garden", kind="feed", days=(), failing_since=NOW - 3 * DAY, error="It answered 410. \x1b[31mred"
)
PAUSED, NEW = subscription("hep-ph", paused=True), subscription("math.AG", last_success=None, days=(), folder="Science")


def text(*subscriptions: Subscription, width: int = 90, allowed: datetime | None = None) -> list[str]:
    waits = {subscription.source: allowed for subscription in subscriptions} if allowed else {}
    blocks = lines(subscriptions, waits, NOW, width)
    return ["".join(piece for _, piece in line) for block in blocks for line in block]


def test_the_top_line() -> None:
    other = subscription("cs.CL", last_success=NOW - DAY)
    assert top_line([FRESH], NOW) == ("cs.LG ✓ today", "✓ today")
    assert top_line([FRESH, other, PAUSED], NOW) == ("cs.LG cs.CL ✓ yesterday", "✓ yesterday"), "the latest of all"
    assert top_line([FRESH] * 7, NOW)[:2] == ("cs.LG cs.LG cs.LG cs.LG … ✓ today", "cs.LG cs.LG … ✓ today")
    assert top_line([PAUSED], NOW) == top_line([], NOW) == ()


def test_the_top_line_says_each_trouble_once() -> None:
    assert top_line([FRESH, *[GAP] * 8], NOW, "B") == (
        "8 subscriptions have missed days · B to fetch them",
        "missed days · B to fetch",
        "missed days · B to fetch",
    )
    assert top_line([FRESH, GAP, FAILING], NOW, "F5")[:2] == (
        "Garden failed · cs.CL missed 2 days · F5 to fetch them",
        "1 failed · missed days · F5 to fetch",
    )
    assert top_line([NEW, FRESH], NOW)[0] == "math.AG not fetched yet · r to refresh"
    assert all("\x1b" not in words for words in top_line([subscription("a\x1b[31m", days=GAP.days)], NOW))


def test_the_hint_of_missing_days() -> None:
    assert missing_hint([FRESH, FAILING], NOW) == ""
    assert missing_hint([FRESH, GAP], NOW) == "cs.CL missed 2 days"
    assert missing_hint([FRESH, subscription("q-bio", days=(date(2026, 11, 18), *FRESH.days))], NOW) == ""
    assert missing_hint([GAP, GAP, GAP], NOW) == "3 subscriptions have missed days"


def test_a_line_says_state_and_times() -> None:
    fresh, gap, paused, new = text(FRESH, GAP, PAUSED, NEW)
    assert fresh.split() == ["✓", "cs.LG", "fresh", "2", "h", "ago"]
    assert gap.endswith("2 h ago · 2 days missing")
    assert "paused" in paused and "Science / math.AG" in new and new.endswith("never fetched")
    assert text(replace(NEW, last_news=NOW))[0].endswith("never fetched completely")
    assert text(FRESH, allowed=NOW + 2 * HOUR)[0].endswith("2 h ago · next 12:00")
    assert "next" not in text(FRESH, allowed=NOW - HOUR)[0]


def test_a_failure_says_since_when_and_why() -> None:
    line, why = text(FAILING)
    assert "failed" in line
    assert why.strip() == "since Tue 17 Nov 10:00: It answered 410. [31mred"


@pytest.mark.parametrize("width", [52, 70, 95])
def test_names_are_cut_before_what_is_said_of_them(width: int) -> None:
    long = subscription(
        "A Journal of a Very Long Name, and Then Some More of It", folder="Science/Physics/High Energies"
    )
    shown = text(long, FAILING, GAP, width=width)
    assert all(len(line.rstrip()) <= width for line in shown)
    assert "…" in shown[0] and shown[0].rstrip().endswith("2 h ago")
    assert len({line.index("fresh") for line in shown if "fresh" in line}) == 1


@pytest.mark.parametrize(
    ("kind", "target", "said"),
    [
        ("mail", "/home/ada/Mail/alerts", "/home/ada/Mail/alerts"),
        ("feed", "https://ada:secret@example.org/feed?token=abc", "***@example.org/feed?token=***"),
        ("feed", "https://example.org/\x1b[31mred", "example.org/"),
    ],
)
def test_where_there_is_room_it_says_where_from(kind: str, target: str, said: str) -> None:
    known = replace(FRESH, kind=kind, target=target)
    (line,) = text(known)
    assert f" · {said}" in line and "secret" not in line and "\x1b" not in line
    (narrow,) = text(known, width=40)
    assert said not in narrow and len(narrow) <= 40
    (middling,) = text(known, width=50)
    assert len(middling) <= 50


def test_times_are_told_as_one_would() -> None:
    assert [ago(NOW - passed, NOW) for passed in (timedelta(0), 5 * HOUR / 60, 3 * HOUR, 20 * HOUR, 3 * DAY)] == [
        "just now",
        "5 min ago",
        "3 h ago",
        "yesterday",
        "Tue 17 Nov",
    ]
    assert ago(NOW - 400 * DAY, NOW) == "Thu 16 Oct 2025"
    assert at(datetime(2026, 11, 20, 18, 5, tzinfo=UTC), NOW) == "13:05"
    assert at(NOW + DAY, NOW) == "Sat 21 Nov 10:00"


def test_progress() -> None:
    assert progress(2, 3, "cs.LG\x1b") == "━━━━╌╌ 2 of 3 · cs.LG · esc stops"
    assert progress(2, 3, "cs.LG", "") == "━━━━╌╌ 2 of 3 · cs.LG"
    assert progress(0, 0, "x").startswith("╌╌╌╌╌╌ 0 of 0")
