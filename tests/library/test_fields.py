"""Every row of the table of query fields has its SQL."""

from __future__ import annotations

import pytest

from feedreader.library import Library
from feedreader.library.order import COLUMNS
from feedreader.library.search.compiler import CHOICE_SQL, FIELD_SQL, WHOLE_NAME_SQL
from feedreader.library.search.finder import SORT_SQL
from feedreader.library.search.regex_search import TEXTS
from feedreader.model import BEST, Query
from feedreader.query.fields import ANYWHERE, FIELDS, Field
from feedreader.query.language import parse_query


def test_there_is_sql_for_what_the_table_holds_and_for_nothing_else() -> None:
    fields = [field for field in (ANYWHERE, *FIELDS.values()) if field.kind not in ("sort", "count")]
    assert set(FIELD_SQL) == {field.name for field in fields}
    assert set(WHOLE_NAME_SQL) == {field.name for field in fields if field.kind == "name"}
    assert set(TEXTS) == {field.name for field in fields if field.kind in ("words", "name")}
    choices = [field for field in fields if field.kind == "choice"]
    assert set(CHOICE_SQL) == {f"{field.name}:{value}" for field in choices for value in field.values}
    assert {*SORT_SQL, *COLUMNS} - {"", BEST} == set(FIELDS["sort"].values) - {"day"}  # by day is how the feed stands
    by_day = {choice.name for choice in FIELDS["sort"].choices if not choice.heading}
    assert by_day - {"day"} == {order for order in COLUMNS if order}
    assert all(Query((), order).by_day for order in COLUMNS) and not any(Query((), order).by_day for order in SORT_SQL)


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.name)
def test_any_field_can_be_asked(library: Library, field: Field) -> None:
    values = [*field.values, *["/x/"] * (field.kind in ("words", "name")), *["=x"] * (field.kind == "name")]
    if field.example:
        values.append(field.example.partition(":")[2].split(" ")[0].rstrip(","))
    assert values
    for value in values:
        assert library.papers.matches(parse_query(f"{field.name}:{value}")) == ()
