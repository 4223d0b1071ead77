"""What a source gives again in other words, and beside that; papers that an older program took for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest

from feedreader.library import Library
from feedreader.merge.identity import title_keys
from feedreader.model import Digest, Entry, Paper, Query
from feedreader.query.language import parse_query
from feedreader.services import import_files, ingest, removal
from feedreader.text.normalize import normalize_compact
from tests.merge.test_identity import LONG, OTHER, TITLE

EDITORIAL = Entry(title="Editorial", url="https://a.example/1", guid="a-1", day=date(2024, 5, 1))
PAPER = Entry(title=TITLE, authors=("Ann Lee",), abstract=LONG, url="https://a.example/1", guid="a-1")
NOTICE = "The abstract is not available."


def give(library: Library, *entries: Entry, name: str = "feed") -> ingest.ImportResult:
    return ingest.import_digest(library, Digest(format="rss", entries=entries), name=name, path=f"/{name}")


def papers(library: Library) -> list[Paper]:
    return list(library.papers.find(Query()))


def read_all(library: Library) -> None:
    keys = [library.papers.key_of(paper.id) for paper in papers(library)]
    library.marks.set(keys, {"read": True, "shortlisted": True, "tags": ("t",), "note": "mine"}, label="read")


@pytest.mark.parametrize(
    "second",
    [
        replace(EDITORIAL, url="https://a.example/2", guid="a-2", day=date(2024, 6, 1)),
        replace(EDITORIAL, url="https://a.example/2", guid=None),
        replace(EDITORIAL, url=None, guid="a-2"),
        replace(EDITORIAL, url="https://a.example/2"),  # a feed that has one guid for all
        replace(EDITORIAL, url="https://a.example/2", guid="a-2", authors=("Ann Lee",), abstract=NOTICE),
    ],
)
@pytest.mark.parametrize("is_first_still_there", [True, False])
def test_a_second_piece_with_one_title_is_new_though_the_first_was_read(
    library: Library, second: Entry, is_first_still_there: bool
) -> None:
    first = replace(EDITORIAL, authors=second.authors, abstract=second.abstract)
    give(library, first)
    read_all(library)
    result = give(library, *([first] if is_first_still_there else []), second)
    assert result.new == 1
    assert sorted(paper.marks.read for paper in papers(library)) == [False, True]
    assert len({paper.id for paper in papers(library)}) == 2
    assert give(library, first, second).known == 2


@pytest.mark.parametrize(
    ("first", "again"),
    [
        (PAPER, replace(PAPER, title="Why gliders really wait for the second thermal")),  # title mended
        (replace(PAPER, abstract=None), replace(PAPER, abstract=None, title="Gliders really wait for a thermal")),
        (PAPER, replace(PAPER, abstract=OTHER, authors=("Ann Lee", "Bo Chan"))),
        (PAPER, replace(PAPER, url="https://new.example/paper/1")),  # the site moved
        (PAPER, replace(PAPER, guid="made-anew")),
        (replace(PAPER, guid=None), PAPER),
        (PAPER, replace(PAPER, doi="10.1000/x")),
        (replace(PAPER, doi="10.1000/x/9876/on-gliders"), replace(PAPER, doi="10.1000/x")),
        (replace(EDITORIAL, guid=None), EDITORIAL),
        (EDITORIAL, replace(EDITORIAL, guid="made-anew")),
        (EDITORIAL, replace(EDITORIAL, abstract=LONG, day=date(2024, 5, 2))),
        (replace(EDITORIAL, url=None), replace(EDITORIAL, url=None, abstract=LONG)),
    ],
)
def test_what_a_source_gives_again_in_other_words_keeps_its_marks(library: Library, first: Entry, again: Entry) -> None:
    give(library, first)
    read_all(library)
    assert (give(library, again).new, give(library, again).known) == (0, 1)
    (paper,) = papers(library)
    assert (paper.marks.read, paper.marks.shortlisted, paper.marks.tags, paper.marks.note) == (
        True,
        True,
        ("t",),
        "mine",
    )
    assert (paper.title, paper.abstract, paper.url) == (again.title, again.abstract, again.url)
    removal.undo(library)
    assert not papers(library)[0].marks.read


def test_citation_key_pdf_and_zotero_item_stay_with_a_paper_whose_page_moved(library: Library, tmp_path: Path) -> None:
    give(library, PAPER)
    (paper,) = papers(library)
    file = tmp_path / "x.pdf"
    file.write_bytes(b"%PDF")
    library.pdfs.put(library.papers.key_of(paper.id), file)
    library.zotero.put({paper.id: "ABCD2345"})
    (key,) = library.citations.keys_for([paper]).values()
    give(library, replace(PAPER, url="https://new.example/paper/1"))
    (moved,) = papers(library)
    assert moved.id != paper.id
    assert library.pdfs.file(library.papers.key_of(moved.id)) == file
    assert library.citations.keys_for([moved]) == {moved.id: key}
    assert library.zotero.items([moved.id]) == {moved.id: "ABCD2345"}


def test_what_was_removed_stays_so_when_it_is_given_in_other_words(library: Library) -> None:
    give(library, PAPER)
    read_all(library)
    removal.forget_papers(library, [papers(library)[0].id])
    give(library, replace(PAPER, url="https://new.example/paper/1"))
    assert papers(library) == []
    removal.undo(library)
    assert [paper.marks.note for paper in papers(library)] == ["mine"]


# --- libraries of older programs -----------------------------------------------------------------------------------


def _as_older_programs_merged(library: Library, entries: Sequence[Entry], shown: Entry) -> None:
    """Make one paper of what is in the library, as programs did that knew no guids and took a title for enough."""
    with library._database.write() as connection:
        refs = [row[0] for row in connection.execute("SELECT id FROM entries ORDER BY id")]
        names = dict(zip(refs, (f"p-old{normalize_compact(entry.title or '')}" for entry in entries), strict=True))
        keys = [row[0] for row in connection.execute("SELECT id FROM papers ORDER BY id")]
        connection.executemany(
            "UPDATE entries SET name = ?, guid = NULL WHERE id = ?", [(n, r) for r, n in names.items()]
        )
        connection.execute("UPDATE entries SET paper = ?, fingerprint = 0", (keys[0],))
        connection.executemany("DELETE FROM papers WHERE id = ?", [(key,) for key in keys[1:]])
        connection.execute(
            """UPDATE papers SET name = ?, title = ?, url = ?, grp = ifnull((SELECT id FROM groups WHERE day = ?), grp)
               WHERE id = ?""",
            (min(names.values()), shown.title, shown.url, str(shown.day), keys[0]),
        )
        connection.execute("DELETE FROM keys")
        titles = [identity_key for entry in entries for identity_key in title_keys(entry)]
        connection.executemany("INSERT INTO keys (key, entry) VALUES (?, ?)", zip(titles, refs, strict=True))


PLACEHOLDERS = [
    replace(PAPER, title=title, authors=(author,), abstract=NOTICE, url=f"https://a.example/{at}", guid=f"a-{at}")
    for at, (title, author) in enumerate([("Verbs in corpora", "Ann Lee"), ("Riddles", "Bo Chan"), ("Kites", "Cy Doe")])
]
EDITORIALS = [replace(EDITORIAL, url=f"https://a.example/{at}", guid=f"a-{at}") for at in range(3)]
COLUMN = [replace(each, url="https://a.example/", day=date(2024, 5, at)) for at, each in enumerate(EDITORIALS, 1)]


@pytest.mark.parametrize("entries", [PLACEHOLDERS, EDITORIALS, COLUMN])
@pytest.mark.parametrize("at", range(3))
def test_papers_that_were_taken_for_one_part_and_the_marks_stay_with_the_one_shown(
    library: Library, entries: list[Entry], at: int
) -> None:
    give(library, *entries)
    _as_older_programs_merged(library, entries, entries[at])
    assert len(papers(library)) == 1
    read_all(library)
    give(library, *entries)
    parted = papers(library)
    assert {(paper.url, paper.day): paper.marks.read for paper in parted} == {
        (entry.url, entry.day): entry is entries[at] for entry in entries
    }
    assert [paper.marks.note for paper in parted if paper.marks.note] == ["mine"]
    assert library.papers.counts() == (3, 2, 1)
    give(library, *entries)
    assert papers(library) == parted
    removal.undo(library)
    assert library.papers.counts() == (3, 3, 0)


def test_papers_of_two_sources_part_when_either_is_given_again(library: Library) -> None:
    entries = [replace(EDITORIALS[at], url=f"https://{name}.example/1") for at, name in enumerate("ab")]
    for entry, name in zip(entries, "ab", strict=True):
        give(library, entry, name=name)
    _as_older_programs_merged(library, entries, entries[0])
    read_all(library)
    give(library, entries[1], name="b")
    assert {paper.url: paper.marks.read for paper in papers(library)} == {entries[0].url: True, entries[1].url: False}


@pytest.mark.parametrize("is_first_still_there", [True, False])
@pytest.mark.parametrize("page", ["https://a.example/", "https://a.example/toc/current", None])
@pytest.mark.parametrize("guids", [("g", "g"), ("g-1", "g-2"), (None, None)])
@pytest.mark.parametrize(("title", "authors"), [("Editorial", ()), ("Mathematical games", ("Ann Lee",))])
def test_a_column_of_a_feed_with_one_page_or_guid_for_all_is_new_each_time(
    library: Library,
    title: str,
    authors: tuple[str, ...],
    guids: tuple[str | None, str | None],
    page: str | None,
    is_first_still_there: bool,
) -> None:
    first, second = (
        Entry(title=title, authors=authors, url=page, guid=guid, day=date(2024, month, 1))
        for month, guid in enumerate(guids, 5)
    )
    beside = Entry(title="Counting verbs in toy corpora", url=page, guid="g" if guids[0] == "g" else None)
    give(library, first, beside)
    read_all(library)
    assert give(library, *([first] if is_first_still_there else []), second, beside).new == 1
    assert sorted(paper.marks.read for paper in papers(library)) == [False, True, True]


def test_columns_of_one_title_take_time_in_proportion(library: Library) -> None:
    entries = [Entry(title="Mathematical games", url=f"https://a.example/{at}") for at in range(3000)]
    assert give(library, *entries).new == 3000  # in minutes, if each is compared with each


def test_an_import_says_which_papers_it_separated_and_merged(library: Library) -> None:
    first = Entry(title="On Tides", authors=("Ann Lee",), abstract=LONG, arxiv_id="2401.00001")
    other = replace(first, arxiv_id=None, doi="10.1000/tides")
    result = give(library, first, name="a")
    assert (import_files.brought([result]), result.separated, result.united) == ("1 new paper", 0, 0)
    give(library, Entry(title="Another", authors=("Bo Chan",), abstract=OTHER, doi="10.1000/tides"), name="b")
    both = replace(other, arxiv_id="2401.00001")
    result = give(library, both, name="c")
    assert result.united == 1 and import_files.brought([result]) == "1 paper, none new, 1 duplicate merged"


VERSIONS = {
    "preprint": Entry(title=TITLE, doi="10.1101/b", abstract=LONG),
    "journal": Entry(title="On thermals", doi="10.1/a", abstract=OTHER),
    "both": Entry(title="Of thermals", doi="10.1/a", preprint_doi="10.1101/b"),
}


@pytest.mark.parametrize("order", [*permutations(VERSIONS)])
def test_a_preprint_and_what_was_published_are_one_paper_as_long_as_a_source_says_so(
    library: Library, order: tuple[str, ...]
) -> None:
    for name in order:
        give(library, VERSIONS[name], name=name)
        read_all(library)
    (paper,) = papers(library)
    assert (paper.id, paper.doi, paper.preprint_doi) == ("10.1/a", "10.1/a", "10.1101/b")
    assert paper.marks.note and paper.marks.shortlisted
    keys = {library.papers.key_of(id) for id in ("10.1/a", "https://doi.org/10.1101/B", "10.1101/b")}
    assert len(keys) == 1
    for id in ("10.1/a", "10.1101/b"):
        assert [found.id for found in library.papers.find(parse_query(f"id:{id}"))] == ["10.1/a"]
    assert removal.forget_source(library, "both") == 0
    assert sorted(paper.id for paper in papers(library)) == ["10.1/a", "10.1101/b"]
    assert any(paper.marks.note for paper in papers(library))
    removal.undo(library)
    assert [paper.id for paper in papers(library)] == ["10.1/a"]
    removal.forget_source(library, "preprint")
    assert library.papers.key_of("10.1101/b") == library.papers.key_of("10.1/a")


def test_a_source_that_learns_what_became_of_a_preprint_keeps_its_marks(library: Library) -> None:
    preprint = replace(VERSIONS["preprint"], guid="s-1", url="https://s.example/1")
    give(library, preprint)
    read_all(library)
    result = give(library, replace(preprint, doi="10.1/a", preprint_doi="10.1101/b"))
    assert (result.new, result.known) == (0, 1)
    (paper,) = papers(library)
    assert (paper.id, paper.marks.note) == ("10.1/a", "mine")


def test_another_version_of_a_preprints_doi_finds_it(library: Library) -> None:
    give(library, Entry(title=TITLE, doi="10.21203/rs.3.rs-1/v2"))
    assert library.papers.key_of("10.21203/rs.3.rs-1/v1") == library.papers.key_of("10.21203/rs.3.rs-1/v2")


def test_what_imports_brought_in_words() -> None:
    one = ingest.ImportResult("a", "/a", "rss", entries=430, new=430, replaced=100)
    known = ingest.ImportResult("b", "/b", "rss", entries=20, known=20, separated=2)
    subscriptions = ingest.ImportResult("c", "/c", "opml", subscriptions=2)
    assert import_files.brought([one]) == "430 papers, 330 new, 100 new versions"
    assert import_files.brought([known]) == "20 papers, none new, 2 papers separated"
    assert import_files.brought([one, known]) == "330 new papers, 100 new versions, 2 papers separated"
    assert import_files.brought([subscriptions]) == "2 new subscriptions"
    assert import_files.brought([known, one, subscriptions]).endswith(
        "100 new versions, 2 new subscriptions, 2 papers separated"
    )
    assert import_files.brought([ingest.ImportResult("d", "/d", "rss")]) == "no papers"
