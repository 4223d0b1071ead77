"""`export` and the live file, from the command line; files are written whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import feedparser
import pytest
import rispy
from bibtexparser.entrypoint import parse_string

from benchmarks.papers import REAL, make_library
from feedreader.cli import main
from feedreader.errors import ExportError
from feedreader.export import EXPORTERS
from feedreader.system.atomic_write import write_atomically
from tests.cli.test_cli import Ran, Run, digest, run
from tests.services.test_ingest import DAY_LIST

__all__ = ("digest", "run")  # fixtures
COUNTS: dict[str, Callable[[str], int]] = {
    "bibtex": lambda text: len(parse_string(text).entries),
    "ris": lambda text: len(rispy.loads(text)),
    "csl-json": lambda text: len(json.loads(text)),
    "markdown": lambda text: text.count("\n### "),
    "csv": lambda text: len(list(csv.DictReader(io.StringIO(text, newline="")))),
    "jsonl": lambda text: len(text.splitlines()),
    "atom": lambda text: len(feedparser.parse(text).entries),
    "json-feed": lambda text: len(json.loads(text)["items"]),
}


@pytest.fixture
def kept(run: Run, digest: Path) -> Run:
    """A library of two papers, one of them kept."""
    run("import", digest)
    run("mark", "shortlist", "--query", "snails")
    return run


@pytest.mark.parametrize("format", EXPORTERS)
def test_each_format_on_standard_output_and_into_a_file(kept: Run, format: str, tmp_path: Path) -> None:
    ran = kept("export", "--format", format)
    assert ran.code == 0 and ran.err == "" and "Snails" in ran.out and "Gliders" not in ran.out
    assert COUNTS[format](kept("export", "", "--format", format).out) == 2
    assert COUNTS[format](kept("export", "-snails", "--format", format).out) == 1
    queried = kept("export", "title:snails", "--format", format, "-wombats").out
    if EXPORTERS[format].is_feed:
        assert "Shortlist" in ran.out and COUNTS[format](queried) == 1
        assert "Papers" in queried and "wombats" not in queried, "the query is hers"
    else:
        assert queried == ran.out
    file = tmp_path / f"papers{EXPORTERS[format].suffix}"
    written = kept("export", "-o", file)
    assert (written.code, written.out, written.err) == (0, "", f"1 paper written to {file}.\n")
    assert file.read_bytes() == ran.out.encode()


def test_what_cannot_be_exported_is_said(kept: Run, tmp_path: Path) -> None:
    assert kept("export").code == 2
    assert kept("export", "-o", tmp_path / "papers.txt").code == 2
    assert kept("export", "--format", "docx").code == 2
    assert kept("export", "x", "--format", "opml").code == 2
    bad = kept("export", "is:kep", "--format", "ris")
    assert bad.code == 2 and "^" in bad.err
    folder = kept("export", "--format", "ris", "-o", tmp_path)
    assert folder.code == 1 and "is a folder" in folder.err
    absent = kept("export", "--format", "ris", "-o", tmp_path / "none" / "x.ris")
    assert absent.code == 1 and "no such folder" in absent.err
    assert kept("export", "nowhere-to-be-found", "--format", "ris") == Ran(0, "", "")


def test_opml_is_as_before(kept: Run, tmp_path: Path) -> None:
    assert kept("export", "--format", "opml").out.startswith("<?xml")
    kept("export", "-o", tmp_path / "s.opml")
    assert (tmp_path / "s.opml").read_text().startswith("<?xml")


def test_keys_stay_what_they_were(kept: Run) -> None:
    before = kept("export", "", "--format", "bibtex").out
    kept("mark", "shortlist", "--query", "gliders")
    assert kept("export", "--format", "bibtex").out == before
    assert len(set(re.findall(r"@misc\{(\w+),", before))) == 2


def test_a_reader_of_the_export_may_leave(digest: Path, tmp_path: Path) -> None:
    env = {**os.environ, "FEEDREADER_DATA_DIR": str(tmp_path / "data")}
    python = f"{sys.executable} -m feedreader"
    subprocess.run(f"{python} import {digest}", shell=True, env=env, check=True, capture_output=True)
    done = subprocess.run(
        f"{python} export '' --format ris | true", shell=True, env=env, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""


@pytest.mark.skipif(not REAL.exists(), reason="the real papers (../shared) are not beside this checkout")
def test_two_thousand_real_papers_are_read_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_library(tmp_path, 2000)

    def exported(format: str) -> str:
        capsys.readouterr()
        assert main(["export", "", "--format", format, "--data-dir", str(tmp_path)]) == 0
        return capsys.readouterr().out

    papers = [json.loads(line) for line in exported("jsonl").splitlines()]
    assert len(papers) == 2000
    read = parse_string(exported("bibtex"))
    assert read.failed_blocks == [] and len({entry.key for entry in read.entries}) == 2000
    for entry, paper in zip(read.entries, papers, strict=True):
        assert entry.fields_dict["eprint"].value == paper["arxiv_id"]
        assert str(entry.fields_dict["author"].value).count(" and ") == len(paper["authors"]) - 1
    records = rispy.loads(exported("ris"))
    assert [record["id"] for record in records] == [entry.key for entry in read.entries]
    assert all(len(record["authors"]) == len(paper["authors"]) for record, paper in zip(records, papers, strict=True))
    assert len(json.loads(exported("csl-json"))) == 2000
    assert COUNTS["csv"](exported("csv")) == COUNTS["markdown"](exported("markdown")) == 2000


# Files ---------------------------------------------------------------------------------------------------------


def test_a_file_is_replaced_whole_and_keeps_its_permissions(tmp_path: Path) -> None:
    file, link = tmp_path / "papers.bib", tmp_path / "link.bib"
    write_atomically(file, ["one"])
    assert file.stat().st_mode & 0o777 == 0o666 & ~_umask()
    file.chmod(0o640)
    link.symlink_to(file)
    write_atomically(link, ["two\r\n", "ü"])
    assert file.read_bytes() == "two\r\nü".encode() and link.is_symlink()
    assert file.stat().st_mode & 0o777 == 0o640
    assert sorted(tmp_path.iterdir()) == [link, file]


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_a_failure_half_way_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    def pieces() -> Iterator[str]:
        yield "half"
        raise RuntimeError

    file = tmp_path / "papers.bib"
    file.write_text("whole")
    with pytest.raises(RuntimeError):
        write_atomically(file, pieces())
    assert file.read_text() == "whole" and list(tmp_path.iterdir()) == [file]


def test_what_a_killed_export_left_is_cleared_by_the_next(tmp_path: Path) -> None:
    file, other = tmp_path / "papers.bib", tmp_path / "papers.bib.more"
    program = textwrap.dedent("""
        import os, signal, sys
        from pathlib import Path
        from feedreader.system.atomic_write import write_atomically
        def pieces():
            yield "half"
            os.kill(os.getpid(), signal.SIGKILL)
        write_atomically(Path(sys.argv[1]), pieces())
    """)
    for path in (file, other):
        assert subprocess.run([sys.executable, "-c", program, str(path)], check=False).returncode == -signal.SIGKILL
    assert len(list(tmp_path.iterdir())) == 2 and not file.exists()

    def pieces() -> Iterator[str]:
        yield "first"
        write_atomically(file, ["beside it"])  # what another process writes at the same time is left alone

    write_atomically(file, pieces())
    assert file.read_text() == "first"
    assert len([path for path in tmp_path.iterdir() if path != file]) == 1, "another file's"
    write_atomically(other, ["x"])
    assert sorted(tmp_path.iterdir()) == [file, other]


def test_a_device_is_written_as_it_is() -> None:
    write_atomically(Path(os.devnull), ["x"])
    with pytest.raises(ExportError, match="is a folder"):
        write_atomically(Path("/"), ["x"])


# The file that is kept in step ---------------------------------------------------------------------------------


@pytest.fixture
def live(kept: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "live.bib"
    settings = tmp_path / "config.toml"
    settings.write_text(f'[export]\nfile = "{file}"\n')
    monkeypatch.setenv("FEEDREADER_CONFIG", str(settings))
    return file


def keys_in(file: Path) -> list[str]:
    return re.findall(r"@misc\{(\w+),", file.read_text())


def test_commands_keep_the_live_file_in_step(kept: Run, live: Path, tmp_path: Path) -> None:
    kept("mark", "read", "--query", "snails")
    assert live.read_text().startswith("% Written by feedreader from library ")
    assert keys_in(live) == ["doe2019snails"]
    kept("mark", "shortlist", "--query", "gliders")
    assert keys_in(live) == ["lee2019gliders", "doe2019snails"]
    before = live.stat()
    kept("mark", "read", "--query", "gliders")
    assert live.stat().st_mtime_ns == before.st_mtime_ns and live.stat().st_ino == before.st_ino
    kept("undo")
    kept("undo")
    assert keys_in(live) == ["doe2019snails"]
    (tmp_path / "more.txt").write_text(DAY_LIST.replace("Snails Keep Diaries", "Snails Keep Diaries"))
    kept("forget", "--source", "digest.txt")
    assert keys_in(live) == []


def test_a_file_that_is_not_ours_is_left_alone(kept: Run, live: Path, tmp_path: Path) -> None:
    live.write_text("@misc{mine,}\n")
    ran = kept("mark", "unshortlist", "--query", "snails")
    assert ran.code == 0 and "was not written by feedreader" in ran.err
    assert live.read_text() == "@misc{mine,}\n"
    live.unlink()
    kept("mark", "shortlist", "--query", "snails")
    assert keys_in(live) == ["doe2019snails"]
    other = kept("import", tmp_path / "digest.txt", "--data-dir", tmp_path / "other")
    assert "another library" in other.err and keys_in(live) == ["doe2019snails"]


def test_a_live_file_that_cannot_be_written_loses_no_mark(kept: Run, live: Path, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(f'[export]\nfile = "{tmp_path}/none/live.md"\nquery = "is:read"\n')
    ran = kept("mark", "read", "--query", "snails")
    assert ran.code == 0 and "no such folder" in ran.err
    (tmp_path / "none").mkdir()
    kept("mark", "read", "--query", "gliders")
    text = (tmp_path / "none" / "live.md").read_text()
    assert text.startswith("<!-- Written by feedreader from library ") and text.count("\n### ") == 2
    (tmp_path / "config.toml").write_text(f'[export]\nfile = "{tmp_path}/live.bib"\nquery = "is:raed"\n')
    ran = kept("mark", "unread", "--query", "gliders")
    assert ran.code == 0 and "is:read" in ran.err
