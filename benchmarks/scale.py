"""What grows with the library, and what does not: libraries of very different sizes, made of one kind of papers.

    python -m benchmarks scale --papers 1000 23000 250000 --keep FOLDER [--parts start keys …]

Each part measures all sizes in turn, so that its ratios are of one run. The libraries and the figures of each part stay
in the folder: a run that was broken off goes on where it stopped, and parts can be measured again one by one.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.refresh import ROOT, environment, run_alone
from benchmarks.scale_peers import peers
from benchmarks.scale_queries import REMEMBERED, TYPED, first_page, head, kinds
from benchmarks.search import PATIENCE, corrected
from benchmarks.snapshot import DAY, SEED, Snapshot, write
from benchmarks.terminal import Terminal
from feedreader.library import Library
from feedreader.library.migrations import MIGRATIONS
from feedreader.tui import session

SCHEMA = f"{len(MIGRATIONS)}-{hashlib.sha256(''.join(MIGRATIONS).encode()).hexdigest()[:6]}"
READER = [sys.executable, "-m", "feedreader"]
_READ = 20_000  # papers, the newest, of which most are marked read; at the most half of them
_UNREAD = 20  # one of so many of these is not
_KEPT, _TAGGED = 60, 100  # papers
_LEAST = 8  # times that a query is asked if there are no others of its kind
_TYPED = 6  # queries of a kind that are typed
_STEPS = 5  # presses of a key from the first paper on: the smallest library has not many days
_MOVES = {"`j`": "j", "page down": "\x1b[6~", "`]`": "]", "`n`": "n"}

Figures = dict[int, dict[str, list[float]]]  # by the number of papers, what is measured: seconds, mostly

Part = Callable[[Sequence["Made"], int], Figures]  # given the runs
Known = dict[str, dict[str, dict[str, list[float]]]]  # the same by part, as they are kept
PEERS = "peers"  # a part: other readers, by their names


class Made(NamedTuple):
    """A library that was made: its papers, its folder, and what making it took."""

    papers: Snapshot
    folder: Path
    facts: Mapping[str, float]

    @property
    def file(self) -> Path:
        return self.folder / "library.sqlite3"

    @contextmanager
    def opened(self) -> Iterator[Library]:
        library = Library.open(self.file, now=lambda: datetime.now(UTC))
        try:
            yield library
        finally:
            library.close()

    def whole_file(self) -> Path:
        """With all that a reader which was killed left in other files."""
        with self.opened():
            return self.file

    def first_title(self) -> str:
        """What a reader shows first, which forgets where it was."""
        with self.opened() as library:
            for state in (session.POSITION, session.QUERY):
                library.set_state(state, None)
            return head(library)

    def reader(self) -> Terminal:
        """The reader in it, with the first paper on the screen, at rest."""
        title = self.first_title()
        terminal = Terminal(READER, environment(self.folder))
        terminal.wait_for(title)
        terminal.settle(1.5)
        return terminal


# Making ------------------------------------------------------------------------------------------------------------


def make(count: int, cache: Path, seed: int = SEED) -> Made:
    """The library of so many papers, from the folder if it was made before."""
    papers = Snapshot(count, seed)
    folder = cache / f"{count}-papers-seed-{seed}-schema-{SCHEMA}"
    facts = folder / "made.json"
    if not facts.exists():
        source = cache / f"{count}-papers-seed-{seed}.jsonl"
        if not source.exists():
            write(papers, source)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        took, memory = run_alone([*READER, "import", str(source)], folder)
        made = Made(papers, folder, {"seconds": took, "MiB": memory, "raw": _raw_size(source)})
        mark(made)
        _write_json(facts, made.facts)
    return Made(papers, folder, json.loads(facts.read_text()))


def _raw_size(source: Path) -> int:
    """Bytes of what a library keeps of the papers."""
    kept = "id", "title", "authors", "abstract", "categories", "comments", "journal-ref", "doi"
    size = 0
    with source.open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            size += sum(len((record[name] or "").encode()) for name in kept)
    return size


def mark(made: Made) -> None:
    """What a reader would have done: most new papers read, some kept and tagged. Raises SystemExit if papers lack."""
    with made.opened() as library:
        total = sum(group.total for group in library.papers.groups())
        if total != made.papers.count:
            raise SystemExit(f"{made.folder}: {total:,} papers instead of {made.papers.count:,}")
        newest = _newest(library, min(_READ, total // 2))
        library.marks.set([key for place, key in enumerate(newest) if place % _UNREAD], {"read": True}, label="read")
        library.marks.set(newest[:: max(1, len(newest) // _KEPT)], {"shortlisted": True}, label="kept")
        everywhere = _newest(library, total)
        library.marks.tag(everywhere[:: max(1, total // _TAGGED)], add=["scale"], label="tagged")
        library.index()


def _newest(library: Library, count: int) -> list[int]:
    keys: list[int] = []
    for group in library.papers.groups():
        if len(keys) >= count:
            break
        keys += library.papers.keys(group.key, 0, count - len(keys))
    return keys


# Parts -------------------------------------------------------------------------------------------------------------


def making(libraries: Sequence[Made], _: int) -> Figures:
    """What making the libraries took, and their size."""
    figures: Figures = {}
    for made in libraries:
        size = made.whole_file().stat().st_size
        _note(figures, made, "import, papers/s", made.papers.count / made.facts["seconds"])
        _note(figures, made, "import, memory", made.facts["MiB"])
        _note(figures, made, "file, GB", size / 1e9)
        _note(figures, made, "file, against the text", size / made.facts["raw"])
    return figures


def start(libraries: Sequence[Made], runs: int) -> Figures:
    """From exec to the first paper, in turn, beside a bare app."""
    bare: list[float] = []
    figures: Figures = {}
    titles = {made.papers.count: made.first_title() for made in libraries}
    for run in range(runs + 1):
        floor = Terminal([sys.executable, str(ROOT / "benchmarks" / "bare.py")], environment(libraries[0].folder))
        took = floor.wait_for("a bare")
        floor.kill()
        bare += [took] * bool(run)
        for made in libraries:
            terminal = Terminal(READER, environment(made.folder))
            took = terminal.wait_for(titles[made.papers.count])
            terminal.settle()
            if run:  # the first run warms the file cache
                _note(figures, made, "first paper", took)
                _note(figures, made, "first paper, against a bare app", took / bare[-1])
                _note(figures, made, "memory, the list shown", terminal.peak_memory())
            terminal.kill()
    return figures


def keys(libraries: Sequence[Made], runs: int) -> Figures:
    """From a key to the last that it draws."""
    figures: Figures = {}
    terminals = [(made, made.reader()) for made in libraries]
    try:
        for name, key in _MOVES.items():
            for _ in range(runs):
                for made, terminal in terminals:
                    terminal.press("g", 0.3)
                    _note(figures, made, name, *(terminal.press(key)[1] for _ in range(_STEPS)))
        for _ in range(runs):
            for made, terminal in terminals:
                _note(figures, made, "`G`", terminal.press("G", 0.3)[1])
                _note(figures, made, "`g`", terminal.press("g", 0.3)[1])
                terminal.press("@", 0.2)
                for letter in _some_day(made.papers).isoformat():
                    terminal.press(letter)
                _note(figures, made, "`@` and a day", terminal.press("\r", 0.3)[1])
        for made, terminal in terminals:
            _note(figures, made, "memory, after keys", terminal.peak_memory())
    finally:
        for _, terminal in terminals:
            terminal.kill()
    return figures


def _some_day(papers: Snapshot) -> date:
    return papers.days[len(papers.days) // 3].day


def queries(libraries: Sequence[Made], runs: int) -> Figures:
    """From the text of a query to the rows of its first page, in the library."""
    figures: Figures = {}
    with ExitStack() as stack:
        opened = [(made, stack.enter_context(made.opened()), kinds(made.papers)) for made in libraries]
        for _, library, _ in opened:
            first_page(library, "scale")  # what is imported only now is not counted
        for kind in opened[-1][2]:  # in the largest there are all kinds
            for made, library, texts in opened:
                if kind not in texts:
                    continue
                times = 1 if kind in REMEMBERED else max(runs // 3, _LEAST // len(texts[kind]))
                for text in texts[kind]:
                    _note(figures, made, kind, *(first_page(library, text).seconds for _ in range(times)))
    return figures


def typed(libraries: Sequence[Made], runs: int) -> Figures:
    """From the last letter of a query, or the last key that corrects it, to its first paper."""
    figures: Figures = {}
    for made in libraries:
        terminal = made.reader()
        try:
            with made.opened() as library:
                terminal.press("/", 0.3)
                for kind, texts in kinds(made.papers).items():
                    for text in texts[:_TYPED] if kind in TYPED else ():
                        if (asked := first_page(library, text)).head:
                            _note(figures, made, f"typed: {kind}", corrected(terminal, asked))
            _note(figures, made, "memory, after queries", terminal.peak_memory())
        finally:
            terminal.kill()
    return figures


def day(libraries: Sequence[Made], runs: int) -> Figures:
    """A day of papers into a copy of the library; the day marked read there, and that undone."""
    figures: Figures = {}
    for made in libraries:
        folder = made.folder.with_name(f"{made.folder.name}-copy")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        try:
            shutil.copyfile(made.whole_file(), folder / made.file.name)
            copy = made._replace(folder=folder)
            for number in range(min(runs, 3)):
                source = folder / f"day-{number}.jsonl"
                source.write_text("".join(made.papers.day_after(number)), encoding="utf-8")
                took, _ = run_alone([*READER, "import", str(source)], folder)
                _note(figures, made, f"import of {DAY:,} papers", took)
            terminal = copy.reader()
            for _ in range(runs):
                for name, key, said in ("`A`: a day marked read", "A", "as read"), ("`u`: undone", "u", "Undid"):
                    _note(figures, made, name, terminal.answer(key, said, PATIENCE))
                    terminal.settle(0.3)
            _note(figures, made, "`m`", *(terminal.press("m")[1] for _ in range(2 * runs)))
            terminal.kill()
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return figures


PARTS: dict[str, Part] = {
    "make": making,
    "start": start,
    "keys": keys,
    "queries": queries,
    "typed": typed,
    "day": day,
}


def _note(figures: Figures, made: Made, name: str, *values: float) -> None:
    figures.setdefault(made.papers.count, {}).setdefault(name, []).extend(values)


# The run -----------------------------------------------------------------------------------------------------------


def scale(counts: Sequence[int], cache: Path, parts: Sequence[str], runs: int, most_of_peers: int) -> None:
    """Make the libraries that are not there, measure the parts that are named or not there yet; print all figures."""
    cache.mkdir(parents=True, exist_ok=True)
    file = cache / f"figures-schema-{SCHEMA}.json"
    known: Known = json.loads(file.read_text()) if file.exists() else {}
    libraries = [make(count, cache) for count in sorted(counts)]
    columns = [str(made.papers.count) for made in libraries]
    for part, measure in PARTS.items():
        if part in parts or not (parts or set(known.get(part, {})) >= set(columns)):
            with _timed(part):
                known[part] = {str(count): figures for count, figures in measure(libraries, runs).items()}
            _write_json(file, known)
    peers_at = max((made.papers.count for made in libraries if made.papers.count <= most_of_peers), default=0)
    if peers_at and (PEERS in parts or not (parts or known.get(PEERS))):
        with _timed(PEERS), tempfile.TemporaryDirectory() as folder:
            papers = Snapshot(peers_at)
            known[PEERS] = {
                f"{name}, {peers_at:,} papers": figures for name, figures in peers(papers, Path(folder)).items()
            }
        _write_json(file, known)
    for line in table(known, columns):
        print(line)


@contextmanager
def _timed(part: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    print(f"scale  {part}: measured in {time.perf_counter() - began:,.0f} s", flush=True)


def table(known: Known, columns: Sequence[str]) -> Iterator[str]:
    """All figures, a row each, with those of other readers beside."""
    others = known.get(PEERS, {})
    yield "".join(("| what |", *(f" {int(column):,} papers |" for column in columns), *(f" {n} |" for n in others)))
    yield "|---" * (len(columns) + len(others) + 1) + "|"
    for part in PARTS:
        by_count = [known.get(part, {}).get(column, {}) for column in columns]
        for name in dict.fromkeys(name for figures in by_count for name in figures):
            series = [figures.get(name, []) for figures in by_count]
            cells = [shown(name, values, series[0]) for values in series]
            cells += [shown(name, figures.get(name, [])) for figures in others.values()]
            yield "".join((f"| {name} |", *(f" {cell} |" for cell in cells)))


def shown(name: str, values: Sequence[float], least: Sequence[float] = ()) -> str:
    """A figure, with how it compares to that of the smallest library."""
    if not values:
        return "–"
    middle = median(values)
    against = f" ({middle / median(least):.2f}x)" if least and least is not values else ""
    if "against" in name:
        return f"{middle:.2f}x"
    if "memory" in name:
        return f"{middle:.1f} MiB{against}"
    if "papers/s" in name:
        return f"{middle:,.0f}"
    if "GB" in name:
        return f"{middle:.2f}"
    ordered = sorted(values)
    worst = f" / {ordered[int(0.95 * len(ordered))] * 1000:.1f}" if len(ordered) > 1 else ""
    return f"{middle * 1000:.1f}{worst} ms{against}"


def _write_json(file: Path, value: object) -> None:
    part = file.with_name(f"{file.name}.part")
    part.write_text(json.dumps(value), encoding="utf-8")
    part.replace(file)
