"""The reader's interest: learned from marks, unlearned with them, stored with papers, and the order that follows it."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from feedreader.library import Library, examples
from feedreader.library.interest import NEWEST
from feedreader.model import BEST, BY_INTEREST, BY_SOURCE, Digest, Entry, Query
from feedreader.query.language import parse_query
from feedreader.services import ingest, removal
from feedreader.services.interest import missing
from tests.conftest import NOW

DAY = date(2026, 11, 20)
KELP = ["kelp", "forests", "tidal", "salinity", "currents", "grazing", "urchins", "spores", "canopy", "harvest"]
SPIN = [
    "spin",
    "lattice",
    "neutron",
    "frustration",
    "magnons",
    "anisotropy",
    "exchange",
    "moments",
    "scattering",
    "order",
]


def paper(number: int, topic: Sequence[str], day: date | None = DAY, authors: tuple[str, ...] = ()) -> Entry:
    chance = random.Random(number)
    return Entry(
        arxiv_id=f"2611.{number:05}",
        title=f"On {' and '.join(chance.sample(topic, 3))}",
        abstract=" ".join(chance.choices(topic, k=30)),
        authors=authors or (f"Author {chr(65 + number % 26)}x",),
        categories=("q-bio.PE",) if topic is KELP else ("cond-mat.str-el",),
        day=day,
    )


def take_in(library: Library, *entries: Entry, name: str = "a.txt") -> None:
    ingest.import_digest(library, Digest(format="test", entries=entries), name=name, path=f"/{name}")


def keep(library: Library, numbers: Iterable[int], value: bool = True) -> None:
    keys = [library.papers.key_of(f"2611.{number:05}") for number in numbers]
    library.marks.set(keys, {"shortlisted": value}, label="kept")


def interest(library: Library, number: int) -> float:
    found = library.papers.get(library.papers.key_of(f"2611.{number:05}"))
    assert found is not None and found.interest is not None
    return found.interest.score


def numbers(library: Library, keys: Iterable[int]) -> list[int]:
    return [int((summary.arxiv_id or "")[5:]) for summary in library.papers.summaries(list(keys)).values()]


def shown(library: Library, order: str) -> list[int]:
    groups = library.papers.groups()
    return numbers(library, [key for group in groups for key in library.papers.keys(group.key, 0, 99, order)])


@pytest.fixture
def read(library: Library) -> Library:
    """A library of 20 papers on kelp and as many on spins, turn by turn."""
    take_in(library, *(paper(number, KELP if number % 2 else SPIN) for number in range(40)))
    return library


def test_a_kept_paper_never_speaks_against_its_like(read: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(examples._MOST, "kept", 5)  # of more kept papers only the latest are learned from
    keep(read, range(1, 40, 2))
    read.interest.bring_up_to_date()
    with read._database.read() as connection:
        beside = examples.others(connection, examples.examples(connection))
    assert len(beside) == 20 and all(document.labels[0] == "cat:cond-mat.str-el" for document in beside)
    assert all(interest(read, number) > 0.5 for number in range(1, 40, 2))


def test_nothing_is_learned_from_four_papers(read: Library) -> None:
    keep(read, (1, 3, 5, 7))
    read.interest.bring_up_to_date()
    assert read.interest.learned().profile is None
    assert {summary.interest for summary in read.papers.summaries(range(1, 41)).values()} == {None}
    assert shown(read, BY_INTEREST) == shown(read, BY_SOURCE)


def test_what_is_remembered_wrongly_stops_no_learning(read: Library) -> None:
    with read._database.write() as connection:
        for name in ("scores", "interest since", "papers stored"):
            connection.execute("INSERT OR REPLACE INTO settings VALUES (?, 'x')", (name,))
    keep(read, (1, 3, 5, 7, 9))
    read.interest.bring_up_to_date()
    assert read.interest.learned().profile is not None and read.interest.since() is None


def test_with_the_fifth_kept_paper_there_is_an_order(read: Library) -> None:
    keep(read, (1, 3, 5, 7, 9))
    read.interest.bring_up_to_date()
    learned = read.interest.learned()
    assert learned.profile is not None and learned.profile.kept == 5 and learned.profile.is_young
    assert min(interest(read, number) for number in range(1, 40, 2)) > max(
        interest(read, number) for number in range(0, 40, 2)
    )
    ordered = shown(read, BY_INTEREST)
    assert all(number % 2 for number in ordered[:20]) and not any(number % 2 for number in ordered[20:])
    assert ordered == sorted(ordered, key=lambda number: -round(interest(read, number), 3))
    best = read.papers.get(read.papers.key_of("2611.00011"))
    assert best and best.interest and set(" ".join(best.interest.words).split()) <= set(KELP)


def test_a_paper_by_an_author_kept_before_says_so(read: Library) -> None:
    take_in(read, *(paper(100 + n, KELP, authors=("Wren Halloran", "Ode Lund")) for n in range(3)), name="b.txt")
    keep(read, (1, 3, 5, 100, 101))
    read.interest.bring_up_to_date()
    key = read.papers.key_of("2611.00102")
    found = read.papers.get(key)
    assert found and found.interest and found.interest.author
    assert found.interest.author.kept == 2 and found.interest.author.name in ("Wren Halloran", "Ode Lund")
    assert read.papers.summaries([key])[key].by_kept_author
    spins = read.papers.key_of("2611.00002")
    assert not read.papers.summaries([spins])[spins].by_kept_author


def test_what_is_undone_or_kept_no_longer_is_unlearned(read: Library) -> None:
    keep(read, (1, 3, 5, 7))
    keep(read, (9,))
    read.interest.bring_up_to_date()
    assert shown(read, BY_INTEREST) != shown(read, BY_SOURCE)
    removal.undo(read)
    read.interest.bring_up_to_date()
    assert read.interest.learned().profile is None
    assert {summary.interest for summary in read.papers.summaries(range(1, 41)).values()} == {None}
    assert shown(read, BY_INTEREST) == shown(read, BY_SOURCE)
    keep(read, (9,))
    read.interest.bring_up_to_date()
    keep(read, (9,), False)
    read.interest.bring_up_to_date()
    assert read.interest.learned().profile is None


def test_interest_turns_with_what_is_kept(read: Library) -> None:
    keep(read, range(1, 12, 2))
    read.interest.bring_up_to_date()
    keep(read, range(1, 12, 2), False)
    keep(read, range(0, 12, 2))
    read.interest.bring_up_to_date()
    assert interest(read, 20) > interest(read, 21)


def test_dismissed_papers_and_notes_count(read: Library) -> None:
    take_in(read, *(paper(n, ["tundra", "peat", "moss", "methane"]) for n in range(200, 220)), name="b.txt")
    keep(read, range(1, 12, 2))
    read.interest.bring_up_to_date()
    keys = [read.papers.key_of(f"2611.{n:05}") for n in range(200, 210)]
    read.marks.set(keys, {"note": "read this"}, label="wrote")
    read.interest.bring_up_to_date()
    assert interest(read, 219) > interest(read, 38)
    read.marks.set(keys, {"note": None, "dismissed": True}, label="dismissed")
    read.interest.bring_up_to_date()
    assert interest(read, 219) < interest(read, 38)
    counts = read.interest.learned().profile.counts  # type: ignore[union-attr]
    assert (counts["kept"], counts["dismissed"]) == (6, 10)


def test_no_row_moves_until_it_may(read: Library) -> None:
    keep(read, (1, 3, 5, 7, 9))
    read.interest.bring_up_to_date()
    before = shown(read, BY_INTEREST)
    keep(read, range(0, 30, 2))
    read.interest.learn()
    assert read.interest.score_newest() == 40
    assert shown(read, BY_INTEREST) == before
    assert interest(read, 38) > 0.5
    assert read.interest.order()
    after = shown(read, BY_INTEREST)
    assert after != before and set(after) == set(before)
    assert not read.interest.order()


def test_new_papers_are_scored_as_they_come_and_changed_ones_again(read: Library) -> None:
    keep(read, (1, 3, 5, 7, 9))
    read.interest.bring_up_to_date()
    take_in(read, paper(50, KELP), paper(51, SPIN, day=DAY + timedelta(days=1)), name="b.txt")
    assert interest(read, 50) > interest(read, 51)
    first = shown(read, BY_INTEREST)
    assert first[0] == 51 and first.index(50) < 22
    changed = paper(51, KELP, day=DAY + timedelta(days=1))
    before = interest(read, 51)
    take_in(read, changed, name="b.txt")
    assert interest(read, 51) > before


def test_only_what_was_not_scored_by_this_profile_is_scored(read: Library) -> None:
    keep(read, (1, 3, 5, 7, 9))
    read.interest.learn()
    assert read.interest.score([3, 4, 4, 999]) == 2
    assert read.interest.score([3, 4, 5]) == 1
    assert read.interest.score_newest() == 37
    pauses: list[None] = []
    keep(read, (11,))
    read.interest.learn()
    assert read.interest.score_newest(10, pause=lambda: pauses.append(None)) == 10
    assert len(pauses) >= 10


def test_a_few_marks_are_put_in_at_once_and_many_need_all_to_be_learned(read: Library) -> None:
    keep(read, (1, 3, 5, 7))
    assert not read.interest.learn(thorough=False).is_outdated
    keep(read, (9,))
    learned = read.interest.learn(thorough=False)
    assert learned.profile is None and learned.is_outdated
    first = read.interest.learn()
    assert first.profile and not first.is_outdated
    assert read.interest.learn() == first  # nothing changed
    keep(read, (11,))
    second = read.interest.learn(thorough=False)
    assert second.profile and second.profile.kept == 6 and second.number > first.number
    keep(read, (13, 15))
    third = read.interest.learn(thorough=False)
    assert third.profile and third.profile.kept == 8 and third.is_outdated
    fourth = read.interest.learn()
    assert fourth.profile and fourth.profile.kept == 8 and not fourth.is_outdated and fourth.number > third.number


def test_all_is_learned_anew_when_many_papers_have_come(read: Library) -> None:
    keep(read, (1, 3, 5, 7, 9))
    read.interest.bring_up_to_date()
    before = read.interest.learned().number
    take_in(read, *(paper(n, SPIN) for n in range(300, 320)), name="b.txt")
    assert read.interest.learned().number == before
    take_in(read, *(paper(n, SPIN) for n in range(400, 700)), name="c.txt")
    assert read.interest.learned().number > before


def test_the_same_marks_give_the_same_profile(read: Library) -> None:
    keep(read, (9, 7, 5, 3, 1))
    read.interest.bring_up_to_date()
    once = [interest(read, number) for number in range(40)]
    keep(read, (2,))
    read.interest.bring_up_to_date()
    keep(read, (2,), False)
    read.interest.learn(thorough=False)
    keep(read, range(0, 40, 2))
    keep(read, range(0, 40, 2), False)
    read.interest.bring_up_to_date()
    assert [interest(read, number) for number in range(40)] == pytest.approx(once, abs=0.02)


def test_another_window_uses_what_was_learned_here(read: Library) -> None:
    other = Library.open(read.path, now=lambda: NOW)
    keep(read, (1, 3, 5, 7, 9))
    assert other.interest.learned().profile is None
    read.interest.bring_up_to_date()
    assert other.interest.learned().number == read.interest.learned().number
    assert other.interest.score_newest() == 0
    other.close()


def test_a_library_that_may_only_be_read_learns_nothing(read: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(read, (1, 3, 5, 7, 9))
    monkeypatch.setattr(type(read._database), "read_only", True, raising=False)
    read._database.read_only = True
    assert read.interest.learn().profile is None
    read.interest.bring_up_to_date()
    assert read.interest.score_newest() == 0 and not read.interest.order()
    assert missing(read).startswith("The library is read-only")


def test_after_a_reset_only_what_comes_counts(tmp_path: Path) -> None:
    times = iter(NOW + timedelta(minutes=n) for n in range(10_000))
    now: datetime = NOW

    def clock() -> datetime:
        nonlocal now
        now = next(times)
        return now

    library = Library.open(tmp_path / "library.sqlite3", now=clock)
    take_in(library, *(paper(number, KELP if number % 2 else SPIN) for number in range(40)))
    keep(library, range(1, 14, 2))
    library.interest.bring_up_to_date()
    library.interest.reset()
    library.interest.bring_up_to_date()
    assert library.interest.learned().profile is None
    assert library.papers.counts()[2] == 7
    keep(library, range(0, 10, 2))
    library.interest.bring_up_to_date()
    profile = library.interest.learned().profile
    assert profile is not None and profile.kept == 5
    assert interest(library, 20) > interest(library, 21)
    library.close()


def test_the_newest_are_those_of_the_latest_days(library: Library) -> None:
    entries = [paper(n, KELP if n % 2 else SPIN, day=DAY - timedelta(days=n)) for n in range(30)]
    take_in(library, *entries, paper(50, KELP, day=None))
    keep(library, (1, 3, 5, 7, 9))
    library.interest.learn()
    assert library.interest.score_newest(10) == 10
    scored = [s for s in library.papers.summaries(range(1, 32)).values() if s.interest is not None]
    assert sorted(numbers(library, (s.key for s in scored))) == list(range(10))
    assert NEWEST >= 2000


@pytest.mark.parametrize(
    ("text", "count"),
    [("interest:>0.5", 20), ("interest:<0.5", 20), ("-interest:>=0.5", 20), ("interest:0", 40), ("interest:>1", 0)],
)
def test_a_query_finds_by_interest(read: Library, text: str, count: int) -> None:
    keep(read, (1, 3, 5, 7, 9))
    query = parse_query(text)
    assert not read.papers.matches(parse_query("interest:>0"))  # what was not scored has none
    read.interest.bring_up_to_date()
    assert sum(len(keys) for _, keys in read.papers.matches(query)) == count


def test_a_query_is_one_list_with_the_best_first(read: Library) -> None:
    take_in(read, *(paper(n, KELP, day=DAY + timedelta(days=2)) for n in range(60, 64)), name="b.txt")
    keep(read, (1, 3, 5, 7, 9))
    read.interest.bring_up_to_date()
    query = parse_query("day:2026-11 sort:interest")
    assert query.sort == BEST and not query.by_day
    ((group, keys),) = read.papers.matches(query)
    scores = [interest(read, number) for number in numbers(read, keys)]
    assert scores == sorted(scores, reverse=True) and group.total == 44
    assert parse_query("sort:interest") == Query((), BY_INTEREST)
    days = read.papers.matches(parse_query("sort:interest"))
    assert [group.day for group, _ in days] == [DAY + timedelta(days=2), DAY]


def test_the_best_of_what_is_found(read: Library) -> None:
    keep(read, (1, 3, 5, 7, 9))
    read.interest.bring_up_to_date()
    ((group, keys),) = read.papers.matches(parse_query("is:unread top:3"))
    assert (group.collection, group.total, group.unread) == ("The 3 best of 40", 3, 3)
    best = sorted(range(40), key=lambda number: -interest(read, number))[:3]
    assert numbers(read, keys) == best
    ((group, keys),) = read.papers.matches(parse_query("top:3 sort:title"))
    assert set(numbers(read, keys)) == set(best)
    ((group, keys),) = read.papers.matches(parse_query("top:500"))
    assert group.total == 40
    assert read.papers.matches(parse_query("top:5 zebra")) == ()


@pytest.mark.parametrize("column", ["examples", "data"])
@pytest.mark.parametrize("value", ["rubbish", "[]", "", b"\x00\xff"])
def test_a_damaged_profile_is_learned_anew(read: Library, column: str, value: str | bytes) -> None:
    keep(read, range(1, 30, 2))
    read.interest.bring_up_to_date()
    with read._database.write() as connection:
        connection.execute(f"UPDATE profile SET {column} = ?", (value,))
    other = Library.open(read.path, now=lambda: NOW)
    other.interest.bring_up_to_date()
    profile = other.interest.learned().profile
    assert profile is not None and profile.kept == 15
    assert interest(other, 31) > interest(other, 30)
    other.close()
