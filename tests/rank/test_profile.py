"""A profile that follows what the reader does, knows what she pinned, and is stored."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedreader.model import KnownAuthor
from feedreader.rank import profile as profiles
from feedreader.rank.features import Document
from feedreader.rank.profile import DISMISSED, KEPT, NOTED, OPENED, Example, Pins, Profile
from feedreader.text.normalize import search_words
from tests.rank.test_learn import learned, weaver
from tests.rank.world import TOPICS, keeps, paper

PAPERS = [paper(topic, number) for topic in TOPICS for number in range(700, 710)]
EXAMPLES = st.builds(
    lambda topic, number, kind, age: Example(f"new {topic} {number}", paper(topic, number), kind, age),
    st.sampled_from(sorted(TOPICS)),
    st.integers(2000, 2040),
    st.sampled_from([KEPT, NOTED, OPENED, DISMISSED]),
    st.floats(0, 500),
)
SOME = st.lists(EXAMPLES, min_size=1, max_size=6, unique_by=lambda example: example.id)


def assert_alike(one: Profile, other: Profile, documents: Iterable[Document] = PAPERS) -> None:
    assert one.counts == other.counts and one.authors == other.authors and one.steps.keys() == other.steps.keys()
    for document in documents:
        before, after = one.interest(document), other.interest(document)
        assert after.score == pytest.approx(before.score, abs=1e-6)
        assert after[1:] == before[1:]


# Changes -----------------------------------------------------------------------------------------------------------


@settings(max_examples=30)
@given(SOME, st.randoms(use_true_random=False))
def test_what_is_added_and_removed_in_any_order_leaves_no_trace(some: list[Example], chance: Random) -> None:
    profile = changed = weaver()
    for example in some:
        changed = changed.with_changes([example])
    chance.shuffle(some)
    for example in some:
        changed = changed.with_changes((), [example])
    assert_alike(profile, changed)


@settings(max_examples=30)
@given(st.integers(0, 24), SOME)
def test_what_was_learned_from_can_be_unlearned_and_is_then_as_if_it_had_never_been(
    place: int, some: list[Example]
) -> None:
    removed = keeps("weaving", 25)[place]
    one = weaver().with_changes((), [removed]).with_changes(some)
    other = weaver().with_changes(some, [removed])
    assert_alike(one, other)
    assert one.kept == 24 + sum(example.kind == KEPT for example in some)
    assert removed.id not in one.steps


def test_unkeeping_the_papers_of_a_topic_unlearns_it_and_nothing_else() -> None:
    sailing = keeps("sailing", 15)
    both = learned(*keeps("weaving", 15), *sailing)
    after = both.with_changes((), sailing)
    assert both.interest(paper("sailing", 800)).score > 0.5 > after.interest(paper("sailing", 800)).score
    assert after.interest(paper("weaving", 800)).score > 0.75
    assert after.interest(paper("baking", 800)).score < 0.25
    assert not any("Sailing" in author.name for author in after.authors.values())


@settings(max_examples=30)
@given(EXAMPLES)
def test_a_keep_raises_the_paper_and_a_dismissal_lowers_it(example: Example) -> None:
    before = weaver().interest(example.document).score
    kept, dismissed = (weaver().with_changes([example._replace(kind=kind)]) for kind in (KEPT, DISMISSED))
    assert kept.interest(example.document).score > before > dismissed.interest(example.document).score


def test_a_keep_teaches_words_that_no_paper_had() -> None:
    new = Example("new", Document("Zeppelin moorings", "Zeppelin moorings and gondolas.", ["Ferdinand Zett"]), KEPT)
    like = Document("Gondolas of a zeppelin", "Of zeppelin gondolas.")
    before, after = weaver().interest(like), weaver().with_changes([new]).interest(like)
    assert after.score > before.score + 0.1
    assert KnownAuthor("Ferdinand Zett", 1) in weaver().with_changes([new]).authors.values()


def test_unlearning_a_paper_leaves_words_alone_that_were_unknown_when_it_was_learned() -> None:
    dismissed = Example("old", Document("Zeppelin moorings", "Of a dull zeppelin."), DISMISSED)
    profile = learned(*keeps("weaving", 10), dismissed)
    assert "zeppelin" not in profile.places
    changed = profile.with_changes([Example("new", Document("Zeppelin", "A zeppelin"), KEPT)])
    place = changed.places["zeppelin"]
    after = changed.with_changes((), [dismissed])
    assert after.weights[place] == changed.weights[place] > 0


def test_what_is_known_is_not_added_twice_nor_what_is_unknown_removed() -> None:
    known, unknown = keeps("weaving", 1), keeps("baking", 1)
    assert_alike(weaver(), weaver().with_changes(known, unknown))


def test_a_change_changes_no_other_profile() -> None:
    before = weaver().to_bytes()
    weaver().with_changes(keeps("baking", 2), keeps("weaving", 2))
    assert weaver().to_bytes() == before


# Pins --------------------------------------------------------------------------------------------------------------

WORDS = st.sampled_from([word for words in TOPICS.values() for word in words])


@settings(max_examples=40)
@given(st.sampled_from(PAPERS), st.lists(WORDS, max_size=8, unique=True))
def test_each_pinned_word_of_a_paper_raises_it_and_each_banned_one_lowers_it(
    document: Document, words: list[str]
) -> None:
    own = search_words(f"{document.title} {document.abstract}").split(" ")
    up = down = weaver().interest(document).score
    for count in range(1, len(words) + 1):
        pinned = weaver().interest(document, Pins.of(pinned_words=words[:count])).score
        banned = weaver().interest(document, Pins.of(banned_words=words[:count])).score
        if words[count - 1] in own:
            assert pinned > up or up > 0.999999
            assert banned < down or down < 0.000001
        else:
            assert (pinned, banned) == (up, down)
        up, down = pinned, banned


def test_a_pinned_phrase_is_the_first_reason_as_the_paper_writes_it() -> None:
    document = Document("A study", "We look at Score-Matching and a loom with weft.")
    pins = Pins.of(pinned_words=["score matching", "SCORE  matching", "weft", "keel", " "])
    assert weaver().interest(document, pins).words[:2] == ("Score-Matching", "weft")
    assert list(pins.pinned_words) == ["score matching", "weft", "keel"]


def test_pinned_and_banned_words_are_found_in_her_order() -> None:
    pins = Pins.of(["weft yarn", "loom", "loom weft", "keel"], ["weft", "yarn loom", "weft yarn"])
    assert pins.words_among(["a", "loom", "weft", "yarn"]) == (
        {"weft yarn": "weft yarn", "loom": "loom", "loom weft": "loom weft"},
        ["weft", "weft yarn"],
    )


def test_a_phrase_is_found_within_title_or_abstract_only_and_in_scripts_without_blanks() -> None:
    pins = Pins.of(pinned_words=["shuttle sails", "扩散模型", "C++"])
    profile = Profile()
    assert profile.interest(Document("Sails of a shuttle", "Sails and more"), pins) == profile.interest(
        Document("", "")
    )
    assert profile.interest(Document("新扩散模型研究", ""), pins).words == ("扩散模型",)
    assert profile.interest(Document("", "Written in C++."), pins).words == ("C++",)
    assert profile.interest(Document("", "Written in C."), pins).words == ()


def test_a_banned_word_is_no_reason_alone_or_in_a_phrase() -> None:
    document = paper("weaving", 900)
    free = weaver().interest(document).words
    banned = free[0].split(" ")[0]
    words = weaver().interest(document, Pins.of(banned_words=[banned])).words
    assert words and not any(banned in word.split(" ") for word in words)


def test_pinned_and_banned_authors_count_and_are_named_or_not() -> None:
    document = paper("weaving", 900)._replace(authors=["Ada Weavingson", "Grace Hopper"])
    free = weaver().interest(document)
    assert free.author and free.author.name == "Ada Weavingson"
    pinned = weaver().interest(document, Pins.of(pinned_authors=["hopper, grace"]))
    assert pinned.author == ("Grace Hopper", 0) and pinned.score > free.score
    banned = weaver().interest(document, Pins.of(banned_authors=["Ada Weavingson"]))
    assert banned.author is None and banned.score < free.score
    assert weaver().interest(document, Pins.of(banned_authors=["Bo Noone"])) == free


def test_pins_order_papers_before_anything_was_kept() -> None:
    nothing, pins = Profile(), Pins.of(["loom"], ["keel"], ["Ada Lovelace"], ["Bo Noone"])
    assert nothing.kept == 0 and nothing.words() == []
    again = Profile.from_bytes(nothing.to_bytes())
    assert again is not None
    assert_alike(nothing, again)
    plain = nothing.interest(Document("Any paper", ""), pins)
    liked = nothing.interest(Document("A loom", ""), pins)
    written = nothing.interest(Document("Any paper", "", ["Ada Lovelace"]), pins)
    disliked = nothing.interest(Document("A keel", ""), pins)
    assert plain.score < 0.3 and disliked.score < plain.score and liked.score > 0.6 and written.score > 0.6
    assert liked.words == ("loom",) and written.author == ("Ada Lovelace", 0) and plain.words == ()


# As bytes ----------------------------------------------------------------------------------------------------------


@settings(max_examples=10)
@given(SOME)
def test_what_was_written_is_read_back_and_goes_on(some: list[Example]) -> None:
    changed = weaver().with_changes(some)
    again = Profile.from_bytes(changed.to_bytes())
    assert again is not None
    assert_alike(changed, again)
    assert_alike(weaver(), again.with_changes((), some))
    assert Profile.from_bytes(again.to_bytes()) == again


def test_a_profile_of_another_version_or_a_damaged_one_is_none() -> None:
    data = weaver().to_bytes()
    text, _, numbers = zlib.decompress(data).partition(b"\n")
    other = {**json.loads(text), "version": 0}
    assert Profile.from_bytes(zlib.compress(json.dumps(other).encode() + b"\n" + numbers)) is None
    assert Profile.from_bytes(zlib.compress(text + b"\n" + numbers[:-4])) is None
    assert Profile.from_bytes(data[:100]) is None
    assert Profile.from_bytes(b"") is None
    assert Profile.from_bytes(zlib.compress(b"[]\n")) is None


def test_it_is_two_megabytes_at_the_most_and_keeps_what_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profiles, "_LARGEST", 1500)
    assert len(Profile.to_bytes(weaver())) <= 1500
    again = Profile.from_bytes(weaver().to_bytes())
    assert again is not None and 0 < len(again.places) < len(weaver().places)
    assert again.interest(paper("weaving", 901)).score > again.interest(paper("baking", 901)).score + 0.1
