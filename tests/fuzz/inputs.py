"""What the targets are given: texts and documents made of snippets of their grammars, and real ones, spoiled."""

from __future__ import annotations

import dataclasses
import json
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tests.conftest import SHARED

SAMPLES = Path(__file__).parents[2] / "sample_feeds"
_LONGEST = 8_000  # bytes of a sample: its beginning, and some of its end

# Snippets ------------------------------------------------------------------------------------------------------------

_SNIPPETS: Mapping[str, list[str]] = tomllib.loads(Path(__file__).with_name("snippets.toml").read_text("utf-8"))
WORDS, HOSTILE, NAMES, IDS = (_SNIPPETS[name] for name in ("words", "hostile", "names", "ids"))
TEX, HTML, XML, JSON = (_SNIPPETS[name] for name in ("tex", "html", "xml", "json"))
LAYOUT, QUERY, TOML, HTTP, HTTP_VALUES = (
    _SNIPPETS[name] for name in ("layout", "query", "toml", "http", "http_values")
)
PROSE = (*WORDS, " ", " ", ", ", ". ", *NAMES[:6], *IDS[:6], *TEX[:20], *HTML[:16], *HOSTILE)


# Texts ---------------------------------------------------------------------------------------------------------------


def texts(*snippets: Sequence[str], most: int = 24) -> st.SearchStrategy[str]:
    """Snippets and now and then any characters, one behind the other."""
    every = [snippet for each in snippets for snippet in each]
    piece = st.sampled_from([*every, *WORDS, " ", " "]) | st.sampled_from(HOSTILE)
    anything = st.text(st.characters(exclude_categories=()), max_size=5)
    return st.lists(st.one_of(piece, piece, piece, anything), max_size=most).map("".join)


def foreign(*snippets: Sequence[str]) -> st.SearchStrategy[bytes]:
    """The same as bytes, in one encoding or another."""
    return st.builds(encoded, texts(*snippets, most=40), st.sampled_from(ENCODINGS))


ENCODINGS = (*("utf-8",) * 6, "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "latin-1", "cp1252", "koi8-r", "shift_jis")


def encoded(text: str, encoding: str) -> bytes:
    errors = "surrogatepass" if encoding == "utf-8" else "replace"
    return text.encode(encoding, errors)


def json_texts(fields: Sequence[str], wrap: Callable[[Any], Any] = lambda value: value) -> st.SearchStrategy[bytes]:
    """Objects with fields of these names, in which anything may stand."""
    text = texts(NAMES, IDS, HTML, TEX, most=6)
    plain = st.one_of(
        text, text, text, st.none(), st.booleans(), st.integers(), st.floats(), st.just(10**5000 % 10**400)
    )
    value = st.recursive(
        plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3), max_leaves=6
    )
    objects = st.lists(st.dictionaries(st.sampled_from(fields), value, max_size=len(fields)), max_size=4)
    return objects.map(lambda drawn: json.dumps(wrap(drawn)).encode())


# Documents that were spoiled -----------------------------------------------------------------------------------------

Change = tuple[str, int, int, str]


def _span(data: bytes, place: int, size: int) -> tuple[int, int]:
    start = place * len(data) // 10_000
    return start, min(len(data), start + size)


def _take(data: bytes, place: int, size: int, more: bytes) -> bytes:
    start, end = _span(data, place, size)
    return data[:start] + data[end:]


def _double(data: bytes, place: int, size: int, more: bytes) -> bytes:
    start, end = _span(data, place, size)
    return data[:start] + data[start:end] * 3 + data[end:]


def _put(data: bytes, place: int, size: int, more: bytes) -> bytes:
    start, _ = _span(data, place, 0)
    return data[:start] + more + data[start:]


def _replace(data: bytes, place: int, size: int, more: bytes) -> bytes:
    start, end = _span(data, place, size)
    return data[:start] + more + data[end:]


def _move(data: bytes, place: int, size: int, more: bytes) -> bytes:
    start, end = _span(data, place, size)
    return data[:start] + data[end:] + data[start:end]


def _flip(data: bytes, place: int, size: int, more: bytes) -> bytes:
    start, _ = _span(data, place, 0)
    return data[:start] + bytes(byte ^ size & 0xFF for byte in data[start : start + 1]) + data[start + 1 :]


def _lines(data: bytes, place: int, size: int, more: bytes) -> bytes:
    """Lines doubled, or put out of their order."""
    lines = data.split(b"\n")
    at = min(place * len(lines) // 10_000, len(lines) - 1)
    lines.insert(at, lines.pop(size % len(lines)) if size % 2 else lines[at])
    return b"\n".join(lines)


CHANGES: Mapping[str, Callable[[bytes, int, int, bytes], bytes]] = {
    "take": _take,
    "double": _double,
    "put": _put,
    "replace": _replace,
    "move": _move,
    "flip": _flip,
    "lines": _lines,
    "cut": lambda data, place, size, more: data[: place * len(data) // 10_000],
    "ends": lambda data, place, size, more: data.replace(b"\n", (b"\r\n", b"\r", b"\n\n", b"\n \n", b"\x0b")[size % 5]),
    "encoding": lambda data, place, size, more: encoded(
        data.decode("utf-8", "replace"), ENCODINGS[size % len(ENCODINGS)]
    ),
    "said": lambda data, place, size, more: data.replace(b"utf-8", b"utf-16").replace(b"UTF-8", b"latin-1"),
}


def spoiled(samples: Sequence[bytes], *snippets: Sequence[str]) -> st.SearchStrategy[bytes]:
    """A document with a few things done to it, and perhaps another one's end."""
    every = [snippet for each in (*snippets, HOSTILE) for snippet in each]
    change = st.tuples(
        *(st.sampled_from(sorted(CHANGES)), st.integers(0, 10_000)),
        *(st.sampled_from((1, 2, 3, 5, 8, 20, 77, 300, 2000)), st.sampled_from(every)),
    )
    sample = st.sampled_from(samples)

    def apply(data: bytes, changes: list[Change], other: bytes | None) -> bytes:
        for name, place, size, more in changes:
            data = CHANGES[name](data, place, size, more.encode("utf-8", "surrogatepass"))
        return data if other is None else data[: len(data) // 2] + other[len(other) // 2 :]

    return st.builds(apply, sample, st.lists(change, max_size=6), st.none() | st.none() | st.none() | sample)


def samples(*names: str, folders: Sequence[str] = (), real: bool = False) -> list[bytes]:
    """The samples of these names, and, if `real`, the documents in these folders of real ones, where they are."""
    found = [SAMPLES / name for name in names]
    if real:
        found += [path for folder in folders for path in sorted((SHARED / "data" / folder).glob("*")) if path.is_file()]
    return [_short(path.read_bytes()) for path in found if ".expected." not in path.name]


def _short(data: bytes) -> bytes:
    return data if len(data) <= _LONGEST else data[: _LONGEST - 1000] + data[-1000:]


def strings(value: object) -> Iterator[str]:
    """All texts in a value of ours."""
    if isinstance(value, str):
        yield value
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from strings(getattr(value, field.name))
    elif isinstance(value, tuple | list):
        for each in value:
            yield from strings(each)
