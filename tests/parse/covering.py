"""Nothing is dropped in silence: every line of a document is in an entry, or a problem tells of it."""

from __future__ import annotations

import re
from collections.abc import Callable

from hypothesis import strategies as st

from feedreader.model import Digest, Entry
from feedreader.parse.layout.dates import read_date
from feedreader.parse.layout.fields import read_fields
from feedreader.text.cleaning import squash
from feedreader.text.lines import is_rule

JUNK = (
    *("", "", "Foo", "A Stray Heading", "A sentence that nobody asked for.", "Ada Lovelace, Charles Babbage", "…"),
    *("https://example.org/x", "arXiv:1905.02244", "Comments: 12 pages", "3 June 2019", "May 2019", "-----"),
)
EDITS = ("delete", "double", "swap", "insert", "glue")
_NOISE = re.compile(r"[\W\d_]+|\band\b")


def _bare(text: str) -> str:
    return _NOISE.sub("", text.lower())


def _entry_text(entry: Entry) -> str:
    values = (entry.title, *entry.authors, entry.tldr, entry.abstract, entry.comment, entry.url)
    return "\n".join(_bare(value) for value in values if value) + "\n" + _bare("".join(entry.authors))


def uncovered(
    text: str, digest: Digest, furniture: Callable[[int, str], bool] = lambda number, line: False
) -> list[str]:
    """The lines that are neither in an entry, nor facts, dates or drawn, nor in a paragraph that a problem is about."""
    text_of_entries = "\n".join(map(_entry_text, digest.entries)) + "\n" + _bare(digest.title or "")
    reported = {problem.line for problem in digest.problems}
    missing = []
    in_reported = False
    for number, raw in enumerate(text.split("\n"), 1):
        line = squash(raw)
        if not line or is_rule(line):
            in_reported = False
            continue
        in_reported = in_reported or number in reported
        known = in_reported or None in reported or read_fields(line) or read_date(line) or furniture(number, line)
        if not known and _bare(line) and _bare(line) not in text_of_entries:
            missing.append(f"{number}: {line}")
    return missing


def edited(document: str) -> st.SearchStrategy[str]:
    """The document with lines taken out, doubled, exchanged and put in, and perhaps cut off."""
    lines = document.split("\n")
    places = st.integers(0, len(lines) - 1)
    junk = st.sampled_from(JUNK)
    edits = st.lists(st.tuples(st.sampled_from(EDITS), places, places, junk), max_size=6)

    def apply(changes: list[tuple[str, int, int, str]], cut: int | None) -> str:
        edited_lines = list(lines)
        for edit, first, second, extra in changes:
            first, second = first % len(edited_lines), second % len(edited_lines)
            if edit == "delete" and len(edited_lines) > 1:
                del edited_lines[first]
            elif edit == "double":
                edited_lines.insert(first, edited_lines[first])
            elif edit == "swap":
                edited_lines[first], edited_lines[second] = edited_lines[second], edited_lines[first]
            elif edit == "insert":
                edited_lines.insert(first, extra)
            elif edit == "glue" and "" in edited_lines:
                edited_lines.remove("")
        text = "\n".join(edited_lines)
        return text if cut is None else text[: cut % (len(text) + 1)]

    return st.builds(apply, edits, st.none() | st.integers(0, 10**6))
