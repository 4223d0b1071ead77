"""The child: does one thing after the other to a library, until it is killed or kills itself."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import sys
import traceback
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from feedreader.cli import main as program
from feedreader.library import Library
from feedreader.model import Query
from feedreader.query.language import parse_query
from feedreader.services import export, import_files, removal
from tests.kill.state import Act, now

ENTRIES, OVERLAP = 30, 5  # of a file, and of them in the file before, too
FLAGS = ("read", "shortlisted", "opened")
_FIRST = date(2026, 1, 5)

Trap = tuple[str, int]  # how a child ends, and when: milliseconds, or the number of what it is counting


def title(id: str) -> str:
    return f"Gliders {id.replace('.', 'x')} over the valley"


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
                (result,) = import_files.import_paths(library, [str(self.folder / f"{act['file']}.jsonl")])
                assert not result.error, result.error
            case "mark":
                values = {name: value or None if name == "note" else value for name, value in act["values"].items()}
                library.marks.set([library.papers.key_of(id) for id in act["ids"]], values, label="x")
            case "remove":
                removal.forget_papers(library, [act["id"]])
            case "undo":
                removal.undo(library)
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


def live(worker: Worker, trap: Trap) -> None:
    """The life of a child. It never returns."""
    try:
        arm(trap)
        worker.run()
    except BaseException:
        traceback.print_exc()
    os._exit(1)
