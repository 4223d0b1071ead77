"""What all tests share: a library on a real file, a clock that stands still, and no network."""

from __future__ import annotations

import gc
import json
import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from pytest_httpserver import HTTPServer

from feedreader.cli import main
from feedreader.library import Library
from feedreader.model import Digest, Entry
from feedreader.services import ingest
from tests.arxiv_server import ArxivServer, Run
from tests.raw_server import RawServer, serving
from tests.zotero_server import ZoteroServer
from tests.zotero_server import serving as serving_zotero

settings.register_profile(
    "here", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)  # machines are noisy
settings.load_profile("here")

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # or each program that a test starts compiles this one anew

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
SHARED = Path(__file__).resolve().parents[2] / "shared"


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: tests often wait for a terminal, a server or another program."""
    return len(os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)) + 1


def pytest_collection_finish() -> None:
    """All that was imported and collected stays to the end: the collector need not look at it again and again, which
    takes a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


needs_any_name = pytest.mark.skipif(sys.platform == "darwin", reason="macOS takes only names of files that are UTF-8")
needs_full_disk = pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")

OpenCopy = Callable[[Path], Library]


@pytest.fixture
def open_copy(tmp_path: Path) -> Iterator[OpenCopy]:
    """Opens the test's own copy of a library, so that what takes time to fill is filled once."""
    opened = []

    def open_it(file: Path) -> Library:
        library = Library.open(Path(shutil.copy(file, tmp_path / "library.sqlite3")), now=lambda: NOW)
        opened.append(library)
        return library

    yield open_it
    for library in opened:
        library.close()


@pytest.fixture(scope="session")
def empty_library_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return library_file(tmp_path_factory.mktemp("empty"))


@cache
def _empty_library() -> bytes:
    with TemporaryDirectory() as folder:
        return library_file(Path(folder)).read_bytes()


def new_library(folder: Path | str, now: Callable[[], datetime] = lambda: NOW) -> Library:
    """An empty library: a copy of one, as making the tables takes long for an example among many."""
    path = Path(folder, "library.sqlite3")
    path.write_bytes(_empty_library())
    return Library.open(path, now=now)


def library_file(folder: Path, *entries: Entry, title: str = "Undated papers", name: str = "digest.txt") -> Path:
    """The file of a library with these papers in it, all from one digest."""
    library = Library.open(folder / "library.sqlite3", now=lambda: NOW)
    if entries:
        digest = Digest(format="test", title=title, entries=entries)
        ingest.import_digest(library, digest, name=name, path=f"/tmp/{name}")
    library.close()
    return library.path


@pytest.fixture
def library(open_copy: OpenCopy, empty_library_file: Path) -> Library:
    return open_copy(empty_library_file)


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have a settings file, or no proper terminal; that is to make no difference."""
    monkeypatch.setenv("FEEDREADER_CONFIG", os.devnull)
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sockets to other machines are refused; the loopback and local sockets are not, but for a real Zotero's."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        far = self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost")
        if far or address[1:2] == (23119,):
            raise OSError(f"a test reached for the network: {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


RECORDER = """#!{python}
import json, os, sys, time
files = [os.readlink(f"/proc/self/fd/{{number}}") for number in range(3)] if os.path.isdir("/proc/self/fd") else []
said = {{"argv": sys.argv[1:], "session": os.getsid(0), "files": files or [os.devnull] * 3}}
name = os.path.join({folder!r}, f"{{time.time_ns()}}-{{os.getpid()}}")
with open(name, "w") as file:
    json.dump(said, file)
os.rename(name, name + ".said")
"""


@dataclass
class Recorder:
    """A program that stands for a browser or viewer: it writes down what it was given."""

    path: Path
    folder: Path

    def heard(self) -> dict[str, Any] | None:
        """What it was given, the oldest first, each once: `argv`, `session`, and `files`, its standard streams."""
        for path in sorted(self.folder.glob("*.said")):
            call = json.loads(path.read_text())
            path.unlink()
            assert isinstance(call, dict)
            return call
        return None


@pytest.fixture
def recorder(tmp_path: Path) -> Recorder:
    """A script whose name a shell would trip over."""
    folder = tmp_path / "heard"
    folder.mkdir()
    path = tmp_path / "show $(it); 'now'"
    path.write_text(RECORDER.format(python=sys.executable, folder=str(folder)))
    path.chmod(0o755)
    return Recorder(path, folder)


@pytest.fixture
def shared() -> Path:
    """Real digests and data beside the checkout, where they are."""
    if not SHARED.is_dir():
        pytest.skip("the real digests (../shared) are not beside this checkout")
    return SHARED


@pytest.fixture
def raw() -> Iterator[RawServer]:
    """A server that sends whatever bytes it is told to."""
    with serving() as server:
        yield server


@pytest.fixture
def zotero(monkeypatch: pytest.MonkeyPatch) -> Iterator[ZoteroServer]:
    """A server that stands for Zotero, which the settings name."""
    with serving_zotero() as server:
        monkeypatch.setenv("FEEDREADER_ZOTERO", server.address)
        yield server


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may need a proxy or certificates for the web; the loopback does not."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def arxiv(httpserver: HTTPServer) -> ArxivServer:
    """A server that stands for arXiv."""
    return ArxivServer(httpserver).install()


@pytest.fixture
def run(arxiv: ArxivServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Command lines on a library of their own, with that server for arXiv, on a Tuesday morning."""
    monkeypatch.setenv("FEEDREADER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("FEEDREADER_ARXIV_FEEDS", arxiv.server.url_for("/feeds"))
    monkeypatch.setenv("FEEDREADER_ARXIV_API", arxiv.server.url_for("/api"))
    monkeypatch.setenv("FEEDREADER_ARXIV_OAI", arxiv.server.url_for("/oai"))
    monkeypatch.setenv("FEEDREADER_ARXIV_GAP", "0")
    monkeypatch.setenv("FEEDREADER_NOW", "2026-11-17T10:00:00-05:00")

    def runs(*argv: str) -> tuple[int, list[dict[str, Any]]]:
        capsys.readouterr()
        code = main(list(argv))
        return code, [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]

    return runs
