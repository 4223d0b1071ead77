"""Machines that share a folder: reading what another one wrote, against its lines as mere JSON; and marks, with and
without a folder."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median

from benchmarks.papers import make_library
from feedreader.library import Library
from feedreader.model import Query
from feedreader.services.sync import Places, synchronize

RECORDS = 100_000
_AT = "2026-11-01T10:00:00.000000+00:00"
_DONE = (("read", True), ("opened", True), ("tag:later", "later"), ("shortlisted", _AT))  # with a paper


def sync(papers: int, runs: int) -> None:
    """Records of papers that are here, four each, and of papers that are not; the marks of all sent for the first
    time; and one mark."""
    with tempfile.TemporaryDirectory() as parent:
        home = Path(parent, "home")
        home.mkdir()
        make_library(home, papers)
        for kind in ("that are here", "that are not here"):
            ratios, seconds = [], []
            for run in range(runs):
                taken, floor = _read(Path(parent, f"{kind} {run}"), home, kind == "that are here")
                ratios.append(taken / floor)
                seconds.append(taken)
            print(
                f"{RECORDS:,} records of papers {kind}: {median(seconds):.2f} s of processor time, "
                f"{median(ratios):.1f}x of reading their lines as JSON"
            )
        _marks(Path(parent, "marks"), home)


def _opened(folder: Path, home: Path) -> Library:
    folder.mkdir()
    (folder / "shared").mkdir()
    (folder / "library.sqlite3").write_bytes((home / "library.sqlite3").read_bytes())
    return Library.open(folder / "library.sqlite3", now=lambda: datetime.now(UTC))


def _timed(call: Callable[[], object]) -> float:
    start = time.process_time()
    call()
    return time.process_time() - start


def _read(folder: Path, home: Path, here: bool) -> tuple[float, float]:
    """Seconds for 100,000 records, and for the same lines as JSON."""
    library = _opened(folder, home)
    try:
        names = [paper.id for paper in islice(library.papers.find(Query()), RECORDS // len(_DONE))]
        named = names if here else [f"2511.{number:05}" for number in range(RECORDS // len(_DONE))]
        lines = []
        for number in range(RECORDS):
            field, value = _DONE[number % len(_DONE)]
            record = {"feedreader": 1, "machine": "0123456789abcdef", "number": number, "clock": 10**12 + number}
            name = named[number // len(_DONE) % len(named)]
            lines.append(json.dumps({**record, "time": _AT, "paper": [name], "field": field, "value": value}) + "\n")
        shared = folder / "shared"
        (shared / "feedreader-0123456789abcdef.jsonl").write_text("".join(lines), encoding="utf-8")
        floor = _timed(lambda: [json.loads(line) for line in lines])
        return _timed(lambda: synchronize(library, shared, _places(folder))), floor
    finally:
        library.close()


def _places(folder: Path) -> Places:
    return Places(folder / "rules.toml", folder / "views.toml", folder / "interest.toml")


def _marks(folder: Path, home: Path) -> None:
    library = _opened(folder, home)
    try:
        keys = [key for group in library.papers.groups() for key in library.papers.keys(group.key, 0, group.total)]
        seconds: dict[str, list[float]] = {"without": [], "with": []}
        many: dict[str, float] = {}
        for how in seconds:
            if how == "with":
                first = _timed(lambda: synchronize(library, folder / "shared", _places(folder)))
                print(f"{len(keys):,} papers' marks sent for the first time: {first:.2f} s of processor time")
            for key in keys[:200]:
                for value in (True, False):
                    start = time.perf_counter()
                    library.marks.set([key], {"opened": value}, label="x")
                    seconds[how].append(time.perf_counter() - start)
            values = {"read": how == "without"}
            many[how] = _timed(partial(library.marks.set, keys, values, label="x"))
        ratio, of_all = median(seconds["with"]) / median(seconds["without"]), many["with"] / many["without"]
        print(f"a mark, with a folder against without: {ratio:.2f}x; all at once: {of_all:.2f}x")
    finally:
        library.close()
