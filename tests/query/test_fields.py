"""The table of fields: what follows from a row."""

from __future__ import annotations

from datetime import date

import pytest

from feedreader.errors import QueryError
from feedreader.model import Query, Term
from feedreader.query.completion import complete
from feedreader.query.date_range import bounds
from feedreader.query.facets import query_for
from feedreader.query.fields import FACETS, FIELDS, Field, FieldValue
from feedreader.query.help import query_help
from feedreader.query.language import format_query, parse_query
from feedreader.query.sorting import next_order
from feedreader.services.rules import rule_query


def candidates(text: str, **names: dict[str, str]) -> list[tuple[str, str]]:
    completion = complete(text, len(text), names)
    return [(text, detail) for text, detail in completion.candidates] if completion else []


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.name)
def test_a_row_is_offered_and_told_and_its_value_asked(field: Field) -> None:
    assert (f"{field.name}:", "") in candidates(field.name[:2])
    assert dict(query_help())[f"{field.name}:"]
    assert field.name == field.name.lower() and field.name.isalpha()
    for choice in field.choices:
        assert (f"{field.name}:{choice.name}", choice.detail) in candidates(f"{field.name}:{choice.name[:-1]}")
        assert (f"{field.name}:{choice.name}" in dict(query_help())) == bool(choice.help)
    if field.kind in ("date", "dates"):
        for text, _ in candidates(f"{field.name}:"):
            value = text.partition(":")[2]
            assert value in field.values or bounds(value, date(2019, 5, 9))


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.name)
def test_other_words_for_a_row_lead_to_it(field: Field) -> None:
    for word in field.synonyms:
        with pytest.raises(QueryError, match=f"Did you mean {field.name}:"):
            parse_query(f"{word}:x")
    for choice in field.choices:
        for word in choice.synonyms:
            with pytest.raises(QueryError, match=f"Did you mean {field.name}:{choice.name}"):
                parse_query(f"{field.name}:{word}")


def test_facets_are_fields_that_take_whole_names() -> None:
    names = {field.name for field in FIELDS.values() if field.kind == "name"}
    assert names == {*FACETS.values(), "folder"}, "folders are listed with the sources"


def test_a_new_row_is_known_to_all(monkeypatch: pytest.MonkeyPatch) -> None:
    choices = (FieldValue("green", "It may be read by all", in_rules=True), FieldValue("mine", synonyms=("own",)))
    bumble = Field("bumble", "name", "Where it appeared", "bumble:ICLR", synonyms=("humble",))
    access = Field("access", "choice", choices=choices)
    monkeypatch.setitem(FIELDS, "bumble", bumble)
    monkeypatch.setitem(FIELDS, "access", access)
    monkeypatch.setitem(FACETS, "bumbles", "bumble")

    query = parse_query('bumble:="Neural Networks" -bumble:/ICLR/ access:green')
    assert query.terms[0] == Term("bumble", "Neural Networks", exact=True)
    assert parse_query(format_query(query)) == query == rule_query(format_query(query))
    assert parse_query(query_for("bumbles", "ICLR")) == Query((Term("bumble", "ICLR", exact=True),))
    for text, says in (
        ("bumble:", "Write bumble:ICLR."),
        ("humble:x", "Did you mean bumble:?"),
        ("access:", "Choose from green, mine."),
        ("access:/x/", "does not take a regular expression"),
        ("access:own", "Unknown condition “access:own”. Did you mean access:mine?"),
    ):
        with pytest.raises(QueryError) as caught:
            parse_query(text)
        assert says in str(caught.value)
    with pytest.raises(QueryError, match="depend on your marks"):
        rule_query("access:mine")

    assert ("bumble:", "") in candidates("bum")
    assert candidates("gree") == [("access:green", "")]
    assert candidates("bumble:net", bumble={"ICLR": "", "Neural Networks": ""}) == [('bumble:"Neural Networks"', "")]
    rows = dict(query_help())
    assert (rows["bumble:"], rows["access:"]) == ("Where it appeared", "green mine")
    assert rows["access:green"] == "It may be read by all" and "access:mine" not in rows
    assert "bumble:=" in rows['author:="a b"']


def test_a_new_order_is_known_to_all(monkeypatch: pytest.MonkeyPatch) -> None:
    sort = FIELDS["sort"]
    longest = FieldValue("length", heading="Longest first", message="The longest first.", synonyms=("size",))
    monkeypatch.setitem(FIELDS, "sort", sort._replace(choices=(*sort.choices, longest)))
    assert parse_query("x sort:length").sort == "length"
    assert next_order("x sort:title", "") == ("x sort:length", "", "The longest first.")
    assert next_order("x sort:length", "")[0] == "x"
    assert candidates("sort:len") == [("sort:length", "")]
    assert dict(query_help())["sort:"].endswith(" length")
    with pytest.raises(QueryError, match="Did you mean sort:length"):
        parse_query("sort:size")
