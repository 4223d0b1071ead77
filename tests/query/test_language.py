"""The query language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.errors import QueryError
from feedreader.model import And, Condition, Not, Or, Query, Term
from feedreader.query.fields import FIELDS
from feedreader.query.language import format_query, names_interest, parse_query, terms_of, toggled, within


def word(text: str, field: str = "") -> Term:
    return Term(field, text)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", []),
        (" \t ", []),
        ("deep learning", [word("deep"), word("learning")]),
        ("deep AND learning", [word("deep"), word("learning")]),
        ("a b or c", [Or((And((word("a"), word("b"))), word("c")))]),
        ("a or b Or c", [Or((word("a"), word("b"), word("c")))]),
        ("(a or b) c", [Or((word("a"), word("b"))), word("c")]),
        ("((a)) (b (c d))", [word("a"), word("b"), word("c"), word("d")]),
        ("-(a b)", [Not(And((word("a"), word("b"))))]),
        ("not a -not b not(c)", [Not(word("a")), word("b"), Not(word("c"))]),
        ("-a", [Not(word("a"))]),
        ('"deep learning" -slow', [word("deep learning"), Not(word("slow"))]),
        ("“deep  learning” „a b“ «c d» 'e f'", [word("deep learning"), word("a b"), word("c d"), word("e f")]),
        ("it's 'tis Poincar\\'e Schr\\\"odinger", [word(w) for w in ("it's", "'tis", "Poincar\\'e", 'Schr\\"odinger')]),
        ('"or" title:not', [word("or"), word("not", "title")]),
        ("is:unread -is:shortlisted", [word("unread", "is"), Not(word("shortlisted", "is"))]),
        ("IS:Unread", [word("unread", "is")]),
        ("day:2019-05-09", [word("2019-05-09", "day")]),
        ("day:2019-05..2019-06-02 day:..2019 day:Today.. day:7D", None),
        ("day:2019…2020", [word("2019..2020", "day")]),
        ("since:visit since:2019-05", [word("visit", "since"), word("2019-05", "since")]),
        ('author:"Le Cun" source:001_', [word("Le Cun", "author"), word("001_", "source")]),
        ("title:(a or -b)", [Or((word("a", "title"), Not(word("b", "title"))))]),
        ("tag:#x cat:cs.LG has:pdf", [word("x", "tag"), word("cs.LG", "cat"), word("pdf", "has")]),
        ("semi-supervised (1+1)-EA", [word("semi-supervised"), word("1+1"), word("-EA")]),
        ("id:arXiv:1905.02244v2", [word("1905.02244", "id")]),
        ("arXiv:1905.02244 https://arxiv.org/abs/1905.02244v1", [word("1905.02244", "id")] * 2),
        ("https://example.org/a BERT: x", [word("https://example.org/a"), word("BERT:"), word("x")]),
        ("f(x) [MASK]", [word("f(x)"), word("[MASK]")]),
        ("\\Lambda", [word("\\Lambda")]),
        ("/a b/ title:/^On/i", [Term("", "a b", True), Term("title", "(?i)^On", True)]),
        ("/usr/bin/ -/x\\/y/", [Term("", "usr/bin", True), Not(Term("", "x\\/y", True))]),
        ("(((((" * 18 + "a" + ")))))" * 18, [word("a")]),
        ("\ud800x", [word("\ufffdx")]),
        ('author:="Ada  B" -tag:=#ml', [Term("author", "Ada B", exact=True), Not(Term("tag", "ml", exact=True))]),
        ("cat:(=cs or =stat.ML)", [Or((Term("cat", "cs", exact=True), Term("cat", "stat.ML", exact=True)))]),
        ('source:"=x" tag:"=" title:=x', [word("=x", "source"), word("=", "tag"), word("=x", "title")]),
    ],
)
def test_what_is_understood(text: str, terms: list[Condition] | None) -> None:
    query = parse_query(text)
    assert terms is None or query == Query(tuple(terms))
    assert parse_query(format_query(query)) == query


def test_sorting_stands_beside_what_is_asked() -> None:
    assert parse_query("a sort:rank or b") == Query((Or((word("a"), word("b"))),), "rank")
    assert parse_query("sort:day") == Query() and parse_query("sort:day").everything
    assert not parse_query("sort:title").everything
    assert format_query(parse_query("sort:kept is:shortlisted")) == "is:shortlisted sort:kept"


@pytest.mark.parametrize(
    ("text", "position", "says"),
    [
        ("is:unraed", 3, "is:unread"),
        ("author:=", 8, "needs a name"),
        ("x tag:= y", 7, "needs a name"),
        ("(cat:=)", 6, "needs a name"),
        ("author:=/x/", 8, "needs a name"),
        ("one is:", 7, "needs a value"),
        ("colour:red", 0, "Unknown field"),
        ("x autor:lee", 2, "author:"),
        ("category:cs", 0, "cat:"),
        ("titel: x", 0, "title:"),
        ("has:nots", 4, "has:note"),
        ("is:kept", 3, "is:shortlisted"),
        ("sort:relevance", 5, "sort:rank"),
        ("day:May", 4, "2019-05-09"),
        ("day:2019-13", 4, "not a valid date"),
        ("day:2019-05-32", 4, "not a valid date"),
        ("day:2019-02-30", 4, "not a valid date"),
        ("day:2020..2019", 4, "ends before"),
        ("day:..", 4, "missing"),
        ("day:0d", 4, "not a valid date"),
        ("since:2019..", 6, "a single day"),
        ('one "two', 4, "never closed"),
        ("one - two", 4, "after “-”"),
        ('""', 0, "empty"),
        ("a (b", 2, "never closed"),
        ("a) b", 1, "has no match"),
        ("a ()", 2, "The parentheses are empty"),
        ("a or", 2, "right"),
        ("or a", 0, "left"),
        ("(a and)", 3, "right"),
        ("a or or b", 2, "right"),
        ("not", 0, "right"),
        ("x /a(", 2, "never closed"),
        ("x //", 2, "empty"),
        ("/a(/", 2, "regular expression"),
        ("title:/[z-a]/", 8, "regular expression"),
        ("is:/x/", 3, "does not take a regular expression"),
        ("/" + "a" * 500 + "/", 401, "longer"),
        ("-sort:rank", 0, "negated"),
        ("(a sort:rank)", 3, "parentheses"),
        ("sort:rank sort:kept", 10, "only once"),
        ("(" * 120 + "a" + ")" * 120, 100, "too deeply"),
        ("(a or -(b " * 40 + "c" + "))" * 40, 397, "too deeply"),
        ("a " * 300, 400, "too long"),
        ("a" * 2000, 0, "too long"),
    ],
)
def test_a_mistake_is_named_at_its_place(text: str, position: int, says: str) -> None:
    with pytest.raises(QueryError, match=None) as caught:
        parse_query(text)
    assert (caught.value.position, caught.value.query) == (position, text)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    "whole", ['"deep learning" x', "(a or b) is:unread", "title:/a.b/ x", "day:2019-05-01", "-x y"]
)
def test_what_is_still_being_typed_is_right_or_unfinished(whole: str) -> None:
    for length in range(len(whole)):
        try:
            parse_query(whole[:length])
        except QueryError as error:
            assert error.unfinished, whole[:length]


_MARKS = [*"a()/:.\"'“”\\-", "b-c", " or ", " and ", "not ", " ", "  ", "\n", "ü", "深", "\u0301"]
_PIECES = [*_MARKS, *(f"{field}:" for field in FIELDS), "is:unread", "day:2019-05", "sort:rank", "http://"]
_pieces = st.lists(st.sampled_from(_PIECES), max_size=14).map("".join)


@given(st.text(alphabet="ab-:\"'“»/\\()[] .isdayorunread2019", max_size=30) | st.text(max_size=30) | _pieces)
def test_any_text_is_a_query_or_a_mistake_within_it(text: str) -> None:
    try:
        query = parse_query(text)
    except QueryError as error:
        assert 0 <= error.position <= len(text)
    else:
        assert parse_query(format_query(query)) == query


def test_every_field_has_an_example_that_is_understood() -> None:
    for name, field in FIELDS.items():
        with pytest.raises(QueryError) as caught:
            parse_query(f"{name}:")
        assert caught.value.remedy
        assert field.example or field.values
        parse_query(field.example.split(" ")[0].rstrip(","))
        for value in field.values:
            parse_query(f"{name}:{value}")


def test_terms_are_put_in_and_taken_out() -> None:
    assert toggled("", "is:unread") == "is:unread"
    assert toggled("deep  learning", "is:unread") == "deep learning is:unread"
    assert toggled("deep is:unread learning", "is:unread") == "deep learning"
    assert toggled("a or b", "is:unread") == "(a or b) is:unread"
    assert toggled("(a or b) is:unread", "is:unread") == "a or b"
    assert toggled('"x  y" sort:rank', "is:unread") == '"x y" is:unread sort:rank'


@pytest.mark.parametrize(
    ("saved", "text", "together"),
    [
        ("moss", "fern", "moss fern"),
        ("moss sort:title", "fern", "moss fern sort:title"),
        ("moss sort:title", "fern sort:kept", "moss fern sort:kept"),
        ("is:unread top:20", "fern", "is:unread fern top:20"),
        ("is:unread top:20", "top:5 sort:title", "is:unread top:5 sort:title"),
        ("sort:interest", "fern", "fern sort:interest"),
        ("moss", "sort:interest", "moss sort:interest"),
        ("moss sort:interest", "", "moss sort:interest"),
        ("sort:interest", "", "sort:interest"),
        ("", "", ""),
    ],
)
def test_a_query_in_a_saved_search(saved: str, text: str, together: str) -> None:
    assert within(parse_query(saved), parse_query(text)) == parse_query(together)


def test_all_terms_of_a_query_are_found() -> None:
    query = parse_query("a (b or -(c title:d)) -interest:<0.3")
    assert [(term.field, term.value) for term in terms_of(query.terms)] == [
        *(("", "a"), ("", "b"), ("", "c"), ("title", "d"), ("interest", "<0.3"))
    ]
    assert names_interest(query) and not names_interest(parse_query("a interest"))
