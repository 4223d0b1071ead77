"""A step of the journal that changes many papers goes on in several rows, and is one step all the same."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from hypothesis import strategies as st

from feedreader.library import Library, marks
from feedreader.model import Digest, Entry
from feedreader.services import ingest, removal

PIECES = st.sampled_from([1, 2, 4000])


@contextmanager
def marking(piece: int) -> Iterator[None]:
    """So many papers are marked at a time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(marks, "_PIECE", piece)
        yield


def test_a_step_of_many_papers_is_one_to_whoever_undoes_or_mends_it(library: Library) -> None:
    listed = tuple(Entry(title=f"Kites {n}", arxiv_id=f"1905.0000{n}") for n in range(10))
    ingest.import_digest(library, Digest(format="x", entries=listed), name="a.txt", path="/a.txt")
    keys = [library.papers.key_of(f"1905.0000{n}") for n in range(10)]
    with marking(3):
        library.marks.set([*keys, *keys], {"read": True}, label=lambda papers: f"marked {papers} papers as read")
        library.marks.set(keys[2:9], {"shortlisted": True}, label="kept some")
    with closing(sqlite3.connect(library.path)) as file:
        parts = [[len(json.loads(text)), label] for text, label in file.execute("SELECT changes, label FROM steps")]
        file.execute("UPDATE steps SET changes = '[[' WHERE id = 6")
        file.commit()
    assert parts == [[3, "marked 10 papers as read"], [3, ""], [3, ""], [1, ""], [3, "kept some"], [3, ""], [1, ""]]
    library.health.mend_values()
    undone = removal.undo(library)
    assert undone and undone.label == "marked 10 papers as read", "no part of the other is undone"
    assert [change.key for change in undone.changes] == keys and undone.changes[3].key == keys[3]
    assert removal.undo(library) is None and library.papers.counts() == (10, 10, 7)
