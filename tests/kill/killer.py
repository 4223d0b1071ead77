"""The parent: lets children die, and looks at what they left."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from feedreader.library import Library
from feedreader.query.language import parse_query
from feedreader.services import import_files
from tests.kill.child import ENTRIES, Trap, Worker, live, refresh, title
from tests.kill.state import Act, State, now, papers_of
from tests.library.soundness import faults_of, recovered

PATIENCE = 1.0  # seconds for a child that is to kill itself


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
            live(Worker(self.folder, chance.getrandbits(32), writer, self.address, self.serial), trap)
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
            (result,) = import_files.import_paths(library, [str(self.folder / f"{act['file']}.jsonl")])
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


def kill_reader(folder: Path, chance: Random) -> list[str]:
    """Keep papers in a pseudo-terminal, and kill it: what was seen on the screen is there."""
    from tests.tui.test_terminal import counts, terminal

    path = folder / "library.sqlite3"
    total, unread, kept = counts(path)
    more = "".join(
        chance.choices("jkmxu ", k=chance.choice((0, 0, 3, 8)))
    )  # none of them keeps a paper, nor lets it go
    try:
        with terminal(path, 100, 30) as reader:
            reader.shows(f"{unread:,} unread")
            for _ in range(chance.randrange(1, 6)):
                reader.press("s")
                text = reader.until(lambda text, now=kept: _kept(text) not in (None, now), "kept, or no longer")  # type: ignore[misc]
                kept = _kept(text) or 0
                reader.press("j")
            reader.press(more)
            time.sleep(chance.uniform(0, 0.05))
            reader.program.kill()
            reader.wait()
    except AssertionError as error:
        return [f"the reader: {error}"]
    faults = faults_of(path) + recovered(path)
    after = counts(path)
    if after[0] != total or (after[2] != kept if "u" not in more else after[2] > kept + 1):
        faults.append(f"the reader: {after} papers, unread and kept; {kept} were seen to be kept")
    return faults


def _kept(text: str) -> int | None:
    """How many papers are kept, as the screen says."""
    said = re.search(r"unread(?: · ([\d,]+) kept)?", text.partition("\n")[0])
    return None if said is None else int((said[1] or "0").replace(",", ""))
