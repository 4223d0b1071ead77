"""`feedreader open` and `feedreader pdf`, with a server on the loopback and a script for browser and viewer."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from feedreader.cli import main
from feedreader.config import settings
from feedreader.errors import ConfigError
from feedreader.library import Library
from feedreader.model import Digest, Entry
from feedreader.services import ingest
from feedreader.view.page import page, plain
from tests.conftest import NOW, Recorder
from tests.pdf_server import PdfServer, left_in

ROOT = Path(__file__).resolve().parents[2]
NAME = "Lee 2019 On $(touch gone) 'Quotes' (1905.00001).pdf"
Opened = Callable[[], list[str]]


@pytest.fixture
def pdfs(httpserver: HTTPServer) -> PdfServer:
    return PdfServer(httpserver).install()


def take_in(folder: Path, *entries: Entry) -> None:
    library = Library.open(folder / "library.sqlite3", now=lambda: NOW)
    ingest.import_digest(library, Digest(format="x", entries=entries), name="a.txt", path="/a.txt")
    library.close()


@pytest.fixture
def opened(pdfs: PdfServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recorder: Recorder) -> Opened:
    """A library of some papers, the script for browser and viewer; and what that was given."""
    config = tmp_path / "config.toml"
    script = json.dumps(str(recorder.path))
    config.write_text(f'[open]\nbrowser = [{script}, "page={{url}}", "x"]\nviewer = [{script}]\n')
    monkeypatch.setenv("FEEDREADER_CONFIG", str(config))
    monkeypatch.setenv("FEEDREADER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("FEEDREADER_ARXIV_PDF", pdfs.base)
    monkeypatch.setenv("FEEDREADER_ARXIV_GAP", "0")
    monkeypatch.chdir(tmp_path)
    day, base = date(2019, 5, 9), pdfs.server.url_for("")
    take_in(
        tmp_path / "data",
        Entry(arxiv_id="1905.00001", version=2, title="On $(touch gone) 'Quotes'", authors=("Ann Lee",), day=day),
        Entry(arxiv_id="1905.00002", title="Another", day=day),
        Entry(title="A link to its PDF", url=f"{base}pdf/linked.PDF?a=b", authors=("A",), day=day),
        Entry(title="A page that names it", url=f"{base}page", doi="10.1000/x", authors=("B",), day=day),
        Entry(title="A page that names none", url=f"{base}none", authors=("C",), day=day),
        Entry(title="Said only", authors=("D",), abstract="Something that was said. " * 5, day=day),
        Entry(title="Hostile", url="javascript:alert(1)", authors=("E",), day=day),
    )

    def argv_of() -> list[str]:
        for _ in range(1500):  # 30 s, for a busy machine
            if (heard := recorder.heard()) is not None:
                argv = heard["argv"]
                assert isinstance(argv, list)
                return argv
            time.sleep(0.02)
        raise AssertionError("nothing was opened")

    return argv_of


def id_of(title: str) -> str:
    library = Library.open(Path(os.environ["FEEDREADER_DATA_DIR"], "library.sqlite3"), now=lambda: NOW)
    from feedreader.model import Query

    try:
        return next(paper.id for paper in library.papers.find(Query()) if paper.title == title)
    finally:
        library.close()


# The page ------------------------------------------------------------------------------------------------------


def test_open_gives_the_page_to_the_browser(opened: Opened, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["open", "arXiv:1905.00001v1"]) == 0
    assert opened() == ["page=https://arxiv.org/abs/1905.00001", "x"]
    assert capsys.readouterr().out == ""


def test_open_print_says_where_it_is(opened: Opened, capsys: pytest.CaptureFixture[str], recorder: Recorder) -> None:
    assert main(["open", "--print", "1905.00001", "1905.00002"]) == 0
    assert capsys.readouterr().out.split() == ["https://arxiv.org/abs/1905.00001", "https://arxiv.org/abs/1905.00002"]
    assert recorder.heard() is None


def test_open_says_why_not(opened: Opened, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["open", id_of("Said only")]) == 1
    assert "has no web address" in capsys.readouterr().err
    assert main(["open", id_of("Hostile"), "1905.00001", "9999.99999"]) == 3
    assert "No paper “9999.99999”" in capsys.readouterr().err
    assert opened()[0].endswith("1905.00001")


def test_open_far_away_prints_the_address(
    opened: Opened, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FEEDREADER_CONFIG", os.devnull)
    monkeypatch.setenv("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert main(["open", "1905.00001"]) == 0
    out, err = capsys.readouterr()
    assert out == "https://arxiv.org/abs/1905.00001\n" and "No display here" in err


# The PDF -------------------------------------------------------------------------------------------------------


def test_pdf_fetches_once_and_says_where(
    opened: Opened, pdfs: PdfServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "data" / "pdfs" / NAME
    for _ in range(2):
        assert main(["pdf", "1905.00001"]) == 0
        assert capsys.readouterr().out == f"{path}\n"
    assert pdfs.requests == ["/pdf/1905.00001"]
    assert pdfs.agents[0] and pdfs.agents[0].startswith("feedreader/")
    assert path.read_bytes() == pdfs.data
    assert main(["show", "1905.00001"]) == 0
    assert " · PDF saved" in capsys.readouterr().out
    path.unlink()
    assert main(["pdf", "1905.00001"]) == 0
    assert path.exists() and len(pdfs.requests) == 2


def test_pdf_open_shows_it(opened: Opened, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pdf", "--open", "1905.00001"]) == 0
    assert opened() == [str(tmp_path / "data" / "pdfs" / NAME)]
    assert not (tmp_path / "gone").exists()
    assert capsys.readouterr().out == ""


def test_pdfs_of_others_are_found(opened: Opened, pdfs: PdfServer, capsys: pytest.CaptureFixture[str]) -> None:
    html = '<html><meta name="citation_pdf_url" content="/pdf/named"></html>'
    pdfs.server.expect_request("/page").respond_with_data(html, content_type="text/html")
    pdfs.server.expect_request("/none").respond_with_data("<html>nothing</html>", content_type="text/html")
    linked, named, none = (
        id_of(f"A {kind}") for kind in ("link to its PDF", "page that names it", "page that names none")
    )
    assert main(["pdf", linked, named]) == 0
    assert pdfs.requests == ["/pdf/linked.PDF", "/pdf/named"]
    names = [Path(line).name for line in capsys.readouterr().out.splitlines()]
    assert names == [f"A 2019 A link to its PDF ({linked}).pdf", "B 2019 A page that names it (10.1000-x).pdf"]
    assert main(["pdf", none, "--json"]) == 1
    assert "does not link to a PDF" in capsys.readouterr().err
    assert main(["pdf", id_of("Said only")]) == 1
    assert "has no PDF address" in capsys.readouterr().err


def test_a_page_that_is_the_pdf_is_taken(opened: Opened, pdfs: PdfServer, tmp_path: Path) -> None:
    pdfs.server.expect_request("/none").respond_with_data(pdfs.data, content_type="application/pdf")
    assert main(["pdf", id_of("A page that names none"), "-o", str(tmp_path / "out.pdf")]) == 0
    assert (tmp_path / "out.pdf").read_bytes() == pdfs.data


def test_pdf_output_and_forget(
    opened: Opened, pdfs: PdfServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["pdf", "1905.00001", "1905.00002", "-o", str(tmp_path / "x.pdf")]) == 2
    assert pdfs.requests == []
    (tmp_path / "out").mkdir()
    assert main(["pdf", "1905.00001", "1905.00002", "-o", str(tmp_path / "out"), "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["id"], line["fetched"]) for line in lines] == [("1905.00001", True), ("1905.00002", True)]
    assert (
        left_in(tmp_path / "out") == {Path(line["file"]).name for line in lines} == left_in(tmp_path / "data" / "pdfs")
    )
    assert main(["pdf", "1905.00001", "-o", str(tmp_path / "absent" / "x.pdf")]) == 1
    assert "cannot be written" in capsys.readouterr().err
    assert main(["pdf", "--forget", "1905.00001"]) == 0
    assert len(left_in(tmp_path / "data" / "pdfs")) == 1
    assert main(["pdf", "--forget", "1905.00001"]) == 1
    assert main(["show", "1905.00001"]) == 0
    assert " · PDF saved" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Response("gone", status=404), "arXiv has no PDF of 1905.00001"),
        (Response("<html>Are you a robot?</html>"), "a human first"),
        (Response("x" * 2_000_000), "instead of a PDF"),
        (Response(status=302, headers={"Location": "file:///etc/passwd"}), "invalid address"),
    ],
)
def test_what_goes_wrong_is_told_and_leaves_nothing(
    opened: Opened, pdfs: PdfServer, tmp_path: Path, capsys: pytest.CaptureFixture[str], answer: Response, words: str
) -> None:
    pdfs.answers = [answer]
    assert main(["pdf", "1905.00001"]) == 1
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1) and words in err
    assert left_in(tmp_path / "data" / "pdfs") == set()


def test_a_server_that_wants_to_be_left_alone_is(
    opened: Opened, pdfs: PdfServer, capsys: pytest.CaptureFixture[str]
) -> None:
    pdfs.answers = [Response(status=429, headers={"Retry-After": "3600"})]
    assert main(["pdf", "1905.00001"]) == 1
    assert "429" in capsys.readouterr().err
    assert main(["pdf", "1905.00001"]) == 1
    assert "asks to wait until" in capsys.readouterr().err
    assert len(pdfs.requests) == 1


def test_settings_say_how_large_and_where(
    opened: Opened, pdfs: PdfServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = Path(os.environ["FEEDREADER_CONFIG"])
    config.write_text(f"[open]\npdf_max_mb = 0.2\npdf_folder = {json.dumps(str(tmp_path / 'mine'))}\n")
    assert main(["pdf", "1905.00001"]) == 1
    assert "pdf_max_mb" in capsys.readouterr().err and left_in(tmp_path / "mine") == set()
    config.write_text(config.read_text().replace("0.2", "1"))
    assert main(["pdf", "1905.00001"]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'mine' / NAME}\n"
    config.write_text("")
    assert main(["pdf", "1905.00001"]) == 0, "it is where it was"
    assert len(pdfs.requests) == 2


def test_a_command_may_be_one_line(opened: Opened) -> None:
    config = Path(os.environ["FEEDREADER_CONFIG"])
    config.write_text("""[open]\nbrowser = "firefox -P 'my papers' {url}"\nviewer = ""\n""")
    assert (settings().browser, settings().viewer) == (("firefox", "-P", "my papers", "{url}"), ())
    for wrong in (
        "browser = 3",
        'browser = "\'"',
        "viewer = [1]",
        "pdf_max_mb = -1",
        'viewer = [""]',
        "pdf_folder = 1",
    ):
        config.write_text(f"[open]\n{wrong}\n")
        with pytest.raises(ConfigError, match="line 2"):
            settings()


def test_two_commands_at_once_fetch_it_once(opened: Opened, pdfs: PdfServer, tmp_path: Path) -> None:
    pdfs.gate = threading.Event()
    command = [sys.executable, "-m", "feedreader", "pdf", "1905.00001"]
    children = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment()) for _ in range(2)]
    threading.Timer(1.5, pdfs.gate.set).start()
    assert {child.communicate(timeout=60)[0] for child in children} == {f"{tmp_path / 'data' / 'pdfs' / NAME}\n"}
    assert len(pdfs.requests) == 1


def test_what_was_interrupted_is_gone_on_with(opened: Opened, tmp_path: Path, pdfs: PdfServer) -> None:
    pdfs.gate = threading.Event()
    command = [sys.executable, "-m", "feedreader", "pdf", "1905.00001"]
    child = subprocess.Popen(
        command,
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # tests in the background ignore it
    )
    part = tmp_path / "data" / "pdfs" / f"{NAME}.part"
    for _ in range(1000):
        if part.exists() and part.stat().st_size:
            break
        time.sleep(0.02)
    child.send_signal(signal.SIGINT)
    assert "interrupted" in child.communicate(timeout=60)[1]
    assert child.returncode == 130
    pdfs.gate.set()
    size = part.stat().st_size
    assert size > 0
    assert main(["pdf", "1905.00001"]) == 0
    assert pdfs.ranges_asked == [None, f"bytes={size}-"]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


# What the library knows ----------------------------------------------------------------------------------------


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Library]:
    """A paper under its arXiv id and, so far apart from it, under its DOI."""
    take_in(tmp_path, Entry(arxiv_id="1905.00001", title="One"), Entry(doi="10.1000/x", title="Two", authors=("B",)))
    library = Library.open(tmp_path / "library.sqlite3", now=lambda: NOW)
    yield library
    library.close()


def test_a_pdf_is_found_under_all_names_of_its_paper(two: Library, tmp_path: Path) -> None:
    first, second = two.papers.key_of("1905.00001"), two.papers.key_of("10.1000/x")
    (tmp_path / "a.pdf").touch()
    two.pdfs.put(second, tmp_path / "a.pdf")
    assert (two.pdfs.file(first), two.pdfs.file(second)) == (None, tmp_path / "a.pdf")
    entry = Entry(arxiv_id="1905.00001", doi="10.1000/x", title="One")
    ingest.import_digest(two, Digest(format="x", entries=(entry,)), name="b", path="/b")
    paper = two.papers.get(two.papers.key_of("1905.00001"))
    assert paper and paper.id == "1905.00001" and paper.pdf == "a.pdf"
    assert two.pdfs.file(two.papers.key_of("1905.00001")) == tmp_path / "a.pdf"
    assert any("PDF" in plain(line) for line in page(paper, 80))
    (tmp_path / "a.pdf").unlink()
    assert two.pdfs.file(two.papers.key_of("1905.00001")) is None
    two.pdfs.put(two.papers.key_of("1905.00001"), None)
    again = two.papers.get(two.papers.key_of("1905.00001"))
    assert again and again.pdf is None


def test_the_library_may_be_moved_with_its_pdfs(two: Library, tmp_path: Path) -> None:
    (tmp_path / "pdfs").mkdir()
    (tmp_path / "pdfs" / "a.pdf").touch()
    two.pdfs.put(two.papers.key_of("1905.00001"), tmp_path / "pdfs" / "a.pdf")
    two.close()
    moved = tmp_path.with_name(f"{tmp_path.name}-moved")
    tmp_path.rename(moved)
    try:
        library = Library.open(moved / "library.sqlite3", now=lambda: NOW)
        assert library.pdfs.file(library.papers.key_of("1905.00001")) == moved / "pdfs" / "a.pdf"
        library.close()
    finally:
        moved.rename(tmp_path)
