"""What a profile learns from papers that were kept."""

from __future__ import annotations

from random import Random
from statistics import median

import pytest

from feedreader.rank.learn import learn
from feedreader.rank.profile import Profile
from tests.rank.world import OTHERS, keeps, paper


@pytest.fixture(scope="module")
def weaver() -> Profile:
    profile = learn(keeps("weaving", 25), OTHERS)
    assert profile is not None
    return profile


def test_papers_on_what_was_kept_come_before_all_others(weaver: Profile) -> None:
    liked = [weaver.interest(paper("weaving", n)).score for n in range(500, 520)]
    others = [weaver.interest(paper(topic, n)).score for topic in ("sailing", "baking") for n in range(500, 520)]
    assert min(liked) > max(others)
    assert median(liked) > 0.75 and median(others) < 0.25


def test_the_order_of_the_papers_makes_no_difference(weaver: Profile) -> None:
    examples, others = keeps("weaving", 25), list(OTHERS)
    chance = Random(7)
    chance.shuffle(examples)
    chance.shuffle(others)
    again = learn(examples, others)
    assert again is not None and again.to_bytes() == weaver.to_bytes()


@pytest.mark.parametrize("count", [0, 4])
def test_with_fewer_than_five_kept_papers_nothing_is_learned(count: int) -> None:
    assert learn(keeps("weaving", count), OTHERS) is None


def test_what_was_written_is_read_back(weaver: Profile) -> None:
    again = Profile.from_bytes(weaver.to_bytes())
    assert again is not None
    for topic in ("weaving", "baking"):
        before, after = weaver.interest(paper(topic, 700)), again.interest(paper(topic, 700))
        assert after.score == pytest.approx(before.score, abs=1e-5)
        assert after[1:] == before[1:]


def test_a_paper_that_is_added_and_removed_leaves_no_trace(weaver: Profile) -> None:
    new = keeps("baking", 3)
    changed = weaver.with_changes(new)
    assert changed.interest(paper("baking", 700)).score > weaver.interest(paper("baking", 700)).score + 0.02
    assert changed.kept == 28
    back = changed.with_changes((), new)
    assert back.counts == weaver.counts and back.authors == weaver.authors
    for n in range(700, 720):
        assert back.interest(paper("baking", n)).score == pytest.approx(weaver.interest(paper("baking", n)).score)
