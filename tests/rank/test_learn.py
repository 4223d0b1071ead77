"""What a profile learns from papers that were kept."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedreader.rank.features import Document
from feedreader.rank.learn import learn
from feedreader.rank.profile import DISMISSED, KEPT, NOTED, OPENED, Example, Profile
from tests.rank.world import OTHERS, TOPICS, keeps, paper


def learned(*examples: Example, others: list[Document] = OTHERS) -> Profile:
    profile = learn(examples, others)
    assert profile is not None
    return profile


@cache
def weaver(count: int = 25) -> Profile:
    return learned(*keeps("weaving", count))


def scores(profile: Profile, topic: str) -> list[float]:
    return [profile.interest(paper(topic, number)).score for number in range(500, 520)]


def typical(profile: Profile, topic: str) -> float:
    return median(scores(profile, topic))


@pytest.mark.parametrize("count", [5, 10, 25, 60])
def test_papers_on_what_was_kept_come_before_all_others(count: int) -> None:
    profile = weaver(count)
    others = [score for topic in TOPICS if topic != "weaving" for score in scores(profile, topic)]
    assert min(scores(profile, "weaving")) > max(others)
    assert typical(profile, "weaving") > 0.75 and median(others) < 0.25


def test_marks_that_are_ages_old_count_for_nothing() -> None:
    profile = learned(*(example._replace(age=740_000.0) for example in keeps("weaving", 6)))
    assert all(0 <= score <= 1 for score in scores(profile, "weaving"))


@settings(max_examples=10)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_papers_makes_no_difference(chance: object) -> None:
    examples, others = [*keeps("weaving", 25), *keeps("baking", 5, DISMISSED)], list(OTHERS)
    before = learned(*examples).to_bytes()
    chance.shuffle(examples)  # type: ignore[attr-defined]
    chance.shuffle(others)  # type: ignore[attr-defined]
    assert learned(*examples, others=others).to_bytes() == before


def test_another_process_learns_the_same() -> None:
    code = (
        "from tests.rank.test_learn import weaver; import hashlib;"
        "print(hashlib.sha256(weaver().to_bytes()).hexdigest(), end='')"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


@pytest.mark.parametrize("count", [0, 4])
def test_with_fewer_than_five_kept_papers_nothing_is_learned(count: int) -> None:
    assert learn([*keeps("weaving", count), *keeps("baking", 30, OPENED)], OTHERS) is None


def test_a_profile_says_from_what_it_is_made_and_whether_it_is_young() -> None:
    profile = learned(*keeps("weaving", 19), *keeps("baking", 3, DISMISSED), *keeps("sailing", 2, OPENED))
    assert profile.counts == {KEPT: 19, DISMISSED: 3, OPENED: 2} and profile.kept == 19
    assert profile.is_young and not weaver(20).is_young


def test_dismissed_papers_speak_against_their_like() -> None:
    examples = [*keeps("weaving", 20), *keeps("sailing", 20)]
    without, after = learned(*examples), learned(*examples, *keeps("sailing", 15, DISMISSED, start=100))
    assert typical(after, "sailing") < typical(without, "sailing") - 0.02
    assert typical(after, "weaving") > typical(after, "sailing")


def test_what_is_kept_counts_most_and_what_is_opened_least() -> None:
    by_kind = {kind: learned(*keeps("weaving", 20), *keeps("sailing", 10, kind)) for kind in (KEPT, NOTED, OPENED)}
    kept, noted, opened = (typical(by_kind[kind], "sailing") for kind in (KEPT, NOTED, OPENED))
    assert kept > noted > opened > typical(weaver(20), "sailing")


def test_what_is_old_counts_less() -> None:
    def after(age: float) -> float:
        old = [example._replace(age=age) for example in keeps("sailing", 10)]
        return typical(learned(*keeps("weaving", 10), *old), "sailing")

    assert after(0) > after(1000)


def test_names_that_many_papers_have_are_no_authors_of_hers() -> None:
    shared = [other._replace(authors=[*other.authors, "Li Wei"]) for other in OTHERS]
    examples = [
        e._replace(document=e.document._replace(authors=["Li Wei", "Ada Weavingson"])) for e in keeps("weaving", 6)
    ]
    profile = learned(*examples, others=shared)
    assert [author.name for author in profile.authors.values()] == ["Ada Weavingson"]
    assert profile.interest(paper("baking", 1)._replace(authors=["Li Wei"])).author is None
    more = profile.with_changes([Example("new", examples[0].document, KEPT)])
    assert [*more.authors.values()] == [("Ada Weavingson", 7)]


def test_an_author_of_kept_papers_is_named_and_counts() -> None:
    loyal = [
        example._replace(document=example.document._replace(authors=["Ada Lovelace", f"N{n} Alone"]))
        for n, example in enumerate([*keeps("weaving", 15), *keeps("mapping", 15), *keeps("baking", 15)])
    ]
    profile = learned(*loyal)
    mine, other = (paper("sailing", 1)._replace(authors=[name]) for name in ("Lovelace, Ada", "Bob Noone"))
    assert profile.interest(mine).author == ("Ada Lovelace", 45)
    assert profile.interest(other).author is None
    assert profile.interest(mine).score > profile.interest(other).score + 0.05
    assert next(iter(profile.authors.values())).name == "Ada Lovelace"


@pytest.mark.parametrize("others", [[], OTHERS[:1], [Document("", "")] * 5])
def test_a_few_other_papers_or_none_are_enough(others: list[Document]) -> None:
    profile = learned(*keeps("weaving", 6), others=others)
    assert all(0 <= score <= 1 for score in scores(profile, "weaving"))


@settings(max_examples=20)
@given(st.lists(st.tuples(st.text(max_size=60), st.text(max_size=60), st.lists(st.text(max_size=10))), min_size=6))
def test_whatever_papers_say_something_is_learned(papers: list[tuple[str, str, list[str]]]) -> None:
    examples = [Example(str(n), Document(*each), KEPT) for n, each in enumerate(papers)]
    profile = learned(*examples, others=OTHERS[:20])
    again = Profile.from_bytes(profile.to_bytes())
    assert again is not None
    for each in papers:
        interest = again.interest(Document(*each))
        assert 0 <= interest.score <= 1
        assert all(word.isprintable() for word in interest.words)


def test_the_words_of_a_profile_are_those_of_what_was_kept() -> None:
    others = [other for other in OTHERS if other.labels != paper("weaving", 0).labels]
    profile = learned(*keeps("weaving", 25), *keeps("baking", 10, DISMISSED), others=others)
    words = profile.words(8)
    assert {word for word, _ in words} <= set(TOPICS["weaving"])
    assert [weight for _, weight in words] == sorted((weight for _, weight in words), reverse=True)
    against = profile.words(8, against=True)
    assert not {word for word, _ in against} & set(TOPICS["weaving"])
    assert [weight for _, weight in against] == sorted(weight for _, weight in against)
    assert against[-1][1] < 0 < words[-1][1]
    assert [name for name, _ in profile.labelled("cat")] == ["x.we"]
    assert profile.labelled("source") == []
