"""The program in an awkward place: streams that are closed, full or ASCII, names that are no text, no home folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from feedreader.cli import main
from tests.services.test_ingest import DAY_LIST

PROGRAM = f"{sys.executable} -m feedreader"


@pytest.fixture
def digest(tmp_path: Path) -> Path:
    file = tmp_path / "digest.txt"
    file.write_text(DAY_LIST.replace("Bo Chan", "Bō Chan 𝒪"))
    return file


def shell(tmp_path: Path, line: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    """Run a line of a shell, in which `feedreader` is the program; no traceback may come of it."""
    given = {**os.environ, "FEEDREADER_DATA_DIR": str(tmp_path / "data"), **env}
    given.pop("PYTHONUNBUFFERED", None)
    function = f'feedreader() {{ {PROGRAM} "$@"; }}; '
    done = subprocess.run(["bash", "-c", function + line], env=given, capture_output=True, timeout=60, check=False)
    assert b"Traceback" not in done.stdout + done.stderr
    return done


@pytest.mark.parametrize(
    "command", ["list", "list --json", "export '' --format csv", "--help", "--version", "config --example"]
)
def test_a_full_disk_behind_the_output_is_an_error(tmp_path: Path, digest: Path, command: str) -> None:
    shell(tmp_path, f"feedreader import {digest}")
    done = shell(tmp_path, f"feedreader {command} >/dev/full")
    assert (done.returncode, done.stdout) == (1, b"") and b"Standard output cannot be written: No space" in done.stderr


def test_an_output_that_fails_does_not_stop_an_import(tmp_path: Path, digest: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text(DAY_LIST.replace("Gliders", "Kites"))
    for output in (">/dev/full", ">&-"):
        done = shell(tmp_path, f"feedreader import --json {digest} {other} {output}")
        assert done.returncode == 1 and b"cannot be written" in done.stderr
    assert shell(tmp_path, f"feedreader import --json {digest} {other} | true").stderr == b""
    assert len(shell(tmp_path, "feedreader sources --json").stdout.splitlines()) == 2


def test_streams_that_are_closed(tmp_path: Path, digest: Path) -> None:
    assert shell(tmp_path, f"feedreader import {digest} <&- 2>&-").returncode == 0
    assert b"cannot be written" in shell(tmp_path, "feedreader list >&-").stderr
    closed = shell(tmp_path, "feedreader list is:unraed 2>&-")
    assert (closed.returncode, closed.stdout) == (2, b""), "a message is no data"
    assert shell(tmp_path, "feedreader list is:unraed 2>/dev/full").returncode == 2
    assert b"no text in it" in shell(tmp_path, "feedreader import - <&-").stderr
    assert shell(tmp_path, "feedreader <&- >&- 2>&-").returncode == 2


@pytest.mark.parametrize(
    "env",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "POSIX"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "latin-1"},
    ],
    ids=str,
)
def test_text_that_the_terminal_cannot_show(tmp_path: Path, digest: Path, env: dict[str, str]) -> None:
    """JSON loses nothing, files are in UTF-8, and a list has a mark for each such character."""
    assert shell(tmp_path, f"feedreader import {digest}", **env).returncode == 0
    listed = shell(tmp_path, "feedreader list", **env)
    assert listed.returncode == 0 and b"Gliders in Wide Valleys" in listed.stdout
    papers = [json.loads(line) for line in shell(tmp_path, "feedreader list --json", **env).stdout.splitlines()]
    assert papers[0]["authors"] == ["Ann Lee", "Bō Chan 𝒪"]
    assert "Bō Chan 𝒪" in shell(tmp_path, "feedreader export '' --format markdown", **env).stdout.decode()
    shell(tmp_path, f"feedreader note {papers[0]['id']} 'Größe 𝒪'", **env)
    noted = shell(tmp_path, "feedreader list Größe --json", **env)
    assert json.loads(noted.stdout)["note"] == "Größe 𝒪"


def test_file_names_that_are_no_text(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in (b"caf\xe9.txt", "cut\u009b1m\u202ea\u2066.txt".encode(), b"caf\xe8.txt"):
        (folder / os.fsdecode(name)).write_text(DAY_LIST)
    commands = (
        f"import {folder}",
        f"import --json {folder}",
        "sources",
        "sources --json",
        "browse sources --json",
        "list",
    )
    for command in commands:
        done = shell(tmp_path, f"feedreader {command}")
        assert done.returncode == 0 and done.stdout
        assert all(char.isprintable() or char == "\n" for char in done.stdout.decode("utf-8"))
    done = shell(tmp_path, "feedreader sources --json")
    sources = [json.loads(line) for line in done.stdout.splitlines()]
    assert [source["source"] for source in sources] == ["caf\ufffd.txt", "caf\ufffd.txt", "cuta.txt"]
    assert [source["path"] for source in sources] == [
        *(f"{folder}/caf\\xe8.txt", f"{folder}/caf\\xe9.txt"),
        f"{folder}/cut\u009b1m\u202ea\u2066.txt",
    ]
    removed = shell(tmp_path, f"feedreader forget --source {folder}/caf$'\\xe9'.txt; feedreader sources")
    assert removed.returncode == 0 and removed.stdout.count(b"\n") == 2
    for command in ("import no$'\\xff'", "no$'\\xff'", "show $'\\xff'", "tag add $'\\xff' 1", "subscribe $'\\xff'"):
        assert shell(tmp_path, f"feedreader {command}").returncode == 1
    assert shell(tmp_path, "feedreader --data-dir a$'\\xff'b import $0", LC_ALL="C").returncode == 1


def test_options_may_stand_before_the_command(
    tmp_path: Path, digest: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for options in (["--data-dir", "list"], ["--data-dir=list"], ["--json", "--data-dir", "list"]):
        assert main([*options, "import", str(digest)]) == 0
    assert (tmp_path / "list" / "library.sqlite3").exists()
    capsys.readouterr()
    assert main(["--json", "--limit", "1", "--data-dir", "list", "list", "-snails"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Gliders in Wide Valleys"
    assert main(["--data-dir", "list", "--format", "csv", "-o", "x.csv", "export", ""]) == 0
    assert (tmp_path / "x.csv").read_text().count("Gliders") == 1
    assert main(["--help", "list"]) == 0 and "feedreader list" in capsys.readouterr().out
    assert main(["--data-dir", "list"]) == 2 and "needs a terminal" in capsys.readouterr().err
    assert main(["--limit", "1", "--data-dir", "list", "mark", "read", "x"]) == 2, "mark has no --limit"
    assert main(["--data-dir", "", "list"]) == 2
    assert main(["list", "--data-dir"]) == main(["--data-dir"]) == 2


def test_without_a_home_folder_it_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def no_user(_: object) -> None:
        raise KeyError

    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.delenv("FEEDREADER_DATA_DIR", raising=False)
    monkeypatch.setattr("pwd.getpwuid", no_user)
    assert main(["list"]) == 1 and "Set HOME" in capsys.readouterr().err
    assert main(["--data-dir", "~nobody-of-this-name/x", "list"]) == 1 and "no such home" in capsys.readouterr().err
