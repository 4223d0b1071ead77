"""Rules applied in the library: a few cases, then any sequence of actions against a simple model."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedreader.library import Library
from feedreader.library.connection import Database
from feedreader.model import Digest, Entry, Group, Query, Rule
from feedreader.query.language import parse_query
from feedreader.services import ingest, removal
from tests.conftest import NOW, new_library

FIRST, SECOND = date(2019, 5, 9), date(2019, 5, 10)


def rule(effect: str, text: str, name: str = "") -> Rule:
    return Rule(effect, text, name or text, parse_query(text))


def entry(number: int, title: str, day: date | None = FIRST, **more: Any) -> Entry:
    return Entry(arxiv_id=f"1905.{number:05}", title=title, day=day, authors=("Ada Lovelace",), **more)


def take_in(library: Library, *entries: Entry, name: str = "a.txt") -> None:
    digest = Digest(format="x", title="Undated", entries=entries)
    ingest.import_digest(library, digest, name=name, path=f"/{name}")


def titles(library: Library, query: str) -> list[str]:
    return [paper.title or "" for paper in library.papers.find(parse_query(query))]


def shape(library: Library, expand: bool = True) -> list[tuple[Any, ...]]:
    return [
        (group.section, group.total, group.unread, group.highlighted, group.muted)
        for group in library.papers.groups(expand=expand)
    ]


@pytest.fixture
def three(library: Library) -> Library:
    take_in(library, entry(1, "A survey of graphs"), entry(2, "Graphs"), entry(3, "Lattices"))
    return library


def test_highlighted_papers_are_counted_and_found(three: Library) -> None:
    assert three.rules.apply([rule("highlight", "graphs", "mine")]).changed
    assert shape(three) == [("", 3, 3, 2, 0)]
    assert titles(three, "is:highlighted") == ["A survey of graphs", "Graphs"]
    paper = three.papers.get(three.papers.key_of("1905.00002"))
    assert paper is not None and paper.highlighted_by == ("mine",) and paper.muted_by == ()
    assert [
        summary.highlighted
        for summary in three.papers.summaries(
            [three.papers.key_of("1905.00002"), three.papers.key_of("1905.00003")]
        ).values()
    ]
    assert not three.rules.apply([rule("highlight", "graphs", "mine")]).changed
    assert [(rule.name, rule.papers) for rule in three.rules.all()] == [("mine", 2)]


def test_muted_papers_are_collapsed_counted_and_not_unread(three: Library) -> None:
    three.rules.apply([rule("mute", "survey"), rule("mute", "author:Lovelace title:graphs")])
    assert shape(three) == [("", 1, 1, 0, 0), ("muted", 2, 0, 0, 0)]
    assert shape(three, expand=False) == [("", 1, 1, 0, 2)]
    assert three.papers.counts() == (3, 1, 0)
    assert titles(three, "is:muted") == ["A survey of graphs", "Graphs"]
    assert titles(three, "is:unread") == ["Lattices"]
    assert titles(three, "graphs") == ["A survey of graphs", "Graphs"]
    paper = three.papers.get(three.papers.key_of("1905.00001"))
    assert paper is not None and paper.muted_by == ("survey", "author:Lovelace title:graphs")
    three.rules.apply([])
    assert shape(three) == [("", 3, 3, 0, 0)]
    assert three.rules.all() == () and titles(three, "is:muted") == []


def test_kept_and_highlighted_papers_are_never_collapsed(three: Library) -> None:
    survey = three.papers.key_of("1905.00001")
    three.rules.apply([rule("mute", "survey"), rule("mute", "graphs")])
    three.marks.set([survey], {"shortlisted": True}, label="kept")
    assert shape(three) == [("", 2, 2, 0, 0), ("muted", 1, 0, 0, 0)]
    three.marks.set([survey], {"shortlisted": False}, label="dropped")
    assert shape(three)[0] == ("", 2, 2, 0, 0)  # nothing vanishes under a cursor
    three.rules.apply([rule("mute", "survey"), rule("mute", "graphs")])
    assert shape(three)[0] == ("", 1, 1, 0, 0)
    three.rules.apply([rule("mute", "survey"), rule("mute", "graphs"), rule("highlight", "survey")])
    assert shape(three) == [("", 2, 2, 1, 0), ("muted", 1, 0, 0, 0)]
    assert titles(three, "is:muted") == ["Graphs"]


def test_undoing_what_dropped_a_muted_paper_brings_it_out_again(three: Library) -> None:
    survey = three.papers.key_of("1905.00001")
    three.marks.set([survey], {"shortlisted": True}, label="kept")
    three.rules.apply([rule("mute", "survey")])
    three.marks.set([survey], {"shortlisted": False}, label="dropped")
    three.rules.apply([rule("mute", "survey")])
    assert shape(three)[1][0] == "muted"
    removal.undo(three)
    assert shape(three) == [("", 3, 3, 0, 0)]


def test_papers_taken_in_later_are_looked_at_alone(three: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    last_keys: list[int | None] = []
    from feedreader.library import rules

    matches = rules._matches

    def counted(connection: Any, rule: Rule, among: Any, today: date) -> set[int]:
        last_keys.append(None if among is None else len(among))
        return matches(connection, rule, among, today)

    monkeypatch.setattr(rules, "_matches", counted)
    three.rules.apply([rule("mute", "survey"), rule("highlight", "title:/^Trees/")])
    take_in(three, entry(4, "Trees"), entry(5, "Another survey"), name="b.txt")
    assert last_keys == [None, None, 2, 2]
    assert shape(three) == [("", 3, 3, 1, 0), ("muted", 2, 0, 0, 0)]
    three.rules.apply([rule("mute", "survey"), rule("highlight", "title:/^Trees/"), rule("mute", "lattices")])
    assert last_keys[4:] == [None]
    assert titles(three, "is:muted") == ["A survey of graphs", "Lattices", "Another survey"]


def test_a_rule_that_names_interest_follows_it_and_is_asked_anew_only_then(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    from feedreader.library import rules

    take_in(library, *(entry(n, f"{'Mosses and ferns' if n % 2 else 'Tram timetables'} {n}") for n in range(1, 31)))
    keys = {n: library.papers.key_of(f"1905.{n:05}") for n in range(1, 31)}
    library.marks.set([keys[n] for n in (1, 3, 5, 7, 9)], {"shortlisted": True}, label="kept")
    by_interest = rule("highlight", "interest:>0.5 -is:replaced")
    library.rules.apply([by_interest, rule("highlight", "tram 12")])
    assert titles(library, "is:highlighted") == ["Tram timetables 12"]
    asked: list[str] = []
    matches = rules._matches

    def noted(connection: Any, rule: Rule, *others: Any) -> set[int]:
        asked.append(rule.text)
        return matches(connection, rule, *others)

    monkeypatch.setattr(rules, "_matches", noted)
    library.interest.bring_up_to_date()
    assert library.rules.apply_again().changed
    mosses = {f"Mosses and ferns {n}" for n in range(1, 31, 2)}
    assert set(titles(library, "is:highlighted")) == mosses | {"Tram timetables 12"}
    assert asked == [by_interest.text]
    library.interest.bring_up_to_date()
    assert not library.rules.apply_again().changed and len(asked) == 1
    library.marks.set([keys[n] for n in range(1, 10)], {"shortlisted": False}, label="kept")
    library.interest.bring_up_to_date()
    assert library.rules.apply_again().changed
    assert titles(library, "is:highlighted") == ["Tram timetables 12"]
    assert len(asked) == 2
    take_in(library, entry(40, "Tram 12"), name="b.txt")
    assert asked[2:] == [by_interest.text, "tram 12"]


def test_undated_papers_fold_at_the_end_of_their_collection(library: Library) -> None:
    take_in(library, entry(1, "A survey", None), entry(2, "Graphs", None))
    library.rules.apply([rule("mute", "survey")])
    assert [(group.collection, group.section) for group in library.papers.groups()] == [
        ("Undated", ""),
        ("Undated", "muted"),
    ]
    assert shape(library, expand=False) == [("", 1, 1, 0, 1)]


def test_what_is_muted_under_a_cursor_leads_to_the_paper_behind_it(three: Library) -> None:
    key = three.papers.key_of("1905.00002")
    assert three.papers.expanded_place(key) is None
    three.rules.apply([rule("mute", "title:graphs -survey")])
    (group, _) = three.papers.groups()
    assert three.papers.expanded_place(key) == (group.key, 1)


def test_notes_and_tags_of_the_reader_count_for_nothing(three: Library) -> None:
    three.marks.set([three.papers.key_of("1905.00003")], {"note": "not a survey", "tags": ["survey"]}, label="x")
    three.rules.apply([rule("mute", "survey")])
    assert titles(three, "is:muted") == ["A survey of graphs"]


def test_an_expression_that_takes_too_long_is_said_and_the_others_hold(
    three: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    from feedreader.library.search import regex_search

    monkeypatch.setattr(regex_search, "MAX_SECONDS", 0.5)
    take_in(three, entry(4, "a" * 60 + "!"), name="b.txt")
    slow = rule("mute", r"title:/^(a|aa)+$/")
    done = three.rules.apply([slow, rule("mute", "survey")])
    assert [(rule, error.position) for rule, error in done.faults] == [(slow, 0)]
    assert titles(three, "is:muted") == ["A survey of graphs"]


def test_a_mark_goes_between_two_pieces_of_applying_and_the_rest_is_done_another_time(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    from feedreader.library import rules

    monkeypatch.setattr(rules, "BATCH", 2)
    take_in(library, *(entry(n, f"Survey {n}") for n in range(7)))
    write, writes = Database.write, 0

    @contextmanager
    def breaking(self: Database, **more: Any) -> Iterator[Any]:
        nonlocal writes
        writes += 1
        if writes == 4:
            raise RuntimeError("killed")
        with write(self, **more) as connection:
            yield connection

    with monkeypatch.context() as patched:
        patched.setattr(Database, "write", breaking)
        with pytest.raises(RuntimeError):
            library.rules.apply([rule("mute", "survey")])
    assert shape(library) == [("", 3, 3, 0, 0), ("muted", 4, 0, 0, 0)]
    library.marks.set([library.papers.key_of("1905.00006")], {"shortlisted": True}, label="kept")
    library.rules.apply([rule("mute", "survey")])
    assert shape(library) == [("", 1, 1, 0, 0), ("muted", 6, 0, 0, 0)]


def test_rules_hold_where_there_is_no_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from feedreader.library.search import index

    monkeypatch.setattr(index, "ensure_index", lambda _: False)
    library = Library.open(tmp_path / "plain.sqlite3", now=lambda: NOW)
    take_in(library, entry(1, "A survey of graphs"), entry(2, "Graphs"))
    library.rules.apply([rule("mute", "survey"), rule("highlight", 'author:"A. Lovelace" -survey')])
    take_in(library, entry(3, "Another survey"), entry(4, "Trees"), name="b.txt")
    assert titles(library, "is:muted") == ["A survey of graphs", "Another survey"]
    assert titles(library, "is:highlighted") == ["Graphs", "Trees"]
    library.close()


def test_all_threads_have_the_rules_that_were_given(library: Library) -> None:
    with ThreadPoolExecutor(8) as pool:
        parts = set(pool.map(lambda _: library.rules, range(8)))
    assert parts == {library.rules}


# any sequence ---------------------------------------------------------------------------------------------------------

WORDS = ("alpha", "beta", "gamma")
PARTS = {
    "a.txt": [entry(n, f"{WORDS[n % 3]} {WORDS[n // 3]}", FIRST if n % 2 else SECOND) for n in range(6)],
    "b.txt": [entry(n, f"{WORDS[n % 3]} {WORDS[n // 3]}", FIRST if n % 2 else None) for n in range(4, 9)],
    "c.txt": [
        entry(n, f"{WORDS[2 - n % 3]} other", FIRST, announced=True, announce_type="replace") for n in (2, 7, 11)
    ],
}
NUMBER = st.integers(0, 8)
ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("import"), st.sampled_from(sorted(PARTS))),
        st.tuples(st.just("forget"), st.sampled_from(sorted(PARTS))),
        st.tuples(st.just("mark"), NUMBER, st.sampled_from(["read", "shortlisted", "dismissed"]), st.booleans()),
        st.tuples(st.just("undo")),
        st.tuples(st.just("apply"), st.sets(st.tuples(st.sampled_from(["highlight", "mute"]), st.sampled_from(WORDS)))),
    ),
    max_size=14,
)


def do(library: Library, effect: tuple[Any, ...], rules: list[Rule]) -> list[Rule]:
    """Do it; the rules that hold from then on."""
    name, *how = effect
    if name == "import":
        take_in(library, *PARTS[how[0]], name=how[0])
    elif name == "forget" and how[0] in {source.name for source in library.papers.sources()}:
        removal.forget_source(library, how[0])
    elif name == "undo":
        removal.undo(library)
    elif name == "apply":
        rules = [rule(*pair) for pair in sorted(how[0])]
        library.rules.apply(rules)
    elif name == "mark" and (keys := [key for _, some in library.papers.matches(Query()) for key in some]):
        library.marks.set([keys[how[0] % len(keys)]], {how[1]: how[2]}, label="marked")
    return rules


def placed(library: Library) -> dict[int, Group]:
    return {key: group for group, keys in library.papers.matches(Query()) for key in keys}


def check_always(library: Library) -> None:
    """The counts are what one counts, and nothing that is kept or highlighted is collapsed as muted."""
    where = placed(library)
    summaries = library.papers.summaries(list(where))
    counted: dict[int, Counter[str]] = {}
    for key, group in where.items():
        summary = summaries[key]
        counts = counted.setdefault(group.key, Counter())
        counts.update(
            total=1,
            unread=not summary.marks.read and not group.section,
            kept=summary.marks.shortlisted,
            lit=summary.highlighted,
        )
        assert not (group.section == "muted" and (summary.marks.shortlisted or summary.highlighted))
    assert {
        group.key: (group.total, group.unread, group.shortlisted, group.highlighted)
        for group in library.papers.groups()
    } == {key: tuple(counts[name] for name in ("total", "unread", "kept", "lit")) for key, counts in counted.items()}
    away = {(g.day, g.collection): g.total for g in library.papers.groups() if g.section == "muted"}
    for group in library.papers.groups(expand=False):
        assert group.section or group.muted == away.get((group.day, group.collection), 0)
    assert library.papers.counts()[1] == sum(group.unread for group in library.papers.groups())


def check_applied(library: Library, rules: list[Rule]) -> None:
    """Each paper stands where its words and marks say."""
    where = placed(library)
    for key, group in where.items():
        paper = library.papers.get(key)
        assert paper is not None
        words = (paper.title or "").split()
        about = {
            effect: tuple(r.name for r in rules if r.effect == effect and r.text in words)
            for effect in ("highlight", "mute")
        }
        assert (paper.highlighted_by, paper.muted_by) == (about["highlight"], about["mute"])
        muted = about["mute"] and not about["highlight"] and not paper.marks.shortlisted
        assert group.section == ("replaced" if group.section == "replaced" else "muted" if muted else "")
    expected = Counter(
        (r.effect, r.text)
        for r in rules
        for key in where
        if r.text in (library.papers.summaries([key])[key].title or "")
    )
    assert {(info.effect, info.text): info.papers for info in library.rules.all()} == {
        (r.effect, r.text): expected[r.effect, r.text] for r in rules
    }


@given(ACTIONS)
@settings(max_examples=80)
def test_whatever_is_done_counts_and_folds_are_right(effects: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        library = new_library(folder)
        rules: list[Rule] = []
        try:
            for effect in effects:
                rules = do(library, effect, rules)
                check_always(library)
            library.rules.apply(rules)
            check_always(library)
            check_applied(library, rules)
            with library._database.read() as connection:
                left = connection.execute(
                    "SELECT count(*) FROM ruled WHERE paper NOT IN (SELECT id FROM papers)"
                ).fetchone()
            assert left == (0,)
        finally:
            library.close()
