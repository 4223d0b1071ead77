"""Regular expressions: what they may be, and which are marked on the screen."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.query.regex import FIELD, MAX_LENGTH, RECORD, PatternError, compiled, is_tame, spans

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("gan", "GAN", True),
        ("GAN", "gan", False),
        ("\\Wgan\\b", "a GAN", True),
        ("(?P<Name>gan)", "GAN", True),
        ("[[a]", "a", True),
    ],
)
def test_capitals_make_case_count(pattern: str, text: str, matches: bool) -> None:
    assert bool(compiled(pattern).search(text)) is matches


@pytest.mark.parametrize(
    ("pattern", "place"),
    [("a(b", 1), ("a[b", 1), ("*", 0), ("a" * (MAX_LENGTH + 1), MAX_LENGTH), ("a{2}{3}", 4), ("\\", 0), ("(?<=a*)", 0)],
)
def test_a_mistake_has_a_place(pattern: str, place: int) -> None:
    with pytest.raises(PatternError) as caught:
        compiled(pattern)
    assert caught.value.position == place and str(caught.value)


@given(st.text(alphabet="ab(){}[]*+?|^$\\.0123<=!:PiXNu", max_size=20))
def test_any_pattern_is_compiled_or_refused(pattern: str) -> None:
    try:
        assert isinstance(compiled(pattern), re.Pattern)
    except PatternError as error:
        assert 0 <= error.position <= len(pattern)
    is_tame(pattern)


@pytest.mark.parametrize(
    ("pattern", "tame"),
    [
        *((pattern, True) for pattern in ("diffus\\w+", "a.*b", "^on (the|a) ", "colou?r", "[a-z]+s\\d*", "a{2,3}")),
        *((pattern, False) for pattern in ("(a+)+$", "(a|aa)+$", "(\\w+\\s?)*x", "a.*b.*c", "(a)\\1", "(x+x+)+y", "(")),
        ("\\w+ \\w+ \\w+", False),
    ],
)
def test_what_could_take_long_is_not_marked(pattern: str, tame: bool) -> None:
    assert is_tame(pattern) is tame


def test_no_marks_in_texts_that_are_none() -> None:
    assert list(spans(compiled("a+"), "aa b aaa")) == [(0, 2), (5, 8)]
    assert list(spans(compiled("a+"), "a" * 100)) == []
    assert list(spans(compiled("a+"), "a " * 5000)) == []


def serve(pattern: str, records: list[tuple[str, ...]]) -> list[str]:
    """What the process that searches answers."""
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from feedreader.query.regex import serve; serve(9.0)"
    texts = RECORD.join([pattern, *(FIELD.join(record) for record in records)])
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], input=texts.encode(), capture_output=True, check=True
    )
    return done.stdout.decode().split()


@pytest.mark.parametrize(
    ("pattern", "keys"),
    [
        ("deep", ["1", "2"]),
        ("Deep", ["1"]),
        ("^deep a", ["2"]),
        (".*net", ["1", "2"]),
        (".*deep|zzz", ["1", "2"]),
        ("λ", ["3"]),
        ("\\\\lambda", ["3"]),
        ("\\x44eep", ["1", "2"]),
        ("[^a-z ]eep", []),
        ("İ", ["4"]),
    ],
)
def test_the_process_finds_papers(pattern: str, keys: list[str]) -> None:
    records = [("1", "Deep nets"), ("2", "Other", "a deep net"), ("2", "deep again"), ("3", "$\\lambda$"), ("4", "İ x")]
    assert serve(pattern, records) == keys
