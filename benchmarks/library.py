"""Importing a library of 10,000 papers: the whole process, for each format in which reference managers hold one."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import chain, islice
from pathlib import Path
from statistics import median

from benchmarks.papers import entries, made_up
from feedreader.export import EXPORTERS, exporter
from feedreader.model import Marks, Paper

PAPERS = 10_000
FORMATS = ("bibtex", "ris", "csl-json", "jsonl")


def importing(environment: Callable[[Path], dict[str, str]], runs: int) -> None:
    """Papers with a tag of their own each and a note on every tenth, imported plainly and with `--keep`."""
    papers = [
        Paper(
            id=f"p{place}",
            title=entry.title,
            authors=entry.authors,
            abstract=entry.abstract,
            arxiv_id=entry.arxiv_id,
            categories=entry.categories,
            day=entry.day,
            marks=Marks(tags=("library", f"t{place}"), note=None if place % 10 else f"Note {place}"),
        )
        for place, entry in enumerate(islice(chain(entries(), made_up()), PAPERS))
    ]
    keys = {paper.id: f"key{place}" for place, paper in enumerate(papers)}
    for format in FORMATS:
        for flags in ((), ("--keep",)):
            times = []
            for _ in range(runs):
                with tempfile.TemporaryDirectory() as parent:
                    folder = Path(parent)
                    file = folder / f"papers{EXPORTERS[format].suffix}"
                    file.write_text("".join(exporter(format)(papers, keys)), "utf-8", newline="")
                    argv = [sys.executable, "-m", "feedreader", "import", *flags, str(file)]
                    began = time.perf_counter()
                    subprocess.run(argv, env=environment(folder), check=True, capture_output=True)
                    times.append(time.perf_counter() - began)
            print(f"library {format:9} {' '.join(flags):6} {median(times):5.1f} s for {PAPERS:,} papers, whole process")
