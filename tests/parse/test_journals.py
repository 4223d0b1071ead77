"""Where a paper was published, as the text formats say it."""

from __future__ import annotations

import json

import pytest

from feedreader.model import Entry, Journal
from feedreader.parse import parse

ADAM = "https://arxiv.org/abs/1412.6980"
ABSTRACT = "We show that what we do works, and that it does so well in many cases of some interest to us."
WHOLE = Journal("Phys. Rev. D", "76", None, "013009", 2007)


def entry_of(text: str) -> Entry:
    (entry,) = parse(text.encode()).entries
    return entry


def table(head: str, row: str) -> Entry:
    return entry_of(f"title,abstract,link,{head}\nOn Cats,{ABSTRACT.replace(',', '')},{ADAM},{row}\n")


@pytest.mark.parametrize(
    "text",
    [
        "\\\\\narXiv:1412.6980\nDate: Mon, 2 Apr 2007 19:18:42 GMT   (443kb)\n\nTitle: On Cats\nAuthors: Ann Lee\n"
        f"Categories: hep-ph\nJournal-ref: Phys. Rev. D 76,\n  013009 (2007)\n\\\\\n  {ABSTRACT}\n\\\\\n",
        json.dumps({"id": "1412.6980", "title": "On Cats", "journal-ref": "Phys. Rev. D 76, 013009 (2007)"}),
        f"2007-04-02\n\nOn Cats\nAnn Lee, Bob Ray\nJournal ref: Phys. Rev. D 76, 013009 (2007)\n\n{ABSTRACT}\n",
        f"{ABSTRACT}\n\narXiv:1412.6980\nCreated: 2007-04-02\nJournal reference: Phys. Rev. D 76, 013009 (2007)\n",
        f"# On Cats\n\n**Authors**: Ann Lee\n\n**Link**: {ADAM}\n\n**Journal**: Phys. Rev. D 76, 013009 (2007)\n",
    ],
)
def test_a_reference_is_taken_apart_and_stays_in_the_comment(text: str) -> None:
    entry = entry_of(text)
    assert entry.journal == WHOLE
    assert "Phys. Rev. D 76, 013009 (2007)" in (entry.comment or "")


@pytest.mark.parametrize(
    ("head", "row", "journal"),
    [
        ("journal,volume,issue,pages,year", "Nature,5,2,101-119,2016", Journal("Nature", "5", "2", "101-119", 2016)),
        ("Pages,Venue", "1--9,NeurIPS 2023", Journal("NeurIPS", None, None, "1--9", 2023)),
        ("journal_ref", '"Phys. Rev. D 76, 013009 (2007)"', WHOLE),
        ("Publication Title,Vol", "Annals of Cats,3", Journal("Annals of Cats", "3")),
        ("venue", "Submitted to ICLR 2024", None),
        ("venue,year", "nan,", None),
    ],
)
def test_columns_that_say_where_a_paper_was_published(head: str, row: str, journal: Journal | None) -> None:
    assert table(head, row).journal == journal


def test_numbers_without_a_journal_are_told_in_the_comment() -> None:
    entry = table("volume,pages,year", "5,101-119,2016")
    assert (entry.journal, entry.comment) == (None, "Volume: 5; Pages: 101-119; Year: 2016")


@pytest.mark.parametrize(
    ("stated", "journal"),
    [
        (WHOLE._asdict(), WHOLE),
        ({"name": "A\u001b[31m B", "year": "2007"}, Journal("A B")),
        ({"name": None, "volume": None, "number": None, "pages": None, "year": None}, None),
        (None, None),
        ("Nature", Journal("Nature")),
    ],
)
def test_the_programs_own_list_is_read_back(stated: object, journal: Journal | None) -> None:
    record = {
        "id": "x",
        "title": "On Cats",
        "authors": [],
        "day": None,
        "sources": [],
        "mentions": [],
        "journal": stated,
    }
    assert entry_of(json.dumps(record)).journal == journal
