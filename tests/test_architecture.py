"""The rules of the design that import-linter does not see."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "feedreader"
MODULES = sorted(PACKAGE.rglob("*.py"))
STATIONS = ("sources", "parse", "library", "view", "export")


def name(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def found_in(pattern: str, modules: list[Path] = MODULES) -> set[str]:
    return {name(path) for path in modules if re.search(pattern, path.read_text(encoding="utf-8"))}


LONGEST = 500  # lines: a ceiling. What keeps a function small is the limit of its complexity, in pyproject.toml.


def test_no_file_is_too_long() -> None:
    files = [*MODULES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py"), *PACKAGE.rglob("*.tcss")]
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert {path: length for path, length in lengths.items() if length > LONGEST} == {}


def test_only_the_library_holds_sql() -> None:
    pattern = r"\bimport sqlite3|\b(SELECT|INSERT INTO|INSERT OR|DELETE FROM|UPDATE \w+ SET|PRAGMA) "
    assert all(file.startswith("library/") for file in found_in(pattern))


def test_only_marks_writes_marks_and_only_the_journal_steps() -> None:
    writing = r"(INSERT INTO|INSERT OR \w+ INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+{}\b"
    assert found_in(writing.format("marks") + r"|SET (read|shortlisted|opened|dismissed|tags|note)\b") == {
        "library/marks.py"
    }
    assert found_in(writing.format("steps")) == {"library/journal.py"}


def test_only_tui_imports_textual_and_nothing_imports_httpx_but_its_one_home() -> None:
    assert all(file.startswith("tui/") for file in found_in(r"(?m)^\s*(from|import) (textual|rich)\b"))
    assert found_in(r"(?m)^\s*(from|import) httpx\b") <= {"sources/http.py"}


def test_controllers_know_neither_the_app_nor_the_screens() -> None:
    controllers = [path for path in MODULES if name(path).startswith("tui/controllers/")]
    assert controllers and not found_in(r"feedreader\.tui\.(app|screens|commands)\b", controllers)


def test_no_station_reads_the_clock_or_the_environment() -> None:
    stations = [path for path in MODULES if name(path).split("/")[0] in STATIONS or name(path) == "merge.py"]
    assert found_in(r"\b(datetime\.now|date\.today|time\.time|os\.environ|getenv)\b", stations) == set()


def test_every_worker_names_its_group() -> None:
    for path in MODULES:
        for call in re.finditer(
            r"(?:run_worker|@work)\((?P<arguments>[^()]*(?:\([^()]*\)[^()]*)*)\)", path.read_text()
        ):
            assert "group=" in call["arguments"], f"{name(path)}: {call[0]}"
    assert not found_in(r"(?m)^\s*@work\s*$")


def imported_by(statement: str) -> set[str]:
    code = f"import sys\n{statement}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("command", ["list", "import {sample}", "undo", "sources", "list --json"])
def test_commands_import_no_textual_and_no_network_code(command: str, tmp_path: Path) -> None:
    sample = ROOT / "sample_feeds" / "day-list.txt"
    argv = [*command.format(sample=sample).split(), "--data-dir", str(tmp_path)]
    modules = imported_by(f"from feedreader.cli import main; main({argv!r})")
    assert not modules & {"textual", "rich", "httpx", "feedparser", "asyncio"}
    if command.startswith("list"):
        assert not modules & {"feedreader.parse", "feedreader.merge.identity", "feedreader.services.ingest"}


def test_the_reader_starts_without_what_only_an_import_needs() -> None:
    modules = imported_by("import feedreader.cli, feedreader.tui.run")
    assert not modules & {
        "feedreader.parse",
        "feedreader.merge.identity",
        "feedreader.services.ingest",
        "httpx",
        "feedparser",
        "argparse",
    }
