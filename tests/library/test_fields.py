"""Every row of the table of query fields has its SQL."""

from __future__ import annotations

import pytest

from feedreader.library import Library
from feedreader.library.search.compiler import CHOICE_SQL, FIELD_SQL, WHOLE_NAME_SQL
from feedreader.library.search.finder import SORT_SQL
from feedreader.library.search.regex_search import TEXTS
from feedreader.query.fields import ANYWHERE, FIELDS, Field
from feedreader.query.language import parse_query


def test_there_is_sql_for_what_the_table_holds_and_for_nothing_else() -> None:
    fields = [field for field in (ANYWHERE, *FIELDS.values()) if field.kind != "sort"]
    assert set(FIELD_SQL) == {field.name for field in fields}
    assert set(WHOLE_NAME_SQL) == {field.name for field in fields if field.kind == "name"}
    assert set(TEXTS) == {field.name for field in fields if field.kind in ("words", "name")}
    choices = [field for field in fields if field.kind == "choice"]
    assert set(CHOICE_SQL) == {f"{field.name}:{value}" for field in choices for value in field.values}
    assert {"day", *SORT_SQL} == set(FIELDS["sort"].values)  # by day is how the feed stands


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.name)
def test_any_field_can_be_asked(library: Library, field: Field) -> None:
    values = [*field.values, *["/x/"] * (field.kind in ("words", "name")), *["=x"] * (field.kind == "name")]
    if field.example:
        values.append(field.example.partition(":")[2].split(" ")[0].rstrip(","))
    assert values
    for value in values:
        assert library.papers.matches(parse_query(f"{field.name}:{value}")) == ()
