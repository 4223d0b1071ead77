"""Exports of 2,000 papers: in the process, from the query to the text, and as whole processes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from feedreader.export import EXPORTERS
from feedreader.library import Library
from feedreader.model import Query
from feedreader.services.export import pieces

PAPERS = 2000


def export(folder: Path, environment: Mapping[str, str], runs: int) -> None:
    """In `folder` is a library of 2,000 papers, none of which has a citation key yet."""
    library = Library.open(folder / "library.sqlite3", now=lambda: datetime.now(UTC))
    try:
        began = time.perf_counter()
        "".join(pieces(library, library.papers.find(Query()), "bibtex"))
        first = time.perf_counter() - began
        print(f"export bibtex     the first time, with keys given out: {first * 1000:5.0f} ms for {PAPERS:,} papers")
        for format in EXPORTERS:
            within = median(_timed_within(library, format) for _ in range(runs))
            argv = [sys.executable, "-m", "feedreader", "export", "", "--format", format]
            whole = median(_timed_process(argv, environment) for _ in range(runs))
            took = f"from query to text {within * 1000:5.0f} ms, whole process {whole * 1000:5.0f} ms"
            print(f"export {format:10} {took}")
    finally:
        library.close()


def _timed_within(library: Library, format: str) -> float:
    began = time.perf_counter()
    "".join(pieces(library, library.papers.find(Query()), format))
    return time.perf_counter() - began


def _timed_process(argv: Sequence[str], environment: Mapping[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run(argv, env={**environment}, stdout=subprocess.DEVNULL, check=True, cwd=os.sep)
    return time.perf_counter() - began
