"""`python -m benchmarks [start] [keys] [parse] [list] [search] [browse] [refresh] [export]
[interest] [library] [mail] [sync] [scale]`: ratios of one run."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from benchmarks.browse import browse
from benchmarks.export import PAPERS, export
from benchmarks.interest import FOLDER, in_a_library, interest
from benchmarks.library import importing
from benchmarks.mail import mail
from benchmarks.papers import kind, make_library
from benchmarks.refresh import answers_while_refreshing, refresh
from benchmarks.scale import PARTS, PEERS, scale
from benchmarks.search import searching
from benchmarks.sync import sync
from benchmarks.terminal import Terminal
from feedreader import parse

ROOT = Path(__file__).resolve().parents[1]
SIZES = (300, 23_000)
DIGEST = ROOT.parent / "shared" / "digests" / "001_f9ad849da571124f.txt"


def environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "LC_ALL")}
    return {**kept, "HOME": str(folder), "FEEDREADER_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT)}


def start(libraries: dict[int, tuple[Path, str]], runs: int) -> None:
    """From exec to the first paper painted, against a bare app's first frame; and the peak of memory."""
    rows: dict[str, tuple[list[str], dict[str, str], str]] = {}
    somewhere = libraries[SIZES[0]][0]
    rows["a bare Textual app"] = (
        [sys.executable, str(ROOT / "benchmarks" / "bare.py")],
        environment(somewhere),
        "a bare",
    )
    for size, (folder, title) in libraries.items():
        rows[f"feedreader, {size:,} papers"] = ([sys.executable, "-m", "feedreader"], environment(folder), title[:20])
    seconds: dict[str, list[float]] = {name: [] for name in rows}
    memory: dict[str, list[float]] = {name: [] for name in rows}
    for run in range(runs + 1):
        for name, (argv, env, text) in rows.items():
            terminal = Terminal(argv, env)
            took = terminal.wait_for(text)
            terminal.settle()
            if run:  # the first run warms the file cache
                seconds[name].append(took)
                memory[name].append(terminal.peak_memory())
            terminal.kill()
    floor = seconds["a bare Textual app"]
    for name, times in seconds.items():
        ratio = median(time / bare for time, bare in zip(times, floor, strict=True))
        peak = median(memory[name])
        print(f"start  {name:28} {median(times) * 1000:7.0f} ms  {ratio:5.2f}x  {peak:5.1f} MiB at the most")


def keys(libraries: dict[int, tuple[Path, str]], presses: int) -> None:
    """From a key press to its first frame, and until nothing more is drawn."""
    figures: dict[str, dict[int, float]] = {}
    for size, (folder, title) in libraries.items():
        terminal = Terminal([sys.executable, "-m", "feedreader"], environment(folder))
        terminal.wait_for(title[:20])
        terminal.settle(1.0)
        for key, name in (("j", "j"), (" ", "space"), ("m", "m"), ("]", "]"), ("n", "n"), ("x", "x"), ("s", "s")):
            times = [terminal.press(key) for _ in range(presses)]
            painted, settled = (sorted(column) for column in zip(*times, strict=True))
            print(
                f"keys   {name:6} {size:>7,} papers  painted {median(painted) * 1000:5.1f} ms "
                f"(95 % within {painted[int(0.95 * len(times))] * 1000:5.1f} ms), "
                f"settled {median(settled) * 1000:5.1f} ms"
            )
            figures.setdefault(name, {})[size] = median(painted)
        terminal.kill()
    small, large = SIZES
    for name, by_size in figures.items():
        print(f"keys   {name:6} {large:,} against {small:,} papers: {by_size[large] / by_size[small]:.2f}x")


def parsing(runs: int) -> None:
    """Parsing the search page of 257 papers, bytes to digest, against splitting it into lines."""
    if not DIGEST.exists():
        print(f"parse  skipped: {DIGEST.name} is not at hand")
        return
    data = DIGEST.read_bytes()
    digest = parse.parse(data)

    def timed(work: Callable[[], object]) -> float:
        times = []
        for _ in range(runs):
            began = time.perf_counter()
            work()
            times.append(time.perf_counter() - began)
        return median(times)

    ours, floor = timed(lambda: parse.parse(data)), timed(lambda: data.decode().split("\n"))
    count = len(digest.entries)
    print(
        f"parse  {digest.format}, {count} papers: {count / ours:,.0f} papers/s, {ours / floor:.0f}x splitting its lines"
    )


def listing(libraries: dict[int, tuple[Path, str]], runs: int) -> None:
    """`feedreader list` as a whole process, against a Python that does nothing."""
    folder = libraries[SIZES[0]][0]

    def timed(argv: Sequence[str]) -> float:
        began = time.perf_counter()
        pid = os.posix_spawnp(
            argv[0],
            list(argv),
            environment(folder),
            file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
        )
        os.waitpid(pid, 0)
        return time.perf_counter() - began

    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "feedreader list": [sys.executable, "-m", "feedreader", "list"],
        "feedreader list --json": [sys.executable, "-m", "feedreader", "list", "--json"],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for run in range(runs + 1):
        for name, argv in commands.items():
            took = timed(argv)
            if run:
                times[name].append(took)
    for name, measured in times.items():
        ratio = median(a / b for a, b in zip(measured, times["python -c pass"], strict=True))
        print(f"list   {name:28} {median(measured) * 1000:7.0f} ms  {ratio:5.2f}x  ({SIZES[0]} papers)")


NAMES = [
    "start",
    "keys",
    "parse",
    "list",
    "search",
    "browse",
    "refresh",
    "export",
    "interest",
    "library",
    "mail",
    "sync",
]


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        *("names",), nargs="*", metavar="NAME", choices=[*NAMES, "scale", []], help="all but scale, if none is named"
    )
    parser.add_argument("--runs", type=int, default=11)
    only = parser.add_argument_group("interest")
    only.add_argument("--data", type=Path, default=FOLDER, metavar="FOLDER", help="papers-*.jsonl.gz and keeps.json")
    only.add_argument("--readers", nargs="+", default=[], metavar="NAME", help="only these of keeps.json")
    only.add_argument("--weeks", type=int, default=1, metavar="N", help="only every Nth week")
    both = parser.add_argument_group("interest, scale")
    both.add_argument("--papers", type=int, nargs="+", metavar="N", help="in the library, or libraries")
    only = parser.add_argument_group("scale")
    only.add_argument("--keep", type=Path, metavar="FOLDER", help="for the libraries and the figures (default: none)")
    only.add_argument(
        "--parts", nargs="+", default=[], choices=[*PARTS, PEERS], help="to be measured again; else what is missing"
    )
    only.add_argument("--peers", type=int, default=250_000, metavar="N", help="of papers that others get, at the most")
    return parser.parse_args()


def with_libraries(selected: set[str], runs: int) -> None:
    """The benchmarks of a small library and a large one."""
    with tempfile.TemporaryDirectory() as parent:
        libraries = {}
        for size in SIZES:
            folder = Path(parent) / str(size)
            folder.mkdir()
            libraries[size] = (folder, make_library(folder, size))
        if "start" in selected:
            start(libraries, runs)
        if "keys" in selected:
            keys(libraries, 10 * runs)
        if "list" in selected:
            listing(libraries, runs)
        if "search" in selected:
            searching(folder, SIZES[-1], environment(folder), min(runs, 5))
        if "browse" in selected:
            browse(folder, SIZES[-1], environment(folder), runs)


def main() -> None:
    arguments = options()
    selected = set(arguments.names or NAMES)
    machine = f"{os.cpu_count()} processors, {platform.system()}, Python {platform.python_version()}"
    print(f"{machine}, {kind()}, {arguments.runs} runs")
    if selected - {"parse", "refresh", "export", "interest", "library", "mail", "sync", "scale"}:
        with_libraries(selected, arguments.runs)
    if "parse" in selected:
        parsing(arguments.runs)
    if "export" in selected:
        with tempfile.TemporaryDirectory() as parent:
            folder = Path(parent)
            make_library(folder, PAPERS)
            export(folder, environment(folder), arguments.runs)
    if "library" in selected:
        importing(environment, min(arguments.runs, 3))
    if "refresh" in selected:
        refresh(min(arguments.runs, 5))
        answers_while_refreshing()
    if "mail" in selected:
        mail(environment, min(arguments.runs, 3))
    if "sync" in selected:
        sync(SIZES[-1], min(arguments.runs, 3))
    if "interest" in selected:
        interest(arguments.data, arguments.readers, max(1, arguments.weeks), arguments.runs)
        in_a_library(max(arguments.papers or SIZES), arguments.runs)
    if "scale" in selected:
        with tempfile.TemporaryDirectory() as parent:
            sizes = arguments.papers or (1000, SIZES[-1])
            scale(sizes, arguments.keep or Path(parent), arguments.parts, arguments.runs, arguments.peers)


if __name__ == "__main__":
    main()
