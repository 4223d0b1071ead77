"""The line of every key, however the document is written."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from feedreader.text.toml import lines_of, pairs_of, tables_of

DOCUMENT = '''# theme = "no"
theme = "x" # [no]
[a . "b c"]   # d = 1
d.e = [1, # x = 2
  {q = "]", "r\\u0041".s = 2}, [ '}' ]]
z = """
w = 1
\\""" """""
y = 1979-05-27 07:32:00
[[v]]
n = \'\'\'
[k]\'\'\'\'
[[v]]
m = inf
'''


def test_the_lines_of_a_document_with_all_there_is() -> None:
    lines = {".".join(path): line for path, line in lines_of(DOCUMENT).items()}
    a = {"": 3, ".b c": 3, ".b c.d": 4, ".b c.d.e": 4, ".b c.d.e.q": 5, ".b c.d.e.rA": 5, ".b c.d.e.rA.s": 5}
    a |= {".b c.z": 6, ".b c.y": 9}
    assert lines == {f"a{path}": line for path, line in a.items()} | {"theme": 2, "v": 10, "v.n": 11, "v.m": 14}
    assert lines_of(DOCUMENT.replace("\n", "\r\n")) == lines_of(DOCUMENT)


names = st.sampled_from(["a", "b", "c-d", "e f", "", "g.h", "[i]", "#j", '"k', "l=", "é", "m\n"])
texts = st.text(alphabet="ab '\"[]{}#=,.\\\n", max_size=12)


@st.composite
def values(draw: st.DrawFn, depth: int = 2) -> str:
    """A value, as TOML writes it, over several lines perhaps."""
    kind = draw(st.integers(0, 8 if depth else 5))
    if kind == 0:
        return draw(st.sampled_from(["1", "-0.5", "true", "1979-05-27", "07:32:00", "1979-05-27 07:32:00Z", "inf"]))
    text = draw(texts)
    if kind == 1:
        return json.dumps(text)
    if kind == 2:
        return "'" + text.replace("'", "").replace("\n", "") + "'"
    if kind == 3:
        return (
            '"""'
            + text.replace("\\", "").replace('"""', "").rstrip('"')
            + draw(st.sampled_from(["", '"', '""']))
            + '"""'
        )
    if kind == 4:
        return "'''" + text.replace("'''", "").rstrip("'") + draw(st.sampled_from(["", "'", "''"])) + "'''"
    inner = draw(st.lists(values(depth - 1), max_size=3)) if depth else []
    if kind == 8:
        keys = draw(st.lists(names.filter(lambda name: "\n" not in name), max_size=3, unique=True))
        flat = [value.replace("\n", "") if "\n" not in value else "1" for value in [*inner, "1", "2", "3"]]
        return "{" + ", ".join(f"{spelled(key)} = {value}" for key, value in zip(keys, flat, strict=False)) + "}"
    gap = draw(st.sampled_from(["", " ", "\n", " # x = [1\n"]))
    return f"[{gap}" + f",{gap}".join(inner) + f"{gap}]"


def spelled(name: str) -> str:
    return name if name.isascii() and name.replace("-", "").isalnum() else json.dumps(name, ensure_ascii=False)


@given(st.data())
def test_every_key_is_on_the_line_where_it_was_written(data: st.DataObject) -> None:
    text = ""
    expected: dict[tuple[str, ...], int] = {}
    tables = data.draw(st.lists(names, max_size=4, unique=True))
    for table in ["", *tables]:
        path: tuple[str, ...] = ()
        if text or table:
            text += data.draw(st.sampled_from(["", "\n", "# [x]\n", "  \t"]))
            expected[(table,)] = text.count("\n") + 1
            text += f"[ {spelled(table)} ]\n"
            path = (table,)
        for key in data.draw(st.lists(names, max_size=4, unique=True)):
            if not path and key in tables:
                continue
            text += data.draw(st.sampled_from(["", "\n\n", "# y = 1\n", " "]))
            dotted = data.draw(st.booleans())
            expected[(*path, key)] = text.count("\n") + 1
            text += f"{spelled(key)}{' . x' if dotted else ''}={data.draw(values())} # z = 2\n"
    try:
        parsed = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return  # a table twice, say
    lines = lines_of(text)
    assert {path: lines.get(path) for path in expected} == expected, text
    assert set(paths(parsed)) == set(lines)


def paths(tree: Any, prefix: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """All paths of what tomllib reads."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield (*prefix, key)
            yield from paths(value, (*prefix, key))
    elif isinstance(tree, list):
        for value in tree:
            yield from paths(value, prefix)


def test_tables_with_the_lines_and_comments_of_what_stands_in_them() -> None:
    text = "top = 1\n[[a]] # one\nb = [\n  1, # in it\n] # two\n\n# free\n[a.c]\n\"d e\".f = 'x'\n[[a]]\n"
    assert [(table.heading, table.pairs) for table in tables_of(text)] == [
        ((("a",), 2, 2, "# one"), ((("a", "b"), 3, 5, "# two"),)),
        ((("a", "c"), 8, 8, ""), ((("a", "c", "d e", "f"), 9, 9, ""),)),
        ((("a",), 10, 10, ""), ()),
    ]
    assert pairs_of(text) == [
        (("top",), 1, 1, ""),
        (("a", "b"), 3, 5, "# two"),
        (("a", "c", "d e", "f"), 9, 9, ""),
    ]
