"""What must be in a library, after all that was done to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from feedreader.library import Library
from feedreader.model import Query

Marks = Mapping[str, Any]  # of a paper: what is marked at all
Act = dict[str, Any]  # what a child does: "do", and what with


def now() -> datetime:
    return datetime.now(UTC)


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
