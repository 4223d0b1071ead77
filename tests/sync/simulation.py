"""One run (see `tests.sync`)."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock

from feedreader.library import Library
from feedreader.model import Entry, Query
from feedreader.services import removal, rules
from feedreader.services.sync import Places, SyncResult, folder, synchronize
from tests.conftest import NOW, new_library
from tests.library.test_marks import HILLS, take_in

PARTS = {  # five names; the entries of the last three files make one paper of two of them each
    "a.txt": [Entry(title="Hills", authors=("A B",), abstract=HILLS), Entry(title="Alone", arxiv_id="1905.00009")],
    "b.txt": [Entry(title="Wells", authors=("C D",), arxiv_id="1905.00001"), Entry(title="Third", doi="10.1000/xyz")],
    "c.txt": [Entry(arxiv_id="1905.00001", abstract=HILLS)],
    "d.txt": [Entry(arxiv_id="1905.00001", doi="10.1000/xyz")],
    "e.txt": [Entry(title="Fourth", doi="10.1000/printed", preprint_doi="10.1000/xyz")],
}
TAGS = ("p", "Q", "later")
NOTES = ("one", "two", "", "three\n\nlines")
FLAGS = ("read", "shortlisted", "dismissed", "opened")
TARGETS = ("cs.LG", "cs.CL", "math.CO")
RUBBISH = (
    b"<<<<<<< HEAD\n",
    b"{}\n",
    b"\x00\xff\xfe\n",
    b'{"feedreader":1}\n',
    b"[[[[[[[[\n",
    b'{"feedreader":99,"x":1}\n',
)


class Killed(BaseException):
    """The program ends here."""


class Machine:
    """A library with its folder, files and clock."""

    def __init__(self, root: Path, number: int, random: Random) -> None:
        self.root = root / str(number)
        self.folder = self.root / "shared"
        self.folder.mkdir(parents=True)
        self.random = random
        self.ahead = timedelta(hours=random.choice((0, 0, -5, 7, -30)))
        self.ticks = 0
        self.library = self.opened()

    def opened(self) -> Library:
        data = self.root / "data"
        if data.exists():
            return Library.open(data / "library.sqlite3", now=self.now)
        data.mkdir()
        return new_library(data, self.now)

    def now(self) -> Any:
        self.ticks += 1
        return NOW + self.ahead + timedelta(seconds=self.ticks)

    @property
    def places(self) -> Places:
        return Places(self.root / "rules.toml", self.root / "views.toml", self.root / "interest.toml")

    def sync(self) -> SyncResult:
        result = synchronize(self.library, self.folder, self.places)
        assert result is not None
        return result

    def sync_and_die(self) -> None:
        """Be killed while the file of this machine is written, or just before or after."""
        how = self.random.random()

        def killed(descriptor: int) -> None:
            size = os.fstat(descriptor).st_size
            if how < 0.7:
                os.ftruncate(descriptor, max(0, size - self.random.randrange(1, 400)))
            raise Killed

        with mock.patch("feedreader.services.sync.folder.os.fsync", killed):
            try:
                self.sync()
            except Killed:
                self.library.close()
                self.library = self.opened()

    def keys(self) -> list[int]:
        papers = self.library.papers
        return [key for group in papers.groups() for key in papers.keys(group.key, 0, 100)]

    def state(self) -> dict[str, Any]:
        found = {}
        for paper in self.library.papers.find(Query()):
            tags = paper.marks.tags if len(names_of(self, paper.id)) == 1 else tuple(sorted(paper.marks.tags))
            marks = paper.marks._replace(shortlisted_at=None, tags=tags)
            found[paper.id] = (*marks, str(paper.marks.shortlisted_at))
        subscriptions = {(each.target, each.folder, each.paused) for each in self.library.subscriptions.all()}
        said = {(each.rule.effect, each.rule.text) for each in rules.load(self.places.rules).entries}
        return {"papers": found, "subscriptions": subscriptions, "rules": said}

    def act(self) -> None:
        """Do something that a reader does."""
        random, marks = self.random, self.library.marks
        keys = self.keys()
        deed = random.choice(("mark", "mark", "mark", "tag", "untag", "note", "undo", "import", "subscribe", "rule"))
        some = random.sample(keys, min(len(keys), random.choice((1, 1, 1, 3))))
        if deed == "import":
            name = random.choice(sorted(PARTS))
            take_in(self.library, PARTS[name], name)
        elif deed == "mark":
            marks.set(some, {random.choice(FLAGS): random.random() < 0.7}, label="marked")
        elif deed == "tag":
            marks.tag(some, add=random.sample(TAGS, 2), label="tagged")
        elif deed == "untag":
            marks.tag(some, remove=[random.choice(TAGS)], label="untagged")
        elif deed == "note":
            marks.set(some, {"note": random.choice(NOTES) or None}, label="noted")
        elif deed == "undo":
            with suppress(rules.NotRemovable):  # another machine removed it
                removal.undo(self.library, self.places.rules)
        elif deed == "subscribe":
            self.subscribe(random.choice(TARGETS))
        else:
            rules.add(self.library, self.places.rules, random.choice(rules.EFFECTS), f"title:{random.choice(TAGS)}")

    def subscribe(self, target: str) -> None:
        with self.library.subscriptions.edit() as editor:
            known = [each for each in editor.all() if each.target == target]
            if not known:
                editor.add("arxiv", target, target, None)
            elif self.random.random() < 0.5:
                editor.remove(known[0].source)
            else:
                editor.change(known[0].source, folder=self.random.choice(("", "a", "b/c")), paused=True)

    def files(self) -> list[Path]:
        return sorted(self.folder.glob("*.jsonl"))


def deliver(random: Random, source: Machine, to: Machine, old: dict[Path, list[bytes]], *, whole: bool) -> None:
    """Copy the file that a machine writes to another's folder, as tools for sharing do."""
    own = folder.OwnFile(source.library, source.folder, lambda _: None)
    own.machine = source.library.sync.machine() or "none"
    if not own.path.exists():
        return
    data, target = own.path.read_bytes(), to.folder / own.path.name
    old.setdefault(own.path, []).append(data)
    how = random.random()
    if whole or how < 0.4:
        target.write_bytes(data)
    elif how < 0.6:
        target.write_bytes(data[: random.randrange(len(data) + 1)])
    elif how < 0.75:
        target.write_bytes(random.choice(old[own.path]))
    else:
        lines = data.splitlines(keepends=True)
        random.shuffle(lines)
        lines.insert(random.randrange(len(lines) + 1), random.choice(RUBBISH))
        name = f"{own.path.stem}.sync-conflict-{random.randrange(9)}.jsonl"
        (to.folder / name).write_bytes(b"".join(lines[: random.randrange(1, len(lines) + 1)] + lines[-1:]))


def settle(machines: list[Machine]) -> None:
    """Let all files reach all machines, until nothing is sent any more."""
    for _ in range(12):
        sent = sum(machine.sync().sent for machine in machines)
        for source in machines:
            for to in machines:
                if source is not to:
                    deliver(source.random, source, to, {}, whole=True)
        taken = sum(machine.sync().taken for machine in machines)
        if not sent and not taken:
            return
    raise AssertionError("they do not come to rest")


def expected(machines: list[Machine]) -> dict[tuple[str, str], Any]:
    """By name and field, the value of the latest record in all the files, worked out apart from the program."""
    last: dict[tuple[str, str], tuple[int, str, str]] = {}
    for machine in machines:
        for file in machine.files():
            for line in file.read_bytes().splitlines():
                try:
                    record = json.loads(line)
                    names, field = record["paper"], record["field"]
                except (ValueError, KeyError, TypeError):
                    continue
                if field != "citation":
                    this = record["clock"], record["machine"], json.dumps(record["value"])
                    for name in names:
                        last[name, field] = max(last.get((name, field), this), this)
    return {place: json.loads(value) for place, (_, _, value) in last.items()}


@contextmanager
def simulated(root: Path, seed: int) -> Iterator[list[Machine]]:
    """The machines of a run, when all have come to rest, with all papers."""
    random = Random(seed)
    machines = [Machine(root, number, random) for number in range(random.randint(2, 5))]
    try:
        old: dict[Path, list[bytes]] = {}
        for _ in range(random.randint(10, 45)):
            machine = random.choice(machines)
            deed = random.random()
            if deed < 0.6:
                machine.act()
            elif deed < 0.75:
                machine.sync()
            elif deed < 0.82:
                machine.sync_and_die()
            elif deed < 0.98 or len(machines) > 4:
                source, to = random.sample(machines, 2)
                deliver(random, source, to, old, whole=False)
            else:
                machines.append(copied(root, machine, len(machines), random))
        for machine in machines:
            for name, entries in PARTS.items():
                take_in(machine.library, entries, name)
        settle(machines)
        yield machines
    finally:
        for machine in machines:
            machine.library.close()


def copied(root: Path, machine: Machine, number: int, random: Random) -> Machine:
    """Another machine with a copy of the library."""
    machine.library.close()
    shutil.copytree(machine.root / "data", root / str(number) / "data")
    machine.library = machine.opened()
    return Machine(root, number, random)


def run(root: Path, seed: int) -> None:
    """A run; AssertionError says what is wrong."""
    with simulated(root, seed) as machines:
        first, *others = (machine.state() for machine in machines)
        for state in others:
            assert state == first
        assert len({machine.library.sync.machine() for machine in machines}) == len(machines)
        latest = expected(machines)
        for id, (read, kept, _, opened, dismissed, tags, note, _) in first["papers"].items():
            assert not (kept and dismissed)
            if len(names_of(machines[0], id)) > 1:
                continue  # its marks are those of several names together
            shown = {"read": read, "shortlisted": kept, "opened": opened}
            for field, value in shown.items():
                assert bool(latest.get((id, field))) is value, (id, field)
            assert latest.get((id, "note")) == note
            assert {value for (name, field), value in latest.items() if name == id and field[:4] == "tag:"} - {
                None
            } == set(tags)
        # whoever comes last, and has seen all, has the last word, however slow the clock
        slow = min(machines, key=lambda machine: machine.now())
        keys = slow.keys()
        if keys:
            key = slow.random.choice(keys)
            value = not slow.library.papers.summaries([key])[key].marks.shortlisted
            slow.library.marks.set([key], {"shortlisted": value, "note": "the last word"}, label="x")
            settle(machines)
            states = [machine.state() for machine in machines]
            assert all(state == states[0] for state in states)
            id = slow.library.papers.summaries([key])[key].id
            assert states[0]["papers"][id][1] is value and states[0]["papers"][id][6] == "the last word"
        # and whoever knows nothing learns it all, in any order
        new = Machine(root, 99, machines[0].random)
        try:
            for machine in new.random.sample(machines, len(machines)):
                deliver(new.random, machine, new, {}, whole=True)
                if new.random.random() < 0.5:
                    new.sync()
            for name in new.random.sample(sorted(PARTS), len(PARTS)):
                take_in(new.library, PARTS[name], name)
            new.sync()
            new.sync()
            assert new.state() == machines[0].state()
        finally:
            new.library.close()


def names_of(machine: Machine, id: str) -> set[str]:
    with machine.library._database.read() as connection:
        rows = connection.execute(
            """SELECT DISTINCT e.name FROM entries e JOIN papers p ON p.id = e.paper WHERE p.name = ?""", (id,)
        )
        return {name for (name,) in rows}
