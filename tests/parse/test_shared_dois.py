"""A DOI that many papers of a document state is that of their volume."""

import pytest

from feedreader.parse import parse

ROWS = "title,authors,doi\nCounting Verbs,Ann Lee,{}\nParsing Riddles,Bo Chan,{}\nKites at Night,Cy Doe,{}\n"


def test_the_doi_of_a_volume_is_no_papers() -> None:
    digest = parse(ROWS.format("10.1000/vol.7", "10.1000/VOL.7", "https://doi.org/10.1000/vol.7").encode())
    assert [entry.doi for entry in digest.entries] == [None] * 3
    assert [problem.reason for problem in digest.problems] == [
        "The DOI 10.1000/vol.7 was left out: 3 papers state it, so it is that of a volume."
    ]


@pytest.mark.parametrize("dois", [("10.1000/a", "10.1000/a", "10.1000/b"), ("10.1000/a", "10.1000/b", "10.1000/c")])
def test_papers_keep_their_own(dois: tuple[str, ...]) -> None:
    digest = parse(ROWS.format(*dois).encode())
    assert tuple(entry.doi for entry in digest.entries) == dois and not digest.problems
