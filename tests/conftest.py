"""What all tests share: a library on a real file, a clock that stands still, and no network."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from pytest_httpserver import HTTPServer

from feedreader.cli import main
from feedreader.library import Library
from tests.arxiv_server import ArxivServer, Run

settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])  # machines are noisy
settings.load_profile("here")

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = Library.open(tmp_path / "library.sqlite3", now=lambda: NOW)
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have a settings file; they are not to read it."""
    monkeypatch.setenv("FEEDREADER_CONFIG", os.devnull)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sockets to other machines are refused; the loopback and local sockets are not."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise OSError(f"a test reached for the network: {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def shared() -> Path:
    """Real digests and data beside the checkout, where they are."""
    if not SHARED.is_dir():
        pytest.skip("the real digests (../shared) are not beside this checkout")
    return SHARED


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
    monkeypatch.setenv("FEEDREADER_ARXIV_GAP", "0")
    monkeypatch.setenv("FEEDREADER_NOW", "2026-11-17T10:00:00-05:00")

    def runs(*argv: str) -> tuple[int, list[dict[str, Any]]]:
        capsys.readouterr()
        code = main(list(argv))
        return code, [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]

    return runs
