"""Completions, as the shells themselves give them."""

from __future__ import annotations

import os
import pty
import select
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from feedreader.cli import main
from feedreader.cli.arguments import command_names
from feedreader.cli.export import FORMATS
from feedreader.cli.marks import VERBS

LINES = {  # what is typed, and what it may become
    "feedreader ": {*command_names(), "one file.txt", "folder"},
    "feedreader li": {"list"},
    "feedreader mark ": set(VERBS),
    "feedreader mark undis": {"undismiss"},
    "feedreader --data-dir folder browse ": {"categories", "sources", "authors", "tags"},
    "feedreader export --format ": set(FORMATS),
    "feedreader export --format bib": {"bibtex"},
    "feedreader list --vi": {"--view"},
    "feedreader read --pl": {"--plain"},
    "feedreader --pl": {"--plain"},
    "feedreader completions ": {"bash", "zsh", "fish"},
    "feedreader import one": {"one file.txt"},
    "feedreader export -o one": {"one file.txt"},
    "feedreader --data-dir fo": {"folder"},
}


def script(shell: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The script in a file, beside a folder and a file to complete."""
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    capsys.readouterr()
    assert main(["completions", shell]) == 0
    (folder / "folder").mkdir()
    (folder / "one file.txt").touch()
    path = folder / "folder" / f"feedreader.{shell}"
    path.write_text(capsys.readouterr().out, encoding="utf-8")
    return path


def run(command: list[str], folder: Path) -> str:
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C"}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


BASH = r"""
source "$1"
type _feedreader >/dev/null && complete -p feedreader >/dev/null || exit 1
words=("${@:2}")
COMP_WORDS=("${words[@]}") COMP_CWORD=$((${#words[@]} - 1)) COMPREPLY=()
_feedreader
[[ ${#COMPREPLY[@]} == 0 ]] || printf '%s\n' "${COMPREPLY[@]}"
"""


def bash(path: Path, *words: str) -> set[str]:
    """What bash offers for the last word, without the names of files that it adds by itself."""
    return set(run(["bash", "--norc", "-c", BASH, "bash", str(path), *words], path.parent.parent).splitlines())


def test_bash(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = script("bash", tmp_path, capsys)
    by_itself = {"one file.txt", "folder"}
    for line, expected in LINES.items():
        known = expected if "--data-dir fo" in line else expected - by_itself
        assert bash(path, *line.split(" ")) == known, line
    assert bash(path, "feedreader", "export", "--format", "=", "b") == {"bibtex"}
    assert bash(path, "feedreader", "export", "--format", "=") == set(FORMATS)
    assert bash(path, "feedreader", "mark", "read", "un") == set(), "an id comes next"
    assert bash(path, "feedreader", "--data-dir", "list", "tag", "") == {"add", "remove"}


def test_fish(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = script("fish", tmp_path, capsys)
    quoted = [shlex.quote(line) for line in (*LINES, "feedreader mark read un")]
    code = f"source {shlex.quote(str(path))}\n" + "\n".join(f"complete -C {line}; echo END" for line in quoted)
    *answers, rest = run(["fish", "--no-config", "-c", code], tmp_path).split("END\n")
    assert rest == ""
    for line, answer in zip([*LINES, ""], answers, strict=True):
        offered = {each.split("\t")[0].rstrip("/") for each in answer.splitlines()}
        assert offered == LINES.get(line, set()), line


PROMPT = "<ready>"


def test_zsh(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """At a terminal, for zsh completes nowhere else; from a file that it finds in $fpath."""
    path = script("zsh", tmp_path, capsys)
    run(["zsh", "-f", "-n", str(path)], tmp_path)
    path.rename(path.with_name("_feedreader"))
    terminal, its_own = pty.openpty()
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TERM": "dumb"}
    shell = subprocess.Popen(
        *(["zsh", "-f", "-i"], -1, None, its_own, its_own, its_own), cwd=tmp_path, env=env, start_new_session=True
    )
    os.close(its_own)
    try:
        ask(terminal, f"PS1='{PROMPT}'; LISTMAX=999; COLUMNS=200; LINES=60; fpath=($PWD/folder $fpath)\r")
        ask(terminal, "bindkey -e; bindkey '^T' list-choices; autoload -Uz compinit; compinit -D -u\r")
        for line, expected in LINES.items():
            answer = ask(terminal, f"{line}\x14\x15").replace("\\ ", " ")
            offered = answer.removeprefix(line)
            assert all(word in offered for word in expected), line
            assert ("bibtex" in offered) == ("bibtex" in expected), line
    finally:
        shell.kill()
        shell.wait()
        os.close(terminal)


def ask(terminal: int, keys: str) -> str:
    """What is seen when these keys are pressed, until the shell is ready for more."""
    os.write(terminal, f"{keys}echo E''ND\r".encode())
    seen, until = "", time.monotonic() + 30
    while PROMPT not in seen.partition("END")[2] and time.monotonic() < until:
        if select.select([terminal], [], [], 0.5)[0]:
            seen += os.read(terminal, 4096).decode(errors="replace")
    assert "END" in seen, seen
    return seen.partition("END")[0]


def test_a_command_that_completes_nothing_does_not_load_the_scripts() -> None:
    code = "import sys; from feedreader.cli import main; main(['tags', '--help']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"feedreader.cli.shells", "feedreader.cli.usage", "feedreader.cli.man_page"} & set(done.stdout.split())
