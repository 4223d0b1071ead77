"""A library to talk with the plain reader about."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from feedreader.cli import main
from feedreader.model import Entry
from tests.conftest import NOW, library_file

NEWEST, BEFORE = date(2026, 11, 21), date(2026, 11, 19)


def entry(number: int, day: date = NEWEST, **values: Any) -> Entry:
    given: dict[str, Any] = {
        "title": f"Paper {number}",
        "authors": ("Ann Lee", "Bo Chan"),
        "abstract": f"Abstract number {number} of all.",
        "arxiv_id": f"2611.{number:05}",
        **values,
    }
    return Entry(day=day, announced=True, **given)


class Said(NamedTuple):
    out: str
    err: str
    code: int

    @property
    def listed(self) -> list[str]:
        """The lines that number papers."""
        return [line for line in self.out.splitlines() if line.split(".")[0].isdigit()]


Talk = Callable[..., Said]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library of 45 papers on one day, and three on another."""
    library_file(tmp_path, *(entry(n) for n in range(1, 46)), *(entry(n, BEFORE) for n in (101, 102, 103)))
    return tmp_path


@pytest.fixture
def talk(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Talk:
    """Gives lines to the plain reader, on that library unless another is named."""
    monkeypatch.setenv("FEEDREADER_NOW", NOW.isoformat())
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("FEEDREADER_DATA_DIR", str(folder))

    def talk(*lines: str, argv: tuple[str, ...] = ()) -> Said:
        capsys.readouterr()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("\n".join(lines).encode())))
        code = main(["--plain", *argv])
        return Said(*capsys.readouterr(), code)

    return talk
