"""Kills the program at any moment, again and again, and looks at what is left: `python -m tests.kill --kills 500`.

A child works on a library: it imports, refreshes, marks, removes, undoes and exports, and says on a pipe what it begins
and what is done. It is killed (SIGKILL) after some time; or kills itself at the n-th SQL statement, in the midst of
one, or as it opens, renames or removes a file. Then all that was done must be there, what was begun must be there
whole or not at all, and the next import must go through. Some of the children are readers in a pseudo-terminal.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import select
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from random import Random
from typing import Any

from feedreader.cli import main as program
from feedreader.library import Library
from feedreader.model import Query
from feedreader.query.language import parse_query
from feedreader.services import export, ingest
from tests.library.soundness import faults_of, recovered

ENTRIES, OVERLAP = 30, 5  # of a file, and of them in the file before, too
GENERATION = 40  # kills, before a new library is begun
PATIENCE = 1.0  # seconds for a child that is to kill itself
READERS = 25  # every so many kills one is of the reader
FLAGS = ("read", "shortlisted", "opened")
_FIRST = date(2026, 1, 5)

Marks = Mapping[str, Any]  # of a paper: what is marked at all
Act = dict[str, Any]  # what a child does: "do", and what with
Trap = tuple[str, int]  # how a child ends, and when: milliseconds, or the number of what it is counting


def now() -> datetime:
    return datetime.now(UTC)


def title(id: str) -> str:
    return f"Gliders {id.replace('.', 'x')} over the valley"


# What must be there --------------------------------------------------------------------------------------------------


@dataclass
class State:
    """What the acts that were done make of a library. `steps` can be undone: the marks of papers before each, or the
    paper that was removed."""

    marks: dict[str, Marks] = field(default_factory=dict)
    steps: list[dict[str, Marks] | str] = field(default_factory=list)
    present: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    exported: set[int] = field(default_factory=set)

    def after(self, act: Act) -> State:
        state = State(dict(self.marks), list(self.steps), set(self.present), set(self.gone), set(self.exported))
        kind = act["do"]
        if kind == "import":
            state.present |= set(act["ids"]) - self.gone
        elif kind == "mark":
            before = {id: self.marks.get(id, {}) for id in act["ids"]}
            after = {id: {k: v for k, v in {**marks, **act["values"]}.items() if v} for id, marks in before.items()}
            changed = {id: before[id] for id in before if before[id] != after[id]}
            state.marks |= {id: after[id] for id in changed}
            state.steps += [changed] if changed else []
        elif kind == "remove":
            state.gone.add(act["id"])
            state.present.discard(act["id"])
            state.steps.append(act["id"])
        elif kind == "undo" and state.steps:
            step = state.steps.pop()
            if isinstance(step, str):
                state.gone.discard(step)
                state.present.add(step)
            else:
                state.marks |= step
        elif kind == "export":
            state.exported = {self.kept()}
        return state

    def kept(self) -> int:
        return sum(bool(self.marks.get(id, {}).get("shortlisted")) for id in self.present)

    def differs(self, papers: Mapping[str, Marks]) -> str:
        """What is otherwise in a library with these papers; "" if nothing is."""
        if lost := self.present - papers.keys():
            return f"lost: {sorted(lost)[:5]}"
        if back := self.gone & papers.keys():
            return f"removed and there: {sorted(back)[:5]}"
        for id, marks in papers.items():
            if marks != self.marks.get(id, {}):
                return f"{id} is {marks} and should be {self.marks.get(id, {})}"
        return ""


def papers_of(path: Path) -> dict[str, Marks]:
    """The papers in a library, with what is marked of each."""
    library = Library.open(path, now=now)
    try:
        papers: dict[str, Marks] = {}
        for paper in library.papers.find(Query()):
            marks = {name: value for name, value in paper.marks._asdict().items() if value}
            if "tags" in marks:
                marks["tags"] = list(marks["tags"])
            if bool(marks.pop("shortlisted_at", None)) != paper.marks.shortlisted:
                marks["kept since"] = paper.marks.shortlisted_at
            papers[paper.id] = marks
        return papers
    finally:
        library.close()


# The child -----------------------------------------------------------------------------------------------------------


@dataclass
class Worker:
    """Does one thing after the other, until it is killed."""

    folder: Path
    seed: int
    pipe: int
    address: str
    serial: int

    def run(self) -> None:
        chance = Random(self.seed)
        library = Library.open(self.folder / "library.sqlite3", now=now)
        ids: list[str] = []
        acts = {"mark": 12, "import": 2, "undo": 3, "export": 2, "remove": 1, "refresh": 1}
        while True:
            kind = chance.choices(list(acts), list(acts.values()))[0]
            if kind in ("mark", "remove") and (not ids or chance.random() < 0.1):
                ids = [paper.id for paper in library.papers.find(Query(), 60) if paper.id[:1].isdigit()]
            if (act := self._act(kind, chance, ids)) is not None:
                ids = [id for id in ids if id != act.get("id")]
                self._say("begin", act)
                self._do(act, library)
                self._say("done", act)

    def _act(self, kind: str, chance: Random, ids: Sequence[str]) -> Act | None:
        if kind == "import":
            self.serial += 1
            write_file(self.folder, self.serial)
            return {"do": "import", "file": self.serial, "ids": ids_of(self.serial)}
        if kind in ("mark", "remove") and not ids:
            return None
        if kind == "mark":
            values = chance.choice(
                [
                    *({flag: chance.random() < 0.7} for flag in FLAGS),
                    {"tags": tuple(chance.sample(("a", "b", "c"), chance.randrange(3)))},
                    {"note": chance.choice(("", f"note {chance.random()}"))},
                ]
            )
            return {
                "do": "mark",
                "ids": chance.sample(ids, min(len(ids), chance.choice((1, 1, 3, 20)))),
                "values": values,
            }
        if kind == "remove":  # what another file has, too, would come back with it
            ids = [id for id in ids if OVERLAP <= int(id[5:]) % (ENTRIES - OVERLAP) < ENTRIES - 2 * OVERLAP]
            return {"do": "remove", "id": chance.choice(ids)} if ids else None
        return {"do": kind}

    def _do(self, act: Act, library: Library) -> None:
        match act["do"]:
            case "import":
                (result,) = ingest.import_paths(library, [str(self.folder / f"{act['file']}.jsonl")])
                assert not result.error, result.error
            case "mark":
                values = {name: value or None if name == "note" else value for name, value in act["values"].items()}
                library.marks.set([library.papers.key_of(id) for id in act["ids"]], values, label="x")
            case "remove":
                ingest.forget_papers(library, [act["id"]])
            case "undo":
                ingest.undo(library)
            case "export":
                papers = library.papers.find(parse_query("is:shortlisted"))
                export.export_file(library, papers, "bibtex", self.folder / "kept.bib")
            case "refresh":
                refresh(self.folder)

    def _say(self, word: str, act: Act) -> None:
        os.write(self.pipe, json.dumps([word, act]).encode() + b"\n")


def ids_of(serial: int) -> list[str]:
    first = serial * (ENTRIES - OVERLAP)
    return [f"2601.{number:05}" for number in range(first, first + ENTRIES)]


def write_file(folder: Path, serial: int) -> None:
    lines = [
        json.dumps(
            {
                "id": id,
                "title": title(id),
                "authors": "Ada Lovelace and Ann Lee",
                "categories": "cs.LG",
                "abstract": f"What {id} says in its {serial}. edition: {' '.join(f'w{id[5:]}{n}' for n in range(60))}.",
                "update_date": (_FIRST + timedelta(days=serial)).isoformat(),
            }
        )
        for id in ids_of(serial)
    ]
    (folder / f"{serial}.jsonl").write_text("\n".join(lines) + "\n")


def refresh(folder: Path) -> int:
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        return program(["refresh", "--data-dir", str(folder)])


def arm(trap: Trap) -> None:
    """Let this process kill itself at the n-th statement, piece of one, or event of the interpreter."""
    kind, left = trap

    def step(*about: object) -> int:
        nonlocal left
        left -= 1
        if left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return 0

    if kind == "event":
        watched = ("open", "os.rename", "os.remove", "os.mkdir", "os.chmod", "sqlite3.", "subprocess.")
        sys.addaudithook(lambda event, about: step() and None if event.startswith(watched) else None)
    connect = sqlite3.connect

    def watching(*about: Any, **more: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*about, **more)
        if kind == "statement":
            connection.set_trace_callback(step)
        elif kind == "piece":
            connection.set_progress_handler(step, 100)
        return connection

    sqlite3.connect = watching  # type: ignore[assignment]


# The parent ----------------------------------------------------------------------------------------------------------


@dataclass
class Killer:
    """`failures` is what was wrong, with the number of the kill."""

    folder: Path
    seed: int
    address: str
    state: State = field(default_factory=State)
    serial: int = 0
    kills: int = 0
    exported: bool = False
    begun: dict[str, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    @property
    def path(self) -> Path:
        return self.folder / "library.sqlite3"

    def kill(self) -> None:
        """One child, its end, and what it left."""
        chance = Random(f"{self.seed} {self.kills}")
        trap: Trap = chance.choice(
            (
                *(("time", int(1000 * chance.uniform(0, 0.4))), ("statement", int(10 ** chance.uniform(0.8, 3.3)))),
                *(("piece", int(10 ** chance.uniform(0.5, 3.3))), ("event", int(10 ** chance.uniform(0.3, 2.3)))),
            )
        )
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            _work(Worker(self.folder, chance.getrandbits(32), writer, self.address, self.serial), trap)
        os.close(writer)
        said = list(_heard(reader, child, trap))
        os.close(reader)
        _, status = os.waitpid(child, 0)
        self.kills += 1
        if os.waitstatus_to_exitcode(status) != -signal.SIGKILL:
            self._fail(trap, f"the child ended by itself: {os.waitstatus_to_exitcode(status)}")
        flying = self._follow(said)
        try:
            self._check(trap, flying)
        except Exception as error:
            self._fail(trap, f"{flying}: {type(error).__name__}: {error}")

    def _fail(self, trap: Trap, words: str) -> None:
        self.failures.append(f"kill {self.kills} ({trap[0]} {trap[1]}): {words}")

    def _follow(self, said: Iterable[tuple[str, Act]]) -> Act | None:
        """Take note of what was done; what was begun and not done."""
        flying = None
        for word, act in said:
            self.serial = max(self.serial, act.get("file", 0))
            if word == "begin":
                flying = act
            else:
                self.state, flying = self.state.after(act), None
                self.exported = self.exported or act["do"] == "export"
        kind = flying["do"] if flying else "nothing"
        self.begun[kind] = self.begun.get(kind, 0) + 1
        return flying

    def _check(self, trap: Trap, flying: Act | None) -> None:
        papers = papers_of(self.path)
        faults = faults_of(self.path) + recovered(self.path)
        candidates = [self.state]
        if flying:
            candidates.append(self.state.after(flying))
        if flying and flying["do"] == "import":  # its papers are there or not, each whole
            candidates = [self.state]
        wrong = [
            candidate.differs({id: marks for id, marks in papers.items() if id[:1].isdigit()})
            for candidate in candidates
        ]
        self.state = next((each for each, words in zip(candidates, wrong, strict=True) if not words), self.state)
        faults += [" / ".join(wrong)] if all(wrong) else []
        faults += self._export_faults(candidates)
        self.state.exported |= candidates[-1].exported
        if flying and flying["do"] == "import":
            faults += self._finish(flying)
        if flying and flying["do"] == "refresh" and refresh(self.folder) != 0:
            faults.append("the next refresh fails")
        faults += self._search_faults()
        for fault in faults:
            self._fail(trap, f"{flying and flying['do']}: {fault}")

    def _export_faults(self, candidates: Sequence[State]) -> Iterator[str]:
        """The file is that of the last export, or of the one that was begun: whole."""
        path = self.folder / "kept.bib"
        counts = {count for state in candidates for count in state.exported}
        if path.exists():
            text = path.read_text("utf-8")
            if text.count("\n@") + text.startswith("@") not in counts or (text and not text.endswith("}\n\n")):
                yield f"an export with {text.count('@')} papers, and should have {sorted(counts)}: …{text[-60:]!r}"
        elif self.exported:
            yield "the export is not there"

    def _finish(self, act: Act) -> Iterator[str]:
        """The next import goes through, and brings all that is missing."""
        before = papers_of(self.path)
        library = Library.open(self.path, now=now)
        try:
            (result,) = ingest.import_paths(library, [str(self.folder / f"{act['file']}.jsonl")])
        finally:
            library.close()
        self.state = self.state.after(act)
        after = papers_of(self.path)
        if result.error or result.entries != ENTRIES:
            yield f"the next import: {result}"
        if words := self.state.differs({id: marks for id, marks in after.items() if id[:1].isdigit()}):
            yield f"after the next import: {words}"
        if any(after.get(id) != marks for id, marks in before.items()):
            yield "the next import changed a mark"
        yield from recovered(self.path)

    def _search_faults(self) -> Iterator[str]:
        """Each of some papers is found by its title, alone."""
        some = Random(self.kills).sample(sorted(self.state.present), min(3, len(self.state.present)))
        library = Library.open(self.path, now=now)
        try:
            for id in some:
                found = [paper.id for paper in library.papers.find(parse_query(f'title:"{title(id)}"'))]
                if found != [id]:
                    yield f"the title of {id} finds {found}"
        finally:
            library.close()


def _work(worker: Worker, trap: Trap) -> None:
    """The life of a child. It never returns."""
    try:
        arm(trap)
        worker.run()
    except BaseException:
        import traceback

        traceback.print_exc()
    os._exit(1)


def _heard(pipe: int, child: int, trap: Trap) -> Iterator[tuple[str, Act]]:
    """What a child says until it is dead. It is killed when its time is over."""
    end = time.monotonic() + (trap[1] / 1000 if trap[0] == "time" else PATIENCE)
    data = b""
    while True:
        wait = end - time.monotonic()
        if wait <= 0:
            os.kill(child, signal.SIGKILL)
            end = float("inf")
            continue
        if select.select([pipe], [], [], min(wait, 60.0))[0]:
            more = os.read(pipe, 1 << 16)
            if not more:
                break
            data += more
    for line in data.splitlines():
        word, act = json.loads(line)
        yield word, act


# The reader ----------------------------------------------------------------------------------------------------------


def kill_reader(folder: Path, chance: Random) -> list[str]:
    """Keep and read papers in a pseudo-terminal, and kill it: what was seen on the screen is there."""
    from tests.tui.test_terminal import counts, terminal

    path = folder / "library.sqlite3"
    total, unread, kept = counts(path)
    with terminal(path, 100, 30) as reader:
        reader.shows(f"{unread:,} unread")
        for _ in range(chance.randrange(1, 6)):
            reader.press("s")
            kept += 1
            reader.shows(f"{kept} kept")
            reader.press("j")
        for key in chance.choices("jkmsxu ", k=chance.randrange(8)):
            reader.press(key)
        time.sleep(chance.uniform(0, 0.05))
        reader.program.kill()
        reader.wait()
    faults = faults_of(path) + recovered(path)
    after = counts(path)
    if after[0] != total or after[2] < kept - 8:
        faults.append(f"{after} papers, unread and kept; {kept} were seen to be kept")
    return faults


# The command ---------------------------------------------------------------------------------------------------------


class _Feed(BaseHTTPRequestHandler):
    """A feed that has one more paper each time."""

    asked = 0

    def do_GET(self) -> None:
        _Feed.asked += 1
        items = "".join(
            f"<item><title>Otters {n} at night</title><link>http://x.example/{n}</link><guid>{n}</guid></item>"
            for n in range(30 + _Feed.asked)
        )
        body = f'<rss version="2.0"><channel><title>f</title>{items}</channel></rss>'.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *about: object) -> None:
        return


@contextmanager
def feed() -> Iterator[str]:
    """The address of such a feed, served by a process of its own."""
    server = HTTPServer(("127.0.0.1", 0), _Feed)
    child = os.fork()
    if child == 0:
        server.serve_forever()
    server.server_close()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/feed"
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def begin(folder: Path, address: str) -> None:
    """A library that is subscribed to the feed."""
    opml = f'<opml version="2.0"><body><outline text="f" xmlUrl="{address}"/></body></opml>'
    (folder / "list.opml").write_text(opml)
    library = Library.open(folder / "library.sqlite3", now=now)
    try:
        list(ingest.import_paths(library, [str(folder / "list.opml")]))
    finally:
        library.close()


def run(kills: int, seed: int, say: Callable[[str], None]) -> tuple[list[str], dict[str, int]]:
    """So many kills: what was wrong, and what the children were at when they died."""
    failures: list[str] = []
    at: dict[str, int] = {}
    done = 0
    with feed() as address:
        while done < kills:
            with tempfile.TemporaryDirectory(prefix="feedreader-kill-") as name:
                folder = Path(name)
                begin(folder, address)
                killer = Killer(folder, seed + done, address)
                for _ in range(min(GENERATION, kills - done)):
                    killer.kill()
                    done += 1
                    if done % READERS == 0 and killer.state.present:
                        at["the reader"] = at.get("the reader", 0) + 1
                        failures += kill_reader(folder, Random(f"{seed} {done}"))
                        break
                    if done % 10 == 0:
                        say(f"{done} of {kills} kills · {len(failures) + len(killer.failures)} failures")
                failures += killer.failures
                for kind, count in killer.begun.items():
                    at[kind] = at.get(kind, 0) + count
    return failures, at


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.kill", description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, help="the same kills again, as far as the machine lets them be the same")
    arguments = parser.parse_args(argv)
    seed = secrets.randbits(32) if arguments.seed is None else arguments.seed
    os.environ["FEEDREADER_CONFIG"] = os.devnull
    began = time.monotonic()
    failures, at = run(arguments.kills, seed, lambda text: print(text, file=sys.stderr, flush=True))
    print(f"seed {seed}: {arguments.kills} kills in {time.monotonic() - began:.0f} s, while at:")
    print("  " + ", ".join(f"{kind} {count}" for kind, count in sorted(at.items())))
    print("\n".join(failures) or "All that was done is there, and nothing is half there.")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
