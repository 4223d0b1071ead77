"""`feedreader sync`, and commands that sync by themselves."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from tests.cli.test_cli import Run, digest, run

__all__ = ["digest", "run"]


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "conf" / "config.toml"
    file.parent.mkdir()
    file.write_text("")
    monkeypatch.setenv("FEEDREADER_CONFIG", str(file))
    return file


@pytest.fixture
def id(run: Run, digest: Path, config: Path) -> str:
    run("import", digest)
    return str(run("list", "--json").objects[0]["id"])


def test_two_libraries_come_to_the_same_by_a_folder(run: Run, id: str, tmp_path: Path) -> None:
    shared, other = tmp_path / "shared", ("--data-dir", tmp_path / "other")
    run("mark", "shortlist", id)
    done = run("sync", shared)
    assert done.code == 0 and done.out == ""
    assert done.err == (
        f"Created the folder {shared}.\nSent 1 change. Received 0 changes (no other machine has written here yet).\n"
    )
    assert run("sync", shared, *other).err == (
        "Sent 0 changes. Received 1 change from 1 other file, and 1 paper with them.\n"
    )
    assert run("list", "is:shortlisted", "--json", *other).objects[0]["id"] == id
    run("tag", "add", "thesis", id, *other)
    run("sync", *other, shared)
    (said,) = run("sync", shared, "--json").objects
    assert said == {
        "folder": str(shared),
        "sent": 0,
        "received": 1,
        "files": 1,
        "papers": 0,
        "newer": 0,
        "problems": [],
    }
    assert run("list", "tag:thesis", "--json").objects[0]["tags"] == ["thesis"]


def test_with_a_folder_set_commands_sync_by_themselves(
    run: Run, id: str, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared, other = tmp_path / "shared", ("--data-dir", tmp_path / "other")
    config.write_text(f'[sync]\nfolder = "{shared}"\n')
    missing = run("mark", "shortlist", id)
    assert missing.code == 0 and missing.err.endswith("is not there. `feedreader sync` creates it.\n")
    assert run("sync").code == 0 and shared.is_dir()
    run("note", id, "Read me.")
    assert run("list", "is:shortlisted", "--json", *other).objects[0]["note"] == "Read me."
    run("undo")
    assert run("show", id, "--json", *other).objects[0]["note"] is None
    run("subscribe", "cs.LG")
    assert [each["source"] for each in run("subscriptions", "--json", *other).objects] == ["cs.LG"]
    run("mute", "title:the")
    assert [rule["query"] for rule in run("rules", "--json", *other).objects] == ["title:the"]
    monkeypatch.setattr("sys.stdin", io.StringIO("s 2\nq\n"))
    assert run("--plain").code == 0
    assert len(run("list", "is:shortlisted", "--json", *other).objects) == 2


def test_what_cannot_be_synced_is_said_with_what_to_do(run: Run, id: str, tmp_path: Path) -> None:
    nowhere = run("sync")
    assert nowhere.code == 2 and "which folder?" in nowhere.err and "[sync]" in nowhere.err
    file = tmp_path / "file"
    file.write_text("")
    for place in (file, tmp_path / "no" / "such"):
        refused = run("sync", place)
        assert refused.code == 1 and str(place) in refused.err and "Traceback" not in refused.err
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "feedreader-aaaa.jsonl").write_text('rubbish\n{"feedreader":9}\n')
    said = run("sync", shared, "--json")
    assert said.code == 0 and said.objects[0]["newer"] == 1
    assert said.objects[0]["problems"] == [
        {"file": "feedreader-aaaa.jsonl", "line": 1, "reason": "This line is not a record."}
    ]
    assert "feedreader-aaaa.jsonl, line 1: This line is not a record." in said.err
    assert "1 change by a newer feedreader cannot be read yet." in said.err


def test_a_file_that_cannot_be_read_is_one_of_several_that_failed(run: Run, id: str, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    run("mark", "read", id)
    (shared / "feedreader-aaaa.jsonl").symlink_to(tmp_path / "loop.jsonl")
    (tmp_path / "loop.jsonl").symlink_to(shared / "feedreader-aaaa.jsonl")
    (shared / "feedreader-bbbb.jsonl").symlink_to(tmp_path / "nowhere")
    failed = run("sync", shared)
    assert failed.code == 3 and "feedreader-aaaa.jsonl: its links go in a circle" in failed.err
    assert "bbbb" not in failed.err
    (own,) = (file for file in shared.iterdir() if not file.is_symlink())
    assert json.loads(own.read_text())["field"] == "read"
