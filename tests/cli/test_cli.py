"""The command line: what it prints, where, and how it ends."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from feedreader.cli import entry, main
from feedreader.library.migrations import MIGRATIONS
from feedreader.library.search import regex_search
from tests.library.test_file import old_library
from tests.services.test_ingest import DAY_LIST
from tests.services.test_stream_import import record


class Ran(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.setenv("FEEDREADER_DATA_DIR", str(tmp_path / "data"))

    def runs(*argv: object) -> Ran:
        capsys.readouterr()
        code = main([str(word) for word in argv])
        return Ran(code, *capsys.readouterr())

    return runs


@pytest.fixture
def digest(tmp_path: Path) -> Path:
    file = tmp_path / "digest.txt"
    file.write_text(DAY_LIST)
    return file


def test_preparing_an_old_library_is_said_beside_what_is_put_out(run: Run, tmp_path: Path, digest: Path) -> None:
    (tmp_path / "data").mkdir()
    old_library(tmp_path / "data" / "library.sqlite3", len(MIGRATIONS) - 1)
    first, second = run("import", "--json", digest), run("list", "--json")
    assert "preparing the library" in first.err and len(first.objects) == 1
    assert second.err == "" and len(second.objects) == 2


def test_import_says_what_became_of_each_file(run: Run, digest: Path) -> None:
    assert run("import", digest) == (0, "digest.txt (day-list): 2 new papers\n", "")
    assert run("import", "--json", digest).objects == [
        {
            "source": "digest.txt",
            "format": "day-list",
            "entries": 2,
            "new": 0,
            "merged": 0,
            "known": 2,
            "problems": [],
            "subscriptions": 0,
            "failed": False,
        }
    ]


def test_import_from_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(DAY_LIST.encode("utf-16"))))
    ran = run("import", "-", "--json")
    assert (ran.code, ran.objects[0]["source"], ran.objects[0]["new"]) == (0, "stdin", 2)


def test_import_exit_codes(run: Run, digest: Path, tmp_path: Path) -> None:
    bad = tmp_path / "notes.txt"
    bad.write_text("Milk, eggs, and a bulb for the lamp in the hall.\n")
    ran = run("import", bad)
    assert (ran.code, ran.out) == (1, "") and "Unrecognized" in ran.err and "OPML" in ran.err
    assert run("import", tmp_path / "absent").code == 1
    assert run("import", digest, bad).code == 3
    assert run("import", bad, tmp_path / "absent").code == 1
    assert run("import", tmp_path).code == 0
    assert run("import").code == 2


def test_problems_are_named_with_their_lines(run: Run, tmp_path: Path) -> None:
    cut = tmp_path / "cut.txt"
    cut.write_text(DAY_LIST + "\nA Title Without Anything Else\n")
    ran = run("import", cut)
    assert ran.code == 0 and "cut.txt: line 12: " in ran.err
    (result,) = run("import", "--json", cut).objects
    assert result["problems"] and result["problems"][0]["line"] == 12


def test_list_in_feed_order_as_text_and_as_json(run: Run, digest: Path) -> None:
    run("import", digest)
    ran = run("list")
    assert ran.out.splitlines()[0] == "Thursday 9 May 2019"
    assert "Gliders in Wide Valleys" in ran.out and "Lee, Chan" in ran.out
    papers = run("list", "--json").objects
    assert [paper["title"] for paper in papers] == ["Gliders in Wide Valleys", "Snails Keep Diaries"]
    assert papers[0] == {
        "id": papers[0]["id"],
        "arxiv_id": None,
        "version": None,
        "doi": None,
        "title": "Gliders in Wide Valleys",
        "authors": ["Ann Lee", "Bo Chan"],
        "abstract": DAY_LIST.splitlines()[4],
        "tldr": None,
        "comment": None,
        "journal": None,
        "categories": [],
        "day": "2019-05-09",
        "collection": None,
        "sources": ["digest.txt"],
        "url": None,
        "read": False,
        "shortlisted": False,
        "shortlisted_at": None,
        "opened": False,
        "dismissed": False,
        "tags": [],
        "note": None,
        "mentions": [],
        "interest": None,
        "why": [],
    }
    assert len(run("list", "", "--json", "--limit", 1).objects) == 1
    assert len(run("list", "-snails", "--json").objects) == len(run("list", "--json", "wait", "thermal").objects) == 1
    assert run("list", "nowhere-to-be-found") == (0, "", "")
    assert [p["title"] for p in run("list", "title:snails", "--json").objects] == ["Snails Keep Diaries"]


def test_a_query_with_a_mistake_is_an_error_that_shows_the_place(run: Run) -> None:
    ran = run("list", "深", "is:unraed")
    assert ran.code == 2 and "is:unread" in ran.err
    *_, query, caret = ran.err.splitlines()
    assert (query, caret) == ("  深 is:unraed", "  " + " " * len("xx is:") + "^")
    assert run("mark", "read", "--query", "(a").code == 2
    assert run("read", "--query", "(a").code == 2
    assert run("list", "a " * 90 + "is:unraed").err.splitlines()[-1].index("^") < 80
    assert run("list", "\udce9").code == 0, "an argument that is no UTF-8"
    assert run("list", "--lmit", "3").code == 2


def test_another_order_than_by_day_is_a_plain_list(run: Run, digest: Path) -> None:
    run("import", digest)
    assert [line[3:13] for line in run("list", "sort:title").out.splitlines()] == ["2019-05-09"] * 2
    assert [paper["title"][:6] for paper in run("list", "sort:title", "--json").objects] == ["Glider", "Snails"]


def test_a_query_may_begin_with_a_minus(run: Run, digest: Path) -> None:
    run("import", digest)
    assert run("list", "-snails", "-x", "--limit", "1", "--json").objects[0]["title"] == "Gliders in Wide Valleys"
    assert run("list", "--json", "--", "-snails", "-x").objects[0]["title"] == "Gliders in Wide Valleys"
    assert run("list", "-(snails or x)", "--json").objects[0]["title"] == "Gliders in Wide Valleys"
    assert run("mark", "read", "--query", "-snails").code == 0
    assert [paper["title"] for paper in run("list", "is:read", "--json").objects] == ["Gliders in Wide Valleys"]
    assert run("list", "-", "--json").code == 2


def test_a_regular_expression_is_looked_for_in_a_process_that_is_stopped(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(regex_search, "MAX_SECONDS", 0.3)
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "1905.00001", "title": "%s!", "abstract": "b", "authors": "Ann Lee"}\n' % ("a" * 70))
    assert run("import", path).code == 0
    assert [paper["id"] for paper in run("list", "/^a+!$/", "--json").objects] == ["1905.00001"]
    ran = run("list", "b", "/(a+)+$/")
    assert ran.code == 2 and "stopped" in ran.err and ran.err.endswith("    ^\n")


def test_show_by_any_id(run: Run, digest: Path) -> None:
    run("import", digest)
    id = run("list", "--json").objects[0]["id"]
    ran = run("show", id)
    assert ran.code == 0 and "Gliders in Wide Valleys" in ran.out and "second thermal" in ran.out
    assert run("show", id, "--json").objects[0]["id"] == id
    absent = run("show", "1905.99999")
    assert absent.code == 1 and "1905.99999" in absent.err


def test_marks_and_undo(run: Run, digest: Path) -> None:
    run("import", digest)
    first, second = (paper["id"] for paper in run("list", "--json").objects)
    assert run("mark", "shortlist", first).code == 0
    assert run("mark", "read", first, second).code == 0
    assert run("mark", "unread", "--query", "snails").code == 0
    assert [(p["read"], p["shortlisted"]) for p in run("list", "--json").objects] == [(True, True), (False, False)]
    assert "mark unread" in run("undo").err
    assert "2 papers" in run("undo").err
    assert [(p["read"], p["shortlisted"]) for p in run("list", "--json").objects] == [(False, True), (False, False)]
    assert run("undo").code == 0 and "Nothing" in run("undo").err
    assert run("mark", "read").code == 2
    assert run("mark", "read", first, "--query", "x").code == 2
    assert run("mark", "blue", first).code == 2
    assert run("mark", "read", "1905.99999").code == 1


def test_forget_and_sources(run: Run, digest: Path) -> None:
    run("import", digest)
    assert run("sources", "--json").objects[0]["papers"] == 2
    assert run("forget", "--source", "digest.txt").code == 0
    assert run("list").out == "" and run("sources").out == ""
    run("undo")
    assert len(run("list", "--json").objects) == 2
    assert run("forget", "--source", digest).code == 0
    assert run("forget", "--source", "absent").code == 1
    assert run("forget").code == 2
    run("undo")
    first, second = (paper["id"] for paper in run("list", "--json").objects)
    assert run("forget", "--query", "is:").code == run("forget", first, "--query", "x").code == 2
    assert run("forget", "--query", "walrus").err.startswith("0 papers removed")
    assert run("forget", "--query", f"id:{first}").code == 0
    assert [paper["id"] for paper in run("list", "--json").objects] == [second]
    assert run("forget", "--query", "").code == 0 and run("list").out == ""
    run("undo")
    assert len(run("list", "--json").objects) == 1, "one step"


def test_without_a_terminal_the_reader_is_refused(run: Run, digest: Path) -> None:
    assert run().code == 2
    assert run(digest).code == 2


def test_a_mistyped_command_is_not_taken_for_a_file(run: Run) -> None:
    ran = run("lst")
    assert ran.code == 2 and "feedreader list" in ran.err


def test_help_and_version(run: Run) -> None:
    assert run("--version").out.startswith("feedreader ")
    assert run("--help").code == 0
    assert run("list", "--help").code == 0
    assert run("--nonsense").code == 2


def test_a_damaged_library_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "library.sqlite3").write_bytes(b"nothing of the kind" * 1000)
    ran = run("list")
    assert ran.code == 1 and "library.sqlite3" in ran.err and "Traceback" not in ran.err


def test_nothing_from_outside_steers_the_terminal(run: Run, tmp_path: Path) -> None:
    evil = tmp_path / "evil\x1b[31m.txt"
    evil.write_text(
        "May 9, 2019\n\x1b]0;owned\x07Title [/b] \x9b31mred\nAda B\u202eevil\n\n"
        "An abstract \x1b[2Jwith enough words to be one.\n"
    )
    outputs = run("import", evil).out + run("list").out + run("list", "--json").out + run("sources").out
    outputs += "".join(run("show", paper["id"]).out for paper in run("list", "--json").objects)
    assert "Title [/b]" in outputs
    assert not any((ord(char) < 32 and char != "\n") or 127 <= ord(char) < 160 or char in "\u202e" for char in outputs)


def test_a_reader_of_the_output_may_leave(digest: Path, tmp_path: Path) -> None:
    env = {**os.environ, "FEEDREADER_DATA_DIR": str(tmp_path / "data")}
    subprocess.run(
        [sys.executable, "-m", "feedreader", "import", str(digest)], env=env, check=True, capture_output=True
    )
    done = subprocess.run(
        f"{sys.executable} -m feedreader list | true", shell=True, env=env, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""


def test_an_import_that_is_broken_off_says_so_until_it_is_done_again(
    run: Run, digest: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / "long.csv"
    rows = (f"Paper number {number} of many,Ann Lee,Words on the thing {number}." for number in range(600))
    long.write_text("\n".join(("title,authors,abstract", *rows)))

    def interrupt(progress: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("feedreader.cli.digests._show_progress", interrupt)
        stopped = run("import", long)
    assert stopped.code == 130 and "long.csv: only partly imported" in stopped.err
    (source,) = run("sources", "--json").objects
    assert source["partial"] is True and 0 < source["papers"] < 600
    assert "partly" in run("sources").out and "long.csv: only partly" in run("import", digest).err
    assert run("import", long).err == ""
    assert [source["partial"] for source in run("sources", "--json").objects] == [False, False]
    assert "partly" not in run("sources").out


def test_a_large_file_goes_on_where_it_was_broken_off_and_says_so(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = tmp_path / "large.jsonl"
    large.write_text("\n".join(json.dumps(record(number)) for number in range(60)))
    monkeypatch.setattr("feedreader.services.import_files._LARGE", 2000)
    monkeypatch.setattr("feedreader.services.stream_import.BLOCK", 3000)
    told: list[str] = []

    def interrupt(line: str, done: bool) -> None:
        told.append(line)
        if "%" in line:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("feedreader.cli.digests.progress_line", interrupt)
        stopped = run("import", large)
    assert stopped.code == 130 and "large.jsonl: only partly imported" in stopped.err
    assert re.fullmatch(r"large\.jsonl: \d+ papers, \d+%, [\d,]+ a second(, .+ left)?", told[-1])
    assert told[0] == "large.jsonl: 0 papers", "it is told at once that it has begun"
    before = len(run("list", "--json").objects)
    (result,) = run("import", "--json", large).objects
    assert 0 < result["passed"] == before and result["entries"] == result["new"] == 60 - before
    (again,) = run("import", "--json", large).objects
    assert "passed" not in again and again["known"] == 60
    kept = run("import", "--keep", large)
    assert "60 papers kept" in kept.err and len(run("list", "is:shortlisted", "--json").objects) == 60


def test_a_mistake_of_the_program_is_a_sentence_with_a_file(
    digest: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def mistake(*_: object) -> int:
        raise ZeroDivisionError("here")

    monkeypatch.setattr("feedreader.cli._run", mistake)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(SystemExit) as end:
        entry()
    said = capsys.readouterr().err
    (file,) = tmp_path.glob("feedreader-crash-*.txt")
    assert end.value.code == 1 and said.count("\n") == 1 and str(file) in said and "Traceback" not in said
    assert "ZeroDivisionError: here" in file.read_text() and file.stat().st_mode & 0o777 == 0o600
