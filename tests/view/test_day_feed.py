"""Rows of the feed: places, pages, counts, and the next unread paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar

from hypothesis import given
from hypothesis import strategies as st

from feedreader.model import UNMARKED, Changed, Group, Marks, PaperSummary
from feedreader.view.day_feed import PAGE, PAPERS_KEPT, DayFeed, Page, PageRequest, Place

FIRST = date(2019, 5, 23)
Feed = TypeVar("Feed", bound=DayFeed)


def groups(*totals: int) -> list[Group]:
    return [Group(10 + n, FIRST - timedelta(days=n), None, total, total, 0) for n, total in enumerate(totals)]


def summary(key: int, group: int, *, read: bool = False) -> PaperSummary:
    return PaperSummary(key, str(key), group, f"Paper {key}", (), None, None, Marks(read=read))


def key_at(group: int, position: int) -> int:
    return group * 1_000_000 + position


def answer(request: PageRequest, read: Sequence[int] = ()) -> Page:
    keys = request.keys or tuple(key_at(request.key, request.offset + place) for place in range(request.limit))
    return Page(request, keys, {key: summary(key, request.key, read=key in read) for key in keys})


def loaded(feed: Feed, read: Sequence[int] = ()) -> Feed:
    for request in feed.requests(0, feed.rows):
        feed.put(answer(request, read))
    return feed


totals = st.lists(st.integers(1, 200), min_size=1, max_size=20)


@given(totals)
def test_every_row_has_one_place_and_back(totals: list[int]) -> None:
    feed = DayFeed(groups(*totals))
    assert feed.rows == sum(totals) + len(totals)
    assert feed.papers == sum(totals)
    places = [feed.place(row) for row in range(feed.rows)]
    assert [feed.row(*place) for place in places] == list(range(feed.rows))
    assert places == [Place(g, p) for g, total in enumerate(totals) for p in range(-1, total)]


@given(totals, st.data())
def test_steps_count_papers_and_end_at_the_ends(totals: list[int], data: st.DataObject) -> None:
    feed = DayFeed(groups(*totals))
    rows = [row for row in range(feed.rows) if feed.place(row).position >= 0]
    at = data.draw(st.integers(0, len(rows) - 1))
    step = data.draw(st.integers(-300, 300))
    assert feed.step(rows[at], step) == rows[max(0, min(len(rows) - 1, at + step))]
    header = data.draw(st.sampled_from([row for row in range(feed.rows) if feed.place(row).position < 0]))
    assert feed.step(header, 1) == header + 1
    assert feed.step(header, -1) == max(1, header - 1)
    assert feed.nearest(header) == header + 1
    assert feed.nearest(rows[at]) == rows[at]


@given(totals, st.data())
def test_wanted_pages_hold_exactly_the_rows_asked_for(totals: list[int], data: st.DataObject) -> None:
    feed = DayFeed(groups(*totals))
    first = data.draw(st.integers(-5, feed.rows))
    last = data.draw(st.integers(first, feed.rows + 5))
    requests = feed.requests(first, last)
    assert all(request.limit <= PAGE for request in requests)
    for request in requests:
        feed.put(answer(request))
    for row in range(max(0, first), min(feed.rows, last + 1)):
        index, position = feed.place(row)
        if position >= 0:
            assert feed.key(row) == key_at(feed.groups[index].key, position)
            assert feed.row_of(feed.key(row) or 0) == row
    assert feed.requests(first, last) == ()


def test_a_row_whose_page_is_not_here_has_no_key_and_is_not_gone() -> None:
    feed = DayFeed(groups(3))
    assert feed.key(1) is None and feed.summary(1) is None and not feed.gone(1)
    (request,) = feed.requests(0, 3)
    page = answer(request)
    feed.put(page._replace(summaries={key: page.summaries[key] for key in page.keys[1:]}))
    assert feed.gone(1) and not feed.gone(2)


def test_old_pages_go_when_there_are_many() -> None:
    feed = DayFeed(groups(PAPERS_KEPT * 3))
    for row in range(1, feed.rows, PAGE):
        for request in feed.requests(row, row):
            feed.put(answer(request))
    assert feed.key(1) is None
    assert feed.key(feed.rows - 1) is not None
    assert feed.row_of(key_at(10, 0)) is None


def test_groups_are_gone_through() -> None:
    feed = DayFeed(groups(2, 3, 1))
    assert feed.next_group(1, 1) == 4
    assert feed.next_group(5, 1) == 8
    assert feed.next_group(8, 1) == 8
    assert feed.next_group(6, -1) == 4
    assert feed.next_group(4, -1) == 1
    assert feed.next_group(1, -1) == 1
    assert feed.index_of(11) == 1
    assert feed.index_of(99) is None
    assert feed.row_of_place(11, 2) == 6
    assert feed.row_of_place(11, 9) == 6
    assert feed.row_of_place(99, 0) is None


def test_interest_changes_summaries_and_nothing_else() -> None:
    feed = loaded(DayFeed(groups(3, 2)))
    before = [feed.summary(row) for row in range(feed.rows)]
    new = summary(key_at(10, 1), 10, read=True)._replace(interest=0.9, by_kept_author=True)
    assert feed.rate([new, new._replace(key=999_999)]) and not feed.rate([new])
    after = [feed.summary(row) for row in range(feed.rows)]
    changed = [(old, now) for old, now in zip(before, after, strict=True) if old != now]
    assert [(now.key, now.interest, now.by_kept_author) for _, now in changed if now] == [(new.key, 0.9, True)]
    assert all(old and now and old.marks == now.marks for old, now in changed), "marks may be newer here"


def test_marks_change_summaries_and_counts() -> None:
    feed = loaded(DayFeed(groups(2, 3)))
    key = key_at(11, 0)
    read = Changed(key, UNMARKED, Marks(read=True))
    assert feed.apply([read])
    assert feed.apply([read]), "a second time changes nothing"
    assert feed.groups[1].unread == 2
    summary = feed.summary_of(key)
    assert summary is not None and summary.marks.read
    assert feed.apply([Changed(key, read.after, Marks(read=True, shortlisted=True))])
    assert feed.groups[1].shortlisted == 1
    assert feed.apply([Changed(key, Marks(read=True, shortlisted=True), Marks(shortlisted=True, note="Why."))])
    assert feed.groups[1].unread == 3
    assert feed.summary_of(key) == summary._replace(marks=Marks(shortlisted=True, note="Why."))
    assert not feed.apply([Changed(424242, UNMARKED, Marks(read=True))]), "counts hang on a paper that is not here"
    assert feed.apply([Changed(424242, UNMARKED, Marks(tags=("x",)))])


@given(st.lists(st.booleans(), min_size=1, max_size=60), st.data())
def test_the_next_unread_paper_is_found_without_asking(read: list[bool], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(read)))
    sizes = [size for size in (cut, len(read) - cut) if size]
    feed = DayFeed(groups(*sizes))
    keys = [key_at(10 + g, p) for g, size in enumerate(sizes) for p in range(size)]
    loaded(feed)
    feed.apply([Changed(key, UNMARKED, Marks(read=True)) for key, is_read in zip(keys, read, strict=True) if is_read])
    at = data.draw(st.integers(0, len(read) - 1))
    row = feed.row_of(keys[at])
    assert row is not None
    below = next((feed.row_of(keys[n]) for n in range(at + 1, len(read)) if not read[n]), None)
    above = next((feed.row_of(keys[n]) for n in range(at - 1, -1, -1) if not read[n]), None)
    assert feed.next_unread(row, 1) == (below, True)
    assert feed.next_unread(row, -1) == (above, True)


def test_a_paper_that_is_being_marked_unread_is_found_in_a_group_that_has_no_other() -> None:
    feed = DayFeed(groups(3))
    loaded(feed)
    keys = [key_at(10, place) for place in range(3)]
    feed.apply([Changed(key, UNMARKED, Marks(read=True)) for key in keys])
    assert feed.next_unread(1, 1) == (None, True)
    assert feed.next_unread(1, 1, {keys[2]: False}) == (feed.row_of(keys[2]), True)


def test_what_the_pages_do_not_tell_is_uncertain() -> None:
    feed = DayFeed(groups(3, 200))
    for request in feed.requests(0, 3):
        feed.put(answer(request, read=[key_at(10, p) for p in range(3)]))
    feed.groups[0] = Group(10, FIRST, None, 3, 0, 0)
    assert feed.next_unread(1, 1) == (None, False)
    assert feed.next_unread(3, -1) == (None, True)
    assert DayFeed().next_unread(0, 1) == (None, True)
    assert DayFeed().requests(0, 10) == ()


def test_the_whole_feed_knows_the_keys_of_the_pages_that_are_here() -> None:
    whole = DayFeed(groups(2, 1))
    assert whole.keys_of_group(0) is None
    assert loaded(whole).keys_of_group(1) == (key_at(11, 0),)
    assert whole.size == (3, False) and not whole.goes_on(1) and not whole.is_cut(1)
