"""The way back from jumps."""

from __future__ import annotations

from feedreader.model import Query
from feedreader.tui.history import FeedSnapshot, NavigationHistory
from feedreader.view.day_feed import DayFeed
from feedreader.view.scroll import Top

FEED = DayFeed()


def shown(query: str, row: int | None = 0) -> FeedSnapshot:
    return FeedSnapshot(query, Query(), FEED, row, Top(), None)


def test_back_leads_from_jump_to_jump() -> None:
    history = NavigationHistory()
    history.add(shown(""), "a")
    history.add(shown("a"), "b")
    assert history.leads_back("b") and not history.leads_back("a")
    assert history.back("b") == shown("a") and history.back("a") == shown("")
    assert history.back("") is None


def test_jumps_by_the_same_key_lead_back_to_where_they_began() -> None:
    history = NavigationHistory()
    for before, after in (("", "1"), ("1", "2"), ("2", "3")):
        history.add(shown(before), after, by="saved search")
    assert history.back("3") == shown("") and history.back("") is None


def test_another_query_ends_the_way_back() -> None:
    history = NavigationHistory()
    history.add(shown(""), "a")
    assert history.back("typed") is None
    history.add(shown("typed"), "b")
    assert history.back("b") == shown("typed") and history.back("typed") is None


def test_nowhere_is_no_place_to_go_back_to() -> None:
    history = NavigationHistory()
    history.add(shown("", row=None), "a")
    assert not history.leads_back("a")
    history.add(shown(""), "a")
    history.clear()
    assert history.back("a") is None
