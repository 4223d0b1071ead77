"""`feedreader doctor`: what it says, in words and as JSON, and its exit codes."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from errno import EACCES
from pathlib import Path
from typing import Any

import pytest

from feedreader.text.display import size_text
from tests.cli.test_cli import Run, digest, run

__all__ = ["digest", "run"]


@pytest.fixture
def path(run: Run, digest: object, tmp_path: Path) -> Path:
    """A library whose two papers were imported twice."""
    for _ in range(2):
        assert run("import", digest).code == 0
    (path,) = tmp_path.rglob("library.sqlite3")
    return path


def harm(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as file, file:
        file.execute(statement)


def test_where_it_is_how_large_it_is_and_that_nothing_is_wrong(run: Run, path: Path) -> None:
    code, out, err = run("doctor")
    assert (code, err) == (0, "") and out.endswith("\nNothing is wrong.\n")
    assert out.startswith(f"Library: {path}\nSize: {size_text(path.stat().st_size)} for 2 papers; log: ")
    for part in ("text of the papers", "what sources said", "search index", "indexes"):
        assert f"B  {part}\n" in out


def test_what_is_wrong_is_said_with_what_to_do_and_mended(run: Run, path: Path) -> None:
    harm(path, "UPDATE groups SET total = total + 5")
    wrong = "1 day or collection with wrong numbers of papers."
    code, out, _ = run("doctor")
    assert code == 1 and out.endswith(f"\n1 problem:\n  {wrong} `feedreader doctor --repair` mends this.\n")
    code, out, err = run("doctor", "--repair")
    (copy,) = path.parent.glob("library.sqlite3.before-repair-*")
    assert code == 0 and f"Mended: {wrong}\nThe library as it was before: {copy}\n" in err
    assert f"in a copy made before a change: {copy}\nYou may delete copies" in out
    assert out.endswith("Nothing is wrong.\n") and run("doctor").code == 0


def test_json_has_all_of_it(run: Run, path: Path) -> None:
    harm(path, "UPDATE groups SET total = total + 5")
    (before,) = run("doctor", "--json").objects
    (kind,) = before["problems"]
    assert (kind["kind"], kind["count"], before["repaired"]) == ("wrong-counts", 1, None) and kind["remedy"]
    assert (
        before["path"] == str(path)
        and before["papers"] == 2
        and before["bytes"] >= sum(before["parts"].values()) - 8192
    )
    assert before["text"] > 0 and before["ratio"] == round(before["bytes"] / before["text"], 1)
    (after,) = run("doctor", "--repair", "--json").objects
    assert after["problems"] == [] and after["repaired"]["mended"] == [kind]
    assert [copy["path"] for copy in after["copies"]] == [after["repaired"]["copy"]]


@pytest.mark.parametrize("argv", [(), ("--repair",), ("--json",), ("--repair", "--json")])
@pytest.mark.parametrize("kind", ["cut early", "text", "another", "folder", "newer"])
def test_what_is_no_library_or_not_whole_is_said_and_left_alone(
    run: Run, path: Path, kind: str, argv: tuple[str, ...]
) -> None:
    whole = path.read_bytes()
    path.unlink()
    if kind == "folder":
        path.mkdir()
    elif kind == "another":
        harm(path, "CREATE TABLE places (url TEXT)")
    elif kind == "newer":
        path.write_bytes(whole)
        harm(path, "PRAGMA user_version = 99")
    else:
        path.write_bytes({"cut early": whole[:700], "text": b"Milk and eggs.\n"}[kind])
    before = path.read_bytes() if path.is_file() else b""
    said = run("doctor", *argv)
    assert said.code == 1 and "Traceback" not in said.err
    if "--json" in argv:
        report: dict[str, Any] = json.loads(said.out)
        assert report["problems"][0]["problem"] and report["problems"][0]["remedy"] and report["repaired"] is None
    else:
        assert said.out.startswith(f"Library: {path}\nSize: ") and "\n1 problem:\n" in said.out
    assert (path.read_bytes() if path.is_file() else b"") == before


def test_a_command_that_meets_a_damaged_day_says_so(run: Run, path: Path) -> None:
    harm(path, "UPDATE groups SET day = '2026-99-99' WHERE day IS NOT NULL")
    code, out, err = run("list")
    assert (code, out) == (1, "") and "internal" not in err
    assert err == f"feedreader: The library {path} is damaged: 1 unreadable date. Run `feedreader doctor`.\n"


@pytest.mark.parametrize("name", ["newest documents from", "interest since"])
@pytest.mark.parametrize("value", ["x", "9" * 30])
def test_a_number_that_is_remembered_wrongly_stops_nothing(run: Run, path: Path, name: str, value: str) -> None:
    harm(path, f"INSERT OR REPLACE INTO settings VALUES ('{name}', '{value}')")
    for command in (("interest",), ("list", "a*"), ("doctor", "--repair")):
        said = run(*command)
        assert "internal" not in said.err, command


def test_tags_that_cannot_be_read_come_back(run: Run, path: Path, digest: Path) -> None:
    assert run("import", "--tag", "thesis", digest).code == 0
    harm(path, "UPDATE papers SET tags = x'ff'")
    said = run("list")
    assert said.code == 1 and "is damaged: 2 unreadable rows. Run `feedreader doctor`." in said.err
    assert run("doctor", "--repair").code == 0
    assert [paper["tags"] for paper in run("list", "--json").objects] == [["thesis"]] * 2


def test_where_nobody_may_look_that_is_said(run: Run, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stat, access = Path.stat, os.access

    def look(self: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        if path.parent in self.parents:  # as in a folder of somebody else, whoever runs the tests
            raise PermissionError(EACCES, "Permission denied", str(self))
        return stat(self, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(Path, "stat", look)
    monkeypatch.setattr(os, "access", lambda file, mode: path.parent not in Path(file).parents and access(file, mode))
    for argv in ((), ("--json",), ("--repair",)):
        code, out, err = run("doctor", *argv)
        assert code == 1 and "internal" not in err and "permission denied" in (out + err).lower(), argv


def test_none_is_made_where_there_is_none(run: Run, tmp_path: Path) -> None:
    code, out, err = run("doctor", "--data-dir", str(tmp_path / "new"))
    assert (code, out) == (1, "") and "There is no library" in err and not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
        (2_345_678_901, "2.3 GB"),
    ],
)
def test_sizes_in_words(count: int, shown: str) -> None:
    assert size_text(count) == shown
