"""`run`: papers handed to a command of the settings."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from feedreader.cli import main
from tests.services.test_ingest import DAY_LIST


class Program:
    """Settings with a few commands, and a library of two papers."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
        (folder / "digest.txt").write_text(DAY_LIST)
        (folder / "count.py").write_text("import sys\nprint(len(sys.stdin.readlines()), *sys.argv[1:])\n")
        (folder / "fail.py").write_text("import sys\nsys.stderr.write('no such model\\n')\nsys.exit(7)\n")
        (folder / "config.toml").write_text(
            f"[commands]\necho = 'cat'\ncount = ['{sys.executable}', '{folder / 'count.py'}', '$HOME; x']\n"
            f"fail = '{sys.executable} {folder / 'fail.py'}'\ntrue = 'true'\nnone = 'no-such-program-here'\n"
        )
        monkeypatch.setenv("FEEDREADER_CONFIG", str(folder / "config.toml"))
        monkeypatch.setenv("FEEDREADER_DATA_DIR", str(folder / "data"))
        self._capfd = capfd
        self("import", folder / "digest.txt")

    def __call__(self, *argv: object) -> tuple[int, str, str]:
        self._capfd.readouterr()
        code = main([str(word) for word in argv])
        return code, *self._capfd.readouterr()


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Program:
    return Program(tmp_path, monkeypatch, capfd)


def test_it_gets_what_list_prints_and_its_output_is_ours(program: Program) -> None:
    code, out, err = program("run", "echo", "")
    assert (code, err) == (0, "")
    assert out == program("list", "--json")[1]
    assert len([json.loads(line) for line in out.splitlines()]) == 2


def test_the_shortlist_is_what_it_gets_unless_a_query_says_otherwise(program: Program) -> None:
    assert program("run", "count") == (0, "0 $HOME; x\n", ""), "and no shell reads its words"
    program("mark", "shortlist", json.loads(program("list", "--json")[1].splitlines()[0])["id"])
    assert program("run", "count") == (0, "1 $HOME; x\n", "")
    assert program("run", "count", "-is:shortlisted") == (0, "1 $HOME; x\n", "")
    assert program("run", "count", "is:unread", "-is:shortlisted") == (0, "1 $HOME; x\n", "")
    assert program("run", "true", "") == (0, "", ""), "it need not read what it gets"


def test_what_goes_wrong_is_said(program: Program) -> None:
    assert program("run", "fail", "") == (1, "", "no such model\nfeedreader: fail failed (exit 7).\n")
    code, _, err = program("run", "none", "")
    assert (code, err.splitlines()) == (
        1,
        [
            "feedreader: none: cannot start no-such-program-here: No such file or directory. "
            "Check [commands] in config.toml."
        ],
    )
    assert program("run", "cuont") == (2, "", "feedreader run: There is no command “cuont”. Did you mean “count”?\n")
    assert program("run", "count", "foo:x")[0] == 2


def test_without_commands_it_says_how_to_add_one(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FEEDREADER_CONFIG")
    code, _, err = program("run", "x")
    assert code == 2 and 'Add one under [commands] in config.toml: name = "program args".' in err
