"""A few dozen kills of the program at any moment; `python -m tests.kill` does hundreds."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.kill.__main__ import begin
from tests.kill.child import write_file
from tests.kill.state import State, papers_of
from tests.library.soundness import faults_of, recovered

ROOT = Path(__file__).parents[1]


def test_nothing_that_was_done_is_lost_and_nothing_is_half_there() -> None:
    """In a process of its own: it forks, and this one has threads."""
    command = [sys.executable, "-m", "tests.kill", "--kills", "30", "--seed", "3"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=110, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "30 kills" in run.stdout and "the reader 1" in run.stdout


def test_what_was_marked_and_is_not_is_seen() -> None:
    kept = {"do": "mark", "ids": ["1"], "values": {"shortlisted": True}}
    state = State().after({"do": "import", "ids": ["1", "2"]}).after(kept)
    assert state.differs({"1": {"shortlisted": True}, "2": {}}) == ""
    assert "should be {'shortlisted': True}" in state.differs({"1": {}, "2": {}})
    assert "lost: ['2']" in state.differs({"1": {"shortlisted": True}})
    undone = state.after({"do": "undo"})
    assert undone.differs({"1": {}, "2": {}}) == "" and undone.differs({"1": {"shortlisted": True}, "2": {}})
    removed = state.after({"do": "remove", "id": "1"})
    assert removed.differs({"2": {}}) == "" and removed.differs({"1": {"shortlisted": True}, "2": {}})
    assert removed.after({"do": "undo"}).differs({"1": {"shortlisted": True}, "2": {}}) == ""


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        ("UPDATE groups SET unread = unread + 1", "counts otherwise"),
        ("DELETE FROM entries WHERE id = 1", "without an entry"),
        ("DELETE FROM papers WHERE id = 1", "not there"),
        ("UPDATE papers SET read = 1 WHERE id = 1", "marked is"),
        ("UPDATE papers SET doc = 1000 WHERE id = 1", "not in the index"),
        ("UPDATE entries SET paper = NULL WHERE id = 1", "in no paper"),
        ("DELETE FROM sources", "without its source"),
    ],
)
def test_a_library_that_is_not_right_is_seen(tmp_path: Path, damage: str, fault: str) -> None:
    from feedreader.cli import main

    begin(tmp_path, "http://127.0.0.1:1/feed")
    write_file(tmp_path, 1)
    assert main(["import", "--data-dir", os.fspath(tmp_path), os.fspath(tmp_path / "1.jsonl")]) == 0
    path = tmp_path / "library.sqlite3"
    assert recovered(path) == [] and len(papers_of(path)) == 30
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(damage)
    assert any(fault in words for words in faults_of(path, indexed=True))
