"""Records: which of two holds, how they stand on lines, and what lines of others may do."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.model import Problem
from feedreader.sync.lines import LONGEST, Newer, line_of, read_lines
from feedreader.sync.records import (
    HIGHEST_CLOCK,
    KINDS,
    PAPER,
    Known,
    Record,
    differences,
    known,
    latest,
    merged,
    next_clock,
    replaces,
    retagged,
    superseded,
    tags_of,
)

AT = "2026-11-21T09:00:00.000000+00:00"
TIME = datetime.fromisoformat(AT)


def record(field: str, value: Any, clock: int = 5, machine: str = "aaaa", names: tuple[str, ...] = ("1",)) -> Record:
    return Record(PAPER, names, field, value, AT, clock, machine)


GOOD = [
    record("read", True),
    record("opened", False, machine="0123456789abcdef"),
    record("shortlisted", AT)._replace(says={"title": "Otters", "authors": ["Ada"]}),
    record("shortlisted", False),
    record("note", "Zwei\n\nZeilen “mit” {allem}\t<b>"),
    record("note", None),
    record("tag:später", "Später"),
    record("tag:x", None),
    record("citation", ["lovelace1843notes", 1795251715000]),
    record("read", True, names=("1905.00001", "10.1000/xyz<a>", "p-0123")),
    Record("subscription", ("https://example.org/feed",), "", {"kind": "feed", "paused": False}, AT, 7, "bbbb"),
    Record("rule", ('mute title:"two words"',), "", None, AT, 7, "bbbb"),
]


@pytest.mark.parametrize("each", GOOD, ids=lambda each: f"{each.kind}-{each.field}-{each.value}"[:40])
def test_a_record_is_read_back_as_it_was_written(each: Record) -> None:
    line = line_of(each, 3)
    assert line.count("\n") == 1 and json.loads(line)["number"] == 3
    assert list(read_lines([line.encode()])) == [each]


def changed(**changes: Any) -> bytes:
    stated = json.loads(line_of(record("read", True), 1)) | changes
    return json.dumps({name: value for name, value in stated.items() if value != "gone"}).encode()


@pytest.mark.parametrize(
    "line",
    [
        *(b"{", b"[]", b"null", b"<<<<<<< HEAD", b"\xff\xfe\x00", b'"' * 3, b"[" * 9999, b"1e999", b"9" * 9999),
        *(changed(feedreader=each) for each in ("1", None, True, 1.5, "gone")),
        *(changed(clock=each) for each in (0, -1, HIGHEST_CLOCK + 1, 1.5, True, "5", None, "gone")),
        *(changed(machine=each) for each in ("", "a b", "../../x", "x" * 41, "ÄÖÜß", 7, "gone")),
        *(changed(paper=each) for each in ([], [""], [7], None, ["\x1b[31m"], ["a\nb"], ["\ud800"], ["x" * 1001])),
        *(changed(paper=[str(n) for n in range(65)]),),
        *(changed(time=each) for each in ("", "yesterday", "2026-11-21T09:00:00", 5, None, "gone")),
        *(changed(value=each) for each in list[Any]((None, 1, "yes", [], {}, "gone"))),
        *(changed(field="shortlisted", value=each) for each in (True, None, "now", 5)),
        *(changed(field="note", value=each) for each in list[Any]((5, [], True))),
        *(changed(field="tag:x", value=each) for each in (5, "", "two words", ",", ["x"])),
        *(changed(field="citation", value=each) for each in (5, [], ["a", 0], ["a b", 1], ["a", "1"], ["a", 1, 2])),
        changed(paper="gone", rule="mute x", value=7),
    ],
)
def test_what_is_no_record_is_a_problem_of_its_line(line: bytes) -> None:
    good = line_of(GOOD[0], 1).encode()
    found = list(read_lines([good, line, good], first=10))
    assert found[0] == found[2] == GOOD[0]
    assert isinstance(found[1], Problem) and found[1].line == 11 and found[1].reason.endswith(".")


def test_a_line_that_is_too_long_is_a_problem() -> None:
    (found,) = read_lines([b'{"feedreader":1,"x":"' + b"x" * LONGEST + b'"}'])
    assert isinstance(found, Problem) and "too long" in found.reason


@pytest.mark.parametrize(
    "line", [changed(feedreader=2), changed(field="rating", value=5), changed(paper="gone", mood=1)]
)
def test_what_a_newer_program_wrote_is_kept_apart(line: bytes) -> None:
    assert list(read_lines([line])) == [Newer(line.decode())]


def test_texts_of_others_cannot_steer_a_terminal() -> None:
    evil = "a\x1b[31mb\u202ec\x07"
    lines = [
        changed(field="note", value=evil),
        changed(field="shortlisted", value=AT, says={"title": evil, evil: [evil, {"x": evil}]}),
        changed(field="tag:x", value="x\u202e"),
        changed(paper="gone", subscription="cs.LG", value={"name": evil, "folder": evil}),
    ]
    for found in read_lines(lines):
        assert isinstance(found, Record)
        assert not {"\x1b", "\u202e", "\x07"} & set(str(found))


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=5))
def test_no_value_is_an_error(value: Any) -> None:
    stated = json.loads(line_of(record("read", True), 1))
    for name in stated:
        found = list(read_lines([json.dumps({**stated, name: value}).encode()]))
        assert len(found) == 1


# which holds


def test_the_later_record_holds_in_whatever_order_they_come() -> None:
    records = [
        *(record("read", True, 5, "aaaa"), record("read", False, 6, "aaaa"), record("read", True, 6, "bbbb")),
        *(record("note", "x", 9, "aaaa", ("1", "2")), record("note", "y", 8, "cccc", ("2",))),
    ]
    outcomes = set()
    for order in permutations(records):
        held = latest(order)
        outcomes.add(tuple(sorted((place, each) for place, (each, _) in held.items())))
    assert len(outcomes) == 1
    final = {place: each for place, (each, _) in latest(records).items()}
    assert (final[PAPER, "1", "read"].value, final[PAPER, "1", "read"].machine) == ("true", "bbbb")
    assert final[PAPER, "2", "note"].value == '"x"'


def test_of_citation_keys_the_first_holds() -> None:
    first, second = record("citation", ["b", 5], 5), record("citation", ["a", 9], 9)
    for order in ((first, second), (second, first)):
        assert latest(order)[PAPER, "1", "citation"][1] is first


def test_a_counter_is_higher_than_what_it_replaces_and_not_behind_the_clock() -> None:
    now = int(TIME.timestamp() * 1000)
    assert next_clock([], TIME) == next_clock([5], TIME) == now
    assert next_clock([now + 7, 3], TIME) == now + 8
    assert next_clock([HIGHEST_CLOCK], TIME) == HIGHEST_CLOCK
    assert next_clock([], datetime(1970, 1, 1, tzinfo=UTC)) == 1


def of(**named: Record) -> dict[tuple[str, str], Known]:
    return {(name.strip("_"), each.field): known(each) for name, each in named.items()}


def test_what_was_replaced_under_another_name_does_not_hold() -> None:
    both, later = record("read", True, 5, names=("1", "2")), record("read", False, 6, names=("2",))
    assert superseded(of(_1=both, _2=later)) == {("1", "read")}
    assert superseded(of(_1=both, _2=both)) == set()
    assert superseded(of(_1=both)) == set(), "the other name is another paper's"
    apart = record("read", True, 5, names=("1",))
    assert superseded(of(_1=apart, _2=later)) == set(), "they were two papers"


def test_tags_keep_their_order_on_other_machines() -> None:
    told: dict[str, Known] = {}
    for tags in ({"b": "B", "a": "a"}, {"a": "a", "c": "c", "b": "B"}, {"c": "c"}, {}, {"b": "b", "c": "c"}):
        for field, (tag, clock) in retagged(told, tags, TIME).items():
            assert field not in told or clock > told[field].clock
            told[field] = known(record(field, tag, clock))
        assert tags_of(told) == tuple(tags.values())
        assert not retagged(told, tags, TIME)


def test_what_is_known_of_a_paper_is_the_latest_of_its_names() -> None:
    told = of(_1=record("read", True, 5), _2=record("read", False, 6), _3=record("read", True, 9))
    papers = {name: {field: each} for (name, field), each in told.items()}
    assert merged(papers, ["1", "2", "4"])["read"].value == "false"


def test_only_what_changed_here_is_told() -> None:
    told = {"a": Known('{"x":1}', AT, 10**15, "aaaa"), "gone": Known("null", AT, 3, "aaaa")}
    before, now = {"a": {"x": 1}, "b": {}, "gone": {"y": 1}}, {"a": {"x": 2}, "new": {}}
    assert differences(before, now, told, TIME) == [
        ("a", {"x": 2}, 10**15 + 1),
        ("b", None, int(TIME.timestamp() * 1000)),
        ("new", {}, int(TIME.timestamp() * 1000)),
    ]
    assert differences({}, {"a": {"x": 1}}, told, TIME) == [], "another machine told the same"


@given(st.lists(st.tuples(st.sampled_from("12"), st.integers(1, 9), st.sampled_from("ab"), st.booleans()), max_size=8))
def test_two_equal_records_are_one(stated: list[tuple[str, int, str, bool]]) -> None:
    records = [record("read", value, clock, machine * 4, (name,)) for name, clock, machine, value in stated]
    held = {place: each for place, (each, _) in latest(records).items()}
    again = {place: each for place, (each, _) in latest(records[::-1] + records).items()}
    assert held == again
    assert not any(replaces(known(each), held[PAPER, each.names[0], "read"], "read") for each in records)
    assert set(KINDS) == {PAPER, "subscription", "rule", "search", "preference"}
