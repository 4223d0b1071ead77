"""Citation keys: given out once, never twice, and kept whatever becomes of the paper."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

from feedreader.library import Library
from feedreader.library.citations import _letters
from feedreader.model import Digest, Entry, Query
from feedreader.services import ingest, removal
from tests.conftest import NOW

ROOT = Path(__file__).resolve().parents[2]
ABSTRACT = (
    "We follow gliders from thermal to thermal and find that the second thermal is worth the wait in most valleys. " * 3
)


def take(library: Library, name: str, *entries: Entry) -> None:
    ingest.import_digest(library, Digest(format="test", title="Test", entries=entries), name=name, path=f"/{name}")


def keys(library: Library, query: Query = Query()) -> dict[str, str]:  # noqa: B008
    return library.citations.keys_for(list(library.papers.find(query)))


def entry(number: int, title: str = "Deep Nets", author: str = "Ann Lee") -> Entry:
    return Entry(title=f"{title} {number}", authors=(author,), abstract=f"{number} {ABSTRACT}", day=date(2019, 5, 9))


def test_clashes_get_letters_in_the_order_of_asking(library: Library) -> None:
    take(library, "a", *(entry(number) for number in range(30)))
    names = list(keys(library).values())
    assert names[:3] == ["lee2019deep", "lee2019deepa", "lee2019deepb"]
    assert names[26:29] == ["lee2019deepz", "lee2019deepaa", "lee2019deepab"]
    assert list(keys(library).values()) == names
    assert [_letters(number) for number in (0, 1, 26, 27, 52, 53, 703)] == ["", "a", "z", "aa", "az", "ba", "aaa"]


def test_a_key_is_kept_when_more_is_learnt_of_the_paper(library: Library) -> None:
    take(library, "a", Entry(arxiv_id="1905.00001", abstract=ABSTRACT))
    assert keys(library) == {"1905.00001": "arxiv190500001"}
    take(library, "b", Entry(arxiv_id="1905.00001", title="Gliders in Wide Valleys", authors=("Ann Lee",)))
    assert keys(library) == {"1905.00001": "arxiv190500001"}


def test_of_two_papers_that_become_one_the_first_key_stays_and_the_other_stays_taken(library: Library) -> None:
    take(library, "a", Entry(title="Gliders in Wide Valleys", authors=("Ann Lee",), abstract=ABSTRACT))
    assert set(keys(library).values()) == {"leegliders"}
    take(library, "b", Entry(title="Gliders", arxiv_id="1905.00001", authors=("Ann Lee",)))
    assert set(keys(library).values()) == {"leegliders", "lee2019gliders"}
    bridge = Entry(
        title="Gliders in Wide Valleys",
        arxiv_id="1905.00001",
        authors=("Ann Lee",),
        abstract=ABSTRACT,
        day=date(2019, 5, 9),
    )
    take(library, "c", bridge)
    assert keys(library) == {"1905.00001": "leegliders"}
    take(library, "d", Entry(title="Gliders Again", arxiv_id="1905.00002", authors=("Bo Lee",)))
    assert keys(library) == {"1905.00001": "leegliders", "1905.00002": "lee2019glidersa"}
    removal.forget_source(library, "c")
    assert sorted(keys(library).values()) == ["lee2019gliders", "lee2019glidersa", "leegliders"]


def test_a_key_is_kept_when_the_source_of_its_name_is_taken_out(library: Library) -> None:
    take(library, "a", Entry(title="Gliders in Wide Valleys", authors=("Ann Lee",), abstract=ABSTRACT))
    take(
        library,
        "b",
        Entry(title="Gliders in Wide Valleys", arxiv_id="1905.00001", authors=("Ann Lee",), abstract=ABSTRACT),
    )
    assert keys(library) == {"1905.00001": "lee2019gliders"}
    removal.forget_source(library, "b")
    ((id, key),) = keys(library).items()
    assert id != "1905.00001" and key == "lee2019gliders"
    removal.undo(library)
    assert keys(library) == {"1905.00001": "lee2019gliders"}


def test_of_one_paper_that_becomes_two_the_older_one_keeps_the_key(library: Library) -> None:
    take(library, "a", Entry(title="Gliders in Wide Valleys", authors=("Ann Lee",), abstract=ABSTRACT))
    take(library, "b", Entry(title="Gliders", arxiv_id="1905.00001", authors=("Ann Lee",)))
    bridge = Entry(title="Gliders in Wide Valleys", arxiv_id="1905.00001", authors=("Ann Lee",), abstract=ABSTRACT)
    take(library, "c", bridge)
    assert set(keys(library).values()) == {"lee2019gliders"}
    removal.forget_source(library, "c")
    before = keys(library)
    assert len(before) == len(set(before.values())) == 2 and "lee2019gliders" in before.values()
    assert keys(library) == before


def test_keys_are_there_after_a_restart(library: Library) -> None:
    take(library, "a", entry(1), entry(2))
    before = keys(library)
    again = Library.open(library.path, now=lambda: NOW)
    assert keys(again) == before
    again.close()


def test_programs_that_ask_at_once_are_told_the_same(library: Library) -> None:
    take(library, "a", *(entry(number, author=f"Author {number % 7}") for number in range(150)))
    code = (
        "import sys; from feedreader.cli import main\n"
        "sys.exit(main(['export', '', '--format', 'csv', '--data-dir', sys.argv[1]]))"
    )
    argv = [sys.executable, "-c", code, str(library.path.parent)]
    running = [subprocess.Popen(argv, stdout=subprocess.PIPE, cwd=ROOT) for _ in range(4)]
    outputs = [process.communicate(timeout=60)[0] for process in running]
    assert [process.returncode for process in running] == [0] * 4
    assert len(set(outputs)) == 1
    before = keys(library)
    assert len(set(before.values())) == len(before) == 150
