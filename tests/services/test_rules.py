"""The text of rules: what is read, what is said of mistakes, and what the program writes into it."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.errors import ConfigError, QueryError
from feedreader.services import rules
from feedreader.services.rules import Rules, rule_query
from feedreader.services.user_toml import UserToml

PATH = Path("/conf/rules.toml")
DAY = date(2026, 11, 21)
WRITTEN = """\
# mine
[[highlight]]  # whom I know
name = "Ada"
query = 'author:"Ada Lovelace"'

[[mute]]
query = '''
survey'''   # too many
"""


def read(text: str) -> Rules:
    return rules.read(UserToml(PATH, text))


def added(text: str, effect: str, query: str) -> str:
    return rules.added(UserToml(PATH, text), effect, query, DAY).text


def removed(text: str, effect: str, query: str) -> str | None:
    left = rules.removed(UserToml(PATH, text), effect, query)
    return left.text if left else None


def faults(rules: Rules) -> list[str]:
    return [str(fault) for fault in rules.faults]


def test_rules_stand_in_the_order_of_the_file_with_their_lines_and_names() -> None:
    rules = read(added(WRITTEN, "highlight", "cat:cs.LG"))
    assert not rules.faults
    assert [
        (entry.rule.effect, entry.rule.name, entry.rule.text, entry.line, entry.created) for entry in rules.entries
    ] == [
        ("highlight", "Ada", 'author:"Ada Lovelace"', 2, None),
        ("mute", "survey", "survey", 6, None),
        ("highlight", "cat:cs.LG", "cat:cs.LG", 10, DAY),
    ]
    assert rules.find("mute", "survey") == rules.entries[1]
    assert rules.find("highlight", "survey") is None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[[highlite]]\nquery = 'x'", "line 1: Unknown kind of rule “highlite”. Did you mean [[highlight]]?"),
        ("query = 'x'", "line 1: Unknown kind of rule “query”. It belongs under [[highlight]] or [[mute]]."),
        ("\n[mute]\nquery = 'x'", "line 2: “mute” is not a list of rules. Write [[mute]] in double brackets."),
        ("[[mute]]\nname = 'x'", 'line 1: This rule has no query. Add a line query = "…".'),
        ("[[mute]]\nqueri = 'y'\nquery = 'x'", "line 2: Unknown key “queri” in a rule. Did you mean “query”?"),
        ("[[mute]]\nquery = 3", 'line 2: “query” is 3. It should be a query in quotes: query = "survey".'),
        ("[[mute]]\nquery = 'x'\nname = 3", 'line 3: “name” is 3. It should be a name: name = "surveys".'),
        ("[[mute]]\nquery = ''", "line 2: A rule needs a query. Write what it should find."),
        (
            "[[mute]]\nquery = 'x'\n[[mute]]\n\nquery = ' x '",
            "line 5: This rule appears twice. Remove one.",
        ),
        ("[[mute]]\nquery = 'cat:x sort:title'", "line 2: A rule cannot be sorted. Remove sort:."),
        (
            "[[mute]]\nquery = 'a autor:b'",
            'Unknown field “autor”. Did you mean author:? To search for the words themselves: "',
        ),
    ],
)
def test_a_mistake_is_said_with_its_line_and_what_would_be_right(text: str, fault: str) -> None:
    good = "\n\n[[highlight]]\nquery = 'good'\n"
    rules = read(text + good)
    assert fault in faults(rules)[0] and len(rules.faults) == 1
    assert "good" in [entry.rule.text for entry in rules.entries]


def test_a_mistake_in_a_query_points_into_it() -> None:
    (fault,) = read("[[mute]]\nquery = 'cat:x (y'").faults
    assert (fault.line, fault.query, fault.position) == (2, "cat:x (y", 6)


def test_what_is_no_toml_is_refused_as_a_whole() -> None:
    with pytest.raises(ConfigError, match=r"rules\.toml, line 2"):
        read("[[mute]]\nquery = survey")


@pytest.mark.parametrize(
    "query",
    ["is:unread", "-is:shortlisted", "x or (y tag:z)", "note:x", "has:pdf", "since:visit", "day:7d", "is:muted", ""],
)
def test_a_rule_cannot_ask_for_what_is_otherwise_tomorrow(query: str) -> None:
    with pytest.raises(QueryError):
        rule_query(query)


@pytest.mark.parametrize("query", ["moss top:20", "top:5", "top:5 sort:title"])
def test_a_rule_cannot_pick_the_best(query: str) -> None:
    with pytest.raises(QueryError, match=r"To highlight by interest, write interest:>0\.7\.") as error:
        rule_query(query)
    assert error.value.position == query.index("top:")


@pytest.mark.parametrize("query", ["interest:<0.2", "survey -interest:>0.5", "moss or (fern interest:<0.1)"])
def test_interest_highlights_and_never_mutes(query: str) -> None:
    assert rule_query(query, "highlight").terms
    with pytest.raises(QueryError, match="No paper is hidden for its interest") as error:
        rule_query(query, "mute")
    assert error.value.position == query.index("interest:")
    (fault,) = read(f"[[highlight]]\nquery = '{query}'\n[[mute]]\nquery = '{query}'\n").faults
    assert fault.line == 4 and "Highlight by interest instead" in fault.remedy


@pytest.mark.parametrize("query", ["is:replaced", "has:tldr", "day:2019-05", "since:2019-05-09", "/x/ or -cat:cs"])
def test_a_rule_can_ask_for_what_a_paper_says(query: str) -> None:
    assert rule_query(query).terms


def test_only_a_rule_that_was_made_here_is_taken_out() -> None:
    assert removed(WRITTEN, "mute", "survey") is None
    assert removed(WRITTEN, "mute", "nothing") is None
    assert removed(added(WRITTEN, "mute", "nothing"), "highlight", "nothing") is None


def test_a_rule_that_was_made_goes_beside_what_is_not_equal_to_itself() -> None:
    assert removed(added("x = nan\n", "mute", "y"), "mute", "y") == "x = nan\n"


def test_comments_and_what_was_written_beside_stay() -> None:
    text = added(WRITTEN, "mute", "x").replace("made =", "# why: noise\nmade =") + "# the end\n"
    left = removed(text, "mute", "x")
    assert left == WRITTEN + "# why: noise\n# the end\n"
    named = text.replace('query = "x"', 'name = "noise"  # my own name\nquery = "x"')
    assert removed(named, "mute", "x") == WRITTEN + "\n# my own name\n# why: noise\n# the end\n"


WORDS = st.text(st.sampled_from("ab\"'\\é#[]=\U0001f600 :/-()\t"), min_size=1, max_size=20).map(str.strip).filter(bool)


@given(st.lists(st.tuples(st.sampled_from(["highlight", "mute"]), WORDS), unique=True, max_size=5), st.booleans())
def test_what_is_added_is_read_back_and_taken_out_leaves_the_text_as_it_was(
    rules_added: list[tuple[str, str]], crlf: bool
) -> None:
    texts = [WRITTEN.replace("\n", "\r\n") if crlf else WRITTEN]
    for effect, query in rules_added:
        texts.append(added(texts[-1], effect, query))
    document = tomllib.loads(texts[-1].replace("\r\n", "\n"))
    tables = [
        (effect, entry["query"]) for effect in ("highlight", "mute") for entry in document[effect] if "made" in entry
    ]
    assert sorted(tables) == sorted(rules_added)
    for (effect, query), before in zip(reversed(rules_added), reversed(texts[:-1]), strict=True):
        assert removed(texts.pop(), effect, query) == before


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    for document in (text, f"[[mute]]\nquery = '''{text}'''\n", f"[[highlight]]\nquery = 'x'\n{text}"):
        try:
            rules = read(document)
        except ConfigError:
            continue
        assert all(fault.line and fault.line >= 1 and str(fault) for fault in rules.faults)


@given(
    st.lists(st.sampled_from([*WRITTEN.splitlines(), "made = 2026-11-21", "[mute.x]", "query = 'y'", ""]), max_size=9)
)
def test_shuffled_lines_are_read_or_refused_and_nothing_else_goes_with_a_rule(lines: list[str]) -> None:
    text = "\n".join(lines) + "\n"
    try:
        rules = read(text)
    except ConfigError:
        return
    for entry in rules.entries:
        left = removed(text, entry.rule.effect, entry.rule.text)
        if left is None:
            continue
        rule = (entry.rule.effect, entry.rule.text)
        gone = Counter(text.splitlines()) - Counter(left.splitlines())  # of two that say the same, that which was made
        headings = 1 + entry.rule.text.count("[[")  # a query on several lines may hold what looks like one
        assert any(line.startswith("made") for line in gone) and gone[f"[[{entry.rule.effect}]]"] <= headings
        others, after = (
            [(other.rule.effect, other.rule.text) for other in read(document).entries] for document in (text, left)
        )
        assert [other for other in others if other != rule] == [other for other in after if other != rule]
