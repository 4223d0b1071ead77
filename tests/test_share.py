"""What is installed beside the program: completions, the manual page. `python -m tests.test_share` writes them anew."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from email.parser import HeaderParser
from pathlib import Path

import pytest

from feedreader import __version__
from feedreader.cli.arguments import command_names, parse_arguments
from feedreader.cli.man_page import man_page
from feedreader.cli.plain.reader import COMMANDS
from feedreader.cli.shells import SCRIPTS
from feedreader.cli.usage import usage_of
from feedreader.config.table import TABLE

ROOT = Path(__file__).resolve().parents[1]
SHARE = ROOT / "share"
PAGE = "man/man1/feedreader.1"
PLACES = {
    "bash": "bash-completion/completions/feedreader",
    "zsh": "zsh/site-functions/_feedreader",
    "fish": "fish/vendor_completions.d/feedreader.fish",
}


def files() -> Mapping[str, str]:
    """What the files should say, by their paths in share/."""
    usage = usage_of(parse_arguments(["undo"]).parser)
    return {PAGE: man_page(usage), **{place: SCRIPTS[shell](usage) for shell, place in PLACES.items()}}


def test_the_files_are_what_the_parser_makes() -> None:
    for place, text in files().items():
        assert (SHARE / place).read_text(encoding="utf-8") == text, "run `python -m tests.test_share`"
    assert {str(path.relative_to(SHARE)) for path in SHARE.rglob("*") if path.is_file()} == set(files())


def test_the_page_tells_of_all_there_is() -> None:
    page = files()[PAGE].replace("\\-", "-")
    assert page.isascii()
    for name in command_names():
        assert f"\n.SS {name}" in page
    for option in ("--plain", "--data-dir", "--format", "--backfill", "--query"):
        assert option in page
    assert all(setting.variable in page for setting in TABLE if setting.variable)
    assert all(command.usage in page.replace("\\e", "\\") for command in COMMANDS)
    assert f"feedreader {__version__}" in page


@pytest.mark.parametrize("checker", [["groff", "-man", "-Tutf8", "-ww", "-z"], ["mandoc", "-Tlint", "-Werror"]])
def test_formatters_find_no_fault_in_the_page(checker: list[str]) -> None:
    if shutil.which(checker[0]) is None:
        pytest.skip(f"{checker[0]} is not installed")
    done = subprocess.run([*checker, SHARE / PAGE], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source distribution."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def test_the_wheel_has_all_that_the_program_needs(built: Path) -> None:
    (path,) = built.glob("*.whl")
    assert path.name == f"feedreader_tui-{__version__}-py3-none-any.whl"
    with zipfile.ZipFile(path) as wheel:
        names = set(wheel.namelist())
        (metadata,) = (wheel.read(name).decode() for name in names if name.endswith(".dist-info/METADATA"))
        (scripts,) = (wheel.read(name).decode() for name in names if name.endswith(".dist-info/entry_points.txt"))
    data = f"feedreader_tui-{__version__}.data/data/share/"
    assert {name.removeprefix(data) for name in names if name.startswith(data)} == set(files())
    for folder, inside in ((ROOT / "feedreader", "feedreader"), (ROOT / "sample_feeds", "feedreader/sample_feeds")):
        for file in folder.rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts:
                assert f"{inside}/{file.relative_to(folder)}" in names
    tops = {name.split("/")[0] for name in names}
    assert tops == {"feedreader", f"feedreader_tui-{__version__}.data", f"feedreader_tui-{__version__}.dist-info"}
    headers = HeaderParser().parsestr(metadata)
    assert (headers["Name"], headers["Version"]) == ("feedreader-tui", __version__)
    assert headers["License-Expression"] == "MIT" and headers["License-File"] == "LICENSE"
    assert headers["Author"] and headers["Keywords"] and len(headers.get_all("Classifier", [])) > 5
    assert "feedreader = feedreader.cli:entry" in scripts


def test_the_source_distribution_builds_and_tests(built: Path) -> None:
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False).stdout.decode()
    missing = {name for name in listed.split("\0") if name and not name.startswith(".")} - names
    assert not {name for name in missing if (ROOT / name).exists()}
    assert {"pyproject.toml", "LICENSE", "README.md", f"share/{PAGE}"} <= names


if __name__ == "__main__":
    for place, text in files().items():
        (SHARE / place).parent.mkdir(parents=True, exist_ok=True)
        (SHARE / place).write_text(text, encoding="utf-8")
