"""Entries and journals as table rows."""

import pytest

from feedreader.library.entry_rows import entry_of, entry_row
from feedreader.library.rows import journal_of, journal_text
from feedreader.model import Entry, Journal


@pytest.mark.parametrize(
    "journal",
    [
        None,
        Journal("Annals of Snails"),
        Journal("Annals of Snails", "12", "3-4", "101-119", 2026),
        Journal(pages="e1004", year=1999),
    ],
)
def test_a_journal_comes_back_as_it_was(journal: Journal | None) -> None:
    assert journal_of(journal_text(journal)) == journal


def test_an_entry_comes_back_as_it_was() -> None:
    entry = Entry(title="T", authors=("A B", "C D"), guid="urn:x:1", journal=Journal("J", year=2020), line=3)
    assert entry_of(entry_row(entry)) == entry
