"""What must hold of whatever comes out, in assertions whose words, up to a colon, name the promise."""

from __future__ import annotations

import unicodedata

from rich.cells import cell_len

from feedreader.model import Digest
from tests.fuzz.inputs import strings

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def harmless(text: str, allowed: str = "\n") -> None:
    """It can't steer a terminal, and can be written as UTF-8."""
    if text.isascii() and text.isprintable():
        return
    for character in set(text) - set(allowed):
        category = unicodedata.category(character)
        assert category not in ("Cc", "Cs") and character not in _BIDI, f"unsafe character: {character!r} in {text!r}"


def harmless_throughout(value: object) -> None:
    for text in strings(value):
        harmless(text)


def sound(digest: Digest, lines: int | None = None) -> None:
    """Its texts are safe and folded, its numbers what they are said to be."""
    harmless_throughout(digest)
    for entry in digest.entries:
        for text in (
            entry.title,
            *entry.authors,
            entry.comment,
            entry.arxiv_id,
            entry.doi,
            entry.url,
            *entry.categories,
        ):
            assert text is None or text == " ".join(text.split()) != "", f"not folded, or empty: {text!r}"
        assert entry.line is None or entry.line > 0, f"line of an entry: {entry.line}"
        assert entry.version is None or entry.version > 0, f"version: {entry.version}"
        journal = entry.journal
        assert journal is None or (any(journal) and "" not in journal), f"empty journal: {journal}"
    for problem in digest.problems:
        assert problem.reason, "problem without a reason"
        assert problem.line is None or 0 < problem.line <= (lines or problem.line), f"line of a problem: {problem}"


def narrow(lines: list[str], width: int) -> None:
    for line in lines:
        harmless(line, "")
        assert cell_len(line) <= max(width, 2), f"too wide: {cell_len(line)} cells of {width} in {line!r}"
