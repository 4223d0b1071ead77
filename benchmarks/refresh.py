"""Refreshing a hundred feeds, first and unchanged, against newsboat and lemon24/reader on the same server."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks.feeds import FeedServer, serving
from benchmarks.papers import make_library
from benchmarks.terminal import Terminal
from feedreader.library import Library
from feedreader.model import Query

ROOT = Path(__file__).resolve().parents[1]
FEEDS, ENTRIES = 100, 200
ROUNDS = 3  # fetches of the same feeds: the first, and unchanged ones
_READER = """
import sys
from reader import make_reader
reader = make_reader(sys.argv[1])
for url in sys.argv[2:]:
    reader.add_feed(url, exist_ok=True)
reader.update_feeds(scheduled=False, workers=1)
"""


@dataclass
class Peer:
    """A program that is measured: what prepares its store in a folder, and its command."""

    name: str
    prepare: Callable[[Path, FeedServer], None]
    command: Callable[[Path, FeedServer], Sequence[str]]
    first: list[float] = field(default_factory=list)
    second: list[float] = field(default_factory=list)
    later: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


def refresh(runs: int) -> None:
    """Whole processes, in turn; every run starts with empty stores. Ratios are of times of the same run."""
    with tempfile.TemporaryDirectory() as folder, serving(FEEDS, ENTRIES) as server:
        size = sum(map(len, server.feeds)) / 1e6
        print(f"refresh  {FEEDS} feeds with {ENTRIES} entries each, {size:.0f} MB, {runs} runs")
        peers = [peer for peer in (_feedreader(), _newsboat(), _reader(Path(folder))) if peer]
        for run in range(runs):
            for peer in peers:
                place = Path(folder) / f"{run}-{peer.name}"
                place.mkdir()
                _measure(peer, place, server)
                shutil.rmtree(place)
    ours = peers[0]
    for peer in peers:
        for fetch, mine, theirs in (
            ("first", ours.first, peer.first),
            ("second", ours.second, peer.second),
            ("unchanged", ours.later, peer.later),
        ):
            ratio = median(a / b for a, b in zip(mine, theirs, strict=True))
            against = "" if peer is ours else f"  feedreader takes {ratio:5.2f}x"
            print(f"refresh  {peer.name:16} {fetch:10} {median(theirs):6.2f} s{against}")
        print(f"refresh  {peer.name:16} {max(peer.memory):.0f} MiB at the most; {'; '.join(peer.requests)}")


def _measure(peer: Peer, place: Path, server: FeedServer) -> None:
    peer.prepare(place, server)
    server.count()
    peer.requests = []
    for number, times in zip(range(ROUNDS), (peer.first, peer.second, peer.later), strict=True):
        took, memory = run_alone(peer.command(place, server), place)
        times.append(took)
        peer.memory.append(memory)
        answers, conditional = server.count()
        counts = ", ".join(f"{count} × {status}" for status, count in sorted(answers.items()))
        peer.requests.append(f"fetch {number + 1}: {conditional} conditional, {counts}")


def run_alone(argv: Sequence[str], folder: Path) -> tuple[float, float]:
    """A process from its start to its end: seconds, and its peak memory in MiB, with that of its children."""
    log = folder / "log"
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    began = time.perf_counter()
    actions = [(os.POSIX_SPAWN_OPEN, fd, str(log), flags, 0o600) for fd in (1, 2)]
    pid = os.posix_spawnp(argv[0], list(argv), environment(folder), file_actions=actions)
    memory: dict[str, float] = {}
    watcher = threading.Thread(target=_watch, args=(pid, memory))
    watcher.start()
    status = os.waitpid(pid, 0)[1]
    took = time.perf_counter() - began
    watcher.join()
    if status:
        raise SystemExit(f"{argv[0]} failed: {log.read_text(errors='replace')[-2000:]}")
    return took, sum(memory.values())


def _watch(pid: int, memory: dict[str, float]) -> None:
    """Note the peaks of a process and its children until it is gone."""
    own = str(pid)
    while True:
        try:
            for each in (own, *Path(f"/proc/{own}/task/{own}/children").read_text().split()):
                status = Path(f"/proc/{each}/status").read_text()
                if "VmHWM:" in status:
                    memory[each] = int(status.split("VmHWM:")[1].split()[0]) / 1024
        except OSError:
            if not Path(f"/proc/{own}").exists():
                return
        time.sleep(0.05)


def environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "LC_ALL")}
    return {**kept, "HOME": str(folder), "FEEDREADER_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT)}


def _feedreader() -> Peer:
    def prepare(place: Path, server: FeedServer) -> None:
        (place / "list.opml").write_text(server.opml())
        run_alone([sys.executable, "-m", "feedreader", "import", str(place / "list.opml")], place)

    return Peer("feedreader", prepare, lambda place, server: [sys.executable, "-m", "feedreader", "refresh"])


def _newsboat() -> Peer | None:
    program = shutil.which("newsboat")
    if not program:
        print("refresh  newsboat is skipped: it is not installed (apt-get install newsboat)")
        return None

    def prepare(place: Path, server: FeedServer) -> None:
        (place / "urls").write_text("\n".join(server.urls) + "\n")
        (place / "config").write_text("")

    def command(place: Path, server: FeedServer) -> Sequence[str]:
        files = ["-u", str(place / "urls"), "-c", str(place / "cache.db"), "-C", str(place / "config")]
        return [program, *files, "-x", "reload"]

    return Peer("newsboat", prepare, command)


def _reader(folder: Path) -> Peer | None:
    python = reader_python(folder, "refresh")
    if python is None:
        return None

    def command(place: Path, server: FeedServer) -> Sequence[str]:
        return [python, "-c", _READER, str(place / "reader.db"), *server.urls]

    return Peer("reader", lambda place, server: None, command)


def reader_python(folder: Path, benchmark: str) -> str | None:
    """The Python of an environment with lemon24/reader: the one that FEEDREADER_BENCH_READER names, or one made for the
    occasion; None if that cannot be, which is said."""
    python = os.environ.get("FEEDREADER_BENCH_READER") or str(folder / "reader" / "bin" / "python")
    if not Path(python).exists():
        builders = (
            subprocess.run([sys.executable, "-m", "venv", str(folder / "reader")], capture_output=True).returncode == 0
        )
        install = [python, "-m", "pip", "install", "-q", "reader", "sgmllib3k"]
        if not builders or subprocess.run(install, capture_output=True).returncode:
            print(f"{benchmark}  reader is skipped: it cannot be installed (pip install reader)")
            return None
    if subprocess.run([python, "-c", "import reader"], capture_output=True).returncode:
        print(f"{benchmark}  reader is skipped: it cannot be imported")
        return None
    return python


def answers_while_refreshing(papers: int = 23_000) -> None:
    """In the reader: from `j` to the next paper's title on the screen, before and during a first refresh."""
    with tempfile.TemporaryDirectory() as parent, serving(FEEDS, ENTRIES) as server:
        folder = Path(parent)
        first = make_library(folder, papers)
        (folder / "list.opml").write_text(server.opml())
        run_alone([sys.executable, "-m", "feedreader", "import", str(folder / "list.opml")], folder)
        words = iter(_marks(folder, 5000))
        next(words)
        terminal = Terminal([sys.executable, "-m", "feedreader"], environment(folder))
        try:
            terminal.wait_for(first[:20])
            terminal.settle(1.0)
            for state, key, most in (("at rest", "", 100), ("refreshing", "r", 2000)):
                if key:
                    os.write(terminal.fd, key.encode())
                    terminal.wait_for(" of 100")
                times: list[float] = []
                done = len(terminal.seen)
                while len(times) < most and b" new papers" not in terminal.seen[done:]:
                    times.append(terminal.answer("j", next(words)))
                    terminal.wait(0.05)
                times.sort()
                figures = f"p50 {median(times) * 1000:5.1f} ms  p99 {times[int(0.99 * len(times))] * 1000:5.1f} ms"
                print(f"refresh  j {state:12} {figures}  at the most {times[-1] * 1000:5.1f} ms  ({len(times)} keys)")
        finally:
            terminal.kill()


def _marks(folder: Path, count: int) -> list[str]:
    """For each paper in the order of the list, the longest plain word of its title."""
    library = Library.open(folder / "library.sqlite3", now=lambda: datetime.now(UTC))
    try:
        titles = (paper.title or "" for paper in library.papers.find(Query(), count))
        return [max(re.findall("[A-Za-z]+", title[:50]) or ["?"], key=len) for title in titles]
    finally:
        library.close()
