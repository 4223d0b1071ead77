"""Other readers with as many papers: newsboat, and lemon24/reader as a library."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from xml.sax.saxutils import escape

from benchmarks.feeds import HEAD, FeedServer, item
from benchmarks.refresh import environment, reader_python, run_alone
from benchmarks.scale_queries import kinds
from benchmarks.snapshot import DAY, Snapshot
from benchmarks.terminal import Terminal

KINDS = ("common word", "rare word", "two words", "three words")
_PATIENCE = 30  # seconds to wait for what a query finds
_ASKED = 8  # queries of a kind
_FILL = """
import sys
from reader import make_reader
reader = make_reader(sys.argv[1])
for url in sys.argv[2:]:
    reader.add_feed(url, exist_ok=True)
reader.update_feeds(scheduled=False, workers=1)
reader.enable_search()
reader.update_search()
"""
_ASK = """
import json, sys, time
from itertools import islice
from reader import make_reader
figures = {}
def timed(name, ask):
    began = time.perf_counter()
    list(islice(ask(), 50))
    figures.setdefault(name, []).append(time.perf_counter() - began)
reader = make_reader(sys.argv[1])
timed("first paper", lambda: reader.get_entries(limit=50))
for _ in range(5):
    timed("`is:unread`", lambda: reader.get_entries(read=False, limit=50))
for kind, texts in json.loads(sys.argv[3]).items():
    for text in texts:
        timed(kind, lambda: reader.search_entries(text, sort="recent", limit=50))
        timed(kind + ", by rank", lambda: reader.search_entries(text, limit=50))
day = list(reader.get_entries(limit=1000))
for name, read in ("`A`: a day marked read", True), ("`u`: undone", False):
    began = time.perf_counter()
    for entry in day:
        reader.set_entry_read(entry, read)
    figures[name] = [time.perf_counter() - began]
open(sys.argv[2], "w").write(json.dumps(figures))
"""

Figures = dict[str, list[float]]


def peers(papers: Snapshot, folder: Path) -> Mapping[str, Figures]:
    """By name, what each does with these papers, `DAY` a feed."""
    texts = {kind: queries[:_ASKED] for kind, queries in kinds(papers).items() if kind in KINDS}
    measured = {}
    with _serving(papers) as server:
        for name, measure in PEERS.items():
            place = folder / name
            place.mkdir(parents=True)
            try:
                if figures := measure(papers, server, place, texts):
                    measured[name] = figures
            finally:
                shutil.rmtree(place)
    return measured


@contextmanager
def _serving(papers: Snapshot) -> Iterator[FeedServer]:
    feeds = [_feed(papers, number) for number in range((papers.count + DAY - 1) // DAY)]
    server = FeedServer([*feeds, _feed_of(len(feeds), papers.count, papers.count + DAY, papers)])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def _feed(papers: Snapshot, number: int) -> bytes:
    return _feed_of(number, number * DAY, min(papers.count, (number + 1) * DAY), papers)


def _feed_of(number: int, first: int, last: int, papers: Snapshot) -> bytes:
    records = map(papers.record, range(first, last))
    items = (
        item(
            *(record["id"], escape(record["title"]), escape(record["abstract"].strip()), escape(record["authors"])),
            date=record["versions"][0]["created"],
        )
        for record in records
    )
    return "".join((HEAD.format(number=number), *items, "</channel></rss>\n")).encode()


def _first_and_day(
    papers: Snapshot, server: FeedServer, place: Path, command: Callable[[Sequence[str]], Sequence[str]]
) -> Figures:
    """All feeds, then one more."""
    took, memory = run_alone(command(server.urls[:-1]), place)
    size = sum(file.stat().st_size for file in place.iterdir())
    later = [run_alone(command(server.urls), place)[0]]
    return {
        "import, papers/s": [papers.count / took],
        "import, memory": [memory],
        "file, GB": [size / 1e9],
        f"import of {DAY:,} papers": later,
    }


def _newsboat(papers: Snapshot, server: FeedServer, place: Path, texts: Mapping[str, Sequence[str]]) -> Figures | None:
    program = shutil.which("newsboat")
    if not program:
        print("scale  newsboat is skipped: it is not installed (apt-get install newsboat)")
        return None
    (place / "config").write_text("confirm-exit no\n")
    files = ["-u", str(place / "urls"), "-c", str(place / "cache.db"), "-C", str(place / "config")]

    def reload(urls: Sequence[str]) -> Sequence[str]:
        (place / "urls").write_text("\n".join(urls) + "\n")
        return [program, *files, "-x", "reload"]

    figures = _first_and_day(papers, server, place, reload)
    terminal = Terminal([program, *files], environment(place))
    try:
        figures["first paper"] = [terminal.wait_for("Feed 0 updates", 300)]
        terminal.settle(1.0)
        figures["memory, the list shown"] = [terminal.peak_memory()]
        for kind in KINDS[:2]:  # it looks for several words as for one
            for text in texts[kind]:
                terminal.press("/", 0.3)
                terminal.press(text, 0.3)
                took = terminal.answer("\r", "s:Save", _PATIENCE)
                terminal.settle(0.5)
                if took < _PATIENCE:
                    figures.setdefault(f"typed: {kind}", []).append(took)
                    terminal.press("q", 0.5)
        figures["memory, after queries"] = [terminal.peak_memory()]
    finally:
        terminal.kill()
    return figures


def _reader(papers: Snapshot, server: FeedServer, place: Path, texts: Mapping[str, Sequence[str]]) -> Figures | None:
    python = reader_python(place, "scale")
    if python is None:
        return None
    store, answers = str(place / "reader.db"), place / "answers.json"
    figures = _first_and_day(papers, server, place, lambda urls: [python, "-c", _FILL, store, *urls])
    _, memory = run_alone([python, "-c", _ASK, store, str(answers), json.dumps(texts)], place)
    return {**figures, **json.loads(answers.read_text()), "memory, after queries": [memory]}


PEERS = {"newsboat": _newsboat, "reader": _reader}
