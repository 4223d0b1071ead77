"""Bytes to text, and text made safe."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feedreader.text.cleaning import clean, clean_counted, decode, join_wrapped, looks_binary, squash

LINES = "Zürich\nis – a city\nof 420 000 people\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
)
def test_encodings_that_leave_no_doubt(encoding: str) -> None:
    data = LINES.encode(encoding)
    if encoding.startswith("utf-32-"):
        data = "\ufeff".encode(encoding) + data
    assert decode(data) == (LINES, ())


def test_windows_1252_is_read_and_said() -> None:
    text, problems = decode("Zürich – “naïve” café…".encode("cp1252"))
    assert text == "Zürich – “naïve” café…"
    assert [problem.line for problem in problems] == [None] and "Windows-1252" in problems[0].reason


def test_a_few_bad_bytes_do_not_spoil_the_rest() -> None:
    text, problems = decode("Zürich\nGenève\nBürkner".encode() + b"\ncaf\xe9 na\xefve\n")
    assert text == "Zürich\nGenève\nBürkner\ncafé naïve\n"
    assert [problem.line for problem in problems] == [4] and "2 bytes" in problems[0].reason


def test_a_file_that_ends_within_a_character() -> None:
    text, problems = decode("one\ntwo é".encode()[:-1])
    assert text == "one\ntwo " and [problem.line for problem in problems] == [2]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("a\r\nb\r\n", "a\nb\n"),
        ("a\rb\rc", "a\nb\nc"),
        ("a\r\r\nb\n", "a\nb\n"),
        ("a\rb\nc", "a b\nc"),  # a lone return within a file of line feeds is no line's end
        ("a\x0cb\x0bc\u2028d\u2029e\x85f", "a b c d e f"),
        ("\ufefftext", "text"),
    ],
)
def test_line_ends(raw: str, expected: str) -> None:
    assert decode(raw.encode())[0] == expected


def test_what_was_removed_is_said_once_with_its_line() -> None:
    text, problems = decode(b"fine\n\x1b[31mred\x1b[0m\nand\x00 so\n")
    assert text == "fine\nred\nand so\n"
    assert [(problem.line, problem.reason[:2]) for problem in problems] == [(2, "10")]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[2J\x1b[Hcleared", "cleared"),
        ("\x9b31mC1", "C1"),
        ("\x1b]0;owned\x07title", "title"),
        ("\x1b]8;;https://evil.example/\x1b\\click\x1b]8;;\x1b\\", "click"),
        ("\x9d0;owned\x9ctitle", "title"),
        ("\x1b]0;never ended", "0;never ended"),
        ("\x1bPq#0;sixel\x1b\\after", "after"),
        ("\x1b_app\x1b\\\x1b^pm\x1b\\\x1bXsos\x1b\\x", "x"),
        ("\x1bcreset\x1b(Bcharset", "resetcharset"),
        ("\x1b[31", "31"),
        ("\x1b", ""),
        ("Good\b\b\b\bEvil", "GoodEvil"),
        ("nul\0byte\x7f", "nulbyte"),
        ("abc \u202egnirts\u202c def \u2066x\u2069\u200e\u200f\u061c", "abc gnirts def x"),
        ("zero\u200bwidth\u200djoin\ufeffer\u2060\u00ad", "zerowidthjoiner"),
        ("tag\U000e0041\U000e007f, note\ufff9\ufffb, no\ufdd0\uffff\U0001ffff", "tag, note, no"),
        ("lone\ud800surrogate", "lone\ufffdsurrogate"),
        ("a\tb\nc", "a\tb\nc"),
        ("👩\u200d🔬 می\u200cخواهم", "👩\u200d🔬 می\u200cخواهم"),
        ("e\u0301 é", "e\u0301 é"),
        ("Z" + "\u0351" * 30 + "!", "Z" + "\u0351" * 4 + "!"),
        ("Z" + "\u0351\u200d" * 30, "Z" + "\u0351" * 4),
        ("[/b] [@click=app.bell]x[/]", "[/b] [@click=app.bell]x[/]"),  # markup is text: widgets must not read it
    ],
)
def test_clean(raw: str, expected: str) -> None:
    assert clean(raw) == expected


def test_what_was_taken_is_counted() -> None:
    assert clean_counted("a\x00b\x1b[1mc") == ("abc", 5)
    assert clean_counted("plain text\nof two lines") == ("plain text\nof two lines", 0)


SPICE = st.text(
    alphabet="a\u00e9 \n\t\x1b\x07\x08\x9b\x9c\x9d\x90[]0;m\\P\u200d\u200c\u200b\u0301\u0351\u202e\ud800\r\x0c論"
)


@given(st.one_of(SPICE, st.text(alphabet=st.characters(exclude_categories=()))))
@example("\x1b]\x1b]\x07\x9d\x9b")
def test_cleaned_text_is_safe_and_stays_as_it_is(text: str) -> None:
    safe = clean(text)
    assert clean(safe) == safe
    assert safe.count("\n") == text.count("\n")
    assert not any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in safe)
    assert not any(
        unicodedata.bidirectional(c) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI") for c in safe
    )
    assert safe.isascii() or not set(safe) & set("\u200b\u2060\ufeff\u00ad")


@given(st.binary())
def test_any_bytes_can_be_decoded(data: bytes) -> None:
    text, problems = decode(data)
    assert clean(text) == text and all(problem.line is None or problem.line > 0 for problem in problems)
    assert all(problem.line is None or problem.line <= text.count("\n") + 1 for problem in problems)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Mn", "Me", "Cn", "Co"])))
def test_harmless_text_is_kept(text: str) -> None:
    if text.isprintable():
        assert decode(text.encode())[0] == text


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        b"%PDF-1.5\n%\xd0\xd4\xc5\xd8\n1 0 obj",
        b"\x1f\x8b\x08\x00text",
        b"PK\x03\x04rest",
        b"\x7fELF\x02\x01\x01" + b"\0" * 50,
        bytes(range(256)) * 20,
        b"\0" * 100,
    ],
)
def test_what_is_no_text(data: bytes) -> None:
    assert looks_binary(data)


@pytest.mark.parametrize(
    "data",
    [b"", b"plain", LINES.encode(), LINES.encode("utf-16"), LINES.encode("utf-16-be"), b"a\x00b and some more text"],
)
def test_what_is_text(data: bytes) -> None:
    assert not looks_binary(data)


def test_squash() -> None:
    assert squash(" a \t b\xa0\n\u3000c ") == "a b c"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["self-", "supervised learning"], "self-supervised learning"),
        (["one", "  two  ", "", "three"], "one two three"),
        (["a dash -", "set off"], "a dash - set off"),
        (["a dash –", "set off"], "a dash – set off"),
        (["how--", "and why"], "how--and why"),
        (["-", "x"], "- x"),
        (["few\u2010", "shot"], "few\u2010shot"),
        ([], ""),
    ],
)
def test_hard_wrapped_lines_are_joined(lines: list[str], expected: str) -> None:
    assert join_wrapped(lines) == expected


@pytest.mark.parametrize("unit", ["\x1b", "\x1b]", "\x9d", "\x90", "\x9b1", "\u0301", "\u200d", "\r", "é\u200d", "a"])
def test_hostile_text_takes_linear_time(unit: str) -> None:
    data = (unit * 300_000 + "\nx").encode()
    start = time.process_time()
    decode(data)
    assert time.process_time() - start < 15
