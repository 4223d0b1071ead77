"""The file of what is pinned or banned, and which papers are scored before a query is asked."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.errors import ConfigError
from feedreader.library import Library
from feedreader.query.language import parse_query
from feedreader.services import interest
from feedreader.services.interest import Pinned, candidates, read_pins, uses_interest
from feedreader.services.user_toml import UserToml
from tests.library.test_interest import KELP, SPIN, keep, numbers, paper, take_in

PATH = Path("/conf/interest.toml")
WRITTEN = """\
# mine
[[pin]]
word = "Tidal  Salinity"

[[ban]]  # too many
word = 'spin'

[[pin]]
author = "Wren Halloran"
"""


def read(text: str) -> Pinned:
    return read_pins(UserToml(PATH, text))


def test_words_and_authors_are_pinned_and_banned() -> None:
    assert read(WRITTEN) == Pinned(("Tidal Salinity",), ("spin",), ("Wren Halloran",), ())
    assert read("") == read("# nothing\n") == Pinned()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[[pins]]\nword = 'x'", "line 1: Unknown kind of preference “pins”. Did you mean [[pin]]?"),
        ("author = 'x'", "line 1: Unknown kind of preference “author”. It belongs under [[pin]] or [[ban]]."),
        ("\n[ban]\nword = 'x'", "line 2: “ban” is not a list of preferences. Write [[ban]] in double brackets."),
        ("[[ban]]", 'line 1: This preference is empty. Add a line word = "…" or author = "…".'),
        ("[[ban]]\nwrod = 'y'\nword = 'x'", "line 2: Unknown key “wrod” in a preference. Did you mean “word”?"),
        ("[[pin]]\nwords = 'x'", "line 2: Unknown key “words” in a preference. Did you mean “word”?"),
        ("\n[[pin]]\nword = 'x'\nauthor = 'y'", "line 2: A preference has either a word or an author. Write two"),
        ("[[pin]]\nword = 3", 'line 2: “word” is 3. It should be in quotes: word = "score matching".'),
        ("[[pin]]\nauthor = ''", 'line 2: “author” is "". It should have letters: author = "Ada Lovelace".'),
        ("[[pin]]\nword = ' … '", 'line 2: “word” is " … ". It should have letters'),
        ("[[pin]]\nauthor = 'et al.'", 'line 2: “author” is "et al.". It should have letters'),
        ("[[pin]]\nword = 'X-ray'\n[[pin]]\nword = 'x ray'", "line 4: “x ray” is pinned twice. Remove one."),
        (
            "[[ban]]\nauthor = 'Ode Lund'\n[[pin]]\nauthor = 'Lund, Ode'",
            "line 2: “Ode Lund” is pinned and banned. Remove one.",
        ),
    ],
)
def test_a_mistake_is_said_with_its_line_and_the_rest_holds(text: str, fault: str) -> None:
    pinned = read(f"{text}\n\n[[pin]]\nword = 'good'\n")
    assert len(pinned.faults) == 1 and fault in str(pinned.faults[0])
    assert "good" in pinned.pinned_words


def test_what_is_no_toml_is_refused_as_a_whole() -> None:
    with pytest.raises(ConfigError, match=r"interest\.toml, line 2"):
        read("[[pin]]\nword = kelp")


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    for document in (text, f"[[ban]]\nword = '''{text}'''\n", f"[[pin]]\nauthor = 'x'\n{text}"):
        try:
            pinned = read(document)
        except ConfigError:
            continue
        assert all(fault.line and fault.line >= 1 and str(fault) for fault in pinned.faults)
        assert all(word.split() for names in pinned[:4] for word in names)


# the library


@pytest.fixture
def learned(library: Library) -> Library:
    """A library of 20 papers on kelp and as many on spins, five of the first kept."""
    take_in(library, *(paper(number, KELP if number % 2 else SPIN) for number in range(40)))
    keep(library, (1, 3, 5, 7, 9))
    library.interest.bring_up_to_date()
    return library


def score(library: Library, number: int) -> float:
    library.interest.bring_up_to_date()
    found = library.papers.get(library.papers.key_of(f"2611.{number:05}"))
    assert found and found.interest
    return found.interest.score


def test_the_file_says_what_is_liked_as_long_as_it_is_there(learned: Library, tmp_path: Path) -> None:
    file = tmp_path / "interest.toml"
    before = score(learned, 2)
    interest.apply_pins(learned, file)
    assert score(learned, 2) == before
    file.write_text("[[pin]]\nauthor = 'Author Cx'\n")
    assert interest.apply_pins(learned, file).pinned_authors == ("Author Cx",)
    pinned = score(learned, 2)
    assert pinned > before
    file.write_text("[[pin]]\nauthor = 'Author Cx'\n[[ban]\n")
    with pytest.raises(ConfigError):
        interest.apply_pins(learned, file)
    assert score(learned, 2) == pinned
    file.unlink()
    interest.apply_pins(learned, file)
    assert score(learned, 2) == pytest.approx(before)


def test_a_program_that_knows_of_no_file_leaves_what_was_applied_last(learned: Library, tmp_path: Path) -> None:
    file = tmp_path / "interest.toml"
    before = score(learned, 2)
    file.write_text("[[pin]]\nauthor = 'Author Cx'\n")
    interest.apply_pins(learned, file)
    pinned = score(learned, 2)
    other = Library.open(learned.path, now=learned.now)
    interest.apply_pins(other, tmp_path / "elsewhere.toml", remembered=True)
    assert score(other, 2) == pinned
    interest.apply_pins(other, tmp_path / "elsewhere.toml")
    assert score(other, 2) == pytest.approx(before)
    other.close()


@pytest.mark.parametrize(
    ("text", "uses"),
    [
        ("sort:interest", True),
        ("top:3", True),
        ("kelp or -interest:>0.5", True),
        ("kelp", False),
        ("sort:title", False),
        ('"interest:>0.5"', False),
    ],
)
def test_which_queries_need_the_interest_of_papers(text: str, uses: bool) -> None:
    assert uses_interest(parse_query(text)) == uses


def test_as_many_papers_are_scored_as_a_list_hangs_on(library: Library) -> None:
    days = [date(2026, 11, 20) - timedelta(days=n // 10) for n in range(40)]
    take_in(library, *(paper(n, KELP if n % 2 else SPIN, day=day) for n, day in enumerate(days)))

    def chosen(text: str, most: int = 99, limit: int | None = None) -> list[int]:
        return sorted(numbers(library, candidates(library, parse_query(text), most, limit=limit)))

    assert chosen("top:3") == chosen("interest:>0.9") == chosen("top:3", limit=3) == list(range(40))
    assert chosen("sort:interest", limit=0) == []
    assert chosen("sort:interest", limit=12) == list(range(20)), "whole days"
    assert chosen("sort:interest", 15, limit=12) == list(range(15))
    assert chosen("interest:>0.9", limit=1) == list(range(40))
    assert chosen("cat:q-bio (interest:>0.9 or kelp) top:3", 5) == [1, 3, 5, 7, 9]
    assert chosen("cat:q-bio sort:interest", limit=1) == list(range(1, 40, 2))
