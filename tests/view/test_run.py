"""The feed of a query: windows that come at either end, rows that stay, and what is brought up to date in place."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.model import SORTED, UNMARKED, Changed, Group, Marks
from feedreader.view.day_feed import PAPERS_KEPT, PageRequest
from feedreader.view.run import Run, brought_up_to_date, merged
from tests.view.test_day_feed import FIRST, answer, loaded, summary

Found = list[tuple[Group, "array[int]"]]


def group(number: int, keys: Sequence[int]) -> Group:
    """A day with these papers; every third of them is read, every fifth kept."""
    unread, kept = sum(key % 3 > 0 for key in keys), sum(key % 5 == 0 for key in keys)
    return Group(10 + number, FIRST - timedelta(days=number), None, len(keys), unread, kept)


def windows(sizes: Sequence[int], cuts: Sequence[int]) -> Iterator[Found]:
    """Days of so many papers, cut into windows at these places; their keys count from 1."""
    papers = [number for number, size in enumerate(sizes) for _ in range(size)]
    places = sorted({0, *(min(cut, len(papers)) for cut in cuts), len(papers)})
    for start, end in pairwise(places):
        keys: dict[int, list[int]] = {}
        for place in range(start, end):
            keys.setdefault(papers[place], []).append(place + 1)
        yield [(group(number, some), array("q", some)) for number, some in keys.items()]


def rows(run: Run) -> list[int | None]:
    return [run.key(row) for row in range(run.rows)]


sizes = st.lists(st.integers(1, 90), min_size=1, max_size=8)
cuts = st.lists(st.integers(0, 400), max_size=8)


@given(sizes, cuts, st.data())
def test_windows_at_both_ends_make_what_one_window_does(sizes: list[int], cuts: list[int], data: st.DataObject) -> None:
    parts = list(windows(sizes, cuts))
    (whole,) = windows(sizes, [])
    expected = Run(whole)
    at = data.draw(st.integers(0, len(parts) - 1))
    run, first, last = Run(parts[at], before="up", after="down"), at, at + 1
    seen: set[int] = set()
    while first > 0 or last < len(parts):
        assert not run.is_whole and run.size[1]
        for request in run.requests(0, 30):
            run.put(answer(request))
            seen.update(request.keys or ())
        before = {key: run.row_of(key) for key in seen}
        if first > 0 and (last == len(parts) or data.draw(st.booleans())):
            first -= 1
            moved = run.prepend(parts[first], "up" if first else None)
        else:
            moved = run.extend(parts[last], "down" if last + 1 < len(parts) else None)
            last += 1
        assert {key: run.row_of(key) for key in seen} == {key: (row or 0) + moved for key, row in before.items()}
        assert all(run.key(run.row_of(key) or 0) == key for key in seen)
    run.before = run.after = None
    assert rows(run) == rows(expected) and run.groups == expected.groups
    assert [run.index_of(each.key) for each in run.groups] == list(range(len(run.groups)))
    assert run.size == (sum(sizes), False)
    loaded(run)
    assert not run.requests(0, run.rows)
    assert all(run.summary(row) for row in range(run.rows) if run.key(row) is not None)


def test_what_was_asked_for_before_the_run_grew_comes_to_its_place() -> None:
    first, second, third = windows([3, 100], [30, 60])
    run = Run(second, before="up", after="down")
    late = run.requests(0, run.rows)
    run.extend(third, None)
    assert run.prepend(first, None) == 31, "the day that was cut and the one above it; its header moves up"
    for request in late:
        run.put(answer(request))
    assert [run.row_of(key) for key in (31, 60)] == [32, 61]
    assert run.row_of(61) is None and run.requests(62, 62), "the rest of a page that was cut is asked for"
    assert run.summary(61) is not None and run.summary(62) is None and not run.gone(62)


def test_a_paper_that_left_the_library_is_gone() -> None:
    (found,) = windows([3], [])
    run = Run(found)
    (request,) = run.requests(0, 3)
    page = answer(request)
    run.put(page._replace(summaries={key: page.summaries[key] for key in page.keys[1:]}))
    assert run.gone(1) and not run.gone(2) and run.requests(0, 3) == ()


def test_summaries_that_were_wanted_long_ago_go() -> None:
    (found,) = windows([PAPERS_KEPT * 2], [])
    run = loaded(Run(found))
    assert run.key(1) == 1 and run.summary(1) is None and run.row_of(1) is None and run.find(1) == 1
    assert run.summary(run.rows - 1) is not None


def test_none_unread_in_the_run_is_not_none_unread() -> None:
    first, second, third = windows([4, 4, 4], [4, 8])
    run = loaded(Run(second, before="up", after="down"))
    run.apply([Changed(key, UNMARKED, Marks(read=True)) for key in range(5, 9)])
    assert run.next_unread(2, 1) == run.next_unread(2, -1) == (None, False)
    run.extend(third, None)
    run.prepend(first, None)
    assert run.next_unread(1, -1) == (None, True)
    assert Run(after="down").next_unread(0, 1) == (None, False)
    assert Run(after="down").next_unread(0, -1) == (None, True)


def test_a_day_at_an_end_may_be_cut() -> None:
    (found,) = windows([2, 2, 2], [])
    assert [Run(found, before="up", after="down").is_cut(index) for index in range(3)] == [True, False, True]
    assert [Run(found).is_cut(index) for index in range(3)] == [False] * 3


def test_how_many_there_are_is_said_as_far_as_it_is_known() -> None:
    (found,) = windows([5], [])
    run = Run(found, after="down")
    assert run.size == (5, True)
    run.total = 3
    assert run.size == (5, True)
    run.total = 40
    assert run.size == (40, True)
    run.counted = True
    assert run.size == (40, False)
    run.extend([], None)
    assert run.size == (5, False), "what is there, rather than what was counted once"


def test_a_bare_copy_grows_by_itself() -> None:
    first, second = windows([3, 3], [2])
    run = loaded(Run(first, after="down"))
    bare = run.bare()
    bare.extend(second, None)
    assert (run.papers, bare.papers, bare.is_whole, run.is_whole) == (2, 6, True, False)
    assert bare.summary(1) is None and run.groups[0].total == 2


def test_a_kept_paper_stays_in_its_section_here() -> None:
    muted = Group(10, FIRST, None, 1, 0, 0, section="muted")
    run = Run([(muted, [7])])
    for request in run.requests(0, 1):
        run.put(answer(request))
    assert run.apply([Changed(7, UNMARKED, Marks(shortlisted=True))])


# Brought up to date


def test_rows_that_match_no_longer_stay_and_new_ones_come_between() -> None:
    old = Run([(group(0, [1, 2, 4]), [1, 2, 4]), (group(1, [7]), [7])], before="up", after="down")
    now = Run([(group(0, [1, 3, 4]), [1, 3, 4]), (group(2, [9]), [9])], before="further up", after="down")
    left = {2: summary(2, 10, read=True), 7: summary(7, 12)}
    run = brought_up_to_date(old, now, left)
    assert rows(run) == [None, 1, 3, 2, 4, None, 9], "7 stands under another day now"
    assert (run.before, run.after) == ("further up", "down")
    assert (run.groups[0].total, run.groups[0].unread) == (4, 2)


def test_a_sorted_run_keeps_what_matches_no_longer() -> None:
    heading = Group(SORTED, None, "By title", 3, 3, 0)
    old = Run([(heading, [5, 6, 7])], after="down", by_day=False)
    now = Run([(heading, [7, 5])], after="down", by_day=False)
    run = brought_up_to_date(old, now, {6: summary(6, 10)})
    assert rows(run) == [None, 5, 6, 7] and not run.by_day and run.after == "down"


keys = st.lists(st.integers(0, 30), unique=True, max_size=20)


@given(keys, keys, st.sets(st.integers(0, 30)))
def test_a_group_is_brought_up_to_date_in_place(old: list[int], new: list[int], stays: set[int]) -> None:
    together = merged(old, new, stays)
    assert len(together) == len(set(together))
    assert set(together) == set(new) | (set(old) & stays)
    assert [key for key in together if key in old] == [key for key in old if key in together], (
        "old rows keep their order"
    )


def test_new_papers_come_behind_the_one_they_follow() -> None:
    assert merged([1, 2, 3], [0, 1, 5, 3, 6], [2]) == [0, 1, 5, 2, 3, 6]


@pytest.mark.parametrize("first", [-3, 0, 2])
def test_a_run_asks_for_its_keys(first: int) -> None:
    (found,) = windows([2, 1], [])
    run = Run(found)
    requests = run.requests(first, 9)
    assert [request.keys for request in requests] == [(1, 2), (3,)]
    assert all(isinstance(request, PageRequest) and request.limit == len(request.keys or ()) for request in requests)
