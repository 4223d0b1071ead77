"""The program in an awkward place: streams that are closed, full or ASCII, names that are no text, no home folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from feedreader.cli import main
from tests.conftest import needs_any_name, needs_full_disk
from tests.services.test_ingest import DAY_LIST

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = f"{sys.executable} -m feedreader"


DIGEST = DAY_LIST.replace("Bo Chan", "Bō Chan 𝒪")


@pytest.fixture
def digest(tmp_path: Path) -> Path:
    file = tmp_path / "digest.txt"
    file.write_text(DIGEST)
    return file


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a library of two papers."""
    folder = tmp_path_factory.mktemp("filled")
    (folder / "digest.txt").write_text(DIGEST)
    assert main(["import", "--data-dir", str(folder / "data"), str(folder / "digest.txt")]) == 0
    return folder


def shell(folder: Path, line: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    """Run a line of a shell, in which `feedreader` is the program; no traceback may come of it."""
    given = {**os.environ, "PYTHONUNBUFFERED": "", "FEEDREADER_DATA_DIR": str(folder / "data"), **env}
    given |= {"PYTHONPATH": os.fspath(ROOT)}
    function = f'feedreader() {{ {PROGRAM} "$@"; }}; '
    done = subprocess.run(
        ["bash", "-c", function + line], cwd=folder, env=given, capture_output=True, timeout=90, check=False
    )
    assert b"Traceback" not in done.stdout + done.stderr and b"should not have" not in done.stderr
    return done


@needs_full_disk
def test_a_full_disk_behind_the_output_is_an_error(filled: Path) -> None:
    for command in ("list", "list --json", "--help"):
        done = shell(filled, f"feedreader {command} >/dev/full")
        assert (done.returncode, done.stdout) == (1, b""), command
        assert b"Standard output cannot be written: the disk is full" in done.stderr
    done = shell(filled, "feedreader --version >/dev/full", PYTHONUNBUFFERED="1")
    assert done.returncode == 1 and b"the disk is full" in done.stderr, "argparse does not swallow it"


@needs_full_disk
def test_messages_that_cannot_be_written_are_none(filled: Path) -> None:
    assert shell(filled, "feedreader list is:unraed 2>/dev/full").returncode == 2


@needs_full_disk
def test_an_output_that_fails_does_not_stop_an_import(tmp_path: Path, digest: Path) -> None:
    (tmp_path / "other.txt").write_text(DAY_LIST.replace("Gliders", "Kites"))
    done = shell(tmp_path, "feedreader import --json digest.txt other.txt >/dev/full")
    assert done.returncode == 1 and b"cannot be written" in done.stderr
    (tmp_path / "third.txt").write_text(DAY_LIST.replace("Gliders", "Swifts"))
    done = shell(tmp_path, "feedreader import --json digest.txt third.txt | true; exit ${PIPESTATUS[0]}")
    assert (done.returncode, done.stderr) == (0, b"")
    assert shell(tmp_path, "feedreader sources").stdout.count(b"\n") == 3


def test_streams_that_are_closed(filled: Path) -> None:
    closed = shell(filled, "feedreader list >&-")
    assert closed.returncode == 1 and b"cannot be written" in closed.stderr
    mistake = shell(filled, "feedreader list is:unraed 2>&-")
    assert (mistake.returncode, mistake.stdout) == (2, b""), "a message is no data"
    assert b"file is empty" in shell(filled, "feedreader import - <&-").stderr
    assert shell(filled, "feedreader <&- >&- 2>&-").returncode == 2


@pytest.mark.parametrize(
    "env", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}], ids=str
)
def test_text_that_the_terminal_cannot_show(tmp_path: Path, digest: Path, env: dict[str, str]) -> None:
    """JSON loses nothing, files are in UTF-8, and a list has a mark for each such character."""
    line = """feedreader import digest.txt; id=$(feedreader list gliders --json | cut -d'"' -f4)
              feedreader note $id 'Größe 𝒪'; feedreader list; feedreader list Größe --json"""
    done = shell(tmp_path, line, **env)
    assert done.returncode == 0 and b"Gliders in Wide Valleys" in done.stdout
    (paper,) = (json.loads(line) for line in done.stdout.splitlines() if line.startswith(b"{"))
    assert (paper["authors"], paper["note"]) == (["Ann Lee", "Bō Chan 𝒪"], "Größe 𝒪")
    assert "Bō Chan 𝒪" in shell(tmp_path, "feedreader export '' --format markdown", **env).stdout.decode()


@needs_any_name
def test_file_names_that_are_no_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FEEDREADER_DATA_DIR", str(tmp_path / "d\udcff"))
    folder = tmp_path / "in"
    folder.mkdir()
    for name in (b"caf\xe9.txt", "cut\u009b1m\u202ea\u2066.txt".encode(), b"caf\xe8.txt"):
        (folder / os.fsdecode(name)).write_text(DAY_LIST)

    def run(*argv: str, code: int = 0) -> str:
        capsys.readouterr()
        assert main(argv) == code
        out, err = capsys.readouterr()
        assert all(char.isprintable() or char == "\n" for char in out + err)
        (out + err).encode()
        return out

    for command in (["import"], ["import", "--json"]):
        assert run(*command, str(folder)).count("\n") == 3
    assert run("sources").count("caf\ufffd.txt") == 2 and run("browse", "sources") and run("list")
    sources = [json.loads(line) for line in run("sources", "--json").splitlines()]
    assert [source["source"] for source in sources] == ["caf\ufffd.txt", "caf\ufffd.txt", "cuta.txt"]
    assert [source["path"] for source in sources] == [
        *(f"{folder}/caf\\xe8.txt", f"{folder}/caf\\xe9.txt"),
        f"{folder}/cut\u009b1m\u202ea\u2066.txt",
    ]
    run("forget", "--source", f"{folder}/caf\udce9.txt")
    assert run("sources").count("\n") == 2
    for words in (["import", "no\udcff"], ["no\udcff"], ["show", "\udcff"], ["tag", "add", "\udcff", "1"]):
        run(*words, code=1)
    for words in (["subscribe", "\udcff"], ["forget", "--source", "\udcff"], ["note", "1", "\udcff"]):
        run(*words, code=1)


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
