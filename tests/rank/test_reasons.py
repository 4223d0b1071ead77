"""Why a paper is thought to interest the reader, in its own words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedreader.rank.features import Document, words_of
from feedreader.rank.reasons import MOST_WORDS, reasons, spelled
from tests.rank.test_learn import weaver
from tests.rank.world import TOPICS, paper


def reason(document: Document, *words: str, pinned: tuple[str, ...] = (), banned: tuple[str, ...] = ()) -> list[str]:
    """The reasons if these words speak for a paper, each less than the one before."""
    added = {word: 1 - number / 10 for number, word in enumerate(words)}
    return list(reasons(document, added, {word: word for word in pinned}, banned))


@pytest.mark.parametrize(
    ("title", "abstract", "word", "written"),
    [
        ("LLMs at work", "We study LLMs.", "llms", "LLMs"),
        ("LLMs at Work", "", "llms", "LLMs"),
        ("GFlowNets", "Sampling with GFlowNets is fun.", "gflownets", "GFlowNets"),
        ("Diffusion Bridges", "Diffusion is noisy.", "diffusion", "diffusion"),
        ("Diffusion Bridges", "", "bridges", "bridges"),
        ("Priors", "Here Bayesian priors matter.", "bayesian", "Bayesian"),
        ("Loom", "The Loom of looms: a loom.", "loom", "loom"),
        ("On C++ and A* search", "", "c\ue001", "C++"),
        ("", "A guide to C++, for all.", "c\ue001", "C++"),
        ("", "Planning with A* is old.", "a\ue003", "A*"),
        ("", r"We use Poincar\'e maps.", "poincare", "Poincaré"),
        ("", r"On $\Lambda$CDM models", "lambdacdm", "ΛCDM"),
        ("", r"A \emph{loom} and $k$-means", "loom", "loom"),
        ("", "Café culture in a café", "cafe", "café"),
        ("", "The lo\x1b[31mom", "31mom", "31mom"),
        ("", "nothing of the kind", "absent", "absent"),
        ("", "nothing of the kind", "absent\ue002", "absent#"),
    ],
)
def test_a_reason_is_written_as_in_the_paper(title: str, abstract: str, word: str, written: str) -> None:
    assert reason(Document(title, abstract), word) == [written]


@pytest.mark.parametrize(
    ("abstract", "words", "expected"),
    [
        ("On score matching for all", ("score", "matching"), ["score matching"]),
        ("On score-matching for all", ("matching", "score"), ["score-matching"]),
        ("A score. Matching is hard", ("score", "matching"), ["score", "matching"]),
        ("A score, matching, is", ("score", "matching"), ["score", "matching"]),
        ("The score is matching", ("matching", "score"), ["matching", "score"]),
        ("a retrieval augmented generation of text", ("generation", "retrieval", "augmented"),
         ["retrieval augmented generation"]),
        ("attacks and attack and attacking", ("attacks", "attack", "attacking"), ["attacks"]),
        ("LLM and LLMs", ("llms", "llm"), ["LLMs"]),
        ("one two three four five six", (), []),
    ],
)  # fmt: skip
def test_words_side_by_side_are_one_reason_and_forms_of_a_word_too(
    abstract: str, words: tuple[str, ...], expected: list[str]
) -> None:
    assert reason(Document("", abstract), *words) == expected


def test_a_weak_word_is_no_part_of_a_phrase_and_no_reason_beside_a_strong_one() -> None:
    document = Document("", "a novel loom, novel")
    assert reasons(document, {"loom": 1.0, "novel": 0.1}, {}, ()) == ("loom",)
    assert reasons(document, {"loom": 1.0, "novel": 0.22}, {}, ()) == ("loom", "novel")


def test_pinned_phrases_come_first_and_banned_ones_are_never_named() -> None:
    document = Document("", "score matching on a loom with a shuttle")
    assert reason(document, "loom", "score", pinned=("shuttle",)) == ["shuttle", "loom", "score"]
    assert reason(document, "score", "matching", "loom", banned=("score matching",)) == ["score", "matching", "loom"]
    assert reason(document, "score", "matching", "loom", banned=("score",)) == ["matching", "loom"]


@settings(max_examples=60)
@given(
    st.text(max_size=60),
    st.text(max_size=200) | st.text(alphabet="ab AB$\\{}_^*+#.-扩\x1b\u202e\u0301\n", max_size=120),
    st.lists(st.sampled_from("a b ab aa bb ab\ue001 扩 ba aba bab".split()), max_size=8, unique=True),  # noqa: SIM905
)
def test_whatever_a_paper_says_its_reasons_are_safe_few_and_told_once(
    title: str, abstract: str, words: list[str]
) -> None:
    found = reason(Document(title, abstract), *words)
    assert len(found) == len(set(found)) <= 4 and all(found)
    assert all(text.isprintable() for text in found)
    assert sum(len(text.replace("-", " ").split()) for text in found) <= MOST_WORDS


def test_a_paper_of_no_interest_has_no_reasons_and_another_has_those_that_she_knows() -> None:
    assert weaver().interest(paper("baking", 600)).words == ()
    words = weaver().interest(paper("weaving", 600)).words
    assert words and all(word in TOPICS["weaving"] for reason in words for word in reason.split(" "))


def test_words_are_written_as_papers_write_them_without_a_capital_if_one_does() -> None:
    papers = [
        Document("Software for SQL", "We test Python by Schrödinger on C++."),
        Document("", "Here software is нейронный, and SQL is not sql."),
    ]
    words = {"software", "sql", "python", "schrodinger", "неиронныи", "c\ue001", "absent"}
    assert spelled(words, papers) == {
        "software": "software",
        "sql": "SQL",
        "python": "Python",
        "schrodinger": "Schrödinger",
        "неиронныи": "нейронный",
        "c\ue001": "C++",
    }


@given(st.text(max_size=200), st.text(max_size=200))
def test_words_of_any_text_are_spelled(title: str, abstract: str) -> None:
    words = set(words_of(Document(title, abstract))) - {""}
    found = spelled(words, [Document(title, abstract)])
    assert found.keys() <= words and all(found.values())
