"""Times of the day at which to refresh."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from feedreader.view.subscriptions import due


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "now", "expected"),
    [
        ("21 07:29:50", "21 07:30:00", True),
        ("21 07:30:00", "21 07:30:10", False),
        ("21 07:30:10", "21 18:00:01", True),
        ("21 18:00:01", "22 07:29:00", False),
        ("21 23:00:00", "22 07:31:00", True),
        ("21 07:31:00", "22 07:31:00", True),
        ("21 07:31:00", "21 07:20:00", False),
    ],
)
def test_it_is_due_once_and_late_after_a_sleep(since: str, now: str, expected: bool) -> None:
    assert due([time(7, 30), time(18)], at(since), at(now)) is expected


def test_without_times_it_is_never_due() -> None:
    assert not due([], at("01 00:00:00"), at("21 00:00:00"))
